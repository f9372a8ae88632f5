import type { Span } from "../../core/span.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { plainSymbol, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import type { SymbolTable } from "../symbols/symbols.js";

/** `∂of/∂wrt` as written; `of` is `null` for a bare operator `\frac{\partial}{\partial w}`; more than one `wrt` for a second derivative. */
export interface DerivativeForm {
  readonly of: Syntax | null;
  readonly wrt: readonly Syntax[];
  /** `\nabla_x f` has the shape of x; a fraction of wholes may be a Jacobian. */
  readonly nabla: boolean;
  /** Written `∂⁺`: the direct partial. */
  readonly direct: boolean;
  readonly span: Span;
}

/** What is known of names while derivatives are being recognised. */
export interface Names {
  readonly symbols: SymbolTable;
  /** Some left side is `dW`: a d in front of a symbol is none of the sizes. */
  readonly writesDifferentials: boolean;
}

type Sign = "\\partial" | "d" | "\\delta" | "D";

const signOf = (s: Syntax): { sign: Sign; order: number; direct: boolean } | null => {
  const t = takeApart(s);
  if (t === null || t.subs.length > 0 || t.primes > 0 || t.symbol.accents.length > 0) return null;
  const name = t.symbol.name;
  if (name !== "\\partial" && name !== "d" && name !== "\\delta" && name !== "D") return null;
  const [sup] = t.sups;
  if (sup === undefined) return { sign: name, order: 1, direct: false };
  if (sup.content.kind === "number" && !sup.bracketed)
    return { sign: name, order: Number(sup.content.text), direct: false };
  if (sup.content.kind === "symbol" && sup.content.name === "+") return { sign: name, order: 1, direct: true };
  return null;
};

export const joined = (items: readonly Syntax[]): Syntax | null => {
  const [first] = items;
  const last = items.at(-1);
  if (first === undefined || last === undefined) return null;
  return items.length === 1
    ? first
    : { kind: "juxtaposition", items, span: { start: first.span.start, end: last.span.end } };
};

/** A derivative written as a fraction, `\frac{\partial L}{\partial z}`, or `null`. */
export function derivativeForm(s: SyntaxOf<"fraction">, e: Names): DerivativeForm | null {
  return formOf(s.numerator, s.denominator, s.span, e);
}

/** `\partial a + b` above a fraction bar is the derivative of the sum, `\partial x \odot x` of the product. */
function signOverAll(s: Syntax): Syntax {
  if (s.kind === "product") return signOverProduct(s);
  if (s.kind !== "sum") return s;
  const [first, ...rest] = s.terms;
  if (first?.body.kind !== "juxtaposition" || first.sign < 0 || rest.some((t) => startsWithSign(t.body))) return s;
  const [head, ...factors] = first.body.items;
  const lead = joined(factors);
  if (head === undefined || lead === null || signOf(head) === null) return s;
  const terms = [{ ...first, body: lead }, ...rest];
  const whole: Syntax = { kind: "sum", terms, span: { start: lead.span.start, end: s.span.end } };
  return { kind: "juxtaposition", items: [head, whole], span: s.span };
}

function signOverProduct(s: SyntaxOf<"product">): Syntax {
  const [first, ...rest] = s.items;
  if (first?.kind !== "juxtaposition" || rest.some(startsWithSign)) return s;
  const [head, ...factors] = first.items;
  const lead = joined(factors);
  if (head === undefined || lead === null || signOf(head) === null) return s;
  const whole: Syntax = { ...s, items: [lead, ...rest], span: { start: lead.span.start, end: s.span.end } };
  return { kind: "juxtaposition", items: [head, whole], span: s.span };
}

const startsWithSign = (s: Syntax): boolean => {
  const [first] = s.kind === "juxtaposition" ? s.items : [s];
  return first !== undefined && signOf(first) !== null;
};

/** The same for `\partial L / \partial z`. */
export function formOf(numerator: Syntax, denominator: Syntax, span: Span, e: Names): DerivativeForm | null {
  const above = signOverAll(unwrap(numerator));
  const below = unwrap(denominator);
  const top = above.kind === "juxtaposition" ? above.items : [above];
  const bottom = below.kind === "juxtaposition" ? below.items : [below];
  const head = top[0] === undefined ? null : signOf(top[0]);
  const foot = bottom[0] === undefined ? null : signOf(bottom[0]);
  if (head === null || foot === null || bottom.length < 2) return null;
  if (head.sign !== foot.sign) return null;
  if (head.sign !== "\\partial" && e.symbols.isVariable(head.sign) && top.length < 2) return null;
  const variables = variablesBelow(bottom, head.sign);
  const wrt = variables === null ? null : (repeated(variables, head.order)?.map(withPrimeAsMark) ?? null);
  if (wrt === null) return null;
  return { of: joined(top.slice(1)), wrt, nabla: false, direct: head.direct, span };
}

