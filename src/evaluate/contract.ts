import type { Index } from "../expression/node.js";
import type { Scope, Value } from "./scope.js";

/** A factor of a product; a guard that is zero makes the product zero, whatever the rest. */
export interface Factor {
  readonly value: Value;
  readonly guard: boolean;
}

/** Beyond so many products the bound indices are eliminated one after the other. */
const MANY = 20_000;

const NO_OFFSETS = new Float64Array(0);

/** `Σ_bound Π factors` for each cell of `out`; with `bound` empty, the product alone. */
export function contract(
  scope: Scope,
  factors: readonly Factor[],
  bound: readonly Index[],
  out: readonly Index[],
): Value {
  const masks: Factor[] = [];
  for (const index of bound) {
    const mask = scope.mask(index);
    if (mask !== null) masks.push({ value: mask, guard: true });
  }
  const guarded = masks.length > 0 || factors.some((f) => f.guard);
  const all = guarded ? [...masks, ...factors].sort((a, b) => Number(b.guard) - Number(a.guard)) : factors;
  if (masks.length === 0 && bound.length > 1 && all.length > 2) {
    // Counted, not made: one index after the other, there is never an array of all of them.
    if (cellsOf(scope, [...out, ...bound]) > MANY && all.every((f) => f.value.data.every(Number.isFinite)))
      return eliminate(scope, all, bound, out);
  }
  return direct(scope, all, bound, out);
}

function direct(scope: Scope, factors: readonly Factor[], bound: readonly Index[], out: readonly Index[]): Value {
  const outer = factors.map(({ value }) => scope.offsets(value, out));
  const inner = factors.map(({ value }) => scope.offsets(value, bound));
  const result = new Float64Array(scope.cells(out));
  const terms = scope.cells(bound);
  const arrays = factors.map((f) => f.value.data);
  const guards = factors.filter((f) => f.guard).length;
  const [a, b] = arrays;
  if (a !== undefined && b !== undefined && arrays.length === 2 && guards === 0)
    return scope.make(out, pairwise(a, b, outer, inner, result, terms));
  for (let cell = 0; cell < result.length; cell++) {
    let sum = 0;
    for (let b = 0; b < terms; b++) {
      let product = 1;
      for (let f = 0; f < arrays.length; f++) {
        const x = arrays[f]?.[(outer[f]?.[cell] ?? 0) + (inner[f]?.[b] ?? 0)] ?? Number.NaN;
        if (f < guards && x === 0) {
          product = 0;
          break;
        }
        product *= x;
      }
      sum += product;
    }
    result[cell] = sum;
  }
  return scope.make(out, result);
}

/** The sums of products of two factors, of which most sums are. */
function pairwise(
  a: Float64Array,
  b: Float64Array,
  outer: readonly Float64Array[],
  inner: readonly Float64Array[],
  result: Float64Array,
  terms: number,
): Float64Array {
  const [aOuter = NO_OFFSETS, bOuter = NO_OFFSETS] = outer;
  const [aInner = NO_OFFSETS, bInner = NO_OFFSETS] = inner;
  for (let cell = 0; cell < result.length; cell++) {
    const [aFrom, bFrom] = [aOuter[cell] ?? 0, bOuter[cell] ?? 0];
    let sum = 0;
    for (let t = 0; t < terms; t++)
      sum += (a[aFrom + (aInner[t] ?? 0)] ?? Number.NaN) * (b[bFrom + (bInner[t] ?? 0)] ?? Number.NaN);
    result[cell] = sum;
  }
  return result;
}

/**
 * Variable elimination: one bound index after the other, the cheapest first, multiplying only the factors that
 * hold it. Only for finite factors: a guard that has been summed over guards no longer.
 */
