import { flatMap } from "../../../core/flat-map.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { letterOf, nodesIn } from "../../symbols/letters.js";
import { children, headKey, isWholeAxis, mapOperands, type Scripted, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, leftSide, targetKey, withSides } from "../../symbols/statements.js";

/*
 * Positions in brackets, as in code: `Z[i, j]` is put as `Z_{i,j}`, and `\delta_Y[t, :]` as `(\delta_Y)_{t,:}`. What stands in the
 * brackets must be positions for certain: letters of which no line makes a quantity, numbers, sums of these, colons. `W[h, x]`
 * with quantities h and x is a product with a stack, and `f[x, y] = x^2 y` is a function. A single position, `w[j]`, is one beside
 * others with its letter, of what is declared as a vector; a line with one of anything else is not read.
 */

/** What the lines tell of brackets. */
interface Told {
  readonly quantities: ReadonlySet<string>;
  /** What has arguments in brackets and no positions. */
  readonly functions: ReadonlySet<string>;
  /** The letters that stand in lists of positions. */
  readonly letters: ReadonlySet<string>;
  readonly vectors: ReadonlySet<string>;
}

export function withBracketedPositions(items: readonly Item[], premises: readonly Item[] = []): readonly Item[] {
  const told = toldBy([...premises, ...items]);
  if (told.letters.size === 0) return items;
  const put = (s: Syntax): Syntax => {
    const inner = mapOperands(s, put);
    return inner.kind === "juxtaposition" ? putInto(inner, told) : inner;
  };
  return items.map((item) => (item.statement.sides.some((s) => hasOtherSingle(s, told)) ? item : withSides(item, put)));
}

function toldBy(items: readonly Item[]): Told {
  const quantities = quantitiesOf(items);
  const functions = new Set(flatMap(items, ({ statement }) => functionOf(statement.sides) ?? []));
  const sides = flatMap(items, ({ statement }) => statement.sides);
  const lists = flatMap(flatMap(sides, nodesIn), (n) => positionsIn(n, quantities) ?? []);
  const letters = new Set(flatMap(flatMap(lists, nodesIn), (n) => letterOf(n) ?? []));
  const vectors = flatMap(items, ({ statement }) => {
    const declared = declarationOf(statement);
    return declared?.set.shape.length === 1 ? declared.symbols.filter((t) => t.subs.length === 0).map(targetKey) : [];
  });
  return { quantities, functions, letters, vectors: new Set(vectors) };
}

/** The f of `f[x, y] = x^2 y`: a letter in its brackets is a value on the right. */
function functionOf([left, ...others]: readonly Syntax[]): string | null {
  if (left?.kind !== "juxtaposition" || left.items.length !== 2) return null;
  const [head, group] = left.items;
  const t = head === undefined ? null : takeApart(head);
  if (t === null || group?.kind !== "group" || group.open !== "[" || group.body.kind !== "list") return null;
  const letters = new Set(flatMap(group.body.items, (n) => letterOf(n) ?? []));
  return others.some((s) => hasValueOf(s, letters)) ? targetKey(t) : null;
}

/** Does one of the letters stand anywhere but below a symbol, in brackets behind one or in limits? */
function hasValueOf(s: Syntax, letters: ReadonlySet<string>): boolean {
  const letter = letterOf(s);
  if (letter !== null) return letters.has(letter);
  if (s.kind === "scripted") return hasValueOf(s.base, letters) || (s.sup !== null && hasValueOf(s.sup, letters));
  if (s.kind === "big") return s.body !== null && hasValueOf(s.body, letters);
  const isPlace = (n: Syntax, before: Syntax | undefined): boolean =>
    before !== undefined &&
    takeApart(before) !== null &&
    n.kind === "group" &&
    n.open === "[" &&
    (n.body.kind === "list" || letterOf(n.body) !== null);
  const parts = children(s);
  return parts.some((n, k) => !(s.kind === "juxtaposition" && isPlace(n, parts[k - 1])) && hasValueOf(n, letters));
}

