import { Refusal } from "../../core/diagnostic.js";
import { cover, type Span } from "../../core/span.js";
import { unlessRefused } from "../../core/unless-refused.js";
import type { Arena } from "../../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../../expression/node.js";
import type { Elaborator } from "../../model/elaborate/elaborator.js";
import type { DimVar } from "../../model/sizes/dimensions.js";
import { known } from "../../model/sizes/sizes.js";
import { latexOf } from "../../model/symbols/latex.js";
import { letterOf, nodesIn } from "../../model/symbols/letters.js";
import { children, headKey, scriptText, takeApart } from "../../model/symbols/scripts.js";
import { collapse } from "../../model/values/products.js";
import { axisAt } from "../../model/values/stacked.js";
import { shapeText, type Value } from "../../model/values/value.js";
import type { Syntax } from "../../notation/syntax.js";
import { type Judge, sameShape, unboundedIn } from "../judge.js";
import { narrowed } from "../ranges.js";
import { guardBeside } from "../suppositions.js";
import { isEqual, type Judged, type Link } from "../verdict.js";
import { costOf, newWork } from "./change.js";
import { Comparison } from "./compare.js";
import { flippings, zeroExtended } from "./convolution.js";
import { Facts, ownAxes } from "./facts.js";
import { withLimitMoved } from "./limits.js";
import { otherMembers } from "./members.js";
import type { Named } from "./named.js";
import { withAnotherSum, withLetterOfLeft, withMatrix, withOwnLetter, withoutSum } from "./put-back.js";
import {
  isDerivative,
  isOnes,
  isTransposed,
  otherSymbols,
  type Rewriting,
  type Rewritten,
  rewritings,
  untransposed,
} from "./rewrite.js";
import { ofOtherShape } from "./shapes.js";
import { nameIndices, nameTensor } from "./taken-for.js";
import { truthOf } from "./truth.js";

/** Formulas read anew for one line, and symbols tried in it. */
const MOST = 220;
/** Parts of formulas that may be read anew for one line: a long formula is not tried in as many forms as a short one. */
const MOST_READ = 12_000;
const MOST_SYMBOLS = 14;
/** Formulas that are compared where a letter does not run over its whole range. */
const MOST_DECIDED = 24;

/** One repair of the formula that was written makes it right. */
export function repairOf(judge: Judge, judged: Judged, link: Link): Named | null {
  const e = judge.problem.elaborator;
  return withoutTrace(e, () => e.within(judged.claim.letters, () => new Repairs(judge, judged, link).find()));
}

/** One limit of a sum or product, moved by one, makes the formula right that was written. */
export function limitOf(judge: Judge, judged: Judged, link: Link): Named | null {
  const moved = withLimitMoved(link.right);
  if (moved.next().done === true) return null;
  const e = judge.problem.elaborator;
  return withoutTrace(e, () => e.within(judged.claim.letters, () => new Repairs(judge, judged, link).limit()));
}

/** What is only tried leaves no notes, and no symbols. */
function withoutTrace<T>(e: Elaborator, f: () => T): T {
  const { final } = e;
  const { closed } = e.symbols;
  e.final = false;
  e.symbols.closed = true;
  try {
    return f();
  } finally {
    e.final = final;
    e.symbols.closed = closed;
  }
}

/** The size of an axis, or of both axes that it is stacked from. */
const isKnown = (d: DimVar): boolean => (d.parts === null ? d.dim !== null : d.parts.every(isKnown));

/** Whether the first side of a chain and its last are equal. */
export function endsAgree(judge: Judge, judged: Judged): boolean {
  const { arena } = judge.context;
  const e = judge.problem.elaborator;
  const [first, last] = [judged.links[0]?.left, judged.links.at(-1)?.right];
  if (first === undefined || last === undefined) return false;
  const agree = (): boolean => {
    const left = collapse(arena, e.value(first));
    const right = collapse(arena, e.value(last, left.axes));
    if (!sameShape(left.axes, right.axes)) return false;
    const at = left.axes.map((d) => axisAt(arena, d).at);
    const [a, b] = [left.at(at), right.at(at)];
    const free = [...new Set([...a.free, ...b.free])];
    return isEqual(judge.decider.decide({ left: a, right: b, free, guard: null }));
  };
  return withoutTrace(e, () => e.within(judged.claim.letters, agree));
}

