import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { type Binding, bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { headKey, scriptText, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, isEquation, mentionsDerivative, targetKey } from "../../symbols/statements.js";

/*
 * `x \in \mathbb{R}^n` whose entries count from 0, `\sum_{j=0}^{k-1} w_j x_{i+j}` or `x = (x_0, \dots, x_{n-1})`: as long as nothing uses
 * it whole, it is the numbers x_0, …, x_{n-1}.
 */

export function withZeroBased(items: readonly Item[]): readonly Item[] {
  const vectors = new Map<string, Syntax>();
  for (const { statement } of items) for (const [head, size] of vectorsIn(statement)) vectors.set(head, size);
  const zeroBased = new Set([...vectors].filter((v) => countsFromZero(v, items)).map(([head]) => head));
  if (zeroBased.size === 0) return items;
  return flatMap(items, (item) => {
    const { statement } = item;
    const shown = displayOf(statement);
    if (shown !== null && zeroBased.has(shown)) return [{ ...item, statement: mention(statement, statement.sides[1]) }];
    const declared = declarationOf(statement);
    if (declared === null || !declared.symbols.some((t) => zeroBased.has(targetKey(t)))) return [item];
    const own = declared.symbols.map((t) => targetKey(t));
    const [left] = statement.sides;
    const written = left?.kind === "list" ? left.items : left === undefined ? [] : [left];
    const kept = written.filter((_, k) => !zeroBased.has(own[k] ?? ""));
    const members = written.filter((_, k) => zeroBased.has(own[k] ?? ""));
    const list = (all: readonly Syntax[]): Syntax | undefined =>
      all.length === 1 ? all[0] : { kind: "list", items: all, span: statement.span };
    const rest: Statement[] = members.map((s) => mention(statement, membersOf(s, vectors.get(headText(s)))));
    const first = list(kept);
    if (kept.length > 0 && first !== undefined)
      rest.unshift({ ...statement, sides: [first, ...statement.sides.slice(1)] });
    return rest.map((st) => ({ ...item, statement: st }));
  });
}

const mention = (st: Statement, side: Syntax | undefined): Statement => ({
  ...st,
  sides: side === undefined ? [] : [side],
  relations: [],
});

function headText(s: Syntax): string {
  const t = takeApart(s);
  return t === null ? "" : targetKey(t);
}

/** Symbols that a statement declares as vectors, with their lengths. */
function vectorsIn(st: Statement): readonly (readonly [string, Syntax])[] {
  const d = declarationOf(st);
  const [size, more] = d?.set.shape ?? [];
  if (d === null || size === undefined || more !== undefined || st.sides.length !== 2) return [];
  return flatMap(d.symbols, (t) => (t.subs.length + t.sups.length === 0 ? [[targetKey(t), size] as const] : []));
}

/** The head of `x = (x_0, \dots, x_{n-1})`. */
function displayOf(st: Statement): string | null {
  const [left, right] = st.sides;
  if (st.sides.length !== 2 || !isEquation(st) || left === undefined || right === undefined) return null;
  const t = takeApart(left);
  const group = right.kind === "scripted" && right.sub === null ? right.base : right;
  const items = group.kind === "group" && group.body.kind === "list" ? group.body.items : [];
  const first = items[0] === undefined ? null : takeApart(items[0]);
  if (t === null || first === null || !items.some((s) => s.kind === "ellipsis")) return null;
  const isOwn = targetKey(first) === targetKey(t) && first.subs.length === 1 && t.subs.length === 0;
  return isOwn && first.subs.map(scriptText).join() === "0" ? targetKey(t) : null;
}

/** Is a vector only ever used by its entries, the first of which is number 0, and the last of which is not as many as it has? */
function countsFromZero([head, size]: readonly [string, Syntax], items: readonly Item[]): boolean {
  const lows = new Map(flatMap(items, ({ statement }) => lowsIn(statement)));
  const least = items.map(({ statement }) => leastIn(statement, head, size, lows));
  if (least.includes(null) || Math.min(...least.map((n) => n ?? 0)) !== 0) return false;
  // One entry, `x_0`, may just as well be a slip.
  const places = flatMap(items, ({ statement }) =>
    placesIn(statement, head).map((p) => (p === undefined ? "" : scriptText(p))),
  );
  return new Set(places).size > 1 || items.some(({ statement }) => displayOf(statement) === head);
}

/** The positions at which a statement uses entries of a vector; `undefined` for what is none. */
const placesIn = (st: Statement, head: string): readonly (Syntax | undefined)[] =>
  flatMap(flatMap(st.sides, nodesIn), (n) => (n.kind === "scripted" && n.sub !== null ? (takeApart(n) ?? []) : []))
    .filter((t) => targetKey(t) === head)
    .map((t) => (t.subs.length === 1 ? t.subs[0] : undefined));

/** The least number of an entry that a statement uses, infinity where it tells nothing; `null` where it speaks against a count from 0. */
function leastIn(st: Statement, head: string, size: Syntax, all: ReadonlyMap<string, number>): number | null {
  if (displayOf(st) === head) return 0;
  if (vectorsIn(st).length > 0) return Number.POSITIVE_INFINITY;
  const nodes = flatMap(st.sides, nodesIn);
  const bases = new Set(flatMap(nodes, (n) => (n.kind === "scripted" && n.sub !== null ? [n.base] : [])));
  if (nodes.some((n) => n.kind === "symbol" && headKey(n) === head && !bases.has(n))) return null;
  const places = placesIn(st, head);
  if (places.some((p) => p === undefined || endsAt(p, size, st))) return null;
  // What a line claims may be wrong: it tells nothing.
  if (st.sides.some(mentionsDerivative)) return Number.POSITIVE_INFINITY;
  const lows = new Map([...all, ...lowsIn(st)]);
  const found = places.map((p) => (p === undefined ? null : leastOf(p, lows)));
  return Math.min(Number.POSITIVE_INFINITY, ...found.map((n) => n ?? Number.POSITIVE_INFINITY));
}

function boundIn(st: Statement): readonly Binding[] {
  const ranges = flatMap([st, ...st.conditions], (c) => rangeStatement(c) ?? []);
  const bound = flatMap(flatMap(st.sides, nodesIn), (n) => (n.kind === "big" ? bindings(n.sub, n.sup) : []));
  return [...ranges, ...bound];
}

/** Does a place run up to the length, `x_i` with `i = 1, \dots, n`? */
const endsAt = (place: Syntax, size: Syntax, st: Statement): boolean =>
  scriptText(place) === scriptText(size) ||
  boundIn(st).some((b) => b.letter === letterOf(place) && b.high !== null && scriptText(b.high) === scriptText(size));

/** Letters with the numbers that their ranges begin at. */
function lowsIn(st: Statement): readonly (readonly [string, number])[] {
  return flatMap(boundIn(st), ({ letter, low }) =>
    low?.kind === "number" ? [[letter, Number(low.text)] as const] : [],
  );
}

/** The least number that a place may be; `null` where that is not known. */
function leastOf(s: Syntax, lows: ReadonlyMap<string, number>): number | null {
  if (s.kind === "number") return Number(s.text);
  if (s.kind !== "sum") return lows.get(letterOf(s) ?? "") ?? null;
  let total = 0;
  for (const { sign, body } of s.terms) {
    const least = sign < 0 && body.kind !== "number" ? null : leastOf(body, lows);
    if (least === null) return null;
    total += sign * least;
  }
  return total;
}

/** `x_0, \dots, x_{n-1}`. */
function membersOf(base: Syntax, size: Syntax | undefined): Syntax {
  const { span } = base;
  const number = (text: string): Syntax => ({ kind: "number", text, span });
  const at = (sub: Syntax): Syntax => ({ kind: "scripted", base, sub, sup: null, primes: 0, span });
  const last: Syntax = {
    kind: "sum",
    terms: [
      { sign: 1, body: size ?? number("1") },
      { sign: -1, body: number("1") },
    ],
    span,
  };
  return { kind: "list", items: [at(number("0")), { kind: "ellipsis", span }, at(last)], span };
}
