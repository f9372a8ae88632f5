import { flatMap } from "../core/flat-map.js";
import type { Arena, Substitution } from "../expression/arena.js";
import { freeOfDim, operands } from "../expression/arena.js";
import type { Dim, Index, Node, Position, Range } from "../expression/node.js";

/** What is known of the ranges of gathered values: the range of `y_t`, or `null`. */
export type ValueRange = (value: Node) => Range | null;

/** The position that `index` must have for `position = 0`, or `null` where that is not a single affine one. */
export function solveFor(arena: Arena, position: Position, index: Index): Position | null {
  const own = position.terms.find(([i]) => i === index)?.[1];
  if (own !== 1 && own !== -1) return null;
  if (freeOfDim(position.offset).includes(index) || position.value?.free.includes(index)) return null;
  if (position.value !== null && own === 1) return null;
  const rest = position.terms.filter(([i]) => i !== index).map(([i, c]) => [i, -own * c] as const);
  return arena.position(rest, arena.scaleDim(position.offset, -own), position.value);
}

/** The least value of a dimension that only adds sizes, each of them at least one; `null` for any other. */
export function leastOf(dim: Dim): number | null {
  if (dim.terms.some((t) => t.coefficient < 0 && t.powers.length > 0)) return null;
  return dim.terms.reduce((sum, t) => sum + t.coefficient, 0);
}

/**
 * Proves `position ≥ 0` where its least value over the ranges of its indices is at least zero whatever the sizes. With `fixed`,
 * for the places alone where these indices are.
 */
export function provablyNonnegative(
  arena: Arena,
  position: Position,
  valueRange: ValueRange,
  fixed: Substitution = new Map(),
): boolean {
  const { offset, terms } = arena.substitutePosition(position, fixed);
  let least = offset;
  for (const [i, c] of terms) {
    const { low, high } = arena.substituteRange(i.range, fixed);
    least = arena.addDims(least, arena.scaleDim(c > 0 ? low : high, c));
  }
  if (position.value !== null) {
    const range = valueRange(position.value);
    if (range === null) return false;
    least = arena.addDims(least, range.low);
  }
  const number = leastOf(least);
  return number !== null && number >= 0;
}

/** The factors that say `position` lies in `range`, none where that is provable; `null` where they cannot be written. */
export function guardsOf(arena: Arena, position: Position, range: Range, valueRange: ValueRange): Node[] | null {
  if (position.value !== null) {
    const known = valueRange(position.value);
    if (known === null || position.terms.length > 0) return null;
    const shifted = arena.range(arena.addDims(known.low, position.offset), arena.addDims(known.high, position.offset));
    return includes(arena, range, shifted) ? [] : null;
  }
  const above = arena.shift(position, arena.scaleDim(range.low, -1));
  const below = arena.position(
    position.terms.map(([i, c]) => [i, -c] as const),
    arena.subtractDims(range.high, position.offset),
  );
  return [above, below]
    .filter((p) => !provablyNonnegative(arena, p, valueRange))
    .map((p) => arena.iverson("nonnegative", p));
}

export function includes(arena: Arena, outer: Range, inner: Range): boolean {
  const low = arena.integerOf(arena.subtractDims(inner.low, outer.low));
  const high = arena.integerOf(arena.subtractDims(outer.high, inner.high));
  return low !== null && high !== null && low >= 0 && high >= 0;
}

/**
 * Whether `index` may be replaced by a position with a gathered value everywhere in `node`: a position holds one value
 * only, with coefficient one, and a dimension none.
 */
export function takesValue(node: Node, index: Index): boolean {
  const seen = new Set<Node>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n) || !n.free.includes(index)) continue;
    seen.add(n);
    if (!positionsOf(n).every((p) => positionTakesValue(p, index))) return false;
    if (n.kind === "dimension" || n.kind === "reduce" || n.kind === "argument") {
      const dims = n.kind === "dimension" ? [n.dim] : [n.index.range.low, n.index.range.high];
      if (dims.some((d) => freeOfDim(d).includes(index))) return false;
    }
    stack.push(...operands(n));
  }
  return true;
}

function positionTakesValue(p: Position, index: Index): boolean {
  if (freeOfDim(p.offset).includes(index)) return false;
  const own = p.terms.find(([i]) => i === index)?.[1];
  return own === undefined || (own === 1 && p.value === null);
}

export function positionsOf(node: Node): readonly Position[] {
  switch (node.kind) {
    case "entry":
    case "matrix":
      return node.at;
    case "position":
    case "iverson":
      return [node.position];
    case "abstract":
      return [...node.outputs, ...flatMap(node.partials, (p) => p.at)];
    default:
      return [];
  }
}
