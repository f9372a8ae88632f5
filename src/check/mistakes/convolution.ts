import { nodesBelow } from "../../evaluate/walk.js";
import type { Arena } from "../../expression/arena.js";
import type { Index, Node, Position, Range } from "../../expression/node.js";

/* A convolution read the other way: an index of a position with the other sign, and zero where a position leaves its axis. */

type Turn = (p: Position, bound: ReadonlySet<Index>, axis: Range | null) => Position;

/** What a convolution may have been meant to be: with its kernel, or what slides over it, the other way round. */
export function flippings(arena: Arena, node: Node): readonly Node[] {
  // A condition alone, `s \le t`, makes no convolution.
  if (!slides(node)) return [];
  const turns = [turnedAround(arena, true), turnedAround(arena, false), opposed(arena)];
  const turned = turns.map((turn) => turnedBy(arena, node, turn));
  const reflected = turnedBy(arena, node, reflection(arena));
  const mirrored = node.free.map((i) => {
    const ends = arena.addDims(i.range.low, i.range.high);
    return arena.substitute(node, new Map([[i, arena.position([[i, -1]], ends)]]));
  });
  return [...turned, reflected, ...mirrored, ...turns.map((turn) => turnedBy(arena, reflected, turn))].filter(
    (n) => n !== node,
  );
}

/** `u + k - 1` as `u - k + 1`: all but the bound indices, or all but the others, with the other sign. */
const turnedAround =
  (arena: Arena, keepsBound: boolean): Turn =>
  (p, bound) => {
    const kept = p.terms.filter(([i]) => bound.has(i) === keepsBound);
    if (p.value !== null || kept.length === 0 || kept.length === p.terms.length) return p;
    const others = p.terms.filter((t) => !kept.includes(t)).map(([i, c]) => [i, -c] as const);
    return arena.position([...kept, ...others], arena.scaleDim(p.offset, -1));
  };

/** `i - n + 1` as `n - i + 1`. */
const opposed =
  (arena: Arena): Turn =>
  (p) =>
    p.value !== null || p.terms.length < 2
      ? p
      : arena.position(
          p.terms.map(([i, c]) => [i, -c] as const),
          p.offset,
        );

/** `k` as `K + 1 - k`, on an axis from 1 to K. */
const reflection =
  (arena: Arena): Turn =>
  (p, bound, axis) => {
    if (axis === null || p.value !== null || p.terms.length !== 1 || !p.terms.every(([i]) => bound.has(i))) return p;
    const ends = arena.addDims(axis.low, axis.high);
    return arena.position(
      p.terms.map(([i, c]) => [i, -c] as const),
      arena.subtractDims(ends, p.offset),
    );
  };

function turnedBy(arena: Arena, node: Node, turn: Turn, bound: ReadonlySet<Index> = new Set()): Node {
  switch (node.kind) {
    case "reduce": {
      const { index, body } = arena.open(node);
      return arena.reduce(node.op, index, turnedBy(arena, body, turn, new Set([...bound, index])));
    }
    case "entry": {
      const { tensor, at } = node;
      // The places of a family count layers or steps; nothing slides along them.
      const first = tensor.parameters.length;
      const alone = at.length - first === 1;
      return arena.entry(
        tensor,
        at.map((p, k) => (k < first ? p : turn(p, bound, alone ? arena.axisRange(tensor, k, at) : null))),
      );
    }
    case "iverson":
      return arena.iverson(node.relation, turn(node.position, bound, null));
    case "matrix":
      return node;
    default:
      return arena.mapOperands(node, (n) => turnedBy(arena, n, turn, bound));
  }
}

/** Zero where a position leaves its axis. */
export function zeroExtended(arena: Arena, node: Node): Node {
  if (node.kind === "matrix") return node;
  if (node.kind !== "entry") return arena.mapOperands(node, (n) => zeroExtended(arena, n));
  const guards = node.at.flatMap((p, k) => {
    if (p.value !== null || (p.terms.length === 1 && arena.indexOf(p) !== null)) return [];
    const { low, high } = arena.axisRange(node.tensor, k, node.at);
    const above = arena.shift(p, arena.scaleDim(low, -1));
    const below = arena.position(
      p.terms.map(([i, c]) => [i, -c] as const),
      arena.subtractDims(high, p.offset),
    );
    return [arena.iverson("nonnegative", above), arena.iverson("nonnegative", below)];
  });
  return arena.multiply(...guards, node);
}

/** Is something taken at a position that two indices make, `x_{u+k-1}`? */
const slides = (node: Node): boolean =>
  nodesBelow([node]).some((n) => n.kind === "entry" && n.at.some((p) => p.terms.length > 1));
