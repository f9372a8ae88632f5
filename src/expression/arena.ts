import { Fraction } from "fraction.js";
import type {
  Dim,
  DimAtom,
  DimTerm,
  Index,
  Lambda,
  MatrixFunctionName,
  Node,
  NodeOf,
  Position,
  Range,
  ReduceOp,
  Tensor,
} from "./node.js";

/** A replacement of free indices by positions. */
export type Substitution = ReadonlyMap<Index, Position>;

type Body<K extends Node["kind"]> = Omit<NodeOf<K>, "id" | "key" | "free" | "binders" | "depth">;
type AnyBody = { [K in Node["kind"]]: Body<K> }[Node["kind"]];

const NONE: readonly Index[] = Object.freeze([]);

/**
 * Makes and interns every dimension, index, position and node of one session.
 *
 * Bound indices are canonical: a binder is numbered one above the largest binder inside its body, so that
 * expressions equal up to the names of bound indices are the same object (the canonical locally named
 * representation of Sato and Pollack). The price: a transformation that looks below a binder must `open` it
 * first, which puts a fresh free index in the place of the bound one.
 */
export class Arena {
  readonly #dims = new Map<string, Dim>();
  readonly #atoms = new Map<string, DimAtom>();
  readonly #indices = new Map<string, Index>();
  readonly #positions = new Map<string, Position>();
  readonly #nodes = new Map<string, Node>();
  readonly #tensors = new Map<string, Tensor>();
  readonly #names = new Set<string>();
  #fresh = 0;

  // ---- dimensions ----

  readonly zeroDim = this.#dim([]);
  readonly oneDim = this.constantDim(1);

  constantDim(value: number): Dim {
    return this.#dim(value === 0 ? [] : [{ coefficient: value, powers: [] }]);
  }

  /** The dimension called `latex`; `at` picks a member of a family of dimensions. */
  namedDim(latex: string, at: Position | null = null): Dim {
    const key = at === null ? latex : `${latex}@${at.key}`;
    let atom = this.#atoms.get(key);
    if (atom === undefined) {
      atom = Object.freeze({ key, latex, at });
      this.#atoms.set(key, atom);
    }
    return this.#dim([{ coefficient: 1, powers: [[atom, 1]] }]);
  }

  addDims(...dims: readonly Dim[]): Dim {
    return this.#dim(dims.flatMap((d) => d.terms));
  }

  scaleDim(dim: Dim, by: number): Dim {
    return this.#dim(dim.terms.map((t) => ({ coefficient: t.coefficient * by, powers: t.powers })));
  }

  subtractDims(a: Dim, b: Dim): Dim {
    return this.addDims(a, this.scaleDim(b, -1));
  }

  multiplyDims(a: Dim, b: Dim): Dim {
    const terms: DimTerm[] = [];
    for (const s of a.terms)
      for (const t of b.terms)
        terms.push({ coefficient: s.coefficient * t.coefficient, powers: mergePowers(s.powers, t.powers) });
    return this.#dim(terms);
  }

  /** The integer a dimension is, or `null` if it is symbolic. */
  integerOf(dim: Dim): number | null {
    if (dim.terms.length === 0) return 0;
    const [term] = dim.terms;
    return dim.terms.length === 1 && term !== undefined && term.powers.length === 0 ? term.coefficient : null;
  }

