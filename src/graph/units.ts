import type { Local, Use } from "../derive/local.js";
import { freeOf } from "../evaluate/forward.js";
import { Scope } from "../evaluate/scope.js";
import type { Environment, Valuation } from "../evaluate/values.js";
import type { Arena } from "../expression/arena.js";
import { operands } from "../expression/arena.js";
import type { Index, Node, Position, Range, Tensor } from "../expression/node.js";
import type { Equation, Model } from "../model/model.js";
import type { Edges } from "./graph.js";

/* A network unit by unit, for sizes that are numbers: each entry of each symbol is a node. */

/** One entry, `z_2`. */
export interface Unit {
  readonly tensor: Tensor;
  readonly at: readonly number[];
  /** What it is computed by; `null` where it is given. */
  readonly body: Node | null;
}

export interface UnitEdge {
  readonly from: Unit;
  readonly to: Unit;
  readonly use: Use;
  /** The derivative of the one entry by the other; `null` where it has none. */
  readonly derivative: Node | null;
}

export interface UnitGraph extends Edges<Unit> {
  readonly edges: readonly UnitEdge[];
}

/** More than these are no drawing. */
const MOST_UNITS = 600;
const MOST_EDGES = 6000;

/** `null` if there are too many units to draw. */
export function unitGraph(model: Model, uses: readonly Use[], env: Environment): UnitGraph | null {
  const { arena } = model;
  const units = new Map<string, Unit>();
  const edges: UnitEdge[] = [];
  const unit = (tensor: Tensor, at: readonly number[]): Unit => {
    const key = `${tensor.key}@${at.join(",")}`;
    const known = units.get(key) ?? { tensor, at, body: null };
    units.set(key, known);
    return known;
  };
  const byEquation = new Map<Equation, Use[]>();
  for (const use of uses) byEquation.set(use.equation, [...(byEquation.get(use.equation) ?? []), use]);
  // Units of computed symbols first, so that each has its equation when an edge comes to it.
  const computed = model.equations.flatMap((equation) => cells(equation, env).map((value) => ({ equation, value })));
  if (computed.length > MOST_UNITS) return null;
  for (const { equation, value } of computed) {
    const at = equation.at.map((p) => env.position(p, value));
    const body = expand(arena, arena.substitute(equation.body, literals(arena, equation, value)), env);
    units.set(`${equation.tensor.key}@${at.join(",")}`, { tensor: equation.tensor, at, body });
  }
  for (const { equation, value } of computed) {
    const to = unit(
      equation.tensor,
      equation.at.map((p) => env.position(p, value)),
    );
    for (const { tensor, at } of entriesIn(arena, equation.body, env, value)) {
      const use = byEquation.get(equation)?.find((u) => u.from === tensor);
      if (use === undefined) continue;
      edges.push({ from: unit(tensor, at), to, use, derivative: derivativeOf(arena, use, value, at, env) });
      if (edges.length > MOST_EDGES || units.size > MOST_UNITS) return null;
    }
  }
  return { nodes: [...units.values()], edges };
}

/** The values of an equation's free indices. */
function cells(equation: Equation, env: Environment): readonly Valuation[] {
  const free = freeOf(equation);
  const scope = Scope.of(env);
  const masks = free.flatMap((i) => scope.mask(i) ?? []).map((mask) => ({ mask, at: scope.offsets(mask, free) }));
  return Array.from({ length: scope.cells(free) }, (_, cell) => cell)
    .filter((cell) => masks.every(({ mask, at }) => mask.data[at[cell] ?? 0] !== 0))
    .map((cell) => scope.valuation(free, cell));
}

const literals = (arena: Arena, equation: Equation, value: Valuation): ReadonlyMap<Index, Position> =>
  new Map(freeOf(equation).map((i) => [i, arena.literal(value(i))]));

/** Sums are written out, sizes are numbers. */
export function expand(arena: Arena, node: Node, env: Environment): Node {
  if (node.kind === "dimension") return arena.rational(env.dim(node.dim, () => 0));
  if (node.kind === "reduce" && (node.op === "sum" || node.op === "product")) {
    const { index, body } = arena.open(node);
    const terms = valuesOf(index.range, env, () => 0).map((k) =>
      expand(arena, arena.substitute(body, new Map([[index, arena.literal(k)]])), env),
    );
    return node.op === "sum" ? arena.add(...terms) : arena.multiply(...terms);
  }
  if (node.kind !== "entry") return arena.mapOperands(node, (n) => expand(arena, n, env));
  // `h_M` is the member of that number.
  const isFixed = (p: Position): boolean => p.terms.length === 0 && p.value === null;
  const at = node.at.map((p) => (isFixed(p) ? arena.literal(env.position(p, () => 0)) : p));
  return arena.entry(node.tensor, at);
}

