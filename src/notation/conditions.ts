import type { Span } from "../core/span.js";
import type { Syntax } from "./syntax.js";
import { atom, type Token } from "./token.js";

/*
 * Conditions on positions in other places than behind the equation are moved there: `i \ne j: \; A = B`, `A, \; i \ne j = B`,
 * `A|_{i \ne j} = B`, `A = B \quad (i \ne j)`.
 */

export function conditionsBehind(row: readonly Token[]): readonly Token[] {
  return leading(row) ?? inside(row) ?? evaluated(row) ?? bracketed(row) ?? row;
}

/** `i \ne j: A = B`. */
function leading(row: readonly Token[]): readonly Token[] | null {
  const [first, operator, second, colon, ...rest] = row;
  const condition = positions([first, operator, second]);
  if (condition === null || !isColon(colon) || !rest.some((t) => t.type === "rel")) return null;
  return behind(rest, condition);
}

const isColon = (token: Token | undefined): boolean =>
  token?.type === "colon" || (token?.type === "rel" && token.name === ":");

/** `A, \; i \ne j = B`. */
function inside(row: readonly Token[]): readonly Token[] | null {
  const comma = row.findIndex((t) => t.type === "comma");
  const left = row.slice(0, Math.max(0, comma));
  if (left.length === 0 || !left.every((t) => t.type === "atom")) return null;
  const [first, operator, second, equals, ...right] = row.slice(comma + 1).filter((t) => t.type !== "gap");
  const condition = positions([first, operator, second]);
  if (condition === null || equals?.type !== "rel" || equals.name !== "=" || right.length === 0) return null;
  return behind([...left, equals, ...right], condition);
}

/** `\left. A \right|_{i \ne j} = B`. */
function evaluated(row: readonly Token[]): readonly Token[] | null {
  const [first, ...rest] = row;
  const syntax = first?.type === "atom" ? first.syntax : null;
  if (syntax?.kind !== "scripted" || syntax.base.kind !== "group" || syntax.base.open !== EVALUATION) return null;
  const condition = syntax.sub === null || syntax.sup !== null ? null : tokensOf(syntax.sub);
  if (condition === null || !rest.some((t) => t.type === "rel")) return null;
  return behind([atom(syntax.base.body), ...rest], condition);
}

/** What `\left. … \right|` opens with. */
export const EVALUATION = ".|";

/** `A = B \quad (i \ne j)`, `A = B \quad (1 \le t < T)`, `A = B \quad (t = 1, \dots, T)`. */
function bracketed(row: readonly Token[]): readonly Token[] | null {
  const last = row.at(-1);
  const before = row.slice(0, -1);
  if (last?.type !== "atom" || last.syntax.kind !== "group" || last.syntax.open !== "(") return null;
  if (before.at(-1)?.type !== "gap" || !before.some((t) => t.type === "rel")) return null;
  const condition = rangeTokens(last.syntax.body);
  return condition === null ? null : behind(before.slice(0, -1), condition);
}

/** A relation between a letter and places, `t < T - 1`, and a list of them at its end, in tokens. */
function rangeTokens(s: Syntax): readonly Token[] | null {
  const [relation, ...more] = s.kind === "list" ? s.items : [s];
  if (relation?.kind !== "relation" || !relation.items.some(isLetter)) return null;
  if (!relation.operators.every((o) => COMPARISONS.test(o) || o === "\\in")) return null;
  if (![...relation.items, ...more].every(isPlace)) return null;
  const chain = relation.items.flatMap((item, k): readonly Token[] => {
    const name = relation.operators[k - 1];
    const span = between(relation.items[k - 1]?.span ?? item.span, item.span);
    return [...(name === undefined ? [] : [{ type: "rel", name, span } as const]), ...listed(item)];
  });
  return [...chain, ...more.flatMap((item) => [comma(item), atom(item)])];
}

/** `1, \dots, n` as it is written. */
const listed = (s: Syntax): readonly Token[] =>
  s.kind === "list" ? s.items.flatMap((item, k) => (k === 0 ? [atom(item)] : [comma(item), atom(item)])) : [atom(s)];

const comma = (before: Syntax): Token => ({
  type: "comma",
  name: ",",
  span: { start: before.span.start, end: before.span.start },
});

/** What may stand for a position: `i`, `T`, `1`, `T - 1`, `\dots`, or a list or set of them. */
function isPlace(s: Syntax): boolean {
  if (s.kind === "number" || s.kind === "ellipsis" || isLetter(s)) return true;
  if (s.kind === "symbol") return s.style === "plain" && s.accents.length === 0 && /^[A-Z]$/.test(s.name);
  if (s.kind === "sum") return s.terms.every((t) => isPlace(t.body));
  if (s.kind === "list") return s.items.every(isPlace);
  return s.kind === "group" && s.open === "\\{" && isPlace(s.body);
}

/** `i = j` or `i \ne j`, in tokens. */
function positions(tokens: readonly (Token | undefined)[]): readonly Token[] | null {
  const [first, operator, second] = tokens;
  if (first?.type !== "atom" || second?.type !== "atom" || operator?.type !== "rel") return null;
  const isCondition = isLetter(first.syntax) && isLetter(second.syntax) && COMPARISONS.test(operator.name);
  return isCondition ? [first, operator, second] : null;
}

/** The same as a syntax tree. */
function tokensOf(s: Syntax): readonly Token[] | null {
  if (s.kind !== "relation" || s.items.length !== 2) return null;
  const [first, second] = s.items;
  const [name = ""] = s.operators;
  if (first === undefined || second === undefined) return null;
  const relation: Token = { type: "rel", name, span: between(first.span, second.span) };
  return positions([atom(first), relation, atom(second)]);
}

const COMPARISONS = /^(=|\\ne|<|>|\\le|\\ge)$/;
const between = (a: Span, b: Span): Span => ({ start: a.end, end: Math.max(a.end, b.start) });

/** `i`, `k'`. */
function isLetter(s: Syntax): boolean {
  if (s.kind === "scripted") return s.sub === null && s.sup === null && isLetter(s.base);
  return s.kind === "symbol" && s.style === "plain" && s.accents.length === 0 && /^([a-z]|\\[a-z]+)$/.test(s.name);
}

function behind(tokens: readonly Token[], condition: readonly Token[]): readonly Token[] {
  const span = condition[0]?.span ?? { start: 0, end: 0 };
  return [...tokens, { type: "text", text: "if", span: { start: span.start, end: span.start } }, ...condition];
}
