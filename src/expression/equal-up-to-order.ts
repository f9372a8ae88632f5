import type { Node } from "./node.js";

/** Whether two nodes differ in the order of terms and factors at most. */
export function equalUpToOrder(a: Node, b: Node): boolean {
  if (a === b) return true;
  if (a.depth !== b.depth || a.depth > 50) return false;
  if (a.kind === "add" && b.kind === "add") return equalSets(a.terms, b.terms);
  if (a.kind === "multiply" && b.kind === "multiply") return equalSets(a.factors, b.factors);
  if (a.kind === "power" && b.kind === "power") return a.exponent === b.exponent && equalUpToOrder(a.base, b.base);
  return (
    a.kind === "reduce" && b.kind === "reduce" && a.op === b.op && a.index === b.index && equalUpToOrder(a.body, b.body)
  );
}

function equalSets(a: readonly Node[], b: readonly Node[]): boolean {
  const left = [...b];
  return (
    a.length === b.length &&
    a.length <= 20 &&
    a.every((x) => {
      const k = left.findIndex((y) => equalUpToOrder(x, y));
      if (k >= 0) left.splice(k, 1);
      return k >= 0;
    })
  );
}
