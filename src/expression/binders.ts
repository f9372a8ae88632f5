import { refuse } from "../core/diagnostic.js";
import { equalUpToOrder } from "./equal-up-to-order.js";
import { freeOfDim, freeOfPosition, freeOfPositions, freeOfRange, NONE } from "./free-indices.js";
import type { Dim, Index, Lambda, MatrixFunctionName, Node, NodeOf, Position, Range, ReduceOp } from "./node.js";
import { type AnyBody, Nodes, sortedIndices } from "./nodes.js";
import { gatheredIn } from "./operands.js";
import { compareText } from "./text.js";

/** A replacement of free indices by positions. */
export type Substitution = ReadonlyMap<Index, Position>;

type MatrixEntry = Pick<NodeOf<"matrix">, "fn" | "row" | "column" | "body" | "at" | "exponent">;

/**
 * Makes and interns the nodes that bind indices, and puts positions in the place of free indices. These are one thing: a
 * binder is closed and opened by substitution, and substitution opens the binders that it meets.
 */
export class Binders extends Nodes {
  readonly #symmetric = new Map<string, boolean>();

  /** `op` over the free index `index` of `body`. */
  reduce(op: ReduceOp, index: Index, body: Node): Node {
    if (this.isEmpty(index.range)) {
      if (op === "sum") return this.zero;
      if (op === "product") return this.one;
    }
    if (!body.free.includes(index)) {
      if (op === "sum") return this.multiply(this.#count(index.range), body);
      if (op === "product") return this.power(body, this.#count(index.range));
      if (op === "max" || op === "min") return body;
    }
    const [[bound = index], closed] = this.#close([index], body);
    return this.#closedReduce(op, bound, closed);
  }

  #closedReduce(op: ReduceOp, index: Index, body: Node): Node {
    return this.#binder(`r${op}${index.key}(${body.id})`, { kind: "reduce", op, index, body }, [index], body, []);
  }

  /** The number of values in a range, never less than none. */
  #count(range: Range): Node {
    const size = this.size(range);
    return (this.integerOf(size) ?? 0) < 0 ? this.zero : this.dimension(size);
  }

  sum(index: Index, body: Node): Node {
    return this.reduce("sum", index, body);
  }

  /** Sums over several indices, the last one innermost. */
  sums(indices: readonly Index[], body: Node): Node {
    return this.#sumsAtOnce(indices, body) ?? indices.reduceRight((inner, i) => this.sum(i, inner), body);
  }

  /**
   * The same with one substitution for all indices, where each is summed over for itself and the numbers of the binders come
   * out as they would one after the other; else `null`.
   */
  #sumsAtOnce(indices: readonly Index[], body: Node): Node | null {
    if (indices.length < 2) return null;
    const isPlain = (i: Index): boolean =>
      body.free.includes(i) && freeOfRange(i.range).length === 0 && !this.isEmpty(i.range);
    if (new Set(indices).size < indices.length || !indices.every(isPlain)) return null;
    const innermostFirst = indices.toReversed();
    const [bound, closed] = this.#close(innermostFirst, body);
    if (closed.binders !== body.binders || !bound.every((i) => closed.free.includes(i))) return null;
    return bound.reduce((inner, i) => this.#closedReduce("sum", i, inner), closed);
  }

  argument(op: "max" | "min", index: Index, body: Node): Node {
    const [[bound = index], closed] = this.#close([index], body);
    return this.#closedArgument(op, bound, closed);
  }

