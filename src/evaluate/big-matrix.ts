import type { MatrixFunctionName } from "../expression/node.js";
import type { Big, BigNumbers } from "./big-numbers.js";

type Matrix = readonly (readonly Big[])[];

/** A matrix function to full precision; a determinant is a matrix of one entry. */
export function bigMatrixFunction(k: BigNumbers, fn: MatrixFunctionName, a: Matrix, exponent: number): Matrix {
  switch (fn) {
    case "inverse":
      return reduce(k, a).inverse;
    case "determinant":
      return [[reduce(k, a).determinant]];
    case "power":
      return power(k, a, exponent);
    case "exponential":
      return exponential(k, a);
  }
}

const identity = (k: BigNumbers, n: number): Big[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => k.of(Number(i === j))));

const product = (k: BigNumbers, a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b.map((_, j) => k.add(...row.map((x, m) => x.times(b[m]?.[j] ?? 0)))));

/** Gauss–Jordan elimination with partial pivoting. */
function reduce(k: BigNumbers, a: Matrix): { readonly inverse: Matrix; readonly determinant: Big } {
  const n = a.length;
  const left = a.map((row) => [...row]);
  const right = identity(k, n);
  let determinant = k.of(1);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (left[r]?.[c]?.abs().gt(left[pivot]?.[c]?.abs() ?? 0)) pivot = r;
    if (pivot !== c) {
      swap(left, c, pivot);
      swap(right, c, pivot);
      determinant = determinant.neg();
    }
    const head = left[c]?.[c] ?? k.of(0);
    determinant = determinant.times(head);
    if (head.isZero()) continue;
    for (const rows of [left, right]) rows[c] = (rows[c] ?? []).map((x) => x.div(head));
    clear(left, right, c);
  }
  return { inverse: right, determinant };
}

function clear(left: Big[][], right: Big[][], c: number): void {
  // The factor of each row is read before the row is changed.
  for (let r = 0; r < left.length; r++) {
    const factor = left[r]?.[c];
    if (r === c || factor === undefined) continue;
    for (const rows of [left, right]) rows[r] = (rows[r] ?? []).map((x, j) => x.minus(factor.times(rows[c]?.[j] ?? 0)));
  }
}

function swap(rows: Big[][], a: number, b: number): void {
  const kept = rows[a] ?? [];
  rows[a] = rows[b] ?? [];
  rows[b] = kept;
}

function power(k: BigNumbers, a: Matrix, exponent: number): Matrix {
  if (!Number.isInteger(exponent)) return a.map((row) => row.map(() => k.of(Number.NaN)));
  let base = exponent < 0 ? reduce(k, a).inverse : a;
  let result: Matrix = identity(k, a.length);
  for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = product(k, result, base);
    base = product(k, base, base);
  }
  return result;
}

/** The series at `A / 2³²`, squared 32 times, with digits to spare. */
function exponential(k: BigNumbers, a: Matrix): Matrix {
  const squarings = 32;
  const small = a.map((row) => row.map((x) => x.div(2 ** squarings)));
  let term: Matrix = identity(k, a.length);
  let sum = term;
  for (let n = 1; n <= 40; n++) {
    term = product(k, term, small).map((row) => row.map((x) => x.div(n)));
    sum = sum.map((row, i) => row.map((x, j) => x.plus(term[i]?.[j] ?? 0)));
  }
  for (let s = 0; s < squarings; s++) sum = product(k, sum, sum);
  return sum;
}
