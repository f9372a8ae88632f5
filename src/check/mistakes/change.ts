import { boundBy, nodesBelow } from "../../evaluate/walk.js";
import type { Arena } from "../../expression/arena.js";
import { operands } from "../../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../../expression/node.js";
import { nodeAlgebra } from "../../functions/node-algebra.js";
import { functions } from "../../functions/table.js";

/** One small change, made at one place of an expression. */
export type Change =
  | { readonly kind: "factor"; readonly factor: Node; readonly rest: Node }
  | { readonly kind: "term"; readonly term: Node; readonly sum: Node }
  | { readonly kind: "only-term"; readonly term: Node; readonly sum: Node }
  | { readonly kind: "sign"; readonly term: Node; readonly sum: Node }
  | { readonly kind: "tensor"; readonly from: Tensor; readonly to: Tensor; readonly inside: string | null }
  | { readonly kind: "member"; readonly tensor: Tensor; readonly by: number; readonly inside: string | null }
  | { readonly kind: "indices"; readonly tensor: Tensor }
  | { readonly kind: "exponent"; readonly base: Node }
  | { readonly kind: "range"; readonly index: Index }
  | { readonly kind: "summed-index"; readonly index: Index }
  /** One value of a summed index alone, the first or the last. */
  | { readonly kind: "one-member"; readonly index: Index }
  /** A sum of a tensor's entries taken for one. */
  | { readonly kind: "sums-to-one"; readonly index: Index }
  | { readonly kind: "unsummed"; readonly index: Index }
  | { readonly kind: "slope"; readonly fn: string; readonly as: SlopeMistake };

export type SlopeMistake =
  | "one"
  | "value"
  | "gradient"
  | "at-output"
  | "rule-on-input"
  | "other-function"
  | "no-square"
  | "wrong-form"
  | "relu";

export interface Changed {
  readonly node: Node;
  readonly change: Change;
}

/** What may be put in the place of other things. */
export interface Kit {
  readonly arena: Arena;
  readonly tensors: readonly Tensor[];
  /** Indices that are free on the left side. */
  readonly free: readonly Index[];
  /** What the changes of one line may cost, all together. */
  readonly work: Work;
  /** Applications of the forward pass, with the tensor that names each, if one does. */
  readonly applications: readonly Application[];
}

export interface Application {
  readonly fn: string;
  readonly input: Tensor;
  readonly output: Tensor | null;
}

/** Nodes made anew, counted for one line. */
export interface Work {
  left: number;
}

export const newWork = (): Work => ({ left: MOST_WORK });

const MAX_DEPTH = 40;
const MOST = 300;
const MOST_WORK = 150_000;

/** Every expression that differs from a node by one change, smallest changes first within one place. */
export function* changes(kit: Kit, node: Node): Generator<Changed> {
  let count = 0;
  const cost = costOf(node);
  for (const c of below(kit, node, { indices: [...kit.free], inside: null }, 0)) {
    count += 1;
    kit.work.left -= cost;
    if (count > MOST || kit.work.left < 0) return;
    if (c.node !== node) yield c;
  }
}

/** A change makes its node anew, and each binder above it renames what it binds. */
export function costOf(node: Node): number {
  const all = nodesBelow([node]);
  return all.length * (1 + all.filter((n) => boundBy(n).length > 0).length);
}

interface Scope {
  readonly indices: readonly Index[];
  readonly inside: string | null;
}

function* below(kit: Kit, node: Node, scope: Scope, depth: number): Generator<Changed> {
  if (depth > MAX_DEPTH) return;
  const { arena } = kit;
  yield* here(kit, node, scope);
  switch (node.kind) {
    case "reduce": {
      const { index, body } = arena.open(node);
      const inner = { ...scope, indices: [...scope.indices, index] };
      for (const c of below(kit, body, inner, depth + 1))
        if (c.node.free.includes(index) || node.op === "sum")
          yield { ...c, node: arena.reduce(node.op, index, c.node) };
      return;
    }
    case "matrix": {
      const { row, column, body } = arena.openMatrix(node);
      const inner = { ...scope, indices: [...scope.indices, row, column] };
      for (const c of below(kit, body, inner, depth + 1))
        yield { ...c, node: arena.matrix(node.fn, row, column, c.node, node.at, node.exponent) };
      return;
    }
    case "add":
    case "multiply":
    case "power":
    case "apply":
    case "indicator": {
      const inside = node.kind === "apply" ? node.fn : node.kind === "indicator" ? "indicator" : scope.inside;
      const all = operands(node);
      for (const [k, operand] of all.entries())
        for (const c of below(kit, operand, { ...scope, inside }, depth + 1)) {
          let at = 0;
          yield { ...c, node: arena.mapOperands(node, (n) => (at++ === k ? c.node : n)) };
        }
      return;
    }
    default:
      return;
  }
}