const isSign = (s: Syntax | undefined, sign: Sign): boolean => s !== undefined && signOf(s)?.sign === sign;

/** What stands behind each sign below the bar: x² and y of `\partial x^2 \partial y`. */
function variablesBelow(bottom: readonly Syntax[], sign: Sign): readonly Syntax[] | null {
  const variables: Syntax[] = [];
  for (let k = 0; k < bottom.length; ) {
    const item = bottom[k];
    if (item === undefined || signOf(item) === null) return null;
    let end = k + 1;
    while (end < bottom.length && !isSign(bottom[end], sign)) end += 1;
    const variable = joined(bottom.slice(k + 1, end));
    if (variable === null) return null;
    variables.push(variable);
    k = end;
  }
  return variables;
}

/**
 * As many variables as the order says: `\partial x^2 \partial y` below `\partial^3` is twice by x and once by y, `\partial \sigma^2`
 * below `\partial` once by σ². `null` where they are more or fewer.
 */
function repeated(variables: readonly Syntax[], order: number): readonly Syntax[] | null {
  if (variables.length === order) return variables;
  const all = variables.flatMap((s) => {
    if (s.kind !== "scripted" || s.sup?.kind !== "number") return [s];
    const base: Syntax = s.sub === null && s.primes === 0 ? s.base : { ...s, sup: null };
    return Array.from({ length: Math.min(Number(s.sup.text), order + 1) }, () => base);
  });
  return all.length === order ? all : null;
}

/** `\partial \beta \partial \beta'` is by the transpose, as `\partial \beta \partial \beta^\top` is. */
function withPrimeAsMark(s: Syntax, k: number, all: readonly Syntax[]): Syntax {
  const [first] = all;
  if (k !== 1 || s.kind !== "scripted" || s.primes !== 1 || s.sup !== null || first === undefined) return s;
  const plain: Syntax = s.sub === null ? s.base : { ...s, primes: 0 };
  if (scriptText(plain) !== scriptText(first)) return s;
  const mark: Syntax = plainSymbol("\\top", s.span);
  return { ...s, primes: 0, sup: mark };
}

const unwrap = (s: Syntax): Syntax => (s.kind === "group" && s.open === "(" ? unwrap(s.body) : s);

/** `\nabla_x`, `\partial_x`; `D_x` where D is nothing else. */
function isOperator(t: Scripted, e: Names): boolean {
  const { name, style } = t.symbol;
  if (name === "\\nabla" || name === "\\partial") return true;
  if (name !== "D" || style !== "plain" || t.primes > 0 || t.symbol.accents.length > 0 || t.subs.length > 1)
    return false;
  const text = `D_${t.subs.map(scriptText).join("")}`;
  const isSize = e.symbols.dimensionNames.has("D") || e.symbols.dimensionNames.has(text);
  return !isSize && !e.symbols.isVariable("D") && t.subs.every((s) => s.kind !== "number");
}

/** `\nabla_{x}` or `\nabla^2_x` or `\frac{\partial}{\partial x}`, waiting for what it is applied to. */
export function operatorForm(s: Syntax, e: Names): DerivativeForm | null {
  if (s.kind === "fraction") {
    const form = derivativeForm(s, e);
    return form !== null && form.of === null ? form : null;
  }
  const t = takeApart(s);
  if (t === null || t.subs.length === 0 || !isOperator(t, e)) return null;
  const order = t.sups[0]?.content.kind === "number" ? Number(t.sups[0].content.text) : 1;
  const scripted = s.kind === "scripted" ? s : null;
  const variable = scripted?.sub ?? (scripted?.base.kind === "scripted" ? scripted.base.sub : null) ?? joined(t.subs);
  if (variable === null || order > 2) return null;
  const wrt = variable.kind === "list" && order === 2 ? variable.items : Array.from({ length: order }, () => variable);
  return { of: null, wrt, nabla: true, direct: false, span: s.span };
}

export function isSlash(s: SyntaxOf<"product">, k: number, e: Names): boolean {
  const [a, b] = [s.items[k], s.items[k + 1]];
  return a !== undefined && b !== undefined && formOf(a, b, s.span, e) !== null;
}
