import { above, neg, sub } from "./arithmetic.js";
import type { Algebra, ScalarFunction } from "./function.js";

/*
 * Piecewise linear functions. At a kink the derivative takes the value that the indicator `1[· > 0]` gives: ReLU'(0) = 0. Where
 * arguments compete, exactly one has the weight 1, at a tie the first: two that are equal all around a point (a ratio and the
 * same ratio clipped) must not lose their derivative between them.
 */

const unary = { arity: 1, domain: "real", latexDerivative: null } as const;

const less = <T>(k: Algebra<T>, a: T, b: T): T => above(k, sub(k, b, a));
const atMost = <T>(k: Algebra<T>, a: T, b: T): T => k.indicator(">=", sub(k, b, a));
/** `1[low < x < high]`. */
const between = <T>(k: Algebra<T>, low: T, x: T, high: T): T => k.multiply(less(k, low, x), less(k, x, high));
const clip = <T>(k: Algebra<T>, x: T, low: T, high: T): T => k.apply("min", k.apply("max", x, low), high);

export const piecewise: readonly ScalarFunction[] = [
  {
    ...unary,
    name: "relu",
    written: ["ReLU", "rectifier"],
    derivative: (k, x) => [above(k, x)],
    derivativeByOutput: (k, y) => above(k, y),
    definition: (k, x) => k.multiply(x, above(k, x)),
    value: (x = Number.NaN) => (x > 0 ? x : Number.isNaN(x) ? x : 0),
    latex: "\\operatorname{ReLU}",
    latexDerivative: "\\operatorname{ReLU}'",
    numpy: "np.maximum({0}, 0.0)",
    kinks: [0],
  },
  {
    ...unary,
    name: "leaky_relu",
    arity: 2,
    written: ["LeakyReLU", "leaky_relu", "LReLU", "PReLU"],
    derivative: (k, x, slope) => {
      const b = above(k, x);
      return [k.add(b, k.multiply(slope, sub(k, k.rational(1), b))), k.multiply(x, sub(k, k.rational(1), b))];
    },
    definition: (k, x, slope) => {
      const b = above(k, x);
      return k.multiply(x, k.add(b, k.multiply(slope, sub(k, k.rational(1), b))));
    },
    value: (x = Number.NaN, slope = Number.NaN) => (x > 0 ? x : slope * x),
    latex: "\\operatorname{LeakyReLU}",
    latexApplied: "\\operatorname{LeakyReLU}_{#1}\\left( #0 \\right)",
    numpy: "np.where(({0}) > 0, {0}, ({1}) * ({0}))",
    kinks: [0],
  },
  {
    ...unary,
    name: "relu6",
    written: ["ReLU6"],
    derivative: (k, x) => [between(k, k.rational(0), x, k.rational(6))],
    definition: (k, x) => clip(k, x, k.rational(0), k.rational(6)),
    value: (x = Number.NaN) => Math.min(Math.max(x, 0), 6),
    latex: "\\operatorname{ReLU6}",
    numpy: "np.clip({0}, 0.0, 6.0)",
    kinks: [0, 6],
  },
  {
    ...unary,
    name: "hard_tanh",
    written: ["HardTanh", "hard_tanh"],
    derivative: (k, x) => [between(k, k.rational(-1), x, k.rational(1))],
    definition: (k, x) => clip(k, x, k.rational(-1), k.rational(1)),
    value: (x = Number.NaN) => Math.min(Math.max(x, -1), 1),
    latex: "\\operatorname{HardTanh}",
    numpy: "np.clip({0}, -1.0, 1.0)",
    kinks: [-1, 1],
  },
  {
    ...unary,
    name: "hard_sigmoid",
    written: ["HardSigmoid", "hard_sigmoid"],
    // clip(x/6 + 1/2, 0, 1): Howard et al. 2019
    derivative: (k, x) => [k.multiply(k.rational(1, 6), between(k, k.rational(-3), x, k.rational(3)))],
    definition: (k, x) => k.multiply(k.rational(1, 6), clip(k, k.add(x, k.rational(3)), k.rational(0), k.rational(6))),
    value: (x = Number.NaN) => Math.min(Math.max(x + 3, 0), 6) / 6,
    latex: "\\operatorname{HardSigmoid}",
    numpy: "(np.clip(({0}) + 3.0, 0.0, 6.0) / 6.0)",
    kinks: [-3, 3],
  },
  {
    ...unary,
    name: "hard_swish",
    written: ["HardSwish", "hard_swish"],
    derivative: (k, x) => [
      k.add(k.apply("hard_sigmoid", x), k.multiply(k.rational(1, 6), x, between(k, k.rational(-3), x, k.rational(3)))),
    ],
    definition: (k, x) => k.multiply(x, k.apply("hard_sigmoid", x)),
    value: (x = Number.NaN) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    latex: "\\operatorname{HardSwish}",
    numpy: "(({0}) * np.clip(({0}) + 3.0, 0.0, 6.0) / 6.0)",
    kinks: [-3, 3],
  },
  {
    ...unary,
    name: "abs",
    written: ["abs"],
    derivative: (k, x) => [k.apply("sign", x)],
    definition: (k, x) => k.multiply(x, k.add(k.multiply(k.rational(2), above(k, x)), k.rational(-1))),
    value: Math.abs,
    latex: "\\operatorname{abs}",
    latexApplied: "\\left| #0 \\right|",
    numpy: "np.abs({0})",
    kinks: [0],
  },
  {
    ...unary,
    name: "sign",
    written: ["sign", "sgn", "signum"],
    derivative: (k, _x) => [k.rational(0)],
    definition: (k, x) => sub(k, above(k, x), above(k, neg(k, x))),
    value: Math.sign,
    latex: "\\operatorname{sign}",
    numpy: "np.sign({0})",
    kinks: [0],
  },
  {
    ...unary,
    name: "heaviside",
    written: ["heaviside", "step"],
    derivative: (k, _x) => [k.rational(0)],
    definition: (k, x) => above(k, x),
    value: (x = Number.NaN) => (x > 0 ? 1 : Number.isNaN(x) ? x : 0),
    latex: "\\operatorname{step}",
    numpy: "np.heaviside({0}, 0.0)",
    kinks: [0],
  },
  {
    ...unary,
    name: "max",
    arity: 2,
    written: ["max", "maximum"],
    derivative: (k, a, b) => [atMost(k, b, a), less(k, a, b)],
    definition: (k, a, b) => k.add(b, k.multiply(sub(k, a, b), less(k, b, a))),
    value: Math.max,
    latex: "\\max",
    numpy: "np.maximum({0}, {1})",
    kinks: [],
    switches: (k, a, b) => [sub(k, a, b)],
  },
  {
    ...unary,
    name: "min",
    arity: 2,
    written: ["min", "minimum"],
    derivative: (k, a, b) => [atMost(k, a, b), less(k, b, a)],
    definition: (k, a, b) => k.add(b, k.multiply(sub(k, a, b), less(k, a, b))),
    value: Math.min,
    latex: "\\min",
    numpy: "np.minimum({0}, {1})",
    kinks: [],
    switches: (k, a, b) => [sub(k, a, b)],
  },
  {
    ...unary,
    name: "clip",
    arity: 3,
    written: ["clip", "clamp"],
    // low ≤ x ≤ high: x itself; else the nearer bound, which then carries the derivative
    derivative: (k, x, low, high) => [
      k.multiply(atMost(k, low, x), atMost(k, x, high)),
      k.multiply(less(k, x, low), atMost(k, low, high)),
      less(k, high, k.apply("max", x, low)),
    ],
    definition: (k, x, low, high) => clip(k, x, low, high),
    value: (x = Number.NaN, low = Number.NaN, high = Number.NaN) => Math.min(Math.max(x, low), high),
    latex: "\\operatorname{clip}",
    numpy: "np.clip({0}, {1}, {2})",
    kinks: [],
    switches: (k, x, low, high) => [sub(k, x, low), sub(k, x, high)],
  },
];
