import { hash, Random } from "../core/random.js";
import type { Index, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import { rowsOf } from "./assume.js";
import { type BigEnvironment, evaluateBig } from "./big.js";
import { type Big, type BigNumbers, bigNumbers } from "./big-numbers.js";
import type { CheckedGradient, CheckOptions } from "./differences.js";
import { forward, freeOf, places } from "./forward.js";
import type { Definition } from "./plan.js";
import { samplePoint } from "./sample.js";
import { Scope } from "./scope.js";
import type { Environment } from "./values.js";

export interface DigitsCheck {
  readonly points: number;
  /** The decimal digits in which the gradient and the differences agree, at every point. */
  readonly digits: number;
  readonly reason: string;
}

/** Points tried for each that is wanted: at some of them a quantity lies on a kink and cannot be moved. */
const ROUNDS = 6;

/** One equation with the indices that take one value: what a forward pass does, in order. */
interface Task {
  readonly equation: Definition;
  readonly fixed: ReadonlyMap<Index, number>;
}

/**
 * The comparison of `checkGradients` with decimal numbers of twice as many digits as asked for: every gradient is
 * moved along one random direction at each point. Symbols that an equation ties together are known to sixteen
 * digits only, and so is what is simplified by it.
 */
export async function checkGradientsToDigits(
  model: Model,
  gradients: readonly CheckedGradient[],
  options: CheckOptions & { readonly digits: number },
): Promise<readonly DigitsCheck[]> {
  const numbers = await bigNumbers(2 * options.digits + 20);
  const definitions = gradients.map((g) => ({
    tensor: g.adjoint,
    at: g.indices.map((i) => model.arena.at(i)),
    body: g.local,
  }));
  const found = gradients.map(() => ({ points: 0, digits: Number.POSITIVE_INFINITY }));
  let reason = "";
  for (let round = 0; round < ROUNDS * options.points; round++) {
    const lacking = gradients.flatMap((g, k) => ((found[k]?.points ?? 0) < options.points ? [[g, k] as const] : []));
    if (lacking.length === 0) break;
    const sample = samplePoint(model, { seed: options.seed, round });
    if (sample.env === null) {
      reason = sample.reason;
      continue;
    }
    const point = new BigPoint(model, definitions, sample.env, numbers);
    const random = new Random(hash(`digits/${options.seed}/${round}`));
    for (const [g, k] of lacking) {
      const of = g.adjoint.derivative?.of ?? model.loss;
      const entry = found[k];
      if (entry === undefined || of === null || of.axes.length > 0 || g.wrt.integer) continue;
      const digits = point.agreement(g, of, random, options.digits, sample.still?.get(g.wrt));
      if (digits === null) continue;
      entry.points += 1;
      entry.digits = Math.min(entry.digits, digits);
    }
  }
  return found.map(({ points, digits }) => ({
    points,
    digits: points === 0 ? 0 : digits,
    reason: points === 0 ? reason : "",
  }));
}

type Values = Map<Tensor, (Big | null)[]>;

class BigPoint {
  readonly #numbers: BigNumbers;
  readonly #env: Environment;
  readonly #tasks: readonly Task[];
  readonly #start: Values;
  readonly #values: Values;

  constructor(model: Model, definitions: readonly Definition[], env: Environment, numbers: BigNumbers) {
    this.#numbers = numbers;
    this.#env = env;
    this.#tasks = traced(model.equations, env);
    this.#start = new Map();
    for (const [tensor, { data }] of env.tensors)
      this.#start.set(
        tensor,
        Array.from(data, (x) => numbers.of(x)),
      );
    this.#normalise(model);
    this.#values = this.#forward(new Map());
    const adjoints = traced(definitions, env);
    this.#run(adjoints, this.#values, new Map(), numbers.of(0));
  }

  /** Rows that sum to one do so to all digits. */
  #normalise(model: Model): void {
    for (const a of model.assumptions) {
      if (a.kind !== "sums-to-one") continue;
      const data = this.#start.get(a.tensor) ?? [];
      for (const row of rowsOf(this.#env.layout(a.tensor), a.axis)) {
        const sum = this.#numbers.add(...row.flatMap((cell) => data[cell] ?? []));
        for (const cell of row) {
          const x = data[cell] ?? null;
          data[cell] = x === null || sum.isZero() ? x : x.div(sum);
        }
      }
    }
  }

  #forward(direction: ReadonlyMap<Tensor, readonly Big[]>, h: Big = this.#numbers.of(0)): Values {
    const values: Values = new Map();
    for (const [tensor, data] of this.#start) {
      const d = direction.get(tensor);
      values.set(
        tensor,
        data.map((x, c) => (x === null || d === undefined ? x : x.plus(h.times(d[c] ?? 0)))),
      );
    }
    this.#run(this.#tasks, values, direction, h);
    return values;
  }

  #run(tasks: readonly Task[], tensors: Values, direction: ReadonlyMap<Tensor, readonly Big[]>, h: Big): void {
    const big: BigEnvironment = { env: this.#env, tensors, numbers: this.#numbers };
    for (const { tensor } of tasks.map((t) => t.equation)) if (!tensors.has(tensor)) tensors.set(tensor, []);
    for (const { equation, fixed } of tasks) {
      const free = freeOf(equation);
      const values = evaluateBig(equation.body, free, big, fixed);
      const data = tensors.get(equation.tensor) ?? [];
      const d = direction.get(equation.tensor);
      places(equation, free, { env: this.#env, scope: new Scope(this.#env, fixed) }).forEach((cell, c) => {
        const value = values[c] ?? null;
        if (cell >= 0) data[cell] = value === null || d === undefined ? value : value.plus(h.times(d[cell] ?? 0));
      });
    }
  }

  /**
   * The number of digits to which a gradient and differences agree along a random direction. Entries that lie on a kink
   * are `still`; `null` where nothing can be moved.
   */
  agreement(
    g: CheckedGradient,
    of: Tensor,
    random: Random,
    wanted: number,
    still: Uint8Array | undefined,
  ): number | null {
    const { length, inside } = this.#env.layout(g.wrt);
    const k = this.#numbers;
    const direction = Array.from({ length }, (_, c) =>
      k.of(inside?.[c] === 0 || still?.[c] === 1 ? 0 : (random.uniform(0, 1) < 0.5 ? -1 : 1) * random.uniform(0.4, 1)),
    );
    if (length === 0) return wanted;
    if (direction.every((d) => d.isZero())) return null;
    const adjoint = this.#values.get(g.adjoint) ?? [];
    const parts = direction.map((d, c) => d.times(adjoint[c] ?? Number.NaN));
    const analytic = k.add(...parts);
    const numeric = this.#slope(
      (h) => this.#forward(new Map([[g.wrt, direction]]), h).get(of)?.[0] ?? k.of(Number.NaN),
      wanted,
    );
    const scale = k.add(...parts.map((p) => p.abs()), numeric.abs());
    if (!scale.isFinite()) return 0;
    const error = analytic.minus(numeric).abs();
    if (error.isZero() || scale.isZero()) return 2 * wanted;
    return Math.max(0, -error.div(scale).log(10).toNumber());
  }

  /** Central differences at halved steps, extrapolated; the last entry of the tableau. */
  #slope(f: (h: Big) => Big, wanted: number): Big {
    const levels = Math.ceil(Math.sqrt(3.4 * wanted)) + 4;
    let row: Big[] = [];
    let h = this.#numbers.of(2 ** -16);
    for (let level = 0; level < levels; level++, h = h.div(2)) {
      const next = [f(h).minus(f(h.neg())).div(h.times(2))];
      let power = this.#numbers.of(1);
      for (const above of row) {
        power = power.times(4);
        const left = next.at(-1) ?? above;
        next.push(power.times(left).minus(above).div(power.minus(1)));
      }
      row = next;
    }
    return row.at(-1) ?? this.#numbers.of(Number.NaN);
  }
}

/** The order in which the equations are computed, members of recurrences one by one. */
function traced(equations: readonly Definition[], env: Environment): readonly Task[] {
  const tasks: Task[] = [];
  forward({ equations }, env, { done: (equation, fixed) => tasks.push({ equation, fixed }) });
  return tasks;
}
