import { refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Node } from "../../expression/node.js";
import { FACTORIAL, type Syntax } from "../../notation/syntax.js";
import { letterOf } from "../symbols/letters.js";
import { isSureTransposeMark, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import { collapse, isScalar, transpose } from "../values/products.js";
import type { Value } from "../values/value.js";
import type { Application, Elaborator, Wanted } from "./elaborator.js";
import { matrixFunction } from "./matrix-functions.js";
import { entryOf } from "./positions.js";

/*
 * What superscripts and primes do to a value: powers, transposes, inverses.
 */

/** A prime on an array transposes it; on a number it has no meaning. */
export function primed(e: Elaborator, v: Value, primes: number, span: Span): Value {
  if (v.axes.length === 0)
    refuse("syntax/prime", "a prime here is neither a derivative nor a transpose", span, "declare the primed symbol");
  return primes % 2 === 1 ? transpose(e.arena, v) : v;
}

export function actsAsTranspose(sup: Syntax): boolean {
  const t = takeApart(sup);
  return t !== null && t.subs.length === 0 && ["\\top", "\\intercal", "T", "t"].includes(t.symbol.name);
}

export function applySuperscript(e: Elaborator, v: Value, sup: Syntax, span: Span): Value {
  return actsAsTranspose(sup) && !isExponent(e, v, sup) ? transpose(e.arena, v) : power(e, v, sup, span);
}

/** `2^t`, `\gamma^T`: nobody transposes a number, so the letter is its exponent where it has a value. */
function isExponent(e: Elaborator, v: Value, mark: Syntax): boolean {
  return v.axes.length === 0 && hasValue(e, mark);
}

/** Is the T of `\gamma^T` a number of steps, say? */
export function hasValue(e: Elaborator, mark: Syntax): boolean {
  const letter = letterOf(mark);
  if (letter === null || isSureTransposeMark(mark)) return false;
  return e.lookup(letter) !== null || e.symbols.isVariable(letter) || e.dims.read(mark, e) !== null;
}

export function applySuperscripts(e: Elaborator, v: Value, t: Scripted): Value {
  return t.sups.reduce((value, part) => applySuperscript(e, value, part.content, t.span), v);
}

/** `x!`, entry by entry. Nobody differentiates it: it stands for what does not depend on the parameters. */
const factorial = ({ arena }: Elaborator, v: Value): Value => ({
  axes: v.axes,
  at: (ps) => arena.abstract("factorial", [{ indices: [], body: v.at(ps) }], [], []),
});

/** Entry by entry for scalars and vectors, of a square matrix a matrix power. */
export function power(e: Elaborator, v: Value, exponent: Syntax, span: Span): Value {
  const arena = e.arena;
  const inverseTranspose = minusTranspose(e, exponent);
  const base = collapse(arena, v);
  const [n, m] = base.axes;
  if (exponent.kind === "symbol" && exponent.name === FACTORIAL) return factorial(e, base);
  const entry = entrywiseExponent(exponent);
  if (entry !== null) return entryPower(e, base, entry);
  if (inverseTranspose) return transpose(arena, matrixFunction(e, "inverse", base, null, span));
  if (n === undefined || m === undefined) return entryPower(e, base, exponent);
  const isInverse = scriptText(exponent) === "-1";
  if (!n.same(m)) {
    if (n.isOne(arena) || m.isOne(arena)) return entryPower(e, base, exponent);
    if (isInverse) return matrixFunction(e, "inverse", base, null, span);
    if (exponent.kind === "sum" && n.unify(m)) return power(e, v, exponent, span);
    e.note("reading/power", "a power of a matrix that is not square is read entry by entry", span);
    return entryPower(e, base, exponent);
  }
  if (isInverse) return matrixFunction(e, "inverse", base, null, span);
  const count = e.value(exponent);
  if (!isScalar(count)) refuse("shape/exponent", "an exponent must be a scalar", exponent.span);
  return matrixFunction(e, "power", base, count, span);
}

function minusTranspose(e: Elaborator, exponent: Syntax): boolean {
  if (exponent.kind !== "sum" || exponent.terms.length !== 1) return false;
  const [term] = exponent.terms;
  return (
    term !== undefined && term.sign < 0 && actsAsTranspose(term.body) && !e.symbols.isVariable(scriptText(term.body))
  );
}

function entryPower(e: Elaborator, base: Value, exponent: Syntax): Value {
  const power = e.value(exponent);
  if (!isScalar(power)) refuse("shape/exponent", "an exponent must be a scalar", exponent.span);
  return { axes: base.axes, at: (ps) => e.arena.power(base.at(ps), power.at([])) };
}

/** A function entry by entry. */
export function mapEntries(e: Elaborator, s: Syntax, f: (x: Node) => Node, wanted: Wanted = null): Value | null {
  const v = e.elaborate(s, wanted);
  return v === null ? null : { axes: v.axes, at: (ps) => f(v.at(ps)) };
}

/** Scripts behind the arguments of a function: `f(x)_i`, `f(x)^2`; or before them: `\tanh^2(x)`. */
export function scriptsAfter(e: Elaborator, v: Value, a: Application, span: Span): Value {
  return a.head.sups
    .filter((p) => !p.bracketed)
    .reduce((value, part) => applySuperscript(e, value, part.content, span), scriptsBehind(e, v, a.after, span));
}

/** `f(x)_i`, `f(x)^2`. */
export function scriptsBehind(e: Elaborator, v: Value, after: Application["after"], span: Span): Value {
  const sub = after?.sub ?? null;
  const sup = after?.sup ?? null;
  const entry = sub === null ? v : entryOf(e, v, sub);
  return sup === null ? entry : applySuperscript(e, entry, sup, span);
}

/** `\circ 2`, `\odot -1` or `\circ 1/2` as an exponent: entry by entry. */
function entrywiseExponent(s: Syntax): Syntax | null {
  if (s.kind === "juxtaposition") {
    const [a, b, ...more] = s.items;
    const isMark = a?.kind === "symbol" && (a.name === "\\circ" || a.name === "\\odot");
    return isMark && more.length === 0 && b !== undefined ? b : null;
  }
  if (s.kind === "product") {
    const [first, ...rest] = s.items;
    const bare = first === undefined ? null : entrywiseExponent(first);
    return bare === null ? null : { ...s, items: [bare, ...rest] };
  }
  if (s.kind !== "sum") return null;
  const [mark, ...terms] = s.terms;
  return terms.length > 0 && mark?.body.kind === "symbol" && /^\\(circ|odot)$/.test(mark.body.name)
    ? { ...s, terms }
    : null;
}
