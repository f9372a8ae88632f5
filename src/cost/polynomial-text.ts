import { Fraction } from "fraction.js";
import type { Dim, Index, Position } from "../expression/node.js";
import { compareText } from "../expression/text.js";
import {
  add,
  degreeOf,
  equal,
  type FormalSum,
  fromDim,
  type Polynomial,
  type Power,
  type Variable,
} from "./polynomial.js";

/** How sizes are called and which of them are lengths of families, `L` or `T`: these stand first. */
export interface SizeNames {
  readonly lengths: ReadonlySet<string>;
  readonly letter: (index: Index) => string;
}

/** `2*H*D + H`: terms of the highest degree first, a product sign between factors, sizes as the author writes them. */
export function polynomialText(p: Polynomial, names: SizeNames): string {
  const terms = sorted(p, names).map(({ coefficient, powers }) => {
    const size = coefficient.abs();
    const factors = factorTexts(powers, names);
    const number = size.equals(1) && factors.length > 0 ? [] : [size.toFraction()];
    return { sign: coefficient.s < 0n ? "-" : "+", text: [...number, ...factors].join("*") };
  });
  return joined(terms);
}

const joined = (terms: readonly { readonly sign: string; readonly text: string }[]): string => {
  if (terms.length === 0) return "0";
  return terms
    .map(({ sign, text }, k) => (k === 0 ? `${sign === "-" ? "-" : ""}${text}` : ` ${sign} ${text}`))
    .join("");
};

/** `O(L H^2)`: the terms that no other term outgrows, without their coefficients. */
export function bigO(p: Polynomial, names: SizeNames): string {
  const terms = leading(p);
  if (terms.length === 0) return "O(1)";
  const texts = sorted({ key: "", terms }, names).map(({ powers }) => factorTexts(powers, names).join(" "));
  return `O(${texts.map((t) => (t === "" ? "1" : t)).join(" + ")})`;
}

/** The terms that are not a constant multiple of a divisor of another; those that only take away are no bound. */
export function leading(p: Polynomial): Polynomial["terms"] {
  const growing = p.terms.filter((t) => t.coefficient.s > 0n);
  const leads = growing.filter((t) => !growing.some((u) => u !== t && divides(t.powers, u.powers)));
  return leads.map((t) => ({ coefficient: new Fraction(1), powers: t.powers }));
}

/** Whether a product of sizes is nowhere larger: each factor stands in the other one, or in a sum of it. */
export function divides(a: readonly Power[], b: readonly Power[]): boolean {
  const left = new Map(b.map(([w, n]) => [w, n] as const));
  const taken = (wanted: number, fits: (w: Variable) => boolean): number =>
    [...left].reduce((open, [w, n]) => {
      const used = fits(w) ? Math.min(open, n) : 0;
      left.set(w, n - used);
      return open - used;
    }, wanted);
  const rest = a.map(([v, n]): Power => [v, taken(n, (w) => w.key === v.key)]);
  return rest.every(([v, n]) => taken(n, (w) => isInSum(v, w)) === 0);
}

/** `\sum_\ell D^{(\ell)}` and `D^{(L)}` beside `\sum_\ell D^{(\ell)} D^{(\ell-1)}`: no size is less than one. */
function isInSum(v: Variable, { sum }: Variable): boolean {
  if (sum === null) return false;
  const { sum: own, at } = v;
  const covers = (powers: readonly Power[]): boolean => sum.body.terms.some((u) => divides(powers, u.powers));
  if (own !== null)
    return equal(own.low, sum.low) && equal(own.high, sum.high) && own.body.terms.every((t) => covers(t.powers));
  if (at === null || v.free.length > 0) return false;
  const isLast = ([u]: Power): boolean => {
    const [step, ...more] = u.at?.terms ?? [];
    if (u.at === null || u.latex !== v.latex || step?.[0] !== sum.index || step[1] !== 1 || more.length > 0)
      return false;
    return equal(sizeOf(at.offset), add(sum.high, sizeOf(u.at.offset)));
  };
  return sum.body.terms.some((t) => t.powers.some(isLast));
}

const sizeOf = (dim: Dim): Polynomial => fromDim(dim, () => []);

function sorted(p: Polynomial, names: SizeNames): Polynomial["terms"] {
  const terms = p.terms.map((t) => ({ ...t, powers: sortedPowers(t.powers, names) }));
  const text = (t: (typeof terms)[number]): string =>
    t.powers.map(([v, n]) => `${variableText(v, names)}^${n}`).join(" ");
  return terms.sort((a, b) => degreeOf(b.powers) - degreeOf(a.powers) || compareText(text(a), text(b)));
}

/** Lengths first, then the lower power, then by name. */
function sortedPowers(powers: readonly Power[], names: SizeNames): readonly Power[] {
  const rank = ([v]: Power): number => (names.lengths.has(v.key) ? 0 : v.sum === null ? 1 : 2);
  return [...powers].sort(
    (a, b) => rank(a) - rank(b) || a[1] - b[1] || compareText(variableText(a[0], names), variableText(b[0], names)),
  );
}

/** A sum reaches to the end of its term, so it is in parentheses before that. */
const factorTexts = (powers: readonly Power[], names: SizeNames): readonly string[] =>
  powers.map(([v, n], k) => {
    const text = variableText(v, names);
    return v.sum !== null && n === 1 && k < powers.length - 1 ? `(${text})` : powerText(text, n);
  });

const powerText = (base: string, n: number): string =>
  n === 1 ? base : base.includes("^") ? `(${base})^${n}` : `${base}^${n}`;

function variableText(v: Variable, names: SizeNames): string {
  if (v.sum !== null) return sumText(v.sum, names);
  if (v.at !== null) return v.latex.replace(/\{#0\}|#0/, positionText(v.at, names));
  const [index] = v.free;
  return index === undefined ? v.latex : names.letter(index);
}

const sumText = ({ index, low, high, body }: FormalSum, names: SizeNames): string =>
  `\\sum_{${names.letter(index)}=${polynomialText(low, names)}}^{${polynomialText(high, names)}} ${polynomialText(body, names)}`;

function positionText(p: Position, names: SizeNames): string {
  const offset = p.offset.terms.map(({ coefficient, powers }) => ({
    sign: coefficient < 0 ? "-" : "+",
    text: [
      ...(Math.abs(coefficient) === 1 && powers.length > 0 ? [] : [String(Math.abs(coefficient))]),
      ...powers.map(([atom, n]) => powerText(atom.latex, n)),
    ].join(" "),
  }));
  const indices = p.terms.map(([i, c]) => ({
    sign: c < 0 ? "-" : "+",
    text: `${Math.abs(c) === 1 ? "" : Math.abs(c)}${names.letter(i)}`,
  }));
  return joined([...indices, ...offset]).replaceAll(" ", "");
}
