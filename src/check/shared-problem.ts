import { unlessRefused } from "../core/unless-refused.js";
import type { Decision } from "../decide/decide.js";
import { tensorsOf } from "../expression/arena.js";
import type { Tensor } from "../expression/node.js";
import { Transfer, Untransferable } from "../expression/transfer.js";
import type { Problem } from "../model/read.js";
import type { Letters } from "../model/symbols/letters.js";
import { ClaimReader } from "./claims.js";
import type { CommonKnowledge, KnownProblem } from "./decider.js";
import type { Derivatives, Layout } from "./derivatives.js";
import { Judge } from "./judge.js";
import { lineText, Reasons } from "./reasons.js";
import { sameModel } from "./same-model.js";
import { suppositionsFor } from "./suppositions.js";
import type { Judged, Question } from "./verdict.js";

/** Above so many nodes an arena is given up and what was found out in it is found out anew: memory stays bounded. */
const MOST_NODES = 200_000;
/** After so many readings, of some hundred submissions, a copy of the problem is given up: each leaves values and tables behind. */
const MOST_READINGS = 1500;
/** Above so many questions what was found out of them is forgotten: that of a line is some kilobytes. */
const MOST_QUESTIONS = 6000;

/** So many copies of a problem are kept, each for other derivatives. */
const MOST_PLACES = 4;
/** So many derivatives are derived though only some are asked for. */
const MOST_DERIVATIVES = 400;

/** What was found out about a question: `null` where the problem alone does not tell. */
type Known = { readonly decision: Decision } | null;

/**
 * A problem about which many people write lines. As long as lines change nothing in its model, whatever they ask is asked
 * of one and the same problem, whose derivatives and points are found once; and a question is decided once, whoever asks it.
 */
export class SharedProblem implements KnownProblem {
  readonly #read: () => Problem;
  readonly #layout: (problem: Problem) => Layout;
  readonly #seed: number;
  #state: State | null = null;
  #asked = false;

  /** `read` makes the problem anew, without anybody's lines. */
  constructor(read: () => Problem, layout: (problem: Problem) => Layout, seed: number) {
    this.#read = read;
    this.#layout = layout;
    this.#seed = seed;
  }

  about(derivatives: Derivatives, isWhole: boolean): LinesAbout | null {
    // Whoever is the only one to ask has nothing from it.
    const first = !this.#asked;
    this.#asked = true;
    if (first) return null;
    if (this.#state?.isFull === true) this.#state = null;
    return unlessRefused(() => {
      this.#state ??= new State(this.#read, this.#layout, this.#seed);
      return this.#state.about(derivatives, isWhole);
    });
  }
}

/** What is known so far. The problem that questions are kept in is none that work is done in. */
class State {
  readonly #read: () => Problem;
  readonly #layout: (problem: Problem) => Layout;
  readonly #seed: number;
  readonly #kept: Problem;
  readonly #known = new Map<string, Known>();
  readonly #places = new Map<string, Workplace | null>();
  readonly reasons = new Reasons();
  /** Whether lines are right in other layouts. */
  readonly layouts = new Map<string, boolean>();

  constructor(read: () => Problem, layout: (problem: Problem) => Layout, seed: number) {
    this.#read = read;
    this.#layout = layout;
    this.#seed = seed;
    this.#kept = read();
  }

  get isFull(): boolean {
    return (
      this.#known.size + this.reasons.size + this.layouts.size > MOST_QUESTIONS ||
      this.#kept.model.arena.count > MOST_NODES
    );
  }

  about(derivatives: Derivatives, isWhole: boolean): LinesAbout | null {
    const { model } = this.#kept;
    const tensors = sameModel(derivatives.problem.model, model);
    const { extra } = derivatives;
    // A symbol of the problem that lines give a meaning is another one here. What holds no name of theirs is as for all.
    if (tensors === null || extra.some((eq) => tensors.has(eq.tensor))) return null;
    return new LinesAbout(this, new Transfer(model.arena, tensors), derivatives, isWhole && extra.length === 0);
  }

  known(question: Question): Known {
    const key = keyOf(question);
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#find(question);
      this.#known.set(key, known);
    }
    return known;
  }

