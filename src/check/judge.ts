import { type Diagnostic, diagnostic, Refusal } from "../core/diagnostic.js";
import { flatMap } from "../core/flat-map.js";
import { hash } from "../core/random.js";
import { unlessRefused } from "../core/unless-refused.js";
import type { DecideContext } from "../decide/decide.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import type { Problem } from "../model/read.js";
import type { DimVar } from "../model/sizes/dimensions.js";
import { rangeStatement } from "../model/symbols/letters.js";
import { takeApart } from "../model/symbols/scripts.js";
import { collapse, transpose } from "../model/values/products.js";
import { axisAt, firstOf } from "../model/values/stacked.js";
import { type DerivativeParts, shapeText, type Value } from "../model/values/value.js";
import type { Statement, Syntax } from "../notation/syntax.js";
import { besideLeftOut, besideOthers, tellsApart } from "./besides.js";
import { Caution } from "./caution.js";
import { heedOrder, heedZero, orderBefore, orderValues } from "./chain-ends.js";
import { type Claim, ClaimReader, cellsOf } from "./claims.js";
import { isDiagonal, isShortened, structuredGradients } from "./conventions.js";
import { type CommonKnowledge, Decider, type KnownProblem } from "./decider.js";
import type { Pair } from "./derivative-equations.js";
import { Derivatives, type Layout, type Turned } from "./derivatives.js";
import { Differentials } from "./differentials.js";
import { directReading, mayBeDirect } from "./direct-partials.js";
import { withCases, withDoubtfulProperties } from "./doubtful.js";
import { type Asked, Grounding } from "./grounding.js";
import { narrowed } from "./ranges.js";
import { heedDamage } from "./scan-damage.js";
import { isZeroAt } from "./solutions.js";
import { type Guard, guardBeside, type Supposition, suppositionsFor } from "./suppositions.js";
import { saidOfTargets, withNormalizedTargets } from "./targets.js";
import { mayNotCommute, type Supposed, withUsualFunctions } from "./unknown-functions.js";
import { withUsualLosses } from "./unknown-losses.js";
import { unknownFirst } from "./unknown-symbols.js";
import { Unread } from "./unread.js";
import { isEqual, isRight, type Judged, type Link, outcome, overall, type Question, refused } from "./verdict.js";

interface Sides extends Asked {
  readonly claim: Claim;
  readonly values: readonly (Value | Refusal)[];
  readonly uses: boolean;
  /** The derivatives that stand on the right only. */
  readonly taken: readonly Tensor[];
  readonly turned: Turned;
  readonly guard: Guard | null;
  /** Jacobians that were read entry by entry. */
  readonly diagonals: readonly DerivativeParts[];
  /** It multiplies Jacobians with the inner function's first. */
  readonly innerFirst: boolean;
  readonly isUnordered: boolean;
  /** The letters whose range the line leaves open. */
  readonly unbounded: ReadonlySet<string>;
}

/** What is known beside a problem and its lines. */
export interface Beside {
  /** Formulas of the file that could not be parsed. */
  readonly damaged?: readonly string[];
  /** Derivatives that are wanted though no line mentions them. */
  readonly wanted?: readonly Pair[];
  /** What others have found out about the same problem. */
  readonly shared?: KnownProblem | null;
}

/** All claims of one problem under one layout, judged against the true derivatives. */
export class Judge {
  readonly derivatives: Derivatives;
  readonly problem: Problem;
  readonly decider: Decider;
  readonly #grounding: Grounding;
  readonly #caution: Caution;
  readonly #sides: readonly Sides[];
  #unsaid: readonly Supposed[] | null = null;
  /** What is known of the problem apart from these lines; `null` where they make another problem of it. */
  readonly common: CommonKnowledge | null;

