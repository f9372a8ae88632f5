import { operands, tensorsOf } from "../../expression/arena.js";
import type { Node, Tensor } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import type { Judge } from "../judge.js";
import type { Change } from "./change.js";
import type { Contribution, Truth } from "./truth.js";

/** A mistake by its code, and what it is about, as it is written. */
export interface Named {
  readonly code: string;
  readonly about: string;
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
    this.through = wrt === null ? [] : judge.derivatives.model.equations.filter((e) => tensorsOf(e.body).includes(wrt));
  }

  isParameter(t: Tensor | null): boolean {
    return this.judge.problem.model.symbols.some((s) => s.tensor === t && s.role === "parameter");
  }

  /** The variable goes into a softmax (or its logarithm). */
  get softmax(): boolean {
    return this.through.some((e) => isSoftmax(e.body));
  }

  /** A quantity that is a softmax of something. */
  isSoftmaxOutput(t: Tensor): boolean {
    return this.judge.derivatives.model.equations.some((e) => e.tensor === t && isSoftmax(e.body));
  }

  goesIntoSoftmax(t: Tensor): boolean {
    return this.judge.derivatives.model.equations.some((e) => isSoftmax(e.body) && tensorsOf(e.body).includes(t));
  }

  get crossEntropy(): boolean {
    return this.through.some((e) =>
      contains(e.body, (n) => n.kind === "apply" && n.fn === "log" && n.args[0]?.kind === "add"),
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

const isSoftmax = (body: Node): boolean => contains(body, (n) => n.kind === "reduce" && n.op === "logsumexp");

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
  const sameFormula = dropped.every((d) => kept.some((k) => k.through === d.through));
  const { wrt } = f.truth;
  if (sameFormula) {
    if (isSoftmax(first.through.body))
      return named(kept.some((k) => hasDelta(k.node)) ? "softmax-offdiagonal-dropped" : "softmax-missing-outer");
    if (f.crossEntropy) return named("bce-missing-second-term");
    if (f.isParameter(wrt) && first.through.tensor.axes.length === 0 && !mentionsUpstream(first.node))
      return named("l2-missing");
    return named("product-rule-one-term");
  }
  if (dropped.some((d) => f.addedPlainly(d.through)) && !f.isParameter(wrt))
    return named("missing-residual-path", latex(first.through.tensor));
  if (f.isParameter(wrt)) {
    if (dropped.every((d) => d.through.tensor.axes.length === 0) && kept.some((k) => k.through.tensor.axes.length > 0))
      return named("l2-missing");
    return named("shared-weights-one-use", latex(first.through.tensor));
  }
  return named("partial-vs-total", latex(first.through.tensor));
}

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
    case "unsummed":
      return f.softmax
        ? named("softmax-offdiagonal-dropped")
        : f.bias
          ? named("bias-gradient-not-summed")
          : named("delta-index-capture");
    case "summed-index":
      return named("sum-wrong-axis");
    case "slope":
      return nameSlope(c.fn, c.as);
  }
}

function nameFactor(f: Facts, factor: Node): Named {
  if (factor.kind === "indicator") return named("relu-derivative-is-one");
  if (factor.kind === "iverson")
    return named(
      f.truth.of !== null && f.isSoftmaxOutput(f.truth.of) ? "softmax-missing-outer" : "delta-index-capture",
    );
  if (factor.kind === "rational") return named("missing-factor-2");
  if (factor.kind === "power" && factor.exponent.kind === "rational") {
    if (factor.base.kind === "dimension")
      return factor.exponent.value.equals(-1) ? named("missing-1-over-N") : named("attention-scale-missing");
    if (contains(factor.base, (n) => n.kind === "reduce") && factor.exponent.value.compare(0) < 0) {
      if (contains(factor.base, (n) => n.kind === "apply" && n.fn === "exp")) return named("logsumexp-gradient");
      return named("norm-not-squared");
    }
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
  if (f.crossEntropy) return named("bce-missing-second-term");
  const upstream = sum.kind === "add" && sum.terms.some(mentionsUpstream);
  if (f.isParameter(f.truth.wrt)) {
    if (upstream && !mentionsUpstream(term)) return named("l2-missing");
    if (upstream) return named("shared-weights-one-use");
  }
  if (term.kind === "entry" && term.tensor.derivative !== null) return named("missing-residual-path");
  if (upstream && mentionsUpstream(term)) return named("partial-vs-total");
  return named("product-rule-one-term");
}

export function nameTensor(f: Facts, from: Tensor, to: Tensor, inside: string | null): Named | null {
  if (inside === "indicator") return named("relu-derivative-wrong-layer", latex(to));
  const outputOf = (input: Tensor, output: Tensor): boolean =>
    f.judge.derivatives.model.equations.some(
      (e) => e.tensor === output && e.body.kind === "apply" && tensorsOf(e.body).includes(input),
    );
  if (inside !== null && outputOf(from, to)) return named("derivative-at-activation");
  if (to.derivative !== null && from.derivative !== null) {
    if (outputOf(from.derivative.wrt, to.derivative.wrt)) return named("missing-activation-derivative");
    return named("layer-index-activation", latex(to.derivative.wrt));
  }
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
    case "unsummed":
    case "only-term":
      return null;
  }
}
