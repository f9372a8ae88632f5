import { boundBy, nodesBelow } from "../../evaluate/walk.js";
import type { Arena } from "../../expression/arena.js";
import { operands } from "../../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../../expression/node.js";
import { type Applications, type SlopeMistake, wrongSlopesIn } from "./slopes.js";

/** One small change, made at one place of an expression. */
export type Change =
  | { readonly kind: "factor"; readonly factor: Node; readonly rest: Node }
  /** A division left out, and a 2 in its place. */
  | { readonly kind: "doubled"; readonly factor: Node }
  | { readonly kind: "term"; readonly term: Node; readonly sum: Node }
  | { readonly kind: "only-term"; readonly term: Node; readonly sum: Node }
  | { readonly kind: "sign"; readonly term: Node; readonly sum: Node }
  | { readonly kind: "tensor"; readonly from: Tensor; readonly to: Tensor; readonly inside: string | null }
  | { readonly kind: "member"; readonly tensor: Tensor; readonly by: number; readonly inside: string | null }
  | { readonly kind: "indices"; readonly tensor: Tensor }
  /** Two quantities each in the place of the other. */
  | { readonly kind: "exchanged"; readonly a: Tensor; readonly b: Tensor }
  /** Another letter at a position of an entry. */
  | { readonly kind: "letter"; readonly tensor: Tensor; readonly from: Index; readonly to: Index }
  | { readonly kind: "exponent"; readonly base: Node; readonly from: string }
  /** A matrix left out of a product of matrices; `null`: the inverse of one. */
  | { readonly kind: "removed"; readonly tensor: Tensor | null }
  | { readonly kind: "range"; readonly index: Index }
  | { readonly kind: "summed-index"; readonly index: Index }
  /** One value of a summed index alone, the first or the last. */
  | { readonly kind: "one-member"; readonly index: Index; readonly body: Node }
  /** A sum of a tensor's entries taken for one. */
  | { readonly kind: "sums-to-one"; readonly index: Index }
  | { readonly kind: "unsummed"; readonly index: Index }
  | { readonly kind: "slope"; readonly fn: string; readonly as: SlopeMistake };

export interface Changed {
  readonly node: Node;
  readonly change: Change;
}

/** How much of an expression a change moves: of several that give the same, the smallest is the reason. */
export const sizeOf = ({ kind }: Change): number =>
  kind === "summed-index" || kind === "one-member" || kind === "only-term" || kind === "exchanged" ? 2 : 1;

