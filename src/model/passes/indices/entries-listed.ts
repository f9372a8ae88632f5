import type { Syntax } from "../../../notation/syntax.js";
import { headKey, isTransposed, scriptText, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, isEquation } from "../../symbols/statements.js";

/*
 * `x = (x_1, x_2, x_3)`, `w = [w_1, w_2]^\top`, `A = \begin{bmatrix} A_{11} & A_{12} \\ … \end{bmatrix}`: how the entries are
 * written, and how many there are. It is read as the declaration `x \in \mathbb{R}^3`; as an equation it would give x by itself.
 */

export function withEntriesListed(items: readonly Item[]): readonly Item[] {
  const own = new Set(items.flatMap(keysGiven));
  return items.map((item) => declared(item, own) ?? item);
}

/** What an equation gives or a declaration declares, `x_1` of `x_1 = \dots`: these are no entries. */
function keysGiven({ statement }: Item): readonly string[] {
  const [first] = statement.sides;
  const t = first === undefined || !isEquation(statement) ? null : takeApart(first);
  const given = t === null ? (declarationOf(statement)?.symbols ?? []) : [t];
  return given.flatMap(({ symbol, subs }) => (subs.length === 0 ? [] : [keyOf(headKey(symbol), subs)]));
}

const keyOf = (head: string, subs: readonly Syntax[]): string => `${head}_${subs.map(scriptText).join("")}`;

function declared(item: Item, own: ReadonlySet<string>): Item | null {
  const { statement } = item;
  const [first, second, more] = statement.sides;
  const whole = first === undefined ? null : takeApart(first);
  if (whole === null || second === undefined || more !== undefined || !isEquation(statement)) return null;
  if (whole.subs.length + whole.sups.length + whole.primes > 0) return null;
  const rows = rowsOf(second) ?? [];
  const head = headKey(whole.symbol);
  const keys = rows.map((row) => row.map((cell) => entryKey(cell, head)));
  if (keys.flat().length < 2 || keys.flat().some((k) => k === null || own.has(k))) return null;
  const isColumn = rows.every((r) => r.length === 1);
  const isFrom = (start: number): boolean =>
    keys.every((row, i) =>
      row.every((k, j) => k === `${head}_${(isColumn ? [i] : [i, j]).map((n) => n + start).join("")}`),
    );
  // Of entries that are counted from 0 each is a number of its own, and no position.
  if (isFrom(0)) return { ...item, statement: { ...statement, sides: [first ?? second], relations: [] } };
  if (!isFrom(1)) return null;
  const sizes = isColumn ? [rows.length] : [rows.length, rows[0]?.length ?? 0];
  return { ...item, statement: { ...statement, sides: [first ?? second, reals(sizes, second)], relations: ["\\in"] } };
}

function entryKey(cell: Syntax, head: string): string | null {
  const t = takeApart(cell);
  return t === null || headKey(t.symbol) !== head || t.sups.length + t.primes > 0 ? null : keyOf(head, t.subs);
}

/** The cells of a list, a column or a matrix of at least two rows, row by row. */
function rowsOf(s: Syntax): readonly (readonly Syntax[])[] | null {
  if (s.kind === "matrix")
    return s.rows.length > 1 && s.rows.every((r) => r.length === s.rows[0]?.length) ? s.rows : null;
  const isTurned = s.kind === "scripted" && s.sub === null && s.primes === 0 && s.sup !== null && isTransposed(s.sup);
  const inner = isTurned ? s.base : s;
  if (isTurned && inner.kind === "matrix")
    return inner.rows.length === 1 ? (inner.rows[0] ?? []).map((c) => [c]) : null;
  if (inner.kind !== "group" || inner.body.kind !== "list" || inner.open === "{") return null;
  return inner.body.items.map((c) => [c]);
}

function reals(sizes: readonly number[], { span }: Syntax): Syntax {
  const [first, second] = sizes.map((n): Syntax => ({ kind: "number", text: String(n), span }));
  const base: Syntax = { kind: "symbol", name: "R", style: "bb", accents: [], latex: "\\mathbb{R}", span };
  const sup: Syntax | undefined =
    first === undefined || second === undefined
      ? first
      : { kind: "product", items: [first, second], operators: ["\\times"], span };
  return { kind: "scripted", base, sub: null, sup: sup ?? null, primes: 0, span };
}
