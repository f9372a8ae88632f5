import { Fraction } from "fraction.js";
import {
  add,
  hadamard,
  isScalar,
  type MatrixExpression,
  ones,
  product,
  scalar,
  scale,
  transpose,
} from "../contraction/matrix.js";
import { addTo } from "../core/groups.js";
import type { Arena } from "../expression/arena.js";

/*
 * Draws out what terms share: `AᵀAx - Aᵀy` is `Aᵀ(Ax - y)`. Of everything that several terms share, the one with the
 * most terms is drawn out first; ties go to the left end of a chain, its right end, an entrywise factor, a scalar.
 */

/** A term: a number, scalars, and an array that is a chain or an entrywise product. */
interface Term {
  readonly number: Fraction;
  readonly scalars: readonly MatrixExpression[];
  /** `null` for a term that is a scalar as a whole. */
  readonly array: MatrixExpression | null;
}

type How = "left" | "right" | "entrywise" | "scalar";
const HOWS: readonly How[] = ["left", "right", "entrywise", "scalar"];

interface Shared {
  readonly how: How;
  readonly what: MatrixExpression;
  /** Positions of the terms that have it. */
  readonly at: readonly number[];
}

/** Longer sums are left as they are. */
const MOST_TERMS = 40;

export function factorSum(arena: Arena, terms: readonly MatrixExpression[], within = false): MatrixExpression {
  const flat = terms.flatMap((t) => addends(arena, t));
  if (flat.length < 2 || flat.length > MOST_TERMS) return add(...terms);
  const shape = flat.find((t) => !isScalar(t)) ?? null;
  // Numbers that are added to every entry of an array stay apart.
  const aside = shape === null ? [] : flat.filter((t) => isScalar(t));
  const groups = guarded(flat);
  if (groups.length > 1) return add(...groups.map((g) => factorSum(arena, g)));
  let rest = collected(flat.filter((t) => !aside.includes(t)).map(termOf));
  for (let shared = best(rest); shared !== null; shared = best(rest)) rest = drawn(arena, rest, shared);
  const common = commonNumber(rest, aside.length > 0);
  // A sign alone stays with the terms, `-a - b`, unless a factor stands before them.
  const numbers = common.equals(-1) && !within ? common.neg() : common;
  const inner = rest.map((t) => build(arena, { ...t, number: t.number.div(numbers) }));
  const added = collected(aside.map(termOf)).filter((t) => !t.number.equals(0));
  return scale([scalar(arena.rational(numbers))], add(...inner, ...added.map((t) => build(arena, t))));
}

/** The terms of a sum, also of one with a number before it. */
function addends(arena: Arena, t: MatrixExpression): readonly MatrixExpression[] {
  if (t.kind === "add") return t.args;
  const [number, sum, more] = t.kind === "scale" ? t.args : [];
  if (number === undefined || sum?.kind !== "add" || more !== undefined || isScalar(t)) return [t];
  if (number.kind !== "scalar" || number.node.kind !== "rational" || sum.args.some(isScalar)) return [t];
  const { value } = number.node;
  const inner = sum.args.map(termOf).map((a) => ({ ...a, number: a.number.mul(value) }));
  // `-(y - t)` is `t - y`.
  return [...inner.filter((a) => a.number.s > 0n), ...inner.filter((a) => a.number.s < 0n)].map((a) => build(arena, a));
}

/** Terms under different conditions stay apart, so that each condition can be printed as a case. */
function guarded(terms: readonly MatrixExpression[]): MatrixExpression[][] {
  const groups = new Map<string, MatrixExpression[]>();
  for (const t of terms) {
    const conditions = (t.kind === "scale" ? t.args : [t]).filter(
      (s) => s.kind === "scalar" && s.node.kind === "iverson",
    );
    const key = conditions.map((s) => s.key).join("|");
    addTo(groups, key, t);
  }
  return [...groups.values()];
}

/** Like terms as one; where all cancel, one of them with a zero in front. */
function collected(terms: readonly Term[]): Term[] {
  const byKey = new Map<string, Term>();
  for (const t of terms) {
    const key = [t.array?.key ?? "", ...t.scalars.map((s) => s.key).sort()].join("|");
    const old = byKey.get(key);
    byKey.set(key, old === undefined ? t : { ...old, number: old.number.add(t.number) });
  }
  const all = [...byKey.values()];
  const kept = all.filter((t) => !t.number.equals(0));
  return kept.length === 0 ? all.slice(0, 1) : kept;
}

function termOf(x: MatrixExpression): Term {
  const args = x.kind === "scale" ? x.args : [x];
  const array = isScalar(x) ? null : (args.at(-1) ?? x);
  const scalars = array === null ? args : args.slice(0, -1);
  const isNumber = (s: MatrixExpression): boolean => s.kind === "scalar" && s.node.kind === "rational";
  let number = new Fraction(1);
  for (const s of scalars) if (s.kind === "scalar" && s.node.kind === "rational") number = number.mul(s.node.value);
  return { number, scalars: scalars.filter((s) => !isNumber(s)), array };
}

function build(arena: Arena, { number, scalars, array }: Term): MatrixExpression {
  const factors = [scalar(arena.rational(number)), ...scalars];
  const last = factors.at(-1);
  return array === null && last !== undefined ? scale(factors.slice(0, -1), last) : scale(factors, array ?? fail());
}

