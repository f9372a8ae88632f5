import { type Arena, operands, tensorsOf } from "../../expression/arena.js";
import type { Node, NodeOf, Tensor } from "../../expression/node.js";

/* Forms by which the names of mistakes tell what an expression is. */

export function contains(node: Node, test: (n: Node) => boolean): boolean {
  const seen = new Set<Node>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (test(n)) return true;
    stack.push(...operands(n));
  }
  return false;
}

/** The logarithm of a complement, `log(1 - y)`. */
export const isBinaryCrossEntropy = (body: Node): boolean =>
  contains(body, (n) => n.kind === "apply" && n.fn === "log" && n.args.some(isComplement));

const isComplement = (n: Node): boolean =>
  n.kind === "add" && n.terms.length > 1 && n.terms.some((t) => t.kind === "rational") && n.terms.some(isNegative);

const isNegative = (n: Node): boolean =>
  (n.kind === "multiply" ? n.factors : [n]).some((f) => f.kind === "rational" && f.value.compare(0) < 0);

export const hasLogSumExp = (n: Node): boolean => contains(n, (m) => m.kind === "reduce" && m.op === "logsumexp");

/** `exp(z - LSE z)`, of z or of z/τ, or the same without the exponential. */
export const isSoftmax = (body: Node): boolean =>
  contains(body, (n) => {
    const total = n.kind === "add" && n.terms.length > 1 ? n.terms.find(hasLogSumExp) : undefined;
    return n.kind === "add" && total !== undefined && n.terms.some((t) => t.kind === "entry" || isScored(t, total));
  });

/** A score times numbers, of which the sum is made too. */
function isScored(term: Node, total: Node): boolean {
  const [score, more] = term.kind === "multiply" ? term.factors.filter((f) => f.free.length > 0) : [];
  const added = new Set(tensorsOf(total));
  return score?.kind === "entry" && more === undefined && tensorsOf(term).every((t) => added.has(t));
}

/** The root of a sum. */
export const isNormOf = (n: Node): boolean =>
  n.kind === "power" &&
  n.exponent.kind === "rational" &&
  n.exponent.value.equals("1/2") &&
  contains(n.base, (m) => m.kind === "reduce");

export const isApplied = (n: Node, fn: string): boolean => contains(n, (m) => m.kind === "apply" && m.fn === fn);

/** Only where a condition holds. */
export const hasCase = (n: Node): boolean => contains(n, (m) => m.kind === "indicator");

/** How many exponentials and logarithms of sums a product holds. */
export function countOf(node: Node): number {
  return factorsOf(node).filter((n) => n.kind !== "reduce" && contains(n, (m) => m.kind === "apply" && m.fn === "exp"))
    .length;
}

/** The factors of a product, below the sums over it. */
export function factorsOf(node: Node): readonly Node[] {
  if (node.kind === "reduce" && node.op === "sum") return factorsOf(node.body);
  return node.kind === "multiply" ? node.factors.flatMap(factorsOf) : [node];
}

export const hasDelta = (n: Node): boolean => contains(n, (m) => m.kind === "iverson");

export const mentionsUpstream = (n: Node): boolean => tensorsOf(n).some((t) => t.derivative !== null);

/** With each factor that is also divided by left out, `w (y/p) p` as `w y`. */
export function cancelled(arena: Arena, node: Node): Node {
  const n = arena.mapOperands(node, (x) => cancelled(arena, x));
  if (n.kind !== "multiply") return n;
  const left = [...n.factors];
  for (const f of n.factors) {
    const isInverse = f.kind === "power" && f.exponent.kind === "rational" && f.exponent.value.equals(-1);
    const at = isInverse ? left.indexOf(f.base) : -1;
    if (at < 0) continue;
    left.splice(at, 1);
    left.splice(left.indexOf(f), 1);
  }
  return left.length === n.factors.length ? n : arena.multiply(...left);
}

/** The first place at which a tensor stands. */
export function firstEntry(node: Node, tensor: Tensor): NodeOf<"entry"> | null {
  const found: NodeOf<"entry">[] = [];
  contains(node, (n) => {
    if (n.kind === "entry" && n.tensor === tensor) found.push(n);
    return found.length > 0;
  });
  return found[0] ?? null;
}

/** With something else wherever a tensor stands. */
export function replacing(arena: Arena, node: Node, tensor: Tensor, instead: (n: NodeOf<"entry">) => Node): Node {
  const go = (n: Node): Node =>
    n.kind === "entry" ? (n.tensor === tensor ? instead(n) : n) : arena.mapOperands(n, go);
  return go(node);
}
