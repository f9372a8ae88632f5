import { Fraction } from "fraction.js";
import type { Index } from "../expression/node.js";
import {
  type Atom,
  type AtomBody,
  atomOf,
  atomPoly,
  constantOf,
  constantPoly,
  type Factor,
  isFragile,
  leadingTerm,
  makeTerm,
  mentions,
  ONE,
  onePoly,
  type Place,
  type Poly,
  scalePoly,
  type Term,
  termPoly,
} from "./form.js";
import { powerBy } from "./functions.js";
import { type Kit, type Places, Unprovable } from "./kit.js";
import { dimensionPoly } from "./numbers.js";
import { atIndex, indexAt } from "./place.js";
import { contentOf, divideBy } from "./powers.js";

/*
 * Functions of square matrices in normal form: what is known of products, powers, scalings and diagonals is used, so that
 * below a determinant, an inverse or a symbolic power only matrices stand that are none of these.
 */

export type MatrixBody = Extract<AtomBody, { kind: "matrix" }>;

/** The square matrix whose entry at `(row, column)` is `body`. */
export interface Matrix {
  readonly row: Index;
  readonly column: Index;
  readonly body: Poly;
}

/** Whole powers up to this are written out as products. */
const LARGEST_PRODUCT = 8;

export function matrixPoly(kit: Kit, body: MatrixBody): Poly {
  kit.budget.spend();
  const [p, q] = body.at;
  if (body.fn === "determinant") return determinant(kit, body);
  if (p === undefined || q === undefined) throw new Error("internal: a matrix without positions");
  const at: At = { p, q };
  switch (body.fn) {
    case "inverse":
      return inverse(kit, body, at);
    case "power":
      return power(kit, body, body.exponent ?? onePoly, at);
    case "exponential":
      return exponential(kit, body, at);
  }
}

interface At {
  readonly p: Place;
  readonly q: Place;
}

export const entryOf = (kit: Kit, { row, column, body }: Matrix, { p, q }: At): Poly =>
  kit.substitute(
    body,
    new Map([
      [row, p],
      [column, q],
    ]),
  );

export function atomic(
  kit: Kit,
  fn: MatrixBody["fn"],
  { row, column, body }: Matrix,
  at: readonly Place[],
  exponent: Poly | null = null,
): Poly {
  const symmetric = at.length === 2 && isSymmetric(kit, { row, column, body });
  return atomPoly(kit.intern({ kind: "matrix", fn, row, column, body, at, exponent, symmetric }));
}

/** `S + \operatorname{diag}(q)` of a symmetric S: the q of a row is that of the column where these are equal. */
function isSymmetric(kit: Kit, m: Matrix): boolean {
  const isOnDiagonal = m.body.terms.some((t) => t.factors.some((f) => isIdentity(m, f.atom)));
  if (!isOnDiagonal || m.body.terms.length < 2) return false;
  const [p, q] = [m.row, m.column].map((i) => atIndex(kit.arena, i));
  if (p === undefined || q === undefined) return false;
  return kit.keyOf(entryOf(kit, m, { p: q, q: p })) === kit.keyOf(m.body);
}

// ---- taking apart ----

/** A matrix that is no product, or a diagonal one. */
type Part = { readonly kind: "matrix"; readonly matrix: Matrix } | Diagonal;
interface Diagonal {
  readonly kind: "diagonal";
  readonly index: Index;
  readonly weight: Poly;
}

interface Decomposed {
  readonly scalar: Poly;
  /** Square matrices of one size, from left to right; none for the identity. */
  readonly parts: readonly Part[];
}

export function decompose(kit: Kit, m: Matrix): Decomposed {
  const [only] = m.body.terms;
  if (only === undefined) return { scalar: onePoly, parts: [{ kind: "matrix", matrix: m }] };
  if (m.body.terms.length > 1) return primitive(kit, m);
  const outside = only.factors.filter((f) => !carries(m, f.atom));
  const inside = only.factors.filter((f) => carries(m, f.atom));
  const scalar = termPoly(makeTerm(only.coefficient, outside));
  const bare: Matrix = { ...m, body: termPoly(makeTerm(ONE, inside)) };
  return { scalar, parts: chain(kit, bare, inside) ?? [{ kind: "matrix", matrix: bare }] };
}

const carries = (m: Matrix, atom: Atom): boolean => mentions(atom, m.row) || mentions(atom, m.column);

