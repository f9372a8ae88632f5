import type { Arena } from "../../expression/arena.js";
import { operands } from "../../expression/arena.js";
import type { Index, Node, NodeOf } from "../../expression/node.js";
import { type Changed, costOf, type Kit, MAX_DEPTH, type Scope, without } from "./change.js";
import { everywhere, inEntry } from "./change-entries.js";
import { inReduce } from "./change-sums.js";
import { wrongSlopesIn } from "./slopes.js";

const MOST = 300;

/** Every expression that differs from a node by one change: those at one place, then those of a tensor wherever it stands. */
export function* changesOf(kit: Kit, node: Node): Generator<Changed> {
  yield* atOnePlace(kit, node);
  yield* everywhere(kit, node);
}

/** Smallest changes first within one place. */
function* atOnePlace(kit: Kit, node: Node): Generator<Changed> {
  // A factor that is all that there is.
  if (node.kind === "power" || (node.kind === "entry" && node.tensor.derivative === null))
    yield { node: kit.arena.one, change: { kind: "factor", factor: node, rest: kit.arena.one } };
  let count = 0;
  const cost = costOf(node);
  for (const c of below(kit, node, { indices: [...kit.free], inside: null }, 0)) {
    count += 1;
    kit.work.left -= cost;
    if (count > MOST || kit.work.left < 0) return;
    if (c.node !== node) yield c;
  }
}

function* below(kit: Kit, node: Node, scope: Scope, depth: number): Generator<Changed> {
  if (depth > MAX_DEPTH) return;
  yield* here(kit, node, scope);
  switch (node.kind) {
    case "reduce":
      yield* belowReduce(kit, node, scope, depth);
      return;
    case "matrix":
      yield* belowMatrix(kit, node, scope, depth);
      return;
    case "add":
    case "multiply":
    case "power":
    case "apply":
    case "indicator":
      yield* belowOperands(kit, node, scope, depth);
      return;
    default:
      return;
  }
}

function* belowReduce(kit: Kit, node: NodeOf<"reduce">, scope: Scope, depth: number): Generator<Changed> {
  const { arena } = kit;
  const { index, body } = arena.open(node);
  if (node.op === "sum" && body.kind === "reduce" && body.op === "sum") {
    yield* belowSums(kit, body, { ...scope, indices: [...scope.indices, index] }, depth + 1, [index]);
    return;
  }
  const inner = { ...scope, indices: [...scope.indices, index] };
  for (const c of below(kit, body, inner, depth + 1)) yield* reduced(arena, node.op, index, c);
}

/** Below a chain of sums, of which those outside are open already: all of them are closed at once. */
function* belowSums(
  kit: Kit,
  node: NodeOf<"reduce">,
  scope: Scope,
  depth: number,
  outer: readonly Index[],
): Generator<Changed> {
  if (depth > MAX_DEPTH) return;
  const { arena } = kit;
  for (const c of here(kit, node, scope)) yield* summed(arena, outer, c);
  const { index, body } = arena.open(node);
  const all = [...outer, index];
  const inner = { ...scope, indices: [...scope.indices, index] };
  if (body.kind === "reduce" && body.op === "sum") yield* belowSums(kit, body, inner, depth + 1, all);
  else for (const c of below(kit, body, inner, depth + 1)) yield* summed(arena, all, c);
}

function* summed(arena: Arena, indices: readonly Index[], c: Changed): Generator<Changed> {
  const last = indices.at(-1);
  if (last === undefined) yield c;
  else if (indices.every((i) => c.node.free.includes(i))) yield { ...c, node: arena.sums(indices, c.node) };
  else for (const r of reduced(arena, "sum", last, c)) yield* summed(arena, indices.slice(0, -1), r);
}

function* reduced(arena: Arena, op: NodeOf<"reduce">["op"], index: Index, c: Changed): Generator<Changed> {
  const depends = c.node.free.includes(index);
  if (depends || op === "sum") yield { ...c, node: arena.reduce(op, index, c.node) };
  // What alone was summed over is left out with its sum.
  if (!depends && op === "sum" && c.change.kind === "factor") yield c;
}

function* belowMatrix(kit: Kit, node: NodeOf<"matrix">, scope: Scope, depth: number): Generator<Changed> {
  const { arena } = kit;
  const { row, column, body } = arena.openMatrix(node);
  const inner = { ...scope, indices: [...scope.indices, row, column] };
  for (const c of below(kit, body, inner, depth + 1))
    yield { ...c, node: arena.matrix(node.fn, row, column, c.node, node.at, node.exponent) };
}

