import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import type { Statement, Syntax, SyntaxOf } from "../notation/syntax.js";
import { downward } from "./dotted.js";
import { latexOf } from "./latex.js";
import { letterOf, nodesIn } from "./letters.js";
import { headKey, mapOperands, type Scripted, scriptText, takeApart } from "./scripts.js";
import { type Item, isEquation, targetKey } from "./statements.js";

/*
 * `y = a w_T \cdots w_2 w_1 x` goes through the products of its last factors: z_0 = x, z_t = w_t z_{t-1}, y = a z_T. They are
 * named where the page names the first, `z_1 = w_1 x`; products of matrices, which have no other reading, get a name of
 * their own.
 */

/** `front \prod_{j=1}^{high} factor_j back`. */
interface Chain {
  readonly item: Item;
  readonly product: SyntaxOf<"big">;
  readonly letter: Syntax;
  readonly high: Syntax;
  readonly factor: Scripted;
  readonly back: Syntax;
}

export function withPartialProducts(items: readonly Item[], notes: Diagnostic[]): readonly Item[] {
  const chains = items.flatMap((i) => chainIn(i) ?? []);
  const [first] = chains;
  if (first === undefined) return items;
  const same = chains.filter((c) => textOf(c) === textOf(first));
  const named = firstPartial(first, items);
  const name = named?.name ?? inventedName(first, items);
  if (name === null) return items;
  const { letter, high, factor, back, item, product } = first;
  const at = (place: Syntax): Syntax => memberOf(name, place);
  const { span } = product;
  const one: Syntax = { kind: "number", text: "1", span };
  const before: Syntax = {
    kind: "sum",
    terms: [
      { sign: 1, body: letter },
      { sign: -1, body: one },
    ],
    span,
  };
  const step: Syntax = { kind: "juxtaposition", items: [memberOf(factor, letter), at(before)], span };
  const dots: Syntax = { kind: "ellipsis", span };
  const range = equation([letter, { kind: "list", items: [one, dots, high], span }], item);
  const start = equation([at({ ...one, text: "0" }), back], item);
  const recurrence: Statement = { ...equation([at(letter), step], item), conditions: [range] };
  notes.push(
    diagnostic(
      "note",
      "reading/partial-products",
      `the products of its last factors are ${latexOf(at(letter))} = ${latexOf(step)}, beginning with ${latexOf(at({ ...one, text: "0" }))} = ${latexOf(back)}`,
      span,
    ),
  );
  return items.flatMap((i): readonly Item[] => {
    if (named?.items.includes(i) === true)
      return [{ ...i, statement: { ...i.statement, sides: i.statement.sides.slice(0, 1), relations: [] } }];
    const chain = same.find((c) => c.item === i);
    const sides = i.statement.sides.map((side) => folded(side, first, at(high)));
    const own: Item = { ...i, statement: { ...i.statement, sides } };
    if (chain === undefined) return [own];
    // Each section that writes the product may be a problem of its own.
    const told = same.some(
      (c) => c.item !== i && c.item.formula.section === i.formula.section && c.item.ordinal < i.ordinal,
    );
    return told ? [own] : [{ ...i, statement: start }, { ...i, statement: recurrence }, own];
  });
}

/** The whole product is the last member, wherever it stands. */
function folded(s: Syntax, c: Chain, last: Syntax): Syntax {
  const inner = mapOperands(s, (n) => folded(n, c, last));
  if (inner.kind !== "juxtaposition") return inner;
  const k = inner.items.findIndex((n) => n.kind === "big" && scriptText(n) === scriptText(c.product));
  const back = inner.items[k + 1];
  if (k < 0 || back === undefined || scriptText(back) !== scriptText(c.back)) return inner;
  const items = [...inner.items.slice(0, k), last, ...inner.items.slice(k + 2)];
  return items.length === 1 ? last : { ...inner, items };
}

const textOf = (c: Chain): string => c.item.statement.sides.map(scriptText).join("=");

