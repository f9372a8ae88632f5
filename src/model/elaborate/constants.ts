import type { Dim } from "../../expression/node.js";
import { DimVar } from "../dimensions.js";
import { oneVar } from "../products.js";
import { headKey, type Scripted, scriptText, takeApart } from "../scripts.js";
import { deltaAt } from "../stacked.js";
import { scalarValue, type Value } from "../value.js";
import { conditionValue } from "./conditions.js";
import type { Elaborator } from "./elaborator.js";
import { unifyLetters } from "./positions.js";
import { actsAsTranspose, applySuperscript, applySuperscripts } from "./superscripts.js";

/*
 * Symbols that mean the same on every worksheet, unless it declares them: ones, zeros, π, I, Kronecker's δ, unit vectors.
 */

export function specialSymbol(e: Elaborator, t: Scripted): Value | null {
  const { name, style } = t.symbol;
  if (e.symbols.isVariable(headKey(t.symbol))) return null;
  const size = e.constantSizes.get(`${name}_${t.subs.map(scriptText).join(",")}`) ?? null;
  const dimension = t.subs[0] === undefined || t.subs.length > 1 ? null : e.dims.read(t.subs[0], e);
  const transposed = t.sups.some((p) => actsAsTranspose(p.content));
  if (name === "1" && t.sups.every((p) => actsAsTranspose(p.content))) {
    const [sub] = t.subs;
    if (sub?.kind === "relation" || (sub?.kind === "group" && sub.body.kind === "relation"))
      return conditionValue(e, sub);
    return ones(e, dimension ?? size?.dim ?? null, transposed);
  }
  const unit = unitVector(e, t, size);
  if (unit !== null) return unit;
  if (name === "0" && style === "bold") return { axes: [new DimVar(dimension)], at: () => e.arena.zero };
  if (
    name === "\\pi" &&
    t.subs.length === 0 &&
    t.sups.length === 0 &&
    !e.parameters.has("\\pi") &&
    e.symbols.withHead("\\pi").every((s) => !s.declared && !s.defined) &&
    e.symbols.withHead("\\pi").length === 0
  )
    return pi(e);
  if (
    name === "I" &&
    t.primes === 0 &&
    t.sups.length === 0 &&
    (style === "bold" || t.subs.length <= 1) &&
    (t.subs.length === 0 || dimension !== null)
  ) {
    const n = new DimVar(dimension);
    return {
      axes: [n, n],
      at: ([i, j]) => (i === undefined || j === undefined ? e.arena.zero : deltaAt(e.arena, i, j)),
    };
  }
  return kroneckerDelta(e, t) ?? (e.derivative === null ? null : singleEntry(e, t));
}

/** `\delta_{ij}` with two indices. */
function kroneckerDelta(e: Elaborator, t: Scripted): Value | null {
  const [a, b] = t.subs;
  if (t.symbol.name !== "\\delta" || t.subs.length !== 2 || t.sups.length > 0 || a === undefined || b === undefined)
    return null;
  if (!e.letters.mentionsIndex(a) || !e.letters.mentionsIndex(b)) return null;
  const [p, q] = [e.position(a, null), e.position(b, null)];
  unifyLetters(e, a, b);
  return scalarValue(() => e.arena.delta(p(), q()));
}

/** `\mathbf{e}_y` with a class y: a one where y says. */
function unitVector(e: Elaborator, t: Scripted, size: DimVar | null): Value | null {
  const [sub, more] = t.subs;
  const place = sub === undefined || more !== undefined ? null : takeApart(sub);
  if (t.symbol.name !== "e" || sub === undefined || place === null || !e.symbols.isInteger(place)) return null;
  const position = e.position(sub, null);
  e.note("reading/unit-vector", "e is read as the vector with a one at this position and zeros elsewhere", t.span);
  const unit: Value = {
    axes: [size ?? new DimVar(null)],
    at: ([i]) => (i === undefined ? e.arena.zero : deltaAt(e.arena, i, position())),
  };
  return applySuperscripts(e, unit, t);
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
  if (!at.every((s) => e.letters.mentionsIndex(s))) return null;
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
