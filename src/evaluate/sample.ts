import { hash, Random } from "../core/random.js";
import { operands, tensorsOf } from "../expression/arena.js";
import type { Node, Range, Tensor } from "../expression/node.js";
import { positionRanges } from "../expression/position-ranges.js";
import type { Model } from "../model/model.js";
import { assumedOf, fill, isDiscrete, type Mode, residuals, satisfy } from "./assume.js";
import { forward } from "./forward.js";
import { distance, distanceApart, edgesOf, isPartial, type Watch, watchesOf } from "./kinks.js";
import { blankEnvironment, smallSize } from "./sizes.js";
import type { Environment } from "./values.js";
import { nodesBelow } from "./walk.js";
import { mostWork } from "./work.js";

export interface SampleOptions {
  readonly seed: number;
  /** The number of the point: sizes, depths and values differ from round to round. */
  readonly round: number;
  /** Sizes that are fixed, by `DimAtom.latex`. */
  readonly sizes?: ReadonlyMap<string, number>;
  /** All inputs positive, as far as their assumptions let them: then what a rectifier lets through is seen. */
  readonly positive?: boolean;
}

/**
 * A point with its forward pass, or why there is none. `still` has the entries of computed symbols that stay as they are
 * when inputs move, where such entries lie on a kink: moved by themselves they would cross it.
 */
export type Sample =
  | { readonly env: Environment; readonly still: Still | null; readonly reason: null }
  | { readonly env: null; readonly reason: string };
export type Still = ReadonlyMap<Tensor, Uint8Array>;

/** How the numbers of one attempt are drawn: all inputs alike, or only those in the domain of a partial function. */
interface Plan {
  readonly mode: Mode;
  readonly everywhere: boolean;
  readonly scale: number;
  /** Numbers that are no entries of an array are this much larger. */
  readonly numbers?: number;
}

/**
 * A margin is met by few points, and a threshold passed by few: where many were not enough, numbers are larger in every other
 * positive one, and much larger in some of any sign, and entries of arrays, `\min(\max(x_i + 3, 0), 6)`, in others.
 */
const MANY_ROUNDS = 12;
const FAR_NUMBERS = 4;
const BEYOND_THRESHOLDS = 12;
const FAR_ENTRIES = 5;

const PLAIN: Plan = { mode: "signed", everywhere: true, scale: 1 };
const PLANS: readonly Plan[] = [
  { mode: "signed", everywhere: true, scale: 1 },
  { mode: "signed", everywhere: true, scale: 1 },
  { mode: "positive", everywhere: false, scale: 1 },
  { mode: "unit", everywhere: false, scale: 1 },
  { mode: "signed", everywhere: true, scale: 0.5 },
  { mode: "positive", everywhere: true, scale: 1 },
  { mode: "unit", everywhere: true, scale: 1 },
  { mode: "positive", everywhere: false, scale: 0.4 },
];
/** The place in `PLANS` of the one that makes every input positive. */
const ALL_POSITIVE = 5;
const ATTEMPTS = 64;
/** What stands in an exponential is moderate at first: else one entry outweighs all others, and differences say nothing. */
const CALM_ATTEMPTS = PLANS.length;
const CALM = 8;
/** Many small probabilities cannot be kept away from zero: after so many attempts they are taken as they come. */
const EDGE_ATTEMPTS = 24;
const EDGE_MARGIN = 2e-3;
/** Entries that do not exist at some sizes seldom do at others: other values do not bring them. */
const MISSING_ATTEMPTS = 8;
const NEAR_KINK = "every point that was tried lies too near to a kink";

/**
 * A point where the model is defined and smooth: sizes all different, every assumption met, no value near a kink, none
 * huge. Deterministic. The forward pass is computed.
 */
export function samplePoint(model: Model, options: SampleOptions): Sample {
  const facts = factsOf(model);
  let reason = "";
  let missing = 0;
  for (let attempt = 0; attempt < ATTEMPTS && missing < MISSING_ATTEMPTS; attempt++) {
    const drawn = draw(model, facts, options, attempt, missing);
    reason = drawn.reason;
    if (drawn.env === null) {
      missing += 1;
      continue;
    }
    const { env } = drawn;
    if (reason === "") return { env, still: null, reason: null };
    const still = reason === NEAR_KINK ? stillOf(model, facts, env, attempt) : null;
    if (still !== null) return { env, still, reason: null };
  }
  return { env: null, reason };
}

