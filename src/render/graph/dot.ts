import type { GraphJson, GraphNodeJson } from "../../session/graph.js";
import { captionOf, declarationOf, labelledEdges, nodeLines, short } from "./labels.js";

/** For Graphviz. The attribute `equation` holds what a node is computed by, so that the graph can be read back. */
export function graphDot(graph: GraphJson): string {
  const { title, description } = captionOf(graph);
  const lines = [
    `digraph ${quoted(title)} {`,
    `  graph [rankdir=LR, tooltip=${label([description])}];`,
    '  node [fontname="Helvetica", shape=box, style=rounded];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...graph.nodes.map((n) => `  ${quoted(n.name)} [${attributes(nodeAttributes(n))}];`),
    ...labelledEdges(graph).flatMap(({ edge, lines, back }) => {
      const marks: readonly Attribute[] =
        edge.marked === true
          ? [
              ["penwidth", "3"],
              ["color", quoted("#c2410c")],
            ]
          : [];
      const forward = attributes([["label", label(lines.map(short))], ...marks]);
      const backward = attributes([
        ["label", label([short(back ?? "")])],
        ["style", "dashed"],
        ["constraint", "false"],
      ]);
      const [from, to] = [quoted(edge.from), quoted(edge.to)];
      return [`  ${from} -> ${to} [${forward}];`, ...(back === null ? [] : [`  ${to} -> ${from} [${backward}];`])];
    }),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

type Attribute = readonly [string, string];

function nodeAttributes(node: GraphNodeJson): readonly Attribute[] {
  const given = node.equations.length === 0;
  return [
    ["label", label(nodeLines(node).map(short))],
    ["latex", quoted(node.latex)],
    ["role", quoted(node.role)],
    ...(given ? [["style", '"rounded,filled"'] as const, ["fillcolor", quoted("#e0e7ff")] as const] : []),
    ...(node.marked === true ? [["penwidth", "3"] as const, ["color", quoted("#c2410c")] as const] : []),
    ...equation(node),
  ];
}

function equation(node: GraphNodeJson): readonly Attribute[] {
  const said = [...declarationOf(node), ...node.equations];
  return said.length === 0 ? [] : [["equation", quoted(said.join(" ;; "))]];
}

const attributes = (all: readonly Attribute[]): string => all.map(([name, value]) => `${name}=${value}`).join(", ");

/**
 * A quoted string of the DOT language: only `\"` is an escape in it, and a backslash at its end would escape the quote. What
 * no line of text can hold, as the null character, is left out.
 */
function quoted(text: string): string {
  const inner = text.replace(CONTROL, " ").replaceAll('"', '\\"');
  return `"${/(?:^|[^\\])(?:\\\\)*\\$/.test(inner) ? `${inner} ` : inner}"`;
}

/** An escString: `\N`, `\l`, … have a meaning in it, so that a backslash is doubled. */
const label = (lines: readonly string[]): string =>
  `"${lines.map((l) => l.replace(CONTROL, " ").replaceAll("\\", "\\\\").replaceAll('"', '\\"')).join("\\n")}"`;

const CONTROL = /\p{Cc}+/gu;
