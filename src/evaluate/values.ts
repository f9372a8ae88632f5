import { freeOfRange } from "../expression/arena.js";
import type { Dim, DimAtom, Index, Position, Range, Tensor } from "../expression/node.js";

/** A dense array, last axis fastest. */
export interface NdArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** How a tensor is stored: row `r` of an axis holds the value `lows + r`. */
export interface Layout {
  readonly lows: readonly number[];
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly length: number;
  /** For a ragged tensor: whether a stored cell belongs to its member; `null` where all do. */
  readonly inside: Uint8Array | null;
}

export type Valuation = (index: Index) => number;

const unbound: Valuation = (index) => {
  throw new Error(`internal: the range of ${index.name} is not closed`);
};

/** Sizes and values. Axes of different member sizes are stored with the largest; cells outside a member hold zero. */
export class Environment {
  /** By `DimAtom.latex`; a member `n` of a family of dimensions is `latex@n`. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly tensors = new Map<Tensor, NdArray>();
  /** Which concrete function stands for the name of an abstract one. */
  readonly seed: number;
  readonly #layouts: Map<Tensor, Layout>;

  constructor(sizes: ReadonlyMap<string, number>, seed = 0, layouts = new Map<Tensor, Layout>()) {
    this.sizes = sizes;
    this.seed = seed;
    this.#layouts = layouts;
  }

