import type { Syntax } from "../../notation/syntax.js";
import { DimVar } from "../sizes/dimensions.js";
import { oneVar } from "../values/products.js";
import { rowsSaid } from "../words/assumptions.js";
import type { Builder, Draft } from "./builder.js";
import { shapeOccurrence, unknownGiven } from "./unknown-shapes.js";

/*
 * Small letters that are rows: because words say so, or because they stand in front of a matrix.
 */

const ROW = "nothing declares it, and in front of a matrix it is a row";

/** "$x$ is a row vector". */
export function shapeRowsSaid(builder: Builder): boolean {
  for (const spec of rowsSaid(builder)) {
    if (spec.axes !== null || spec.defined || spec.slots > 0) continue;
    spec.axes = [oneVar(builder.arena), new DimVar(null)];
    return true;
  }
  return false;
}

/**
 * `x W + b` with a b as long as W has columns: were x a number, one vector would be added to every row of a matrix. That may well
 * be meant of a square matrix where the sum is called by a capital letter, `Y = s K + b`.
 */
export const shapeRowsBefore = (builder: Builder): boolean =>
  builder.work.some("rows", ({ draft, sums }) =>
    sums.some(({ what: { axes, terms }, inScope }) => {
      const [size, more] = axes;
      return (
        size !== undefined && more === undefined && inScope(() => terms.some((t) => shapeRow(builder, t, size, draft)))
      );
    }),
  );

function shapeRow(builder: Builder, term: Syntax, size: DimVar, draft: Draft | null): boolean {
  const [row, matrix, more] = term.kind === "juxtaposition" || term.kind === "product" ? term.items : [];
  if (row === undefined || matrix === undefined || more !== undefined) return false;
  const given = unknownGiven(builder, row);
  if (given === null || given.transposed || !/^[a-z]$/.test(given.spec.written.symbol.name)) return false;
  const [rows, columns, another] = builder.e.elaborate(matrix)?.axes ?? [];
  if (rows === undefined || columns === undefined || another !== undefined) return false;
  if (!columns.same(size) || rows.isOne(builder.arena)) return false;
  if (rows.same(columns) && draft !== null && /^[A-Z]$/.test(draft.target.symbol.name)) return false;
  shapeOccurrence(builder, given, [oneVar(builder.arena), rows]);
  given.spec.custom = ROW;
  return true;
}
