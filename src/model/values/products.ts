import { refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Arena } from "../../expression/arena.js";
import type { Node, Position } from "../../expression/node.js";
import { DimVar } from "../sizes/dimensions.js";
import { axisAt, kronecker as stackedProduct } from "./stacked.js";
import { type Alignment, align, alignOrRefuse, type DerivativeParts, shapeText, type Value } from "./value.js";

/** What the products of two values need of their surroundings. */
export interface ProductContext {
  readonly arena: Arena;
  /** Tells the reader which of several products was meant. */
  readonly note: (code: string, message: string, span: Span) => void;
  /** The worksheet takes ⊗ for Kronecker's product, also between columns. */
  usesKronecker: boolean;
  /** Set where `\cdot` between equal columns is read entry by entry. */
  dotted: boolean;
  /** Jacobians that were read entry by entry, beside a ⊙: that holds where they are diagonal. */
  readonly diagonals: DerivativeParts[];
  /** In which order Jacobians were multiplied: `\partial y/\partial u \, \partial u/\partial x`, or the outer one behind. */
  readonly chainOrders: Set<"outer-first" | "inner-first">;
  /** How often the outer one stood behind. */
  innerFirst: number;
  readonly dotIsInner: boolean;
  /** Below a sum without an index, `\sum y \log a`: it runs over entries. */
  sumsEntries: boolean;
  /** The text says that products of columns are entry by entry. */
  readonly entrywiseProducts: boolean;
}

export const isScalar = (v: Value): boolean => v.axes.length === 0;

/** A product whose every axis has size one is a number. */
export function collapse(arena: Arena, v: Value): Value {
  if (v.axes.length === 0 || !v.axes.every((d) => d.isOne(arena))) return v;
  const ones = v.axes.map(() => arena.literal(1));
  return { axes: [], at: () => v.at(ones) };
}

export function scale(arena: Arena, factor: Value, v: Value): Value {
  const times =
    (f: Value["at"]): Value["at"] =>
    (ps) =>
      arena.multiply(factor.at([]), f(ps));
  const { kronecker, derivative } = v;
  return {
    ...v,
    at: times(v.at),
    ...(kronecker === undefined ? {} : { kronecker: [scale(arena, factor, kronecker[0]), kronecker[1]] as const }),
    ...(derivative === undefined ? {} : { derivative: { ...derivative, at: times(derivative.at) } }),
  };
}

export function transpose(arena: Arena, v: Value): Value {
  const [a, b] = v.axes;
  if (a === undefined || v.unoriented === true) return v;
  if (b === undefined) return { axes: [oneVar(arena), a], at: ([, j]) => v.at(j === undefined ? [] : [j]) };
  if (a.isOne(arena)) return { axes: [b], at: ([j]) => v.at(j === undefined ? [] : [arena.literal(1), j]) };
  const turned: Value = { axes: [b, a], at: ([i, j]) => v.at(i === undefined || j === undefined ? [] : [j, i]) };
  if (v.kronecker === undefined) return turned;
  const [left, right] = v.kronecker;
  return { ...turned, kronecker: [transpose(arena, left), transpose(arena, right)] };
}

export const oneVar = (arena: Arena): DimVar => new DimVar(arena.oneDim);

/** The matrix product of two values that are no scalars, or `null` if they do not multiply. A vector is a column. */
export function matmul(arena: Arena, a: Value, b: Value): Value | null {
  const [rows, inner] = a.axes;
  const [innerB, columns] = b.axes;
  if (rows === undefined || innerB === undefined || a.axes.length > 2 || b.axes.length > 2) return null;
  if (inner === undefined) {
    // A column times a row (1×n) is an outer product.
    if (columns !== undefined && innerB.isOne(arena))
      return {
        axes: [rows, columns],
        at: ([i, j]) => arena.multiply(a.at(some(i)), b.at([arena.literal(1), ...some(j)])),
      };
    if (rows.isOne(arena)) return scale(arena, collapse(arena, a), b);
    return null;
  }
  if (inner.isOne(arena) && columns === undefined && !innerB.isOne(arena)) {
    // An n×1 matrix times a column does not multiply.
    return null;
  }
  if (!inner.unify(innerB)) return null;
  if (columns === undefined)
    return collapse(arena, {
      axes: [rows],
      at: ([i]) => contract(arena, inner, (k) => arena.multiply(a.at([...some(i), k]), b.at([k]))),
    });
  return collapse(arena, {
    axes: [rows, columns],
    at: ([i, j]) => contract(arena, inner, (k) => arena.multiply(a.at([...some(i), k]), b.at([k, ...some(j)]))),
  });
}

