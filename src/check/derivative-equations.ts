import { Refusal, refuse } from "../core/diagnostic.js";
import type { Derivation } from "../derive/derivation.js";
import { deriveBriefly } from "../derive/derive.js";
import { below, graphOf, isRecurrent } from "../derive/graph.js";
import { hessian } from "../derive/hessian.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Position, Tensor } from "../expression/node.js";
import type { Equation, Model } from "../model/model.js";

/** The derivative of one quantity by another. */
export interface Pair {
  readonly of: Tensor;
  readonly wrt: Tensor;
}

/** The equations of the derivatives that claims mention, derived when they are wanted. */
export class DerivativeEquations {
  readonly #pairs = new Map<Tensor, Pair>();
  readonly #refused = new Map<Tensor, string>();
  readonly #sweeps = new Map<Tensor, Derivation>();

  mention(tensor: Tensor, pair: Pair): void {
    this.#pairs.set(tensor, pair);
  }

  /** All pairs that were mentioned. */
  get pairs(): readonly Pair[] {
    return [...this.#pairs.values()];
  }

  /** All equations that claims can be decided with: forward pass, names, and every derivative that was mentioned. */
  definitions(model: Model): ReadonlyMap<Tensor, readonly Equation[]> {
    const found = new Map<Tensor, Equation[]>();
    const put = (eq: Equation): void => {
      const list = found.get(eq.tensor) ?? [];
      if (!list.some((x) => x.at.length === eq.at.length && x.at.every((p, k) => p === eq.at[k]))) list.push(eq);
      found.set(eq.tensor, list);
    };
    for (const eq of model.equations) put(eq);
    // A sweep gives no second equation to what has one: by `\log \sigma`, of which no equation knows, all is constant to it.
    const given = new Set(found.keys());
    const done = new Set<Tensor>();
    for (const [tensor, { of, wrt }] of this.#pairs) {
      if (done.has(tensor) || found.has(tensor)) continue;
      for (const eq of this.#derivable(model, tensor, of, wrt)) {
        if (given.has(eq.tensor) || (done.has(eq.tensor) && !found.has(eq.tensor))) continue;
        put(eq);
      }
      done.add(tensor);
    }
    return found;
  }

  /** Why a derivative has no equation. */
  reasonAgainst(tensor: Tensor): string {
    const { of, wrt } = tensor.derivative ?? {};
    return this.#refused.get(tensor) ?? `the derivative of ${of?.latex ?? ""} by ${wrt?.latex ?? ""} is not known here`;
  }

  /** One sweep gives all derivatives of a quantity that were mentioned, unless one of them has no rule. */
  #derivation(model: Model, of: Tensor, wrt: Tensor): Derivation {
    let all = this.#sweeps.get(of);
    if (all === undefined) {
      const own = isRecurrent(graphOf(model), of);
      const wanted = [...this.#pairs.values()].filter((p) => p.of === of && (own || p.wrt !== of)).map((p) => p.wrt);
      all = deriveBriefly(model, wanted, of);
      this.#sweeps.set(of, all);
    }
    return all.diagnostics.some((d) => d.severity === "error") ? deriveBriefly(model, [wrt], of) : all;
  }

  /**
   * `P = (g - 1)^2` of a `g = \nabla_x f` is computed from a derivative: to differentiate it takes that derivative's own
   * equations, in front of the first that uses it.
   */
  withAdjoints(model: Model, of: Tensor): Model {
    const graph = graphOf(model);
    const adjoints = new Map<Tensor, Equation>();
    const seen = new Set<Tensor>();
    const visit = (tensors: Iterable<Tensor>): void => {
      for (const t of tensors) {
        const { of: from, wrt } = t.derivative ?? {};
        if (from === undefined || wrt === undefined || seen.has(t) || graph.definitions.has(t)) continue;
        seen.add(t);
        visit(below(graph, [from]));
        for (const eq of this.#derivable(model, t, from, wrt))
          if (!adjoints.has(eq.tensor)) adjoints.set(eq.tensor, eq);
      }
    };
    visit(below(graph, [of]));
    if (adjoints.size === 0) return model;
    const uses = (eq: Equation): boolean => tensorsOf(eq.body).some((t) => adjoints.has(t));
    const first = model.equations.findIndex(uses);
    const [before, behind] = [model.equations.slice(0, first), model.equations.slice(first)];
    // What the derivatives themselves are computed from stands in front of them.
    const own = below(graphOf({ ...model, equations: [...model.equations, ...adjoints.values()] }), adjoints.keys());
    const needed = behind.filter((eq) => own.has(eq.tensor) && !uses(eq));
    const rest = behind.filter((eq) => !needed.includes(eq));
    return { ...model, equations: [...before, ...needed, ...adjoints.values(), ...rest] };
  }

  /** A named derivative without an equation would pass for a constant. */
  #refuseWithout(model: Model, of: Tensor): void {
    const graph = graphOf(model);
    for (const t of below(graph, [of]))
      if (t.derivative !== null && !graph.definitions.has(t)) refuse("derivative/unknown", this.reasonAgainst(t), null);
  }

  /** What the rules refuse is known of that derivative alone. */
  #derivable(model: Model, tensor: Tensor, of: Tensor, wrt: Tensor): readonly Equation[] {
    try {
      return this.#derivativeEquations(model, of, wrt);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refused.set(tensor, error.diagnostic.message);
      return [];
    }
  }

  #derivativeEquations(model: Model, of: Tensor, wrt: Tensor): readonly Equation[] {
    const { arena } = model;
    const tensor = arena.derivativeTensor(of, wrt);
    // One member of a recurrence depends on the others.
    if (of === wrt && !isRecurrent(graphOf(model), of)) {
      const [a, b] = [of, wrt].map((t) => t.axes.map((r) => arena.freshIndex(r)));
      const rows = a ?? [];
      const columns = b ?? [];
      const body = arena.multiply(...rows.map((i, k) => arena.delta(arena.at(i), arena.at(columns[k] ?? i))));
      return [
        equation(
          tensor,
          [...rows, ...columns].map((i) => arena.at(i)),
          body,
        ),
      ];
    }
    if (of.derivative !== null) {
      const d = hessian(model, of.derivative.of, of.derivative.wrt, wrt);
      const first = deriveBriefly(model, [of.derivative.wrt], of.derivative.of);
      return [...first.gradients, ...d.gradients].map((g) =>
        equation(
          g.adjoint,
          g.indices.map((i) => arena.at(i)),
          g.local,
        ),
      );
    }
    const whole = this.withAdjoints(model, of);
    this.#refuseWithout(whole, of);
    const { gradients, diagnostics } = this.#derivation(whole, of, wrt);
    const [refusal] = diagnostics.filter((d) => d.severity === "error");
    if (refusal !== undefined && !gradients.some((g) => g.adjoint === tensor))
      this.#refused.set(tensor, refusal.message);
    return gradients.map((g) =>
      equation(
        g.adjoint,
        g.indices.map((i) => arena.at(i)),
        g.local,
      ),
    );
  }
}

const equation = (tensor: Tensor, at: readonly Position[], body: Node): Equation => ({
  tensor,
  at,
  body,
  span: { start: 0, end: 0 },
  latex: tensor.latex,
  byIndex: true,
});