/** A sum of matrices without the number that all terms share. */
function primitive(kit: Kit, m: Matrix): Decomposed {
  const content = contentOf(m.body, true).filter((f) => !carries(m, f.atom) && f.atom.kind !== "root");
  const coefficient = leadingTerm(m.body).coefficient;
  const bare = scalePoly(content.length === 0 ? m.body : divideBy(kit, m.body, content), coefficient.inverse());
  return {
    scalar: termPoly(makeTerm(coefficient, content)),
    parts: [{ kind: "matrix", matrix: { ...m, body: bare } }],
  };
}

/** A product of matrices, cut where the inner size is the outer one; `null` if the factors do not form a chain. */
function chain(kit: Kit, m: Matrix, factors: readonly Factor[]): readonly Part[] | null {
  const flat = flatten(kit, factors);
  if (flat === null) return null;
  const nodes = [m.row, m.column, ...flat.bound];
  const of = (f: Factor): Index[] => nodes.filter((i) => mentions(f.atom, i));
  const delta = flat.factors.find((f) => isIdentity(m, f.atom));
  if (delta !== undefined) {
    const rest = flat.factors.filter((f) => f !== delta);
    if (flat.bound.length > 0) return null;
    return diagonalOf(kit, m, rest);
  }
  if (flat.factors.some((f) => of(f).length > 2)) return null;
  const path = pathOf(m, flat.factors, of);
  return path === null || path.length !== nodes.length ? null : segments(kit, m, path, flat.factors, of);
}

function isIdentity(m: Matrix, atom: Atom): boolean {
  if (atom.kind !== "iverson" || atom.relation !== "zero") return false;
  const { terms, offset, value } = atom.position;
  return (
    terms.length === 2 &&
    offset.terms.length === 0 &&
    value === null &&
    mentions(atom, m.row) &&
    mentions(atom, m.column)
  );
}

function diagonalOf(kit: Kit, m: Matrix, weights: readonly Factor[]): readonly Part[] {
  if (weights.length === 0) return [];
  const index = m.row;
  const weight = kit.substitute(termPoly(makeTerm(ONE, weights)), new Map([[m.column, atIndex(kit.arena, index)]]));
  return [{ kind: "diagonal", index, weight }];
}

/** The factors with the sums among them opened. */
function flatten(kit: Kit, factors: readonly Factor[]): { bound: readonly Index[]; factors: readonly Factor[] } | null {
  const bound: Index[] = [];
  const flat: Factor[] = [];
  for (const f of factors) {
    if (f.atom.kind !== "sum") {
      flat.push(f);
      continue;
    }
    if (f.power !== 1) return null;
    const opened = kit.open(f.atom);
    bound.push(...opened.indices);
    for (const p of opened.factors) {
      const [term] = p.terms;
      if (p.terms.length !== 1 || term === undefined || !term.coefficient.equals(ONE)) return null;
      flat.push(...term.factors);
    }
  }
  return { bound, factors: flat };
}

/** The one way from row to column over factors with two indices; `null` where there is a fork or no way. */
function pathOf(m: Matrix, factors: readonly Factor[], of: (f: Factor) => Index[]): readonly Index[] | null {
  const path = [m.row];
  for (let here = m.row; here !== m.column; ) {
    const next = new Set(factors.map(of).flatMap((ends) => (ends.length === 2 && ends.includes(here) ? ends : [])));
    for (const seen of path) next.delete(seen);
    const [only] = next;
    if (next.size !== 1 || only === undefined) return null;
    path.push(only);
    here = only;
  }
  return path;
}

function segments(
  kit: Kit,
  m: Matrix,
  path: readonly Index[],
  factors: readonly Factor[],
  of: (f: Factor) => Index[],
): readonly Part[] {
  const sameSize = (i: Index): boolean => i.range.low === m.row.range.low && i.range.high === m.row.range.high;
  const parts: Part[] = [];
  let start = m.row;
  let inner: Index[] = [];
  const links = (a: Index, b: Index): Factor[] => factors.filter((f) => of(f).includes(a) && of(f).includes(b));
  let body: Factor[] = [];
  const weigh = (i: Index): Factor[] => factors.filter((f) => of(f).length === 1 && of(f)[0] === i);
  const scale = (i: Index): void => {
    const weights = weigh(i);
    if (weights.length > 0) parts.push({ kind: "diagonal", index: i, weight: settled(kit, weights) });
  };
  scale(start);
  for (const [k, node] of path.entries()) {
    const before = path[k - 1];
    if (before === undefined) continue;
    body.push(...links(before, node));
    if (!sameSize(node)) {
      body.push(...weigh(node));
      inner.push(node);
      continue;
    }
    const term = settled(kit, body);
    const closed = inner.length === 0 ? term : closeAll(kit, inner, term);
    parts.push({ kind: "matrix", matrix: { row: start, column: node, body: closed } });
    scale(node);
    start = node;
    inner = [];
    body = [];
  }
  return parts;
}

