import { refuse } from "../../core/diagnostic.js";
import { flatMap } from "../../core/flat-map.js";
import type { Span } from "../../core/span.js";
import { unlessRefused } from "../../core/unless-refused.js";
import type { Node, Position } from "../../expression/node.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { applicationAt, applyNamed } from "../functions/applications.js";
import { extendedOverArrays, extendedSums } from "../passes/indices/sum-scope.js";
import { divide, doubleDot, isScalar, juxtapose, oneVar, writtenProduct } from "../values/products.js";
import { align, EVERY_ROW, scalarValue, shapeText, type Value } from "../values/value.js";
import { ones, pi } from "./constants.js";
import { derivativeForm, isSlash, operatorForm } from "./derivatives.js";
import { differentialAt } from "./differentials.js";
import type { Application, Elaborator, Wanted } from "./elaborator.js";
import { withBarBehind } from "./evaluations.js";

/*
 * Sums, products, fractions and roots.
 */

export function sumValue(e: Elaborator, s: SyntaxOf<"sum">, wanted: Wanted): Value | null {
  const byIndex = extendedSums(s, (letter) => e.lookup(letter)?.isStray === false);
  const wider = byIndex ?? extendedOverArrays(s, (summand, term) => areArraysAlike(e, summand, term));
  if (wider !== null) {
    const why = byIndex === null ? "are arrays like what it sums" : "name its index";
    e.note(
      "reading/sum-scope",
      `terms after a sum ${why}, so they are read as standing under it: write brackets round them`,
      s.span,
      "warning",
    );
    return sumValue(e, wider, wanted);
  }
  const values = s.terms.map(({ body }) => e.elaborate(body, wanted));
  const known = flatMap(values, (v, k) => {
    const term = s.terms[k];
    return v === null || term === undefined ? [] : [{ v, sign: term.sign, span: term.body.span }];
  });
  const total = addition(e, known);
  if (!values.includes(null)) return total;
  // Terms with axes fix the shape; a term of unknown shape then is inferred from it.
  if (total !== null && total.axes.length > 0)
    e.pending?.push(e.postponed({ axes: total.axes, terms: s.terms.map((t) => t.body) }));
  return null;
}

function areArraysAlike(e: Elaborator, a: Syntax, b: Syntax): boolean {
  const [x, y] = [a, b].map((s) => unlessRefused(() => e.summing(() => e.elaborate(s)))?.axes);
  return x != null && y != null && x.length > 0 && x.length === y.length && x.every((d, k) => y[k]?.same(d) === true);
}

interface Term {
  readonly v: Value;
  readonly sign: 1 | -1;
  readonly span: Span;
}

type Pick = (ps: readonly Position[]) => readonly Position[];

/** The terms added at once, so that a long sum makes one node; `picks` are the positions of each from those of the sum. */
function addition(e: Elaborator, written: readonly Term[]): Value | null {
  const isOfMatrices = written.some(({ v }) => v.axes.length === 2);
  const terms = written.map((t) => (isOfMatrices && t.v.asMatrix !== undefined ? { ...t, v: t.v.asMatrix } : t));
  const [first] = terms;
  if (first === undefined) return null;
  let { axes } = first.v;
  let picks: Pick[] = [(ps) => ps];
  for (const { v, span } of terms.slice(1)) {
    const alignment = align(e.arena, axes, v.axes);
    if (alignment === null)
      return refuse(
        "shape/clash",
        `the terms of a sum need equal shapes, and these are ${shapeText(axes)} and ${shapeText(v.axes)}`,
        span,
      );
    if (alignment.broadcast !== null)
      e.note("reading/broadcast", `${shapeText(axes)} plus ${shapeText(v.axes)}: ${alignment.broadcast}`, span);
    // Of the bias of rows people write the gradient as a row, too.
    if (alignment.broadcast === EVERY_ROW && v.symbol !== undefined && e.derivative === null)
      e.usedAsRows.add(v.symbol);
    const [before, own] = alignment.pick;
    // What stands before is spread with the new term only where the shape grows.
    if (before !== undefined && axes !== alignment.axes) picks = picks.map((pick) => (ps) => pick(before(ps)));
    picks.push(own ?? ((ps) => ps));
    axes = alignment.axes;
  }
  const at = (ps: readonly Position[]): Node =>
    e.arena.add(
      ...terms.map(({ v, sign }, k) => {
        const node = v.at(picks[k]?.(ps) ?? ps);
        return sign > 0 ? node : e.arena.negate(node);
      }),
    );
  const unoriented = terms.every(({ v }) => v.unoriented === true || isScalar(v)) && axes.length === 1;
  return { axes, at, unoriented };
}

