import { Dimensions } from "./dimensions.js";
import type { Dim, Index, Node, Position, Range } from "./node.js";
import { compareText } from "./text.js";

/** Makes and interns indices over ranges, and positions on axes. */
export class Positions extends Dimensions {
  readonly #indices = new Map<string, Index>();
  readonly #positions = new Map<string, Position>();
  readonly #ofIndex = new Map<Index, Position>();
  #fresh = 0;

  range(low: Dim, high: Dim): Range {
    return Object.freeze({ low, high });
  }

  /** `1..high`. */
  upTo(high: Dim): Range {
    return this.range(this.oneDim, high);
  }

  /** The number of values in a range. */
  size(range: Range): Dim {
    return this.addDims(range.high, this.scaleDim(range.low, -1), this.oneDim);
  }

  /** Whether a range surely has no value, as in `\sum_{k=3}^{2}`. */
  isEmpty(range: Range): boolean {
    const [low, high] = [this.integerOf(range.low), this.integerOf(range.high)];
    return low !== null && high !== null && high < low;
  }

  index(name: string, range: Range): Index {
    const key = `${name}|${range.low.key}..${range.high.key}`;
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = Object.freeze({ key, name, range: Object.freeze(range) });
      this.#indices.set(key, index);
    }
    return index;
  }

  /** An index that occurs nowhere else in this arena. */
  freshIndex(range: Range): Index {
    this.#fresh += 1;
    return this.index(`~${this.#fresh}`, range);
  }

  at(index: Index): Position {
    let position = this.#ofIndex.get(index);
    if (position === undefined) {
      position = this.position([[index, 1]], this.zeroDim);
      this.#ofIndex.set(index, position);
    }
    return position;
  }

  literal(value: number): Position {
    return this.position([], this.constantDim(value));
  }

  atDim(dim: Dim): Position {
    return this.position([], dim);
  }

  /** The value of an integer node as a position. */
  atValue(value: Node): Position {
    return this.position([], this.zeroDim, value);
  }

  position(terms: readonly (readonly [Index, number])[], from: Dim, value: Node | null = null): Position {
    let offset = from;
    const merged = new Map<Index, number>();
    for (const [i, c] of terms) {
      // An index with one value is that value: a row `1 \times D` has entries (1, j), and no sum runs over its first axis.
      if (i.range.low === i.range.high) offset = this.addDims(offset, this.scaleDim(i.range.low, c));
      else merged.set(i, (merged.get(i) ?? 0) + c);
    }
    const kept = [...merged].filter(([, c]) => c !== 0).sort(([a], [b]) => compareText(a.key, b.key));
    const key = `${kept.map(([i, c]) => `${c}*${i.key}`).join("+")};${offset.key}${value === null ? "" : `;v${value.id}`}`;
    let position = this.#positions.get(key);
    if (position === undefined) {
      position = Object.freeze({ key, terms: Object.freeze(kept), offset, value });
      this.#positions.set(key, position);
    }
    return position;
  }

  shift(p: Position, by: Dim): Position {
    return this.position(p.terms, this.addDims(p.offset, by), p.value);
  }

  /** `a - b`, or `null` if both have a gathered value and these differ, or only the subtrahend has one. */
  difference(a: Position, b: Position): Position | null {
    if (b.value !== null && a.value !== b.value) return null;
    const value = a.value === b.value ? null : a.value;
    const terms = [...a.terms, ...b.terms.map(([i, c]) => [i, -c] as const)];
    return this.position(terms, this.subtractDims(a.offset, b.offset), value);
  }

  /** The index a position consists of, or `null` if it is anything more or less than one index. */
  indexOf(p: Position): Index | null {
    const [term] = p.terms;
    if (p.terms.length !== 1 || p.value !== null || p.offset.terms.length !== 0 || term === undefined) return null;
    return term[1] === 1 ? term[0] : null;
  }
}
