import { operands } from "../expression/arena.js";
import { isGuard } from "../expression/guards.js";
import type { Index, Node, NodeOf, Position, ReduceOp, Tensor } from "../expression/node.js";
import { type Atom, ConcreteFunction, Inputs } from "./abstract.js";
import { bigMatrixFunction } from "./big-matrix.js";
import type { Big, BigNumbers } from "./big-numbers.js";
import { Scope } from "./scope.js";
import type { Environment } from "./values.js";

/*
 * The evaluator once more, over decimal numbers of any precision: written for clearness, not for speed, and
 * independent of the one for float64 but for where entries lie.
 */

/** Entries of tensors to full precision; `sizes` and layouts are those of the environment. */
export interface BigEnvironment {
  readonly env: Environment;
  readonly tensors: Map<Tensor, (Big | null)[]>;
  readonly numbers: BigNumbers;
}

interface BigValue {
  readonly axes: readonly Index[];
  readonly strides: readonly number[];
  /** `null` is an entry out of its range, harmless only under a guard. */
  readonly data: readonly (Big | null)[];
}

/** All values of `node` over `free`; `null` for what needs an entry out of its range. */
export function evaluateBig(
  node: Node,
  free: readonly Index[],
  big: BigEnvironment,
  fixed: ReadonlyMap<Index, number> = new Map(),
): readonly (Big | null)[] {
  const evaluator = new BigEvaluator(big, new Scope(big.env, fixed));
  return evaluator.spread(node, free);
}

class BigEvaluator {
  readonly #big: BigEnvironment;
  readonly #k: BigNumbers;
  readonly #scope: Scope;
  readonly #done = new Map<Node, BigValue>();

  constructor(big: BigEnvironment, scope: Scope) {
    this.#big = big;
    this.#k = big.numbers;
    this.#scope = scope;
  }

  spread(node: Node, free: readonly Index[]): readonly (Big | null)[] {
    const stack = [node];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const missing = this.#done.has(top) ? [] : operands(top).filter((n) => !this.#done.has(n));
      for (const n of missing) stack.push(n);
      if (missing.length > 0) continue;
      stack.pop();
      if (!this.#done.has(top)) this.#done.set(top, this.#compute(top));
    }
    return this.#over(node, free);
  }

