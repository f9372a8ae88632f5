import { flatMap } from "../core/flat-map.js";
import { type Group, planOf } from "../evaluate/plan.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";

/** What an expression needs to have computed before it. */
export interface Needs {
  /** All tensors in it and, through definitions, below it. */
  readonly tensors: readonly Tensor[];
  /** The right sides of their definitions. */
  readonly bodies: readonly Node[];
}

/** Which definitions an expression rests on, in the order in which they are computed. */
export class Plan {
  readonly #equations: readonly Equation[];
  readonly #of = new Map<Tensor, Equation[]>();
  readonly #needs = new WeakMap<Node, Needs>();
  #groups: ReadonlyMap<Tensor, number> | null = null;

  constructor(equations: readonly Equation[]) {
    this.#equations = equations;
    for (const e of equations) {
      const same = this.#of.get(e.tensor);
      if (same === undefined) this.#of.set(e.tensor, [e]);
      else same.push(e);
    }
  }

  defines(tensor: Tensor): boolean {
    return this.#of.has(tensor);
  }

  equationsOf(tensors: readonly Tensor[]): readonly Equation[] {
    return flatMap(tensors, (t) => this.#of.get(t) ?? []);
  }

  below(roots: readonly Node[]): Needs {
    const found = roots.map((n) => this.#below(n));
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    return {
      tensors: [...new Set(flatMap(found, (f) => f.tensors))],
      bodies: [...new Set(flatMap(found, (f) => f.bodies))],
    };
  }

  #below(root: Node): Needs {
    const known = this.#needs.get(root);
    if (known !== undefined) return known;
    const tensors = new Set<Tensor>();
    const bodies: Node[] = [];
    const waiting = [...tensorsOf(root)];
    for (let t = waiting.pop(); t !== undefined; t = waiting.pop()) {
      if (tensors.has(t)) continue;
      tensors.add(t);
      for (const e of this.#of.get(t) ?? []) {
        bodies.push(e.body);
        waiting.push(...tensorsOf(e.body));
      }
    }
    const needs = { tensors: [...tensors], bodies };
    this.#needs.set(root, needs);
    return needs;
  }

  /** The groups that compute these tensors, each after those it uses. */
  groupsOf(tensors: readonly Tensor[]): readonly Group[] {
    const groups = planOf(this.#equations);
    if (this.#groups === null)
      this.#groups = new Map(flatMap(groups, (g, k) => g.equations.map((e) => [e.tensor, k] as const)));
    const numbers = new Set<number>();
    for (const t of tensors) {
      const k = this.#groups.get(t);
      if (k !== undefined) numbers.add(k);
    }
    return flatMap(
      [...numbers].sort((a, b) => a - b),
      (k) => groups[k] ?? [],
    );
  }
}
