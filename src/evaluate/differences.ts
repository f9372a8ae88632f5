import { hash, Random } from "../core/random.js";
import { unlessRefused } from "../core/unless-refused.js";
import { type Arena, freeOfRange } from "../expression/arena.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import { Evaluator } from "./evaluate.js";
import { forward } from "./forward.js";
import { magnitude } from "./magnitude.js";
import { type Direction, Neighbourhood } from "./perturb.js";
import { type Definition, planOf } from "./plan.js";
import { type Sample, type Still, samplePoint } from "./sample.js";
import type { Environment } from "./values.js";

/** A derivative to be checked: `adjoint[indices] = local`, which may use adjoints that stand before it. */
export interface CheckedGradient {
  readonly wrt: Tensor;
  /** Its axes are those of the target (none for a scalar), then those of `wrt`. */
  readonly adjoint: Tensor;
  readonly indices: readonly Index[];
  readonly local: Node;
  /** Other forms of the same, which must have the same values. */
  readonly fused?: Node | null;
  readonly shown?: Node;
}

export interface CheckOptions {
  readonly seed: number;
  /** How many points, of different sizes. */
  readonly points: number;
}

export interface GradientCheck {
  /** Points at which the gradient was compared. */
  readonly points: number;
  readonly maxRelativeError: number;
  /** It agreed at every point, and there was one. */
  readonly ok: boolean;
  /** Why a point is missing, or what failed; else empty. */
  readonly reason: string;
}

/** Agreement is usually to nine digits; a wrong gradient differs in the first few. */
const TOLERANCE = 1e-6;
const STEP = 2 ** -6;
/** Short enough for the terms of the fifth order to drown in rounding, long for the rounding to be small. */
const VANISHING_STEP = 2 ** -8;

/**
 * Compares gradients with finite differences of the forward pass alone: nothing of how they were derived is used. At each point
 * all symbols are moved at once, each in its own random direction, `dL/dε = Σ_v ⟨∂L/∂v, d_v⟩`, so that the cost is linear in the
 * number of equations; where that fails, halves are tried until the culprits stand alone. Small models are checked
 * symbol by symbol as well, and the smallest entry by entry.
 */
export function checkGradients(
  model: Model,
  gradients: readonly CheckedGradient[],
  options: CheckOptions,
): readonly GradientCheck[] {
  const tallies = new Map(gradients.map((g) => [g, new Tally()]));
  const definitions = gradients.map((g) => definitionOf(model, g));
  let found = 0;
  let reason = "";
  for (let round = 0; round < 2 * options.points && found < options.points; round++) {
    const sample = samplePoint(model, { seed: options.seed, round });
    if (sample.env === null) {
      reason = sample.reason;
      if (found === 0 && round >= options.points - 1) break;
      continue;
    }
    checkAt(
      model,
      gradients,
      definitions,
      tallies,
      sample,
      new Random(hash(`differences/${options.seed}/${round}`)),
      found,
    );
    found += 1;
  }
  return gradients.map((g) => tallies.get(g)?.result(reason) ?? new Tally().result(reason));
}

const definitionOf = (model: Model, g: CheckedGradient): Definition => ({
  tensor: g.adjoint,
  at: g.indices.map((i) => model.arena.at(i)),
  body: g.local,
});

/** What the points say about one gradient. */
class Tally {
  #points = 0;
  #worst = 0;
  #reason = "";

  /** An error at one point; `NaN` counts as wrong. */
  add(error: number): void {
    const size = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
    this.#worst = Math.max(this.#worst, size);
  }

  count(): void {
    this.#points += 1;
  }

  fail(reason: string): void {
    this.#points += 1;
    this.#worst = Number.POSITIVE_INFINITY;
    this.#reason = reason;
  }

