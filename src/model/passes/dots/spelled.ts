import type { Statement, Syntax } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn, rangeStatement, visit } from "../../symbols/letters.js";
import { headKey, isTransposeMark, type Scripted, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, targetKey } from "../../symbols/statements.js";

/*
 * Members that are spelled out with dots: `h_1, \dots, h_T \in \mathbb{R}^n` declares a family, `x = (x_1, \dots, x_n)^\top`
 * says how long x is. Such statements are put as the ones without dots.
 */

export function withoutDots(items: readonly Item[]): readonly Item[] {
  return items.map((item) => {
    const { statement } = item;
    if (!statement.sides.some(hasDots)) return item;
    const plain = declaredFamily(statement, items) ?? displayedVector(statement) ?? displayed(statement, item, items);
    return plain === null ? item : { ...item, statement: plain };
  });
}

function hasDots(s: Syntax): boolean {
  return nodesIn(s).some((n) => n.kind === "ellipsis");
}

/** The place that differs among the members: their last subscript, or their superscript in parentheses. */
interface Members {
  readonly first: Scripted;
  readonly where: "sub" | "sup";
  readonly low: Syntax;
  readonly high: Syntax;
}

/** `x_1, x_2, \dots, x_N`: members of one family, its dots before the last. */
function membersOf(items: readonly Syntax[]): Members | null {
  if (items.length < 3 || items.at(-2)?.kind !== "ellipsis") return null;
  const named = items.filter((i) => i.kind !== "ellipsis").map(takeApart);
  const [first, last] = [named[0] ?? null, named.at(-1) ?? null];
  if (named.length !== items.length - 1 || first === null || last === null) return null;
  for (const where of ["sub", "sup"] as const) {
    const places = named.map((t) => (t === null ? null : placeOf(t, where)));
    const [low, high] = [places[0] ?? null, places.at(-1) ?? null];
    if (low === null || high === null || places.includes(null)) continue;
    if (named.every((t) => t !== null && restText(t, where) === restText(first, where)))
      return { first, where, low, high };
  }
  return null;
}

function placeOf(t: Scripted, where: Members["where"]): Syntax | null {
  if (where === "sub") return t.subs.at(-1) ?? null;
  const [only, more] = t.sups;
  return only?.bracketed === true && more === undefined ? only.content : null;
}

const restText = (t: Scripted, where: Members["where"]): string =>
  [
    targetKey(t),
    ...(where === "sub" ? t.subs.slice(0, -1) : t.subs).map(scriptText),
    ...(where === "sub" ? t.sups : []).map((p) => `^${scriptText(p.content)}`),
  ].join(";");

/** `h_1, \dots, h_T \in \mathbb{R}^n` as `h_t \in \mathbb{R}^n, t = 1, \dots, T`, with the letter that other formulas use for t. */
function declaredFamily(st: Statement, items: readonly Item[]): Statement | null {
  const [left, set] = st.sides;
  if (st.relations.join() !== "\\in" || left?.kind !== "list" || set === undefined) return null;
  const members = membersOf(left.items);
  const letter = members === null ? null : runningLetter(members, items);
  if (members === null || letter === null) return null;
  const { span } = left;
  const dots: Syntax = { kind: "ellipsis", span };
  const range: Syntax = { kind: "list", items: [members.low, dots, members.high], span };
  const condition: Statement = {
    span,
    latex: st.latex,
    sides: [letter, range],
    relations: ["="],
    conditions: [],
    words: [],
  };
  return { ...st, sides: [memberAt(members, letter), set], conditions: [...st.conditions, condition] };
}

function memberAt({ first, where }: Members, letter: Syntax): Syntax {
  const { symbol, span, primes } = first;
  const [mark] = first.sups;
  const subs = where === "sub" ? [...first.subs.slice(0, -1), letter] : first.subs;
  const sup: Syntax | null =
    where === "sup" && mark !== undefined
      ? { kind: "group", open: mark.open, body: letter, span }
      : mark === undefined
        ? null
        : mark.bracketed
          ? { kind: "group", open: mark.open, body: mark.content, span }
          : mark.content;
  return {
    kind: "scripted",
    base: symbol,
    sub: subs.length === 0 ? null : { kind: "list", items: subs, span },
    sup,
    primes,
    span,
  };
}

