import { add, type MatrixExpression } from "../contraction/matrix.js";

export function factorSum(terms: readonly MatrixExpression[]): MatrixExpression {
  return add(...terms);
}
