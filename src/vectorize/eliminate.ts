import {
  diagonal,
  hadamard,
  type MatrixExpression,
  ones,
  product,
  scalar,
  scale,
  trace,
  transpose,
} from "../contraction/matrix.js";
import { compareDims, volume } from "../contraction/order.js";
import type { Arena } from "../expression/arena.js";
import type { Index } from "../expression/node.js";

/** A matrix between two different indices: rows `from`, columns `to`. */
export interface Edge {
  readonly from: Index;
  readonly to: Index;
  readonly matrix: MatrixExpression;
}

/** A monomial as a graph: vectors hang on indices, matrices join two of them. */
export class Graph {
  readonly #arena: Arena;
  readonly #free: readonly Index[];
  readonly #bound: Set<Index>;
  readonly #scalars: MatrixExpression[] = [];
  readonly #vectors = new Map<Index, MatrixExpression[]>();
  #edges: Edge[] = [];

  constructor(arena: Arena, free: readonly Index[], bound: readonly Index[]) {
    this.#arena = arena;
    this.#free = free;
    this.#bound = new Set(bound);
  }

  scalar(x: MatrixExpression): void {
    this.#scalars.push(x);
  }

  vector(at: Index, x: MatrixExpression): void {
    this.#vectors.set(at, [...(this.#vectors.get(at) ?? []), x]);
  }

  /** Parallel matrices are one, their Hadamard product. */
  edge(from: Index, to: Index, matrix: MatrixExpression): void {
    const k = this.#edges.findIndex((e) => (e.from === from && e.to === to) || (e.from === to && e.to === from));
    const old = this.#edges[k];
    if (old === undefined) this.#edges.push({ from, to, matrix });
    else {
      const turned = old.from === from ? matrix : transpose(matrix);
      this.#edges[k] = { ...old, matrix: hadamard(old.matrix, turned) };
    }
  }

  /** The value of the whole, or the bound indices that resist: each of them has three neighbours or more. */
  eliminate(): MatrixExpression | readonly Index[] {
    while (this.#bound.size > 0) {
      const next = this.#next();
      if (next === null) return [...this.#bound];
      this.#remove(next);
    }
    return scale(this.#scalars, this.#result());
  }

  #edgesOf(i: Index): Edge[] {
    return this.#edges.filter((e) => e.from === i || e.to === i);
  }

  /** The bound index of least degree, then of least work, then the first: a matrix meets vectors before matrices. */
  #next(): Index | null {
    let best: { index: Index; degree: number; work: ReturnType<typeof volume> } | null = null;
    for (const index of this.#bound) {
      const edges = this.#edgesOf(index);
      if (edges.length > 2) continue;
      const work = volume(this.#arena, new Set([index, ...edges.flatMap((e) => [e.from, e.to])]));
      const better =
        best === null ||
        edges.length < best.degree ||
        (edges.length === best.degree && compareDims(work, best.work) < 0);
      if (better) best = { index, degree: edges.length, work };
    }
    return best?.index ?? null;
  }

  #remove(x: Index): void {
    const [first, second] = this.#edgesOf(x);
    const hanging = this.#vectors.get(x) ?? [];
    this.#bound.delete(x);
    this.#vectors.delete(x);
    this.#edges = this.#edges.filter((e) => e !== first && e !== second);
    if (first === undefined) {
      this.#scalars.push(
        hanging.length === 0 ? scalar(this.#arena.dimension(this.#arena.size(x.range))) : total(hanging),
      );
      return;
    }
    const y = first.from === x ? first.to : first.from;
    const left = oriented(first, y);
    if (second === undefined) {
      this.vector(y, product(left, hanging.length === 0 ? ones(x.range) : together(hanging)));
      return;
    }
    const z = second.from === x ? second.to : second.from;
    const middle = hanging.length === 0 ? [] : [diagonal(together(hanging))];
    this.edge(y, z, product(left, ...middle, oriented(second, x)));
  }

  #column(i: Index): MatrixExpression | null {
    const hanging = this.#vectors.get(i);
    return hanging === undefined ? null : together(hanging);
  }

  #result(): MatrixExpression {
    const [row, column] = this.#free;
    if (row === undefined) return scalar(this.#arena.one);
    const left = this.#column(row);
    if (column === undefined) return left ?? ones(row.range);
    const right = this.#column(column);
    const [edge] = this.#edges;
    if (edge === undefined) return product(left ?? ones(row.range), transpose(right ?? ones(column.range)));
    const scaledLeft = left === null ? [] : [diagonal(left)];
    const scaledRight = right === null ? [] : [diagonal(right)];
    return product(...scaledLeft, oriented(edge, row), ...scaledRight);
  }
}

const oriented = (edge: Edge, rows: Index): MatrixExpression =>
  edge.from === rows ? edge.matrix : transpose(edge.matrix);

/** Columns on one index: what came through a matrix first, as in `(Wᵀδ) ⊙ f'(z)`. */
function together(columns: readonly MatrixExpression[]): MatrixExpression {
  const through = columns.filter((v) => v.kind === "product");
  return hadamard(...through, ...columns.filter((v) => v.kind !== "product"));
}

/** `Σ_x` of the product of columns: `aᵀ b` from two, `1ᵀ a` from one. */
function total(columns: readonly MatrixExpression[]): MatrixExpression {
  const all = columns.flatMap(halves);
  const [first] = all;
  if (first === undefined) throw new Error("internal: a sum of nothing");
  if (all.length === 1) return traceOf(first) ?? product(transpose(ones(first.rows)), first);
  // The simplest goes to the left, where it is transposed.
  const plain = all.findIndex((v) => v.kind === "symbol");
  const k = Math.max(plain, 0);
  const left = all[k] ?? first;
  return product(transpose(left), hadamard(...all.filter((_, n) => n !== k)));
}

/** `1ᵀ diag(A)` is `tr(A)`, and `1ᵀ(A ⊙ Bᵀ)1` is `tr(A B)`; `null` for any other column. */
function traceOf(v: MatrixExpression): MatrixExpression | null {
  if (v.kind === "diagonalOf") return trace(v.args[0]);
  if (v.kind !== "product" || v.args.length !== 2 || v.args[1]?.kind !== "ones") return null;
  const [outer] = v.args;
  const both = outer?.kind === "transpose" ? outer.args[0] : outer;
  if (both?.kind !== "hadamard" || both.args.length !== 2) return null;
  const [a, b] = both.args;
  if (a === undefined || b === undefined || (a.kind === "transpose") === (b.kind === "transpose")) return null;
  return a.kind === "transpose" ? trace(product(transpose(a), b)) : trace(product(a, transpose(b)));
}

/** `v²` is `v` twice; a Hadamard product is its factors. */
function halves(v: MatrixExpression): readonly MatrixExpression[] {
  if (v.kind === "hadamard") return v.args.flatMap(halves);
  if (v.kind !== "power") return [v];
  const [base, exponent] = v.args;
  const square = exponent.kind === "scalar" && exponent.node.kind === "rational" && exponent.node.value.equals(2);
  return square && base.rows !== null ? [base, base] : [v];
}
