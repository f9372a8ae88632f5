import type { FormulaText } from "../document/document.js";
import type { Statement, Syntax, SyntaxOf } from "../notation/syntax.js";
import { visit } from "./letters.js";
import type { FormulaKind } from "./model.js";
import { headKey, type Scripted, scriptText, takeApart } from "./scripts.js";

/** One statement of a worksheet and where it stands. */
export interface Item {
  readonly statement: Statement;
  readonly formula: FormulaText;
  /** The formula's number in the file. */
  readonly ordinal: number;
  /** Of a submission: its equations are claims, or name new quantities; they are never premises. */
  readonly submitted?: boolean;
  kind: FormulaKind;
  /** Filled where the statement was understood: what was read, for `read`. */
  reading: string;
}

/** A statement as it is before anybody has said what it is. */
export const unread = (i: Item): Item => ({ ...i, kind: "mention", reading: "" });

/** What stands on the left of an equation: a symbol, perhaps with arguments, `\mathcal{L}(a, t)`. */
export interface LeftSide {
  readonly target: Scripted;
  readonly args: readonly Syntax[] | null;
}

export function leftSide(s: Syntax): LeftSide | null {
  const target = takeApart(s);
  if (target !== null) return { target, args: null };
  if (s.kind !== "juxtaposition" || s.items.length !== 2) return null;
  const [head, group] = s.items;
  if (head === undefined || group?.kind !== "group" || group.open !== "(") return null;
  const symbol = takeApart(head);
  // `\nabla_x (x^\top x)` is a derivative.
  if (symbol === null || symbol.symbol.name === "\\nabla") return null;
  return { target: symbol, args: group.body.kind === "list" ? group.body.items : [group.body] };
}

/** The key under which a left side's definition is remembered, whatever its indices are called. */
export const targetKey = (t: Scripted): string => headKey(t.symbol) + "'".repeat(t.primes);

/** A symbol's text with its superscripts, and with or without its subscripts. */
export const placeText = (t: Scripted, withSubs: boolean): string =>
  `${targetKey(t)}^${t.sups.map((p) => scriptText(p.content)).join(";")}_${withSubs ? t.subs.map(scriptText).join(",") : ""}`;

export function mentionsHead(s: Syntax, heads: ReadonlySet<string>): boolean {
  let found = false;
  visit(s, (n) => {
    const t = takeApart(n);
    if (t !== null && t.subs.length !== 2 && heads.has(targetKey(t))) found = true;
  });
  return found;
}

/** A set on the right of `\in`. */
export interface SetSyntax {
  readonly kind:
    | "real"
    | "positive"
    | "nonnegative"
    | "binary"
    | "integer"
    | "unit"
    | "interval"
    | "simplex"
    | "symmetric"
    | "positive-definite"
    | "range";
  /** The sizes of the axes, as written. */
  readonly shape: readonly Syntax[];
  readonly low: Syntax | null;
  readonly high: Syntax | null;
}

const set = (
  kind: SetSyntax["kind"],
  shape: readonly Syntax[] = [],
  low: Syntax | null = null,
  high: Syntax | null = null,
): SetSyntax => ({ kind, shape, low, high });

/** `\mathbb{R}^{m \times n}`, `\{0,1\}^K`, `(0,1)^n`, `\mathbb{S}^n_{++}`, `\{1, \dots, K\}`. */
export function readSet(s: Syntax): SetSyntax | null {
  if (s.kind === "scripted") {
    const shape = s.sup === null ? [] : shapeOf(s.sup);
    const base = s.base.kind === "scripted" ? readSet(s.base) : baseSet(s.base, s.sub);
    if (base === null) return null;
    return { ...base, shape: shape.length > 0 ? shape : base.shape };
  }
  if (
    s.kind === "juxtaposition" &&
    s.items.length === 2 &&
    s.items[1] !== undefined &&
    s.items[0]?.kind === "symbol" &&
    s.items[0].style === "bb"
  ) {
    // `\mathbb{R}(m, n)` is rare; the plain set is meant.
    return baseSet(s.items[0], null);
  }
  return baseSet(s, null);
}

function baseSet(s: Syntax, sub: Syntax | null): SetSyntax | null {
  if (s.kind === "symbol") return namedSet(s, sub === null ? "" : scriptText(sub));
  return s.kind === "group" ? listedSet(s) : null;
}

function namedSet(s: SyntaxOf<"symbol">, sign: string): SetSyntax | null {
  if (
    (s.name === "R" && ["bb", "bold", "cal", "roman"].includes(s.style)) ||
    ["\\R", "\\reals", "\\Re"].includes(s.name)
  ) {
    if (sign === "+" || /\\ge|≥/.test(sign)) return set("nonnegative");
    return set(sign === "++" || />0/.test(sign) ? "positive" : "real");
  }
  if (s.style === "bb" && s.name === "S") return set(sign === "++" ? "positive-definite" : "symmetric");
  if (s.style === "bb" && (s.name === "Z" || s.name === "N")) return set("integer");
  return s.name === "\\Delta" ? set("simplex") : null;
}