function valuesOf({ low, high }: Range, env: Environment, value: Valuation): readonly number[] {
  const [from, to] = [env.dim(low, value), env.dim(high, value)];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => from + k);
}

interface Entry {
  readonly tensor: Tensor;
  readonly at: readonly number[];
}

/** The entries that a value depends on, whether or not its derivative by them is zero; each once. */
function entriesIn(arena: Arena, root: Node, env: Environment, outer: Valuation): readonly Entry[] {
  const found = new Map<string, Entry>();
  const go = (node: Node, value: Valuation): void => {
    if (node.kind === "entry") entry(node.tensor, node.at, value);
    else if (node.kind !== "multiply" || !node.factors.some((f) => isOff(f, env, value)))
      for (const { indices, body } of insides(arena, node)) over(indices, body, value);
  };
  const over = ([index, ...rest]: readonly Index[], body: Node, value: Valuation): void => {
    if (index === undefined) go(body, value);
    else for (const k of valuesOf(index.range, env, value)) over(rest, body, (i) => (i === index ? k : value(i)));
  };
  const entry = (tensor: Tensor, positions: readonly Position[], value: Valuation): void => {
    const { lows, sizes } = env.layout(tensor);
    const all = (axis: number): readonly number[] =>
      Array.from({ length: sizes[axis] ?? 0 }, (_, k) => (lows[axis] ?? 1) + k);
    // A gathered position may be any.
    const choices = positions.map((p, axis) => (p.value === null ? [env.position(p, value)] : all(axis)));
    for (const p of positions) if (p.value !== null) go(p.value, value);
    for (const at of product(choices))
      if (at.every((p, axis) => all(axis).includes(p))) found.set(`${tensor.key}@${at.join(",")}`, { tensor, at });
  };
  go(root, outer);
  return [...found.values()];
}

interface Inside {
  readonly indices: readonly Index[];
  readonly body: Node;
}

/** What stands inside a node, under the indices that it binds. */
function insides(arena: Arena, node: Node): readonly Inside[] {
  if (node.kind === "abstract") return node.args.map((lambda) => arena.openLambda(lambda));
  if (node.kind === "reduce" || node.kind === "argument") {
    const { index, body } = arena.open(node);
    return [{ indices: [index], body }];
  }
  if (node.kind === "matrix") {
    const { row, column, body } = arena.openMatrix(node);
    return [{ indices: [row, column], body }];
  }
  return operands(node).map((body) => ({ indices: [], body }));
}

const product = (choices: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  choices.reduce<readonly (readonly number[])[]>((all, own) => all.flatMap((at) => own.map((p) => [...at, p])), [[]]);

/** A guard that is zero there: what it guards does not exist. */
function isOff(node: Node, env: Environment, value: Valuation): boolean {
  if (node.kind !== "iverson" || node.position.value !== null) return false;
  const p = env.position(node.position, value);
  return node.relation === "zero" ? p !== 0 : p < 0;
}

/** The local derivatives of an edge at two entries, added up. */
function derivativeOf(arena: Arena, use: Use, value: Valuation, at: readonly number[], env: Environment): Node | null {
  if (use.refused !== null) return null;
  const parts = use.locals.map((local) => partOf(arena, local, value, at, env));
  return arena.add(...parts.map((p) => expand(arena, p, env)));
}

function partOf(arena: Arena, local: Local, value: Valuation, at: readonly number[], env: Environment): Node {
  const map = new Map(literals(arena, local.equation, value));
  for (const [k, p] of local.columns.entries()) {
    const [term, more] = p.terms;
    const own =
      term !== undefined && more === undefined && term[1] === 1 && p.offset.terms.length === 0 && !map.has(term[0]);
    if (own) map.set(term[0], arena.literal(at[k] ?? 0));
    // A member that the equation names is this one or another.
    else if (env.position(p, value) !== at[k]) return arena.zero;
  }
  return arena.substitute(local.body, map);
}
