import { Fraction } from "fraction.js";
import { freeOfRange } from "../../expression/arena.js";
import type { Dim, Index, Position, Range } from "../../expression/node.js";
import {
  aligned,
  type Code,
  code,
  jointAxes,
  LOOSE,
  number,
  PRIMARY,
  PRODUCT,
  SUM,
  sumOf,
  union,
  within,
} from "./code.js";
import type { Scalars, Scope } from "./scope.js";

/*
 * Indexing. Plain indices and integer shifts that provably stay inside their axis are slices; everything else is an
 * index array, clipped where the bounds are not proved: what is clipped is multiplied by a zero guard anyway.
 */

type Slot =
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "slice"; readonly text: string; readonly index: Index }
  | { readonly kind: "array"; readonly code: Code };

/** Gives the code of an integer node that is used as a position. */
export type ValueOf = (position: Position) => Code | null;

/** `low..high` as an array of integers. */
function arangeOf(scope: Scope, low: Dim, high: Dim, index: Index, scalars: Scalars): Code {
  const start = scope.dim(low, scalars);
  const end = scope.dim(scope.arena.addDims(high, scope.arena.oneDim), scalars);
  return code(start === "0" ? `np.arange(${end})` : `np.arange(${start}, ${end})`, PRIMARY, [index]);
}

/** A position as a number or an array of integers over its indices. */
export function affine(
  scope: Scope,
  position: Position,
  scalars: Scalars,
  gathered: ValueOf,
  want: readonly Index[],
): Code {
  const { arena } = scope;
  const terms: { code: Code; negative: boolean }[] = [];
  let offset = position.offset;
  const arrays = position.terms.filter(([i]) => !scalars.has(i));
  const add = (term: Code, coefficient: number): void => {
    const size = Math.abs(coefficient);
    terms.push({
      code: size === 1 ? term : code(`${size} * ${within(term, PRODUCT)}`, PRODUCT, term.axes),
      negative: coefficient < 0,
    });
  };
  for (const [index, coefficient] of position.terms) {
    const name = scalars.get(index);
    if (name !== undefined) add(code(name, PRIMARY), coefficient);
    else if (arrays.length === 1 && coefficient === 1) {
      // The offset goes into the bounds: np.arange(0, N) for i - 1.
      const low = arena.addDims(index.range.low, offset);
      add(arangeOf(scope, low, arena.addDims(index.range.high, offset), index, scalars), 1);
      offset = arena.zeroDim;
    } else {
      // Several arrays count from zero each, and their lows go into the offset.
      add(
        arangeOf(scope, arena.zeroDim, arena.subtractDims(index.range.high, index.range.low), index, scalars),
        coefficient,
      );
      offset = arena.addDims(offset, arena.scaleDim(index.range.low, coefficient));
    }
  }
  if (position.value !== null) {
    const value = gathered(position);
    if (value !== null) terms.push({ code: value, negative: false });
  }
  if (offset.terms.length > 0 || terms.length === 0) terms.push(signedDim(scope, offset, scalars));
  const [only] = terms;
  if (terms.length === 1 && only !== undefined && !only.negative)
    return aligned(only.code, jointAxes([only.code], want));
  return sumOf(terms, want);
}

function signedDim(scope: Scope, dim: Dim, scalars: Scalars): { code: Code; negative: boolean } {
  const integer = scope.arena.integerOf(dim);
  if (integer !== null) return { code: number(new Fraction(Math.abs(integer))), negative: integer < 0 };
  return { code: dimCode(scope, dim, scalars), negative: false };
}

export function dimCode(scope: Scope, dim: Dim, scalars: Scalars): Code {
  const text = scope.dim(dim, scalars);
  const level = /^[\w.[\]]+$/.test(text) ? PRIMARY : dim.terms.length === 1 ? PRODUCT : SUM;
  return code(text, level);
}

/** The entries of the array called `name`, whose axes have the given ranges, at `at`. */
export function indexed(
  scope: Scope,
  name: string,
  ranges: readonly Range[],
  at: readonly Position[],
  scalars: Scalars,
  gathered: ValueOf,
): Code {
  const slots = at.map((p, k) => slot(scope, p, ranges[k], scalars, gathered));
  const slices = slots.flatMap((s) => (s.kind === "slice" ? [s.index] : []));
  const repeated = new Set(slices).size < slices.length;
  const arrays = slots.flatMap((s) => (s.kind === "array" ? [s.code] : []));
  if (arrays.length === 0 && !repeated) return basic(name, slots, slices);
  const [only] = arrays;
  const axesInArrays = union(arrays.map((a) => a.axes));
  if (arrays.length === 1 && only !== undefined && !repeated && !slices.some((i) => axesInArrays.includes(i)))
    return single(name, slots, only);
  return general(scope, name, slots, at, ranges, scalars);
}