  #find(question: Question): Known {
    const place = this.place(derivativesIn(question));
    const own = place === null ? null : movedQuestion(question, place.transfer);
    if (place === null || own === null || !place.derives(own)) return null;
    // Evidence that nobody has asked for yet holds all of the place where it is to be looked for: what is kept is told.
    return { decision: { ...place.judge.decider.decide(own) } };
  }

  /** Where questions about these derivatives are worked on; `null` for second ones. */
  place(derivatives: readonly Tensor[]): Workplace | null {
    const of = new Set<Tensor>();
    for (const { derivative } of derivatives) {
      if (derivative === null || derivative.of.derivative !== null) return null;
      of.add(derivative.of);
    }
    const key = [...of]
      .map((t) => t.key)
      .sort()
      .join(" ");
    let place = this.#places.get(key);
    if (place === undefined || place?.isSpent === true) {
      place = this.#newPlace(key, [...of]);
      this.#places.delete(key);
      // Those that were asked for first are given up first.
      const [oldest] = this.#places.keys();
      if (oldest !== undefined && this.#places.size >= MOST_PLACES) this.#places.delete(oldest);
      this.#places.set(key, place);
    }
    return place;
  }

  /** `null` where that is too much: then everybody's lines are judged by themselves. */
  #newPlace(key: string, of: readonly Tensor[]): Workplace | null {
    return unlessRefused(() => {
      const problem = this.#read();
      const tensors = sameModel(this.#kept.model, problem.model);
      const by = problem.model.symbols.filter((s) => s.role !== "dimension" && !s.tensor.integer);
      if (tensors === null || by.length * of.length > MOST_DERIVATIVES) return null;
      const wanted = of.flatMap((t) => by.map((s) => ({ of: tensors.get(t) ?? t, wrt: s.tensor })));
      const judge = new Judge(problem, this.#layout(problem), this.#seed, { wanted });
      return new Workplace(key, judge, new Transfer(problem.model.arena, tensors));
    });
  }
}

/** A copy of the problem with a judge, who knows the derivatives of some quantities by everything. */
class Workplace {
  readonly judge: Judge;
  /** From where questions are kept. */
  readonly transfer: Transfer;
  readonly key: string;
  #spoilt = false;
  #readings = 0;

  constructor(key: string, judge: Judge, transfer: Transfer) {
    this.key = key;
    this.judge = judge;
    this.transfer = transfer;
  }

  /** Whether what was read here may change what is read next, or too much is kept. */
  get isSpent(): boolean {
    return this.#spoilt || this.#readings > MOST_READINGS || this.judge.context.arena.count > MOST_NODES;
  }

  /** Runs `f`, which reads something, where letters mean what they mean to others. */
  reading<T>(letters: Letters, f: () => T): T {
    const { elaborator: e, builder } = this.judge.problem;
    this.#readings += 1;
    const before = e.footprint;
    const uses = e.letterUse.length;
    try {
      return builder.letters.as(letters, f);
    } finally {
      e.letterUse.length = uses;
      if (e.footprint !== before) this.#spoilt = true;
    }
  }

  derives(question: Question): boolean {
    const { definitions } = this.judge.context;
    const seen = new Set<Tensor>();
    const stack = [...derivativesIn(question)];
    for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
      if (seen.has(t)) continue;
      seen.add(t);
      const equations = definitions.get(t);
      if (equations === undefined) return false;
      for (const eq of equations) stack.push(...tensorsOf(eq.body).filter((x) => x.derivative !== null));
    }
    return true;
  }
}

/** Lines as they would have been judged at the shared problem. */
export interface LinesThere {
  readonly judge: Judge;
  readonly judged: readonly Judged[];
  /** Runs `f` where letters mean at the shared problem what they mean in these lines. */
  readonly within: <T>(f: () => T) => T;
  /** Gives the wrong ones their reasons. */
  readonly diagnose: () => void;
}

/** Somebody's lines about a shared problem. */
export class LinesAbout implements CommonKnowledge {
  readonly #state: State;
  readonly #transfer: Transfer;
  readonly #derivatives: Derivatives;
  /** All formulas of the file could be read, and none gives a name. */
  readonly #isWhole: boolean;
  readonly #moved = new Map<Question, Question | null>();

  constructor(state: State, transfer: Transfer, derivatives: Derivatives, isWhole: boolean) {
    this.#state = state;
    this.#isWhole = isWhole;
    this.#transfer = transfer;
    this.#derivatives = derivatives;
  }

  decide(question: Question): Decision | null {
    return this.#known(question)?.decision ?? null;
  }

  derives(question: Question): boolean {
    return this.#known(question) !== null;
  }