  constructor(
    problem: Problem,
    layout: Layout,
    seed: number,
    { damaged = [], wanted = [], shared = null }: Beside = {},
  ) {
    this.problem = problem;
    this.#handedIn = problem.items.some((i) => i.submitted === true);
    const unread = new Unread(problem, damaged);
    this.derivatives = new Derivatives(problem, unread);
    this.derivatives.layout = layout;
    const reader = new ClaimReader(problem, this.derivatives);
    const claims = reader.read();
    this.derivatives.differentials = new Differentials(this.derivatives, claims);
    this.#sides = claims.map((c) => this.#elaborate(c));
    this.derivatives.settleLosses(new Set(flatMap(this.#sides, (s) => s.taken)));
    for (const { of, wrt } of wanted) this.derivatives.pair(of, wrt);
    this.common = shared?.about(this.derivatives, damaged.length === 0) ?? null;
    const { arena, assumptions, equations, symbols } = problem.model;
    // A declared symbol that names a derivative is computed, not given.
    const named = new Set(this.derivatives.extra.map((eq) => eq.tensor));
    const context = {
      arena,
      assumptions: [...assumptions, ...saidOfTargets(problem)],
      premises: {
        equations,
        tensors: symbols.filter((s) => s.role !== "dimension" && !named.has(s.tensor)).map((s) => s.tensor),
      },
      seed: seed ^ hash(problem.model.title),
    };
    const { derivatives } = this;
    let definitions = this.common === null ? derivatives.definitions() : null;
    this.decider = new Decider(
      {
        ...context,
        // Derived only where what is known already does not do.
        get definitions() {
          definitions ??= derivatives.definitions();
          return definitions;
        },
      },
      this.common,
    );
    this.#grounding = new Grounding(derivatives, this.decider);
    this.#caution = new Caution(derivatives, unread, this.decider);
  }

  /** What questions are decided with: the forward pass and the true derivatives. */
  get context(): DecideContext {
    return this.decider.context;
  }

  /** The claims in order, each judged when it is asked for. */
  *judge(): Generator<Judged> {
    const claims = this.#sides.filter((s) => !s.claim.definition && this.#isAsked(s.claim));
    const answered = new Set(flatMap(claims, (s) => (s.claim.open ? [] : [s.headTensor])));
    for (const s of claims) {
      // A question that is asked and answered is no claim beside its answer.
      if (s.claim.open && s.headTensor !== null && answered.has(s.headTensor)) continue;
      yield this.#claim(s);
    }
  }

  /** Would anything that was read mean something else in that layout? */
  readsOtherwise(layout: Layout): boolean {
    const read = [this.derivatives.turned, ...this.#sides.map((s) => s.turned)];
    return read.some((turned) => this.derivatives.turns(turned, layout));
  }

  /** What was chosen while the claims were read and judged, each choice once. */
  readings(): readonly Diagnostic[] {
    const { model, elaborator } = this.problem;
    const known = new Set(model.diagnostics.map(placeOf));
    return elaborator.diagnostics.filter((d) => !known.has(placeOf(d)));
  }

  get definitionsOnly(): readonly Claim[] {
    return this.#sides.filter((s) => s.claim.definition && this.#isAsked(s.claim)).map((s) => s.claim);
  }

  /** Where lines are handed in, the problem's own are not judged with them. */
  readonly #handedIn: boolean;
  #isAsked(claim: Claim): boolean {
    return !this.#handedIn || claim.item.submitted === true;
  }

  // ---- reading ----

  #elaborate(claim: Claim): Sides {
    const e = this.problem.elaborator;
    const d = this.derivatives;
    return this.reading(claim, () => {
      d.mentioned = new Map();
      d.turned = { gradient: false, jacobian: false };
      e.diagonals = [];
      e.innerFirst = 0;
      e.unordered = 0;
      let head: Pair | null = null;
      let headTensor: Tensor | null = null;
      let first: ReadonlySet<Tensor> = new Set();
      let axes: readonly DimVar[] | null = null;
      const values = claim.sides.map((s, k) => {
        const value = this.#value(s, axes);
        if (k === 0) axes = value instanceof Refusal ? this.#axesOf(s) : value.axes;
        if (k === 0) first = new Set(d.mentioned.keys());
        if (k === 0 && d.mentioned.size === 1)
          for (const [tensor, pair] of d.mentioned) [head, headTensor] = [pair, tensor];
        return value;
      });
      const uses = d.mentioned.size > 1;
      const taken = [...d.mentioned.keys()].filter((t) => !first.has(t));
      const guard = guardBeside(e, claim.item.statement);
      // What is read later, for a diagnosis, is not part of this line.
      const { diagonals } = e;
      const [innerFirst, isUnordered] = [e.innerFirst > 0, e.unordered > 0];
      const { turned } = d;
      e.diagonals = [];
      const shown = this.#isDisplay(claim, values, headTensor) ? { ...claim, definition: true } : claim;
      const unbounded = unboundedIn(claim);
      return {
        claim: shown,
        values,
        head,
        headTensor,
        uses,
        taken,
        turned,
        guard,
        diagonals,
        innerFirst,
        isUnordered,
        unbounded,
      };
    });
  }

  /**
   * `\partial L/\partial W` set out as the array of its entries: how it is written, and no answer. Of what is handed in,
   * that is a line without an answer.
   */
  #isDisplay({ item, sides, open }: Claim, values: readonly (Value | Refusal)[], head: Tensor | null): boolean {
    const [left, right] = values;
    if (head === null || open || item.submitted === true || sides.length !== 2) return false;
    if (left === undefined || right === undefined || left instanceof Refusal || right instanceof Refusal) return false;
    if (sides[1] === undefined || cellsOf(sides[1]).length === 0 || !sameShape(left.axes, right.axes)) return false;
    const { arena } = this.problem.model;
    const at = left.axes.map((d) => axisAt(arena, d).at);
    const [a, b] = [left.at(at), right.at(at)];
    return a === b && a.kind === "entry" && a.tensor === head && a.at.length > 0;
  }

  /** Runs `f` where a claim's letters mean what they mean in it; a condition such as `i < n` keeps positions on their axes. */
  reading<T>(claim: Claim, f: () => T): T {
    const e = this.problem.elaborator;
    const ordered = claim.item.statement.conditions.some((c) => c.relations.some((r) => ORDER.test(r)));
    const read = (): T => e.within(claim.letters, () => e.guardedBy(ordered, f));
    const { differentials } = this.derivatives;
    return differentials === null ? read() : differentials.during(claim, read);
  }

  #value(s: Syntax, wanted: readonly DimVar[] | null): Value | Refusal {
    const e = this.problem.elaborator;
    try {
      const value = e.value(s, wanted);
      // Entries are looked at once here, so that what refuses them is found while the line is read.
      value.at(value.axes.map((d) => firstOf(e.arena, d)));
      return value;
    } catch (error) {
      if (error instanceof Refusal) return unknownFirst(this.problem, s, error);
      throw error;
    }
  }

