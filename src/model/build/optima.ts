import type { Statement, Syntax } from "../../notation/syntax.js";
import { nodesIn } from "../symbols/letters.js";
import { headKey, symbolsIn, takeApart } from "../symbols/scripts.js";
import { type Item, leftSide, mentionsDerivative, targetKey } from "../symbols/statements.js";

/*
 * `\frac{\partial L}{\partial w} = X^\top (X w - y) = 0 \implies w = …`: where a derivative vanishes, and what follows there.
 */

/** Is it a zero, of numbers or in bold of arrays? */
export function isZero(s: Syntax): boolean {
  if (s.kind === "number") return Number(s.text) === 0;
  const t = takeApart(s);
  return t !== null && /^0$/.test(t.symbol.name) && t.subs.length + t.sups.length === 0;
}

/** `\partial L/\partial w = A = 0`: a derivative, and that it is zero. */
export function endsAtZero({ sides, relations }: Statement): boolean {
  const [first, last] = [sides[0], sides.at(-1)];
  if (first === undefined || last === undefined || sides.length < 3 || relations.at(-1) !== "=") return false;
  return mentionsDerivative(first) && isZero(last);
}

/** Does something follow in its formula from what this says? */
export const concludes = (items: readonly Item[], item: Item): boolean =>
  items.slice(items.indexOf(item) + 1).some((i) => i.formula === item.formula && follows(i));

const follows = ({ statement: { words } }: Item): boolean => words.some((w) => w.startsWith("\\"));

/** Does it hold only where a derivative is zero: behind that in one formula, or as the equation of what is differentiated by? */
export function holdsAtOptimum(items: readonly Item[], item: Item): boolean {
  const before = items.slice(0, items.indexOf(item)).filter((i) => endsAtZero(i.statement));
  if (follows(item) && before.some((i) => i.formula === item.formula)) return true;
  const [first] = item.statement.sides;
  const left = first === undefined ? null : leftSide(first);
  if (left === null || left.args !== null) return false;
  return before.some((i) => variablesOf(i.statement.sides[0]).has(targetKey(left.target)));
}

/** The symbols that are differentiated by. */
function variablesOf(s: Syntax | undefined): ReadonlySet<string> {
  const below = (s === undefined ? [] : nodesIn(s)).flatMap((n): readonly Syntax[] => {
    if (n.kind === "fraction") return [n.denominator];
    const isNabla = n.kind === "scripted" && takeApart(n)?.symbol.name === "\\nabla";
    return isNabla && n.sub !== null ? [n.sub] : [];
  });
  return new Set(below.flatMap(symbolsIn).map((t) => headKey(t.symbol)));
}