/** Does a single position stand behind what is not declared as a vector? */
const hasOtherSingle = (side: Syntax, told: Told): boolean =>
  nodesIn(side).some(
    (n) =>
      n.kind === "juxtaposition" &&
      n.items.some((item, k) => {
        const head = n.items[k - 1];
        const t = head === undefined ? null : takeApart(head);
        return t !== null && singleIn(unpowered(item), told) !== null && !isVector(t, told);
      }),
  );

const isVector = (t: Scripted, { vectors }: Told): boolean => t.subs.length === 0 && vectors.has(targetKey(t));

/** `A[i, j]^2` is a power of the entry. */
const unpowered = (s: Syntax): Syntax => (s.kind === "scripted" && s.sub === null ? s.base : s);

/** What is declared or has an equation: no letter of it counts positions. */
function quantitiesOf(items: readonly Item[]): ReadonlySet<string> {
  return new Set(
    flatMap(items, ({ statement }): readonly string[] => {
      const declared = declarationOf(statement)?.symbols.map(targetKey) ?? [];
      const [first, second] = statement.sides;
      const left = first === undefined || second === undefined ? null : leftSide(first);
      return left === null ? declared : [...declared, targetKey(left.target)];
    }),
  );
}

function putInto(s: SyntaxOf<"juxtaposition">, told: Told): Syntax {
  const items: Syntax[] = [];
  for (const item of s.items) {
    const head = items.at(-1);
    const powered = item.kind === "scripted" && item.sub === null ? item : null;
    const t = head === undefined ? null : takeApart(head);
    const places = t === null ? null : placesBehind(t, unpowered(item), told);
    if (head === undefined || places === null) {
      items.push(item);
      continue;
    }
    const span = { start: head.span.start, end: item.span.end };
    const base: Syntax = head.kind === "symbol" ? head : { kind: "group", open: "(", body: head, span: head.span };
    items[items.length - 1] = {
      kind: "scripted",
      base,
      sub: places,
      sup: powered?.sup ?? null,
      primes: powered?.primes ?? 0,
      span,
    };
  }
  const [only] = items;
  return items.length === s.items.length || only === undefined ? s : items.length === 1 ? only : { ...s, items };
}

function placesBehind(t: Scripted, group: Syntax, told: Told): Syntax | null {
  if (/^\\(?:partial|nabla)$/.test(t.symbol.name) || told.functions.has(targetKey(t))) return null;
  return positionsIn(group, told.quantities) ?? (isVector(t, told) ? singleIn(group, told) : null);
}

/** The only position in a pair of brackets, `[j]` and `[j + 1]`, with a letter that stands in lists of positions. */
function singleIn(s: Syntax, { quantities, letters }: Told): Syntax | null {
  if (s.kind !== "group" || s.open !== "[" || s.body.kind === "list") return null;
  const isKnown = nodesIn(s.body).some((n) => letters.has(letterOf(n) ?? ""));
  return isKnown && isCounted(s.body, quantities) ? s.body : null;
}

/** The list of positions in a pair of brackets. */
function positionsIn(s: Syntax, quantities: ReadonlySet<string>): Syntax | null {
  if (s.kind !== "group" || s.open !== "[" || s.body.kind !== "list") return null;
  const { items } = s.body;
  const isCertain = items.some((n) => isWholeAxis(n) || isCounted(n, quantities));
  return isCertain && items.every((n) => isPlace(n, quantities)) ? s.body : null;
}

const isPlace = (n: Syntax, quantities: ReadonlySet<string>): boolean =>
  isWholeAxis(n) || n.kind === "number" || isCounted(n, quantities);

/** A letter that no line makes a quantity, perhaps with a number below it, or a sum with one. */
function isCounted(n: Syntax, quantities: ReadonlySet<string>): boolean {
  if (n.kind === "sum")
    return n.terms.every((t) => isPlace(t.body, quantities)) && n.terms.some((t) => isCounted(t.body, quantities));
  const t = takeApart(n);
  if (t === null || t.sups.length > 0 || quantities.has(headKey(t.symbol))) return false;
  return letterOf(n) !== null ? /^[a-z]$/.test(headKey(t.symbol)) : t.subs.every((p) => p.kind === "number");
}
