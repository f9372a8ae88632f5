import type { Span } from "../../core/span.js";
import { tensorsOf } from "../../expression/arena.js";
import type { Index, Node, NodeOf, Tensor } from "../../expression/node.js";
import type { Change } from "./change.js";
import { type Facts, ownAxes } from "./facts.js";
import { contains, hasLogSumExp, isApplied, isSoftmax } from "./forms.js";
import { wayOf } from "./path.js";
import type { Contribution } from "./truth.js";

/** A mistake by its code, and what it is about, as it is written. */
export interface Named {
  readonly code: string;
  readonly about: string;
  /** Where it stands in the formula that was written. */
  readonly span?: Span;
  /** What to tell instead of the usual sentence. */
  readonly message?: string;
  /** Other mistakes, as small, that give the same. */
  readonly ties?: readonly Named[];
}

const named = (code: string, about = ""): Named => ({ code, about });

export const latex = (t: Tensor): string => t.latex.replace(/\{#\d\}/g, "\\cdot");

/** The whole is the negative of the truth. */
export function nameNegative(f: Facts, written: Node): Named {
  if (f.ofSoftmax) return named("softmax-jacobian-sign");
  // Through the softmax with the derivative by its output, or both at once.
  if (f.softmax) return named(f.logOfSoftmax && !mentionsUpstream(written) ? "ce-sign" : "softmax-jacobian-sign");
  if (f.crossEntropyBeyond) return named("ce-sign");
  const { of } = f.truth;
  if (f.inverse || (of !== null && f.isInverse(of))) return named("inverse-derivative");
  return named("sign-error");
}

/** The whole is the transpose of the truth. */
export function nameTranspose(f: Facts, outer: boolean, letters: readonly Index[]): Named {
  const byIndex = letters.every(isNamed);
  const swapped = named("index-swapped", letters.map((i) => i.name).join(" and "));
  if (f.truth.of !== null && f.truth.of.axes.length > 0) return byIndex ? swapped : named("layout-confusion");
  if (f.determinant) return named("logdet-no-transpose");
  if (byIndex) return swapped;
  const { wrt } = f.truth;
  if (wrt === null || ownAxes(wrt) < 2) return named("layout-confusion");
  if (f.inverse) return { ...named("missing-transpose"), message: "this is the transpose of the right answer" };
  if (outer) return named("outer-product-swapped");
  if (f.trace && !f.inverse) return named("trace-derivative-order");
  return named(f.isMatrixOfWeights(wrt) ? "outer-product-swapped" : "layout-confusion");
}

/** Written is the derivative by another quantity. */
export function nameNeighbour(f: Facts, other: Tensor): Named | null {
  const e = f.through.find((x) => x.tensor === other);
  if (e === undefined) return null;
  if (f.isSoftmaxOutput(other)) return named("dLda-used-as-dLdz");
  const { body } = e;
  if (body.kind === "apply" && body.fn === "relu") return named("relu-derivative-is-one");
  if (f.truth.wrt !== null && f.isOutputOf(f.truth.wrt, other)) return named("missing-activation-derivative");
  const mask = tensorsOf(body).find((t) => f.isMask(t));
  if (mask !== undefined) return named("dropout-mask-missing", latex(mask));
  if (f.maximum) return named("maxpool-all-positions");
  return f.bias ? null : named("dropped-inner-factor");
}

/** Some contributions of the chain rule are left out. */
export function nameDropped(f: Facts, kept: readonly Contribution[], dropped: readonly Contribution[]): Named {
  const [first] = dropped;
  if (first === undefined) return named("dropped-inner-factor");
  const penalty = (c: Contribution): boolean =>
    c.through.tensor.axes.length === 0 && isPenalty(f, c.node) && f.isAddend(c.through.tensor);
  if (dropped.every(penalty) && !kept.every(penalty)) return named("l2-missing");
  if (dropped.every((d) => kept.some((k) => k.through === d.through))) return nameDroppedTerm(f, kept, dropped);
  const code = codeOfPath(f, kept, dropped);
  return { ...named(code, aboutPath(f, code, kept, first)), ...messageOfPath(f, code, kept, first) };
}

const wayText = (way: readonly Tensor[]): string => way.map(latex).join(" → ");

/** The way that is left out, or the product of which a term is. */
function aboutPath(f: Facts, code: string, kept: readonly Contribution[], dropped: Contribution): string {
  if (code === "product-rule-one-term")
    return latex([...kept, dropped].find((c) => standsBesideItself(f, c.through.body))?.through.tensor ?? NONE);
  const others = kept.map((k) => k.through.tensor);
  return wayText(wayOf(f, dropped.through.tensor, others));
}

function messageOfPath(
  f: Facts,
  code: string,
  kept: readonly Contribution[],
  dropped: Contribution,
): { readonly message?: string } {
  const { wrt } = f.truth;
  if (code !== "partial-vs-total" || wrt === null) return {};
  const others = kept.map((k) => k.through.tensor);
  const way = wayText(wayOf(f, dropped.through.tensor, others));
  const constant = latex(dropped.through.tensor);
  const message = `the path ${way} is missing: ${constant} depends on ${latex(wrt)} too and is treated as a constant`;
  return { message };
}

/** A whole use of the variable is left out. */
function codeOfPath(f: Facts, kept: readonly Contribution[], dropped: readonly Contribution[]): string {
  const { wrt } = f.truth;
  // What is kept uses what is dropped: the quantity there was taken for a constant.
  const used = new Set(kept.flatMap((k) => tensorsOf(k.through.body)));
  if (dropped.some((d) => used.has(d.through.tensor))) return "partial-vs-total";
  const met = new Set(dropped.flatMap((d) => tensorsOf(d.through.body)));
  const beside = kept.some((k) => met.has(k.through.tensor)) && !f.isMatrixOfWeights(wrt);
  if ((f.isWeight(wrt) || f.isMatrixOfWeights(wrt)) && !beside) return codeOfUse(f, kept, dropped);
  if (dropped.some((d) => f.addedPlainly(d.through)) && !kept.every((k) => f.addedPlainly(k.through)))
    return "missing-residual-path";
  const pair = [kept, dropped].map((cs) => cs.map((c) => c.through.tensor));
  if (pair[1]?.some((t) => f.isDivisor(t))) return "partial-vs-total";
  const isProduct = [...kept, ...dropped].some((c) => standsBesideItself(f, c.through.body));
  return isProduct || meetInProduct(f, pair[0] ?? [], pair[1] ?? [])
    ? "product-rule-one-term"
    : "missing-residual-path";
}

/** As a whole a product of the variable and of something that is computed from it. */
function standsBesideItself(f: Facts, body: Node): boolean {
  const { wrt } = f.truth;
  if (body.kind === "reduce" && body.op === "sum") return standsBesideItself(f, body.body);
  if (body.kind !== "multiply" || wrt === null) return false;
  const own = body.factors.filter((x) => tensorsOf(x).includes(wrt));
  return own.length > 0 && body.factors.some((x) => !own.includes(x) && f.moves(x));
}

/** One use of several of the same weights; of a table that is looked up, the same row. */
function codeOfUse(f: Facts, kept: readonly Contribution[], dropped: readonly Contribution[]): string {
  const picked = (cs: readonly Contribution[]): readonly Tensor[] =>
    cs.flatMap((c) => tensorsOf(c.node)).filter((t) => f.isOneHot(t));
  const again = picked(kept);
  return picked(dropped).some((t) => again.includes(t)) ? "embedding-duplicates" : "shared-weights-one-use";
}

/** Somewhere two quantities are multiplied. */
const meetInProduct = (f: Facts, a: readonly Tensor[], b: readonly Tensor[]): boolean =>
  f.equations.some((e) =>
    contains(e.body, (n) => {
      if (n.kind !== "multiply") return false;
      const all = n.factors.flatMap((x) => tensorsOf(x));
      return a.some((t) => all.includes(t)) && b.some((t) => all.includes(t));
    }),
  );

function nameDroppedTerm(f: Facts, kept: readonly Contribution[], dropped: readonly Contribution[]): Named {
  const through = dropped[0]?.through.body;
  if (through !== undefined && isSoftmax(through)) {
    const exps = (cs: readonly Contribution[]): number => Math.max(...cs.map((c) => countOf(c.node)));
    return named(exps(dropped) > exps(kept) ? "softmax-offdiagonal-dropped" : "softmax-missing-outer");
  }
  if (f.crossEntropy) return named("bce-missing-second-term");
  if (dropped.every((c) => hasCase(c.node)) && kept.every((c) => hasCase(c.node))) return named("leaky-slope-missing");
  const ends = dropped[0]?.through.tensor ?? NONE;
  const about = wayText(f.truth.wrt === null ? [ends] : [f.truth.wrt, ends]);
  const apart = dropped.every((d) => !kept.some((k) => k.term === d.term));
  if (apart && [...kept, ...dropped].some((c) => isPlainTerm(f, c) || f.isMatrixOfWeights(f.truth.wrt)))
    return named(
      f.isMatrixOfWeights(f.truth.wrt) && !f.trace ? "shared-weights-one-use" : "missing-residual-path",
      about,
    );
  return named("product-rule-one-term");
}

/** The variable stands there as it is. */
function isPlainTerm(f: Facts, { through: { body }, term }: Contribution): boolean {
  const own = body.kind === "add" ? body.terms[term] : body;
  return own?.kind === "entry" && own.tensor === f.truth.wrt;
}

/** Only where a condition holds. */
const hasCase = (n: Node): boolean => contains(n, (m) => m.kind === "indicator");

/** How many exponentials and logarithms of sums a product holds. */
function countOf(node: Node): number {
  return factorsOf(node).filter((n) => n.kind !== "reduce" && contains(n, (m) => m.kind === "apply" && m.fn === "exp"))
    .length;
}

/** The gradient of a penalty: the variable itself or its sign, times scalars. */
export function isPenalty(f: Facts, node: Node): boolean {
  const { wrt } = f.truth;
  if (wrt === null || !f.isGiven(wrt) || (!f.isParameter(wrt) && f.through.every((e) => e.tensor.axes.length > 0)))
    return false;
  const own = factorsOf(node).filter((n) => tensorsOf(n).includes(wrt));
  const isOwn = (n: Node): boolean => n.kind === "entry" || (n.kind === "apply" && n.fn === "sign");
  // Each entry may have a weight of its own.
  const isWeight = (t: Tensor): boolean => t.axes.length === 0 || (t.axes.length === wrt.axes.length && f.isGiven(t));
  return own.length === 1 && own.every(isOwn) && tensorsOf(node).every((t) => t === wrt || isWeight(t));
}

/** The factors of a product, below the sums over it. */
function factorsOf(node: Node): readonly Node[] {
  if (node.kind === "reduce" && node.op === "sum") return factorsOf(node.body);
  return node.kind === "multiply" ? node.factors.flatMap(factorsOf) : [node];
}
const NONE: Tensor = { key: "", latex: "", name: "", parameters: [], axes: [], integer: false, derivative: null };

const hasDelta = (n: Node): boolean => contains(n, (m) => m.kind === "iverson");
const mentionsUpstream = (n: Node): boolean => tensorsOf(n).some((t) => t.derivative !== null);

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

/** A change in the truth that gives what was written. */
export function nameChange(f: Facts, c: Change): Named | null {
  switch (c.kind) {
    case "factor":
      return nameFactor(f, c.factor);
    case "doubled": {
      const name = nameFactor(f, c.factor);
      return name.code === "norm-not-squared" ? name : null;
    }
    case "term":
    case "only-term":
      return nameTerm(f, c.term, c.sum);
    case "sign":
      return nameFlipped(f, c.term);
    case "tensor":
      return nameTensor(f, c.from, c.to, c.inside);
    case "member":
      return named(f.isMatrixOfWeights(c.tensor) ? "layer-index-weights" : "layer-index-activation", latex(c.tensor));
    case "indices":
      return nameIndices(f, c.tensor);
    case "exchanged":
      return nameExchanged(f);
    case "letter":
      return nameLetter(c);
    case "exponent":
      return nameExponent(f, c);
    case "removed":
      return nameRemoved(f, c.tensor);
    case "range":
      return named("wrong-upper-limit");
    case "sums-to-one":
      return named("ce-assumes-onehot");
    case "unsummed":
      return nameUnsummed(f);
    case "one-member":
      if (tensorsOf(c.body).some((t) => f.isOneHot(t) || f.isMask(t) || t.integer))
        return named("embedding-duplicates");
      return f.isWeight(f.truth.wrt) || f.isMatrixOfWeights(f.truth.wrt) ? named("shared-weights-one-use") : null;
    case "summed-index":
      if (f.softmax) return named("attention-softmax-axis");
      return named(
        f.isWeight(f.truth.wrt) || f.isMatrixOfWeights(f.truth.wrt) ? "sum-wrong-axis" : "summation-index-reused",
      );
    case "slope":
      return nameSlope(c.fn, c.as);
  }
}

/** One term of a sum alone. */
function nameUnsummed(f: Facts): Named {
  if (f.softmax) return named("softmax-offdiagonal-dropped");
  if (f.bias) return named("bias-gradient-not-summed");
  const message = "a sum is missing: one term of it stands here, as if only the entry with the same index mattered";
  return { ...named("delta-index-capture"), message };
}

function nameExponent(f: Facts, { base, from }: Extract<Change, { kind: "exponent" }>): Named {
  if (f.inverse) return named("inverse-derivative");
  const tanh = isApplied(base, "tanh") || (base.kind === "entry" && f.outputOf(base.tensor) === "tanh");
  if (tanh && from === "2") return named("tanh-derivative-missing-square");
  const norm = contains(base, (n) => n.kind === "reduce") || (base.kind === "entry" && f.isNorm(base.tensor));
  return named(norm ? "norm-not-squared" : "dropped-inner-factor");
}

/** Two matrices in each other's place. */
function nameExchanged({ truth: { of, wrt }, trace }: Facts): Named {
  if (of !== null && wrt !== null && ownAxes(of) === 1 && ownAxes(wrt) === 1) return named("chain-order-reversed");
  return named(trace ? "trace-derivative-order" : "noncommuting-swap");
}

/** A factor contracted with the wrong index. */
function nameLetter({ tensor, from, to }: Extract<Change, { kind: "letter" }>): Named {
  const place = latex(tensor).replaceAll("\\cdot", "…");
  const right = isNamed(from) ? from.name : "the index that is summed over";
  const message = isNamed(to)
    ? `${place} is taken at ${to.name}; it must be at ${right}`
    : `an index of ${place} is wrong: it must be ${right}`;
  return { ...named("delta-index-capture"), message };
}

/** An index that has a letter of its author's. */
const isNamed = (i: Index): boolean => /^[\\a-z]/i.test(i.name);

/** A matrix is left out of a product. */
function nameRemoved(f: Facts, tensor: Tensor | null): Named {
  if (tensor === null || f.isInverse(tensor)) return named("inverse-derivative");
  return named("dropped-inner-factor", latex(tensor));
}

function namePower(f: Facts, { base, exponent }: NodeOf<"power">): Named | null {
  if (exponent.kind !== "rational") return null;
  if (base.kind === "dimension")
    return exponent.value.equals(-1) ? named("missing-1-over-N") : named("attention-scale-missing");
  if (exponent.value.compare(0) >= 0) return null;
  if (base.kind === "entry" && f.isPartition(base.tensor)) return named("logsumexp-gradient");
  const isNorm = base.kind === "entry" && f.isNorm(base.tensor);
  // Divided by a length that the variable does not move, no norm is differentiated.
  if (isNorm) return f.moves(base) ? named("norm-not-squared") : null;
  if (!contains(base, (n) => n.kind === "reduce")) return null;
  const exponential = contains(base, (n) => n.kind === "apply" && n.fn === "exp");
  return named(exponential ? "logsumexp-gradient" : "norm-not-squared");
}

function nameFactor(f: Facts, factor: Node): Named {
  if (factor.kind === "indicator") return named("relu-derivative-is-one");
  if (hasCase(factor)) return named("missing-activation-derivative");
  if (contains(factor, (n) => n.kind === "argument")) return named("maxpool-all-positions");
  if (factor.kind === "iverson") return named(f.ofSoftmax ? "softmax-missing-outer" : "delta-index-capture");
  if (factor.kind === "rational") return factor.value.equals(-1) ? nameFlipped(f, null) : named("missing-factor-2");
  if (factor.kind === "power") {
    const name = namePower(f, factor);
    if (name !== null) return name;
  }
  if (factor.kind === "apply" && factor.fn === "exp")
    return named(hasLogSumExp(factor) ? "logsumexp-gradient" : "missing-activation-derivative");
  const ofTargets = factor.kind === "reduce" && factor.body.kind === "entry" && f.isGiven(factor.body.tensor);
  if (ofTargets && (f.softmax || f.logOfSoftmax)) return named("ce-assumes-onehot");
  if (isSlope(f, factor)) return named("missing-activation-derivative");
  if (factor.kind === "matrix") return named("inverse-derivative");
  if (factor.kind === "entry" && f.isMask(factor.tensor)) return named("dropout-mask-missing");
  return named("dropped-inner-factor", factor.kind === "entry" ? latex(factor.tensor) : "");
}

/** The derivative of a function of one entry, as it stands in a product. */
function isSlope(f: Facts, factor: Node): boolean {
  if (factor.kind === "entry") return f.outputOf(factor.tensor) === "exp";
  const applies = (n: Node): boolean =>
    (n.kind === "apply" && n.fn !== "log") || (n.kind === "entry" && f.outputOf(n.tensor) !== null);
  return factor.kind === "add" && contains(factor, applies) && !mentionsUpstream(factor);
}

function nameTerm(f: Facts, term: Node, sum: Node): Named {
  if (f.softmax || f.ofSoftmax) return named(hasDelta(term) ? "softmax-missing-outer" : "softmax-offdiagonal-dropped");
  if (hasLogSumExp(sum)) return named("logsumexp-gradient");
  if (f.crossEntropy || f.crossEntropyBeyond) return named("bce-missing-second-term");
  if (isPenalty(f, term)) return named("l2-missing");
  if (hasCase(sum) && !mentionsUpstream(sum)) return named("leaky-slope-missing");
  const upstream = sum.kind === "add" && sum.terms.some(mentionsUpstream);
  if (f.isParameter(f.truth.wrt)) {
    if (upstream) return named("shared-weights-one-use");
  }
  if (term.kind === "entry" && term.tensor.derivative !== null)
    return named("missing-residual-path", wayText(wayOf(f, term.tensor.derivative.wrt, keptBeside(term, sum))));
  if (upstream && mentionsUpstream(term)) return named("missing-residual-path");
  return named("product-rule-one-term");
}

/** The quantities that the other terms of a sum come through. */
const keptBeside = (term: Node, sum: Node): readonly Tensor[] =>
  sum.kind !== "add"
    ? []
    : sum.terms.filter((n) => n !== term).flatMap((n) => tensorsOf(n).flatMap((t) => t.derivative?.wrt ?? []));

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
  if (f.isOutputOf(from, to)) return named("missing-activation-derivative");
  const direct = f.equations.some((e) => e.tensor === to && tensorsOf(e.body).includes(from));
  return direct ? named("dropped-inner-factor") : named("layer-index-activation", latex(to));
}

/** `w` of `w_9` and of `w^{(2)}`. */
const letterOf = (t: Tensor): string => t.latex.replace(/[_^].*/s, "");

export function nameTensor(f: Facts, from: Tensor, to: Tensor, inside: string | null): Named | null {
  if (inside === "indicator")
    return to.derivative === null ? named("relu-derivative-wrong-layer", latex(to)) : named("relu-mask-on-gradient");
  if (inside !== null && f.isOutputOf(from, to)) return named("derivative-at-activation");
  if (to.derivative !== null && from.derivative !== null)
    return nameUpstream(f, from.derivative.wrt, to.derivative.wrt);
  if (f.isParameter(from) && f.isParameter(to) && letterOf(from) === letterOf(to))
    return named("layer-index-weights", latex(to));
  // Of scalars only those count that belong together: any two have one shape.
  if (from.axes.length === 0 && !f.isOutputOf(from, to) && !f.isOutputOf(to, from)) return null;
  if (f.isMatrixOfWeights(from) && f.isMatrixOfWeights(to)) return named("layer-index-weights", latex(to));
  // What a variable is multiplied by on its way is most often weights, what weights are multiplied by most often is not.
  if ([from, to].every((t) => f.isGiven(t) && f.isFactor(t)))
    return named(f.backThroughWeights ? "layer-index-weights" : "layer-index-activation", latex(to));
  if (f.isParameter(from) || f.isParameter(to)) return null;
  if (f.inverse) return named("inverse-derivative");
  return named("layer-index-activation", latex(to));
}

export function nameIndices(f: Facts, tensor: Tensor): Named {
  if (f.isSoftmaxOutput(tensor)) return named("attention-v");
  if (tensor.derivative !== null && f.goesIntoSoftmax(tensor.derivative.wrt)) return named("attention-k-transpose");
  if (f.determinant) return named("logdet-no-transpose");
  if (f.trace) return named("trace-derivative-order");
  return named("missing-transpose", tensor.derivative === null ? latex(tensor) : "");
}

function nameSlope(fn: string, as: Extract<Change, { kind: "slope" }>["as"]): Named | null {
  const of = named("wrong-activation-derivative", fn);
  if (fn === "abs") return named("l1-sign");
  switch (as) {
    case "one":
      return named(fn === "relu" ? "relu-derivative-is-one" : "missing-activation-derivative");
    case "value":
      if (fn === "sigmoid") return named("sigmoid-derivative-wrong-form");
      return fn === "relu" || fn === "leaky_relu" ? named("relu-derivative-is-relu") : of;
    case "gradient":
      return named("relu-mask-on-gradient");
    case "at-output":
      return named("derivative-at-activation");
    case "rule-on-input":
      return named(fn === "sigmoid" ? "sigmoid-rule-on-z" : "derivative-at-activation");
    case "other-function":
      return of;
    case "no-square":
      return named("tanh-derivative-missing-square");
    case "wrong-form":
      return fn === "sigmoid" ? named("sigmoid-derivative-wrong-form") : of;
    case "relu":
      return fn === "leaky_relu" ? named("leaky-slope-missing") : of;
  }
}

/** A change in what was written that makes it right. */
export function nameRepair(f: Facts, c: Change): Named | null {
  switch (c.kind) {
    case "factor":
      if (c.factor.kind === "rational") return nameFactor(f, c.factor);
      return f.bias && tensorsOf(c.factor).every((t) => t.derivative === null)
        ? named("bias-gradient-times-input", tensorsOf(c.factor).map(latex).join(" "))
        : null;
    case "term":
      return named("double-counting");
    case "sign":
      return nameFlipped(f, c.term);
    case "tensor": {
      const wrong = nameTensor(f, c.to, c.from, c.inside);
      return wrong;
    }
    case "member":
      return named(f.isMatrixOfWeights(c.tensor) ? "layer-index-weights" : "layer-index-activation", latex(c.tensor));
    case "indices":
      return nameIndices(f, c.tensor);
    case "exchanged":
      return nameExchanged(f);
    case "exponent":
      return f.inverse ? named("inverse-derivative") : null;
    case "letter":
    case "doubled":
    case "slope":
    case "range":
    case "summed-index":
    case "one-member":
    case "sums-to-one":
    case "unsummed":
    case "only-term":
    case "removed":
      return null;
  }
}
