import type { Span } from "../../core/span.js";
import type { Index, Position } from "../../expression/node.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { letterOf } from "../symbols/letters.js";
import { isPlus, isSureTransposeMark, type Scripted, scriptText, superscripts, takeApart } from "../symbols/scripts.js";
import type { Value } from "../values/value.js";
import { refuseAtPoint } from "./arithmetic.js";
import { relationValue } from "./conditions.js";
import { ones } from "./constants.js";
import { derivativeForm } from "./derivatives.js";
import type { Elaborator, Wanted } from "./elaborator.js";
import { evaluationValue } from "./evaluations.js";
import { normValue, transposedRow } from "./groups.js";
import { matrixExponential } from "./matrix-functions.js";
import { entryOf } from "./positions.js";
import { actsAsTranspose, applySuperscript, mapEntries, primed } from "./superscripts.js";
import { occurrenceValue } from "./symbol-values.js";

/*
 * Scripts on something that is no symbol.
 */

export function scriptedValue(e: Elaborator, s: SyntaxOf<"scripted">, wanted: Wanted): Value | null {
  const isPower = s.sup !== null && s.sub === null && s.primes === 0 && !isSureTransposeMark(s.sup);
  if (s.sup !== null && isPower && isEuler(e, s.base) && !(isPlace(s.sup) && e.symbols.runsAbove("e")))
    return powerOfEuler(e, s.sup, s.span, wanted);
  const t = takeApart(s);
  if (t !== null) return occurrenceValue(e, t);
  const evaluated = evaluationValue(e, s);
  if (evaluated !== undefined) return evaluated;
  const column = s.sub === null && s.sup !== null && actsAsTranspose(s.sup) ? transposedRow(e, s.base) : null;
  return column === null ? actOn(e, withoutInnerLabel(s), wanted) : column.value;
}

/** `[k]` or `[k-1]`, alone or beside a transpose; `e^{(-w x)}` is a power beside `e^{(n)}` too. */
const isPlace = (sup: Syntax): boolean =>
  superscripts(sup).some(({ bracketed, content }) => bracketed && names(content));

const names = (s: Syntax): boolean => {
  const terms = s.kind === "sum" ? s.terms.map((t) => t.body) : [s];
  const letters = terms.filter((t) => letterOf(t) !== null);
  return terms.every((t) => t.kind === "number" || letterOf(t) !== null) && letters.length < 2 && isUnsigned(s);
};

/** No minus stands in front. */
const isUnsigned = (s: Syntax): boolean => s.kind !== "sum" || s.terms[0]?.sign === 1;

/** `e^{z}` entry by entry; `e^{tA}`: a square matrix as exponent makes a matrix exponential, as in any other power. */
function powerOfEuler(e: Elaborator, exponent: Syntax, span: Span, wanted: Wanted): Value | null {
  const v = e.elaborate(exponent, wanted);
  if (v === null) return null;
  const [n, m] = v.axes;
  if (n === undefined || m === undefined || !n.same(m) || n.isOne(e.arena))
    return { axes: v.axes, at: (ps) => e.arena.apply("exp", v.at(ps)) };
  e.note("reading/exponential", "e to a square matrix is read as the matrix exponential", span);
  return matrixExponential(e, v, span);
}

/** The base of natural logarithms, unless the worksheet has an e of its own. */
function isEuler(e: Elaborator, s: Syntax): boolean {
  return (
    s.kind === "symbol" &&
    s.name === "e" &&
    s.style !== "bold" &&
    s.accents.length === 0 &&
    // Entries `e_j` are another matter.
    e.symbols.withHead("e").every((known) => !known.declared && !(known.defined && isWhole(known.written))) &&
    !e.parameters.has("e")
  );
}

/** Neither an entry `e_j` nor a member `e^{[n]}`. */
const isWhole = ({ subs, sups }: Scripted): boolean => subs.length === 0 && !sups.some((p) => p.bracketed);

