import type { Dim, Node } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import { DimVar } from "../../model/sizes/dimensions.js";
import { dimText } from "../../model/values/value.js";
import { nameConstant } from "./constants.js";
import { nameScale } from "./factors.js";
import type { Facts } from "./facts.js";
import { contains } from "./forms.js";
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
  if (dim === null && Math.abs(constant) === 1) return null;
  if (dim === null) return penalty ? { code: "l2-factor", about: "" } : nameConstant(f, constant, through);
  if (other !== null) return { code: "mean-axis-confusion", about: `${text(other)} for ${text(dim)}` };
  const about = text(dim);
  if (Math.abs(power) === 0.5) return nameScale(f, dim, power > 0);
  if (power === 1) return averages(f, dim) ? { code: "missing-1-over-N", about } : summedInVain(about);
  return averages(f, dim)
    ? { code: "double-1-over-N", about }
    : { code: "mean-axis-confusion", about: `${about} divides too` };
}

function text(dim: Dim): string {
  const plain = dimText(new DimVar(dim));
  return /[-+]/.test(plain) ? `(${plain})` : plain;
}

/** Where nothing averages, a sum over what does not have its index counts one thing so many times. */
const summedInVain = (about: string): Named => ({
  code: "delta-index-capture",
  about: "",
  message: `this is ${about} times too much: a sum runs over what has no such index, and only one of its terms belongs here`,
});

/** Is this size named there, or one that has it as a factor, or each of its own factors? */
const holds = (node: Node, dim: Dim): boolean => {
  const atomsOf = (d: Dim): readonly string[] => d.terms.flatMap((t) => t.powers.map(([atom]) => atom.latex));
  const there = new Set<string>();
  contains(node, (n) => {
    if (n.kind === "dimension") for (const atom of atomsOf(n.dim)) there.add(atom);
    return false;
  });
  return there.size > 0 && atomsOf(dim).every((atom) => there.has(atom));
};

/** Something averages over this dimension, which the derivatives used here already say. */
const averages = (f: Facts, dim: Dim): boolean => sharedOf(f.judge).equations.some((e) => holds(e.body, dim));
