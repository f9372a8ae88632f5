import type { DeriveReport } from "../session/report.js";
import { renderHtml } from "./html.js";
import { renderJson } from "./json.js";
import { renderLatex } from "./latex.js";
import { renderMarkdown } from "./markdown.js";
import { assemble, numpyParts } from "./numpy.js";

export const formats = ["json", "latex", "markdown", "html", "numpy"] as const;
export type Format = (typeof formats)[number];

/** A report in a format. NumPy holds the problems of which every gradient passed its check, and is empty if none did. */
export async function render(report: DeriveReport, format: Format): Promise<string> {
  switch (format) {
    case "json":
      return renderJson(report);
    case "latex":
      return renderLatex(report);
    case "markdown":
      return renderMarkdown(report);
    case "html":
      return renderHtml(report);
    case "numpy":
      return renderModule(report);
  }
}

/** One Python module for all problems of a file. */
export function renderModule(report: DeriveReport): string {
  const parts = report.problems.flatMap((p) => {
    if (p.derivation === null || p.derivation.gradients.length === 0) return [];
    const wrt = new Map(p.gradients.map((g) => [g.json.name, g.json.matrix ?? g.json.index] as const));
    const comments = new Map(p.derivation.gradients.map((g) => [g.wrt, wrt.get(p.nameOf(g.wrt)) ?? ""] as const));
    return [numpyParts(p.model, p.derivation, { comments, forward: p.forward, nameOf: p.nameOf })];
  });
  return parts.length === 0 ? "" : assemble(parts);
}
