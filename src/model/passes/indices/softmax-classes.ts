import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { headKey, mapOperands, plainSymbol, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, isEquation, leftSide, mentionsDerivative } from "../../symbols/statements.js";
import { sentencesOf } from "../../words/prose.js";
import { freshLetter } from "../dots/dotted-patterns.js";

/*
 * `p_t = e^{x_t} / \sum_j e^{x_j}`, `L = -\log p_t`: what stands above its own sum is one of those summed, so t picks an entry of x
 * and of p, and in the loss it is one class of which nothing is said. Were `x_t` a quantity of its own, the sum would not depend
 * on it.
 */

/** Words of a sum over others than what stands above it: "the positive is not among the negatives". */
const OTHERS =
  /\b(not (one of|among|part of)|except|other than|without (it|its|the|this|\$)|exclud\w+|negatives?|negative (samples?|examples?))\b/i;

export function withSoftmaxClasses(
  items: readonly Item[],
  plain: readonly string[],
  report: (d: Diagnostic) => void,
): readonly Item[] {
  if ([...plain, ...sentencesOf(items)].some((words) => OTHERS.test(words))) return items;
  const forward = items.filter(({ statement: st }) => isEquation(st) && !st.sides.some(mentionsDerivative));
  const shares = forward.flatMap((item) =>
    item.statement.sides.flatMap(nodesIn).flatMap((n) => shareIn(item, n) ?? []),
  );
  const picked = shares.flatMap((share) => picksOf(items, forward, share));
  if (picked.length > 0) return withPicks(items, picked, report);
  const letters = new Map(shares.map((s) => [s.letter, s]));
  for (const [letter, share] of letters) if (!isUnsaid(items, forward, share)) letters.delete(letter);
  if (letters.size === 0) return items;
  return items.flatMap((item): readonly Item[] => {
    const own = shares.filter((s) => s.item === item && letters.get(s.letter) === s);
    const [share] = own;
    if (share === undefined) return [item];
    const size = share.sum.sup ?? newSize(items, share.place);
    const statement = withSum(item.statement, share, size);
    const isFamily = definedBelow(statement) === share.letter;
    const isUsed = forward.some((i) => definedBelow(i.statement) !== share.letter && wears(i.statement, share.letter));
    if (isFamily && !isUsed) return [{ ...item, statement }];
    const message = `${share.letter} picks one of what the sum runs over: it is read as one of 1, …, ${scriptText(size)}`;
    report(diagnostic("note", "reading/class", message, share.place.span));
    const other = isFamily ? freshLetter(namesIn(items), share.place.span) : null;
    const general = other === null ? statement : renamedIn(statement, share.letter, scriptText(other));
    return [declared(item, share.place, size), { ...item, statement: general }];
  });
}

/** `L = -\log p_t` beside `p_i = e^{z_i} / \sum_j e^{z_j}`: the t of which nothing is said is one class. */
interface Pick {
  readonly share: Share;
  readonly item: Item;
  readonly place: Syntax;
}

function picksOf(items: readonly Item[], forward: readonly Item[], share: Share): readonly Pick[] {
  const [first] = share.item.statement.sides;
  const own = first === undefined ? null : leftSide(first);
  if (own === null || definedBelow(share.item.statement) !== share.letter) return [];
  return forward.flatMap((item): readonly Pick[] => {
    const left = item.statement.sides[0] === undefined ? null : leftSide(item.statement.sides[0]);
    if (left === null || left.target.subs.length > 0) return [];
    const places = item.statement.sides.flatMap(nodesIn).flatMap((n) => {
      const t = n.kind === "scripted" ? takeApart(n) : null;
      const [place, more] = t?.subs ?? [];
      const isOwn = t !== null && headKey(t.symbol) === headKey(own.target.symbol) && more === undefined;
      // Other letters number positions by custom.
      return isOwn && place !== undefined && /^[a-hs-z]$/.test(letterOf(place) ?? "") ? [place] : [];
    });
    const [place] = places;
    const letter = place === undefined ? null : letterOf(place);
    if (place === undefined || letter === null || letter === share.letter || places.some((p) => letterOf(p) !== letter))
      return [];
    return isUnsaid(items, forward, { ...share, letter }) ? [{ share, item, place }] : [];
  });
}

