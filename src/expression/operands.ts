import type { Node, Position, Tensor } from "./node.js";

const NOTHING: readonly Node[] = Object.freeze([]);

export const gatheredIn = (p: Position): readonly Node[] => (p.value === null ? NOTHING : [p.value]);

/** The integer nodes whose values are positions. */
export function gatheredInAll(at: readonly Position[]): readonly Node[] {
  for (const p of at) if (p.value !== null) return at.flatMap(gatheredIn);
  return NOTHING;
}

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
      return gatheredInAll(node.at);
    case "iverson":
    case "position":
      return gatheredIn(node.position);
    default:
      return NOTHING;
  }
}

const tensors = new WeakMap<Node, readonly Tensor[]>();

/** Every distinct tensor below a node, in order of first occurrence; the same list each time. */
export function tensorsOf(node: Node): readonly Tensor[] {
  let found = tensors.get(node);
  if (found === undefined) {
    found = findTensors(node);
    tensors.set(node, found);
  }
  return found;
}

function findTensors(node: Node): readonly Tensor[] {
  const seen = new Set<Node>();
  const found = new Set<Tensor>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "entry") found.add(n.tensor);
    const below = operands(n);
    for (let k = below.length - 1; k >= 0; k--) {
      const operand = below[k];
      if (operand !== undefined) stack.push(operand);
    }
  }
  return [...found];
}