function eliminate(scope: Scope, factors: readonly Factor[], bound: readonly Index[], out: readonly Index[]): Value {
  let left = factors;
  const waiting = new Set(bound);
  while (waiting.size > 0) {
    const next = cheapest(
      scope,
      left.map((f) => f.value.axes),
      waiting,
    );
    if (next === null) break;
    const { index, kept } = next;
    const touched = left.filter((f) => f.value.axes.includes(index));
    const summed = direct(scope, touched, [index], kept);
    left = [...left.filter((f) => !touched.includes(f)), { value: summed, guard: false }];
    waiting.delete(index);
  }
  return direct(scope, left, [], out);
}

interface Elimination {
  readonly index: Index;
  /** What the factors that hold it have besides. */
  readonly kept: readonly Index[];
  /** How many products are formed. */
  readonly cost: number;
}

function cheapest(scope: Scope, factors: readonly (readonly Index[])[], waiting: Iterable<Index>): Elimination | null {
  let best: Elimination | null = null;
  for (const index of waiting) {
    const all = [...new Set(factors.filter((axes) => axes.includes(index)).flat())];
    const cost = cellsOf(scope, all);
    if (best === null || cost < best.cost) best = { index, kept: all.filter((i) => i !== index), cost };
  }
  return best;
}

/** How many places there are in a box of these indices. */
export const cellsOf = (scope: Scope, space: readonly Index[]): number =>
  space.reduce((cells, i) => cells * scope.box(i).count, 1);

/** How many products `contract` forms of factors with these free indices. */
export function productsFormed(
  scope: Scope,
  factors: readonly (readonly Index[])[],
  bound: readonly Index[],
  out: readonly Index[],
): number {
  const whole = cellsOf(scope, [...out, ...bound]);
  if (bound.length < 2 || factors.length < 3 || whole <= MANY) return whole;
  let [left, total] = [factors, cellsOf(scope, out)];
  const waiting = new Set(bound);
  for (let next = cheapest(scope, left, waiting); next !== null; next = cheapest(scope, left, waiting)) {
    const { index, kept, cost } = next;
    total += cost;
    left = [...left.filter((axes) => !axes.includes(index)), kept];
    waiting.delete(index);
  }
  return total;
}

export type Fold = "product" | "max" | "min" | "logsumexp" | "first-max" | "first-min";

/** Folds `body` over one index for each cell of `out`. The `first-` folds give the index's value. */
export function fold(scope: Scope, how: Fold, body: Value, index: Index, out: readonly Index[]): Value {
  const mask = scope.mask(index);
  const [outer, inner] = [scope.offsets(body, out), scope.offsets(body, [index])];
  const maskOuter = mask === null ? null : scope.offsets(mask, out);
  const maskInner = mask === null ? null : scope.offsets(mask, [index]);
  const result = new Float64Array(scope.cells(out));
  const { low } = scope.box(index);
  for (let cell = 0; cell < result.length; cell++) {
    const xs: number[] = [];
    const at: number[] = [];
    for (let b = 0; b < inner.length; b++) {
      if (mask !== null && mask.data[(maskOuter?.[cell] ?? 0) + (maskInner?.[b] ?? 0)] === 0) continue;
      xs.push(body.data[(outer[cell] ?? 0) + (inner[b] ?? 0)] ?? Number.NaN);
      at.push(low + b);
    }
    result[cell] = folded(how, xs, at);
  }
  return scope.make(out, result);
}

function folded(how: Fold, xs: readonly number[], at: readonly number[]): number {
  switch (how) {
    case "product":
      return xs.reduce((product, x) => product * x, 1);
    case "max":
      return xs.reduce((best, x) => Math.max(best, x), Number.NEGATIVE_INFINITY);
    case "min":
      return xs.reduce((best, x) => Math.min(best, x), Number.POSITIVE_INFINITY);
    case "logsumexp":
      return logSumExp(xs);
    default: {
      const best = folded(how === "first-max" ? "max" : "min", xs, at);
      return at[xs.indexOf(best)] ?? Number.NaN;
    }
  }
}

function logSumExp(xs: readonly number[]): number {
  const top = folded("max", xs, []);
  if (!Number.isFinite(top)) return top;
  return top + Math.log(xs.reduce((sum, x) => sum + Math.exp(x - top), 0));
}
