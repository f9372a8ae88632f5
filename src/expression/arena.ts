import { Binders } from "./binders.js";
import { identifier } from "./identifier.js";
import type { Index, Position, Range, Tensor } from "./node.js";

// What goes with an arena wherever one is used.
export type { Substitution } from "./binders.js";
export { freeOfDim, freeOfPosition, freeOfRange } from "./free-indices.js";
export { identifier } from "./identifier.js";
export { operands, tensorsOf } from "./operands.js";

/**
 * Makes and interns every dimension, index, position, node and tensor of one session: the layers below it make what each
 * next one is made of.
 *
 * Bound indices are canonical: a binder is numbered one above the largest binder inside its body, so that
 * expressions equal up to the names of bound indices are the same object (the canonical locally named
 * representation of Sato and Pollack). The price: a transformation that looks below a binder must `open` it
 * first, which puts a fresh free index in the place of the bound one.
 */
export class Arena extends Binders {
  readonly #tensors = new Map<string, Tensor>();
  readonly #names = new Set<string>();

  hasTensor(key: string): boolean {
    return this.#tensors.has(key);
  }

  /** Throws if another tensor has this key: the model decides what is one symbol. */
  tensor(spec: Omit<Tensor, "name"> & { readonly name?: string }): Tensor {
    if (this.#tensors.has(spec.key)) throw new Error(`internal: tensor ${spec.key} made twice`);
    const tensor = Object.freeze({ ...spec, name: this.#uniqueName(spec.name ?? identifier(spec.latex)) });
    this.#tensors.set(spec.key, tensor);
    return tensor;
  }

  /** The tensor of all `∂of/∂wrt`. For a scalar `of` it has the axes of `wrt`: denominator layout. */
  derivativeTensor(of: Tensor, wrt: Tensor): Tensor {
    const key = `∂${of.key}/∂${wrt.key}`;
    const known = this.#tensors.get(key);
    if (known !== undefined) return known;
    const shared = of.parameters.length;
    const wrtAxes = wrt.axes.map((r) => this.#renumberRange(r, wrt.parameters, shared));
    return this.tensor({
      key,
      latex: `\\partial ${of.latex}/\\partial ${wrt.latex}`,
      name: `d_${of.name}_d_${wrt.name}`,
      parameters: [...of.parameters, ...wrt.parameters.map((p, k) => this.index(`$${shared + k}`, p.range))],
      axes: [...of.axes, ...wrtAxes],
      integer: false,
      derivative: { of, wrt },
    });
  }

  #renumberRange(range: Range, parameters: readonly Index[], shift: number): Range {
    if (shift === 0 || parameters.length === 0) return range;
    const map = new Map(parameters.map((p, k) => [p, this.at(this.index(`$${shift + k}`, p.range))]));
    return this.substituteRange(range, map);
  }

  /** The range of one axis of a tensor, where its family positions are those of `at`. */
  axisRange(tensor: Tensor, axis: number, at: readonly Position[]): Range {
    const range = tensor.axes[axis];
    if (range === undefined) throw new Error(`internal: ${tensor.key} has no axis ${axis}`);
    if (tensor.parameters.length === 0) return range;
    const map = new Map<Index, Position>();
    tensor.parameters.forEach((p, k) => {
      const position = at[k];
      if (position !== undefined) map.set(p, position);
    });
    return this.substituteRange(range, map);
  }

  #uniqueName(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#names.has(name); n++) name = `${wanted}_${n}`;
    this.#names.add(name);
    return name;
  }
}
