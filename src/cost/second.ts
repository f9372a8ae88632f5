import type { Derivation, Gradient } from "../derive/derivation.js";
import { tensorsOf } from "../expression/arena.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import { Counter, isConstant } from "./counter.js";
import { type Operations, plus } from "./operations.js";
import type { Method, Passes } from "./passes.js";
import { add, type Polynomial, zero } from "./polynomial.js";

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

/**
 * The multiplications of a derivative that is one product, in every order of its factors: `2 v v^\top` takes `n^2 + n` or `2n^2`.
 * Empty where it is anything else.
 */
export function everyOrder(passes: Passes, gradients: readonly Gradient[]): readonly Polynomial[] {
  const [only, ...more] = gradients;
  if (only === undefined || more.length > 0) return [];
  const factors = factorsIn(passes, only.shown);
  if (factors === null || factors.length > MOST) return [];
  const counts = new Map<string, Polynomial>();
  const pair = (left: readonly (readonly Index[])[], spent: Polynomial): void => {
    if (left.length < 2) counts.set(spent.key, spent);
    for (const [i, a] of left.entries())
      for (const [j, b] of left.entries()) {
        if (j <= i) continue;
        const rest = left.filter((_, k) => k !== i && k !== j);
        const all = [...new Set([...a, ...b])];
        const kept = all.filter((x) => only.shown.free.includes(x) || rest.some((r) => r.includes(x)));
        pair([...rest, kept], add(spent, passes.volumes.of(all)));
      }
  };
  pair(factors, zero);
  return [...counts.values()];
}

const MOST = 5;

/** The indices of each factor of a product under sums; `null` where a factor is more than an entry or a number. */
function factorsIn({ model: { arena } }: Passes, root: Node): readonly (readonly Index[])[] | null {
  const factors: (readonly Index[])[] = [];
  const stack = [root];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (n.kind === "multiply") stack.push(...n.factors);
    else if (n.kind === "reduce" && n.op === "sum") stack.push(arena.open(n).body);
    else if (n.kind === "entry" || isConstant(n)) factors.push(n.free);
    else return null;
  }
  return factors;
}
