import type { Span } from "../core/span.js";
import type { Statement, Syntax, SyntaxOf } from "../notation/syntax.js";
import { letterOf, nodesIn } from "./letters.js";
import { children, scriptText } from "./scripts.js";
import { type Item, isEquation, leftSide } from "./statements.js";

/*
 * Products of matrices with dots, `W_L \cdots W_2 W_1 x`, in the forward pass: a family in their place, `z_l = W_l z_{l-1}` with
 * `z_0 = x`. Matrices do not commute, and a network is differentiated layer by layer.
 */

export const withDottedLayers = (items: readonly Item[]): readonly Item[] =>
  items.flatMap((item) => {
    const [, right] = item.statement.sides;
    return right === undefined || dotted(right) === null ? [item] : (asLayers(item, items) ?? [item]);
  });

interface Dotted {
  readonly before: readonly Syntax[];
  readonly after: readonly Syntax[];
  /** Its factor at a place. */
  readonly factor: (place: Syntax) => Syntax;
  readonly low: Syntax;
  readonly high: Syntax;
  /** The last layer stands first. */
  readonly descends: boolean;
}

/** A juxtaposition, or a product with dots as operators, in which an ellipsis stands for factors that go on in steps of one. */
function dotted(s: Syntax): Dotted | null {
  const items = s.kind === "juxtaposition" || (s.kind === "product" && isPlainProduct(s)) ? s.items : [];
  const at = items.findIndex((i) => i.kind === "ellipsis");
  const [a, b] = [items[at - 1], items[at + 1]];
  if (a === undefined || b === undefined) return null;
  const pattern = patternOf(a, b);
  if (pattern === null) return null;
  let [first, last] = [at - 1, at + 1];
  let [start, end] = [pattern.first, pattern.last];
  const descends = isAbove(start, end) ?? false;
  const step = descends ? -1 : 1;
  const same = (item: Syntax | undefined, place: Syntax): boolean =>
    item !== undefined && plainText(item) === plainText(pattern.factor(place));
  for (let p = moved(start, -step); same(items[first - 1], p); p = moved(start, -step)) [first, start] = [first - 1, p];
  for (;;) {
    for (let p = moved(end, step); same(items[last + 1], p); p = moved(end, step)) [last, end] = [last + 1, p];
    // `w_T \cdots w_{i+1} w_i \cdots w_1` goes on.
    const next = items[last + 1]?.kind === "ellipsis" ? patternOf(items[last] ?? a, items[last + 2] ?? a) : null;
    if (next === null || (isAbove(next.first, next.last) ?? false) !== descends) break;
    [last, end] = [last + 2, next.last];
  }
  return {
    before: items.slice(0, first),
    after: items.slice(last + 1),
    factor: pattern.factor,
    low: descends ? end : start,
    high: descends ? start : end,
    descends,
  };
}

const isPlainProduct = (s: SyntaxOf<"product">): boolean =>
  s.operators.every((o) => ["\\cdot", "\\times", "*", "@"].includes(o));

/** Two factors that differ in their place alone, wherever it stands in them: `w_T` and `w_1`, `∂z_T/∂z_{T-1}` and `∂z_2/∂z_1`. */
function patternOf(
  a: Syntax,
  b: Syntax,
): { readonly first: Syntax; readonly last: Syntax; readonly factor: (place: Syntax) => Syntax } | null {
  const places = differences(a, b);
  const [first] = places ?? [];
  if (first === undefined || places === null) return null;
  const [p, q] = first.map(placeOf);
  if (p == null || q == null) return null;
  const shifts = new Map<Syntax, number>();
  for (const [x, y] of places) {
    const [u, v] = [placeOf(x), placeOf(y)];
    if (u === null || v === null || u.name !== p.name || v.name !== q.name) return null;
    if (u.offset - p.offset !== v.offset - q.offset) return null;
    shifts.set(x, u.offset - p.offset);
  }
  return { first: first[0], last: first[1], factor: (place) => replace(a, shifts, place) };
}

