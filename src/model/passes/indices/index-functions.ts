import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { letterOf, nodesIn } from "../../symbols/letters.js";
import { headKey, mapOperands, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, withSides } from "../../symbols/statements.js";

/**
 * `P(k) = e^{z_k} / \sum_j e^{z_j}` is a function of a position: `P(k)` and `P(y)` are put as `P_k` and `P_y`. Which names are
 * such functions, the lines of `told` say.
 */
export function withIndexFunctions(items: readonly Item[], told = items): readonly Item[] {
  const found = new Set(flatMap(told, (i) => indexFunction(i) ?? []));
  if (found.size === 0) return items;
  for (const n of flatMap(told, (i) => flatMap(i.statement.sides, nodesIn)))
    for (const key of otherUses(n, found)) found.delete(key);
  return found.size === 0 ? items : items.map((item) => withSides(item, (s) => asEntries(s, found)));
}

/** The name of a function whose argument its formula has in scripts and nowhere else. */
function indexFunction({ statement }: Item): string | null {
  const [first, right] = statement.sides;
  const left = first === undefined || !isEquation(statement) || mentionsDerivative(first) ? null : leftSide(first);
  const [argument, more] = left?.args ?? [];
  const letter = argument === undefined || more !== undefined ? null : letterOf(argument);
  if (left === null || letter === null || right === undefined || !isBare(left.target)) return null;
  // The θ of `h_\theta(x)` is what h is computed with.
  const heads = new Set(flatMap(nodesIn(right), appliedIn));
  const inScripts = nodesIn(right).some(
    (n) => n.kind === "scripted" && n.sub !== null && letterOf(n.sub) === letter && !heads.has(n),
  );
  return inScripts && !hasAsValue(right, letter) ? headKey(left.target.symbol) : null;
}

/** What stands in front of parentheses. */
const appliedIn = (n: Syntax): readonly Syntax[] =>
  n.kind !== "juxtaposition"
    ? []
    : n.items.filter((_, k) => {
        const next = n.items[k + 1];
        return next?.kind === "group" && next.open === "(";
      });

const isBare = (t: NonNullable<ReturnType<typeof takeApart>>): boolean =>
  t.subs.length + t.sups.length + t.primes === 0 && /^(\\?[A-Za-z]|\\[a-z]+)$/.test(t.symbol.name);

/** Does the letter stand elsewhere than below symbols, or in parentheses above them? */
function hasAsValue(s: Syntax, letter: string): boolean {
  let found = false;
  const look = (n: Syntax): Syntax => {
    if (letterOf(n) === letter) found = true;
    if (n.kind !== "scripted") return mapOperands(n, look);
    look(n.base);
    // `e^z` is computed with z.
    const isPlace = n.sup?.kind === "group" && n.sup.open === "(" && letterOf(n.sup.body) !== null;
    if (n.sup !== null && !isPlace) look(n.sup);
    return n;
  };
  look(s);
  return found;
}

/** Names that stand with anything but one position behind them. */
function otherUses(n: Syntax, names: ReadonlySet<string>): readonly string[] {
  const items = n.kind === "juxtaposition" ? n.items : [];
  const applied = new Set(flatMap(items, (item, k) => (isPlace(items[k + 1]) ? [item] : [])));
  const keyOf = (s: Syntax): string => (s.kind === "symbol" ? headKey(s) : "");
  const inside =
    n.kind === "juxtaposition" ? items.filter((i) => !applied.has(i)) : n.kind === "group" ? [n.body] : partsOf(n);
  return inside.map(keyOf).filter((key) => names.has(key));
}

const partsOf = (n: Syntax): readonly Syntax[] => {
  const parts: Syntax[] = [];
  mapOperands(n, (s) => {
    parts.push(s);
    return s;
  });
  return parts;
};

/** `(k)`, `(y_i)`, `(1)`. */
function isPlace(s: Syntax | undefined): boolean {
  if (s?.kind !== "group" || s.open !== "(") return false;
  return s.body.kind === "number" || takeApart(s.body) !== null;
}

function asEntries(s: Syntax, names: ReadonlySet<string>): Syntax {
  const inner = mapOperands(s, (n) => asEntries(n, names));
  if (inner.kind !== "juxtaposition") return inner;
  const items: Syntax[] = [];
  for (let k = 0; k < inner.items.length; k++) {
    const [head, group] = [inner.items[k], inner.items[k + 1]];
    if (head === undefined) continue;
    const isOwn = head.kind === "symbol" && names.has(headKey(head)) && isPlace(group);
    if (!isOwn || group?.kind !== "group") items.push(head);
    else {
      const span = { start: head.span.start, end: group.span.end };
      items.push({ kind: "scripted", base: head, sub: group.body, sup: null, primes: 0, span });
      k += 1;
    }
  }
  const [only, more] = items;
  return only !== undefined && more === undefined ? only : { ...inner, items };
}
