import { tensorsOf } from "../../expression/arena.js";
import type { Node, Tensor } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import type { Judge } from "../judge.js";
import { contains, hasLogSumExp, isBinaryCrossEntropy, isNormOf, isSoftmax } from "./forms.js";
import { sharedOf } from "./shared.js";
import { type Truth, usesToward } from "./truth.js";

/** What the names of mistakes depend on: what the forward pass does with the variable. */
export class Facts {
  readonly judge: Judge;
  readonly truth: Truth;
  /** The equations that use the variable. */
  readonly through: readonly Equation[];
  #moved: ReadonlySet<Tensor> | null = null;

  constructor(judge: Judge, truth: Truth) {
    this.judge = judge;
    this.truth = truth;
    const { wrt } = truth;
    this.through = wrt === null ? [] : usesToward(judge, truth.of, wrt);
  }

  get equations(): readonly Equation[] {
    return sharedOf(this.judge).equations;
  }

  isParameter(t: Tensor | null): boolean {
    return this.judge.problem.model.symbols.some((s) => s.tensor === t && s.role === "parameter");
  }

  /** Nothing computes it. */
  isGiven(t: Tensor): boolean {
    return t.derivative === null && !this.equations.some((e) => e.tensor === t);
  }

  /** The derivative that a quantity is, or is a name for. */
  derivativeNamed(t: Tensor): Tensor["derivative"] {
    const body = this.judge.derivatives.names.get(t)?.body;
    return t.derivative ?? (body?.kind === "entry" ? body.tensor.derivative : null);
  }

  /** A parameter that is no vector multiplied by others: what only says "not defined" may also be an input. */
  isWeight(t: Tensor | null): boolean {
    return t !== null && this.isParameter(t) && (ownAxes(t) !== 1 || this.bias);
  }

  /** A parameter, or a given matrix, which most often is one. */
  isMatrixOfWeights(t: Tensor | null): boolean {
    return t !== null && ownAxes(t) >= 2 && (this.isParameter(t) || this.isGiven(t));
  }

  /** The variable goes into a softmax (or its logarithm). */
  get softmax(): boolean {
    return this.through.some((e) => isSoftmax(e.body));
  }

  /** A quantity that is a softmax of something. */
  isSoftmaxOutput(t: Tensor): boolean {
    return this.equations.some(
      (e) => e.tensor === t && isSoftmax(e.body) && e.body.kind === "apply" && e.body.fn === "exp",
    );
  }

  /** The derivative is of a softmax itself. */
  get ofSoftmax(): boolean {
    return this.truth.of !== null && this.isSoftmaxOutput(this.truth.of);
  }

  goesIntoSoftmax(t: Tensor): boolean {
    return this.equations.some((e) => isSoftmax(e.body) && tensorsOf(e.body).includes(t));
  }

  /** Goes into a softmax, at once or with something added, the outputs of which weigh other quantities. */
  scores(t: Tensor): boolean {
    const { uses } = sharedOf(this.judge);
    const nexts = (uses.get(t) ?? []).filter((e) => e.body.kind === "add").map((e) => e.tensor);
    const weights = [t, ...nexts].flatMap((s) => uses.get(s) ?? []).filter((e) => isSoftmax(e.body));
    return weights.some((e) => (uses.get(e.tensor) ?? []).some((use) => weighs(e.tensor, use.body)));
  }

  /** The logarithm of a softmax is taken, of which what is differentiated is made: a cross-entropy, and no entropy. */
  get logOfSoftmax(): boolean {
    const logged = (n: Node): boolean =>
      n.kind === "apply" && n.fn === "log" && tensorsOf(n).some((t) => this.isSoftmaxOutput(t));
    // `p \log p`: nothing is compared with p.
    const weighsItself = (n: Node): boolean =>
      n.kind === "multiply" &&
      n.factors.some(
        (x) => x.kind === "entry" && this.isSoftmaxOutput(x.tensor) && n.factors.some((y) => isLogOf(y, x)),
      );
    const { of } = this.truth;
    const isBehind = (e: Equation): boolean => of !== null && e.tensor !== of && this.movedBy([of]).has(e.tensor);
    return this.equations.some(
      (e) =>
        !isBehind(e) &&
        ((contains(e.body, logged) && !contains(e.body, weighsItself)) ||
          (isSoftmax(e.body) && hasLogSumExp(e.body) && e.body.kind !== "apply")),
    );
  }

