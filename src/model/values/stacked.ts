import { refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Arena } from "../../expression/arena.js";
import type { Index, Node, Position } from "../../expression/node.js";
import { DimVar } from "../sizes/dimensions.js";
import { known } from "../sizes/sizes.js";
import type { Value } from "./value.js";

/*
 * vec(X) and A ⊗ B have axes that are pairs of axes: entry (j-1)m + i of vec(X) is X_ij. A position on such an axis is a
 * pair of positions, so that no quotient and no remainder is needed; it never reaches a node.
 */

const pairs = new WeakMap<Position, readonly [Position, Position]>();

/** A position on a stacked axis: the outer one runs slowly, the inner one fast. */
function pairOf(arena: Arena, outer: Position, inner: Position): Position {
  const position: Position = Object.freeze({
    key: `<${outer.key};${inner.key}>`,
    terms: [],
    offset: arena.zeroDim,
    value: null,
  });
  pairs.set(position, [outer, inner]);
  return position;
}

/** Outer and inner part of a position on a stacked axis. */
export function partsOf(p: Position | undefined): readonly [Position, Position] {
  const parts = p === undefined ? undefined : pairs.get(p);
  return (
    parts ??
    refuse(
      "unsupported/stacked",
      "the axis of vec or ⊗ has no single index here",
      null,
      "write vec or ⊗ out where its rows and columns are stacked the same way",
    )
  );
}

export const isPair = (p: Position): boolean => pairs.has(p);

/** The positions that a pair stands for, outermost first. */
export const unstacked = (p: Position): readonly Position[] => (isPair(p) ? partsOf(p).flatMap(unstacked) : [p]);

/**
 * The positions of an entry: those on a stacked axis are the two of the matrix that is stacked, the others stay. A single position on
 * a stacked axis, and a pair on another, name no entry.
 */
export function placesOn(
  axes: readonly DimVar[],
  positions: readonly Position[],
  span: Span | null,
): readonly Position[] {
  return positions.flatMap((p, k) => {
    if (axes[k] != null && axes[k].parts !== null) return placesOn(axes[k].parts, partsOf(p), span);
    if (isPair(p))
      refuse("unsupported/stacked", "a vector of this length is not known to be stacked from a matrix", span);
    return [p];
  });
}

/** The axes of the array whose entries are stacked. */
export const partsOfAxes = (axes: readonly DimVar[]): readonly DimVar[] =>
  axes.flatMap((d) => (d.parts === null ? [d] : partsOfAxes(d.parts)));

/** Fresh indices for one axis, and the position they make: one index, for a stacked axis one for each part. */
export function axisAt(
  arena: Arena,
  d: DimVar,
  make: (d: DimVar) => Index = (x) => arena.freshIndex(arena.upTo(known(x))),
): { readonly indices: readonly Index[]; readonly at: Position } {
  const parts = d.parts;
  if (parts === null) {
    const index = make(d);
    return { indices: [index], at: arena.at(index) };
  }
  const [outer, inner] = parts.map((x) => axisAt(arena, x, make));
  if (outer === undefined || inner === undefined) throw new Error("internal: a stacked axis has two parts");
  return { indices: [...outer.indices, ...inner.indices], at: pairOf(arena, outer.at, inner.at) };
}

/** The first position of an axis. */
export const firstOf = (arena: Arena, d: DimVar): Position =>
  d.parts === null ? arena.literal(1) : pairOf(arena, firstOf(arena, d.parts[0]), firstOf(arena, d.parts[1]));

/** `δ_pq` on an axis of either kind. */
export function deltaAt(arena: Arena, p: Position, q: Position): Node {
  if (!isPair(p) && !isPair(q)) return arena.delta(p, q);
  const [a, b] = [partsOf(p), partsOf(q)];
  return arena.multiply(deltaAt(arena, a[0], b[0]), deltaAt(arena, a[1], b[1]));
}

/** The columns of a matrix below each other. */
export function vec(arena: Arena, v: Value, span: Span): Value {
  const [m, n] = v.axes;
  if (m === undefined || n === undefined) return v;
  if (v.axes.length > 2) return refuse("shape/matrix", "vec needs a matrix", span);
  const columns = joint(arena, n, m);
  return {
    axes: [columns.axis],
    at: ([p]) => {
      const [column, row] = columns.split(p ?? arena.literal(1));
      return v.at([row, column]);
    },
  };
}

/** The matrix of which a column is the stack. */
export const unvec = (arena: Arena, [columns, rows]: readonly [DimVar, DimVar], v: Value): Value => ({
  axes: [rows, columns],
  at: ([i, j]) => v.at([pairOf(arena, j ?? arena.literal(1), i ?? arena.literal(1))]),
});

/** `(A ⊗ B)` at the pairs `(i, k), (j, l)` is `A_ij B_kl`; of two columns, a column. */
export function kronecker(arena: Arena, a: Value, b: Value, one: () => DimVar): Value {
  const [x, y] = [asMatrix(arena, a, one), asMatrix(arena, b, one)];
  const columns = a.axes.length === 1 && b.axes.length === 1;
  const [m, n] = x.axes;
  const [p, q] = y.axes;
  if (m === undefined || n === undefined || p === undefined || q === undefined)
    throw new Error("internal: a matrix has two axes");
  const first = arena.literal(1);
  const rows = joint(arena, m, p);
  if (columns)
    return {
      axes: [rows.axis],
      at: ([r]) => {
        const [i, k] = rows.split(r ?? first);
        return arena.multiply(x.at([i, first]), y.at([k, first]));
      },
    };
  const across = joint(arena, n, q);
  return {
    axes: [rows.axis, across.axis],
    at: ([r, c]) => {
      const [[i, k], [j, l]] = [rows.split(r ?? first), across.split(c ?? first)];
      return arena.multiply(x.at([i, j]), y.at([k, l]));
    },
    kronecker: [a, b],
  };
}

interface Joint {
  readonly axis: DimVar;
  readonly split: (p: Position) => readonly [Position, Position];
}

/** The axis that two axes make; an axis of size one adds nothing. */
function joint(arena: Arena, d: DimVar, e: DimVar): Joint {
  const first = arena.literal(1);
  if (d.isOne(arena)) return { axis: e, split: (p) => [first, p] };
  if (e.isOne(arena)) return { axis: d, split: (p) => [p, first] };
  return { axis: DimVar.stacked(d, e), split: partsOf };
}

function asMatrix(arena: Arena, v: Value, one: () => DimVar): Value {
  if (v.axes.length === 2) return v;
  const [n] = v.axes;
  return { axes: [n ?? one(), one()], at: ([i]) => v.at(n === undefined ? [] : [i ?? arena.literal(1)]) };
}
