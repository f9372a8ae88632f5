import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { letterOf, nodesIn } from "../../symbols/letters.js";
import { isTransposeMark, type Scripted, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  isPureDerivative,
  leftSide,
  mentionsDerivative,
  targetKey,
} from "../../symbols/statements.js";
import { propertiesOf } from "../../words/prose.js";
import { STACKS } from "../dots/dotted.js";

/*
 * Which last members of families are single units: what declares them numbers, in signs or in words, and what computes them as numbers,
 * `h_L = v^\top h_{L-1}` behind `h_l = \tanh(W_l h_{l-1})`.
 */

/** A family's last member: of `entry` members are columns, and this is a number; of `row` they are matrices, and this is one row. */
export interface Single {
  readonly head: string;
  readonly place: Place;
  readonly kind: "entry" | "row";
}

/** The capital that counts the members: `M` of `\pi^{(M)}`, above, or `L` of `h_L`, below. */
export interface Place {
  readonly letter: string;
  readonly isAbove: boolean;
}

/** All that the problem's `items` have; a name for the derivative by one, in any of `all` lines, is such a number too. */
export function singlesIn(items: readonly Item[], all: readonly Item[]): readonly Single[] {
  const rows = flatMap(items, (i) => rowDeclared(i.statement, items));
  const entries = flatMap(items, (i) => [...numberDeclared(i.statement, items), ...numberDefined(i.statement, items)]);
  const ofRows = flatMap(rows, (row) => outputsOf(row, items));
  const told = [...rows, ...entries, ...numbersInWords(items), ...ofRows, ...numbersInArrays(items)];
  return told.length === 0 ? told : withFollowing(told, items, all);
}

/** What is computed from these alone, `a^{[L]} = \sigma(z^{[L]})`, and what names derivatives by them. */
function withFollowing(told: readonly Single[], items: readonly Item[], all: readonly Item[]): readonly Single[] {
  const found = [...told];
  for (let known = 0; known < found.length; ) {
    known = found.length;
    const next = [
      ...flatMap(items, ({ statement }) => numberOfNumbers(statement, items, found)),
      ...flatMap(all, ({ statement }) => [...derivativeOfNumber(statement, found), ...barsOfNumbers(statement, found)]),
    ];
    for (const s of next) if (!found.some((x) => isSame(x, s))) found.push(s);
  }
  return found;
}

const isSame = (a: Single, b: Single): boolean =>
  a.head === b.head && a.kind === b.kind && a.place.letter === b.place.letter && a.place.isAbove === b.place.isAbove;

/** `a^{[L]} = \sigma(z^{[L]})`. */
function numberOfNumbers(st: Statement, items: readonly Item[], singles: readonly Single[]): readonly Single[] {
  const [target, right] = defined(st);
  const of = target === null || right === null ? null : applied(right);
  const t = of === null ? null : takeApart(of);
  return target !== null && t !== null && singles.some((s) => s.kind === "entry" && isWhole(t, s))
    ? numberOf(target, items)
    : [];
}

/** `\delta^{(l)} = \partial J/\partial z^{(l)}` where `z^{(L)}` is a number. */
function derivativeOfNumber({ sides }: Statement, singles: readonly Single[]): readonly Single[] {
  const [name, meaning] = sides;
  const t = name === undefined ? null : takeApart(name);
  if (t === null || meaning === undefined || !isPureDerivative(meaning)) return [];
  const by = symbolsIn(meaning).find((x) => isMember(x) && singles.some((s) => s.head === targetKey(x)));
  const single = by === undefined ? undefined : singles.find((s) => s.kind === "entry" && s.head === targetKey(by));
  return single === undefined || !isMember(t) ? [] : [{ ...single, head: targetKey(t) }];
}

/** `\bar z_L` of a number `z_L`. */
function barsOfNumbers({ sides }: Statement, singles: readonly Single[]): readonly Single[] {
  return flatMap(flatMap(sides, symbolsIn), (t): Single[] => {
    const [accent, ...accents] = t.symbol.accents;
    if (accent !== "bar" && accent !== "overline") return [];
    const head = targetKey({ ...t, symbol: { ...t.symbol, accents } });
    const single = singles.find((s) => s.kind === "entry" && s.head === head && isAt(t, s.place));
    return single === undefined ? [] : [{ ...single, head: targetKey(t) }];
  });
}

