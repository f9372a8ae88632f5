import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { latexOf } from "../../symbols/latex.js";
import { nodesIn } from "../../symbols/letters.js";
import { headKey, mapOperands, plainSymbol, type Scripted, scriptText, takeApart } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
} from "../../symbols/statements.js";
import { shifted } from "./dotted-patterns.js";

/*
 * `y = a w_T \cdots w_2 w_1 x` goes through the products of its last factors: z_0 = x, z_t = w_t z_{t-1}, y = a z_T. They are
 * named where the page names the first, `z_1 = w_1 x`. Matrices do not commute, and a network of them is differentiated layer by
 * layer: their products get a name of their own. What stands in front of `W_1 W_2 \cdots W_L` goes through them likewise.
 */

/** `before \prod_{letter=low}^{high} factor after`, written down or up. */
interface Chain {
  readonly item: Item;
  readonly product: SyntaxOf<"big">;
  readonly letter: Syntax;
  readonly low: Syntax;
  readonly high: Syntax;
  readonly factor: Syntax;
  /** What the factor next to it is applied to. */
  readonly input: readonly Syntax[];
}

/** What the part products are called, and the statements that say so. */
interface Name {
  readonly symbol: Scripted;
  readonly said: readonly Item[];
}

/** `handedIn`: lines about a problem that is not theirs, whose equations bring no layers. */
export function withPartialProducts(items: readonly Item[], notes: Diagnostic[], handedIn: boolean): readonly Item[] {
  let current = items;
  // Each round names the products of one chain, which is then one no more.
  for (let round = 0; round < MOST_CHAINS; round++) {
    const found = firstNamed(current, handedIn);
    if (found === null) return current;
    current = withNamed(current, found.chain, found.name, notes);
  }
  return current;
}

const MOST_CHAINS = 20;

function firstNamed(items: readonly Item[], handedIn: boolean): { readonly chain: Chain; readonly name: Name } | null {
  for (const item of items)
    for (const chain of chainsIn(item)) {
      const name = namedOnPage(chain, items) ?? (handedIn ? null : inventedName(chain, items));
      if (name !== null && !isSaidAgain(chain, items)) return { chain: countedAs(chain, items), name };
    }
  return null;
}

/** The same with the letter below which the factors are declared, or the small letter of the depth, l for L, where that is free. */
function countedAs(chain: Chain, items: readonly Item[]): Chain {
  const { high, letter, factor } = chain;
  if (letter.kind !== "symbol") return chain;
  const name = high.kind === "symbol" && /^[A-Z]$/.test(high.name) ? high.name.toLowerCase() : "";
  const free = name === "" || lettersOf(items).has(name) ? null : { ...letter, name, latex: name };
  const own = letterDeclared(chain, items) ?? free;
  return own === null ? chain : { ...chain, letter: own, factor: placed(factor, letter, own) };
}

/** \ell of `W_\ell \in \mathbb{R}^{n \times n}`, for the factors `W_j`: nothing else may say how far it runs. */
function letterDeclared(chain: Chain, items: readonly Item[]): SyntaxOf<"symbol"> | null {
  const own = isMemberOf(chain) ? takeApart(chain.factor) : null;
  if (own === null) return null;
  for (const t of items.flatMap((i) => declarationOf(i.statement)?.symbols ?? [])) {
    const [place] = [...t.subs, ...t.sups.map((p) => p.content)];
    if (targetKey(t) === targetKey(own) && samePlaces(t, own) && place?.kind === "symbol") return place;
  }
  return null;
}

function lettersOf(items: readonly Item[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { statement } of items)
    for (const st of [statement, ...statement.conditions])
      for (const side of st.sides) for (const n of nodesIn(side)) if (n.kind === "symbol") used.add(headKey(n));
  return used;
}

/** A second equation for a symbol says the same of it, and goes through nothing. */
const isSaidAgain = ({ item }: Chain, items: readonly Item[]): boolean =>
  items.some(
    (i) => i.ordinal < item.ordinal && i.formula.section === item.formula.section && targetText(i) === targetText(item),
  );

function targetText({ statement }: Item): string {
  const [first] = statement.sides;
  return first === undefined || !isEquation(statement) ? "" : scriptText(first);
}

