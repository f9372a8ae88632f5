import type { Syntax } from "../../notation/syntax.js";
import { DimVar } from "../sizes/dimensions.js";
import { nodesIn } from "../symbols/letters.js";
import { type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import { targetKey } from "../symbols/statements.js";
import type { Builder } from "./builder.js";
import { surelyTransposedHeads } from "./columns.js";
import { quietly } from "./infer.js";
import { isMatrixLetter, shapeOccurrence, unknownGiven } from "./unknown-shapes.js";

/*
 * Nothing but a square matrix has a determinant, nothing but matrices, mostly, a Frobenius norm; and a capital letter that is transposed,
 * `Q K^\top`, and computed from capital letters alone, `K = X W_K`, is a product of matrices.
 */

export const shapeByMatrixUse = (builder: Builder): boolean =>
  builder.work.someEquation("matrix uses", (d) => {
    const factors = d.right.kind === "juxtaposition" && isCapital(d.target) ? d.right.items : [];
    const isTurned = factors.length > 1 && surelyTransposedHeads(builder).has(targetKey(d.target));
    const first = isTurned && factors.every((f) => isCapital(takeApart(f))) ? factors[0] : undefined;
    if (first !== undefined && shapeMatrix(builder, first, TRANSPOSED)) return true;
    return nodesIn(d.right).some((s) => {
      const square = determined(s);
      if (square !== null && shapeMatrix(builder, square, DETERMINANT)) return true;
      return normed(s).some((term) => shapeMatrix(builder, term, NORM));
    });
  });

const isCapital = (t: Scripted | null): boolean => t !== null && /^[A-Z]$/.test(t.symbol.name);

const DETERMINANT = "nothing declares it, and it has a determinant";
const NORM = "nothing declares it, and it has a Frobenius norm";
const TRANSPOSED = "nothing declares it, and a product of capital letters with it is transposed";

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

function shapeMatrix(builder: Builder, s: Syntax, why: string): boolean {
  const t = takeApart(s);
  const given = t === null || t.subs.length > 0 ? null : unknownGiven(builder, s);
  if (given === null || !isMatrixLetter(builder, given.spec)) return false;
  const size = new DimVar(null);
  quietly(() => {
    shapeOccurrence(builder, given, [size, why === DETERMINANT ? size : new DimVar(null)]);
  });
  if (given.spec.axes === null) return false;
  given.spec.custom = why;
  return true;
}