function basic(name: string, slots: readonly Slot[], axes: readonly Index[]): Code {
  const texts = slots.map((s) => (s.kind === "array" ? "" : s.text));
  while (texts.at(-1) === ":") texts.pop();
  return code(texts.length === 0 ? name : `${name}[${texts.join(", ")}]`, PRIMARY, axes);
}

// One index array among slices keeps its place, if numbers have been taken out first.
function single(name: string, slots: readonly Slot[], array: Code): Code {
  const numbers = slots.some((s) => s.kind === "number");
  const first = slots.map((s) => (s.kind === "number" ? s.text : ":"));
  while (first.at(-1) === ":") first.pop();
  const base = numbers ? `${name}[${first.join(", ")}]` : name;
  const rest = slots.filter((s) => s.kind !== "number").map((s) => (s.kind === "slice" ? s.text : array.text));
  while (rest.at(-1) === ":") rest.pop();
  const axes = slots.flatMap((s) => (s.kind === "slice" ? [s.index] : s.kind === "array" ? array.axes : []));
  return code(`${base}[${rest.join(", ")}]`, PRIMARY, axes);
}

function general(
  scope: Scope,
  name: string,
  slots: readonly Slot[],
  at: readonly Position[],
  ranges: readonly Range[],
  scalars: Scalars,
): Code {
  const codes = slots.map((s, k): Code => {
    if (s.kind === "array") return s.code;
    if (s.kind === "number") return code(s.text, LOOSE);
    const position = at[k];
    const range = ranges[k];
    if (position === undefined || range === undefined) throw new Error("internal: a slot without a position");
    return affine(scope, scope.arena.shift(position, scope.arena.scaleDim(range.low, -1)), scalars, () => null, []);
  });
  const axes = union(codes.map((c) => c.axes));
  return code(`${name}[${codes.map((c) => aligned(c, axes).text).join(", ")}]`, PRIMARY, axes);
}

function slot(scope: Scope, position: Position, range: Range | undefined, scalars: Scalars, gathered: ValueOf): Slot {
  if (range === undefined) throw new Error("internal: more positions than axes");
  const { arena } = scope;
  const free = position.terms.filter(([i]) => !scalars.has(i));
  if (position.value === null && free.length === 0)
    return { kind: "number", text: scope.place(position, scalars, range.low) };
  const [term] = free;
  const fixed = arena.position(
    position.terms.filter(([i]) => scalars.has(i)),
    position.offset,
  );
  if (position.value === null && free.length === 1 && term !== undefined && term[1] === 1 && fixed.terms.length === 0) {
    const text = slice(scope, term[0], position.offset, range, scalars);
    if (text !== null) return { kind: "slice", text, index: term[0] };
  }
  const shifted = arena.shift(position, arena.scaleDim(range.low, -1));
  const array = affine(scope, shifted, scalars, gathered, []);
  if (position.value !== null || provablyInside(scope, position, range)) return { kind: "array", code: array };
  const last = scope.dim(arena.subtractDims(range.high, range.low), scalars);
  return { kind: "array", code: code(`np.clip(${array.text}, 0, ${last})`, PRIMARY, array.axes) };
}

function slice(scope: Scope, index: Index, offset: Dim, range: Range, scalars: Scalars): string | null {
  const { arena } = scope;
  const start = arena.subtractDims(arena.addDims(index.range.low, offset), range.low);
  const slack = arena.subtractDims(range.high, arena.addDims(index.range.high, offset));
  const below = arena.integerOf(start);
  const above = arena.integerOf(slack);
  if (below === null || above === null || below < 0 || above < 0) return null;
  if (below === 0 && above === 0) return ":";
  const end = above === 0 ? "" : scope.dim(arena.addDims(start, arena.size(index.range)), scalars);
  return `${below === 0 ? "" : below}:${end}`;
}

/** Do the extreme values of the position stay inside, as far as constants tell? */
function provablyInside(scope: Scope, position: Position, range: Range): boolean {
  const { arena } = scope;
  let least = position.offset;
  let most = position.offset;
  for (const [i, c] of position.terms) {
    if (freeOfRange(i.range).length > 0) return false;
    least = arena.addDims(least, arena.scaleDim(c > 0 ? i.range.low : i.range.high, c));
    most = arena.addDims(most, arena.scaleDim(c > 0 ? i.range.high : i.range.low, c));
  }
  const below = arena.integerOf(arena.subtractDims(least, range.low));
  const above = arena.integerOf(arena.subtractDims(range.high, most));
  return below !== null && above !== null && below >= 0 && above >= 0;
}
