import type { Node } from "./node.js";

/** Is a factor 0 or 1 by a condition, `[i = j]`, `1 - [i = j]`? Where it is 0, nothing is asked of the other factors. */
export function isGuard(node: Node): boolean {
  if (node.kind === "iverson" || node.kind === "indicator") return true;
  const [a, b, more] = node.kind === "add" ? node.terms : [];
  return (
    a !== undefined && b !== undefined && more === undefined && ((isOne(a) && isLess(b)) || (isOne(b) && isLess(a)))
  );
}

const isOne = (n: Node): boolean => n.kind === "rational" && n.value.equals(1);

/** `-[i = j]`. */
function isLess(n: Node): boolean {
  const [minus, condition, more] = n.kind === "multiply" ? n.factors : [];
  if (minus?.kind !== "rational" || condition === undefined || more !== undefined) return false;
  return minus.value.equals(-1) && (condition.kind === "iverson" || condition.kind === "indicator");
}
