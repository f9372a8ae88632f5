import type { Node } from "./node.js";

/* Deeper and longer than this is not looked at: the answer then is no, which only leaves two ways to write one thing apart. */
const DEEPEST = 50;
const LONGEST = 20;

/** Whether two nodes differ in the order of terms and factors at most. */
export function equalUpToOrder(a: Node, b: Node): boolean {
  return equal(a, b, new Map());
}

/** `known` holds the pairs that were compared: parts may be shared. */
function equal(a: Node, b: Node, known: Map<string, boolean>): boolean {
  if (a === b) return true;
  if (a.depth !== b.depth || a.depth > DEEPEST) return false;
  const pair = `${a.id},${b.id}`;
  const before = known.get(pair);
  if (before !== undefined) return before;
  const result = equalParts(a, b, known);
  known.set(pair, result);
  return result;
}

function equalParts(a: Node, b: Node, known: Map<string, boolean>): boolean {
  if (a.kind === "add" && b.kind === "add") return equalSets(a.terms, b.terms, known);
  if (a.kind === "multiply" && b.kind === "multiply") return equalSets(a.factors, b.factors, known);
  if (a.kind === "power" && b.kind === "power") return a.exponent === b.exponent && equal(a.base, b.base, known);
  if (a.kind !== "reduce" || b.kind !== "reduce") return false;
  return a.op === b.op && a.index === b.index && equal(a.body, b.body, known);
}

function equalSets(a: readonly Node[], b: readonly Node[], known: Map<string, boolean>): boolean {
  if (a.length !== b.length || a.length > LONGEST) return false;
  const left = [...b];
  return a.every((x) => {
    const k = left.findIndex((y) => equal(x, y, known));
    if (k >= 0) left.splice(k, 1);
    return k >= 0;
  });
}
