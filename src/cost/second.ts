import type { Derivation, Gradient } from "../derive/derivation.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import { Counter } from "./counter.js";
import { type Operations, plus } from "./operations.js";
import type { Method, Passes } from "./passes.js";
import { add } from "./polynomial.js";

/** The derivatives that one is computed from, in an order in which they can be; itself last. */
export function neededFor(wanted: Tensor, sweeps: readonly Derivation[]): readonly Gradient[] {
  const known = new Map(sweeps.flatMap((d) => d.gradients).map((g) => [g.adjoint, g]));
  const order: Gradient[] = [];
  const open = new Set<Tensor>();
  const visit = (tensor: Tensor): void => {
    const gradient = known.get(tensor);
    if (gradient === undefined || open.has(tensor)) return;
    open.add(tensor);
    for (const t of tensorsOf(gradient.shown)) visit(t);
    order.push(gradient);
  };
  visit(wanted);
  return order;
}

/** The work of computing these derivatives once the forward pass is done, and all numbers that are then stored. */
export function costOfGradients(passes: Passes, gradients: readonly Gradient[]): Method {
  const operations: Operations = plus(...gradients.map((g) => countOf(passes, g.shown)));
  const stored = new Set([...gradients.flatMap((g) => tensorsOf(g.shown)), ...gradients.map((g) => g.adjoint)]);
  return { operations, memory: add(...[...stored].map((t) => passes.sizeOf(t))) };
}

const countOf = (passes: Passes, node: Node): Operations => new Counter(passes.model.arena, passes.volumes).count(node);
