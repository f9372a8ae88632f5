import { flatMap } from "../../core/flat-map.js";
import { nodesBelow } from "../../evaluate/walk.js";
import type { Arena } from "../../expression/arena.js";
import type { Node, Position, Tensor } from "../../expression/node.js";
import { type Change, type Changed, costOf, type Kit, MAX_DEPTH, type Scope } from "./change.js";
import { numbered } from "./named.js";

/* One quantity or position in the place of another, at one place or wherever it stands. */

/** A tensor that stands in several places, replaced in all of them; two exchanged. */
export function* everywhere(kit: Kit, node: Node): Generator<Changed> {
  const below = nodesBelow([node]);
  const counted = new Map<Tensor, number>();
  for (const n of below) if (n.kind === "entry") counted.set(n.tensor, (counted.get(n.tensor) ?? 0) + 1);
  const cost = costOf(node);
  const present = [...counted.keys()];
  for (const { map, change } of [
    ...replacedEverywhere(kit, below, counted),
    ...exchanged(present),
    ...shifted(kit, present),
  ]) {
    kit.work.left -= cost;
    if (kit.work.left < 0) return;
    yield { node: withTensors(kit.arena, node, map, 0), change };
  }
}

interface Replacement {
  readonly map: ReadonlyMap<Tensor, Tensor>;
  readonly change: Change;
}

function replacedEverywhere(
  kit: Kit,
  below: readonly Node[],
  counted: ReadonlyMap<Tensor, number>,
): readonly Replacement[] {
  const several = [...counted].filter(([from, count]) => count > 1 && from.axes.length > 0);
  return flatMap(several, ([from, count]) => {
    const inside = insideIndicators(below, from, count) ? "indicator" : null;
    return replacements(kit, from, inside).map((to): Replacement => {
      return { map: new Map([[from, to]]), change: { kind: "tensor", from, to, inside } };
    });
  });
}

const exchanged = (present: readonly Tensor[]): readonly Replacement[] =>
  matrixPairs(present).map(([a, b]) => ({
    map: new Map([
      [a, b],
      [b, a],
    ]),
    change: { kind: "exchanged", a, b },
  }));

/** `h_1`, `h_2` and `h_3` for `h_0`, `h_1` and `h_2`: all that have one letter, each the next one or the one before. */
function shifted({ tensors }: Kit, present: readonly Tensor[]): readonly Replacement[] {
  const plain = present.filter((t) => t.derivative === null && numbered(t) !== null);
  const letters = [...new Set(plain.map((t) => numbered(t)?.letter))];
  return flatMap(letters, (letter) => {
    const own = plain.filter((t) => numbered(t)?.letter === letter);
    return own.length < 2 ? [] : flatMap([1, -1], (by) => shiftOf(tensors, own, by));
  });
}

function shiftOf(tensors: readonly Tensor[], own: readonly Tensor[], by: number): readonly Replacement[] {
  const next = (t: Tensor): Tensor | undefined => {
    const { letter, number } = numbered(t) ?? {};
    const wanted = (u: Tensor): boolean => numbered(u)?.letter === letter && numbered(u)?.number === (number ?? 0) + by;
    return tensors.find((u) => wanted(u) && mayReplace(t, u, null));
  };
  const pairs = own.flatMap((t) => {
    const to = next(t);
    return to === undefined ? [] : [[t, to] as const];
  });
  const [first] = pairs;
  if (first === undefined || pairs.length < own.length) return [];
  return [{ map: new Map(pairs), change: { kind: "tensor", from: first[0], to: first[1], inside: null } }];
}

function withTensors(arena: Arena, n: Node, map: ReadonlyMap<Tensor, Tensor>, depth: number): Node {
  if (n.kind === "entry") return arena.entry(map.get(n.tensor) ?? n.tensor, n.at);
  return depth > MAX_DEPTH ? n : arena.mapOperands(n, (m) => withTensors(arena, m, map, depth + 1));
}

/** Two matrices of one shape. */
function matrixPairs(present: readonly Tensor[]): readonly (readonly [Tensor, Tensor])[] {
  const matrices = present.filter((t) => t.axes.length - t.parameters.length === 2);
  return flatMap(matrices, (a, k) =>
    flatMap(matrices.slice(k + 1), (b) => (mayReplace(a, b, null) ? [[a, b] as const] : [])),
  );
}

