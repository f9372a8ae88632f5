import type { Edges } from "./graph.js";

export interface Paths<Node> {
  /** How many there are, none of them going round a circle; beyond `MOST_COUNTED` only that there are more. */
  readonly count: number;
  /** The first of them. */
  readonly listed: readonly (readonly Node[])[];
  /** All nodes and edges that lie on one of them, whether it is listed or not. */
  readonly on: ReadonlySet<Node>;
}

const MOST_LISTED = 100;
export const MOST_COUNTED = 100_000;

/** The paths from some nodes to others: the terms of the chain rule for the derivative of the one by the other. */
export function pathsBetween<Node>(graph: Edges<Node>, from: ReadonlySet<Node>, to: ReadonlySet<Node>): Paths<Node> {
  const next = new Map<Node, Node[]>();
  const before = new Map<Node, Node[]>();
  for (const e of graph.edges) {
    next.set(e.from, [...(next.get(e.from) ?? []), e.to]);
    before.set(e.to, [...(before.get(e.to) ?? []), e.from]);
  }
  const above = reached(from, next);
  const below = reached(to, before);
  const on = new Set(graph.nodes.filter((n) => above.has(n) && below.has(n)));
  const listed: Node[][] = [];
  let count = 0;
  for (const start of graph.nodes) {
    if (!from.has(start) || !on.has(start)) continue;
    for (const path of walk(start, to, on, next)) {
      count += 1;
      if (listed.length < MOST_LISTED) listed.push(path);
      if (count >= MOST_COUNTED) return { count, listed, on };
    }
  }
  return { count, listed, on };
}

/** Depth first, in the order of the edges; a loop, so that a long path does not exhaust the stack. */
function* walk<Node>(
  start: Node,
  ends: ReadonlySet<Node>,
  on: ReadonlySet<Node>,
  next: ReadonlyMap<Node, readonly Node[]>,
): Generator<Node[]> {
  const path: Node[] = [start];
  const onPath = new Set(path);
  const left: Node[][] = [open(start)];
  if (ends.has(start)) yield [...path];
  while (left.length > 0) {
    const node = left.at(-1)?.pop();
    if (node === undefined) {
      left.pop();
      const done = path.pop();
      if (done !== undefined) onPath.delete(done);
      continue;
    }
    if (onPath.has(node)) continue;
    path.push(node);
    onPath.add(node);
    left.push(open(node));
    if (ends.has(node)) yield [...path];
  }

  function open(node: Node): Node[] {
    return (next.get(node) ?? []).filter((n) => on.has(n)).reverse();
  }
}

function reached<Node>(start: ReadonlySet<Node>, next: ReadonlyMap<Node, readonly Node[]>): ReadonlySet<Node> {
  const seen = new Set(start);
  const stack = [...start];
  for (let node = stack.pop(); node !== undefined; node = stack.pop())
    for (const n of next.get(node) ?? []) {
      if (seen.has(n)) continue;
      seen.add(n);
      stack.push(n);
    }
  return seen;
}
