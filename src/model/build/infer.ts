import { unlessRefused } from "../../core/unless-refused.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { factors } from "../elaborate/arithmetic.js";
import type { Application, Elaborator } from "../elaborate/elaborator.js";
import { applicationAt, functionKind } from "../functions/applications.js";
import { DimVar } from "../sizes/dimensions.js";
import { bindings } from "../symbols/letters.js";
import { setMemberShape } from "../symbols/members.js";
import { type Scripted, takeApart } from "../symbols/scripts.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import { oneVar } from "../values/products.js";
import type { Value } from "../values/value.js";

/*
 * Shapes from the top down: an expression whose shape is known from outside tells its parts what they must be. Every
 * function here sets what is forced, and says whether it set anything.
 */

export function expectShape(e: Elaborator, s: Syntax, axes: readonly DimVar[]): boolean {
  switch (s.kind) {
    case "symbol":
    case "scripted":
      return expectSymbol(e, s, axes);
    case "group":
      return s.open === "(" || s.open === "[" || s.open === "{" ? expectShape(e, s.body, axes) : false;
    case "sum":
      return expectTerms(
        e,
        s.terms.map((t) => t.body),
        axes,
      );
    case "fraction":
      return expectUnknown(e, s.numerator, axes);
    case "juxtaposition":
      return expectProduct(e, s.items, axes);
    case "product":
      if (s.operators.every((o) => ["\\odot", "\\oslash", "\\circ", "\\bullet"].includes(o)))
        return some(s.items, (item) => expectUnknown(e, item, axes));
      return axes.length === 0 ? false : expectScaled(e, s.items, axes);
    case "big":
      return expectSummand(e, s, axes);
    case "cases":
      return some(
        s.rows.map((r) => r.value),
        (r) => expectUnknown(e, r, axes),
      );
    default:
      return false;
  }
}

/** What is summed is as large as the sum; its letters are bound there. */
function expectSummand(e: Elaborator, { sub, sup, body }: SyntaxOf<"big">, axes: readonly DimVar[]): boolean {
  if (body === null || sub === null) return false;
  const letters = bindings(sub, sup).map((b) => e.bind(b, true));
  return e.within(letters, () => expectUnknown(e, body, axes));
}

const some = (items: readonly Syntax[], f: (s: Syntax) => boolean): boolean => items.map(f).includes(true);

export function expectUnknown(e: Elaborator, s: Syntax, axes: readonly DimVar[]): boolean {
  return quietly(() => e.elaborate(s)) === null ? expectShape(e, s, axes) : false;
}

/** `X w + b`: the data with an example in each row, and the weights of one unit. */
export function isBiasOfBatch(bias: Scripted | null, terms: readonly Syntax[]): boolean {
  if (bias === null || !/^(b|c|\\beta|\\alpha)$/.test(bias.symbol.name) || bias.symbol.style === "bold") return false;
  return terms.some((term) => {
    const [data, weights, more] = term.kind === "juxtaposition" ? term.items.map(takeApart) : [];
    if (data == null || weights == null || more !== undefined) return false;
    return /^(X|\\Phi)$/.test(data.symbol.name) && /^(w|v|\\theta|\\beta)$/.test(weights.symbol.name);
  });
}

function expectTerms(e: Elaborator, terms: readonly Syntax[], axes: readonly DimVar[]): boolean {
  if (axes.length > 1) return expectLone(e, terms, axes);
  return some(terms, (t) => {
    const symbol = takeApart(t);
    if (symbol === null || !isBiasOfBatch(symbol, terms)) return expectUnknown(e, t, axes);
    const found = expectUnknown(e, t, []);
    if (found) e.symbols.resolve(symbol).spec.custom = BIAS_OF_BATCH;
    return found;
  });
}

/** A guess by letters: lines that the other reading makes right are left open. */
export const BIAS_OF_BATCH =
  "nothing declares it, and beside the data times one column of weights it is one number for all";

/** A term of a sum of matrices is a matrix if it is the only term: else it may be a row or a column. */
function expectLone(e: Elaborator, terms: readonly Syntax[], axes: readonly DimVar[]): boolean {
  const products = terms.filter((t) => takeApart(t) === null);
  const pool = terms.length === 1 ? terms : products;
  return some(pool, (t) => expectUnknown(e, t, axes));
}

/** A refusal while shapes are being inferred only means that more must be known. */
export const quietly = unlessRefused;

function expectSymbol(e: Elaborator, s: Syntax, axes: readonly DimVar[]): boolean {
  const t = takeApart(s);
  if (t === null) {
    if (s.kind !== "scripted" || s.sub !== null || s.sup === null) return false;
    const transposed = takeApart(s.sup)?.symbol.name;
    return transposed === "\\top" || transposed === "T" ? expectUnknown(e, s.base, flip(e, axes)) : false;
  }
  if (e.lookup(t.symbol.name) !== null) return false;
  const found = e.symbols.resolve(t);
  if (found.spec.axes !== null || found.entries.length > 0 || found.slice !== undefined) return false;
  let shape = axes;
  for (const action of [...found.actions].reverse()) {
    if (action.kind !== "power") shape = flip(e, shape);
    else if (shape.length > 1) return false;
  }
  setMemberShape(
    e,
    found.spec,
    found.members.map((m) => e.position(m, null)),
    shape,
  );
  return true;
}

export function setShape(spec: SymbolSpec, axes: readonly DimVar[]): void {
  spec.axes = [...axes];
}

