import type { EdgeEntry, Edges } from "../derive/pullbacks.js";
import type { Arena } from "../expression/arena.js";
import type { Index, Position, Tensor } from "../expression/node.js";
import {
  type Box,
  boxOf,
  fromOn,
  intersection,
  isInside,
  minus,
  ownOf,
  scaled,
  shiftedAxis,
  substituted,
  WEIGHT,
  within,
} from "./boxes.js";
import { none, type Operations, plus } from "./operations.js";
import { add, type Polynomial, scale, subtract, zero } from "./polynomial.js";
import type { Guard, Volumes } from "./volumes.js";

/** Boxes of one tensor that may overlap; more are added up as if they did not. */
const MOST_OVERLAPPING = 4;
/** How often the members of a family may turn out to follow one another. */
const MOST_ROUNDS = 40;
const MOST_BOXES = 400;
const MOST_STEPS = 30_000;

/** Counts the paths from single weights, in the graph whose nodes are scalars and whose edges are partial derivatives. */
export class Paths {
  readonly #arena: Arena;
  readonly #volumes: Volumes;
  readonly #edges: readonly Edges[];
  /** Steps that are left, of an edge from a box. */
  #left = MOST_STEPS;
  readonly #users = new Map<Tensor, { readonly edges: Edges; readonly entry: EdgeEntry }[]>();

  constructor(arena: Arena, volumes: Volumes, edges: readonly Edges[]) {
    this.#arena = arena;
    this.#volumes = volumes;
    this.#edges = edges;
    for (const e of edges)
      for (const entry of e.entries) {
        const users = this.#users.get(entry.tensor);
        if (users === undefined) this.#users.set(entry.tensor, [{ edges: e, entry }]);
        else users.push({ edges: e, entry });
      }
  }

  /** The number of edges: of pairs of scalars one of which stands in the equation of the other. */
  count(): Polynomial {
    return add(
      ...this.#edges.flatMap(({ free, entries }) =>
        entries.map((e) => this.#volumes.of([...free, ...mentioned(e)], e.conditions)),
      ),
    );
  }

