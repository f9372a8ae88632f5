import { flatMap } from "../core/flat-map.js";
import type { Index, Position, Tensor } from "../expression/node.js";
import { Evaluator } from "./evaluate.js";
import { type Definition, planOf } from "./plan.js";
import type { Scope } from "./scope.js";
import type { Environment } from "./values.js";

export interface ForwardOptions {
  /** Added to the entries of a tensor as they are computed, so that whatever depends on them sees the sum. */
  readonly added?: ReadonlyMap<Tensor, Float64Array>;
  /** What has been evaluated at this point already. */
  readonly evaluator?: Evaluator;
  /** Told of each equation as it is computed, with the indices that take one value only. */
  readonly done?: (equation: Definition, fixed: ReadonlyMap<Index, number>) => void;
}

/** Computes all equations into `env.tensors`; recurrences member by member. Throws where one is circular. */
export function forward(
  model: { readonly equations: readonly Definition[] },
  env: Environment,
  options: ForwardOptions = {},
): void {
  // Tensors are complete before they are used, so what is evaluated for one equation serves the next.
  const evaluator = options.evaluator ?? new Evaluator(env);
  for (const group of planOf(model.equations)) {
    if (group.recurrent) recur(group.equations, env, options);
    else for (const equation of group.equations) whole(equation, evaluator, options);
  }
}

const frees = new WeakMap<readonly Position[], readonly Index[]>();

/** The free indices of a left side, in the order of the axes; the same list each time. */
export function freeOf({ at }: { readonly at: readonly Position[] }): readonly Index[] {
  const known = frees.get(at);
  if (known !== undefined) return known;
  const free = [...new Set(flatMap(at, (p) => p.terms.map(([index]) => index)))];
  frees.set(at, free);
  return free;
}

/** A tensor's array; a new one is all NaN, so that an entry without an equation cannot pass for a number. */
function target(tensor: Tensor, env: Environment): Float64Array {
  const known = env.tensors.get(tensor);
  if (known !== undefined) return known.data;
  const { length, inside } = env.layout(tensor);
  const data = new Float64Array(length).fill(Number.NaN);
  if (inside !== null) for (let cell = 0; cell < length; cell++) if (inside[cell] === 0) data[cell] = 0;
  env.set(tensor, data);
  return data;
}

function whole(equation: Definition, evaluator: Evaluator, options: ForwardOptions): void {
  const free = freeOf(equation);
  const { data } = evaluator.evaluate(equation.body, free);
  store(equation, free, data, evaluator, options);
  options.done?.(equation, new Map());
}

/** Writes values to the entries of the left side; gives where they went, -1 for cells outside a ragged range. */
function store(
  equation: Definition,
  free: readonly Index[],
  values: Float64Array,
  evaluator: Evaluator,
  options: ForwardOptions,
): Float64Array {
  const { env } = evaluator;
  const data = target(equation.tensor, env);
  const added = options.added?.get(equation.tensor);
  const cells = places(equation, free, evaluator);
  for (let c = 0; c < cells.length; c++) {
    const cell = cells[c] ?? -1;
    if (cell >= 0) data[cell] = (values[c] ?? Number.NaN) + (added?.[cell] ?? 0);
  }
  return cells;
}

interface Where {
  readonly env: Environment;
  readonly scope: Scope;
}

/** Where the entries of a left side are stored, -1 for cells outside a ragged range. */
export const places = (equation: Definition, free: readonly Index[], where: Where): Float64Array =>
  where.scope.table(equation, () => findPlaces(equation, free, where));

function findPlaces({ tensor, at }: Definition, free: readonly Index[], { env, scope }: Where): Float64Array {
  const { lows, sizes, strides, inside } = env.layout(tensor);
  const cells = new Float64Array(scope.cells(free));
  const masks = flatMap(free, (index) => {
    const mask = scope.mask(index);
    return mask === null ? [] : [{ mask, offsets: scope.offsets(mask, free) }];
  });
  const tables = at.map((p) => scope.positions(p, free, null));
  for (let c = 0; c < cells.length; c++) {
    if (masks.some(({ mask, offsets }) => mask.data[offsets[c] ?? 0] === 0)) {
      cells[c] = -1;
      continue;
    }
    let cell = 0;
    tables.forEach((table, axis) => {
      const row = (table[c] ?? 0) - (lows[axis] ?? 1);
      if (!(row >= 0 && row < (sizes[axis] ?? 0)))
        throw new Error(`internal: an equation of ${tensor.latex} is out of its range`);
      cell += row * (strides[axis] ?? 1);
    });
    if (inside?.[cell] === 0) throw new Error(`internal: an equation of ${tensor.latex} is out of its range`);
    cells[c] = cell;
  }
  return cells;
}

