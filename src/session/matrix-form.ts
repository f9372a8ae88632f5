import type { MatrixExpression } from "../contraction/matrix.js";
import { transpose } from "../contraction/matrix.js";
import type { Derivation, Gradient } from "../derive/derivation.js";
import { evaluate } from "../evaluate/evaluate.js";
import { forward } from "../evaluate/forward.js";
import { samplePoint } from "../evaluate/sample.js";
import type { Environment } from "../evaluate/values.js";
import { freeOfRange, tensorsOf } from "../expression/arena.js";
import type { Index, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import { matrixToNode } from "../vectorize/elaborate.js";
import { type VectorizeOptions, vectorize } from "../vectorize/vectorize.js";

/** How far a matrix form may be from its index form: both are sums of the same products, in another order. */
const TOLERANCE = 1e-9;

export type MatrixForm =
  | {
      readonly matrix: MatrixExpression;
      readonly row: Index | null;
      readonly column: Index | null;
      /** Axes that it holds one by one, "for each n", where the whole has no matrix form. */
      readonly each: readonly Index[];
    }
  | { readonly matrix: null; readonly refused: string; readonly einsum: string | null };

/** The matrix form of a gradient; for a family, that of one member. */
export function matrixForm({ model }: Derivation, gradient: Gradient, options: VectorizeOptions): MatrixForm {
  const shared = sharedLetter(model, gradient);
  if (shared !== null) {
    const refused = `$${shared}$ names two arrays here, which only their subscripts tell apart`;
    return { matrix: null, refused, einsum: null };
  }
  const axes = gradient.indices.slice(gradient.adjoint.parameters.length);
  const found = vectorize(model.arena, axes, gradient.shown, model.letters, { each: true, ...options });
  if (found.matrix === undefined) return { matrix: null, refused: found.refused, einsum: found.einsum };
  const { each } = found;
  // A column has one axis; the vectorizer leaves axes of size one out.
  const wide = axes.filter((i) => i.range.low !== i.range.high && !each.includes(i));
  // One row of a matrix stands as a row, as it does wherever it is used.
  const matrix = isRowOf(axes, each) ? transpose(found.matrix) : found.matrix;
  const [first = null, second = null] = wide;
  const row = matrix.rows === null ? null : first;
  const column = matrix.columns === null ? null : row === null ? first : second;
  if (model.layout === "numerator") return { matrix: transpose(matrix), row: column, column: row, each };
  return { matrix, row, column, each };
}

/** A letter that stands for two arrays of the model, `p_i` and `p_{ij}`, and for one of them in this gradient. */
function sharedLetter({ symbols }: Model, { shown, wrt }: Gradient): string | null {
  const arrays = symbols.map((s) => s.tensor).filter((t) => t.axes.length > 0);
  const used = new Set([wrt, ...tensorsOf(shown).flatMap((t) => t.derivative?.wrt ?? t)]);
  const isShared = (t: Tensor): boolean => arrays.some((o) => o !== t && o.latex === t.latex);
  return arrays.find((t) => used.has(t) && isShared(t))?.latex ?? null;
}

const isRowOf = (axes: readonly Index[], [held, another]: readonly Index[]): boolean =>
  axes.length === 2 && held !== undefined && held === axes[0] && another === undefined;

/** A point with all intermediates and all adjoints computed; a text where there is none. */
export function pointWithAdjoints(derivation: Derivation, seed: number, round: number): Environment | string {
  const { model } = derivation;
  const { env, reason } = samplePoint(model, { seed, round });
  if (env === null) return reason;
  forward({ equations: adjointEquations(derivation) }, env);
  return env;
}

/** Gradients as equations, to be computed after the forward pass. */
export const adjointEquations = ({ gradients, model }: Derivation) =>
  gradients.map((g) => ({ tensor: g.adjoint, at: g.indices.map((i) => model.arena.at(i)), body: g.shown }));

/** Is the matrix form what the index form is, entry by entry, at these points? */
export function matrixAgrees(
  derivation: Derivation,
  gradient: Gradient,
  form: MatrixForm,
  points: readonly Environment[],
): boolean {
  if (form.matrix === null) return true;
  const { arena } = derivation.model;
  const at = (i: Index | null) => (i === null ? null : arena.at(i));
  const node = matrixToNode(arena, form.matrix, at(form.row), at(form.column));
  const free = orderedFree(gradient.indices);
  return points.every((env) => {
    const a = evaluate(node, free, env).data;
    const b = evaluate(gradient.shown, free, env).data;
    return a.length === b.length && a.every((x, k) => close(x, b[k] ?? Number.NaN));
  });
}

/** Family indices first: ranges of the others may depend on them. */
const orderedFree = (indices: readonly Index[]): readonly Index[] =>
  [...indices].sort((a, b) => freeOfRange(a.range).length - freeOfRange(b.range).length);

const close = (a: number, b: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
