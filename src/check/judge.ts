import { BudgetSpent } from "../core/budget.js";
import { type Diagnostic, diagnostic, Refusal } from "../core/diagnostic.js";
import { hash } from "../core/random.js";
import type { Span } from "../core/span.js";
import { type DecideContext, type Decision, decideNodes, type Evidence, gapAtFirst } from "../decide/decide.js";
import { below, graphOf } from "../derive/graph.js";
import { symmetricTensors } from "../derive/symmetry.js";
import { type Arena, operands, tensorsOf } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import type { DimVar } from "../model/dimensions.js";
import { rangeStatement } from "../model/letters.js";
import type { Equation } from "../model/model.js";
import { collapse, transpose } from "../model/products.js";
import type { Problem } from "../model/read.js";
import { axisAt, firstOf } from "../model/stacked.js";
import { shapeText, type Value } from "../model/value.js";
import type { Syntax } from "../notation/syntax.js";
import { allowedIn } from "./allow.js";
import { type Claim, ClaimReader } from "./claims.js";
import { Derivatives, type Layout, type Pair } from "./derivatives.js";
import { narrowed } from "./ranges.js";
import { type Guard, guardBeside, type Supposition, suppositionsFor } from "./suppositions.js";
import { Unread } from "./unread.js";

export type Verdict =
  | "proved"
  | "agrees"
  | "carried-forward"
  | "wrong"
  | "shape-mismatch"
  | "no-answer"
  | "unreadable"
  | "undecided";

export interface Mistake {
  readonly code: string;
  readonly message: string;
  /** The part of the formula that holds the mistake, where one is known. */
  readonly span?: Span;
}

/** What was found about one `=`. */
export interface Link {
  readonly left: Syntax;
  readonly right: Syntax;
  verdict: Verdict;
  evidence: Evidence | null;
  conditions: readonly string[];
  mistake: Mistake | null;
  /** Why it could not be read or decided. */
  readonly diagnostic: Diagnostic | null;
  /** Both sides at common free indices, where they have one shape. */
  readonly question: {
    readonly left: Node;
    readonly right: Node;
    readonly free: readonly Index[];
    readonly guard: Node | null;
  } | null;
  /** Equal once one side is transposed, and not otherwise. */
  readonly transposed: boolean;
  /** The two sides would differ from their transposes: the line tells layouts apart. */
  readonly layoutSensitive: boolean;
}

export interface Judged {
  readonly claim: Claim;
  readonly links: readonly Link[];
  /** The derivative at the head, if one is. */
  readonly head: Pair | null;
  /** Whether derivatives stand in it besides the one at the head. */
  readonly uses: boolean;
  verdict: Verdict;
  mistake: Mistake | null;
  readonly layout: "numerator" | null;
}

interface Sides {
  readonly claim: Claim;
  readonly values: readonly (Value | Refusal)[];
  readonly head: Pair | null;
  readonly headTensor: Tensor | null;
  readonly uses: boolean;
  readonly guard: Guard | null;
  /** The letters whose range the line leaves open. */
  readonly unbounded: ReadonlySet<string>;
}

type Question = NonNullable<Link["question"]>;

/** All claims of one problem under one layout, judged against the true derivatives. */
export class Judge {
  readonly derivatives: Derivatives;
  readonly problem: Problem;
  readonly context: DecideContext;
  readonly #sides: readonly Sides[];
  readonly #unread: Unread;

