import { Fraction } from "fraction.js";
import { type Arena, freeOfPosition, freeOfRange } from "../expression/arena.js";
import type { Dim, DimAtom, Index, Position } from "../expression/node.js";
import {
  add,
  fromDim,
  indexValue,
  numberOf,
  one,
  type Polynomial,
  replace,
  scale,
  subtract,
  sumOver,
  zero,
} from "./polynomial.js";

/** A condition on indices, `position = 0` or `position ≥ 0`: the guard of a term that only some members have. */
export interface Guard {
  readonly relation: "zero" | "nonnegative";
  readonly position: Position;
}

const dimPolynomial = (dim: Dim): Polynomial => fromDim(dim, atomFree);
const atomFree = (atom: DimAtom): readonly Index[] => (atom.at === null ? [] : freeOfPosition(atom.at));

const MOST_PERMUTED = 5;

/** Members that are added up one by one: a first or last one, and what a step beside it leaves. */
const MOST_WRITTEN_OUT = 1;

function* permutations<T>(list: readonly T[]): Generator<readonly T[]> {
  if (list.length < 2) yield list;
  else
    for (const [k, head] of list.entries())
      for (const rest of permutations(list.toSpliced(k, 1))) yield [head, ...rest];
}

/** Whether no range depends on an index that comes later. */
const isOrdered = (list: readonly Index[]): boolean =>
  list.every((i, k) => freeOfRange(i.range).every((j) => !list.includes(j) || list.indexOf(j) < k));

/** How deep sums stand in sums. */
const nesting = (p: Polynomial): number =>
  p.terms.reduce(
    (d, t) => t.powers.reduce((e, [v]) => (v.sum === null ? e : Math.max(e, 1 + nesting(v.sum.body))), d),
    0,
  );

const sumsOver = (p: Polynomial, index: Index): boolean =>
  p.terms.some((t) => t.powers.some(([v]) => v.sum !== null && v.free.includes(index)));

const rank = (g: Guard): number => (g.relation === "zero" ? 0 : 1);

interface Bounds {
  readonly index: Index;
  readonly low: Polynomial;
  readonly high: Polynomial;
}

/** How many values some indices have together. */
export class Volumes {
  readonly #arena: Arena;
  readonly #known = new Map<string, Polynomial>();

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /**
   * The number of values of `indices` for which the guards hold. A guard counts as soon as all its indices are there; one that
   * does not bound an index by the others is left out, so that the number is then an upper bound.
   */
  of(indices: Iterable<Index>, guards: readonly Guard[] = []): Polynomial {
    const list = this.#ordered(new Set(indices));
    const key = `${list.map((i) => i.key).join(",")}|${guards.map((g) => `${g.relation}${g.position.key}`).join(",")}`;
    let found = this.#known.get(key);
    if (found === undefined) {
      found = this.#count(list, guards);
      this.#known.set(key, found);
    }
    return found;
  }

