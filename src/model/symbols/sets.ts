import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { scriptText } from "./scripts.js";

/** A set on the right of `\in`. */
export interface SetSyntax {
  readonly kind:
    | "real"
    | "positive"
    | "nonnegative"
    | "binary"
    | "sign"
    | "integer"
    | "unit"
    | "interval"
    | "simplex"
    | "sphere"
    | "symmetric"
    | "positive-definite"
    | "complex"
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

/** The scripts of a set's name. */
interface Scripts {
  readonly sub: Syntax | null;
  readonly sup: Syntax | null;
}

/** What stands below a set's name to narrow it: `\mathbb{R}_{++}`, `\mathbb{R}_{\ge 0}`. */
const isPositive = (sub: string): boolean => sub === "++" || />0/.test(sub);
const isNonnegative = (sub: string): boolean => sub === "+" || /\\ge|≥/.test(sub);
const isSign = (sub: string): boolean => sub === "+" || sub === "++";

interface SetRow {
  readonly is: (symbol: SyntaxOf<"symbol">, sub: string) => boolean;
  readonly read: (named: Scripts, sub: string) => SetSyntax;
}

const shapeAbove = ({ sup }: Scripts): readonly Syntax[] => (sup === null ? [] : shapeOf(sup));

/** The sets that have a name. */
const NAMED: readonly SetRow[] = [
  {
    is: ({ name, style }) =>
      (name === "R" && ["bb", "bold", "cal", "roman"].includes(style)) || ["\\R", "\\reals", "\\Re"].includes(name),
    read: (named, sub) =>
      set(isPositive(sub) ? "positive" : isNonnegative(sub) ? "nonnegative" : "real", shapeAbove(named)),
  },
  {
    // `\mathbb{S}^{n-1}` is where the vectors of n entries and length 1 are; `\mathbb{S}^n` holds matrices of n rows.
    is: ({ name, style }, sub) => name === "S" && (style === "bb" || isSign(sub)),
    read: (named, sub) => {
      const [size, ...more] = shapeAbove(named);
      const entries = size === undefined || more.length > 0 ? null : oneMore(size);
      if (entries !== null && sub === "") return set("sphere", [entries]);
      const square = size === undefined || more.length > 0 ? shapeAbove(named) : [size, size];
      return set(sub === "++" ? "positive-definite" : "symmetric", square);
    },
  },
  {
    is: ({ name, style }) => style === "bb" && (name === "Z" || name === "N"),
    read: (named) => set("integer", shapeAbove(named)),
  },
  {
    // `\Delta^{n-1}` has n entries: it is named by its dimension.
    is: ({ name }) => name === "\\Delta",
    read: ({ sub, sup }) => {
      const size = sup ?? sub;
      return set("simplex", size === null ? [] : [oneMore(size) ?? size]);
    },
  },
  {
    is: ({ name, style }) => style === "bb" && name === "C",
    read: (named) => set("complex", shapeAbove(named)),
  },
];

/** `n` of `n - 1`. */
function oneMore(size: Syntax): Syntax | null {
  if (size.kind === "group") return oneMore(size.body);
  const [first, second, ...more] = size.kind === "sum" ? size.terms : [];
  const isLess = first?.sign === 1 && second?.sign === -1 && scriptText(second.body) === "1";
  return first !== undefined && isLess && more.length === 0 ? first.body : null;
}

/** `\mathbb{R}^{m \times n}`, `\{0,1\}^K`, `(0,1)^n`, `\mathbb{S}^n_{++}`, `\{1, \dots, K\}`. */
export function readSet(s: Syntax): SetSyntax | null {
  const { base, sub, sup } = scripts(s);
  if (base.kind === "symbol") {
    const below = sub === null ? "" : scriptText(sub);
    return NAMED.find((row) => row.is(base, below))?.read({ sub, sup }, below) ?? null;
  }
  const listed = base.kind === "group" ? listedSet(base) : null;
  return listed === null || sup === null ? listed : { ...listed, shape: shapeOf(sup) };
}

/** What scripts stand at, however they are nested: `{S_{++}}^n`. */
function scripts(s: Syntax): { readonly base: Syntax; readonly sub: Syntax | null; readonly sup: Syntax | null } {
  // `\mathbb{R}(m, n)` is rare; the plain set is meant.
  if (s.kind === "juxtaposition") {
    const [head, ...rest] = s.items;
    const plain = head?.kind === "symbol" && head.style === "bb" && rest.length === 1;
    return { base: plain ? head : s, sub: null, sup: null };
  }
  if (s.kind !== "scripted") return { base: s, sub: null, sup: null };
  const inner = scripts(s.base);
  return { base: inner.base, sub: s.sub ?? inner.sub, sup: s.sup ?? inner.sup };
}

/** `\{0,1\}`, `\{1, \dots, K\}`, `(0,1)`. */
function listedSet(s: SyntaxOf<"group">): SetSyntax | null {
  const items = s.body.kind === "list" ? s.body.items : [];
  const braces = s.open === "\\{" || s.open === "{";
  if (braces && items.some((i) => i.kind === "ellipsis"))
    return set("range", [], items[0] ?? null, items.at(-1) ?? null);
  if (braces && isPlusMinusOne(s.body, items)) return set("sign");
  const [a, b] = items;
  if (items.length !== 2 || a === undefined || b === undefined) return null;
  const unit = scriptText(a) === "0" && scriptText(b) === "1";
  if (braces) return unit ? set("binary") : null;
  if (s.open !== "(" && s.open !== "[") return null;
  return unit ? set("unit") : set("interval", [], a, b);
}

/** `\{-1, +1\}`, `\{\pm 1\}`. */
function isPlusMinusOne(body: Syntax, items: readonly Syntax[]): boolean {
  const [a, b] = items.map((i) => scriptText(i).replace(/^\+/, ""));
  if (items.length === 2) return (a === "-1" && b === "1") || (a === "1" && b === "-1");
  return /^(\\pm|±)1$/.test(scriptText(body));
}

/** B and `K/P` of `B \times K/P`: between sizes a slash divides what stands beside it. */
function quotientsBetween({ items, operators }: SyntaxOf<"product">): readonly Syntax[] {
  const sizes: Syntax[] = [];
  for (const [k, item] of items.entries()) {
    const before = operators[k - 1] === "/" ? sizes.pop() : undefined;
    const span = before === undefined ? item.span : { ...before.span, end: item.span.end };
    sizes.push(before === undefined ? item : { kind: "fraction", numerator: before, denominator: item, span });
  }
  return sizes;
}

/** The factors of `m \times n`, in a superscript or alone; of `\mathbb{R}^{m \times n}`, where words name a set. */
export function shapeOf(s: Syntax): readonly Syntax[] {
  const named = s.kind === "scripted" ? readSet(s) : null;
  if (named !== null) return named.shape;
  if (s.kind === "product" && s.operators.every((o) => o === "\\times" || o === "/")) return quotientsBetween(s);
  if (s.kind === "group" && s.open === "(") return shapeOf(s.body);
  if (s.kind === "list") return s.items;
  // `(p+1) \times n` may come as one juxtaposition per factor.
  return [s];
}
