import { refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Tensor } from "../../expression/node.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { GAUSSIAN } from "../functions/gaussian.js";
import { DimVar } from "../sizes/dimensions.js";
import { memberAxes } from "../symbols/members.js";
import { headKey, type Scripted, scriptText, spoken } from "../symbols/scripts.js";
import type { Action, Occurrence, SymbolSpec } from "../symbols/symbol-spec.js";
import { placesOn } from "../values/stacked.js";
import { scalarValue, shapeText, type Value } from "../values/value.js";
import { specialSymbol } from "./constants.js";
import { type Elaborator, parameterKey } from "./elaborator.js";
import { guardsOf, lineAt, memberPosition, type Part, partOf, wholeAxis } from "./positions.js";
import { applySuperscript, applySuperscripts, power, primed } from "./superscripts.js";

/*
 * A symbol with its scripts: a parameter, an index or a size as a number, or a symbol of the worksheet.
 */

export function symbolValue(e: Elaborator, s: SyntaxOf<"symbol">): Value | null {
  return occurrenceValue(e, { symbol: s, subs: [], sups: [], primes: 0, span: s.span });
}

export function occurrenceValue(e: Elaborator, t: Scripted): Value | null {
  const special = specialSymbol(e, t);
  if (special !== null) return special;
  const parameter = e.parameters.size === 0 ? null : parameterValue(e, t);
  if (parameter !== null) return parameter;
  const letter = letterValue(e, t);
  if (letter !== null) return letter;
  const named = e.namedDerivative?.(t, e) ?? null;
  if (named !== null) return named;
  if (t.symbol.name === "\\nabla" && t.subs.length === 0)
    return refuse(
      "syntax/derivative",
      "by what this gradient is, nothing here says",
      t.symbol.span,
      "write the variable below it, \\nabla_w f(w), and what it is taken at in an equation of its own",
    );
  if (t.symbol.name === "\\partial" || t.symbol.name === "\\nabla")
    return refuse(
      "syntax/derivative",
      "this derivative is not understood",
      t.span,
      "below the bar stand as many variables as the order above it says: \\partial^2 L over \\partial x \\partial y",
    );
  if (isBareFunction(e, t))
    return refuse("function/bare", `${t.symbol.latex.trim()} stands here without its argument`, t.span);
  if (e.usesDensity && headKey(t.symbol) === GAUSSIAN && e.symbols.find(headKey(t.symbol))?.defined !== true)
    return refuse("function/bare", `of what ${t.symbol.latex.trim()} is the density is not written here`, t.span);
  return tableValue(e, t);
}

/** `\log` alone is no number. */
const isBareFunction = (e: Elaborator, { symbol }: Scripted): boolean =>
  symbol.style === "roman" &&
  /^(log|ln|exp|tanh|sin|cos|sqrt|softmax|sigmoid|ReLU)$/.test(symbol.name) &&
  !e.symbols.isVariable(headKey(symbol));

/** A formal parameter of the function whose body is read: with its labels, or an entry of it. */
function parameterValue(e: Elaborator, t: Scripted): Value | null {
  const labelled = { ...t, sups: t.sups.filter((p) => p.bracketed) };
  const acting = { ...t, sups: t.sups.filter((p) => !p.bracketed) };
  const named = e.parameters.get(parameterKey(labelled));
  if (named !== undefined) return applySuperscripts(e, named, acting);
  const square = squareOf(e, t);
  if (square !== null) return square;
  const whole = e.parameters.get(parameterKey({ ...labelled, subs: [] }));
  if (whole === undefined) return null;
  const positions = t.subs.map((p, k) => e.position(p, whole.axes[k] ?? null));
  if (t.subs.length !== whole.axes.length)
    refuse("index/count", `${t.subs.length} positions on ${shapeText(whole.axes)}`, t.span);
  return applySuperscripts(
    e,
    scalarValue(() => whole.at(positions.map((p) => p()))),
    acting,
  );
}

/** The `\sigma^2` that is a parameter as it stands, `\mathcal{N}(x \mid \mu, \sigma^2) = \dots`, and its root σ. */
function squareOf(e: Elaborator, t: Scripted): Value | null {
  const [sup, more] = t.sups;
  const isSquare = sup !== undefined && more === undefined && scriptText(sup.content) === "2";
  if (sup !== undefined && !isSquare) return null;
  const value = e.parameters.get(`${parameterKey({ ...t, sups: [] })}^2`);
  if (value === undefined || isSquare) return value ?? null;
  return { axes: value.axes, at: (ps) => e.arena.sqrt(value.at(ps)) };
}

/** An index or a dimension used as a number: `1/N`, `(-1)^i`. */
function letterValue(e: Elaborator, t: Scripted): Value | null {
  const letter = t.subs.length === 0 && t.symbol.accents.length === 0 ? headKey(t.symbol) + "'".repeat(t.primes) : null;
  const binding = letter === null ? null : e.lookup(letter);
  if (binding !== null)
    return applySuperscripts(
      e,
      scalarValue(() => e.arena.positionValue(e.arena.at(binding.index(e.arena)))),
      t,
    );
  // A label such as D^{(1)} belongs to the name, a power does not.
  const labelled = e.dims.ofSymbol(t, e);
  if (labelled !== null) {
    const value = scalarValue(() => e.arena.dimension(labelled.dim));
    return labelled.rest.reduce((v, part) => power(e, v, part, t.span), value);
  }
  return null;
}

