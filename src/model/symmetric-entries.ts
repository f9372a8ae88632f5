import type { Syntax } from "../notation/syntax.js";
import { letterOf } from "./letters.js";
import { headKey, scriptText, takeApart } from "./scripts.js";
import { type Item, isEquation } from "./statements.js";

/** `w_{ij} = w_{ji}` says of the whole that it is symmetric, as `w = w^\top` does. */
export const withSymmetricEntries = (items: readonly Item[]): readonly Item[] => items.map(asWhole);

function asWhole(item: Item): Item {
  const { statement } = item;
  const [left, right, ...more] = statement.sides.map((s) => takeApart(s));
  if (left == null || right == null || more.length > 0 || !isEquation(statement)) return item;
  const [i, j, ...others] = left.subs;
  if (i === undefined || j === undefined || others.length > 0 || letterOf(i) === null || letterOf(j) === null)
    return item;
  const swapped = right.subs.map(scriptText).join() === [j, i].map(scriptText).join();
  const isSame = headKey(left.symbol) === headKey(right.symbol) && scriptText(i) !== scriptText(j);
  if (!swapped || !isSame || left.sups.length + right.sups.length + left.primes + right.primes > 0) return item;
  const { span } = statement;
  const mark: Syntax = { kind: "symbol", name: "\\top", style: "plain", accents: [], latex: "\\top", span };
  const turned: Syntax = { kind: "scripted", base: left.symbol, sub: null, sup: mark, primes: 0, span };
  return { ...item, statement: { ...statement, sides: [left.symbol, turned] } };
}
