import { flatMap } from "../core/flat-map.js";
import { tensorsOf } from "../expression/arena.js";
import type { Tensor } from "../expression/node.js";
import type { Equation, Model } from "../model/model.js";

/** Who uses whom, found once. Equations are known by their place in the model. */
export interface Graph {
  readonly equations: readonly Equation[];
  readonly uses: readonly (readonly Tensor[])[];
  readonly consumers: ReadonlyMap<Tensor, readonly number[]>;
  readonly definitions: ReadonlyMap<Tensor, readonly number[]>;
  /** For each equation whether it may be part of a recurrence. */
  readonly recurrent: readonly boolean[];
}

export function graphOf(model: Model): Graph {
  const consumers = new Map<Tensor, number[]>();
  const definitions = new Map<Tensor, number[]>();
  const uses = model.equations.map(({ body }) => tensorsOf(body));
  model.equations.forEach(({ tensor }, k) => {
    append(definitions, tensor, k);
    for (const u of uses[k] ?? []) append(consumers, u, k);
  });
  return { equations: model.equations, uses, consumers, definitions, recurrent: recurrentEquations(uses, definitions) };
}

/**
 * Equations stand in an order of computation, so a use of what is defined at the same place or later closes a recurrence;
 * its members stand between the two.
 */
function recurrentEquations(
  uses: readonly (readonly Tensor[])[],
  definitions: ReadonlyMap<Tensor, readonly number[]>,
): readonly boolean[] {
  let until = -1;
  return uses.map((tensors, k) => {
    for (const u of tensors) until = Math.max(until, definitions.get(u)?.at(-1) ?? -1);
    return k <= until;
  });
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function closure(start: readonly Tensor[], next: (t: Tensor) => readonly Tensor[]): Set<Tensor> {
  const seen = new Set(start);
  const stack = [...start];
  for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
    for (const n of next(t)) {
      if (seen.has(n)) continue;
      seen.add(n);
      stack.push(n);
    }
  }
  return seen;
}

const usedBy = (g: Graph, t: Tensor): readonly Tensor[] =>
  flatMap(g.consumers.get(t) ?? [], (k) => g.equations[k]?.tensor ?? []);

/** Everything that `targets` are computed from, these included. */
export const below = (g: Graph, targets: Iterable<Tensor>): Set<Tensor> =>
  closure([...targets], (t) => flatMap(g.definitions.get(t) ?? [], (k) => g.uses[k] ?? []));

/** Everything computed from one of `sources`, these included. */
export const above = (g: Graph, sources: readonly Tensor[]): Set<Tensor> => closure(sources, (t) => usedBy(g, t));

/**
 * Whether every way from `u` to `v` is the one equation of `v` itself, so that the direct partial derivative is the total
 * one. Gives up, with no, after a number of steps.
 */
export function onlyDirect(g: Graph, u: Tensor, v: Tensor, limit = 50): boolean {
  const place = lastDefinition(g, v);
  if (g.recurrent[place] !== false || (g.consumers.get(u)?.length ?? 0) > limit) return false;
  const seen = new Set<Tensor>([v]);
  // What is computed after v cannot lead to it.
  const before = (t: Tensor): readonly Tensor[] => usedBy(g, t).filter((w) => lastDefinition(g, w) <= place);
  const stack = before(u).filter((t) => t !== v);
  for (let t = stack.pop(), left = limit; t !== undefined; t = stack.pop(), left--) {
    if (t === v || left < 0) return false;
    if (seen.has(t)) continue;
    seen.add(t);
    stack.push(...before(t));
  }
  return true;
}

const lastDefinition = (g: Graph, t: Tensor): number => g.definitions.get(t)?.at(-1) ?? -1;

export const isRecurrent = (g: Graph, t: Tensor): boolean => above(g, usedBy(g, t)).has(t);

/** Tensors in an order in which their adjoints can be computed: each as soon as all its consumers are done. */
export function backwardOrder(g: Graph, tensors: ReadonlySet<Tensor>): readonly Tensor[] {
  const last = (t: Tensor): number => lastDefinition(g, t);
  const defined = [...tensors].filter((t) => g.definitions.has(t)).sort((a, b) => last(b) - last(a));
  const waiting = new Map<Tensor, number>();
  const readyAfter = new Map<Tensor, Tensor[]>();
  for (const t of tensors) {
    if (g.definitions.has(t)) continue;
    const users = new Set(usedBy(g, t).filter((v) => tensors.has(v)));
    waiting.set(t, users.size);
    for (const v of users) append(readyAfter, v, t);
  }
  const order: Tensor[] = [...waiting].filter(([, n]) => n === 0).map(([t]) => t);
  for (const t of defined) {
    order.push(t);
    for (const u of readyAfter.get(t) ?? []) {
      const left = (waiting.get(u) ?? 0) - 1;
      waiting.set(u, left);
      if (left === 0) order.push(u);
    }
  }
  return order;
}