  #dim(terms: readonly DimTerm[]): Dim {
    const merged = new Map<string, DimTerm>();
    for (const t of terms) {
      const key = t.powers.map(([a, n]) => `${a.key}^${n}`).join("*");
      const old = merged.get(key);
      merged.set(key, { coefficient: t.coefficient + (old?.coefficient ?? 0), powers: t.powers });
    }
    const kept = [...merged].filter(([, t]) => t.coefficient !== 0).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const key = kept.map(([k, t]) => `${t.coefficient}${k === "" ? "" : `*${k}`}`).join("+") || "0";
    let dim = this.#dims.get(key);
    if (dim === undefined) {
      dim = Object.freeze({ key, terms: Object.freeze(kept.map(([, t]) => Object.freeze(t))) });
      this.#dims.set(key, dim);
    }
    return dim;
  }

  // ---- indices and positions ----

  range(low: Dim, high: Dim): Range {
    return Object.freeze({ low, high });
  }

  /** `1..high`. */
  upTo(high: Dim): Range {
    return this.range(this.oneDim, high);
  }

  /** The number of values in a range. */
  size(range: Range): Dim {
    return this.addDims(range.high, this.scaleDim(range.low, -1), this.oneDim);
  }

  index(name: string, range: Range): Index {
    const key = `${name}|${range.low.key}..${range.high.key}`;
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = Object.freeze({ key, name, range: Object.freeze(range) });
      this.#indices.set(key, index);
    }
    return index;
  }

  /** An index that occurs nowhere else in this arena. */
  freshIndex(range: Range): Index {
    this.#fresh += 1;
    return this.index(`~${this.#fresh}`, range);
  }

  at(index: Index): Position {
    return this.position([[index, 1]], this.zeroDim);
  }

  literal(value: number): Position {
    return this.position([], this.constantDim(value));
  }

  atDim(dim: Dim): Position {
    return this.position([], dim);
  }

  /** The value of an integer node as a position. */
  atValue(value: Node): Position {
    return this.position([], this.zeroDim, value);
  }

  position(terms: readonly (readonly [Index, number])[], from: Dim, value: Node | null = null): Position {
    let offset = from;
    const merged = new Map<Index, number>();
    for (const [i, c] of terms) {
      // An index with one value is that value: a row `1 \times D` has entries (1, j), and no sum runs over its first axis.
      if (i.range.low === i.range.high) offset = this.addDims(offset, this.scaleDim(i.range.low, c));
      else merged.set(i, (merged.get(i) ?? 0) + c);
    }
    const kept = [...merged]
      .filter(([, c]) => c !== 0)
      .sort(([a], [b]) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const key = `${kept.map(([i, c]) => `${c}*${i.key}`).join("+")};${offset.key}${value === null ? "" : `;v${value.id}`}`;
    let position = this.#positions.get(key);
    if (position === undefined) {
      position = Object.freeze({ key, terms: Object.freeze(kept), offset, value });
      this.#positions.set(key, position);
    }
    return position;
  }

  shift(p: Position, by: Dim): Position {
    return this.position(p.terms, this.addDims(p.offset, by), p.value);
  }

  /** `a - b`, or `null` if both have a gathered value and these differ, or only the subtrahend has one. */
  difference(a: Position, b: Position): Position | null {
    if (b.value !== null && a.value !== b.value) return a.value === null ? this.difference(b, a) : null;
    const value = a.value === b.value ? null : a.value;
    const terms = [...a.terms, ...b.terms.map(([i, c]) => [i, -c] as const)];
    return this.position(terms, this.subtractDims(a.offset, b.offset), value);
  }

  /** The index a position consists of, or `null` if it is anything more or less than one index. */
  indexOf(p: Position): Index | null {
    const [term] = p.terms;
    if (p.terms.length !== 1 || p.value !== null || p.offset.terms.length !== 0 || term === undefined) return null;
    return term[1] === 1 ? term[0] : null;
  }

  // ---- tensors ----

  /** Throws if another tensor has this key: the model decides what is one symbol. */
  tensor(spec: Omit<Tensor, "name"> & { readonly name?: string }): Tensor {
    if (this.#tensors.has(spec.key)) throw new Error(`internal: tensor ${spec.key} made twice`);
    const tensor = Object.freeze({ ...spec, name: this.#uniqueName(spec.name ?? identifier(spec.latex)) });
    this.#tensors.set(spec.key, tensor);
    return tensor;
  }

  /** The tensor of all `∂of/∂wrt`. For a scalar `of` it has the axes of `wrt`: denominator layout. */
  derivativeTensor(of: Tensor, wrt: Tensor): Tensor {
    const key = `∂${of.key}/∂${wrt.key}`;
    const known = this.#tensors.get(key);
    if (known !== undefined) return known;
    const shared = of.parameters.length;
    const wrtAxes = wrt.axes.map((r) => this.#renumberRange(r, wrt.parameters, shared));
    return this.tensor({
      key,
      latex: `\\partial ${of.latex}/\\partial ${wrt.latex}`,
      name: `d_${of.name}_d_${wrt.name}`,
      parameters: [...of.parameters, ...wrt.parameters.map((p, k) => this.index(`$${shared + k}`, p.range))],
      axes: [...of.axes, ...wrtAxes],
      integer: false,
      derivative: { of, wrt },
    });
  }

  #renumberRange(range: Range, parameters: readonly Index[], shift: number): Range {
    if (shift === 0 || parameters.length === 0) return range;
    const map = new Map(parameters.map((p, k) => [p, this.at(this.index(`$${shift + k}`, p.range))]));
    return this.substituteRange(range, map);
  }

  /** The range of one axis of a tensor, where its family positions are those of `at`. */
  axisRange(tensor: Tensor, axis: number, at: readonly Position[]): Range {
    const range = tensor.axes[axis];
    if (range === undefined) throw new Error(`internal: ${tensor.key} has no axis ${axis}`);
    if (tensor.parameters.length === 0) return range;
    const map = new Map<Index, Position>();
    tensor.parameters.forEach((p, k) => {
      const position = at[k];
      if (position !== undefined) map.set(p, position);
    });
    return this.substituteRange(range, map);
  }

  #uniqueName(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#names.has(name); n++) name = `${wanted}_${n}`;
    this.#names.add(name);
    return name;
  }

  // ---- leaves ----

  readonly zero = this.rational(0);
  readonly one = this.rational(1);
  readonly minusOne = this.rational(-1);

  rational(value: Fraction | number | string): Node {
    const fraction = value instanceof Fraction ? value : new Fraction(value);
    return this.#intern(`q${fraction.toFraction()}`, { kind: "rational", value: fraction }, []);
  }

  /** A dimension as a number. */
  dimension(dim: Dim): Node {
    const integer = this.integerOf(dim);
    if (integer !== null) return this.rational(integer);
    return this.#intern(`d${dim.key}`, { kind: "dimension", dim }, [], freeOfDim(dim));
  }

  positionValue(position: Position): Node {
    if (position.terms.length === 0 && position.value === null) return this.dimension(position.offset);
    if (position.terms.length === 0 && position.offset.terms.length === 0 && position.value !== null)
      return position.value;
    return this.#intern(
      `p${position.key}`,
      { kind: "position", position },
      gatheredIn(position),
      freeOfPosition(position),
    );
  }

  constant(name: "pi" | "e"): Node {
    return this.#intern(`c${name}`, { kind: "constant", name }, []);
  }

  entry(tensor: Tensor, at: readonly Position[]): Node {
    if (at.length !== tensor.axes.length)
      throw new Error(`internal: ${tensor.key} has ${tensor.axes.length} axes, got ${at.length} positions`);
    const key = `e${tensor.key}[${at.map((p) => p.key).join(",")}]`;
    return this.#intern(
      key,
      { kind: "entry", tensor, at: Object.freeze([...at]) },
      at.flatMap(gatheredIn),
      freeOfPositions(at),
    );
  }

  // ---- arithmetic ----

  /** Flattens nested sums, drops zeros, adds the constants up; keeps the order of the rest. */
  add(...terms: readonly Node[]): Node {
    const flat: Node[] = [];
    let constant = new Fraction(0);
    let constantAt = 0;
    for (const term of terms.flatMap((t) => (t.kind === "add" ? t.terms : [t]))) {
      if (term.kind === "rational") {
        if (constant.equals(0)) constantAt = flat.length;
        constant = constant.add(term.value);
      } else flat.push(term);
    }
    if (!constant.equals(0)) flat.splice(constantAt, 0, this.rational(constant));
    const [first] = flat;
    if (first === undefined) return this.zero;
    if (flat.length === 1) return first;
    return this.#intern(`+${ids(flat)}`, { kind: "add", terms: Object.freeze(flat) }, flat);
  }

  /** Flattens nested products, folds the constants into one in front; zero swallows all. Keeps the order of the rest. */
  multiply(...factors: readonly Node[]): Node {
    const flat: Node[] = [];
    let constant = new Fraction(1);
    for (const factor of factors.flatMap((f) => (f.kind === "multiply" ? f.factors : [f]))) {
      if (factor.kind === "rational") constant = constant.mul(factor.value);
      else flat.push(factor);
    }
    if (constant.equals(0)) return this.zero;
    const all = constant.equals(1) ? flat : [this.rational(constant), ...flat];
    const [first] = all;
    if (first === undefined) return this.one;
    if (all.length === 1) return first;
    return this.#intern(`*${ids(all)}`, { kind: "multiply", factors: Object.freeze(all) }, all);
  }

  negate(node: Node): Node {
    return this.multiply(this.minusOne, node);
  }

  subtract(a: Node, b: Node): Node {
    return this.add(a, this.negate(b));
  }

  divide(a: Node, b: Node): Node {
    return this.multiply(a, this.power(b, this.minusOne));
  }

  power(base: Node, exponent: Node | number): Node {
    const e = typeof exponent === "number" ? this.rational(exponent) : exponent;
    if (e === this.one) return base;
    if (e === this.zero) return this.one;
    if (base === this.one) return this.one;
    if (e.kind === "rational") {
      const whole = e.value.d === 1n;
      if (base.kind === "rational" && whole && !base.value.equals(0)) {
        const size = Number(e.value.n);
        if (size <= 64) return this.rational(base.value.pow(e.value) as Fraction);
      }
      if (base.kind === "rational" && base.value.equals(0) && e.value.s > 0n) return this.zero;
      // (x^a)^n = x^(a n) holds for every whole n, wherever x^a is defined.
      if (base.kind === "power" && whole && base.exponent.kind === "rational")
        return this.power(base.base, this.rational(base.exponent.value.mul(e.value)));
    }
    return this.#intern(`^${base.id},${e.id}`, { kind: "power", base, exponent: e }, [base, e]);
  }

  sqrt(node: Node): Node {
    return this.power(node, this.rational(new Fraction(1, 2)));
  }

  /** `fn` must be a row of the table in `functions/`. */
  apply(fn: string, ...args: readonly Node[]): Node {
    return this.#intern(`f${fn}(${ids(args)})`, { kind: "apply", fn, args: Object.freeze([...args]) }, args);
  }

  // ---- binders ----

  /** `op` over the free index `index` of `body`. */
  reduce(op: ReduceOp, index: Index, body: Node): Node {
    if (!body.free.includes(index)) {
      if (op === "sum") return this.multiply(this.dimension(this.size(index.range)), body);
      if (op === "product") return this.power(body, this.dimension(this.size(index.range)));
      if (op === "max" || op === "min") return body;
    }
    const [[bound], closed] = this.#close([index], body);
    const key = `r${op}${bound?.key}(${closed.id})`;
    return this.#binder(key, { kind: "reduce", op, index: bound ?? index, body: closed }, [bound ?? index], closed, []);
  }

  sum(index: Index, body: Node): Node {
    return this.reduce("sum", index, body);
  }

  /** Sums over several indices, the last one innermost. */
  sums(indices: readonly Index[], body: Node): Node {
    return indices.reduceRight((inner, i) => this.sum(i, inner), body);
  }

  argument(op: "max" | "min", index: Index, body: Node): Node {
    const [[bound], closed] = this.#close([index], body);
    const key = `g${op}${bound?.key}(${closed.id})`;
    return this.#binder(
      key,
      { kind: "argument", op, index: bound ?? index, body: closed },
      [bound ?? index],
      closed,
      [],
    );
  }

  /** An entry of a matrix function of the matrix `body`, whose rows are `row` and columns `column`, both free in it. */
  /** Whether a matrix is its transpose whatever the values are: `XᵀX + λI`. */
  #isSymmetric(row: Index, column: Index, body: Node): boolean {
    if (row.range.low !== column.range.low || row.range.high !== column.range.high) return false;
    const turned = this.substitute(
      body,
      new Map([
        [row, this.at(column)],
        [column, this.at(row)],
      ]),
    );
    return equalUpToOrder(turned, body);
  }

  matrix(
    fn: MatrixFunctionName,
    row: Index,
    column: Index,
    body: Node,
    at: readonly Position[],
    exponent: Node | null = null,
  ): Node {
    const [bound, closed] = this.#close([row, column], body);
    const [r = row, c = column] = bound;
    // A function of a symmetric matrix is symmetric: of its two entries one is taken.
    const [p, q] = at;
    if (p !== undefined && q !== undefined && p.key > q.key && this.#isSymmetric(row, column, body))
      return this.matrix(fn, row, column, body, [q, p], exponent);
    const key = `m${fn}${r.key},${c.key}(${closed.id})[${at.map((p) => p.key).join(",")}]${exponent === null ? "" : `^${exponent.id}`}`;
    const others = [...at.flatMap(gatheredIn), ...(exponent === null ? [] : [exponent])];
    return this.#binder(
      key,
      { kind: "matrix", fn, row: r, column: c, body: closed, at: Object.freeze([...at]), exponent },
      [r, c],
      closed,
      others,
      freeOfPositions(at),
    );
  }

  /** An entry of an abstract function. The indices of each argument are free in its body as given. */
  abstract(
    name: string,
    args: readonly Lambda[],
    outputs: readonly Position[],
    partials: readonly { readonly argument: number; readonly at: readonly Position[] }[] = [],
  ): Node {
    const closed = args.map(({ indices, body }): Lambda => {
      const [bound, inner] = this.#close(indices, body);
      return Object.freeze({ indices: Object.freeze(bound), body: inner });
    });
    // Mixed partials commute, so they are kept in one order.
    const sorted = [...partials].sort((a, b) => compareText(partialKey(a), partialKey(b)));
    const key = `x${name}(${closed.map((l) => `${l.indices.map((i) => i.key)}:${l.body.id}`).join("|")})[${outputs.map((p) => p.key)}]{${sorted.map(partialKey).join("|")}}`;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const positions = [...outputs, ...sorted.flatMap((p) => p.at)];
    const free = new Set(freeOfPositions(positions));
    for (const { indices, body } of closed) {
      for (const i of body.free) if (!indices.includes(i)) free.add(i);
      for (const i of indices) for (const f of freeOfRange(i.range)) free.add(f);
    }
    return this.#store(
      key,
      {
        kind: "abstract",
        name,
        args: Object.freeze(closed),
        outputs: Object.freeze([...outputs]),
        partials: Object.freeze(sorted),
      },
      free,
      [...closed.map((l) => l.body), ...positions.flatMap(gatheredIn)],
      Math.max(0, ...closed.flatMap((l) => l.indices.map((i) => Number(i.name.slice(1))))),
    );
  }

  /** Renames free indices to canonical bound ones, numbered above every binder inside. */
  #close(indices: readonly Index[], body: Node): readonly [readonly Index[], Node] {
    const bound = indices.map((i, k) => this.index(`#${body.binders + 1 + k}`, i.range));
    const map = new Map<Index, Position>();
    indices.forEach((i, k) => {
      const b = bound[k];
      if (b !== undefined) map.set(i, this.at(b));
    });
    return [bound, this.substitute(body, map)];
  }

  /** The body of a binder with fresh free indices, and these, outermost first. */
  open(node: NodeOf<"reduce"> | NodeOf<"argument">): { readonly index: Index; readonly body: Node } {
    const index = this.freshIndex(node.index.range);
    return { index, body: this.substitute(node.body, new Map([[node.index, this.at(index)]])) };
  }

  openMatrix(node: NodeOf<"matrix">): { readonly row: Index; readonly column: Index; readonly body: Node } {
    const row = this.freshIndex(node.row.range);
    const column = this.freshIndex(node.column.range);
    const map = new Map([
      [node.row, this.at(row)],
      [node.column, this.at(column)],
    ]);
    return { row, column, body: this.substitute(node.body, map) };
  }

  openLambda({ indices, body }: Lambda): Lambda {
    const fresh = indices.map((i) => this.freshIndex(i.range));
    return { indices: fresh, body: this.substitute(body, this.#mapping(indices, fresh)) };
  }

  #mapping(from: readonly Index[], to: readonly Index[]): Map<Index, Position> {
    const map = new Map<Index, Position>();
    from.forEach((i, k) => {
      const target = to[k];
      if (target !== undefined) map.set(i, this.at(target));
    });
    return map;
  }

  // ---- conditions ----

  /** `δ_ab`: one where the two positions are equal, else zero. */
  delta(a: Position, b: Position): Node {
    if (a === b) return this.one;
    const position = this.difference(a, b);
    if (position === null) return this.delta(this.#named(a), this.#named(b));
    return this.iverson("zero", position);
  }

  // Two different gathered values: compare them as numbers.
  #named(_p: Position): Position {
    throw new Error(
      "internal: a delta between two gathered positions must be written as an indicator of their difference",
    );
  }

  /** `[position = 0]` or `[position ≥ 0]`, decided at once where the position is a number. */
  iverson(relation: "zero" | "nonnegative", position: Position): Node {
    if (position.terms.length === 0 && position.value === null) {
      const value = this.integerOf(position.offset);
      if (value !== null) return (relation === "zero" ? value === 0 : value >= 0) ? this.one : this.zero;
    }
    const canonical = relation === "zero" ? this.#positiveFirst(position) : position;
    return this.#intern(
      `i${relation}(${canonical.key})`,
      { kind: "iverson", relation, position: canonical },
      gatheredIn(canonical),
      freeOfPosition(canonical),
    );
  }

  // i - j = 0 and j - i = 0 are one condition.
  #positiveFirst(p: Position): Position {
    if (p.value !== null) return p;
    const lead = p.terms[0]?.[1] ?? p.offset.terms[0]?.coefficient ?? 1;
    if (lead > 0) return p;
    return this.position(
      p.terms.map(([i, c]) => [i, -c] as const),
      this.scaleDim(p.offset, -1),
    );
  }

  indicator(relation: ">" | ">=" | "=", arg: Node): Node {
    if (arg.kind === "rational") {
      const sign = arg.value.compare(0);
      return (relation === ">" ? sign > 0 : relation === ">=" ? sign >= 0 : sign === 0) ? this.one : this.zero;
    }
    return this.#intern(`b${relation}(${arg.id})`, { kind: "indicator", relation, arg }, [arg]);
  }

  // ---- substitution ----

  /** Replaces free indices by positions, everywhere at once. Linear in the number of distinct nodes that mention them. */
  substitute(node: Node, map: Substitution): Node {
    if (map.size === 0) return node;
    return this.#substitute(node, map, new Map());
  }

  #substitute(node: Node, map: Substitution, done: Map<Node, Node>): Node {
    if (!node.free.some((i) => map.has(i))) return node;
    const known = done.get(node);
    if (known !== undefined) return known;
    const go = (n: Node): Node => this.#substitute(n, map, done);
    const result = this.#rebuild(node, go, map);
    done.set(node, result);
    return result;
  }

  #rebuild(node: Node, go: (n: Node) => Node, map: Substitution): Node {
    const positions = (ps: readonly Position[]): Position[] => ps.map((p) => this.substitutePosition(p, map));
    switch (node.kind) {
      case "rational":
      case "constant":
        return node;
      case "dimension":
        return this.dimension(this.substituteDim(node.dim, map));
      case "position":
        return this.positionValue(this.substitutePosition(node.position, map));
      case "entry":
        return this.entry(node.tensor, positions(node.at));
      case "add":
        return this.add(...node.terms.map(go));
      case "multiply":
        return this.multiply(...node.factors.map(go));
      case "power":
        return this.power(go(node.base), go(node.exponent));
      case "apply":
        return this.apply(node.fn, ...node.args.map(go));
      case "iverson":
        return this.iverson(node.relation, this.substitutePosition(node.position, map));
      case "indicator":
        return this.indicator(node.relation, go(node.arg));
      // Binders are opened, so nothing that is put in can be captured.
      case "reduce": {
        const inPlace = this.#reduceInPlace(node, go, map);
        if (inPlace !== null) return inPlace;
        const { index, body } = this.open(node);
        const renamed = this.#moveRange(index, map);
        return this.reduce(node.op, renamed, this.substitute(body, this.#with(map, index, renamed)));
      }
      case "argument": {
        const { index, body } = this.open(node);
        const renamed = this.#moveRange(index, map);
        return this.argument(node.op, renamed, this.substitute(body, this.#with(map, index, renamed)));
      }
      case "matrix": {
        const { row, column, body } = this.openMatrix(node);
        const exponent = node.exponent === null ? null : go(node.exponent);
        return this.matrix(node.fn, row, column, this.substitute(body, map), positions(node.at), exponent);
      }
      case "abstract": {
        const args = node.args.map((lambda) => {
          const { indices, body } = this.openLambda(lambda);
          return { indices, body: this.substitute(body, map) };
        });
        const partials = node.partials.map((p) => ({ argument: p.argument, at: positions(p.at) }));
        return this.abstract(node.name, args, positions(node.outputs), partials);
      }
    }
  }

  /**
   * Replaces below a binder without opening it, which would copy the body twice. Nothing can be captured: what is put in
   * holds no index bound here. `null` where the range moves or the binder's number would no longer be the canonical one.
   */
  #reduceInPlace(node: NodeOf<"reduce">, go: (n: Node) => Node, map: Substitution): Node | null {
    const { op, index } = node;
    if (freeOfRange(index.range).some((i) => map.has(i))) return null;
    const body = go(node.body);
    if (!body.free.includes(index) || index.name !== `#${body.binders + 1}`) return null;
    return this.#binder(`r${op}${index.key}(${body.id})`, { kind: "reduce", op, index, body }, [index], body, []);
  }

  // A bound index whose range mentions a replaced index (ragged families) gets its new range.
  #moveRange(index: Index, map: Substitution): Index {
    const range = this.substituteRange(index.range, map);
    return range.low === index.range.low && range.high === index.range.high ? index : this.freshIndex(range);
  }

  #with(map: Substitution, from: Index, to: Index): Substitution {
    return from === to ? map : new Map([...map, [from, this.at(to)]]);
  }

  substitutePosition(p: Position, map: Substitution): Position {
    if (!freeOfPosition(p).some((i) => map.has(i))) return p;
    let terms: (readonly [Index, number])[] = [];
    let offset = this.substituteDim(p.offset, map);
    let value = p.value === null ? null : this.substitute(p.value, map);
    for (const [i, c] of p.terms) {
      const target = map.get(i);
      if (target === undefined) {
        terms.push([i, c]);
        continue;
      }
      if (target.value !== null) {
        if (value !== null || c !== 1) throw new Error("internal: two gathered values in one position");
        value = target.value;
      }
      terms = [...terms, ...target.terms.map(([j, d]) => [j, c * d] as const)];
      offset = this.addDims(offset, this.scaleDim(target.offset, c));
    }
    return this.position(terms, offset, value);
  }

  substituteDim(dim: Dim, map: Substitution): Dim {
    if (!freeOfDim(dim).some((i) => map.has(i))) return dim;
    return this.addDims(
      ...dim.terms.map((t) =>
        t.powers.reduce<Dim>((product, [atom, n]) => {
          const at = atom.at === null ? null : this.substitutePosition(atom.at, map);
          let result = product;
          for (let k = 0; k < n; k++) result = this.multiplyDims(result, this.namedDim(atom.latex, at));
          return result;
        }, this.constantDim(t.coefficient)),
      ),
    );
  }

  substituteRange(range: Range, map: Substitution): Range {
    return this.range(this.substituteDim(range.low, map), this.substituteDim(range.high, map));
  }

  /** The node with `f` put over each operand; binders are opened before and closed after, so `f` sees free indices only. */
  mapOperands(node: Node, f: (n: Node) => Node): Node {
    switch (node.kind) {
      case "reduce": {
        const { index, body } = this.open(node);
        return this.reduce(node.op, index, f(body));
      }
      case "argument": {
        const { index, body } = this.open(node);
        return this.argument(node.op, index, f(body));
      }
      case "matrix": {
        const { row, column, body } = this.openMatrix(node);
        return this.matrix(node.fn, row, column, f(body), node.at, node.exponent === null ? null : f(node.exponent));
      }
      case "abstract": {
        const args = node.args.map((lambda) => {
          const { indices, body } = this.openLambda(lambda);
          return { indices, body: f(body) };
        });
        return this.abstract(node.name, args, node.outputs, node.partials);
      }
      default:
        return this.#rebuild(node, f, new Map());
    }
  }

  // ---- interning ----

  #binder(
    key: string,
    body: AnyBody,
    bound: readonly Index[],
    inner: Node,
    others: readonly Node[],
    more: readonly Index[] = NONE,
  ): Node {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const free = new Set<Index>(more);
    for (const i of inner.free) if (!bound.includes(i)) free.add(i);
    for (const b of bound) for (const i of freeOfRange(b.range)) free.add(i);
    for (const n of others) for (const i of n.free) free.add(i);
    return this.#store(key, body, free, [inner, ...others], Math.max(...bound.map((b) => Number(b.name.slice(1)))));
  }

  #intern(key: string, body: AnyBody, children: readonly Node[], more: readonly Index[] = NONE): Node {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const free = new Set<Index>(more);
    for (const child of children) for (const i of child.free) free.add(i);
    return this.#store(key, body, free, children, 0);
  }

  #store(key: string, body: AnyBody, free: Set<Index>, children: readonly Node[], binder: number): Node {
    let binders = binder;
    let depth = 0;
    for (const child of children) {
      binders = Math.max(binders, child.binders);
      depth = Math.max(depth, child.depth);
    }
    const sorted = free.size === 0 ? NONE : Object.freeze([...free].sort((a, b) => compareText(a.key, b.key)));
    const node = Object.freeze({ ...body, id: this.#nodes.size, key, free: sorted, binders, depth: depth + 1 }) as Node;
    this.#nodes.set(key, node);
    return node;
  }
}

