import { tensorsOf } from "../../expression/arena.js";
import type { Node, Tensor } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import { type Facts, isReciprocal, ownAxes } from "./facts.js";
import { contains, countOf, factorsOf, hasCase, isSoftmax } from "./forms.js";
import { latex, type Named, named, numbered } from "./named.js";
import { wayOf } from "./path.js";
import type { Contribution } from "./truth.js";

/* Names where a part of the chain rule is left out: a path, a use, a term. */

/** Some contributions of the chain rule are left out. */
export function nameDropped(f: Facts, kept: readonly Contribution[], dropped: readonly Contribution[]): Named {
  const [first] = dropped;
  if (first === undefined) return named("dropped-inner-factor");
  const penalty = (c: Contribution): boolean =>
    c.through.tensor.axes.length === 0 && isPenalty(f, c.node) && f.isAddend(c.through.tensor);
  if (dropped.every(penalty) && !kept.every(penalty)) return { ...named("l2-missing"), use: first.through };
  if (dropped.every((d) => kept.some((k) => k.through === d.through)))
    return { ...nameDroppedTerm(f, kept, dropped), use: first.through };
  const code = codeOfPath(f, kept, dropped);
  return { ...named(code, aboutPath(f, code, kept, first)), ...messageOfPath(f, code, kept, first) };
}

export const wayText = (way: readonly Tensor[]): string => way.map(latex).join(" → ");

/** The way that is left out, or the product of which a term is. */
function aboutPath(f: Facts, code: string, kept: readonly Contribution[], dropped: Contribution): string {
  const others = kept.map((k) => k.through.tensor);
  if (code === "product-rule-one-term") {
    const own = [...kept, dropped].find((c) => standsBesideItself(f, c.through.body))?.through.tensor;
    return latex(own ?? meetingInProduct(f, others, [dropped.through.tensor])?.tensor ?? NONE);
  }
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
  const isMatrix = f.isMatrixOfWeights(wrt);
  // Weights of a second layer or step are used again, and nothing is taken for a constant, as a mean of the variable is.
  const isLayer = ({ through: { tensor, body } }: Contribution): boolean =>
    ownAxes(tensor) > 0 && !f.isDivisor(tensor) && tensorsOf(body).some((t) => t !== wrt);
  if (areSteps(f, [...kept, ...dropped])) return "shared-weights-one-use";
  if (dropped.some((d) => used.has(d.through.tensor)) && !(isMatrix && dropped.every(isLayer)))
    return "partial-vs-total";
  const met = new Set(dropped.flatMap((d) => tensorsOf(d.through.body)));
  const beside = kept.some((k) => met.has(k.through.tensor)) && !isMatrix;
  const isAdded = (c: Contribution): boolean => f.addedPlainly(c.through);
  const isPath = !f.isParameter(wrt) && dropped.every(isAdded) && !kept.some(isAdded);
  if ((f.isWeight(wrt) || isMatrix) && !beside && !isPath) return codeOfUse(f, kept, dropped);
  if (dropped.some((d) => f.addedPlainly(d.through)) && !kept.every((k) => f.addedPlainly(k.through)))
    return "missing-residual-path";
  const pair = [kept, dropped].map((cs) => cs.map((c) => c.through.tensor));
  if (pair[1]?.some((t) => f.isDivisor(t))) return "partial-vs-total";
  const moved = f.movedBy(pair[1] ?? []);
  // What is left out moves what something that is kept is divided by.
  if (kept.some((k) => divisorsIn(k.through.body).some((t) => moved.has(t)))) return "partial-vs-total";
  if (isProductRule(f, kept, dropped) || meetingInProduct(f, pair[0] ?? [], pair[1] ?? []) !== undefined)
    return "product-rule-one-term";
  return kept.some((k) => tensorsOf(k.node).some((t) => moved.has(t))) ? "partial-vs-total" : "missing-residual-path";
}

/** `s_{1}`, `s_{2}`, `s_{3}`: a given number of a recurrence that is used at each of its steps. */
function areSteps(f: Facts, all: readonly Contribution[]): boolean {
  const { wrt } = f.truth;
  const steps = new Set(all.map((c) => c.through.tensor));
  const letters = new Set([...steps].map((t) => numbered(t)?.letter));
  return wrt !== null && f.isGiven(wrt) && steps.size > 1 && letters.size === 1 && !letters.has(undefined);
}

