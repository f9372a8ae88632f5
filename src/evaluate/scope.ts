import { freeOfDim, freeOfRange } from "../expression/arena.js";
import type { Index, Position } from "../expression/node.js";
import { type Environment, MAX_ENTRIES, stridesOf, type Valuation } from "./values.js";

/** The values an index takes in arrays: `low`, `low + 1`, …; for a ragged range the widest. */
export interface Box {
  readonly low: number;
  readonly count: number;
}

/** A scalar's values for all values of its free indices, in the order of `axes`, the last one fastest. */
export interface Value extends Placed {
  readonly data: Float64Array;
}

/** How an array is laid out over indices. */
export interface Placed {
  readonly axes: readonly Index[];
  readonly strides: readonly number[];
}

const NO_STRIDES: readonly number[] = [];
const ONE_STRIDE: readonly number[] = [1];

const scopes = new WeakMap<ReadonlyMap<string, number>, Scope>();

/** Tables longer than this are made anew each time. */
const KEPT = 1 << 14;

/** Which values the indices of one evaluation take, and where those lie in arrays. */
export class Scope {
  readonly env: Environment;
  readonly #fixed: ReadonlyMap<Index, number>;
  readonly #boxes = new Map<Index, Box>();
  readonly #masks = new Map<Index, Value | null>();
  // By the identity of the two lists of indices, which for nodes never change.
  readonly #offsets = new Map<readonly Index[], Map<readonly Index[], Float64Array>>();
  readonly #tables = new Map<object, Float64Array>();

  /** `fixed` holds indices that take one value only. */
  constructor(env: Environment, fixed: ReadonlyMap<Index, number> = new Map()) {
    this.env = env;
    this.#fixed = fixed;
  }

  /** The scope in which no index is fixed, shared by all environments of the same sizes. */
  static of(env: Environment): Scope {
    let scope = scopes.get(env.sizes);
    if (scope === undefined) {
      scope = new Scope(env);
      scopes.set(env.sizes, scope);
    }
    return scope;
  }

  box(index: Index): Box {
    let box = this.#boxes.get(index);
    if (box === undefined) {
      box = this.#makeBox(index);
      this.#boxes.set(index, box);
    }
    return box;
  }

  #makeBox(index: Index): Box {
    const fixed = this.#fixed.get(index);
    if (fixed !== undefined) return { low: fixed, count: 1 };
    const { low, high } = index.range;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    this.#eachDependency(index, (value) => {
      least = Math.min(least, this.env.dim(low, value));
      most = Math.max(most, this.env.dim(high, value));
    });
    return Number.isFinite(least) ? { low: least, count: Math.max(0, most - least + 1) } : { low: 1, count: 0 };
  }

  #eachDependency(index: Index, visit: (value: Valuation) => void): void {
    const space = [...new Set(freeOfRange(index.range))];
    const cells = this.cells(space);
    for (let cell = 0; cell < cells; cell++) visit(this.valuation(space, cell));
  }

  cells(space: readonly Index[]): number {
    let cells = 1;
    for (const i of space) cells *= this.box(i).count;
    if (cells > MAX_ENTRIES) throw new Error(`internal: an array of ${cells} entries is too large`);
    return cells;
  }

  strides(space: readonly Index[]): readonly number[] {
    if (space.length < 2) return space.length === 0 ? NO_STRIDES : ONE_STRIDE;
    return stridesOf(space.map((i) => this.box(i).count));
  }

  make(axes: readonly Index[], data: Float64Array): Value {
    return { axes, strides: this.strides(axes), data };
  }

  /** The values of the indices of `space` in one of its cells. */
  valuation(space: readonly Index[], cell: number): Valuation {
    const values = new Map<Index, number>();
    let rest = cell;
    for (let k = space.length - 1; k >= 0; k--) {
      const index = space[k];
      if (index === undefined) continue;
      const { low, count } = this.box(index);
      values.set(index, low + (rest % count));
      rest = Math.floor(rest / count);
    }
    return (index) => {
      const value = values.get(index) ?? this.#fixed.get(index);
      if (value === undefined) throw new Error(`internal: the index ${index.name} is not in scope`);
      return value;
    };
  }

  /** `base + Σ step(index) · (cell of the index)` for each cell of `space`. */
  ramp(space: readonly Index[], step: (index: Index) => number, base = 0): Float64Array {
    const table = new Float64Array(this.cells(space));
    if (table.length === 0) return table;
    table[0] = base;
    let filled = table.length;
    // Each index in turn cuts the blocks that are filled so far into its own.
    for (const index of space) {
      const { count } = this.box(index);
      const by = step(index);
      const inner = filled / count;
      for (let start = 0; start < table.length; start += filled) {
        const first = table[start] ?? 0;
        for (let c = 1; c < count; c++) table[start + c * inner] = first + c * by;
      }
      filled = inner;
    }
    return table;
  }

  /** Where the entries of `value` are found, for each cell of `space`. */
  offsets(value: Placed, space: readonly Index[]): Float64Array {
    const known = this.#offsets.get(value.axes)?.get(space);
    if (known !== undefined) return known;
    // Few axes are found sooner in their list than in a table of them.
    const table = this.ramp(space, (index) => {
      const k = value.axes.indexOf(index);
      return k < 0 ? 0 : (value.strides[k] ?? 0);
    });
    if (table.length > KEPT) return table;
    const bySpace = this.#offsets.get(value.axes);
    if (bySpace === undefined) this.#offsets.set(value.axes, new Map([[space, table]]));
    else bySpace.set(space, table);
    return table;
  }

  /** What `make` gives for `key`, made once if it is not large. */
  table(key: object, make: () => Float64Array): Float64Array {
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const table = make();
    if (table.length <= KEPT) this.#tables.set(key, table);
    return table;
  }

  /** A position for each cell of `space`; `gathered` are the values of its integer node, if it has one. */
  positions(p: Position, space: readonly Index[], gathered: Value | null): Float64Array {
    const coefficients = new Map(p.terms);
    const ragged = freeOfDim(p.offset).length > 0;
    let base = ragged ? 0 : this.env.dim(p.offset);
    for (const [index, c] of p.terms) base += c * this.box(index).low;
    const table = this.ramp(space, (index) => coefficients.get(index) ?? 0, base);
    if (ragged)
      for (let cell = 0; cell < table.length; cell++)
        table[cell] = (table[cell] ?? 0) + this.env.dim(p.offset, this.valuation(space, cell));
    if (gathered !== null) {
      const at = this.offsets(gathered, space);
      for (let cell = 0; cell < table.length; cell++)
        table[cell] = (table[cell] ?? 0) + Math.round(gathered.data[at[cell] ?? 0] ?? Number.NaN);
    }
    return table;
  }

  /** For a ragged index: one where its value is in its range, else zero. `null` where it always is. */
  mask(index: Index): Value | null {
    let mask = this.#masks.get(index);
    if (mask === undefined) {
      mask = freeOfRange(index.range).length === 0 ? null : this.#makeMask(index);
      this.#masks.set(index, mask);
    }
    return mask;
  }

  #makeMask(index: Index): Value {
    const space = [...new Set([...freeOfRange(index.range), index])];
    const data = new Float64Array(this.cells(space));
    for (let cell = 0; cell < data.length; cell++) {
      const value = this.valuation(space, cell);
      const at = value(index);
      data[cell] = Number(this.env.dim(index.range.low, value) <= at && at <= this.env.dim(index.range.high, value));
    }
    return this.make(space, data);
  }
}
