import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { letterOf, nodesIn } from "../../symbols/letters.js";
import {
  isTransposeMark,
  mapOperands,
  plainSymbol,
  type Scripted,
  scriptText,
  symbolsIn,
  takeApart,
} from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
  withSides,
} from "../../symbols/statements.js";
import { propertiesOf } from "../../words/prose.js";
import { STACKS } from "../dots/dotted.js";

/*
 * `\pi^{(m)} \in \mathbb{R}^H`, but the last layer has one unit, and `\pi^{(M)}` is a number. It is read as that layer's only
 * entry, `\pi_1^{(M)}`, and the one row of the last weights as their first: what units a layer has besides moves no derivative.
 */

/** A family's last member: of `entry` members are columns, and this is a number; of `row` they are matrices, and this is one row. */
interface Single {
  readonly head: string;
  readonly place: string;
  readonly kind: "entry" | "row";
}

/** The same statements with such members written so, the very list where there are none. */
export function withSingleUnits(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  const given = items.filter((i) => i.submitted !== true);
  const rows = flatMap(given, (i) => rowDeclared(i.statement, given));
  const entries = flatMap(given, (i) => [...numberDeclared(i.statement, given), ...numberDefined(i.statement, given)]);
  const ofRows = flatMap(rows, (row) => outputsOf(row, given));
  const singles = [...rows, ...entries, ...numbersInWords(given), ...ofRows, ...numbersInArrays(given)];
  if (singles.length === 0) return items;
  const said = new Set<string>();
  return items.map((item) => {
    const { statement: written } = item;
    if (declares(written, singles)) return { ...item, statement: mentionOf(written), written };
    const next = withSides(item, (s) => rewritten(s, singles));
    for (const single of next === item || item.submitted === true ? [] : singles) {
      const name = `${single.head}^{(${single.place})}`;
      const met = flatMap(item.statement.sides, symbolsIn).some((t) => isWhole(t, single));
      if (!met || said.has(name)) continue;
      said.add(name);
      const what = single.kind === "entry" ? "the only entry" : "the only row";
      report(diagnostic("note", "reading/single-unit", `${name} is read as ${what} of its layer`, item.statement.span));
    }
    return next === item ? item : { ...next, written };
  });
}

/** The statement before it was read so. */
export const asWritten = (item: Item): Item =>
  item.written === undefined || item.instance !== undefined ? item : { ...item, statement: item.written };

/** The capital above, `M` of `\pi^{(M)}`. */
function lastPlace(t: Scripted): string | null {
  const [place, ...marks] = t.sups;
  const letter = place?.bracketed === true ? letterOf(place.content) : null;
  if (letter === null || !/^[A-Z]$/.test(letter) || !marks.every((p) => isTransposeMark(p.content))) return null;
  return t.primes === 0 ? letter : null;
}

const isWhole = (t: Scripted, { head, place }: Single): boolean =>
  targetKey(t) === head && t.subs.length === 0 && lastPlace(t) === place;

/** Other members of the family, with the shapes that are declared for them. */
function shapesOfOthers(items: readonly Item[], head: string, place: string): readonly (readonly Syntax[])[] {
  return flatMap(items, ({ statement }) => {
    const d = declarationOf(statement);
    return d?.symbols.some((t) => targetKey(t) === head && t.sups.length === 1 && lastPlace(t) !== place) === true
      ? [d.set.shape]
      : [];
  });
}

/** Does something define or use the entries of the family's members, `\pi_j^{(m)}`? */
const hasEntries = (items: readonly Item[], head: string): boolean =>
  items.some(({ statement }) => {
    const [first] = statement.sides;
    const target = first === undefined || !isEquation(statement) ? null : (leftSide(first)?.target ?? null);
    return target !== null && targetKey(target) === head && target.subs.length === 1 && target.sups.length === 1;
  });

const isColumns = (items: readonly Item[], head: string, place: string): boolean =>
  hasEntries(items, head) || shapesOfOthers(items, head, place).some((s) => s.length > 0);

/** `\pi^{(M)} \in \mathbb{R}`. */
function numberDeclared(st: Statement, items: readonly Item[]): readonly Single[] {
  const d = declarationOf(st);
  return d === null || d.set.shape.length > 0 ? [] : flatMap(d.symbols, (t) => numberOf(t, items));
}

function numberOf(t: Scripted, items: readonly Item[]): readonly Single[] {
  const place = lastPlace(t);
  if (place === null || t.subs.length > 0 || !isColumns(items, targetKey(t), place)) return [];
  return [{ head: targetKey(t), place, kind: "entry" }];
}