export function juxtapositionValue(e: Elaborator, s: SyntaxOf<"juxtaposition">, wanted: Wanted): Value | null {
  const evaluated = withBarBehind(s);
  if (evaluated !== null) return e.elaborate(evaluated);
  const before = e.usesKronecker;
  let values = factors(e, s.items, wanted);
  // A factor further on may have said what ⊗ means.
  if (!before && e.usesKronecker) values = factors(e, s.items, wanted);
  if (values.some((f) => f.value === null)) e.pendingProducts?.push(e.postponed(values));
  const whole = chainOf(e, withOnes(e, values));
  if (whole === null || !s.items.some(isIndicator)) return whole;
  return { axes: whole.axes, at: (ps) => e.guardedBy(true, () => whole.at(ps)) };
}

/** A 1 behind a matrix, `A^\top 1`, sums its columns: nobody writes the number there. */
function withOnes<F extends { readonly value: Value | null; readonly syntax: Syntax }>(
  e: Elaborator,
  values: readonly F[],
): readonly F[] {
  const [before, last] = values.slice(-2);
  if (before?.value?.axes.length !== 2 || last?.syntax.kind !== "number" || last.syntax.text !== "1") return values;
  return [...values.slice(0, -1), { ...last, value: ones(e, null, false) }];
}

/** Neighbours multiplied from the left; numbers at once, so that a long product makes one node. */
function chainOf(e: Elaborator, parts: readonly { readonly value: Value | null; readonly span: Span }[]): Value | null {
  const values = parts.map((f) => f.value);
  const known = values.filter((v) => v !== null);
  if (known.length < values.length) return null;
  if (known.every(isScalar)) return productOf(e, known);
  return parts.reduce<Value | null>(
    (product, { value, span }) => (product === null || value === null ? value : juxtapose(e, product, value, span)),
    null,
  );
}

const productOf = (e: Elaborator, numbers: readonly Value[]): Value =>
  scalarValue(() => e.arena.multiply(...numbers.map((v) => v.at([]))));

/** The factors of a juxtaposition, applications joined to their arguments. */
export function factors(
  e: Elaborator,
  items: readonly Syntax[],
  wanted: Wanted,
): readonly { readonly value: Value | null; readonly syntax: Syntax; readonly span: Span }[] {
  const found: { value: Value | null; syntax: Syntax; span: Span }[] = [];
  for (let k = 0; k < items.length; ) {
    const item = items[k];
    if (item === undefined) break;
    const differential = e.namedDifferential === null ? null : differentialAt(e, items, k);
    if (differential !== null && e.namedDifferential !== null) {
      const { of, length } = differential;
      const span = { start: item.span.start, end: items[k + length - 1]?.span.end ?? of.span.end };
      const whole: Syntax = { kind: "juxtaposition", items: items.slice(k, k + length), span };
      found.push({ value: e.namedDifferential(of, e), syntax: whole, span });
      k += length;
      continue;
    }
    const application = applicationAt(e, items, k);
    if (application !== null) {
      const whole: Syntax = {
        kind: "juxtaposition",
        items: items.slice(k, k + application.length),
        span: { start: item.span.start, end: items[k + application.length - 1]?.span.end ?? item.span.end },
      };
      found.push({
        value: applyNamed(e, application, items.length === application.length ? wanted : null),
        syntax: whole,
        span: whole.span,
      });
      k += application.length;
    } else {
      refuseIfAtPoint(e, item, items[k + 1]);
      const isWhole =
        items.length === 1 || (isLastSum(items, k) && found.every((f) => f.value !== null && isScalar(f.value)));
      const value = isNumberPi(e, items, k) ? pi(e) : e.elaborate(item, isWhole ? wanted : null);
      found.push({ value, syntax: item, span: item.span });
      k += 1;
    }
  }
  return found;
}

