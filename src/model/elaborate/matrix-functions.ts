import { refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Node, Position } from "../../expression/node.js";
import type { DimVar } from "../sizes/dimensions.js";
import { known } from "../sizes/sizes.js";
import { oneVar } from "../values/products.js";
import { kronecker } from "../values/stacked.js";
import { scalarValue, shapeText, type Value } from "../values/value.js";
import type { Elaborator } from "./elaborator.js";

/*
 * Inverses, powers, exponentials and determinants of square matrices.
 */

export function matrixFunction(
  e: Elaborator,
  fn: "inverse" | "power" | "exponential",
  v: Value,
  exponent: Value | null,
  span: Span,
): Value {
  const [n, m] = v.axes;
  if (n === undefined || m === undefined) {
    if (fn === "inverse" && v.axes.length === 0) return { axes: [], at: () => e.arena.power(v.at([]), -1) };
    return refuse("shape/not-square", `this needs a square matrix, not ${shapeText(v.axes)}`, span);
  }
  if (!n.unify(m)) return refuse("shape/not-square", `this needs a square matrix, not ${shapeText(v.axes)}`, span);
  if (v.kronecker !== undefined && fn !== "exponential") {
    // (A ⊗ B)^k = A^k ⊗ B^k
    const [a, b] = v.kronecker.map((x) => matrixFunction(e, fn, x, exponent, span));
    if (a !== undefined && b !== undefined) return kronecker(e.arena, a, b, () => oneVar(e.arena));
  }
  return { axes: [n, n], at: (ps) => matrixNode(e, fn, v, n, ps, exponent?.at([]) ?? null) };
}

function matrixNode(
  e: Elaborator,
  fn: "inverse" | "power" | "exponential" | "determinant",
  v: Value,
  n: DimVar,
  at: readonly Position[],
  exponent: Node | null,
): Node {
  if (n.parts !== null)
    refuse("unsupported/stacked", "this function of a matrix that is stacked from others is not supported", null);
  const range = e.arena.upTo(known(n));
  const [row, column] = [e.arena.freshIndex(range), e.arena.freshIndex(range)];
  return e.arena.matrix(fn, row, column, v.at([e.arena.at(row), e.arena.at(column)]), at, exponent);
}

export function determinant(e: Elaborator, v: Value, span: Span): Value {
  const [n, m] = v.axes;
  if (n === undefined || m === undefined || !n.unify(m))
    return refuse("shape/not-square", `a determinant needs a square matrix, not ${shapeText(v.axes)}`, span);
  if (v.kronecker !== undefined) return determinantOfKronecker(e, v.kronecker, span);
  return scalarValue(() => matrixNode(e, "determinant", v, n, [], null));
}

// det(A ⊗ B) = (det A)^n (det B)^m, where A is m×m and B is n×n
function determinantOfKronecker(e: Elaborator, [a, b]: readonly [Value, Value], span: Span): Value {
  const [x, y] = [determinant(e, a, span), determinant(e, b, span)];
  const size = (v: Value): Node => e.arena.dimension(known(v.axes[0] ?? oneVar(e.arena)));
  return scalarValue(() => e.arena.multiply(e.arena.power(x.at([]), size(b)), e.arena.power(y.at([]), size(a))));
}

export function matrixExponential(e: Elaborator, v: Value, span: Span): Value {
  return matrixFunction(e, "exponential", v, null, span);
}

export function logOf(e: Elaborator, v: Value): Value {
  return scalarValue(() => e.arena.apply("log", v.at([])));
}

export function inverse(e: Elaborator, v: Value, span: Span): Value {
  return matrixFunction(e, "inverse", v, null, span);
}
