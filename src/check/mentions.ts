import { flatMap } from "../core/flat-map.js";
import { operands, tensorsOf } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";

/** What the author's names for derivatives stand for. */
export type Names = ReadonlyMap<Tensor, Equation>;

/** The tensors of expressions, names of derivatives expanded. */
export function namedTensors(nodes: readonly Node[], names: Names): readonly Tensor[] {
  const seen = new Set<Tensor>();
  const stack = flatMap(nodes, tensorsOf);
  for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
    if (seen.has(t)) continue;
    seen.add(t);
    const name = names.get(t);
    if (name !== undefined) stack.push(...tensorsOf(name.body));
  }
  return [...seen];
}

/** The entries of a tensor in an expression, names expanded. */
export function entriesOf(node: Node, tensor: Tensor, names: Names): readonly Node[] {
  const found: Node[] = [];
  const seen = new Set<Node>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "entry") {
      if (n.tensor === tensor) found.push(n);
      const name = names.get(n.tensor);
      if (name !== undefined) stack.push(name.body);
    }
    stack.push(...operands(n));
  }
  return found;
}
