import type { Arena } from "../expression/arena.js";
import { isGuard } from "../expression/guards.js";
import type { Node } from "../expression/node.js";

/**
 * The size of the terms that make up a value: sums and products with every part replaced by its absolute value. The rounding
 * error of the value is some ulps of this. Below functions nothing is replaced: what they are given is a value of its own.
 */
export function magnitude(arena: Arena, node: Node): Node {
  const done = new Map<Node, Node>();
  const go = (n: Node): Node => {
    const known = done.get(n);
    if (known !== undefined) return known;
    const result = make(n);
    done.set(n, result);
    return result;
  };
  const make = (n: Node): Node => {
    if (isGuard(n)) return n;
    const isSum = n.kind === "add" || n.kind === "multiply" || (n.kind === "reduce" && n.op === "sum");
    return isSum && n.depth < DEEPEST ? arena.mapOperands(n, go) : arena.apply("abs", n);
  };
  return go(node);
}

/** Deeper ones keep their value: a walk this deep would run out of stack. */
const DEEPEST = 1000;
