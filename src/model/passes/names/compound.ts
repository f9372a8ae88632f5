import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { headKey, mapOperands, type Scripted, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, withSides } from "../../symbols/statements.js";

/*
 * Names of two parts, `\delta 5`, `\Delta W`, `\delta W_z`, where some line has one as its left side. The first is δ with a
 * number, `\delta_5`; the second a quantity of its own, mostly a step of training; the third a gradient, `dW_z`.
 */

export function withCompoundNames(items: readonly Item[]): readonly Item[] {
  const names: Names = { numbered: new Set(), steps: new Set(), gradients: new Set() };
  const defined = new Set<string>();
  for (const { statement } of items) {
    const [first] = statement.sides;
    const t = first === undefined ? null : takeApart(first);
    if (t !== null) defined.add(headKey(t.symbol));
    if (first !== undefined && isEquation(statement)) note(first, names);
  }
  // Where no δ stands alone, `\delta h` is a gradient too though no line begins with it.
  if (names.gradients.size > 0 && !defined.has("\\delta")) for (const head of defined) names.gradients.add(head);
  if (names.numbered.size + names.steps.size + names.gradients.size === 0) return items;
  return items.map((item) => withSides(item, (s) => joined(s, names)));
}

interface Names {
  /** Marks that stand before numbers. */
  readonly numbered: Set<string>;
  /** Heads behind Δ, and behind δ. */
  readonly steps: Set<string>;
  readonly gradients: Set<string>;
}

function note(s: Syntax, names: Names): void {
  const [mark, of] = s.kind === "juxtaposition" && s.items.length === 2 ? s.items : [];
  if (!isMark(mark) || of === undefined) return;
  if (of.kind === "number") names.numbered.add(mark.name);
  const t = takeApart(of);
  if (t !== null) (mark.name === "\\Delta" ? names.steps : names.gradients).add(headKey(t.symbol));
}

const isMark = (s: Syntax | undefined): s is SyntaxOf<"symbol"> =>
  s?.kind === "symbol" && (s.name === "\\delta" || s.name === "\\Delta") && s.accents.length === 0;

function joined(s: Syntax, names: Names): Syntax {
  // `\frac{\delta e}{\delta u}` is a derivative.
  if (s.kind === "fraction") return s;
  const inner = mapOperands(s, (n) => joined(n, names));
  if (inner.kind !== "juxtaposition") return inner;
  const items: Syntax[] = [];
  for (let k = 0; k < inner.items.length; k++) {
    const [mark, of] = [inner.items[k], inner.items[k + 1]];
    const one = isMark(mark) && of !== undefined ? together(mark, of, names) : null;
    if (one !== null) k += 1;
    if (one !== null) items.push(...one);
    else if (mark !== undefined) items.push(mark);
  }
  const [only] = items;
  if (items.length === 1 && only !== undefined) return only;
  return items.every((x, k) => x === inner.items[k]) && items.length === inner.items.length
    ? inner
    : { ...inner, items };
}

/** The factors that stand for a mark and what it belongs to, or `null`. */
function together(mark: SyntaxOf<"symbol">, of: Syntax, names: Names): readonly Syntax[] | null {
  const span = { start: mark.span.start, end: of.span.end };
  if (of.kind === "number" && names.numbered.has(mark.name))
    return [{ kind: "scripted", base: mark, sub: of, sup: null, primes: 0, span }];
  if (of.kind === "scripted" && of.base.kind === "number" && of.sub === null && names.numbered.has(mark.name))
    return [{ ...of, base: mark, sub: of.base, span }];
  const t = takeApart(of);
  if (t === null) return null;
  const head = headKey(t.symbol);
  if (mark.name === "\\Delta" && names.steps.has(head)) return [withSymbol(of, (x) => stepOf(mark, x))];
  if (mark.name === "\\delta" && names.gradients.has(head)) return [{ ...mark, name: "d", latex: "d" }, of];
  return null;
}

const stepOf = (mark: SyntaxOf<"symbol">, x: SyntaxOf<"symbol">): Syntax => ({
  ...x,
  name: `\\Delta ${x.name}`,
  latex: `\\Delta ${x.latex}`,
  span: { start: mark.span.start, end: x.span.end },
});

/** `\Delta W`, a name for a step. */
export const isStepName = ({ symbol }: Scripted): boolean => symbol.name.startsWith("\\Delta ");

/** The same scripts on another symbol. */
function withSymbol(s: Syntax, f: (x: SyntaxOf<"symbol">) => Syntax): Syntax {
  return s.kind === "symbol" ? f(s) : mapOperands(s, (n) => withSymbol(n, f));
}
