import { operands, tensorsOf } from "../../expression/arena.js";
import type { Node, NodeOf, Tensor } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import type { Judge } from "../judge.js";
import type { Application } from "./change.js";

/** What is looked up for every wrong line of a problem, found once. */
export interface Shared {
  readonly equations: readonly Equation[];
  readonly uses: ReadonlyMap<Tensor, readonly Equation[]>;
  readonly applications: readonly Application[];
  /** Plain symbols, and the derivatives by what each one is of. */
  readonly tensors: readonly Tensor[];
}

const shared = new WeakMap<Judge, Shared>();

export function sharedOf(judge: Judge): Shared {
  const known = shared.get(judge);
  if (known !== undefined) return known;
  const { equations } = judge.derivatives.model;
  const uses = new Map<Tensor, Equation[]>();
  const applications: Application[] = [];
  for (const e of equations) {
    for (const t of tensorsOf(e.body)) {
      const list = uses.get(t);
      if (list === undefined) uses.set(t, [e]);
      else list.push(e);
    }
    for (const n of applied(e.body)) {
      const [arg] = n.args;
      if (arg?.kind === "entry")
        applications.push({ fn: n.fn, input: arg.tensor, output: e.body === n ? e.tensor : null });
    }
  }
  const tensors = new Set<Tensor>();
  for (const s of judge.problem.model.symbols) if (s.role !== "dimension") tensors.add(s.tensor);
  for (const t of judge.context.definitions.keys()) if (t.derivative !== null) tensors.add(t);
  const found: Shared = { equations, uses, applications, tensors: [...tensors] };
  shared.set(judge, found);
  return found;
}

function applied(node: Node): readonly NodeOf<"apply">[] {
  const found: NodeOf<"apply">[] = [];
  const seen = new Set<Node>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "apply") found.push(n);
    stack.push(...operands(n));
  }
  return found;
}
