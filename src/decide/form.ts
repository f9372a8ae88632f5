import { Fraction } from "fraction.js";
import type { Dim, Index, MatrixFunctionName, Tensor } from "../expression/node.js";

/*
 * The normal form: a polynomial in atoms with rational coefficients. An atom is anything that the relations do not
 * look into: an entry, a function of polynomials, a connected sum. Atoms are interned by a key in which bound
 * indices have canonical names, so equal atoms are one object and a polynomial is zero exactly when it has no terms.
 */

/** An affine combination of indices plus a dimension, plus the value of an integer atom. */
export interface Place {
  readonly terms: readonly (readonly [Index, number])[];
  readonly offset: Dim;
  readonly value: Poly | null;
}

export interface Factor {
  readonly atom: Atom;
  /** Never zero. */
  readonly power: number;
}

export interface Term {
  readonly coefficient: Fraction;
  /** Sorted by atom id. */
  readonly factors: readonly Factor[];
  readonly key: string;
}

export interface Poly {
  readonly terms: readonly Term[];
}

export interface Abstraction {
  readonly indices: readonly Index[];
  readonly body: Poly;
}

export type AtomBody =
  | { readonly kind: "entry"; readonly tensor: Tensor; readonly at: readonly Place[] }
  | { readonly kind: "dim"; readonly latex: string; readonly at: Place | null }
  | { readonly kind: "index"; readonly index: Index }
  | { readonly kind: "pi" }
  /** The principal root `base^(1/degree)`; its power is kept below `degree`. */
  | { readonly kind: "root"; readonly base: Poly; readonly degree: number }
  /** Of one monomial with coefficient one: `exp(a + 2b)` is `exp(a) exp(b)²`. */
  | { readonly kind: "exp"; readonly arg: Poly }
  | { readonly kind: "log"; readonly arg: Poly }
  | { readonly kind: "apply"; readonly fn: string; readonly args: readonly Poly[] }
  /** A polynomial of at least two terms without common factors, in a denominator. */
  | { readonly kind: "group"; readonly value: Poly }
  | { readonly kind: "power"; readonly base: Poly; readonly exponent: Poly }
  | { readonly kind: "reduce"; readonly op: "max" | "min" | "product"; readonly index: Index; readonly body: Poly }
  | { readonly kind: "argument"; readonly op: "max" | "min"; readonly index: Index; readonly body: Poly }
  | { readonly kind: "iverson"; readonly relation: "zero" | "nonnegative"; readonly position: Place }
  | { readonly kind: "indicator"; readonly relation: ">" | ">=" | "="; readonly arg: Poly }
  | {
      readonly kind: "matrix";
      readonly fn: MatrixFunctionName;
      readonly row: Index;
      readonly column: Index;
      readonly body: Poly;
      readonly at: readonly Place[];
      readonly exponent: Poly | null;
      /** Is the matrix its own transpose, which its body does not show? */
      readonly symmetric?: boolean;
    }
  | {
      readonly kind: "abstract";
      readonly name: string;
      readonly args: readonly Abstraction[];
      readonly outputs: readonly Place[];
      readonly partials: readonly { readonly argument: number; readonly at: readonly Place[] }[];
    }
  /** A sum over `indices` whose factors hang together through them. */
  | { readonly kind: "sum"; readonly indices: readonly Index[]; readonly factors: readonly Factor[] };

export type Sign = "positive" | "nonnegative" | "unknown";

interface AtomBase {
  readonly id: number;
  readonly free: readonly Index[];
  /** The same for atoms that differ in the names of free indices only. */
  readonly shape: number;
  /** The number of binders nested inside. */
  readonly height: number;
  readonly sign: Sign;
  /** Its powers are itself: an indicator, an entry of a one-hot or binary tensor. */
  readonly idempotent: boolean;
  /** Its square is 1: an entry that is -1 or 1. */
  readonly involutive: boolean;
  /** Holds something that vanishes on more than a null set: an indicator, a max, a one-hot entry. */
  readonly fragile: boolean;
  /** A product that holds it may obey a relation. */
  readonly relates: boolean;
}

export type Atom = AtomBase & AtomBody;
export type AtomOf<K extends Atom["kind"]> = Extract<Atom, { readonly kind: K }>;

export const ZERO = new Fraction(0);
export const ONE = new Fraction(1);

export const zeroPoly: Poly = { terms: [] };

export function makeTerm(coefficient: Fraction, factors: readonly Factor[]): Term {
  let key = "";
  for (const f of factors) key += `${f.atom.id}^${f.power}.`;
  return { coefficient, factors, key };
}

export const termPoly = (term: Term): Poly =>
  term.coefficient.s === 0n || term.coefficient.n === 0n ? zeroPoly : { terms: [term] };
export const constantPoly = (value: Fraction): Poly => termPoly(makeTerm(value, []));
export const onePoly: Poly = constantPoly(ONE);
export const atomPoly = (atom: Atom, power = 1): Poly => ({
  terms: [makeTerm(ONE, power === 0 ? [] : [{ atom, power }])],
});