/** Whether two nodes differ in the order of terms and factors at most. */
function equalUpToOrder(a: Node, b: Node): boolean {
  if (a === b) return true;
  if (a.depth !== b.depth || a.depth > 50) return false;
  if (a.kind === "add" && b.kind === "add") return equalSets(a.terms, b.terms);
  if (a.kind === "multiply" && b.kind === "multiply") return equalSets(a.factors, b.factors);
  if (a.kind === "power" && b.kind === "power") return a.exponent === b.exponent && equalUpToOrder(a.base, b.base);
  return (
    a.kind === "reduce" && b.kind === "reduce" && a.op === b.op && a.index === b.index && equalUpToOrder(a.body, b.body)
  );
}

function equalSets(a: readonly Node[], b: readonly Node[]): boolean {
  const left = [...b];
  return (
    a.length === b.length &&
    a.length <= 20 &&
    a.every((x) => {
      const k = left.findIndex((y) => equalUpToOrder(x, y));
      if (k >= 0) left.splice(k, 1);
      return k >= 0;
    })
  );
}

/** The operands of a node, as they stand: below a binder they hold bound indices. */
export function operands(node: Node): readonly Node[] {
  switch (node.kind) {
    case "add":
      return node.terms;
    case "multiply":
      return node.factors;
    case "power":
      return [node.base, node.exponent];
    case "apply":
      return node.args;
    case "indicator":
      return [node.arg];
    case "reduce":
    case "argument":
      return [node.body];
    case "matrix":
      return [node.body, ...node.at.flatMap(gatheredIn), ...(node.exponent === null ? [] : [node.exponent])];
    case "abstract":
      return [
        ...node.args.map((l) => l.body),
        ...node.outputs.flatMap(gatheredIn),
        ...node.partials.flatMap((p) => p.at.flatMap(gatheredIn)),
      ];
    case "entry":
      return node.at.flatMap(gatheredIn);
    case "iverson":
    case "position":
      return gatheredIn(node.position);
    default:
      return [];
  }
}