/** `\pi^{(M)} = \sum_i w_{1i}^{(M)} x_i^{(M-1)}`, `\pi^{(M)} = v^\top x^{(M-1)}`: a sum of entries, an inner product. */
function numberDefined(st: Statement, items: readonly Item[]): readonly Single[] {
  const [first, right] = st.sides;
  const target = first === undefined || !isEquation(st) || mentionsDerivative(first) ? null : leftSide(first)?.target;
  if (target == null || right === undefined || !isNumber(right, items)) return [];
  return numberOf(target, items);
}

function isNumber(right: Syntax, items: readonly Item[]): boolean {
  const terms = right.kind === "sum" ? right.terms.map((t) => t.body) : [right];
  return terms.some((t) => isSumOfEntries(t) || isInnerProduct(t, items)) && terms.every((t) => !isFamilyMember(t));
}

const isSumOfEntries = (s: Syntax): boolean =>
  s.kind === "big" &&
  s.operator === "\\sum" &&
  s.body !== null &&
  symbolsIn(s.body).every((t) => t.subs.length > 0 || t.sups.length === 0);

/** `v^\top x`, where v is declared as a column. */
function isInnerProduct(s: Syntax, items: readonly Item[]): boolean {
  const [first, second, more] = s.kind === "juxtaposition" ? s.items : [];
  const t = first === undefined ? null : takeApart(first);
  if (t === null || second === undefined || more !== undefined || t.subs.length > 0) return false;
  const isTurned = t.sups.some((p) => !p.bracketed && isTransposeMark(p.content));
  return isTurned && items.some(({ statement }) => declaresColumn(statement, targetKey(t)));
}

function declaresColumn(st: Statement, head: string): boolean {
  const d = declarationOf(st);
  return d?.set.shape.length === 1 && d.symbols.some((x) => targetKey(x) === head && x.sups.length === 0);
}

const isFamilyMember = (s: Syntax): boolean => (takeApart(s)?.sups.length ?? 0) > 0;

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
    return place !== null && t.subs.length === 0 && isTaller ? [{ head, place, kind: "row" }] : [];
  });
}

/** What the rows of weights give: the π of `\pi^{(m)} = W^{(m)} x^{(m-1)}`. */
function outputsOf({ head, place }: Single, items: readonly Item[]): readonly Single[] {
  return flatMap(items, ({ statement: st }): Single[] => {
    const [first, right] = st.sides;
    const target = first === undefined || !isEquation(st) || mentionsDerivative(first) ? null : leftSide(first)?.target;
    if (target == null || right === undefined || target.subs.length > 0 || target.sups.length !== 1) return [];
    const leads = (right.kind === "sum" ? right.terms.map((t) => t.body) : [right]).some((term) => {
      const t = term.kind === "juxtaposition" && term.items[0] !== undefined ? takeApart(term.items[0]) : null;
      return t !== null && targetKey(t) === head && t.sups.length === 1;
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
    if (of == null || by == null || place === null || of.subs.length > 0 || by.subs.length === 0) return [];
    return targetKey(of) === targetKey(by) ? [{ head: targetKey(of), place, kind: "entry" }] : [];
  });
}

/** The symbol behind a ∂. */
function differentiated(s: Syntax): Scripted | null {
  const [sign, symbol, more] = s.kind === "juxtaposition" ? s.items : [];
  if (sign?.kind !== "symbol" || sign.name !== "\\partial" || symbol === undefined || more !== undefined) return null;
  return takeApart(symbol);
}

const declares = (st: Statement, singles: readonly Single[]): boolean =>
  declarationOf(st)?.symbols.some((t) => singles.some((s) => isWhole(t, s))) === true;

const mentionOf = (st: Statement): Statement => ({ ...st, sides: st.sides.slice(0, 1), relations: [] });

function rewritten(s: Syntax, singles: readonly Single[]): Syntax {
  const inner = mapOperands(s, (n) => rewritten(n, singles));
  const t = inner.kind === "scripted" && inner.sub === null ? takeApart(inner) : null;
  const single = t === null ? undefined : singles.find((x) => isWhole(t, x));
  return single === undefined || inner.kind !== "scripted" ? inner : { ...inner, sub: position(single, inner) };
}

function position({ kind }: Single, { span }: SyntaxOf<"scripted">): Syntax {
  const one: Syntax = { kind: "number", text: "1", span };
  const whole: Syntax = plainSymbol(":", span);
  return kind === "entry" ? one : { kind: "list", items: [one, whole], span };
}