/** The z of `\sigma(z)`. */
function applied(s: Syntax): Syntax | null {
  const [f, group, more] = s.kind === "juxtaposition" ? s.items : [];
  const t = f === undefined ? null : takeApart(f);
  if (t === null || t.subs.length + t.sups.length > 0 || more !== undefined) return null;
  return group?.kind === "group" && group.open === "(" && group.body.kind !== "list" ? group.body : null;
}

/** The two sides of an equation for a symbol. */
function defined(st: Statement): readonly [Scripted, Syntax] | readonly [null, null] {
  const [first, right] = st.sides;
  const target = first === undefined || !isEquation(st) || mentionsDerivative(first) ? null : leftSide(first)?.target;
  return target == null || right === undefined ? [null, null] : [target, right];
}

/** The script that tells a member: what is in brackets above, else the only subscript. */
function scriptOf(t: Scripted): { readonly content: Syntax; readonly isAbove: boolean } | null {
  const [above, ...marks] = t.sups;
  if (above?.bracketed === true)
    return marks.every((p) => isTransposeMark(p.content)) ? { content: above.content, isAbove: true } : null;
  const [below, more] = t.subs;
  if (below === undefined || more !== undefined || !t.sups.every((p) => isTransposeMark(p.content))) return null;
  return { content: below, isAbove: false };
}

const isMember = (t: Scripted): boolean => scriptOf(t) !== null && t.primes === 0;

function lastPlace(t: Scripted): Place | null {
  const script = t.primes === 0 ? scriptOf(t) : null;
  const letter = script === null ? null : letterOf(script.content);
  return script === null || letter === null || !/^[A-Z]$/.test(letter) ? null : { letter, isAbove: script.isAbove };
}

const isAt = (t: Scripted, { letter, isAbove }: Place): boolean => {
  const place = lastPlace(t);
  return place !== null && place.letter === letter && place.isAbove === isAbove;
};

/** How many subscripts a member has that is written as a whole. */
const below = ({ isAbove }: Place): number => (isAbove ? 0 : 1);

/** A whole member, not one of its entries. */
const hasNoEntry = (t: Scripted, place: Place): boolean => t.subs.length === below(place);

export const isWhole = (t: Scripted, { head, place }: Single): boolean =>
  targetKey(t) === head && hasNoEntry(t, place) && isAt(t, place);

/** Is it another member of the family, `\pi^{(m)}` of `\pi^{(M)}`? */
const isOther = (t: Scripted, head: string, place: Place): boolean =>
  targetKey(t) === head && scriptOf(t)?.isAbove === place.isAbove && hasNoEntry(t, place) && !isAt(t, place);

/** The shapes that are declared for other members of the family. */
function shapesOfOthers(items: readonly Item[], head: string, place: Place): readonly (readonly Syntax[])[] {
  return flatMap(items, ({ statement }) => {
    const d = declarationOf(statement);
    return d?.symbols.some((t) => isOther(t, head, place)) === true ? [d.set.shape] : [];
  });
}

/** Does something define or use the entries of the family's members, `\pi_j^{(m)}`? */
const hasEntries = (items: readonly Item[], head: string, place: Place): boolean =>
  items.some(({ statement }) => {
    const [target] = defined(statement);
    if (target === null || targetKey(target) !== head || target.subs.length !== below(place) + 1) return false;
    return target.sups.length === 1 - below(place);
  });

const isColumns = (items: readonly Item[], head: string, place: Place, asked: readonly string[] = []): boolean =>
  hasEntries(items, head, place) ||
  shapesOfOthers(items, head, place).some((s) => s.length > 0) ||
  items.some(({ statement }) => {
    const [target, right] = defined(statement);
    return target !== null && isOther(target, head, place) && isColumn(right, items, place, [...asked, head]);
  });

/** `W_l h_{l-1} + b_l`, also inside of a function; a function of another family's columns. */
function isColumn(s: Syntax, items: readonly Item[], place: Place, asked: readonly string[]): boolean {
  const inner = applied(s);
  if (inner !== null) return isColumn(inner, items, place, asked);
  if (s.kind === "sum") return s.terms.some((t) => isColumn(t.body, items, place, asked));
  const t = takeApart(s);
  if (t !== null) return !asked.includes(targetKey(t)) && isMember(t) && isColumns(items, targetKey(t), place, asked);
  const [matrix, column] = (s.kind === "juxtaposition" ? s.items : []).map(takeApart);
  if (matrix == null || column == null) return false;
  return /^[A-Z]$/.test(matrix.symbol.name) && /^\\?[a-z]+$/.test(column.symbol.name);
}

