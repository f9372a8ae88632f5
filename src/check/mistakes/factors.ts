import { tensorsOf } from "../../expression/arena.js";
import type { Dim, Node, NodeOf, Tensor } from "../../expression/node.js";
import { DimVar } from "../../model/sizes/dimensions.js";
import { dimText } from "../../model/values/value.js";
import type { Change } from "./change.js";
import { nameConstant as nameNumber } from "./constants.js";
import { isPenalty, wayText } from "./dropped.js";
import { type Facts, ownAxes } from "./facts.js";
import { contains, factorsOf, hasCase, hasDelta, hasLogSumExp, isApplied, mentionsUpstream } from "./forms.js";
import { latex, type Named, named } from "./named.js";
import { wayOf } from "./path.js";
import { usesToward } from "./truth.js";

/* Names where a factor or a term of a formula is left out or has another sign. */

/** A factor that is left out. */
export function nameFactor(f: Facts, factor: Node): Named {
  const own = nameCase(f, factor) ?? nameByKind(f, factor);
  if (own !== null) return own;
  const { wrt } = f.truth;
  const about = textOf(factor);
  // 1/p, the derivative of a logarithm, is a factor as any other.
  if (factor.kind === "power" && about === "" && wrt !== null && tensorsOf(factor.base).includes(wrt))
    return WRONG_EXPONENT;
  return named(isScaleOfScores(f, factor) ? "attention-scale-missing" : "dropped-inner-factor", about);
}

/** β, and 1/τ of a temperature. */
function textOf(factor: Node): string {
  if (factor.kind === "entry") return latex(factor.tensor);
  if (factor.kind !== "power" || factor.base.kind !== "entry" || factor.exponent.kind !== "rational") return "";
  return factor.exponent.value.equals(-1) ? `1/${latex(factor.base.tensor)}` : "";
}

/** A number that is given and multiplies what goes into a softmax of a matrix. */
function isScaleOfScores(f: Facts, factor: Node): boolean {
  const [scale, ...more] = tensorsOf(factor);
  if (scale === undefined || more.length > 0 || scale.axes.length > 0 || !f.isGiven(scale)) return false;
  return f.through.length > 0 && f.through.every((e) => ownAxes(e.tensor) === 2 && f.scores(e.tensor));
}

/** What is only somewhere. */
function nameCase(f: Facts, factor: Node): Named | null {
  if (f.maximum && hasCase(factor)) return named("maxpool-all-positions");
  if (factor.kind === "indicator") return named("relu-derivative-is-one");
  if (hasCase(factor)) return named("missing-activation-derivative");
  if (contains(factor, (n) => n.kind === "argument")) return named("maxpool-all-positions");
  return factor.kind === "iverson" ? named(f.ofSoftmax ? "softmax-missing-outer" : "delta-index-capture") : null;
}

function nameByKind(f: Facts, factor: Node): Named | null {
  if (factor.kind === "rational")
    return factor.value.equals(-1) ? nameFlipped(f, null) : nameNumber(f, 1 / factor.value.valueOf(), f.through);
  const power = factor.kind === "power" ? namePower(f, factor) : null;
  if (power !== null) return power;
  if (factor.kind === "apply" && factor.fn === "exp")
    return named(hasLogSumExp(factor) ? "logsumexp-gradient" : "missing-activation-derivative");
  if (isSumOfTargets(f, factor)) return named("ce-assumes-onehot");
  if (isSlope(f, factor)) return named("missing-activation-derivative");
  if (factor.kind === "entry" && factor.tensor.derivative !== null) return nameLaterSlope(f, factor);
  if (factor.kind === "matrix") return named("inverse-derivative");
  return factor.kind === "entry" && f.isMask(factor.tensor)
    ? named("dropout-mask-missing", latex(factor.tensor))
    : null;
}

/** The derivative by what comes next, which a function gives that has cases or a slope. */
function nameLaterSlope(f: Facts, factor: NodeOf<"entry">): Named | null {
  const { wrt, of } = factor.tensor.derivative ?? {};
  if (wrt === undefined || of === undefined) return null;
  const through = usesToward(f.judge, of, wrt);
  return through.some(({ body }) => isApplied(body, "relu")) ? named("relu-derivative-is-one") : null;
}

