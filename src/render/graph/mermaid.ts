import type { GraphJson, GraphNodeJson } from "../../session/graph.js";
import { captionOf, declarationOf, labelledEdges, nodeLines, short } from "./labels.js";

/** A Mermaid flowchart. Comments `%% equation …` hold what the nodes are computed by, so that it can be read back. */
export function graphMermaid(graph: GraphJson): string {
  const caption = captionOf(graph);
  const ids = identifiers(graph.nodes);
  const id = (name: string): string => ids.get(name) ?? name;
  const marked: number[] = [];
  let count = 0;
  const edges = labelledEdges(graph).flatMap(({ edge, lines, back }) => {
    const [from, to] = [id(edge.from), id(edge.to)];
    if (edge.marked === true) marked.push(count);
    count += back === null ? 1 : 2;
    const arrow = edge.marked === true ? "==>" : "-->";
    return [
      `  ${from} ${arrow}${label(lines)} ${to}`,
      ...(back === null ? [] : [`  ${to} -.->${label([back])} ${from}`]),
    ];
  });
  const given = graph.nodes.filter((n) => n.equations.length === 0).map((n) => id(n.name));
  const onPath = graph.nodes.filter((n) => n.marked === true).map((n) => id(n.name));
  const lines = [
    "flowchart LR",
    `  accTitle: ${title(caption.title)}`,
    `  accDescr: ${title(caption.description.replaceAll(";", ","))}`,
    ...graph.nodes.map((n) => `  ${id(n.name)}["${text(nodeLines(n))}"]`),
    ...edges,
    ...(given.length === 0 ? [] : ["  classDef given stroke-dasharray:4 2", `  class ${given.join(",")} given`]),
    ...(onPath.length === 0
      ? []
      : [
          "  classDef marked stroke:#c2410c,stroke-width:3px",
          `  class ${onPath.join(",")} marked`,
          ...(marked.length === 0 ? [] : [`  linkStyle ${marked.join(",")} stroke:#c2410c,stroke-width:3px`]),
        ]),
    ...graph.nodes.flatMap((n) => [...declarationOf(n), ...n.equations].map((e) => `  %% equation ${oneLine(e)}`)),
  ];
  return `${lines.join("\n")}\n`;
}

const label = (lines: readonly string[]): string => (lines.length === 0 ? "" : `|"${text(lines)}"|`);

/** Inside quotes Mermaid knows characters by `#name;` or `#code;`; backticks would begin Markdown, an ampersand HTML. */
const text = (lines: readonly string[]): string =>
  lines
    .map((l) =>
      short(l)
        .replace(/\p{Cc}+/gu, " ")
        .replace(/["#&<>`\\;]/g, (c) => `#${c.charCodeAt(0)};`),
    )
    .join("<br/>");

/** A statement ends at its line's end; a title holds neither braces nor what begins an entity or ends a statement. */
const title = (s: string): string => oneLine(s).replace(/[{}#;]/g, " ");
const oneLine = (s: string): string => s.replace(/[\p{Cc}\s]+/gu, " ").trim();

/** Words that Mermaid keeps for itself. */
const RESERVED =
  /^(?:end|graph|subgraph|flowchart|style|linkstyle|classdef|class|click|default|direction|call|href|interpolate)$/i;

function identifiers(nodes: readonly GraphNodeJson[]): ReadonlyMap<string, string> {
  const taken = new Set(nodes.map((n) => n.name));
  return new Map(
    nodes.map(({ name }) => {
      let id = name.replace(/\W+/g, "_").replace(/_$/, "");
      while (RESERVED.test(id) || (id !== name && taken.has(id))) id += "_";
      taken.add(id);
      return [name, id];
    }),
  );
}
