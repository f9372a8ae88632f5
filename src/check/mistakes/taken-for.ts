import { tensorsOf } from "../../expression/arena.js";
import type { Node, Tensor } from "../../expression/node.js";
import type { Change } from "./change.js";
import { nameFactor } from "./factors.js";
import { type Facts, ownAxes } from "./facts.js";
import { isNamed, latex, type Named, named } from "./named.js";

/* Names where one quantity, index or matrix stands in the place of another. */

export function nameTensor(f: Facts, from: Tensor, to: Tensor, inside: string | null): Named | null {
  // No true mask looks at what is differentiated.
  if (inside === "indicator") return from === f.truth.of ? null : nameMask(from, to);
  // A label or a mask, which is 0 or 1, once more beside itself: something else is left out.
  if (f.isZeroOrOne(to) && !f.isZeroOrOne(from)) return null;
  if (inside !== null && f.isOutputOf(from, to)) return named("derivative-at-activation");
  if (to.derivative !== null && from.derivative !== null)
    return nameUpstream(f, from.derivative.wrt, to.derivative.wrt);
  if (f.isParameter(from) && f.isParameter(to) && letterOf(from) === letterOf(to))
    return named("layer-index-weights", forText(from, to));
  // Of scalars only those count that belong together: any two have one shape.
  if (from.axes.length === 0 && !f.isOutputOf(from, to) && !f.isOutputOf(to, from)) return null;
  if (f.isMatrixOfWeights(from) && f.isMatrixOfWeights(to)) return named("layer-index-weights", forText(from, to));
  return nameFactorTaken(f, from, to);
}

/** What a variable is multiplied by on its way is most often weights, what weights are multiplied by most often is not. */
function nameFactorTaken(f: Facts, from: Tensor, to: Tensor): Named | null {
  const mask = f.maskBetween(to, from);
  if (mask !== null) return named("dropout-mask-missing", latex(mask));
  // What adds up to 1 in the place of what is not said to.
  if (f.isSoftmaxOutput(to) ? f.isGiven(from) : f.isSoftmaxOutput(from) && f.isGiven(to)) return null;
  if ([from, to].every((t) => f.isGiven(t) && f.isFactor(t)))
    return named(f.backThroughWeights ? "layer-index-weights" : "layer-index-activation", forText(from, to));
  if (f.isParameter(from) || f.isParameter(to)) return null;
  const rest = f.factorBetween(to, from);
  const left = rest === null ? null : nameFactor(f, rest);
  if (left !== null && left.code !== "dropped-inner-factor") return left;
  if (f.inverse) return named("inverse-derivative");
  return named("layer-index-activation", forText(from, to));
}

/** Both, the one that was written first. */
const forText = (from: Tensor, to: Tensor): string => `${latex(to)} for ${latex(from)}`;

function nameMask(from: Tensor, to: Tensor): Named {
  const message = `the mask looks at ${latex(to)}; it must look at ${latex(from)}, the input of this ReLU`;
  return { ...named(to.derivative === null ? "relu-derivative-wrong-layer" : "relu-mask-on-gradient"), message };
}

/** The derivative by `to` in the place of the one by `from`. */
function nameUpstream(f: Facts, from: Tensor, to: Tensor): Named | null {
  if (to === f.truth.wrt) {
    // The derivative that is asked for, put through its own rule again.
    if (f.isSoftmaxOutput(from)) return named("softmax-jacobian-applied-twice");
    return f.crossEntropyBeyond ? named("bce-not-simplified-wrong") : null;
  }
  if (f.isOutputOf(to, from)) {
    if (f.isSoftmaxOutput(from)) return named("softmax-jacobian-applied-twice");
    return f.logged(from) ? named("bce-not-simplified-wrong") : null;
  }
  if (f.isOutputOf(from, to))
    return f.isSoftmaxOutput(to) ? named("dLda-used-as-dLdz", latex(to)) : named("missing-activation-derivative");
  const beside = f.bias ? besideVariable(f, to) : null;
  if (beside !== null) return named("bias-gradient-times-input", beside);
  const mask = f.maskBetween(from, to);
  if (mask !== null) return named("dropout-mask-missing", latex(mask));
  const direct = f.equations.some((e) => e.tensor === to && tensorsOf(e.body).includes(from));
  return direct ? named("dropped-inner-factor") : named("layer-index-activation", forText(from, to));
}