// ---- recurrences ----

/** One member of a recurrence: an equation with its stepped indices fixed. */
interface Task {
  readonly equation: Definition;
  readonly fixed: ReadonlyMap<Index, number>;
  /** The stepped positions, by which a sweep is ordered. */
  readonly at: readonly number[];
}

/**
 * Computes members in sweeps upwards and downwards, each as soon as what it needs is known. First families are
 * stepped through their members, then, if that stalls, every entry on its own.
 */
function recur(equations: readonly Definition[], env: Environment, options: ForwardOptions): void {
  const unknown = new Map<Tensor, Uint8Array>();
  for (const equation of equations) {
    const { tensor } = equation;
    const flags = unknown.get(tensor) ?? new Uint8Array(target(tensor, env).length);
    unknown.set(tensor, flags);
    for (const cell of places(equation, freeOf(equation), new Evaluator(env))) if (cell >= 0) flags[cell] = 1;
  }
  let left = flatMap(equations, (e) => tasksOf(e, stepped(e), env));
  left = sweep(left, env, unknown, options);
  if (left.length === 0) return;
  left = sweep(
    flatMap(left, ({ equation, fixed }) => tasksOf(equation, freeOf(equation), env, fixed)),
    env,
    unknown,
    options,
  );
  const [stuck] = left;
  if (stuck !== undefined)
    throw new Error(
      `internal: the equations of ${stuck.equation.tensor.latex} are circular or reach out of their range`,
    );
}

function stepped(equation: Definition): readonly Index[] {
  return freeOf({ at: flatMap(familyAxes(equation.tensor), (k) => equation.at[k] ?? []) });
}

/** The axes that number the members of a family; of a derivative, those of its two tensors. */
function familyAxes({ derivative, parameters }: Tensor): readonly number[] {
  if (derivative === null) return parameters.map((_, k) => k);
  const { of, wrt } = derivative;
  return [...familyAxes(of), ...familyAxes(wrt).map((k) => k + of.axes.length)];
}

function tasksOf(
  equation: Definition,
  step: readonly Index[],
  env: Environment,
  within: ReadonlyMap<Index, number> = new Map(),
): readonly Task[] {
  const { scope } = new Evaluator(env, { fixed: within });
  const masks = flatMap(step, (index) => scope.mask(index) ?? []);
  const offsets = masks.map((m) => scope.offsets(m, step));
  const tasks: Task[] = [];
  for (let cell = 0; cell < scope.cells(step); cell++) {
    if (masks.some((m, k) => m.data[offsets[k]?.[cell] ?? 0] === 0)) continue;
    const value = scope.valuation(step, cell);
    const fixed = new Map([...within, ...step.map((index) => [index, value(index)] as const)]);
    tasks.push({
      equation,
      fixed,
      at: equation.at.map((p) =>
        p.terms.every(([i]) => fixed.has(i)) ? env.position(p, (i) => fixed.get(i) ?? 0) : 0,
      ),
    });
  }
  return tasks;
}

const before = (a: Task, b: Task): number => {
  for (let k = 0; k < Math.min(a.at.length, b.at.length); k++) {
    const d = (a.at[k] ?? 0) - (b.at[k] ?? 0);
    if (d !== 0) return d;
  }
  return 0;
};

/** What could not be computed. */
function sweep(
  tasks: readonly Task[],
  env: Environment,
  unknown: ReadonlyMap<Tensor, Uint8Array>,
  options: ForwardOptions,
): Task[] {
  let left = [...tasks].sort(before);
  // Derivatives are computed from the last member to the first.
  if (left[0]?.equation.tensor.derivative != null) left.reverse();
  for (let idle = 0; left.length > 0 && idle < 2; left.reverse()) {
    const kept = left.filter((task) => !attempt(task, env, unknown, options));
    idle = kept.length < left.length ? 0 : idle + 1;
    left = kept;
  }
  return left;
}

function attempt(
  { equation, fixed }: Task,
  env: Environment,
  unknown: ReadonlyMap<Tensor, Uint8Array>,
  options: ForwardOptions,
): boolean {
  const evaluator = new Evaluator(env, { fixed, unknown });
  const free = freeOf(equation);
  const array = evaluator.evaluateKnown(equation.body, free);
  if (array === null) return false;
  const flags = unknown.get(equation.tensor);
  for (const cell of store(equation, free, array.data, evaluator, options))
    if (cell >= 0 && flags !== undefined) flags[cell] = 0;
  options.done?.(equation, fixed);
  return true;
}
