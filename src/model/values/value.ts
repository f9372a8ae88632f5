import { refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Arena } from "../../expression/arena.js";
import type { DimAtom, Index, Node, Position, Range, Tensor } from "../../expression/node.js";
import { DimVar } from "../sizes/dimensions.js";

/**
 * What a piece of a formula stands for: a shape, and an entry for each tuple of positions. `at` is called only when
 * all shapes are known; before that the shapes alone are used.
 */
export interface Value {
  readonly axes: readonly DimVar[];
  readonly at: (positions: readonly Position[]) => Node;
  /** Set for `A ⊗ B` of matrices: what it is made of. */
  readonly kronecker?: readonly [Value, Value];
  /** A row or column of a matrix, `W_{k,:}`: people write it as either. */
  readonly unoriented?: boolean;
  /** Set for the inner product of two such lines: their outer product. */
  readonly asMatrix?: Value;
  /** Set for a symbol as it stands: its `id`. */
  readonly symbol?: string;
  /** Set for a derivative, and for a product of some by the chain rule: what it is before it is laid out. */
  readonly derivative?: DerivativeParts;
}

/** `\partial a/\partial b` with the axes of a first, whatever layout the author writes in. */
export interface DerivativeParts {
  readonly of: Tensor;
  readonly by: Tensor;
  readonly outputs: readonly DimVar[];
  readonly inputs: readonly DimVar[];
  readonly at: (positions: readonly Position[]) => Node;
  /** Puts a derivative with these parts into the author's layout. */
  readonly laidOut: (parts: DerivativeParts) => Value;
}

export const scalarValue = (node: () => Node): Value => ({ axes: [], at: node });

/** A letter that a sum binds or a left side leaves free. */
export class LetterBinding {
  readonly letter: string;
  /** Its number of values, where it runs from 1; found by unification. */
  readonly size: DimVar;
  /** Set where a range was written. */
  range: Range | null;
  /** The left side does not name it: where a sum over it stands before, it may belong to that. */
  isStray = false;
  readonly #bound: boolean;
  readonly #fallback: () => Range;
  #index: Index | null = null;

  constructor(letter: string, size: DimVar, range: Range | null, bound: boolean, fallback: () => Range) {
    this.letter = letter;
    this.size = size;
    this.range = range;
    this.#bound = bound;
    this.#fallback = fallback;
  }

  /** Known once shapes are. */
  finalRange(arena: Arena): Range {
    if (this.range !== null) return this.range;
    const dim = this.size.dim;
    return dim === null ? this.#fallback() : arena.upTo(dim);
  }

  /** A bound letter gets an index of its own, so that an inner use of the letter cannot be captured. */
  index(arena: Arena): Index {
    this.#index ??= this.#bound
      ? arena.freshIndex(this.finalRange(arena))
      : arena.index(this.letter, this.finalRange(arena));
    return this.#index;
  }
}

/** How the axes of two operands of an entry-by-entry operation go together. */
export interface Alignment {
  readonly axes: readonly DimVar[];
  /** For each operand, its positions from those of the result. */
  readonly pick: readonly ((ps: readonly Position[]) => readonly Position[])[];
  /** Set where one was spread over the other: what to tell the reader. */
  readonly broadcast: string | null;
}

const same = (ps: readonly Position[]): readonly Position[] => ps;
const none = (): readonly Position[] => [];

/** Equal shapes; or a scalar, row or column spread over the rest. `null` if they do not go together. */
export function align(arena: Arena, a: readonly DimVar[], b: readonly DimVar[]): Alignment | null {
  const isScalar = (x: readonly DimVar[]): boolean => x.every((d) => d.isOne(arena));
  const first = arena.literal(1);
  if (a.length === b.length && a.every((d, k) => sameAxis(d, b[k]))) {
    a.forEach((d, k) => {
      const other = b[k];
      if (other !== undefined) d.unify(other);
    });
    return { axes: a, pick: [same, same], broadcast: null };
  }
  if (a.length === 0) return { axes: b, pick: [none, same], broadcast: null };
  if (b.length === 0) return { axes: a, pick: [same, none], broadcast: null };
  if (isScalar(a)) return { axes: b, pick: [() => a.map(() => first), same], broadcast: null };
  if (isScalar(b)) return { axes: a, pick: [same, () => b.map(() => first)], broadcast: null };
  const spread = spreadOver(arena, a, b);
  if (spread !== null) return { axes: b, pick: [spread.pick, same], broadcast: spread.how };
  const other = spreadOver(arena, b, a);
  return other === null ? null : { axes: a, pick: [same, other.pick], broadcast: other.how };
}