function withNamed(items: readonly Item[], chain: Chain, name: Name, notes: Diagnostic[]): readonly Item[] {
  const { letter, low, high, input, product } = chain;
  const down = product.order === "down";
  const { span } = product;
  const member = (place: Syntax): Syntax => memberOf(name.symbol, place);
  const factorAt = (place: Syntax): Syntax => placed(chain.factor, letter, place);
  const hasInput = input.length > 0;
  const [begin, next] = hasInput ? [shifted(low, -1), low] : [low, shifted(low, 1)];
  const before = member(shifted(letter, -1));
  const step = joined(down ? [chain.factor, before] : [before, chain.factor], product);
  const first = hasInput ? joined(input, product) : factorAt(low);
  const dots: Syntax = { kind: "ellipsis", span };
  const range = equation([letter, { kind: "list", items: [next, dots, high], span }], chain.item);
  const start = equation([member(begin), first], chain.item);
  const recurrence: Statement = { ...equation([member(letter), step], chain.item), conditions: [range] };
  const which = down ? "last" : "first";
  const message = `the products of its ${which} factors are ${latexOf(member(letter))} = ${latexOf(step)}, beginning with ${latexOf(member(begin))} = ${latexOf(first)}`;
  notes.push(diagnostic("note", "reading/partial-products", message, span));
  const text = sideText(chain.item);
  const same = items.filter((i) => sideText(i) === text);
  return items.flatMap((i): readonly Item[] => {
    if (name.said.includes(i))
      return [{ ...i, statement: { ...i.statement, sides: i.statement.sides.slice(0, 1), relations: [] } }];
    const sides = i.statement.sides.map((side) => folded(side, chain, member(high)));
    const isNew = sides.some((side, k) => side !== i.statement.sides[k]);
    const own: Item = isNew ? { ...i, statement: { ...i.statement, sides } } : i;
    if (!same.includes(i)) return [own];
    // Each section that writes the product may be a problem of its own.
    const told = same.some((c) => c !== i && c.formula.section === i.formula.section && c.ordinal < i.ordinal);
    return told ? [own] : [{ ...i, statement: start }, { ...i, statement: recurrence }, own];
  });
}

const sideText = ({ statement }: Item): string => statement.sides.map(scriptText).join("=");

/** The whole product with its input is the last member, wherever it stands. */
function folded(s: Syntax, chain: Chain, last: Syntax): Syntax {
  const { product, input } = chain;
  const inner = mapOperands(s, (n) => folded(n, chain, last));
  if (input.length === 0 && isProduct(inner, product)) return last;
  const factors = factorsOf(inner);
  const at = factors?.findIndex((n) => isProduct(n, product)) ?? -1;
  if (factors === null || at < 0) return inner;
  const [from, to] = product.order === "down" ? [at, at + input.length] : [at - input.length, at];
  const beside = product.order === "down" ? factors.slice(at + 1, to + 1) : factors.slice(Math.max(0, from), at);
  if (from < 0 || input.length === 0 || !sameTexts(beside, input)) return inner;
  return joined([...factors.slice(0, from), last, ...factors.slice(to + 1)], inner);
}

/** The factors of a product that is written without operators, or with dots. */
function factorsOf(s: Syntax): readonly Syntax[] | null {
  if (s.kind === "juxtaposition") return s.items;
  return s.kind === "product" && s.operators.every((o) => PLAIN.has(o)) ? s.items : null;
}

const PLAIN: ReadonlySet<string> = new Set(["\\cdot", "\\times", "*", "@"]);

const isProduct = (s: Syntax, product: SyntaxOf<"big">): boolean =>
  s.kind === "big" && s.order === product.order && scriptText(s) === scriptText(product);

const sameTexts = (a: readonly Syntax[], b: readonly Syntax[]): boolean =>
  a.length === b.length && a.every((s, k) => scriptText(s) === scriptText(b[k] ?? s));

const equation = (sides: readonly Syntax[], { statement }: Item): Statement => ({
  span: statement.span,
  latex: statement.latex,
  sides,
  relations: ["="],
  conditions: [],
  words: [],
});

function joined(items: readonly Syntax[], { span }: Syntax): Syntax {
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: "juxtaposition", items, span };
}

/** The products with dots of an equation of the forward pass. */
function chainsIn(item: Item): readonly Chain[] {
  const { statement } = item;
  const [left, right, more] = statement.sides;
  if (left === undefined || right === undefined || more !== undefined || !isEquation(statement)) return [];
  if (leftSide(left) === null || mentionsDerivative(right)) return [];
  const found: Chain[] = [];
  const inside = new Set<Syntax>();
  for (const n of nodesIn(right)) {
    const items = factorsOf(n) ?? [n];
    for (const [at, product] of items.entries()) {
      const chain = product.kind !== "big" || inside.has(product) ? null : chainAt(item, items, at, product);
      inside.add(product);
      if (chain !== null) found.push(chain);
    }
  }
  return found;
}

function chainAt(item: Item, items: readonly Syntax[], at: number, product: SyntaxOf<"big">): Chain | null {
  const { order, sub, sup, body } = product;
  if (product.operator !== "\\prod" || order === undefined || sub?.kind !== "relation" || sup === null || body === null)
    return null;
  const [letter, low] = sub.items;
  if (letter === undefined || low?.kind !== "number" || Number(low.text) > 1) return null;
  const input = order === "down" ? items.slice(at + 1) : items.slice(0, at);
  // A second product is none that this one is applied to: `W_L \cdots W_{k+1} W_{k-1} \cdots W_1`.
  if (input.some((n) => n.kind === "big")) return null;
  return { item, product, letter, low, high: sup, factor: body, input };
}

