import type { Environment, NdArray } from "../evaluate/values.js";
import { tensorsOf } from "../expression/arena.js";
import type { Tensor } from "../expression/node.js";
import { familyLatex } from "../print/scripts.js";
import { Outside } from "./outside.js";
import { overflows } from "./overflow.js";
import type { PointContext, Points, Question } from "./points.js";
import type { Switch } from "./switches.js";
import { hasThreshold, passThresholds } from "./thresholds.js";

export type Values = number | readonly Values[];

/** A point at which the two sides differ. */
export interface Counterexample {
  readonly method: "counterexample";
  readonly sizes: ReadonlyMap<string, number>;
  /** Values by symbol, in LaTeX. */
  readonly point: ReadonlyMap<string, Values>;
  /** The entry that differs: the value of each free index. */
  readonly entry: readonly number[];
  readonly left: number;
  readonly right: number;
}

/** A point at which the two sides differ for certain, described when somebody wants to see it. */
export interface Difference {
  readonly method: "difference";
  readonly show: () => Counterexample;
  /** One side is no number there, a logarithm of what is negative: it may be the same where both are defined. */
  readonly oneSided: boolean;
}

export interface Agreement {
  readonly method: "sampled";
  readonly digits: number;
  readonly points: number;
  /** At other points only one of the sides is defined. */
  readonly partly: boolean;
}

/** Below this, relative to the values, nothing is called a difference. */
const NOISE = 1e-12;
/** More than rounding could make of equal values, relative to the values. */
const FAR = 1e-3;
export const FEW = 4;
const MANY = 12;
const MOST = 60;
const ROUNDS = 3;
/** After so many rounds in a row without a point at which both sides are finite, none is looked for any more. */
const HOPELESS = 2;
/** Of deep networks of ReLUs most points are on a branch where all is zero. */
const ROUNDS_BEHIND_MASKS = 10;

/**
 * The switches that a question rests on, and at which of them something was let through at a point that counts. Where a
 * rectifier is off, everything behind it is zero on both sides, and agreement there says nothing.
 */
class Switches {
  readonly #points: Points;
  readonly #shut: Set<Switch>;
  readonly #labelled: boolean;
  /** Those that were let through everywhere yet: beyond their thresholds a line may be wrong. */
  readonly #untried: Set<Switch>;

  constructor(question: Question, points: Points) {
    this.#points = points;
    // A condition may say which branch a line is about, the closed one too.
    this.#shut = new Set(question.guard == null ? points.switches(question) : []);
    this.#untried = new Set([...this.#shut].filter((s) => s.opens === "positive" && s.node.kind !== "iverson"));
    this.#labelled = [...this.#shut].some((s) => s.opens === "nonzero");
  }

