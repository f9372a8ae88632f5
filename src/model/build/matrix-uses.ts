import type { Syntax } from "../../notation/syntax.js";
import { DimVar } from "../dimensions.js";
import { quietly } from "../infer.js";
import { nodesIn } from "../letters.js";
import { scriptText, takeApart } from "../scripts.js";
import type { Builder } from "./builder.js";
import { isMatrixLetter, shapeOccurrence, unknownGiven } from "./unknown-shapes.js";

/*
 * Nothing but a square matrix has a determinant, and nothing but matrices, mostly, a Frobenius norm.
 */

export const shapeByMatrixUse = (builder: Builder): boolean =>
  builder.work.someEquation("matrix uses", (d) =>
    nodesIn(d.right).some((s) => {
      const square = determined(s);
      if (square !== null && shapeMatrix(builder, square, true)) return true;
      return normed(s).some((term) => shapeMatrix(builder, term, false));
    }),
  );

/** The S of `\det S`, `\log\det(S)`. */
function determined(s: Syntax): Syntax | null {
  const items = s.kind === "juxtaposition" ? s.items : [];
  const at = items.findIndex((item) => item.kind === "symbol" && /^(?:log)?det$/.test(item.name));
  const argument = at < 0 ? undefined : items[at + 1];
  return argument === undefined ? null : argument.kind === "group" ? argument.body : argument;
}

/** The first factors of the terms of `\|A - R Y\|_F`. */
function normed(s: Syntax): readonly Syntax[] {
  if (s.kind !== "scripted" || s.sub === null || scriptText(s.sub) !== "F") return [];
  if (s.base.kind !== "group" || s.base.open !== "\\|") return [];
  const { body } = s.base;
  const terms = body.kind === "sum" ? body.terms.map((t) => t.body) : [body];
  return terms.flatMap((t) => (t.kind === "juxtaposition" ? t.items.slice(0, 1) : [t]));
}

function shapeMatrix(builder: Builder, s: Syntax, isSquare: boolean): boolean {
  const t = takeApart(s);
  const given = t === null || t.subs.length > 0 ? null : unknownGiven(builder, s);
  if (given === null || !isMatrixLetter(builder, given.spec)) return false;
  const size = new DimVar(null);
  quietly(() => {
    shapeOccurrence(builder, given, [size, isSquare ? size : new DimVar(null)]);
  });
  if (given.spec.axes === null) return false;
  given.spec.custom = isSquare
    ? "nothing declares it, and it has a determinant"
    : "nothing declares it, and it has a Frobenius norm";
  return true;
}
