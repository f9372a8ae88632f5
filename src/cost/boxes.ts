import type { Arena } from "../expression/arena.js";
import { freeOfPosition } from "../expression/arena.js";
import type { Index, Position, Range, Tensor } from "../expression/node.js";
import type { Guard } from "./volumes.js";

/**
 * Entries of a tensor that depend on one weight `w[p]`: those at `at`, for all values of the own indices that the guards allow.
 * `h[ℓ+2, i]` with an own `i` is a whole layer, `h[k, i]` with `k - ℓ - 2 ≥ 0` all layers from there on. An own index stands alone
 * on its axis, and is named after it, so that two boxes of one tensor can be compared.
 */
export interface Box {
  readonly tensor: Tensor;
  readonly at: readonly Position[];
  readonly guards: readonly Guard[];
}

const OWN = "~own";

/** The index that means the whole of an axis. */
export const ownIndex = (arena: Arena, tensor: Tensor, axis: number, at: readonly Position[]): Index =>
  arena.index(`${OWN}${axis}`, arena.axisRange(tensor, axis, at));

export const isOwn = (index: Index): boolean => index.name.startsWith(OWN);
export const ownOf = (box: Box): readonly Index[] => box.at.flatMap((p) => p.terms.map(([i]) => i)).filter(isOwn);

/** A box from positions that hold some indices of an equation: each becomes the own index of the first axis it stands on. */
export function boxOf(
  arena: Arena,
  tensor: Tensor,
  positions: readonly Position[],
  given: readonly Guard[],
  loose: ReadonlySet<Index>,
): Box {
  let at = positions;
  let guards = given;
  for (let axis = 0; axis < at.length; axis++) {
    const position = at[axis];
    const term = position?.terms.find(([i]) => loose.has(i));
    if (position === undefined || term === undefined || Math.abs(term[1]) !== 1) continue;
    const [index, sign] = term;
    const own = ownIndex(arena, tensor, axis, at.slice(0, tensor.parameters.length));
    // own = sign·index + rest, so index = sign·(own - rest).
    const rest = arena.position(
      position.terms.filter(([i]) => i !== index),
      position.offset,
    );
    const value = scaled(arena, minus(arena, arena.at(own), rest), sign);
    const map = new Map([[index, value]]);
    guards = [...substituted(arena, guards, map), ...within(arena, value, index.range)];
    at = at.map((p) => arena.substitutePosition(p, map));
  }
  return { tensor, at, guards: tidied(arena, guards, at) };
}

export const minus = (arena: Arena, a: Position, b: Position): Position =>
  arena.position([...a.terms, ...b.terms.map(([i, c]) => [i, -c] as const)], arena.subtractDims(a.offset, b.offset));

export const scaled = (arena: Arena, p: Position, by: number): Position =>
  arena.position(
    p.terms.map(([i, c]) => [i, c * by] as const),
    arena.scaleDim(p.offset, by),
  );

export const substituted = (
  arena: Arena,
  guards: readonly Guard[],
  map: ReadonlyMap<Index, Position>,
): readonly Guard[] => guards.map((g) => ({ ...g, position: arena.substitutePosition(g.position, map) }));

/** That a position lies in a range; nothing where it is an index over that range. */
export function within(arena: Arena, p: Position, range: Range): readonly Guard[] {
  const index = arena.indexOf(p);
  if (index !== null && index.range.low === range.low && index.range.high === range.high) return [];
  const above = minus(arena, p, arena.atDim(range.low));
  const below = minus(arena, arena.atDim(range.high), p);
  return [above, below].map((position) => ({ relation: "nonnegative", position }));
}

/** Without guards that hold anyway, about what is gone, or that another one implies. */
function tidied(arena: Arena, guards: readonly Guard[], at: readonly Position[]): readonly Guard[] {
  const own = new Set(at.flatMap(freeOfPosition));
  const kept: Guard[] = [];
  for (const g of guards) {
    const free = freeOfPosition(g.position);
    if (free.some((i) => (isOwn(i) || i.name.startsWith("~")) && !own.has(i) && !isWeightIndex(i))) continue;
    if (kept.some((k) => implies(arena, k, g)) || isTrivial(arena, g)) continue;
    kept.splice(0, kept.length, ...kept.filter((k) => !implies(arena, g, k)), g);
  }
  return kept;
}

