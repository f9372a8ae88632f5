import { flatMap } from "../core/flat-map.js";
import { freeOfRange, operands } from "../expression/arena.js";
import { isGuard } from "../expression/guards.js";
import type { Index, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import { functionNamed } from "../functions/table.js";
import { type Atom, ConcreteFunction, float64, Inputs } from "./abstract.js";
import { contract, type Factor, type Fold, fold } from "./contract.js";
import { wholeMatrix } from "./matrix.js";
import { Scope, type Value } from "./scope.js";
import type { Environment, NdArray } from "./values.js";

export interface EvaluatorOptions {
  /** Indices that take one value only. */
  readonly fixed?: ReadonlyMap<Index, number>;
  /** Entries that are not computed yet: nonzero where the entry is unknown. */
  readonly unknown?: ReadonlyMap<Tensor, Uint8Array>;
  /** What an entry reads as that is unknown or out of range. NaN spreads to whatever depends on it. */
  readonly filler?: number;
}

/** Deeper nodes are not evaluated by recursion. */
const DEEP = 500;
/** What stands in for NaN to see where a NaN comes from. */
const FILLERS = [0.7310585786300049, -0.3775406687981454];

/** All values of `node` over its free indices, in this axis order. Throws where a value needs an entry out of range. */
export const evaluate = (node: Node, free: readonly Index[], env: Environment): NdArray =>
  new Evaluator(env).evaluate(node, free);

/** Evaluates nodes, each distinct one once, as long as no tensor of the environment changes. */
export class Evaluator {
  readonly env: Environment;
  readonly scope: Scope;
  readonly #options: EvaluatorOptions;
  readonly #filler: number;
  readonly #done = new Map<Node, Value>();
  readonly #matrices = new Map<string, Value>();
  readonly #functions = new Map<string, ConcreteFunction>();
  #outside = false;
  #unknown = false;

  constructor(env: Environment, options: EvaluatorOptions = {}) {
    this.env = env;
    this.scope = options.fixed === undefined ? Scope.of(env) : new Scope(env, options.fixed);
    this.#options = options;
    this.#filler = options.filler ?? Number.NaN;
  }

  evaluate(node: Node, free: readonly Index[]): NdArray {
    const array = this.evaluateKnown(node, free);
    if (array === null) throw new Error("internal: an entry is needed before it is computed");
    return array;
  }

  /** The same, or `null` where a value needs an unknown entry. */
  evaluateKnown(node: Node, free: readonly Index[]): NdArray | null {
    const array = this.#spread(node, free);
    const nans = this.#unexplained(array);
    if (nans.length === 0) return array;
    const isMissing = FILLERS.some((filler) => {
      const { data } = this.#filledWith(filler, node, free);
      return nans.some((cell) => !Number.isNaN(data[cell]));
    });
    if (!isMissing) return array;
    if (this.#unknown) return null;
    throw new Error("internal: an entry out of its range is used");
  }

  /** All values, and the cells, NaN there, that need an entry which is unknown or out of its range. */
  evaluatePartly(node: Node, free: readonly Index[]): { readonly array: NdArray; readonly missing: readonly number[] } {
    const array = this.#spread(node, free);
    const nans = this.#unexplained(array);
    if (nans.length === 0) return { array, missing: nans };
    const again = FILLERS.map((filler) => this.#filledWith(filler, node, free));
    return { array, missing: nans.filter((cell) => again.some(({ data }) => !Number.isNaN(data[cell]))) };
  }

  /** The cells that are NaN, if that may come from a missing entry. */
  #unexplained({ data }: NdArray): readonly number[] {
    const nans: number[] = [];
    if (this.#outside || this.#unknown)
      for (let cell = 0; cell < data.length; cell++) if (Number.isNaN(data[cell])) nans.push(cell);
    return nans;
  }

  // A NaN that another filler removes comes from an entry that is missing; one that stays is the formula's own.
  #filledWith(filler: number, node: Node, free: readonly Index[]): NdArray {
    return new Evaluator(this.env, { ...this.#options, filler }).#spread(node, free);
  }

  #spread(node: Node, free: readonly Index[]): NdArray {
    const extra = node.free.find((i) => !free.includes(i));
    if (extra !== undefined) throw new Error(`internal: the index ${extra.name} is free and not asked for`);
    const value = this.value(node);
    const data = this.#over(value, free);
    for (const index of free) {
      const mask = this.scope.mask(index);
      if (mask === null) continue;
      const inside = this.scope.offsets(mask, free);
      for (let cell = 0; cell < data.length; cell++) if (mask.data[inside[cell] ?? 0] === 0) data[cell] = 0;
    }
    return { shape: free.map((i) => this.scope.box(i).count), data };
  }

  /** A copy of a value's data over other axes. */
  #over(value: Value, space: readonly Index[]): Float64Array {
    if (sameIndices(value.axes, space)) return value.data.slice();
    const at = this.scope.offsets(value, space);
    const data = new Float64Array(at.length);
    for (let cell = 0; cell < data.length; cell++) data[cell] = value.data[at[cell] ?? 0] ?? Number.NaN;
    return data;
  }

  /** The values over `node.free`, in cells outside a ragged range too. */
  value(node: Node): Value {
    const known = this.#done.get(node);
    if (known !== undefined) return known;
    return node.depth > DEEP ? this.#deepValue(node) : this.#newValue(node);
  }

  #newValue(node: Node): Value {
    for (const n of needs(node)) if (!this.#done.has(n)) this.#newValue(n);
    const value = this.#compute(node);
    this.#done.set(node, value);
    return value;
  }

  /** A loop, so that depth does not matter. */
  #deepValue(node: Node): Value {
    const stack = [node];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (this.#done.has(top)) {
        stack.pop();
        continue;
      }
      const before = stack.length;
      for (const n of needs(top)) if (!this.#done.has(n)) stack.push(n);
      if (stack.length === before) this.#done.set(top, this.#compute(top));
    }
    return this.#get(node);
  }

  #get(node: Node): Value {
    const value = this.#done.get(node);
    if (value === undefined) throw new Error("internal: an operand was not evaluated");
    return value;
  }

  #compute(node: Node): Value {
    switch (node.kind) {
      case "rational":
        return this.#constant(node, Number(node.value.valueOf()));
      case "constant":
        return this.#constant(node, node.name === "pi" ? Math.PI : Math.E);
      case "dimension":
        return this.#fill(node, (cell) => this.env.dim(node.dim, this.scope.valuation(node.free, cell)));
      case "position":
        return this.scope.make(node.free, this.#positions(node.position, node.free));
      case "iverson": {
        const at = this.#positions(node.position, node.free);
        const holds = node.relation === "zero" ? (p: number) => p === 0 : (p: number) => p >= 0;
        return this.scope.make(
          node.free,
          at.map((p) => (Number.isNaN(p) ? p : Number(holds(p)))),
        );
      }
      case "entry":
        return this.#entry(node);
      case "add":
        return this.#sum(node);
      case "multiply":
        return contract(this.scope, this.#factors(node.factors), [], node.free);
      case "power":
        if (node.exponent.kind === "rational") {
          const exponent = this.#get(node.exponent).data[0] ?? Number.NaN;
          return this.#each(node, node.base, (base) => raise(base, exponent));
        }
        return this.#pointwise(node, [node.base, node.exponent], ([b = Number.NaN, e = Number.NaN]) => raise(b, e));
      case "apply": {
        const { value } = functionNamed(node.fn);
        const [only] = node.args;
        if (only !== undefined && node.args.length === 1) return this.#each(node, only, value);
        return this.#pointwise(node, node.args, (args) => value(...args));
      }
      case "indicator":
        return this.#each(node, node.arg, (x) => indicator(node.relation, x));
      case "reduce":
        return this.#reduce(node);
      case "argument":
        return fold(
          this.scope,
          node.op === "max" ? "first-max" : "first-min",
          this.#get(node.body),
          node.index,
          node.free,
        );
      case "matrix":
        return this.#matrix(node);
      case "abstract":
        return this.#abstract(node);
    }
  }

  #constant(node: Node, value: number): Value {
    return this.scope.make(node.free, Float64Array.of(value));
  }

  #fill(node: Node, at: (cell: number) => number): Value {
    return this.scope.make(
      node.free,
      new Float64Array(this.scope.cells(node.free)).map((_, cell) => at(cell)),
    );
  }

  #positions(p: Position, space: readonly Index[]): Float64Array {
    return this.scope.positions(p, space, p.value === null ? null : this.#get(p.value));
  }

  /** A function of one operand, whose free indices are those of the node. */
  #each(node: Node, operand: Node, f: (x: number) => number): Value {
    const data = this.#over(this.#get(operand), node.free);
    for (let cell = 0; cell < data.length; cell++) data[cell] = f(data[cell] ?? Number.NaN);
    return this.scope.make(node.free, data);
  }

  #sum(node: NodeOf<"add">): Value {
    const data = new Float64Array(this.scope.cells(node.free));
    for (const term of node.terms) {
      const value = this.#get(term);
      const at = this.scope.offsets(value, node.free);
      for (let cell = 0; cell < data.length; cell++)
        data[cell] = (data[cell] ?? 0) + (value.data[at[cell] ?? 0] ?? Number.NaN);
    }
    return this.scope.make(node.free, data);
  }

  #pointwise(node: Node, args: readonly Node[], f: (args: readonly number[]) => number): Value {
    const values = args.map((a) => this.#get(a));
    const offsets = values.map((v) => this.scope.offsets(v, node.free));
    const data = new Float64Array(this.scope.cells(node.free));
    const row = new Array<number>(values.length).fill(0);
    for (let cell = 0; cell < data.length; cell++) {
      for (let a = 0; a < row.length; a++) row[a] = values[a]?.data[offsets[a]?.[cell] ?? 0] ?? Number.NaN;
      data[cell] = f(row);
    }
    return this.scope.make(node.free, data);
  }

  #factors(nodes: readonly Node[]): readonly Factor[] {
    return nodes.map((n) => ({ value: this.#get(n), guard: isGuard(n) }));
  }

  #reduce(node: NodeOf<"reduce">): Value {
    if (node.op !== "sum") return fold(this.scope, node.op satisfies Fold, this.#get(node.body), node.index, node.free);
    const { indices, factors } = sumOfProduct(node);
    return contract(this.scope, this.#factors(factors), indices, node.free);
  }

  #entry(node: NodeOf<"entry">): Value {
    const { tensor, at } = node;
    const { data } = this.env.array(tensor);
    const unknown = this.#options.unknown?.get(tensor);
    const fixed = at.every((p) => p.value === null);
    const offsets = fixed ? this.scope.table(node, () => this.#places(node)) : this.#places(node);
    const result = new Float64Array(offsets.length);
    for (let cell = 0; cell < result.length; cell++) {
      const offset = offsets[cell] ?? -1;
      if (offset < 0) result[cell] = this.#hole();
      else if (unknown?.[offset] === 1) {
        this.#unknown = true;
        result[cell] = this.#filler;
      } else result[cell] = data[offset] ?? Number.NaN;
    }
    return this.scope.make(node.free, result);
  }

  /** Where an entry is stored, for each cell of its free indices; -1 where it is out of its range. */
  #places({ tensor, at, free }: NodeOf<"entry">): Float64Array {
    const { lows, sizes, strides, inside } = this.env.layout(tensor);
    const offsets = new Float64Array(this.scope.cells(free));
    const tables = at.map((p) => this.#positions(p, free));
    for (let cell = 0; cell < offsets.length; cell++) {
      let offset = 0;
      for (let axis = 0; axis < tables.length; axis++) {
        const row = (tables[axis]?.[cell] ?? 0) - (lows[axis] ?? 1);
        if (row >= 0 && row < (sizes[axis] ?? 0)) offset += row * (strides[axis] ?? 1);
        else offset = Number.NaN;
      }
      offsets[cell] = Number.isNaN(offset) || inside?.[offset] === 0 ? -1 : offset;
    }
    return offsets;
  }

  // ---- functions of matrices ----

  #matrix(node: NodeOf<"matrix">): Value {
    const whole = this.#wholeMatrix(node);
    const rows = this.scope.box(node.row);
    const columns = this.scope.box(node.column);
    const offsets = this.scope.offsets(whole, node.free);
    const [r, c] = node.at;
    if (r === undefined || c === undefined)
      return this.#fill(node, (cell) => whole.data[offsets[cell] ?? 0] ?? Number.NaN);
    const [rowAt, columnAt] = [this.#positions(r, node.free), this.#positions(c, node.free)];
    return this.#fill(node, (cell) => {
      const i = (rowAt[cell] ?? 0) - rows.low;
      const j = (columnAt[cell] ?? 0) - columns.low;
      const valid = i >= 0 && j >= 0 && i < rows.count && j < columns.count;
      if (valid) return whole.data[(offsets[cell] ?? 0) + i * columns.count + j] ?? Number.NaN;
      return this.#hole();
    });
  }

  #wholeMatrix(node: NodeOf<"matrix">): Value {
    const key = `${node.fn}:${node.row.key}:${node.column.key}:${node.body.id}:${node.exponent?.id ?? ""}`;
    const known = this.#matrices.get(key);
    if (known !== undefined) return known;
    const exponent = node.exponent === null ? null : this.#get(node.exponent);
    const whole = wholeMatrix(this.scope, node, this.#get(node.body), exponent, () => this.#hole());
    this.#matrices.set(key, whole);
    return whole;
  }

  #hole(): number {
    this.#outside = true;
    return this.#filler;
  }

  // ---- abstract functions ----

  #abstract(node: NodeOf<"abstract">): Value {
    const key = `${node.name}/${node.args.length}`;
    const f = this.#functions.get(key) ?? new ConcreteFunction(key, this.env.seed);
    this.#functions.set(key, f);
    const outputs = node.outputs.map((p) => this.#positions(p, node.free));
    const partials = node.partials.map((p) => ({
      argument: p.argument,
      at: p.at.map((q) => this.#positions(q, node.free)),
    }));
    const isClosed = node.args.every((lambda) => this.#isClosed(lambda));
    let shared: Inputs<number> | null = null;
    const inputs = (cell: number): Inputs<number> => {
      const found =
        shared ??
        new Inputs(
          flatMap(node.args, (lambda, argument) => this.#atoms(lambda.indices, lambda.body, argument, node.free, cell)),
        );
      if (isClosed) shared = found;
      return found;
    };
    return this.#fill(node, (cell) =>
      f.value(
        float64,
        outputs.map((table) => table[cell] ?? 0),
        inputs(cell),
        partials.map((p) => ({ argument: p.argument, at: p.at.map((table) => table[cell] ?? 0) })),
      ),
    );
  }

  /** Does an argument have the same entries wherever the function stands? */
  #isClosed({ indices, body }: NodeOf<"abstract">["args"][number]): boolean {
    const isOwn = (i: Index): boolean => indices.includes(i);
    return this.#get(body).axes.every(isOwn) && indices.every((i) => freeOfRange(i.range).every(isOwn));
  }

  #atoms(
    indices: readonly Index[],
    body: Node,
    argument: number,
    free: readonly Index[],
    cell: number,
  ): readonly Atom<number>[] {
    const { scope } = this;
    const value = this.#get(body);
    const space = [...free, ...indices];
    const count = scope.cells(indices);
    const offsets = new Map(value.axes.map((index, k) => [index, value.strides[k] ?? 0]));
    const atoms: Atom<number>[] = [];
    for (let b = 0; b < count; b++) {
      const at = scope.valuation(space, cell * count + b);
      if (!indices.every((i) => this.env.dim(i.range.low, at) <= at(i) && at(i) <= this.env.dim(i.range.high, at)))
        continue;
      let offset = 0;
      for (const [index, stride] of offsets) offset += stride * (at(index) - scope.box(index).low);
      atoms.push({ argument, at: indices.map(at), value: value.data[offset] ?? Number.NaN });
    }
    return atoms;
  }
}

