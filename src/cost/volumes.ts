import { Fraction } from "fraction.js";
import { type Arena, freeOfPosition } from "../expression/arena.js";
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

/** How deep sums stand in sums. */
const nesting = (p: Polynomial): number =>
  p.terms.reduce(
    (d, t) => t.powers.reduce((e, [v]) => (v.sum === null ? e : Math.max(e, 1 + nesting(v.sum.body))), d),
    0,
  );

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
    const bounds = this.#bounds(list, inside);
    if (bounds === null) return zero;
    // Outermost first, so the last one is summed first: what bounds it is still a number then.
    for (const { index, low, high } of [...bounds].reverse()) {
      count = this.#sum(index, low, high, count);
    }
    return count;
  }

  /** A sum over members reads the same wherever its range begins and whatever its index is called. */
  #sum(index: Index, low: Polynomial, high: Polynomial, body: Polynomial): Polynomial {
    const start = numberOf(low);
    const members = body.terms.flatMap((t) => t.powers.filter(([v]) => v.at !== null && v.free.includes(index)));
    if (start === null || members.length === 0) return sumOver(index, low, high, body);
    const by = start.sub(1);
    const own = this.#arena.index(`~s${nesting(body)}`, index.range);
    const to = this.#arena.position([[own, 1]], this.#arena.constantDim(Number(by.valueOf())));
    return sumOver(own, one, subtract(high, scale(one, by)), this.#at(body, new Map([[index, to]])));
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

  /** The bounds of each index under the guards; `null` where no value is left. */
  #bounds(list: readonly Index[], guards: readonly Guard[]): readonly Bounds[] | null {
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
      this.#restrict(bounds, relation, position);
    }
    return bounds;
  }

  /** `c·i + rest ≥ 0` bounds the index that comes last among those of the guard. */
  #restrict(bounds: Bounds[], relation: Guard["relation"], position: Position): void {
    const last = bounds.findLastIndex(({ index }) => position.terms.some(([i]) => i === index));
    const old = bounds[last];
    const term = position.terms.find(([i]) => i === old?.index);
    if (old === undefined || term === undefined || position.value !== null || Math.abs(term[1]) !== 1) return;
    const [index, sign] = term;
    const rest = add(this.position(position), scale(indexValue(index), -sign));
    const at = scale(rest, -sign);
    if (relation === "zero") bounds[last] = { index, low: at, high: at };
    else if (sign === 1) bounds[last] = { ...old, low: this.#tighter(old.low, at, 1, bounds) };
    else bounds[last] = { ...old, high: this.#tighter(old.high, at, -1, bounds) };
  }

  /** Of two bounds the one that surely leaves fewer values; the old one if nobody knows. */
  #tighter(old: Polynomial, fresh: Polynomial, sign: 1 | -1, bounds: readonly Bounds[]): Polynomial {
    const gain = scale(subtract(fresh, old), sign);
    return this.#least(gain, bounds) ? fresh : old;
  }

  /** Whether a polynomial of first degree in indices is nowhere negative: tried at both ends of each range. */
  #least(p: Polynomial, bounds: readonly Bounds[]): boolean {
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
