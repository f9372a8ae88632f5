import { Fraction } from "fraction.js";
import {
  add,
  constant,
  multiply,
  one,
  type Polynomial,
  part,
  power,
  replace,
  scale,
  subtract,
  type Variable,
  variable,
  zero,
} from "./polynomial.js";

/** The condition `less < more`, with what both sides have in common left out. */
export interface Crossing {
  readonly less: Polynomial;
  readonly more: Polynomial;
}

/**
 * The condition for `a < b`; `null` if they are equal. Sizes are at least 1, so a common factor, and one that is nowhere negative,
 * may go: `3mn < 2n^2 + mn` is `m < n`.
 */
export function crossing(a: Polynomial, b: Polynomial): Crossing | null {
  const reduced = withoutContent(subtract(a, b));
  if (reduced.terms.length === 0) return null;
  const simple = asDifference(reduced);
  if (simple !== null) return simple;
  return {
    less: part(reduced, (t) => t.coefficient.s > 0n),
    more: scale(
      part(reduced, (t) => t.coefficient.s < 0n),
      -1,
    ),
  };
}

const splitTerms = (p: Polynomial): readonly Polynomial[] =>
  p.terms.map(({ coefficient, powers }) =>
    multiply(constant(coefficient), ...powers.map(([v, n]) => power(variable(v), n))),
  );

/** Divided by the greatest monomial that divides every term, with whole coefficients that have no common divisor. */
function withoutContent(p: Polynomial): Polynomial {
  const [first] = p.terms;
  if (first === undefined) return zero;
  const least = new Map(
    first.powers.map(([v]) => [
      v.key,
      Math.min(...p.terms.map((t) => t.powers.find(([w]) => w.key === v.key)?.[1] ?? 0)),
    ]),
  );
  const content = p.terms.reduce((g, t) => g.gcd(t.coefficient), new Fraction(0)).abs();
  return add(
    ...p.terms.map(({ coefficient, powers }) =>
      multiply(
        constant(coefficient.div(content)),
        ...powers.map(([v, n]) => power(variable(v), n - (least.get(v.key) ?? 0))),
      ),
    ),
  );
}

/** `(x - y) q` with a `q` that has one sign: the condition is about `x` and `y`. */
function asDifference(p: Polynomial): Crossing | null {
  const variables = new Map(p.terms.flatMap((t) => t.powers.map(([v]) => [v.key, v] as const)));
  for (const v of variables.values())
    for (const other of [...[...variables.values()].filter((w) => w !== v).map(variable), one]) {
      const quotient = quotientBy(p, v, other);
      if (quotient === null) continue;
      if (quotient.terms.every((t) => t.coefficient.s > 0n)) return { less: variable(v), more: other };
      if (quotient.terms.every((t) => t.coefficient.s < 0n)) return { less: other, more: variable(v) };
    }
  return null;
}

/** `p / (x - y)` by Horner's rule, or `null` if there is a remainder. */
function quotientBy(p: Polynomial, x: Variable, y: Polynomial): Polynomial | null {
  if (replace(p, (v) => (v.key === x.key ? y : null)).terms.length > 0) return null;
  const exponent = (t: Polynomial): number => t.terms[0]?.powers.find(([v]) => v.key === x.key)?.[1] ?? 0;
  const rest = (t: Polynomial): Polynomial => replace(t, (v) => (v.key === x.key ? one : null));
  const terms = splitTerms(p);
  const highest = Math.max(...terms.map(exponent));
  let carried = zero;
  const quotient: Polynomial[] = [];
  for (let k = highest; k > 0; k--) {
    carried = add(multiply(carried, y), ...terms.filter((t) => exponent(t) === k).map(rest));
    quotient.push(multiply(carried, power(variable(x), k - 1)));
  }
  return add(...quotient);
}
