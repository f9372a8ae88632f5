/* Dense linear algebra on small square matrices, row by row in one array. */

interface Factors {
  /** L below the diagonal (its own diagonal is one), U on and above. */
  readonly lu: Float64Array;
  readonly rows: readonly number[];
  readonly sign: number;
}

/** LU with partial pivoting. Source: Golub and Van Loan, algorithm 3.4.1. */
function factor(a: Float64Array, n: number): Factors {
  const lu = a.slice();
  const rows = Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  const get = (i: number, j: number): number => lu[i * n + j] ?? 0;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(get(i, k)) > Math.abs(get(pivot, k))) pivot = i;
    if (pivot !== k) {
      swapRows(lu, rows, n, k, pivot);
      sign = -sign;
    }
    const head = get(k, k);
    if (head === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const ratio = get(i, k) / head;
      lu[i * n + k] = ratio;
      for (let j = k + 1; j < n; j++) lu[i * n + j] = get(i, j) - ratio * get(k, j);
    }
  }
  return { lu, rows, sign };
}

function swapRows(lu: Float64Array, rows: number[], n: number, a: number, b: number): void {
  for (let j = 0; j < n; j++) {
    const kept = lu[a * n + j] ?? 0;
    lu[a * n + j] = lu[b * n + j] ?? 0;
    lu[b * n + j] = kept;
  }
  const kept = rows[a] ?? 0;
  rows[a] = rows[b] ?? 0;
  rows[b] = kept;
}

export function determinant(a: Float64Array, n: number): number {
  const { lu, sign } = factor(a, n);
  let product = sign;
  for (let k = 0; k < n; k++) product *= lu[k * n + k] ?? 0;
  return product;
}

/** `A⁻¹ B`; not finite where A is singular. */
export function solve(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const factors = factor(a, n);
  const x = new Float64Array(n * n);
  for (let c = 0; c < n; c++) solveColumn(factors, b, n, c, x);
  return x;
}

function solveColumn({ lu, rows }: Factors, b: Float64Array, n: number, c: number, x: Float64Array): void {
  const less = (i: number, from: number, to: number, sum: number): number => {
    let rest = sum;
    for (let k = from; k < to; k++) rest -= (lu[i * n + k] ?? 0) * (x[k * n + c] ?? 0);
    return rest;
  };
  for (let i = 0; i < n; i++) x[i * n + c] = less(i, 0, i, b[(rows[i] ?? 0) * n + c] ?? 0);
  for (let i = n - 1; i >= 0; i--) x[i * n + c] = less(i, i + 1, n, x[i * n + c] ?? 0) / (lu[i * n + i] ?? 0);
}

export function identity(n: number): Float64Array {
  const one = new Float64Array(n * n);
  for (let i = 0; i < n; i++) one[i * n + i] = 1;
  return one;
}

export const inverse = (a: Float64Array, n: number): Float64Array => solve(a, identity(n), n);

export function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const left = a[i * n + k] ?? 0;
      for (let j = 0; j < n; j++) c[i * n + j] = (c[i * n + j] ?? 0) + left * (b[k * n + j] ?? 0);
    }
  return c;
}

/** A whole power, by repeated squaring; NaN for another exponent. */
export function power(a: Float64Array, n: number, exponent: number): Float64Array {
  if (!Number.isInteger(exponent)) return new Float64Array(n * n).fill(Number.NaN);
  let base = exponent < 0 ? inverse(a, n) : a;
  let result = identity(n);
  for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = product(result, base, n);
    base = product(base, base, n);
  }
  return result;
}

/** By scaling and squaring. Source: Golub and Van Loan, algorithm 9.3.1. */
export function exponential(a: Float64Array, n: number): Float64Array {
  let norm = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) row += Math.abs(a[i * n + j] ?? 0);
    norm = Math.max(norm, row);
  }
  if (!Number.isFinite(norm)) return new Float64Array(n * n).fill(Number.NaN);
  const squarings = Math.max(0, Math.ceil(Math.log2(norm / 0.25)));
  let result = pade(
    a.map((v) => v / 2 ** squarings),
    n,
  );
  for (let k = 0; k < squarings; k++) result = product(result, result, n);
  return result;
}

/** The diagonal Padé approximant of order 6; below norm ¼ its error is under 1e-18. */
function pade(a: Float64Array, n: number): Float64Array {
  const even = new Float64Array(n * n);
  const odd = new Float64Array(n * n);
  let term = identity(n);
  let coefficient = 1;
  const order = 6;
  for (let k = 0; k <= order; k++) {
    const into = k % 2 === 0 ? even : odd;
    for (let c = 0; c < term.length; c++) into[c] = (into[c] ?? 0) + coefficient * (term[c] ?? 0);
    coefficient *= (order - k) / ((2 * order - k) * (k + 1));
    term = product(term, a, n);
  }
  const top = even.map((v, c) => v + (odd[c] ?? 0));
  const bottom = even.map((v, c) => v - (odd[c] ?? 0));
  return solve(bottom, top, n);
}