  #closedArgument(op: "max" | "min", index: Index, body: Node): Node {
    return this.#binder(`g${op}${index.key}(${body.id})`, { kind: "argument", op, index, body }, [index], body, []);
  }

  /** Whether a matrix is its transpose whatever the values are: `XᵀX + λI`. Each is looked at once, or nests would take for ever. */
  #isSymmetric(row: Index, column: Index, body: Node): boolean {
    if (row.range.low !== column.range.low || row.range.high !== column.range.high) return false;
    const key = `${body.id}|${row.key}|${column.key}`;
    let answer = this.#symmetric.get(key);
    if (answer === undefined) {
      const turned = this.substitute(
        body,
        new Map([
          [row, this.at(column)],
          [column, this.at(row)],
        ]),
      );
      answer = equalUpToOrder(turned, body);
      this.#symmetric.set(key, answer);
    }
    return answer;
  }

  /** An entry of a matrix function of the matrix `body`, whose rows are `row` and columns `column`, both free in it. */
  matrix(
    fn: MatrixFunctionName,
    row: Index,
    column: Index,
    body: Node,
    at: readonly Position[],
    exponent: Node | null = null,
  ): Node {
    const [[r = row, c = column], closed] = this.#close([row, column], body);
    return this.#closedMatrix({ fn, row: r, column: c, body: closed, at, exponent });
  }

  #closedMatrix({ fn, row, column, body, at: given, exponent }: MatrixEntry): Node {
    // A function of a symmetric matrix is symmetric: of its two entries one is taken.
    const [p, q] = given;
    const turn = p !== undefined && q !== undefined && p.key > q.key && this.#isSymmetric(row, column, body);
    const at = turn ? [q, p] : given;
    const key = `m${fn}${row.key},${column.key}(${body.id})[${at.map((p) => p.key).join(",")}]${exponent === null ? "" : `^${exponent.id}`}`;
    const others = [...at.flatMap(gatheredIn), ...(exponent === null ? [] : [exponent])];
    return this.#binder(
      key,
      { kind: "matrix", fn, row, column, body, at: Object.freeze([...at]), exponent },
      [row, column],
      body,
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
      return { indices: bound, body: inner };
    });
    return this.#closedAbstract(name, closed, outputs, partials);
  }

  #closedAbstract(
    name: string,
    closed: readonly Lambda[],
    outputs: readonly Position[],
    partials: NodeOf<"abstract">["partials"],
  ): Node {
    // Mixed partials commute, so they are kept in one order.
    const sorted = [...partials].sort((a, b) => compareText(partialKey(a), partialKey(b)));
    const key = `x${name}(${closed.map((l) => `${l.indices.map((i) => i.key)}:${l.body.id}`).join("|")})[${outputs.map((p) => p.key)}]{${sorted.map(partialKey).join("|")}}`;
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const positions = [...outputs, ...sorted.flatMap((p) => p.at)];
    const free = new Set(freeOfPositions(positions));
    for (const { indices, body } of closed) {
      for (const i of body.free) if (!indices.includes(i)) free.add(i);
      for (const i of indices) for (const f of freeOfRange(i.range)) free.add(f);
    }
    return this.store(
      key,
      {
        kind: "abstract",
        name,
        args: Object.freeze(closed.map((l) => Object.freeze({ indices: Object.freeze(l.indices), body: l.body }))),
        outputs: Object.freeze([...outputs]),
        partials: Object.freeze(sorted),
      },
      sortedIndices(free),
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

  /** Replaces free indices by positions, everywhere at once. Linear in the number of distinct nodes that mention them. */
  substitute(node: Node, map: Substitution): Node {
    if (map.size === 0) return node;
    return this.#substitute(node, map, new Map());
  }

  #substitute(node: Node, map: Substitution, done: Map<Node, Node>): Node {
    if (!mentions(node.free, map)) return node;
    if (node.kind === "entry") return this.entry(node.tensor, this.#substituteAll(node.at, map));
    const known = done.get(node);
    if (known !== undefined) return known;
    const go = (n: Node): Node => this.#substitute(n, map, done);
    const result = this.#rebuild(node, go, map);
    done.set(node, result);
    return result;
  }

  #substituteAll(at: readonly Position[], map: Substitution): readonly Position[] {
    const result = new Array<Position>(at.length);
    for (const [k, p] of at.entries()) result[k] = this.substitutePosition(p, map);
    return result;
  }

  #rebuild(node: Node, go: (n: Node) => Node, map: Substitution): Node {
    const positions = (ps: readonly Position[]): readonly Position[] => this.#substituteAll(ps, map);
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
        return (
          this.#betweenGathered(node.relation, node.position, map) ??
          this.iverson(node.relation, this.substitutePosition(node.position, map))
        );
      case "indicator":
        return this.indicator(node.relation, go(node.arg));
      case "reduce": {
        const body = this.#below([node.index], node.body, go, map);
        if (body?.free.includes(node.index) === true) return this.#closedReduce(node.op, node.index, body);
        const { index, body: opened } = this.open(node);
        const moved = this.#moved([index], map);
        return this.reduce(node.op, moved.indices[0] ?? index, this.substitute(opened, moved.map));
      }
      case "argument": {
        const body = this.#below([node.index], node.body, go, map);
        if (body !== null) return this.#closedArgument(node.op, node.index, body);
        const { index, body: opened } = this.open(node);
        const moved = this.#moved([index], map);
        return this.argument(node.op, moved.indices[0] ?? index, this.substitute(opened, moved.map));
      }
      case "matrix": {
        const exponent = node.exponent === null ? null : go(node.exponent);
        const at = positions(node.at);
        const body = this.#below([node.row, node.column], node.body, go, map);
        if (body !== null) return this.#closedMatrix({ ...node, body, at, exponent });
        const opened = this.openMatrix(node);
        const moved = this.#moved([opened.row, opened.column], map);
        const [row = opened.row, column = opened.column] = moved.indices;
        return this.matrix(node.fn, row, column, this.substitute(opened.body, moved.map), at, exponent);
      }
      case "abstract": {
        const partials = node.partials.map((p) => ({ argument: p.argument, at: positions(p.at) }));
        const outputs = positions(node.outputs);
        const closed = node.args.flatMap(({ indices, body }) => {
          const inside = this.#below(indices, body, go, map);
          return inside === null ? [] : [{ indices, body: inside }];
        });
        if (closed.length === node.args.length) return this.#closedAbstract(node.name, closed, outputs, partials);
        const args = node.args.map((lambda) => {
          const { indices, body } = this.openLambda(lambda);
          const moved = this.#moved(indices, map);
          return { indices: moved.indices, body: this.substitute(body, moved.map) };
        });
        return this.abstract(node.name, args, outputs, partials);
      }
    }
  }

  /** `[y - i = 0]` where i becomes a gathered value too: the two are compared as numbers. `null` where it does not. */
  #betweenGathered(relation: "zero" | "nonnegative", p: Position, map: Substitution): Node | null {
    if (p.value === null) return null;
    const [term, more] = p.terms.filter(([i]) => map.get(i)?.value != null);
    const other = term === undefined ? null : (map.get(term[0])?.value ?? null);
    if (term === undefined || other === null || more !== undefined) return null;
    const [index, coefficient] = term;
    const target = map.get(index);
    const terms = [
      ...p.terms.filter(([i]) => i !== index),
      ...(target?.terms ?? []).map(([j, d]) => [j, coefficient * d] as const),
    ];
    const offset = this.addDims(p.offset, this.scaleDim(target?.offset ?? this.zeroDim, coefficient));
    const rest = this.substitutePosition(this.position(terms, offset), map);
    const own = this.substitute(p.value, map);
    if (own === other && coefficient === -1) return this.iverson(relation, rest);
    const difference = this.add(own, this.multiply(this.rational(coefficient), other), this.positionValue(rest));
    return this.indicator(relation === "zero" ? "=" : ">=", difference);
  }

  /**
   * Replaces below a binder without opening it, which would copy the body twice at each level. Nothing can be captured: what is
   * put in holds no index bound here. `null` where a range moves or the binders' numbers would no longer be the canonical
   * ones: then the binder must be opened.
   */
  #below(bound: readonly Index[], body: Node, go: (n: Node) => Node, map: Substitution): Node | null {
    if (bound.some((b) => freeOfRange(b.range).some((i) => map.has(i)))) return null;
    const inside = go(body);
    return bound.every((b, k) => b.name === `#${inside.binders + 1 + k}`) ? inside : null;
  }

  /** Bound indices whose ranges mention a replaced index (ragged families) get their new ranges. */
  #moved(
    indices: readonly Index[],
    map: Substitution,
  ): { readonly indices: readonly Index[]; readonly map: Substitution } {
    const all = new Map(map);
    const moved = indices.map((index) => {
      const range = this.substituteRange(index.range, map);
      if (range.low === index.range.low && range.high === index.range.high) return index;
      const fresh = this.freshIndex(range);
      all.set(index, this.at(fresh));
      return fresh;
    });
    return { indices: moved, map: all };
  }

  substitutePosition(p: Position, map: Substitution): Position {
    const index = this.indexOf(p);
    if (index !== null) return map.get(index) ?? p;
    if (!mentions(freeOfPosition(p), map)) return p;
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
        if (value !== null || c !== 1)
          refuse("unsupported/position", "a position that two gathered values make up is not supported", null);
        value = target.value;
      }
      terms = [...terms, ...target.terms.map(([j, d]) => [j, c * d] as const)];
      offset = this.addDims(offset, this.scaleDim(target.offset, c));
    }
    return this.position(terms, offset, value);
  }

  substituteDim(dim: Dim, map: Substitution): Dim {
    if (!mentions(freeOfDim(dim), map)) return dim;
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

  #binder(
    key: string,
    body: AnyBody,
    bound: readonly Index[],
    inner: Node,
    others: readonly Node[],
    more: readonly Index[] = NONE,
  ): Node {
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const free = new Set<Index>(more);
    for (const i of inner.free) if (!bound.includes(i)) free.add(i);
    for (const b of bound) for (const i of freeOfRange(b.range)) free.add(i);
    for (const n of others) for (const i of n.free) free.add(i);
    const binder = Math.max(...bound.map((b) => Number(b.name.slice(1))));
    return this.store(key, body, sortedIndices(free), [inner, ...others], binder);
  }
}

function mentions(free: readonly Index[], map: Substitution): boolean {
  for (const i of free) if (map.has(i)) return true;
  return false;
}

const partialKey = (p: { readonly argument: number; readonly at: readonly Position[] }): string =>
  `${p.argument}:${p.at.map((q) => q.key).join(",")}`;
