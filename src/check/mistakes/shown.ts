import type { Gradient } from "../../derive/derivation.js";
import { derive } from "../../derive/derive.js";
import type { Node, Tensor } from "../../expression/node.js";
import type { Judge } from "../judge.js";
import { definitionAt } from "./truth.js";

const derived = new WeakMap<Judge, Map<Tensor, ReadonlyMap<Tensor, Gradient>>>();

/** The gradients of one quantity that lines name, derived once for all of them. */
function gradientsOf(judge: Judge, of: Tensor): ReadonlyMap<Tensor, Gradient> {
  const known = derived.get(judge) ?? new Map<Tensor, ReadonlyMap<Tensor, Gradient>>();
  derived.set(judge, known);
  const found = known.get(of) ?? new Map(shownGradients(judge, of).map((g) => [g.adjoint, g]));
  known.set(of, found);
  return found;
}

function shownGradients(judge: Judge, of: Tensor): readonly Gradient[] {
  const wanted = [...judge.context.definitions.keys()].flatMap((t) =>
    t.derivative?.of === of ? [t.derivative.wrt] : [],
  );
  return derive(judge.derivatives.modelFor(of), wanted, of).gradients;
}

/** What a derivation shows for a derivative; the equation of a forward quantity that is said again. */
export function shownFor(judge: Judge, left: Node): readonly Node[] {
  if (left.kind !== "entry") return [];
  const { arena } = judge.context;
  const d = left.tensor.derivative;
  if (d === null) return [definitionAt(judge, left.tensor, left.at)].filter((n) => n !== null && n !== left) as Node[];
  // What has an equation among the names is no derivative of a model's quantity by another one.
  if (d.of.derivative !== null || d.of === d.wrt || judge.derivatives.names.has(left.tensor)) return [];
  const own = gradientsOf(judge, d.of).get(left.tensor) ?? null;
  if (own === null) return [];
  return [arena.substitute(own.shown, new Map(own.indices.map((i, k) => [i, left.at[k] ?? arena.at(i)])))];
}
