import type { Statement, Syntax } from "../../../notation/syntax.js";
import { letterOf, nodesIn } from "../../symbols/letters.js";
import { scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, mentionsDerivative } from "../../symbols/statements.js";

/*
 * Lines of algorithms that look like equations: `for t = 1 to T` lets a letter run, `\theta = \theta - \eta g`
 * gives a symbol a new value. Neither says what something is.
 */

export function withoutSteps(items: readonly Item[]): readonly Item[] {
  return items.map((item) => {
    const { statement } = item;
    if (statement.sides.length !== 2 || statement.relations[0] !== "=") return item;
    const letter = loopLetter(item);
    if (letter !== null) return { ...item, statement: letter, reading: "where a loop begins or ends" };
    const left = update(statement);
    return left === null ? item : { ...item, statement: left, reading: "a step of an algorithm: a new value" };
  });
}

/** `$t = 1$ to $T$`, `from $t = T$ down to 1`: the letter alone. */
function loopLetter({ statement, formula, ordinal }: Item): Statement | null {
  const [left, from] = statement.sides;
  if (left === undefined || from === undefined || formula.display) return null;
  const letter = letterOf(left);
  if (letter === null || !/^(\\[a-z]+|[a-z])$/.test(letter) || !isEnd(from)) return null;
  const mark = `\\$${ordinal}\\$`;
  const begins = new RegExp(`${mark}\\s*,?\\s*(?:(?:up|down)\\s+)?(?:to|until|through)\\b`);
  const ends = new RegExp(`\\bto\\s+${mark}`);
  if (!begins.test(formula.sentence) && !ends.test(formula.sentence)) return null;
  return { ...statement, sides: [left], relations: [] };
}

const isEnd = (s: Syntax): boolean => s.kind === "number" || s.kind === "sum" || takeApart(s) !== null;

/** `\theta = \theta - \eta g`; a sum with a plus may be a layer that is skipped, unless a derivative is added. */
function update(st: Statement): Statement | null {
  const [left, right] = st.sides;
  if (left === undefined || right?.kind !== "sum" || !isEquation(st) || takeApart(left) === null) return null;
  const [first, second, ...more] = right.terms;
  if (first === undefined || second === undefined || more.length > 0 || first.sign < 0) return null;
  if (scriptText(first.body) !== scriptText(left)) return null;
  if (second.sign > 0 && !mentionsDerivative(second.body)) return null;
  const again = nodesIn(second.body).some((n) => scriptText(n) === scriptText(left));
  return again && !mentionsDerivative(second.body) ? null : { ...st, sides: [left], relations: [] };
}
