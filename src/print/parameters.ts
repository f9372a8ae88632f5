import { argsOf, type MatrixExpression } from "../contraction/matrix.js";
import { freeOfPosition } from "../expression/arena.js";
import type { Index } from "../expression/node.js";

/** The indices that stay free in an expression: members of families, and what it is "for each" of. */
export function parametersOf(x: MatrixExpression): readonly Index[] {
  const found = new Set<Index>();
  const stack = [x];
  const bound = new Set<Index>();
  const seen = new Set<MatrixExpression>();
  for (let y = stack.pop(); y !== undefined; y = stack.pop()) {
    if (seen.has(y)) continue;
    seen.add(y);
    stack.push(...[...argsOf(y)].reverse());
    if (y.kind === "sum") bound.add(y.index);
    for (const i of ownIndices(y)) found.add(i);
  }
  return [...found].filter((i) => !bound.has(i));
}

function ownIndices(x: MatrixExpression): readonly Index[] {
  if (x.kind === "symbol") return x.at.flatMap((s) => (typeof s === "string" ? [] : freeOfPosition(s)));
  if (x.kind === "scalar") return x.node.free;
  if (x.kind === "basis") return freeOfPosition(x.at);
  if (x.kind === "entries") return x.body.free.filter((i) => i !== x.row && i !== x.column);
  return [];
}
