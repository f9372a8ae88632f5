import type { Random } from "../core/random.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Range, Tensor } from "../expression/node.js";
import type { Assumption, Model } from "../model/model.js";
import { Evaluator } from "./evaluate.js";
import { identity, product, solve } from "./linear.js";
import type { Environment, Layout } from "./values.js";

/** The signs of an attempt's numbers: both, positive, or between 0 and 1. */
export type Mode = "signed" | "positive" | "unit";

type Kind = Assumption["kind"];

/** What is assumed of one tensor. */
export interface Assumed {
  readonly kinds: ReadonlySet<Kind>;
  readonly all: readonly Assumption[];
}

export function assumedOf(model: Model): ReadonlyMap<Tensor, Assumed> {
  const found = new Map<Tensor, Assumption[]>();
  for (const a of model.assumptions) {
    if (a.kind === "equal") continue;
    const same = found.get(a.tensor);
    if (same === undefined) found.set(a.tensor, [a]);
    else same.push(a);
  }
  return new Map([...found].map(([tensor, all]) => [tensor, { all, kinds: new Set(all.map((a) => a.kind)) }]));
}

/** Entries that are whole numbers, so that nothing can be moved a little. */
export const isDiscrete = (tensor: Tensor, assumed: Assumed | undefined): boolean =>
  tensor.integer || ["binary", "sign", "one-hot", "integer"].some((kind) => assumed?.kinds.has(kind as Kind) ?? false);

/** A number of magnitude 0.1 to 1.2. */
export function draw(random: Random, mode: Mode, scale = 1): number {
  if (mode === "unit") return random.uniform(0.12, 0.88);
  const size = random.uniform(0.1, 1.2) * scale;
  return mode === "positive" || random.uniform(0, 1) < 0.5 ? size : -size;
}

/** How the numbers of an input are drawn. */
export interface Style {
  readonly mode: Mode;
  readonly scale: number;
  /** For integer symbols: the axis that they are positions on. */
  readonly range: Range | undefined;
}

type Has = (...kinds: readonly Kind[]) => boolean;

/** Values of an input that satisfy what is assumed of it. */
export function fill(
  tensor: Tensor,
  assumed: Assumed | undefined,
  env: Environment,
  random: Random,
  style: Style,
): Float64Array {
  const layout = env.layout(tensor);
  const has: Has = (...kinds) => kinds.some((k) => assumed?.kinds.has(k) ?? false);
  const next = entryDrawer(tensor, assumed, has, env, random, style);
  const data = new Float64Array(layout.length);
  for (let c = 0; c < data.length; c++) data[c] = next();
  arrange(data, layout, has, unitAxes(assumed), random);
  if (layout.inside !== null) for (let c = 0; c < data.length; c++) if (layout.inside[c] === 0) data[c] = 0;
  return data;
}

function entryDrawer(
  tensor: Tensor,
  assumed: Assumed | undefined,
  has: Has,
  env: Environment,
  random: Random,
  { mode, scale, range }: Style,
): () => number {
  const interval = assumed?.all.find((a) => a.kind === "interval");
  if (interval?.kind === "interval") return () => inInterval(random, interval.low, interval.high);
  if (has("binary")) return () => random.integer(0, 1);
  if (has("sign")) return () => 2 * random.integer(0, 1) - 1;
  const integer = assumed?.all.find((a) => a.kind === "integer");
  if (integer?.kind === "integer" || tensor.integer) {
    const within = integer?.kind === "integer" ? integer.range : range;
    const [low, high] = within === undefined ? [1, 2] : [env.dim(within.low), env.dim(within.high)];
    return () => random.integer(low, Math.max(low, high));
  }
  if (!has("positive", "nonnegative", "sums-to-one")) return () => draw(random, mode, scale);
  return () => draw(random, mode === "signed" ? "positive" : mode);
}

/** What concerns several entries at once. */
function arrange(data: Float64Array, layout: Layout, has: Has, axes: readonly number[], random: Random): void {
  const rows = axes.flatMap((axis) => rowsOf(layout, axis));
  if (has("one-hot") || (has("binary") && has("sums-to-one"))) for (const row of rows) oneHot(data, row, random);
  else if (has("sums-to-one")) for (const row of rows) normalise(data, row);
  else if (has("binary", "sign") && layout.length > 1) bothValues(data, random, has("sign") ? -1 : 0);
  if (has("symmetric", "diagonal", "positive-definite", "invertible", "orthogonal")) matrices(data, layout, has);
}