function withPicks(items: readonly Item[], picks: readonly Pick[], report: (d: Diagnostic) => void): readonly Item[] {
  const sizes = new Map(picks.map(({ share }) => [share.item, sizeOf(items, share)]));
  return items.flatMap((item): readonly Item[] => {
    const share = picks.find((p) => p.share.item === item)?.share;
    const size = sizes.get(item);
    if (share !== undefined && size !== undefined)
      return [{ ...item, statement: withSum(item.statement, share, size) }];
    const pick = picks.find((p) => p.item === item);
    const classes = pick === undefined ? undefined : sizes.get(pick.share.item);
    if (pick === undefined || classes === undefined) return [item];
    const message = `${scriptText(pick.place)} is read as one of the classes 1, …, ${scriptText(classes)}`;
    report(diagnostic("note", "reading/class", message, pick.place.span));
    return [declared(item, pick.place, classes), item];
  });
}

interface Share {
  readonly item: Item;
  readonly letter: string;
  readonly place: Syntax;
  readonly sum: SyntaxOf<"big">;
}

/** `f(x_t) / \sum_j f(x_j)`, whatever f is. */
function shareIn(item: Item, n: Syntax): Share | null {
  if (n.kind !== "fraction") return null;
  const sum = n.denominator.kind === "juxtaposition" ? n.denominator.items.at(-1) : n.denominator;
  if (sum?.kind !== "big" || sum !== n.denominator || sum.operator !== "\\sum" || sum.body === null) return null;
  const [binding, another] = bindings(sum.sub, sum.sup);
  if (binding === undefined || another !== undefined || binding.conditions.length > 0) return null;
  if (binding.low !== null && scriptText(binding.low) !== "1") return null;
  const below = nodesIn(n.numerator).flatMap((s) => (s.kind === "scripted" && s.sub !== null ? [s.sub] : []));
  const place = below.find((s) => {
    const letter = letterOf(s);
    return (
      letter !== null &&
      letter !== binding.letter &&
      shape(n.numerator, letter) === shape(sum.body ?? n, binding.letter)
    );
  });
  const letter = place === undefined ? null : letterOf(place);
  return place === undefined || letter === null ? null : { item, letter, place, sum };
}

/** An expression as text, a letter in it left open. */
const shape = (s: Syntax, letter: string): string =>
  JSON.stringify(renamed(s, letter, null), (key, value) => (key === "span" || key === "latex" ? undefined : value));

/** Does nothing say what the letter is, and does it stand nowhere but below symbols? */
function isUnsaid(items: readonly Item[], forward: readonly Item[], { letter }: Share): boolean {
  if (!/^[a-z]$/.test(letter)) return false;
  const statements = items.flatMap(({ statement: st }) => [st, ...st.conditions]);
  const isRanged = statements.some((st) => (rangeStatement(st) ?? []).some((b) => b.letter === letter));
  const isDeclared = statements.some((st) =>
    (declarationOf(st)?.symbols ?? []).some(
      (t) => headKey(t.symbol) === letter || t.subs.some((s) => letterOf(s) === letter),
    ),
  );
  const isSummed = items.some(({ statement: st }) =>
    st.sides.flatMap(nodesIn).some((n) => n.kind === "big" && bindings(n.sub, n.sup).some((b) => b.letter === letter)),
  );
  const isOperand = forward.some(({ statement: st }) =>
    st.sides
      .flatMap(symbolsIn)
      .some((t) => headKey(t.symbol) === letter || t.sups.some((p) => letterOf(p.content) === letter)),
  );
  return !isRanged && !isDeclared && !isSummed && !isOperand;
}

/** The letter below a left side `p_t`. */
function definedBelow({ sides: [first] }: Statement): string | null {
  const [sub, another] = first === undefined ? [] : (leftSide(first)?.target.subs ?? []);
  return sub === undefined || another !== undefined ? null : letterOf(sub);
}

