import { Graph, layout } from "@dagrejs/dagre";

/** A box to be placed, sizes in any unit. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface Placed extends Box {
  /** The middle. */
  readonly x: number;
  readonly y: number;
}

export interface Arrow extends Placed {
  /** From border to border. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Placed[];
  /** `x` and `y` are the middle of the label. */
  readonly edges: readonly Arrow[];
}

/** Places boxes from left to right, each edge with room for its label. `edges` name their ends by their place in `nodes`. */
export function layOut(
  nodes: readonly Box[],
  edges: readonly (Box & { readonly from: number; readonly to: number })[],
): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 24, edgesep: 16, ranksep: 40, marginx: MARGIN, marginy: MARGIN });
  nodes.forEach(({ width, height }, k) => {
    graph.setNode(String(k), { width, height });
  });
  edges.forEach(({ from, to, width, height }, k) => {
    graph.setEdge(String(from), String(to), { width, height, labelpos: "c" }, String(k));
  });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: nodes.map((box, k) => {
      const { x = 0, y = 0 } = graph.node(String(k));
      return { ...box, x, y };
    }),
    edges: edges.map(({ from, to, ...box }, k) => {
      const { x = 0, y = 0, points = [] } = graph.edge(String(from), String(to), String(k));
      return { ...box, x, y, points };
    }),
  };
}

const MARGIN = 16;