/** The letter that runs over the members elsewhere: `x_n` in a sum, before one that nothing binds, such as o of `u_o`. */
function runningLetter({ first, where, high }: Members, items: readonly Item[]): Syntax | null {
  const found: Syntax[] = [];
  const text = restText(first, where);
  const letterPlace = (t: Scripted): Syntax | null => {
    const place = placeOf(t, where);
    const letter = place === null || restText(t, where) !== text ? null : letterOf(place);
    return letter !== null && /^(\\[a-z]+|[a-z])$/.test(letter) && letter !== scriptText(high) ? place : null;
  };
  for (const { statement } of items)
    for (const side of statement.sides)
      visit(side, (s) => {
        const t = s.kind === "scripted" ? takeApart(s) : null;
        if (t === null) return;
        const sups = t.sups.filter((p) => p.bracketed || !isTransposeMark(p.content));
        found.push(...withFewerSubs({ ...t, sups }).flatMap((n) => letterPlace(n) ?? []));
      });
  const bound = boundLetters(items);
  return found.find((place) => bound.has(letterOf(place) ?? "")) ?? found[0] ?? null;
}

/** Letters that a sum or a range binds somewhere. */
const boundLetters = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(
    items.flatMap(({ statement }) => [
      ...statement.sides
        .flatMap(nodesIn)
        .flatMap((s) => (s.kind === "big" ? bindings(s.sub, s.sup).map((b) => b.letter) : [])),
      ...[statement, ...statement.conditions].flatMap((st) => (rangeStatement(st) ?? []).map((b) => b.letter)),
    ]),
  );

/** `x_{t,i}` may be an entry of `x_t`. */
function withFewerSubs(t: Scripted): readonly Scripted[] {
  return t.subs.length === 0 ? [t] : t.subs.map((_, k): Scripted => ({ ...t, subs: t.subs.slice(0, k + 1) }));
}

/** `x = (x_1, \dots, x_n)^\top` as `x \in \mathbb{R}^n`. */
function displayedVector(st: Statement): Statement | null {
  const [left, right] = st.sides;
  if (st.sides.length !== 2 || !isEquation(st) || left === undefined || right === undefined) return null;
  const target = takeApart(left);
  const members = membersOf(columnOf(right) ?? []);
  if (target === null || members === null || members.where !== "sub" || scriptText(members.low) !== "1") return null;
  if (restText(members.first, "sub") !== restText({ ...target, subs: [...target.subs, members.low] }, "sub"))
    return null;
  const { span } = right;
  const reals: Syntax = { kind: "symbol", name: "R", style: "bb", accents: [], latex: "\\mathbb{R}", span };
  const set: Syntax = { kind: "scripted", base: reals, sub: null, sup: members.high, primes: 0, span };
  return { ...st, sides: [left, set], relations: ["\\in"] };
}

/** The entries of a tuple, of a column, or of a row that is transposed. */
function columnOf(s: Syntax): readonly Syntax[] | null {
  const transposed = s.kind === "scripted" && s.sup !== null && s.sub === null && isTransposeMark(s.sup);
  const inner = transposed ? s.base : s;
  if (
    inner.kind === "group" &&
    inner.body.kind === "list" &&
    (inner.open === "(" || (transposed && inner.open === "["))
  )
    return inner.body.items;
  if (inner.kind !== "matrix") return null;
  const [row] = inner.rows;
  if (inner.rows.every((r) => r.length === 1)) return transposed ? null : inner.rows.flat();
  return inner.rows.length === 1 && transposed ? (row ?? null) : null;
}

/** `X = [x_1, \dots, x_N]^\top` where no other equation uses x_1, …: it only says what the rows of X are called. */
function displayed(st: Statement, own: Item, items: readonly Item[]): Statement | null {
  const [left, right] = st.sides;
  const target = left === undefined ? null : takeApart(left);
  if (left === undefined || right === undefined || !isEquation(st) || target === null) return null;
  const heads = new Set<string>();
  visit(right, (s) => {
    if (s.kind === "symbol" && headKey(s) !== "\\top") heads.add(headKey(s));
  });
  const mentions = (s: Syntax): boolean =>
    nodesIn(s).some((n) => {
      const t = n.kind === "scripted" ? takeApart(n) : null;
      return t !== null && t.subs.length + t.sups.length > 0 && heads.has(headKey(t.symbol));
    });
  const used = items.some((i) => i !== own && isEquation(i.statement) && i.statement.sides.some(mentions));
  const isDisplay = right.kind === "matrix" || right.kind === "group" || right.kind === "scripted";
  return used || !isDisplay || !namesOnly(right) || heads.has(targetKey(target))
    ? null
    : { ...st, sides: [left], relations: [] };
}

/** Nothing but symbols, perhaps transposed, in brackets and between dots: what is computed is no name. */
function namesOnly(s: Syntax): boolean {
  if (s.kind === "ellipsis" || s.kind === "empty" || takeApart(s) !== null) return true;
  if (s.kind === "scripted") return namesOnly(s.base);
  if (s.kind === "group") return namesOnly(s.body);
  if (s.kind === "matrix") return s.rows.flat().every(namesOnly);
  return s.kind === "list" && s.items.every(namesOnly);
}