  /**
   * The work of one derivative at a time, for every entry of `weight`: one multiplication for each partial derivative on the paths
   * from it to the end but the first, and one addition wherever two paths meet.
   */
  oneAtATime(weight: Tensor): Operations | null {
    const p = this.#weightIndices(weight);
    const start: Box = { tensor: weight, at: p.map((i) => this.#arena.at(i)), guards: [] };
    const reached = this.#reach(start);
    if (reached === null) return null;
    const first = this.#leaving(start, p);
    let edges = first;
    let nodes = zero;
    for (const boxes of reached.values())
      for (const { box, sign } of this.#parts(boxes)) {
        edges = add(edges, scale(this.#leaving(box, p), sign));
        nodes = add(nodes, scale(this.#volumes.of([...p, ...ownOf(box)], box.guards), sign));
      }
    return { ...none, multiplications: subtract(edges, first), additions: subtract(edges, nodes) };
  }

  #weightIndices(weight: Tensor): readonly Index[] {
    const indices: Index[] = [];
    for (let axis = 0; axis < weight.axes.length; axis++) {
      const at = indices.map((i) => this.#arena.at(i));
      const range = this.#arena.axisRange(weight, axis, at);
      // An axis with one entry has no index: a position on it is that entry.
      indices.push(this.#arena.index(`${WEIGHT}${axis}`, range));
    }
    return indices;
  }

  /** Boxes that hold each entry of their union once, with signs. */
  #parts(boxes: readonly Box[]): readonly { readonly box: Box; readonly sign: number }[] {
    if (boxes.length > MOST_OVERLAPPING) return boxes.map((box) => ({ box, sign: 1 }));
    const parts: { readonly box: Box; readonly sign: number }[] = [];
    for (let set = 1; set < 1 << boxes.length; set++) {
      const chosen = boxes.filter((_, k) => (set >> k) % 2 === 1);
      const [head, ...rest] = chosen;
      if (head === undefined) continue;
      const box = rest.reduce<Box | null>((a, b) => (a === null ? null : intersection(this.#arena, a, b)), head);
      if (box !== null) parts.push({ box, sign: chosen.length % 2 === 1 ? 1 : -1 });
    }
    return parts;
  }

  /** All entries that depend on a weight, by tensor; members that follow one another for ever are put together. */
  #reach(start: Box): ReadonlyMap<Tensor, readonly Box[]> | null {
    const general: { readonly from: Box; readonly to: Box }[] = [];
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const found = this.#spread(start, general);
      if (found === null) return null;
      if ("boxes" in found) return found.boxes;
      general.push(found);
    }
    return null;
  }

  #spread(start: Box, general: readonly { readonly from: Box; readonly to: Box }[]) {
    const arena = this.#arena;
    const boxes = new Map<Tensor, Box[]>();
    const waiting = [start];
    let count = 0;
    for (let box = waiting.shift(); box !== undefined; box = waiting.shift()) {
      for (const next of this.#after(box)) {
        const known = general.find((g) => isInside(arena, next, g.from) && isInside(arena, g.from, next));
        const whole = known?.to ?? next;
        const own = boxes.get(whole.tensor) ?? [];
        if (own.some((b) => isInside(arena, whole, b))) continue;
        for (const b of own) {
          const axis = shiftedAxis(arena, b, whole);
          if (axis !== null) return { from: b, to: fromOn(arena, b, whole, axis) };
        }
        count += 1;
        if (count > MOST_BOXES || this.#left < 0) return null;
        boxes.set(whole.tensor, [...own.filter((b) => !isInside(arena, b, whole)), whole]);
        waiting.push(whole);
      }
    }
    return { boxes };
  }

  #after(box: Box): readonly Box[] {
    return (this.#users.get(box.tensor) ?? []).flatMap(({ edges, entry }) => {
      const step = this.#step(box, edges, entry);
      return step === null ? [] : [boxOf(this.#arena, edges.tensor, step.at, step.guards, step.loose)];
    });
  }

  /** The number of edges that leave a box, for all weights together. */
  #leaving(box: Box, p: readonly Index[]): Polynomial {
    return add(
      ...(this.#users.get(box.tensor) ?? []).map(({ edges, entry }) => {
        const step = this.#step(box, edges, entry);
        return step === null ? zero : this.#volumes.of([...p, ...step.loose], step.guards);
      }),
    );
  }

  /** The entries that an equation computes from those of a box; `null` if there are none. */
  #step(box: Box, edges: Edges, entry: EdgeEntry) {
    this.#left -= 1;
    const arena = this.#arena;
    const renamed = new Map<Index, Position>();
    const loose = new Set<Index>();
    const rename = (i: Index): void => {
      const fresh = arena.freshIndex(arena.substituteRange(i.range, renamed));
      renamed.set(i, arena.at(fresh));
      loose.add(fresh);
    };
    for (const i of new Set([...edges.free, ...mentioned(entry)])) rename(i);
    const preferred = new Set(loose);
    for (const i of ownOf(box)) rename(i);
    const at = (p: Position): Position => arena.substitutePosition(p, renamed);
    const solver = new Solver(arena, preferred, loose);
    for (const [axis, p] of entry.at.entries()) {
      const wanted = box.at[axis];
      if (wanted !== undefined && !solver.equate(at(p), at(wanted))) return null;
    }
    const guards = substituted(arena, [...box.guards, ...entry.conditions], renamed);
    return {
      at: edges.at.map((p) => solver.apply(at(p))),
      guards: [...guards, ...solver.guards].map((g) => ({ ...g, position: solver.apply(g.position) })),
      loose: new Set([...loose].filter((i) => !solver.map.has(i))),
    };
  }
}

/** The sums that say which entry is meant; over the others the same entry stands again and again. */
const mentioned = ({ at, sums }: EdgeEntry): readonly Index[] =>
  sums.filter((s) => at.some((p) => p.terms.some(([i]) => i === s)));

/** Makes positions equal by giving indices values. */
class Solver {
  readonly map = new Map<Index, Position>();
  readonly guards: Guard[] = [];
  readonly #arena: Arena;
  readonly #preferred: ReadonlySet<Index>;
  readonly #others: ReadonlySet<Index>;

  constructor(arena: Arena, preferred: ReadonlySet<Index>, others: ReadonlySet<Index>) {
    this.#arena = arena;
    this.#preferred = preferred;
    this.#others = others;
  }

  apply(p: Position): Position {
    return this.map.size === 0 ? p : this.#arena.substitutePosition(p, this.map);
  }

  /** False if the two are never equal. A position that is the value of a symbol may be any. */
  equate(a: Position, b: Position): boolean {
    if (a.value !== null || b.value !== null) return true;
    const difference = minus(this.#arena, this.apply(a), this.apply(b));
    const isUnit = ([, c]: readonly [Index, number]): boolean => Math.abs(c) === 1;
    const term =
      difference.terms.find((t) => isUnit(t) && this.#preferred.has(t[0])) ??
      difference.terms.find((t) => isUnit(t) && this.#others.has(t[0]));
    if (term === undefined) {
      const number = difference.terms.length === 0 ? this.#arena.integerOf(difference.offset) : null;
      if (number === 0) return true;
      this.guards.push({ relation: "zero", position: difference });
      return number === null;
    }
    const [index, c] = term;
    const rest = minus(this.#arena, difference, scaled(this.#arena, this.#arena.at(index), c));
    const value = scaled(this.#arena, rest, -c);
    for (const [i, p] of this.map) this.map.set(i, this.#arena.substitutePosition(p, new Map([[index, value]])));
    this.map.set(index, value);
    this.guards.push(...within(this.#arena, value, index.range));
    return true;
  }
}

/** For all of these weights; `null` where that takes too long to find out. */
export function allOneAtATime(paths: Paths, weights: readonly Tensor[]): Operations | null {
  let sum = none;
  for (const w of weights) {
    const own = paths.oneAtATime(w);
    if (own === null) return null;
    sum = plus(sum, own);
  }
  return sum;
}