function* belowOperands(kit: Kit, node: Node, scope: Scope, depth: number): Generator<Changed> {
  const inside = node.kind === "apply" ? node.fn : node.kind === "indicator" ? "indicator" : scope.inside;
  const insideOf = (k: number): string | null => (node.kind === "power" && k === 1 ? "exponent" : inside);
  for (const [k, operand] of operands(node).entries())
    for (const c of below(kit, operand, { ...scope, inside: insideOf(k) }, depth + 1)) {
      let at = 0;
      yield { ...c, node: kit.arena.mapOperands(node, (n) => (at++ === k ? c.node : n)) };
    }
}

function* here(kit: Kit, node: Node, scope: Scope): Generator<Changed> {
  const { arena } = kit;
  switch (node.kind) {
    case "add":
      yield* inSum(arena, node.terms, node, scope.inside);
      return;
    case "multiply":
      yield* inProduct(kit, scope.inside, node.factors);
      return;
    case "power":
      yield* inPower(arena, node);
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

function* inSum(arena: Arena, terms: readonly Node[], sum: Node, inside: string | null): Generator<Changed> {
  for (const [k, term] of terms.entries())
    yield { node: arena.add(...without(terms, k)), change: { kind: "term", term, sum, inside } };
  for (const [k, term] of terms.entries())
    yield {
      node: arena.add(...terms.map((t, j) => (j === k ? arena.negate(t) : t))),
      change: { kind: "sign", term, sum },
    };
  yield* complement(arena, terms);
  if (terms.length > 2) for (const term of terms) yield { node: term, change: { kind: "only-term", term, sum } };
}

/** a for 1 - a. */
function* complement(arena: Arena, terms: readonly Node[]): Generator<Changed> {
  const [gate, ...more] = terms.filter((t) => t !== arena.one).map((t) => arena.negate(t));
  if (terms.length === 2 && more.length === 0 && gate?.kind === "entry")
    yield { node: gate, change: { kind: "complement", gate: gate.tensor } };
}

function* inProduct(kit: Kit, inside: string | null, factors: readonly Node[]): Generator<Changed> {
  const { arena } = kit;
  yield* slopes(kit, factors);
  for (const [k, factor] of factors.entries()) {
    const rest = arena.multiply(...without(factors, k));
    yield { node: rest, change: { kind: "factor", factor, rest, inside } };
    const moved = factor.kind === "iverson" ? withoutDelta(arena, factor, rest) : null;
    if (moved !== null) yield { node: moved, change: { kind: "factor", factor, rest } };
    // 2r for r/‖r‖: the norm is left out, and its square's 2 is there.
    const divides =
      factor.kind === "power" && factor.exponent.kind === "rational" && factor.exponent.value.compare(0) < 0;
    if (divides) yield { node: arena.multiply(arena.rational(2), rest), change: { kind: "doubled", factor } };
  }
}

/** `f(x_k)` for `\delta_{kc} f(x_c)`: the entry at the index that the delta ties to a value. */
function withoutDelta(arena: Arena, { position }: NodeOf<"iverson">, rest: Node): Node | null {
  const [term, ...more] = position.terms;
  const { value } = position;
  if (term === undefined || more.length > 0 || value === null) return null;
  const at = arena.at(term[0]);
  const go = (n: Node): Node =>
    n.kind === "entry"
      ? arena.entry(
          n.tensor,
          n.at.map((p) => (p.value === value && p.terms.length === 0 ? at : p)),
        )
      : arena.mapOperands(n, go);
  const moved = go(rest);
  return moved === rest ? null : moved;
}

function* inPower(arena: Arena, { base, exponent }: NodeOf<"power">): Generator<Changed> {
  if (exponent.kind !== "rational") return;
  for (const e of [1, 2, -1, -2, "1/2", "-1/2"] as const) {
    const other = arena.rational(e);
    if (other !== exponent)
      yield { node: arena.power(base, other), change: { kind: "exponent", base, from: exponent.value.toFraction() } };
  }
}

function* slopes(kit: Kit, factors: readonly Node[]): Generator<Changed> {
  for (const { node, fn, as } of wrongSlopesIn(kit.arena, kit.applications, factors))
    yield { node, change: { kind: "slope", fn, as } };
}