const settled = (kit: Kit, factors: readonly Factor[]): Poly =>
  kit.multiply(...factors.map((f) => atomPoly(f.atom, f.power)));

const closeAll = (kit: Kit, inner: readonly Index[], poly: Poly): Poly => inner.reduce((p, i) => kit.sum(i, p), poly);

/** The matrix function that a matrix is, `(M^{-1})_{ij}` below another one; transposed where its positions are swapped. */
function functionOf(m: Matrix): { readonly of: MatrixBody; readonly turned: boolean } | null {
  const atom = atomOf(m.body);
  if (atom?.kind !== "matrix" || atom.at.length !== 2) return null;
  const [p, q] = atom.at.map(indexAt);
  if (p === m.row && q === m.column) return { of: atom, turned: false };
  return p === m.column && q === m.row ? { of: atom, turned: true } : null;
}

export const inside = (m: MatrixBody): Matrix => ({ row: m.row, column: m.column, body: m.body });
const turn = ({ p, q }: At, turned: boolean): At => (turned ? { p: q, q: p } : { p, q });

// ---- determinants ----

function traceOf(kit: Kit, m: Matrix): Poly {
  const index = kit.fresh(m.row.range);
  const at = atIndex(kit.arena, index);
  return kit.sum(index, entryOf(kit, m, { p: at, q: at }));
}

// det(s A B) = sⁿ det A det B, det diag(d) = Π d, det X⁻¹ = 1/det X, det X^k = (det X)^k, det e^X = e^{tr X}
function determinant(kit: Kit, m: Matrix): Poly {
  const { scalar, parts } = decompose(kit, m);
  const size = dimensionPoly(kit, kit.arena.size(m.row.range));
  const scaled = constantOf(scalar)?.equals(ONE) ? onePoly : powerBy(kit, scalar, size);
  return kit.multiply(scaled, ...parts.map((part) => determinantOf(kit, part)));
}

function determinantOf(kit: Kit, part: Part): Poly {
  if (part.kind === "diagonal")
    return kit.build({ kind: "reduce", op: "product", index: part.index, body: part.weight });
  const { matrix } = part;
  const f = functionOf(matrix);
  if (f?.of.fn === "exponential") return kit.exp(traceOf(kit, inside(f.of)));
  const whole = f === null ? null : exponentOf(f.of);
  if (f === null || whole === null) return atomic(kit, "determinant", matrix, []);
  return powerBy(kit, determinant(kit, inside(f.of)), whole);
}

/** The exponent of an inverse or a power, else `null`. */
export function exponentOf(m: MatrixBody): Poly | null {
  if (m.fn === "inverse") return constantPoly(new Fraction(-1));
  return m.fn === "power" && m.exponent !== null ? m.exponent : null;
}

// ---- inverses and powers ----

type Entry = (at: At) => Poly;

/** An entry of a product. */
function productAt(kit: Kit, range: Index["range"], parts: readonly Entry[], at: At): Poly {
  const [first, ...rest] = parts;
  if (first === undefined) return kit.delta(at.p, at.q);
  if (rest.length === 0) return first(at);
  const index = kit.fresh(range);
  const middle = atIndex(kit.arena, index);
  return kit.sum(
    index,
    kit.multiply(first({ p: at.p, q: middle }), productAt(kit, range, rest, { p: middle, q: at.q })),
  );
}

const straight =
  (kit: Kit, part: Part): Entry =>
  (at) =>
    part.kind === "matrix" ? entryOf(kit, part.matrix, at) : diagonalAt(kit, part, at, onePoly);

const diagonalAt = (kit: Kit, { index, weight }: Diagonal, { p, q }: At, exponent: Poly): Poly =>
  kit.multiply(kit.delta(p, q), powerBy(kit, kit.substitute(weight, new Map([[index, p]])), exponent));

// (s A B)⁻¹ = B⁻¹ A⁻¹ / s, where A and B are square
function inverse(kit: Kit, m: Matrix, at: At): Poly {
  const { scalar, parts } = decompose(kit, m);
  return kit.multiply(kit.power(scalar, new Fraction(-1)), productAt(kit, m.row.range, inverses(kit, parts), at));
}

const inverses = (kit: Kit, parts: readonly Part[]): Entry[] =>
  [...parts].reverse().map(
    (part): Entry =>
      (at) =>
        part.kind === "matrix" ? powerOf(kit, part.matrix, minusOne, at) : diagonalAt(kit, part, at, minusOne),
  );

