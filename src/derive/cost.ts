import type { Arena } from "../expression/arena.js";
import { operands } from "../expression/arena.js";
import type { Dim, Node, Range } from "../expression/node.js";

/**
 * Scalar operations of one entry, as a polynomial in a single size `n` that stands for every named dimension:
 * `cost[d]` counts those done `n^d` times. Two costs compare by the highest power first.
 */
export type Cost = readonly number[];

/** A function of the table counts as this many multiplications. */
const FUNCTION = 4;

export function costOf(arena: Arena, node: Node): Cost {
  const memo = new Map<Node, Cost>();
  const stack = [node];
  for (let n = stack.at(-1); n !== undefined; n = stack.at(-1)) {
    const below = operands(n).filter((o) => !memo.has(o));
    if (memo.has(n) || below.length === 0) {
      if (!memo.has(n)) memo.set(n, ownCost(arena, n, memo));
      stack.pop();
    } else stack.push(...below);
  }
  return memo.get(node) ?? [];
}

export function compareCosts(a: Cost, b: Cost): number {
  for (let d = Math.max(a.length, b.length) - 1; d >= 0; d--) {
    const difference = (a[d] ?? 0) - (b[d] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function ownCost(arena: Arena, node: Node, memo: Map<Node, Cost>): Cost {
  const below = operands(node).reduce<Cost>((sum, n) => plus(sum, memo.get(n) ?? []), []);
  switch (node.kind) {
    case "add":
      return plus(below, [node.terms.length - 1]);
    // A sign costs nothing, and a division no more than a multiplication.
    case "multiply":
      return plus(below, [Math.max(0, factorCount(node.factors) - 1)]);
    case "power":
      return isConstant(node) ? [] : plus(below, [powerCost(node.exponent)]);
    case "apply":
      return plus(below, [FUNCTION]);
    case "indicator":
    case "iverson":
      return plus(below, [1]);
    case "reduce":
    case "argument":
      return times(
        plus(below, [node.kind === "reduce" && node.op === "logsumexp" ? FUNCTION : 1]),
        sizeOf(arena, node.index.range),
      );
    case "matrix": {
      const size = sizeOf(arena, node.row.range);
      const count = times(times([1], size), size);
      return plus(times(count, size), times(times(below, size), size));
    }
    case "abstract":
      return plus(below, [FUNCTION]);
    default:
      return below;
  }
}

/** Numbers, however many, are one factor, and a sign is none. */
function factorCount(factors: readonly Node[]): number {
  const numbers = factors.filter((f) => isConstant(f) && !isSign(f)).length;
  return factors.filter((f) => !isConstant(f)).length + Math.min(numbers, 1);
}

/** What does not change from entry to entry nor from point to point: `1/N`, `1/√D`, 2. */
const isConstant = (n: Node): boolean =>
  n.kind === "rational" ||
  n.kind === "constant" ||
  n.kind === "dimension" ||
  (n.kind === "power" && isConstant(n.base) && isConstant(n.exponent));

const isSign = (n: Node): boolean => n.kind === "rational" && n.value.abs().equals(1);

function powerCost(exponent: Node): number {
  if (exponent.kind !== "rational" || exponent.value.d !== 1n) return FUNCTION;
  const size = Math.abs(Number(exponent.value.valueOf()));
  return Math.ceil(Math.log2(Math.max(size, 1))) + (exponent.value.s < 0n ? 1 : 0);
}

function sizeOf(arena: Arena, range: Range): Cost {
  return polynomial(arena.size(range));
}

function polynomial(dim: Dim): Cost {
  return dim.terms.reduce<Cost>((sum, { coefficient, powers }) => {
    const degree = powers.reduce((d, [, n]) => d + n, 0);
    return plus(sum, [...Array<number>(degree).fill(0), coefficient]);
  }, []);
}

const plus = (a: Cost, b: Cost): Cost =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, d) => (a[d] ?? 0) + (b[d] ?? 0));

const times = (a: Cost, b: Cost): Cost =>
  a.reduce<Cost>((sum, x, d) => plus(sum, [...Array<number>(d).fill(0), ...b.map((y) => x * y)]), []);