  #count(list: readonly Index[], guards: readonly Guard[]): Polynomial {
    const inside = guards.filter((g) => freeOfPosition(g.position).every((i) => list.includes(i)));
    let count = one;
    const bounds = this.#bestBounds(list, inside);
    if (bounds === null) return zero;
    // Outermost first, so the last one is summed first: what bounds it is still a number then.
    for (const { index, low, high } of [...bounds].reverse()) {
      count = this.#sum(index, low, high, count);
    }
    return count;
  }

  /** A sum over members reads the same wherever its range begins and whatever its index is called. */
  #sum(index: Index, low: Polynomial, high: Polynomial, body: Polynomial): Polynomial {
    const members = body.terms.flatMap((t) => t.powers.filter(([v]) => v.at !== null && v.free.includes(index)));
    if (members.length === 0) return sumOver(index, low, high, body);
    const few = this.#fewMembers(index, low, high, body);
    if (few !== null) return few;
    const start = numberOf(low);
    if (start === null) return sumOver(index, low, high, body);
    const by = start.sub(1);
    const own = this.#arena.index(`~s${nesting(body)}`, this.#arena.upTo(this.#arena.namedDim("~")));
    const to = this.#arena.position([[own, 1]], this.#arena.constantDim(Number(by.valueOf())));
    return sumOver(own, one, subtract(high, scale(one, by)), this.#at(body, new Map([[index, to]])));
  }

  /** Where a number tells how many members there are, `\sum_{k=K}^{K} d_k`, each stands by itself; `null` where none does. */
  #fewMembers(index: Index, low: Polynomial, high: Polynomial, body: Polynomial): Polynomial | null {
    const count = numberOf(add(high, scale(low, -1), one));
    const first = this.#dimOf(low);
    if (count === null || first === null || count.compare(MOST_WRITTEN_OUT) > 0 || sumsOver(body, index)) return null;
    return add(
      ...Array.from({ length: Math.max(0, Number(count.valueOf())) }, (_, k) =>
        this.#at(
          body,
          new Map([[index, this.#arena.position([], this.#arena.addDims(first, this.#arena.constantDim(k)))]]),
        ),
      ),
    );
  }

  /** A polynomial in sizes as a size; `null` where it depends on an index or is no whole number of them. */
  #dimOf(p: Polynomial): Dim | null {
    const isSize = ({ coefficient, powers }: Polynomial["terms"][number]): boolean =>
      coefficient.d === 1n && powers.every(([v]) => v.sum === null && v.free.length === 0);
    if (!p.terms.every(isSize)) return null;
    const atoms = (powers: Polynomial["terms"][number]["powers"]): readonly Dim[] =>
      powers.flatMap(([v, n]) => Array.from({ length: n }, () => this.#arena.namedDim(v.latex, v.at)));
    const terms = p.terms.map(({ coefficient, powers }) =>
      [this.#arena.constantDim(Number(coefficient.valueOf())), ...atoms(powers)].reduce((a, b) =>
        this.#arena.multiplyDims(a, b),
      ),
    );
    return terms.reduce((a, b) => this.#arena.addDims(a, b), this.#arena.zeroDim);
  }

  /** With positions in the place of indices. */
  #at(p: Polynomial, map: ReadonlyMap<Index, Position>): Polynomial {
    return replace(p, (v) => {
      const [own] = v.free;
      const to = own === undefined ? undefined : map.get(own);
      if (to !== undefined && own !== undefined && v.key === `@${own.key}`) return this.position(to);
      if (v.at === null || !v.free.some((i) => map.has(i))) return null;
      return this.size(this.#arena.substituteDim(this.#arena.namedDim(v.latex, v.at), map));
    });
  }

  size(dim: Dim): Polynomial {
    return dimPolynomial(dim);
  }

  position(p: Position): Polynomial {
    return add(this.size(p.offset), ...p.terms.map(([i, c]) => scale(indexValue(i), c)));
  }

  /** Indices, those first whose values the ranges of others depend on. */
  #ordered(indices: ReadonlySet<Index>): readonly Index[] {
    const placed: Index[] = [];
    const visit = (index: Index): void => {
      if (placed.includes(index)) return;
      for (const p of [index.range.low, index.range.high])
        for (const t of p.terms)
          for (const [atom] of t.powers) for (const i of atomFree(atom)) if (indices.has(i)) visit(i);
      placed.push(index);
    };
    for (const i of [...indices].sort((a, b) => (a.key < b.key ? -1 : 1))) visit(i);
    return placed;
  }

  /** In an order of the indices in which every guard bounds one by those before it; if there is none, in the given one. */
  #bestBounds(list: readonly Index[], guards: readonly Guard[]): readonly Bounds[] | null {
    const first = this.#bounds(list, guards);
    if (first === null || first.isExact || list.length > MOST_PERMUTED) return first?.bounds ?? null;
    for (const order of permutations(list)) {
      const found = isOrdered(order) ? this.#bounds(order, guards) : first;
      if (found === null || found.isExact) return found?.bounds ?? null;
    }
    return first.bounds;
  }

  /** The bounds of each index under the guards; `null` where no value is left. */
  #bounds(
    list: readonly Index[],
    guards: readonly Guard[],
  ): { readonly bounds: readonly Bounds[]; readonly isExact: boolean } | null {
    let isExact = true;
    const bounds = list.map(
      (index): Bounds => ({
        index,
        low: this.size(index.range.low),
        high: this.size(index.range.high),
      }),
    );
    // What fixes an index first: a bound on it then says whether that value is allowed.
    for (const { relation, position } of [...guards].sort((a, b) => rank(a) - rank(b))) {
      if (position.terms.length === 0) {
        const value = numberOf(this.size(position.offset));
        if (value !== null && (relation === "zero" ? value.n !== 0n : value.s < 0n)) return null;
        continue;
      }
      isExact &&= this.#restrict(bounds, relation, position);
    }
    for (let k = bounds.length - 1; k > 0; k--) isExact &&= this.#leaveSome(bounds, k);
    return { bounds, isExact };
  }

  /** Where an index may have less than no values left, those of the indices before it that leave it so go too. */
  #leaveSome(bounds: Bounds[], k: number): boolean {
    const own = bounds[k];
    if (own === undefined) return true;
    const spare = add(own.high, scale(own.low, -1), one);
    if (this.#neverNegative(spare, bounds)) return true;
    const before = bounds.findLastIndex(
      ({ index }, n) => n < k && spare.terms.some((t) => t.powers.some(([v]) => v.key === `@${index.key}`)),
    );
    const outer = bounds[before];
    // Between sizes alone nothing is known: L - 1 members are taken to be some.
    if (outer === undefined) return true;
    const slope = spare.terms.find((t) => t.powers.some(([v]) => v.key === `@${outer.index.key}`));
    if (slope === undefined || slope.powers.length !== 1 || !slope.coefficient.abs().equals(1)) return false;
    return this.#bound(bounds, before, spare, slope.coefficient.s > 0n ? 1 : -1);
  }

  /** `c·i + rest ≥ 0` bounds the index that comes last among those of the guard. */
  #restrict(bounds: Bounds[], relation: Guard["relation"], position: Position): boolean {
    const last = bounds.findLastIndex(({ index }) => position.terms.some(([i]) => i === index));
    const old = bounds[last];
    const term = position.terms.find(([i]) => i === old?.index);
    if (old === undefined || term === undefined || position.value !== null || Math.abs(term[1]) !== 1) return false;
    const [index, c] = term;
    const sign = c > 0 ? 1 : -1;
    if (relation === "nonnegative") return this.#bound(bounds, last, this.position(position), sign);
    const at = scale(add(this.position(position), scale(indexValue(index), -sign)), -sign);
    bounds[last] = { index, low: at, high: at };
    return true;
  }

  /** Bounds one index so that `p`, which grows with it or falls, is not negative. False if nobody knows which bound is tighter. */
  #bound(bounds: Bounds[], at: number, p: Polynomial, sign: 1 | -1): boolean {
    const own = bounds[at];
    if (own === undefined) return false;
    const limit = scale(add(p, scale(indexValue(own.index), -sign)), -sign);
    const old = sign === 1 ? own.low : own.high;
    const gain = scale(subtract(limit, old), sign);
    if (this.#neverNegative(gain, bounds)) bounds[at] = sign === 1 ? { ...own, low: limit } : { ...own, high: limit };
    else return this.#neverNegative(scale(gain, -1), bounds);
    return true;
  }

  /** Whether a polynomial of first degree in indices is nowhere negative: tried at both ends of each range. */
  #neverNegative(p: Polynomial, bounds: readonly Bounds[]): boolean {
    let lowest = p;
    for (const { index, low, high } of [...bounds].reverse()) {
      const own = lowest.terms.find((t) => t.powers.some(([v]) => v.key === `@${index.key}`));
      if (own === undefined) continue;
      const end = own.coefficient.s > 0n ? low : high;
      lowest = replace(lowest, (v) => (v.key === `@${index.key}` ? end : null));
    }
    // Every size is at least one.
    const atOne = lowest.terms.reduce((sum, t) => sum.add(t.coefficient), new Fraction(0));
    return lowest.terms.every((t) => t.powers.length === 0 || t.coefficient.s > 0n) && atOne.s >= 0n;
  }
}
