import { Fraction } from "fraction.js";
import type { Dim, DimAtom, Index, Position } from "../expression/node.js";
import { compareText } from "../expression/text.js";

/**
 * What a polynomial is in: a size such as `H` or `D^{(\ell)}`, the value of an index, or a sum that has no closed form,
 * `\sum_{\ell=1}^{L} D^{(\ell)} D^{(\ell-1)}`.
 */
export interface Variable {
  /** Equal for equal variables. */
  readonly key: string;
  readonly latex: string;
  /** The indices whose value it depends on. */
  readonly free: readonly Index[];
  /** The member of a family of sizes that it is, or `null`. */
  readonly at: Position | null;
  readonly sum: FormalSum | null;
}

export interface FormalSum {
  readonly index: Index;
  readonly low: Polynomial;
  readonly high: Polynomial;
  readonly body: Polynomial;
}

export type Power = readonly [Variable, number];

export interface Term {
  readonly coefficient: Fraction;
  /** Sorted by the keys of the variables. */
  readonly powers: readonly Power[];
}

/** A polynomial with rational coefficients. Terms are sorted, none is zero, no two have the same powers. */
export interface Polynomial {
  readonly key: string;
  readonly terms: readonly Term[];
}

const powersKey = (powers: readonly Power[]): string => powers.map(([v, n]) => `${v.key}^${n}`).join("*");

function make(terms: readonly Term[]): Polynomial {
  const merged = new Map<string, Term>();
  for (const { coefficient, powers } of terms) {
    const key = powersKey(powers);
    const old = merged.get(key);
    merged.set(key, { coefficient: old === undefined ? coefficient : old.coefficient.add(coefficient), powers });
  }
  const kept = [...merged].filter(([, t]) => t.coefficient.n !== 0n).sort(([a], [b]) => compareText(a, b));
  return {
    key: kept.map(([k, t]) => `${t.coefficient.toFraction()}${k === "" ? "" : `*${k}`}`).join("+") || "0",
    terms: kept.map(([, t]) => t),
  };
}

export const zero: Polynomial = make([]);
export const constant = (value: number | Fraction): Polynomial =>
  make([{ coefficient: new Fraction(value), powers: [] }]);
export const one: Polynomial = constant(1);

export const variable = (v: Variable): Polynomial => make([{ coefficient: new Fraction(1), powers: [[v, 1]] }]);

/** The value of an index as a number. */
export const indexValue = (index: Index): Polynomial =>
  variable({ key: `@${index.key}`, latex: index.name, free: [index], at: null, sum: null });

export const add = (...all: readonly Polynomial[]): Polynomial => {
  const some = all.filter((p) => p.terms.length > 0);
  return some.length < 2 ? (some[0] ?? zero) : make(some.flatMap((p) => p.terms));
};

export const scale = (p: Polynomial, by: number | Fraction): Polynomial =>
  make(p.terms.map((t) => ({ coefficient: t.coefficient.mul(by), powers: t.powers })));

export const subtract = (a: Polynomial, b: Polynomial): Polynomial => add(a, scale(b, -1));

export function multiply(...all: readonly Polynomial[]): Polynomial {
  return all.reduce((a, b) => {
    if (a === one) return b;
    if (b === one) return a;
    return make(
      a.terms.flatMap((s) =>
        b.terms.map((t) => ({ coefficient: s.coefficient.mul(t.coefficient), powers: merge(s.powers, t.powers) })),
      ),
    );
  }, one);
}

function merge(a: readonly Power[], b: readonly Power[]): readonly Power[] {
  const merged = new Map<string, Power>();
  for (const [v, n] of [...a, ...b]) merged.set(v.key, [v, n + (merged.get(v.key)?.[1] ?? 0)]);
  return [...merged.values()].sort(([x], [y]) => compareText(x.key, y.key));
}

export function power(p: Polynomial, exponent: number): Polynomial {
  return multiply(...Array.from({ length: exponent }, () => p));
}

/** The terms that are wanted. */
export const part = (p: Polynomial, wanted: (t: Term) => boolean): Polynomial => make(p.terms.filter(wanted));

export const equal = (a: Polynomial, b: Polynomial): boolean => a.key === b.key;

/** The number a polynomial is, or `null`. */
export function numberOf(p: Polynomial): Fraction | null {
  const [term] = p.terms;
  if (term === undefined) return new Fraction(0);
  return p.terms.length === 1 && term.powers.length === 0 ? term.coefficient : null;
}