  get crossEntropy(): boolean {
    return this.through.some((e) => isBinaryCrossEntropy(e.body));
  }

  /** A binary cross-entropy of what the variable gives. */
  get crossEntropyBeyond(): boolean {
    const outputs = new Set(this.through.map((e) => e.tensor));
    return this.equations.some((e) => isBinaryCrossEntropy(e.body) && tensorsOf(e.body).some((t) => outputs.has(t)));
  }

  /** A quantity of whose logarithm a binary cross-entropy is made. */
  logged(t: Tensor): boolean {
    return this.equations.some((e) => isBinaryCrossEntropy(e.body) && tensorsOf(e.body).includes(t));
  }

  /** A quantity that something is divided by, or multiplied by the inverse of. */
  isDivisor(t: Tensor): boolean {
    const divides = (n: Node): boolean => isReciprocal(n) || (n.kind === "matrix" && n.fn === "inverse");
    return this.equations.some((e) => contains(e.body, (n) => divides(n) && tensorsOf(n).includes(t)));
  }

  get quotient(): boolean {
    const outputs = new Set(this.through.map((e) => e.tensor));
    const isNear = (e: Equation): boolean => this.through.includes(e) || tensorsOf(e.body).some((t) => outputs.has(t));
    return this.equations.some((e) => isNear(e) && contains(e.body, (n) => isQuotient(n) && this.moves(n)));
  }

  get inverse(): boolean {
    return this.through.some((e) => holdsMatrix(e.body, "inverse"));
  }

  /** The variable multiplies another matrix: samples, most often. */
  isBatch({ tensor, body }: Equation): boolean {
    const { wrt } = this.truth;
    return ownAxes(tensor) === 2 && tensorsOf(body).some((t) => t !== wrt && ownAxes(t) === 2);
  }

  /** A quantity that is the inverse of a matrix. */
  isInverse(t: Tensor): boolean {
    return this.equations.some((e) => e.tensor === t && e.body.kind === "matrix" && e.body.fn === "inverse");
  }

  get determinant(): boolean {
    return this.through.some((e) => holdsMatrix(e.body, "determinant"));
  }

  /** Only the largest of the variable's entries counts. */
  get maximum(): boolean {
    return this.through.some((e) => holdsMaximum(e.body) || this.#isOneOfSeveral(e.body));
  }

  /** `max(p, q)`, of which the variable moves one. */
  #isOneOfSeveral(body: Node): boolean {
    const { wrt } = this.truth;
    const isOne = (args: readonly Node[]): boolean =>
      args.every((a) => tensorsOf(a).length > 0) &&
      args.filter((a) => wrt !== null && tensorsOf(a).includes(wrt)).length === 1;
    return contains(body, (n) => n.kind === "apply" && (n.fn === "max" || n.fn === "min") && isOne(n.args));
  }

  /** Only the largest of the entries that the variable gives counts. */
  get maximumBeyond(): boolean {
    const { uses } = sharedOf(this.judge);
    return this.through.some((e) => (uses.get(e.tensor) ?? []).some((next) => holdsMaximum(next.body)));
  }

  /** The variable stands below a trace, as it is written. */
  get trace(): boolean {
    return this.truth.wrt?.axes.length === 2 && this.through.every(isTrace);
  }

  /** Below a trace, itself or as a factor of a matrix that has a name; the trace of a square is a length. */
  get traceOfProduct(): boolean {
    const { uses } = sharedOf(this.judge);
    const goesIntoTrace = (e: Equation): boolean => {
      const next = ownAxes(e.tensor) === 2 ? (uses.get(e.tensor) ?? []) : [];
      const isSquared = ({ body }: Equation): boolean =>
        contains(body, (n) => {
          const own = n.kind === "multiply" ? n.factors.filter((x) => x.kind === "entry" && x.tensor === e.tensor) : [];
          return own.length > 1 || (n.kind === "power" && tensorsOf(n).includes(e.tensor));
        });
      return next.length > 0 && next.every((n) => isTrace(n) && !isSquared(n));
    };
    return this.truth.wrt?.axes.length === 2 && this.through.every((e) => isTrace(e) || goesIntoTrace(e));
  }

