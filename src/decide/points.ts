import { flatMap } from "../core/flat-map.js";
import { hash, Random } from "../core/random.js";
import { unlessRefused } from "../core/unless-refused.js";
import { fill } from "../evaluate/assume.js";
import { Evaluator } from "../evaluate/evaluate.js";
import { forward } from "../evaluate/forward.js";
import { distance, distanceApart, keyOf, type Watch, watchesOf } from "../evaluate/kinks.js";
import type { Environment, NdArray } from "../evaluate/values.js";
import { nodesBelow } from "../evaluate/walk.js";
import { mostWork } from "../evaluate/work.js";
import { type Arena, tensorsOf } from "../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import type { Assumption, Equation } from "../model/model.js";
import { Plan } from "./plan.js";
import { type Added, BLANK, type SampleContext, type Samples, samplesOf } from "./samples.js";
import { type Switch, Turnings } from "./switches.js";

export type PointContext = SampleContext;

/** One side-by-side question: two expressions and their common free indices. */
export interface Question {
  readonly left: Node;
  readonly right: Node;
  readonly free: readonly Index[];
  /** A condition on values, one or zero: the sides are compared where it holds, and a point where it does not says nothing. */
  readonly guard?: Node | null;
}

const NEAR_KINK = 1e-4;
/** So many entries may be computed for one expression at one point. */
export const MOST_ENTRIES = 2 ** 20;

const OPEN: Readonly<Record<Switch["opens"], (x: number) => boolean>> = {
  positive: (x) => x > 0,
  zero: (x) => x === 0,
  nonzero: (x) => Number.isFinite(x) && x !== 0,
};

const known = new WeakMap<PointContext["definitions"], Points>();

/** The points of a problem, the same ones for all claims about it. */
export function pointsOf(context: PointContext): Points {
  let points = known.get(context.definitions);
  if (points === undefined || !points.serve(context)) {
    points = new Points(context);
    known.set(context.definitions, points);
  }
  return points;
}

/**
 * Admissible points, computed once for all claims about one problem. A point holds the premises' symbols; what is defined
 * on top of these, derivatives above all, is computed when a question asks for it, so that it does not depend on the
 * other questions which point is taken.
 */
export class Points {
  readonly #context: PointContext;
  readonly #samples: Samples;
  readonly #plan: Plan;
  readonly #forks = new Map<Environment, Environment>();
  readonly #origins = new WeakMap<Environment, Origin>();
  readonly #evaluators = new WeakMap<Environment, Evaluator>();
  readonly #near = new WeakMap<Environment, Map<string, Environment | null>>();
  readonly #needs = new WeakMap<Question, Needs>();
  readonly #finitePoints = new WeakMap<Question, Map<number, Environment | null>>();
  readonly #watches = new WeakMap<Question, readonly Watch[]>();
  readonly #watchesBelow = new WeakMap<Question, readonly Watch[]>();
  readonly #watchesIn = new Map<Node, readonly Watch[]>();
  readonly #turnings: Turnings;
  readonly #completed = new WeakMap<Environment, Set<Node>>();
  readonly #open = new WeakMap<Environment, Map<Node, boolean>>();

  constructor(context: PointContext) {
    this.#context = context;
    this.#turnings = new Turnings(context.assumptions);
    this.#samples = samplesOf(context);
    this.#plan = new Plan([...context.definitions.values()].flat());
  }

  /** Are these the points of that problem? */
  serve({ arena, assumptions, seed }: PointContext): boolean {
    const own = this.#context;
    return own.arena === arena && own.assumptions === assumptions && own.seed === seed;
  }

  /** An admissible point for the question, or `null`. With `finite`, both sides are finite there. */
  at(round: number, question: Question, finite = false): Environment | null {
    const { tensors, added } = this.#needsOf(question);
    if (finite) return this.#finite(round, question, tensors, added);
    const sample = this.#samples.at(round, added);
    if (sample === null || this.#isTooMuch(question, sample)) return null;
    const env = this.#forks.get(sample) ?? this.#fork(sample, round);
    this.#forks.set(sample, env);
    return env;
  }

  /** Is more to be computed at a point, the first one already, than a claim is worth? Whatever others have had computed there. */
  isTooLarge(question: Question): boolean {
    const sample = this.#samples.at(0, this.#needsOf(question).added);
    return sample !== null && this.#isTooMuch(question, sample);
  }

  #isTooMuch(question: Question, sample: Environment): boolean {
    const needs = this.#needsOf(question);
    let isTooMuch = needs.tooMuch.get(sample);
    if (isTooMuch === undefined) {
      isTooMuch = mostWork(needs.added.roots, sample) > MOST_ENTRIES;
      needs.tooMuch.set(sample, isTooMuch);
    }
    return isTooMuch;
  }

