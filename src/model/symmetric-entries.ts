import type { Syntax } from "../notation/syntax.js";
import { letterOf } from "./letters.js";
import { headKey, isTransposed, plainSymbol, type Scripted, scriptText, takeApart } from "./scripts.js";
import { type Item, isEquation } from "./statements.js";

/** `w_{ij} = w_{ji}`, `A^\top = A` and `A' = A` say of the whole that it is symmetric, as `w = w^\top` does. */
export const withSymmetricEntries = (items: readonly Item[]): readonly Item[] => items.map(asWhole);

function asWhole(item: Item): Item {
  const { statement } = item;
  const [left, right, ...more] = statement.sides.map((s) => takeApart(s));
  if (left == null || right == null || more.length > 0 || !isEquation(statement)) return item;
  if (isTurned(left, right) || isTurned(right, left)) return symmetric(item, left);
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

const isMatrix = ({ symbol }: Scripted): boolean => /^\\?[A-Z]/.test(symbol.name);

function symmetric({ statement, ...item }: Item, { symbol }: Scripted): Item {
  const { span } = statement;
  const mark: Syntax = plainSymbol("\\top", span);
  const turned: Syntax = { kind: "scripted", base: symbol, sub: null, sup: mark, primes: 0, span };
  return { ...item, statement: { ...statement, sides: [symbol, turned] } };
}