/** What must be evaluated before a node: a sum of products needs the factors and never forms the product. */
export function needs(node: Node): readonly Node[] {
  return node.kind === "reduce" && node.op === "sum" ? sumOfProduct(node).factors : operands(node);
}

function sameIndices(a: readonly Index[], b: readonly Index[]): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

interface SumOfProduct {
  readonly indices: readonly Index[];
  readonly factors: readonly Node[];
}
const sums = new WeakMap<Node, SumOfProduct>();

/** A chain of sums over a product, taken apart; the same lists each time. */
export function sumOfProduct(node: NodeOf<"reduce">): SumOfProduct {
  const known = sums.get(node);
  if (known !== undefined) return known;
  const indices = [node.index];
  let body = node.body;
  while (body.kind === "reduce" && body.op === "sum") {
    indices.push(body.index);
    body = body.body;
  }
  const parts = { indices, factors: body.kind === "multiply" ? body.factors : [body] };
  sums.set(node, parts);
  return parts;
}

function raise(base: number, exponent: number): number {
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === -0.5) return 1 / Math.sqrt(base);
  return base ** exponent;
}

function indicator(relation: ">" | ">=" | "=", x: number): number {
  if (Number.isNaN(x)) return x;
  return Number(relation === ">" ? x > 0 : relation === ">=" ? x >= 0 : x === 0);
}