/** Every distinct tensor below a node, in order of first occurrence. */
export function tensorsOf(node: Node): readonly Tensor[] {
  const seen = new Set<Node>();
  const found = new Set<Tensor>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "entry") found.add(n.tensor);
    stack.push(...[...operands(n)].reverse());
  }
  return [...found];
}

const gatheredIn = (p: Position): readonly Node[] => (p.value === null ? [] : [p.value]);
const ids = (nodes: readonly Node[]): string => nodes.map((n) => n.id).join(",");
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const partialKey = (p: { readonly argument: number; readonly at: readonly Position[] }): string =>
  `${p.argument}:${p.at.map((q) => q.key).join(",")}`;

export function freeOfDim(dim: Dim): readonly Index[] {
  const found: Index[] = [];
  for (const t of dim.terms)
    for (const [atom] of t.powers) if (atom.at !== null) found.push(...freeOfPosition(atom.at));
  return found.length === 0 ? NONE : found;
}
export const freeOfRange = (r: Range): readonly Index[] => [...freeOfDim(r.low), ...freeOfDim(r.high)];
export const freeOfPosition = (p: Position): readonly Index[] => [
  ...p.terms.map(([i]) => i),
  ...freeOfDim(p.offset),
  ...(p.value === null ? NONE : p.value.free),
];
const freeOfPositions = (ps: readonly Position[]): readonly Index[] => ps.flatMap(freeOfPosition);