/** `\pi^{(M)} \in \mathbb{R}`. */
function numberDeclared(st: Statement, items: readonly Item[]): readonly Single[] {
  const d = declarationOf(st);
  return d === null || d.set.shape.length > 0 ? [] : flatMap(d.symbols, (t) => numberOf(t, items));
}

function numberOf(t: Scripted, items: readonly Item[]): readonly Single[] {
  const place = lastPlace(t);
  if (place === null || !hasNoEntry(t, place) || !isColumns(items, targetKey(t), place)) return [];
  return [{ head: targetKey(t), place, kind: "entry" }];
}

/** `\pi^{(M)} = \sum_i w_{1i}^{(M)} x_i^{(M-1)}`, `\pi^{(M)} = v^\top x^{(M-1)}`: a sum of entries, an inner product. */
function numberDefined(st: Statement, items: readonly Item[]): readonly Single[] {
  const [target, right] = defined(st);
  if (target === null) return [];
  const inner = applied(right) ?? right;
  const terms = inner.kind === "sum" ? inner.terms.map((t) => t.body) : [inner];
  if (!terms.some((t) => isSumOfEntries(t) || isInnerProduct(t, items))) return [];
  const members = flatMap(terms, (t) => (isFamilyMember(t) ? [takeApart(t)] : []));
  const biases = flatMap(members, (t) => (t === null ? [] : biasAt(t, lastPlace(target), items)));
  return biases.length < members.length ? [] : [...numberOf(target, items), ...biases];
}

/** The `b^{(M)}` of `\pi^{(M)} = v^\top x^{(M-1)} + b^{(M)}` is a number as well, unless it is declared an array. */
function biasAt(t: Scripted, place: Place | null, items: readonly Item[]): readonly Single[] {
  if (place === null || !isAt(t, place) || !hasNoEntry(t, place)) return [];
  const head = targetKey(t);
  const isArray = items.some(({ statement }) => {
    const d = declarationOf(statement);
    return d !== null && d.set.shape.length > 0 && d.symbols.some((x) => isWhole(x, { head, place, kind: "entry" }));
  });
  return isArray || items.some(({ statement }) => defines(statement, head)) ? [] : [{ head, place, kind: "entry" }];
}

const defines = (st: Statement, head: string): boolean => {
  const [target] = defined(st);
  return target !== null && targetKey(target) === head;
};

const isSumOfEntries = (s: Syntax): boolean =>
  s.kind === "big" &&
  s.operator === "\\sum" &&
  s.body !== null &&
  symbolsIn(s.body).every((t) => t.subs.length > 0 || t.sups.length === 0);

/** `v^\top x`, where v is a column. */
function isInnerProduct(s: Syntax, items: readonly Item[]): boolean {
  const [first, second, more] = s.kind === "juxtaposition" ? s.items : [];
  const t = first === undefined ? null : takeApart(first);
  const x = second === undefined ? null : takeApart(second);
  if (t === null || x === null || more !== undefined) return false;
  const isTurned = t.sups.some((p) => !p.bracketed && isTransposeMark(p.content));
  const isTurnedToo = x.sups.some((p) => !p.bracketed && isTransposeMark(p.content));
  return isTurned && !isTurnedToo && isColumnSymbol(t, items);
}

/** Is it declared as a column, or a small letter without scripts that nothing makes a matrix? */
function isColumnSymbol(t: Scripted, items: readonly Item[]): boolean {
  const scripts = (x: Scripted): string =>
    [...x.subs, ...x.sups.filter((p) => p.bracketed).map((p) => p.content)].map(scriptText).join();
  const shapes = flatMap(items, ({ statement }) => {
    const d = declarationOf(statement);
    return d?.symbols.some((x) => targetKey(x) === targetKey(t) && scripts(x) === scripts(t)) === true
      ? [d.set.shape]
      : [];
  });
  if (shapes.length > 0) return shapes.every((s) => s.length === 1 || (s[1] !== undefined && scriptText(s[1]) === "1"));
  if (scripts(t) !== "" || t.primes > 0 || !/^[a-z]$/.test(t.symbol.name)) return false;
  // `r = v x` multiplies by a matrix; `\partial J/\partial x = v (\pi - y)` may by a number.
  const forward = items.filter((i) => !isOfDerivatives(i.statement, items));
  return !flatMap(forward, (i) => flatMap(i.statement.sides, nodesIn)).some(
    (n) => n.kind === "juxtaposition" && n.items.slice(0, -1).some((f) => isPlain(f, targetKey(t))),
  );
}

