import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { headKey, symbolsIn, takeApart } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
} from "../../symbols/statements.js";

/*
 * Equations whose left side is no symbol but tells what one is: `\log p_k = z_k - c`, or the entries of a column one below
 * the other. They are put as the equations of these symbols.
 */

export function solved(items: readonly Item[]): readonly Item[] {
  return flatMap(items, (item) => {
    const { statement } = item;
    if (statement.sides.length < 2 || !isEquation(statement) || statement.sides.some(mentionsDerivative)) return [item];
    const plain =
      statement.sides.length > 2
        ? argumentNamed(statement, items)
        : (negated(statement, items) ?? exponentiated(statement, items) ?? entryByEntry(statement));
    return plain === null ? [item] : plain.map((s) => ({ ...item, statement: s }));
  });
}

/** `-D = f` as `D = -f`, where nothing else says what D is. */
function negated(st: Statement, items: readonly Item[]): readonly Statement[] | null {
  const [left, right] = st.sides;
  const [term, more] = left?.kind === "sum" ? left.terms : [];
  const target = term?.sign === -1 && more === undefined ? (leftSide(term.body)?.target ?? null) : null;
  if (term === undefined || target === null || right === undefined) return null;
  if (items.some((i) => i.statement !== st && defines(i.statement, targetKey(target)))) return null;
  const { span } = right;
  const group: Syntax = { kind: "group", open: "(", body: right, span };
  return [{ ...st, sides: [term.body, { kind: "sum", terms: [{ sign: -1, body: group }], span }] }];
}

/** `\log p_k = f` as `p_k = \exp(f)`, where nothing else says what p is. */
function exponentiated(st: Statement, items: readonly Item[]): readonly Statement[] | null {
  const [left, right] = st.sides;
  if (left?.kind !== "juxtaposition" || right === undefined) return null;
  const [log, ...rest] = left.items;
  if (log?.kind !== "symbol" || !["log", "ln"].includes(log.name)) return null;
  const [only] = rest;
  if (only === undefined) return null;
  const inside: Syntax = rest.length > 1 ? { ...left, items: rest } : unwrapped(only);
  const target = leftSide(inside)?.target ?? null;
  if (target === null || items.some((i) => i.statement !== st && defines(i.statement, targetKey(target)))) return null;
  const { span } = right;
  const exp: Syntax = { kind: "symbol", name: "exp", style: "roman", accents: [], latex: "\\exp", span };
  const group: Syntax = { kind: "group", open: "(", body: right, span };
  return [{ ...st, sides: [inside, { kind: "juxtaposition", items: [exp, group], span }] }];
}

/** `o_j = \varphi(net_j) = \varphi(\sum_k w_{kj} x_k)` as `net_j = \sum_k w_{kj} x_k`, `o_j = \varphi(net_j)`, where nothing else says what net is. */
function argumentNamed(st: Statement, items: readonly Item[]): readonly Statement[] | null {
  const [left, ...rest] = st.sides;
  const [one, other, more] = rest.map(application);
  if (left === undefined || one == null || other == null || more !== undefined || one.name !== other.name) return null;
  for (const [name, formula] of [
    [one.argument, other.argument],
    [other.argument, one.argument],
  ] as const) {
    const target = takeApart(name);
    if (target === null || takeApart(formula) !== null || formula.kind === "number") continue;
    const key = targetKey(target);
    // `softmax(z) = softmax(z - m)` says nothing of z.
    const isKnown =
      symbolsIn(formula).some((t) => targetKey(t) === key) || items.some((i) => declares(i.statement, key));
    if (isKnown || items.some((i) => i.statement !== st && defines(i.statement, key))) continue;
    const value = rest[name === one.argument ? 0 : 1] ?? left;
    const relations = st.relations.slice(0, 1);
    return [
      { ...st, sides: [name, formula], relations },
      { ...st, sides: [left, value], relations },
    ];
  }
  return null;
}

const declares = (st: Statement, key: string): boolean =>
  declarationOf(st)?.symbols.some((t) => targetKey(t) === key) === true;

/** `f(x)` of one argument. */
function application(s: Syntax): { readonly name: string; readonly argument: Syntax } | null {
  const [head, group, more] = s.kind === "juxtaposition" ? s.items : [];
  const name = head === undefined ? null : takeApart(head);
  if (name === null || more !== undefined || group?.kind !== "group" || group.open !== "(") return null;
  return group.body.kind === "list" ? null : { name: targetKey(name), argument: group.body };
}

const unwrapped = (s: Syntax): Syntax => (s.kind === "group" && (s.open === "(" || s.open === "[") ? s.body : s);

function defines(st: Statement, key: string): boolean {
  const [left] = st.sides;
  const found = left === undefined || !isEquation(st) ? null : leftSide(left);
  return found !== null && targetKey(found.target) === key;
}

/** `\begin{pmatrix} z_1 \\ z_2 \end{pmatrix} = f` as `z_1 = f_1`, `z_2 = f_2`; f has as many entries. */
function entryByEntry(st: Statement): readonly Statement[] | null {
  const [left, right] = st.sides;
  if (left?.kind !== "matrix" || right === undefined || left.rows.some((r) => r.length !== 1)) return null;
  const cells = left.rows.flat();
  const named = cells.map(takeApart);
  const [first] = named;
  if (first === undefined || first === null || cells.length < 2) return null;
  // Blocks of a long column have names of their own, entries have numbers.
  const isEntry = named.every(
    (t, k) =>
      t !== null &&
      headKey(t.symbol) === headKey(first.symbol) &&
      t.subs.at(-1)?.kind === "number" &&
      t.subs.length === first.subs.length &&
      named.findIndex((o) => o?.subs.map(text).join() === t.subs.map(text).join()) === k,
  );
  if (!isEntry) return null;
  const { span } = right;
  const zero: Syntax = { kind: "number", text: "0", span };
  const zeros: Syntax = { kind: "matrix", environment: "pmatrix", rows: cells.map(() => [zero]), span };
  const column: Syntax = {
    kind: "sum",
    terms: [
      { sign: 1, body: right },
      { sign: 1, body: zeros },
    ],
    span,
  };
  const group: Syntax = { kind: "group", open: "(", body: column, span };
  return cells.map((cell, k) => {
    const sub: Syntax = { kind: "number", text: String(k + 1), span };
    return { ...st, sides: [cell, { kind: "scripted", base: group, sub, sup: null, primes: 0, span }] };
  });
}

const text = (s: Syntax): string => (s.kind === "number" ? s.text : s.kind === "symbol" ? headKey(s) : s.kind);
