import type { Statement, Syntax } from "../../../notation/syntax.js";
import { isTransposeMark, mapOperands, plainSymbol, scriptText } from "../../symbols/scripts.js";

/*
 * `(x_t - \mu)^T A (x_t - \mu)`: what stands at both ends of a product is transposed at the first, though T may be a number of
 * steps as well.
 */

/** The statement with such a mark written `\top`. */
export function withQuadraticForms(st: Statement): Statement {
  const sides = st.sides.map(written);
  return sides.every((s, k) => s === st.sides[k]) ? st : { ...st, sides };
}

function written(s: Syntax): Syntax {
  const inner = mapOperands(s, written);
  if (inner.kind !== "juxtaposition") return inner;
  const last = inner.items.at(-1);
  if (last === undefined) return inner;
  const end = scriptText(last);
  const items = inner.items.map((s, k): Syntax => {
    const isTurned = s.kind === "scripted" && s.sup !== null && isTransposeMark(s.sup) && k + 1 < inner.items.length;
    // `\gamma^T v \gamma` may be of numbers.
    const isArray =
      s.kind === "scripted" && (s.base.kind === "group" || (s.base.kind === "symbol" && s.base.style === "bold"));
    return isTurned && isArray && s.sup !== null && scriptText({ ...s, sup: null }) === end
      ? { ...s, sup: plainSymbol("\\top", s.sup.span) }
      : s;
  });
  return items.every((s, k) => s === inner.items[k]) ? inner : { ...inner, items };
}