  result(missing: string): GradientCheck {
    const ok = this.#points > 0 && this.#worst <= TOLERANCE;
    return { points: this.#points, maxRelativeError: this.#worst, ok, reason: this.#reason || (ok ? "" : missing) };
  }
}

type Point = Pick<Extract<Sample, { reason: null }>, "env" | "still">;
type Tallies = ReadonlyMap<CheckedGradient, Tally>;

function checkAt(
  model: Model,
  gradients: readonly CheckedGradient[],
  definitions: readonly Definition[],
  tallies: Tallies,
  { env, still }: Point,
  random: Random,
  nth: number,
): void {
  const scale = model.loss === null ? 1 : env.array(model.loss).data.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  const failed = computeAdjoints(definitions, env);
  const subjects: Subject[] = [];
  for (const g of gradients) {
    const tally = tallies.get(g);
    if (tally === undefined) continue;
    const of = g.adjoint.derivative?.of ?? model.loss;
    if (of === null) {
      tally.fail("there is no quantity that it is the derivative of");
      continue;
    }
    const why = failed.get(g.adjoint) ?? faultOf(g, env);
    if (why !== null) {
      tally.fail(why);
      continue;
    }
    tally.add(formsDiffer(model.arena, g, env, scale));
    if (!g.wrt.integer) subjects.push({ gradient: g, tally, of });
  }
  for (const of of new Set(subjects.map((s) => s.of))) {
    const own = subjects.filter((s) => s.of === of);
    new Comparison(model, of, { env, still }, random).run(own, nth);
  }
}

const faultOf = (g: CheckedGradient, env: Environment): string | null =>
  env.array(g.adjoint).data.every(Number.isFinite) ? null : "it is not finite where the forward pass is smooth";

/** Computes adjoints into `env`; gives those that cannot be, and why. */
function computeAdjoints(definitions: readonly Definition[], env: Environment): ReadonlyMap<Tensor, string> {
  const failed = new Map<Tensor, string>();
  for (const { equations } of planOf(definitions)) {
    try {
      forward({ equations }, env);
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^internal: /, "") : "it cannot be evaluated";
      for (const { tensor } of equations) failed.set(tensor, why);
    }
  }
  return failed;
}

/**
 * How far the other forms of a gradient are from the one that is compared with differences, relative to its entries and to
 * rounding: that of the loss, and, where terms cancel, that of the terms.
 */
function formsDiffer(arena: Arena, g: CheckedGradient, env: Environment, loss: number): number {
  const others = [g.fused, g.shown].filter((n): n is Node => n != null && n !== g.local);
  if (others.length === 0) return 0;
  const free = [...g.indices].sort((a, b) => freeOfRange(a.range).length - freeOfRange(b.range).length);
  const evaluator = new Evaluator(env);
  const found = unlessRefused(() => {
    const local = evaluator.evaluate(g.local, free).data;
    const scale = norm(local) / Math.sqrt(Math.max(1, local.length)) + 1e-9 * loss + 1e-12;
    let worst = 0;
    for (const other of others) {
      const { data } = evaluator.evaluate(other, free);
      if (!data.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
      let apart = farthest(data, local);
      if (apart > TOLERANCE * scale) {
        const sizes = [g.local, other].flatMap((n) => [...evaluator.evaluate(magnitude(arena, n), free).data]);
        // What rounding leaves of terms that cancel is below this, and hardly anything else is.
        if (apart < 2 ** -44 * Math.max(...sizes)) apart = 0;
      }
      worst = Math.max(worst, apart / scale);
    }
    return worst;
  });
  return found ?? Number.POSITIVE_INFINITY;
}

const farthest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, x, c) => Math.max(most, Math.abs(x - (b[c] ?? 0))), 0);

interface Subject {
  readonly gradient: CheckedGradient;
  readonly tally: Tally;
  readonly of: Tensor;
}

/** What of a difference the error of the slope does not explain. */
const beyond = (difference: number, error: number): number =>
  Number.isFinite(error) ? Math.max(0, Math.abs(difference) - error) : Math.abs(difference);

const norm = (data: Float64Array): number => Math.sqrt(data.reduce((s, x) => s + x * x, 0));

/** One target at one point: differences of a random combination of its entries (of itself, for a scalar). */
class Comparison {
  readonly #near: Neighbourhood;
  readonly #env: Environment;
  readonly #still: Still | null;
  readonly #random: Random;
  readonly #of: Tensor;
  readonly #weights: Float64Array;
  readonly #equations: number;
  readonly #value: number;
  readonly #scale: number;
  /** Halvings left before the rest of a failing set is given up as a whole. */
  #splits = 64;