  constructor(problem: Problem, layout: Layout, seed: number, damaged: readonly string[] = []) {
    this.problem = problem;
    this.#unread = new Unread(problem, damaged);
    this.derivatives = new Derivatives(problem, this.#unread);
    this.derivatives.layout = layout;
    const reader = new ClaimReader(problem, this.derivatives);
    const claims = reader.read();
    this.#sides = claims.map((c) => this.#elaborate(c));
    const { arena, assumptions, equations, symbols } = problem.model;
    // A declared symbol that names a derivative is computed, not given.
    const named = new Set(this.derivatives.extra.map((eq) => eq.tensor));
    this.context = {
      arena,
      assumptions,
      premises: {
        equations,
        tensors: symbols.filter((s) => s.role !== "dimension" && !named.has(s.tensor)).map((s) => s.tensor),
      },
      definitions: this.derivatives.definitions(),
      seed: seed ^ hash(problem.model.title),
    };
  }

  /** The claims in order, each judged when it is asked for. */
  *judge(): Generator<Judged> {
    const claims = this.#sides.filter((s) => !s.claim.definition);
    const answered = new Set(claims.flatMap((s) => (s.claim.open ? [] : [s.headTensor])));
    for (const s of claims) {
      // A question that is asked and answered is no claim beside its answer.
      if (s.claim.open && s.headTensor !== null && answered.has(s.headTensor)) continue;
      yield this.#claim(s);
    }
  }

  /** Would anything that was read mean something else in that layout? */
  readsOtherwise(layout: Layout): boolean {
    const { layout: own, turned } = this.derivatives;
    return (
      (turned.gradient && layout.gradient !== own.gradient) || (turned.jacobian && layout.jacobian !== own.jacobian)
    );
  }

  /** What was chosen while the claims were read and judged, each choice once. */
  readings(): readonly Diagnostic[] {
    const { model, elaborator } = this.problem;
    const known = new Set(model.diagnostics.map(placeOf));
    return elaborator.diagnostics.filter((d) => !known.has(placeOf(d)));
  }

  get definitionsOnly(): readonly Claim[] {
    return this.#sides.filter((s) => s.claim.definition).map((s) => s.claim);
  }

  // ---- reading ----

  #elaborate(claim: Claim): Sides {
    const e = this.problem.elaborator;
    const d = this.derivatives;
    return e.within(claim.letters, () => {
      d.mentioned = new Map();
      let head: Pair | null = null;
      let headTensor: Tensor | null = null;
      const values = claim.sides.map((s, k) => {
        const value = this.#value(s, claim, k);
        if (k === 0 && d.mentioned.size === 1)
          for (const [tensor, pair] of d.mentioned) [head, headTensor] = [pair, tensor];
        return value;
      });
      const uses = d.mentioned.size > 1;
      const guard = guardBeside(e, claim.item.statement);
      return { claim, values, head, headTensor, uses, guard, unbounded: unboundedIn(claim) };
    });
  }

  #value(s: Syntax, claim: Claim, k: number): Value | Refusal {
    const e = this.problem.elaborator;
    try {
      const first = k === 0 ? null : this.#wanted(claim);
      const value = e.value(s, first);
      // Entries are looked at once here, so that what refuses them is found while the line is read.
      value.at(value.axes.map((d) => firstOf(e.arena, d)));
      return value;
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  #wanted(claim: Claim): readonly DimVar[] | null {
    const [first] = claim.sides;
    try {
      return first === undefined ? null : this.problem.elaborator.value(first).axes;
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  // ---- judging ----

  #claim(s: Sides): Judged {
    const { sides } = s.claim;
    const e = this.problem.elaborator;
    const links = e.within(s.claim.letters, () =>
      sides.slice(1).map((right, k): Link => {
        const left = sides[k];
        const [a, b] = [s.values[k], s.values[k + 1]];
        if (left === undefined || a === undefined || b === undefined)
          throw new Error("internal: a chain without sides");
        const link = this.#link(left, right, a, b, s);
        return link.verdict === "wrong" ? this.#supposing(link, left, right, a, b, s) : link;
      }),
    );
    this.#ground(s, links);
    for (const link of links) this.#caution(link);
    return {
      claim: s.claim,
      links,
      head: s.head,
      uses: s.uses,
      verdict: overall(links),
      mistake: links.find((l) => l.mistake !== null)?.mistake ?? null,
      layout: null,
    };
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
    const apart = about.guard === null ? this.#offDiagonal(about) : null;
    return apart === null ? stated : [...stated, apart];
  }

  /** `\partial p_k/\partial x_c` beside another line for `\partial p_k/\partial x_k` is about k ≠ c. */
  #offDiagonal({ values: [left] }: Sides): Supposition | null {
    const { arena } = this.problem.model;
    const entry = jacobianEntry(left);
    if (entry === null || entry.at[0] === entry.at[1]) return null;
    const besides = this.#sides.map((s) => jacobianEntry(s.values[0]));
    if (!besides.some((d) => d?.tensor === entry.tensor && d.at[0] === d.at[1])) return null;
    const [row, column] = entry.at.map((p) => arena.indexOf(p)?.name ?? "");
    const [i, j] = entry.at;
    if (i === undefined || j === undefined) return null;
    return { guard: () => arena.subtract(arena.one, arena.delta(i, j)), text: `${row} \\ne ${column}`, sure: true };
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
    if (a instanceof Refusal) return { ...base, ...refused(a) };
    if (b instanceof Refusal) return { ...base, ...refused(b) };
    try {
      return this.#connected(this.#equality(base, a, b, about));
    } catch (error) {
      // Entries are read when they are asked for, and may be refused then.
      if (error instanceof Refusal) return { ...base, ...refused(error) };
      throw error;
    }
  }