export const WEIGHT = "~weight";
const isWeightIndex = (i: Index): boolean => i.name.startsWith(WEIGHT);

/** `a` implies `b` if their positions differ by a number that is not negative. */
export function implies(arena: Arena, a: Guard, b: Guard): boolean {
  if (a.relation !== b.relation) return false;
  const difference = minus(arena, b.position, a.position);
  const number = difference.terms.length === 0 ? arena.integerOf(difference.offset) : null;
  return number !== null && (a.relation === "zero" ? number === 0 : number >= 0);
}

/** One index against its own range. */
function isTrivial(arena: Arena, { relation, position }: Guard): boolean {
  const [term] = position.terms;
  if (relation === "zero" || position.terms.length !== 1 || term === undefined) {
    const number = position.terms.length === 0 ? arena.integerOf(position.offset) : null;
    return relation === "nonnegative" && number !== null && number >= 0;
  }
  const [index, c] = term;
  const least = arena.addDims(position.offset, arena.scaleDim(c > 0 ? index.range.low : index.range.high, c));
  const number = arena.integerOf(least);
  return number !== null && number >= 0;
}

/** Whether every entry of `a` is one of `b`. */
export const isInside = (arena: Arena, a: Box, b: Box): boolean =>
  a.at.every((p, k) => p === b.at[k]) && b.guards.every((g) => a.guards.some((h) => implies(arena, h, g)));

/** The axis along which `b` is `a` some members further, all else equal; `null` if there is none. */
export function shiftedAxis(arena: Arena, a: Box, b: Box): number | null {
  const axes = a.at.flatMap((p, k) => (p === b.at[k] ? [] : [k]));
  const [axis] = axes;
  const [p, q] = axis === undefined ? [] : [a.at[axis], b.at[axis]];
  if (axis === undefined || axes.length > 1 || p === undefined || q === undefined) return null;
  if ([p, q].some((x) => freeOfPosition(x).some(isOwn))) return null;
  const difference = minus(arena, q, p);
  const steps = difference.terms.length === 0 ? arena.integerOf(difference.offset) : null;
  return steps === null || steps === 0 ? null : axis;
}

/** All members from `box` on, in the direction in which `next` lies. */
export function fromOn(arena: Arena, box: Box, next: Box, axis: number): Box {
  const [p, q] = [box.at[axis], next.at[axis]];
  if (p === undefined || q === undefined) return box;
  const own = arena.at(ownIndex(arena, box.tensor, axis, box.at.slice(0, box.tensor.parameters.length)));
  const forward = (arena.integerOf(minus(arena, q, p).offset) ?? 0) > 0;
  const position = forward ? minus(arena, own, p) : minus(arena, p, own);
  const at = box.at.map((x, k) => (k === axis ? own : x));
  // That the first member exists follows from there being any.
  const guards = box.guards.filter((g) => freeOfPosition(g.position).some(isOwn));
  return { tensor: box.tensor, at, guards: tidied(arena, [...guards, { relation: "nonnegative", position }], at) };
}

/** The entries in both boxes; `null` if there is surely none. */
export function intersection(arena: Arena, a: Box, b: Box): Box | null {
  const map = new Map<Index, Position>();
  const zeros: Guard[] = [];
  const at: Position[] = [];
  for (const [k, p] of a.at.entries()) {
    const q = b.at[k] ?? p;
    const [i, j] = [arena.indexOf(p), arena.indexOf(q)];
    if (p === q) at.push(p);
    else if (i !== null && isOwn(i)) {
      map.set(i, q);
      at.push(q);
    } else if (j !== null && isOwn(j)) {
      map.set(j, p);
      at.push(p);
    } else {
      const position = minus(arena, p, q);
      const number = position.terms.length === 0 ? arena.integerOf(position.offset) : null;
      if (number !== null && number !== 0) return null;
      zeros.push({ relation: "zero", position });
      at.push(p);
    }
  }
  const ranges = [...map].flatMap(([i, p]) => within(arena, p, i.range));
  const guards = [...substituted(arena, [...a.guards, ...b.guards], map), ...zeros, ...ranges];
  return { tensor: a.tensor, at, guards: tidied(arena, guards, at) };
}