const isSumOfTargets = (f: Facts, factor: Node): boolean =>
  factor.kind === "reduce" &&
  factor.body.kind === "entry" &&
  f.isGiven(factor.body.tensor) &&
  (f.softmax || f.logOfSoftmax);

/** A root of a size is left out: the scale of the scores, where there are any. */
export function nameScale(f: Facts, dim: Dim, divides: boolean): Named {
  const root = `√${dimText(new DimVar(dim))}`;
  // The scores hold it, or what the variable gives goes into them.
  const own = new Set(f.through.map((e) => e.tensor));
  const into = f.equations.filter((e) => tensorsOf(e.body).some((t) => own.has(t)) && holdsSize(e.body, dim));
  const isAttention = [...f.through, ...into].some((e) => f.scores(e.tensor));
  return named(isAttention ? "attention-scale-missing" : "dropped-inner-factor", divides ? `1/${root}` : root);
}

const holdsSize = (body: Node, dim: Dim): boolean => contains(body, (n) => n.kind === "dimension" && n.dim === dim);

/** The length of something, and not what is differentiated by. */
const isOtherNorm = (f: Facts, base: Node): boolean =>
  base.kind === "entry" && f.isNorm(base.tensor) && base.tensor !== f.truth.wrt;

function namePower(f: Facts, { base, exponent }: NodeOf<"power">): Named | null {
  if (exponent.kind !== "rational") return null;
  if (base.kind === "dimension")
    return exponent.value.equals(-1)
      ? named("missing-1-over-N")
      : nameScale(f, base.dim, exponent.value.compare(0) < 0);
  if (exponent.value.compare(0) >= 0) return null;
  if (base.kind === "entry" && f.isPartition(base.tensor)) return named("logsumexp-gradient");
  const isNorm = isOtherNorm(f, base);
  // Divided by a length that the variable does not move, no norm is differentiated.
  if (isNorm) return f.moves(base) ? named("norm-not-squared") : null;
  if (!contains(base, (n) => n.kind === "reduce")) return null;
  const exponential = contains(base, (n) => n.kind === "apply" && n.fn === "exp");
  return named(exponential ? "logsumexp-gradient" : "norm-not-squared");
}

/** The derivative of a function of one entry, as it stands in a product. */
function isSlope(f: Facts, factor: Node): boolean {
  if (factor.kind === "entry") return f.outputOf(factor.tensor) === "exp";
  const applies = (n: Node): boolean =>
    (n.kind === "apply" && n.fn !== "log") || (n.kind === "entry" && f.outputOf(n.tensor) !== null);
  return factor.kind === "add" && contains(factor, applies) && !mentionsUpstream(factor);
}

/** A term that is left out of a sum, or, where `kept` is given, all others. */
export function nameTerm(f: Facts, term: Node, sum: Node, kept = besides(term, sum)): Named | null {
  if (f.softmax || f.ofSoftmax) return named(hasDelta(term) ? "softmax-missing-outer" : "softmax-offdiagonal-dropped");
  if (hasLogSumExp(sum) || [term, ...besides(term, sum)].some((n) => isLogPartition(f, n)))
    return named("logsumexp-gradient");
  if (f.crossEntropy || f.crossEntropyBeyond) return named("bce-missing-second-term");
  if (isPenalty(f, term)) return named("l2-missing");
  if (hasCase(sum) && !mentionsUpstream(sum)) return named("leaky-slope-missing");
  return nameConstant(f, kept) ?? nameWay(f, term, sum);
}

const isLogPartition = (f: Facts, term: Node): boolean =>
  factorsOf(term).some((n) => n.kind === "entry" && f.isLogPartition(n.tensor));

const besides = (term: Node, sum: Node): readonly Node[] =>
  sum.kind === "add" ? sum.terms.filter((n) => n !== term) : [];

/** What is divided by depends on the variable, and only its own part of the derivative is left out. */
function nameConstant(f: Facts, kept: readonly Node[]): Named | null {
  const moved = kept.flatMap(tensorsOf).filter((t) => t.derivative === null && f.movesTensor(t));
  const [first] = moved.filter((t) => f.isDivisor(t) || isStatistic(f, t));
  return first === undefined ? null : named("partial-vs-total", latex(first));
}

