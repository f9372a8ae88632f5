import type { Statement, Syntax } from "../../../notation/syntax.js";
import { letterOf, mentions } from "../../symbols/letters.js";
import { mapOperands, symbolsIn } from "../../symbols/scripts.js";
import { declarationOf, type Item, isEquation, leftSide, mentionsDerivative } from "../../symbols/statements.js";
import { hasRange } from "./implied-ranges.js";

/*
 * `z^{(l+1)} = W^{(l+1)} a^{(l)} + b^{(l+1)}` where nothing says how far l runs says the same as `z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}`,
 * and that is how it is put: an equation defines the layer that its left side names.
 */

export function withShiftedLayers(items: readonly Item[]): readonly Item[] {
  return items.map((item) => {
    const letter = stepIn(item.statement);
    const isLabel = letter === null || hasRange(items, letter) || items.some((i) => namesStep(i.statement, letter));
    return isLabel ? item : { ...item, statement: shifted(item.statement, letter) };
  });
}

/** Does it speak of the one layer l + 1, `z^{l+1} \in \mathbb{R}^n`, `C = C(z^{l+1})`? */
function namesStep(st: Statement, letter: string): boolean {
  const wears = (s: Syntax, f: (place: Syntax) => boolean): boolean =>
    symbolsIn(s).some((t) => t.sups.some((p) => f(p.content)));
  const isNext = (place: Syntax): boolean => place.kind === "sum" && mentions(place, letter);
  const [first, ...rest] = st.sides;
  if (first === undefined) return false;
  if (declarationOf(st) !== null) return wears(first, isNext);
  const isForward = isEquation(st) && !st.sides.some(mentionsDerivative) && leftSide(first) !== null;
  return isForward && !wears(first, (place) => mentions(place, letter)) && rest.some((s) => wears(s, isNext));
}

/** The l of a left side above which stands `l + 1`. */
function stepIn(st: Statement): string | null {
  const [first] = st.sides;
  if (first === undefined || !isEquation(st) || st.sides.some(mentionsDerivative)) return null;
  const [place, more] = leftSide(first)?.target.sups ?? [];
  if (place === undefined || more !== undefined || place.content.kind !== "sum") return null;
  const [letter, one, another] = place.content.terms;
  const isStep = one?.sign === 1 && one.body.kind === "number" && one.body.text === "1" && another === undefined;
  return isStep && letter?.sign === 1 && /^(\\ell|[a-su-z])$/.test(letterOf(letter.body) ?? "")
    ? letterOf(letter.body)
    : null;
}

function shifted(st: Statement, letter: string): Statement {
  const sides = st.sides.map((s) => before(s, letter));
  return { ...st, sides, conditions: st.conditions.map((c) => shifted(c, letter)) };
}

/** The expression with l - 1 in the place of l, in scripts and limits too. */
function before(s: Syntax, letter: string): Syntax {
  if (letterOf(s) === letter) return added(s, -1);
  if (s.kind === "sum" && mentions(s, letter)) {
    const [first, second, more] = s.terms;
    const count = second?.body.kind === "number" && more === undefined ? Number(second.body.text) * second.sign : null;
    if (first?.sign === 1 && letterOf(first.body) === letter && count !== null) return added(first.body, count - 1);
  }
  const go = (n: Syntax | null): Syntax | null => (n === null ? null : before(n, letter));
  const inner = mapOperands(s, (n) => before(n, letter));
  if (inner.kind === "scripted" || inner.kind === "big") return { ...inner, sub: go(inner.sub), sup: go(inner.sup) };
  return inner;
}

function added(letter: Syntax, count: number): Syntax {
  if (count === 0) return letter;
  const { span } = letter;
  const body: Syntax = { kind: "number", text: String(Math.abs(count)), span };
  const terms = [
    { sign: 1, body: letter },
    { sign: count < 0 ? -1 : 1, body },
  ] as const;
  return { kind: "sum", terms, span };
}
