import { flatMap } from "../core/flat-map.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Position, Tensor } from "../expression/node.js";

/** What the evaluator needs of an equation: `tensor[at…] = body` for all values of the free indices in `at`. */
export interface Definition {
  readonly tensor: Tensor;
  readonly at: readonly Position[];
  readonly body: Node;
}

/** The equations of tensors that depend on each other. */
export interface Group {
  readonly equations: readonly Definition[];
  readonly recurrent: boolean;
}

const plans = new WeakMap<readonly Definition[], readonly Group[]>();

/** Groups equations by strongly connected tensors, each group after those it uses. */
export function planOf(equations: readonly Definition[]): readonly Group[] {
  let plan = plans.get(equations);
  if (plan === undefined) {
    plan = makePlan(equations);
    plans.set(equations, plan);
  }
  return plan;
}

function makePlan(equations: readonly Definition[]): readonly Group[] {
  const of = new Map<Tensor, Definition[]>();
  for (const e of equations) {
    const same = of.get(e.tensor);
    if (same === undefined) of.set(e.tensor, [e]);
    else same.push(e);
  }
  const uses = new Map<Tensor, readonly Tensor[]>();
  for (const [tensor, all] of of) {
    const used = new Set(flatMap(all, (e) => tensorsOf(e.body)));
    uses.set(
      tensor,
      [...used].filter((t) => of.has(t)),
    );
  }
  return new Components(uses).found.map((tensors) => {
    const members = new Set(tensors);
    const recurrent = tensors.some((t) => uses.get(t)?.some((u) => members.has(u)) ?? false);
    return { equations: flatMap(tensors, (t) => of.get(t) ?? []), recurrent };
  });
}

/** Strongly connected components, each after those it uses. Tarjan 1972, as a loop. */
class Components {
  readonly found: Tensor[][] = [];
  readonly #uses: ReadonlyMap<Tensor, readonly Tensor[]>;
  readonly #order = new Map<Tensor, number>();
  readonly #low = new Map<Tensor, number>();
  readonly #open: Tensor[] = [];
  readonly #isOpen = new Set<Tensor>();

  constructor(uses: ReadonlyMap<Tensor, readonly Tensor[]>) {
    this.#uses = uses;
    for (const root of uses.keys()) if (!this.#order.has(root)) this.#visit(root);
  }

  #visit(root: Tensor): void {
    const path = [this.#enter(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = this.#uses.get(top.tensor)?.[top.next++];
      if (to === undefined) {
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) this.#lower(parent.tensor, this.#low.get(top.tensor));
        if (this.#low.get(top.tensor) === this.#order.get(top.tensor)) this.#close(top.tensor);
      } else if (!this.#order.has(to)) path.push(this.#enter(to));
      else if (this.#isOpen.has(to)) this.#lower(top.tensor, this.#order.get(to));
    }
  }

  #enter(tensor: Tensor): { readonly tensor: Tensor; next: number } {
    const number = this.#order.size;
    this.#order.set(tensor, number);
    this.#low.set(tensor, number);
    this.#open.push(tensor);
    this.#isOpen.add(tensor);
    return { tensor, next: 0 };
  }

  #lower(tensor: Tensor, to = 0): void {
    this.#low.set(tensor, Math.min(this.#low.get(tensor) ?? to, to));
  }

  #close(root: Tensor): void {
    const component = this.#open.splice(this.#open.lastIndexOf(root));
    for (const t of component) this.#isOpen.delete(t);
    this.found.push(component);
  }
}
