import { stronglyConnected } from "../core/components.js";
import type { Arena } from "../expression/arena.js";
import { operands } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position, Range, Tensor } from "../expression/node.js";
import type { Derivation, Gradient } from "./derivation.js";
import { leastOf } from "./positions.js";

/*
 * The derivatives of a network of symbolic depth are proved by induction over its layers: the last ones need no other, every
 * other one needs its neighbours. A gradient with its conditions decided at the ends, and between them, is that proof.
 */

/** One line of the proof: `left = right` where `where` says. */
export interface InductionLine {
  /** `base`: needs no other member; `step`: needs its neighbours; `end`: the step at an end that differs. */
  readonly role: "base" | "step" | "end";
  readonly left: Node;
  readonly right: Node;
  /** One place, or an index over several. */
  readonly where: Position | Index;
  /** How far away the members lie that the step needs; 0: in the same layer. */
  readonly from: number;
}

export type Induction =
  | { readonly kind: "recurrence"; readonly index: Index; readonly lines: readonly InductionLine[] }
  /** A parameter of each member: known where the induction is. */
  | { readonly kind: "member"; readonly index: Index }
  /** A parameter that all members share: a sum over them. */
  | { readonly kind: "shared"; readonly range: Range };

/** What the induction says of each gradient; nothing of those that it does not touch. */
export function inductions({ model, gradients }: Derivation): ReadonlyMap<Gradient, Induction> {
  const { arena } = model;
  const byAdjoint = new Map(gradients.map((g) => [g.adjoint, g]));
  const references = new Map(gradients.map((g) => [g, entriesIn(g.shown, byAdjoint)]));
  const needs = (g: Gradient): readonly Gradient[] =>
    (references.get(g) ?? []).map((e) => byAdjoint.get(e.tensor)).filter((o) => o !== undefined);
  const cycles = stronglyConnected(gradients, needs).filter(
    ([g, ...more]) => g !== undefined && (more.length > 0 || needs(g).includes(g)),
  );
  const inside = new Map(
    cycles.flatMap((cycle) => cycle.map((g) => [g, new Set(cycle.map((o) => o.adjoint))] as const)),
  );
  const all = new Set([...inside.values()].flatMap((s) => [...s]));
  const found = new Map<Gradient, Induction>();
  for (const g of gradients) {
    const own = inside.get(g);
    const refs = references.get(g) ?? [];
    const one =
      own === undefined
        ? known(
            g,
            refs.filter((e) => all.has(e.tensor)),
          )
        : recurrence(
            arena,
            g,
            refs.filter((e) => own.has(e.tensor)),
          );
    if (one !== null) found.set(g, one);
  }
  return found;
}

type Entry = NodeOf<"entry">;

function entriesIn(node: Node, adjoints: ReadonlyMap<Tensor, Gradient>): readonly Entry[] {
  return nodesIn(node).filter((n): n is Entry => n.kind === "entry" && adjoints.has(n.tensor));
}

function nodesIn(root: Node): readonly Node[] {
  const seen = new Set<Node>();
  const stack = [root];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    stack.push(...operands(n));
  }
  return [...seen];
}

const isFamily = ({ wrt, adjoint }: Gradient): boolean =>
  wrt.parameters.length > 0 && adjoint.axes.length === wrt.axes.length;
const isPlainFamily = (g: Gradient): boolean => isFamily(g) && g.wrt.parameters.length === 1;

function known(g: Gradient, refs: readonly Entry[]): Induction | null {
  const [ref] = refs;
  const [index] = g.indices;
  if (ref === undefined || g.adjoint.axes.length !== g.wrt.axes.length) return null;
  if (isPlainFamily(g)) return index === undefined ? null : { kind: "member", index };
  if (g.wrt.parameters.length > 0) return null;
  const [first] = ref.at;
  const bound = first?.terms.map(([i]) => i).find((i) => i.name.startsWith("#"));
  return bound === undefined || ref.tensor.parameters.length !== 1 ? null : { kind: "shared", range: bound.range };
}

