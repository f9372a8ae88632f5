import { hash, Random } from "../core/random.js";
import { assumedOf, fill, isDiscrete } from "../evaluate/assume.js";
import { Evaluator } from "../evaluate/evaluate.js";
import { forward } from "../evaluate/forward.js";
import { distance, type Watch, watchesOf } from "../evaluate/kinks.js";
import { samplePoint } from "../evaluate/sample.js";
import type { Environment } from "../evaluate/values.js";
import { boundBy, nodesBelow } from "../evaluate/walk.js";
import { type Arena, tensorsOf } from "../expression/arena.js";
import type { Dim, Index, Node, Position, Tensor } from "../expression/node.js";
import type { Assumption, Equation, Model, ModelSymbol } from "../model/model.js";

export interface PointContext {
  readonly arena: Arena;
  readonly assumptions: readonly Assumption[];
  readonly definitions: ReadonlyMap<Tensor, readonly Equation[]>;
  readonly seed: number;
}

/** One side-by-side question: two expressions and their common free indices. */
export interface Question {
  readonly left: Node;
  readonly right: Node;
  readonly free: readonly Index[];
}

const NEAR_KINK = 1e-4;

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

/** Admissible points, computed once for all claims about one problem. */
export class Points {
  readonly #context: PointContext;
  readonly #equations: readonly Equation[];
  readonly #base: Model;
  readonly #known: ReadonlySet<Tensor>;
  readonly #dims: ReadonlySet<string>;
  readonly #assumed: ReturnType<typeof assumedOf>;
  readonly #cache = new Map<string, Environment | null>();
  readonly #models = new Map<string, Model>();
  readonly #evaluators = new WeakMap<Environment, Evaluator>();
  readonly #near = new WeakMap<Environment, Map<string, Environment | null>>();
  readonly #watches = new WeakMap<Question, readonly Watch[]>();

  constructor(context: PointContext) {
    this.#context = context;
    const tensors = new Set<Tensor>();
    for (const [tensor, equations] of context.definitions) {
      tensors.add(tensor);
      for (const e of equations) for (const t of tensorsOf(e.body)) tensors.add(t);
    }
    for (const a of context.assumptions)
      for (const t of a.kind === "equal" ? [...tensorsOf(a.left), ...tensorsOf(a.right)] : [a.tensor]) tensors.add(t);
    this.#known = tensors;
    this.#dims = new Set([...tensors].flatMap((t) => t.axes.flatMap((r) => [...dimNames(r.low), ...dimNames(r.high)])));
    this.#equations = [...context.definitions.values()].flat();
    this.#base = this.#model([...tensors], [], []);
    this.#assumed = assumedOf(this.#base);
  }

  /** Are these the points of that problem? */
  serve({ arena, assumptions, seed }: PointContext): boolean {
    const own = this.#context;
    return own.arena === arena && own.assumptions === assumptions && own.seed === seed;
  }

