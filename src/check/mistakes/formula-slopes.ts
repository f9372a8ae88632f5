import { flatMap } from "../../core/flat-map.js";
import { type Arena, tensorsOf } from "../../expression/arena.js";
import type { Node, Tensor } from "../../expression/node.js";
import { sameAxes } from "./change-entries.js";
import type { Facts } from "./facts.js";
import { contains } from "./forms.js";

/* An activation that a formula gives, `a = z / \sqrt{1 + z^2}`, with the slope of one that has a name. */

/** The slopes of tanh, of a sigmoid and of a ReLU, as people know them by heart. */
const KNOWN: readonly ((arena: Arena, z: Node, a: Node) => Node)[] = [
  (arena, _, a) => arena.subtract(arena.one, arena.power(a, 2)),
  (arena, _, a) => arena.multiply(a, arena.subtract(arena.one, a)),
  (arena, z) => arena.indicator(">", z),
];

/** The true derivative with such a slope in the place of the formula's own. */
export function withKnownSlopes(f: Facts): readonly Node[] {
  const { arena } = f.judge.context;
  const { of, wrt, at, contributions } = f.truth;
  if (of === null || wrt === null || of.axes.length > 0 || of.derivative !== null) return [];
  return flatMap(f.through, (e) => {
    const { tensor, body } = e;
    if (tensor === of || !sameAxes(tensor, wrt) || !isFormulaFor(body, wrt)) return [];
    const upstream = arena.entry(arena.derivativeTensor(of, tensor), at);
    const others = contributions.filter((c) => c.through !== e).map((c) => c.node);
    const [z, a] = [arena.entry(wrt, at), arena.entry(tensor, at)];
    return KNOWN.map((slope) => arena.add(...others, arena.multiply(upstream, slope(arena, z, a))));
  });
}

/** A formula of one entry with more than a function's name, and no sum; what is added to a function's value is no part of it. */
const isFormulaFor = (body: Node, wrt: Tensor): boolean =>
  body.kind !== "apply" &&
  (body.kind === "add" ? body.terms : [body]).every((n) => n.kind === "rational" || tensorsOf(n).includes(wrt)) &&
  tensorsOf(body).every((t) => t === wrt || t.axes.length === 0) &&
  contains(body, (n) => n.kind === "apply" || n.kind === "power" || n.kind === "indicator") &&
  !contains(body, (n) => n.kind === "reduce" || n.kind === "matrix");