/** The variable stands beside a factor that it moves too, and one of the two ways is left out. */
function isProductRule(f: Facts, kept: readonly Contribution[], dropped: readonly Contribution[]): boolean {
  const moves = (some: readonly Contribution[], { through: { body } }: Contribution): boolean => {
    const moved = f.movedBy(some.map((c) => c.through.tensor));
    return tensorsOf(body).some((t) => moved.has(t));
  };
  const isOne = (c: Contribution, others: readonly Contribution[]): boolean =>
    standsBesideItself(f, c.through.body) && moves(others, c);
  return kept.some((k) => isOne(k, dropped)) || dropped.some((d) => isOne(d, kept));
}

const divisorsIn = (body: Node): readonly Tensor[] => {
  const found: Tensor[] = [];
  contains(body, (n) => {
    if (isReciprocal(n)) found.push(...tensorsOf(n));
    return false;
  });
  return found;
};

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

/** Where two quantities are multiplied. */
const meetingInProduct = (f: Facts, a: readonly Tensor[], b: readonly Tensor[]): Equation | undefined =>
  f.equations.find((e) =>
    contains(e.body, (n) => {
      if (n.kind !== "multiply") return false;
      const held = n.factors.map((x) => tensorsOf(x));
      const places = (ts: readonly Tensor[]): readonly number[] =>
        held.flatMap((own, k) => (ts.some((t) => own.includes(t)) ? [k] : []));
      return places(a).some((k) => places(b).some((l) => l !== k));
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
  const all = [...kept, ...dropped];
  if (apart && (f.isMatrixOfWeights(f.truth.wrt) || !all.every((c) => isProductWith(f, c))))
    return isUsedAgain(f)
      ? named("shared-weights-one-use", about)
      : { ...named("missing-residual-path"), ...ofTerms(f, ends) };
  return named("product-rule-one-term");
}

const ofTerms = ({ truth: { wrt } }: Facts, of: Tensor): { readonly message: string } => ({
  message: `a term is missing: ${latex(wrt ?? NONE)} stands in more than one term of ${latex(of)}`,
});

/** Weights that give arrays; what scalars alone are made of stands in several terms of a formula. */
const isUsedAgain = (f: Facts): boolean =>
  f.isMatrixOfWeights(f.truth.wrt) && f.through.some((e) => e.tensor.axes.length > 0);

/** The variable stands there beside another quantity. */
function isProductWith(f: Facts, { through: { body }, term }: Contribution): boolean {
  const own = body.kind === "add" ? body.terms[term] : body;
  const factors = own?.kind === "multiply" ? own.factors.filter((n) => n.kind !== "rational") : [];
  const isOwn = (n: Node): boolean => tensorsOf(n).some((t) => t === f.truth.wrt);
  // The `1 - g` of `(1 - g) c` as well.
  return factors.length > 1 && factors.some((n) => (n.kind === "entry" || n.kind === "add") && isOwn(n));
}

/** The gradient of a penalty: the variable itself or its sign, times scalars. */
export function isPenalty(f: Facts, node: Node): boolean {
  const { wrt } = f.truth;
  if (wrt === null || !f.isGiven(wrt) || (!f.isParameter(wrt) && f.through.every((e) => e.tensor.axes.length > 0)))
    return false;
  // Of a column of data, the square of which is a term of the loss, nobody says so, if nothing weighs it.
  const isWeighed = tensorsOf(node).some((t) => t !== wrt && f.isGiven(t));
  if (!f.isParameter(wrt) && ownAxes(wrt) < 2 && !isWeighed) return false;
  const own = factorsOf(node).filter((n) => tensorsOf(n).includes(wrt));
  const isOwn = (n: Node): boolean => n.kind === "entry" || (n.kind === "apply" && n.fn === "sign");
  // Each entry may have a weight of its own.
  const isWeight = (t: Tensor): boolean => t.axes.length === 0 || (t.axes.length === wrt.axes.length && f.isGiven(t));
  return own.length === 1 && own.every(isOwn) && tensorsOf(node).every((t) => t === wrt || isWeight(t));
}

const NONE: Tensor = { key: "", latex: "", name: "", parameters: [], axes: [], integer: false, derivative: null };
