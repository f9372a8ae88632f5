import { Fraction } from "fraction.js";
import { add, type MatrixExpression, type MatrixOf, scale } from "../contraction/matrix.js";
import type { Arena } from "../expression/arena.js";
import { isNegative } from "./product-parts.js";

/** `t - y` for `-(y - t)`, or `null` where that too would begin with a minus. */
export function turned(arena: Arena, x: MatrixOf<"scale">): MatrixExpression | null {
  const [sign, sum] = x.args;
  if (x.args.length !== 2 || sign?.kind !== "scalar" || sign.node !== arena.minusOne || sum?.kind !== "add")
    return null;
  const terms = sum.args.map((a) => scale([sign], a));
  return terms.every((t) => beginsWithMinus(arena, t)) ? null : add(...terms);
}

/** Whether what is printed begins with a minus. */
function beginsWithMinus(arena: Arena, x: MatrixExpression): boolean {
  switch (x.kind) {
    case "scalar":
      return isNegative(arena, x.node);
    case "add":
      return x.args.every((a) => beginsWithMinus(arena, a));
    case "scale": {
      const { coefficient, others } = numbersIn(x.args);
      const [only] = others;
      // Numbers that make one are not written.
      if (coefficient.equals(1) && only !== undefined && others.length === 1) return beginsWithMinus(arena, only);
      return coefficient.s < 0n && turned(arena, x) === null;
    }
    default:
      return false;
  }
}

/** The product of the numbers among factors, and the others. */
export function numbersIn(factors: readonly MatrixExpression[]): {
  readonly coefficient: Fraction;
  readonly others: readonly MatrixExpression[];
} {
  let coefficient = new Fraction(1);
  const others: MatrixExpression[] = [];
  for (const f of factors) {
    if (f.kind === "scalar" && f.node.kind === "rational") coefficient = coefficient.mul(f.node.value);
    else others.push(f);
  }
  return { coefficient, others };
}

/** The base and positive exponent that an entrywise factor divides by, if it does. */
export function divisorOf(
  x: MatrixExpression,
): { readonly base: MatrixExpression; readonly exponent: Fraction } | null {
  if (x.kind !== "power") return null;
  const [base, exponent] = x.args;
  if (exponent.kind !== "scalar" || exponent.node.kind !== "rational" || exponent.node.value.s > 0n) return null;
  return { base, exponent: exponent.node.value.neg() };
}
