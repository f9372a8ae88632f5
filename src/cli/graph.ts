import { graphFormats } from "../render/graph/formats.js";
import { type GraphJson, graphWorksheet } from "../session/graph.js";
import { type Command, type GraphFormat, statusOf } from "./command.js";
import type { Paint } from "./terminal.js";
import { count, familyText, oneLine, table } from "./text.js";

export const graph: Command = {
  run: async (file, text, { seed, paths, backward, to }) => {
    const json = graphWorksheet(file, text, {
      ...(seed === undefined ? {} : { seed }),
      ...(paths === undefined ? {} : { paths }),
      ...(backward === undefined ? {} : { backward }),
    });
    return {
      json,
      text: (paint) => (to === undefined ? graphText(json, paint) : graphFormats[to as GraphFormat](json)),
      diagnostics: json.diagnostics,
      status: statusOf(json.diagnostics),
    };
  },
  unusable: (file, diagnostics) => ({
    ...{ schema: "backproof/graph/1", file, title: "", nodes: [], edges: [], paths: [] },
    diagnostics,
  }),
};

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
  return [head, "", paint("bold", "nodes"), ...table(nodeRows, " "), "", paint("bold", "edges"), ...table(edgeRows, " "), ...pathLines].join("\n"); // biome-ignore format: one line
}
