import { printMatrix } from "../print/matrix-form.js";
import type { Names } from "../print/names.js";
import { vectorize } from "./vectorize.js";

/** Names with which index form prints the matrix inside an inverse as a whole: `((X^\top X)^{-1})_{ij}`. */
export function withMatrices(names: Names): Names {
  return {
    ...names,
    whole: (row, column, body) => {
      const { matrix } = vectorize(names.arena, [row, column], body, names.letters);
      if (matrix === undefined) return null;
      const text = printMatrix(matrix, names);
      return matrix.kind === "symbol" ? text : `(${text})`;
    },
  };
}