function tableValue(e: Elaborator, t: Scripted): Value | null {
  const found = e.symbols.resolve(t);
  const { spec } = found;
  const members = found.members.map((m, k) => memberPosition(e, spec, m, k));
  if (spec.axes === null) {
    if (found.slice !== undefined && !e.final) return null;
    if (found.entries.length > 0 && found.slice === undefined) spec.axes = found.entries.map(() => new DimVar(null));
    else if (e.final) spec.axes = [];
    else return null;
  }
  const axes = memberAxes(e, spec, members);
  if (axes === null) return null;
  const part = selected(e, found, axes);
  if (part === null) return null;
  const value: Value = {
    axes: part.axes,
    unoriented: part.isLine,
    symbol: spec.id,
    at: (ps) => {
      const tensor = tensorOf(spec, t.span);
      const isZeroing = e.zeroOutside !== "nowhere" && !e.guarded;
      const positions = isZeroing ? e.zeroed(() => part.positions(ps)) : part.positions(ps);
      const guards = isZeroing ? positions.flatMap((p, k) => guardsOf(e, p, axes[k] ?? new DimVar(null))) : [];
      const places = placesOn(axes, positions, t.span);
      // Only what a line says makes a matrix of it, and that tells nothing of the rest.
      if (members.length + places.length !== tensor.axes.length)
        refuse("unsupported/stacked", `${spoken(spec.key)} is not known to be stacked from a matrix`, t.span);
      const entry = e.arena.entry(tensor, [...members.map((m) => m()), ...places]);
      if (guards.length > 0) e.note("reading/outside", `${spoken(spec.key)} is zero outside of its range`, t.span);
      return guards.length === 0 ? entry : e.arena.multiply(...guards, entry);
    },
  };
  return found.actions.reduce<Value>((v, a) => applyAction(e, v, a, t.span), value);
}

function applyAction(e: Elaborator, v: Value, action: Action, span: Span): Value {
  if (action.kind === "power") return power(e, v, action.exponent, span);
  return action.kind === "prime" ? primed(e, v, 1, span) : applySuperscript(e, v, action.mark, span);
}

function tensorOf(spec: SymbolSpec, span: Span): Tensor {
  return spec.tensor ?? refuse("symbol/unknown", `${spoken(spec.key)} is used before anything says what it is`, span);
}

/** What an occurrence selects of a member. A small letter for a row or column is a column vector. */
export function selected(e: Elaborator, found: Occurrence, axes: readonly DimVar[]): Part | null {
  const entries = entriesOf(e, found, axes);
  if (entries === null) return null;
  const part = slice(e, { ...found, entries }, axes);
  // What words call a row is written as one or as a column.
  return found.slice === undefined || found.along === 0 ? part : { ...part, isLine: false };
}

/** The positions on the axes; those of `x_i` for row or column i of X once the shape tells which. */
function entriesOf(e: Elaborator, found: Occurrence, axes: readonly DimVar[]): readonly Syntax[] | null {
  const { slice: position, spec } = found;
  if (position === undefined) return found.entries;
  // What was thought a matrix is a column of samples.
  if (axes.length === 1 && found.entries.length === 0) return [position];
  const along = found.along ?? e.symbols.axisAlong(position, axes);
  const other = along === null ? undefined : axes[1 - along];
  if (along === null || other === undefined || axes.length !== 2) {
    if (!e.final) return null;
    return refuse("index/count", `nothing says along which axis of ${spec.key} this runs`, position.span);
  }
  if (other.isOne(e.arena)) return [position];
  const [entry] = found.entries;
  const whole = entry ?? wholeAxis(position.span);
  return along === 0 ? [position, whole] : [whole, position];
}

/** The whole, an entry, or with `:` a row or column. */
function slice(e: Elaborator, found: Occurrence, axes: readonly DimVar[]): Part {
  const { entries, spec } = found;
  if (entries.length === 0) return { axes, positions: (ps) => ps, isLine: false };
  let at = entries;
  // One letter picks an entry of a vector, also of a row or column that is written as a matrix.
  if (at.length === 1 && axes.length === 2) {
    const one = axes.findIndex((d) => d.isOne(e.arena));
    const only = at[0];
    if (one >= 0 && only !== undefined) {
      const first: Syntax = { kind: "number", text: "1", span: only.span };
      at = one === 0 ? [first, only] : [only, first];
    } else if (only !== undefined) at = lineAt(e, only, axes) ?? at;
  }
  const last = at[0];
  if (at.length !== axes.length)
    refuse(
      "index/count",
      `${spec.key} is ${shapeText(axes)} and takes ${axes.length} positions, not ${at.length}`,
      last?.span ?? spec.span,
    );
  return partOf(e, axes, at);
}
