import { flatMap } from "../../core/flat-map.js";
import type { Arena } from "../../expression/arena.js";
import type { Node, Tensor } from "../../expression/node.js";
import type { Facts } from "./facts.js";
import { latex, type Named, named, numbered } from "./named.js";
import { sharedOf } from "./shared.js";

/* Steps or layers whose uses of one variable are each taken with what the next step, or the one before, gives. */

export interface ShiftedUses {
  readonly node: Node;
  readonly name: Named;
}

/**
 * What each use gives to the derivative, with `s_t` for the `s_{t-1}` that the variable multiplies there. The slopes of the
 * functions around it stay: they are right.
 */
export function usesShifted(f: Facts): readonly ShiftedUses[] {
  const { arena } = f.judge.context;
  const { contributions } = f.truth;
  if (contributions.length < 2) return [];
  return flatMap([1, -1], (by) => {
    const pairs = new Map<Tensor, Tensor>();
    const nodes = contributions.map((c) => withFactors(arena, c.node, (t) => besideOf(f, t, by), pairs));
    const about = [...pairs].map(([from, to]) => `${latex(to)} for ${latex(from)}`).join(", ");
    const isWeights = [...pairs.keys()].every((t) => f.isParameter(t) || f.isMatrixOfWeights(t));
    const name = named(isWeights ? "layer-index-weights" : "layer-index-activation", about);
    return pairs.size < 2 ? [] : [{ node: arena.add(...nodes), name }];
  });
}

/** `s_{2}` of `s_{1}`. */
function besideOf(f: Facts, t: Tensor, by: number): Tensor | null {
  const own = t.derivative === null ? numbered(t) : null;
  if (own === null) return null;
  const isWanted = (u: Tensor): boolean => {
    const other = numbered(u);
    return other?.letter === own.letter && other.number === own.number + by && u.axes.length === t.axes.length;
  };
  return sharedOf(f.judge).tensors.find(isWanted) ?? null;
}

/** With another quantity for those that are factors of the product themselves, below the sums over it. */
function withFactors(
  arena: Arena,
  node: Node,
  instead: (t: Tensor) => Tensor | null,
  pairs: Map<Tensor, Tensor>,
): Node {
  const go = (n: Node): Node => {
    if (n.kind === "entry") {
      const to = instead(n.tensor);
      if (to === null) return n;
      pairs.set(n.tensor, to);
      return arena.entry(to, n.at);
    }
    const isProduct = n.kind === "multiply" || (n.kind === "reduce" && n.op === "sum");
    return isProduct ? arena.mapOperands(n, go) : n;
  };
  return go(node);
}
