import type { Environment } from "../evaluate/values.js";
import type { Tensor } from "../expression/node.js";

/**
 * Points at which a side needs entries that do not exist, against those at which the sides are equal. What exists only in
 * short families, `\sum_t x_t h_{1-t}` where T = 1, holds of hardly any of what it speaks of: equality there says nothing.
 */
export class Outside {
  readonly #missed: Environment[] = [];
  readonly #met: Environment[] = [];

  miss(env: Environment): void {
    this.#missed.push(env);
  }

  meet(env: Environment): void {
    this.#met.push(env);
  }

  /** Is some family longer at all points outside than at any at which the sides were compared? */
  isLonger(tensors: readonly Tensor[]): boolean {
    if (this.#missed.length === 0) return false;
    return lengthsOf(tensors).some((name) => {
      const size = (env: Environment): number => env.sizes.get(name) ?? 0;
      return Math.min(...this.#missed.map(size)) > Math.max(...this.#met.map(size));
    });
  }
}

/** The sizes that say how many members families have. */
const lengthsOf = (tensors: readonly Tensor[]): readonly string[] => [
  ...new Set(
    tensors
      .flatMap((t) => t.parameters)
      .flatMap(({ range }) => range.high.terms)
      .flatMap((t) => t.powers.map(([atom]) => atom.latex)),
  ),
];
