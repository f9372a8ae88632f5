import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import type { Span } from "../../../core/span.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { letterOf, mentions, nodesIn, rangeStatement } from "../../symbols/letters.js";
import {
  plainSymbol,
  type Scripted,
  type Superscript,
  scriptText,
  symbolsIn,
  takeApart,
} from "../../symbols/scripts.js";
import {
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  namesDerivative,
  targetKey,
} from "../../symbols/statements.js";

/*
 * `z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}`, `a^{(l)} = \sigma(z^{(l)})` and a loss of `a^{(L)}`: nothing says how far l runs, and
 * what is used of the family says it, from 1 to L. Where a line speaks of layer l + 1, there is a last one, whatever it is called.
 */

/** The same statements with such ranges written beside them, each said once. */
export function withImpliedRanges(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  const forward = items.filter(isForward);
  const letters = new Map<string, Syntax>();
  for (const { statement } of forward) {
    const place = layerOf(statement);
    const letter = place === null ? null : letterOf(place.content);
    if (letter === null || letters.has(letter) || hasRange(items, letter)) continue;
    const heads = new Set(forward.flatMap((i) => definedAt(i.statement, letter)));
    if (!forward.some((i) => steps(i.statement, letter))) continue;
    const lines = items.filter((i) => !forward.includes(i));
    // In lines about derivatives, δ has the layers of what it is the derivative by.
    const last =
      lastOf(forward, heads) ??
      lastOf(lines, new Set([...heads, "\\delta"])) ??
      numberedLast(forward, heads) ??
      (forward.some((i) => stepsBehind(i.statement, letter)) ? unnamedLast(items, lines, letter) : null) ??
      (forward.some((i) => returns(i.statement, letter, heads)) ? newLast(items, statement.span) : null);
    if (last === null) continue;
    letters.set(letter, last);
    const message = `nothing says how far ${letter} runs, and ${scriptText(last)} is the last that is used: it is read as 1, …, ${scriptText(last)}`;
    report(diagnostic("note", "reading/range", message, statement.span));
  }
  if (letters.size === 0) return items;
  return items.map((item) => {
    const place = forward.includes(item) ? layerOf(item.statement) : null;
    const last = place === null ? undefined : letters.get(letterOf(place.content) ?? "");
    return place === null || last === undefined ? item : { ...item, statement: ranged(item.statement, place, last) };
  });
}

function isForward({ statement }: Item): boolean {
  const [first] = statement.sides;
  if (first === undefined || !isEquation(statement) || statement.sides.some(mentionsDerivative)) return false;
  return !namesDerivative(first, () => true);
}

/** The lone letter above the left side. */
function layerOf({ sides: [first] }: Statement): Superscript | null {
  const target = first === undefined ? null : (leftSide(first)?.target ?? null);
  const [place, more] = target?.sups ?? [];
  if (place === undefined || more !== undefined) return null;
  return /^(\\ell|[a-su-z])$/.test(letterOf(place.content) ?? "") ? place : null;
}

const definedAt = (st: Statement, letter: string): readonly string[] => {
  const place = layerOf(st);
  const [first] = st.sides;
  const t = first === undefined ? null : (leftSide(first)?.target ?? null);
  return t !== null && place !== null && letterOf(place.content) === letter ? [targetKey(t)] : [];
};

export const hasRange = (items: readonly Item[], letter: string): boolean =>
  items.some(({ statement }) =>
    [statement, ...statement.conditions].some(
      (c) =>
        (rangeStatement(c) ?? []).some((b) => b.letter === letter) ||
        (c !== statement && c.sides.some((s) => mentions(s, letter))),
    ),
  );

/** Is some symbol taken from the layer before: `a^{(l-1)}`? */
const steps = ({ sides }: Statement, letter: string): boolean =>
  sides.some((side) =>
    symbolsIn(side).some((t) => t.sups.some((p) => p.content.kind === "sum" && mentions(p.content, letter))),
  );

