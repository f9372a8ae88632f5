import type { Arena } from "../../expression/arena.js";
import type { Node } from "../../expression/node.js";

/**
 * An exponential over its own sum is a softmax: `e^{z_k} / Σ_l e^{z_l}` becomes `exp(z_k - log Σ_l e^{z_l})`, and
 * `log Σ_l e^{z_l}` the stable logsumexp. Everything after this sees one form, however the author wrote it.
 */
export function recogniseSoftmax(arena: Arena, node: Node, done = new Map<Node, Node>(), depth = 0): Node {
  const known = done.get(node);
  if (known !== undefined) return known;
  if (depth > 500) return node;
  const inner = arena.mapOperands(node, (n) => recogniseSoftmax(arena, n, done, depth + 1));
  const result = softmaxIn(arena, logSumExpIn(arena, inner));
  done.set(node, result);
  return result;
}

const isExp = (n: Node): n is Node & { kind: "apply" } => n.kind === "apply" && n.fn === "exp";

/** The logsumexp whose exponential a sum of exponentials is, or `null`. */
function sumOfExponentials(arena: Arena, n: Node): Node | null {
  if (n.kind !== "reduce" || n.op !== "sum") return null;
  const { index, body } = arena.open(n);
  const [arg] = isExp(body) ? body.args : [];
  return arg === undefined ? null : arena.reduce("logsumexp", index, arg);
}

function logSumExpIn(arena: Arena, n: Node): Node {
  if (n.kind !== "apply" || n.fn !== "log") return n;
  const [arg] = n.args;
  return (arg === undefined ? null : sumOfExponentials(arena, arg)) ?? n;
}

function softmaxIn(arena: Arena, n: Node): Node {
  if (n.kind !== "multiply") return n;
  const factors = [...n.factors];
  for (const [d, divisor] of factors.entries()) {
    if (divisor.kind !== "power" || divisor.exponent !== arena.minusOne) continue;
    const lse = sumOfExponentials(arena, divisor.base);
    if (lse === null || lse.kind !== "reduce") continue;
    const above = factors.findIndex((f) => isExp(f) && matchesBody(arena, f, lse));
    const exponential = factors[above];
    if (exponential === undefined || exponential.kind !== "apply") continue;
    const [arg] = exponential.args;
    if (arg === undefined) continue;
    const softmax = arena.apply("exp", arena.subtract(arg, lse));
    const rest = factors.filter((_, k) => k !== above && k !== d);
    return softmaxIn(
      arena,
      arena.multiply(
        ...rest.slice(0, Math.min(above, rest.length)),
        softmax,
        ...rest.slice(Math.min(above, rest.length)),
      ),
    );
  }
  return n;
}

/** Is the exponential one of the terms of the sum: its body at some position? */
function matchesBody(arena: Arena, f: Node, lse: Node): boolean {
  if (f.kind !== "apply" || lse.kind !== "reduce") return false;
  const [arg] = f.args;
  if (arg === undefined) return false;
  const { index, body } = arena.open(lse);
  return (
    arg.free.some(
      (i) =>
        i.range.low === index.range.low &&
        i.range.high === index.range.high &&
        arena.substitute(body, new Map([[index, arena.at(i)]])) === arg,
    ) || literalMatch(arena, arg, index, body)
  );
}

/** `e^{z_1} / Σ_l e^{z_l}`: a term at a literal position. */
function literalMatch(arena: Arena, arg: Node, index: import("../../expression/node.js").Index, body: Node): boolean {
  if (body.kind !== "entry" || arg.kind !== "entry" || body.tensor !== arg.tensor) return false;
  const k = body.at.indexOf(arena.at(index));
  const at = arg.at[k];
  return at !== undefined && arena.substitute(body, new Map([[index, at]])) === arg;
}
