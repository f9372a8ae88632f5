import type { GraphEdgeJson, GraphJson, GraphNodeJson } from "../../session/graph.js";
import { plain } from "../plain.js";

/* What is written on the nodes and edges of a drawing, in LaTeX: the same in every format. */

export interface LabelledEdge {
  readonly edge: GraphEdgeJson;
  readonly lines: readonly string[];
  /** What comes back on the edge in the backward pass, or `null`. */
  readonly back: string | null;
}

/** The name, the shape as a formula, and the gradient in the backward pass. */
export function nodeLines({ latex, shape, family, unit, gradient }: GraphNodeJson): readonly string[] {
  const own = gradient === undefined ? [] : [gradient];
  if (unit === true) return [latex, ...own];
  const size = shape.length === 0 ? "\\text{scalar}" : shape.join(" \\times ");
  const [index, low, high] = family ?? [];
  const members = index === undefined ? "" : `,\\; ${index} = ${low}, \\dots, ${high}`;
  return [latex, `${size}${members}`, ...own];
}

/** `W \in \mathbb{R}^{H \times D}` of what is given: without it a worksheet of the equations alone would not know its shape. */
export function declarationOf({ latex, shape, equations, family }: GraphNodeJson): readonly string[] {
  if (equations.length > 0 || shape.length === 0 || family !== undefined) return [];
  return [`${latex} \\in \\mathbb{R}^{${shape.join(" \\times ")}}`];
}

/** In LaTeX as short as it is known: for the whole array, else for an entry. */
export const edgeLines = ({ derivatives }: GraphEdgeJson): readonly string[] =>
  derivatives.map((d) => d.matrix ?? d.index);

export const labelledEdges = ({ edges }: GraphJson): readonly LabelledEdge[] =>
  edges.map((edge) => ({ edge, lines: edgeLines(edge), back: edge.upstream ?? null }));

/** The title of a drawing, and in one sentence what it shows. */
export function captionOf({ file, title, nodes, edges, paths }: GraphJson): { title: string; description: string } {
  const counted = `${nodes.length} nodes, ${edges.length} edges; an edge carries the derivative of its end by its start`;
  const marked = paths.map((p) => `${p.more ? "more than " : ""}${p.count} paths from ${p.from} to ${p.to} are marked`);
  return {
    title: title === "" ? (file.split(/[/\\]/).at(-1) ?? "") : title,
    description: `Computation graph: ${[counted, ...marked].join("; ")}.`,
  };
}

/** A formula for a format that typesets nothing; `{W^{(1)}}^⊤` has one superscript, cases stand side by side. */
export const short = (latex: string): string =>
  plain(latex.replace(CASES, (_, lines: string) => lines.replace(/\\\\/g, ";").replace(/&/g, " "))).replace(
    RAISED_TWICE,
    (_, base: string, own: string, group?: string, one?: string) => `${base}^{${own}${group ?? one ?? ""}}`,
  );

const CASES = /\\begin\{cases\}(.*?)\\end\{cases\}/gs;
const RAISED_TWICE = /\{([^{}^]*)\^\{([^{}]*)\}\}\^(?:\{([^{}]*)\}|([^{}]))/g;