/** One attempt: a point with what is wrong with it, or why there is not even that. */
function draw(
  model: Model,
  facts: Facts,
  { seed, round: asked, sizes, positive = false }: SampleOptions,
  attempt: number,
  missing: number,
): { readonly env: Environment | null; readonly reason: string } {
  // A depth of one may leave a worksheet without the members it names; another depth then serves.
  const round = attempt < ATTEMPTS / 2 && missing < 2 ? asked : asked + attempt;
  const usual = PLANS[(attempt + (positive ? ALL_POSITIVE : 0)) % PLANS.length] ?? PLAIN;
  const numbers =
    asked < MANY_ROUNDS ? 1 : positive && asked % 8 === 5 ? FAR_NUMBERS : asked % 8 === 6 ? BEYOND_THRESHOLDS : 1;
  const isFar = asked >= MANY_ROUNDS && asked % 8 === 7;
  const plan = { ...usual, numbers, scale: usual.scale * (isFar ? FAR_ENTRIES : 1) };
  try {
    const env = blankOf(model, facts, seed, round, sizes);
    if (env === null) return { env: null, reason: "the arrays are too large to try, even at small sizes" };
    const random = new Random(hash(`${seed}/${asked}/${attempt}`));
    return { env, reason: tryPoint(model, facts, env, plan, random, attempt) };
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("internal:")) throw error;
    return { env: null, reason: error.message.slice("internal: ".length) };
  }
}

/** Arrays with so many axes are tried at small sizes, or at none, where they would have more entries than this. */
const MANY_AXES = 7;
const MOST_ENTRIES = 2 ** 20;

function blankOf(
  model: Model,
  facts: Facts,
  seed: number,
  round: number,
  sizes: SampleOptions["sizes"],
): Environment | null {
  const usual = blankEnvironment(model, seed, round, sizes);
  if (!facts.isWide) return usual;
  const bodies = model.equations.map((e) => e.body);
  const names = [...usual.sizes.keys()].filter((name) => !name.includes("@"));
  const sized = new Map(names.map((name, k) => [name, smallSize(k, names.length, round)]));
  const fits = (env: Environment): boolean => mostWork(bodies, env) <= MOST_ENTRIES;
  if (fits(usual)) return usual;
  const small = blankEnvironment(model, seed, round, sized);
  return fits(small) ? small : null;
}

interface Facts {
  /** Does some array or sum have many axes? */
  readonly isWide: boolean;
  /** Tensors that need values: they have no equation, or not for every entry. */
  readonly inputs: readonly Tensor[];
  readonly assumed: ReturnType<typeof assumedOf>;
  readonly watches: readonly Watch[];
  /** What must not be near zero, for functions that are not defined everywhere. */
  readonly edges: readonly Watch[];
  /** Inputs that a logarithm, a root, … is taken of. */
  readonly partial: ReadonlySet<Tensor>;
  /** Axes that integer inputs are used as positions on. */
  readonly ranges: ReadonlyMap<Tensor, Range>;
  readonly equalities: readonly { readonly left: Node; readonly right: Node }[];
  /** Equalities that speak of computed symbols. */
  readonly facts: readonly { readonly left: Node; readonly right: Node }[];
}

const known = new WeakMap<Model, Facts>();

function factsOf(model: Model): Facts {
  let facts = known.get(model);
  if (facts === undefined) {
    facts = makeFacts(model);
    known.set(model, facts);
  }
  return facts;
}

function makeFacts(model: Model): Facts {
  const computed = new Set(model.equations.map((e) => e.tensor));
  const bodies = model.equations.map((e) => e.body);
  const below = nodesBelow(bodies);
  const all = new Set<Tensor>();
  for (const { tensor, role } of model.symbols) if (tensor.derivative === null && role !== "dimension") all.add(tensor);
  for (const node of below) if (node.kind === "entry") all.add(node.tensor);
  for (const a of model.assumptions) {
    if (a.kind !== "equal") all.add(a.tensor);
    else for (const t of [...tensorsOf(a.left), ...tensorsOf(a.right)]) all.add(t);
  }
  // A family with a base case that no equation gives (an initial state) needs values too; equations overwrite theirs.
  const inputs = [...all].filter((t) => !computed.has(t) || t.axes.length > 0);
  const assumed = assumedOf(model);
  const equal = model.assumptions.flatMap((a) => (a.kind === "equal" ? [{ left: a.left, right: a.right }] : []));
  const isInput = (e: { readonly left: Node; readonly right: Node }): boolean =>
    [...tensorsOf(e.left), ...tensorsOf(e.right)].every((t) => !computed.has(t));
  return {
    isWide: [...all].some((t) => t.axes.length >= MANY_AXES) || below.some((n) => n.free.length >= MANY_AXES),
    inputs,
    assumed,
    watches: watchesOf(model.arena, bodies, (t) => isDiscrete(t, assumed.get(t))),
    edges: edgesOf(bodies, (t) => isDiscrete(t, assumed.get(t))),
    partial: partialInputs(below, computed),
    ranges: positionRanges(below),
    equalities: equal.filter(isInput),
    facts: equal.filter((e) => !isInput(e)),
  };
}