  constructor(model: Model, of: Tensor, { env, still }: Point, random: Random) {
    this.#near = new Neighbourhood(model, env);
    this.#env = env;
    this.#still = still;
    this.#random = random;
    this.#of = of;
    const { length, inside } = env.layout(of);
    this.#weights = new Float64Array(length).map((_, c) =>
      inside?.[c] === 0 ? 0 : length === 1 ? 1 : random.uniform(0.3, 1.3),
    );
    this.#equations = model.equations.length;
    this.#value = this.#read(env);
    this.#scale = Math.abs(this.#value);
  }

  #read(env: Environment): number {
    const { data } = env.array(this.#of);
    let sum = 0;
    this.#weights.forEach((w, c) => {
      if (w !== 0) sum += w * (data[c] ?? Number.NaN);
    });
    return sum;
  }

  run(subjects: readonly Subject[], nth: number): void {
    const adjoints = new Map(subjects.map((s) => [s, this.#pulled(s)]));
    const entries = subjects.reduce((n, s) => n + (adjoints.get(s)?.length ?? 0), 0);
    for (const s of subjects) s.tally.count();
    this.#together(subjects, adjoints);
    if (nth < 2 && subjects.length * this.#equations <= 600)
      for (const s of subjects) this.#record([s], this.#error([s], adjoints));
    if (nth === 0 && entries * this.#equations <= 600) for (const s of subjects) this.#entryByEntry(s, adjoints);
  }

  /** The adjoint contracted with the weights of the target: one number for each entry of the variable. */
  #pulled({ gradient }: Subject): Float64Array {
    const { data } = this.#env.array(gradient.adjoint);
    const { length } = this.#env.layout(gradient.wrt);
    const pulled = new Float64Array(length);
    this.#weights.forEach((w, o) => {
      for (let c = 0; c < length; c++) pulled[c] = (pulled[c] ?? 0) + w * (data[o * length + c] ?? Number.NaN);
    });
    return pulled;
  }

  /** Halves a set that fails until each failing symbol stands alone. */
  #together(subjects: readonly Subject[], adjoints: ReadonlyMap<Subject, Float64Array>): void {
    const open = [subjects];
    for (let set = open.pop(); set !== undefined; set = open.pop()) {
      if (set.length === 0) continue;
      const error = this.#error(set, adjoints);
      if (error <= TOLERANCE || set.length === 1 || this.#splits <= 0) {
        this.#record(set, error);
        continue;
      }
      this.#splits -= 1;
      const half = set.length >> 1;
      open.push(set.slice(half), set.slice(0, half));
    }
  }

  #record(set: readonly Subject[], error: number): void {
    for (const { tally } of set) tally.add(error);
  }

  /** The relative error of a set, moved together; a second, shorter and different move before it is believed. */
  #error(set: readonly Subject[], adjoints: ReadonlyMap<Subject, Float64Array>): number {
    const first = this.#compare(this.#directions(set, adjoints), set, adjoints, STEP);
    if (first <= TOLERANCE) return first;
    const second = this.#compare(this.#directions(set, adjoints), set, adjoints, STEP / 64);
    return second > TOLERANCE && this.#vanishes(this.#directions(set, adjoints), set, adjoints) ? 0 : second;
  }

  /**
   * Whether a set's gradient is zero as far as numbers of this size can tell, and so are differences. Relative to nothing, every
   * rounding error is infinite; what it is relative to is the rounding of the target, which is measured.
   */
  #vanishes(direction: Direction, set: readonly Subject[], adjoints: ReadonlyMap<Subject, Float64Array>): boolean {
    const { wanted, size } = this.#wanted(direction, set, adjoints);
    const read = (env: Environment): number => this.#read(env);
    const nearby = [1, 2, 3, 4].map((k) => this.#near.at(direction, k * 2 ** -46, read));
    const rounding = nearby.reduce((m, y) => Math.max(m, Math.abs(y - this.#value)), 2 ** -52 * Math.abs(this.#value));
    const allowed = (4 * rounding) / VANISHING_STEP;
    if (!(size <= allowed) || !(Math.abs(wanted) <= allowed)) return false;
    const ends = [VANISHING_STEP, -VANISHING_STEP, VANISHING_STEP / 2, -VANISHING_STEP / 2];
    const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = Number.NaN] = ends.map((h) =>
      this.#near.at(direction, h, read),
    );
    // Two central differences, extrapolated: the terms of the third order cancel.
    return Math.abs((8 * (c - d) - (a - b)) / (6 * VANISHING_STEP)) <= allowed;
  }

  /** Random, and longer where the gradient is small, so that every symbol has a say in the sum. */
  #directions(set: readonly Subject[], adjoints: ReadonlyMap<Subject, Float64Array>): Direction {
    const norms = set.map((s) => norm(adjoints.get(s) ?? new Float64Array()));
    const logs = norms.filter((n) => n > 0).map(Math.log);
    const middle = logs.length === 0 ? 1 : Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length);
    return new Map(
      set.map(({ gradient: { wrt } }, k) => {
        const { length, inside } = this.#env.layout(wrt);
        const still = this.#still?.get(wrt);
        const longer = Math.min(5, Math.max(0.05, middle / Math.max(norms[k] ?? 0, 1e-300)));
        const move = new Float64Array(length).map((_, c) => {
          const size = longer * this.#random.uniform(0.4, 1);
          return inside?.[c] === 0 || still?.[c] === 1 ? 0 : this.#random.uniform(0, 1) < 0.5 ? -size : size;
        });
        return [wrt, move] as const;
      }),
    );
  }

  #compare(
    direction: Direction,
    set: readonly Subject[],
    adjoints: ReadonlyMap<Subject, Float64Array>,
    step: number,
  ): number {
    const { wanted, size } = this.#wanted(direction, set, adjoints);
    const floor = 1e-7 * Math.max(this.#scale, 1e-3);
    const expected = Math.max(size, floor);
    const { value, error } = this.#near.slope(direction, (env) => this.#read(env), step, expected * 1e-10);
    const scale = Math.max(expected, Math.abs(value));
    // Differences that do not settle say nothing, and nothing is not agreement.
    return error > TOLERANCE * scale ? Number.POSITIVE_INFINITY : beyond(value - wanted, error) / scale;
  }

  /** What the gradients say of a move, and the size of the terms of that. */
  #wanted(
    direction: Direction,
    set: readonly Subject[],
    adjoints: ReadonlyMap<Subject, Float64Array>,
  ): { readonly wanted: number; readonly size: number } {
    let wanted = 0;
    let squares = 0;
    for (const s of set) {
      const d = direction.get(s.gradient.wrt);
      adjoints.get(s)?.forEach((g, c) => {
        const part = g * (d?.[c] ?? 0);
        wanted += part;
        squares += part * part;
      });
    }
    return { wanted, size: Math.sqrt(squares) };
  }

  #entryByEntry(s: Subject, adjoints: ReadonlyMap<Subject, Float64Array>): void {
    const adjoint = adjoints.get(s) ?? new Float64Array();
    const { wrt } = s.gradient;
    const { inside } = this.#env.layout(wrt);
    const largest = adjoint.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
    // Of smaller entries the rounding of the target, over steps of 2^-8 and shorter, leaves fewer than six digits.
    const floor = Math.max(1e-4 * largest, 1e-5 * Math.max(this.#scale, 1e-3));
    for (let c = 0; c < adjoint.length; c++) {
      if (inside?.[c] === 0 || this.#still?.get(wrt)?.[c] === 1) continue;
      const direction = new Map([[wrt, adjoint.map((_, k) => Number(k === c))]]);
      const wanted = adjoint[c] ?? Number.NaN;
      const scale = Math.max(floor, Math.abs(wanted));
      const { value, error } = this.#near.slope(direction, (env) => this.#read(env), STEP / 4, 1e-9 * scale);
      // An entry that differences cannot settle has been moved with the others already.
      if (error > TOLERANCE * scale && Number.isFinite(wanted)) continue;
      const apart = beyond(value - wanted, error) / Math.max(scale, Math.abs(value));
      s.tally.add(apart > TOLERANCE && this.#vanishes(direction, [s], adjoints) ? 0 : apart);
    }
  }
}
