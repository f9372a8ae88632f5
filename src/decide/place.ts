import type { Arena } from "../expression/arena.js";
import { freeOfDim } from "../expression/arena.js";
import type { Dim, Index, Position, Range } from "../expression/node.js";
import type { Place, Poly } from "./form.js";
import { type Kit, type Places, Unprovable } from "./kit.js";

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function place(terms: readonly (readonly [Index, number])[], offset: Dim, value: Poly | null): Place {
  if (terms.length < 2) return { terms: terms.filter(([, c]) => c !== 0), offset, value };
  const merged = new Map<Index, number>();
  for (const [i, c] of terms) merged.set(i, (merged.get(i) ?? 0) + c);
  const kept = [...merged].filter(([, c]) => c !== 0).sort(([a], [b]) => compareText(a.key, b.key));
  return { terms: kept, offset, value };
}

export const atIndex = (arena: Arena, index: Index): Place => ({
  terms: [[index, 1]],
  offset: arena.zeroDim,
  value: null,
});
export const atDim = (offset: Dim): Place => ({ terms: [], offset, value: null });

/** The index a place consists of, else `null`. */
export function indexAt(p: Place): Index | null {
  const [term] = p.terms;
  if (p.terms.length !== 1 || term === undefined || term[1] !== 1 || p.value !== null) return null;
  return p.offset.terms.length === 0 ? term[0] : null;
}

export const freeOfPlace = (p: Place): readonly Index[] => [
  ...p.terms.map(([i]) => i),
  ...(p.offset.terms.length === 0 ? [] : freeOfDim(p.offset)),
  ...(p.value === null ? [] : p.value.terms.flatMap((t) => t.factors.flatMap((f) => f.atom.free))),
];

/** A place without a gathered value as the arena's position. */
export function toPosition(arena: Arena, p: Place): Position {
  if (p.value !== null) throw new Unprovable("a gathered value inside a dimension");
  return arena.position(p.terms, p.offset);
}

export function substituteDim(arena: Arena, dim: Dim, map: Places): Dim {
  if (dim.terms.length === 0) return dim;
  const free = freeOfDim(dim).filter((i) => map.has(i));
  if (free.length === 0) return dim;
  const positions = new Map<Index, Position>();
  for (const i of free) {
    const target = map.get(i);
    if (target !== undefined) positions.set(i, toPosition(arena, target));
  }
  return arena.substituteDim(dim, positions);
}

export const substituteRange = (arena: Arena, range: Range, map: Places): Range => ({
  low: substituteDim(arena, range.low, map),
  high: substituteDim(arena, range.high, map),
});

export function substitutePlace(kit: Kit, p: Place, map: Places): Place {
  const { arena } = kit;
  let value = p.value === null ? null : kit.substitute(p.value, map);
  let offset = substituteDim(arena, p.offset, map);
  let changed = value !== p.value || offset !== p.offset;
  const terms: (readonly [Index, number])[] = [];
  for (const [i, c] of p.terms) {
    const target = map.get(i);
    if (target === undefined) {
      terms.push([i, c]);
      continue;
    }
    changed = true;
    value = gathered(value, target.value, c);
    for (const [j, d] of target.terms) terms.push([j, c * d]);
    if (target.offset.terms.length > 0) offset = arena.addDims(offset, arena.scaleDim(target.offset, c));
  }
  return changed ? place(terms, offset, value) : p;
}

function gathered(own: Poly | null, other: Poly | null, coefficient: number): Poly | null {
  if (other === null) return own;
  if (own !== null || coefficient !== 1) throw new Unprovable("two gathered values in one position");
  return other;
}

/** `a - b`, or `null` where gathered values do not allow it. */
export function subtractPlaces(kit: Kit, a: Place, b: Place): Place | null {
  const same = a.value !== null && b.value !== null && kit.keyOf(a.value) === kit.keyOf(b.value);
  if (b.value !== null && !same) return a.value === null ? subtractPlaces(kit, b, a) : null;
  const terms = [...a.terms, ...b.terms.map(([i, c]) => [i, -c] as const)];
  return place(terms, kit.arena.subtractDims(a.offset, b.offset), same ? null : a.value);
}

/** Whether a dimension is surely at least zero, every named dimension being at least one. */
export function surelyNonnegative(dim: Dim): boolean {
  let least = 0;
  for (const t of dim.terms) {
    if (t.coefficient < 0 && t.powers.length > 0) return false;
    least += t.coefficient;
  }
  return least >= 0;
}

/** The least value of a place over the ranges of its indices. */
export function leastOf(arena: Arena, p: Place): Dim | null {
  if (p.value !== null) return null;
  let dim = p.offset;
  for (const [i, c] of p.terms) dim = arena.addDims(dim, arena.scaleDim(c > 0 ? i.range.low : i.range.high, c));
  return dim;
}

export function negatePlace(arena: Arena, p: Place): Place | null {
  if (p.value !== null) return null;
  return { terms: p.terms.map(([i, c]) => [i, -c] as const), offset: arena.scaleDim(p.offset, -1), value: null };
}