function lengthOf(s: Syntax): number {
  let length = 0;
  const stack = [s];
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    length += 1;
    stack.push(...children(part));
  }
  return length;
}

class Repairs {
  readonly #judge: Judge;
  readonly #judged: Judged;
  readonly #link: Link;
  /** Where the line holds, one; else zero. */
  readonly #guard: Node | null;
  #left: Value | null = null;
  #truth: Node | null = null;
  #facts: Facts | null = null;
  #c: Comparison | null = null;
  /** The positions of the left side's entry. */
  #own: readonly Position[] = [];
  /** A formula that is read anew makes its nodes anew. */
  readonly #work = newWork();
  #reading = MOST_READ;
  #decided = 0;

  constructor(judge: Judge, judged: Judged, link: Link) {
    this.#judge = judge;
    this.#judged = judged;
    this.#link = link;
    // What does not multiply was not compared.
    const { elaborator } = judge.problem;
    const beside = (): Node | null => guardBeside(elaborator, judged.claim.item.statement)?.() ?? null;
    this.#guard = link.question === null ? (unlessRefused(beside) ?? null) : link.question.guard;
  }

  find(): Named | null {
    const { right } = this.#link;
    if (!this.#prepared()) return null;
    return (
      this.#rewritten(rewritings(right)) ??
      this.#ownLetter() ??
      this.#unsummed() ??
      this.#summed() ??
      this.#reshaped() ??
      this.#flipped() ??
      this.#rewritten(otherSymbols(right, this.#pool())) ??
      this.#rewritten(otherMembers(right)) ??
      this.#withMatrix()
    );
  }

  limit(): Named | null {
    return this.#prepared() ? this.#rewritten(withLimitMoved(this.#link.right)) : null;
  }

  /** The entry of the left side, and what is compared with it; false where that has no value. */
  #prepared(): boolean {
    const { arena } = this.#judge.context;
    const left = this.#value(this.#link.left, null);
    if (left === null) return false;
    this.#left = left;
    let count = 0;
    const fresh = (d: DimVar): Index => arena.index(`'${++count}`, arena.upTo(known(d)));
    this.#own = left.axes.map((d) => axisAt(arena, d, fresh).at);
    const truth = left.at(this.#own);
    this.#truth = truth;
    this.#facts = new Facts(this.#judge, truthOf(this.#judge, truth));
    const guarded = this.#guarded(truth);
    this.#c = new Comparison(this.#judge.context, guarded, guarded, guarded.free);
    return this.#c.usable;
  }

  /** A sum over a letter of the left side or of a sum around it. */
  #ownLetter(): Named | null {
    const { left, right } = this.#link;
    const { letters } = this.#judge.problem.builder;
    const lettersOf = (s: Syntax): ReadonlySet<string> => new Set(nodesIn(s).flatMap((n) => letterOf(n) ?? []));
    const taken = lettersOf(left);
    const used = lettersOf(right);
    const own = [..."klmnpqrstijabcuv"].find((x) => letters.isIndex(x) && !taken.has(x) && !used.has(x));
    if (own === undefined) return null;
    const ofLeft = (): Named | null =>
      [...taken].reduce<Named | null>((found, l) => found ?? this.#rewritten(withLetterOfLeft(right, l)), null);
    return this.#rewritten(withOwnLetter(right, taken, own)) ?? this.#rewritten(withAnotherSum(right, own)) ?? ofLeft();
  }

  /** One sum where the left side has two letters. */
  #unsummed(): Named | null {
    const { left, right } = this.#link;
    const free = new Set(this.#truth?.free.map((i) => i.name));
    const letters = [...new Set(nodesIn(left).flatMap((n) => letterOf(n) ?? []))].filter((l) => free.has(l));
    const [i, j, more] = letters;
    if (i === undefined || j === undefined || more !== undefined) return null;
    return this.#rewritten(withoutSum(right, i, j));
  }

  /** What does not multiply may lack a matrix. */
  #withMatrix(): Named | null {
    if (this.#link.verdict !== "shape-mismatch") return null;
    const matrices = this.#pool().filter((s) => this.#axes(s) === 2);
    return this.#rewritten(withMatrix(this.#link.right, matrices));
  }

  #reshaped(): Named | null {
    const [value, entry, facts] = [this.#left, this.#truth, this.#facts];
    const right = this.#value(this.#link.right, value);
    if (value === null || entry === null || facts === null || right === null) return null;
    return right.axes.length === value.axes.length ? null : ofOtherShape(facts, { value, entry, at: this.#own }, right);
  }

  /** A convolution with its kernel the wrong way round, which then leaves its axis: there it is zero. */
  #flipped(): Named | null {
    const { arena } = this.#judge.context;
    const [left, truth, c] = [this.#left, this.#truth, this.#c];
    if (left === null || truth === null || c === null) return null;
    const node = this.#judge.problem.elaborator.guardedBy(true, () => {
      const v = this.#value(this.#link.right, left);
      return v === null || !sameShape(v.axes, left.axes) ? null : v.at(this.#own);
    });
    if (node === null || !flippings(arena, node).some((n) => c.same(zeroExtended(arena, n), truth))) return null;
    const { diagnostic } = this.#link;
    const place = diagnostic?.code === "shape/index-range" ? this.#slice(diagnostic.span) : "";
    return { code: "conv-kernel-not-flipped", about: place === "" ? "" : `an index of ${place} has the wrong sign` };
  }

  #value(s: Syntax, wanted: Value | null): Value | null {
    const e = this.#judge.problem.elaborator;
    try {
      const value = collapse(e.arena, e.value(s, wanted?.axes ?? null));
      return value.axes.every(isKnown) ? value : null;
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  /** What the line says nothing of, `k < t` does not hold there, is zero. */
  #guarded(node: Node): Node {
    return this.#guard === null ? node : this.#judge.context.arena.multiply(this.#guard, node);
  }

  /** Whether a value is the truth, as its own shape or as a row of the same. */
  #isTruth(v: Value): boolean {
    const [left, truth, c] = [this.#left, this.#truth, this.#c];
    if (left === null || truth === null || c === null || !sameShape(v.axes, left.axes)) return false;
    try {
      const node = v.at(this.#own);
      this.#work.left -= costOf(node);
      return this.#isTruthWhereBothAre(node, truth) ?? c.same(this.#guarded(node), this.#guarded(truth));
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  /** `\delta^{(l+1)}` without a word of how far l runs: it is where both sides are; `null` where they are wherever l is. */
  #isTruthWhereBothAre(node: Node, truth: Node): boolean | null {
    const { context, decider } = this.#judge;
    const { arena } = context;
    const { claim } = this.#judged;
    // Beside `l < L` too, which says where the line holds, and not where its parts are.
    const letters = this.#guard === null ? unboundedIn(claim) : new Set(claim.letters.map((b) => b.letter));
    const map = narrowed(arena, [node, truth], letters);
    if (map.size === 0) return null;
    if (this.#decided >= MOST_DECIDED) return false;
    this.#decided += 1;
    const [left = node, right = truth] = [node, truth].map((n) => arena.substitute(this.#guarded(n), map));
    return isEqual(decider.decide({ left, right, free: [...new Set([...left.free, ...right.free])], guard: null }));
  }

  /** `(\nabla_q L)^\top R`: the row of what is asked for as a column. */
  #isTruthAsRow(v: Value): boolean {
    const { arena } = this.#judge.context;
    const [one, axis] = v.axes;
    if (this.#left?.axes.length !== 1 || v.axes.length !== 2 || axis === undefined) return false;
    return one?.isOne(arena) === true && this.#isTruth({ axes: [axis], at: (at) => v.at([arena.literal(1), ...at]) });
  }

  /** An axis too many, and summed over it all is well. */
  #summed(): Named | null {
    const [left, facts] = [this.#left, this.#facts];
    const right = this.#value(this.#link.right, left);
    if (left === null || facts === null || right === null) return null;
    const axis = right.axes.find((_, k) => {
      const sum = this.#summedAlong(left, right, k);
      return sum !== null && this.#isTruth(sum);
    });
    if (axis === undefined) return null;
    return {
      code: facts.bias ? "bias-gradient-not-summed" : "missing-sum-over-batch",
      about: `the axis of ${shapeText([axis]).replace("×1", "")} values`,
    };
  }

  /** Summed over, an axis vanishes, or has size one where the left side says so. */
  #summedAlong(left: Value, right: Value, k: number): Value | null {
    const { arena } = this.#judge.context;
    const more = right.axes.length - left.axes.length;
    const [one, own] = [left.axes[k], right.axes[k]];
    if (more === 1) return summedAlong(arena, right, k, null);
    if (more !== 0 || one?.isOne(arena) !== true || own?.isOne(arena) === true) return null;
    return summedAlong(arena, right, k, one);
  }

  #rewritten(candidates: Iterable<Rewritten>): Named | null {
    let tried = 0;
    let asRow: Named | null = null;
    const length = lengthOf(this.#link.right);
    for (const { syntax, how } of candidates) {
      tried += 1;
      this.#reading -= length;
      if (tried > MOST || this.#reading < 0 || this.#work.left < 0) return asRow;
      const v = this.#value(syntax, this.#left);
      const isTruth = v !== null && this.#isTruth(v);
      // A row of what is asked for as a column: only where nothing else is found.
      const isRow: boolean =
        v !== null && !isTruth && asRow === null && how.kind === "transposed" && this.#isTruthAsRow(v);
      const name: Named | null = isTruth || isRow ? this.#name(how) : null;
      if (name === null) continue;
      if (isTruth) return { ...name, ...placeOf(how) };
      asRow = { ...name, ...placeOf(how) };
    }
    return asRow;
  }

  /** Other symbols of the problem's formulas, as they are written there. */
  #pool(): readonly Syntax[] {
    const found = new Map<string, Syntax>();
    const e = this.#judge.problem.elaborator;
    const visit = (s: Syntax, depth: number): void => {
      if (depth > 30 || found.size >= MOST_SYMBOLS) return;
      const own = untransposed(s) ?? s;
      const t = takeApart(own);
      if (t !== null) {
        const text = scriptText(own);
        if (
          t.symbol.style !== "roman" &&
          !found.has(text) &&
          e.symbols.withHead(headOf(own)).some((x) => x.tensor !== null)
        )
          found.set(text, own);
        return;
      }
      for (const c of children(s)) visit(c, depth + 1);
    };
    for (const item of this.#judge.problem.items)
      if (item.kind === "forward") for (const s of item.statement.sides) visit(s, 0);
    return [...found.values()];
  }

  #tensor(s: Syntax): Tensor | null {
    const v = this.#value(s, null);
    const first = (): Node | undefined => v?.at(v.axes.map(() => this.#judge.context.arena.literal(1)));
    const node = unlessRefused(first) ?? null;
    if (node?.kind === "entry") return node.tensor;
    // The letters of an entry may be those of a sum around it, or run too far.
    if (s.kind !== "scripted" || s.sub === null) return null;
    return this.#tensor(s.sup === null ? s.base : { ...s, sub: null });
  }

  #name(how: Rewriting): Named | null {
    const f = this.#facts;
    if (f === null) return null;
    switch (how.kind) {
      case "transposed":
      case "untransposed":
        return this.#transposeName(f, how);
      case "swapped":
        return { code: this.#isNumberForMatrix() ?? this.#swappedCode(f, how.a, how.b), about: "" };
      case "moved":
        return { code: this.#movedCode(f, how.a, how.b), about: "" };
      case "reordered":
        return { code: this.#isNumberForMatrix() ?? this.#reorderedCode(f, how.a, how.b), about: "" };
      case "run":
        return this.#runName(f, how.a, how.b);
      case "ones":
        return { code: "sum-wrong-axis", about: "" };
      case "kronecker":
        return { code: "kronecker-order", about: "" };
      case "hadamard":
        return { code: "hadamard-written-as-matmul", about: "" };
      case "matmul":
        return { code: "matmul-written-as-hadamard", about: "" };
      case "dropped":
        return f.bias && this.#tensor(how.unit)?.derivative === null
          ? { code: "bias-gradient-times-input", about: this.#text(how.unit) }
          : null;
      case "symbol": {
        const [from, to] = [this.#tensor(how.from), this.#tensor(how.to)];
        if (from !== null && from === to && from.parameters.length > 0) return this.#memberName(f, from, how);
        return from === null || to === null || from === to
          ? null
          : nameTensor(f, to, from, how.inside === null ? null : "indicator");
      }
      case "inserted":
        return { code: "dropped-inner-factor", about: scriptText(how.factor) };
      case "reused":
        return { code: "summation-index-reused", about: how.letter };
      case "limits":
        return { code: "wrong-upper-limit", about: "" };
      case "limit":
        return { code: "wrong-upper-limit", about: "", message: how.message };
      case "axis":
        return this.#indicesName(f, how.sum) ?? { code: "sum-wrong-axis", about: "" };
      case "subscripts":
        return (
          this.#indicesName(f, how.unit) ?? {
            code: "missing-transpose",
            about: "",
            message: `exchange the indices of ${this.#text(how.unit)}`,
          }
        );
      case "inner":
        return { code: "inner-instead-of-outer", about: "" };
      case "letters":
        return { code: "index-swapped", about: `${how.a} and ${how.b}` };
    }
  }

  /** Two subscripts exchanged, where that has a name of its own. */
  #indicesName(f: Facts, unit: Syntax): Named | null {
    const tensor = this.#tensorBelow(unit);
    const name = tensor === null ? null : nameIndices(f, tensor);
    return name === null || name.code === "missing-transpose" || name.code === "sum-wrong-axis" ? null : name;
  }

  /** Of S_{ij}, and of ∂L/∂S_{ij}, by whatever letters. */
  #tensorBelow(unit: Syntax): Tensor | null {
    const { arena, definitions } = this.#judge.context;
    if (unit.kind !== "fraction") return this.#tensor(unit);
    const [of, wrt] = [unit.numerator, unit.denominator].map((s) =>
      this.#tensor((s.kind === "juxtaposition" ? s.items.at(-1) : undefined) ?? s),
    );
    const derivative = of == null || wrt == null ? null : arena.derivativeTensor(of, wrt);
    return derivative !== null && definitions.has(derivative) ? derivative : null;
  }

  /** Another member of a family: another layer's. */
  #memberName(f: Facts, tensor: Tensor, { from, to, inside }: Extract<Rewriting, { kind: "symbol" }>): Named | null {
    // What is read in the place of a product with dots has a name that its author does not know.
    if (!this.#slice(from.span).includes(takeApart(from)?.symbol.latex ?? "")) return null;
    const about = `${this.#text(from)} for ${latexOf(to)}`;
    if (inside !== null) return { code: "relu-derivative-wrong-layer", about: this.#text(from) };
    return { code: f.isMatrixOfWeights(tensor) ? "layer-index-weights" : "layer-index-activation", about };
  }

  #transposeName(f: Facts, how: Extract<Rewriting, { kind: "transposed" | "untransposed" }>): Named {
    if (how.beside !== null && isOnes(how.beside)) return { code: "sum-wrong-axis", about: "" };
    const tensor = this.#tensor(how.unit);
    const special = tensor === null ? "missing-transpose" : nameIndices(f, tensor).code;
    if (special !== "missing-transpose") return { code: special, about: "" };
    if (how.beside !== null && isDerivative(how.unit) && this.#sumsOverSamples(f, how.unit, how.beside))
      return { code: "wrong-factor-order-batch", about: "" };
    const about = this.#text(how.unit);
    if (how.kind === "transposed" && this.#axes(how.unit) === 1)
      return { code: "missing-transpose", about, message: `transpose ${about}: ${this.#whatARowDoes(how.beside)}` };
    if (how.kind === "transposed") return { code: "missing-transpose", about };
    // W for Wᵀ on the way back, where the forward pass already transposes.
    if (f.backThroughWeights && f.isParameter(tensor)) return { code: "missing-transpose", about: "" };
    const message = `${about} is transposed and should not be: the forward pass has the transpose already`;
    return { code: "missing-transpose", about, message };
  }

  #whatARowDoes(beside: Syntax | null): string {
    return beside !== null && this.#axes(beside) === 2
      ? "a row multiplies the columns"
      : "a column times a row is a matrix";
  }

  /** A row before a column is a number, where the gradient is a matrix. */
  #isNumberForMatrix(): "inner-instead-of-outer" | null {
    const { arena } = this.#judge.context;
    const axes = this.#value(this.#link.right, null)?.axes;
    const isMatrix = this.#left?.axes.filter((d) => !d.isOne(arena)).length === 2;
    return isMatrix && axes?.every((d) => d.isOne(arena)) === true ? "inner-instead-of-outer" : null;
  }

  /** Two factors that should stand the other way round. */
  #swappedCode(f: Facts, a: Syntax, b: Syntax): string {
    const rows = [a, b].map((s) => this.#isRow(s));
    // A row before a column is a number, a column before a row the matrix.
    const isGradient = f.truth.wrt !== null && ownAxes(f.truth.wrt) === 2;
    if (isGradient && rows[0] === true && this.#axes(b) === 1) return "inner-instead-of-outer";
    if (isTransposed(a) && isTransposed(b)) return this.#orderCode(f, true);
    const isOfBackward = [a, b].some((s) => isDerivative(s) || !this.#isOfGiven(f, s));
    return isOfBackward && this.#sumsOverSamples(f, a, b) ? "wrong-factor-order-batch" : this.#orderCode(f, false);
  }

  /** What nothing computes. */
  #isOfGiven(f: Facts, s: Syntax): boolean {
    const tensor = this.#tensor(untransposed(s) ?? s);
    return tensor !== null && f.isGiven(tensor);
  }

  /** Several factors of which the first and the last one that should stand elsewhere are these. */
  #reorderedCode(f: Facts, a: Syntax, b: Syntax): string {
    if (f.truth.wrt !== null && ownAxes(f.truth.wrt) === 2 && this.#isRow(a)) return "inner-instead-of-outer";
    if ([a, b].some(isDerivative) && this.#sumsOverSamples(f, a, b)) return "wrong-factor-order-batch";
    return this.#orderCode(
      f,
      [a, b].every((s) => isTransposed(s) && !this.#isRow(s)),
    );
  }

  /** Factors in the wrong order: of Jacobians, below a trace, or of a product. */
  #orderCode({ truth, trace }: Facts, transposed: boolean): string {
    if (truth.of !== null && ownAxes(truth.of) === 1 && truth.wrt !== null && ownAxes(truth.wrt) === 1)
      return "chain-order-reversed";
    if (truth.of !== null && ownAxes(truth.of) === 2 && truth.wrt !== null && ownAxes(truth.wrt) === 2)
      return "kronecker-order";
    if (trace && transposed) return "trace-derivative-order";
    const { left, right } = this.#link;
    if (holdsTransposedProduct(left) && !holdsTransposedProduct(right)) return "transpose-of-product-order";
    return transposed && truth.of !== null ? "transpose-of-product-order" : "noncommuting-swap";
  }

  /** A gradient of weights that a product of two whole batches gives. */
  #sumsOverSamples(f: Facts, a: Syntax, b: Syntax): boolean {
    const batches = f.truth.of?.axes.length === 0 && f.through.some((e) => f.isBatch(e) || f.isSquaredIn(e));
    const weights = f.isParameter(f.truth.wrt) || f.isMatrixOfWeights(f.truth.wrt);
    const sizes = new Set([a, b].flatMap((s) => this.#value(s, null)?.axes ?? []).map((d) => d.dim));
    // Where all is square nothing tells samples from units.
    return weights && batches && this.#axes(a) === 2 && this.#axes(b) === 2 && sizes.size > 1;
  }

  #runName(f: Facts, a: Syntax, b: Syntax): Named {
    // What stands behind a column is a row.
    const column = (this.#axes(a) === 1 && !isTransposed(a)) || (isTransposed(b) && isOnes(b));
    if (column) return { code: "outer-product-swapped", about: "" };
    if (this.#sumsOverSamples(f, a, b)) return { code: "wrong-factor-order-batch", about: "" };
    return { code: "missing-transpose", about: `${this.#text(a)} … ${this.#text(b)}` };
  }

  #axes(s: Syntax): number {
    return this.#value(s, null)?.axes.length ?? 0;
  }

  /** A vector that is written as a row. */
  #isRow(s: Syntax): boolean {
    const axes = this.#value(s, null)?.axes ?? [];
    return isTransposed(s) && axes.length === 2 && (axes[0]?.isOne(this.#judge.context.arena) ?? false);
  }

  /** A row or a column that is declared as one. */
  #isLine(s: Syntax): boolean {
    const { arena } = this.#judge.context;
    return this.#value(s, null)?.axes.filter((d) => !d.isOne(arena)).length === 1;
  }

  #movedCode(f: Facts, a: Syntax, b: Syntax): string {
    const isVector = (s: Syntax): boolean => this.#axes(s) === 1 || this.#isLine(s);
    if (isVector(a) && isVector(b)) return "inner-instead-of-outer";
    if (f.trace) return "trace-derivative-order";
    return this.#sumsOverSamples(f, a, b) ? "wrong-factor-order-batch" : "transpose-of-product-order";
  }

  /** A part of the claim as it is written. */
  #text(s: Syntax): string {
    return this.#slice(s.span) || scriptText(s);
  }

  #slice(part: Span | null): string {
    const { span, latex } = this.#judged.claim.item.statement;
    return part === null ? "" : latex.slice(part.start - span.start, part.end - span.start);
  }
}

/** A value summed along one of its axes, of which size one remains, or nothing. */
function summedAlong(arena: Arena, value: Value, k: number, one: DimVar | null): Value {
  const axis = value.axes[k];
  return {
    axes: one === null ? value.axes.filter((_, j) => j !== k) : value.axes.with(k, one),
    at: (ps) => {
      const i = arena.freshIndex(arena.upTo(axis === undefined ? arena.oneDim : known(axis)));
      return arena.sum(i, value.at([...ps.slice(0, k), arena.at(i), ...ps.slice(one === null ? k : k + 1)]));
    },
  };
}

/** What a repair changes; those of a whole formula are in no one place. */
function placeOf(how: Rewriting): { readonly span?: Span } {
  switch (how.kind) {
    case "transposed":
    case "untransposed":
    case "dropped":
    case "subscripts":
      return { span: how.unit.span };
    case "swapped":
    case "moved":
    case "run":
    case "ones":
      return { span: cover(how.a.span, how.b.span) };
    case "reordered":
      return { span: how.product.span };
    case "symbol":
      return { span: how.from.span };
    case "axis":
      return { span: how.sum.span };
    case "limit":
      return { span: how.at.span };
    default:
      return {};
  }
}

/** `(A B)^\top`. */
const holdsTransposedProduct = (s: Syntax): boolean =>
  (s.kind === "scripted" && s.base.kind === "group" && s.base.body.kind === "juxtaposition" && isTransposed(s)) ||
  children(s).some(holdsTransposedProduct);

const headOf = (s: Syntax): string => {
  const t = takeApart(s);
  return t === null ? "" : headKey(t.symbol);
};
