import { refuse } from "../../core/diagnostic.js";
import type { Dim } from "../../expression/node.js";
import type { Syntax } from "../../notation/syntax.js";
import { DimVar } from "../sizes/dimensions.js";
import { headKey, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import { shapeOf } from "../symbols/sets.js";
import { oneVar, transpose } from "../values/products.js";
import { deltaAt } from "../values/stacked.js";
import { scalarValue, type Value } from "../values/value.js";
import { conditionValue } from "./conditions.js";
import type { Elaborator } from "./elaborator.js";
import { unifyLetters } from "./positions.js";
import { actsAsTranspose, applySuperscript, applySuperscripts } from "./superscripts.js";

/*
 * Symbols that mean the same on every worksheet, unless it declares them: ones, zeros, π, I, Kronecker's δ, unit vectors.
 */

export function specialSymbol(e: Elaborator, t: Scripted): Value | null {
  if (e.symbols.isVariable(headKey(t.symbol))) return null;
  return (
    onesOrIndicator(e, t) ??
    unitVector(e, t) ??
    zeros(e, t) ??
    numberPi(e, t) ??
    kroneckerDelta(e, t) ??
    identity(e, t) ??
    (e.derivative === null && !(e.basisVectors && t.symbol.name === "e") ? null : singleEntry(e, t))
  );
}

/** The size that was declared for a vector of ones or a unit vector. */
const declaredSize = (e: Elaborator, t: Scripted): DimVar | null =>
  e.constantSizes.get(`${t.symbol.name}_${t.subs.map(scriptText).join(",")}`) ?? null;

/** `n` of `\mathbf{1}_n`, `n` and `m` of `\mathbf{1}_{n \times m}`; `null` if what stands below is no size. */
function sizesBelow(e: Elaborator, t: Scripted): readonly Dim[] | null {
  const [sub, more] = t.subs;
  if (sub === undefined) return [];
  const sizes = more === undefined ? shapeOf(sub).map((s) => e.dims.read(s, e)) : [null];
  const known = sizes.filter((d) => d !== null);
  return known.length === sizes.length && known.length <= 2 ? known : null;
}

/** `\mathbf{1}`, `\mathbf{1}_n^\top`; `\mathbf{1}_{z > 0}` is an indicator. */
function onesOrIndicator(e: Elaborator, t: Scripted): Value | null {
  if (t.symbol.name !== "1" || !t.sups.every((p) => actsAsTranspose(p.content))) return null;
  const [sub] = t.subs;
  if (sub?.kind === "relation" || (sub?.kind === "group" && sub.body.kind === "relation"))
    return conditionValue(e, sub);
  const sizes = sizesBelow(e, t);
  const place = sub === undefined || sizes !== null ? null : takeApart(sub);
  if (sub !== undefined && place !== null && e.symbols.isInteger(place))
    return applySuperscripts(e, unitAt(e, t, sub), t);
  if (sub !== undefined && sizes === null && !isLikeSize(e, place))
    return refuse("symbol/ones", `whether ${t.symbol.latex.trim()} is a vector of ones here is not said`, t.span);
  const [rows, columns] = sizes ?? [];
  const value: Value =
    rows === undefined || columns === undefined
      ? ones(e, rows ?? declaredSize(e, t)?.dim ?? null, false)
      : { axes: [new DimVar(rows), new DimVar(columns)], at: () => e.arena.one };
  return t.sups.length % 2 === 1 ? transpose(e.arena, value) : value;
}

/** A letter that stands for nothing else may be a size that nothing else writes. */
const isLikeSize = (e: Elaborator, t: Scripted | null): boolean =>
  t !== null &&
  !e.letters.mentionsIndex(t.symbol) &&
  /^\\?[a-zA-Z]$/.test(t.symbol.name) &&
  t.symbol.style === "plain" &&
  !e.symbols.isVariable(headKey(t.symbol));

function zeros(e: Elaborator, t: Scripted): Value | null {
  const isArrow = t.symbol.accents.length === 1 && t.symbol.accents[0] === "vec";
  if (t.symbol.name !== "0" || (t.symbol.style !== "bold" && !isArrow)) return null;
  const sizes = sizesBelow(e, t) ?? [];
  const axes = sizes.length === 0 ? [new DimVar(null)] : sizes.map((d) => new DimVar(d));
  const value: Value = { axes, at: () => e.arena.zero };
  return t.sups.length % 2 === 1 ? transpose(e.arena, value) : value;
}

/** π where the worksheet has none of its own. */
function numberPi(e: Elaborator, t: Scripted): Value | null {
  if (t.symbol.name !== "\\pi" || t.subs.length + t.sups.length > 0 || e.parameters.has("\\pi")) return null;
  return e.symbols.withHead("\\pi").length === 0 ? pi(e) : null;
}

/** `I`, `\mathbf{I}_n`, `I_{n \times n}`. */
function identity(e: Elaborator, t: Scripted): Value | null {
  if (t.symbol.name !== "I" || t.primes + t.sups.length > 0) return null;
  const [rows, columns] = sizesBelow(e, t) ?? [];
  if ((t.subs.length > 0 && rows === undefined) || (columns !== undefined && columns !== rows)) return null;
  const n = new DimVar(rows ?? null);
  return {
    axes: [n, n],
    at: ([i, j]) => (i === undefined || j === undefined ? e.arena.zero : deltaAt(e.arena, i, j)),
  };
}

/** `\delta_{ij}` with two indices, or one and a class `\delta_{k, y}`, a number `\delta_{k1}` or a last place `\delta_{kK}`. */
function kroneckerDelta(e: Elaborator, t: Scripted): Value | null {
  const [a, b] = t.subs;
  // The entries of the identity matrix are written so too, `I_{kj}`.
  if (
    !(t.symbol.name === "\\delta" || isIdentityHere(e, t)) ||
    t.subs.length !== 2 ||
    t.sups.length > 0 ||
    a === undefined ||
    b === undefined
  )
    return null;
  const [i, j] = [a, b].map((s) => e.letters.mentionsIndex(s));
  const holdsNumber = (s: Syntax): boolean => {
    if (s.kind === "number") return true;
    const place = takeApart(s);
    return place !== null && (e.symbols.isInteger(place) || e.dims.isName(s));
  };
  if (!(i === true && (j === true || holdsNumber(b))) && !(j === true && holdsNumber(a))) return null;
  const [p, q] = [e.position(a, null), e.position(b, null)];
  unifyLetters(e, a, b);
  return scalarValue(() => e.arena.delta(p(), q()));
}

/** `I_{kj}` in a line about derivatives, where the forward pass has no I of its own, such as an image. */
const isIdentityHere = (e: Elaborator, t: Scripted): boolean =>
  t.symbol.name === "I" &&
  t.primes === 0 &&
  e.derivative !== null &&
  e.symbols.withHead(headKey(t.symbol)).length === 0;

/** `\mathbf{e}_y` with a class y: a one where y says. */
function unitVector(e: Elaborator, t: Scripted): Value | null {
  const [sub, more] = t.subs;
  const place = sub === undefined || more !== undefined ? null : takeApart(sub);
  if (t.symbol.name !== "e" || sub === undefined || place === null || !e.symbols.isInteger(place)) return null;
  return applySuperscripts(e, unitAt(e, t, sub), t);
}

function unitAt(e: Elaborator, t: Scripted, place: Syntax): Value {
  const position = e.position(place, null);
  const name = t.symbol.latex.trim();
  e.note(
    "reading/unit-vector",
    `${name} is read as the vector with a one at this position and zeros elsewhere`,
    t.span,
  );
  return {
    axes: [declaredSize(e, t) ?? new DimVar(null)],
    at: ([i]) => (i === undefined ? e.arena.zero : deltaAt(e.arena, i, position())),
  };
}

/** In derivatives, `J^{ij}` or `E_{ij}` has a one at i, j and zeros elsewhere, and `e_i` is a unit vector, where nothing else says what they are. */
function singleEntry(e: Elaborator, t: Scripted): Value | null {
  const { name } = t.symbol;
  if (t.primes > 0 || e.symbols.withHead(headKey(t.symbol)).some((s) => s.tensor !== null)) return null;
  const [sup] = t.sups;
  const above = sup?.content.kind === "juxtaposition" || sup?.content.kind === "list" ? sup.content.items : [];
  const isMatrix = (name === "J" && t.subs.length === 0) || (name === "E" && t.subs.length === 2);
  const at = isMatrix && name === "J" ? above : t.subs;
  if (!(isMatrix && at.length === 2) && !(name === "e" && at.length === 1)) return null;
  // `e_1` that nothing declares or defines is the first unit vector.
  const isNumbered = name === "e" && at[0]?.kind === "number" && !e.symbols.isVariable(headKey(t.symbol));
  if (!isNumbered && !at.every((s) => e.letters.mentionsIndex(s))) return null;
  const axes = at.map(() => new DimVar(null));
  const places = at.map((s, k) => e.position(s, axes[k] ?? null));
  e.note("reading/single-entry", `${name} is read as one at the position and zero elsewhere`, t.span);
  const value: Value = {
    axes,
    at: (ps) => e.arena.multiply(...places.map((p, k) => deltaAt(e.arena, ps[k] ?? p(), p()))),
  };
  const acting = name === "J" ? t.sups.slice(1) : t.sups;
  return acting.reduce((v, part) => applySuperscript(e, v, part.content, t.span), value);
}

export const pi = (e: Elaborator): Value => scalarValue(() => e.arena.constant("pi"));

export function ones(e: Elaborator, dim: Dim | null, row: boolean): Value {
  const n = new DimVar(dim);
  return row ? { axes: [oneVar(e.arena), n], at: () => e.arena.one } : { axes: [n], at: () => e.arena.one };
}
