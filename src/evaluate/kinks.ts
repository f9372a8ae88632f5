import type { Arena } from "../expression/arena.js";
import { tensorsOf } from "../expression/arena.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import { nodeAlgebra } from "../functions/node-algebra.js";
import { functions, switchesOf } from "../functions/table.js";
import { Evaluator } from "./evaluate.js";
import type { Environment } from "./values.js";
import { nodesBelow } from "./walk.js";

/** A quantity at whose zeros a derivative jumps, or a body of which the two greatest or least values must differ. */
export type Watch =
  | { readonly kind: "switch"; readonly node: Node }
  | { readonly kind: "tie"; readonly node: Node; readonly index: Index; readonly op: "max" | "min" };

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
      const key = `${watch.kind}${watch.kind === "tie" ? watch.op + watch.index.key : ""}/${watch.node.id}`;
      if (!found.has(key) && moves(watch.node)) found.set(key, watch);
    }
  return [...found.values()];
}

function watchesAt(arena: Arena, node: Node): readonly Watch[] {
  if (node.kind === "indicator") return [{ kind: "switch", node: node.arg }];
  if (node.kind === "argument") return [{ kind: "tie", node: node.body, index: node.index, op: node.op }];
  if (node.kind === "reduce" && (node.op === "max" || node.op === "min"))
    return [{ kind: "tie", node: node.body, index: node.index, op: node.op }];
  const row = node.kind === "apply" ? functions.get(node.fn) : undefined;
  if (row === undefined || node.kind !== "apply") return [];
  return switchesOf(row, nodeAlgebra(arena), node.args).map((s) => ({ kind: "switch", node: s }));
}

/** The distance from the nearest kink: the least over all values of all indices, also of those that a guard switches off. */
export function distance(watches: readonly Watch[], env: Environment): number {
  const evaluator = new Evaluator(env);
  let least = Number.POSITIVE_INFINITY;
  for (const watch of watches) {
    const value = evaluator.value(watch.node);
    if (watch.kind === "switch")
      for (const x of value.data) least = Number.isNaN(x) ? least : Math.min(least, Math.abs(x));
    else least = Math.min(least, gap(evaluator, watch));
  }
  return least;
}

function gap(evaluator: Evaluator, { node, index, op }: Watch & { readonly kind: "tie" }): number {
  const { scope } = evaluator;
  const value = evaluator.value(node);
  const mask = scope.mask(index);
  const outer = [...new Set([...node.free, ...(mask?.axes ?? [])])].filter((i) => i !== index);
  const [base, inner] = [scope.offsets(value, outer), scope.offsets(value, [index])];
  const maskBase = mask === null ? null : scope.offsets(mask, outer);
  const maskInner = mask === null ? null : scope.offsets(mask, [index]);
  let least = Number.POSITIVE_INFINITY;
  for (let cell = 0; cell < base.length; cell++) {
    const xs: number[] = [];
    inner.forEach((offset, b) => {
      const inside = mask === null || mask.data[(maskBase?.[cell] ?? 0) + (maskInner?.[b] ?? 0)] !== 0;
      const x = value.data[(base[cell] ?? 0) + offset] ?? Number.NaN;
      if (inside && Number.isFinite(x)) xs.push(op === "max" ? x : -x);
    });
    const [first, second] = xs.sort((a, b) => b - a);
    if (first !== undefined && second !== undefined) least = Math.min(least, first - second);
  }
  return least;
}
