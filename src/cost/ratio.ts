import type { Fraction } from "fraction.js";
import { type Polynomial, part, scale, subtract } from "./polynomial.js";
import { leading } from "./polynomial-text.js";

/** The terms that no other outgrows, with their coefficients. */
export const leadingPart = (p: Polynomial): Polynomial => {
  const keys = new Set(leading(p).map((t) => powersOf(t.powers)));
  return part(p, (t) => keys.has(powersOf(t.powers)));
};

const powersOf = (powers: Polynomial["terms"][number]["powers"]): string =>
  powers.map(([v, n]) => `${v.key}^${n}`).join("*");

/** What `a / b` tends to as all sizes grow, if that is one number; `null` if it depends on which of them grows. */
export function limitOfRatio(a: Polynomial, b: Polynomial): Fraction | null {
  const [above, below] = [leadingPart(a), leadingPart(b)];
  const [first, second] = [above.terms[0], below.terms[0]];
  if (first === undefined || second === undefined) return null;
  const ratio = first.coefficient.div(second.coefficient);
  return subtract(above, scale(below, ratio)).terms.length === 0 ? ratio : null;
}