/** A line that mentions a derivative, or that is about a name of some. */
function isOfDerivatives({ sides }: Statement, items: readonly Item[]): boolean {
  if (sides.some(mentionsDerivative)) return true;
  const keyOf = (s: Syntax | undefined): string | null => {
    const t = s === undefined ? null : takeApart(s);
    return t === null ? null : targetKey(t);
  };
  const key = keyOf(sides[0]);
  const isNamed = ({
    statement: {
      sides: [name, ...rest],
    },
  }: Item): boolean => keyOf(name) === key && rest.some(isPureDerivative);
  return key !== null && (key === "\\delta" || items.some(isNamed));
}

const isPlain = (s: Syntax, key: string): boolean => {
  const t = takeApart(s);
  return t !== null && targetKey(t) === key && t.subs.length + t.sups.length === 0;
};

const isFamilyMember = (s: Syntax): boolean => {
  const t = takeApart(s);
  return t !== null && (t.sups.length > 0 || isMember(t));
};

/** `W^{(M)} \in \mathbb{R}^{1 \times H}` beside `W^{(m)} \in \mathbb{R}^{H \times H}`. */
function rowDeclared(st: Statement, items: readonly Item[]): readonly Single[] {
  const d = declarationOf(st);
  const [height, width, more] = d?.set.shape ?? [];
  if (d === null || height === undefined || width === undefined || more !== undefined || scriptText(height) !== "1")
    return [];
  return flatMap(d.symbols, (t): Single[] => {
    const place = lastPlace(t);
    const head = targetKey(t);
    const others = place === null ? [] : shapesOfOthers(items, head, place);
    const isTaller = others.some(([h, w]) => h !== undefined && w !== undefined && scriptText(h) !== "1");
    return place !== null && hasNoEntry(t, place) && isTaller ? [{ head, place, kind: "row" }] : [];
  });
}

/** What the rows of weights give: the π of `\pi^{(m)} = W^{(m)} x^{(m-1)}`. */
function outputsOf({ head, place }: Single, items: readonly Item[]): readonly Single[] {
  return flatMap(items, ({ statement }): Single[] => {
    const [target, right] = defined(statement);
    if (target === null || !hasNoEntry(target, place) || scriptOf(target)?.isAbove !== place.isAbove) return [];
    const inner = applied(right) ?? right;
    const leads = (inner.kind === "sum" ? inner.terms.map((t) => t.body) : [inner]).some((term) => {
      const t = term.kind === "juxtaposition" && term.items[0] !== undefined ? takeApart(term.items[0]) : null;
      return t !== null && targetKey(t) === head && isMember(t);
    });
    return leads ? [{ head: targetKey(target), place, kind: "entry" }] : [];
  });
}

/** "the output $\pi^{(M)}$ is a scalar". */
function numbersInWords(items: readonly Item[]): readonly Single[] {
  const sentences = new Set(items.map((i) => i.formula.sentence));
  return flatMap(flatMap([...sentences], propertiesOf), ({ property, ordinal }) => {
    const item = property === "scalar" ? items.find((i) => i.ordinal === ordinal) : undefined;
    const [only, more] = item?.statement.sides ?? [];
    const t = only === undefined || more !== undefined ? null : takeApart(only);
    return t === null ? [] : numberOf(t, items);
  });
}

/**
 * The array of all `\partial \pi^{(M)} / \partial \pi_j^{(m)}` has a number at each place. What holds of one unit of the last layer holds
 * of each.
 */
function numbersInArrays(items: readonly Item[]): readonly Single[] {
  const arrays = flatMap(items, ({ statement }) => flatMap(statement.sides, nodesIn)).filter(
    (n) => n.kind === "big" && STACKS.has(n.operator),
  );
  return flatMap(flatMap(arrays, nodesIn), (n): Single[] => {
    if (n.kind !== "fraction") return [];
    const [of, by] = [n.numerator, n.denominator].map(differentiated);
    const place = of == null ? null : lastPlace(of);
    if (of == null || by == null || place === null || !hasNoEntry(of, place) || hasNoEntry(by, place)) return [];
    return targetKey(of) === targetKey(by) ? [{ head: targetKey(of), place, kind: "entry" }] : [];
  });
}

/** The symbol behind a ∂. */
function differentiated(s: Syntax): Scripted | null {
  const [sign, symbol, more] = s.kind === "juxtaposition" ? s.items : [];
  if (sign?.kind !== "symbol" || sign.name !== "\\partial" || symbol === undefined || more !== undefined) return null;
  return takeApart(symbol);
}
