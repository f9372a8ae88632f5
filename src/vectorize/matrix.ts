export type { MatrixExpression, MatrixKind, MatrixOf, Shape, Slot } from "../contraction/matrix.js";