/** Over the layers of `z_n^{(\ell)}`, for each example n: over the one place along which members need others. */
function recurrence(arena: Arena, g: Gradient, refs: readonly Entry[]): Induction | null {
  const places = isFamily(g) ? g.indices.slice(0, g.wrt.parameters.length) : [];
  const stays = (e: Entry, slot: number): boolean => places.every((i, k) => k === slot || e.at[k] === arena.at(i));
  const slot = places.findIndex((_, k) => refs.every((e) => stays(e, k)));
  const index = places[slot];
  if (index === undefined) return null;
  const distances = refs.map((e) => distance(arena, e.at[slot], index));
  if (distances.includes(null)) return null;
  const furthest = distances.reduce((a: number, b) => (Math.abs(b ?? 0) > Math.abs(a) ? (b ?? 0) : a), 0);
  const at = (p: Position): Node =>
    arena.entry(
      g.adjoint,
      g.indices.map((i, k) => (k === slot ? p : arena.at(i))),
    );
  const line = (role: InductionLine["role"], where: Position | Index): InductionLine => {
    const p = "terms" in where ? where : arena.at(where);
    return {
      role,
      left: at(p),
      right: decided(arena, arena.substitute(g.shown, new Map([[index, p]]))),
      where,
      from: furthest,
    };
  };
  let { low, high } = index.range;
  const [before, after]: [InductionLine[], InductionLine[]] = [[], []];
  for (let n = 0; n < MOST_ENDS; n++) {
    const inner = arena.index(index.name, arena.range(low, high));
    const step = line("step", inner);
    const side = openSide(arena, step.right, inner);
    if (side === null) return { kind: "recurrence", index, lines: [...before, step, ...after] };
    if (side === "neither") return null;
    const place = line("base", arena.atDim(side === "high" ? high : low));
    const isBase = !nodesIn(place.right).some((m) => m.kind === "entry" && refs.some((e) => e.tensor === m.tensor));
    // The proof goes from one end to the other.
    if ((side === "high") === furthest > 0 || isBase) before.push(isBase ? place : { ...place, role: "end" });
    else after.unshift({ ...place, role: "end" });
    if (side === "high") high = arena.subtractDims(high, arena.oneDim);
    else low = arena.addDims(low, arena.oneDim);
  }
  return null;
}

/** So many members at the ends may differ from those between. */
const MOST_ENDS = 5;

function distance(arena: Arena, place: Position | undefined, index: Index): number | null {
  const away = place === undefined ? null : arena.difference(place, arena.at(index));
  return away === null || away.terms.length > 0 || away.value !== null ? null : arena.integerOf(away.offset);
}

/** Conditions that hold for all values of their indices, or for none, are decided. */
function decided(arena: Arena, root: Node): Node {
  const done = new Map<Node, Node>();
  const go = (n: Node): Node => {
    const before = done.get(n);
    if (before !== undefined) return before;
    const made = n.kind === "iverson" ? condition(arena, n) : arena.mapOperands(n, go);
    done.set(n, made);
    return made;
  };
  return go(root);
}

function condition(arena: Arena, n: NodeOf<"iverson">): Node {
  if (n.position.value !== null) return n;
  const [least, most] = ["least", "most"].map((end) =>
    n.position.terms.reduce((sum, [i, c]) => {
      const edge = c > 0 === (end === "least") ? i.range.low : i.range.high;
      return arena.addDims(sum, arena.scaleDim(edge, c));
    }, n.position.offset),
  );
  if (least === undefined || most === undefined) return n;
  const isPositive = leastOf(arena.subtractDims(least, arena.oneDim));
  const isNegative = leastOf(arena.subtractDims(arena.scaleDim(most, -1), arena.oneDim));
  if (isNegative !== null && isNegative >= 0) return arena.zero;
  if (n.relation === "zero") return isPositive !== null && isPositive >= 0 ? arena.zero : n;
  const isThere = leastOf(least);
  return isThere !== null && isThere >= 0 ? arena.one : n;
}

/** The end at which a condition on the index is still open; `null` where none is. */
function openSide(arena: Arena, node: Node, index: Index): "low" | "high" | "neither" | null {
  const { low, high } = index.range;
  for (const n of nodesIn(node)) {
    if (n.kind !== "iverson") continue;
    const own = n.position.terms.find(([i]) => i === index)?.[1];
    if (own === undefined) continue;
    if (n.position.terms.length > 1) return "neither";
    if (n.relation === "nonnegative") return own > 0 ? "low" : "high";
    const place = arena.scaleDim(n.position.offset, -own);
    return place === high ? "high" : place === low ? "low" : "neither";
  }
  return null;
}