/** Inputs in the argument of a function that is not defined everywhere, or of a power that is not whole. */
function partialInputs(nodes: readonly Node[], computed: ReadonlySet<Tensor>): ReadonlySet<Tensor> {
  const found = new Set<Tensor>();
  const arguments_ = nodes.filter(isPartial).flatMap((n) => operands(n).slice(0, 1));
  for (const node of nodesBelow(arguments_))
    if (node.kind === "entry" && !computed.has(node.tensor)) found.add(node.tensor);
  return found;
}

/** An empty text if the point is admissible, else what is wrong with it. */
function tryPoint(model: Model, facts: Facts, env: Environment, plan: Plan, random: Random, attempt: number): string {
  fillInputs(facts, env, plan, random);
  if (facts.equalities.length > 0 && !satisfy(facts.equalities, env, facts.assumed))
    return "no values were found that satisfy the assumptions";
  forward(model, env);
  const size = largest(model, env);
  if (!Number.isFinite(size)) return "the forward pass is not finite at the points that were tried";
  if (size > sizeAllowed(model, attempt)) return "the forward pass grows too large at the points that were tried";
  if (residuals(facts.facts, env).some((r) => !(Math.abs(r) < 1e-9)))
    return "an assumption about a computed symbol does not hold";
  if (attempt < EDGE_ATTEMPTS && isSmall(model) && distance(facts.edges, env) < EDGE_MARGIN)
    return "every point that was tried lies too near to the end of a function's domain";
  return distance(facts.watches, env) < margin(model, attempt) ? NEAR_KINK : "";
}

function fillInputs(facts: Facts, env: Environment, plan: Plan, random: Random): void {
  for (const tensor of facts.inputs) {
    const inMode = plan.everywhere || facts.partial.has(tensor);
    const scale = plan.scale * (tensor.axes.length === 0 ? (plan.numbers ?? 1) : 1);
    const style = { mode: inMode ? plan.mode : "signed", scale, range: facts.ranges.get(tensor) } as const;
    env.set(tensor, fill(tensor, facts.assumed.get(tensor), env, random, style));
  }
}

/** Of many equations some value is always large, or near to something: less is asked of their points. */
const isSmall = (model: Model): boolean => model.equations.length < 200;

function sizeAllowed(model: Model, attempt: number): number {
  if (attempt < CALM_ATTEMPTS && isSmall(model)) return CALM;
  return attempt < ATTEMPTS / 2 ? 1e3 : 1e7;
}

/** How far inputs are moved to see what stays on its kink: little against the margin. */
const NUDGE = 2 ** -20;

/** The entries that stay as they are near a point all of whose kinks stay on theirs; `null` if some kink is near indeed. */
function stillOf(model: Model, facts: Facts, env: Environment, attempt: number): Still | null {
  const random = new Random(hash(`still/${env.seed}/${attempt}`));
  const moved = [0, 1].map(() => {
    const near = env.copy();
    for (const tensor of facts.inputs)
      if (!isDiscrete(tensor, facts.assumed.get(tensor)))
        near.set(
          tensor,
          near.array(tensor).data.map((x) => (x === 0 ? x : x + random.uniform(-NUDGE, NUDGE))),
        );
    forward(model, near);
    return near;
  });
  const { distance, stays } = distanceApart(facts.watches, env, moved);
  if (!stays || distance < margin(model, attempt)) return null;
  const computed = new Set(model.equations.map((e) => e.tensor));
  return new Map(
    [...computed].map((tensor) => {
      const there = moved.map((e) => e.array(tensor).data);
      return [tensor, Uint8Array.from(env.array(tensor).data, (x, c) => Number(there.every((d) => d[c] === x)))];
    }),
  );
}

/** Many switches are seldom all far from their kinks: later attempts ask for less. */
function margin(model: Model, attempt: number): number {
  if (attempt < 20 && isSmall(model)) return 1e-2;
  return attempt < 40 ? 1e-3 : 1e-4;
}

function largest(model: Model, env: Environment): number {
  let most = 0;
  for (const { tensor } of model.equations)
    for (const x of env.array(tensor).data) {
      if (Number.isNaN(x)) return x;
      most = Math.max(most, Math.abs(x));
    }
  return most;
}