/** Sizes are polynomials already; `free` are the indices that a member of a family of sizes depends on. */
export const fromDim = (dim: Dim, freeOf: (atom: DimAtom) => readonly Index[]): Polynomial =>
  make(
    dim.terms.map((t) => ({
      coefficient: new Fraction(t.coefficient),
      powers: t.powers
        .map(
          ([atom, n]): Power => [{ key: atom.key, latex: atom.latex, free: freeOf(atom), at: atom.at, sum: null }, n],
        )
        .sort(([x], [y]) => compareText(x.key, y.key)),
    })),
  );

/** With each variable replaced. */
export function replace(p: Polynomial, by: (v: Variable) => Polynomial | null): Polynomial {
  return add(
    ...p.terms.map(({ coefficient, powers }) =>
      multiply(constant(coefficient), ...powers.map(([v, n]) => power(by(v) ?? variable(v), n))),
    ),
  );
}

// ---- sums ----

/**
 * `Σ_{index=low}^{high} p`, in closed form where the terms are powers of the index (Faulhaber). Sizes that depend on the
 * index are left under a sum, which is then a variable. An empty range must have `high = low - 1`.
 */
export function sumOver(index: Index, low: Polynomial, high: Polynomial, p: Polynomial): Polynomial {
  const own = `@${index.key}`;
  const closed: Polynomial[] = [];
  const open = new Map<string, { readonly outside: Polynomial; readonly inside: Polynomial }>();
  for (const { coefficient, powers } of p.terms) {
    const outside = make([{ coefficient, powers: powers.filter(([v]) => !v.free.includes(index)) }]);
    const inside = powers.filter(([v]) => v.free.includes(index));
    const [only] = inside;
    if (inside.length === 0) closed.push(multiply(outside, add(high, scale(low, -1), one)));
    else if (inside.length === 1 && only?.[0].key === own)
      closed.push(multiply(outside, subtract(powerSum(high, only[1]), powerSum(subtract(low, one), only[1]))));
    else {
      const body = make([{ coefficient: new Fraction(1), powers: inside }]);
      const old = open.get(body.key);
      open.set(body.key, { outside: old === undefined ? outside : add(old.outside, outside), inside: body });
    }
  }
  for (const { outside, inside } of open.values())
    closed.push(multiply(outside, formalSum({ index, low, high, body: inside })));
  return add(...closed);
}

function formalSum(sum: FormalSum): Polynomial {
  const key = `Σ(${sum.index.key}:${sum.low.key}..${sum.high.key}:${sum.body.key})`;
  const free = sum.body.terms.flatMap((t) => t.powers.flatMap(([v]) => v.free)).filter((i) => i !== sum.index);
  return variable({ key, latex: "", free: [...new Set(free)], at: null, sum });
}

/** `1^k + … + n^k` as a polynomial in `n`. */
function powerSum(n: Polynomial, k: number): Polynomial {
  const terms = Array.from({ length: k + 1 }, (_, j) =>
    scale(
      power(n, k + 1 - j),
      bernoulli(j)
        .mul(binomial(k + 1, j))
        .div(k + 1),
    ),
  );
  return add(...terms);
}

/** The Bernoulli numbers with `B_1 = 1/2`. */
function bernoulli(m: number): Fraction {
  const row: Fraction[] = [];
  for (let j = 0; j <= m; j++) {
    row[j] = new Fraction(1, j + 1);
    for (let k = j; k > 0; k--) row[k - 1] = (row[k - 1] ?? new Fraction(0)).sub(row[k] ?? 0).mul(k);
  }
  return row[0] ?? new Fraction(1);
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}

// ---- order of growth ----

export const degreeOf = (powers: readonly Power[]): number =>
  powers.reduce((d, [v, n]) => d + n * (v.sum === null ? 1 : 1 + degree(v.sum.body)), 0);

export const degree = (p: Polynomial): number => p.terms.reduce((d, t) => Math.max(d, degreeOf(t.powers)), 0);

/**
 * The stated ordering of symbolic counts: the higher total degree is larger, then the larger sum of coefficients of the
 * highest degree, then of the next, then the text. Every size is taken to be large.
 */
export function compare(a: Polynomial, b: Polynomial): number {
  const difference = subtract(a, b);
  for (let d = degree(difference); d >= 0; d--) {
    const weight = difference.terms
      .filter((t) => degreeOf(t.powers) === d)
      .reduce((w, t) => w.add(t.coefficient), new Fraction(0));
    if (weight.n !== 0n) return weight.s < 0n ? -1 : 1;
  }
  return compareText(a.key, b.key);
}
