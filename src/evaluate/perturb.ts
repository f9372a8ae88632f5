import type { Tensor } from "../expression/node.js";
import { forward } from "./forward.js";
import type { Definition } from "./plan.js";
import { type Slope, slopeAtZero } from "./slope.js";
import type { Environment, NdArray } from "./values.js";

/** How far each entry of some tensors is moved. */
export type Direction = ReadonlyMap<Tensor, Float64Array>;

/**
 * The forward pass near one point, with anything in it moved: inputs before, computed tensors as soon as they are computed, so
 * that a derivative by them is total. Knows nothing of derivatives but differences.
 */
export class Neighbourhood {
  readonly #model: { readonly equations: readonly Definition[] };
  readonly #base: Environment;
  readonly #scratch: Environment;

  constructor(model: { readonly equations: readonly Definition[] }, point: Environment) {
    this.#model = model;
    this.#base = point;
    this.#scratch = point.copy();
  }

  /** The value of `read` where everything in `direction` has been moved `h` times as far. */
  at(direction: Direction, h: number, read: (env: Environment) => number): number {
    const added = new Map<Tensor, Float64Array>();
    for (const [tensor, d] of direction) {
      const move = d.map((x) => h * x);
      added.set(tensor, move);
      const base = this.#base.tensors.get(tensor);
      if (base !== undefined) this.#scratch.array(tensor).data.set(base.data.map((x, c) => x + (move[c] ?? 0)));
    }
    try {
      forward(this.#model, this.#scratch, { added });
      return read(this.#scratch);
    } finally {
      for (const tensor of direction.keys()) {
        const base = this.#base.tensors.get(tensor);
        if (base !== undefined) this.#scratch.array(tensor).data.set(base.data);
      }
    }
  }

  slope(direction: Direction, read: (env: Environment) => number, step: number, enough: number): Slope {
    return slopeAtZero((h) => this.at(direction, h, read), step, enough);
  }
}

/** All `∂of/∂wrt` at a point by differences: the axes of `of`, then those of `wrt`. */
export function numericDerivative(
  model: { readonly equations: readonly Definition[] },
  point: Environment,
  of: Tensor,
  wrt: Tensor,
): NdArray {
  const near = new Neighbourhood(model, point);
  const [top, bottom] = [point.layout(of), point.layout(wrt)];
  const data = new Float64Array(top.length * bottom.length);
  for (let c = 0; c < bottom.length; c++) {
    const unit = new Float64Array(bottom.length);
    unit[c] = bottom.inside?.[c] === 0 ? 0 : 1;
    const direction = new Map([[wrt, unit]]);
    for (let o = 0; o < top.length; o++) {
      const read = (env: Environment): number => env.array(of).data[o] ?? Number.NaN;
      data[o * bottom.length + c] = near.slope(direction, read, 2 ** -6, 1e-12).value;
    }
  }
  return { shape: [...top.sizes, ...bottom.sizes], data };
}
