import type { Algebra } from "./function.js";
import { functionNamed } from "./table.js";

/** Rules over float64. A zero factor makes a product zero, as guards do in expressions. */
export const numberAlgebra: Algebra<number> = {
  rational: (numerator, denominator = 1) => numerator / denominator,
  pi: () => Math.PI,
  add: (...terms) => terms.reduce((sum, t) => sum + t, 0),
  multiply: (...factors) => (factors.includes(0) ? 0 : factors.reduce((product, f) => product * f, 1)),
  power: (base, exponent) => (exponent === 0.5 ? Math.sqrt(base) : base ** exponent),
  apply: (fn, ...args) => functionNamed(fn).value(...args),
  indicator: (relation, arg) => Number(relation === ">" ? arg > 0 : relation === ">=" ? arg >= 0 : arg === 0),
};
