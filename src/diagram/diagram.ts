import { diagnostic, Refusal } from "../core/diagnostic.js";
import { type Span, span } from "../core/span.js";

/* A drawing of a network, as it is written in DOT or Mermaid: nodes with labels, arrows with weights. */

export interface DiagramNode {
  readonly id: string;
  /** As written, lines apart; the id where there is none. */
  readonly label: string;
  /** What a node says of itself by name: `activation=relu`, `bias=b_1`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly span: Span;
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  /** The weight; `null` where none is written. */
  readonly label: string | null;
  readonly span: Span;
}

export interface Diagram {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
  /** Equations that a drawing of this program carries with it. */
  readonly equations: readonly string[];
}

/** Collects nodes and edges; a node is there as soon as an edge names it. */
export class DiagramBuilder {
  readonly #nodes = new Map<string, { label: string | null; attributes: Map<string, string>; span: Span }>();
  readonly #edges: DiagramEdge[] = [];
  readonly equations: string[] = [];

  node(id: string, label: string | null, attributes: ReadonlyMap<string, string>, at: Span): void {
    const known = this.#nodes.get(id) ?? { label: null, attributes: new Map(), span: at };
    known.label = label ?? known.label;
    for (const [name, value] of attributes) known.attributes.set(name, value);
    this.#nodes.set(id, known);
  }

  edge(from: string, to: string, label: string | null, at: Span): void {
    for (const id of [from, to]) if (!this.#nodes.has(id)) this.node(id, null, new Map(), at);
    this.#edges.push({ from, to, label: label === null || label.trim() === "" ? null : label.trim(), span: at });
  }

  build(): Diagram {
    return {
      nodes: [...this.#nodes].map(([id, { label, attributes, span: at }]) => ({
        id,
        label: label ?? id,
        attributes,
        span: at,
      })),
      edges: this.#edges,
      equations: this.equations,
    };
  }
}

export function refuseAt(message: string, start: number, end: number, hint = ""): never {
  throw new Refusal(diagnostic("error", "diagram/syntax", message, span(start, Math.max(end, start + 1)), hint));
}
