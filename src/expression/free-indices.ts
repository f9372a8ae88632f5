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
export const freeOfRange = (r: Range): readonly Index[] => [...freeOfDim(r.low), ...freeOfDim(r.high)];
export const freeOfPosition = (p: Position): readonly Index[] => [
  ...p.terms.map(([i]) => i),
  ...freeOfDim(p.offset),
  ...(p.value === null ? NONE : p.value.free),
];
export const freeOfPositions = (ps: readonly Position[]): readonly Index[] => ps.flatMap(freeOfPosition);
