import type { Index } from "../expression/node.js";
import { type Atom, addPolys, atomOf, constantOf, isFragile, onePoly, type Place, type Poly } from "./form.js";
import type { Kit } from "./kit.js";
import { atomic, decompose, entryOf, exponentOf, inside, type Matrix, type MatrixBody, power } from "./matrices.js";
import { atIndex, indexAt } from "./place.js";

/* Products of powers of one matrix, and of its exponential. */

/** A factor as a power of a matrix between the place `far` and an index that is summed over. */
interface Link {
  readonly matrix: Matrix;
  readonly exponent: Poly;
  readonly far: Place;
  /** Its number, the same for equal matrices; of `matrix`, as it stands between `far` and the index. */
  readonly key: number;
}

/** `Σ_k (X^a)_ik (X^b)_kj = (X^{a+b})_ij` where it makes less of the two, the inverse being the power -1; else `null`. */
export function contractPowers(kit: Kit, index: Index, x: Atom, y: Atom): Poly | null {
  if (x.kind !== "matrix" && y.kind !== "matrix") return null;
  if (x.kind === "matrix" && x.fn === "exponential") return commuted(kit, index, x, y);
  const left = linkOf(kit, index, x, false);
  const right = left === null ? null : linkOf(kit, index, y, true);
  if (left === null || right === null || left.key !== right.key || isFragile(left.matrix.body)) return null;
  const sum = addPolys(left.exponent, right.exponent);
  if (!isLess(left.exponent, right.exponent, sum)) return null;
  if (isNegative(left.exponent) || isNegative(right.exponent)) noteInvertible(kit, left.matrix);
  return power(kit, left.matrix, sum, { p: left.far, q: right.far });
}

/** `\sum_k (e^{sB})_ik (B^n)_kj` in the other order: an exponential commutes with the powers of what stands in it. */
function commuted(kit: Kit, index: Index, x: MatrixBody, y: Atom): Poly | null {
  const [p, q] = x.at;
  const right = linkOf(kit, index, y, true);
  if (p === undefined || q === undefined || indexAt(q) !== index || mentionsPlace(p, index) || right === null)
    return null;
  const [only, ...more] = decompose(kit, inside(x)).parts;
  if (only?.kind !== "matrix" || more.length > 0 || keyOf(kit, only.matrix) !== right.key) return null;
  const between = kit.fresh(x.row.range);
  const middle = atIndex(kit.arena, between);
  const raised = power(kit, right.matrix, right.exponent, { p, q: middle });
  return kit.sum(between, kit.multiply(raised, atomic(kit, "exponential", inside(x), [middle, right.far])));
}

const isNegative = (e: Poly): boolean => (constantOf(e)?.s ?? 1n) < 0n;

/** Two whole numbers are merged only if they have different signs: else the product is the form. */
function isLess(a: Poly, b: Poly, sum: Poly): boolean {
  const [x, y] = [constantOf(a), constantOf(b)];
  if (x === null || y === null) return true;
  const total = constantOf(sum);
  return total !== null && total.abs().compare(x.abs().add(y.abs())) < 0;
}

function noteInvertible(kit: Kit, m: Matrix): void {
  const of = atomOf(m.body);
  if (of?.kind === "entry") {
    if (kit.facts.invertible(of.tensor)) kit.facts.rely("invertible", of.tensor);
    else kit.domain.invertible.add(`${of.tensor.latex} invertible`);
  }
}

/** `x` as a power of a matrix, `first` where the index is to be its row. */
function linkOf(kit: Kit, index: Index, x: Atom, first: boolean): Link | null {
  const found = x.kind === "matrix" ? functionLink(index, x, first) : entryLink(kit, index, x, first);
  if (found === null || mentionsPlace(found.far, index)) return null;
  const { range } = found.matrix.row;
  if (range.low !== index.range.low || range.high !== index.range.high) return null;
  return { ...found, key: keyOf(kit, found.matrix) };
}

/** A number that is the same for equal matrices. */
function keyOf(kit: Kit, m: Matrix): number {
  const [p, q] = ["%row", "%column"].map((name) => atIndex(kit.arena, kit.arena.index(name, m.row.range)));
  if (p === undefined || q === undefined) throw new Error("internal: a matrix without positions");
  return kit.keyOf(entryOf(kit, m, { p, q }));
}

const mentionsPlace = (p: Place, index: Index): boolean => p.terms.some(([i]) => i === index) || p.value !== null;

function functionLink(index: Index, x: MatrixBody, first: boolean): Omit<Link, "key"> | null {
  const exponent = exponentOf(x);
  const [p, q] = x.at;
  if (exponent === null || p === undefined || q === undefined) return null;
  const [here, far] = indexAt(p) === index ? [p, q] : indexAt(q) === index ? [q, p] : [];
  if (here === undefined || far === undefined) return null;
  const m = inside(x);
  // As it stands when the index is the position that is asked for, else turned.
  const straightOn = (here === p) === first;
  return { matrix: straightOn ? m : { row: m.column, column: m.row, body: m.body }, exponent, far };
}

function entryLink(kit: Kit, index: Index, x: Atom, first: boolean): Omit<Link, "key"> | null {
  if (x.kind !== "entry" || x.at.length !== 2) return null;
  const [p, q] = x.at;
  const [rows, columns] = x.tensor.axes;
  if (p === undefined || q === undefined || rows === undefined || columns === undefined) return null;
  if (rows.low !== columns.low || rows.high !== columns.high) return null;
  const far = indexAt(p) === index ? q : indexAt(q) === index ? p : null;
  if (far === null) return null;
  const [row, column] = [kit.fresh(rows), kit.fresh(rows)];
  const straightOn = (far === q) === first;
  const at = [atIndex(kit.arena, straightOn ? row : column), atIndex(kit.arena, straightOn ? column : row)];
  return { matrix: { row, column, body: kit.entry(x.tensor, at) }, exponent: onePoly, far };
}