  #equality(base: Omit<Link, "verdict">, a: Value, b: Value, about: Sides): Link {
    const { arena } = this.problem.model;
    const [x, y] = [collapse(arena, a), collapse(arena, b)];
    const same = sameShape(x.axes, y.axes);
    const zero = y.axes.length === 0 && y.at([]) === arena.zero;
    if (same || zero) {
      const question = this.#question(x, zero ? { axes: x.axes, at: () => arena.zero } : y, about);
      const decision = this.#decide(question);
      const flipped =
        decision.verdict === "different" && x.axes.length === 2 && sameShape(x.axes, [...y.axes].reverse())
          ? this.#decide(this.#question(x, transpose(arena, y), about))
          : null;
      const structured = decision.verdict === "different" ? this.#independent(x, y, about) : null;
      if (structured !== null) return { ...base, ...structured };
      return {
        ...base,
        ...outcome(decision),
        question,
        transposed: flipped !== null && isEqual(flipped),
        layoutSensitive: x.axes.length === 2 && flipped !== null,
      };
    }
    const turned = transpose(arena, { ...y, unoriented: false });
    if (x.axes.length > 0 && sameShape(x.axes, turned.axes)) {
      const question = this.#question(x, turned, about);
      const decision = this.#decide(question);
      if (x.unoriented === true || y.unoriented === true)
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
    return {
      ...base,
      verdict: "shape-mismatch",
      diagnostic: unlikeSides(a, b, base.right, ""),
    };
  }

  /**
   * The other convention for a symmetric variable: its entries on and above the diagonal are the variables, and x_ij moves
   * x_ji along with it. Then G, the derivative by a free matrix, becomes G + Gᵀ - G ⊙ I.
   */
  #independent(x: Value, y: Value, about: Sides): Pick<Link, "verdict" | "evidence" | "question"> | null {
    const { arena } = this.problem.model;
    const { head, claim } = about;
    if (head === null || head.of.axes.length > 0 || x.axes.length !== 2 || head.of.derivative !== null) return null;
    if (about.uses || claim.sides.length !== 2 || !symmetricTensors(this.problem.model).has(head.wrt)) return null;
    const both: Value = {
      axes: x.axes,
      at: ([i, j]) => {
        if (i === undefined || j === undefined) return arena.zero;
        const apart = arena.add(x.at([i, j]), x.at([j, i]));
        return arena.subtract(apart, arena.multiply(arena.delta(i, j), x.at([i, j])));
      },
    };
    const question = this.#question(both, y, about);
    const decision = this.#decide(question);
    if (!isEqual(decision)) return null;
    const message = `${head.wrt.latex} is symmetric, and this counts its entries ij and ji as one variable; by a free matrix the derivative has them apart`;
    this.problem.elaborator.note("reading/symmetric", message, claim.item.statement.span);
    return { ...outcome(decision), question };
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