function* here(kit: Kit, node: Node, scope: Scope): Generator<Changed> {
  const { arena } = kit;
  switch (node.kind) {
    case "add":
      yield* inSum(arena, node.terms, node);
      return;
    case "multiply":
      yield* slopes(kit, node.factors, scope);
      for (const [k, factor] of node.factors.entries()) {
        const rest = arena.multiply(...without(node.factors, k));
        yield { node: rest, change: { kind: "factor", factor, rest } };
      }
      return;
    case "power":
      if (node.exponent.kind === "rational") {
        for (const e of [1, 2, -1, -2, "1/2", "-1/2"] as const) {
          const other = arena.rational(e);
          if (other !== node.exponent)
            yield { node: arena.power(node.base, other), change: { kind: "exponent", base: node.base } };
        }
      }
      return;
    case "indicator":
      yield* slopes(kit, [node], scope);
      return;
    case "entry":
      yield* inEntry(kit, node.tensor, node.at, scope);
      return;
    case "reduce":
      if (node.op === "sum") yield* inReduce(kit, node.index, node, scope);
      return;
    default:
      return;
  }
}

const without = <T>(list: readonly T[], k: number): readonly T[] => [...list.slice(0, k), ...list.slice(k + 1)];

function* inSum(arena: Arena, terms: readonly Node[], sum: Node): Generator<Changed> {
  for (const [k, term] of terms.entries())
    yield { node: arena.add(...without(terms, k)), change: { kind: "term", term, sum } };
  for (const [k, term] of terms.entries())
    yield {
      node: arena.add(...terms.map((t, j) => (j === k ? arena.negate(t) : t))),
      change: { kind: "sign", term, sum },
    };
  if (terms.length > 2) for (const term of terms) yield { node: term, change: { kind: "only-term", term, sum } };
}

/** Summed over another letter: `Σ_k f(i, k)` as `Σ_i f(i, k)`. */
function* summedOverAnother(
  arena: Arena,
  index: Index,
  opened: { readonly index: Index; readonly body: Node },
  scope: Scope,
): Generator<Changed> {
  for (const summed of scope.indices)
    for (const fixed of scope.indices) {
      if (fixed.range.low !== index.range.low || fixed.range.high !== index.range.high) continue;
      if (summed === fixed && scope.indices.length > 1) continue;
      if (!opened.body.free.includes(summed)) continue;
      const fresh = arena.freshIndex(summed.range);
      const map = new Map([
        [opened.index, arena.at(fixed)],
        [summed, arena.at(fresh)],
      ]);
      yield { node: arena.sum(fresh, arena.substitute(opened.body, map)), change: { kind: "summed-index", index } };
    }
}

function* inReduce(kit: Kit, index: Index, node: Extract<Node, { kind: "reduce" }>, scope: Scope): Generator<Changed> {
  const { arena } = kit;
  const opened = arena.open(node);
  // Left unsummed: the letter then is one of the left side, or stays free.
  for (const other of scope.indices)
    if (other.range.low === index.range.low && other.range.high === index.range.high)
      yield {
        node: arena.substitute(opened.body, new Map([[opened.index, arena.at(other)]])),
        change: { kind: "unsummed", index: other },
      };
  const factors = opened.body.kind === "multiply" ? opened.body.factors : [opened.body];
  const carriers = factors.filter((f) => f.free.includes(opened.index));
  if (carriers.length === 1 && carriers[0]?.kind === "entry")
    yield {
      node: arena.multiply(...factors.filter((f) => f !== carriers[0])),
      change: { kind: "sums-to-one", index },
    };
  for (const end of [index.range.high, index.range.low])
    yield {
      node: arena.substitute(opened.body, new Map([[opened.index, arena.atDim(end)]])),
      change: { kind: "one-member", index },
    };
  yield* summedOverAnother(arena, index, opened, scope);
  for (const [low, high] of [
    [arena.addDims(index.range.low, arena.oneDim), index.range.high],
    [index.range.low, arena.subtractDims(index.range.high, arena.oneDim)],
  ] as const) {
    const shorter = arena.freshIndex(arena.range(low, high));
    yield {
      node: arena.sum(shorter, arena.substitute(opened.body, new Map([[opened.index, arena.at(shorter)]]))),
      change: { kind: "range", index },
    };
  }
}

const sameAxes = (a: Tensor, b: Tensor): boolean =>
  a.axes.length === b.axes.length && a.axes.every((r, k) => r.low === b.axes[k]?.low && r.high === b.axes[k]?.high);

function* inEntry(kit: Kit, tensor: Tensor, at: readonly Position[], scope: Scope): Generator<Changed> {
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
  for (const to of kit.tensors) {
    if (to === tensor || to.parameters.length !== members) continue;
    if ((to.derivative === null) !== (tensor.derivative === null)) continue;
    if (sameAxes(tensor, to)) {
      yield { node: arena.entry(to, at), change: { kind: "tensor", from: tensor, to, inside } };
      continue;
    }
    if (members > 0 || to.axes.length !== own.length || to.axes.length === 0) continue;
    // The other tensor's axes take other letters.
    const fitting = to.axes.map((r) => scope.indices.filter((x) => x.range.low === r.low && x.range.high === r.high));
    const chosen = fitting.map((f) => f[0]);
    if (chosen.includes(undefined)) continue;
    yield {
      node: arena.entry(
        to,
        chosen.flatMap((x) => (x === undefined ? [] : [arena.at(x)])),
      ),
      change: { kind: "tensor", from: tensor, to, inside },
    };
  }
}