/** `W^{(l)} a^{(l-1)}`: of rows, `a^{(l-1)} W^{(l)}`, one layer tells more than a family of columns would. */
const stepsBehind = ({ sides }: Statement, letter: string): boolean =>
  sides.flatMap(nodesIn).some((n) => {
    const factors = n.kind === "juxtaposition" || n.kind === "product" ? n.items.slice(1) : [];
    return factors.some((s) => takeApart(s)?.sups.some((p) => p.content.kind === "sum" && mentions(p.content, letter)));
  });

/** The capital letter or the number above one of these names where the forward pass ends; `null` for none, or for several. */
function lastOf(forward: readonly Item[], heads: ReadonlySet<string>): Syntax | null {
  const found = new Map<string, Syntax>();
  for (const { statement } of forward)
    for (const t of statement.sides.flatMap(symbolsIn)) {
      const end = heads.has(targetKey(t)) ? endOf(t) : null;
      if (end !== null) found.set(scriptText(end), end);
    }
  const [only, another] = found.values();
  return only === undefined || another !== undefined ? null : only;
}

/** The 3 of `y = V h^{(3)}`: of layers with numbers the highest is the last. */
function numberedLast(forward: readonly Item[], heads: ReadonlySet<string>): Syntax | null {
  const places = forward
    .flatMap((i) => i.statement.sides.slice(1).flatMap(symbolsIn))
    .flatMap((t) => (heads.has(targetKey(t)) ? t.sups.map((p) => p.content) : []))
    .filter((p) => p.kind === "number" && Number(p.text) > 0);
  return places.sort((a, b) => Number(scriptText(b)) - Number(scriptText(a)))[0] ?? null;
}

/** A name for the last layer, where some line has layer l + 1 and none has the last. */
function unnamedLast(items: readonly Item[], lines: readonly Item[], letter: string): Syntax | null {
  const ahead = lines.flatMap((i) => i.statement.sides.flatMap(symbolsIn)).find((t) => isAhead(t, letter));
  return ahead === undefined ? null : newLast(items, ahead.span);
}

function newLast(items: readonly Item[], span: Span): Syntax | null {
  const used = new Set(items.flatMap((i) => i.statement.sides.flatMap(nodesIn)).map(letterOf));
  const name = ["L", "N", "M"].find((n) => !used.has(n));
  return name === undefined ? null : plainSymbol(name, span);
}

/** `\sum_k w_{jk}^l a_k^{l-1}` by units, of an a that is computed in each layer: there is a last one. */
const returns = ({ sides: [first, ...rest] }: Statement, letter: string, heads: ReadonlySet<string>): boolean =>
  (first === undefined ? null : leftSide(first))?.target.subs.length === 1 &&
  rest
    .flatMap(nodesIn)
    .flatMap((n) => takeApart(n) ?? [])
    .some(
      (t) => heads.has(targetKey(t)) && t.sups.some((p) => p.content.kind === "sum" && mentions(p.content, letter)),
    );

/** `\delta^{(l+1)}`. */
const isAhead = (t: Scripted, letter: string): boolean =>
  t.sups.some(({ content }) => {
    const [first, second, more] = content.kind === "sum" ? content.terms : [];
    const isNext =
      second?.sign === 1 && second.body.kind === "number" && second.body.text === "1" && more === undefined;
    return first?.sign === 1 && letterOf(first.body) === letter && isNext;
  });

function endOf(t: Scripted): Syntax | null {
  const [place] = t.sups;
  if (place === undefined) return null;
  const letter = takeApart(place.content) === null ? null : letterOf(place.content);
  return letter !== null && /^[A-SU-Z]$/.test(letter) ? place.content : null;
}

function ranged(st: Statement, place: Superscript, last: Syntax): Statement {
  const { span } = place.content;
  const one: Syntax = { kind: "number", text: "1", span };
  const range: Syntax = { kind: "list", items: [one, { kind: "ellipsis", span }, last], span };
  const condition: Statement = {
    span,
    latex: st.latex,
    sides: [place.content, range],
    relations: ["="],
    conditions: [],
    words: [],
  };
  return { ...st, conditions: [...st.conditions, condition] };
}