function inInterval(random: Random, low: number, high: number): number {
  if (Number.isFinite(low) && Number.isFinite(high))
    return random.uniform(low + 0.12 * (high - low), high - 0.12 * (high - low));
  if (Number.isFinite(low)) return low + random.uniform(0.1, 1.2);
  return Number.isFinite(high) ? high - random.uniform(0.1, 1.2) : draw(random, "signed");
}

/** The axes along which entries sum to 1. */
const unitAxes = (assumed: Assumed | undefined): readonly number[] => [
  ...new Set(assumed?.all.flatMap((a) => (a.kind === "one-hot" || a.kind === "sums-to-one" ? [a.axis] : [])) ?? []),
];

/** The cells of each row along an axis; a scalar has one row of one cell. */
export function rowsOf({ sizes, strides, length, inside }: Layout, axis: number): readonly (readonly number[])[] {
  const [width = 1, stride = 1] = [sizes[axis], strides[axis]];
  const rows = new Map<number, number[]>();
  for (let cell = 0; cell < length; cell++) {
    const start = cell - (Math.floor(cell / stride) % width) * stride;
    const row = rows.get(start) ?? [];
    if (inside?.[cell] !== 0) row.push(cell);
    rows.set(start, row);
  }
  return [...rows.values()].filter((row) => row.length > 0);
}

function oneHot(data: Float64Array, row: readonly number[], random: Random): void {
  for (const cell of row) data[cell] = 0;
  data[random.pick(row)] = 1;
}

function normalise(data: Float64Array, row: readonly number[]): void {
  const sum = row.reduce((s, c) => s + Math.abs(data[c] ?? 0), 0);
  for (const cell of row) data[cell] = Math.abs(data[cell] ?? 0) / sum;
}

function bothValues(data: Float64Array, random: Random, other: number): void {
  const first = random.integer(0, data.length - 1);
  data[first] = 1;
  data[(first + 1) % data.length] = other;
}

/** Over the last two axes, if they are square. */
function matrices(data: Float64Array, { sizes, length }: Layout, has: Has): void {
  const n = sizes.at(-1) ?? 0;
  if (sizes.length < 2 || sizes.at(-2) !== n || n === 0) return;
  for (let start = 0; start < length; start += n * n) {
    const a = data.slice(start, start + n * n);
    let result: Float64Array = a;
    if (has("orthogonal")) result = cayley(a, n);
    else if (has("positive-definite"))
      result = product(a, transpose(a, n), n).map((x, c) => x + (c % (n + 1) === 0 ? 0.5 : 0));
    else if (has("symmetric")) result = a.map((_, c) => a[Math.min(c, mirror(c, n))] ?? 0);
    if (has("diagonal")) result = result.map((x, c) => (c % (n + 1) === 0 ? x : 0));
    if (has("invertible") && !has("orthogonal", "positive-definite"))
      result = result.map((x, c) => x + (c % (n + 1) === 0 ? 1.5 * (x < 0 ? -1 : 1) : 0));
    data.set(result, start);
  }
}

const mirror = (c: number, n: number): number => (c % n) * n + Math.floor(c / n);
const transpose = (a: Float64Array, n: number): Float64Array => a.map((_, c) => a[mirror(c, n)] ?? 0);

/** `(I - K)⁻¹ (I + K)` for the skew `K` is orthogonal. */
function cayley(a: Float64Array, n: number): Float64Array {
  const skew = a.map((x, c) => (x - (a[mirror(c, n)] ?? 0)) / 2);
  const one = identity(n);
  return solve(
    one.map((x, c) => x - (skew[c] ?? 0)),
    one.map((x, c) => x + (skew[c] ?? 0)),
    n,
  );
}

