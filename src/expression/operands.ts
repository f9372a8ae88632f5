import type { Node, Position, Tensor } from "./node.js";

export const gatheredIn = (p: Position): readonly Node[] => (p.value === null ? [] : [p.value]);

/** The operands of a node, as they stand: below a binder they hold bound indices. */
export function operands(node: Node): readonly Node[] {
  switch (node.kind) {
    case "add":
      return node.terms;
    case "multiply":
      return node.factors;
    case "power":
      return [node.base, node.exponent];
    case "apply":
      return node.args;
    case "indicator":
      return [node.arg];
    case "reduce":
    case "argument":
      return [node.body];
    case "matrix":
      return [node.body, ...node.at.flatMap(gatheredIn), ...(node.exponent === null ? [] : [node.exponent])];
    case "abstract":
      return [
        ...node.args.map((l) => l.body),
        ...node.outputs.flatMap(gatheredIn),
        ...node.partials.flatMap((p) => p.at.flatMap(gatheredIn)),
      ];
    case "entry":
      return node.at.flatMap(gatheredIn);
    case "iverson":
    case "position":
      return gatheredIn(node.position);
    default:
      return [];
  }
}

/** Every distinct tensor below a node, in order of first occurrence. */
export function tensorsOf(node: Node): readonly Tensor[] {
  const seen = new Set<Node>();
  const found = new Set<Tensor>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "entry") found.add(n.tensor);
    stack.push(...[...operands(n)].reverse());
  }
  return [...found];
}
