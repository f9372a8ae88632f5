import { escapeXml } from "../../core/escape.js";
import type { GraphJson } from "../../session/graph.js";
import { captionOf, labelledEdges, nodeLines, short } from "./labels.js";
import { type Arrow, layOut, type Placed } from "./layout.js";
import { type Run, runsOf, widthOf } from "./runs.js";

const LINE = 20;
const EM = 13;
const PADDING = 12;

/** Both colour schemes, where whoever shows the file says which; what is marked is thick as well, and dashes go backward. */
const STYLE = `
  .backproof { --ink: #1f2937; --paper: #ffffff; --given: #e0e7ff; --node: #f3f4f6; --mark: #c2410c; --back: #1d4ed8 }
  @media (prefers-color-scheme: dark) {
    .backproof { --ink: #e5e7eb; --paper: #111827; --given: #312e81; --node: #1f2937; --mark: #fb923c; --back: #93c5fd }
  }
  .backproof text { font: 14px "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; fill: var(--ink); text-anchor: middle }
  .backproof .label text { font-size: 12px }
  .backproof .label rect { fill: var(--paper); opacity: 0.92 }
  .backproof rect.paper { fill: var(--paper) }
  .backproof .node rect { fill: var(--node); stroke: var(--ink); stroke-width: 1.2 }
  .backproof .given rect { fill: var(--given) }
  .backproof .node text.name { font-weight: 600 }
  .backproof path { fill: none; stroke: var(--ink); stroke-width: 1.2 }
  .backproof .back path { stroke: var(--back); stroke-dasharray: 5 3 }
  .backproof .label.back text { fill: var(--back) }
  .backproof .marked rect, .backproof .marked path { stroke: var(--mark); stroke-width: 3.5 }
  .backproof marker path { stroke: none; fill: var(--ink) }
`;

/** A drawing that loads nothing and runs nothing. */
export function graphSvg(graph: GraphJson): string {
  const { title, description } = captionOf(graph);
  const place = new Map(graph.nodes.map((n, k) => [n.name, k]));
  const texts = graph.nodes.map((n) => nodeLines(n).map((line) => runsOf(short(line))));
  const edges = labelledEdges(graph).flatMap(({ edge, lines, back }) => {
    const ends = { from: place.get(edge.from) ?? 0, to: place.get(edge.to) ?? 0 };
    const marked = edge.marked === true ? " marked" : "";
    const name = `${edge.from} → ${edge.to}`;
    const forward = { ...ends, name, style: `edge${marked}`, runs: lines.map((l) => runsOf(short(l))) };
    if (back === null) return [forward];
    return [forward, { ...ends, name: `${edge.to} ⇢ ${edge.from}`, style: "edge back", runs: [runsOf(short(back))] }];
  });
  const sized = layOut(
    texts.map((lines) => boxOf(lines, 8, PADDING)),
    edges.map((e) => ({ ...boxOf(e.runs, 6.6, 3), from: e.from, to: e.to })),
  );
  const each = (draw: (e: DrawnEdge, arrow: Arrow) => string): readonly string[] =>
    edges.flatMap((e, k) => (sized.edges[k] === undefined ? [] : draw(e, sized.edges[k])));
  const drawnNodes = graph.nodes.map((n, k) => {
    const box = sized.nodes[k];
    const style = `node${n.equations.length === 0 ? " given" : ""}${n.marked === true ? " marked" : ""}`;
    return box === undefined ? "" : drawNode(n.name, style, texts[k] ?? [], box);
  });
  const [width, height] = [Math.ceil(sized.width), Math.ceil(sized.height)];
  return `<svg xmlns="http://www.w3.org/2000/svg" class="backproof" role="img" aria-labelledby="title desc" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title id="title">${escapeXml(title)}</title>
<desc id="desc">${escapeXml(description)}</desc>
<style>${STYLE}</style>
<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M 0 0 L 10 5 L 0 10 z"/></marker></defs>
<rect class="paper" width="${width}" height="${height}"/>
${[...each(drawEdge), ...each(drawLabel), ...drawnNodes].filter((part) => part !== "").join("\n")}
</svg>
`;
}

interface DrawnEdge {
  readonly name: string;
  readonly style: string;
  readonly runs: readonly (readonly Run[])[];
}

const boxOf = (lines: readonly (readonly Run[])[], perCharacter: number, padding: number) =>
  lines.length === 0
    ? { width: 0, height: 0 }
    : {
        width: Math.ceil(Math.max(...lines.map(widthOf)) * perCharacter) + 2 * padding,
        height: lines.length * LINE + padding,
      };

function drawEdge({ name, style }: DrawnEdge, { points }: Arrow): string {
  // Backward, the same way is gone from its end to its start.
  const way = style.includes("back") ? [...points].reverse() : points;
  const path = way.map((p, k) => `${k === 0 ? "M" : "L"} ${number(p.x)} ${number(p.y)}`).join(" ");
  return `<g class="${style}"><title>${escapeXml(name)}</title><path d="${path}" marker-end="url(#arrow)"/></g>`;
}

/** Above all edges, on a ground of its own. */
function drawLabel({ style, runs }: DrawnEdge, { x, y, width, height }: Arrow): string {
  if (runs.length === 0) return "";
  const ground = `<rect x="${number(x - width / 2)}" y="${number(y - height / 2)}" width="${number(width)}" height="${number(height)}"/>`;
  return `<g class="label${style.includes("back") ? " back" : ""}">${ground}${textLines(runs, x, y)}</g>`;
}

function drawNode(name: string, style: string, lines: readonly (readonly Run[])[], box: Placed): string {
  const { x, y, width, height } = box;
  return `<g class="${style}"><title>${escapeXml(name)}</title>
  <rect x="${number(x - width / 2)}" y="${number(y - height / 2)}" width="${number(width)}" height="${number(height)}" rx="8"/>
  ${textLines(lines, x, y, "name")}
</g>`;
}

function textLines(lines: readonly (readonly Run[])[], x: number, y: number, first = ""): string {
  const top = y - ((lines.length - 1) * LINE) / 2 + 5;
  return lines
    .map((runs, k) => {
      const style = k === 0 && first !== "" ? ` class="${first}"` : "";
      return `<text${style} x="${number(x)}" y="${number(top + k * LINE)}">${spans(runs)}</text>`;
    })
    .join("");
}

/** Scripts are smaller and moved; `dy` counts from where the last run was. */
function spans(runs: readonly Run[]): string {
  let rise = 0;
  return runs
    .map((run) => {
      const dy = (rise - run.rise) * EM;
      rise = run.rise;
      const moved = dy === 0 ? "" : ` dy="${number(dy)}"`;
      const size = run.size === 1 ? "" : ` font-size="${Math.round(run.size * 100)}%"`;
      return `<tspan${moved}${size}>${escapeXml(run.text)}</tspan>`;
    })
    .join("");
}

const number = (x: number): string => String(Math.round(x * 10) / 10);
