import type { Arena } from "../expression/arena.js";
import { operands, tensorsOf } from "../expression/arena.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import { nodeAlgebra } from "../functions/node-algebra.js";
import { functions, switchesOf } from "../functions/table.js";
import { Evaluator } from "./evaluate.js";
import type { Environment } from "./values.js";
import { nodesBelow } from "./walk.js";

/**
 * A quantity at whose zeros a derivative jumps, or a body of which the two greatest or least values must differ: for its
 * extreme value alone, which jumps nowhere, or for the place of that.
 */
export type Watch =
  | { readonly kind: "switch"; readonly node: Node }
  | {
      readonly kind: "tie";
      readonly node: Node;
      readonly index: Index;
      readonly op: "max" | "min";
      readonly place: boolean;
    };

/** Everything in `roots` that makes a kink, except where only whole numbers decide. */
export function watchesOf(
  arena: Arena,
  roots: Iterable<Node>,
  discrete: (tensor: Tensor) => boolean,
): readonly Watch[] {
  const found = new Map<string, Watch>();
  const moves = (n: Node): boolean =>
    tensorsOf(n).some((t) => !discrete(t)) || nodesBelow([n]).some((m) => m.kind === "abstract");
  for (const node of nodesBelow(roots))
    for (const watch of watchesAt(arena, node)) {
      const key = keyOf(watch);
      if (!found.has(key) && moves(watch.node)) found.set(key, watch);
    }
  return [...found.values()];
}

/** The same for watches of the same. */
export const keyOf = (w: Watch): string =>
  w.kind === "switch" ? `/${w.node.id}` : `${w.op}${w.place}${w.index.key}/${w.node.id}`;

/** What logarithms, roots and reciprocals are taken of, except where only whole numbers decide: near its zeros no step is short enough. */
export function edgesOf(roots: Iterable<Node>, discrete: (tensor: Tensor) => boolean): readonly Watch[] {
  const found = new Set(
    nodesBelow(roots)
      .filter(isPartial)
      .flatMap((n) => operands(n).slice(0, 1)),
  );
  return [...found]
    .filter((n) => tensorsOf(n).some((t) => !discrete(t)))
    .map((node): Watch => ({ kind: "switch", node }));
}

/** Is this undefined for some real numbers? */
export function isPartial(node: Node): boolean {
  if (node.kind === "apply") return functions.get(node.fn)?.domain !== "real";
  return (
    node.kind === "power" &&
    !(node.exponent.kind === "rational" && node.exponent.value.d === 1n && node.exponent.value.s > 0n)
  );
}

function watchesAt(arena: Arena, node: Node): readonly Watch[] {
  if (node.kind === "indicator") return [{ kind: "switch", node: node.arg }];
  if (node.kind === "argument") return [{ kind: "tie", node: node.body, index: node.index, op: node.op, place: true }];
  if (node.kind === "reduce" && (node.op === "max" || node.op === "min"))
    return [{ kind: "tie", node: node.body, index: node.index, op: node.op, place: false }];
  const row = node.kind === "apply" ? functions.get(node.fn) : undefined;
  if (row === undefined || node.kind !== "apply") return [];
  return switchesOf(row, nodeAlgebra(arena), node.args).map((s) => ({ kind: "switch", node: s }));
}

/** The distance from the nearest kink: the least over all values of all indices, also of those that a guard switches off. */
export const distance = (watches: readonly Watch[], at: Environment | Evaluator): number =>
  distanceApart(watches, at, []).distance;

/**
 * The same without what is exactly on a kink and stays there in `moved`, the same point with its inputs moved (the zeros of a
 * ReLU below another one): there the derivatives from both sides agree. `stays` says whether there is such a thing.
 */
export function distanceApart(
  watches: readonly Watch[],
  at: Environment | Evaluator,
  moved: readonly Environment[],
): { readonly distance: number; readonly stays: boolean } {
  const evaluators = [at, ...moved].map((e) => (e instanceof Evaluator ? e : new Evaluator(e)));
  let least = Number.POSITIVE_INFINITY;
  let stays = false;
  for (const watch of watches) {
    const [here = new Float64Array(), ...there] = evaluators.map((e) => distances(e, watch));
    here.forEach((x, cell) => {
      const still = x === 0 && there.length > 0 && there.every((d) => d[cell] === 0);
      if (still) stays = true;
      else if (x < least) least = x;
    });
  }
  return { distance: least, stays };
}

/** For each value of the free indices, the distance from the kink; infinite where there is none. */
function distances(evaluator: Evaluator, watch: Watch): Float64Array {
  if (watch.kind === "tie") return gaps(evaluator, watch);
  return evaluator.value(watch.node).data.map((x) => (Number.isNaN(x) ? Number.POSITIVE_INFINITY : Math.abs(x)));
}

function gaps(evaluator: Evaluator, { node, index, op }: Watch & { readonly kind: "tie" }): Float64Array {
  const { scope } = evaluator;
  const value = evaluator.value(node);
  const mask = scope.mask(index);
  const outer = [...new Set([...node.free, ...(mask?.axes ?? [])])].filter((i) => i !== index);
  const [base, inner] = [scope.offsets(value, outer), scope.offsets(value, [index])];
  const maskBase = mask === null ? null : scope.offsets(mask, outer);
  const maskInner = mask === null ? null : scope.offsets(mask, [index]);
  return Float64Array.from({ length: base.length }, (_, cell) => {
    const xs: number[] = [];
    inner.forEach((offset, b) => {
      const inside = mask === null || mask.data[(maskBase?.[cell] ?? 0) + (maskInner?.[b] ?? 0)] !== 0;
      const x = value.data[(base[cell] ?? 0) + offset] ?? Number.NaN;
      if (inside && Number.isFinite(x)) xs.push(op === "max" ? x : -x);
    });
    const [first, second] = xs.sort((a, b) => b - a);
    return first === undefined || second === undefined ? Number.POSITIVE_INFINITY : first - second;
  });
}
