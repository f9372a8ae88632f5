import type { Index, Node, Position } from "../../expression/node.js";
import type { Code } from "./code.js";
import type { Scalars, Scope } from "./scope.js";

/** What the translation of one kind of node may ask of the whole. */
export interface Translation {
  readonly scope: Scope;
  readonly scalars: Scalars;
  /** Inside a conditional or a comprehension nothing may be moved out into a line of its own. */
  readonly isHeld: boolean;
  translate(node: Node, want: readonly Index[]): Code;
  /** The product of `factors`, summed over `bound`. */
  product(factors: readonly Node[], bound: readonly Index[], want: readonly Index[]): Code;
  /** The array with all of `out` as its axes, in order. */
  full(c: Code, out: readonly Index[]): Code;
  /** A line of its own, or the same if it is a name already. */
  named(c: Code): Code;
  /** The integer node that a position is read from. */
  readonly gathered: (position: Position) => Code | null;
  /** Counts uses in the body of a binder that was opened. */
  countUses(body: Node): void;
  /** A translation in which more indices are loop variables, and nothing may be moved out. */
  within(scalars: Scalars): Translation;
}

export const NO_AXES: readonly Index[] = [];

export const sameRange = (a: Index, b: Index): boolean => a.range.low === b.range.low && a.range.high === b.range.high;

export const isBinder = (n: Node): boolean =>
  n.kind === "reduce" || n.kind === "argument" || n.kind === "matrix" || n.kind === "abstract";

/** A guard that loop variables alone decide. */
export const isCondition = (node: Node, scalars: Scalars): boolean =>
  node.kind === "iverson" && node.position.value === null && node.free.every((i) => scalars.has(i));

/** A Python name to loop over an index with. */
export const loopName = (index: Index): string => (/^[~#$]/.test(index.name) ? "m" : index.name);

export function rangeText(scope: Scope, index: Index, scalars: Scalars): string {
  const low = scope.dim(index.range.low, scalars);
  const end = scope.dim(scope.arena.addDims(index.range.high, scope.arena.oneDim), scalars);
  return low === "0" ? `range(${end})` : `range(${low}, ${end})`;
}
