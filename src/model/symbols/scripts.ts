import { flatMap } from "../../core/flat-map.js";
import type { Span } from "../../core/span.js";
import type { Style, Syntax, SyntaxOf } from "../../notation/syntax.js";

/*
 * What hangs on a symbol: the parts of its superscripts and subscripts, before anybody decides whether a part is a
 * label, an index, a member of a family, a power or a transpose.
 */

export interface Superscript {
  /** Written in brackets of any sort, `^{(1)}`, `^{[l]}`, `^{\langle t \rangle}`, `^{\{b\}}`: never a power. */
  readonly bracketed: boolean;
  /** `(`, `[`, `\langle` or `\{`, or empty. */
  readonly open: string;
  readonly content: Syntax;
}

/** A symbol with everything that hangs on it, outermost last. */
export interface Scripted {
  readonly symbol: SyntaxOf<"symbol">;
  readonly subs: readonly Syntax[];
  readonly sups: readonly Superscript[];
  readonly primes: number;
  readonly span: Syntax["span"];
}

const bracketed = (s: Syntax): boolean => s.kind === "group" && MARKS.has(s.open) && s.body.kind !== "relation";
const MARKS: ReadonlySet<string> = new Set(["(", "[", "\\langle", "\\{"]);

/** The parts of a superscript: `(m+1)T` and `(m+1)^T` are a bracketed part and a bare `T`. */
export function superscripts(sup: Syntax): readonly Superscript[] {
  if (
    sup.kind === "scripted" &&
    sup.sub === null &&
    sup.sup !== null &&
    bracketed(sup.base) &&
    isTransposeMark(sup.sup)
  )
    return [...superscripts(sup.base), ...superscripts(sup.sup)];
  if (sup.kind === "group" && bracketed(sup)) return [{ bracketed: true, open: sup.open, content: sup.body }];
  if (
    sup.kind === "juxtaposition" &&
    sup.items.some(bracketed) &&
    sup.items.every((i) => bracketed(i) || isTransposeMark(i))
  )
    return sup.items.map((s) =>
      s.kind === "group" && bracketed(s)
        ? { bracketed: true, open: s.open, content: s.body }
        : { bracketed: false, open: "", content: s },
    );
  if (sup.kind === "list" && sup.items.some((s) => isTransposeMark(s)))
    return flatMap(sup.items, (s) => superscripts(s));
  return [{ bracketed: false, open: "", content: sup }];
}

/** The parts of a subscript: the letters of `ji`, the items of `i, j`. */
export function subscripts(sub: Syntax): readonly Syntax[] {
  if (sub.kind === "list") return flatMap(sub.items, subscripts);
  if (sub.kind === "juxtaposition") {
    // A product such as `2i` is one position; letters side by side are several.
    const [factor] = sub.items;
    if (factor?.kind === "number" && factor.text !== "1" && sub.items.length === 2) return [sub];
    return flatMap(sub.items, subscripts);
  }
  if (sub.kind === "group" && (sub.open === "(" || sub.open === "[")) return subscripts(sub.body);
  // `i:` and `:j` of a row and a column; `1:t` is a range.
  if (sub.kind === "relation" && sub.operators.join() === ":" && sub.items.some((s) => s.kind === "empty"))
    return flatMap(sub.items, (s) => (s.kind === "empty" ? [plainSymbol(":", s.span)] : subscripts(s)));
  return [sub];
}

/** `:` or `\cdot` in the place of a position, `W_{k,:}`: the axis stays whole. */
export const isWholeAxis = (s: Syntax): boolean =>
  s.kind === "symbol" && (s.name === ":" || s.name === "\\cdot" || s.name === "\\bullet");

/** In the place of a position on a matrix: its only row, which stays a matrix of one row. */
export const onlyRow = (span: Span): Syntax => plainSymbol(ONLY_ROW, span);
export const isOnlyRow = (s: Syntax): boolean => s.kind === "symbol" && s.name === ONLY_ROW;
const ONLY_ROW = "1:1";

const apart = new WeakMap<SyntaxOf<"scripted">, Scripted | null>();
const NOTHING: readonly never[] = Object.freeze([]);

/**
 * Takes a symbol apart; `null` if the base is no symbol. What has scripts is taken apart once, since every pass of reading asks for
 * its parts; a bare symbol is its own part, which is made sooner than found.
 */
