import { nodesBelow } from "../../evaluate/walk.js";
import type { Arena } from "../../expression/arena.js";
import type { Dim, Index, Node, NodeOf, Position, Range } from "../../expression/node.js";

/*
 * Sums over windows, as convolutions have them. The adjoint of `y_i = Σ_k w_k x_{i+k-1}` by x comes as a sum over all i,
 * guarded so that few terms count; summed over k instead it costs what the forward pass costs.
 */

type Guard = NodeOf<"iverson">;

const rangeKey = (r: Range): string => `${r.low.key}..${r.high.key}`;

/** The ranges of those sums of the forward pass that run over a window: whose index is added to another one. */
export function windowRanges(bodies: readonly Node[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const n of nodesBelow(bodies))
    if (n.kind === "entry") for (const range of n.at.flatMap(movedRanges)) found.add(rangeKey(range));
  return found;
}

/** The ranges of bound indices (`#1`, `#2`, …) that are added to another index. */
const movedRanges = (p: Position): readonly Range[] =>
  p.terms.length < 2 ? [] : p.terms.flatMap(([i]) => (i.name.startsWith("#") ? [i.range] : []));

export interface Summand {
  readonly bound: readonly Index[];
  readonly factors: readonly Node[];
}

/**
 * The same sum with a bound index `j` replaced by a position `p(j)` that a factor is read at, where `p` runs over a window. A term
 * with `p` outside its axis has a zero guard, or it would have no value; so nothing is lost.
 */
export function overWindows(arena: Arena, summand: Summand, windows: ReadonlySet<string>): Summand {
  if (!summand.factors.some(isRangeGuard)) return summand;
  for (const j of summand.bound) {
    if (windows.has(rangeKey(j.range))) continue;
    for (const factor of summand.factors) {
      if (factor.kind !== "entry") continue;
      const found = windowOf(arena, factor, j, windows);
      if (found !== null) return replaced(arena, summand, j, found.position, found.range);
    }
  }
  return summand;
}

function windowOf(
  arena: Arena,
  entry: NodeOf<"entry">,
  j: Index,
  windows: ReadonlySet<string>,
): { readonly position: Position; readonly range: Range } | null {
  for (const [axis, position] of entry.at.entries()) {
    const range = arena.axisRange(entry.tensor, axis, entry.at);
    const own = position.terms.find(([i]) => i === j);
    if (position.value !== null || position.terms.length < 2 || own === undefined || Math.abs(own[1]) !== 1) continue;
    if (windows.has(rangeKey(range))) return { position, range };
  }
  return null;
}

function replaced(arena: Arena, { bound, factors }: Summand, j: Index, p: Position, range: Range): Summand {
  const k = arena.freshIndex(range);
  const sign = p.terms.find(([i]) => i === j)?.[1] ?? 1;
  // p = ±j + rest, so j = ±(k - rest).
  const rest = p.terms.filter(([i]) => i !== j).map(([i, c]) => [i, -c * sign] as const);
  const there = arena.position([[k, sign], ...rest], arena.scaleDim(p.offset, -sign));
  const map = new Map([[j, there]]);
  const inside = [
    arena.iverson("nonnegative", arena.shift(there, arena.scaleDim(j.range.low, -1))),
    arena.iverson(
      "nonnegative",
      arena.position(
        there.terms.map(([i, c]) => [i, -c] as const),
        arena.subtractDims(j.range.high, there.offset),
      ),
    ),
  ];
  const all = [...factors.map((f) => arena.substitute(f, map)), ...inside];
  return {
    bound: bound.map((b) => (b === j ? k : b)),
    factors: all.filter((f) => !(isRangeGuard(f) && alwaysTrue(arena, f))),
  };
}

const isRangeGuard = (n: Node): n is Guard =>
  n.kind === "iverson" && n.relation === "nonnegative" && n.position.value === null;

function alwaysTrue(arena: Arena, guard: Guard): boolean {
  const low = arena.integerOf(extreme(arena, guard.position, "least"));
  return low !== null && low >= 0;
}

/** The least or greatest value of a position over the ranges of its indices. */
function extreme(arena: Arena, position: Position, which: "least" | "greatest"): Dim {
  return position.terms.reduce((sum, [i, c]) => {
    const end = c > 0 === (which === "least") ? i.range.low : i.range.high;
    return arena.addDims(sum, arena.scaleDim(end, c));
  }, position.offset);
}

/** An entry that guards keep inside its axis, read from an array with zeros around: the guards are then not needed. */
export interface Padded {
  readonly entry: NodeOf<"entry">;
  readonly axis: number;
  readonly range: Range;
  readonly guards: readonly Node[];
}

export function paddedEntry(arena: Arena, factors: readonly Node[]): Padded | null {
  const guards = factors.filter(isRangeGuard);
  if (guards.length === 0) return null;
  for (const entry of factors) {
    if (entry.kind !== "entry" || entry.tensor.parameters.length > 0) continue;
    const found = paddedAxis(arena, entry, guards);
    if (found !== null) return found;
  }
  return null;
}

function paddedAxis(arena: Arena, entry: NodeOf<"entry">, guards: readonly Guard[]): Padded | null {
  for (const [axis, position] of entry.at.entries()) {
    if (position.value !== null || position.terms.length < 2) continue;
    const range = arena.axisRange(entry.tensor, axis, entry.at);
    const fromLow = arena.shift(position, arena.scaleDim(range.low, -1));
    const toHigh = arena.difference(arena.atDim(range.high), position);
    const own = guards.filter((g) => g.position === fromLow || g.position === toHigh);
    const [before, after] = padding(arena, position, range);
    if (own.length > 0 && isNatural(before) && isNatural(after)) return { entry, axis, range, guards: own };
  }
  return null;
}

/** How many places a position reaches beyond an axis, below and above. */
export function padding(arena: Arena, position: Position, range: Range): readonly [Dim, Dim] {
  return [
    arena.subtractDims(range.low, extreme(arena, position, "least")),
    arena.subtractDims(extreme(arena, position, "greatest"), range.high),
  ];
}

/** Not negative, whatever the sizes, each of which is at least one. */
const isNatural = (dim: Dim): boolean =>
  dim.terms.every((t) => t.coefficient > 0 || t.powers.length === 0) &&
  dim.terms.reduce((sum, t) => sum + t.coefficient, 0) >= 0;