  #get(node: Node): BigValue {
    const value = this.#done.get(node);
    if (value === undefined) throw new Error("internal: an operand was not evaluated");
    return value;
  }

  /** The values of an evaluated node for each cell of a larger space. */
  #over(node: Node, space: readonly Index[]): (Big | null)[] {
    const value = this.#get(node);
    return Array.from(this.#scope.offsets(value, space), (at) => value.data[at] ?? null);
  }

  #make(node: Node, data: readonly (Big | null)[]): BigValue {
    return { axes: node.free, strides: this.#scope.strides(node.free), data };
  }

  #each(node: Node, f: (cell: number) => Big | null): BigValue {
    return this.#make(
      node,
      Array.from({ length: this.#scope.cells(node.free) }, (_, cell) => f(cell)),
    );
  }

  #pointwise(node: Node, args: readonly Node[], f: (args: readonly Big[]) => Big): BigValue {
    const tables = args.map((a) => this.#over(a, node.free));
    return this.#each(node, (cell) => {
      const row = tables.map((t) => t[cell] ?? null);
      return row.every((x) => x !== null) ? f(row) : null;
    });
  }

  #compute(node: Node): BigValue {
    const k = this.#k;
    switch (node.kind) {
      case "rational":
        return this.#make(node, [
          k
            .of(node.value.s < 0n ? -1 : 1)
            .times(k.of(`${node.value.n}`))
            .div(k.of(`${node.value.d}`)),
        ]);
      case "constant":
        return this.#make(node, [node.name === "pi" ? k.pi() : k.of(1).exp()]);
      case "dimension":
        return this.#each(node, (cell) => k.of(this.#big.env.dim(node.dim, this.#scope.valuation(node.free, cell))));
      case "position":
        return this.#make(node, [...this.#positions(node.position, node.free)].map(numberOrNull(k)));
      case "iverson":
        return this.#make(
          node,
          [...this.#positions(node.position, node.free)].map((p) =>
            Number.isNaN(p) ? null : k.of(Number(node.relation === "zero" ? p === 0 : p >= 0)),
          ),
        );
      case "entry":
        return this.#entry(node);
      case "add":
        return this.#pointwise(node, node.terms, (terms) => k.add(...terms));
      case "multiply":
        return this.#multiply(node);
      case "power":
        return this.#pointwise(node, [node.base, node.exponent], ([b, e]) => k.power(b ?? k.of(0), e ?? k.of(1)));
      case "apply":
        return this.#pointwise(node, node.args, (args) => k.apply(node.fn, ...args));
      case "indicator":
        return this.#pointwise(node, [node.arg], ([x]) => k.indicator(node.relation, x ?? k.of(0)));
      case "reduce":
        return this.#fold(node, (xs) => reduceBig(k, node.op, xs));
      case "argument":
        return this.#fold(node, (xs, at) => k.of(at[xs.indexOf(extreme(k, node.op, xs))] ?? 0));
      case "matrix":
        return this.#matrix(node);
      case "abstract":
        return this.#abstract(node);
    }
  }

  #positions(p: Position, space: readonly Index[]): Float64Array {
    if (p.value === null) return this.#scope.positions(p, space, null);
    const { axes, strides, data } = this.#get(p.value);
    const numbers = Float64Array.from(data, (x) => (x === null ? Number.NaN : x.toNumber()));
    return this.#scope.positions(p, space, { axes, strides, data: numbers });
  }

  #multiply(node: NodeOf<"multiply">): BigValue {
    const tables = node.factors.map((f) => this.#over(f, node.free));
    const guards = node.factors.map(isGuard);
    return this.#each(node, (cell) => {
      const row = tables.map((t) => t[cell] ?? null);
      if (row.some((x, f) => guards[f] === true && x?.isZero() === true)) return this.#k.of(0);
      return row.every((x) => x !== null) ? this.#k.multiply(...row) : null;
    });
  }

  #entry({ tensor, at, free }: NodeOf<"entry">): BigValue {
    const { lows, sizes, strides, inside } = this.#big.env.layout(tensor);
    const data = this.#big.tensors.get(tensor);
    if (data === undefined) throw new Error(`internal: no value for ${tensor.latex}`);
    const tables = at.map((p) => this.#positions(p, free));
    const cells = this.#scope.cells(free);
    const values = Array.from({ length: cells }, (_, cell) => {
      let offset = 0;
      for (const [axis, table] of tables.entries()) {
        const row = (table[cell] ?? 0) - (lows[axis] ?? 1);
        if (!(row >= 0 && row < (sizes[axis] ?? 0))) return null;
        offset += row * (strides[axis] ?? 1);
      }
      return inside?.[offset] === 0 ? null : (data[offset] ?? null);
    });
    return { axes: free, strides: this.#scope.strides(free), data: values };
  }

  #fold(node: NodeOf<"reduce"> | NodeOf<"argument">, f: (xs: readonly Big[], at: readonly number[]) => Big): BigValue {
    const { index, body, free } = node;
    const space = [...free, index];
    const xs = this.#over(body, space);
    const { low, count } = this.#scope.box(index);
    const mask = this.#scope.mask(index);
    const maskAt = mask === null ? null : this.#scope.offsets(mask, space);
    return this.#each(node, (cell) => {
      const inside = Array.from({ length: count }, (_, b) => cell * count + b).filter(
        (c) => mask === null || mask.data[maskAt?.[c] ?? 0] !== 0,
      );
      const row = inside.map((c) => xs[c] ?? null);
      return row.every((x) => x !== null)
        ? f(
            row,
            inside.map((c) => low + (c % count)),
          )
        : null;
    });
  }

  #matrix(node: NodeOf<"matrix">): BigValue {
    const { row, column, body, free, exponent } = node;
    if (this.#scope.mask(row) !== null)
      throw new Error("internal: functions of ragged matrices are not computed to more than sixteen digits");
    const [r, c] = node.at;
    const [rows, columns] = [this.#scope.box(row), this.#scope.box(column)];
    const outer = free.filter((i) => body.free.includes(i) || (exponent?.free.includes(i) ?? false));
    const entries = this.#over(body, [...outer, row, column]);
    const exponents = exponent === null ? null : this.#over(exponent, outer);
    const n = rows.count;
    const whole = Array.from({ length: this.#scope.cells(outer) }, (_, cell) => {
      const matrix = Array.from({ length: n }, (__, i) => entries.slice((cell * n + i) * n, (cell * n + i + 1) * n));
      if (!matrix.every((line): line is Big[] => line.every((x) => x !== null))) return null;
      return bigMatrixFunction(this.#k, node.fn, matrix, exponents?.[cell]?.toNumber() ?? 1);
    });
    const at = this.#scope.offsets({ axes: outer, strides: this.#scope.strides(outer) }, free);
    const rowAt = r === undefined ? null : this.#positions(r, free);
    const columnAt = c === undefined ? null : this.#positions(c, free);
    return this.#each(node, (cell) => {
      const matrix = whole[at[cell] ?? 0];
      const i = (rowAt?.[cell] ?? rows.low) - rows.low;
      const j = (columnAt?.[cell] ?? columns.low) - columns.low;
      return matrix?.[i]?.[j] ?? null;
    });
  }

  #abstract(node: NodeOf<"abstract">): BigValue {
    const f = new ConcreteFunction(`${node.name}/${node.args.length}`, this.#big.env.seed);
    const outputs = node.outputs.map((p) => this.#positions(p, node.free));
    const partials = node.partials.map((p) => ({ ...p, at: p.at.map((q) => this.#positions(q, node.free)) }));
    const args = node.args.map(({ indices, body }) => ({
      indices,
      values: this.#over(body, [...node.free, ...indices]),
    }));
    return this.#each(node, (cell) => {
      const atoms: Atom<Big>[] = [];
      for (const [argument, { indices, values }] of args.entries()) {
        const count = this.#scope.cells(indices);
        for (let b = 0; b < count; b++) {
          const value = values[cell * count + b] ?? null;
          const at = this.#scope.valuation(indices, b);
          if (value === null) return null;
          atoms.push({ argument, at: indices.map(at), value });
        }
      }
      const by = partials.map((p) => ({ argument: p.argument, at: p.at.map((table) => table[cell] ?? 0) }));
      return f.value(
        this.#k.field,
        outputs.map((table) => table[cell] ?? 0),
        new Inputs(atoms),
        by,
      );
    });
  }
}

const numberOrNull =
  (k: BigNumbers) =>
  (x: number): Big | null =>
    Number.isNaN(x) ? null : k.of(x);

function extreme(k: BigNumbers, op: "max" | "min", xs: readonly Big[]): Big {
  const [first = k.of(0), ...rest] = xs;
  return rest.reduce((best, x) => ((op === "max" ? x.gt(best) : x.lt(best)) ? x : best), first);
}

function reduceBig(k: BigNumbers, op: ReduceOp, xs: readonly Big[]): Big {
  switch (op) {
    case "sum":
      return k.add(...xs);
    case "product":
      return k.multiply(...xs);
    case "max":
    case "min":
      return extreme(k, op, xs);
    case "logsumexp": {
      const top = extreme(k, "max", xs);
      return top.plus(k.add(...xs.map((x) => x.minus(top).exp())).ln());
    }
  }
}