const sameAxis = (d: DimVar, e: DimVar | undefined): boolean => e !== undefined && d.compatible(e);

function spreadOver(
  arena: Arena,
  small: readonly DimVar[],
  large: readonly DimVar[],
): { how: string; pick: (ps: readonly Position[]) => readonly Position[] } | null {
  const [rows, columns] = large;
  const [s, t] = small;
  if (large.length !== 2 || rows === undefined || columns === undefined || s === undefined) return null;
  const first = arena.literal(1);
  if (small.length === 2 && t !== undefined) {
    if (s.isOne(arena) && t.compatible(columns)) {
      t.unify(columns);
      return { how: "the row is added to every row", pick: ([, j]) => [first, j ?? first] };
    }
    if (t.isOne(arena) && s.compatible(rows)) {
      s.unify(rows);
      return { how: "the column is used for every column", pick: ([i]) => [i ?? first, first] };
    }
    return null;
  }
  if (small.length !== 1) return null;
  // As many rows as columns: a vector is a column.
  if (s.same(rows)) return { how: "the column is used for every column", pick: ([i]) => [i ?? first] };
  if (s.same(columns)) return { how: EVERY_ROW, pick: ([, j]) => [j ?? first] };
  return null;
}

/** How a vector is added to a matrix whose rows are as long as it. */
export const EVERY_ROW = "the vector is used for every row";

export function shapeText(axes: readonly DimVar[]): string {
  if (axes.length === 0) return "a scalar";
  const names = axes.map((d) => dimText(d));
  return names.length === 1 ? `${names[0]}×1` : names.join("×");
}

/** A size as text; `letter` stands for the index of the family whose member it is the size of. */
export function dimText(d: DimVar, letter = ""): string {
  const { dim, parts } = d;
  if (parts !== null) return parts.map((part) => dimText(part, letter)).join("·");
  if (dim === null) return "?";
  if (dim.terms.length === 0) return "0";
  return dim.terms
    .map((t, k) => {
      const name = t.powers
        .map(([a, n]) => [memberText(a, letter), n] as const)
        .map(([text, n]) => (n === 1 ? text : `${text}^${n}`))
        .join(" ");
      const size = Math.abs(t.coefficient);
      const body = name === "" ? String(size) : size === 1 ? name : `${size}${name}`;
      return `${t.coefficient < 0 ? "-" : k > 0 ? "+" : ""}${body}`;
    })
    .join("");
}

/** `n_{l-1}` of a family of sizes. */
function memberText({ latex, at }: DimAtom, letter: string): string {
  if (at === null) return latex;
  const terms = at.terms.map(([i, c]) => {
    const name = letter !== "" && i.name.startsWith("$") ? letter : i.name;
    return `${c < 0 ? "-" : "+"}${Math.abs(c) === 1 ? "" : Math.abs(c)}${name}`;
  });
  const offset = at.offset.terms.length === 0 ? "" : dimText(new DimVar(at.offset), letter);
  const position = `${terms.join("")}${offset === "" || offset.startsWith("-") || terms.length === 0 ? "" : "+"}${offset}`;
  return latex.replace(/\{#\d\}/, position.replace(/^\+/, "") || "0");
}

/** Entry by entry, with spreading; refuses with both shapes where they do not go together. */
export function alignOrRefuse(arena: Arena, a: Value, b: Value, what: string, span: Span): Alignment {
  const alignment = align(arena, a.axes, b.axes);
  if (alignment === null)
    refuse(
      "shape/clash",
      `${what} needs equal shapes, and these are ${shapeText(a.axes)} and ${shapeText(b.axes)}`,
      span,
    );
  return alignment;
}
