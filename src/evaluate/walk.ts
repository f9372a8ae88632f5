import { operands } from "../expression/arena.js";
import type { Index, Node } from "../expression/node.js";

/** Every distinct node below `roots`, each once, operands after their users. */
export function nodesBelow(roots: Iterable<Node>): readonly Node[] {
  const seen = new Set<Node>();
  const stack = [...roots].reverse();
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    const below = operands(n);
    for (let k = below.length - 1; k >= 0; k--) {
      const operand = below[k];
      if (operand !== undefined) stack.push(operand);
    }
  }
  return [...seen];
}

/** The indices that a node itself binds. */
export function boundBy(node: Node): readonly Index[] {
  switch (node.kind) {
    case "reduce":
    case "argument":
      return [node.index];
    case "matrix":
      return [node.row, node.column];
    case "abstract":
      return node.args.flatMap((l) => l.indices);
    default:
      return [];
  }
}
