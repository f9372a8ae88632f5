import type { Arena } from "../expression/arena.js";
import type { Dim, Node } from "../expression/node.js";

/** The least value of a dimension that only adds sizes, each of them at least one; `null` for any other. */
function least(dim: Dim): number | null {
  if (dim.terms.some((t) => t.coefficient < 0 && t.powers.length > 0)) return null;
  return dim.terms.reduce((sum, t) => sum + t.coefficient, 0);
}

/** Conditions on sizes alone that no size can change are decided: `[M ≥ 1]` is one, `[M = 0]` is zero. */
export function decideSizes(arena: Arena, node: Node): Node {
  if (node.kind === "iverson" && node.position.terms.length === 0 && node.position.value === null) {
    const low = least(node.position.offset);
    if (low === null) return node;
    if (node.relation === "zero") return low > 0 ? arena.zero : node;
    return low >= 0 ? arena.one : node;
  }
  return node.kind === "add" || node.kind === "multiply" ? arena.mapOperands(node, (n) => decideSizes(arena, n)) : node;
}
