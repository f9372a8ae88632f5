import { flatMap } from "../../core/flat-map.js";
import { tensorsOf } from "../../expression/arena.js";
import type { Node, Position, Tensor } from "../../expression/node.js";
import { sameAxes } from "./change-entries.js";
import type { Facts } from "./facts.js";
import { firstEntry, replacing } from "./forms.js";
import { type Named, named } from "./named.js";
import { sharedOf } from "./shared.js";

/* The derivative by the input of a softmax, or of a sigmoid, times the slope of that function, which it holds already. */

export interface Again {
  readonly node: Node;
  readonly name: Named;
}

/** The derivative that is asked for, and its rule, with the slope once more. */
export function slopesAgain(f: Facts): readonly Again[] {
  const { arena } = f.judge.context;
  const { of, wrt, at, rule } = f.truth;
  if (of === null || wrt === null || of.axes.length > 0 || of.derivative !== null) return [];
  const own = arena.entry(arena.derivativeTensor(of, wrt), at);
  const asked = againAt(f, own, wrt, at);
  const before = rule === null ? [] : upstreamIn(rule, of).flatMap((t) => inRule(f, rule, t));
  return [...asked, ...before];
}

/** The derivatives of the loss in a rule. */
const upstreamIn = (rule: Node, of: Tensor): readonly Tensor[] =>
  tensorsOf(rule).filter((t) => t.derivative !== null && t.derivative.of === of);

/** Each way of doing it, wherever the derivative stands. */
function inRule(f: Facts, rule: Node, derivative: Tensor): readonly Again[] {
  const { arena } = f.judge.context;
  const wrt = derivative.derivative?.wrt;
  const first = firstEntry(rule, derivative);
  if (wrt === undefined || wrt === f.truth.wrt || first === null) return [];
  return againAt(f, first, wrt, first.at).map(({ name }, way) => ({
    node: replacing(arena, rule, derivative, (n) => againAt(f, n, wrt, n.at)[way]?.node ?? n),
    name,
  }));
}

/** A derivative by the input of such a function, times `y (1 - y)`, or of a softmax times `y` alone. */
function againAt(f: Facts, derivative: Node, wrt: Tensor, at: readonly Position[]): readonly Again[] {
  const { arena } = f.judge.context;
  const outputs = (sharedOf(f.judge).uses.get(wrt) ?? []).map((e) => e.tensor);
  return flatMap(outputs, (tensor): readonly Again[] => {
    if (!sameAxes(tensor, wrt) || tensor.parameters.length !== wrt.parameters.length) return [];
    const y = arena.entry(tensor, at);
    const times = (...more: readonly Node[]): Node => arena.multiply(derivative, y, ...more);
    const twice = times(arena.subtract(arena.one, y));
    const name = named("softmax-jacobian-applied-twice");
    if (f.isSoftmaxOutput(tensor))
      return [
        { node: twice, name },
        { node: times(), name: { ...name, beside: "softmax-offdiagonal-dropped" } },
      ];
    return f.logged(tensor) ? [{ node: twice, name: named("bce-not-simplified-wrong") }] : [];
  });
}
