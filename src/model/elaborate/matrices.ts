import { refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Dim, Node, Position } from "../../expression/node.js";
import type { SyntaxOf } from "../../notation/syntax.js";
import { DimVar } from "../sizes/dimensions.js";
import { isScalar } from "../values/products.js";
import type { Value } from "../values/value.js";
import type { Elaborator } from "./elaborator.js";

/*
 * Matrices that are written out, and columns below each other.
 */

export function matrixValue(e: Elaborator, s: SyntaxOf<"matrix">): Value | null {
  if (s.rows.some((r) => r.some((c) => c.kind === "ellipsis")))
    return refuse(
      "unsupported/ellipsis",
      "a matrix with dots does not say what it leaves out",
      s.span,
      "write it by index",
    );
  if (s.environment === "vmatrix")
    return refuse("unsupported/matrix", "a determinant written out is not supported", s.span);
  const cells = s.rows.map((r) => r.map((c) => e.elaborate(c)));
  const columns = cells[0]?.length ?? 0;
  if (cells.some((r) => r.length !== columns))
    return refuse("shape/ragged", "the rows of this matrix have different lengths", s.span);
  if (cells.some((r) => r.includes(null))) return null;
  const flat = cells.map((r) => r.filter((c): c is Value => c !== null));
  if (flat.every((r) => r.every(isScalar))) return literalMatrix(e, flat, columns);
  if (columns === 1)
    return concatenate(
      e,
      flat.map((r) => r[0]).filter((v): v is Value => v !== undefined),
      s.span,
    );
  return refuse("unsupported/block-matrix", "a matrix of blocks is not supported", s.span);
}

function literalMatrix(e: Elaborator, cells: readonly (readonly Value[])[], columns: number): Value {
  const { arena } = e;
  const [rowsDim, columnsDim] = [new DimVar(arena.constantDim(cells.length)), new DimVar(arena.constantDim(columns))];
  const pick = (i: Position, j: Position | null): Node =>
    arena.add(
      ...cells.flatMap((r, a) =>
        r.map((v, b) => {
          const guards = [
            arena.delta(i, arena.literal(a + 1)),
            ...(j === null ? [] : [arena.delta(j, arena.literal(b + 1))]),
          ];
          return arena.multiply(...guards, v.at([]));
        }),
      ),
    );
  if (columns === 1) return { axes: [rowsDim], at: ([i]) => (i === undefined ? arena.zero : pick(i, null)) };
  return {
    axes: [rowsDim, columnsDim],
    at: ([i, j]) => (i === undefined || j === undefined ? arena.zero : pick(i, j)),
  };
}

/** Columns below each other: `[h; x]`. */
export function concatenate(e: Elaborator, parts: readonly Value[], span: Span): Value | null {
  const { arena } = e;
  if (parts.some((p) => p.axes.length > 1))
    return refuse("unsupported/block-matrix", "only columns can be joined to one", span);
  const sizes = parts.map((p) => p.axes[0]?.dim ?? (p.axes.length === 0 ? arena.oneDim : null));
  if (sizes.includes(null)) return null;
  const dims = sizes.filter((d): d is Dim => d !== null);
  const total = new DimVar(arena.addDims(...dims));
  return {
    axes: [total],
    at: ([i]) => {
      if (i === undefined) return arena.zero;
      let before = arena.zeroDim;
      const terms = parts.map((p, k) => {
        const dim = dims[k] ?? arena.oneDim;
        const local = arena.shift(i, arena.scaleDim(before, -1));
        const from = arena.atLeast(local, arena.literal(1));
        const upto = arena.atLeast(arena.atDim(dim), local);
        if (from === null || upto === null)
          return refuse("index/unsupported", "this position cannot be compared", span);
        before = arena.addDims(before, dim);
        const guards = [...(k === 0 ? [] : [from]), ...(k === parts.length - 1 ? [] : [upto])];
        return arena.multiply(...guards, p.at(p.axes.length === 0 ? [] : [local]));
      });
      return arena.add(...terms);
    },
  };
}