  #known(question: Question): Known {
    const moved = this.#move(question);
    return moved === null ? null : this.#state.known(moved);
  }

  #move(question: Question): Question | null {
    let moved = this.#moved.get(question);
    if (moved === undefined) {
      moved = movedQuestion(question, this.#transfer);
      this.#moved.set(question, moved);
    }
    return moved;
  }

  /** Whether a line is right in another layout; `undefined` if that is not known, or depends on the lines around it. */
  isRight(layout: Layout, line: Judged): boolean | undefined {
    const key = this.#keyIn(layout, line);
    return key === null ? undefined : this.#state.layouts.get(key);
  }

  learn(layout: Layout, line: Judged, right: boolean): void {
    const key = this.#keyIn(layout, line);
    if (key !== null) this.#state.layouts.set(key, right);
  }

  #keyIn(layout: Layout, line: Judged): string | null {
    const { problem } = this.#derivatives;
    const { item } = line.claim;
    // A Jacobian's entry may be meant apart from those that another line tells.
    if (!this.#isWhole || line.head === null || line.head.of.axes.length > 0) return null;
    if (suppositionsFor(problem, item).length > 0) return null;
    return [layout.gradient, layout.jacobian, problem.builder.letters.key, lineText(line)].join("|");
  }

  /** The lines as they would have been judged at the shared problem, and the judge to ask about them; `null` where that is too much. */
  there(judged: readonly Judged[]): LinesThere | null {
    // A line may have derivatives of what the problem does not know, or write differentials, which are read in place.
    const { differentials } = this.#derivatives;
    if (judged.some((j) => differentials?.has(j.claim) === true)) return null;
    return unlessRefused(() => unlessUntransferable(() => this.#there(judged)));
  }

  #there(judged: readonly Judged[]): LinesThere | null {
    const questions = judged.flatMap((j) => questionsOf(j));
    const kept = questions.map((q) => this.#move(q)).filter((q) => q !== null);
    if (kept.length < questions.length) return null;
    const place = this.#state.place(this.#mentioned());
    if (place === null || kept.some((q) => this.#state.known(q) === null)) return null;
    const { reasons } = this.#state;
    const { judge } = place;
    const { letters } = this.#derivatives.problem.builder;
    const within = <T>(f: () => T): T => place.reading(letters, f);
    const lines = judged.map((j) => {
      const keys = questionsOf(j).map((q) => {
        const moved = this.#move(q);
        return moved === null ? "" : keyOf(moved);
      });
      return { judged: within(() => this.#judgedAt(place, j)), about: [place.key, letters.key, ...keys].join("|") };
    });
    return {
      judge,
      judged: lines.map((l) => l.judged),
      within,
      diagnose: () =>
        within(() => {
          for (const l of lines) reasons.diagnose(judge, l.judged, l.about);
        }),
    };
  }

  #mentioned(): readonly Tensor[] {
    const { arena, pairs } = this.#derivatives;
    return pairs.map(({ of, wrt }) => this.#transfer.tensor(arena.derivativeTensor(of, wrt)));
  }

  #judgedAt({ judge, transfer }: Workplace, j: Judged): Judged {
    const letters = new ClaimReader(judge.problem, judge.derivatives).lettersOf(j.claim.item.statement);
    const tensor = (t: Tensor): Tensor => transfer.tensor(this.#transfer.tensor(t));
    return {
      ...j,
      claim: { ...j.claim, letters },
      head: j.head === null ? null : { of: tensor(j.head.of), wrt: tensor(j.head.wrt) },
      links: j.links.map((l) => {
        const kept = l.question === null ? null : this.#move(l.question);
        return { ...l, question: kept === null ? null : movedQuestion(kept, transfer) };
      }),
    };
  }
}

const questionsOf = ({ links }: Judged): readonly Question[] =>
  links.flatMap((l) => (l.question === null ? [] : [l.question]));

function unlessUntransferable<T>(f: () => T): T | null {
  try {
    return f();
  } catch (error) {
    if (error instanceof Untransferable) return null;
    throw error;
  }
}

function movedQuestion({ left, right, free, guard }: Question, transfer: Transfer): Question | null {
  return unlessUntransferable(() => ({
    left: transfer.node(left),
    right: transfer.node(right),
    free: free.map((i) => transfer.index(i)),
    guard: guard === null ? null : transfer.node(guard),
  }));
}

const keyOf = ({ left, right, free, guard }: Question): string =>
  `${left.id} ${right.id} ${guard?.id ?? ""} ${free.map((i) => i.key).join(" ")}`;

const derivativesIn = ({ left, right, guard }: Question): readonly Tensor[] =>
  [left, right, ...(guard === null ? [] : [guard])].flatMap(tensorsOf).filter((t) => t.derivative !== null);
