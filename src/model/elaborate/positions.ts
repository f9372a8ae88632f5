import { diagnostic, refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Dim, Node, Position } from "../../expression/node.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { DimVar, isLoneName } from "../sizes/dimensions.js";
import { bindings, letterOf } from "../symbols/letters.js";
import { isOnlyRow, isWholeAxis, plainSymbol, scriptText, takeApart } from "../symbols/scripts.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import { dimText, type LetterBinding, shapeText, type Value } from "../values/value.js";
import type { Elaborator } from "./elaborator.js";

/*
 * Expressions that stand where a position does: below a symbol, in a condition, as the member of a family.
 */

export function entryOf(e: Elaborator, base: Value, sub: Syntax): Value {
  const written = sub.kind === "list" || sub.kind === "juxtaposition" ? sub.items : [sub];
  const parts = (written.length === 1 ? lineAt(e, sub, base.axes) : null) ?? written;
  if (parts.length !== base.axes.length)
    refuse("index/count", `${parts.length} positions on ${shapeText(base.axes)}`, sub.span);
  const part = partOf(e, base.axes, parts);
  return { axes: part.axes, at: (ps) => base.at(part.positions(ps)), unoriented: part.isLine };
}

/**
 * `Z_n` of a matrix in what is claimed: its row n, or its column, where the letter tells which. A forward pass in which a
 * matrix has one position is more likely to forget that there are several samples.
 */
export function lineAt(e: Elaborator, position: Syntax, axes: readonly DimVar[]): readonly Syntax[] | null {
  const isClaim = e.namedDerivative !== null;
  const along = isClaim && axes.length === 2 ? e.symbols.axisAlong(position, axes) : null;
  if (along === null) return null;
  e.note("reading/line", `one position on a matrix picks its ${along === 0 ? "row" : "column"}`, position.span);
  return along === 0 ? [position, wholeAxis(position.span)] : [wholeAxis(position.span), position];
}

/** `:` as if it were written. */
export const wholeAxis = (span: Span): Syntax => plainSymbol(":", span);

/** Part of an array: the axes that stay whole, and the positions on all of them. */
export interface Part {
  readonly axes: readonly DimVar[];
  readonly positions: (ps: readonly Position[]) => readonly Position[];
  /** One row or one column of a matrix. */
  readonly isLine: boolean;
}

/** What positions pick, one for each axis; `:` leaves an axis whole, and of an only row one place is left. */
export function partOf(e: Elaborator, axes: readonly DimVar[], at: readonly Syntax[]): Part {
  const first = e.arena.literal(1);
  const fixed = at.map((p, k) => (isWholeAxis(p) || isOnlyRow(p) ? null : e.position(p, axes[k] ?? null)));
  const left = axes.map((d, k) => (at.some((p, n) => n === k && isOnlyRow(p)) ? new DimVar(e.arena.oneDim) : d));
  const whole = left.filter((_, k) => fixed[k] === null);
  return {
    axes: whole,
    positions: (ps) => {
      const rest = [...ps];
      return fixed.map((f) => (f === null ? (rest.shift() ?? first) : f()));
    },
    isLine: whole.length === 1 && axes.length === 2,
  };
}

/** A position that selects a member of a family; what it sees widens the family's range. */
export function memberPosition(e: Elaborator, spec: SymbolSpec, s: Syntax, slot: number): () => Position {
  const letter = letterOf(s);
  const binding = letter === null ? null : e.lookup(letter);
  const size = spec.slotSize(slot);
  if (binding !== null && binding.range === null) {
    const written = slot < spec.supSlots || spec.axes?.length !== 0 ? e.letters.rangeOf(binding.letter) : null;
    const range = written === null || binding.size.dim !== null ? null : e.writtenRange(written);
    if (range !== null && range.low !== e.arena.oneDim) binding.range = range;
    else if (size.dim === null || binding.size.dim === null) size.unify(binding.size);
    runsOverAll(e, spec, binding, slot);
  }
  const position = e.position(s, null);
  const record = spec.slotRanges[slot] ?? [];
  spec.slotRanges[slot] = record;
  const old = record.findIndex((r) => r.syntax === s);
  if (old < 0) record.push({ syntax: s, position });
  else if (!e.final) record[old] = { syntax: s, position };
  return position;
}

/** A letter of which nothing else tells runs over all members that the forward pass found. */
function runsOverAll(e: Elaborator, { tensor }: SymbolSpec, binding: LetterBinding, slot: number): void {
  const range = tensor?.axes[slot];
  if (binding.size.dim !== null || binding.range !== null || range === undefined) return;
  if (range.low === e.arena.oneDim) binding.size.unify(new DimVar(range.high));
  else binding.range = range;
}

