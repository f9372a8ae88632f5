import type { Diagnostic } from "../core/diagnostic.js";
import type { Place, Span } from "../core/span.js";
import type { Arena } from "../expression/arena.js";
import type { Node, Position, Range, Tensor } from "../expression/node.js";

export type Role = "parameter" | "input" | "target" | "intermediate" | "loss" | "constant" | "dimension";

export interface ModelSymbol {
  readonly tensor: Tensor;
  readonly role: Role;
  readonly inferred: boolean;
  /** The shape as the contract prints it: LaTeX of one member's dimensions; `["D", "1"]` is printed as `["D"]`. */
  readonly shape: readonly string[];
  readonly family: readonly [string, string, string] | null;
  /** Where it was declared or first used. */
  readonly span: Span | null;
  /** A row vector `ℝ^{1×D}` has two axes, the first of size 1; `ℝ^{D×1}` has one. */
}

/** One forward equation, for all values of its left side's indices in their ranges: `tensor[at…] = body`. */
export interface Equation {
  readonly tensor: Tensor;
  /** A free index or a literal (a base case, `h^{(0)}`) for each axis of the tensor. */
  readonly at: readonly Position[];
  readonly body: Node;
  readonly span: Span;
  readonly latex: string;
  /** The author wrote it with indices (`z_j = …`) rather than as a whole. */
  readonly byIndex: boolean;
}

/**
 * A fact that the worksheet states. All hold for every value of the free indices in `left` and `right`. `text` says it
 * as a reason, formulas between dollar signs.
 */
export type Assumption =
  | { readonly kind: "equal"; readonly left: Node; readonly right: Node; readonly text: string }
  /** Entries 0 or 1. */
  | { readonly kind: "binary"; readonly tensor: Tensor; readonly text: string }
  /** Entries -1 or 1. */
  | { readonly kind: "sign"; readonly tensor: Tensor; readonly text: string }
  /** Along one axis an entry is 1, the rest 0. Implies `binary` and that the axis sums to 1. */
  | { readonly kind: "one-hot"; readonly tensor: Tensor; readonly axis: number; readonly text: string }
  /** An axis sums to 1 (a probability vector, `Σ_k t_k = 1`). */
  | { readonly kind: "sums-to-one"; readonly tensor: Tensor; readonly axis: number; readonly text: string }
  | {
      readonly kind:
        | "symmetric"
        | "diagonal"
        | "invertible"
        | "positive"
        | "nonnegative"
        | "nonzero"
        | "positive-definite"
        | "orthogonal"
        | "full-rank";
      readonly tensor: Tensor;
      readonly text: string;
    }
  /** An integer symbol's range, `y ∈ {1, …, K}`. */
  | { readonly kind: "integer"; readonly tensor: Tensor; readonly range: Range; readonly text: string }
  /** An open interval, `x ∈ (0, 1)`. */
  | {
      readonly kind: "interval";
      readonly tensor: Tensor;
      readonly low: number;
      readonly high: number;
      readonly text: string;
    };

/** A shape and an entry for each tuple of positions on it: how whole tensors and scalars alike are handled. */
export interface TensorValue {
  /** The ranges of its axes; empty for a scalar. */
  readonly axes: readonly Range[];
  readonly at: (positions: readonly Position[]) => Node;
  /** A column vector has one axis; a row has two, the first of size 1, and `row` set. */
  readonly row?: boolean;
}

export interface Model {
  readonly arena: Arena;
  /** Title of the section the problem stands in, or an empty string. */
  readonly title: string;
  readonly symbols: readonly ModelSymbol[];
  /** In an order in which they can be computed; the members of a recurrence stand together. */
  readonly equations: readonly Equation[];
  readonly loss: Tensor | null;
  /** The symbols that gradients are wanted for when nobody says: all that the loss depends on, in order of first appearance; or what `wrt` names. */
  readonly wrt: readonly Tensor[];
  readonly assumptions: readonly Assumption[];
  /** The author's index letters for a range, most used first; keyed by `${low.key}..${high.key}`. */
  readonly letters: ReadonlyMap<string, readonly string[]>;
  /** Names the author gave to functions and abstract functions, to print them the same way. */
  readonly diagnostics: readonly Diagnostic[];
  readonly layout: "denominator" | "numerator";
  /** The words say that Jacobians have a row for each output: so none of them is meant in the other layout, or without its zeros. */
  readonly outputsAreRows?: boolean;
  readonly reluAtZero: 0 | 1;
}

export type FormulaKind =
  | "declaration"
  | "assumption"
  | "range"
  | "forward"
  | "function"
  | "claim"
  | "question"
  | "name"
  | "mention"
  | "damaged";

export interface FormulaReading {
  readonly at: Place;
  readonly latex: string;
  readonly kind: FormulaKind;
  readonly reading: string;
}