/** Puts moved values back into the structure that they must have, as near as can be. */
function restore(data: Float64Array, layout: Layout, assumed: Assumed): void {
  const has: Has = (...kinds) => kinds.some((k) => assumed.kinds.has(k));
  if (has("sums-to-one"))
    for (const axis of unitAxes(assumed)) for (const row of rowsOf(layout, axis)) normalise(data, row);
  const n = layout.sizes.at(-1) ?? 0;
  if (!has("symmetric", "positive-definite", "diagonal") || layout.sizes.at(-2) !== n) return;
  for (let start = 0; start < layout.length; start += n * n) {
    const a = data.subarray(start, start + n * n);
    a.set(a.map((x, c) => (x + (a[mirror(c, n)] ?? 0)) / 2));
    if (has("diagonal")) a.set(a.map((x, c) => (c % (n + 1) === 0 ? x : 0)));
  }
}

/** Do values have the signs, and lie in the intervals, that are assumed of them? */
function keepsSigns(data: Float64Array, assumed: Assumed): boolean {
  const inside = (x: number): boolean =>
    assumed.all.every((a) => a.kind !== "interval" || (x >= a.low && x <= a.high)) &&
    !(x <= 0 && assumed.kinds.has("positive")) &&
    !(x < 0 && assumed.kinds.has("nonnegative"));
  return data.every(inside);
}

// ---- equalities ----

interface Unknown {
  readonly tensor: Tensor;
  readonly cell: number;
}

/**
 * Moves inputs until the equalities among them hold: Gauss–Newton with the least change. False if that fails.
 * Equalities that speak of computed symbols are the caller's to check. What is assumed of each input alone holds after
 * it too: to the last digit, since sides that are equal under it are compared to many digits.
 */
export function satisfy(
  equalities: readonly { readonly left: Node; readonly right: Node }[],
  env: Environment,
  assumed: ReadonlyMap<Tensor, Assumed>,
): boolean {
  // An orthogonal matrix would be moved out of its kind.
  const movable = (t: Tensor): boolean =>
    env.tensors.has(t) && !isDiscrete(t, assumed.get(t)) && assumed.get(t)?.kinds.has("orthogonal") !== true;
  const moved = [...new Set(equalities.flatMap((e) => [...tensorsOf(e.left), ...tensorsOf(e.right)]))].filter(movable);
  const unknowns = moved.flatMap((tensor): Unknown[] =>
    Array.from({ length: env.layout(tensor).length }, (_, cell) => ({ tensor, cell })),
  );
  const keepsAll = (): boolean =>
    moved.every((t) => {
      const own = assumed.get(t);
      return own === undefined || keepsSigns(env.array(t).data, own);
    });
  for (const { left, right } of equalities) {
    const lines = right.kind === "iverson" ? orthonormalLines(left) : null;
    if (
      lines !== null &&
      env.tensors.has(lines.tensor) &&
      !orthonormalize(env.array(lines.tensor).data, env.layout(lines.tensor), lines.along)
    )
      return false;
  }
  let [best, since] = [Number.POSITIVE_INFINITY, 0];
  for (let round = 0; round < 30; round++) {
    const now = residuals(equalities, env);
    const worst = now.reduce((w, r) => Math.max(w, Math.abs(r)), 0);
    // Where there is a solution the steps double the digits in the end: of 4 columns in 3 dimensions no more are orthonormal.
    since = worst < best / 2 ? 0 : since + 1;
    best = Math.min(best, worst);
    if (since > STALLED) return false;
    if (worst < 1e-13) return keepsAll();
    if (!Number.isFinite(worst) || unknowns.length === 0 || unknowns.length > 200) return false;
    const rows = unknowns.map(({ tensor, cell }) => slope(equalities, env, env.array(tensor).data, cell));
    const step = leastChange(rows, now);
    unknowns.forEach(({ tensor, cell }, k) => {
      const { data } = env.array(tensor);
      data[cell] = (data[cell] ?? 0) - (step[k] ?? 0);
    });
    for (const t of moved) {
      const own = assumed.get(t);
      if (own !== undefined) restore(env.array(t).data, env.layout(t), own);
    }
  }
  return keepsAll() && residuals(equalities, env).every((r) => Math.abs(r) < 1e-11);
}

