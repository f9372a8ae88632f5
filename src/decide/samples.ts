import { flatMap } from "../core/flat-map.js";
import { assumedOf, isDiscrete } from "../evaluate/assume.js";
import { samplePoint } from "../evaluate/sample.js";
import { smallSize } from "../evaluate/sizes.js";
import { Environment } from "../evaluate/values.js";
import { boundBy, nodesBelow } from "../evaluate/walk.js";
import { mostWork } from "../evaluate/work.js";
import { type Arena, tensorsOf } from "../expression/arena.js";
import type { Dim, Index, Node, Position, Tensor } from "../expression/node.js";
import type { Assumption, Equation, Model, ModelSymbol } from "../model/model.js";

/** What a problem itself says, before anybody claims anything about it. */
export interface Premises {
  readonly equations: readonly Equation[];
  readonly tensors: readonly Tensor[];
}

export interface SampleContext {
  readonly arena: Arena;
  readonly assumptions: readonly Assumption[];
  readonly definitions: ReadonlyMap<Tensor, readonly Equation[]>;
  /** Without them, all definitions are premises. */
  readonly premises?: Premises;
  readonly seed: number;
}

/** What a question speaks of and the premises do not. */
export interface Added {
  readonly tensors: readonly Tensor[];
  readonly dims: readonly Dim[];
  readonly key: string;
  /** All expressions that are computed for it. */
  readonly roots: readonly Node[];
}

type Sizes = ReadonlyMap<string, number>;

/** So many entries may be computed for one expression at the sizes of a point; where they are more, others are taken. */
const MOST_FROM_SIZES = 2 ** 19;
/** Sizes run from 2 to 9 and again: these are small, of more some are large. */
const FEW_SIZES = 4;

const known = new WeakMap<object, Samples>();

/** The samples of a problem's premises, the same ones for all questions about it. */
export function samplesOf(context: SampleContext): Samples {
  const key = context.premises ?? context.definitions;
  let samples = known.get(key);
  if (samples === undefined || !samples.serve(context)) {
    samples = new Samples(context);
    known.set(key, samples);
  }
  return samples;
}

/** Points at which the premises hold, with their forward passes. */
export class Samples {
  readonly equations: readonly Equation[];
  readonly #context: Pick<SampleContext, "arena" | "assumptions" | "seed">;
  readonly #tensors: ReadonlySet<Tensor>;
  readonly #dims: ReadonlySet<string>;
  readonly #assumed: ReturnType<typeof assumedOf>;
  readonly #models = new Map<string, Model>();
  readonly #points = new Map<string, Environment | null>();
  readonly #rounds = new WeakMap<Added, Map<number, Environment | null>>();
  readonly #sizes = new Map<string, Sizes>();
  readonly #newIn = new Map<Node, readonly Dim[]>();

  constructor(context: SampleContext) {
    const { arena, assumptions, seed } = context;
    this.#context = { arena, assumptions, seed };
    const { equations, tensors } = premisesOf(context);
    this.equations = equations;
    const all = new Set(tensors);
    for (const e of equations) for (const t of [e.tensor, ...tensorsOf(e.body)]) all.add(t);
    for (const a of assumptions)
      for (const t of a.kind === "equal" ? [...tensorsOf(a.left), ...tensorsOf(a.right)] : [a.tensor]) all.add(t);
    this.#tensors = all;
    this.#dims = new Set(flatMap([...all], (t) => flatMap(t.axes, (r) => [...dimNames(r.low), ...dimNames(r.high)])));
    const model = this.#model([...all], [], equations);
    this.#models.set("", model);
    this.#assumed = assumedOf(model);
  }

  serve({ arena, assumptions, seed }: SampleContext): boolean {
    const own = this.#context;
    return own.arena === arena && own.assumptions === assumptions && own.seed === seed;
  }

  /** Has every point a value for this? */
  holds(tensor: Tensor): boolean {
    return this.#tensors.has(tensor);
  }

