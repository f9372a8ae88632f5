import type { Syntax } from "../notation/syntax.js";
import { hasRange } from "./implied-ranges.js";
import { letterOf, nodesIn } from "./letters.js";
import { mapOperands, takeApart } from "./scripts.js";
import { type Item, isEquation, leftSide, withSides } from "./statements.js";

/*
 * `c^t = i^t \odot a^t + f^t \odot c^{t-1}`: t counts steps above these symbols. Else a small t is the mark of a transpose, and so
 * it would be above what no equation computes, `\hat{a}^t`. A Greek letter, `\gamma^t`, may well be raised to a power.
 */

export function withTimesAbove(items: readonly Item[], premises: readonly Item[]): readonly Item[] {
  const all = [...premises, ...items];
  // Of a t that has a range, all places above a symbol are known to be steps, `z^0` and `z^T` too.
  return all.some(countsSteps) && !hasRange(all, "t") ? items.map((item) => withSides(item, bracketed)) : items;
}

const isTime = (s: Syntax): boolean => letterOf(s) === "t";
const isStep = (s: Syntax): boolean =>
  s.kind === "sum" && s.terms[0] !== undefined && isTime(s.terms[0].body) && s.terms[1]?.body.kind === "number";

/** Does an equation for `c^t` speak of `c^{t-1}`, or another way round? */
function countsSteps({ statement: st }: Item): boolean {
  const [first] = st.sides;
  const target = first === undefined || !isEquation(st) ? null : (leftSide(first)?.target ?? null);
  const [place, more] = target?.sups ?? [];
  if (place === undefined || more !== undefined || place.bracketed) return false;
  const above = st.sides
    .slice(1)
    .flatMap(nodesIn)
    .flatMap((n) => (takeApart(n)?.sups ?? []).filter((p) => !p.bracketed));
  const other = isTime(place.content) ? isStep : isStep(place.content) ? isTime : null;
  return other !== null && above.some((p) => other(p.content));
}

/** `x^{(t)}` for `x^t`. */
function bracketed(s: Syntax): Syntax {
  const inner = mapOperands(s, bracketed);
  if (inner.kind !== "scripted" || inner.sup === null || !(isTime(inner.sup) || isStep(inner.sup))) return inner;
  const symbol = inner.base.kind === "scripted" ? inner.base.base : inner.base;
  if (symbol.kind !== "symbol" || (symbol.name.startsWith("\\") && symbol.accents.length === 0)) return inner;
  return { ...inner, sup: { kind: "group", open: "(", body: inner.sup, span: inner.sup.span } };
}