const some = (p: Position | undefined): readonly Position[] => (p === undefined ? [] : [p]);

/** `Σ_k f(k)` over an axis. */
export function contract(arena: Arena, d: DimVar, f: (k: Position) => Node): Node {
  const { indices, at } = axisAt(arena, d);
  return arena.sums(indices, f(at));
}

/** The sum of the products of all entries of two equal shapes. */
export function inner(arena: Arena, a: Value, b: Value, span: Span): Value {
  const alignment = alignOrRefuse(arena, a, b, "an inner product", span);
  return {
    axes: [],
    at: () => {
      const axes = alignment.axes.map((d) => axisAt(arena, d));
      const ps = axes.map((a) => a.at);
      return arena.sums(
        axes.flatMap((a) => a.indices),
        arena.multiply(a.at(alignment.pick[0]?.(ps) ?? []), b.at(alignment.pick[1]?.(ps) ?? [])),
      );
    },
  };
}

/** `A : B`, the sum of the products of entries. */
export function doubleDot(c: ProductContext, a: Value, b: Value, span: Span): Value {
  const equal = a.axes.length === b.axes.length && a.axes.every((d, k) => b.axes[k]?.compatible(d));
  if (!equal) refuse("shape/clash", `${shapeText(a.axes)} : ${shapeText(b.axes)} needs equal shapes`, span);
  c.note("reading/product", ": between equal shapes is read as the sum of the products of their entries", span);
  return inner(c.arena, a, b, span);
}

export function hadamard(c: ProductContext, a: Value, b: Value, span: Span): Value {
  if (isScalar(a) !== isScalar(b))
    c.note("reading/product", "⊙ between a scalar and an array is read as scaling", span);
  if (a.axes.length !== b.axes.length) {
    const [x, y] = [alongDiagonal(c, a, b, span), alongDiagonal(c, b, a, span)];
    if (x !== null || y !== null) return hadamard(c, x ?? a, y ?? b, span);
  }
  const alignment = alignOrRefuse(c.arena, a, b, "⊙", span);
  return entrywise(c, a, b, alignment, span, (x, y) => c.arena.multiply(x, y));
}

/** `\partial a/\partial z` beside `⊙` and an array like a: the derivatives of each entry of a by its own entry of z. */
function alongDiagonal(c: ProductContext, a: Value, beside: Value, span: Span): Value | null {
  const parts = a.derivative;
  if (parts === undefined || parts.outputs.length !== beside.axes.length || parts.outputs.length === 0) return null;
  const fits = (d: DimVar, k: number): boolean => parts.inputs[k]?.same(d) === true && beside.axes[k]?.same(d) === true;
  if (parts.inputs.length !== parts.outputs.length || !parts.outputs.every(fits)) return null;
  c.diagonals.push(parts);
  c.note("reading/entrywise", "this derivative is read entry by entry, since ⊙ multiplies it with an array", span);
  return { axes: parts.outputs, at: (ps) => parts.at([...ps, ...ps]) };
}

export function entrywise(
  c: ProductContext,
  a: Value,
  b: Value,
  alignment: Alignment,
  span: Span,
  f: (x: Node, y: Node) => Node,
): Value {
  if (alignment.broadcast !== null)
    c.note("reading/broadcast", `shapes ${shapeText(a.axes)} and ${shapeText(b.axes)}: ${alignment.broadcast}`, span);
  const [pickA, pickB] = alignment.pick;
  return { axes: alignment.axes, at: (ps) => f(a.at(pickA?.(ps) ?? []), b.at(pickB?.(ps) ?? [])) };
}

/**
 * `\partial L/\partial y \, \partial y/\partial x`, each factor by what the next is of: the chain rule, a sum over the entries
 * of y, whatever the layout of the factors; `null` where they do not go on.
 */
