import { tensorsOf } from "../../expression/arena.js";
import type { Dim, Node } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import { DimVar } from "../../model/sizes/dimensions.js";
import { dimText } from "../../model/values/value.js";
import { nameScale } from "./factors.js";
import type { Facts } from "./facts.js";
import { contains } from "./forms.js";
import { constantsIn } from "./inner.js";
import type { Named } from "./named.js";
import type { Ratio } from "./ratio.js";
import { sharedOf } from "./shared.js";

/* Names where the whole, or what comes through some equations, is a constant times what it should be. */

export interface Scaled {
  /** What was written, divided by the truth. */
  readonly ratio: Ratio;
  readonly through: readonly Equation[];
  readonly penalty: boolean;
}

export function nameRatio(f: Facts, scaled: Scaled): Named | null {
  const name = nameOf(f, scaled);
  const [use, ...more] = scaled.through;
  return name === null || use === undefined || more.length > 0 ? name : { ...name, use };
}

function nameOf(f: Facts, { ratio, through, penalty }: Scaled): Named | null {
  const { constant, dim, power, other } = ratio;
  if (dim === null) return nameConstant(f, constant, through, penalty);
  if (other !== null) return { code: "mean-axis-confusion", about: `${text(other)} for ${text(dim)}` };
  const about = text(dim);
  if (Math.abs(power) === 0.5) return nameScale(f, dim, power > 0);
  if (power === 1) return { code: "missing-1-over-N", about };
  return averages(f, dim)
    ? { code: "double-1-over-N", about }
    : { code: "mean-axis-confusion", about: `${about} divides too` };
}

function text(dim: Dim): string {
  const plain = dimText(new DimVar(dim));
  return /[-+]/.test(plain) ? `(${plain})` : plain;
}

const holds = (node: Node, dim: Dim): boolean => contains(node, (n) => n.kind === "dimension" && n.dim === dim);

/** Something averages over this dimension, which the derivatives used here already say. */
const averages = (f: Facts, dim: Dim): boolean => sharedOf(f.judge).equations.some((e) => holds(e.body, dim));

function nameConstant(f: Facts, constant: number, through: readonly Equation[], penalty: boolean): Named | null {
  if (Math.abs(constant) === 1) return null;
  if (penalty) return { code: "l2-factor", about: "" };
  // Without a constant by which the variable, or what a function is of, is multiplied.
  const lost = constantsIn(f, through).find((q) => Math.abs(q.valueOf() * constant) === 1);
  if (lost !== undefined)
    return { code: "dropped-inner-factor", about: (constant < 0 ? lost : lost.abs()).toFraction() };
  if (through.some((e) => isRootOf(f, e, constant))) return EXPONENT_IN_FRONT;
  return { code: "missing-factor-2", about: "" };
}

const EXPONENT_IN_FRONT: Named = {
  code: "missing-factor-2",
  about: "",
  message: "a constant factor is wrong: the exponent comes in front, the derivative of xⁿ is n xⁿ⁻¹",
};

/** A power of what the variable moves, with the exponent that was left out. */
const isRootOf = ({ truth: { wrt } }: Facts, { body }: Equation, constant: number): boolean =>
  contains(
    body,
    (n) =>
      n.kind === "power" &&
      n.exponent.kind === "rational" &&
      !n.exponent.value.equals(2) &&
      Math.abs(n.exponent.value.valueOf() * constant) === 1 &&
      tensorsOf(n.base).some((t) => t === wrt),
  );
