import { operands } from "../../expression/arena.js";
import type { Dim, Node, NodeOf, Tensor } from "../../expression/node.js";
import type { Assumption, Equation } from "../model.js";

/*
 * "$Y$ is one-hot" of a matrix with an example in each column: where no word says which of its lines are, they lie as those that
 * the softmax adds up whose logarithm Y weighs. Another softmax of the network, that of an attention, says nothing of it.
 */

type Definitions = ReadonlyMap<Tensor, readonly Node[]>;
type Softmax = NodeOf<"reduce">;

const isExp = (n: Node): boolean => n.kind === "apply" && n.fn === "exp";
const isLog = (n: Node): boolean => n.kind === "apply" && n.fn === "log";
const isSoftmax = (n: Node): n is Softmax =>
  n.kind === "reduce" && (n.op === "logsumexp" || (n.op === "sum" && n.body.kind === "apply" && n.body.fn === "exp"));

/** The sizes over which the softmaxes add up whose logarithms stand beside a tensor in a product. */
export function classSizes(equations: readonly Equation[], tensor: Tensor): ReadonlySet<Dim> {
  const nodes = new Set(equations.map((eq) => eq.body));
  for (const n of nodes) for (const o of operands(n)) nodes.add(o);
  const all = [...nodes];
  const isTensor = (n: Node): boolean => n.kind === "entry" && n.tensor === tensor;
  const beside = all.flatMap((n) =>
    n.kind === "multiply" && n.factors.some(isTensor) ? n.factors.filter((f) => !isTensor(f)) : [],
  );
  const definitions = new Map<Tensor, Node[]>();
  for (const { tensor: t, body } of equations) definitions.set(t, [...(definitions.get(t) ?? []), body]);
  const found = normalizers(beside, definitions);
  // `\ln \sum_j e^{z_j} - \sum_k t_k z_k` has them apart.
  const scores = new Set(beside.flatMap((n) => (n.kind === "entry" ? [n.tensor] : [])));
  const isOfScores = (n: Node): boolean =>
    n.kind === "entry" ? scores.has(n.tensor) : isExp(n) && operands(n).some(isOfScores);
  const apart = all.filter((n) => isSoftmax(n) && isOfScores(n.body)).filter(isSoftmax);
  return new Set([...found, ...apart].map((n) => n.index.range.high));
}

/** What logarithms of softmaxes among some expressions, and in the definitions of their parts, add up. */
function normalizers(nodes: readonly Node[], definitions: Definitions): readonly Softmax[] {
  const found: Softmax[] = [];
  const seen = new Set<string>();
  const stack = nodes.map((node) => ({ node, place: "outside" as Place }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, place } = next;
    const key = `${node.id} ${place}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (isSoftmax(node) && (place !== "outside" || node.op === "logsumexp")) found.push(node);
    else for (const [inner, at] of partsOf(node, place, definitions)) stack.push({ node: inner, place: at });
  }
  return found;
}

/** Outside of a logarithm, in it, or in the exponent of an exponential in it. */
type Place = "outside" | "logarithm" | "exponent";

function partsOf(node: Node, place: Place, definitions: Definitions): readonly (readonly [Node, Place])[] {
  const into = (nodes: readonly Node[], at: Place) => nodes.map((n) => [n, at] as const);
  if (node.kind === "entry") return place === "exponent" ? [] : into(definitions.get(node.tensor) ?? [], place);
  if (isLog(node)) return into(operands(node), "logarithm");
  // The scores of one softmax may be computed with another.
  if (isExp(node)) return place === "logarithm" ? into(operands(node), "exponent") : [];
  const isTransparent = node.kind === "add" || node.kind === "multiply" || node.kind === "power";
  const isSum = node.kind === "reduce" && node.op === "sum" && place === "outside";
  return isTransparent || isSum ? into(operands(node), place) : [];
}

/** The axis of classes, if it is the one of a matrix's two that has such a size; else the last. */
export function axisOfClasses(axes: readonly { readonly high: Dim }[], sizes: ReadonlySet<Dim>): number {
  const [rows, columns] = axes.slice(-2);
  const isAlongFirst = axes.length > 1 && rows !== undefined && sizes.has(rows.high);
  return isAlongFirst && columns !== undefined && !sizes.has(columns.high) ? axes.length - 2 : axes.length - 1;
}

/** The assumption with the axis that the network shows. */
export function directed(a: Assumption, equations: readonly Equation[]): Assumption {
  if (a.kind !== "one-hot" && a.kind !== "sums-to-one") return a;
  return { ...a, axis: axisOfClasses(a.tensor.axes, classSizes(equations, a.tensor)) };
}
