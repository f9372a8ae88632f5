import { boundBy, nodesBelow } from "../../evaluate/walk.js";
import type { Arena } from "../../expression/arena.js";
import type { Index, Node, Tensor } from "../../expression/node.js";
import type { Applications, SlopeMistake } from "./slopes.js";

/** One small change, made at one place of an expression. */
export type Change =
  | { readonly kind: "factor"; readonly factor: Node; readonly rest: Node; readonly inside?: string | null }
  /** A division left out, and a 2 in its place. */
  | { readonly kind: "doubled"; readonly factor: Node }
  | { readonly kind: "term"; readonly term: Node; readonly sum: Node; readonly inside: string | null }
  | { readonly kind: "only-term"; readonly term: Node; readonly sum: Node }
  | { readonly kind: "sign"; readonly term: Node; readonly sum: Node }
  /** The sign of the whole. */
  | { readonly kind: "negative"; readonly written: Node }
  /** The gate for what it leaves: a for 1 - a. */
  | { readonly kind: "complement"; readonly gate: Tensor }
  | { readonly kind: "tensor"; readonly from: Tensor; readonly to: Tensor; readonly inside: string | null }
  | { readonly kind: "member"; readonly tensor: Tensor; readonly by: number; readonly inside: string | null }
  | { readonly kind: "indices"; readonly tensor: Tensor }
  /** Two quantities each in the place of the other. */
  | { readonly kind: "exchanged"; readonly a: Tensor; readonly b: Tensor }
  /** Another letter at a position of an entry. */
  | { readonly kind: "letter"; readonly tensor: Tensor; readonly from: Index; readonly to: Index }
  | { readonly kind: "exponent"; readonly base: Node; readonly from: string }
  /** A matrix left out of a product of matrices; `null`: the inverse of one. */
  | { readonly kind: "removed"; readonly tensor: Tensor | null }
  | { readonly kind: "range"; readonly index: Index }
  | { readonly kind: "summed-index"; readonly index: Index }
  /** One value of a summed index alone, the first, the last or that of the greatest. */
  | { readonly kind: "one-member"; readonly index: Index; readonly body: Node }
  /** A sum of a tensor's entries taken for one, or of as many tensors' as `of` says. */
  | { readonly kind: "sums-to-one"; readonly index: Index; readonly of: number }
  | { readonly kind: "unsummed"; readonly index: Index }
  | { readonly kind: "slope"; readonly fn: string; readonly as: SlopeMistake };

export interface Changed {
  readonly node: Node;
  readonly change: Change;
}

/** How much of an expression a change moves: of several that give the same, the smallest is the reason. */
export const sizeOf = ({ kind }: Change): number =>
  kind === "summed-index" ||
  kind === "one-member" ||
  kind === "only-term" ||
  kind === "exchanged" ||
  kind === "complement"
    ? 2
    : 1;

/** What may be put in the place of other things. */
export interface Kit {
  readonly arena: Arena;
  readonly tensors: readonly Tensor[];
  /** Indices that are free on the left side. */
  readonly free: readonly Index[];
  /** What the changes of one line may cost, all together. */
  readonly work: Work;
  readonly applications: Applications;
}

/** Nodes made anew, counted for one line. */
export interface Work {
  left: number;
}

export const newWork = (): Work => ({ left: MOST_WORK });

export const MAX_DEPTH = 40;
const MOST_WORK = 150_000;

/** A change makes its node anew, and each binder above it renames what it binds. */
export function costOf(node: Node): number {
  const all = nodesBelow([node]);
  return all.length * (1 + all.filter((n) => boundBy(n).length > 0).length);
}

/** Where a change is made: the indices that run there, and the function around it. */
export interface Scope {
  readonly indices: readonly Index[];
  readonly inside: string | null;
}

export const without = <T>(list: readonly T[], k: number): readonly T[] => [...list.slice(0, k), ...list.slice(k + 1)];
