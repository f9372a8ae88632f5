import { flatMap } from "../core/flat-map.js";
import { unlessRefused } from "../core/unless-refused.js";
import { below, graphOf } from "../derive/graph.js";
import { nodesBelow } from "../evaluate/walk.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import { capitalNumber, transposedNumber } from "../model/build/columns.js";
import { TRANSPOSED } from "../model/build/customs.js";
import { BIAS_OF_BATCH } from "../model/build/infer.js";
import { isMatrixLetter } from "../model/build/unknown-shapes.js";
import { hasValue } from "../model/elaborate/superscripts.js";
import { LOSS_NAME } from "../model/functions/loss-functions.js";
import type { Equation } from "../model/model.js";
import { givenOnDiagonal } from "../model/passes/indices/diagonals-in-words.js";
import { latexOf } from "../model/symbols/latex.js";
import { type Binding, bindings, mentions, nodesIn } from "../model/symbols/letters.js";
import { headKey, isTransposeMark, type Scripted, scriptText, symbolsIn, takeApart } from "../model/symbols/scripts.js";
import { mentionsDerivative, targetKey } from "../model/symbols/statements.js";
import type { SymbolSpec } from "../model/symbols/symbol-spec.js";
import { sentencesOf } from "../model/words/prose.js";
import type { Syntax } from "../notation/syntax.js";
import { familyLatex } from "../print/scripts.js";
import type { Decider } from "./decider.js";
import type { Derivatives } from "./derivatives.js";
import { gradientInFront } from "./gradients-in-front.js";
import { namedTensors } from "./mentions.js";
import { entryInDoubt, perhapsEntries } from "./perhaps-entries.js";
import { unknownIn } from "./unknown-functions.js";
import type { Unread } from "./unread.js";
import { isRight, type Link, type Question } from "./verdict.js";

const SUMMATION_CONVENTION = /\beinstein|\bsummation convention|\b(?:repeated|dummy) (?:index|indices)\b/i;

/** Words by which positions beyond the last one are those from the first on. */
const WRAPS =
  /\bmodulo\b|\b(?:circular|cyclic) (?:convolution|correlation|shift|padding)s?\b|\bcircularly\b|\bcyclically\b|\bperiodic(?:ally)? (?:boundar(?:y|ies)|extended|extension|padding)\b|\bwrap(?:s|ped|ping)? around\b/i;

/** Takes back what cannot be said for certain, because a part of the page could not be read. */
export class Caution {
  readonly #derivatives: Derivatives;
  readonly #unread: Unread;
  readonly #decider: Decider;
  readonly #reach = new Map<Tensor, ReadonlySet<Tensor>>();
  #isRound: boolean | null = null;
  #labelled: ReturnType<typeof unknownIn> | null = null;
  #doubts: ReturnType<typeof perhapsEntries> | null = null;
  /** Names that stand below the bars of a norm, and what stands in front of weights whose shape is a guess. */
  #measured: ReadonlySet<string> | null = null;
  #inFront: ReadonlySet<SymbolSpec> | null = null;
  #diagonals: ReadonlyMap<string, string> | null = null;
  #number: { readonly text: string | null } | null = null;
  #capital: { readonly text: string | null } | null = null;

  constructor(derivatives: Derivatives, unread: Unread, decider: Decider) {
    this.#derivatives = derivatives;
    this.#unread = unread;
    this.#decider = decider;
  }

  /** A verdict that an equation which could not be read might overturn is none. */
  heed(link: Link): void {
    if (link.verdict === "unreadable" || link.verdict === "undecided" || link.verdict === "no-answer") return;
    const scanned = isRight(link.verdict) ? null : this.#lostPartial([link.left, link.right]);
    if (scanned !== null) {
      link.verdict = "undecided";
      link.mistake = null;
      link.diagnostic = null;
      const reason = `${scanned} looks like a derivative whose ∂ was read as a 2 when the page was scanned`;
      link.evidence = { method: "none", reason };
      return;
    }
    const other = isRight(link.verdict) ? null : this.#unread.otherEquationOf(link.left);
    if (other !== null) {
      link.verdict = "undecided";
      link.mistake = null;
      link.diagnostic = null;
      link.evidence = { method: "none", reason: `another equation of this could not be read: ${other}` };
      return;
    }
    const own = isRight(link.verdict) ? this.#againstRight(link) : this.#againstWrong(link);
    const reason = own ?? this.#againstAny(link);
    if (reason === null) return;
    link.verdict = "undecided";
    link.mistake = null;
    // That shapes do not fit may be for the same reason.
    link.diagnostic = null;
    link.evidence = { method: "none", reason };
  }

