import { diagnostic, Refusal } from "../core/diagnostic.js";
import type { Arena } from "../expression/arena.js";
import { tensorsOf } from "../expression/arena.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import type { Equation, Model } from "../model/model.js";
import type { Derivation, Gradient } from "./derivation.js";
import { derive } from "./derive.js";
import { above, graphOf } from "./graph.js";

/**
 * The model with the gradients of a derivation as equations of their own, so that they can be differentiated in turn. A
 * gradient is taken in its local form: it follows from its equation alone, and holds at every point, whereas the fused
 * one may hold under an assumption only.
 */
export function withGradients(d: Derivation): Model {
  const { model } = d;
  const equations = d.gradients.map((g): Equation => {
    const at = g.indices.map((i) => model.arena.at(i));
    return { tensor: g.adjoint, at, body: g.local, span: { start: 0, end: 0 }, latex: g.adjoint.latex, byIndex: true };
  });
  return { ...model, equations: [...model.equations, ...equations] };
}

/** `∂²of/∂x∂y`: the gradient of `of` by `x`, differentiated by `y`; axes of `x`, then of `y`. */
export function hessian(model: Model, of: Tensor, x: Tensor, y: Tensor): Derivation {
  const first = derive(model, [x], of);
  return derive(withGradients(first), [y], model.arena.derivativeTensor(of, x));
}

/** A direction in the space of a variable: an entry for each value of the variable's indices. */
export interface Direction {
  readonly indices: readonly Index[];
  readonly node: Node;
  readonly latex: string;
}

/**
 * `∂²of/∂x∂y` times a direction, without the second derivative: `D = Σ ∂of/∂y · v` is a scalar, and its gradient by `x` is what is
 * wanted (Pearlmutter 1994). No array on the way is larger than a variable or an intermediate.
 */
export function hessianVector(model: Model, of: Tensor, x: Tensor, y: Tensor, v: Direction): Derivation {
  const { arena } = model;
  const moved = above(graphOf(model), [x]);
  const bent = tensorsOf(v.node).find((t) => moved.has(t));
  if (bent !== undefined)
    throw new Refusal(
      diagnostic(
        "error",
        "derive/direction",
        `the direction $${v.latex}$ itself depends on $${x.latex}$, through $${bent.latex}$`,
        null,
      ),
    );
  const first = derive(model, [y], of);
  const gradient = arena.derivativeTensor(of, y);
  const entry = arena.entry(
    gradient,
    v.indices.map((i) => arena.at(i)),
  );
  const slope = slopeOf(arena, of, y, v);
  const body = arena.sums(v.indices, arena.multiply(entry, v.node));
  const along: Equation = {
    tensor: slope,
    at: [],
    body,
    span: { start: 0, end: 0 },
    latex: slope.latex,
    byIndex: true,
  };
  const base = withGradients(first);
  const second = derive({ ...base, equations: [...base.equations, along] }, [x], slope);
  return withDirection(second, gradient, v);
}

/** The scalar `D_v f`, the derivative of `f` along a direction. */
function slopeOf(arena: Arena, of: Tensor, y: Tensor, v: Direction): Tensor {
  const latex = `D_{${v.latex}} ${of.latex}`;
  return arena.tensor({
    key: `D ${of.key} by ${y.key} along ${v.node.id}`,
    latex,
    name: `slope_of_${of.name}`,
    parameters: [],
    axes: [],
    integer: false,
    derivative: null,
  });
}

/** The derivative of the slope by the gradient is the direction: nobody writes it otherwise. */
function withDirection(d: Derivation, gradient: Tensor, v: Direction): Derivation {
  const { arena } = d.model;
  const own = arena.derivativeTensor(d.target, gradient);
  const put = (n: Node): Node => {
    const done = new Map<Node, Node>();
    const go = (m: Node): Node => {
      const known = done.get(m);
      if (known !== undefined) return known;
      const map =
        m.kind === "entry" && m.tensor === own ? new Map(v.indices.map((i, k) => [i, m.at[k] ?? arena.at(i)])) : null;
      const result = map === null ? arena.mapOperands(m, go) : arena.substitute(v.node, map);
      done.set(m, result);
      return result;
    };
    return go(n);
  };
  const gradients = d.gradients.map((g): Gradient => {
    const shown = put(g.shown);
    if (shown === g.shown) return g;
    const why = `the derivative of $${d.target.latex}$ by the gradient is $${v.latex}$`;
    return { ...g, shown, steps: [...g.steps, { left: g.shown, right: shown, rule: "substitute", why }] };
  });
  return { ...d, gradients };
}
