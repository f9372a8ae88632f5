import type { Span } from "../../core/span.js";
import { operands, tensorsOf } from "../../expression/arena.js";
import type { Node, NodeOf, Tensor } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import type { Judge } from "../judge.js";
import type { Change } from "./change.js";
import { sharedOf } from "./shared.js";
import { type Contribution, type Truth, usesToward } from "./truth.js";

/** A mistake by its code, and what it is about, as it is written. */
export interface Named {
  readonly code: string;
  readonly about: string;
  /** Where it stands in the formula that was written. */
  readonly span?: Span;
  /** What to tell instead of the usual sentence. */
  readonly message?: string;
}

const named = (code: string, about = ""): Named => ({ code, about });

/** What the names of mistakes depend on: what the forward pass does with the variable. */
export class Facts {
  readonly judge: Judge;
  readonly truth: Truth;
  /** The equations that use the variable. */
  readonly through: readonly Equation[];

  constructor(judge: Judge, truth: Truth) {
    this.judge = judge;
    this.truth = truth;
    const { wrt } = truth;
    this.through = wrt === null ? [] : usesToward(judge, truth.of, wrt);
  }

  isParameter(t: Tensor | null): boolean {
    return this.judge.problem.model.symbols.some((s) => s.tensor === t && s.role === "parameter");
  }

  /** A parameter that is no vector multiplied by others: what only says "not defined" may also be an input. */
  isWeight(t: Tensor | null): boolean {
    return t !== null && this.isParameter(t) && (t.axes.length !== 1 || this.bias);
  }

  /** The variable goes into a softmax (or its logarithm). */
  get softmax(): boolean {
    return this.through.some((e) => isSoftmax(e.body));
  }

  /** A quantity that is a softmax of something. */
  isSoftmaxOutput(t: Tensor): boolean {
    return sharedOf(this.judge).equations.some(
      (e) => e.tensor === t && isSoftmax(e.body) && e.body.kind === "apply" && e.body.fn === "exp",
    );
  }

  goesIntoSoftmax(t: Tensor): boolean {
    return sharedOf(this.judge).equations.some((e) => isSoftmax(e.body) && tensorsOf(e.body).includes(t));
  }

  get crossEntropy(): boolean {
    return this.through.some((e) => isBinaryCrossEntropy(e.body));
  }

  /** A binary cross-entropy of what the variable gives. */
  get crossEntropyBeyond(): boolean {
    const outputs = new Set(this.through.map((e) => e.tensor));
    return sharedOf(this.judge).equations.some(
      (e) => isBinaryCrossEntropy(e.body) && tensorsOf(e.body).some((t) => outputs.has(t)),
    );
  }

  get quotient(): boolean {
    return this.through.some((e) =>
      contains(
        e.body,
        (n) =>
          n.kind === "power" &&
          n.exponent.kind === "rational" &&
          n.exponent.value.compare(0) < 0 &&
          n.free.length + tensorsOf(n).length > 0,
      ),
    );
  }

  get inverse(): boolean {
    return this.through.some((e) => contains(e.body, (n) => n.kind === "matrix" && n.fn === "inverse"));
  }

  get determinant(): boolean {
    return this.through.some((e) => contains(e.body, (n) => n.kind === "matrix" && n.fn === "determinant"));
  }

  get trace(): boolean {
    return this.truth.wrt?.axes.length === 2 && this.through.every((e) => e.tensor.axes.length === 0);
  }

  /** The variable is added as it stands: a bias, a residual path. */
  addedPlainly(e: Equation): boolean {
    const { wrt } = this.truth;
    return e.body.kind === "add" && e.body.terms.some((t) => t.kind === "entry" && t.tensor === wrt);
  }

  get bias(): boolean {
    return this.truth.wrt !== null && this.through.length > 0 && this.through.every((e) => this.addedPlainly(e));
  }

  get backThroughWeights(): boolean {
    return this.truth.wrt !== null && !this.isParameter(this.truth.wrt);
  }

  get penalised(): boolean {
    return (
      this.isParameter(this.truth.wrt) &&
      this.through.some((e) => e.tensor.axes.length === 0) &&
      this.through.length + this.truth.contributions.length > 2
    );
  }
}

export function contains(node: Node, test: (n: Node) => boolean): boolean {
  const seen = new Set<Node>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (test(n)) return true;
    stack.push(...operands(n));
  }
  return false;
}