  /** A quantity that is the length of a vector, not squared. */
  isNorm(t: Tensor): boolean {
    return this.equations.some((e) => e.tensor === t && isNormOf(e.body));
  }

  /** A quantity that is the logarithm of such a sum. */
  isLogPartition(t: Tensor): boolean {
    return this.equations.some((e) => e.tensor === t && hasLogSumExp(e.body));
  }

  /** A quantity that is a sum of exponentials: what normalises them. */
  isPartition(t: Tensor): boolean {
    const isSum = (n: Node): boolean =>
      n.kind === "reduce" && n.op === "sum" && contains(n.body, (m) => m.kind === "apply" && m.fn === "exp");
    return this.equations.some((e) => e.tensor === t && isSum(e.body));
  }

  /** These quantities and all that is computed from them. */
  movedBy(sources: readonly Tensor[]): ReadonlySet<Tensor> {
    const { uses } = sharedOf(this.judge);
    const seen = new Set(sources);
    // A set grows while it is walked: what uses each of these, and what uses that.
    for (const t of seen) for (const e of uses.get(t) ?? []) seen.add(e.tensor);
    return seen;
  }

  /** A quantity that moves what is differentiated, so far as lines speak of it. */
  leadsToEnd(t: Tensor): boolean {
    const { of } = this.truth;
    const { arena, definitions } = this.judge.context;
    return of !== null && (t === of || definitions.has(arena.derivativeTensor(of, t)));
  }

  /** An expression that the variable moves, itself or by what is computed from it. */
  moves(node: Node): boolean {
    return tensorsOf(node).some((t) => this.movesTensor(t));
  }

  movesTensor(t: Tensor): boolean {
    const { wrt } = this.truth;
    this.#moved ??= this.movedBy(wrt === null ? [] : [wrt]);
    return this.#moved.has(t);
  }

  /** Wherever a quantity is used it is a term of a sum, times constants. */
  isAddend(t: Tensor): boolean {
    const plain = (n: Node): boolean =>
      (n.kind === "multiply" ? n.factors : [n]).every(
        (x) =>
          (x.kind === "entry" && x.tensor === t) || tensorsOf(x).every((u) => u.axes.length === 0 && this.isGiven(u)),
      );
    const added = ({ body }: Equation): boolean =>
      (body.kind === "add" ? body.terms : [body]).every((n) => !tensorsOf(n).includes(t) || plain(n));
    return (sharedOf(this.judge).uses.get(t) ?? []).every(added);
  }

  /** The variable is part of a square. */
  isSquaredIn({ body }: Equation): boolean {
    const { wrt } = this.truth;
    return wrt !== null && contains(body, (n) => n.kind === "power" && tensorsOf(n).includes(wrt));
  }

  /** The variable is added as it stands: a bias, a residual path. */
  addedPlainly(e: Equation): boolean {
    const { wrt } = this.truth;
    return e.body.kind === "add" && e.body.terms.some((t) => t.kind === "entry" && t.tensor === wrt);
  }

  get bias(): boolean {
    const { wrt } = this.truth;
    if (wrt === null || this.through.length === 0) return false;
    const isTerm = (t: Node): boolean => t.kind === "entry" && t.tensor === wrt;
    const isAdded = (body: Node, inside: boolean): boolean => {
      if (body.kind === "apply") return body.args.length === 1 && body.args.every((a) => isAdded(a, true));
      if (body.kind !== "add" || !body.terms.some(isTerm)) return false;
      // In `e^{z - \log \sum e^z}`, a softmax, the variable is no bias.
      return !inside || body.terms.every((t) => isTerm(t) || !tensorsOf(t).includes(wrt));
    };
    return this.through.every((e) => isAdded(e.body, false));
  }

  /** A quantity that multiplies others wherever it is used. */
  isFactor(t: Tensor): boolean {
    const multiplied = (n: Node): boolean => n.kind === "multiply" && tensorsOf(n).includes(t);
    return (sharedOf(this.judge).uses.get(t) ?? []).every((e) => contains(e.body, multiplied));
  }

  get backThroughWeights(): boolean {
    return this.truth.wrt !== null && !this.isParameter(this.truth.wrt);
  }