  see(env: Environment | null): void {
    if (env === null) return;
    for (const s of this.#shut) if (this.#points.isOpen(s, env)) this.#shut.delete(s);
    for (const s of this.#untried) if (!this.#points.isOpenThroughout(s, env)) this.#untried.delete(s);
  }

  /** A label and a margin are rarely open together, and few points lie beyond a threshold. */
  get isPatient(): boolean {
    return this.#labelled || this.#untried.size > 0;
  }

  /** Was each open at some point, and shut at another? */
  get areTried(): boolean {
    return this.#shut.size === 0 && this.#untried.size === 0;
  }

  /** Was each open at some point, and those with a threshold, `\max(0, 4 - y f)`, shut at another? An exponential never is. */
  get areSeen(): boolean {
    return this.#shut.size === 0 && ![...this.#untried].some(({ node }) => hasThreshold(node, this.#points));
  }
}

/** What points at which the sides are equal have shown so far. */
class Agreements {
  readonly #switches: Switches;
  readonly #outside = new Outside();
  #worst = 0;
  /** A point at which one side alone is defined. */
  oneSided: Difference | null = null;
  /** Points at which the sides are equal, and those of them at which they could have differed. */
  count = 0;
  telling = 0;
  readonly places: Environment[] = [];

  constructor(switches: Switches) {
    this.#switches = switches;
  }

  add({ error, zero }: Match, env: Environment | null): void {
    this.#switches.see(env);
    if (env !== null) this.#outside.meet(env);
    this.count += 1;
    // Where masks or assumptions leave nothing of either side, they could not have differed.
    if (!zero) {
      this.telling += 1;
      if (env !== null) this.places.push(env);
    }
    this.#worst = Math.max(this.#worst, error);
  }

  /** A point at which nothing was compared: perhaps because the sides do not exist there. */
  skip(question: Question, points: Points, env: Environment | null): void {
    if (env !== null && isOutside(question, env, points)) this.#outside.miss(env);
  }

  /** Whether `wanted` points have told something, and every switch was seen open, or many points found none that opens it. */
  suffice(wanted: number): boolean {
    // Where one side alone is defined at a point, few that agree may do so by chance.
    const enough = this.oneSided === null ? wanted : Math.max(wanted, MANY);
    return (
      this.telling >= enough && (this.#switches.areTried || this.count >= (this.#switches.isPatient ? MOST : MANY))
    );
  }

  /** The evidence, or `null` where it is none. */
  evidence(question: Question, points: Points): Agreement | null {
    if (this.telling === 0 && !(this.count > 0 && claimsZero(question))) return null;
    if (!this.#switches.areSeen || this.#outside.isLonger(points.tensorsBelow(question))) return null;
    const worst = this.#worst;
    const digits = worst === 0 ? 15 : Math.max(0, Math.min(15, Math.floor(-Math.log10(worst))));
    return { method: "sampled", digits, points: this.count, partly: this.oneSided !== null };
  }
}

/** How many points say enough: with kinks or assumptions, many. */
interface Effort {
  readonly plain: number;
  readonly masked: number;
  readonly behindMasks: number;
}

const THOROUGH: Effort = { plain: FEW, masked: MANY, behindMasks: ROUNDS_BEHIND_MASKS };
/** Beside a proof, points only show a fault of this program; each switch is seen open there too. */
export const BESIDE_PROOF: Effort = { plain: 2, masked: 2, behindMasks: 2 * ROUNDS };

/** Compares two expressions at adversarial points. `null` where no point says anything. */
export function compareSampled(
  question: Question,
  points: Points,
  context: PointContext,
  effort = THOROUGH,
): Difference | Agreement | null {
  // Sides that differ most often differ at the first point: nothing need be known of their kinks then.
  const first = comparePoint(question, points, context, 0, false);
  if (first?.method === "difference" && !first.oneSided) return first;
  const masked = points.hasKinks(question);
  const agreed = new Agreements(new Switches(question, points));
  const difference = compareRounds(question, points, context, effort, agreed, first);
  if (difference !== null) return difference;
  const evidence = agreed.evidence(question, points) ?? agreed.oneSided;
  return masked && effort === THOROUGH ? besideThresholds(question, points, context, agreed, evidence) : evidence;
}

/** Compares point by point until enough agree; the first difference, if there is one. */
function compareRounds(
  question: Question,
  points: Points,
  context: PointContext,
  effort: Effort,
  agreed: Agreements,
  first: Difference | Match | null,
): Difference | null {
  const masked = points.hasKinks(question);
  const wanted = masked || points.isAssuming(question) ? effort.masked : effort.plain;
  const rounds = wanted * (masked ? effort.behindMasks : ROUNDS);
  let failures = 0;
  const last = (): number => (agreed.oneSided === null ? rounds : Math.max(rounds, MANY * ROUNDS));
  for (let round = 0; round < last() && !agreed.suffice(wanted) && failures < HOPELESS; round++) {
    if (round >= 2 * wanted && agreed.count === 0) break;
    const finite = round >= wanted && agreed.count < wanted;
    const env = points.at(round, question, finite);
    // Where a side needs entries that do not exist, it is finite at no point.
    failures = finite && env === null ? failures + 1 : 0;
    const found = round === 0 ? first : comparePoint(question, points, context, round, finite);
    if (found?.method === "difference") {
      if (!found.oneSided) return found;
      agreed.oneSided ??= found;
    } else if (found === null) agreed.skip(question, points, env);
    else agreed.add(found, env);
  }
  return null;
}

/** The evidence, if it holds beside the thresholds of conditions too that one of the sides has alone. */
function besideThresholds(
  question: Question,
  points: Points,
  context: PointContext,
  { places }: Agreements,
  evidence: Agreement | Difference | null,
): Difference | Agreement | null {
  if (evidence?.method !== "sampled") return evidence;
  const passed = passThresholds(question, points, places, (env) => compareAt(question, points, context, env));
  if (typeof passed !== "boolean") return passed.oneSided ? evidence : passed;
  return passed ? evidence : null;
}

/** Does one side say in so many words that the other is zero? */
const claimsZero = ({ left, right }: Question): boolean =>
  [left, right].some((n) => n.kind === "rational" && n.value.n === 0n);

/** A point at which the sides are equal up to rounding. */
export interface Match {
  readonly method: "match";
  readonly error: number;
  /** All entries of both sides are zero. */
  readonly zero: boolean;
}

/** What one point shows, or `null` where it says nothing. */
export function comparePoint(
  question: Question,
  points: Points,
  context: PointContext,
  round: number,
  finite: boolean,
): Difference | Match | null {
  const env = points.at(round, question, finite);
  return env === null ? null : compareAt(question, points, context, env);
}

function compareAt(
  question: Question,
  points: Points,
  context: PointContext,
  env: Environment,
): Difference | Match | null {
  const values = sidesAt(question, env, points);
  if (values === null || points.nearKink(question, env)) return null;
  const gap = widestGap(values);
  if (gap === null || !guardHolds(question, env, points)) return null;
  const here: Place = { env, gap, values };
  const difference = (place: () => Place): Difference => ({
    method: "difference",
    show: () => describe(question, context, place()),
    oneSided: isOneSided(here),
  });
  const match = (): Match | null =>
    values.whole ? { method: "match", error: gap.error, zero: isZero(values.left) && isZero(values.right) } : null;
  // Where both sides vanish almost, as after many layers, all that is small against one says nothing.
  // Where assumptions make both sides zero, what is left of them is rounding.
  const isRounding = points.isAssuming(question) && isZero(values.left) && isZero(values.right);
  if (gap.error <= NOISE)
    return !isRounding && gap.relative > FAR && new Lasting(question, points, here).is(SURE)
      ? difference(() => here)
      : match();
  if (!Number.isFinite(gap.error))
    return isOneSided(here) && overflows([question.left, question.right], env, points) ? null : difference(() => here);
  const lasting = new Lasting(question, points, here);
  if (!lasting.is(LIKELY)) return gap.error < 1e-6 ? match() : null;
  // A difference is made sure of here, or at the simpler point where it is shown.
  if (lasting.is(SURE)) return difference(() => readable(question, points, env) ?? here);
  const simple = readable(question, points, env);
  if (simple !== null) return difference(() => simple);
  return gap.error < 1e-6 ? match() : null;
}

const isOneSided = ({ gap: { cell, error }, values: { left, right } }: Place): boolean =>
  !Number.isFinite(error) && [left, right].some((side) => Number.isNaN(side.data[cell]));

/** Up to rounding: `p - q` of numbers near one that an assumption makes equal. */
const isZero = ({ data }: NdArray): boolean => data.every((x) => Math.abs(x) < 1e-14);

/** The relative error at one point as computed, finite; `null` where the point says nothing. */
export function errorAt(question: Question, points: Points, round: number): number | null {
  const env = points.at(round, question);
  const values = env === null ? null : sidesAt(question, env, points);
  if (env === null || values === null || points.nearKink(question, env)) return null;
  const gap = widestGap(values);
  return gap !== null && Number.isFinite(gap.error) ? gap.error : null;
}

interface Sides {
  readonly left: NdArray;
  readonly right: NdArray;
  /** No entry of either needs what is out of its range. Those that do are NaN on both sides: nothing is said there. */
  readonly whole: boolean;
}

function sidesAt({ left, right, free }: Question, env: Environment, points: Points): Sides | null {
  try {
    const [l, r] = [points.partly(left, free, env), points.partly(right, free, env)];
    const missing = new Set([...l.missing, ...r.missing]);
    const kept = ({ shape, data }: NdArray): NdArray =>
      missing.size === 0 ? { shape, data } : { shape, data: data.map((x, c) => (missing.has(c) ? Number.NaN : x)) };
    return { left: kept(l.array), right: kept(r.array), whole: missing.size === 0 };
  } catch (error) {
    // An entry that nothing gives a value: this point says nothing.
    if (error instanceof Error && error.message.startsWith("internal:")) return null;
    throw error;
  }
}

/** Does every entry need what is out of its range, or has no value? */
function isOutside(question: Question, env: Environment, points: Points): boolean {
  const values = sidesAt(question, env, points);
  return values === null || (!values.whole && values.left.data.every((x) => Number.isNaN(x)));
}

function guardHolds({ guard, free }: Question, env: Environment, points: Points): boolean {
  return guard == null || points.partly(guard, free, env).array.data.some((x) => x !== 0 && !Number.isNaN(x));
}

/** Where two sides differ. */
interface Place {
  readonly env: Environment;
  readonly gap: Gap;
  readonly values: Sides;
}

interface Gap {
  readonly cell: number;
  /** Relative to the greatest value or one; infinite where one side is not finite. */
  readonly error: number;
  /** Relative to the greatest value. */
  readonly relative: number;
}

/** The entry where the sides differ most; `null` if no entry is finite on either side. */
function widestGap({ left, right }: Sides): Gap | null {
  let widest: Gap | null = null;
  const greatest = Math.max(greatestOf(left.data), greatestOf(right.data));
  const scale = Math.max(1, greatest);
  for (let c = 0; c < left.data.length; c++) {
    const [l, r] = [left.data[c] ?? Number.NaN, right.data[c] ?? Number.NaN];
    const finite = Number(Number.isFinite(l)) + Number(Number.isFinite(r));
    if (finite === 0) continue;
    const error = finite === 1 ? Number.POSITIVE_INFINITY : Math.abs(l - r) / scale;
    if (widest === null || error > widest.error)
      widest = { cell: c, error, relative: greatest === 0 ? 0 : Math.abs(l - r) / greatest };
  }
  return widest;
}

function greatestOf(data: Float64Array): number {
  let greatest = 0;
  for (const x of data) if (Number.isFinite(x)) greatest = Math.max(greatest, Math.abs(x));
  return greatest;
}

/** How unlikely it must be that a difference which stays is made of rounding errors alone. */
const SURE = 1e-8;
/** The same before it is made sure at a simpler point. */
const LIKELY = 1e-2;
/** Rounding errors are multiples of a unit: this often two of them may be the same. */
const ALIKE = 1e-3;
const NUDGES = 6;

/**
 * A true difference hardly changes when the inputs are moved a little; rounding errors are drawn anew, and then differ
 * from those before by less than a share `r` of them about once in `1/r` times. Far apart sides need fewer such draws.
 */
class Lasting {
  readonly #question: Question;
  readonly #points: Points;
  readonly #place: Place;
  readonly #here: number;
  #drawn = 0;
  #chance = 1;
  /** `null` as long as more draws may tell. */
  #known: boolean | null = null;

  constructor(question: Question, points: Points, place: Place) {
    this.#question = question;
    this.#points = points;
    this.#place = place;
    this.#here = differenceOf(place.values, place.gap.cell);
  }

  /** Does the difference stay, unless something as unlikely as this happened? */
  is(enough: number): boolean {
    while (this.#known === null && !(this.#place.gap.error > FAR && this.#chance < enough)) this.#draw();
    return this.#known ?? true;
  }

  #draw(): void {
    const { env, gap } = this.#place;
    if (this.#drawn === NUDGES) {
      this.#known = true;
      return;
    }
    this.#drawn += 1;
    const near = this.#points.nudged(env, this.#drawn);
    if (near === null) {
      this.#known = gap.error > 1e-9;
      return;
    }
    const values = sidesAt(this.#question, near, this.#points);
    const there = values === null ? Number.NaN : differenceOf(values, gap.cell);
    const change = Math.abs(there - this.#here) / Math.abs(this.#here);
    if (change < 0.05) this.#chance *= Math.max(change, ALIKE);
    else this.#known = false;
  }
}

const differenceOf = ({ left, right }: Sides, cell: number): number => (left.data[cell] ?? 0) - (right.data[cell] ?? 0);

/** The same point with its inputs rounded to whole numbers or to halves, if the sides still differ there. */
function readable(question: Question, points: Points, env: Environment): Place | null {
  for (const unit of [1, 2, 4, 10]) {
    const simple = points.rounded(env, unit);
    if (simple === null) return null;
    const values = sidesAt(question, simple, points);
    if (values === null || points.nearKink(question, simple)) continue;
    const gap = widestGap(values);
    if (gap === null || !(gap.error > FAR) || !Number.isFinite(gap.error)) continue;
    const place: Place = { env: simple, gap, values };
    if (new Lasting(question, points, place).is(SURE)) return place;
  }
  return null;
}

// ---- evidence ----

function describe({ left, right, free }: Question, context: PointContext, { env, gap, values }: Place): Counterexample {
  const seen = new Set<Tensor>();
  const waiting = [...tensorsOf(left), ...tensorsOf(right)];
  for (let t = waiting.shift(); t !== undefined; t = waiting.shift()) {
    if (seen.has(t)) continue;
    seen.add(t);
    for (const e of context.definitions.get(t) ?? []) waiting.push(...tensorsOf(e.body));
  }
  const point = new Map<string, Values>();
  for (const t of seen) if (env.tensors.has(t)) point.set(familyLatex(t), nested(env.array(t)));
  const lows = free.map((i) => env.dim(i.range.low));
  return {
    method: "counterexample",
    sizes: new Map([...env.sizes].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
    point,
    entry: unflatten(gap.cell, values.left.shape).map((k, axis) => k + (lows[axis] ?? 1)),
    left: values.left.data[gap.cell] ?? Number.NaN,
    right: values.right.data[gap.cell] ?? Number.NaN,
  };
}

function unflatten(cell: number, shape: readonly number[]): number[] {
  const at: number[] = [];
  let rest = cell;
  for (const size of [...shape].reverse()) {
    at.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return at;
}

function nested({ shape, data }: NdArray): Values {
  const build = (axis: number, from: number, length: number): Values => {
    const size = shape[axis];
    if (size === undefined) return data[from] ?? Number.NaN;
    const step = length / size;
    return Array.from({ length: size }, (_, k) => build(axis + 1, from + k * step, step));
  };
  return build(0, 0, data.length);
}