function fail(): never {
  throw new Error("internal: a term without a value");
}

// ---- what terms have ----

const isDiagonal = (x: MatrixExpression): boolean => x.kind === "diagonal";

function entrywiseOf(array: MatrixExpression): readonly MatrixExpression[] {
  if (array.kind === "hadamard") return array.args;
  if (array.kind === "ones" || array.kind === "add") return [];
  if (array.kind !== "product") return [array];
  // Rows and columns of a matrix scaled: `diag(v) P` is `P ⊙ (v 1ᵀ)`.
  const middle = array.args.filter((a) => !isDiagonal(a));
  return middle.length === 1 && array.args.length > 1 ? middle : [];
}

function has(term: Term, how: How): readonly MatrixExpression[] {
  const { array, scalars } = term;
  if (how === "scalar") return scalars;
  if (array === null) return [];
  if (how === "entrywise") return entrywiseOf(array);
  if (array.kind !== "product") return [];
  const end = how === "left" ? array.args[0] : array.args.at(-1);
  return end === undefined ? [] : [end];
}

function best(terms: readonly Term[]): Shared | null {
  let found: Shared | null = null;
  for (const how of HOWS) {
    const places = new Map<string, { what: MatrixExpression; at: Set<number> }>();
    terms.forEach((t, k) => {
      for (const what of has(t, how)) {
        const place = places.get(what.key) ?? { what, at: new Set() };
        places.set(what.key, place);
        place.at.add(k);
      }
    });
    for (const { what, at } of places.values()) {
      // A scalar is drawn out of all terms or of none.
      const enough = how === "scalar" ? at.size === terms.length : true;
      if (at.size >= 2 && enough && native(terms, [...at], how, what) && at.size > (found?.at.length ?? 1))
        found = { how, what, at: [...at] };
    }
  }
  return found;
}

/** At least one term has an entrywise factor as such, not only as the matrix of a scaling. */
function native(terms: readonly Term[], at: readonly number[], how: How, what: MatrixExpression): boolean {
  if (how !== "entrywise") return true;
  return at.some((k) => {
    const array = terms[k]?.array;
    return array?.key === what.key || array?.kind === "hadamard";
  });
}

// ---- drawing out ----

function drawn(arena: Arena, terms: readonly Term[], { how, what, at }: Shared): Term[] {
  const inner = factorSum(
    arena,
    at.map((k) => build(arena, without(terms[k] ?? fail(), how, what))),
    true,
  );
  const whole =
    how === "left"
      ? product(what, inner)
      : how === "right"
        ? product(inner, what)
        : how === "entrywise"
          ? hadamard(what, inner)
          : scale([what], inner);
  const [first] = at;
  return terms.flatMap((t, k) => (k === first ? [termOf(whole)] : at.includes(k) ? [] : [t]));
}

/** The term without one occurrence of what is drawn out. */
function without(term: Term, how: How, what: MatrixExpression): Term {
  const { array } = term;
  if (how === "scalar" || array === null) return { ...term, scalars: dropOne(term.scalars, what) };
  if (how === "entrywise") return withoutEntrywise(term, array, what);
  if (array.kind !== "product") fail();
  return absorb(term, product(...(how === "left" ? array.args.slice(1) : array.args.slice(0, -1))));
}

function withoutEntrywise(term: Term, array: MatrixExpression, what: MatrixExpression): Term {
  if (array.kind === "hadamard") return absorb(term, hadamard(...dropOne(array.args, what)));
  if (array.kind !== "product") {
    // A number is added to every entry; any other scalar is shown to be.
    return term.scalars.length === 0 ? { ...term, array: null } : { ...term, array: onesLike(what) };
  }
  const k = array.args.findIndex((a) => !isDiagonal(a));
  const column = (d: MatrixExpression): MatrixExpression => (d.kind === "diagonal" ? d.args[0] : fail());
  const left = array.args.slice(0, k).map((d) => product(column(d), transpose(ones(what.columns))));
  const right = array.args.slice(k + 1).map((d) => product(ones(what.rows), transpose(column(d))));
  return absorb(term, hadamard(...left, ...right));
}

function onesLike({ rows, columns }: MatrixExpression): MatrixExpression {
  if (columns === null || rows === null) return ones(rows, columns);
  return product(ones(rows), transpose(ones(columns)));
}

/** The scalars that come out of an array join those of its term. */
function absorb(term: Term, array: MatrixExpression): Term {
  const inner = termOf(array);
  return { number: term.number.mul(inner.number), scalars: [...term.scalars, ...inner.scalars], array: inner.array };
}

function dropOne(all: readonly MatrixExpression[], what: MatrixExpression): readonly MatrixExpression[] {
  const k = all.findIndex((x) => x.key === what.key);
  return all.filter((_, n) => n !== k);
}

/** The number in front of all terms alike, with their sign if it is one; it stays where it is if a number is added. */
function commonNumber(terms: readonly Term[], pinned: boolean): Fraction {
  const [first] = terms;
  const one = new Fraction(1);
  if (first === undefined || terms.length < 2 || pinned) return one;
  const negative = terms.every((t) => t.number.s < 0n);
  const alike = terms.every((t) => t.number.abs().equals(first.number.abs()));
  const size = alike && !first.number.equals(0) ? first.number.abs() : one;
  return negative ? size.neg() : size;
}