  /** The axes of what has no entries, where it has axes. */
  #axesOf(s: Syntax): readonly DimVar[] | null {
    return unlessRefused(() => this.problem.elaborator.value(s).axes);
  }

  // ---- judging ----

  #claim(s: Sides): Judged {
    const { sides } = s.claim;
    const all = this.reading(s.claim, () =>
      sides.slice(1).map((right, k): Link => {
        const left = sides[k];
        const [a, b] = [s.values[k], s.values[k + 1]];
        if (left === undefined || a === undefined || b === undefined)
          throw new Error("internal: a chain without sides");
        const order = orderBefore(s.claim, k + 1);
        if (order !== null) return this.#ordered(left, order, right, s);
        const link = this.#link(left, right, a, b, s);
        return link.verdict === "wrong" ? this.#meant(this.#supposing(link, left, right, a, b, s), s) : link;
      }),
    );
    this.#grounding.ground(s, all);
    for (const link of all) {
      this.#caution.heed(link);
      heedDamage(link, this.problem);
    }
    const links = heedZero(ownLinks(s.claim, all), s.claim, this.problem.builder, ({ question }, said) =>
      this.#isSolved(s, question, said),
    );
    const { differentials } = this.derivatives;
    const isEither = differentials?.has(s.claim) === true && !differentials.isSure;
    const doubt = isEither
      ? GRADIENT_OR_CHANGE
      : s.innerFirst
        ? mayNotCommute(this.problem, this.derivatives.layout)
        : null;
    if (doubt !== null)
      for (const link of links.filter((l) => isRight(l.verdict)))
        Object.assign(link, { verdict: "undecided", evidence: { method: "none", reason: doubt } });
    return {
      claim: s.claim,
      links,
      head: s.head,
      uses: s.uses,
      turned: s.turned,
      isUnordered: s.isUnordered,
      verdict: overall(links),
      mistake: links.find((l) => l.mistake !== null)?.mistake ?? null,
      layout: null,
    };
  }

  /** What is wrong may be right for what the author does not say: targets that sum to 1, an activation that is the sigmoid. */
  #meant(link: Link, about: Sides): Link {
    const { question, verdict } = link;
    if (verdict !== "wrong" || question === null) return link;
    this.#unsaid ??= this.#readings();
    for (const supposed of this.#unsaid) {
      if (supposed.applies?.(question) === false) continue;
      const decision = this.decider.decide(supposed.question(question), supposed.context);
      if (!isEqual(decision)) continue;
      if (supposed.isSaid) {
        const { conditions, ...result } = outcome(decision);
        return { ...link, ...result, conditions: [...conditions, ...(supposed.condition ?? [])] };
      }
      return { ...link, verdict: "undecided", evidence: { method: "none", reason: supposed.text } };
    }
    return this.#withDirectParts(link, question, about);
  }

  /** What is wrong may be right with direct parts; whether they are meant a chain does not tell. */
  #withDirectParts(link: Link, question: Question, about: Sides): Link {
    const { sides } = about.claim;
    const direct = mayBeDirect(sides)
      ? directReading(this.derivatives.model, this.decider.context, question, about.head)
      : null;
    if (direct === null || direct.partials.some((t) => this.#isToldWhole(t, about))) return link;
    const decision = this.decider.decide(question, direct.context);
    if (!isEqual(decision)) return link;
    if (sides.length > 2) {
      const reason = `this holds only where ${direct.text}, and whether that is meant all along this chain is not clear`;
      return { ...link, verdict: "undecided", evidence: { method: "none", reason } };
    }
    const { conditions, ...result } = outcome(decision);
    return { ...link, ...result, conditions: [...conditions, direct.text] };
  }

  /** Does another line say, rightly, what all of a derivative is? */
  #isToldWhole(tensor: Tensor, besides: Sides): boolean {
    return this.#sides.some((s) => {
      if (s === besides || s.headTensor !== tensor) return false;
      const { sides } = s.claim;
      return this.reading(s.claim, () =>
        sides.slice(1).some((right, k) => {
          const [left, a, b] = [sides[k], s.values[k], s.values[k + 1]];
          if (left === undefined || a === undefined || b === undefined) return false;
          return isRight(this.#link(left, right, a, b, s).verdict);
        }),
      );
    });
  }

  #readings(): readonly Supposed[] {
    const { context } = this.decider;
    const said = [withNormalizedTargets, withDoubtfulProperties, withCases].map((make) => make(this.problem, context));
    return [
      ...flatMap(said, (s) => s ?? []),
      ...withUsualFunctions(this.problem, context),
      ...withUsualLosses(this.problem, context),
      ...this.#withSeeds(context),
    ];
  }

  /** `\bar{y}` of the last y stands in some line; another that leaves it out may take it for 1. */
  #withSeeds(context: DecideContext): readonly Supposed[] {
    const seeds = this.derivatives.openSeeds;
    if (seeds.length === 0) return [];
    const definitions = new Map(context.definitions);
    const { one } = context.arena;
    const span = { start: 0, end: 0 };
    for (const tensor of seeds)
      definitions.set(tensor, [{ tensor, at: [], body: one, span, latex: tensor.latex, byIndex: false }]);
    const text = "this is right only where the derivative by the last quantity is 1, and other lines name it";
    return [{ context: { ...context, definitions }, question: (q) => q, isSaid: false, text }];
  }

  /** What is wrong in general may be right under what the text supposes of it. */
  #supposing(link: Link, left: Syntax, right: Syntax, a: Value | Refusal, b: Value | Refusal, about: Sides): Link {
    const { arena } = this.problem.model;
    const supposed = this.#suppositions(about);
    if (supposed.length === 0) return link;
    const guard = (): Node =>
      arena.multiply(...supposed.map((p) => p.guard()), ...(about.guard === null ? [] : [about.guard()]));
    const again = this.#link(left, right, a, b, { ...about, guard });
    if (again.verdict === "wrong" && !supposed.some((p) => p.vague === true))
      return { ...link, evidence: again.evidence };
    const texts = supposed.map((p) => p.text).join(", ");
    if (isRight(again.verdict) && supposed.every((p) => p.sure))
      return { ...again, conditions: [...again.conditions, texts] };
    const reason = `whether this is meant only where ${texts} is not clear`;
    return { ...again, verdict: "undecided", evidence: { method: "none", reason } };
  }

  #suppositions(about: Sides): readonly Supposition[] {
    const stated = suppositionsFor(this.problem, about.claim.item);
    const others = this.#sides.map((other) => other.values[0]);
    const apart = about.guard === null ? besideOthers(this.problem.model.arena, about.values[0], others) : null;
    if (apart !== null && !tellsApart(about.values.slice(1), apart)) return [...stated, apart];
    const leftOut = about.guard === null ? besideLeftOut(this.problem, about.values[0]) : null;
    return leftOut === null ? stated : [...stated, leftOut];
  }

  #link(left: Syntax, right: Syntax, a: Value | Refusal, b: Value | Refusal, about: Sides): Link {
    const base = {
      left,
      right,
      evidence: null,
      conditions: [],
      mistake: null,
      diagnostic: null,
      question: null,
      transposed: false,
      layoutSensitive: false,
    };
    if (right.kind === "blank")
      return { ...base, verdict: "no-answer", mistake: { code: "tautology", message: "nothing is answered here" } };
    // A name whose own line cannot be read is unknown because of that.
    if (a instanceof Refusal && b instanceof Refusal && takeApart(left) !== null) return { ...base, ...refused(b) };
    if (a instanceof Refusal) return { ...base, ...refused(a) };
    if (b instanceof Refusal) return { ...base, ...refused(b) };
    try {
      const link = this.#caution.connected(this.#equality(base, a, b, about));
      return this.#areDiagonal(about) ? link : { ...link, ...notDiagonal(right) };
    } catch (error) {
      // Entries are read when they are asked for, and may be refused then.
      if (error instanceof Refusal) return { ...base, ...refused(error) };
      throw error;
    }
  }

  /** Is what a line says to be zero so where what follows from it holds? */
  #isSolved(about: Sides, question: Question | null, said: Statement): boolean {
    const { problem, decider } = this;
    if (question === null || about.head === null) return false;
    const { wrt } = about.head;
    return this.reading(about.claim, () => isZeroAt(problem, decider, question, wrt, said));
  }

  /** `A < B` at the end of a chain holds where its condition is 1. */
  #ordered(left: Syntax, order: string, right: Syntax, about: Sides): Link {
    const values = unlessRefused(() => orderValues(this.problem.elaborator, left, order, right));
    const refusal = new Refusal(diagnostic("error", "unsupported/condition", NO_ORDER, right.span));
    const [a, b] = values ?? [refusal, refusal];
    const link = this.#link(left, right, a, b, about);
    return { ...heedOrder(link, this.decider.context), question: null };
  }

  #equality(base: Omit<Link, "verdict">, a: Value, b: Value, about: Sides): Link {
    const { arena } = this.problem.model;
    const wanted = a.axes.length === 2 ? (b.asMatrix ?? b) : b;
    const [x, y] = [collapse(arena, a), collapse(arena, wanted)];
    const same = sameShape(x.axes, y.axes);
    const zero = y.axes.length === 0 && y.at([]) === arena.zero;
    if (same || zero) {
      const question = this.#question(x, zero ? { axes: x.axes, at: () => arena.zero } : y, about);
      const decision = this.decider.decide(question);
      const flipped =
        decision.verdict === "different" && x.axes.length === 2 && sameShape(x.axes, [...y.axes].reverse())
          ? this.decider.decide(this.#question(x, transpose(arena, y), about))
          : null;
      const structured = decision.verdict === "different" ? this.#structured(x, y, about) : null;
      if (structured !== null) return { ...base, ...structured };
      return {
        ...base,
        ...outcome(decision),
        question,
        transposed: flipped !== null && isEqual(flipped),
        layoutSensitive: x.axes.length === 2 && flipped !== null,
      };
    }
    return this.#unlike(base, [a, b], [x, y], about);
  }

  /** Sides of different shapes. */
  #unlike(
    base: Omit<Link, "verdict">,
    [a, b]: readonly [Value, Value],
    [x, y]: readonly [Value, Value],
    about: Sides,
  ): Link {
    const { arena } = this.problem.model;
    const turned = transpose(arena, { ...y, unoriented: false });
    if (x.axes.length > 0 && sameShape(x.axes, turned.axes)) {
      const question = this.#question(x, turned, about);
      const decision = this.decider.decide(question);
      // `z^\top = [6, 12, 18]`: a list is a column or a row.
      if (x.unoriented === true || y.unoriented === true || isListed(base.right))
        return { ...base, ...outcome(decision), question, transposed: false, layoutSensitive: false };
      return {
        ...base,
        verdict: decision.verdict === "undecided" ? "undecided" : "shape-mismatch",
        evidence: decision.evidence,
        diagnostic: unlikeSides(a, b, base.right, isEqual(decision) ? "transpose the right side" : ""),
        question: isEqual(decision) ? question : null,
        transposed: isEqual(decision),
        layoutSensitive: true,
      };
    }
    const verdict = this.#isShortened(a, b, about) ? "undecided" : "shape-mismatch";
    const hint = verdict === "undecided" ? "this is the derivative without its zeros, which some mean by it" : "";
    return { ...base, verdict, diagnostic: unlikeSides(a, b, base.right, hint) };
  }

  #areDiagonal(about: Sides): boolean {
    const same = (a: Value, b: Value): boolean => isEqual(this.decider.decide(this.#question(a, b, about)));
    return about.diagonals.every((d) => isDiagonal(this.problem.model.arena, d, same));
  }

  #isShortened(left: Value, right: Value, about: Sides): boolean {
    const { derivative } = left;
    if (derivative === undefined || derivative.outputs.length === 0) return false;
    if (this.problem.model.outputsAreRows === true) return false;
    const same = (a: Value, b: Value): boolean => isEqual(this.decider.decide(this.#question(a, b, about)));
    return isShortened(this.problem.model.arena, derivative, right, same);
  }

  /** A gradient by a matrix that is said to be symmetric or diagonal, in one of the other conventions. */
  #structured(x: Value, y: Value, about: Sides): Pick<Link, "verdict" | "evidence" | "question"> | null {
    const { head, claim } = about;
    if (head === null || head.of.axes.length > 0 || x.axes.length !== 2 || head.of.derivative !== null) return null;
    if (about.uses || claim.sides.length !== 2) return null;
    for (const { value, message } of structuredGradients(this.problem.model, x, head.wrt)) {
      const question = this.#question(value, y, about);
      const decision = this.decider.decide(question);
      if (!isEqual(decision)) continue;
      this.problem.elaborator.note("reading/symmetric", message, claim.item.statement.span);
      return { ...outcome(decision), question };
    }
    return null;
  }

  #question(a: Value, b: Value, { guard, unbounded }: Sides): Question {
    const { arena } = this.problem.model;
    let count = 0;
    const next = (d: DimVar): Index => {
      count += 1;
      return arena.index(`'${count}`, arena.upTo(d.dim ?? arena.oneDim));
    };
    const at: readonly Position[] = a.axes.map((d) => axisAt(arena, d, next).at);
    const sides = [a.at(at), b.at(at)];
    const map = narrowed(arena, sides, unbounded);
    const where = guard === null ? null : arena.substitute(guard(), map);
    const [left = arena.zero, right = arena.zero] = sides.map((n) => {
      const inRange = arena.substitute(n, map);
      return where === null ? inRange : arena.multiply(where, inRange);
    });
    const free = [...new Set([...left.free, ...right.free, ...(where?.free ?? [])])];
    return { left, right, free, guard: where };
  }
}