  /** The same sizes, and copies of the same values. */
  copy(): Environment {
    const copy = new Environment(this.sizes, this.seed, this.#layouts);
    for (const [tensor, { shape, data }] of this.tensors) copy.tensors.set(tensor, { shape, data: data.slice() });
    return copy;
  }

  /** The same sizes and the same values; what is added to one is not in the other. */
  fork(): Environment {
    const fork = new Environment(this.sizes, this.seed, this.#layouts);
    for (const [tensor, array] of this.tensors) fork.tensors.set(tensor, array);
    return fork;
  }

  /** The same sizes, and no values. */
  blank(): Environment {
    return new Environment(this.sizes, this.seed, this.#layouts);
  }

  atom(atom: DimAtom, value: Valuation = unbound): number {
    const key = atom.at === null ? atom.latex : `${atom.latex}@${this.position(atom.at, value)}`;
    const size = this.sizes.get(key);
    if (size === undefined) throw new Error(`internal: no size for the dimension ${key}`);
    return size;
  }

  dim(dim: Dim, value: Valuation = unbound): number {
    let total = 0;
    for (const { coefficient, powers } of dim.terms) {
      let product = coefficient;
      for (const [atom, n] of powers) product *= this.atom(atom, value) ** n;
      total += product;
    }
    return total;
  }

  /** A position without a gathered value, as a number. */
  position(p: Position, value: Valuation = unbound): number {
    let total = this.dim(p.offset, value);
    for (const [index, c] of p.terms) total += c * value(index);
    return total;
  }

  layout(tensor: Tensor): Layout {
    const known = this.#layouts.get(tensor);
    if (known !== undefined) return known;
    const layout = layoutOf(tensor, this);
    this.#layouts.set(tensor, layout);
    return layout;
  }

  array(tensor: Tensor): NdArray {
    const array = this.tensors.get(tensor);
    if (array === undefined) throw new Error(`internal: no value for ${tensor.latex}`);
    return array;
  }

  /** Stores values and checks their number. */
  set(tensor: Tensor, data: Float64Array): void {
    const { sizes, length } = this.layout(tensor);
    if (data.length !== length) throw new Error(`internal: ${tensor.latex} has ${length} entries, got ${data.length}`);
    this.tensors.set(tensor, { shape: sizes, data });
  }
}

/** The axis that holds each parameter of a family: the leading ones, for a derivative those of both tensors. */
export function parameterAxes(tensor: Tensor): readonly number[] {
  const { derivative, parameters } = tensor;
  if (derivative === null) return parameters.map((_, k) => k);
  const { of } = derivative;
  const own = parameterAxes(of);
  return [...own, ...parameterAxes(derivative.wrt).map((axis) => of.axes.length + axis)].slice(0, parameters.length);
}

export function stridesOf(sizes: readonly number[]): readonly number[] {
  const strides = new Array<number>(sizes.length).fill(1);
  for (let a = sizes.length - 2; a >= 0; a--) strides[a] = (strides[a + 1] ?? 1) * (sizes[a + 1] ?? 1);
  return strides;
}

export const lengthOf = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);

/** Beyond this many entries an array is refused rather than tried. */
export const MAX_ENTRIES = 2 ** 26;

interface Extent {
  readonly low: number;
  readonly high: number;
}

/** Calls `visit` with each tuple of positions of the axes given, in storage order. */
function* tuples(extents: readonly Extent[]): Generator<readonly number[]> {
  if (extents.some((e) => e.high < e.low)) return;
  const at = extents.map((e) => e.low);
  for (;;) {
    yield at;
    let axis = extents.length - 1;
    for (; axis >= 0; axis--) {
      const next = (at[axis] ?? 0) + 1;
      if (next <= (extents[axis]?.high ?? 0)) {
        at[axis] = next;
        break;
      }
      at[axis] = extents[axis]?.low ?? 0;
    }
    if (axis < 0) return;
  }
}

function layoutOf(tensor: Tensor, env: Environment): Layout {
  const ragged = tensor.axes.map((range) => freeOfRange(range).length > 0);
  const extents = tensor.axes.map((range, a) => (ragged[a] ? null : rangeExtent(range, env, unbound)));
  const holders = parameterAxes(tensor);
  const members = holders.map((axis) => extents[axis] ?? nestedFamily(tensor));
  const widest = extents.map((e) => e ?? { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY });
  const valuation = (at: readonly number[]): Valuation => {
    const values = new Map(tensor.parameters.map((p, k) => [p, at[k] ?? 0]));
    return (index) => values.get(index) ?? unbound(index);
  };
  if (ragged.includes(true))
    for (const at of tuples(members))
      tensor.axes.forEach((range, a) => {
        if (!ragged[a]) return;
        const { low, high } = rangeExtent(range, env, valuation(at));
        const old = widest[a] ?? { low, high };
        widest[a] = { low: Math.min(old.low, low), high: Math.max(old.high, high) };
      });
  const lows = widest.map((e) => (Number.isFinite(e.low) ? e.low : 1));
  const sizes = widest.map((e) => (Number.isFinite(e.high - e.low) ? Math.max(0, e.high - e.low + 1) : 0));
  const length = lengthOf(sizes);
  if (length > MAX_ENTRIES) throw new Error(`internal: ${tensor.latex} would have ${length} entries`);
  const inside = ragged.includes(true) ? insideOf(tensor, env, lows, sizes, holders, valuation) : null;
  return { lows, sizes, strides: stridesOf(sizes), length, inside };
}

const rangeExtent = (range: Range, env: Environment, value: Valuation): Extent => ({
  low: env.dim(range.low, value),
  high: env.dim(range.high, value),
});

function nestedFamily(tensor: Tensor): never {
  throw new Error(`internal: the family range of ${tensor.name} depends on another family index`);
}

function insideOf(
  tensor: Tensor,
  env: Environment,
  lows: readonly number[],
  sizes: readonly number[],
  holders: readonly number[],
  valuation: (at: readonly number[]) => Valuation,
): Uint8Array {
  const inside = new Uint8Array(lengthOf(sizes));
  const all = sizes.map((size, a) => ({ low: lows[a] ?? 1, high: (lows[a] ?? 1) + size - 1 }));
  let cell = 0;
  for (const at of tuples(all)) {
    const value = valuation(holders.map((axis) => at[axis] ?? 0));
    const within = tensor.axes.every((range, a) => {
      const { low, high } = rangeExtent(range, env, value);
      const p = at[a] ?? 0;
      return low <= p && p <= high;
    });
    inside[cell++] = Number(within);
  }
  return inside;
}