export function takeApart(s: Syntax): Scripted | null {
  if (s.kind === "symbol") return { symbol: s, subs: NOTHING, sups: NOTHING, primes: 0, span: s.span };
  if (s.kind === "group" && s.open === "{") return takeApart(s.body);
  if (s.kind !== "scripted") return null;
  let parts = apart.get(s);
  if (parts === undefined) {
    parts = partsOf(s);
    apart.set(s, parts);
  }
  return parts;
}

function partsOf(s: SyntaxOf<"scripted">): Scripted | null {
  const base = takeApart(s.base) ?? bracketedSymbol(s);
  if (base === null) return null;
  return {
    symbol: base.symbol,
    subs: s.sub === null ? base.subs : [...base.subs, ...subscripts(s.sub)],
    sups: s.sup === null ? base.sups : [...base.sups, ...superscripts(s.sup)],
    primes: base.primes + s.primes,
    span: s.span,
  };
}

/** The mark of a positive part, `[x]_+`. */
export const isPlus = (s: Syntax): boolean => s.kind === "symbol" && s.name === "+";

/** The symbol in `[x]_i`, an entry of x. */
function bracketedSymbol({ base, sub }: SyntaxOf<"scripted">): Scripted | null {
  if (base.kind !== "group" || base.open !== "[" || sub === null || isPlus(sub)) return null;
  const inner = takeApart(base.body);
  return inner !== null && inner.subs.length === 0 && inner.sups.every((p) => p.bracketed) ? inner : null;
}

/** `\top`, `T`, `t`, `\text{T}`, `\intercal` as the whole of a superscript part. */
export function isTransposeMark(s: Syntax): boolean {
  return s.kind === "symbol" && ["\\top", "\\intercal", "T", "t", "\\mathsf{T}", "tr"].includes(s.name);
}
export const isSureTransposeMark = (s: Syntax): boolean =>
  s.kind === "symbol" &&
  (s.name === "\\top" ||
    s.name === "\\intercal" ||
    ((s.name === "T" || s.name === "t") && (s.style === "roman" || s.style === "sans")));

/** A letter or a sign as if an author had written it. */
export const plainSymbol = (name: string, span: Span): SyntaxOf<"symbol"> => ({
  kind: "symbol",
  name,
  style: "plain",
  accents: [],
  latex: name,
  span,
});

/** The mark that turns a left side, `h^\top = …`. */
export const isTransposed = (s: Syntax): boolean => s.kind === "symbol" && (s.name === "\\top" || s.name === "T");

/** A text that two spellings of one symbol share: fonts of weight and shape do not count, calligraphy does. */
export function headKey(symbol: SyntaxOf<"symbol">): string {
  if (symbol.accents.length === 0) return styleClass(symbol.style) + symbol.name;
  const accents = symbol.accents.map((a) =>
    a === "overline" ? "bar" : a === "widehat" ? "hat" : a === "widetilde" ? "tilde" : a,
  );
  const styled = styleClass(symbol.style) + symbol.name;
  return accents.reduceRight((inner, a) => `\\${a}{${inner}}`, styled);
}

/** A symbol's key as a reader knows it: `\mathcal{L}` of `cal:L`. */
export const spoken = (key: string): string =>
  key.replace(/\b(cal|bb|frak|script):(\\?\w+)/g, (_, style: string, name: string) =>
    style === "script" ? `\\mathscr{${name}}` : `\\math${style}{${name}}`,
  );

export function styleClass(style: Style): string {
  return style === "cal" || style === "bb" || style === "frak" || style === "script" ? `${style}:` : "";
}