/** Collects terms with equal factors. */
export class Collector {
  readonly #terms = new Map<string, Term>();

  add(term: Term, scale: Fraction | null = null): void {
    const coefficient = scale === null ? term.coefficient : term.coefficient.mul(scale);
    const old = this.#terms.get(term.key);
    if (old === undefined) {
      if (coefficient.n !== 0n) this.#terms.set(term.key, scale === null ? term : { ...term, coefficient });
      return;
    }
    const sum = old.coefficient.add(coefficient);
    if (sum.n === 0n) this.#terms.delete(term.key);
    else this.#terms.set(term.key, { coefficient: sum, factors: old.factors, key: old.key });
  }

  addAll(poly: Poly, scale: Fraction | null = null): void {
    for (const t of poly.terms) this.add(t, scale);
  }

  get size(): number {
    return this.#terms.size;
  }

  poly(): Poly {
    return this.#terms.size === 0 ? zeroPoly : { terms: [...this.#terms.values()] };
  }
}

export function addPolys(...polys: readonly Poly[]): Poly {
  const [only] = polys;
  if (polys.length === 1 && only !== undefined) return only;
  const sum = new Collector();
  for (const p of polys) sum.addAll(p);
  return sum.poly();
}

export function scalePoly(poly: Poly, by: Fraction): Poly {
  if (by.n === 0n) return zeroPoly;
  if (by.equals(ONE)) return poly;
  return { terms: poly.terms.map((t) => ({ coefficient: t.coefficient.mul(by), factors: t.factors, key: t.key })) };
}

export const negatePoly = (poly: Poly): Poly => scalePoly(poly, new Fraction(-1));

/** The value of a polynomial without atoms, else `null`. */
export function constantOf(poly: Poly): Fraction | null {
  const [term] = poly.terms;
  if (term === undefined) return ZERO;
  return poly.terms.length === 1 && term.factors.length === 0 ? term.coefficient : null;
}

/** The atom a polynomial consists of, else `null`. */
export function atomOf(poly: Poly): Atom | null {
  const [term] = poly.terms;
  const factor = term?.factors[0];
  if (term === undefined || factor === undefined || poly.terms.length !== 1 || term.factors.length !== 1) return null;
  return factor.power === 1 && term.coefficient.equals(ONE) ? factor.atom : null;
}

export const isFragile = (poly: Poly): boolean => poly.terms.some((t) => t.factors.some((f) => f.atom.fragile));

export const mentions = (atom: Atom, index: Index): boolean => atom.free.includes(index);

/** What can be said of a sign from the signs of the parts. */
export function signOf(poly: Poly): Sign {
  let positive = false;
  for (const t of poly.terms) {
    const sign = termSign(t);
    if (sign === "unknown") return "unknown";
    if (sign === "positive") positive = true;
  }
  return positive ? "positive" : "nonnegative";
}

export function termSign(term: Term): Sign {
  if (term.coefficient.s < 0n) return "unknown";
  return factorsSign(term.factors);
}

export function factorsSign(factors: readonly Factor[]): Sign {
  let sign: Sign = "positive";
  for (const { atom, power } of factors) {
    if (atom.sign === "positive") continue;
    if (atom.sign === "unknown" && power % 2 !== 0) return "unknown";
    sign = "nonnegative";
  }
  return sign;
}

/** Merges two sorted factor lists. */
export function mergeFactors(a: readonly Factor[], b: readonly Factor[]): readonly Factor[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: Factor[] = [];
  let i = 0;
  let j = 0;
  for (let x = a[i], y = b[j]; x !== undefined && y !== undefined; x = a[i], y = b[j]) {
    const order = x.atom.id - y.atom.id;
    const power = x.power + y.power;
    if (order !== 0) merged.push(order < 0 ? x : y);
    else if (power !== 0) merged.push({ atom: x.atom, power });
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  merged.push(...a.slice(i), ...b.slice(j));
  return merged;
}

const degreeOf = (t: Term): number => t.factors.reduce((n, f) => n + f.power, 0);
const compareAtoms = (a: Atom, b: Atom): number => a.shape - b.shape || a.id - b.id;

/**
 * Graded lexicographic, an order that products keep. Atoms are ordered by shape first, so that the names of indices
 * seldom decide which term leads.
 */
export function compareTerms(a: Term, b: Term): number {
  const d = degreeOf(a) - degreeOf(b);
  if (d !== 0) return d;
  const [xs, ys] = [a, b].map((t) => [...t.factors].sort((x, y) => compareAtoms(x.atom, y.atom)));
  for (let k = 0; ; k++) {
    const x = xs?.[k];
    const y = ys?.[k];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1;
    const order = compareAtoms(y.atom, x.atom) || x.power - y.power;
    if (order !== 0) return order;
  }
}

export function leadingTerm(poly: Poly): Term {
  const [first] = poly.terms;
  if (first === undefined) throw new Error("internal: zero has no leading term");
  return poly.terms.reduce((best, t) => (compareTerms(t, best) > 0 ? t : best), first);
}