/** The parts in which two trees of one form differ, as long as these are places; `null` for trees of two forms. */
function differences(a: Syntax, b: Syntax): readonly (readonly [Syntax, Syntax])[] | null {
  if (plainText(a) === plainText(b)) return [];
  if (placeOf(a) !== null && placeOf(b) !== null && !isNamed(a)) return [[a, b]];
  if (a.kind !== b.kind || a.kind === "number" || a.kind === "symbol") return null;
  const [x, y] = [children(a), children(b)];
  if (x.length !== y.length || x.length === 0 || formText(a) !== formText(b)) return null;
  const found = x.map((part, k) => differences(part, y[k] ?? part));
  return found.includes(null) ? null : found.flatMap((f) => f ?? []);
}

/** A symbol with scripts is a factor, never a place. */
const isNamed = (s: Syntax): boolean => s.kind === "scripted";

const isSyntax = (v: unknown): v is Syntax => typeof v === "object" && v !== null && "kind" in v;

/** What a node is, apart from its parts. */
const formText = (s: Syntax): string => plainText(mapParts(s, (part) => ({ kind: "empty", span: part.span })));

/** The same node with `f` of each of its parts. */
const mapParts = (s: Syntax, f: (part: Syntax) => Syntax): Syntax =>
  Object.fromEntries(Object.entries(s).map(([key, v]) => [key, key === "span" ? v : mapped(v, f)])) as Syntax;

function mapped(v: unknown, f: (part: Syntax) => Syntax): unknown {
  if (Array.isArray(v)) return v.map((item) => mapped(item, f));
  if (isSyntax(v)) return f(v);
  if (typeof v !== "object" || v === null) return v;
  return Object.fromEntries(Object.entries(v).map(([key, item]) => [key, mapped(item, f)]));
}

const plainText = (s: Syntax): string =>
  JSON.stringify(s, (key, v: unknown) => (key === "span" || key === "latex" ? undefined : v));

interface Place {
  readonly name: string;
  readonly offset: number;
}

/** `T`, `T - 1`, `2`. */
function placeOf(s: Syntax): Place | null {
  if (s.kind === "number") return /^\d{1,6}$/.test(s.text) ? { name: "", offset: Number(s.text) } : null;
  if (s.kind === "symbol" || s.kind === "scripted") return { name: scriptText(s), offset: 0 };
  if (s.kind === "group") return s.open === "(" || s.open === "[" || s.open === "{" ? placeOf(s.body) : null;
  const [head, shift] = s.kind === "sum" && s.terms.length === 2 ? s.terms : [];
  if (head === undefined || shift?.body.kind !== "number" || head.sign < 0 || letterOf(head.body) === null) return null;
  return { name: scriptText(head.body), offset: shift.sign * Number(shift.body.text) };
}

/** Which of two places is further on; a depth with a name is beyond every number. */
function isAbove(a: Syntax, b: Syntax): boolean | null {
  const [p, q] = [placeOf(a), placeOf(b)];
  if (p === null || q === null) return null;
  if (p.name === q.name) return p.offset > q.offset;
  if (p.name === "" || q.name === "") return q.name === "";
  // `w_T ⋯ w_{i+1}`: a capital letter is the depth.
  return /^[A-Z]/.test(p.name) && !/^[A-Z]/.test(q.name);
}

function moved(s: Syntax, by: number): Syntax {
  const { span } = s;
  if (s.kind === "group") return { ...s, body: moved(s.body, by) };
  const place = placeOf(s);
  if (place === null || by === 0) return s;
  const offset = place.offset + by;
  const number = (n: number): Syntax => ({ kind: "number", text: String(n), span });
  if (place.name === "") return number(offset);
  const head = s.kind === "sum" ? (s.terms[0]?.body ?? s) : s;
  if (offset === 0) return head;
  return {
    kind: "sum",
    terms: [
      { sign: 1, body: head },
      { sign: offset > 0 ? 1 : -1, body: number(Math.abs(offset)) },
    ],
    span,
  };
}