/** A canonical text of an expression, for labels and to tell formulas apart: `1`, `xh`, `in`. Spaces and fonts do not count. */
export function scriptText(s: Syntax): string {
  switch (s.kind) {
    case "number":
    case "text":
      return s.text;
    case "symbol":
      return headKey(s);
    case "scripted":
      return `${scriptText(s.base)}${s.sub === null ? "" : `_{${scriptText(s.sub)}}`}${s.sup === null ? "" : `^{${scriptText(s.sup)}}`}${"'".repeat(s.primes)}`;
    case "group":
      return `${s.open}${scriptText(s.body)}`;
    case "juxtaposition":
      return s.items.map(scriptText).join("");
    case "list":
      return s.items.map(scriptText).join(",");
    case "sum":
      return s.terms.map((t, k) => `${t.sign < 0 ? "-" : k > 0 ? "+" : ""}${scriptText(t.body)}`).join("");
    case "product":
      return s.items.map((item, k) => `${k > 0 ? (s.operators[k - 1] ?? "") : ""}${scriptText(item)}`).join("");
    case "fraction":
      return `${scriptText(s.numerator)}/${scriptText(s.denominator)}`;
    case "ellipsis":
      return "…";
    case "relation":
      return s.items.map((item, k) => `${k > 0 ? (s.operators[k - 1] ?? "") : ""}${scriptText(item)}`).join("");
    case "root":
      return `√${optional(s.degree)}{${scriptText(s.radicand)}}`;
    case "big":
      return `${s.operator}_{${optional(s.sub)}}^{${optional(s.sup)}}{${optional(s.body)}}`;
    case "matrix":
      return `[${s.rows.map((r) => r.map(scriptText).join("&")).join(";")}]`;
    case "cases":
      return `{${s.rows.map((r) => `${scriptText(r.value)}&${optional(r.condition)}`).join(";")}}`;
    case "blank":
    case "empty":
      return s.kind;
  }
}

const optional = (s: Syntax | null): string => (s === null ? "" : scriptText(s));

/** The symbols of an expression with all that hangs on them, not what is below or above them. */
export function symbolsIn(s: Syntax): readonly Scripted[] {
  const found: Scripted[] = [];
  const stack = [s];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    const t = takeApart(n);
    if (t === null) stack.push(...[...children(n)].reverse());
    else found.push(t);
  }
  return found;
}

/** Every child of a syntax node, in order of writing. */
export function children(s: Syntax): readonly Syntax[] {
  const some = (...list: readonly (Syntax | null)[]): Syntax[] => list.filter((c): c is Syntax => c !== null);
  switch (s.kind) {
    case "scripted":
      return some(s.base, s.sub, s.sup);
    case "group":
      return [s.body];
    case "juxtaposition":
    case "product":
    case "relation":
    case "list":
      return s.items;
    case "sum":
      return s.terms.map((t) => t.body);
    case "fraction":
      return [s.numerator, s.denominator];
    case "root":
      return some(s.radicand, s.degree);
    case "big":
      return some(s.sub, s.sup, s.body);
    case "matrix":
      return s.rows.flat();
    case "cases":
      return flatMap(s.rows, (r) => some(r.value, r.condition));
    default:
      return [];
  }
}

/** The same tree with `f` of what its scripts hang on, of its parts and bodies, not of limits and scripts; the very tree where nothing changes. */
export function mapOperands(s: Syntax, f: (s: Syntax) => Syntax): Syntax {
  const list = (items: readonly Syntax[]): readonly Syntax[] => {
    const next = items.map(f);
    return next.every((n, k) => n === items[k]) ? items : next;
  };
  switch (s.kind) {
    case "scripted": {
      const base = f(s.base);
      return base === s.base ? s : { ...s, base };
    }
    case "group": {
      const body = f(s.body);
      return body === s.body ? s : { ...s, body };
    }
    case "juxtaposition":
    case "product":
    case "list":
    case "relation": {
      const items = list(s.items);
      return items === s.items ? s : { ...s, items };
    }
    case "sum": {
      const bodies = list(s.terms.map((t) => t.body));
      if (bodies.every((b, k) => b === s.terms[k]?.body)) return s;
      return { ...s, terms: s.terms.map((t, k) => ({ ...t, body: bodies[k] ?? t.body })) };
    }
    case "fraction": {
      const [numerator = s.numerator, denominator = s.denominator] = list([s.numerator, s.denominator]);
      return numerator === s.numerator && denominator === s.denominator ? s : { ...s, numerator, denominator };
    }
    case "root": {
      const radicand = f(s.radicand);
      return radicand === s.radicand ? s : { ...s, radicand };
    }
    case "big": {
      const body = s.body === null ? null : f(s.body);
      return body === s.body ? s : { ...s, body };
    }
    default:
      return s;
  }
}

/** A number with its sign; `null` for anything else. */
export function numberOf(s: Syntax): number | null {
  if (s.kind === "number") return Number(s.text);
  const [only, more] = s.kind === "sum" ? s.terms : [];
  return only?.body.kind === "number" && more === undefined ? only.sign * Number(only.body.text) : null;
}