function mergePowers(
  a: readonly (readonly [DimAtom, number])[],
  b: readonly (readonly [DimAtom, number])[],
): readonly (readonly [DimAtom, number])[] {
  const merged = new Map<string, readonly [DimAtom, number]>();
  for (const [atom, n] of [...a, ...b]) merged.set(atom.key, [atom, n + (merged.get(atom.key)?.[1] ?? 0)]);
  return [...merged.values()].sort(([x], [y]) => compareText(x.key, y.key));
}

/** Reserved words of Python and JavaScript, and names that generated code uses. */
const RESERVED = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with case catch const debugger default delete do enum export extends function implements instanceof interface let new null package private protected public static super switch this throw typeof var void yield eval arguments match type np numpy forward backward values".split(
    " ",
  ),
);

/** An identifier for a symbol: `\mathbf{W}^{(1)}` is `W1`, `\hat{y}` is `y_hat`, `\ell` is `ell`. */
export function identifier(latex: string): string {
  const accents = latex.replace(
    /\\(hat|tilde|bar|dot|ddot|vec|check|breve|overline|widehat|widetilde)\s*\{([^{}]*)\}/g,
    "$2_$1",
  );
  const name = accents
    .replace(
      /\\(?:mathbf|boldsymbol|bm|mathcal|mathrm|mathbb|mathsf|mathit|mathfrak|mathscr|text|textbf|textit|textrm|operatorname|bf|rm|cal)\b\s*\*?/g,
      "",
    )
    .replace(/'/g, "_prime")
    .replace(/\\([A-Za-z]+)/g, "$1")
    .replace(/[{}()[\]\s^]/g, "")
    .replace(/_(?=\d)/g, "")
    .replace(/[^A-Za-z0-9_]+/g, "_")
    .replace(/_+/g, "_")
    .replace(/^_+|_+$/g, "");
  const safe = /^[A-Za-z]/.test(name) ? name : `v_${name}`;
  return RESERVED.has(safe) ? `${safe}_` : safe;
}
