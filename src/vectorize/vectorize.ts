import { type MatrixExpression, transpose } from "../contraction/matrix.js";
import { BudgetSpent } from "../core/budget.js";
import type { Arena } from "../expression/arena.js";
import { tensorsOf } from "../expression/arena.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import { letterOf, makeNames, scopeOf } from "../print/names.js";
import { einsum, type NameOf } from "./einsum.js";
import { fixUnits, isUnit } from "./monomial.js";
import { Stalled, Vectorizer } from "./vectorizer.js";

export type Vectorized =
  /** `each` holds the axes of the result that the matrix form holds one by one; the others are its rows and columns. */
  | { readonly matrix: MatrixExpression; readonly each: readonly Index[]; readonly refused?: undefined }
  /** Why there is no matrix form, and NumPy for the same value; `null` if einsum cannot say it either. */
  | { readonly matrix?: undefined; readonly refused: string; readonly einsum: string | null };

export interface VectorizeOptions {
  /** Up to two axes may be held, "for each h", where the whole has no matrix form. */
  readonly each?: boolean;
  /** Matrices that are their own transposes. */
  readonly symmetric?: ReadonlySet<Tensor>;
  /** What arrays are called in einsum; their own names by default. */
  readonly nameOf?: NameOf;
}

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
  options: VectorizeOptions = {},
): Vectorized {
  const fixed = fixUnits(arena, body, indices);
  const axes = indices.map((i) => (isUnit(i.range) ? null : i));
  let stalled: Stalled | null = null;
  for (const each of options.each === true ? holdings(axes) : [[]]) {
    const rest = axes.filter((i) => i === null || !each.includes(i));
    const found = attempt(arena, each.length === 0 ? rest : rest.filter((i) => i !== null), fixed, options);
    if (!(found instanceof Stalled)) return { matrix: found, each };
    stalled ??= found;
  }
  return refusal(arena, indices, body, letters, options, stalled ?? new Stalled("the result has too many axes"));
}

/** Sets of axes to hold, the smallest first; the first axes first. */
function holdings(axes: readonly (Index | null)[]): readonly (readonly Index[])[] {
  const own = axes.filter((i) => i !== null);
  const singles = own.map((i) => [i]);
  const pairs = own.flatMap((a, k) => own.slice(k + 1).map((b) => [a, b]));
  return [[], ...singles, ...pairs].filter((each) => own.length - each.length <= 2);
}

function attempt(
  arena: Arena,
  axes: readonly (Index | null)[],
  body: Node,
  { symmetric }: VectorizeOptions,
): MatrixExpression | Stalled {
  try {
    return shaped(new Vectorizer(arena, symmetric), axes, body);
  } catch (error) {
    if (error instanceof Stalled) return error;
    if (error instanceof BudgetSpent) return new Stalled(error.message);
    throw error;
  }
}

function refusal(
  arena: Arena,
  indices: readonly Index[],
  body: Node,
  letters: ReadonlyMap<string, readonly string[]>,
  { nameOf }: VectorizeOptions,
  { message, indices: coupled }: Stalled,
): Vectorized {
  const names = makeNames(arena, letters, tensorsOf(body));
  const scope = scopeOf(names, [...indices, ...body.free, ...coupled]);
  const which = coupled.length === 0 ? "" : ` (${coupled.map((i) => letterOf(scope, i)).join(", ")})`;
  return { refused: `${message}${which}`, einsum: einsum(arena, indices, body, names, nameOf) };
}

function shaped(vectorizer: Vectorizer, axes: readonly (Index | null)[], body: Node): MatrixExpression {
  if (axes.length > 2) throw new Stalled("the result has more than two axes");
  const [row = null, column = null] = axes;
  // A row vector is the transpose of the column over its only axis.
  if (row === null && column !== null) return transpose(vectorizer.whole(body, column, null));
  return vectorizer.whole(body, row, column);
}