  /** A point at which both sides of a question are finite, drawn once for it. */
  #finite(round: number, question: Question, tensors: readonly Tensor[], added: Added): Environment | null {
    const found = this.#finitePoints.get(question) ?? new Map<number, Environment | null>();
    this.#finitePoints.set(question, found);
    const known = found.get(round);
    if (known !== undefined) return known;
    const defined = this.#plan.equationsOf(tensors.filter((t) => !this.#samples.holds(t)));
    const more = [...defined, ...sides(this.#context.arena, question)];
    const sample = this.isTooLarge(question) ? null : this.#samples.make(round, added, more);
    const env = sample === null ? null : this.#fork(sample, round);
    found.set(round, env);
    return env;
  }

  /** What stands below a question, looked for once and not at every point. */
  #needsOf(question: Question): Needs {
    let needs = this.#needs.get(question);
    if (needs === undefined) {
      const { tensors, bodies } = this.#plan.below([question.left, question.right]);
      const given = tensors.filter((t) => !this.#plan.defines(t));
      const added = this.#samples.added(given, [question.left, question.right, ...bodies], question.free);
      needs = { tensors, added, tooMuch: new Map() };
      this.#needs.set(question, needs);
    }
    return needs;
  }

  /** The tensors that a question speaks of, and those that they are computed from. */
  tensorsBelow(question: Question): readonly Tensor[] {
    return this.#needsOf(question).tensors;
  }

  /** What these are computed by. */
  bodiesBelow({ left, right }: Question): readonly Node[] {
    return this.#plan.below([left, right]).bodies;
  }

  /** Is anything assumed of what a question rests on? */
  isAssuming(question: Question): boolean {
    const { assumptions } = this.#context;
    if (assumptions.length === 0) return false;
    const below = this.tensorsBelow(question);
    return assumptions.some((a) => assumedIn(a).some((t) => below.includes(t)));
  }

  #fork(env: Environment, round: number): Environment {
    const own = env.fork();
    this.#origins.set(own, { round, symbols: [...env.tensors.keys()], move: null });
    return own;
  }

  /** Values of an expression at a point. Throws as the evaluator does. */
  values(node: Node, free: readonly Index[], env: Environment): NdArray {
    this.#complete(node, env);
    return this.#evaluator(env).evaluate(node, free);
  }

  /** The same, and the cells that need an entry out of its range, which have no value. */
  partly(node: Node, free: readonly Index[], env: Environment): ReturnType<Evaluator["evaluatePartly"]> {
    this.#complete(node, env);
    return this.#evaluator(env).evaluatePartly(node, free);
  }

