import type { Tensor } from "../expression/node.js";
import type { Equation, Model } from "../model/model.js";
import type { Derivation } from "./derivation.js";
import { derive } from "./derive.js";

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