  get penalised(): boolean {
    return (
      this.isParameter(this.truth.wrt) &&
      // The square of a length that something is divided by is no penalty.
      this.through.some((e) => e.tensor.axes.length === 0 && this.isAddend(e.tensor)) &&
      this.through.length + this.truth.contributions.length > 2
    );
  }

  /** A 0/1 quantity that is given: a mask. */
  isMask(t: Tensor): boolean {
    return this.#assumed(t, "binary") && !this.#assumed(t, "one-hot");
  }

  /** The mask by which `input` becomes `output`. */
  maskBetween(input: Tensor, output: Tensor): Tensor | null {
    const made = this.equations.find((e) => e.tensor === output && e.body.kind === "multiply");
    const factors = made?.body.kind === "multiply" ? made.body.factors.flatMap((n) => tensorsOf(n)) : [];
    return factors.includes(input) ? (factors.find((t) => this.isMask(t)) ?? null) : null;
  }

  /** What `part` is multiplied by to give `whole`, where that is one factor. */
  factorBetween(part: Tensor, whole: Tensor): Node | null {
    const made = this.equations.find((e) => e.tensor === whole)?.body;
    const isPart = (n: Node): boolean => n.kind === "entry" && n.tensor === part;
    if (made?.kind !== "multiply" || !made.factors.some(isPart)) return null;
    const [rest, ...more] = made.factors.filter((n) => !isPart(n));
    return rest === undefined || more.length > 0 ? null : rest;
  }

  isOneHot(t: Tensor): boolean {
    return this.#assumed(t, "one-hot");
  }

  isZeroOrOne(t: Tensor): boolean {
    return this.#assumed(t, "binary") || this.#assumed(t, "one-hot");
  }

  #assumed(t: Tensor, kind: "binary" | "one-hot"): boolean {
    return this.judge.problem.model.assumptions.some((a) => a.kind === kind && a.tensor === t);
  }

  /** The scalar function that gives a quantity, if one does. */
  outputOf(t: Tensor): string | null {
    const e = this.equations.find((x) => x.tensor === t);
    return e?.body.kind === "apply" ? e.body.fn : null;
  }

  /** Is `output` a function of `input`, entry by entry? */
  isOutputOf(input: Tensor, output: Tensor): boolean {
    return this.equations.some((e) => e.tensor === output && isFunctionOf(e.body, input));
  }
}

const isLogOf = (n: Node, x: Node): boolean => n.kind === "apply" && n.fn === "log" && n.args[0] === x;

/** As it stands a factor of a product with something else. */
const weighs = (t: Tensor, body: Node): boolean =>
  contains(body, (n) => {
    const entries = n.kind === "multiply" ? n.factors.filter((x) => x.kind === "entry") : [];
    return entries.length > 1 && entries.some((x) => x.tensor === t);
  });

/** A function of one quantity's entry, and no product with it or sum over it. */
function isFunctionOf(body: Node, input: Tensor): boolean {
  const all = tensorsOf(body);
  if (!all.includes(input)) return false;
  if (body.kind === "apply") return true;
  const curved = contains(body, (n) => n.kind === "apply" || n.kind === "indicator");
  const summed = contains(body, (n) => n.kind === "reduce" || n.kind === "matrix");
  return curved && !summed && all.every((t) => t === input || t.axes.length === 0);
}

const isTrace = (e: Equation): boolean => /[\\{](?:tr|trace)\b/i.test(e.latex);

/** How many positions one member takes. */
export const ownAxes = (t: Tensor): number => t.axes.length - t.parameters.length;

const isQuotient = (n: Node): boolean => isReciprocal(n) && n.kind === "power" && isInteger(n.exponent);
const isInteger = (n: Node): boolean => n.kind === "rational" && n.value.d === 1n;

export const isReciprocal = (n: Node): boolean =>
  n.kind === "power" && n.exponent.kind === "rational" && n.exponent.value.compare(0) < 0;

const holdsMaximum = (body: Node): boolean =>
  contains(body, (n) => n.kind === "reduce" && (n.op === "max" || n.op === "min"));

const holdsMatrix = (body: Node, fn: "inverse" | "determinant"): boolean =>
  contains(body, (n) => n.kind === "matrix" && n.fn === fn);
