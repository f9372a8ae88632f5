import { tensorsOf } from "../../expression/arena.js";
import type { Equation } from "../../model/model.js";
import type { Facts } from "./facts.js";
import { contains } from "./forms.js";
import { constantsIn } from "./inner.js";
import { type Named, named } from "./named.js";

/* Names where a number is wrong: one of the forward pass, one that an exponent brings, or any. */

const EXPONENT_IN_FRONT: Named = {
  ...named("missing-factor-2"),
  message: "a constant factor is wrong: the exponent comes in front, the derivative of xⁿ is n xⁿ⁻¹",
};

/** What was written is `constant` times the truth, or times what comes through some equations. */
export function nameConstant(f: Facts, constant: number, through: readonly Equation[]): Named {
  // Without a constant by which the variable, or what a function is of, is multiplied.
  const lost = constantsIn(f, through).find((q) => Math.abs(Math.abs(q.valueOf() * constant) - 1) < 1e-9);
  if (lost !== undefined) {
    const name = named("dropped-inner-factor", (constant < 0 ? lost : lost.abs()).toFraction());
    return Math.abs(lost.valueOf()) === 2 ? { ...name, beside: "missing-factor-2" } : name;
  }
  if (through.some((e) => isRootOf(f, e, constant))) return EXPONENT_IN_FRONT;
  return named("missing-factor-2");
}

/** A power of what the variable moves, with the exponent that was left out. */
const isRootOf = ({ truth: { wrt } }: Facts, { body }: Equation, constant: number): boolean =>
  contains(
    body,
    (n) =>
      n.kind === "power" &&
      n.exponent.kind === "rational" &&
      !n.exponent.value.equals(2) &&
      Math.abs(Math.abs(n.exponent.value.valueOf() * constant) - 1) < 1e-9 &&
      tensorsOf(n.base).some((t) => t === wrt),
  );