  #decide(question: Question, context = this.context): Decision {
    try {
      return decideNodes(question, context);
    } catch (error) {
      if (error instanceof BudgetSpent)
        return { verdict: "undecided", evidence: { method: "none", reason: error.message }, conditions: [] };
      if (error instanceof Refusal)
        return { verdict: "undecided", evidence: { method: "none", reason: error.diagnostic.message }, conditions: [] };
      throw error;
    }
  }

  /** How far apart the sides are at the first point; `null` where it says nothing. Told without proof, to pass over what is not worth a decision. */
  gapWith(question: Question, replaced: ReadonlyMap<Tensor, Equation>): number | null {
    return gapAtFirst(question, this.#contextWith(replaced));
  }

  readonly #contexts = new WeakMap<ReadonlyMap<Tensor, Equation>, DecideContext>();

  /** One context for one map, so that all questions about it share their points. */
  #contextWith(replaced: ReadonlyMap<Tensor, Equation>): DecideContext {
    let context = this.#contexts.get(replaced);
    if (context === undefined) {
      const definitions = new Map(this.context.definitions);
      for (const [tensor, eq] of replaced) definitions.set(tensor, [eq]);
      context = { ...this.context, definitions };
      this.#contexts.set(replaced, context);
    }
    return context;
  }

  /** Decides a question where some derivatives stand for what the author wrote of them. */
  decideWith(question: Question, replaced: ReadonlyMap<Tensor, Equation>): Decision {
    return this.#decide(question, this.#contextWith(replaced));
  }

  decide(question: Question): Decision {
    return this.#decide(question);
  }

  // ---- what could not be read ----

  /** A verdict that an equation which could not be read might overturn is none. */
  #caution(link: Link): void {
    if (link.verdict === "unreadable" || link.verdict === "undecided" || link.verdict === "no-answer") return;
    const underived = link.question === null || isRight(link.verdict) ? null : this.#underived(link.question);
    if (underived !== null) {
      link.verdict = "undecided";
      link.mistake = null;
      link.evidence = { method: "none", reason: this.derivatives.reasonAgainst(underived) };
      return;
    }
    const open = link.question === null ? this.#unread.shakyIn([link.left, link.right]) : this.#openAbout(link);
    if (open === null) return;
    link.verdict = "undecided";
    link.mistake = null;
    link.evidence = { method: "none", reason: `this depends on an equation that could not be read: ${open}` };
  }

  /** A derivative below a question that has no equation: any value of it would be made up. */
  #underived({ left, right }: { readonly left: Node; readonly right: Node }): Tensor | null {
    const { definitions } = this.context;
    const seen = new Set<Tensor>();
    const stack = [left, right].flatMap(tensorsOf);
    for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
      if (seen.has(t)) continue;
      seen.add(t);
      const equations = definitions.get(t);
      if (equations === undefined && t.derivative !== null) return t;
      for (const eq of equations ?? []) stack.push(...tensorsOf(eq.body));
    }
    return null;
  }

  #openAbout(link: Link): string | null {
    const { question } = link;
    if (question === null) return null;
    const { equations } = this.derivatives.model;
    const tensors = this.#named([question.left, question.right]);
    for (const t of tensors) {
      const open = t.derivative === null ? null : this.#unread.onPath(t.derivative.of, t.derivative.wrt, equations);
      if (open !== null) return open;
    }
    if (isRight(link.verdict)) return this.#unread.shaky(tensors.filter((t) => t.axes.length === 0));
    const unknown = tensors.find((t) => t.derivative !== null && this.#unread.isUnknownLoss(t.derivative.of));
    if (unknown?.derivative != null && this.#unread.beyondUnknownLoss(question.right, this.#names()))
      return unknown.derivative.of.latex;
    return (
      this.#unread.shaky(tensors) ??
      this.#unread.mayMakeEqual([question.left, question.right], this.context.definitions)
    );
  }

  /** The tensors of expressions, names of derivatives expanded. */
  #named(nodes: readonly Node[]): readonly Tensor[] {
    const names = this.#names();
    const seen = new Set<Tensor>();
    const stack = nodes.flatMap(tensorsOf);
    for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
      if (seen.has(t)) continue;
      seen.add(t);
      const name = names.get(t);
      if (name !== undefined) stack.push(...tensorsOf(name.body));
    }
    return [...seen];
  }

  /**
   * Where the equations that were read do not connect a loss and a variable, the derivative is zero, but more likely is
   * that an equation is missing: nothing is judged by it, unless zero is what was written.
   */
  #connected(link: Link): Link {
    const { question } = link;
    if (question === null || question.right === this.problem.model.arena.zero) return link;
    const names = this.#names();
    const loose = [question.left, question.right].flatMap((n) => derivativesIn(n, names)).find((t) => this.#isLoose(t));
    if (loose === undefined) return link;
    const { of, wrt } = loose.derivative ?? {};
    const reason = `nothing that was read connects ${wrt?.latex ?? ""} with ${of?.latex ?? ""}`;
    return { ...link, verdict: "undecided", evidence: { method: "none", reason }, mistake: null };
  }

  readonly #reach = new Map<Tensor, ReadonlySet<Tensor>>();

  #isLoose(t: Tensor): boolean {
    const d = t.derivative;
    if (d === null || d.of.derivative !== null || d.of === d.wrt) return false;
    let reached = this.#reach.get(d.of);
    if (reached === undefined) {
      reached = below(graphOf(this.derivatives.model), d.of);
      this.#reach.set(d.of, reached);
    }
    return !reached.has(d.wrt);
  }

  // ---- grounding ----

  /** An answer may not use the derivatives of what its variable is computed from: they are found from the one asked for. */
  #ground(s: Sides, links: readonly Link[]): void {
    const last = links.at(-1);
    const { head, headTensor } = s;
    if (last === undefined || last.question === null || head === null || headTensor === null) return;
    const headEntries = entriesOf(last.question.left, headTensor, this.#names());
    const first = links[0]?.question?.left ?? last.question.left;
    const own = headEntries.length > 0 ? headEntries : entriesOf(first, headTensor, this.#names());
    const answer = this.#answerNode(s, last);
    if (answer === null) return;
    // `[\nabla_Z L\, W]_{nj}` asks for a product, not for the derivative that is summed over in it.
    if (first.kind !== "entry" && own.every((n) => !n.free.every((i) => first.free.includes(i)))) return;
    // δ with a formula of its own is an answer, though custom says what it stands for.
    const spelledOut = new Map([...this.#names()].filter(([t]) => !this.derivatives.byCustom.has(t)));
    const again = entriesOf(answer, headTensor, spelledOut);
    const repeats = again.some((n) => own.includes(n) || headTensor.axes.length === 0 || !isRunning(head.wrt));
    if (repeats) {
      if (this.#readsAsDirect(answer, own)) {
        last.verdict = "undecided";
        last.evidence = {
          method: "none",
          reason: "the same derivative stands on both sides: one is the total, the other the direct part",
        };
        return;
      }
      this.#noAnswer(last, "this repeats the derivative that was asked for");
      return;
    }
    if (this.#differentiatesNothing(answer, head)) {
      this.#noAnswer(last, "this is the question again, with the formula of what is to be differentiated put in");
      return;
    }
    const forbidden = this.#forbidden(answer);
    if (forbidden !== null) this.#noAnswer(last, `an answer may not be written in ${forbidden} here`);
  }

  #noAnswer(link: Link, message: string): void {
    if (link.verdict === "unreadable" || link.verdict === "undecided") return;
    link.verdict = "no-answer";
    link.mistake = { code: "tautology", message };
  }

  #answerNode(s: Sides, last: Link): Node | null {
    void s;
    return last.question?.right ?? null;
  }

  // `∂l/∂h_t = ∂l/∂h_t + …`: one term is the derivative itself, the others do not mention it.
  #readsAsDirect(answer: Node, own: readonly Node[]): boolean {
    if (answer.kind !== "add") return false;
    const alone = answer.terms.filter((t) => own.includes(t));
    const rest = answer.terms.filter((t) => !own.includes(t));
    return (
      alone.length === 1 &&
      rest.every((t) => !mentionsAny(t, own)) &&
      rest.some((t) => tensorsOf(t).some((x) => x.derivative !== null))
    );
  }

  /** Is the answer made of nothing but derivatives by the very variable that are not carried out, and of the loss together? */
  #differentiatesNothing(answer: Node, head: Pair): boolean {
    if (head.of.axes.length > 0) return false;
    const { arena } = this.problem.model;
    const whole = undifferentiated(arena, answer, head.wrt, this.#names());
    if (whole === null) return false;
    return isEqual(this.#decide({ left: arena.entry(head.of, []), right: whole, free: [], guard: null }));
  }

  #names(): ReadonlyMap<Tensor, Equation> {
    return new Map(this.derivatives.extra.map((eq) => [eq.tensor, eq]));
  }

  /** Something in an answer that the front matter's `allow` does not name. */
  #forbidden(answer: Node): string | null {
    const allowed = allowedIn(this.problem);
    if (allowed === null) return null;
    const names = this.#names();
    const used = this.#named([answer]).filter((t) => !names.has(t));
    return used.find((t) => !allowed(t))?.latex ?? null;
  }
}

