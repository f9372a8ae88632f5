import type { Environment } from "../evaluate/values.js";
import type { Node } from "../expression/node.js";
import type { Points, Question } from "./points.js";
import type { Difference, Match } from "./sampled.js";
import type { Switch } from "./switches.js";

/*
 * Points beside thresholds. Sides that let something through under conditions that are not the same, `D < m` and `D < m^2`, are
 * equal at most points; they differ where one of the conditions has changed and the other has not yet, just beyond its threshold.
 */

/** What the sides are at a point; `null` where it says nothing. */
type Compare = (env: Environment) => Difference | Match | null;

/** So many conditions are looked into, and in so many directions from a point its threshold is looked for. */
const MOST_SWITCHES = 6;
const DIRECTIONS = 12;
const STEPS = [0.3, -0.3, 1, -1, 2.5, -2.5, 6, -6];
const HALVINGS = 24;
/** How far beyond a threshold the sides are compared: near by, but not so near that rounding decides. */
const BESIDE = [3e-3, 1e-2, 3e-2];

/**
 * Compares the sides on both sides of the threshold of each condition that one of them has and the other has not: a point where
 * they differ, or whether each such threshold was passed.
 */
export function passThresholds(
  question: Question,
  points: Points,
  from: readonly Environment[],
  compare: Compare,
): Difference | boolean {
  if (from.length === 0) return true;
  const own = points.ownSwitches(question).filter((s) => turns(s, points, from));
  let areAllPassed = own.length <= MOST_SWITCHES;
  for (const s of own.slice(0, MOST_SWITCHES)) {
    const found = passThreshold(s, points, from, compare);
    if (typeof found !== "boolean") return found;
    areAllPassed &&= found;
  }
  return areAllPassed;
}

/** Is it open at one of the points and shut at another, or has it a threshold that they did not pass? */
function turns(s: Switch, points: Points, from: readonly Environment[]): boolean {
  const isTried = from.some((env) => points.isOpen(s, env)) && !from.every((env) => points.isOpenThroughout(s, env));
  return isTried || hasThreshold(s.node, points);
}

function passThreshold(
  s: Switch,
  points: Points,
  from: readonly Environment[],
  compare: Compare,
): Difference | boolean {
  const tellsOf = (at: Difference | Match | null | undefined): boolean => at?.method === "match" && !at.zero;
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    const env = from[direction % from.length];
    const path = env === undefined ? null : new Path(env, direction, s, points);
    const threshold = path?.threshold() ?? null;
    if (path === null || threshold === null) continue;
    for (const gap of BESIDE) {
      const [before, behind] = [threshold - gap, threshold + gap].map((t) => {
        const at = path.at(t);
        return at === null ? null : compare(at);
      });
      for (const seen of [before, behind]) if (seen?.method === "difference") return seen;
      if (before != null && behind != null && (tellsOf(before) || tellsOf(behind))) return true;
    }
  }
  return false;
}

/** The points in a direction from one, and what a condition looks at on the way. */
class Path {
  readonly #env: Environment;
  readonly #direction: number;
  readonly #switch: Switch;
  readonly #points: Points;
  #cell = 0;

  constructor(env: Environment, direction: number, s: Switch, points: Points) {
    this.#env = env;
    this.#direction = direction;
    this.#switch = s;
    this.#points = points;
  }

  at(t: number): Environment | null {
    return this.#points.movedOn(this.#env, this.#direction, t);
  }

  /** Where the first of the values that open or shut does so, as exactly as rounding lets it; `null` if none does. */
  threshold(): number | null {
    const here = this.#values(0);
    if (here === null) return null;
    for (const step of STEPS) {
      const there = this.#values(step);
      this.#cell = here.findIndex((x, k) => x > 0 !== (there?.[k] ?? x) > 0);
      if (this.#cell >= 0) return this.#halve((here[this.#cell] ?? 0) > 0, step);
    }
    return null;
  }

  #halve(isOpen: boolean, step: number): number {
    let [low, high] = [0, step];
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (low + high) / 2;
      const x = this.#values(middle)?.[this.#cell] ?? Number.NaN;
      if (x > 0 === isOpen) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }

  #values(t: number): Float64Array | null {
    const env = this.at(t);
    return env === null ? null : this.#points.lookedAt(this.#switch, env);
  }
}

const MOST_DEFINITIONS = 4;

/**
 * Is something taken away, or a number other than zero added to what varies, in the expression or where it is computed? In
 * `s_y - s_y + 1`, as it stands at j = y, nothing is.
 */
export function hasThreshold(n: Node, points: Points, depth = 0): boolean {
  if (n.kind === "multiply") return n.factors.some((f) => hasThreshold(f, points, depth));
  if (n.kind === "entry")
    return depth < MOST_DEFINITIONS && points.bodiesOf(n.tensor).some((b) => hasThreshold(b, points, depth + 1));
  if (n.kind !== "add") return false;
  const varying = n.terms.filter((t) => t.kind !== "rational");
  const isCancelled = (t: Node): boolean => varying.some((o) => isNegative(o, t) || isNegative(t, o));
  if (varying.every(isCancelled)) return false;
  return varying.length < n.terms.length || varying.some(isTakenAway);
}

/** Times a number below zero. */
const isTakenAway = (n: Node): boolean =>
  n.kind === "multiply" && n.factors.some((f) => f.kind === "rational" && f.value.compare(0) < 0);

/** Is it -1 times another? */
const isNegative = (n: Node, of: Node): boolean =>
  n.kind === "multiply" && n.factors.length === 2 && n.factors[1] === of && isMinusOne(n.factors[0]);

const isMinusOne = (n: Node | undefined): boolean => n?.kind === "rational" && n.value.equals(-1);
