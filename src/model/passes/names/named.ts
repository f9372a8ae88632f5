import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { mapOperands, type Scripted, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, mentionsDerivative, namesDerivative, targetKey } from "../../symbols/statements.js";

/*
 * `a = \sigma(W x + b)`, and then "let `z = W x + b`": what is said of z is said of the argument of σ, which is put as z.
 */

interface Name {
  readonly item: Item;
  readonly symbol: Syntax;
  readonly formula: Syntax;
}

/** The same statements, in the same order, with each formula that a later line names put as its name. */
export function withNames(items: readonly Item[]): readonly Item[] {
  const names = namesIn(items);
  if (names.size === 0) return items;
  const put = new Set<Item>();
  const next = items.map((item) => {
    const { statement } = item;
    const [first, ...rest] = statement.sides;
    if (first === undefined || !isForward(item)) return item;
    const sides = rest.map((s) => named(s, item, names, item.submitted === true ? null : put));
    return sides.every((s, k) => s === rest[k])
      ? item
      : { ...item, statement: { ...statement, sides: [first, ...sides] } };
  });
  return next.map((item, k) => (put.has(items[k] ?? item) ? ofTheProblem(item) : item));
}

/** A name that a line handed in gives a part of the problem's own formulas stands in them now, and is the problem's as well. */
const ofTheProblem = ({ submitted: _, ...item }: Item): Item => item;

function isForward({ statement }: Item): boolean {
  const [first] = statement.sides;
  if (first === undefined || !isEquation(statement) || statement.sides.some(mentionsDerivative)) return false;
  return !namesDerivative(first, () => true);
}

/** The formulas that a symbol names which nothing else uses, by their text. */
function namesIn(items: readonly Item[]): ReadonlyMap<string, Name> {
  const forward = items.filter(isForward);
  const uses = new Map<string, { readonly t: Scripted; readonly item: Item }[]>();
  for (const item of forward)
    for (const t of flatMap(item.statement.sides, symbolsIn)) {
      const key = targetKey(t);
      uses.set(key, [...(uses.get(key) ?? []), { t, item }]);
    }
  const found = new Map<string, Name>();
  for (const item of forward) {
    const [symbol, formula, ...more] = item.statement.sides;
    const t = symbol === undefined ? null : takeApart(symbol);
    if (symbol === undefined || t === null || formula === undefined || more.length > 0 || !isComposed(formula))
      continue;
    if (!(uses.get(targetKey(t)) ?? []).some((u) => u.item !== item && mayBe(u.t, t)))
      found.set(scriptText(formula), { item, symbol, formula });
  }
  return found;
}

/** Can two occurrences of one letter be of one quantity: no number tells them apart. */
function mayBe(a: Scripted, b: Scripted): boolean {
  const places = (t: Scripted): readonly Syntax[] => [...t.sups.map((p) => p.content), ...t.subs];
  const [x, y] = [places(a), places(b)];
  return x.every((s, k) => {
    const other = y[k];
    return other === undefined || scriptText(s) === scriptText(other) || s.kind !== "number" || other.kind !== "number";
  });
}

const isComposed = (s: Syntax): boolean => s.kind === "sum" || s.kind === "juxtaposition" || s.kind === "product";

/** `put` gathers the lines whose names were put. */
function named(s: Syntax, own: Item, names: ReadonlyMap<string, Name>, put: Set<Item> | null): Syntax {
  const name = isComposed(s) ? names.get(scriptText(s)) : undefined;
  // What a line is as a whole may be said of two quantities.
  if (name !== undefined && name.item !== own && !own.statement.sides.includes(s)) {
    put?.add(name.item);
    return { ...name.symbol, span: s.span };
  }
  return mapOperands(s, (n) => named(n, own, names, put));
}
