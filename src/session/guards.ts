import { leastOf } from "../derive/positions.js";
import type { Arena } from "../expression/arena.js";
import type { Node } from "../expression/node.js";

/** Conditions on sizes alone that no size can change are decided: `[M ≥ 1]` is one, `[M = 0]` is zero. */
export function decideSizes(arena: Arena, node: Node): Node {
  if (node.kind === "iverson" && node.position.terms.length === 0 && node.position.value === null) {
    const low = leastOf(node.position.offset);
    if (low === null) return node;
    if (node.relation === "zero") return low > 0 ? arena.zero : node;
    return low >= 0 ? arena.one : node;
  }
  return node.kind === "add" || node.kind === "multiply" ? arena.mapOperands(node, (n) => decideSizes(arena, n)) : node;
}
