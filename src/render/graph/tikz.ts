import type { GraphJson } from "../../session/graph.js";
import { COMMANDS, math, text } from "../latex.js";
import { captionOf, labelledEdges, nodeLines, short } from "./labels.js";
import { type Arrow, layOut } from "./layout.js";
import { runsOf, widthOf } from "./runs.js";

/** Centimetres for one unit of the layout. */
const SCALE = 0.032;

/** A document of one page, as large as the drawing; its `tikzpicture` can be taken into another. */
export function graphTikz(graph: GraphJson): string {
  const { title, description } = captionOf(graph);
  const place = new Map(graph.nodes.map((n, k) => [n.name, k]));
  const edges = labelledEdges(graph);
  const arrows = edges.flatMap(({ edge, lines, back }) => {
    const ends = { from: place.get(edge.from) ?? 0, to: place.get(edge.to) ?? 0 };
    const style = edge.marked === true ? "forward, marked" : "forward";
    const forward = { ...ends, style, lines };
    return back === null ? [forward] : [forward, { ...ends, style: "back", lines: [back] }];
  });
  const { width, height, ...sized } = layOut(
    graph.nodes.map((n) => boxOf(nodeLines(n), 12)),
    arrows.map((a) => ({ ...boxOf(a.lines, 4), from: a.from, to: a.to })),
  );
  const at = (p: { readonly x: number; readonly y: number }): string => `(${cm(p.x)}, ${cm(-p.y)})`;
  const nodes = graph.nodes.map((n, k) => {
    const style = `${n.equations.length === 0 ? "given" : "computed"}${n.marked === true ? ", marked" : ""}`;
    return `\\node[${style}] (n${k}) at ${at(sized.nodes[k] ?? { x: 0, y: 0 })} {${stacked(nodeLines(n))}};`;
  });
  const lines = arrows.map(({ style, lines, from, to }, k) => {
    const arrow = sized.edges[k];
    const label =
      lines.length === 0 || arrow === undefined ? "" : `\n\\node[label text] at ${at(arrow)} {${stacked(lines)}};`;
    return `\\draw[${style}] ${way(from, to, arrow, style === "back", at)};${label}`;
  });
  return `% ${text(title)}: ${text(description)}
\\documentclass{article}
\\usepackage[utf8]{inputenc}
\\usepackage{amsmath,amssymb,tikz}
\\usepackage[paperwidth=${cm(width + 80)}cm, paperheight=${cm(height + 80)}cm, margin=0.5cm]{geometry}
${COMMANDS}
\\pagestyle{empty}
\\setlength{\\parindent}{0pt}
\\begin{document}
\\begin{tikzpicture}[
  every node/.style={align=center, font=\\footnotesize},
  computed/.style={draw, rounded corners, fill=white},
  given/.style={draw, rounded corners, fill=blue!10},
  label text/.style={fill=white, inner sep=1pt, font=\\scriptsize},
  forward/.style={->, >=stealth},
  back/.style={->, >=stealth, dashed, blue!70!black},
  marked/.style={very thick, draw=orange!80!red},
]
${[...nodes, ...lines].join("\n")}
\\end{tikzpicture}
\\end{document}
`;
}

/** Through the bends of the layout, from node to node; a node's border ends a line by itself. */
function way(
  from: number,
  to: number,
  arrow: Arrow | undefined,
  isBack: boolean,
  at: (p: { readonly x: number; readonly y: number }) => string,
): string {
  const bends = (arrow?.points ?? []).slice(1, -1).map(at);
  const stops = [`(n${from})`, ...bends, `(n${to})`];
  return (isBack ? stops.reverse() : stops).join(" -- ");
}

const stacked = (lines: readonly string[]): string => lines.map((l) => `$${math(l)}$`).join("\\\\");

const boxOf = (lines: readonly string[], padding: number) => ({
  width: lines.length === 0 ? 0 : Math.max(...lines.map((l) => widthOf(runsOf(short(l))))) * 6 + 2 * padding,
  height: lines.length === 0 ? 0 : lines.length * 20 + padding,
});

const cm = (x: number): string => (x * SCALE).toFixed(2);
