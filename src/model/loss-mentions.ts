import { nodesIn } from "./letters.js";
import { headKey, type Scripted, scriptText, takeApart } from "./scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, mentionsHead, targetKey } from "./statements.js";

/*
 * "… and a loss $L(h)$", "for some objective $J(y)$": nothing says what L is but what it depends on. It is put as the equation
 * `L = L(h)`, which others write themselves.
 */

export function withLossEquations(items: readonly Item[]): readonly Item[] {
  const defined = definedIn(items);
  return items.map((item) => {
    const [side] = item.statement.sides;
    const named = side === undefined || item.statement.relations.length > 0 ? null : leftSide(side);
    if (side === undefined || named === null || named.args === null || !isLetter(named.target)) return item;
    const key = targetKey(named.target);
    const of = named.args.map(takeApart);
    const isOutput = of.every((t) => t !== null) && of.some((t) => t !== null && defined.has(targetKey(t)));
    if (!isOutput || defined.has(key) || !(isCalledLoss(item) || isDifferentiated(items, key))) return item;
    if (items.some((i) => appliesToOthers(i, key, scriptText(side)))) return item;
    const [head] = side.kind === "juxtaposition" ? side.items : [];
    if (head === undefined) return item;
    return { ...item, statement: { ...item.statement, sides: [head, side], relations: ["="] } };
  });
}

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

const LOSS = /\b(?:loss|objective|cost|criterion|risk|energy|error function|scalar(?:[- ]valued)? function)\b/i;

/** The words before the formula call it a loss. */
function isCalledLoss({ formula, ordinal }: Item): boolean {
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
