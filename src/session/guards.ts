import { leastOf, provablyNonnegative } from "../derive/positions.js";
import type { Arena } from "../expression/arena.js";
import type { Node, Position } from "../expression/node.js";

/** Conditions on sizes alone that no size can change are decided: `[M ≥ 1]` is one, `[M = 0]` is zero. */
export function decideSizes(arena: Arena, node: Node): Node {
  if (node.kind === "iverson" && node.position.terms.length === 0 && node.position.value === null) {
    const low = leastOf(node.position.offset);
    if (low === null) return node;
    if (node.relation === "zero") return low > 0 ? arena.zero : node;
    return low >= 0 ? arena.one : node;
  }
  return node.kind === "add" || node.kind === "multiply" ? arena.mapOperands(node, (n) => decideSizes(arena, n)) : node;
}

/** Conditions that hold, or fail, wherever the letters in them run: `[\ell < L]` for \ell up to L - 1. */
export function decideGuards(arena: Arena, node: Node): Node {
  if (node.kind === "iverson") {
    const { position: p, relation } = node;
    const least = (q: Position): boolean => provablyNonnegative(arena, q, () => null);
    const isNegative = least(
      arena.position(
        p.terms.map(([i, c]) => [i, -c] as const),
        arena.subtractDims(arena.constantDim(-1), p.offset),
      ),
    );
    if (p.value !== null) return node;
    if (isNegative) return arena.zero;
    if (relation === "nonnegative") return least(p) ? arena.one : node;
    return least(arena.shift(p, arena.constantDim(-1))) ? arena.zero : node;
  }
  return node.kind === "add" || node.kind === "multiply" || node.kind === "reduce"
    ? arena.mapOperands(node, (n) => decideGuards(arena, n))
    : node;
}