const minusOne: Poly = constantPoly(new Fraction(-1));

/** A power of a matrix that is no product. */
function powerOf(kit: Kit, m: Matrix, exponent: Poly, at: At): Poly {
  const f = functionOf(m);
  const known = f === null ? null : exponentOf(f.of);
  if (f !== null && known !== null && isWholeNumber(exponent)) {
    if (isFragile(f.of.body)) throw new Unprovable("an inverse of what may vanish on more than a null set");
    return power(kit, inside(f.of), kit.multiply(known, exponent), turn(at, f.turned));
  }
  if (constantOf(exponent)?.equals(-1)) return atomic(kit, "inverse", m, [at.p, at.q]);
  return atomic(kit, "power", m, [at.p, at.q], exponent);
}

/** Made of dimensions, indices and whole tensors with whole coefficients. */
const isWholeNumber = (poly: Poly): boolean =>
  poly.terms.every(
    (t: Term) =>
      t.coefficient.d === 1n &&
      t.factors.every(
        ({ atom, power: n }) =>
          n > 0 && (atom.kind === "dim" || atom.kind === "index" || (atom.kind === "entry" && atom.tensor.integer)),
      ),
  );

export function power(kit: Kit, m: Matrix, exponent: Poly, at: At): Poly {
  const constant = constantOf(exponent);
  const { scalar, parts } = decompose(kit, m);
  const whole = constant?.d === 1n ? Number(constant.n * constant.s) : null;
  if (whole !== null && Math.abs(whole) <= LARGEST_PRODUCT) {
    const one = whole < 0 ? inverses(kit, parts) : parts.map((part) => straight(kit, part));
    const all = Array.from({ length: Math.abs(whole) }, () => one).flat();
    return kit.multiply(kit.power(scalar, new Fraction(whole)), productAt(kit, m.row.range, all, at));
  }
  const scaled = constantOf(scalar)?.equals(ONE) ? onePoly : powerBy(kit, scalar, exponent);
  const [only] = parts;
  if (only === undefined) return kit.multiply(scaled, kit.delta(at.p, at.q));
  if (parts.length > 1) {
    const bare: Matrix = { ...m, body: productBody(kit, m, parts) };
    return kit.multiply(scaled, atomic(kit, "power", bare, [at.p, at.q], exponent));
  }
  const entry =
    only.kind === "diagonal" ? diagonalAt(kit, only, at, exponent) : powerOf(kit, only.matrix, exponent, at);
  return kit.multiply(scaled, entry);
}

const productBody = (kit: Kit, m: Matrix, parts: readonly Part[]): Poly =>
  productAt(
    kit,
    m.row.range,
    parts.map((part) => straight(kit, part)),
    { p: atIndex(kit.arena, m.row), q: atIndex(kit.arena, m.column) },
  );

// ---- exponentials ----

// e^0 = I, and e^{diag(d)} = diag(e^d)
function exponential(kit: Kit, m: Matrix, at: At): Poly {
  if (m.body.terms.length === 0) return kit.delta(at.p, at.q);
  const { scalar, parts } = decompose(kit, m);
  const [only] = parts;
  if (only === undefined || (parts.length === 1 && only.kind === "diagonal")) {
    const weight = only?.kind === "diagonal" ? kit.substitute(only.weight, new Map([[only.index, at.p]])) : onePoly;
    return kit.multiply(kit.delta(at.p, at.q), kit.exp(kit.multiply(scalar, weight)));
  }
  return atomic(kit, "exponential", m, [at.p, at.q]);
}

// ---- indices in exponents ----

/** A sum over a few whole numbers that stand in the exponent of a matrix, written out. */
export function writtenOut(kit: Kit, index: Index, body: Poly): readonly Poly[] | null {
  const low = kit.arena.integerOf(index.range.low);
  const high = kit.arena.integerOf(index.range.high);
  if (low === null || high === null || high - low > LARGEST_PRODUCT) return null;
  if (!body.terms.some((t) => t.factors.some((f) => inExponent(f.atom, index)))) return null;
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, k) => {
    const map: Places = new Map([[index, { terms: [], offset: kit.arena.constantDim(low + k), value: null }]]);
    return kit.substitute(body, map);
  });
}

/** Whether an index stands in the exponent of a matrix power. */
export function inExponent(atom: Atom, index: Index): boolean {
  if (!mentions(atom, index)) return false;
  if (atom.kind === "sum") return atom.factors.some((f) => inExponent(f.atom, index));
  if (atom.kind !== "matrix" || atom.exponent === null) return false;
  return atom.exponent.terms.some((t) => t.factors.some((f) => mentions(f.atom, index)));
}