  isDiscrete(tensor: Tensor): boolean {
    return isDiscrete(tensor, this.#assumed.get(tensor));
  }

  /** `tensors` are those that a question needs, `roots` all expressions in it. */
  added(tensors: readonly Tensor[], roots: readonly Node[], free: readonly Index[]): Added {
    const own = tensors.filter((t) => t.derivative === null && !this.#tensors.has(t));
    const bound = free.map((i) => i.range.high).filter((d) => isNamed(d) && this.#isNew(d));
    const dims = [...new Set([...bound, ...flatMap(roots, (n) => this.#newDims(n))])];
    return { tensors: own, dims, key: [...own.map((t) => t.key), ...dims.map((d) => d.key)].join(" "), roots };
  }

  #isNew(dim: Dim): boolean {
    return dimNames(dim).some((n) => !this.#dims.has(n));
  }

  /** The dimensions in an expression that the premises do not speak of: definitions stand below many questions. */
  #newDims(root: Node): readonly Dim[] {
    let dims = this.#newIn.get(root);
    if (dims === undefined) {
      dims = dimsBelow(this.#context.arena, root).filter((d) => this.#isNew(d));
      this.#newIn.set(root, dims);
    }
    return dims;
  }

  /** An admissible point, or `null`. */
  at(round: number, added: Added): Environment | null {
    let known = this.#rounds.get(added);
    if (known === undefined) {
      known = new Map();
      this.#rounds.set(added, known);
    }
    let env = known.get(round);
    if (env === undefined) {
      env = this.#at(round, added);
      known.set(round, env);
    }
    return env;
  }

  #at(round: number, added: Added): Environment | null {
    const key = `${round}|${added.key}`;
    const model = this.#extended(added, []);
    const plain = this.#once(key, () => this.#plain(round, model));
    const sizes = plain === null ? null : this.#otherSizes(plain, round, added);
    if (sizes === null) return plain;
    return this.#once(`${key}|${[...sizes.values()]}`, () => this.#sized(sizes, round, model) ?? plain);
  }

  #once(key: string, make: () => Environment | null): Environment | null {
    let env = this.#points.get(key);
    if (env === undefined) {
      env = make();
      this.#points.set(key, env);
    }
    return env;
  }

  /** A point at which more equations hold and are finite. */
  make(round: number, added: Added, more: readonly Equation[]): Environment | null {
    const model = this.#extended(added, more);
    const plain = this.#plain(round, model);
    const sizes = plain === null ? null : this.#otherSizes(plain, round, added);
    return sizes === null ? plain : (this.#sized(sizes, round, model) ?? plain);
  }

  #plain(round: number, model: Model): Environment | null {
    return samplePoint(model, { seed: this.#context.seed, round, positive: round % 4 === 1 }).env;
  }

  #sized(sizes: Sizes, round: number, model: Model): Environment | null {
    return samplePoint(model, { seed: this.#context.seed, round, sizes }).env;
  }

  /** Sizes that suit a question better than those of a point: larger in some rounds, smaller where too much would follow. */
  #otherSizes(plain: Environment, round: number, added: Added): Sizes | null {
    const model = this.#extended(added, []);
    const roots = [...this.equations.map((e) => e.body), ...added.roots];
    const fits = (sizes: Sizes): boolean => mostWork(roots, new Environment(sizes)) <= MOST_FROM_SIZES;
    const larger = largerSizes(plain, round, model);
    if (larger === null)
      return plain.sizes.size <= FEW_SIZES || fits(plain.sizes) ? null : smallSizes(plain, round, model);
    const sizes = this.#same(larger);
    if (fits(sizes)) return sizes;
    // One of them at least, not always the same.
    const names = [...sizes.keys()];
    const turned = names.map((_, k) => names[(k + (round >> 2)) % names.length] ?? "");
    const withOne = (one: string): Sizes =>
      new Map([...sizes].map(([name, size]) => [name, name === one ? size : (plain.sizes.get(name) ?? size)]));
    return turned.map(withOne).find(fits) ?? null;
  }

  /** The same object for equal sizes: what they make of an expression is counted once, whoever asks. */
  #same(sizes: Sizes): Sizes {
    const key = [...sizes].join();
    const known = this.#sizes.get(key) ?? sizes;
    this.#sizes.set(key, known);
    return known;
  }

  #extended({ tensors, dims, key }: Added, more: readonly Equation[]): Model {
    const found = more.length === 0 ? this.#models.get(key) : undefined;
    if (found !== undefined) return found;
    const equations = more.length === 0 ? this.equations : [...this.equations, ...more];
    const model = this.#model([...this.#tensors, ...tensors], dims, equations);
    if (more.length === 0) this.#models.set(key, model);
    return model;
  }

  #model(tensors: readonly Tensor[], dims: readonly Dim[], equations: readonly Equation[]): Model {
    const { arena, assumptions } = this.#context;
    const sized: Tensor = { ...BLANK, key: "sizes", axes: dims.map((d) => arena.upTo(d)) };
    const all = dims.length === 0 ? tensors : [...tensors, sized];
    return {
      arena,
      title: "",
      symbols: all.map(symbolOf),
      equations,
      loss: null,
      wrt: [],
      assumptions,
      letters: new Map(),
      diagnostics: [],
      layout: "denominator",
      reluAtZero: 0,
    };
  }
}

function premisesOf({ premises, definitions }: SampleContext): Premises {
  const plain = premises?.equations.every((e) => [e.tensor, ...tensorsOf(e.body)].every((t) => t.derivative === null));
  if (premises !== undefined && plain === true) return premises;
  const equations = [...definitions.values()].flat();
  return { equations, tensors: [...definitions.keys(), ...(premises?.tensors ?? [])] };
}

/**
 * In some rounds, larger sizes than usual: a factor `(D - 2)(D - 3)` vanishes at the small ones. What is taken away from another
 * size, the K of `N - K + 1`, stays small: where a filter is as long as its signal, little is left to compare.
 */
function largerSizes(env: Environment, round: number, model: Model): Sizes | null {
  if (round % 4 !== 3 || env.sizes.size > FEW_SIZES) return null;
  const small = subtractedIn(model);
  const names = namesOf(env);
  return new Map(names.map((name, k) => [name, small.has(name) ? 2 + (k % 2) : 6 + ((k + round) % 4)] as const));
}

/** Small sizes; where some are taken away from others, these are larger than they. */
function smallSizes(env: Environment, round: number, model: Model): Sizes {
  const taken = subtractedIn(model);
  const names = namesOf(env);
  const more = (name: string): number => (taken.size === 0 || taken.has(name) ? 0 : 3);
  return new Map(names.map((name, k) => [name, smallSize(k, names.length, round) + more(name)] as const));
}

const namesOf = ({ sizes }: Environment): readonly string[] => [...sizes.keys()].filter((name) => !name.includes("@"));

const subtractedIn = ({ symbols }: Model): ReadonlySet<string> =>
  new Set(flatMap(symbols, ({ tensor }) => flatMap(tensor.axes, ({ high }) => subtracted(high))));

const subtracted = ({ terms }: Dim): string[] =>
  flatMap(
    terms.filter((t) => t.coefficient < 0),
    (t) => t.powers.map(([atom]) => atom.latex),
  );

export const BLANK: Tensor = {
  key: "",
  latex: "",
  name: "",
  parameters: [],
  axes: [],
  integer: false,
  derivative: null,
};
const symbolOf = (tensor: Tensor): ModelSymbol => ({
  tensor,
  role: "input",
  inferred: true,
  shape: [],
  family: null,
  span: null,
});

const dimNames = (dim: Dim): string[] => flatMap(dim.terms, (t) => t.powers.map(([atom]) => atom.latex));

/** The dimensions that an expression itself speaks of. */
function dimsBelow(arena: Arena, root: Node): readonly Dim[] {
  const found = new Set<Dim>();
  for (const node of nodesBelow([root])) {
    if (node.kind === "dimension") found.add(node.dim);
    for (const i of boundBy(node)) found.add(i.range.high);
    // The i of `w_{i+1}` may be a size that nothing else speaks of.
    for (const p of positionsOf(node)) for (const name of plainNames(p.offset)) found.add(arena.namedDim(name));
  }
  return [...found].filter(isNamed);
}

const plainNames = (d: Dim): string[] =>
  flatMap(d.terms, (t) => t.powers.filter(([atom]) => atom.at === null).map(([atom]) => atom.latex));

function positionsOf(node: Node): readonly Position[] {
  if (node.kind === "entry") return node.at;
  return node.kind === "iverson" || node.kind === "position" ? [node.position] : [];
}

const isNamed = (d: Dim): boolean =>
  d.terms.some((t) => t.powers.length > 0 && t.powers.every(([atom]) => atom.at === null));
