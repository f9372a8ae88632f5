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

/** The constant ratio of two expressions, read off at the points; `null` if there is none that is simple. */
export function ratioOf(arena: Arena, c: Comparison, truth: Node, written: Node, dims: readonly Dim[]): Ratio | null {
  const [t, w] = [c.values(truth), c.values(written)];
  if (t === null || w === null) return null;
  const ratios = t.map((x, k) => constantRatio(x, w[k] ?? new Float64Array()));
  const near = (wanted: readonly number[]): boolean =>
    ratios.every((r, k) => r !== null && Math.abs(r - (wanted[k] ?? 0)) < 1e-9 * Math.abs(r));
  if (ratios.length < 2 || ratios.includes(null)) return null;
  for (const [constant, text] of CONSTANTS)
    if (near(ratios.map(() => constant))) {
      const factor = arena.rational(text);
      return { factor, constant, dim: null, power: 0, other: null };
    }
  for (const dim of dims) {
    const sizes = c.environments.map((e) => e.dim(dim));
    for (const [constant, text] of CONSTANTS)
      for (const [power, exponent] of POWERS)
        if (near(sizes.map((s) => constant * s ** power))) {
          const factor = arena.multiply(
            arena.rational(text),
            arena.power(arena.dimension(dim), arena.rational(exponent)),
          );
          return { factor, constant, dim, power, other: null };
        }
  }
  for (const dim of dims)
    for (const other of dims) {
      const wanted = c.environments.map((e) => e.dim(dim) / e.dim(other));
      if (dim === other || !near(wanted)) continue;
      const factor = arena.divide(arena.dimension(dim), arena.dimension(other));
      return { factor, constant: 1, dim, power: 1, other };
    }
  return null;
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