/** The shape of a value whose transpose has the shape `axes`. */
function flip(e: Elaborator, axes: readonly DimVar[]): readonly DimVar[] {
  const [a, b] = axes;
  if (a === undefined) return axes;
  if (b === undefined) return [oneVar(e.arena), a];
  if (a.isOne(e.arena)) return [b];
  return [b, a];
}

interface Factor {
  readonly value: Value | null;
  readonly syntax: Syntax;
}

function expectProduct(e: Elaborator, items: readonly Syntax[], axes: readonly DimVar[]): boolean {
  const whole = applicationAt(e, items, 0);
  if (whole !== null && whole.length === items.length) {
    const arg = entrywiseArgument(e, whole);
    return arg === null ? false : expectUnknown(e, arg, axes);
  }
  const chain = quietly(() => factors(e, items, null));
  return chain === null ? false : solveChain(e, chain, axes);
}

function expectScaled(e: Elaborator, items: readonly Syntax[], axes: readonly DimVar[]): boolean {
  const factors = items.map((item): Factor => ({ syntax: item, value: quietly(() => e.elaborate(item)) }));
  return solveChain(e, factors, axes);
}

/** One unknown factor between known ones. */
function solveChain(e: Elaborator, factors: readonly Factor[], result: readonly DimVar[]): boolean {
  const parts = factors.filter((f) => f.value === null || f.value.axes.length > 0);
  const unknown = parts.filter((f) => f.value === null);
  const [only] = unknown;
  if (only === undefined || unknown.length !== 1) return false;
  const at = parts.indexOf(only);
  const left = parts[at - 1]?.value ?? null;
  const right = parts[at + 1]?.value ?? null;
  if (left === null && right === null) return expectShape(e, only.syntax, result);
  const shape = solve(e, left, right, at > 1, result);
  return shape === null ? false : expectShape(e, only.syntax, shape);
}

/** The shape of the factor between `left` and `right`, so that the product has the shape `result`. */
function solve(
  e: Elaborator,
  left: Value | null,
  right: Value | null,
  moreLeft: boolean,
  result: readonly DimVar[],
): readonly DimVar[] | null {
  if (right === null) return left === null ? null : solveLast(e, left, moreLeft, result);
  const [inner] = right.axes;
  if (inner === undefined) return null;
  if (left !== null) return left.axes.length === 2 ? [left.axes[1] ?? oneVar(e.arena), inner] : null;
  const [rows] = result;
  // In front of what the result may equal, the factor may just as well be a number.
  const mayScale = rows?.compatible(inner) === true && (right.axes.length === 2 || result.length === 1);
  if (mayScale || (right.axes.length === 2 && result.length === 0)) return null;
  return [rows ?? oneVar(e.arena), inner];
}

function solveLast(e: Elaborator, left: Value, moreLeft: boolean, result: readonly DimVar[]): readonly DimVar[] | null {
  const [rows, inner] = left.axes;
  const [first, columns] = result;
  // A row times a matrix is a row, whatever a single position has made of it.
  if (rows?.isOne(e.arena) === true && inner !== undefined && columns === undefined && first?.isOne(e.arena) === false)
    return [inner, first];
  if (inner === undefined) return columns === undefined ? null : [oneVar(e.arena), columns];
  if (columns === undefined || (!moreLeft && columns.isOne(e.arena))) return [inner];
  return [inner, columns];
}

/** What `f(s)` is as large as: a function works entry by entry unless it is one of whole arrays. */
function entrywiseArgument(e: Elaborator, whole: Application): Syntax | null {
  const { head, args, after } = whole;
  // The z of `\max(0, z)`: a number may stand for every entry.
  const isExtremum = args.length > 1 && EXTREMA.test(head.symbol.name) && head.subs.length + head.sups.length === 0;
  const [arg, more] = isExtremum ? args.filter((a) => a.kind !== "number") : args;
  return arg !== undefined && more === undefined && after === null && (isExtremum || isEntrywise(e, whole))
    ? arg
    : null;
}

const EXTREMA = /^\\?(?:max|min)$/;

/** The terms of what `s` is entry by entry a function of. */
export function termsWithin(e: Elaborator, s: Syntax): readonly Syntax[] {
  if (s.kind === "sum") return s.terms.map((t) => t.body);
  if (s.kind === "group") return termsWithin(e, s.body);
  const whole = s.kind === "juxtaposition" ? applicationAt(e, s.items, 0) : null;
  if (whole === null || s.kind !== "juxtaposition" || whole.length !== s.items.length) return [s];
  const arg = entrywiseArgument(e, whole);
  return arg === null ? [s] : termsWithin(e, arg);
}

function isEntrywise(e: Elaborator, a: Application): boolean {
  const kind = functionKind(e, a.head);
  return (
    kind === "scalar" ||
    (kind === "tensor" && /softmax/i.test(a.head.symbol.name)) ||
    (kind === "abstract" && a.head.primes > 0)
  );
}

/** The shape a symbol's font suggests, where nothing else says: bold capitals are matrices, bold small letters vectors. */
export function shapeByFont(spec: SymbolSpec): readonly DimVar[] | null {
  const name = spec.written.symbol.name;
  if (!spec.bold) return null;
  const capital = /^[A-Z]$/.test(name) || /^\\[A-Z]/.test(name);
  return capital ? [new DimVar(null), new DimVar(null)] : [new DimVar(null)];
}
