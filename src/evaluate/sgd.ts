import { Random } from "../core/random.js";
import type { Tensor } from "../expression/node.js";
import { forward } from "./forward.js";
import type { Definition } from "./plan.js";
import { Environment } from "./values.js";

/** A network, and the equations of its gradients, in an order in which they can be computed. */
export interface Network {
  readonly equations: readonly Definition[];
  readonly adjoints: readonly Definition[];
  readonly loss: Tensor;
  /** What is trained, each with the tensor that holds its gradient. */
  readonly parameters: ReadonlyMap<Tensor, Tensor>;
  /** What stays as it is. */
  readonly constants: ReadonlyMap<Tensor, Float64Array>;
  readonly sizes: ReadonlyMap<string, number>;
  /** The size that counts examples, where the loss is that of a batch; `null` where it is that of one example. */
  readonly batch: string | null;
}

/** The values of the data tensors for some examples together, or for one. */
export type Fill = (env: Environment, examples: readonly number[]) => void;

export interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly rate: number;
  readonly seed: number;
}

export interface Epoch {
  readonly epoch: number;
  /** Over all examples, with the parameters as they are now. */
  readonly loss: number;
}

/**
 * Mini-batch stochastic gradient descent. In each epoch the examples are shuffled and split into batches, the last of which may
 * be smaller; of each batch the mean gradient is taken, and θ becomes θ − η g. Yields the loss before the first epoch and after
 * each. `theta` holds the parameters, which are changed in place.
 */
export class Sgd {
  readonly #network: Network;
  readonly #theta: ReadonlyMap<Tensor, Float64Array>;
  readonly #examples: number;
  readonly #fill: Fill;
  /** By the number of examples that they hold together. */
  readonly #environments = new Map<number, Environment>();

  constructor(network: Network, theta: ReadonlyMap<Tensor, Float64Array>, examples: number, fill: Fill) {
    this.#network = network;
    this.#theta = theta;
    this.#examples = examples;
    this.#fill = fill;
  }

  *run({ epochs, batchSize, rate, seed }: Settings): Generator<Epoch> {
    const random = new Random(seed);
    const order = Array.from({ length: this.#examples }, (_, k) => k);
    yield { epoch: 0, loss: this.loss() };
    for (let epoch = 1; epoch <= epochs; epoch++) {
      shuffle(order, random);
      for (let from = 0; from < order.length; from += batchSize) this.step(order.slice(from, from + batchSize), rate);
      yield { epoch, loss: this.loss() };
    }
  }

  /** One step on these examples. */
  step(examples: readonly number[], rate: number): void {
    const gradient = this.gradient(examples);
    for (const [tensor, g] of gradient) {
      const values = this.#theta.get(tensor);
      if (values === undefined) continue;
      for (let c = 0; c < values.length; c++) values[c] = (values[c] ?? 0) - rate * (g[c] ?? 0);
    }
  }

  /** The mean gradient over these examples; of a loss that is a batch's, its gradient. */
  gradient(examples: readonly number[]): ReadonlyMap<Tensor, Float64Array> {
    const { batch, parameters } = this.#network;
    const groups = batch === null ? examples.map((k) => [k]) : [examples];
    const sums = new Map([...this.#theta].map(([tensor, { length }]) => [tensor, new Float64Array(length)]));
    for (const group of groups) {
      const env = this.#at(group);
      forward({ equations: this.#network.adjoints }, env);
      for (const [tensor, adjoint] of parameters) {
        const sum = sums.get(tensor);
        if (sum !== undefined) addTo(sum, env.array(adjoint).data);
      }
    }
    return new Map([...sums].map(([tensor, sum]) => [tensor, sum.map((x) => x / groups.length)]));
  }

  /** The mean loss over all examples, or the loss of the batch of all. */
  loss(): number {
    const all = Array.from({ length: this.#examples }, (_, k) => k);
    const groups = this.#network.batch === null ? all.map((k) => [k]) : [all];
    const total = groups.reduce((sum, g) => sum + (this.#at(g).array(this.#network.loss).data[0] ?? Number.NaN), 0);
    return total / groups.length;
  }

  /** The forward pass of some examples. */
  #at(examples: readonly number[]): Environment {
    const { batch, sizes, constants, equations } = this.#network;
    const size = batch === null ? 1 : examples.length;
    let env = this.#environments.get(size);
    if (env === undefined) {
      env = new Environment(batch === null ? sizes : new Map(sizes).set(batch, size));
      for (const [tensor, values] of [...constants, ...this.#theta]) env.set(tensor, values);
      this.#environments.set(size, env);
    }
    this.#fill(env, examples);
    forward({ equations }, env);
    return env;
  }
}

function addTo(sum: Float64Array, more: Float64Array): void {
  for (let c = 0; c < sum.length; c++) sum[c] = (sum[c] ?? 0) + (more[c] ?? Number.NaN);
}

/** Fisher and Yates. */
function shuffle(order: number[], random: Random): void {
  for (let k = order.length - 1; k > 0; k--) {
    const other = random.integer(0, k);
    const [a = 0, b = 0] = [order[k], order[other]];
    order[k] = b;
    order[other] = a;
  }
}

/** Random numbers for a parameter: uniform within ±1/√n, where n is the length of its last axis; of a scalar within ±1/2. */
export function initial(tensor: Tensor, env: Environment, random: Random, positive: boolean): Float64Array {
  const { sizes, length, inside } = env.layout(tensor);
  const own = sizes.slice(tensor.parameters.length);
  const bound = own.length === 0 ? 0.5 : 1 / Math.sqrt(Math.max(1, own.at(-1) ?? 1));
  return Float64Array.from({ length }, (_, c) => {
    const x = random.uniform(-bound, bound);
    return inside?.[c] === 0 ? 0 : positive ? Math.abs(x) + 0.1 : x;
  });
}
