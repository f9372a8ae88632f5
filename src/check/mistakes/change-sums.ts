import type { Arena } from "../../expression/arena.js";
import type { Index, Node, NodeOf, Position } from "../../expression/node.js";
import { type Changed, type Kit, type Scope, without } from "./change.js";

/* Changes of a sum: left out, over another letter, of one member, with other limits. */

/** Summed over some letters: of a sum, the terms in which one of them stands. */
export function summedOver(arena: Arena, letters: readonly Index[], node: Node): Node {
  if (node.kind === "add") return arena.add(...node.terms.map((t) => summedOver(arena, letters, t)));
  return arena.sums(
    letters.filter((i) => node.free.includes(i)),
    node,
  );
}

export function* inReduce(kit: Kit, index: Index, node: NodeOf<"reduce">, scope: Scope): Generator<Changed> {
  const { arena } = kit;
  const opened = arena.open(node);
  // Left unsummed: the letter then is one of the left side, or stays free.
  for (const other of scope.indices)
    if (runsAlike(other, index))
      yield {
        node: arena.substitute(opened.body, new Map([[opened.index, arena.at(other)]])),
        change: { kind: "unsummed", index: other },
      };
  const factors = opened.body.kind === "multiply" ? opened.body.factors : [opened.body];
  const carriers = factors.filter((f) => f.free.includes(opened.index));
  yield* summingToOne(kit, index, opened, scope);
  yield* withoutMatrix(arena, opened, factors);
  for (const end of [index.range.high, index.range.low])
    yield {
      node: arena.substitute(opened.body, new Map([[opened.index, arena.atDim(end)]])),
      change: { kind: "one-member", index, body: opened.body },
    };
  // What adds up taken for what is there or not.
  const rest = factors.filter((f) => !carriers.includes(f));
  for (const [outer, inner] of [
    [arena.one, opened.body],
    [arena.multiply(...rest), arena.multiply(...carriers)],
  ] as const)
    yield {
      node: arena.multiply(outer, arena.reduce("max", opened.index, inner)),
      change: { kind: "one-member", index, body: opened.body },
    };
  yield* summedOverAnother(arena, index, opened, scope);
  yield* withOtherLimits(arena, index, opened);
}

/** `Σ_j w_j y_j` as one, and as `w_k` for a letter k of its own, which y is to add up to one for. */
function* summingToOne({ arena }: Kit, index: Index, opened: Opened, scope: Scope): Generator<Changed> {
  const factors = opened.body.kind === "multiply" ? opened.body.factors : [opened.body];
  const carriers = factors.filter((f) => f.free.includes(opened.index));
  const rest = factors.filter((f) => !carriers.includes(f));
  const change = { kind: "sums-to-one", index, of: carriers.length } as const;
  if (carriers.length > 2 || !carriers.every((f) => f.kind === "entry")) return;
  yield { node: arena.multiply(...rest), change };
  if (carriers.length < 2) return;
  for (const weight of carriers)
    for (const other of scope.indices)
      if (runsAlike(other, index)) {
        const own = arena.substitute(weight, new Map([[opened.index, arena.at(other)]]));
        yield { node: arena.multiply(...rest, own), change };
      }
}

const runsAlike = (i: Index, j: Index): boolean => i.range.low === j.range.low && i.range.high === j.range.high;

interface Opened {
  readonly index: Index;
  readonly body: Node;
}

function* withOtherLimits(arena: Arena, index: Index, opened: Opened): Generator<Changed> {
  const { low, high } = index.range;
  for (const range of [
    arena.range(arena.addDims(low, arena.oneDim), high),
    arena.range(low, arena.subtractDims(high, arena.oneDim)),
  ]) {
    const shorter = arena.freshIndex(range);
    yield {
      node: arena.sum(shorter, arena.substitute(opened.body, new Map([[opened.index, arena.at(shorter)]]))),
      change: { kind: "range", index },
    };
  }
}

/** Summed over another letter: `Σ_k f(i, k)` as `Σ_i f(i, k)`. */
function* summedOverAnother(arena: Arena, index: Index, opened: Opened, scope: Scope): Generator<Changed> {
  for (const also of scope.indices) {
    if (!opened.body.free.includes(also)) continue;
    const fresh = arena.freshIndex(also.range);
    const inner = arena.sum(fresh, arena.substitute(opened.body, new Map([[also, arena.at(fresh)]])));
    yield { node: arena.sum(opened.index, inner), change: { kind: "summed-index", index } };
  }
  const summable = scope.indices.filter((summed) => opened.body.free.includes(summed));
  for (const summed of summable)
    for (const fixed of scope.indices) {
      if (!runsAlike(fixed, index) || (summed === fixed && scope.indices.length > 1)) continue;
      const fresh = arena.freshIndex(summed.range);
      const map = new Map([
        [opened.index, arena.at(fixed)],
        [summed, arena.at(fresh)],
      ]);
      yield { node: arena.sum(fresh, arena.substitute(opened.body, map)), change: { kind: "summed-index", index } };
    }
}

/** Of an entry of a matrix at an index the position beside that. */
function otherPosition(arena: Arena, f: Node, index: Index): Position | null {
  const own = f.kind === "entry" ? f.at.slice(f.tensor.parameters.length) : f.kind === "matrix" ? f.at : [];
  if (own.length !== 2 || !own.some((p) => arena.indexOf(p) === index)) return null;
  return own.find((p) => arena.indexOf(p) !== index) ?? null;
}

/** `Σ_k A_ik B_kj` without the matrix A: B_ij. */
function* withoutMatrix(
  arena: Arena,
  { index }: { readonly index: Index },
  factors: readonly Node[],
): Generator<Changed> {
  for (const [k, f] of factors.entries()) {
    const other = otherPosition(arena, f, index);
    const i = other === null ? null : arena.indexOf(other);
    if (i === null || other === null || !runsAlike(i, index)) continue;
    yield {
      node: arena.substitute(arena.multiply(...without(factors, k)), new Map([[index, other]])),
      change: { kind: "removed", tensor: f.kind === "entry" ? f.tensor : null },
    };
  }
}
