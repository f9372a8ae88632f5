import { tensorsOf } from "../../expression/arena.js";
import type { Index, Node, NodeOf, Tensor } from "../../expression/node.js";
import type { Change } from "./change.js";
import { nameExponent, nameFactor, nameFlipped, nameRemoved, nameTerm, WRONG_EXPONENT } from "./factors.js";
import { type Facts, ownAxes } from "./facts.js";
import { contains, mentionsUpstream } from "./forms.js";
import { isNamed, latex, type Named, named } from "./named.js";
import { nameExchanged, nameIndices, nameLetter, nameTensor } from "./taken-for.js";

/** The whole is the negative of the truth. */
export function nameNegative(f: Facts, written: Node): Named {
  // `a (a - 1)`.
  const isTurned = contains(written, (n) => n.kind === "add" && isTurnedSlope(f, n));
  return { ...signOf(f, written), ...(isTurned ? { beside: "sigmoid-derivative-wrong-form" } : {}) };
}

function signOf(f: Facts, written: Node): Named {
  if (f.ofSoftmax) return named("softmax-jacobian-sign");
  // Through the softmax with the derivative by its output, or both at once.
  if (f.softmax) return named(f.logOfSoftmax && !mentionsUpstream(written) ? "ce-sign" : "softmax-jacobian-sign");
  if (f.crossEntropyBeyond) return named("ce-sign");
  const { of } = f.truth;
  if (f.inverse || (of !== null && f.isInverse(of))) return named("inverse-derivative");
  return named("sign-error");
}

/** `a - 1` for the output a of a sigmoid. */
function isTurnedSlope(f: Facts, { terms }: NodeOf<"add">): boolean {
  const [output, ...more] = terms.filter((t) => t.kind === "entry");
  const others = terms.filter((t) => t.kind !== "entry");
  if (output?.kind !== "entry" || more.length > 0 || f.outputOf(output.tensor) !== "sigmoid") return false;
  return others.length === 1 && others.every((n) => n.kind === "rational" && n.value.equals(-1));
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
  if (f.traceOfProduct && !f.inverse) return named("trace-derivative-order");
  if (!f.isMatrixOfWeights(wrt)) return named("layout-confusion");
  // Of whole batches the factors of each other's transposes stand in the wrong order.
  const isOfBatch = f.through.some((e) => f.isBatch(e));
  return { ...named("outer-product-swapped"), ...(isOfBatch ? { beside: "wrong-factor-order-batch" } : {}) };
}

/** The member of another layer: of weights by entries, or of scalars, too. */
const nameMember = (f: Facts, t: Tensor): Named =>
  named(f.isMatrixOfWeights(t) || f.isParameter(t) ? "layer-index-weights" : "layer-index-activation", latex(t));

/** A change in the truth that gives what was written. */
export function nameChange(f: Facts, c: Change): Named | null {
  switch (c.kind) {
    case "factor":
      return nameInside(f, c) ?? nameFactor(f, c.factor);
    case "doubled": {
      const name = nameFactor(f, c.factor);
      return name.code === "norm-not-squared" ? name : null;
    }
    case "term":
      return c.inside === "exponent" ? WRONG_EXPONENT : nameTerm(f, c.term, c.sum);
    case "only-term":
      return nameTerm(f, c.term, c.sum, [c.term]);
    case "sign":
      return nameSlopeSign(f, c.sum) ?? nameFlipped(f, c.term);
    case "negative":
      return nameNegative(f, c.written);
    case "complement":
      return nameComplement(f, latex(c.gate), `1 - ${latex(c.gate)}`);
    case "tensor":
      return nameTensor(f, c.from, c.to, c.inside);
    case "member":
      return nameMember(f, c.tensor);
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
      // Of a weighted sum only where targets are compared with what adds up to one.
      return c.of === 1 || (f.softmax && !f.ofSoftmax) ? named("ce-assumes-onehot") : null;
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

/** A number that is left out of what a function is of. */
function nameInside(f: Facts, { factor, inside = null }: Extract<Change, { kind: "factor" }>): Named | null {
  if (inside === "exponent") return WRONG_EXPONENT;
  const isNumber = factor.kind === "rational" && !factor.value.equals(-1);
  if (inside === null || !isNumber) return null;
  const message = `the number ${factor.value.toFraction()} is missing inside ${inside}: a derivative is taken where its function is`;
  return { ...nameFactor(f, factor), message };
}

/** What a gate lets through, or what it keeps, in the place of the other. */
const nameComplement = (f: Facts, written: string, right: string): Named => ({
  ...named("sign-error"),
  message: `${written} stands where ${right} does in the forward pass`,
  ...(f.through[0] === undefined ? {} : { use: f.through[0] }),
});

/** One term of a sum alone. */
function nameUnsummed(f: Facts): Named {
  if (f.softmax) return named("softmax-offdiagonal-dropped");
  if (f.bias) return named("bias-gradient-not-summed");
  const message = "a sum is missing: one term of it stands here, as if only the entry with the same index mattered";
  return { ...named("delta-index-capture"), message };
}

/** A sign of `1 - a` or of `1 - a^2`, as slopes are written by the output of their function. */
function nameSlopeSign(f: Facts, sum: Node): Named | null {
  const [first, second, ...more] = sum.kind === "add" ? sum.terms : [];
  if (first === undefined || second === undefined || more.length > 0) return null;
  const constant = [first, second].some((n) => n.kind === "rational" && (n.value.equals(1) || n.value.equals(-1)));
  const fns = new Set(tensorsOf(sum).map((t) => f.outputOf(t)));
  const [fn] = fns;
  return constant && fns.size === 1 && (fn === "sigmoid" || fn === "tanh") ? nameSlope(fn, "wrong-form") : null;
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
      if (c.factor.kind === "rational")
        return c.factor.value.equals(-1) ? nameFactor(f, c.factor) : named("missing-factor-2");
      return f.bias &&
        (f.truth.wrt === null || f.isGiven(f.truth.wrt)) &&
        tensorsOf(c.factor).every((t) => t.derivative === null)
        ? named("bias-gradient-times-input", tensorsOf(c.factor).map(latex).join(" "))
        : null;
    case "term":
      // The 1 of an exponent `t-k+1` is no contribution.
      if (tensorsOf(c.sum).length === 0) return null;
      return named(c.inside === "indicator" ? "relu-derivative-wrong-layer" : "double-counting");
    case "sign":
      return nameSlopeSign(f, c.sum) ?? nameFlipped(f, c.term);
    case "negative":
      return nameNegative(f, c.written);
    case "complement":
      return nameComplement(f, `1 - ${latex(c.gate)}`, latex(c.gate));
    case "tensor": {
      const wrong = nameTensor(f, c.to, c.from, c.inside);
      return wrong;
    }
    case "member":
      return nameMember(f, c.tensor);
    case "indices":
      return nameIndices(f, c.tensor);
    case "exchanged":
      return nameExchanged(f);
    case "exponent":
      return f.inverse ? named("inverse-derivative") : null;
    case "range":
      return named("wrong-upper-limit");
    // Letters elsewhere, and what stands twice, are no limits of a sum.
    case "letter":
    case "doubled":
    case "slope":
    case "summed-index":
    case "one-member":
    case "sums-to-one":
    case "unsummed":
    case "only-term":
    case "removed":
      return null;
  }
}
