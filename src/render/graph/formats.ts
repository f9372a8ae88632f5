import type { GraphJson } from "../../session/graph.js";
import { graphDot } from "./dot.js";
import { graphMermaid } from "./mermaid.js";
import { graphSvg } from "./svg.js";
import { graphTikz } from "./tikz.js";

/** What `graph --to` prints. */
export const graphFormats = {
  svg: graphSvg,
  dot: graphDot,
  mermaid: graphMermaid,
  tikz: graphTikz,
} as const satisfies Readonly<Record<string, (graph: GraphJson) => string>>;