/** The u of `\gamma \odot u + \beta` beside γ, where the variable is β: the derivative by γ has it as a factor. */
function besideVariable(f: Facts, t: Tensor): string | null {
  const terms = f.through.flatMap(({ body }) => (body.kind === "add" ? body.terms : []));
  const product = terms.find((n) => n.kind === "multiply" && tensorsOf(n).includes(t));
  const others = product === undefined ? [] : tensorsOf(product).filter((x) => x !== t);
  return others.length === 0 ? null : others.map(latex).join(" ");
}

/** `w` of `w_9` and of `w^{(2)}`. */
const letterOf = (t: Tensor): string => t.latex.replace(/[_^].*/s, "");

/** Written is the derivative by another quantity. */
export function nameNeighbour(f: Facts, other: Tensor): Named | null {
  const e = f.through.find((x) => x.tensor === other);
  if (e === undefined) return null;
  if (f.isSoftmaxOutput(other)) return named("dLda-used-as-dLdz");
  const { body } = e;
  if (body.kind === "apply" && body.fn === "relu") return named("relu-derivative-is-one");
  if (f.maximum) return named("maxpool-all-positions");
  if (f.truth.wrt !== null && f.isOutputOf(f.truth.wrt, other)) return named("missing-activation-derivative");
  const mask = tensorsOf(body).find((t) => f.isMask(t));
  if (mask !== undefined) return named("dropout-mask-missing", latex(mask));
  if (f.bias) return null;
  return named("dropped-inner-factor", factorOfVariable(f, body));
}

/** The number, the one number or array, or both that the variable is multiplied by: `3x`. */
function factorOfVariable({ truth: { wrt } }: Facts, body: Node): string {
  const terms = (body.kind === "add" ? body.terms : [body]).filter((n) => wrt !== null && tensorsOf(n).includes(wrt));
  const factors = terms.flatMap((n) => (n.kind === "multiply" ? n.factors : []));
  const [factor, ...more] = factors.flatMap((n) => tensorsOf(n).filter((t) => t !== wrt));
  if (terms.length > 1 || more.length > 0) return "";
  const numbers = factors.flatMap((n) => (n.kind === "rational" ? [n.value.toFraction()] : []));
  const number = numbers.length > 1 ? null : (numbers[0] ?? "").replace(/^-1$/, "-").replace(/^1$/, "");
  return number === null ? "" : `${number}${factor === undefined ? "" : latex(factor)}`;
}

export function nameIndices(f: Facts, tensor: Tensor): Named {
  if (f.isSoftmaxOutput(tensor)) return named("attention-v");
  const derivative = f.derivativeNamed(tensor);
  // What is added to the scores of classes is no key.
  const isOfKeys = (scores: Tensor): boolean => f.scores(scores) || (f.goesIntoSoftmax(scores) && !f.bias);
  if (derivative !== null && isOfKeys(derivative.wrt)) return named("attention-k-transpose");
  if (f.determinant && tensor === f.truth.wrt) return named("logdet-no-transpose");
  if (f.trace) return named("trace-derivative-order");
  // Of what is only added, a sum of the derivatives is left.
  if (f.bias && derivative !== null) return named("sum-wrong-axis");
  return named("missing-transpose", tensor.derivative === null ? latex(tensor) : "");
}

/** Two matrices in each other's place. */
export function nameExchanged({ truth: { of, wrt }, trace }: Facts): Named {
  if (of !== null && wrt !== null && ownAxes(of) === 1 && ownAxes(wrt) === 1) return named("chain-order-reversed");
  if (of !== null && wrt !== null && ownAxes(of) === 2 && ownAxes(wrt) === 2) return named("kronecker-order");
  return named(trace ? "trace-derivative-order" : "noncommuting-swap");
}

/** A factor contracted with the wrong index. */
export function nameLetter({ tensor, from, to }: Extract<Change, { kind: "letter" }>): Named {
  const place = latex(tensor).replaceAll("\\cdot", "…");
  const right = isNamed(from) ? from.name : "the index that is summed over";
  const message = isNamed(to)
    ? `${place} is taken at ${to.name}; it must be at ${right}`
    : `an index of ${place} is wrong: it must be ${right}`;
  return { ...named("delta-index-capture"), message };
}