  /** Why what seems right may be wrong: of arrays an order or a transpose counts that makes no difference to numbers. */
  #againstRight(link: Link): string | null {
    const row = this.#perhapsRow(link);
    if (row !== null) return takenForNumber(row);
    // `\|W X_i - Y_i\|` is hardly of numbers.
    this.#measured ??= new Set(flatMap(flatMap(this.#nodes(), normed), symbolsIn).map((t) => t.symbol.name));
    const matrix = this.#measured.size === 0 ? null : this.#perhapsMatrix(link);
    if (matrix !== null && this.#measured.has(matrix)) return takenForNumber(matrix);
    // What is right as a power of a number is meant so; a transpose of what may be a number is in doubt.
    const turned = this.#perhapsTransposed(link, false);
    return turned === null ? null : powerOrTranspose(turned);
  }

  /** Was `z_{ij} = \sum_{m=0}^{k-1} x_{i+m,j} K_{m,j}` refused, of matrices whose axes are read from 1? */
  #countsFromZero(): boolean {
    const { diagnostics } = this.#derivatives.problem.model;
    const isRefused = diagnostics.some((d) => d.severity === "error" && d.code === "shape/index-range");
    const isZero = (b: Binding): boolean => b.low?.kind === "number" && b.low.text === "0";
    return isRefused && this.#nodes().some((n) => n.kind === "big" && bindings(n.sub, n.sup).some(isZero));
  }

  /**
   * The `p_{t+1}` of `p_t = x_t + a p_{t+1}`, a name for derivatives by numbers: the line holds where there is one, or where it is
   * said to be zero.
   */
  #namedBeyond({ left, right }: Link): string | null {
    const { names, problem } = this.#derivatives;
    const isNamed = (t: Scripted): boolean => {
      const tensor = problem.elaborator.symbols.find(targetKey(t))?.tensor ?? null;
      return tensor !== null && names.has(tensor);
    };
    const [own] = symbolsIn(left);
    if (own === undefined || !isNamed(own)) return null;
    const t = symbolsIn(right).find((x) => x.subs.some((s) => s.kind === "sum") && isNamed(x));
    return t === undefined ? null : t.symbol.latex;
  }

  /** Do words say that positions such as that of `x_{t-i}` go round? */
  #goesRound(): boolean {
    if (this.#isRound === null) {
      const { builder } = this.#derivatives.problem;
      const isShifted = (n: Syntax): boolean => takeApart(n)?.subs.some((s) => s.kind === "sum") === true;
      const says = [...sentencesOf(builder.premises), ...builder.plain].some((s) => WRAPS.test(s));
      this.#isRound = says && this.#nodes().some((n) => n.kind === "scripted" && isShifted(n));
    }
    return this.#isRound;
  }

  /** What the right sides of the problem's equations are made of. */
  #nodes(): readonly Syntax[] {
    return flatMap(this.#derivatives.problem.builder.drafts, (d) => nodesIn(d.right));
  }

  /** Why what seems wrong may be right. */
  #againstWrong(link: Link): string | null {
    const { question } = link;
    const underived = question === null ? null : this.#underived(question);
    if (underived !== null) return this.#derivatives.reasonAgainst(underived);
    const diagonal = this.#diagonalOf(link);
    if (diagonal !== null) return `whether this holds only because ${diagonal} was not looked into`;
    const vague = question === null ? null : this.#vague(question);
    if (vague !== null) return `of which value of ${vague.latex} this is the derivative is not said`;
    const stranger = question === null ? null : this.#strangeFunction(question);
    if (stranger !== null) return `nothing says which function ${stranger} is`;
    const word = question === null ? null : this.#unknownWord(question);
    if (word !== null) return `what the derivative of ${word} is was not said, and no function of that name is known`;
    const guessed = this.#guessedNumber(link);
    if (guessed !== null)
      return `whether ${guessed} is one number or one for each example is not said: declare its shape`;
    if (link.diagnostic?.code === "shape/index-range" && this.#countsFromZero())
      return "entries are counted from 0 in an equation that could not be read";
    const name = link.diagnostic?.code === "shape/index-range" ? this.#namedBeyond(link) : null;
    if (name !== null) return `${name} names derivatives, and for which of its positions this holds is not said`;
    const row = link.verdict === "shape-mismatch" ? gradientInFront(this.#derivatives.problem, link) : null;
    if (row !== null) return `this may be right where ${row} is a row: write the transpose, or \\cdot`;
    const matrix =
      link.verdict === "shape-mismatch"
        ? (this.#perhapsRow(link) ?? this.#perhapsMatrix(link) ?? this.#besideIdentity(link))
        : null;
    if (matrix !== null) return takenForNumber(matrix);
    const signed = this.#perhapsPositive(link);
    if (signed !== null) return `whether what ${signed} is the logarithm of is positive is not said`;
    const repeated = this.#repeatedIndex(link);
    if (repeated !== null)
      return `the text sums over repeated indices, and whether over ${repeated} here is not clear: write its sum`;
    const layer = this.#layerOf(link);
    if (layer !== null)
      return `whether what stands on the left is of layer ${layer} alone, or the same in all, is not said`;
    const turned = this.#perhapsColumns(link);
    if (turned !== null)
      return `whether ${turned} are rows or columns of the matrix whose entries are asked for is not said`;
    const powered = this.#perhapsTransposed(link);
    return powered === null ? null : powerOrTranspose(powered);
  }

  /** `A_{ii} = 0` of a matrix in this link, which is else any matrix. */
  #diagonalOf({ left, right }: Link): string | null {
    this.#diagonals ??= givenOnDiagonal(this.#derivatives.problem.items);
    if (this.#diagonals.size === 0) return null;
    const named = flatMap([left, right], symbolsIn).map((t) => this.#diagonals?.get(headKey(t.symbol)));
    return named.find((latex) => latex !== undefined) ?? null;
  }

  #againstAny(link: Link): string | null {
    const { question } = link;
    if (this.#goesRound())
      return "the text lets positions go round, `x_{t-i}` with t - i modulo n, and that is not read";
    this.#number ??= { text: transposedNumber(this.#derivatives.problem.builder) };
    const { text } = this.#number;
    if (text !== null) return `${text} was read as a number, and a line transposes it: declare its shape`;
    this.#capital ??= { text: capitalNumber(this.#derivatives.problem.builder) };
    if (this.#capital.text !== null)
      return `${this.#capital.text} was read as a number, and what it is a factor of has a norm: declare its shape`;
    const tensors = question === null ? [] : namedTensors([question.left, question.right], this.#derivatives.names);
    const lost = this.#unread.lostShape([link.left, link.right], tensors);
    if (lost !== null) return `this declaration could not be read: ${lost}`;
    const doubt = question === null ? null : (this.#doubtfulEntry(question) ?? this.#secondName(question));
    if (doubt !== null) return doubt;
    const open = question === null ? this.#unread.shakyIn([link.left, link.right]) : this.#openAbout(link);
    return open === null ? null : `this depends on an equation that could not be read: ${open}`;
  }

  #doubtfulEntry({ left, right }: Question): string | null {
    const own = this.#namedByVariable(left);
    if (own !== null) return own;
    this.#doubts ??= perhapsEntries(this.#derivatives.problem);
    if (this.#doubts.length === 0) return null;
    for (const { derivative } of namedTensors([left, right], this.#derivatives.names)) {
      const doubt = derivative === null ? null : entryInDoubt(this.#doubts, this.#derivatives, derivative);
      if (doubt !== null) return doubt;
    }
    return null;
  }

  /** `f_w(x)` is a function of w too. */
  #namedByVariable(left: Question["left"]): string | null {
    const { equations } = this.#derivatives.model;
    this.#labelled ??= unknownIn(equations.map((eq) => eq.body)).filter((n) => n.name.includes("_"));
    for (const { derivative } of this.#labelled.length === 0 ? [] : namedTensors([left], this.#derivatives.names)) {
      const by = derivative?.wrt.latex.replaceAll(/[{}\s]/g, "");
      const f = this.#labelled.find((n) => n.name.slice(n.name.indexOf("_") + 1).replaceAll(/[{}\s]/g, "") === by);
      if (f !== undefined) return `how ${f.name} depends on ${by} is not said`;
    }
    return null;
  }

  /** `w = \operatorname{vec}(W)`, and the loss is computed from W: whoever differentiates by w means W in another form. */
  #secondName({ left, right }: Question): string | null {
    const { builder, model } = this.#derivatives.problem;
    for (const { derivative } of namedTensors([left, right], this.#derivatives.names)) {
      const wrt = derivative?.wrt;
      if (wrt === undefined || builder.specs.get(wrt)?.axes?.some((d) => d.parts !== null) !== true) continue;
      const body = model.equations.find((eq) => eq.tensor === wrt)?.body;
      const source = body?.kind === "entry" ? body.tensor : null;
      const isUsed = model.equations.some(
        (eq) => eq.tensor !== wrt && source !== null && tensorsOf(eq.body).includes(source),
      );
      if (source !== null && isUsed)
        return `whether ${builder.specs.get(wrt)?.written.symbol.latex.trim()} stands here for ${source.latex} is not said`;
    }
    return null;
  }

  /** A derivative below a question that has no equation: any value of it would be made up. */
  #underived(question: Question): Tensor | null {
    if (this.#decider.derives(question)) return null;
    const { definitions } = this.#decider.context;
    const seen = new Set<Tensor>();
    const stack = flatMap([question.left, question.right], tensorsOf);
    for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
      if (seen.has(t)) continue;
      seen.add(t);
      const equations = definitions.get(t);
      if (equations === undefined && t.derivative !== null) return t;
      for (const eq of equations ?? []) stack.push(...tensorsOf(eq.body));
    }
    return null;
  }

  /** A function without its arguments above a ∂: what is false of all its values may be true of the one that is meant. */
  #vague({ left, right }: Question): Tensor | null {
    const tensors = namedTensors([left, right], this.#derivatives.names);
    return tensors.map((t) => t.derivative?.of ?? t).find((t) => this.#derivatives.isVague(t)) ?? null;
  }

  /** A function that no equation applies and nothing defines: with the right one the line may be true. */
  #strangeFunction({ right }: Question): string | null {
    const written = unknownIn([right]);
    if (written.length === 0) return null;
    const known = unknownIn([...this.#decider.context.definitions.values()].flat().map((eq) => eq.body));
    const names = new Set(known.map((n) => n.name));
    return written.find((n) => !names.has(n.name))?.name ?? null;
  }

  /** A word such as `besselj` means something to its author, who may write its derivative out. */
  #unknownWord({ left, right }: Question): string | null {
    const slopes = (roots: readonly Node[]): readonly string[] =>
      unknownIn(roots).flatMap((n) =>
        n.partials.length > 0 && WORD.test(n.name) && !LOSS_NAME.test(n.name) ? [n.name] : [],
      );
    const { definitions } = this.#decider.context;
    const below = new Set(tensorsOf(left));
    for (const t of below)
      for (const eq of definitions.get(t) ?? []) for (const next of tensorsOf(eq.body)) below.add(next);
    const bodies = flatMap([...below], (t) => (definitions.get(t) ?? []).map((eq) => eq.body));
    const written = new Set(slopes([right]));
    return slopes([left, ...bodies]).find((name) => !written.has(name)) ?? null;
  }

  /** The bias of `X w + b`, where a line differentiates by it. */
  #guessedNumber({ left }: Link): string | null {
    const { elaborator } = this.#derivatives.problem;
    for (const t of symbolsIn(left)) {
      const spec = unlessRefused(() => elaborator.symbols.resolve(t))?.spec;
      if (spec?.custom === BIAS_OF_BATCH) return spec.written.symbol.name;
    }
    return null;
  }

  /** `\sum_i \|W X_i - Y_i\|^2` of which nothing else is said: a matrix on the other side speaks for a matrix W. */
  #perhapsMatrix({ left }: Link): string | null {
    const { symbols } = this.#derivatives.problem.elaborator;
    // `dW`; behind a ∇ stands what is differentiated, mostly a loss, which is a number.
    const isName =
      left.kind === "juxtaposition" &&
      left.items.length === 2 &&
      !left.items.some((s) => takeApart(s)?.symbol.name === "\\nabla");
    const below = nodesIn(left).flatMap((n) => (n.kind === "fraction" ? [n.denominator] : []));
    const variables = [...below, ...(isName ? left.items.slice(1) : [])].flatMap(symbolsIn);
    const found = variables.find((t) => {
      if (!/^[A-Z]$/.test(t.symbol.name)) return false;
      const spec = unlessRefused(() => symbols.resolve(t))?.spec;
      return spec !== undefined && !spec.declared && !spec.defined && spec.axes?.length === 0;
    });
    return found === undefined ? null : found.symbol.name;
  }

  /** `\partial y/\partial x = I + \partial f/\partial x`, where nothing says that x has entries. */
  #besideIdentity({ left, right }: Link): string | null {
    const { symbols } = this.#derivatives.problem.elaborator;
    const terms = right.kind === "sum" ? right.terms.map((t) => t.body) : [right];
    const isIdentity = (s: Syntax): boolean => takeApart(s)?.symbol.name === "I" && !symbols.isVariable("I");
    if (!terms.some(isIdentity)) return null;
    const below = nodesIn(left).flatMap((n) => (n.kind === "fraction" ? [n.denominator] : []));
    const found = below.flatMap(symbolsIn).find((t) => {
      const spec = this.#specOf(t);
      return spec?.axes?.length === 0 && !spec.declared;
    });
    return found === undefined ? null : found.symbol.name;
  }

  /** `a W + b` with a W that a line transposes, and an a of which nothing is said: a row in front of its weights, or a factor. */
  #perhapsRow({ left, right }: Link): string | null {
    this.#inFront ??= new Set(flatMap(this.#nodes(), (n) => this.#inFrontOfWeights(n) ?? []));
    if (this.#inFront.size === 0) return null;
    const found = flatMap([left, right], symbolsIn).find((t) => {
      const spec = this.#specOf(t);
      return spec !== undefined && this.#inFront?.has(spec) && spec.assumedScalar;
    });
    return found === undefined ? null : found.symbol.name;
  }

  #inFrontOfWeights(n: Syntax): SymbolSpec | undefined {
    const items = n.kind === "juxtaposition" ? n.items.filter((s) => s.kind !== "number") : [];
    const [first, weights, ...more] = items.map(takeApart);
    const matrix = weights == null || more.length > 0 ? undefined : this.#specOf(weights);
    if (first == null || matrix?.axes?.length !== 2 || matrix.custom === "") return undefined;
    return isMatrixLetter(this.#derivatives.problem.builder, matrix) ? this.#specOf(first) : undefined;
  }

  #specOf(t: Scripted): SymbolSpec | undefined {
    return unlessRefused(() => this.#derivatives.problem.elaborator.symbols.resolve(t))?.spec;
  }

  /** `e^{\frac12 \log \sigma^2}` beside a derivative by `\log \sigma^2` is σ, if that is positive. */
  #perhapsPositive({ question }: Link): string | null {
    const isLogarithm = (n: Node): boolean => n.kind === "apply" && n.fn === "log";
    if (question === null || !nodesBelow([question.right]).some(isLogarithm)) return null;
    const named = namedTensors([question.left, question.right], this.#derivatives.names);
    return named.find((t) => t.derivative?.wrt.key.startsWith("\\log ") === true)?.derivative?.wrt.latex ?? null;
  }

  /** An index of the right side alone, where words say that a repeated one is summed. */
  #repeatedIndex({ question }: Link): string | null {
    const extra = question?.right.free.find((i) => !question.left.free.includes(i));
    const { items, plain } = this.#derivatives.problem.builder;
    const texts = extra === undefined ? [] : [...plain, ...items.map((i) => i.formula.sentence)];
    return extra !== undefined && texts.some((t) => SUMMATION_CONVENTION.test(t)) ? extra.name : null;
  }

  /** `\partial L/\partial w_{ij} = a^l_i \, \partial L/\partial a^{l+1}_j` without a range for l: w may be that of the layer. */
  #layerOf({ question, right }: Link): string | null {
    const extra = question?.right.free.find((i) => /^(?:l|\\ell)$/.test(i.name) && !question.left.free.includes(i));
    const { items } = this.#derivatives.problem.builder;
    if (extra === undefined || items.some((i) => RANGE_OF_LAYERS.test(i.statement.latex + i.formula.sentence)))
      return null;
    const isBelow = symbolsIn(right).some((t) => t.subs.some((s) => mentions(s, extra.name)));
    return isBelow ? null : extra.name;
  }

  /** `w_{jz}` where everything else is computed with vectors `w_k`: which of j and z is the k? */
  #perhapsColumns({ left }: Link): string | null {
    const { elaborator, builder } = this.#derivatives.problem;
    for (const t of symbolsIn(left)) {
      const spec = t.subs.length === 2 ? unlessRefused(() => elaborator.symbols.resolve(t))?.spec : undefined;
      if (spec === undefined || spec.declared || spec.slots !== 1 || spec.axes?.length !== 1) continue;
      const uses = builder.premises
        .flatMap((i) => (i.statement.sides.some(mentionsDerivative) ? [] : i.statement.sides.flatMap(nodesIn)))
        .flatMap((n) => (n.kind === "scripted" ? (takeApart(n) ?? []) : []))
        .filter((o) => headKey(o.symbol) === spec.head);
      if (uses.every((o) => o.subs.length < 2)) return `the ${spec.written.symbol.name}`;
    }
    return null;
  }

  /** `x_t^T` with T steps and an x of which nothing is said: it was read as a power of a number. */
  #perhapsTransposed({ left, right }: Link, orPower = true): string | null {
    const { elaborator } = this.#derivatives.problem;
    for (const t of flatMap([left, right], symbolsIn)) {
      const mark = t.sups.find((p) => !p.bracketed && isTransposeMark(p.content))?.content;
      if (mark === undefined || !hasValue(elaborator, mark)) continue;
      const spec = unlessRefused(() => elaborator.symbols.resolve(t))?.spec;
      // Beside matrices it is a column.
      const isColumn = elaborator.symbols.all.some((x) => (x.axes?.length ?? 0) > 1);
      const isNumber = spec?.assumedScalar === true;
      const isGuess = isNumber ? orPower && spec.axes?.length === 0 : spec?.custom === TRANSPOSED && !isColumn;
      if (spec !== undefined && isGuess) return `${spec.written.symbol.name} to the ${scriptText(mark)}`;
    }
    return null;
  }

  #openAbout(link: Link): string | null {
    const { question } = link;
    if (question === null) return null;
    const { equations, arena } = this.#derivatives.model;
    const tensors = namedTensors([question.left, question.right], this.#derivatives.names);
    for (const t of tensors) {
      const open = t.derivative === null ? null : this.#unread.onPath(t.derivative.of, t.derivative.wrt, equations);
      if (open !== null) return open;
    }
    if (isRight(link.verdict)) return this.#unread.shaky(tensors.filter((t) => t.axes.length === 0));
    const unknown = tensors.find((t) => t.derivative !== null && this.#unread.isUnknownLoss(t.derivative.of));
    if (unknown?.derivative != null && this.#unread.beyondUnknownLoss(question.right, this.#derivatives.names))
      return unknown.derivative.of.latex;
    // Of a loss that could not be read, a derivative may well be zero.
    if (unknown?.derivative != null && question.right === arena.zero && isDirect(unknown.derivative, equations))
      return unknown.derivative.of.latex;
    const unsure = this.#unread.shaky(tensors);
    if (unsure !== null || this.#unread.isNothing) return unsure;
    return this.#unread.mayMakeEqual([question.left, question.right], this.#decider.context.definitions);
  }

  /**
   * Where the equations that were read do not connect a loss and a variable, the derivative is zero, but more likely is
   * that an equation is missing: nothing is judged by it, unless zero is what was written.
   */
  connected(link: Link): Link {
    const { question } = link;
    if (question === null || question.right === this.#derivatives.arena.zero) return link;
    const names = this.#derivatives.names;
    // A derivative that has an equation among the names is what that says.
    const loose = namedTensors([question.left, question.right], names).find((t) => !names.has(t) && this.#isLoose(t));
    if (loose === undefined) return link;
    const { of, wrt } = loose.derivative ?? {};
    const [variable, quantity] = [wrt, of].map((t) => (t === undefined ? "" : familyLatex(t)));
    const reason = `nothing that was read connects ${variable} with ${quantity}`;
    return { ...link, verdict: "undecided", evidence: { method: "none", reason }, mistake: null };
  }

  /** `\frac{2y'}{2y}` of a y' that is computed from y: scanners take a written ∂ for a 2. */
  #lostPartial(sides: readonly Syntax[]): string | null {
    const { symbols } = this.#derivatives.problem.elaborator;
    const tensorOf = (s: Syntax): Tensor | null => {
      const t = afterTwo(s);
      return t === null ? null : (unlessRefused(() => symbols.resolve(t))?.spec.tensor ?? null);
    };
    const found = flatMap(sides, nodesIn).find((n) => {
      if (n.kind !== "fraction") return false;
      const [of, by] = [tensorOf(n.numerator), tensorOf(n.denominator)];
      return of !== null && by !== null && of !== by && this.#below(of).has(by);
    });
    return found === undefined ? null : latexOf(found);
  }

  #isLoose(t: Tensor): boolean {
    const d = t.derivative;
    if (d === null || d.of.derivative !== null || d.of === d.wrt) return false;
    return !this.#sources(d.of).has(d.wrt);
  }

  /** All that a quantity is computed from: what is computed from a derivative is from all that this is. */
  #sources(t: Tensor): ReadonlySet<Tensor> {
    const found = new Set(this.#below(t));
    for (const x of found) if (x.derivative !== null) for (const y of this.#below(x.derivative.of)) found.add(y);
    return found;
  }

  #below(t: Tensor): ReadonlySet<Tensor> {
    const reached = this.#reach.get(t) ?? below(graphOf(this.#derivatives.model), [t]);
    this.#reach.set(t, reached);
    return reached;
  }
}

/** `l = 1, \dots, L`, as an author writes it. */
const RANGE_OF_LAYERS = /(?<![A-Za-z\\])(?:l|\\ell)\s*(?:=|\\in|\\le|<|\\ge|>)/;

/** Does the equation of the first have the second in it? */
const isDirect = (
  { of, wrt }: { readonly of: Tensor; readonly wrt: Tensor },
  equations: readonly Equation[],
): boolean => equations.some((eq) => eq.tensor === of && tensorsOf(eq.body).includes(wrt));

/** `2y` of `\frac{2y'}{2y}`: what follows a 2. */
function afterTwo(s: Syntax): Scripted | null {
  const [two, symbol, more] = s.kind === "juxtaposition" ? s.items : [];
  return two?.kind === "number" && two.text === "2" && symbol !== undefined && more === undefined
    ? takeApart(symbol)
    : null;
}

const takenForNumber = (name: string): string =>
  `${name} was read as a number, since nothing says more of it: declare its shape`;

const powerOrTranspose = (text: string): string =>
  `nothing says whether ${text} is a power or a transpose: declare its shape`;

const normed = (s: Syntax): readonly Syntax[] => (s.kind === "group" && s.open === "\\|" ? [s.body] : []);

const WORD = /^[A-Za-z]{3,}$/;