const wears = (st: Statement, letter: string): boolean =>
  st.sides.flatMap(nodesIn).some((n) => (takeApart(n)?.subs ?? []).some((s) => letterOf(s) === letter));

const namesIn = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(items.flatMap((i) => i.statement.sides.flatMap(nodesIn)).flatMap((n) => letterOf(n) ?? []));

/** How many there are: as the sum says it, or the declaration of what is summed. */
function sizeOf(items: readonly Item[], { sum, place }: Share): Syntax {
  const summed = new Set(nodesIn(sum.body ?? sum).flatMap((n) => (n.kind === "symbol" ? [headKey(n)] : [])));
  const declared = items
    .flatMap(({ statement }) => declarationOf(statement) ?? [])
    .find((d) => d.set.shape.length === 1 && d.symbols.some((t) => summed.has(headKey(t.symbol))));
  return sum.sup ?? declared?.set.shape[0] ?? newSize(items, place);
}

/** A name for how many there are, which no formula has. */
function newSize(items: readonly Item[], { span }: Syntax): Syntax {
  const used = namesIn(items);
  const name = ["C", "K", "N", "M", "Q"].find((n) => !used.has(n)) ?? "C_0";
  return plainSymbol(name, span);
}

/** The sum with its range written, and where the statement defines one for each letter, as far as that runs. */
function withSum(st: Statement, share: Share, size: Syntax): Statement {
  const { sum } = share;
  const [binding] = bindings(sum.sub, sum.sup);
  const letter = nodesIn(sum.sub ?? sum).find((n) => letterOf(n) === binding?.letter) ?? share.place;
  const put = (s: Syntax): Syntax => (s === sum ? { ...sum, sub: from(letter), sup: size } : mapOperands(s, put));
  const conditions =
    definedBelow(st) === share.letter ? [...st.conditions, range(st, share.place, size)] : st.conditions;
  return { ...st, sides: st.sides.map(put), conditions };
}

const one = ({ span }: Syntax): Syntax => ({ kind: "number", text: "1", span });
const from = (letter: Syntax): Syntax => ({
  kind: "relation",
  items: [letter, one(letter)],
  operators: ["="],
  span: letter.span,
});

const upTo = (size: Syntax): Syntax => ({
  kind: "list",
  items: [one(size), { kind: "ellipsis", span: size.span }, size],
  span: size.span,
});

function range(st: Statement, letter: Syntax, size: Syntax): Statement {
  return {
    span: letter.span,
    latex: st.latex,
    sides: [letter, upTo(size)],
    relations: ["="],
    conditions: [],
    words: [],
  };
}

/** `t \in \{1, \dots, C\}`. */
function declared(item: Item, letter: Syntax, size: Syntax): Item {
  const set: Syntax = { kind: "group", open: "\\{", body: upTo(size), span: letter.span };
  const statement: Statement = {
    span: letter.span,
    latex: `${scriptText(letter)} \\in \\{1, \\dots, ${scriptText(size)}\\}`,
    sides: [letter, set],
    relations: ["\\in"],
    conditions: [],
    words: [],
  };
  return { ...item, statement };
}

function renamedIn(st: Statement, letter: string, to: string): Statement {
  const conditions = st.conditions.map((c) => ({ ...c, sides: c.sides.map((s) => renamed(s, letter, to)) }));
  return { ...st, sides: st.sides.map((s) => renamed(s, letter, to)), conditions };
}

/** The expression with another letter, in scripts too; `null` leaves its place open. */
function renamed(s: Syntax, letter: string, to: string | null): Syntax {
  if (letterOf(s) === letter) return to === null ? { kind: "empty", span: s.span } : plainSymbol(to, s.span);
  const inner = mapOperands(s, (n) => renamed(n, letter, to));
  if (inner.kind !== "scripted") return inner;
  const script = (n: Syntax | null): Syntax | null => (n === null ? null : renamed(n, letter, to));
  return { ...inner, sub: script(inner.sub), sup: script(inner.sup) };
}