/** Of a line `= C` below `A = B` that cannot be read, what the lines above say is judged there. */
function ownLinks({ item, sides: [head] }: Claim, links: readonly Link[]): readonly Link[] {
  const [, ...own] = links;
  const isContinued = head !== undefined && head.span.end < item.statement.span.start;
  return isContinued && own.some((l) => l.verdict === "unreadable") ? own : links;
}

const isListed = (s: Syntax): boolean => s.kind === "group" && s.body.kind === "list";

/** Operators that keep a letter below or above something. */
const ORDER = /^(<|>|\\le|\\ge)$/;

const unlikeSides = (a: Value, b: Value, right: Syntax, hint: string): Diagnostic =>
  diagnostic(
    "error",
    "shape/sides",
    `the left side is ${shapeText(a.axes)}, the right side ${shapeText(b.axes)}`,
    right.span,
    hint,
  );

const notDiagonal = (right: Syntax): Pick<Link, "verdict" | "diagnostic"> => ({
  verdict: "shape-mismatch",
  diagnostic: diagnostic(
    "error",
    "shape/sides",
    "⊙ takes a Jacobian entry by entry, and this one is not diagonal",
    right.span,
    "multiply by the whole Jacobian",
  ),
});

export function unboundedIn({ letters, item }: Claim): ReadonlySet<string> {
  const stated = flatMap(item.statement.conditions, (c) => (rangeStatement(c) ?? []).map((b) => b.letter));
  return new Set(letters.map((b) => b.letter).filter((l) => !stated.includes(l)));
}

export function sameShape(a: readonly DimVar[], b: readonly DimVar[]): boolean {
  if (a.length !== b.length) return false;
  const fits = a.every((d, k) => {
    const other = b[k];
    return other !== undefined && d.compatible(other);
  });
  if (fits)
    a.forEach((d, k) => {
      const other = b[k];
      if (other !== undefined) d.unify(other);
    });
  return fits;
}

const GRADIENT_OR_CHANGE = "whether d stands here for a differential or for a gradient is not said";

const NO_ORDER = "whether this inequality holds cannot be looked into";

const placeOf = (d: Diagnostic): string => `${d.code} ${d.message} ${d.span?.start} ${d.span?.end}`;
