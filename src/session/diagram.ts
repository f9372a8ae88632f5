import { type Diagnostic, Refusal } from "../core/diagnostic.js";
import { Source } from "../core/span.js";
import { readDotDiagram } from "../diagram/dot.js";
import { readMermaidDiagram } from "../diagram/mermaid.js";
import { networkEquations } from "../diagram/network.js";
import { placed } from "./place.js";
import type { DiagnosticJson } from "./report.js";

/** A drawing of a network as a worksheet of its forward pass. */
export interface DiagramReading {
  /** Markdown; empty if the drawing could not be used. */
  readonly worksheet: string;
  readonly diagnostics: readonly DiagnosticJson[];
}

const DOT = /^\s*(?:(?:\/\/|#)[^\n]*\n\s*|\/\*(?:[^*]|\*(?!\/))*\*\/\s*)*(?:strict\s+)?(?:di)?graph\b[^\n{]*\{/i;
const MERMAID = /^\s*(?:%%[^\n]*\n\s*|---(?:(?!---)[\s\S])*---\s*)*(?:graph|flowchart)(?:-elk)?\b(?![^\n]*\{\s*$)/;
const FENCE = /^([ \t]*)(`{3,}|~{3,})[ \t]*(mermaid|dot|graphviz)[^\n]*\n([\s\S]*?)^[ \t]*\2/m;

/** Reads DOT, Mermaid, or the first fenced block of either in a Markdown file; `null` if the text is none of these. */
export function readDiagram(file: string, text: string): DiagramReading | null {
  const found = diagramIn(text);
  if (found === null) return null;
  const source = new Source(file, text);
  try {
    const diagram = found.kind === "dot" ? readDotDiagram(found.text) : readMermaidDiagram(found.text);
    const { equations, notes } = networkEquations(diagram);
    return { worksheet: worksheetOf(file, equations), diagnostics: placed(notes, source) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const diagnostics: readonly Diagnostic[] = [error.diagnostic];
    return { worksheet: "", diagnostics: placed(diagnostics, source) };
  }
}

/** All around a fenced block is blanked, so that places stay what they are. */
function diagramIn(text: string): { readonly kind: "dot" | "mermaid"; readonly text: string } | null {
  if (DOT.test(text)) return { kind: "dot", text };
  if (MERMAID.test(text)) return { kind: "mermaid", text };
  const fence = FENCE.exec(text);
  const body = fence?.[4];
  if (fence === null || body === undefined) return null;
  const start = fence.index + fence[0].indexOf(body);
  const blank = (s: string): string => s.replace(/[^\n]/g, " ");
  const only = blank(text.slice(0, start)) + body + blank(text.slice(start + body.length));
  return { kind: fence[3] === "mermaid" ? "mermaid" : "dot", text: only };
}

function worksheetOf(file: string, equations: readonly string[]): string {
  const name = (file.split(/[/\\]/).at(-1) ?? "").replace(/[\r\n`*_[\]<>#$\\]/g, " ");
  return `# Forward pass of ${name}\n\n${equations.map((e) => `$$${e}$$\n`).join("\n")}`;
}