/** The sum of `\frac1N \sum \delta`: behind numbers it has the shape of the whole. */
const isLastSum = (items: readonly Syntax[], k: number): boolean => k === items.length - 1 && items[k]?.kind === "big";

/** `(1, 2)` behind a derivative is where it is taken. */
function isPoint(s: Syntax | undefined): boolean {
  if (s?.kind !== "group" || s.open !== "(") return false;
  const isNumber = (n: Syntax): boolean =>
    n.kind === "number" || (n.kind === "sum" && n.terms.length === 1 && n.terms.every((t) => isNumber(t.body)));
  return s.body.kind === "list" ? s.body.items.every(isNumber) : isNumber(s.body);
}

/** `\frac{\partial f}{\partial x}(1, 2)`. */
function refuseIfAtPoint(e: Elaborator, item: Syntax, next: Syntax | undefined): void {
  const isOfSomething = item.kind === "fraction" && isPoint(next) && (derivativeForm(item, e)?.of ?? null) !== null;
  if (isOfSomething) refuseAtPoint(next?.span ?? item.span);
}

export const refuseAtPoint = (span: Span): never =>
  refuse(
    "unsupported/at-a-point",
    "a derivative at a point is not read",
    span,
    "give the point by equations of its own, x = 1, and leave it out here",
  );

/** `2\pi` is the number also where `\pi_k` are weights. */
function isNumberPi(e: Elaborator, items: readonly Syntax[], at: number): boolean {
  const [before, item] = [items[at - 1], items[at]];
  if (before?.kind !== "number" || item?.kind !== "symbol" || item.name !== "\\pi") return false;
  if (item.accents.length > 0 || item.style === "bold" || e.parameters.has("\\pi")) return false;
  return e.symbols.withHead("\\pi").every((s) => s.written.subs.length > 0 || (s.axes !== null && s.axes.length > 0));
}

export function productValue(e: Elaborator, s: SyntaxOf<"product">, wanted: Wanted): Value | null {
  const slash = s.operators.findIndex((o, k) => o === "/" && isSlash(s, k, e));
  if (slash >= 0) return slashedValue(e, s, slash, wanted);
  const operand = underOperator(e, s);
  if (operand !== null) return applyNamed(e, operand, wanted);
  const dots = s.operators.indexOf(":");
  if (dots >= 0) return doubleDotValue(e, s, dots);
  const values = s.items.map((item) => e.elaborate(item));
  const known = values.filter((v) => v !== null);
  if (known.length < values.length) {
    noteUnknown(e, s, values, wanted);
    return null;
  }
  if (known.every(isScalar) && s.operators.every(isMultiplication)) return productOf(e, known);
  return known.reduce((product, v, k) => {
    const scalarWanted = wanted?.length === 0 && k === known.length - 1;
    return writtenProduct(e, product, s.operators[k - 1] ?? "\\cdot", v, s.items[k]?.span ?? s.span, scalarWanted);
  });
}

/** What a product with factors of unknown shape tells of them. */
function noteUnknown(e: Elaborator, s: SyntaxOf<"product">, values: readonly (Value | null)[], wanted: Wanted): void {
  if (s.operators.every((o) => ["\\odot", "\\oslash", "\\circ", "\\bullet"].includes(o))) {
    const one = values.find((v) => v !== null && v.axes.length > 0) ?? null;
    const axes = one?.axes ?? (wanted !== null && wanted.length > 0 ? wanted : null);
    if (axes !== null) e.pending?.push(e.postponed({ axes, terms: s.items }));
  } else if (s.operators.every((o) => ["\\cdot", "@", "\\times"].includes(o)))
    e.pendingProducts?.push(e.postponed(s.items.map((syntax, k) => ({ syntax, value: values[k] ?? null }))));
}

/** Between numbers all of these are one. */
const isMultiplication = (o: string): boolean => ["\\cdot", "*", "\\times", "@"].includes(o);