const isBinaryCrossEntropy = (body: Node): boolean =>
  contains(body, (n) => n.kind === "apply" && n.fn === "log" && n.args[0]?.kind === "add");
const hasLse = (n: Node): boolean => contains(n, (m) => m.kind === "reduce" && m.op === "logsumexp");
/** `exp(z - LSE z)`, or the same without the exponential. */
const isSoftmax = (body: Node): boolean =>
  contains(
    body,
    (n) => n.kind === "add" && n.terms.length > 1 && n.terms.some(hasLse) && n.terms.some((t) => t.kind === "entry"),
  );

const latex = (t: Tensor): string => t.latex.replace(/\{#\d\}/g, "\\cdot");

/** The whole is the negative of the truth. */
export function nameNegative(f: Facts): Named {
  if (f.truth.of !== null && f.isSoftmaxOutput(f.truth.of)) return named("softmax-jacobian-sign");
  if (f.softmax) return named("ce-sign");
  if (f.inverse) return named("inverse-derivative");
  return named("sign-error");
}

/** The whole is the transpose of the truth. */
export function nameTranspose(f: Facts, outer: boolean, byIndex: boolean): Named {
  if (f.truth.of !== null && f.truth.of.axes.length > 0) return named("layout-confusion");
  if (f.determinant) return named("logdet-no-transpose");
  if (byIndex) return named("index-swapped");
  if (outer) return named("outer-product-swapped");
  if (f.isParameter(f.truth.wrt)) return named("outer-product-swapped");
  return f.trace ? named("trace-derivative-order") : named("layout-confusion");
}

/** Written is the derivative by another quantity. */
export function nameNeighbour(f: Facts, other: Tensor): Named | null {
  if (!f.through.some((e) => e.tensor === other)) return null;
  if (f.isSoftmaxOutput(other)) return named("dLda-used-as-dLdz");
  const fn = activationOf(f, other);
  if (fn === "relu") return named("relu-derivative-is-one");
  if (fn !== null) return named("missing-activation-derivative");
  return f.bias ? null : named("dropped-inner-factor");
}

function activationOf(f: Facts, output: Tensor): string | null {
  const e = f.through.find((x) => x.tensor === output);
  return e?.body.kind === "apply" ? e.body.fn : null;
}

/** Some contributions of the chain rule are left out. */
export function nameDropped(f: Facts, kept: readonly Contribution[], dropped: readonly Contribution[]): Named {
  const [first] = dropped;
  if (first === undefined) return named("dropped-inner-factor");
  const about = latex(first.through.tensor);
  const penalty = (c: Contribution): boolean => c.through.tensor.axes.length === 0 && isPenalty(f, c.node);
  if (dropped.every(penalty) && !kept.every(penalty)) return named("l2-missing");
  if (dropped.every((d) => kept.some((k) => k.through === d.through))) return nameDroppedTerm(f, kept, dropped);
  // What is kept uses what is dropped: the quantity there was taken for a constant.
  const used = new Set(kept.flatMap((k) => tensorsOf(k.through.body)));
  if (dropped.some((d) => used.has(d.through.tensor))) return named("partial-vs-total", about);
  if (dropped.every((d) => f.addedPlainly(d.through)) && !kept.every((k) => f.addedPlainly(k.through)))
    return named("missing-residual-path", about);
  if (f.isWeight(f.truth.wrt)) return named("shared-weights-one-use", about);
  return named("missing-residual-path", about);
}

function nameDroppedTerm(f: Facts, kept: readonly Contribution[], dropped: readonly Contribution[]): Named {
  const through = dropped[0]?.through.body;
  if (through !== undefined && isSoftmax(through)) {
    const exps = (cs: readonly Contribution[]): number => Math.max(...cs.map((c) => countOf(c.node)));
    return named(exps(dropped) > exps(kept) ? "softmax-offdiagonal-dropped" : "softmax-missing-outer");
  }
  return named(f.crossEntropy ? "bce-missing-second-term" : "product-rule-one-term");
}

/** How many exponentials and logarithms of sums a product holds. */
function countOf(node: Node): number {
  if (node.kind === "reduce" && node.op === "sum") return countOf(node.body);
  const factors = node.kind === "multiply" ? node.factors : [node];
  return factors.filter((n) => n.kind !== "reduce" && contains(n, (m) => m.kind === "apply" && m.fn === "exp")).length;
}

/** The gradient of a penalty: of the variable and scalars alone. */
export function isPenalty(f: Facts, node: Node): boolean {
  const all = tensorsOf(node);
  if (!f.isParameter(f.truth.wrt) && f.through.every((e) => e.tensor.axes.length > 0)) return false;
  return all.includes(f.truth.wrt ?? NONE) && all.every((t) => t === f.truth.wrt || t.axes.length === 0);
}
const NONE: Tensor = { key: "", latex: "", name: "", parameters: [], axes: [], integer: false, derivative: null };

const hasDelta = (n: Node): boolean => contains(n, (m) => m.kind === "iverson");
const mentionsUpstream = (n: Node): boolean => tensorsOf(n).some((t) => t.derivative !== null);

export function nameFlipped(f: Facts, flipped: Node | null): Named {
  if (f.crossEntropy) return named("bce-second-sign");
  if (f.softmax || (f.truth.of !== null && f.isSoftmaxOutput(f.truth.of))) return named("softmax-jacobian-sign");
  if (flipped !== null && contains(flipped, (n) => n.kind === "apply" && n.fn === "sign")) return named("l1-sign");
  if (f.quotient) return named("quotient-rule-sign");
  return named("sign-error", "one term");
}

/** A change in the truth that gives what was written. */
export function nameChange(f: Facts, c: Change): Named | null {
  switch (c.kind) {
    case "factor":
      return nameFactor(f, c.factor);
    case "term":
    case "only-term":
      return nameTerm(f, c.term, c.sum);
    case "sign":
      return nameFlipped(f, c.term);
    case "tensor":
      return nameTensor(f, c.from, c.to, c.inside);
    case "member":
      return named(f.isParameter(c.tensor) ? "layer-index-weights" : "layer-index-activation", latex(c.tensor));
    case "indices":
      return nameIndices(f, c.tensor);
    case "exponent":
      return f.inverse
        ? named("inverse-derivative")
        : contains(c.base, (n) => n.kind === "reduce")
          ? named("norm-not-squared")
          : named("dropped-inner-factor");
    case "range":
      return named("wrong-upper-limit");
    case "sums-to-one":
      return named("ce-assumes-onehot");
    case "unsummed":
      return f.softmax
        ? named("softmax-offdiagonal-dropped")
        : f.bias
          ? named("bias-gradient-not-summed")
          : named("delta-index-capture");
    case "one-member":
      return f.isParameter(f.truth.wrt) ? named("shared-weights-one-use") : named("free-index-mismatch");
    case "summed-index":
      return named(f.softmax ? "attention-softmax-axis" : "sum-wrong-axis");
    case "slope":
      return nameSlope(c.fn, c.as);
  }
}

function namePower({ base, exponent }: NodeOf<"power">): Named | null {
  if (exponent.kind !== "rational") return null;
  if (base.kind === "dimension")
    return exponent.value.equals(-1) ? named("missing-1-over-N") : named("attention-scale-missing");
  if (exponent.value.compare(0) >= 0 || !contains(base, (n) => n.kind === "reduce")) return null;
  const exponential = contains(base, (n) => n.kind === "apply" && n.fn === "exp");
  return named(exponential ? "logsumexp-gradient" : "norm-not-squared");
}

function nameFactor(f: Facts, factor: Node): Named {
  if (factor.kind === "indicator") return named("relu-derivative-is-one");
  if (contains(factor, (n) => n.kind === "argument")) return named("maxpool-all-positions");
  if (factor.kind === "iverson")
    return named(
      f.truth.of !== null && f.isSoftmaxOutput(f.truth.of) ? "softmax-missing-outer" : "delta-index-capture",
    );
  if (factor.kind === "rational") return named("missing-factor-2");
  if (factor.kind === "power") {
    const name = namePower(factor);
    if (name !== null) return name;
  }
  if (factor.kind === "apply" && factor.fn === "exp") return named("logsumexp-gradient");
  if (factor.kind === "matrix") return named("inverse-derivative");
  if (factor.kind === "entry" && binary(f, factor.tensor)) return named("dropout-mask-missing");
  return named("dropped-inner-factor", factor.kind === "entry" ? latex(factor.tensor) : "");
}

const binary = (f: Facts, t: Tensor): boolean =>
  f.judge.problem.model.assumptions.some((a) => a.kind === "binary" && a.tensor === t);

function nameTerm(f: Facts, term: Node, sum: Node): Named {
  if (f.softmax || (f.truth.of !== null && f.isSoftmaxOutput(f.truth.of)))
    return named(hasDelta(term) ? "softmax-missing-outer" : "softmax-offdiagonal-dropped");
  if (hasLse(term)) return named("logsumexp-gradient");
  if (f.crossEntropy) return named("bce-missing-second-term");
  if (isPenalty(f, term)) return named("l2-missing");
  const upstream = sum.kind === "add" && sum.terms.some(mentionsUpstream);
  if (f.isParameter(f.truth.wrt)) {
    if (upstream) return named("shared-weights-one-use");
  }
  if (term.kind === "entry" && term.tensor.derivative !== null) return named("missing-residual-path");
  if (upstream && mentionsUpstream(term)) return named("missing-residual-path");
  return named("product-rule-one-term");
}

/** Is `output` a function of `input`, entry by entry? */
const isOutputOf = (f: Facts, input: Tensor, output: Tensor): boolean =>
  sharedOf(f.judge).equations.some(
    (e) => e.tensor === output && e.body.kind === "apply" && tensorsOf(e.body).includes(input),
  );

/** The derivative by `to` in the place of the one by `from`. */
function nameUpstream(f: Facts, from: Tensor, to: Tensor): Named | null {
  if (to === f.truth.wrt) {
    // The derivative that is asked for, put through its own rule again.
    if (f.isSoftmaxOutput(from)) return named("softmax-jacobian-applied-twice");
    return f.crossEntropyBeyond ? named("bce-not-simplified-wrong") : null;
  }
  if (isOutputOf(f, from, to)) return named("missing-activation-derivative");
  const direct = sharedOf(f.judge).equations.some((e) => e.tensor === to && tensorsOf(e.body).includes(from));
  return direct ? named("dropped-inner-factor") : named("layer-index-activation", latex(to));
}

export function nameTensor(f: Facts, from: Tensor, to: Tensor, inside: string | null): Named | null {
  if (inside === "indicator") return named("relu-derivative-wrong-layer", latex(to));
  if (inside !== null && isOutputOf(f, from, to)) return named("derivative-at-activation");
  if (to.derivative !== null && from.derivative !== null)
    return nameUpstream(f, from.derivative.wrt, to.derivative.wrt);
  if (from.axes.length === 0) return null;
  if (f.isParameter(from) && f.isParameter(to)) return named("layer-index-weights", latex(to));
  if (f.isParameter(from) || f.isParameter(to)) return null;
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
  const relu = fn === "relu" || fn === "leaky_relu";
  switch (as) {
    case "one":
      return fn === "relu" ? named("relu-derivative-is-one") : named("missing-activation-derivative");
    case "value":
      return relu ? named("relu-derivative-is-relu") : named("wrong-activation-derivative", `that of ${fn}`);
    case "gradient":
      return named("relu-mask-on-gradient");
    case "at-output":
      return named("derivative-at-activation");
    case "rule-on-input":
      return named(fn === "sigmoid" ? "sigmoid-rule-on-z" : "derivative-at-activation");
    case "other-function":
      return named("wrong-activation-derivative", `that of ${fn}`);
    case "no-square":
      return named("tanh-derivative-missing-square");
    case "wrong-form":
      return fn === "sigmoid"
        ? named("sigmoid-derivative-wrong-form")
        : named("wrong-activation-derivative", `that of ${fn}`);
    case "relu":
      return named(fn === "leaky_relu" ? "leaky-slope-missing" : "wrong-activation-derivative", "");
  }
}

/** A change in what was written that makes it right. */
export function nameRepair(f: Facts, c: Change): Named | null {
  switch (c.kind) {
    case "factor":
      if (c.factor.kind === "rational") return named("missing-factor-2");
      if (c.factor.kind === "entry" && f.bias && c.factor.tensor.derivative === null)
        return named("bias-gradient-times-input", latex(c.factor.tensor));
      return null;
    case "term":
      return named("double-counting");
    case "sign":
      return nameFlipped(f, c.term);
    case "tensor": {
      const wrong = nameTensor(f, c.to, c.from, c.inside);
      return wrong;
    }
    case "member":
      return named(f.isParameter(c.tensor) ? "layer-index-weights" : "layer-index-activation", latex(c.tensor));
    case "indices":
      return nameIndices(f, c.tensor);
    case "exponent":
      return f.inverse ? named("inverse-derivative") : null;
    case "slope":
    case "range":
    case "summed-index":
    case "one-member":
    case "sums-to-one":
    case "unsummed":
    case "only-term":
      return null;
  }
}
