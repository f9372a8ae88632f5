import type { Dim, Index, Position, Range } from "./node.js";

/*
 * The free indices of dimensions, ranges and positions. A node carries its own.
 */

export const NONE: readonly Index[] = Object.freeze([]);

export function freeOfDim(dim: Dim): readonly Index[] {
  const found: Index[] = [];
  for (const t of dim.terms)
    for (const [atom] of t.powers) if (atom.at !== null) found.push(...freeOfPosition(atom.at));
  return found.length === 0 ? NONE : found;
}

export function freeOfRange(r: Range): readonly Index[] {
  const [low, high] = [freeOfDim(r.low), freeOfDim(r.high)];
  return low.length === 0 ? high : [...low, ...high];
}

export function freeOfPosition(p: Position): readonly Index[] {
  const found = p.terms.map(([i]) => i);
  if (p.offset.terms.length > 0) found.push(...freeOfDim(p.offset));
  if (p.value !== null) found.push(...p.value.free);
  return found;
}

export const freeOfPositions = (ps: readonly Position[]): readonly Index[] => ps.flatMap(freeOfPosition);