/** `\partial y_i/\partial x_j` with two indices. */
function jacobianEntry(value: Value | Refusal | undefined): NodeOf<"entry"> | null {
  if (value === undefined || value instanceof Refusal || value.axes.length > 0) return null;
  const node = value.at([]);
  if (node.kind !== "entry" || node.at.length !== 2 || node.free.length === 0) return null;
  const { derivative } = node.tensor;
  return derivative?.of.axes.length === 1 && derivative.wrt.axes.length === 1 ? node : null;
}

const unlikeSides = (a: Value, b: Value, right: Syntax, hint: string): Diagnostic =>
  diagnostic(
    "error",
    "shape/sides",
    `the left side is ${shapeText(a.axes)}, the right side ${shapeText(b.axes)}`,
    right.span,
    hint,
  );

function unboundedIn({ letters, item }: Claim): ReadonlySet<string> {
  const stated = item.statement.conditions.flatMap((c) => (rangeStatement(c) ?? []).map((b) => b.letter));
  return new Set(letters.map((b) => b.letter).filter((l) => !stated.includes(l)));
}

const isRunning = (t: Tensor): boolean => t.parameters.length > 0 || t.axes.some((r) => r.low.key !== "1");

/** The right side of an equation at other positions. */
function bodyAt(arena: Arena, eq: Equation, at: readonly Position[]): Node {
  const map = new Map<Index, Position>();
  for (const [k, p] of eq.at.entries()) {
    const [index, target] = [arena.indexOf(p), at[k]];
    if (index !== null && target !== undefined) map.set(index, target);
  }
  return arena.substitute(eq.body, map);
}

