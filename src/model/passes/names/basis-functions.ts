import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import { functionWritten } from "../../../functions/table.js";
import type { Syntax } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import {
  headKey,
  isTransposeMark,
  mapOperands,
  type Scripted,
  scriptText,
  symbolsIn,
  takeApart,
} from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, withSides } from "../../symbols/statements.js";

/*
 * `\sum_j w_j \phi_j(x_n)`: functions that are told apart by an index and of which nothing more is known. At a given x each is a
 * number, so it is put as the entry `\phi_{jn}` of an array, unless some line differentiates by what it is applied to. The values
 * of `w^\top \phi(x_n)` are columns `\phi_n`.
 */

interface Basis {
  readonly symbol: Scripted;
  readonly args: ReadonlySet<string>;
}

/** The same statements with such values as entries, the very list where there are none. */
export function withBasisValues(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  const given = items.filter((i) => i.submitted !== true && isEquation(i.statement));
  const defined = new Set(flatMap(given, (i) => definedBy(i)));
  const found = new Map<string, Basis>();
  const [columns, numbers] = [new Set<string>(), new Set<string>()];
  for (const { statement } of given.filter((i) => !i.statement.sides.some(mentionsDerivative)))
    for (const one of flatMap(statement.sides.slice(1), valuesIn)) {
      if (one.symbol.subs.length === 0) (one.isBehindRow ? columns : numbers).add(headKey(one.symbol.symbol));
      const head = headKey(one.symbol.symbol);
      const args = new Set([...(found.get(head)?.args ?? []), headKey(one.argument.symbol)]);
      found.set(head, { symbol: one.symbol, args });
    }
  // The w of `f_w(x)` is a parameter: an index is what some sum or range binds.
  const bound = new Set(flatMap(given, (i) => boundIn(i)));
  const formal = flatMap(given, (i) => formalIn(items, i, bound));
  const varied = new Set([
    ...flatMap(items, (i) => variablesOf(i)),
    ...flatMap(formal, (f) => (f.isFixed ? [] : f.args)),
  ]);
  for (const [head, { symbol, args }] of found)
    if (symbol.subs.length === 0 && (!columns.has(head) || numbers.has(head))) found.delete(head);
    else if (symbol.subs.some((s) => !bound.has(letterOf(s) ?? ""))) found.delete(head);
    else if (defined.has(head) || [...args].some((a) => defined.has(a) || varied.has(a)) || args.size > 1)
      found.delete(head);
  if (found.size === 0) return items;
  for (const { symbol } of found.values()) {
    const name = symbol.symbol.latex.trim();
    const message = `nothing says which functions ${name} are: their values are taken as given numbers`;
    report(diagnostic("note", "reading/basis", message, symbol.span));
  }
  // A function of one place is the number that it is there.
  const isHere = (f: Formal): boolean =>
    f.isFixed && [...found.values()].some((b) => f.args.every((a) => b.args.has(a)));
  const here = new Set(formal.filter(isHere).map((f) => f.head));
  return items.map((item) => {
    const next = withSides(item, (s) => entered(s, found, here));
    return next === item ? item : { ...next, written: item.written ?? item.statement };
  });
}

interface Formal {
  readonly head: string;
  readonly args: readonly string[];
  readonly isFixed: boolean;
}

/** The s of `V(s) = w^\top \phi(s)` stands for others too, unless every line has V at this s, which no sum goes through. */
function formalIn(items: readonly Item[], { statement }: Item, bound: ReadonlySet<string>): readonly Formal[] {
  const [first] = statement.sides;
  const left = first === undefined ? null : leftSide(first);
  const [only, more] = left?.args ?? [];
  if (left === null || only === undefined) return [];
  const args = flatMap(flatMap(left.args ?? [], symbolsIn), (t) => headKey(t.symbol));
  const isFree = more === undefined && takeApart(only) !== null && !args.some((h) => bound.has(h));
  const isFixed = isFree && items.every((i) => isOnlyAt(i, left.target, only));
  return [{ head: headKey(left.target.symbol), args, isFixed }];
}

/** Does a statement write `V` with nothing but `(s)` behind it? */
const isOnlyAt = ({ statement }: Item, { symbol }: Scripted, argument: Syntax): boolean =>
  flatMap(statement.sides, nodesIn).every((n) => {
    if (n.kind === "scripted" && n.primes > 0 && headOf(n) === headKey(symbol)) return false;
    if (n.kind !== "juxtaposition") return true;
    return n.items.every((item, k) => {
      const next = n.items[k + 1];
      const inside = next?.kind === "scripted" ? next.base : next;
      const isApplied = headOf(item) === headKey(symbol) && inside?.kind === "group";
      return !isApplied || scriptText(inside.body) === scriptText(argument);
    });
  });

const headOf = (s: Syntax): string | null => {
  const t = takeApart(s);
  return t === null ? null : headKey(t.symbol);
};

interface Value {
  readonly symbol: Scripted;
  readonly argument: Scripted;
  readonly isBehindRow: boolean;
  /** What stands above the parenthesis. */
  readonly sup: Syntax | null;
}

