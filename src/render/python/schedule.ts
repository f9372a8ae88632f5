import { stronglyConnected } from "../../core/components.js";
import { addTo } from "../../core/groups.js";
import type { Arena } from "../../expression/arena.js";
import { operands } from "../../expression/arena.js";
import type { Node, NodeOf, Position, Tensor } from "../../expression/node.js";

/*
 * The order in which equations are computed. Equations that need one another (a recurrence) form a group, which is run
 * in a loop over those axes along which they reach back, in a direction in which every reach is to something done.
 */

/** `tensor[at…] = body`, forward or backward. */
export interface Assignment {
  readonly tensor: Tensor;
  readonly at: readonly Position[];
  readonly body: Node;
  readonly comment: string;
}

export interface LoopAxis {
  readonly axis: number;
  readonly step: 1 | -1;
}

export interface Group {
  /** In an order that holds within one pass of the loop. */
  readonly members: readonly Assignment[];
  /** Outermost first; empty where nothing is recurrent. */
  readonly loops: readonly LoopAxis[];
}

type Entry = NodeOf<"entry">;

export function schedule(arena: Arena, assignments: readonly Assignment[]): readonly Group[] {
  const byTensor = new Map<Tensor, Assignment[]>();
  for (const a of assignments) addTo(byTensor, a.tensor, a);
  const reads = new Map(assignments.map((a) => [a, entriesOf(a.body)] as const));
  const needs = (a: Assignment): readonly Assignment[] => {
    const found = new Set<Assignment>();
    for (const e of reads.get(a) ?? [])
      for (const b of byTensor.get(e.tensor) ?? []) if (overlaps(arena, e, b)) found.add(b);
    return [...found];
  };
  return stronglyConnected(assignments, needs).map((members) => grouped(arena, members, reads, byTensor));
}

function grouped(
  arena: Arena,
  members: readonly Assignment[],
  reads: ReadonlyMap<Assignment, readonly Entry[]>,
  byTensor: ReadonlyMap<Tensor, readonly Assignment[]>,
): Group {
  const [first] = members;
  const reaches = members.flatMap((m) =>
    (reads.get(m) ?? [])
      .filter((e) => members.some((o) => o.tensor === e.tensor && overlaps(arena, e, o)))
      .flatMap((e) =>
        (byTensor.get(e.tensor) ?? [])
          .filter((o) => members.includes(o))
          .map((o) => ({ from: m, to: o, distance: distances(arena, m, e) })),
      ),
  );
  if (members.length === 1 && reaches.length === 0) return { members, loops: [] };
  const order = Math.min(...members.map((m) => m.at.length));
  const axes = Array.from({ length: order }, (_, k) => k).filter((k) =>
    reaches.some((r) => (r.distance[k] ?? 0) !== 0),
  );
  for (const loops of arrangements(axes)) {
    const later = reaches.map((r) => ({ ...r, sense: sense(r.distance, loops) }));
    if (later.some((r) => r.sense === 1)) continue;
    const sorted = sortedWithin(
      members,
      later.filter((r) => r.sense === 0),
    );
    if (sorted !== null) return { members: sorted, loops };
  }
  throw new Error(`internal: no order of computation for ${first?.tensor.name ?? "a recurrence"}`);
}

/**
 * How far along each axis an entry lies from the place that is being computed. Of one that a sum runs over, `h_j` with
 * j < l, only the direction: -1 or 1. `null` where nothing says.
 */
function distances(arena: Arena, m: Assignment, e: Entry): readonly (number | null)[] {
  return m.at.map((own, k) => {
    const there = e.at[k];
    if (there === undefined || there.value !== null) return null;
    const difference = arena.difference(there, own);
    if (difference === null || difference.value !== null) return null;
    if (difference.terms.length === 0) return arena.integerOf(difference.offset);
    return direction(arena, m.body, there, own);
  });
}

/** Where a condition keeps an entry on one side of the place that is computed, `\mathbb{1}[j < l]`: -1 below, 1 above it. */
function direction(arena: Arena, body: Node, there: Position, own: Position): -1 | 1 | null {
  for (const { position } of conditionsOf(body))
    for (const [side, difference] of [
      [-1, arena.difference(own, there)],
      [1, arena.difference(there, own)],
    ] as const) {
      const rest = difference === null ? null : arena.difference(position, difference);
      const least = rest === null || rest.terms.length > 0 || rest.value !== null ? null : arena.integerOf(rest.offset);
      if (least !== null && least < 0) return side;
    }
  return null;
}

/** -1: computed before; 1: computed after; 0: in the same pass. What no constant says is taken to be guarded. */
function sense(distance: readonly (number | null)[], loops: readonly LoopAxis[]): -1 | 0 | 1 {
  for (const { axis, step } of loops) {
    const d = distance[axis] ?? null;
    if (d === null) return -1;
    if (d !== 0) return d * step < 0 ? -1 : 1;
  }
  return 0;
}

function arrangements(axes: readonly number[]): readonly (readonly LoopAxis[])[] {
  if (axes.length === 0) return [[]];
  return axes.slice(0, 4).flatMap((axis) =>
    arrangements(axes.filter((a) => a !== axis)).flatMap((rest) => [
      [{ axis, step: 1 as const }, ...rest],
      [{ axis, step: -1 as const }, ...rest],
    ]),
  );
}

function sortedWithin(
  members: readonly Assignment[],
  edges: readonly { readonly from: Assignment; readonly to: Assignment }[],
): readonly Assignment[] | null {
  const groups = stronglyConnected(members, (m) => edges.filter((e) => e.from === m).map((e) => e.to));
  if (groups.some((g) => g.length > 1) || edges.some((e) => e.from === e.to)) return null;
  return groups.flat();
}

/** May the entry be one that the assignment computes? */
function overlaps(arena: Arena, e: Entry, a: Assignment): boolean {
  if (e.tensor !== a.tensor) return false;
  return a.at.every((own, k) => {
    const there = e.at[k];
    if (there === undefined) return true;
    const mine = arena.indexOf(own);
    const theirs = arena.indexOf(there);
    const [low, high] = mine === null ? [own.offset, own.offset] : [mine.range.low, mine.range.high];
    if (there.terms.length === 0 && there.value === null) {
      const below = arena.integerOf(arena.subtractDims(there.offset, low));
      const above = arena.integerOf(arena.subtractDims(high, there.offset));
      return !(below !== null && below < 0) && !(above !== null && above < 0);
    }
    if (mine === null && theirs !== null) {
      const below = arena.integerOf(arena.subtractDims(own.offset, theirs.range.low));
      return !(below !== null && below < 0);
    }
    return true;
  });
}

const entriesOf = (body: Node): readonly Entry[] => nodesBelow(body).filter((n) => n.kind === "entry");

type Condition = NodeOf<"iverson">;

const conditionsOf = (body: Node): readonly Condition[] =>
  nodesBelow(body).filter((n): n is Condition => n.kind === "iverson" && n.relation === "nonnegative");

function nodesBelow(body: Node): readonly Node[] {
  const seen = new Set<Node>();
  const stack = [body];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    stack.push(...operands(n));
  }
  return [...seen];
}
