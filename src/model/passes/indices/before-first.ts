import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn } from "../../symbols/letters.js";
import { numberOf, type Scripted, symbolsIn } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey } from "../../symbols/statements.js";

/*
 * `s_t = 0` for `t \le 0`, as the words beside it or the formula itself say: these are the members that a recurrence for s
 * looks back to, and no others. They are put with their range, from the one furthest back.
 */

export function withMembersBefore(items: readonly Item[]): readonly Item[] {
  return items.map((item) => {
    const said = boundOf(item, items);
    if (said === null) return item;
    const { target, bound } = said;
    const last = lastBelow(bound);
    const back = last === null ? null : furthestBack(items, item, target);
    const own = item.statement.conditions.filter((c) => c !== bound);
    // What is left as a condition is refused where equations are read.
    const range = last === null || back === null ? bound : rangeTo(last, back, bound);
    return { ...item, statement: { ...item.statement, conditions: [...own, range] } };
  });
}

interface Bounded {
  readonly target: Scripted;
  /** `t \le 0`, `t < 1`. */
  readonly bound: Statement;
}

/** An equation for every member whose letter is bound from above by a number. */
function boundOf(item: Item, items: readonly Item[]): Bounded | null {
  const { statement } = item;
  const [first] = statement.sides;
  if (first === undefined || !isEquation(statement) || statement.sides.some(mentionsDerivative)) return null;
  const target = leftSide(first)?.target ?? null;
  const [place, more] = target?.subs ?? [];
  const letter = place === undefined || more !== undefined ? null : letterOf(place);
  if (target === null || letter === null || target.sups.some((p) => p.bracketed)) return null;
  const bound = [...statement.conditions, ...saidBehind(item, items)].find((c) => isUpperBound(c, letter));
  return bound === undefined ? null : { target, bound };
}

const isUpperBound = ({ sides: [left, right, more], relations: [relation] }: Statement, letter: string): boolean =>
  left !== undefined &&
  letterOf(left) === letter &&
  right !== undefined &&
  numberOf(right) !== null &&
  more === undefined &&
  (relation === "\\le" || relation === "<");

/** The formula of the words behind it, "for $t \le 0$". */
function saidBehind({ formula, ordinal }: Item, items: readonly Item[]): readonly Statement[] {
  const [, number] =
    new RegExp(
      `\\$${ordinal}\\$\\s*,?\\s*(?:for|where|when|whenever|with)\\s+(?:all\\s+|any\\s+|every\\s+)?\\$(\\d+)\\$`,
    ).exec(formula.sentence) ?? [];
  return flatMap(items, (i) => (number !== undefined && i.ordinal === Number(number) ? i.statement : []));
}

/** The last number that the bound lets through. */
function lastBelow({ sides: [, right], relations: [relation] }: Statement): number | null {
  const end = right === undefined ? null : numberOf(right);
  return end === null ? null : end - Number(relation === "<");
}

/** How far other equations look back from one member to another: m of `s_{t-m}`, or how far m runs, if it does. */
function furthestBack(items: readonly Item[], own: Item, target: Scripted): Syntax | null {
  const found = flatMap(items, (i) => (i === own ? [] : lagsIn(i.statement, target)));
  const [first] = found;
  if (first === undefined) return null;
  const numbers = found.map(numberOf);
  if (numbers.every((n) => n !== null)) return found[numbers.indexOf(Math.max(...numbers))] ?? null;
  return found.length === 1 ? first : null;
}

function lagsIn({ sides }: Statement, target: Scripted): readonly Syntax[] {
  const [first, ...others] = sides;
  if (
    first === undefined ||
    leftSide(first) === null ||
    targetKey(leftSide(first)?.target ?? target) !== targetKey(target)
  )
    return [];
  const runs = new Map(
    flatMap(flatMap(others, nodesIn), (n) =>
      n.kind === "big" ? bindings(n.sub, n.sup).map((b) => [b.letter, b.high] as const) : [],
    ),
  );
  return flatMap(flatMap(others, symbolsIn), (t) => {
    const [place] = targetKey(t) === targetKey(target) ? t.subs : [];
    const [letter, lag, more] = place?.kind === "sum" ? place.terms : [];
    if (letter?.sign !== 1 || letterOf(letter.body) === null || lag?.sign !== -1 || more !== undefined) return [];
    return runs.get(letterOf(lag.body) ?? "") ?? lag.body;
  });
}

/** `t = low, \dots, last`, of as many as one looks back. */
function rangeTo(last: number, back: Syntax, { sides: [letter], span, latex }: Statement): Statement {
  const number = (n: number): Syntax => {
    const body: Syntax = { kind: "number", text: String(Math.abs(n)), span };
    return n < 0 ? { kind: "sum", terms: [{ sign: -1, body }], span } : body;
  };
  const lag = numberOf(back);
  const low: Syntax =
    lag !== null
      ? number(last + 1 - lag)
      : {
          kind: "sum",
          terms: [
            { sign: 1, body: number(last + 1) },
            { sign: -1, body: back },
          ],
          span,
        };
  const range: Syntax = { kind: "list", items: [low, { kind: "ellipsis", span }, number(last)], span };
  return {
    span,
    latex,
    sides: letter === undefined ? [range] : [letter, range],
    relations: ["="],
    conditions: [],
    words: [],
  };
}
