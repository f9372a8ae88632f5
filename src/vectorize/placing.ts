import { isScalar, type MatrixExpression, ones, product, scale, transpose } from "../contraction/matrix.js";
import type { Arena } from "../expression/arena.js";
import { operands } from "../expression/arena.js";
import type { Index, Node } from "../expression/node.js";

/** Repeats `x` along the axes it lacks. */
export function spread(x: MatrixExpression, row: Index | null, column: Index | null): MatrixExpression {
  if (row !== null && x.rows === null) {
    if (column !== null && x.columns === null) return product(x, ones(row.range), transpose(ones(column.range)));
    return isScalar(x) ? scale([x], ones(row.range)) : product(ones(row.range), x);
  }
  if (column !== null && x.columns === null)
    return x.rows === null ? scale([x], ones(null, column.range)) : product(x, transpose(ones(column.range)));
  return x;
}

/** The active indices of a factor, in the order in which a matrix inside has them as rows and columns. */
export function orient(f: Node, active: ReadonlySet<Index>, arena: Arena): readonly Index[] {
  const own = f.free.filter((i) => active.has(i));
  if (own.length < 2) return own;
  const seen = new Set<Node>();
  const stack = [f];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "entry" || n.kind === "matrix") {
      const here = n.at.map((p) => arena.indexOf(p)).filter((i) => i !== null && own.includes(i));
      const [a, b] = here;
      if (a !== undefined && a !== null && b !== undefined && b !== null && a !== b) return [a, b];
    }
    stack.push(...[...operands(n)].reverse());
  }
  return own;
}