  /** The evaluator of a point: what one claim has had evaluated, the next one finds. */
  #evaluator(env: Environment): Evaluator {
    let evaluator = this.#evaluators.get(env);
    if (evaluator === undefined) {
      evaluator = new Evaluator(env);
      this.#evaluators.set(env, evaluator);
    }
    return evaluator;
  }

  /**
   * The same point where some tensors are what these equations say, and what is computed from them follows. `null` if
   * that is not a matter of one equation after the other, as where they need each other.
   */
  replacing(env: Environment, equations: readonly Equation[]): Environment | null {
    const origin = this.#origin(env);
    const bodies = equations.map((e) => e.body);
    const { tensors } = this.#plan.below(bodies);
    const own = new Set(equations.map((e) => e.tensor));
    if (tensors.some((t) => own.has(t)) || origin.symbols.some((t) => own.has(t))) return null;
    const changed = env.blank();
    for (const t of origin.symbols) changed.tensors.set(t, env.array(t));
    this.#origins.set(changed, origin);
    try {
      for (const body of bodies) this.#complete(body, changed);
      forward({ equations }, changed);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("internal:")) return null;
      throw error;
    }
    return changed;
  }

  /** Computes whatever an expression needs and the point does not hold yet. */
  #complete(node: Node, env: Environment): void {
    let completed = this.#completed.get(env);
    if (completed?.has(node)) return;
    const { tensors } = this.#plan.below([node]);
    const missing = tensors.filter((t) => !env.tensors.has(t));
    if (missing.length > 0) this.#computeAll(missing, env);
    if (completed === undefined) {
      completed = new Set();
      this.#completed.set(env, completed);
    }
    completed.add(node);
  }

  #computeAll(missing: readonly Tensor[], env: Environment): void {
    // Upstream derivatives without a definition stand for any value.
    for (const t of missing) if (!this.#plan.defines(t)) env.set(t, this.#anyValue(t, env));
    for (const group of this.#plan.groupsOf(missing)) {
      try {
        forward(group, env, { evaluator: this.#evaluator(env) });
      } catch (error) {
        // It may know values that come from an equation whose group has none.
        this.#evaluators.delete(env);
        for (const e of group.equations) env.tensors.delete(e.tensor);
        throw error;
      }
    }
  }

  #origin(env: Environment): Origin {
    const origin = this.#origins.get(env);
    if (origin === undefined) throw new Error("internal: a point of another problem");
    return origin;
  }

  #anyValue(tensor: Tensor, env: Environment): Float64Array {
    const { round, move } = this.#origin(env);
    const random = new Random(hash(`upstream/${this.#context.seed}/${round}/${tensor.key}`));
    const data = fill(tensor, undefined, env, random, { mode: "signed", scale: 1, range: undefined });
    return move === null ? data : data.map((x) => move(x, random));
  }

  /** Whether a point lies too near to a kink of the question itself. */
  nearKink(question: Question, env: Environment): boolean {
    const watches = this.watches(question);
    if (watches.length === 0) return false;
    this.#complete(question.left, env);
    this.#complete(question.right, env);
    const evaluator = this.#evaluator(env);
    const ties = watches.filter((w) => w.kind === "tie");
    if (ties.length > 0 && distance(ties, evaluator) < NEAR_KINK && !this.#isTiedForGood(ties, evaluator, env))
      return true;
    // Exactly zero is what a mask leaves, on a whole region: no kink is near there.
    return watches.some(
      (w) => w.kind === "switch" && evaluator.value(w.node).data.some((x) => x !== 0 && Math.abs(x) < NEAR_KINK),
    );
  }

  /**
   * Ties by masks and classes alone, of a greatest value of which nobody asks the place: the same words of a text have the same
   * value all around the point, and what counts them twice is not right.
   */
  #isTiedForGood(ties: readonly Watch[], evaluator: Evaluator, env: Environment): boolean {
    const isTied = (w: Watch): boolean =>
      w.kind === "tie" && !w.place && tensorsOf(w.node).some((t) => this.#samples.isDiscrete(t));
    const [open, tied] = [ties.filter((w) => !isTied(w)), ties.filter(isTied)];
    if (tied.length === 0 || (open.length > 0 && distance(open, evaluator) < NEAR_KINK)) return false;
    const moved = this.nudged(env, 0);
    if (moved === null) return false;
    for (const { node } of tied) this.#complete(node, moved);
    return distanceApart(tied, evaluator, [moved]).distance >= NEAR_KINK;
  }

  /** What a quantity is computed by. */
  bodiesOf(tensor: Tensor): readonly Node[] {
    return this.#plan.equationsOf([tensor]).map((e) => e.body);
  }

  /** What decides, in all that a question rests on, whether something is let through. */
  switches(question: Question): readonly Switch[] {
    const { left, right } = question;
    const all = this.#allWatches(question);
    const roots = all.length === 0 ? [] : [left, right, ...this.#plan.below([left, right]).bodies];
    const turned = roots.map((n) => this.#turnings.in(n));
    const equal = new Set(flatMap(turned, (t) => t.equal));
    const values = flatMap(all, (w): readonly Switch[] =>
      w.kind === "switch" ? [{ node: w.node, opens: equal.has(w.node) ? "zero" : "positive" }] : [],
    );
    const labelled = [...new Set(flatMap(turned, (t) => t.labelled))];
    // A branch that no compared entry is in, `\ell < L` where L = 0, was not compared.
    const branches = nodesBelow([left, right]).filter((n) => n.kind === "iverson");
    return [
      ...values,
      ...branches.map((node): Switch => ({ node, opens: "positive" })),
      ...labelled.map((node): Switch => ({ node, opens: "nonzero" })),
    ];
  }

  /** What decides on one of the sides whether something is let through, and on the other does not stand as it does there. */
  ownSwitches({ left, right }: Question): readonly Switch[] {
    const [ofLeft, ofRight] = [left, right].map((n) => {
      const roots = [n, ...this.#plan.below([n]).bodies];
      const equal = new Set(flatMap(roots, (r) => this.#turnings.in(r).equal));
      const nodes = this.#union(roots).flatMap((w) => (w.kind === "switch" && !equal.has(w.node) ? [w.node] : []));
      return new Set(nodes);
    });
    const own = [...(ofLeft ?? []), ...(ofRight ?? [])].filter((n) => ofLeft?.has(n) !== ofRight?.has(n));
    return own.map((node): Switch => ({ node, opens: "positive" }));
  }

  /** The values of what a switch looks at, `null` where it has none. */
  lookedAt({ node }: Switch, env: Environment): Float64Array | null {
    return unlessRefused(() => {
      this.#complete(node, env);
      return this.#evaluator(env).value(node).data;
    });
  }

  /** Does a switch let anything through at a point? */
  isOpen(s: Switch, env: Environment): boolean {
    let known = this.#open.get(env);
    if (known === undefined) {
      known = new Map();
      this.#open.set(env, known);
    }
    let open = known.get(s.node);
    if (open === undefined) {
      open = this.#opens(s, env);
      known.set(s.node, open);
    }
    return open;
  }

  /** Does it let everything through there? */
  isOpenThroughout(s: Switch, env: Environment): boolean {
    return this.#opens(s, env, (data, isOpen) => data.every(isOpen));
  }

  #opens(
    { node, opens }: Switch,
    env: Environment,
    holds: (data: Float64Array, isOpen: (x: number) => boolean) => boolean = (data, isOpen) => data.some(isOpen),
  ): boolean {
    try {
      this.#complete(node, env);
      const { data } = this.#evaluator(env).value(node);
      return holds(data, OPEN[opens]);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("internal:")) return false;
      throw error;
    }
  }

  watches(question: Question): readonly Watch[] {
    let watches = this.#watches.get(question);
    if (watches === undefined) {
      watches = this.#union([question.left, question.right]);
      this.#watches.set(question, watches);
    }
    return watches;
  }

  /** Do kinks stand in the question or in what it is computed from, such as the masks in named derivatives? */
  hasKinks(question: Question): boolean {
    return this.#allWatches(question).length > 0;
  }

  #allWatches(question: Question): readonly Watch[] {
    let watches = this.#watchesBelow.get(question);
    if (watches === undefined) {
      const { left, right } = question;
      watches = this.#union([left, right, ...this.#plan.below([left, right]).bodies]);
      this.#watchesBelow.set(question, watches);
    }
    return watches;
  }

  /** The kinks in some expressions; the definitions among these stand below many questions, and are looked through once. */
  #union(roots: readonly Node[]): readonly Watch[] {
    const found = new Map<string, Watch>();
    for (const root of roots) for (const w of this.#kinksIn(root)) found.set(keyOf(w), w);
    return [...found.values()];
  }

  #kinksIn(root: Node): readonly Watch[] {
    let watches = this.#watchesIn.get(root);
    if (watches === undefined) {
      watches = watchesOf(this.#context.arena, [root], (t) => this.#samples.isDiscrete(t));
      this.#watchesIn.set(root, watches);
    }
    return watches;
  }

  /** The tensors with assumptions, and whether their entries may move alike. */
  #held(scaling: boolean): ReadonlyMap<Tensor, boolean> {
    const held = new Map<Tensor, boolean>();
    for (const a of this.#context.assumptions)
      for (const t of heldBy(a)) held.set(t, (held.get(t) ?? true) && movesAlike(a, scaling));
    return held;
  }

  /** The point with its inputs moved by rounding errors, the same for all questions. `null` if nothing can move. */
  nudged(env: Environment, turn: number): Environment | null {
    const nudge = (x: number, random: Random): number => x * (1 + random.uniform(-1e-7, 1e-7));
    return this.#moved(env, `nudged ${turn}`, nudge, turn, true);
  }

  /** The point with its inputs rounded to multiples of `1 / unit` other than zero. */
  rounded(env: Environment, unit: number): Environment | null {
    const round = (x: number): number => ((Math.round(Math.abs(x) * unit) || 1) / unit) * (x < 0 ? -1 : 1);
    return this.#moved(env, `rounded ${unit}`, round, hash("round"), false);
  }

  /**
   * The point with its inputs moved on in some direction: scaled, so that they keep their signs, or shifted as far as nothing
   * is assumed of them. `null` if nothing can move.
   */
  movedOn(env: Environment, direction: number, by: number): Environment | null {
    const isShift = direction % 2 === 1;
    const move: Move = isShift
      ? (x, random) => x + by * random.uniform(-1, 1)
      : (x, random) => x * Math.exp(by * random.uniform(-1, 1));
    const kept = isShift ? new Set(flatMap(this.#context.assumptions, assumedIn)) : NONE;
    const moved = this.#move(env, move, hash(`direction ${direction}`), false, kept);
    if (moved !== null) this.#origins.set(moved, { ...this.#origin(env), move: null });
    return moved;
  }

  #moved(env: Environment, name: string, move: Move, seed: number, scaling: boolean): Environment | null {
    let near = this.#near.get(env);
    if (near === undefined) {
      near = new Map();
      this.#near.set(env, near);
    }
    let moved = near.get(name);
    if (moved === undefined) {
      moved = this.#move(env, move, seed, scaling);
      if (moved !== null) this.#origins.set(moved, { ...this.#origin(env), move });
      near.set(name, moved);
    }
    return moved;
  }

  /**
   * Moves every input by `move`, as far as the assumptions let it, and computes the rest anew. `null` if nothing can
   * move. Entries of a symmetric or invertible tensor move alike; with `scaling`, so do those of tensors that keep
   * what is assumed of them when they are scaled a little.
   */
  #move(env: Environment, move: Move, seed: number, scaling: boolean, kept = NONE): Environment | null {
    const held = this.#held(scaling);
    const random = new Random(seed);
    const copy = env.blank();
    let count = 0;
    for (const tensor of this.#origin(env).symbols) {
      // What was computed along with a point is computed anew.
      if (!env.tensors.has(tensor) || (this.#context.definitions.has(tensor) && !this.#samples.holds(tensor))) continue;
      const data = env.array(tensor).data.slice();
      const alike = held.get(tensor);
      copy.set(tensor, data);
      if (alike === false || tensor.integer || kept.has(tensor) || this.#context.definitions.has(tensor)) continue;
      for (let k = 0; k < data.length; k++)
        data[k] = move(data[k] ?? 0, alike === undefined ? random : new Random(seed));
      count += data.length;
    }
    if (count === 0) return null;
    return unlessRefused(() => {
      forward({ equations: this.#samples.equations }, copy);
      return copy;
    });
  }
}

/** What a question needs to have computed. */
interface Needs {
  readonly tensors: readonly Tensor[];
  readonly added: Added;
  /** Whether that is too much at a point. */
  readonly tooMuch: Map<Environment, boolean>;
}

type Move = (x: number, random: Random) => number;

const NONE: ReadonlySet<Tensor> = new Set();

/** Where a point comes from: its round, the symbols it began with, and how its inputs were moved. */
interface Origin {
  readonly round: number;
  readonly symbols: readonly Tensor[];
  readonly move: Move | null;
}

const assumedIn = (a: Assumption): readonly Tensor[] =>
  a.kind === "equal" ? [...tensorsOf(a.left), ...tensorsOf(a.right)] : [a.tensor];

/** The tensors whose entries an assumption does not let move one by one. */
const heldBy = (a: Assumption): readonly Tensor[] =>
  a.kind === "positive" || a.kind === "nonzero" || a.kind === "nonnegative" ? [] : assumedIn(a);

/** Whether a tensor keeps what is assumed when equal entries move alike. */
function movesAlike({ kind }: Assumption, scaling: boolean): boolean {
  if (kind === "symmetric" || kind === "invertible" || kind === "full-rank") return true;
  return scaling && (kind === "positive-definite" || kind === "interval");
}

/** The sides as equations of two nameless tensors, so that a point is looked for where both are finite. */
function sides(arena: Arena, { left, right, free }: Question): readonly Equation[] {
  const at: Position[] = free.map((i) => arena.at(i));
  const axes = free.map((i) => i.range);
  return [left, right].map((body, k) => ({
    tensor: { ...BLANK, key: `side ${k}`, latex: `side ${k}`, axes },
    at,
    body,
    span: { start: 0, end: 0 },
    latex: "",
    byIndex: true,
  }));
}
