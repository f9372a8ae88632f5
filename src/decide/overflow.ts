import type { Environment } from "../evaluate/values.js";
import { nodesBelow } from "../evaluate/walk.js";
import { operands } from "../expression/arena.js";
import type { Node } from "../expression/node.js";
import type { Points } from "./points.js";

/**
 * Is something in these larger than a float64 can be? Then the quotient of two such numbers, `e^{1000} / e^{1000}`, is none,
 * though the expression has a value. What becomes infinite from a zero has no value there.
 */
export function overflows(roots: readonly Node[], env: Environment, points: Points): boolean {
  const valuesOf = (n: Node): Float64Array => points.partly(n, n.free, env).array.data;
  return nodesBelow(roots).some((n) => {
    const below = operands(n);
    if (!valuesOf(n).some((x) => Math.abs(x) === Number.POSITIVE_INFINITY)) return false;
    return below.every((o) => o.free.some((i) => !n.free.includes(i)) || valuesOf(o).every(isPlain));
  });
}

const isPlain = (x: number): boolean => Number.isFinite(x) && x !== 0;