/** The derivative of a function, found among the factors of a product, replaced by what people take for it. */
function* slopes(kit: Kit, factors: readonly Node[], scope: Scope): Generator<Changed> {
  const { arena } = kit;
  for (const { fn, input, output } of kit.applications) {
    for (const at of positionsOf(factors, [input, output])) {
      const x = arena.entry(input, at);
      const y = output === null ? arena.apply(fn, x) : arena.entry(output, at);
      for (const slope of slopesOf(arena, fn, x, y)) {
        const rest = remove(arena, factors, slope);
        if (rest === null) continue;
        for (const [as, wrong] of wrongSlopes(arena, fn, x, y, slope, rest))
          yield { node: arena.multiply(...rest, wrong), change: { kind: "slope", fn, as } };
      }
    }
  }
  void scope;
}

function positionsOf(factors: readonly Node[], wanted: readonly (Tensor | null)[]): readonly (readonly Position[])[] {
  const found = new Map<string, readonly Position[]>();
  const stack = [...factors];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (n.kind === "entry" && wanted.includes(n.tensor)) found.set(n.at.map((p) => p.key).join(), n.at);
    if (n.kind !== "reduce" && n.kind !== "matrix" && n.kind !== "abstract") stack.push(...operands(n));
  }
  return [...found.values()];
}

/** The ways in which a derivation writes `fn'(x)`. */
function slopesOf(arena: Arena, fn: string, x: Node, y: Node): readonly Node[] {
  const row = functions.get(fn);
  if (row === undefined || row.arity !== 1) return fn === "leaky_relu" ? [] : [];
  const k = nodeAlgebra(arena);
  const [byInput] = row.derivative(k, x);
  const found = byInput === undefined ? [] : [byInput];
  const byOutput = row.derivativeByOutput?.(k, y);
  if (byOutput !== undefined) found.push(byOutput);
  return found;
}

/** The other factors, if all factors of `part` are among them. */
function remove(arena: Arena, factors: readonly Node[], part: Node): readonly Node[] | null {
  const rest = [...factors];
  for (const f of part.kind === "multiply" ? part.factors : [part]) {
    const k = rest.indexOf(f);
    if (k < 0) return null;
    rest.splice(k, 1);
  }
  return rest.length === 0 ? [arena.one] : rest;
}

/** What is written for the slope of a sigmoid: with signs and powers of its exponentials mistaken, and by its output. */
function wrongSigmoidSlopes(arena: Arena, x: Node, y: Node): readonly Node[] {
  const { one } = arena;
  const e = (s: number): Node => arena.apply("exp", arena.multiply(arena.rational(s), x));
  const below = (s: number, p: number): Node => arena.power(arena.add(one, e(s)), -p);
  const signs = [1, -1];
  return [
    ...signs.flatMap((s) => signs.flatMap((t) => [1, 2].map((p) => arena.multiply(e(s), below(t, p))))),
    arena.subtract(one, y),
    arena.power(y, 2),
    arena.subtract(y, one),
    arena.multiply(y, arena.add(one, y)),
    arena.negate(arena.multiply(e(-1), below(-1, 2))),
  ];
}

function wrongSlopes(
  arena: Arena,
  fn: string,
  x: Node,
  y: Node,
  slope: Node,
  rest: readonly Node[],
): readonly (readonly [SlopeMistake, Node])[] {
  const one = arena.one;
  const minus = (a: Node): Node => arena.subtract(one, a);
  const square = (a: Node): Node => arena.power(a, 2);
  const row = functions.get(fn);
  const k = nodeAlgebra(arena);
  const found: (readonly [SlopeMistake, Node])[] = [["one", one]];
  const upstream = rest.filter((f) => f.kind === "entry" && f.tensor.derivative !== null);
  for (const g of upstream) found.push(["gradient", arena.indicator(">", g)]);
  const atOutput = row?.derivative(k, y)[0];
  if (slope.kind !== "indicator" && atOutput !== undefined) found.push(["at-output", atOutput]);
  if (row?.derivativeByOutput !== undefined) found.push(["rule-on-input", row.derivativeByOutput(k, x)]);
  if (fn !== "tanh") found.push(["other-function", minus(square(y))]);
  if (fn !== "sigmoid") found.push(["other-function", arena.multiply(y, minus(y))]);
  if (fn === "tanh") found.push(["no-square", minus(y)]);
  const relu = arena.apply("relu", x);
  found.push(["value", y], ["value", arena.apply(fn, x)]);
  if (fn !== "relu") found.push(["relu", arena.indicator(">", x)], ["value", relu]);
  if (fn === "sigmoid") for (const form of wrongSigmoidSlopes(arena, x, y)) found.push(["wrong-form", form]);
  if (fn === "tanh") found.push(["wrong-form", arena.add(one, square(y))], ["wrong-form", square(minus(y))]);
  return found;
}