/** `\phi_j(x_n)` at the places k and k + 1 of a product. */
function valueAt(items: readonly Syntax[], k: number): Value | null {
  const [row, head, applied] = [items[k - 1], items[k], items[k + 1]];
  const symbol = head === undefined ? null : takeApart(head);
  const [group, sup] =
    applied?.kind === "scripted" && applied.sub === null && applied.primes === 0
      ? [applied.base, applied.sup]
      : [applied, null];
  if (symbol === null || group?.kind !== "group" || group.open !== "(") return null;
  const argument = takeApart(group.body);
  const isPlain = symbol.sups.length + symbol.primes === 0 && /^(\\[a-z]+|[a-z])$/.test(symbol.symbol.name);
  const isLetter = (s: Syntax): boolean => /^[a-z]$/.test(letterOf(s) ?? "");
  if (!isPlain || symbol.subs.length > 1 || !symbol.subs.every(isLetter) || argument === null) return null;
  if (functionWritten(headKey(symbol.symbol)) !== null) return null;
  const isGiven = argument.sups.length === 0 && argument.primes === 0 && argument.subs.every(isLetter);
  const before = row === undefined ? null : takeApart(row);
  const isBehindRow = before?.sups.some((p) => !p.bracketed && isTransposeMark(p.content)) === true;
  return isGiven ? { symbol, argument, isBehindRow, sup } : null;
}

const valuesIn = (s: Syntax): readonly Value[] =>
  flatMap(nodesIn(s), (n) => (n.kind === "juxtaposition" ? flatMap(n.items, (_, k) => valueAt(n.items, k) ?? []) : []));

/** Heads that stand on the left of an equation, with and without arguments. */
function definedBy({ statement: { sides } }: Item): readonly string[] {
  const left = sides[0] === undefined || mentionsDerivative(sides[0]) ? null : leftSide(sides[0]);
  return left === null ? [] : [headKey(left.target.symbol)];
}

/** The letters that sums and ranges of a statement bind. */
const boundIn = ({ statement }: Item): readonly string[] => [
  ...flatMap(flatMap(statement.sides, nodesIn), (n) =>
    n.kind === "big" ? bindings(n.sub, n.sup).map((b) => b.letter) : [],
  ),
  ...flatMap([statement, ...statement.conditions], (c) => (rangeStatement(c) ?? []).map((b) => b.letter)),
];

/** What a line differentiates by. */
const variablesOf = ({ statement: { sides } }: Item): readonly string[] =>
  flatMap(flatMap(sides, nodesIn), (n) => {
    const below = n.kind === "fraction" ? n.denominator : n.kind === "scripted" && isNabla(n.base) ? n.sub : null;
    const isDerivative = n.kind !== "fraction" || mentionsDerivative(n);
    return below === null || !isDerivative ? [] : symbolsIn(below).map((t) => headKey(t.symbol));
  });

const isNabla = (s: Syntax): boolean => s.kind === "symbol" && s.name === "\\nabla";

function entered(s: Syntax, found: ReadonlyMap<string, Basis>, here: ReadonlySet<string>): Syntax {
  if (s.kind === "scripted") {
    const [base, sup] = [entered(s.base, found, here), s.sup === null ? null : entered(s.sup, found, here)];
    return base === s.base && sup === s.sup ? s : { ...s, base, sup };
  }
  const inner = mapOperands(s, (n) => entered(n, found, here));
  if (inner.kind !== "juxtaposition") return inner;
  const items: Syntax[] = [];
  for (let k = 0; k < inner.items.length; k++) {
    const item = inner.items[k];
    const put = placeAt(inner.items, k, found, here);
    if (put !== null) k += 1;
    const next = put ?? item;
    if (next !== undefined) items.push(next);
  }
  const [lone] = items;
  return items.length === 1 && lone !== undefined
    ? lone
    : items.length === inner.items.length
      ? inner
      : { ...inner, items };
}

/** What is put for the name and the parentheses at the places k and k + 1 of a product. */
function placeAt(
  items: readonly Syntax[],
  k: number,
  found: ReadonlyMap<string, Basis>,
  here: ReadonlySet<string>,
): Syntax | null {
  const [item, next] = [items[k], items[k + 1]];
  if (item === undefined || next === undefined) return null;
  const inside = next.kind === "scripted" ? next.base : next;
  if (inside.kind === "group" && here.has(headOf(item) ?? ""))
    return next.kind === "scripted" ? { ...next, base: item } : item;
  const one = valueAt(items, k);
  if (one === null || !found.has(headKey(one.symbol.symbol))) return null;
  const span = { start: item.span.start, end: next.span.end };
  const base: Syntax = {
    ...one.symbol.symbol,
    name: `${one.symbol.symbol.name}(${scriptText(one.argument.symbol)})`,
  };
  const places = [...one.argument.subs, ...one.symbol.subs];
  const sub: Syntax | null = places.length === 0 ? null : { kind: "list", items: places, span };
  return sub === null && one.sup === null ? base : { kind: "scripted", base, sub, sup: one.sup, primes: 0, span };
}
