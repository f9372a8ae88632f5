import type { Arena } from "../expression/arena.js";
import { operands } from "../expression/arena.js";
import type { Dim, Index, Node } from "../expression/node.js";
import { argsOf, type MatrixExpression, type MatrixOf, type Shape } from "./matrix.js";
import { compareDims, contractionOrder, volume } from "./order.js";

/** Operation counts, polynomials in the sizes. A division or a whole power counts as a multiplication. */
export interface Operations {
  readonly multiplications: Dim;
  readonly additions: Dim;
  /** Applications of functions: `exp`, `tanh`, roots, comparisons. */
  readonly applications: Dim;
}

export function noOperations(arena: Arena): Operations {
  return { multiplications: arena.zeroDim, additions: arena.zeroDim, applications: arena.zeroDim };
}

export function addOperations(arena: Arena, ...all: readonly Operations[]): Operations {
  return {
    multiplications: arena.addDims(...all.map((o) => o.multiplications)),
    additions: arena.addDims(...all.map((o) => o.additions)),
    applications: arena.addDims(...all.map((o) => o.applications)),
  };
}

/** Which of two takes less work: multiplications first, then applications, then additions. */
export function compareOperations(a: Operations, b: Operations): number {
  return (
    compareDims(a.multiplications, b.multiplications) ||
    compareDims(a.applications, b.applications) ||
    compareDims(a.additions, b.additions)
  );
}

// ---- index form ----

/**
 * The work of computing all values of `node` over its free indices. Products under sums are contracted pairwise in a
 * good order; a part that occurs more than once is computed once.
 */
export function nodeOperations(arena: Arena, node: Node): Operations {
  const seen = new Set<Node>();
  let total = noOperations(arena);
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    const [own, parts] = localOperations(arena, n);
    total = addOperations(arena, total, own);
    stack.push(...parts);
  }
  return total;
}

/** The work at one node, and the parts that are computed apart from it. Bound indices stay as they stand below their binder. */
function localOperations(arena: Arena, node: Node): readonly [Operations, readonly Node[]] {
  const none = noOperations(arena);
  const size = volume(arena, node.free);
  switch (node.kind) {
    case "multiply":
      return contracted(arena, node);
    case "reduce": {
      if (node.op === "sum") return contracted(arena, node);
      const all = volume(arena, new Set([...node.body.free, node.index]));
      const less = arena.subtractDims(all, size);
      if (node.op === "product") return [{ ...none, multiplications: less }, [node.body]];
      if (node.op !== "logsumexp") return [{ ...none, applications: less }, [node.body]];
      return [{ ...none, additions: less, applications: arena.addDims(all, size) }, [node.body]];
    }
    case "add":
      return [{ ...none, additions: arena.scaleDim(size, node.terms.length - 1) }, node.terms];
    case "power": {
      const whole = node.exponent.kind === "rational" && node.exponent.value.d === 1n;
      return [whole ? { ...none, multiplications: size } : { ...none, applications: size }, [node.base, node.exponent]];
    }
    case "apply":
    case "indicator":
    case "abstract":
      return [{ ...none, applications: size }, operands(node)];
    case "matrix": {
      const n = arena.size(node.row.range);
      const cube = arena.multiplyDims(n, arena.multiplyDims(n, n));
      return [{ ...none, multiplications: cube, additions: cube }, operands(node)];
    }
    default:
      return [none, operands(node)];
  }
}

/** Nested products and sums as one contraction. */
function contracted(arena: Arena, node: Node): readonly [Operations, readonly Node[]] {
  const factors: Node[] = [];
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (n.kind === "multiply") stack.push(...[...n.factors].reverse());
    else if (n.kind === "reduce" && n.op === "sum") stack.push(n.body);
    // A sign costs nothing.
    else if (n !== arena.minusOne) factors.push(n);
  }
  const { multiplications, additions } = contractionOrder(
    arena,
    factors.map((f) => f.free),
    node.free,
  );
  return [{ multiplications, additions, applications: arena.zeroDim }, factors];
}

// ---- matrix form ----

/** The work of a matrix expression as it is written, chains multiplied in their best order, equal parts once. */
export function matrixOperations(arena: Arena, x: MatrixExpression): Operations {
  const seen = new Set<string>();
  let total = noOperations(arena);
  const stack: { readonly at: MatrixExpression; readonly times: Dim }[] = [{ at: x, times: arena.oneDim }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { at, times } = top;
    if (seen.has(at.key)) continue;
    seen.add(at.key);
    total = addOperations(arena, total, scaled(arena, matrixLocal(arena, at), times));
    const inner = at.kind === "sum" ? arena.multiplyDims(times, arena.size(at.index.range)) : times;
    for (const a of argsOf(at)) stack.push({ at: a, times: inner });
  }
  return total;
}