/** A letter and its axis have one size; a name that only a limit mentions is a second name of the axis's. */
function sameSize(e: Elaborator, binding: LetterBinding, axis: DimVar, s: Syntax): void {
  const [a, b] = [binding.size.dim, axis.dim];
  if (a !== null && b !== null && a !== b && e.dims.isSoft(a) && isLoneName(b)) {
    const name = dimText(binding.size);
    if (e.symbols.withHead(name).some((spec) => (spec.axes ?? []).length > 0))
      refuse("shape/index-range", `${name} is no size, and ${binding.letter} runs up to it`, s.span);
    e.dims.aliasDim(a, b);
    e.diagnostics.push(
      diagnostic(
        "warning",
        "reading/size",
        `${shapeText([binding.size])} is taken to be ${shapeText([axis])}, the size of the axis that ${binding.letter} runs over`,
        s.span,
      ),
    );
  }
  binding.size.unify(axis);
}

/** How far a position runs, and whether it may leave an axis of some size on either side. */
function reachOf({ arena }: Elaborator, p: Position, size: Dim) {
  let [low, high] = [p.offset, p.offset];
  for (const [i, c] of p.terms) {
    const ends = [arena.scaleDim(i.range.low, c), arena.scaleDim(i.range.high, c)];
    low = arena.addDims(low, ends[c > 0 ? 0 : 1] ?? arena.zeroDim);
    high = arena.addDims(high, ends[c > 0 ? 1 : 0] ?? arena.zeroDim);
  }
  const above = arena.integerOf(arena.subtractDims(size, high));
  const below = arena.integerOf(arena.subtractDims(low, arena.oneDim));
  return { low, high, above, below };
}

/** A position that surely leaves its axis, or that nothing keeps on it, is refused. */
function onAxis(e: Elaborator, p: Position, axis: DimVar | null, s: Syntax): Position {
  const size = axis?.dim ?? null;
  if (size === null || p.value !== null || e.guarded || (e.zeroing && mayLeave(e, p))) return p;
  const { low, high, above, below } = reachOf(e, p, size);
  if (below === null && mayLeave(e, p) && isBelow(low)) e.mayFallBelow = true;
  const literal = p.terms.length === 0 && e.arena.integerOf(p.offset) !== null;
  if ((below !== null && below < 0) || (above !== null && above < 0) || (above === null && !literal))
    refuse(
      "shape/index-range",
      `${scriptText(s)} runs from ${dimText(new DimVar(low))} to ${dimText(new DimVar(high))}, the axis has ${dimText(new DimVar(size))} entries`,
      s.span,
      "declare the sizes so that they fit, N = M + K - 1",
    );
  return p;
}

/** A number less sizes, `2 - m`. */
const isBelow = ({ terms }: Dim): boolean => terms.every((t) => t.powers.length === 0 || t.coefficient < 0);

/** Of `t - i`, where one letter is taken from another, a convolution is made. */
const mayLeave = (e: Elaborator, { terms }: Position): boolean =>
  e.zeroOutside === "everywhere" || (terms.some(([, c]) => c > 0) && terms.some(([, c]) => c < 0));

/** Conditions that a position is on its axis, those that are not so in any case. */
export function guardsOf(e: Elaborator, p: Position, { dim: size }: DimVar): readonly Node[] {
  const { arena } = e;
  if (size === null || p.value !== null || p.terms.length === 0 || !mayLeave(e, p)) return [];
  const { above, below } = reachOf(e, p, size);
  const turned = arena.position(
    p.terms.map(([i, c]) => [i, -c] as const),
    arena.subtractDims(size, p.offset),
  );
  return [
    ...(below !== null && below >= 0 ? [] : [arena.iverson("nonnegative", arena.shift(p, arena.constantDim(-1)))]),
    ...(above !== null && above >= 0 ? [] : [arena.iverson("nonnegative", turned)]),
  ];
}