/** Scripts on something that is no symbol: a power, a transpose, an entry `(A B)_{ij}`, a norm's kind, a positive part `[x]_+`. */
function actOn(e: Elaborator, s: SyntaxOf<"scripted">, wanted: Wanted): Value | null {
  const open = s.base.kind === "group" ? s.base.open : "";
  if (s.base.kind === "group" && ["\\|", "||", "|"].includes(open)) {
    const norm = normValue(e, s.base, s.sub, s.sup);
    if (norm === null) return null;
    return s.sup === null ? norm : applySuperscript(e, norm, s.sup, s.span);
  }
  const part = positivePart(e, s, wanted);
  if (part !== null) return part;
  const transposed = s.sup !== null && actsAsTranspose(s.sup);
  if (s.base.kind === "number" && s.base.text === "1") {
    const found = scriptedOne(e, s.sub, transposed);
    if (found !== null) return found;
  }
  const inner = e.elaborate(s.base, transposed && wanted !== null ? [...wanted].reverse() : null);
  if (inner === null) return null;
  const base = s.primes === 0 ? inner : primed(e, inner, s.primes, s.span);
  const array = s.sub === null || base.axes.length > 0 ? null : arrayOf(e, s.base, s.sub);
  const within = s.base.kind === "group" ? s.base.body : s.base;
  if (within.kind === "fraction" && s.sub !== null && namesPoint(s.sub) && derivativeForm(within, e) !== null)
    return refuseAtPoint(s.sub.span);
  const entry = s.sub === null ? base : (array ?? entryOf(e, base, s.sub));
  return s.sup === null ? entry : applySuperscript(e, entry, s.sup, s.span);
}

/** `\frac{\partial f}{\partial x} |_{x = 1}`, `|_{(1, 2)}`. */
const namesPoint = (s: Syntax): boolean =>
  s.kind === "list"
    ? s.items.some(namesPoint)
    : s.kind === "relation" || (s.kind === "group" && s.body.kind === "list");

/** `1^\top`, `1_n` are vectors of ones, `1_{z > 0}` is an indicator. */
function scriptedOne(e: Elaborator, sub: Syntax | null, transposed: boolean): Value | null {
  if (sub?.kind === "relation") return relationValue(e, sub);
  if (sub === null) return transposed ? ones(e, null, true) : null;
  const size = e.dims.read(sub, e);
  return size === null ? null : ones(e, size, transposed);
}

/** `[1 - y f]_+` is the greater of this and zero. */
function positivePart(e: Elaborator, s: SyntaxOf<"scripted">, wanted: Wanted): Value | null {
  if (s.base.kind !== "group" || s.sub === null || !isPlus(s.sub)) return null;
  const part = mapEntries(e, s.base, (x) => e.arena.apply("relu", x), wanted);
  return part === null || s.sup === null ? part : applySuperscript(e, part, s.sup, s.span);
}

/** `\langle A, B \rangle_F`: of matrices the sum over all entries, whatever its label. */
function withoutInnerLabel(s: SyntaxOf<"scripted">): SyntaxOf<"scripted"> {
  if (s.base.kind !== "group" || s.base.open !== "\\langle" || s.sub === null) return s;
  return /\bF$|^2$/.test(scriptText(s.sub)) ? { ...s, sub: null } : s;
}

/** `[a_i b_j]_{i,j}`: the array that has these entries. */
function arrayOf(e: Elaborator, s: Syntax, sub: Syntax): Value | null {
  if (s.kind !== "group") return null;
  const parts = sub.kind === "list" || sub.kind === "juxtaposition" ? sub.items : [sub];
  const letters = parts.map(letterOf).filter((l) => l !== null);
  if (letters.length !== parts.length) return null;
  const bound = letters.map((letter) => e.bind({ letter, low: null, high: null, conditions: [] }, true));
  const body = e.within(bound, () => e.elaborate(s));
  if (body === null) return null;
  return {
    axes: bound.map((b) => b.size),
    at: (ps) => {
      const map = new Map<Index, Position>();
      bound.forEach((b, k) => {
        const p = ps[k];
        if (p !== undefined) map.set(b.index(e.arena), p);
      });
      return e.arena.substitute(body.at([]), map);
    },
  };
}