const scaled = (arena: Arena, o: Operations, times: Dim): Operations => ({
  multiplications: arena.multiplyDims(o.multiplications, times),
  additions: arena.multiplyDims(o.additions, times),
  applications: arena.multiplyDims(o.applications, times),
});

function matrixLocal(arena: Arena, x: MatrixExpression): Operations {
  const none = noOperations(arena);
  const size = entriesOf(arena, x);
  switch (x.kind) {
    case "product":
      return chainOperations(arena, x);
    case "hadamard":
      return { ...none, multiplications: arena.scaleDim(size, x.args.length - 1) };
    case "scale": {
      const signs = x.args.filter((a) => a.kind === "scalar" && a.node === arena.minusOne).length;
      // Scalars are multiplied with each other first, then once with the array.
      const count = x.args.length - signs - 1;
      if (count < 1) return none;
      return { ...none, multiplications: arena.addDims(size, arena.constantDim(count - 1)) };
    }
    case "add":
      return { ...none, additions: arena.scaleDim(size, x.args.length - 1) };
    case "apply":
    case "abstract":
    case "indicator":
      return { ...none, applications: size };
    case "power": {
      const [, exponent] = x.args;
      const whole = exponent.kind === "scalar" && exponent.node.kind === "rational" && exponent.node.value.d === 1n;
      return whole ? { ...none, multiplications: size } : { ...none, applications: size };
    }
    case "softmax":
      return { multiplications: size, additions: size, applications: size };
    case "reduce": {
      const all = entriesOf(arena, x.args[0]);
      return x.op === "product" ? { ...none, multiplications: all } : { ...none, applications: all };
    }
    case "trace":
      return { ...none, additions: lengthOf(arena, x.args[0].rows) };
    case "function": {
      const n = lengthOf(arena, x.args[0]?.rows ?? null);
      const cube = arena.multiplyDims(n, arena.multiplyDims(n, n));
      return { ...none, multiplications: cube, additions: cube };
    }
    case "sum":
      return {
        ...none,
        additions: arena.multiplyDims(size, arena.subtractDims(arena.size(x.index.range), arena.oneDim)),
      };
    default:
      return none;
  }
}

const lengthOf = (arena: Arena, range: Index["range"] | null): Dim =>
  range === null ? arena.oneDim : arena.size(range);
const entriesOf = (arena: Arena, { rows, columns }: Shape): Dim =>
  arena.multiplyDims(lengthOf(arena, rows), lengthOf(arena, columns));

interface Chain {
  readonly cost: Operations;
  readonly rows: Dim;
  readonly columns: Dim;
}

/** The cheapest parenthesization of a chain (the classic dynamic programme; Godbole 1973). */
function chainOperations(arena: Arena, x: MatrixOf<"product">): Operations {
  const { args } = x;
  const best = new Map<string, Chain>();
  args.forEach((a, k) => {
    best.set(`${k},${k}`, {
      cost: noOperations(arena),
      rows: lengthOf(arena, a.rows),
      columns: lengthOf(arena, a.columns),
    });
  });
  for (let span = 1; span < args.length; span++)
    for (let from = 0; from + span < args.length; from++)
      best.set(`${from},${from + span}`, cheapest(arena, args, best, from, from + span));
  return best.get(`0,${args.length - 1}`)?.cost ?? noOperations(arena);
}

function cheapest(
  arena: Arena,
  args: readonly MatrixExpression[],
  best: ReadonlyMap<string, Chain>,
  from: number,
  to: number,
): Chain {
  let found: Chain | null = null;
  for (let cut = from; cut < to; cut++) {
    const left = best.get(`${from},${cut}`);
    const right = best.get(`${cut + 1},${to}`);
    if (left === undefined || right === undefined) throw new Error("internal: a chain without its parts");
    const diagonal =
      (cut === from && args[from]?.kind === "diagonal") || (cut + 1 === to && args[to]?.kind === "diagonal");
    const own = pairOperations(arena, left, right, diagonal);
    const cost = addOperations(arena, left.cost, right.cost, own);
    if (found === null || compareOperations(cost, found.cost) < 0)
      found = { cost, rows: left.rows, columns: right.columns };
  }
  if (found === null) throw new Error("internal: an empty chain");
  return found;
}

/** A diagonal scales rows or columns; any other product is one multiplication for each triple. */
function pairOperations(arena: Arena, left: Chain, right: Chain, diagonal: boolean): Operations {
  const area = arena.multiplyDims(left.rows, right.columns);
  if (diagonal) return { ...noOperations(arena), multiplications: area };
  const all = arena.multiplyDims(area, left.columns);
  return { multiplications: all, additions: arena.subtractDims(all, area), applications: arena.zeroDim };
}