/** What an expression would be without its `\partial/\partial x`, where every term is a multiple of such a derivative. */
function undifferentiated(arena: Arena, node: Node, wrt: Tensor, names: ReadonlyMap<Tensor, Equation>): Node | null {
  switch (node.kind) {
    case "add": {
      const terms = node.terms.map((t) => undifferentiated(arena, t, wrt, names));
      return terms.includes(null) ? null : arena.add(...terms.filter((t) => t !== null));
    }
    case "multiply": {
      const constants = node.factors.filter(
        (f) => f.kind === "rational" || f.kind === "dimension" || isOverDimension(f),
      );
      const rest = node.factors.filter((f) => !constants.includes(f));
      const [only] = rest;
      const inner = rest.length === 1 && only !== undefined ? undifferentiated(arena, only, wrt, names) : null;
      return inner === null ? null : arena.multiply(...constants, inner);
    }
    case "reduce": {
      if (node.op !== "sum") return null;
      const { index, body } = arena.open(node);
      const inner = undifferentiated(arena, body, wrt, names);
      return inner === null ? null : arena.sum(index, inner);
    }
    case "entry": {
      const d = node.tensor.derivative;
      const eq = d === null || d.wrt !== wrt ? undefined : names.get(d.of);
      // The partial derivative of an abstract function is all there is to say.
      if (eq === undefined || eq.body.kind === "abstract") return null;
      return bodyAt(arena, eq, node.at);
    }
    default:
      return null;
  }
}