function chained(c: ProductContext, a: Value, b: Value): Value | null {
  const [p, q] = [a.derivative, b.derivative];
  const areJacobians = [p, q].every((d) => d !== undefined && d.outputs.length > 0 && d.inputs.length > 0);
  if (areJacobians && p?.by === q?.of) c.chainOrders.add("outer-first");
  if (areJacobians && q?.by === p?.of) {
    c.chainOrders.add("inner-first");
    c.innerFirst += 1;
  }
  if (p === undefined || q === undefined || p.by !== q.of || p.inputs.length !== q.outputs.length) return null;
  if (!p.inputs.every((d, k) => q.outputs[k]?.unify(d))) return null;
  const { arena } = c;
  const n = p.outputs.length;
  const at = (ps: readonly Position[]): Node => {
    const middle = p.inputs.map((d) => axisAt(arena, d));
    const ys = middle.map((m) => m.at);
    return arena.sums(
      middle.flatMap((m) => m.indices),
      arena.multiply(p.at([...ps.slice(0, n), ...ys]), q.at([...ys, ...ps.slice(n)])),
    );
  };
  const parts: DerivativeParts = { ...p, by: q.by, inputs: q.inputs, at };
  return p.laidOut(parts);
}

/** Neighbours with nothing between: scalars scale, the rest multiply as matrices. */
export function juxtapose(c: ProductContext, a: Value, b: Value, span: Span): Value {
  const chain = chained(c, a, b);
  if (chain !== null) return chain;
  const x = collapseIfScalarMeant(c.arena, a, b);
  if (isScalar(x)) return scale(c.arena, x, b);
  if (isScalar(b)) return { axes: x.axes, at: (ps) => c.arena.multiply(x.at(ps), b.at([])) };
  const product = matmul(c.arena, x, b) ?? multiplyLine(c.arena, x, b);
  if (product !== null) return product;
  const mayBeAlike = x.axes.length === b.axes.length && x.axes.every((d, k) => b.axes[k]?.compatible(d) === true);
  if (mayBeAlike && (c.sumsEntries || c.entrywiseProducts)) {
    const where = c.entrywiseProducts ? "as the text says" : "below a sum without an index";
    c.note("reading/product", `${where}, this product is read entry by entry`, span);
    return hadamard(c, x, b, span);
  }
  return refuse(
    "shape/product",
    `${shapeText(x.axes)} times ${shapeText(b.axes)} does not multiply`,
    span,
    repair(c.arena, x, b),
  );
}

/** A row or column of a matrix multiplies as whichever fits: two of them as rows, or as columns where a matrix is wanted. */
function multiplyLine(arena: Arena, a: Value, b: Value): Value | null {
  const turned = (v: Value): Value => transpose(arena, { ...v, unoriented: false });
  const behind = a.unoriented === true ? matmul(arena, turned(a), b) : null;
  const before = b.unoriented === true ? matmul(arena, a, turned(b)) : null;
  if (behind === null || before === null || !behind.axes.every((d) => d.isOne(arena))) return behind ?? before;
  return { ...behind, asMatrix: before };
}

// A 1×1 value in front of something it cannot multiply is a number.
function collapseIfScalarMeant(arena: Arena, a: Value, b: Value): Value {
  const [first] = b.axes;
  if (a.axes.length > 0 && a.axes.every((d) => d.isOne(arena)) && first !== undefined && !first.isOne(arena))
    return collapse(arena, a);
  return a;
}

/** Which one transpose would make the product multiply. */
export function repair(arena: Arena, a: Value, b: Value): string {
  const fits = (x: Value, y: Value): boolean => {
    const [r, k] = x.axes;
    const [l] = y.axes;
    if (l === undefined || r === undefined) return false;
    return k === undefined ? l.isOne(arena) : k.same(l);
  };
  const options: string[] = [];
  if (fits(transpose(arena, a), b)) options.push("transpose the first factor");
  if (fits(a, transpose(arena, b))) options.push("transpose the second factor");
  if (a.axes.length === b.axes.length && a.axes.every((d, k) => b.axes[k]?.same(d)))
    options.push("write ⊙ for the product entry by entry");
  return options.join(", or ");
}

