import { above, below, graphOf } from "../derive/graph.js";
import { nodesBelow } from "../evaluate/walk.js";
import type { Node, Tensor } from "../expression/node.js";
import type { Problem } from "../model/read.js";
import { scriptText } from "../model/symbols/scripts.js";
import type { SymbolSpec } from "../model/symbols/symbol-spec.js";
import type { Derivatives } from "./derivatives.js";

/*
 * `L = -s_y + \log \sum_j e^{s_j}`: is `s_y` one of the `s_j`, or another quantity with its letter? Where nothing declares y or
 * `s_y` and no line differentiates by it alone, a derivative by `s_j` is one thing or another.
 */

interface Doubt {
  readonly single: SymbolSpec;
  readonly array: SymbolSpec;
}

/** Symbols with a label that may be entries, or members, of others with their letter. */
export const perhapsEntries = ({ builder }: Problem): readonly Doubt[] =>
  builder.symbols.all.flatMap((single) => {
    const { tensor, declared, defined, slots, label, head } = single;
    if (tensor === null || declared || defined || slots > 0 || !label.includes("_")) return [];
    const array = builder.symbols.withHead(head).find((other) => {
      const rest = label.startsWith(other.label) ? label.slice(other.label.length) : "";
      const isLonger = other.tensor !== null && other.tensor.axes.length === tensor.axes.length + 1;
      return other !== single && isLonger && /^_[^,]+$/.test(rest);
    });
    return array === undefined ? [] : [{ single, array }];
  });

/** Why a derivative of `of` by `wrt` is not sure: of what the first depends on, something may be an entry of what has the second in it. */
export function entryInDoubt(
  doubts: readonly Doubt[],
  derivatives: Derivatives,
  { of, wrt }: { readonly of: Tensor; readonly wrt: Tensor },
): string | null {
  if (doubts.length === 0) return null;
  const graph = graphOf(derivatives.model);
  for (const { single, array } of doubts) {
    if (single.tensor === null || array.tensor === null) continue;
    if (isNoMember(derivatives, single.tensor, array.tensor) || !below(graph, [of]).has(single.tensor)) continue;
    if (wrt !== single.tensor && wrt !== array.tensor && !above(graph, [wrt]).has(array.tensor)) continue;
    return `whether ${single.tensor.latex} is one of the entries of ${scriptText(array.written.symbol)}, or a quantity of its own, is not said`;
  }
  return null;
}

/**
 * `-\log \sigma(u_o^\top v) - \sum_k \log \sigma(-u_k^\top v)` with a line for `u_o` as well: the loss is a sum over the others.
 * In a sum that normalizes, `\log \sum_k e^{s_k}`, each is one of all, and so it may be in a sum with an equation of its own.
 */
function isNoMember({ pairs, model, arena }: Derivatives, single: Tensor, array: Tensor): boolean {
  if (!pairs.some((p) => p.wrt === single)) return false;
  const runs = (n: Node): boolean => {
    if (n.kind !== "reduce") return false;
    const { index, body } = arena.open(n);
    return nodesBelow([body]).some((e) => e.kind === "entry" && e.tensor === array && e.at[0] === arena.at(index));
  };
  const isTerm = (n: Node): boolean => {
    if (n.kind === "add") return n.terms.every(isTerm);
    if (n.kind === "multiply") return n.factors.every(isTerm);
    if (n.kind === "reduce" && n.op === "sum") return isTerm(n.body);
    return !nodesBelow([n]).some(runs);
  };
  const isBeside = (n: Node): boolean => nodesBelow([n]).some((e) => e.kind === "entry" && e.tensor === single);
  return model.equations.every(({ body }) => isTerm(body) && (isBeside(body) || !nodesBelow([body]).some(runs)));
}
