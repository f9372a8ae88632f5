import type { Syntax } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { headKey, type Scripted, scriptText, takeApart } from "../../symbols/scripts.js";
import {
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  mentionsHead,
  targetKey,
} from "../../symbols/statements.js";

/*
 * "… and a loss $L(h)$", "for some objective $J(y)$": nothing says what L is but what it depends on. It is put as the equation
 * `L = L(h)`, which others write themselves.
 */

export function withLossEquations(items: readonly Item[]): readonly Item[] {
  const defined = definedIn(items);
  return items.map((item, k) => equationOf(items, k, defined) ?? item);
}

function equationOf(items: readonly Item[], k: number, defined: ReadonlySet<string>): Item | null {
  const item = items[k];
  const [side] = item?.statement.sides ?? [];
  if (item === undefined || side === undefined || item.statement.relations.length > 0) return null;
  const named = leftSide(side);
  if (named === null || !isLetter(named.target) || defined.has(targetKey(named.target))) return null;
  const key = targetKey(named.target);
  if (named.args === null) {
    const list = argumentsAfter(items, k, defined);
    return list === null ? null : asEquation(item, side, applied(side, list));
  }
  const isOutput = hasDefined(named.args, defined) && named.args.every((s) => takeApart(s) !== null);
  if (!isOutput || !(isCalledLoss(item) || isDifferentiated(items, key))) return null;
  if (items.some((i) => appliesToOthers(i, key, scriptText(side)))) return null;
  const [head] = side.kind === "juxtaposition" ? side.items : [];
  return head === undefined ? null : asEquation(item, head, side);
}

const hasDefined = (list: readonly Syntax[], defined: ReadonlySet<string>): boolean =>
  list.map(takeApart).some((t) => t !== null && defined.has(targetKey(t)));

const asEquation = (item: Item, head: Syntax, value: Syntax): Item => ({
  ...item,
  statement: { ...item.statement, sides: [head, value], relations: ["="] },
});

const applied = (head: Syntax, body: Syntax): Syntax => {
  const span = { start: head.span.start, end: body.span.end };
  const group: Syntax = { kind: "group", open: "(", body, span: body.span };
  return { kind: "juxtaposition", items: [head, group], span };
};

/** "a loss $L$ that depends on $h_1, \dots, h_T$": what the next formula lists are its arguments. */
function argumentsAfter(items: readonly Item[], k: number, defined: ReadonlySet<string>): Syntax | null {
  const [item, next] = [items[k], items[k + 1]];
  if (item === undefined || next === undefined || next.statement.relations.length > 0) return null;
  const marks = `$${item.ordinal}$`;
  const [list, more] = next.statement.sides;
  const words = between(item.formula.sentence, marks, `$${next.ordinal}$`);
  if (list === undefined || more !== undefined || words === null) return null;
  if (!(isCalledLoss(item) ? DEPENDS : CALLED_AFTERWARDS).test(words)) return null;
  return hasDefined(list.kind === "list" ? list.items : [list], defined) ? list : null;
}

function between(sentence: string, first: string, second: string): string | null {
  const from = sentence.indexOf(first) + first.length;
  const to = sentence.indexOf(second, from);
  return from < first.length || to < 0 ? null : sentence.slice(from, to);
}

const LOSS = /\b(?:loss|objective|cost|criterion|risk|energy|error function|scalar(?:[- ]valued)? function)\b/i;

const DEPENDS =
  /^,?\s*(?:(?:that|which)\s+)?(?:(?:only\s+)?depends?(?:\s+only)?\s+on|is\s+(?:some|any|an?)\s+(?:\w+\s+)?function\s+of|of)\s+(?:(?:the|all)\s+)?(?:\w+\s+)?$/;

/** "$L$ is a scalar loss that depends on $y$". */
const CALLED_AFTERWARDS = new RegExp(
  `^\\s*(?:is|be|denotes)\\s+(?:an?|some|any|the)\\s+(?:[\\w-]+\\s+){0,2}?${LOSS.source}(?:\\s+function)?\\s*${DEPENDS.source.slice(1)}`,
  "i",
);

/** Heads on the left of an equation. */
const definedIn = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(
    items.flatMap(({ statement }) => {
      const [first] = statement.sides;
      const left = first === undefined || !isEquation(statement) ? null : leftSide(first);
      return left === null ? [] : [targetKey(left.target)];
    }),
  );

const isLetter = (t: Scripted): boolean =>
  t.subs.length + t.sups.length + t.primes === 0 && /^([A-Z]|\\ell)$/.test(t.symbol.name);

/** The words before the formula call it a loss. */
export function isCalledLoss({ formula, ordinal }: Item): boolean {
  const [before] = formula.sentence.split(`$${ordinal}$`);
  return before !== undefined && LOSS.test(before.split(/\$\d+\$/).at(-1) ?? "");
}

const isDifferentiated = (items: readonly Item[], key: string): boolean =>
  items.some((i) => i.statement.sides.some((s) => mentionsDerivative(s) && mentionsHead(s, new Set([key]))));

/** `L(h)` here and `L(y)` there: a function of which L(h) is one value. */
function appliesToOthers({ statement }: Item, key: string, own: string): boolean {
  return statement.sides.flatMap(nodesIn).some((n) => {
    if (n.kind !== "juxtaposition") return false;
    return n.items.some((head, k) => {
      const [t, group] = [takeApart(head), n.items[k + 1]];
      if (t === null || headKey(t.symbol) !== key || group?.kind !== "group" || group.open !== "(") return false;
      return scriptText({ ...n, items: [head, group] }) !== own;
    });
  });
}