/**
 * `\frac{\partial}{\partial x} A x \odot x`: an operator in front takes the whole product, unless what stands next to it
 * is complete: `\nabla_a L \odot \sigma'(z)` has two factors.
 */
function underOperator(e: Elaborator, s: SyntaxOf<"product">): Application | null {
  const [first, ...rest] = s.items;
  if (first?.kind !== "juxtaposition" || operatorForm(first.items[0] ?? first, e) === null) return null;
  const application = applicationAt(e, first.items, 0);
  const [operand] = application?.args ?? [];
  if (application === null || operand === undefined || application.length < first.items.length) return null;
  if (operand.kind === "group" || (operand.kind !== "juxtaposition" && isScalarValue(e, operand))) return null;
  if (operand.kind === "juxtaposition" && isOneApplication(e, operand) && isScalarValue(e, operand)) return null;
  const whole: Syntax = { ...s, items: [operand, ...rest], span: { start: operand.span.start, end: s.span.end } };
  return { ...application, args: [whole], span: s.span };
}

const isScalarValue = (e: Elaborator, s: Syntax): boolean => (e.elaborate(s)?.axes.length ?? 0) === 0;
const isOneApplication = (e: Elaborator, s: SyntaxOf<"juxtaposition">): boolean =>
  applicationAt(e, s.items, 0)?.length === s.items.length;

/** `A : B \odot C` is `A : (B \odot C)`: the colon binds less than the other products. */
function doubleDotValue(e: Elaborator, s: SyntaxOf<"product">, k: number): Value | null {
  const part = (from: number, to: number): Value | null => {
    const items = s.items.slice(from, to);
    const [only, ...more] = items;
    if (only === undefined) return null;
    const span = { start: only.span.start, end: items.at(-1)?.span.end ?? only.span.end };
    const operators = s.operators.slice(from, to - 1);
    return e.elaborate(more.length === 0 ? only : { kind: "product", items, operators, span });
  };
  const [a, b] = [part(0, k + 1), part(k + 1, s.items.length)];
  return a === null || b === null ? null : doubleDot(e, a, b, s.span);
}

/** `\partial L / \partial z` is one factor of its product. */
function slashedValue(e: Elaborator, s: SyntaxOf<"product">, k: number, wanted: Wanted): Value | null {
  const [a, b] = [s.items[k], s.items[k + 1]];
  if (a === undefined || b === undefined) return null;
  const one: Syntax = {
    kind: "fraction",
    numerator: a,
    denominator: b,
    span: { start: a.span.start, end: b.span.end },
  };
  const items = [...s.items.slice(0, k), one, ...s.items.slice(k + 2)];
  if (items.length === 1) return e.elaborate(one, wanted);
  const operators = s.operators.filter((_, i) => i !== k);
  return productValue(e, { ...s, items, operators }, wanted);
}

export function fractionValue(e: Elaborator, s: SyntaxOf<"fraction">, wanted: Wanted): Value | null {
  const form = derivativeForm(s, e);
  if (form !== null) return e.derivativeOf(form, s.span);
  const numerator = e.elaborate(s.numerator, wanted);
  const denominator = e.elaborate(s.denominator);
  return numerator === null || denominator === null ? null : divide(e, numerator, denominator, s.span);
}

export function rootValue(e: Elaborator, s: SyntaxOf<"root">, wanted: Wanted): Value | null {
  const v = e.elaborate(s.radicand, wanted);
  if (v === null) return null;
  if (v.axes.length === 2 && v.axes[0]?.same(v.axes[1] ?? oneVar(e.arena)) === true)
    return refuse("unsupported/matrix-root", "the square root of a square matrix is not supported", s.span);
  const degree = s.degree === null ? scalarValue(() => e.arena.rational(2)) : e.elaborate(s.degree);
  if (degree === null) return null;
  return { axes: v.axes, at: (ps) => e.arena.power(v.at(ps), e.arena.power(degree.at([]), -1)) };
}

/** An indicator among factors keeps the positions of the others on their axes. */
const isIndicator = (s: Syntax): boolean =>
  (s.kind === "group" && s.body.kind === "relation") ||
  (s.kind === "scripted" && s.sub?.kind === "relation" && s.sub.operators.join() !== ":");
