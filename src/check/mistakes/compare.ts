import { flatMap } from "../../core/flat-map.js";
import { unlessRefused } from "../../core/unless-refused.js";
import { type DecideContext, decideNodes } from "../../decide/decide.js";
import { type Points, pointsOf } from "../../decide/points.js";
import { compareSampled } from "../../decide/sampled.js";
import type { Environment } from "../../evaluate/values.js";
import { workBeyond, workOf } from "../../evaluate/work.js";
import type { Index, Node } from "../../expression/node.js";

const POINTS = 3;
/** Where a label is 0 or 1 and a margin is met or not, everything vanishes at many points. */
const ROUNDS = 24;
/** For one line, counted at one point. */
const MOST_ENTRIES = 2 ** 22;
const TOLERANCE = 1e-9;
/** Proofs for one line; what is equal at the points is almost always equal. */
const CONFIRMED = 12;

/** Compares many candidates with few expressions, at points that are chosen once for a line. */
export class Comparison {
  readonly free: readonly Index[];
  readonly #context: DecideContext;
  readonly #points: Points;
  readonly #places: readonly Environment[];
  readonly #values = new Map<Node, (Float64Array | null)[]>();
  #confirmed = 0;
  /** How many more entries may be computed. */
  #left = MOST_ENTRIES;
  readonly #evaluated = new Set<Node>();

  constructor(context: DecideContext, written: Node, truth: Node, free: readonly Index[]) {
    this.#context = context;
    this.free = free;
    this.#points = pointsOf(context);
    const places: Environment[] = [];
    let left = MOST_ENTRIES;
    for (let round = 0; round < ROUNDS && places.length < POINTS && left > 0; round++) {
      const place = this.#points.at(round, { left: truth, right: written, free });
      if (place === null) continue;
      left -= workOf(truth, place) + workOf(written, place);
      // A point where everything vanishes (all masks closed) tells nothing apart.
      const values = [truth, written].map((n) => this.#at(n, place));
      // With one entry on each axis a sum is its term, and a softmax is 1.
      const isSmall = free.length > 0 && values.every((v) => v?.length === 1);
      if (!isSmall && values.every((v) => v?.every(Number.isFinite)) && values.some((v) => v?.some((x) => x !== 0)))
        places.push(place);
    }
    this.#places = places;
  }

  get usable(): boolean {
    return this.#places.length >= 2;
  }

  get environments(): readonly Environment[] {
    return this.#places;
  }

  #at(node: Node, place: Environment): Float64Array | null {
    if (node.free.some((i) => !this.free.includes(i))) return null;
    this.#left -= workBeyond(node, place, this.#evaluated);
    if (this.#left < 0) return null;
    try {
      return this.#points.values(node, this.free, place).data;
    } catch (error) {
      // An entry out of its range, or a tensor without values here: no candidate.
      if (error instanceof Error && error.message.startsWith("internal:")) return null;
      throw error;
    }
  }

  /** The values at all points, or `null` where it has none at one of them. */
  values(node: Node): readonly Float64Array[] | null {
    const found = this.#places.map((_, k) => this.#valuesAt(node, k));
    return found.some((v) => v === null) ? null : flatMap(found, (v) => v ?? []);
  }

  #valuesAt(node: Node, k: number): Float64Array | null {
    let known = this.#values.get(node);
    if (known === undefined) {
      known = [];
      this.#values.set(node, known);
    }
    let values = known[k];
    if (values === undefined) {
      const place = this.#places[k];
      values = place === undefined ? null : this.#at(node, place);
      known[k] = values;
    }
    return values;
  }

  /** The values at the first point, rounded: equal for what is equal there; `null` for what has none or vanishes. */
  signature(node: Node): string | null {
    const values = this.#valuesAt(node, 0);
    if (values === null || values.every((x) => x === 0) || !values.every(Number.isFinite)) return null;
    return Array.from(values.slice(0, 12), (x) => x.toPrecision(7)).join();
  }

  /** Equal at the points. Most candidates differ at the first one, and are not evaluated at the others. */
  agree(a: Node, b: Node): boolean {
    return this.#places.every((_, k) => {
      const first = this.#valuesAt(a, k);
      const second = first === null ? null : this.#valuesAt(b, k);
      return first !== null && second !== null && close(first, second);
    });
  }

  /** Equal at the points, and at those of a decision. */
  same(a: Node, b: Node): boolean {
    if (!this.agree(a, b)) return false;
    if (a === b) return true;
    if (this.#confirmed >= CONFIRMED) return false;
    this.#confirmed += 1;
    const question = { left: a, right: b, free: this.free };
    // A reason rests on values, as long as these say something: it needs no proof. Many where a class is 0 or 1 and masks
    // are open or shut: at a few points a class may be the same each time.
    const verdict = unlessRefused(() => {
      const found = compareSampled(question, this.#points, this.#context);
      if (found === null) return decideNodes(question, { ...this.#context, budget: 2000 }).verdict;
      return found.method === "sampled" && found.partly ? "undecided" : found.method;
    });
    return verdict === "equal-proved" || verdict === "equal-sampled" || verdict === "sampled";
  }
}

function close(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  let scale = 0;
  let worst = 0;
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k] ?? Number.NaN, b[k] ?? Number.NaN];
    if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
    scale = Math.max(scale, Math.abs(x), Math.abs(y));
    worst = Math.max(worst, Math.abs(x - y));
  }
  return worst <= TOLERANCE * scale || scale === 0;
}