/** A mean, a deviation: what is computed from the variable and has fewer axes. */
const isStatistic = ({ truth: { wrt } }: Facts, t: Tensor): boolean =>
  wrt !== null && ownAxes(t) > 0 && ownAxes(t) < ownAxes(wrt);

/** A term that comes through another quantity. */
function nameWay(f: Facts, term: Node, sum: Node): Named | null {
  const upstream = sum.kind === "add" && sum.terms.some(mentionsUpstream);
  if (f.isParameter(f.truth.wrt) && upstream) return named("shared-weights-one-use");
  if (term.kind === "entry" && term.tensor.derivative !== null)
    return named("missing-residual-path", wayText(wayOf(f, term.tensor.derivative.wrt, keptBeside(term, sum))));
  if (upstream && mentionsUpstream(term)) return named("missing-residual-path");
  const { of, wrt } = f.truth;
  if (upstream && of !== null && wrt !== null)
    return {
      ...named("missing-residual-path"),
      message: `${latex(of)} also depends on ${latex(wrt)} without a detour`,
    };
  if (!isInProduct(f))
    // A number belongs to the form of a slope, and to no way.
    return tensorsOf(term).length === 0
      ? null
      : { ...named("missing-residual-path"), message: "a term of the derivative is missing" };
  return named("product-rule-one-term");
}

/** Is the variable in several factors of a product, or of a power, which is one? */
const isInProduct = (f: Facts): boolean =>
  f.equations.some(
    ({ body }) =>
      f.moves(body) &&
      contains(
        body,
        (n) =>
          (n.kind === "multiply" && n.factors.filter((x) => f.moves(x)).length > 1) ||
          (n.kind === "power" && f.moves(n.base)) ||
          (n.kind === "matrix" && f.moves(n)),
      ),
  );

/** The quantities that the other terms of a sum come through. */
const keptBeside = (term: Node, sum: Node): readonly Tensor[] =>
  sum.kind !== "add"
    ? []
    : sum.terms.filter((n) => n !== term).flatMap((n) => tensorsOf(n).flatMap((t) => t.derivative?.wrt ?? []));

export function nameExponent(f: Facts, { base, from }: Extract<Change, { kind: "exponent" }>): Named {
  if (f.inverse) return named("inverse-derivative");
  const tanh = isApplied(base, "tanh") || (base.kind === "entry" && f.outputOf(base.tensor) === "tanh");
  if (tanh && from === "2") return named("tanh-derivative-missing-square");
  const norm = contains(base, (n) => n.kind === "reduce") || isOtherNorm(f, base);
  if (norm) return named("norm-not-squared");
  if (contains(base, (n) => n.kind === "apply")) return named("wrong-activation-derivative");
  return WRONG_EXPONENT;
}

export const WRONG_EXPONENT: Named = {
  ...named("dropped-inner-factor"),
  message: "an exponent is wrong: the derivative of xⁿ is n xⁿ⁻¹, that of 1/x is −1/x²",
};

/** A matrix is left out of a product. */
export function nameRemoved(f: Facts, tensor: Tensor | null): Named {
  if (tensor === null || f.isInverse(tensor)) return named("inverse-derivative");
  return named("dropped-inner-factor", latex(tensor));
}

export function nameFlipped(f: Facts, flipped: Node | null): Named {
  // The derivative of an inverse holds it twice, that of a determinant once.
  const inverses = flipped === null ? [] : factorsOf(flipped).filter((n) => n.kind === "matrix" && n.fn === "inverse");
  if (inverses.length > 1) return named("inverse-derivative");
  if (f.crossEntropy || f.crossEntropyBeyond) return named("bce-second-sign");
  if (f.softmax || f.ofSoftmax) return named("softmax-jacobian-sign");
  if (flipped !== null && contains(flipped, (n) => n.kind === "apply" && n.fn === "sign")) return named("l1-sign");
  if (f.quotient) return named("quotient-rule-sign");
  return named("sign-error", "one term");
}