/** A position on an axis; a plain letter that runs from 1 makes its range the axis's. */
export function readPosition(e: Elaborator, s: Syntax, axis: DimVar | null): () => Position {
  const arena = e.arena;
  const letter = letterOf(s);
  if (letter !== null) {
    const binding = e.lookup(letter);
    if (binding !== null) {
      if (axis !== null && binding.range === null) sameSize(e, binding, axis, s);
      return () => onAxis(e, arena.at(binding.index(arena)), axis, s);
    }
  }
  if (s.kind === "group") return e.position(s.body, axis);
  if (s.kind === "number") {
    const value = wholeNumber(s.text);
    if (value === null)
      return refuse("index/unknown", `${s.text} is no position`, s.span, "positions are whole numbers");
    return () => onAxis(e, arena.literal(value), axis, s);
  }
  if (s.kind === "sum") {
    const total = sumOfPositions(e, s);
    return () => onAxis(e, total(), axis, s);
  }
  const multiple = s.kind === "juxtaposition" || s.kind === "product" ? multipleOf(e, s.items) : null;
  if (multiple !== null) return () => onAxis(e, multiple(), axis, s);
  const argument = argumentPosition(e, s);
  if (argument !== null) return argument.position;
  const dim = e.dims.read(s, e);
  if (dim !== null) return () => arena.atDim(dim);
  const t = takeApart(s);
  if (t !== null) {
    const found = e.symbols.resolve(t);
    if (found.spec.integer) {
      const value = e.value(s);
      return () => arena.atValue(value.at([]));
    }
  }
  return refuse(
    "index/unknown",
    `${scriptText(s)} is no index here`,
    s.span,
    letter !== null && e.letters.isIndex(letter)
      ? "a sum ends at the next + or -: put what it sums in parentheses, or say how far the letter runs"
      : "bind it by a sum, or say how far it runs",
  );
}

const wholeNumber = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null);

/** `2 i`. */
function multipleOf(e: Elaborator, items: readonly Syntax[]): (() => Position) | null {
  const [a, b] = items;
  const factor = a?.kind === "number" ? wholeNumber(a.text) : null;
  if (items.length !== 2 || factor === null || b === undefined) return null;
  const { arena } = e;
  const position = e.position(b, null);
  return () => {
    const { terms, offset } = position();
    return arena.position(
      terms.map(([i, c]) => [i, c * factor] as const),
      arena.scaleDim(offset, factor),
    );
  };
}

/** `i + k - 1`. */
function sumOfPositions(e: Elaborator, s: SyntaxOf<"sum">): () => Position {
  const { arena } = e;
  const parts = s.terms.map((t) => ({ sign: t.sign, position: e.position(t.body, null) }));
  return () =>
    parts.reduce(
      (sum, part) => {
        const p = part.position();
        if (p.value !== null && part.sign < 0)
          refuse("index/unsupported", "a gathered index cannot be subtracted", s.span);
        const terms = [...sum.terms, ...p.terms.map(([i, c]) => [i, c * part.sign] as const)];
        const offset = arena.addDims(sum.offset, arena.scaleDim(p.offset, part.sign));
        return arena.position(terms, offset, sum.value ?? p.value);
      },
      arena.position([], arena.zeroDim),
    );
}

/** `\arg\max_q Z_{cq}` as a position: where the entry is greatest. */
function argumentPosition(
  e: Elaborator,
  s: Syntax,
): { readonly position: () => Position; readonly letter: LetterBinding } | null {
  if (!isArgument(s) || s.body === null) return null;
  const [first, ...more] = bindings(s.sub, s.sup);
  if (first === undefined || more.length > 0) return null;
  const { body } = s;
  const letter = e.bind(first, true);
  const value = e.within([letter], () => e.elaborate(body));
  if (value === null || value.axes.length > 0) return null;
  const op = s.operator.includes("min") ? "min" : "max";
  return {
    letter,
    position: () => e.arena.atValue(e.arena.argument(op, letter.index(e.arena), value.at([]))),
  };
}

export function unifyLetters(e: Elaborator, a: Syntax, b: Syntax): void {
  const [x, y] = [a, b].map((s) => {
    const l = letterOf(s);
    return l === null ? (argumentPosition(e, s)?.letter ?? null) : e.lookup(l);
  });
  if (x != null && y != null && x.range === null && y.range === null) x.size.unify(y.size);
}

export function isPositional(e: Elaborator, s: Syntax): boolean {
  if (s.kind === "number") return /^\d+$/.test(s.text);
  if (isArgument(s)) return true;
  const letter = letterOf(s);
  if (letter !== null && e.lookup(letter) !== null) return true;
  if (s.kind === "sum") return s.terms.every((t) => isPositional(e, t.body));
  if (e.dims.read(s, e) !== null) return true;
  const t = takeApart(s);
  return t !== null && e.symbols.isInteger(t);
}

const isArgument = (s: Syntax): s is SyntaxOf<"big"> => s.kind === "big" && s.operator.includes("arg");