/** `\cdot`, `*`, `\times` stand for whichever product the shapes allow; which one is said. */
export function writtenProduct(
  c: ProductContext,
  a: Value,
  operator: string,
  b: Value,
  span: Span,
  scalarWanted: boolean,
): Value {
  switch (operator) {
    case "\\odot":
    case "\\circ":
    case "\\bullet":
      return hadamard(c, a, b, span);
    case "\\oslash":
      return entrywise(c, a, b, alignOrRefuse(c.arena, a, b, "⊘", span), span, (x, y) => c.arena.divide(x, y));
    case "/":
    case "\\div":
      return divide(c, a, b, span);
    case "\\otimes":
      return kronecker(c, a, b, span);
    default:
      return ambiguousProduct(c, a, operator, b, span, scalarWanted);
  }
}

function ambiguousProduct(
  c: ProductContext,
  a: Value,
  operator: string,
  b: Value,
  span: Span,
  scalarWanted: boolean,
): Value {
  if (isScalar(a) || isScalar(b) || chained(c, a, b) !== null) return juxtapose(c, a, b, span);
  const mayBeEqual = a.axes.length === b.axes.length && a.axes.every((d, k) => b.axes[k]?.compatible(d) === true);
  if (mayBeEqual && (a.axes.length === 1 || areEqualRows(c.arena, a, b))) {
    if (operator === "\\times" && a.axes.at(-1)?.dim === c.arena.constantDim(3))
      return refuse(
        "reading/product",
        "× between two vectors of three entries is the cross product to some, and the product entry by entry to others: write ⊙ for the latter",
        span,
      );
    if (operator === "\\cdot" && !scalarWanted) c.dotted = true;
    if (scalarWanted || (operator === "\\cdot" && c.dotIsInner)) {
      c.note(
        "reading/product",
        `${operator} between two columns is read as their inner product, since a scalar is wanted`,
        span,
      );
      return inner(c.arena, a, b, span);
    }
    c.note("reading/product", `${operator} between equal shapes that do not multiply is read entry by entry`, span);
    return hadamard(c, a, b, span);
  }
  const product = multiplies(c.arena, a, b) ? matmul(c.arena, a, b) : null;
  if (product !== null) {
    c.note("reading/product", `${operator} is read as the matrix product`, span);
    return product;
  }
  const alignment = align(c.arena, a.axes, b.axes);
  if (alignment === null) return juxtapose(c, a, b, span);
  c.note("reading/product", `${operator} between shapes that do not multiply is read entry by entry`, span);
  return entrywise(c, a, b, alignment, span, (x, y) => c.arena.multiply(x, y));
}

/** Two rows of one length do not multiply, whatever that length is. */
const areEqualRows = (arena: Arena, { axes: [one, n] }: Value, { axes: [uno, m] }: Value): boolean =>
  one?.isOne(arena) === true && uno?.isOne(arena) === true && n !== undefined && m?.same(n) === true && !n.isOne(arena);

function multiplies(arena: Arena, a: Value, b: Value): boolean {
  const [, inner] = a.axes;
  const [left] = b.axes;
  if (left === undefined) return false;
  return inner === undefined ? left.isOne(arena) && b.axes.length === 2 : inner.compatible(left);
}

export function divide(c: ProductContext, a: Value, b: Value, span: Span): Value {
  const divisor = collapse(c.arena, b);
  if (isScalar(divisor)) return { axes: a.axes, at: (ps) => c.arena.divide(a.at(ps), divisor.at([])) };
  const alignment = align(c.arena, a.axes, divisor.axes);
  if (alignment === null)
    return refuse("shape/clash", `${shapeText(a.axes)} cannot be divided by ${shapeText(b.axes)}`, span);
  return entrywise(c, a, divisor, alignment, span, (x, y) => c.arena.divide(x, y));
}

/** Kronecker's product; between two columns, people write ⊗ for the outer product unless they use it for matrices too. */
function kronecker(c: ProductContext, a: Value, b: Value, span: Span): Value {
  const [i] = a.axes;
  const [j] = b.axes;
  if (isScalar(a) || isScalar(b)) return juxtapose(c, a, b, span);
  if (i !== undefined && j !== undefined && a.axes.length === 1 && b.axes.length === 1 && !c.usesKronecker) {
    c.note("reading/product", "⊗ between two columns is read as their outer product", span);
    return { axes: [i, j], at: ([p, q]) => c.arena.multiply(a.at(some(p)), b.at(some(q))) };
  }
  if (a.axes.length > 2 || b.axes.length > 2) return refuse("shape/matrix", "⊗ needs matrices", span);
  c.usesKronecker = true;
  return stackedProduct(c.arena, a, b, () => oneVar(c.arena));
}