function memberOf(t: Scripted, place: Syntax): Syntax {
  const { symbol, span } = t;
  const [sup] = t.sups;
  if (sup === undefined) return { kind: "scripted", base: symbol, sub: place, sup: null, primes: t.primes, span };
  const above: Syntax = sup.bracketed ? { kind: "group", open: sup.open, body: place, span } : place;
  return { kind: "scripted", base: symbol, sub: null, sup: above, primes: t.primes, span };
}

/** `z_1 = w_1 x` says what the products are called, if nothing else says what a member of z is. */
function namedOnPage(c: Chain, items: readonly Item[]): Name | null {
  const [back, more] = c.input;
  if (c.product.order !== "down" || back === undefined || more !== undefined || !isMemberOf(c)) return null;
  const wanted = scriptText(joined([placed(c.factor, c.letter, c.low), back], c.product));
  const isFirst = ({ statement }: Item): boolean =>
    isEquation(statement) && statement.sides.slice(1).some((s) => scriptText(s) === wanted);
  const said = items.filter(isFirst);
  const target = said[0]?.statement.sides[0];
  const symbol = target === undefined ? null : takeApart(target);
  if (symbol === null || symbol.subs.length + symbol.sups.length !== 1) return null;
  if (placesOf(symbol).join() !== scriptText(c.low)) return null;
  const others = items.some((i) => {
    const left = i.statement.sides[0];
    const t = left === undefined || !isEquation(i.statement) ? null : takeApart(left);
    return t !== null && targetKey(t) === targetKey(symbol) && !said.includes(i) && samePlaces(t, symbol);
  });
  return others ? null : { symbol, said };
}

const placesOf = (t: Scripted): readonly string[] =>
  [...t.subs, ...t.sups.map((p) => p.content)].map((place) => scriptText(place));

/** `w_j`, with nothing but its place. */
function isMemberOf({ factor, letter }: Chain): boolean {
  const t = takeApart(factor);
  return t !== null && placesOf(t).join() === scriptText(letter);
}

/** `z^0` beside `z_1` is another quantity. */
const samePlaces = (a: Scripted, b: Scripted): boolean =>
  a.subs.length === b.subs.length && a.sups.length === b.sups.length;

/** Capital letters are matrices, and a product of these is no product of numbers: its parts get a letter that is free. */
function inventedName(c: Chain, items: readonly Item[]): Name | null {
  const matrix = nodesIn(c.factor).find((n) => isCapital(n));
  const scripted = nodesIn(c.factor).find((n) => n.kind === "scripted" && n.base === matrix);
  if (matrix?.kind !== "symbol" || scripted?.kind !== "scripted") return null;
  const used = lettersOf(items);
  const name = ["z", "h", "p", "s", "v", "g", "u", "q"].find((l) => !used.has(l));
  if (name === undefined) return null;
  const { span } = c.product;
  const { sup } = scripted;
  const above = sup?.kind === "group" && scriptText(sup.body) === scriptText(c.letter) ? sup : null;
  const symbol: SyntaxOf<"symbol"> = plainSymbol(name, span);
  const sups = above === null ? [] : [{ content: c.letter, bracketed: true, open: above.open }];
  return { symbol: { symbol, primes: 0, subs: above === null ? [c.letter] : [], sups, span }, said: [] };
}

const isCapital = (n: Syntax): boolean =>
  n.kind === "symbol" && (/^[A-Z]$/.test(n.name) || /^\\[A-Z]/.test(n.name)) && n.name !== "T";

/** An expression with another place in the letter's. */
function placed(s: Syntax, letter: Syntax, place: Syntax): Syntax {
  if (scriptText(s) === scriptText(letter)) return place;
  const inner = mapOperands(s, (n) => placed(n, letter, place));
  if (inner.kind !== "scripted") return settled(inner);
  const script = (n: Syntax | null): Syntax | null => (n === null ? null : placed(n, letter, place));
  return { ...inner, sub: script(inner.sub), sup: script(inner.sup) };
}

/** `1 - 1` is 0, as a place. */
function settled(s: Syntax): Syntax {
  if (s.kind !== "sum") return s;
  const numbers = s.terms.map((t) => (t.body.kind === "number" ? t.sign * Number(t.body.text) : Number.NaN));
  const total = numbers.reduce((a, b) => a + b, 0);
  return Number.isInteger(total) && total >= 0 ? { kind: "number", text: String(total), span: s.span } : s;
}
