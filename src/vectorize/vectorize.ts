import { type MatrixExpression, transpose } from "../contraction/matrix.js";
import { BudgetSpent } from "../core/budget.js";
import type { Arena } from "../expression/arena.js";
import { tensorsOf } from "../expression/arena.js";
import type { Index, Node } from "../expression/node.js";
import { letterOf, makeNames, scopeOf } from "../print/names.js";
import { einsum } from "./einsum.js";
import { fixUnits, isUnit } from "./monomial.js";
import { Stalled, Vectorizer } from "./vectorizer.js";

export type Vectorized =
  | { readonly matrix: MatrixExpression; readonly refused?: undefined }
  /** Why there is no matrix form, and NumPy for the same value; `null` if einsum cannot say it either. */
  | { readonly matrix?: undefined; readonly refused: string; readonly einsum: string | null };

/**
 * The matrix form of `body` as an array over `indices`: none is a scalar, one a column, two a matrix. An index over
 * one value makes the other axis stand as a row or a column. Other free indices of `body` are parameters ("for each").
 *
 * Series–parallel elimination: the indices of a monomial are the nodes of a graph, its factors the edges.
 */
export function vectorize(
  arena: Arena,
  indices: readonly Index[],
  body: Node,
  letters: ReadonlyMap<string, readonly string[]> = new Map(),
): Vectorized {
  const fixed = fixUnits(arena, body, indices);
  const axes = indices.map((i) => (isUnit(i.range) ? null : i));
  try {
    return { matrix: shaped(new Vectorizer(arena), axes, fixed) };
  } catch (error) {
    if (!(error instanceof Stalled) && !(error instanceof BudgetSpent)) throw error;
    const coupled = error instanceof Stalled ? error.indices : [];
    const names = makeNames(arena, letters, tensorsOf(body));
    const scope = scopeOf(names, [...indices, ...body.free, ...coupled]);
    const which = coupled.length === 0 ? "" : ` (${coupled.map((i) => letterOf(scope, i)).join(", ")})`;
    return { refused: `${error.message}${which}`, einsum: einsum(arena, indices, body, names) };
  }
}

function shaped(vectorizer: Vectorizer, axes: readonly (Index | null)[], body: Node): MatrixExpression {
  if (axes.length > 2) throw new Stalled("the result has more than two axes");
  const [row = null, column = null] = axes;
  // A row vector is the transpose of the column over its only axis.
  if (row === null && column !== null) return transpose(vectorizer.whole(body, column, null));
  return vectorizer.whole(body, row, column);
}

export { matrixToNode } from "./elaborate.js";
