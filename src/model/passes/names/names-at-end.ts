import type { Statement, Syntax } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { isTransposeMark, type Scripted, takeApart } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  placeText,
} from "../../symbols/statements.js";

/*
 * `\partial L/\partial z_2 = \hat y - y = \delta_2`: a chain that ends in a name which nothing else gives is where the name is
 * given. It is put as a line of its own, `\delta_2 = \partial L/\partial z_2`.
 */

/** The same statements with such names in lines of their own; `told` are those of the problem. */
export function withNamesAtEnd(items: readonly Item[], told: readonly Item[]): readonly Item[] {
  const chains = items.filter((i) => nameAtEnd(i.statement) !== null);
  if (chains.length === 0) return items;
  const known = new Set<string>();
  for (const { statement } of [...told, ...items]) {
    const [first] = statement.sides;
    const left = first === undefined || !isEquation(statement) ? null : leftSide(first);
    if (left !== null && !mentionsDerivative(statement.sides[0] ?? left.target.symbol)) known.add(textOf(left.target));
    for (const t of declarationOf(statement)?.symbols ?? []) known.add(textOf(t));
    // What the forward pass computes with is no name for a derivative.
    const isPremise = isEquation(statement) && !statement.sides.some(mentionsDerivative);
    for (const s of isPremise ? statement.sides.flatMap(nodesIn) : []) {
      const t = takeApart(s);
      if (t !== null) known.add(textOf(t));
    }
  }
  return items.flatMap((item) => {
    const name = nameAtEnd(item.statement);
    const t = name === null ? null : takeApart(name);
    if (name === null || t === null || known.has(textOf(t)) || !isUsed(items, item, textOf(t))) return [item];
    known.add(textOf(t));
    return split(item, name);
  });
}

const textOf = (t: Scripted): string => placeText(t, true);

/** Does another line use it? A letter that stands nowhere else may be a slip of the pen. */
const isUsed = (items: readonly Item[], own: Item, text: string): boolean =>
  items.some(
    (i) =>
      i !== own &&
      i.statement.sides.flatMap(nodesIn).some((s) => {
        const t = takeApart(s);
        return t !== null && textOf({ ...t, sups: t.sups.filter((p) => !isTransposeMark(p.content)) }) === text;
      }),
  );

/** The lone symbol at the end of a chain about a derivative. */
function nameAtEnd({ sides, relations }: Statement): Syntax | null {
  const [first, last] = [sides[0], sides.at(-1)];
  if (first === undefined || last === undefined || sides.length < 3 || !mentionsDerivative(first)) return null;
  if (!relations.every((r) => r === "=" || r === ":=" || r === "=:")) return null;
  const t = takeApart(last);
  const isPlain = t !== null && t.primes === 0 && t.sups.every((p) => !isTransposeMark(p.content));
  return isPlain && /^(?:[A-Za-z]|\\[a-zA-Z]+)$/.test(t.symbol.name) ? last : null;
}

function split(item: Item, name: Syntax): readonly Item[] {
  const { statement } = item;
  const [first] = statement.sides;
  if (first === undefined) return [item];
  const rest: Statement = {
    ...statement,
    sides: statement.sides.slice(0, -1),
    relations: statement.relations.slice(0, -1),
  };
  const given: Statement = { ...statement, span: name.span, sides: [name, first], relations: ["="], words: [] };
  return [
    { ...item, statement: given },
    { ...item, statement: rest },
  ];
}
