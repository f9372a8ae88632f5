import { operands } from "../../expression/arena.js";
import type { Dim, Node } from "../../expression/node.js";
import type { Assumption, Equation } from "../model.js";

/*
 * "$Y$ is one-hot" of a matrix with an example in each column: where no word says which of its lines are, they lie as those that a
 * softmax of the network adds up.
 */

/** The sizes over which softmaxes add up. */
export function normalizedSizes(bodies: Iterable<Node>): ReadonlySet<Dim> {
  const nodes = new Set(bodies);
  for (const n of nodes) for (const o of operands(n)) nodes.add(o);
  const isExp = (n: Node): boolean => n.kind === "apply" && n.fn === "exp";
  return new Set(
    [...nodes].flatMap((n) =>
      n.kind === "reduce" && (n.op === "logsumexp" || (n.op === "sum" && isExp(n.body))) ? [n.index.range.high] : [],
    ),
  );
}

/** The axis over which a softmax adds up, if it is the one of a matrix's two that has such a size; else the last. */
export function axisOfClasses(axes: readonly { readonly high: Dim }[], normalized: ReadonlySet<Dim>): number {
  const [rows, columns] = axes.slice(-2);
  const isAlongFirst = axes.length > 1 && rows !== undefined && normalized.has(rows.high);
  return isAlongFirst && columns !== undefined && !normalized.has(columns.high) ? axes.length - 2 : axes.length - 1;
}

/** The assumption with the axis that the network shows. */
export function directed(a: Assumption, equations: readonly Equation[]): Assumption {
  if (a.kind !== "one-hot" && a.kind !== "sums-to-one") return a;
  return { ...a, axis: axisOfClasses(a.tensor.axes, normalizedSizes(equations.map((eq) => eq.body))) };
}
