import { operands, tensorsOf } from "../../expression/arena.js";
import type { Node } from "../../expression/node.js";
import type { Model } from "../model.js";

/** What people call a loss. */
export const LOSS_NAME = /^([LJECl]|\\ell|\\mathcal\{?L\}?|[Ll]oss|[Cc]ost|[Ee]rror|[A-Z]{2,4}|Loss)$/;

/**
 * The abstract functions that a loss is made of, where reading them entry by entry leaves it an array: `J = f(O) + …`,
 * `L = \sum_t \ell(o_t)`. Only of something that is called like a loss, and of functions that stand nowhere else.
 */
export function lossFunctions(model: Model): ReadonlySet<string> {
  const used = new Set(model.equations.flatMap((eq) => tensorsOf(eq.body).filter((t) => t !== eq.tensor)));
  const isLoss = (eq: Model["equations"][number]): boolean =>
    eq.tensor.axes.length > 0 && !used.has(eq.tensor) && (LOSS_NAME.test(eq.tensor.latex) || isCalledLoss(eq.body));
  // `O = J(Z)` with an O of any name.
  const isCalledLoss = (body: Node): boolean => body.kind === "abstract" && LOSS_NAME.test(body.name);
  const elsewhere = new Set(model.equations.filter((eq) => !isLoss(eq)).flatMap((eq) => abstractsIn(eq.body)));
  const own = model.equations.filter(isLoss).flatMap((eq) => abstractsIn(eq.body));
  return new Set(own.filter((name) => !elsewhere.has(name)));
}

function abstractsIn(root: Node): readonly string[] {
  const seen = new Set<Node>();
  const names: string[] = [];
  const stack = [root];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "abstract") names.push(n.name);
    stack.push(...operands(n));
  }
  return names;
}