  /** An admissible point with values for everything in the question, or `null`. With `finite`, both sides are finite there. */
  at(round: number, question: Question, finite = false): Environment | null {
    const roots = [question.left, question.right];
    const tensors = roots.flatMap((n) => tensorsOf(n)).filter((t) => !this.#known.has(t));
    const dims = dimsOf(roots, question.free).filter((d) => dimNames(d).some((n) => !this.#dims.has(n)));
    const extra = [...tensors.map((t) => t.key), ...dims.map((d) => d.key)].join(" ");
    const own = finite ? `${question.left.id}=${question.right.id}` : "";
    const key = `${round}|${extra}|${own}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const env = this.#make(round, tensors, dims, finite ? question : null, `${extra}|${own}`);
    if (!finite) this.#cache.set(key, env);
    return env;
  }

  #make(
    round: number,
    tensors: readonly Tensor[],
    dims: readonly Dim[],
    question: Question | null,
    key: string,
  ): Environment | null {
    const model = this.#extended(tensors, dims, question, key);
    const { seed } = this.#context;
    const plain = samplePoint(model, { seed, round }).env;
    const sizes = plain === null ? null : largerSizes(plain, round);
    const env = sizes === null ? plain : (samplePoint(model, { seed, round, sizes }).env ?? plain);
    if (env === null) return null;
    // Upstream derivatives without a definition stand for any value.
    const random = new Random(hash(`upstream/${this.#context.seed}/${round}`));
    for (const tensor of [...this.#known, ...tensors])
      if (!env.tensors.has(tensor))
        env.set(tensor, fill(tensor, undefined, env, random, { mode: "signed", scale: 1, range: undefined }));
    return env;
  }

  #extended(tensors: readonly Tensor[], dims: readonly Dim[], question: Question | null, key: string): Model {
    if (tensors.length === 0 && dims.length === 0 && question === null) return this.#base;
    const known = this.#models.get(key);
    if (known !== undefined) return known;
    const model = this.#model(
      [...this.#known, ...tensors],
      dims,
      question === null ? [] : sides(this.#context.arena, question),
    );
    if (question === null) this.#models.set(key, model);
    return model;
  }

  #model(tensors: readonly Tensor[], dims: readonly Dim[], more: readonly Equation[]): Model {
    const { arena, assumptions } = this.#context;
    const sized: Tensor = { ...BLANK, key: "sizes", axes: dims.map((d) => arena.upTo(d)) };
    const all = dims.length === 0 ? tensors : [...tensors, sized];
    return {
      arena,
      title: "",
      symbols: all.map(symbolOf),
      equations: more.length === 0 ? this.#equations : [...this.#equations, ...more],
      loss: null,
      wrt: [],
      assumptions,
      letters: new Map(),
      diagnostics: [],
      layout: "denominator",
      reluAtZero: 0,
    };
  }

  /** Whether a point lies too near to a kink of the question itself. */
  nearKink(question: Question, env: Environment): boolean {
    const watches = this.watches(question);
    if (watches.length === 0) return false;
    const ties = watches.filter((w) => w.kind === "tie");
    if (ties.length > 0 && distance(ties, env) < NEAR_KINK) return true;
    const evaluator = this.evaluator(env);
    // Exactly zero is what a mask leaves, on a whole region: no kink is near there.
    return watches.some(
      (w) => w.kind === "switch" && evaluator.value(w.node).data.some((x) => x !== 0 && Math.abs(x) < NEAR_KINK),
    );
  }

  watches(question: Question): readonly Watch[] {
    let watches = this.#watches.get(question);
    if (watches === undefined) {
      const { left, right } = question;
      watches = watchesOf(this.#context.arena, [left, right], (t) => isDiscrete(t, this.#assumed.get(t)));
      this.#watches.set(question, watches);
    }
    return watches;
  }

  /** The evaluator of a point: what one claim has had evaluated, the next one finds. */
  evaluator(env: Environment): Evaluator {
    let evaluator = this.#evaluators.get(env);
    if (evaluator === undefined) {
      evaluator = new Evaluator(env);
      this.#evaluators.set(env, evaluator);
    }
    return evaluator;
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

  #moved(env: Environment, name: string, move: Move, seed: number, scaling: boolean): Environment | null {
    let near = this.#near.get(env);
    if (near === undefined) {
      near = new Map();
      this.#near.set(env, near);
    }
    let moved = near.get(name);
    if (moved === undefined) {
      moved = this.#move(env, move, seed, scaling);
      near.set(name, moved);
    }
    return moved;
  }

  /**
   * Moves every input by `move`, as far as the assumptions let it, and computes the rest anew. `null` if nothing can
   * move. Entries of a symmetric or invertible tensor move alike; with `scaling`, so do those of tensors that keep
   * what is assumed of them when they are scaled a little.
   */
  #move(env: Environment, move: Move, seed: number, scaling: boolean): Environment | null {
    const held = this.#held(scaling);
    const random = new Random(seed);
    const copy = env.copy();
    let count = 0;
    for (const [tensor, { data }] of copy.tensors) {
      const alike = held.get(tensor);
      if (alike === false || tensor.integer || this.#context.definitions.has(tensor)) continue;
      for (let k = 0; k < data.length; k++)
        data[k] = move(data[k] ?? 0, alike === undefined ? random : new Random(seed));
      count += data.length;
    }
    if (count === 0) return null;
    try {
      forward({ equations: this.#equations }, copy);
    } catch {
      return null;
    }
    return copy;
  }
}

type Move = (x: number, random: Random) => number;

/** The tensors whose entries an assumption does not let move one by one. */
function heldBy(a: Assumption): readonly Tensor[] {
  if (a.kind === "equal") return [...tensorsOf(a.left), ...tensorsOf(a.right)];
  return a.kind === "positive" || a.kind === "nonzero" || a.kind === "nonnegative" ? [] : [a.tensor];
}

/** Whether a tensor keeps what is assumed when equal entries move alike. */
function movesAlike({ kind }: Assumption, scaling: boolean): boolean {
  if (kind === "symmetric" || kind === "invertible" || kind === "full-rank") return true;
  return scaling && (kind === "positive-definite" || kind === "interval");
}

/** In some rounds, larger sizes than usual: a factor `(D - 2)(D - 3)` vanishes at the small ones. */
function largerSizes(env: Environment, round: number): ReadonlyMap<string, number> | null {
  if (round % 4 !== 3 || env.sizes.size > 4) return null;
  const names = [...env.sizes.keys()].filter((name) => !name.includes("@"));
  return new Map(names.map((name, k) => [name, 6 + ((k + round) % 4)]));
}

const BLANK: Tensor = { key: "", latex: "", name: "", parameters: [], axes: [], integer: false, derivative: null };
const symbolOf = (tensor: Tensor): ModelSymbol => ({
  tensor,
  role: "input",
  inferred: true,
  shape: [],
  family: null,
  span: null,
});

const dimNames = (dim: Dim): string[] => dim.terms.flatMap((t) => t.powers.map(([atom]) => atom.latex));

function dimsOf(roots: readonly Node[], free: readonly Index[]): readonly Dim[] {
  const found = new Map<string, Dim>();
  const note = (d: Dim): void => {
    if (d.terms.some((t) => t.powers.length > 0 && t.powers.every(([atom]) => atom.at === null))) found.set(d.key, d);
  };
  for (const i of free) note(i.range.high);
  for (const node of nodesBelow(roots)) {
    if (node.kind === "dimension") note(node.dim);
    for (const i of boundBy(node)) note(i.range.high);
  }
  return [...found.values()];
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
