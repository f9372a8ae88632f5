import Fraction from "fraction.js";
import type { Arena } from "../../expression/arena.js";
import type { Dim, Node } from "../../expression/node.js";
import type { Comparison } from "./compare.js";

/** What the truth must be multiplied by to give what was written: a constant, and one dimension to a power. */
export interface Ratio {
  readonly factor: Node;
  readonly constant: number;
  readonly dim: Dim | null;
  readonly power: number;
  /** Set where one dimension stands for another: `dim / other`. */
  readonly other: Dim | null;
}

const CONSTANTS: readonly (readonly [number, string])[] = [
  [1, "1"],
  [-1, "-1"],
  [2, "2"],
  [0.5, "1/2"],
  [-2, "-2"],
  [-0.5, "-1/2"],
  [4, "4"],
  [0.25, "1/4"],
];
const POWERS: readonly (readonly [number, string])[] = [
  [-1, "-1"],
  [1, "1"],
  [-0.5, "-1/2"],
  [0.5, "1/2"],
];

/** The constant ratio of two expressions; `null` if there is none that is simple. */
export function ratioOf(arena: Arena, c: Comparison, truth: Node, written: Node, dims: readonly Dim[]): Ratio | null {
  // Sizes at the points are small: 1/2 and 1/N may look alike there.
  for (const ratio of ratios(arena, c, truth, written, dims))
    if (c.same(arena.multiply(ratio.factor, truth), written)) return ratio;
  return null;
}

/** The ratios that fit at the points. */
function* ratios(arena: Arena, c: Comparison, truth: Node, written: Node, dims: readonly Dim[]): Generator<Ratio> {
  const [t, w] = [c.values(truth), c.values(written)];
  if (t === null || w === null || t.length < 2) return;
  const found = t.map((x, k) => constantRatio(x, w[k] ?? new Float64Array()));
  if (found.includes(null)) return;
  const near = (wanted: readonly number[]): boolean =>
    found.every((r, k) => r !== null && Math.abs(r - (wanted[k] ?? 0)) < 1e-7 * Math.abs(r));
  for (const [constant, text] of CONSTANTS)
    if (near(found.map(() => constant)))
      yield { factor: arena.rational(text), constant, dim: null, power: 0, other: null };
  const simple = simpleFraction(found[0] ?? Number.NaN);
  if (simple !== null && near(found.map(() => simple.valueOf())))
    yield { factor: arena.rational(simple), constant: simple.valueOf(), dim: null, power: 0, other: null };
  const sizes = dims.map((dim) => ({ dim, at: c.environments.map((e) => e.dim(dim)) }));
  for (const { dim, at } of sizes) yield* powersOf(arena, dim, at, near);
  for (const { dim, at } of sizes)
    for (const { dim: other, at: below } of sizes) {
      if (dim === other || !near(at.map((s, k) => s / (below[k] ?? 1)))) continue;
      yield { factor: arena.divide(arena.dimension(dim), arena.dimension(other)), constant: 1, dim, power: 1, other };
    }
}

const MOST_BELOW = 12;

/** The fraction of small whole numbers that a number is, of those that are none of `CONSTANTS`. */
function simpleFraction(x: number): Fraction | null {
  for (let d = 1; d <= MOST_BELOW; d++) {
    const n = Math.round(x * d);
    if (n === 0 || Math.abs(n) > MOST_BELOW || Math.abs(x * d - n) > 1e-7) continue;
    return CONSTANTS.some(([c]) => c === n / d) ? null : new Fraction(n, d);
  }
  return null;
}

function* powersOf(
  arena: Arena,
  dim: Dim,
  at: readonly number[],
  near: (wanted: readonly number[]) => boolean,
): Generator<Ratio> {
  for (const [constant, text] of CONSTANTS)
    for (const [power, exponent] of POWERS) {
      if (!near(at.map((s) => constant * s ** power))) continue;
      const factor = arena.multiply(arena.rational(text), arena.power(arena.dimension(dim), arena.rational(exponent)));
      yield { factor, constant, dim, power, other: null };
    }
}

function constantRatio(t: Float64Array, w: Float64Array): number | null {
  let ratio: number | null = null;
  const scale = t.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  for (let k = 0; k < t.length; k++) {
    const [x, y] = [t[k] ?? 0, w[k] ?? 0];
    if (Math.abs(x) < 1e-7 * scale || x === 0) {
      if (Math.abs(y) > 1e-6 * Math.max(scale, 1e-300)) return null;
      continue;
    }
    const r = y / x;
    if (ratio !== null && Math.abs(r - ratio) > 1e-7 * Math.abs(ratio)) return null;
    ratio ??= r;
  }
  return ratio;
}
