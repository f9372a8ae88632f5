import type { Fraction } from "fraction.js";

/*
 * The intermediate representation. Every expression is a scalar with free indices: `W x + b` is
 * `Σ_i W[j,i] x[i] + b[j]`. Nodes are interned (same structure, same object) and frozen; they are made
 * by `Arena` alone. Bound indices are canonical (see `Arena.reduce`), so `Σ_k a_k b_k` and `Σ_j a_j b_j`
 * are one object.
 */

/** A polynomial in dimension names with integer coefficients: `D^{(1)}`, `H - K + 1`, `2H`. Interned. */
export interface Dim {
  readonly key: string;
  /** Sorted by `powers`; a constant has no powers; zero has no terms. */
  readonly terms: readonly DimTerm[];
}
export interface DimTerm {
  readonly coefficient: number;
  readonly powers: readonly (readonly [DimAtom, number])[];
}
/** A named dimension; `at` is the member of a family of dimensions, `D^{(\ell)}`, else `null`. */
export interface DimAtom {
  readonly key: string;
  readonly latex: string;
  readonly at: Position | null;
}

/** The values of an index, both ends included. */
export interface Range {
  readonly low: Dim;
  readonly high: Dim;
}

/** An index letter over a range. Interned by name and range; a bound index is named `#1`, `#2`, … */
export interface Index {
  readonly key: string;
  readonly name: string;
  readonly range: Range;
}

/**
 * Where an entry sits on an axis: an affine combination of indices plus a dimension (`i + k - 1`, `\ell + 1`,
 * the literal 4), or, when `value` is set, the value of an integer node (`y_t`, an argmax) plus that. Interned.
 */
export interface Position {
  readonly key: string;
  readonly terms: readonly (readonly [Index, number])[];
  readonly offset: Dim;
  readonly value: Node | null;
}

/** A named array. `axes` has first the `parameters.length` family axes, then the axes of one member. */
export interface Tensor {
  /** Unique in its arena. */
  readonly key: string;
  /** As the author writes the whole, without index or transpose; with the family index for a family. */
  readonly latex: string;
  /** A valid Python and JavaScript identifier, unique in its arena. */
  readonly name: string;
  /** Placeholders for the family positions; the ranges in `axes` may mention them (`1..D^{(ℓ)}`). */
  readonly parameters: readonly Index[];
  readonly axes: readonly Range[];
  /** Entries are integers, usable as a position. */
  readonly integer: boolean;
  /** For `∂of/∂wrt`: axes are those of `of`, then those of `wrt`. `null` for a plain symbol. */
  readonly derivative: { readonly of: Tensor; readonly wrt: Tensor } | null;
}

/** An argument of an abstract function: a body with its own bound indices, outermost first. */
export interface Lambda {
  readonly indices: readonly Index[];
  readonly body: Node;
}

export type ReduceOp = "sum" | "product" | "max" | "min" | "logsumexp";
export type MatrixFunctionName = "inverse" | "determinant" | "power" | "exponential";

interface Base {
  readonly id: number;
  readonly key: string;
  /** The free indices, sorted by key. */
  readonly free: readonly Index[];
  /** The largest number of a bound index inside; 0 if there is none. */
  readonly binders: number;
  /** The longest path down, for depth guards. */
  readonly depth: number;
}

export type Node = Base &
  (
    | { readonly kind: "rational"; readonly value: Fraction }
    /** A dimension used as a number, as in `1/N`. */
    | { readonly kind: "dimension"; readonly dim: Dim }
    /** An index or position used as a number. */
    | { readonly kind: "position"; readonly position: Position }
    | { readonly kind: "constant"; readonly name: "pi" | "e" }
    | { readonly kind: "entry"; readonly tensor: Tensor; readonly at: readonly Position[] }
    | { readonly kind: "add"; readonly terms: readonly Node[] }
    | { readonly kind: "multiply"; readonly factors: readonly Node[] }
    | { readonly kind: "power"; readonly base: Node; readonly exponent: Node }
    /** A scalar function of the table in `functions/`. */
    | { readonly kind: "apply"; readonly fn: string; readonly args: readonly Node[] }
    /** `op` over `index` of `body`. */
    | { readonly kind: "reduce"; readonly op: ReduceOp; readonly index: Index; readonly body: Node }
    /** Integer valued: the first value of `index` where `body` is greatest or least. */
    | { readonly kind: "argument"; readonly op: "max" | "min"; readonly index: Index; readonly body: Node }
    /** `[position = 0]` (a Kronecker delta, `δ_ij = [i - j = 0]`) or `[position ≥ 0]`. */
    | { readonly kind: "iverson"; readonly relation: "zero" | "nonnegative"; readonly position: Position }
    /** `1[arg > 0]`, `1[arg ≥ 0]`, `1[arg = 0]` of a real. A zero indicator or iverson factor makes a product zero, whatever the rest. */
    | { readonly kind: "indicator"; readonly relation: ">" | ">=" | "="; readonly arg: Node }
    /** An entry of `fn` of the square matrix `[body]_{row,column}`; `at` is empty for a determinant; `exponent` is set for `power`. */
    | {
        readonly kind: "matrix";
        readonly fn: MatrixFunctionName;
        readonly row: Index;
        readonly column: Index;
        readonly body: Node;
        readonly at: readonly Position[];
        readonly exponent: Node | null;
      }
    /**
     * An entry of an abstract function `name` (only its name is known), differentiated once for each member of
     * `partials`: by argument `argument` at the entry `at` of that argument.
     */
    | {
        readonly kind: "abstract";
        readonly name: string;
        readonly args: readonly Lambda[];
        readonly outputs: readonly Position[];
        readonly partials: readonly { readonly argument: number; readonly at: readonly Position[] }[];
      }
  );

export type Kind = Node["kind"];
export type NodeOf<K extends Kind> = Extract<Node, { readonly kind: K }>;