/** The W of `\sum_k W_{ki} W_{kj}`, and the axis of k: what is said of these sums is said of columns, or of rows. */
function orthonormalLines(left: Node): { readonly tensor: Tensor; readonly along: 0 | 1 } | null {
  const product = left.kind === "reduce" && left.op === "sum" ? left.body : null;
  const [a, b, more] = product?.kind === "multiply" ? product.factors : [];
  if (left.kind !== "reduce" || a?.kind !== "entry" || b?.kind !== "entry" || more !== undefined) return null;
  if (a.tensor !== b.tensor || a.at.length !== 2 || a.tensor.parameters.length > 0) return null;
  const isAlong = (axis: 0 | 1): boolean => {
    const [own, other] = [a.at[axis], a.at[1 - axis]];
    return own === b.at[axis] && own?.terms[0]?.[0] === left.index && other !== b.at[1 - axis];
  };
  return isAlong(0) ? { tensor: a.tensor, along: 0 } : isAlong(1) ? { tensor: a.tensor, along: 1 } : null;
}

/** Gram–Schmidt on the columns (`along` 0) or rows of a matrix; false if there are more of them than they have entries. */
function orthonormalize(data: Float64Array, { sizes, strides }: Layout, along: 0 | 1): boolean {
  const [long = 0, count = 0] = along === 0 ? sizes : sizes.toReversed();
  const [step = 0, next = 0] = along === 0 ? strides : strides.toReversed();
  if (count > long) return false;
  const dot = (a: number, b: number): number => {
    let sum = 0;
    for (let k = 0; k < long; k++) sum += (data[a * next + k * step] ?? 0) * (data[b * next + k * step] ?? 0);
    return sum;
  };
  const add = (a: number, b: number, factor: number): void => {
    for (let k = 0; k < long; k++)
      data[a * next + k * step] = (data[a * next + k * step] ?? 0) + factor * (data[b * next + k * step] ?? 0);
  };
  for (let a = 0; a < count; a++) {
    // Twice is enough to lose no digits.
    for (const _ of [1, 2]) for (let b = 0; b < a; b++) add(a, b, -dot(a, b));
    const length = Math.sqrt(dot(a, a));
    if (!(length > 1e-6)) return false;
    add(a, a, 1 / length - 1);
  }
  return true;
}

/** After so many steps that have not halved what is left, there is no hope. */
const STALLED = 6;

export function residuals(
  equalities: readonly { readonly left: Node; readonly right: Node }[],
  env: Environment,
): readonly number[] {
  const evaluator = new Evaluator(env);
  return equalities.flatMap(({ left, right }) => {
    const free = [...new Set([...left.free, ...right.free])];
    const [a, b] = [evaluator.evaluate(left, free).data, evaluator.evaluate(right, free).data];
    return [...a].map((x, c) => x - (b[c] ?? Number.NaN));
  });
}

function slope(
  equalities: readonly { readonly left: Node; readonly right: Node }[],
  env: Environment,
  data: Float64Array,
  cell: number,
): readonly number[] {
  const kept = data[cell] ?? 0;
  const at = (h: number): readonly number[] => {
    data[cell] = kept + h;
    return residuals(equalities, env);
  };
  const [up, down] = [at(1e-5), at(-1e-5)];
  data[cell] = kept;
  return up.map((x, r) => (x - (down[r] ?? 0)) / 2e-5);
}

/** The shortest `s` with `J s = r` in the least-squares sense: `s = Jᵀ (J Jᵀ + ε I)⁻¹ r`; rows of `columns` are those of `Jᵀ`. */
function leastChange(columns: readonly (readonly number[])[], r: readonly number[]): readonly number[] {
  const m = r.length;
  const gram = new Float64Array(m * m);
  for (const column of columns)
    for (let a = 0; a < m; a++)
      for (let b = 0; b < m; b++) gram[a * m + b] = (gram[a * m + b] ?? 0) + (column[a] ?? 0) * (column[b] ?? 0);
  for (let a = 0; a < m; a++) gram[a * m + a] = (gram[a * m + a] ?? 0) + 1e-10;
  const right = new Float64Array(m * m);
  r.forEach((x, a) => {
    right[a * m] = x;
  });
  const y = solve(gram, right, m);
  return columns.map((column) => column.reduce((s, c, a) => s + c * (y[a * m] ?? 0), 0));
}
