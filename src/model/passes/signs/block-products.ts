import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { mapOperands } from "../../symbols/scripts.js";
import { type Item, withSides } from "../../symbols/statements.js";

/*
 * `\begin{bmatrix} U & V \end{bmatrix} \begin{bmatrix} x \\ h \end{bmatrix}` is `U x + V h`, whether the letters are numbers or matrices:
 * blocks multiply like entries.
 */

export const withBlockProducts = (items: readonly Item[]): readonly Item[] => items.map((item) => withSides(item, put));

function put(s: Syntax): Syntax {
  const inner = mapOperands(s, put);
  if (inner.kind !== "juxtaposition") return inner;
  const items: Syntax[] = [];
  for (const item of inner.items) {
    const before = items.at(-1);
    const product = before === undefined ? null : productOf(before, item);
    if (product === null) items.push(item);
    else items.splice(-1, 1, product);
  }
  const [only] = items;
  if (items.length === inner.items.length) return inner;
  return items.length === 1 && only !== undefined ? only : { ...inner, items };
}

/** Of a matrix and a column that are written out, with letters in the matrix. */
function productOf(a: Syntax, b: Syntax): Syntax | null {
  if (a.kind !== "matrix" || b.kind !== "matrix" || a.environment === "vmatrix") return null;
  const column = b.rows.map((r) => (r.length === 1 ? r[0] : undefined));
  const cells = [...a.rows.flat(), ...b.rows.flat()];
  const isPlain = cells.every((c) => c.kind !== "ellipsis") && a.rows.flat().some((c) => c.kind !== "number");
  if (!isPlain || column.length < 2 || a.rows.some((r) => r.length !== column.length)) return null;
  const span = { start: a.span.start, end: b.span.end };
  const rows = a.rows.map((r): Syntax | null => {
    const terms = r.flatMap((c, k) => (isZero(c) ? [] : [{ sign: 1 as const, body: times(c, column[k] ?? c) }]));
    return terms.length === 0 ? null : { kind: "sum", terms, span };
  });
  const [only, ...more] = rows;
  if (only === undefined || rows.includes(null)) return null;
  if (more.length === 0) return only === null ? null : { kind: "group", open: "(", body: only, span };
  return { kind: "matrix", environment: b.environment, rows: rows.map((r) => (r === null ? [] : [r])), span };
}

const isZero = (s: Syntax): boolean => s.kind === "number" && s.text === "0";

const times = (a: Syntax, b: Syntax): SyntaxOf<"juxtaposition"> => ({
  kind: "juxtaposition",
  items: [closed(a), closed(b)],
  span: { start: a.span.start, end: a.span.end },
});

const closed = (s: Syntax): Syntax =>
  s.kind === "sum" || s.kind === "product" ? { kind: "group", open: "(", body: s, span: s.span } : s;