/** The factor with its places at `place`, each as far from it as it was from the first. */
function replace(s: Syntax, shifts: ReadonlyMap<Syntax, number>, place: Syntax): Syntax {
  const shift = shifts.get(s);
  if (shift !== undefined) return s.kind === "group" ? { ...s, body: moved(place, shift) } : moved(place, shift);
  return mapParts(s, (part) => replace(part, shifts, place));
}

function joined(items: readonly Syntax[], span: Span): Syntax {
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: "juxtaposition", items, span };
}

const symbol = (name: string, { span }: Syntax): Syntax => ({
  kind: "symbol",
  name,
  style: "plain",
  accents: [],
  latex: name,
  span,
});

/** `y = a w_T \cdots w_1 x` as `z_0 = x`, `z_t = w_t z_{t-1}` for t = 1, …, T, and `y = a z_T`. */
function asLayers(item: Item, items: readonly Item[]): readonly Item[] | null {
  const { statement } = item;
  const [left, right, more] = statement.sides;
  if (left === undefined || right === undefined || more !== undefined || !isEquation(statement)) return null;
  const found = leftSide(left) === null || item.submitted === true ? null : dotted(right);
  const [head, letter] = [unusedLetter(items, ["z", "h", "p", "s", "v", "g"]), unusedLetter(items, lettersFor(found))];
  if (found === null || head === null || letter === null || !isFirst(found.low)) return null;
  if ([...found.before, ...found.after].some((s) => s.kind === "ellipsis") || !isMatrix(found)) return null;
  const { span } = right;
  const member = (place: Syntax): Syntax => ({
    kind: "scripted",
    base: symbol(head, right),
    sub: place,
    sup: null,
    primes: 0,
    span,
  });
  const t = symbol(letter, right);
  const input = found.descends ? found.after : found.before;
  const output = found.descends ? found.before : found.after;
  const pair = (outer: Syntax, inner: Syntax): readonly Syntax[] => (found.descends ? [outer, inner] : [inner, outer]);
  const hasInput = input.length > 0;
  const first = hasInput ? moved(found.low, -1) : found.low;
  const dots: Syntax = { kind: "ellipsis", span };
  const range: Statement = {
    ...statement,
    sides: [t, { kind: "list", items: [moved(first, 1), dots, found.high], span }],
    relations: ["="],
    conditions: [],
    words: [],
  };
  const made = (target: Syntax, body: Syntax, conditions: readonly Statement[]): Item => ({
    ...item,
    statement: { ...statement, sides: [target, body], conditions },
  });
  return [
    made(member(first), hasInput ? joined(input, span) : found.factor(found.low), []),
    made(member(t), joined(pair(found.factor(t), member(moved(t, -1))), span), [range]),
    made(
      left,
      joined(found.descends ? [...output, member(found.high)] : [member(found.high), ...output], span),
      statement.conditions,
    ),
  ];
}

/** A capital letter, or a bold one, with its place. */
const isMatrix = ({ factor, low }: Dotted): boolean =>
  nodesIn(factor(low)).some(
    (n) => n.kind === "symbol" && (/^[A-Z]$/.test(n.name) || /^\\[A-Z]/.test(n.name)) && n.name !== "T",
  );

const isFirst = (low: Syntax): boolean => low.kind === "number" && (low.text === "1" || low.text === "0");

/** The small letter of the depth before all others: t for T. */
function lettersFor(found: Dotted | null): readonly string[] {
  const name = found === null ? "" : (placeOf(found.high)?.name ?? "");
  return [...(/^[A-Z]$/.test(name) ? [name.toLowerCase()] : []), "t", "l", "k", "m", "s", "r"];
}

/** A letter that no formula has, small or capital. */
function unusedLetter(items: readonly Item[], letters: readonly string[]): string | null {
  const used = new Set<string>();
  for (const { statement } of items)
    for (const st of [statement, ...statement.conditions])
      for (const side of st.sides) for (const n of nodesIn(side)) if (n.kind === "symbol") used.add(n.name);
  return letters.find((l) => !used.has(l)) ?? null;
}
