import type { Node } from "../expression/node.js";
import { cellsOf, productsFormed } from "./contract.js";
import { needs, sumOfProduct } from "./evaluate.js";
import { Scope } from "./scope.js";
import type { Environment } from "./values.js";
import { boundBy } from "./walk.js";

const known = new WeakMap<Scope, Map<Node, number>>();

function totalsAt(env: Environment): Map<Node, number> {
  const scope = Scope.of(env);
  let totals = known.get(scope);
  if (totals === undefined) {
    totals = new Map();
    known.set(scope, totals);
  }
  return totals;
}

/** How many entries are computed where an expression is evaluated, those of its parts among them, each distinct part once. */
export const workOf = (root: Node, env: Environment): number => totalOf(root, env, totalsAt(env));

function totalOf(root: Node, env: Environment, totals: Map<Node, number>): number {
  let total = totals.get(root);
  if (total === undefined) {
    total = workBeyond(root, env, new Set());
    totals.set(root, total);
  }
  return total;
}

/** The same without the parts that were evaluated before, to which those of this expression are added. */
export function workBeyond(root: Node, env: Environment, before: Set<Node>): number {
  const scope = Scope.of(env);
  let total = 0;
  const stack = [root];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (before.has(n)) continue;
    before.add(n);
    total += ownWork(n, scope);
    stack.push(...needs(n));
  }
  return total;
}

/** Sizes that a point lacks are found missing where it is evaluated. */
function ownWork(node: Node, scope: Scope): number {
  try {
    return workOfNode(node, scope);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("internal:")) return 0;
    throw error;
  }
}

/** The most that any of these takes: of a deep network there are many, none of which takes much. */
export function mostWork(roots: readonly Node[], env: Environment): number {
  const totals = totalsAt(env);
  return roots.reduce((most, root) => Math.max(most, totalOf(root, env, totals)), 0);
}

/** The entries of one node, or the products that its sum is made of. */
function workOfNode(node: Node, scope: Scope): number {
  if (node.kind !== "reduce" || node.op !== "sum") return cellsOf(scope, [...node.free, ...boundBy(node)]);
  const { indices, factors } = sumOfProduct(node);
  return productsFormed(
    scope,
    factors.map((f) => f.free),
    indices,
    node.free,
  );
}
