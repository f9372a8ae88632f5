import type { Statement, Syntax } from "../../notation/syntax.js";
import { nodesIn } from "../symbols/letters.js";
import { headKey, symbolsIn, takeApart } from "../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey } from "../symbols/statements.js";

/*
 * `\frac{\partial L}{\partial w} = X^\top (X w - y) = 0 \implies w = …`: where a derivative vanishes, and what follows there.
 */

/** Is it a zero, of numbers or in bold of arrays? */
export function isZero(s: Syntax | undefined): boolean {
  if (s === undefined) return false;
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

/** What follows in its formula from what this says: the equations behind `\implies`. */
export const conclusionsFrom = (items: readonly Item[], item: Item): readonly Item[] =>
  items.slice(items.indexOf(item) + 1).filter((i) => i.formula === item.formula && follows(i));

const follows = ({ statement: { words } }: Item): boolean => words.some((w) => w.startsWith("\\"));

/**
 * Does it hold only where a derivative is zero: behind that in one formula, or as the solution for what is differentiated by in
 * the same sentence? What is said elsewhere, `h = w x` of a network, computes h, and so does what others are computed from.
 */
export function holdsAtOptimum(items: readonly Item[], item: Item): boolean {
  const before = items.slice(0, items.indexOf(item)).filter((i) => isBeside(i, item));
  const [first] = item.statement.sides;
  const left = first === undefined ? null : leftSide(first);
  const key = left === null || left.args !== null ? null : targetKey(left.target);
  const isVariable = ({ statement }: Item): boolean =>
    key !== null && variablesOf(statement.sides[0]).has(key) && isZero(statement.sides.at(-1));
  const zeros = before.filter((i) => endsAtZero(i.statement) || (i.formula === item.formula && isVariable(i)));
  if (zeros.length === 0) return false;
  if (!zeros.some(isVariable)) return follows(item) && zeros.some((i) => i.formula === item.formula);
  return zeros.some((i) => isVariable(i) && isFromThere(items, i, item)) && !isUsedBelow(items, item, key);
}

/** In the same sentence of the same text. */
const isBeside = (i: Item, item: Item): boolean =>
  i.formula === item.formula ||
  (i.submitted === item.submitted && i.formula.sentence !== "" && i.formula.sentence === item.formula.sentence);

/** Does the solution speak of nothing that the derivative and what is differentiated do not? */
function isFromThere(items: readonly Item[], zero: Item, { statement: { sides } }: Item): boolean {
  const heads = (s: Syntax): readonly string[] => symbolsIn(s).map((t) => headKey(t.symbol));
  const shown = new Set(zero.statement.sides.flatMap(heads));
  const known = new Set(shown);
  for (const { statement } of items.filter((i) => isEquation(i.statement))) {
    const [first, ...rest] = statement.sides;
    const own = first === undefined ? null : leftSide(first);
    if (own !== null && shown.has(targetKey(own.target))) for (const head of rest.flatMap(heads)) known.add(head);
  }
  return sides
    .slice(1)
    .flatMap(heads)
    .every((head) => known.has(head));
}

/** Is something computed below from the solution? */
const isUsedBelow = (items: readonly Item[], item: Item, key: string | null): boolean =>
  items.slice(items.indexOf(item) + 1).some(({ submitted, statement }) => {
    const [first, ...rest] = statement.sides;
    if (submitted === true || first === undefined || !isEquation(statement) || mentionsDerivative(first)) return false;
    return rest.flatMap(symbolsIn).some((t) => targetKey(t) === key);
  });

/** The symbols that are differentiated by. */
function variablesOf(s: Syntax | undefined): ReadonlySet<string> {
  const below = (s === undefined ? [] : nodesIn(s)).flatMap((n): readonly Syntax[] => {
    if (n.kind === "fraction") return [n.denominator];
    const isNabla = n.kind === "scripted" && takeApart(n)?.symbol.name === "\\nabla";
    return isNabla && n.sub !== null ? [n.sub] : [];
  });
  return new Set(below.flatMap(symbolsIn).map((t) => headKey(t.symbol)));
}