/** What may be taken for a quantity; a mask that looks at a gradient does so by that name, whatever else has its value. */
function replacements({ tensors }: Kit, from: Tensor, inside: string | null): readonly Tensor[] {
  const found = tensors.filter((to) => mayReplace(from, to, inside));
  const isGradient = (t: Tensor): boolean => t.derivative !== null;
  return inside === "indicator" ? [...found.filter(isGradient), ...found.filter((t) => !isGradient(t))] : found;
}

/** All uses of a tensor stand in conditions. */
function insideIndicators(below: readonly Node[], tensor: Tensor, count: number): boolean {
  const conditions = below.filter((n) => n.kind === "indicator");
  const inside = new Set(nodesBelow(conditions).filter((n) => n.kind === "entry" && n.tensor === tensor));
  return inside.size === count;
}

/** Quantities of one shape, plain ones or derivatives; a mask may look at any. */
const mayReplace = (from: Tensor, to: Tensor, inside: string | null): boolean =>
  to !== from &&
  sameAxes(from, to) &&
  to.parameters.length === from.parameters.length &&
  ((to.derivative === null) === (from.derivative === null) || inside === "indicator");

export const sameAxes = (a: Tensor, b: Tensor): boolean =>
  a.axes.length === b.axes.length && a.axes.every((r, k) => r.low === b.axes[k]?.low && r.high === b.axes[k]?.high);

export function* inEntry(kit: Kit, tensor: Tensor, at: readonly Position[], scope: Scope): Generator<Changed> {
  const { arena } = kit;
  const { inside } = scope;
  const members = tensor.parameters.length;
  const own = at.slice(members);
  if (tensor.derivative === null && members > 0)
    for (const by of [1, -1])
      yield {
        node: arena.entry(tensor, [arena.shift(at[0] ?? arena.literal(0), arena.constantDim(by)), ...at.slice(1)]),
        change: { kind: "member", tensor, by, inside },
      };
  const [i, j] = own;
  if (own.length === 2 && i !== undefined && j !== undefined)
    yield { node: arena.entry(tensor, [...at.slice(0, members), j, i]), change: { kind: "indices", tensor } };
  yield* otherLetters(arena, tensor, at, scope);
  for (const to of replacements(kit, tensor, inside))
    yield { node: arena.entry(to, at), change: { kind: "tensor", from: tensor, to, inside } };
  yield* ofOtherAxes(kit, tensor, own.length, scope);
}

/** A quantity of another shape in the place of one. */
function* ofOtherAxes(kit: Kit, tensor: Tensor, order: number, { indices, inside }: Scope): Generator<Changed> {
  const { arena } = kit;
  const members = tensor.parameters.length;
  for (const to of kit.tensors) {
    if (to === tensor || to.parameters.length !== members || sameAxes(tensor, to)) continue;
    if ((to.derivative === null) !== (tensor.derivative === null)) continue;
    if (inside === "indicator" && to.axes.length === 0) {
      yield { node: arena.entry(to, []), change: { kind: "tensor", from: tensor, to, inside } };
      continue;
    }
    if (members > 0 || to.axes.length !== order || to.axes.length === 0) continue;
    // The other tensor's axes take other letters.
    const fitting = to.axes.map((r) => indices.filter((x) => x.range.low === r.low && x.range.high === r.high));
    const chosen = fitting.map((f) => f[0]);
    if (chosen.includes(undefined)) continue;
    yield {
      node: arena.entry(
        to,
        flatMap(chosen, (x) => (x === undefined ? [] : [arena.at(x)])),
      ),
      change: { kind: "tensor", from: tensor, to, inside },
    };
  }
}

/** `\delta_j` for `\delta_i`, where j runs over the same. */
function* otherLetters(arena: Arena, tensor: Tensor, at: readonly Position[], scope: Scope): Generator<Changed> {
  for (const [k, p] of at.entries()) {
    const from = k < tensor.parameters.length ? null : arena.indexOf(p);
    for (const to of from === null ? [] : scope.indices) {
      if (from === null || to === from || to.range.low !== from.range.low || to.range.high !== from.range.high)
        continue;
      yield { node: arena.entry(tensor, at.with(k, arena.at(to))), change: { kind: "letter", tensor, from, to } };
    }
  }
}
