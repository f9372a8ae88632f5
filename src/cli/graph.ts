import { escapeMarkdown } from "../core/escape.js";
import { WHOLE_FILE } from "../core/span.js";
import { graphFormats } from "../render/graph/formats.js";
import { declarationOf } from "../render/graph/labels.js";
import { type DiagramReading, readDiagram } from "../session/diagram.js";
import { type GraphJson, type GraphOptions, graphWorksheet } from "../session/graph.js";
import { type Command, type GraphFormat, type Options, type Outcome, statusOf } from "./command.js";
import type { Paint } from "./terminal.js";
import { count, familyText, oneLine, table } from "./text.js";

export const graph: Command = {
  run: async (file, text, options): Promise<Outcome> => {
    const diagram = readDiagram(file, text);
    if (diagram !== null) return fromDiagram(file, diagram, options);
    const json = graphWorksheet(file, text, drawable(options));
    return {
      json,
      text: (paint) => drawn(json, options, paint),
      diagnostics: json.diagnostics,
      status: statusOf(json.diagnostics),
    };
  },
  unusable: (file, diagnostics) => ({
    ...{ schema: "backproof/graph/1", file, title: "", nodes: [], edges: [], paths: [] },
    diagnostics,
  }),
};

const drawable = ({ seed, paths, backward, units, weights, size }: Options): GraphOptions => ({
  ...(units === undefined ? {} : { units }),
  ...(weights === undefined ? {} : { weights }),
  ...(size === undefined ? {} : { sizes: Object.fromEntries(size) }),
  ...(seed === undefined ? {} : { seed }),
  ...(paths === undefined ? {} : { paths }),
  ...(backward === undefined ? {} : { backward }),
});

function drawn(json: GraphJson, { to }: Options, paint: Paint): string {
  if (to === undefined) return graphText(json, paint);
  return to === "markdown" ? graphMarkdown(json) : graphFormats[to as GraphFormat](json);
}

/** Of a drawing its forward equations, or the drawing that these make. */
function fromDiagram(file: string, { worksheet, diagnostics }: DiagramReading, options: Options): Outcome {
  const json = { ...graphWorksheet(file, worksheet, drawable(options)), worksheet };
  // Places in the worksheet that was made are no places in the file.
  const own =
    worksheet === ""
      ? []
      : json.diagnostics.filter((d) => d.severity !== "note").map((d) => ({ ...d, at: WHOLE_FILE }));
  const all = [...diagnostics, ...own];
  const isText = options.to === undefined || options.to === "markdown";
  return {
    json: { ...json, diagnostics: all },
    text: (paint) => (worksheet === "" ? "" : isText ? worksheet : drawn(json, options, paint)),
    diagnostics: all,
    status: statusOf(all),
  };
}

/** The forward pass that is drawn, as a worksheet. */
function graphMarkdown({ title, nodes }: GraphJson): string {
  const heading = title === "" ? [] : [`# ${escapeMarkdown(title)}`];
  const lines = nodes.flatMap((n) => [...declarationOf(n), ...n.equations]).map((e) => `$$${e}$$`);
  return `${[...heading, ...lines].join("\n\n")}\n`;
}

function graphText({ file, nodes, edges, paths }: GraphJson, paint: Paint): string {
  const head = `${paint("bold", oneLine(file))}  ${count(nodes.length, "node")}, ${count(edges.length, "edge")}`;
  const nodeRows = nodes.map((n) => [
    n.marked === true ? "*" : " ",
    n.name,
    oneLine(n.latex),
    n.role,
    familyText(n.shape, n.family),
    oneLine(n.gradient ?? ""),
  ]);
  const edgeRows = edges.map((e) => [
    e.marked === true ? "*" : " ",
    `${e.from} → ${e.to}`,
    oneLine(e.derivatives.map((d) => d.matrix ?? d.index).join("; ")),
  ]);
  const pathLines = paths.flatMap((p) => [
    "",
    paint("bold", `${p.more ? "more than " : ""}${count(p.count, "path")} from ${p.from} to ${p.to}`),
    ...p.listed.map((path) => `  ${path.join(" → ")}`),
  ]);
  return [
    head,
    "",
    paint("bold", "nodes"),
    ...table(nodeRows, " "),
    "",
    paint("bold", "edges"),
    ...table(edgeRows, " "),
    ...pathLines,
  ].join("\n");
}
