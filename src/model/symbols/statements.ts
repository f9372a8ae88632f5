import type { FormulaText } from "../../document/document.js";
import type { Statement, Syntax, SyntaxOf } from "../../notation/syntax.js";
import type { FormulaKind } from "../model.js";
import { nodesIn } from "./letters.js";
import { headKey, type Scripted, scriptText, takeApart } from "./scripts.js";
import { readSet, type SetSyntax } from "./sets.js";

/** One of the lines that a line with a letter stands for. */
export interface Instance {
  readonly of: Item;
  readonly letter: string;
  readonly value: number;
}

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
  /** Of `h_j = f(m_j)` beside equations of their own for h_1, h_2, …: these say the same. */
  saidOfEach?: boolean;
  /** Of a line that stands for one about each number of a letter: which of them this is. */
  readonly instance?: Instance;
  /** As its author wrote it, where it is read as if a last layer of one unit were written by index. */
  readonly written?: Statement;
}

/** How `y_o = 1` of a one-hot y is read. */
export const WHERE_ONE_IS = "where the one is";

/** How `m_{ij} = 1` is read before words that say in which case. */
export const ONE_CASE = "its value in one case";

/** How equations were read that add nothing to those before them. */
export const ENTRIES_WRITTEN = "how its entries are written";
export const KRONECKER_DELTA = "the Kronecker delta";
export const SHAPES_SHOWN = "shapes, side by side";
export const AT_OPTIMUM = "where a derivative is zero";

export const NOTHING_NEW: ReadonlySet<string> = new Set([
  "said before",
  "on what it depends",
  ONE_CASE,
  ENTRIES_WRITTEN,
  KRONECKER_DELTA,
  SHAPES_SHOWN,
  AT_OPTIMUM,
]);

/** A statement as it is before anybody has said what it is. */
export const unread = (i: Item): Item => ({ ...i, kind: "mention", reading: "" });

/** The same item with `f` of each side; the very item where that changes nothing. */
export function withSides(item: Item, f: (side: Syntax) => Syntax): Item {
  const { statement } = item;
  const sides = statement.sides.map(f);
  return sides.every((s, k) => s === statement.sides[k]) ? item : { ...item, statement: { ...statement, sides } };
}

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
  // `\nabla_x (x^\top x)` is a derivative, `d(X^{-1})` a differential: no function has such an argument.
  if (symbol === null || symbol.symbol.name === "\\nabla") return null;
  if (symbol.symbol.name === "d" && (takeApart(group.body)?.sups.length ?? 1) > 0 && group.body.kind !== "list")
    return null;
  return { target: symbol, args: group.body.kind === "list" ? group.body.items : [group.body] };
}

/** The key under which a left side's definition is remembered, whatever its indices are called. */
export const targetKey = (t: Scripted): string => headKey(t.symbol) + "'".repeat(t.primes);

/** A symbol's text with its superscripts, and with or without its subscripts. */
export const placeText = (t: Scripted, withSubs: boolean): string =>
  `${targetKey(t)}^${t.sups.map((p) => scriptText(p.content)).join(";")}_${withSubs ? t.subs.map(scriptText).join(",") : ""}`;

export function mentionsHead(s: Syntax, heads: ReadonlySet<string>): boolean {
  return nodesIn(s).some((n) => {
    const t = takeApart(n);
    return t !== null && t.subs.length !== 2 && heads.has(targetKey(t));
  });
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

/** `X = (x_{ij})` says how the entries of X are written. */
export function isEntryOf(whole: Syntax, s: Syntax): boolean {
  const group = s.kind === "scripted" ? s.base : s;
  const [t, entry] = [takeApart(whole), group.kind === "group" && group.open !== "{" ? takeApart(group.body) : null];
  if (t === null || entry === null || t.subs.length > 0 || entry.subs.length === 0) return false;
  return t.symbol.name.toLowerCase() === entry.symbol.name.toLowerCase() && entry.sups.length === 0;
}

export const isEquation = (st: Statement): boolean =>
  st.relations.length > 0 &&
  st.relations.every((r) => r === "=" || r === ":=" || r === "\\equiv" || r === "\\triangleq");

/** `\operatorname{vec}(Y) = …` beside an equation for Y says something of it, and defines no function. */
export function saysOfKnown(items: readonly Item[], st: Statement): boolean {
  const left = !isEquation(st) || st.sides[0] === undefined ? null : leftSide(st.sides[0]);
  const [argument, ...more] = left?.args ?? [];
  const t = argument === undefined ? null : takeApart(argument);
  if (left === null || t === null || more.length > 0 || !/^(?:vec|tr|trace|det|diag)$/i.test(left.target.symbol.name))
    return false;
  return items.some(({ statement }) => {
    const [own] = statement === st || !isEquation(statement) ? [] : statement.sides;
    const target = own === undefined ? null : leftSide(own);
    return target !== null && target.args === null && targetKey(target.target) === targetKey(t);
  });
}

/** `\text{if } x > 0`. */
export const isConditional = (st: Statement): boolean =>
  st.words.some((w) => /\b(?:if|when|whenever|unless|provided)\b/i.test(w));

export const hasBlank = (st: Statement): boolean =>
  st.sides.some((s) => s.kind === "blank" || (s.kind === "text" && s.text.trim() === "?"));

const derivativesMentioned = new WeakMap<Syntax, boolean>();

/** Does a formula mention a derivative anywhere: `\partial`, `\nabla`? Looked for once: almost every pass of reading asks. */
export function mentionsDerivative(s: Syntax): boolean {
  let found = derivativesMentioned.get(s);
  if (found === undefined) {
    found = nodesIn(s).some(isDerivativeIn);
    derivativesMentioned.set(s, found);
  }
  return found;
}

const isDerivativeIn = (n: Syntax): boolean =>
  (n.kind === "symbol" && (n.name === "\\partial" || n.name === "\\nabla")) ||
  (n.kind === "fraction" && startsWithD(n));

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

/** `d(A X) = A \, dX`, `d \ln y = …`: a d in front of an expression, and in front of some symbol in what it is equal to. */
export function statesDifferential([first, ...rest]: readonly Syntax[]): boolean {
  const [sign, operand, more] = first?.kind === "juxtaposition" ? first.items : [];
  if (!isLetterD(sign) || operand === undefined) return false;
  const t = takeApart(operand);
  // `dK(u, v)` is of one entry.
  if (t !== null && (more === undefined || /^[A-Za-z]$/.test(t.symbol.name))) return false;
  return rest
    .flatMap(nodesIn)
    .some((n) => n.kind === "juxtaposition" && n.items.some((item, k) => isLetterD(item) && isSymbol(n.items[k + 1])));
}

const isLetterD = (s: Syntax | undefined): boolean => s?.kind === "symbol" && s.name === "d" && s.accents.length === 0;
const isSymbol = (s: Syntax | undefined): boolean => s !== undefined && takeApart(s) !== null;

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
  if (t.symbol.name === "\\delta" || /^\\Delta( |$)/.test(t.symbol.name)) return true;
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