/** `\{0,1\}`, `\{1, \dots, K\}`, `(0,1)`. */
function listedSet(s: SyntaxOf<"group">): SetSyntax | null {
  const items = s.body.kind === "list" ? s.body.items : [];
  const braces = s.open === "\\{" || s.open === "{";
  if (braces && items.some((i) => i.kind === "ellipsis"))
    return set("range", [], items[0] ?? null, items.at(-1) ?? null);
  const [a, b] = items;
  if (items.length !== 2 || a === undefined || b === undefined) return null;
  const unit = scriptText(a) === "0" && scriptText(b) === "1";
  if (braces) return unit ? set("binary") : null;
  if (s.open !== "(" && s.open !== "[") return null;
  return unit ? set("unit") : set("interval", [], a, b);
}

/** The factors of `m \times n`, in a superscript or alone; of `\mathbb{R}^{m \times n}`, where words name a set. */
export function shapeOf(s: Syntax): readonly Syntax[] {
  const named = s.kind === "scripted" ? readSet(s) : null;
  if (named !== null) return named.shape;
  if (s.kind === "product" && s.operators.every((o) => o === "\\times")) return s.items;
  if (s.kind === "group" && s.open === "(") return shapeOf(s.body);
  if (s.kind === "list") return s.items;
  // `(p+1) \times n` may come as one juxtaposition per factor.
  return [s];
}

/** `M \in \mathbb{R}^{…}`, also at the end of a chain that displays the entries. */
export function declarationOf(
  st: Statement,
): { readonly symbols: readonly Scripted[]; readonly set: SetSyntax } | null {
  const k = st.relations.lastIndexOf("\\in");
  const last = st.sides[k + 1];
  const first = st.sides[0];
  if (k < 0 || last === undefined || first === undefined || k + 1 !== st.sides.length - 1) return null;
  if (!st.relations.slice(0, k).every((r) => r === "=" || r === ":=")) return null;
  const found = readSet(last);
  if (found === null) return null;
  const names = first.kind === "list" ? first.items : [first];
  const symbols: Scripted[] = [];
  for (const n of names) {
    const t = takeApart(n);
    if (t === null) return null;
    symbols.push(t);
  }
  return { symbols, set: found };
}

export const isEquation = (st: Statement): boolean =>
  st.relations.length > 0 &&
  st.relations.every((r) => r === "=" || r === ":=" || r === "\\equiv" || r === "\\triangleq");

export const hasBlank = (st: Statement): boolean =>
  st.sides.some((s) => s.kind === "blank" || (s.kind === "text" && s.text.trim() === "?"));

/** Does a formula mention a derivative anywhere: `\partial`, `\nabla`? */
export function mentionsDerivative(s: Syntax): boolean {
  let found = false;
  visit(s, (n) => {
    if (n.kind === "symbol" && (n.name === "\\partial" || n.name === "\\nabla")) found = true;
    if (n.kind === "fraction" && startsWithD(n)) found = true;
  });
  return found;
}

function startsWithD(f: SyntaxOf<"fraction">): boolean {
  const signs = [f.numerator, f.denominator].map((s) => {
    const first = s.kind === "juxtaposition" ? s.items[0] : s;
    const t = first === undefined ? null : takeApart(first);
    return t !== null && t.subs.length === 0 ? t.symbol.name : "";
  });
  return (
    signs[0] === signs[1] && (signs[0] === "d" || signs[0] === "\\delta") && f.denominator.kind === "juxtaposition"
  );
}

/** A left side that by custom names a derivative: `\delta^{(l)}`, `\bar{y}`, `dW`. */
export function namesDerivative(s: Syntax, defined: (key: string) => boolean): boolean {
  if (s.kind === "juxtaposition" && s.items.length === 2) {
    const [d, symbol] = s.items;
    if (d?.kind !== "symbol" || d.name !== "d" || symbol === undefined) return false;
    const t = takeApart(symbol);
    return t !== null && defined(targetKey(t));
  }
  const t = takeApart(s);
  if (t === null) return false;
  if (t.symbol.name === "\\delta" || t.symbol.name === "\\Delta") return true;
  const [accent] = t.symbol.accents;
  if (accent !== "bar" && accent !== "overline") return false;
  return defined(targetKey({ ...t, symbol: { ...t.symbol, accents: t.symbol.accents.slice(1) } }));
}

/** A side that is nothing but a derivative. */
export function isPureDerivative(s: Syntax): boolean {
  if (s.kind === "fraction") return mentionsDerivative(s) && s.numerator.kind === "juxtaposition";
  if (s.kind === "juxtaposition") {
    const [first] = s.items;
    const t = first === undefined ? null : takeApart(first);
    return t !== null && t.symbol.name === "\\nabla" && s.items.length === 2;
  }
  return s.kind === "product" && s.operators.length === 1 && s.operators[0] === "/" && mentionsDerivative(s);
}
