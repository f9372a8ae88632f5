import type { Syntax } from "../../../notation/syntax.js";
import { letterOf } from "../../symbols/letters.js";
import {
  children,
  headKey,
  isTransposed,
  plainSymbol,
  type Scripted,
  scriptText,
  symbolsIn,
  takeApart,
} from "../../symbols/scripts.js";
import { type Item, isEquation } from "../../symbols/statements.js";

/** `w_{ij} = w_{ji}`, `A^\top = A` and `A' = A` say of the whole that it is symmetric, as `w = w^\top` does. */
export const withSymmetricEntries = (items: readonly Item[]): readonly Item[] => items.map((i) => asWhole(i, items));

function asWhole(item: Item, items: readonly Item[]): Item {
  const { statement } = item;
  const [left, right, ...more] = statement.sides.map((s) => takeApart(s));
  if (left == null || right == null || more.length > 0 || !isEquation(statement)) return item;
  const turned = isTurned(left, right) ? left : isTurned(right, left) ? right : null;
  if (turned !== null) return isOtherThing(turned, item, items) ? item : symmetric(item, left);
  const [i, j, ...others] = left.subs;
  if (i === undefined || j === undefined || others.length > 0 || letterOf(i) === null || letterOf(j) === null)
    return item;
  const swapped = right.subs.map(scriptText).join() === [j, i].map(scriptText).join();
  const isSame = headKey(left.symbol) === headKey(right.symbol) && scriptText(i) !== scriptText(j);
  if (!swapped || !isSame || left.sups.length + right.sups.length + left.primes + right.primes > 0) return item;
  return symmetric(item, left);
}

/** `A'`, `A^\top` beside A: a prime behind a capital letter is a transpose where both are the same. */
function isTurned(left: Scripted, right: Scripted): boolean {
  const [mark, ...marks] = left.sups;
  const isMarked = left.primes === 0 ? mark !== undefined && isTransposed(mark.content) : mark === undefined;
  const isBare = right.sups.length + right.primes + left.subs.length + right.subs.length === 0 && left.primes < 2;
  return isBare && marks.length === 0 && isMarked && isMatrix(left) && headKey(left.symbol) === headKey(right.symbol);
}

/** A' of tied weights, which other lines multiply with or declare; X^T after T steps. */
function isOtherThing(turned: Scripted, item: Item, items: readonly Item[]): boolean {
  if (/\btied\b/i.test(item.formula.sentence)) return true;
  const head = headKey(turned.symbol);
  const others = items.filter((i) => i !== item).flatMap((i) => i.statement.sides);
  if (turned.primes > 0)
    return others.some((s) => symbolsIn(s).some((t) => t.primes > 0 && headKey(t.symbol) === head));
  const mark = turned.sups[0]?.content;
  return mark?.kind === "symbol" && mark.name === "T" && others.some((s) => standsAlone(s, "T"));
}

/** A letter that is more than a mark above another. */
function standsAlone(s: Syntax, name: string): boolean {
  if (s.kind === "symbol") return s.name === name;
  if (s.kind === "scripted") return standsAlone(s.base, name) || (s.sub !== null && standsAlone(s.sub, name));
  return children(s).some((c) => standsAlone(c, name));
}

const isMatrix = ({ symbol }: Scripted): boolean => /^\\?[A-Z]/.test(symbol.name);

function symmetric({ statement, ...item }: Item, { symbol }: Scripted): Item {
  const { span } = statement;
  const mark: Syntax = plainSymbol("\\top", span);
  const turned: Syntax = { kind: "scripted", base: symbol, sub: null, sup: mark, primes: 0, span };
  return { ...item, statement: { ...statement, sides: [symbol, turned] } };
}
