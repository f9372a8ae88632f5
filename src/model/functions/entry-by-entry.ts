import { Refusal } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Arena } from "../../expression/arena.js";
import type { Node, Tensor } from "../../expression/node.js";
import type { Syntax } from "../../notation/syntax.js";
import type { Elaborator, FunctionDefinition } from "../elaborate/elaborator.js";
import { nodesIn } from "../symbols/letters.js";
import type { Value } from "../values/value.js";
import { tensorFunctions } from "./tensor-functions.js";

/*
 * A function of a number that is put to an array.
 */

/**
 * `s(a)` of `s(t) = t \sigma(t)` and a column a: where the formula `of` the array multiplies what does not multiply, it is
 * that of each entry.
 */
export function orByEntries(
  e: Elaborator,
  span: Span,
  definition: FunctionDefinition,
  args: readonly Value[],
  of: () => Value | null,
): Value | null {
  try {
    return of();
  } catch (error) {
    const isProduct = error instanceof Refusal && error.diagnostic.code === "shape/product";
    const each = isProduct ? ofEachEntry(e, definition, args) : null;
    if (each === null) throw error;
    e.note("reading/entries", `${definition.key} is read as applied to each entry`, span);
    return each;
  }
}

function ofEachEntry(e: Elaborator, definition: FunctionDefinition, [arg, more]: readonly Value[]): Value | null {
  if (arg === undefined || more !== undefined || arg.axes.length === 0) return null;
  if (nodesIn(definition.body).some(isOfAll)) return null;
  const dummy = e.dummy();
  const number: Value = { axes: [], at: () => e.arena.entry(dummy, []) };
  const value = e.withParameters(definition, [number], () => e.elaborate(definition.body));
  if (value === null || value.axes.length > 0) return null;
  return { axes: arg.axes, at: (ps) => replaceScalar(e.arena, value.at([]), dummy, arg.at(ps)) };
}

/** A sum, a norm, a softmax: of a number it is something else than of an array. */
const isOfAll = (s: Syntax): boolean =>
  s.kind === "big" ||
  (s.kind === "group" && !["(", "[", "{"].includes(s.open)) ||
  (s.kind === "symbol" && (tensorFunctions.has(s.name.replace(/^\\/, "").toLowerCase()) || OF_ALL.test(s.name)));

const OF_ALL = /^\\?(?:mean|avg|average|sum|prod|max|min|norm|var|std|tr|rank)$/i;

/** A node with another in the place of a number. */
export function replaceScalar(arena: Arena, node: Node, symbol: Tensor, by: Node): Node {
  if (node.kind === "entry" && node.tensor === symbol) return by;
  return arena.mapOperands(node, (n) => replaceScalar(arena, n, symbol, by));
}
