import type { Index, NodeOf } from "../expression/node.js";
import { determinant, exponential, inverse, power } from "./linear.js";
import type { Scope, Value } from "./scope.js";

/**
 * All entries of a matrix function, for all values of the indices that are free in it; the two matrix axes come last
 * and have no index, a determinant has none. `hole` gives what entries outside a ragged matrix read as.
 */
export function wholeMatrix(
  scope: Scope,
  node: NodeOf<"matrix">,
  body: Value,
  exponent: Value | null,
  hole: () => number,
): Value {
  const { row, column } = node;
  const masks = [scope.mask(row), scope.mask(column)].flatMap((m) => (m === null ? [] : [m]));
  const axes = [body, ...(exponent === null ? [] : [exponent]), ...masks].flatMap((v) => v.axes);
  const outer = [...new Set(axes)].filter((i) => i !== row && i !== column);
  const widest = scope.box(row).count;
  if (widest !== scope.box(column).count) throw new Error(`internal: ${node.fn} of a matrix that is not square`);
  const size = node.fn === "determinant" ? 1 : widest * widest;
  const base = scope.offsets(body, outer);
  const inner = scope.offsets(body, [row, column]);
  const exponentAt = exponent === null ? null : scope.offsets(exponent, outer);
  const data = new Float64Array(base.length * size);
  base.forEach((start, cell) => {
    const n = masks.length === 0 ? widest : sizeAt(scope, row, outer, cell);
    const matrix = square(n, (i, j) => body.data[start + (inner[i * widest + j] ?? 0)] ?? Number.NaN);
    const result = matrixFunction(node.fn, matrix, n, exponent?.data[exponentAt?.[cell] ?? 0] ?? 1);
    if (node.fn === "determinant") data[cell] = result[0] ?? 1;
    else
      data.set(
        square(widest, (i, j) => (i < n && j < n ? (result[i * n + j] ?? Number.NaN) : hole())),
        cell * size,
      );
  });
  return { axes: outer, strides: scope.strides(outer).map((s) => s * size), data };
}

const square = (n: number, entry: (i: number, j: number) => number): Float64Array =>
  new Float64Array(n * n).map((_, cell) => entry(Math.floor(cell / n), cell % n));

function sizeAt(scope: Scope, index: Index, outer: readonly Index[], cell: number): number {
  const value = scope.valuation(outer, cell);
  return Math.max(0, scope.env.dim(index.range.high, value) - scope.env.dim(index.range.low, value) + 1);
}

function matrixFunction(fn: NodeOf<"matrix">["fn"], a: Float64Array, n: number, exponent: number): Float64Array {
  switch (fn) {
    case "inverse":
      return inverse(a, n);
    case "determinant":
      return Float64Array.of(determinant(a, n));
    case "exponential":
      return exponential(a, n);
    case "power":
      return power(a, n, exponent);
  }
}
