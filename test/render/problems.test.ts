import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import katex from "katex";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../src/render/html.js";
import { renderLatex } from "../../src/render/latex.js";
import { deriveWorksheet } from "../../src/session/derive.js";

const folder = fileURLToPath(new URL("../../problems/", import.meta.url));
const reports = readdirSync(folder)
  .filter((f) => f.endsWith(".md"))
  .map((f) => [f, deriveWorksheet(f, readFileSync(`${folder}${f}`, "utf8"))] as const);

describe("every worksheet", () => {
  it.each(reports)("%s: all that is printed typesets in KaTeX", async (_, report) => {
    const { gradients, symbols } = report.json;
    const shown = gradients.flatMap((g) => [g.wrt, g.index, g.matrix ?? "1", ...g.steps.map((s) => s.latex)]);
    const forward = report.problems.flatMap((p) => p.forward);
    for (const latex of [...shown, ...forward, ...symbols.map((s) => s.latex)])
      expect(() => katex.renderToString(latex, { throwOnError: true })).not.toThrow();
    expect(await renderHtml(report)).toContain("</html>");
  });

  const pdflatex = spawnSync("pdflatex", ["--version"]).status === 0;
  it.skipIf(!pdflatex)(
    `compiles with pdflatex${pdflatex ? "" : " (skipped: needs pdflatex)"}`,
    { timeout: 120_000 },
    () => {
      const texts = reports.map(([, report]) => renderLatex(report));
      const body = (text: string): string =>
        text.slice(text.indexOf("\\begin{document}") + 16, text.indexOf("\\end{document}"));
      const [first = ""] = texts;
      const whole = `${first.slice(0, first.indexOf("\\begin{document}") + 16)}\n${texts.map(body).join("\n")}\n\\end{document}\n`;
      const place = mkdtempSync(join(tmpdir(), "backproof-"));
      try {
        writeFileSync(join(place, "all.tex"), whole);
        execFileSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "all.tex"], {
          cwd: place,
          stdio: "pipe",
        });
      } finally {
        rmSync(place, { recursive: true });
      }
    },
  );
});
