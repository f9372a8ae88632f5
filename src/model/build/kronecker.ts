import { flatMap } from "../../core/flat-map.js";
import type { Syntax } from "../../notation/syntax.js";
import { nodesIn } from "../symbols/letters.js";
import { headKey, takeApart } from "../symbols/scripts.js";
import type { Builder } from "./builder.js";

/** Where some line has `A \otimes b` of a matrix A, ⊗ between two columns is Kronecker's product in every line, and no outer one. */
export function surveyKronecker(builder: Builder): void {
  const sides = flatMap(builder.items, (i) => (i.submitted === true ? [] : i.statement.sides));
  if (flatMap(sides, nodesIn).some((s) => isOfMatrix(builder, s))) builder.e.usesKronecker = true;
}

const isOfMatrix = (builder: Builder, s: Syntax): boolean =>
  s.kind === "product" &&
  s.operators.some(
    (operator, k) => operator === "\\otimes" && s.items.slice(k, k + 2).some((x) => isMatrix(builder, x)),
  );

function isMatrix({ symbols }: Builder, s: Syntax): boolean {
  const t = takeApart(s);
  if (t === null || t.subs.length > 0) return false;
  return symbols.withHead(headKey(t.symbol)).some((x) => x.declared && x.axes?.length === 2);
}
