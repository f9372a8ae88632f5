import { flatMap } from "../core/flat-map.js";
import type { Arena, Substitution } from "../expression/arena.js";
import { freeOfRange } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position } from "../expression/node.js";
import { guardsOf, provablyNonnegative, solveFor, takesValue, type ValueRange } from "./positions.js";

/** `Σ_sums Π factors`, the last index innermost. */
export interface Term {
  readonly sums: readonly Index[];
  readonly factors: readonly Node[];
}

export const factorsOf = (node: Node): readonly Node[] => (node.kind === "multiply" ? node.factors : [node]);
export const termsOf = (node: Node): readonly Node[] => (node.kind === "add" ? node.terms : [node]);
export const isDelta = (node: Node): boolean => node.kind === "iverson" && node.relation === "zero";

/** A product with its sums opened: `x Σ_k a_k` is `Σ_k x a_k`. Sums of sums are not distributed. */
export function openTerm(arena: Arena, node: Node): Term {
  const sums: Index[] = [];
  const factors: Node[] = [];
  const stack = [...factorsOf(node)].reverse();
  for (let factor = stack.pop(); factor !== undefined; factor = stack.pop()) {
    if (factor.kind !== "reduce" || factor.op !== "sum") {
      factors.push(factor);
      continue;
    }
    const { index, body } = arena.open(factor);
    sums.push(index);
    stack.push(...[...factorsOf(body)].reverse());
  }
  return { sums, factors };
}

/**
 * The term as one node: each sum closes over the factors that know its index and no others, so that
 * `Σ_i Σ_j a_i b_j c` is `c (Σ_i a_i) (Σ_j b_j)`.
 */
export function closeTerm(arena: Arena, term: Term): Node {
  let factors = [...term.factors];
  for (const index of [...term.sums].reverse()) {
    const inside = factors.filter((f) => f.free.includes(index));
    const outside = factors.filter((f) => !f.free.includes(index));
    factors = [...outside, arena.sum(index, arena.multiply(...inside))];
  }
  return arena.multiply(...factors);
}

/** The term as it stands, for the left side of a step. */
export const plainTerm = (arena: Arena, term: Term): Node => arena.sums(term.sums, arena.multiply(...term.factors));

interface Solution {
  readonly index: Index;
  readonly at: Position;
  readonly factor: Node;
  readonly guards: readonly Node[];
}

/**
 * Sums over deltas carried out: `Σ_k δ_{k j} f_k` is `f_j`, with `[low ≤ j ≤ high]` before it unless the ranges imply
 * that. Solutions that need no guard go first.
 */
export function eliminateDeltas(arena: Arena, term: Term, valueRange: ValueRange): Term {
  let current: Term = {
    sums: term.sums,
    factors: neededFactors(arena, flatMap(term.factors, factorsOf), valueRange),
  };
  for (;;) {
    const solution = chooseSolution(arena, current, valueRange);
    if (solution === null) return current;
    current = replace(arena, current, solution);
    current = { ...current, factors: neededFactors(arena, current.factors, valueRange) };
  }
}

/** Without conditions that hold for all places, or wherever a delta beside them is not zero: `[i \le n_L]` beside `[\ell = L]`, i up to n_\ell. */
function neededFactors(arena: Arena, factors: readonly Node[], valueRange: ValueRange): readonly Node[] {
  const places = flatMap(factors, (f) => placesFixedBy(arena, f));
  const holds = (position: Position): boolean =>
    provablyNonnegative(arena, position, valueRange) ||
    places.some((map) => provablyNonnegative(arena, position, valueRange, map));
  return factors.filter((f) => f.kind !== "iverson" || f.relation !== "nonnegative" || !holds(f.position));
}

/** Where a delta puts each of its indices. */
function placesFixedBy(arena: Arena, f: Node): readonly Substitution[] {
  if (f.kind !== "iverson" || f.relation !== "zero" || f.position.value !== null) return [];
  return flatMap(f.position.terms, ([index]) => {
    const at = solveFor(arena, f.position, index);
    return at === null ? [] : [new Map([[index, at]])];
  });
}

function chooseSolution(arena: Arena, term: Term, valueRange: ValueRange): Solution | null {
  let guarded: Solution | null = null;
  for (const factor of term.factors) {
    if (factor.kind !== "iverson" || factor.relation !== "zero") continue;
    for (const index of term.sums) {
      const solution = solutionFor(arena, term, factor, index, valueRange);
      if (solution?.guards.length === 0) return solution;
      guarded ??= solution;
    }
  }
  return guarded;
}

function solutionFor(
  arena: Arena,
  term: Term,
  factor: NodeOf<"iverson">,
  index: Index,
  valueRange: ValueRange,
): Solution | null {
  const at = solveFor(arena, factor.position, index);
  if (at === null || (at.value !== null && !canGather(term, factor, index))) return null;
  const guards = guardsOf(arena, at, index.range, valueRange);
  return guards === null ? null : { index, at, factor, guards };
}

function canGather(term: Term, factor: Node, index: Index): boolean {
  return (
    term.factors.every((f) => f === factor || flippable(f, index) || takesValue(f, index)) &&
    term.sums.every((i) => !freeOfRange(i.range).includes(index))
  );
}

// δ(i - s) is δ(s - i): the sign may be turned so that a value can stand for s.
const flippable = (f: Node, index: Index): boolean =>
  f.kind === "iverson" &&
  f.relation === "zero" &&
  f.position.value === null &&
  f.position.terms.some(([i, c]) => i === index && c === -1);

function replace(arena: Arena, term: Term, { index, at, factor, guards }: Solution): Term {
  const map = new Map<Index, Position>([[index, at]]);
  const sums: Index[] = [];
  for (const sum of term.sums) {
    if (sum === index) continue;
    const range = arena.substituteRange(sum.range, map);
    if (range.low === sum.range.low && range.high === sum.range.high) sums.push(sum);
    else {
      const moved = arena.freshIndex(range);
      map.set(sum, arena.at(moved));
      sums.push(moved);
    }
  }
  const rest = term.factors.filter((f) => f !== factor).map((f) => substituteIn(arena, f, index, at, map));
  return { sums: inOrder(sums), factors: flatMap([...guards, ...rest], factorsOf) };
}

/** Replaces in a factor; the two sides of a delta are swapped where a gathered value takes the place of the subtrahend. */
function substituteIn(arena: Arena, f: Node, index: Index, at: Position, map: Map<Index, Position>): Node {
  if (at.value === null || !flippable(f, index) || f.kind !== "iverson") return arena.substitute(f, map);
  const rest = arena.position(
    f.position.terms.filter(([i]) => i !== index),
    f.position.offset,
  );
  return arena.delta(arena.substitutePosition(arena.at(index), map), arena.substitutePosition(rest, map));
}

/** A range may mention an index only of a sum further out. */
export function inOrder(sums: readonly Index[]): readonly Index[] {
  if (sums.every((i) => freeOfRange(i.range).length === 0)) return sums;
  const placed: Index[] = [];
  let waiting = [...sums];
  while (waiting.length > 0) {
    const ready = waiting.filter((i) => !freeOfRange(i.range).some((f) => waiting.includes(f)));
    if (ready.length === 0) throw new Error("internal: the ranges of two sums mention each other");
    placed.push(...ready);
    waiting = waiting.filter((i) => !ready.includes(i));
  }
  return placed;
}
