import { tensorsOf } from "../../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../../expression/node.js";
import { known } from "../../model/sizes/sizes.js";
import type { Value } from "../../model/values/value.js";
import { Comparison } from "./compare.js";
import type { Facts } from "./facts.js";
import { latex, type Named } from "./named.js";
import { sharedOf } from "./shared.js";
import { shownFor } from "./shown.js";
import { contributionsTo } from "./truth.js";

/* What the shape of a wrong answer tells, where it is not that of the left side. */

/** The left side of a line as a whole, its entry, and the positions of that. */
export interface Whole {
  readonly value: Value;
  readonly entry: Node;
  readonly at: readonly Position[];
}

/** An axis less: a factor of the truth that has it is left out. An axis more: the gradient of what multiplies the input. */
export function ofOtherShape(f: Facts, left: Whole, right: Value): Named | null {
  if (right.axes.length < left.value.axes.length)
    return onlyDiagonal(f, left, right) ?? withoutFactors(f, left, right) ?? contracted(f, left, right);
  return f.bias && right.axes.length === left.value.axes.length + 1 ? ofWeights(f, right) : null;
}

/** The diagonal alone of a Jacobian that has nothing beside it. */
function onlyDiagonal(f: Facts, left: Whole, right: Value): Named | null {
  const { arena } = f.judge.context;
  const [p, q, ...more] = left.at;
  const [i, j] = [p, q].map((x) => (x === undefined ? null : arena.indexOf(x)));
  if (p === undefined || q === undefined || i == null || j == null || more.length > 0 || right.axes.length !== 1)
    return null;
  if (i.range.high !== j.range.high || right.axes[0]?.dim !== i.range.high) return null;
  const written = arena.multiply(arena.delta(p, q), right.at([p]));
  const c = new Comparison(f.judge.context, written, left.entry, [i, j]);
  const message = "this is the diagonal alone: the Jacobian of a function of each entry is the matrix diag of it";
  return c.usable && c.same(written, left.entry) ? { code: "hadamard-written-as-matmul", about: "", message } : null;
}

function withoutFactors(f: Facts, left: Whole, right: Value): Named | null {
  const { arena } = f.judge.context;
  const { rule, deeper } = f.truth;
  const forms = [rule, deeper, ...shownFor(f.judge, left.entry)].filter((n) => n?.kind === "multiply");
  for (const at of placings(left, right)) {
    const written = right.at(at);
    const own = new Set(at.flatMap((p) => p.terms.map(([i]) => i)));
    const foreign = left.at.flatMap((p) => p.terms.map(([i]) => i)).filter((i) => !own.has(i));
    const c = new Comparison(f.judge.context, written, written, written.free);
    for (const form of c.usable ? forms : []) {
      if (form?.kind !== "multiply") continue;
      const kept = form.factors.filter((n) => !n.free.some((i) => foreign.includes(i)));
      const dropped = form.factors.filter((n) => !kept.includes(n));
      if (kept.length > 0 && dropped.length > 0 && c.same(arena.multiply(...kept), written))
        return { code: "dropped-inner-factor", about: dropped.flatMap(tensorsOf).map(latex).join(", ") };
    }
  }
  return null;
}

/** `\sum_i \delta_i x_i` for the matrix of all `\delta_i x_j`: both places taken for one. */
function contracted(f: Facts, left: Whole, right: Value): Named | null {
  const { arena } = f.judge.context;
  const [i, j, ...more] = left.at.flatMap((p) => p.terms.map(([index]) => index));
  if (i === undefined || j === undefined || more.length > 0 || right.axes.length > 0) return null;
  const written = right.at([]);
  const isInner = [i, j].some(({ range }) => {
    const both = arena.freshIndex(range);
    const map = new Map([i, j].map((x) => [x, arena.at(both)]));
    const inner = arena.sum(both, arena.substitute(left.entry, map));
    const c = new Comparison(f.judge.context, written, inner, []);
    return c.usable && c.same(written, inner);
  });
  return isInner ? { code: "inner-instead-of-outer", about: "" } : null;
}

/** The axes of the left side that the right side's may be, in order. */
function placings(left: Whole, right: Value): readonly (readonly Position[])[] {
  const [only] = right.axes;
  if (only === undefined) return [[]];
  if (right.axes.length > 1) return [];
  return left.value.axes.flatMap((d, k) => {
    const p = left.at[k];
    return d.dim === only.dim && p !== undefined ? [[p]] : [];
  });
}

/** The gradient by the weights in the place of the one by the bias, or this times a vector. */
function ofWeights(f: Facts, right: Value): Named | null {
  const { arena } = f.judge.context;
  const indices = right.axes.map((d, k) => arena.index(`'${k + 1}`, arena.upTo(known(d))));
  const written = right.at(indices.map((i) => arena.at(i)));
  for (const { node, inputs } of [...byWeights(f, indices), ...timesVector(f, indices)]) {
    const c = new Comparison(f.judge.context, written, node, indices);
    if (c.usable && c.same(written, node))
      return { code: "bias-gradient-times-input", about: inputs.map(latex).join(", ") };
  }
  return null;
}

interface Gradient {
  readonly node: Node;
  readonly inputs: readonly Tensor[];
}

const fits = (t: Tensor, indices: readonly Index[]): boolean =>
  t.parameters.length === 0 &&
  t.axes.length === indices.length &&
  t.axes.every((r, k) => r.low === indices[k]?.range.low && r.high === indices[k]?.range.high);

/** What the equations that add the bias give for other quantities in them. */
function byWeights(f: Facts, indices: readonly Index[]): readonly Gradient[] {
  const { arena } = f.judge.context;
  const { of, wrt } = f.truth;
  if (of === null || of.axes.length > 0) return [];
  const at = indices.map((i) => arena.at(i));
  return f.through.flatMap((e) =>
    tensorsOf(e.body)
      .filter((t) => t !== wrt && fits(t, indices))
      .map((t) => {
        const own = contributionsTo(f.judge, of, t, at).filter((c) => c.through === e);
        const inputs = tensorsOf(e.body).filter((x) => x !== t && x !== wrt);
        return { node: arena.add(...own.map((c) => c.node)), inputs };
      }),
  );
}

/** The bias's own gradient times the entries of a vector. */
function timesVector(f: Facts, indices: readonly Index[]): readonly Gradient[] {
  const { arena } = f.judge.context;
  const { wrt, of } = f.truth;
  const [i, j] = indices;
  if (i === undefined || j === undefined || indices.length !== 2 || wrt === null || of === null) return [];
  const vectors = sharedOf(f.judge).tensors.filter((t) => t.derivative === null);
  return [
    [i, j],
    [j, i],
  ].flatMap(([own, other]) => {
    if (own === undefined || other === undefined || !fits(wrt, [own])) return [];
    const gradient = arena.entry(arena.derivativeTensor(of, wrt), [arena.at(own)]);
    return vectors
      .filter((t) => fits(t, [other]))
      .map((t) => ({ node: arena.multiply(gradient, arena.entry(t, [arena.at(other)])), inputs: [t] }));
  });
}