const isOverDimension = (n: Node): boolean => n.kind === "power" && n.base.kind === "dimension";

/** The derivative tensors in an expression, names expanded. */
function derivativesIn(node: Node, names: ReadonlyMap<Tensor, Equation>): readonly Tensor[] {
  const seen = new Set<Tensor>();
  const stack = [...tensorsOf(node)];
  for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
    if (seen.has(t)) continue;
    seen.add(t);
    const name = names.get(t);
    if (name !== undefined) stack.push(...tensorsOf(name.body));
  }
  return [...seen].filter((t) => t.derivative !== null);
}

/** The entries of a tensor in an expression, names expanded. */
function entriesOf(node: Node, tensor: Tensor, names: ReadonlyMap<Tensor, Equation>): readonly Node[] {
  const found: Node[] = [];
  const seen = new Set<Node>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "entry") {
      if (n.tensor === tensor) found.push(n);
      const name = names.get(n.tensor);
      if (name !== undefined) stack.push(name.body);
    }
    stack.push(...operands(n));
  }
  return found;
}

function mentionsAny(node: Node, wanted: readonly Node[]): boolean {
  if (wanted.includes(node)) return true;
  return operands(node).some((n) => mentionsAny(n, wanted));
}

export const isEqual = (d: Decision): boolean => d.verdict === "equal-proved" || d.verdict === "equal-sampled";

function outcome(d: Decision): { verdict: Verdict; evidence: Evidence; conditions: readonly string[] } {
  const verdict: Verdict =
    d.verdict === "equal-proved"
      ? "proved"
      : d.verdict === "equal-sampled"
        ? "agrees"
        : d.verdict === "different"
          ? "wrong"
          : d.verdict === "shape"
            ? "shape-mismatch"
            : "undecided";
  return { verdict, evidence: d.evidence, conditions: d.conditions };
}

function sameShape(a: readonly DimVar[], b: readonly DimVar[]): boolean {
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

export const isRight = (v: Verdict): boolean => v === "proved" || v === "agrees" || v === "carried-forward";
export const isWrong = (v: Verdict): boolean => v === "wrong" || v === "shape-mismatch" || v === "no-answer";

/** A chain is right if every link is; the first link that is not decides. */
export function overall(links: readonly Link[]): Verdict {
  const wrong = links.find((l) => isWrong(l.verdict));
  if (wrong !== undefined) return wrong.verdict;
  const open = links.find((l) => l.verdict === "unreadable" || l.verdict === "undecided");
  if (open !== undefined) return open.verdict;
  if (links.some((l) => l.verdict === "carried-forward")) return "carried-forward";
  return links.some((l) => l.verdict === "agrees") ? "agrees" : "proved";
}

const placeOf = (d: Diagnostic): string => `${d.code} ${d.message} ${d.span?.start} ${d.span?.end}`;

/** The verdict on a side that was refused. */
function refused({ diagnostic }: Refusal): Pick<Link, "verdict" | "diagnostic" | "mistake"> {
  const { code } = diagnostic;
  const mistake = null;
  if (code === "syntax/blank") {
    const blank = { code: "tautology", message: "a part of this is left blank" };
    return { verdict: "no-answer", diagnostic: null, mistake: blank };
  }
  if (code.startsWith("shape/") && code !== "shape/unknown") return { verdict: "shape-mismatch", diagnostic, mistake };
  const open =
    ["unsupported/", "function/", "derive/"].some((kind) => code.startsWith(kind)) || code === "symbol/unread";
  return { verdict: open ? "undecided" : "unreadable", diagnostic, mistake };
}
