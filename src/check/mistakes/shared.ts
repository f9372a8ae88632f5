import { operands, tensorsOf } from "../../expression/arena.js";
import type { Node, NodeOf, Tensor } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import type { Judge } from "../judge.js";
import type { Application, Applications } from "./slopes.js";

/** What is looked up for every wrong line of a problem, found once. */
export interface Shared {
  readonly equations: readonly Equation[];
  readonly uses: ReadonlyMap<Tensor, readonly Equation[]>;
  readonly applications: Applications;
  /** Plain symbols, and the derivatives by what each one is of. */
  readonly tensors: readonly Tensor[];
}

const shared = new WeakMap<Judge, Shared>();

export function sharedOf(judge: Judge): Shared {
  const known = shared.get(judge);
  if (known !== undefined) return known;
  const { equations } = judge.derivatives.model;
  const uses = new Map<Tensor, Equation[]>();
  for (const e of equations) for (const t of tensorsOf(e.body)) push(uses, t, e);
  const tensors = new Set<Tensor>();
  for (const s of judge.problem.model.symbols) if (s.role !== "dimension") tensors.add(s.tensor);
  for (const t of judge.context.definitions.keys()) if (t.derivative !== null) tensors.add(t);
  const found: Shared = { equations, uses, applications: applicationsIn(equations), tensors: [...tensors] };
  shared.set(judge, found);
  return found;
}

function applicationsIn(equations: readonly Equation[]): Applications {
  const byOutput = new Map<Tensor, Application[]>();
  const byInput = new Map<Tensor, Application[]>();
  for (const application of equations.flatMap(applicationsOf)) {
    const { input, output } = application;
    if (output !== null) push(byOutput, output.tensor, application);
    if (input.kind === "entry") push(byInput, input.tensor, application);
  }
  return { byOutput, byInput };
}

const applicationsOf = ({ tensor, at, body }: Equation): readonly Application[] =>
  applied(body).flatMap((n) => {
    const [input] = n.args;
    if (input === undefined || n.args.length !== 1) return [];
    return [{ fn: n.fn, input, output: body === n ? { tensor, at } : null }];
  });

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
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
