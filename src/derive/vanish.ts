import { operands } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";

/** Functions that are zero on a whole interval. */
const FLAT = new Set("relu relu6 hard_tanh hard_sigmoid hard_swish max min sign heaviside clip".split(" "));
/** Functions without a zero. */
const NONZERO = new Set("exp sigmoid softplus cosh sech".split(" "));

/**
 * Whether a base may be zero on more than a null set (a mask, a ReLU, a one-hot entry), so that nothing may be cancelled
 * by it. Errs towards yes.
 */
export function vanishingIn(model: Model): (base: Node) => boolean {
  const flat = new Set<Tensor>();
  for (const a of model.assumptions) if (a.kind === "binary" || a.kind === "one-hot") flat.add(a.tensor);
  const memo = new Map<Node, boolean>();
  const vanishes = (root: Node): boolean => {
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing = memo.has(node) || isNonzero(node) ? [] : operands(node).filter((n) => !memo.has(n));
      if (missing.length > 0) {
        stack.push(...missing);
        continue;
      }
      if (!memo.has(node))
        memo.set(node, own(node, flat) || (!isNonzero(node) && operands(node).some((n) => memo.get(n))));
      stack.pop();
    }
    return memo.get(root) === true;
  };
  for (const { tensor, body } of model.equations) if (vanishes(body)) flat.add(tensor);
  return vanishes;
}

const isNonzero = (n: Node): boolean =>
  (n.kind === "apply" && NONZERO.has(n.fn)) || (n.kind === "reduce" && n.op === "logsumexp") || n.kind === "entry";

function own(node: Node, flat: ReadonlySet<Tensor>): boolean {
  switch (node.kind) {
    case "iverson":
    case "indicator":
    case "abstract":
    case "argument":
      return true;
    case "apply":
      return FLAT.has(node.fn);
    case "entry":
      return flat.has(node.tensor);
    case "rational":
      return node.value.equals(0);
    case "reduce":
      return node.op === "max" || node.op === "min";
    default:
      return false;
  }
}