const equation = (sides: readonly Syntax[], { statement }: Item): Statement => ({
  span: statement.span,
  latex: statement.latex,
  sides,
  relations: ["="],
  conditions: [],
  words: [],
});

function chainIn(item: Item): Chain | null {
  const { statement } = item;
  const [left, right] = statement.sides;
  if (!isEquation(statement) || statement.sides.length !== 2 || left === undefined || right === undefined) return null;
  if (takeApart(left) === null || right.kind !== "juxtaposition") return null;
  const at = right.items.findIndex((s) => s.kind === "big");
  const product = right.items[at];
  const back = right.items[at + 1];
  if (product?.kind !== "big" || back === undefined || right.items.length !== at + 2) return null;
  const { sub, sup, body } = product;
  if (product.operator !== "\\prod" || sub?.kind !== "relation" || sup === null || body === null) return null;
  const [letter, low] = sub.items;
  const factor = takeApart(body);
  if (letter === undefined || low?.kind !== "number" || low.text !== "1" || factor === null) return null;
  const places = [...factor.subs, ...factor.sups.map((p) => p.content)];
  const [place, ...more] = places;
  if (place === undefined || more.length > 0 || scriptText(place) !== scriptText(letter) || takeApart(back) === null)
    return null;
  // Written upwards, `w_1 w_2 \cdots w_T x`, the last factors are others.
  if (!downward.has(product)) return null;
  return { item, product, letter, high: sup, factor, back };
}

function memberOf(t: Scripted, place: Syntax): Syntax {
  const { symbol, span } = t;
  const [sup] = t.sups;
  if (sup === undefined) return { kind: "scripted", base: symbol, sub: place, sup: null, primes: t.primes, span };
  const above: Syntax = sup.bracketed ? { kind: "group", open: sup.open, body: place, span } : place;
  return { kind: "scripted", base: symbol, sub: null, sup: above, primes: t.primes, span };
}

/** `z_1 = w_1 x` says what the products are called, if nothing else says what a member of z is. */
function firstPartial(
  c: Chain,
  items: readonly Item[],
): { readonly name: Scripted; readonly items: readonly Item[] } | null {
  const one: Syntax = { kind: "number", text: "1", span: c.product.span };
  const wanted = `${scriptText(memberOf(c.factor, one))}${scriptText(c.back)}`;
  const isFirst = ({ statement }: Item): boolean =>
    isEquation(statement) && statement.sides.slice(1).some((s) => scriptText(s) === wanted);
  const found = items.filter(isFirst);
  const target = found[0]?.statement.sides[0];
  const name = target === undefined ? null : takeApart(target);
  if (name === null || name.subs.length + name.sups.length !== 1) return null;
  const places = [...name.subs, ...name.sups.map((p) => p.content)];
  if (places.map(scriptText).join() !== "1") return null;
  const others = items.some((i) => {
    const left = i.statement.sides[0];
    const t = left === undefined || !isEquation(i.statement) ? null : takeApart(left);
    return t !== null && targetKey(t) === targetKey(name) && !found.includes(i) && samePlaces(t, name);
  });
  return others ? null : { name, items: found };
}

/** `z^0` beside `z_1` is another quantity. */
const samePlaces = (a: Scripted, b: Scripted): boolean =>
  a.subs.length === b.subs.length && a.sups.length === b.sups.length;

/** Capital letters are matrices, and a product of these is no product of numbers: the last factors get a letter that is free. */
function inventedName(c: Chain, items: readonly Item[]): Scripted | null {
  if (!/^[A-Z]$/.test(c.factor.symbol.name)) return null;
  const used = new Set<string>();
  for (const { statement } of items)
    for (const side of statement.sides) for (const n of nodesIn(side)) if (n.kind === "symbol") used.add(headKey(n));
  const name = ["h", "z", "v", "u", "p", "q"].find((l) => !used.has(l));
  if (name === undefined || letterOf(c.letter) === null) return null;
  const { span } = c.product;
  return {
    ...c.factor,
    symbol: { kind: "symbol", name, style: "plain", accents: [], latex: name, span },
    primes: 0,
    span,
  };
}