/** What may be put in the place of other things. */
export interface Kit {
  readonly arena: Arena;
  readonly tensors: readonly Tensor[];
  /** Indices that are free on the left side. */
  readonly free: readonly Index[];
  /** What the changes of one line may cost, all together. */
  readonly work: Work;
  readonly applications: Applications;
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

/** The changes at one place, then those of a tensor wherever it stands. */
export function* changesOf(kit: Kit, node: Node): Generator<Changed> {
  yield* changes(kit, node);
  yield* everywhere(kit, node);
}

/** A tensor that stands in several places, replaced in all of them; two exchanged. */
function* everywhere(kit: Kit, node: Node): Generator<Changed> {
  const below = nodesBelow([node]);
  const counted = new Map<Tensor, number>();
  for (const n of below) if (n.kind === "entry") counted.set(n.tensor, (counted.get(n.tensor) ?? 0) + 1);
  const cost = costOf(node);
  const isAffordable = (): boolean => {
    kit.work.left -= cost;
    return kit.work.left >= 0;
  };
  const replaced = (map: ReadonlyMap<Tensor, Tensor>): Node => {
    const go = (n: Node, depth: number): Node => {
      if (n.kind === "entry") return kit.arena.entry(map.get(n.tensor) ?? n.tensor, n.at);
      return depth > MAX_DEPTH ? n : kit.arena.mapOperands(n, (m) => go(m, depth + 1));
    };
    return go(node, 0);
  };
  for (const [from, count] of counted) {
    if (count < 2 || from.axes.length === 0) continue;
    const inside = insideIndicators(below, from, count) ? "indicator" : null;
    for (const to of replacements(kit, from, inside)) {
      if (!isAffordable()) return;
      yield { node: replaced(new Map([[from, to]])), change: { kind: "tensor", from, to, inside } };
    }
  }
  for (const [a, b] of matrixPairs([...counted.keys()])) {
    if (!isAffordable()) return;
    const map = new Map([
      [a, b],
      [b, a],
    ]);
    yield { node: replaced(map), change: { kind: "exchanged", a, b } };
  }
}

/** Two matrices of one shape. */
function matrixPairs(present: readonly Tensor[]): readonly (readonly [Tensor, Tensor])[] {
  const matrices = present.filter((t) => t.axes.length - t.parameters.length === 2);
  return matrices.flatMap((a, k) =>
    matrices.slice(k + 1).flatMap((b) => (mayReplace(a, b, null) ? [[a, b] as const] : [])),
  );
}

/** What may be taken for a quantity; a mask that looks at a gradient does so by that name, whatever else has its value. */
function replacements({ tensors }: Kit, from: Tensor, inside: string | null): readonly Tensor[] {
  const found = tensors.filter((to) => mayReplace(from, to, inside));
  const isGradient = (t: Tensor): boolean => t.derivative !== null;
  return inside === "indicator" ? [...found.filter(isGradient), ...found.filter((t) => !isGradient(t))] : found;
}

/** All uses of a tensor stand in conditions. */
function insideIndicators(below: readonly Node[], tensor: Tensor, count: number): boolean {
  const conditions = below.filter((n) => n.kind === "indicator");
  const inside = new Set(nodesBelow(conditions).filter((n) => n.kind === "entry" && n.tensor === tensor));
  return inside.size === count;
}

/** Quantities of one shape, plain ones or derivatives; a mask may look at any. */
const mayReplace = (from: Tensor, to: Tensor, inside: string | null): boolean =>
  to !== from &&
  sameAxes(from, to) &&
  to.parameters.length === from.parameters.length &&
  ((to.derivative === null) === (from.derivative === null) || inside === "indicator");

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
      for (const c of below(kit, body, inner, depth + 1)) {
        const depends = c.node.free.includes(index);
        if (depends || node.op === "sum") yield { ...c, node: arena.reduce(node.op, index, c.node) };
        // What alone was summed over is left out with its sum.
        if (!depends && node.op === "sum" && c.change.kind === "factor") yield c;
      }
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
      yield* slopes(kit, node.factors);
      for (const [k, factor] of node.factors.entries()) {
        const rest = arena.multiply(...without(node.factors, k));
        yield { node: rest, change: { kind: "factor", factor, rest } };
        // 2r for r/‖r‖: the norm is left out, and its square's 2 is there.
        const divides =
          factor.kind === "power" && factor.exponent.kind === "rational" && factor.exponent.value.compare(0) < 0;
        if (divides) yield { node: arena.multiply(arena.rational(2), rest), change: { kind: "doubled", factor } };
      }
      return;
    case "power":
      if (node.exponent.kind === "rational") {
        for (const e of [1, 2, -1, -2, "1/2", "-1/2"] as const) {
          const other = arena.rational(e);
          if (other !== node.exponent)
            yield {
              node: arena.power(node.base, other),
              change: { kind: "exponent", base: node.base, from: node.exponent.value.toFraction() },
            };
        }
      }
      return;
    case "indicator":
      yield* slopes(kit, [node]);
      return;
    case "iverson":
      // A delta that is all that is summed.
      yield { node: arena.one, change: { kind: "factor", factor: node, rest: arena.one } };
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
  for (const also of scope.indices) {
    if (!opened.body.free.includes(also)) continue;
    const fresh = arena.freshIndex(also.range);
    const inner = arena.sum(fresh, arena.substitute(opened.body, new Map([[also, arena.at(fresh)]])));
    yield { node: arena.sum(opened.index, inner), change: { kind: "summed-index", index } };
  }
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
  yield* withoutMatrix(arena, opened, factors);
  for (const end of [index.range.high, index.range.low])
    yield {
      node: arena.substitute(opened.body, new Map([[opened.index, arena.atDim(end)]])),
      change: { kind: "one-member", index, body: opened.body },
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

/** `Σ_k A_ik B_kj` without the matrix A: B_ij. */
function* withoutMatrix(
  arena: Arena,
  { index }: { readonly index: Index },
  factors: readonly Node[],
): Generator<Changed> {
  for (const [k, f] of factors.entries()) {
    const own = f.kind === "entry" ? f.at.slice(f.tensor.parameters.length) : f.kind === "matrix" ? f.at : [];
    if (own.length !== 2) continue;
    const other = own.find((p) => arena.indexOf(p) !== index);
    const i = other === undefined ? null : arena.indexOf(other);
    if (i === null || other === undefined || !own.some((p) => arena.indexOf(p) === index)) continue;
    if (i.range.low !== index.range.low || i.range.high !== index.range.high) continue;
    yield {
      node: arena.substitute(arena.multiply(...without(factors, k)), new Map([[index, other]])),
      change: { kind: "removed", tensor: f.kind === "entry" ? f.tensor : null },
    };
  }
}

export const sameAxes = (a: Tensor, b: Tensor): boolean =>
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
  yield* otherLetters(arena, tensor, at, scope);
  for (const to of replacements(kit, tensor, inside))
    yield { node: arena.entry(to, at), change: { kind: "tensor", from: tensor, to, inside } };
  yield* ofOtherAxes(kit, tensor, own.length, scope);
}

/** A quantity of another shape in the place of one. */
function* ofOtherAxes(kit: Kit, tensor: Tensor, order: number, { indices, inside }: Scope): Generator<Changed> {
  const { arena } = kit;
  const members = tensor.parameters.length;
  for (const to of kit.tensors) {
    if (to === tensor || to.parameters.length !== members || sameAxes(tensor, to)) continue;
    if ((to.derivative === null) !== (tensor.derivative === null)) continue;
    if (inside === "indicator" && to.axes.length === 0) {
      yield { node: arena.entry(to, []), change: { kind: "tensor", from: tensor, to, inside } };
      continue;
    }
    if (members > 0 || to.axes.length !== order || to.axes.length === 0) continue;
    // The other tensor's axes take other letters.
    const fitting = to.axes.map((r) => indices.filter((x) => x.range.low === r.low && x.range.high === r.high));
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

/** `\\delta_j` for `\\delta_i`, where j runs over the same. */
function* otherLetters(arena: Arena, tensor: Tensor, at: readonly Position[], scope: Scope): Generator<Changed> {
  for (const [k, p] of at.entries()) {
    const from = k < tensor.parameters.length ? null : arena.indexOf(p);
    for (const to of from === null ? [] : scope.indices) {
      if (from === null || to === from || to.range.low !== from.range.low || to.range.high !== from.range.high)
        continue;
      yield { node: arena.entry(tensor, at.with(k, arena.at(to))), change: { kind: "letter", tensor, from, to } };
    }
  }
}

function* slopes(kit: Kit, factors: readonly Node[]): Generator<Changed> {
  for (const { node, fn, as } of wrongSlopesIn(kit.arena, kit.applications, factors))
    yield { node, change: { kind: "slope", fn, as } };
}
