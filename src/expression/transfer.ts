import type { Arena } from "./arena.js";
import type { Dim, Index, Lambda, Node, Position, Range, Tensor } from "./node.js";

/** An expression holds something that has no counterpart in the other arena. */
export class Untransferable extends Error {}

/** Deeper expressions are left where they are: each level is a call. */
const DEEPEST = 400;

/**
 * Makes expressions of one arena in another, where the same structure is the same object again. Which tensors are the same
 * is given; derivatives of these are found. Linear in the number of distinct nodes.
 */
export class Transfer {
  readonly #to: Arena;
  readonly #tensors: Map<Tensor, Tensor>;
  readonly #nodes = new Map<Node, Node>();
  readonly #positions = new Map<Position, Position>();
  readonly #indices = new Map<Index, Index>();
  readonly #dims = new Map<Dim, Dim>();

  constructor(to: Arena, tensors: ReadonlyMap<Tensor, Tensor>) {
    this.#to = to;
    this.#tensors = new Map(tensors);
  }

  /** Throws `Untransferable`. */
  tensor(tensor: Tensor): Tensor {
    let made = this.#tensors.get(tensor);
    if (made === undefined) {
      if (tensor.derivative === null) throw new Untransferable(tensor.key);
      const { of, wrt } = tensor.derivative;
      made = this.#to.derivativeTensor(this.tensor(of), this.tensor(wrt));
      this.#tensors.set(tensor, made);
    }
    return made;
  }

  node(node: Node): Node {
    let made = this.#nodes.get(node);
    if (made === undefined) {
      if (node.depth > DEEPEST) throw new Untransferable("too deep");
      made = this.#make(node);
      this.#nodes.set(node, made);
    }
    return made;
  }

  index(index: Index): Index {
    let made = this.#indices.get(index);
    if (made === undefined) {
      // A fresh index is fresh in its own arena only.
      if (index.name.startsWith("~")) throw new Untransferable(index.key);
      made = this.#to.index(index.name, this.range(index.range));
      this.#indices.set(index, made);
    }
    return made;
  }

  range({ low, high }: Range): Range {
    return this.#to.range(this.#dim(low), this.#dim(high));
  }

  position(position: Position): Position {
    let made = this.#positions.get(position);
    if (made === undefined) {
      const terms = position.terms.map(([i, c]) => [this.index(i), c] as const);
      const value = position.value === null ? null : this.node(position.value);
      made = this.#to.position(terms, this.#dim(position.offset), value);
      this.#positions.set(position, made);
    }
    return made;
  }

  #dim(dim: Dim): Dim {
    let made = this.#dims.get(dim);
    if (made === undefined) {
      const to = this.#to;
      const terms = dim.terms.map(({ coefficient, powers }) =>
        powers.reduce((product, [atom, n]) => {
          const named = to.namedDim(atom.latex, atom.at === null ? null : this.position(atom.at));
          return Array.from({ length: n }).reduce<Dim>((p) => to.multiplyDims(p, named), product);
        }, to.constantDim(coefficient)),
      );
      made = to.addDims(...terms);
      this.#dims.set(dim, made);
    }
    return made;
  }

  // Whatever was made in canonical form is in canonical form here too: making it again changes nothing.
  #make(node: Node): Node {
    const to = this.#to;
    const nodes = (list: readonly Node[]): Node[] => list.map((n) => this.node(n));
    const positions = (list: readonly Position[]): Position[] => list.map((p) => this.position(p));
    switch (node.kind) {
      case "rational":
        return to.rational(node.value);
      case "constant":
        return to.constant(node.name);
      case "dimension":
        return to.dimension(this.#dim(node.dim));
      case "position":
        return to.positionValue(this.position(node.position));
      case "entry":
        return to.entry(this.tensor(node.tensor), positions(node.at));
      case "add":
        return to.add(...nodes(node.terms));
      case "multiply":
        return to.multiply(...nodes(node.factors));
      case "power":
        return to.power(this.node(node.base), this.node(node.exponent));
      case "apply":
        return to.apply(node.fn, ...nodes(node.args));
      case "iverson":
        return to.iverson(node.relation, this.position(node.position));
      case "indicator":
        return to.indicator(node.relation, this.node(node.arg));
      case "reduce":
        return to.reduce(node.op, this.index(node.index), this.node(node.body));
      case "argument":
        return to.argument(node.op, this.index(node.index), this.node(node.body));
      case "matrix": {
        const exponent = node.exponent === null ? null : this.node(node.exponent);
        const [row, column] = [this.index(node.row), this.index(node.column)];
        return to.matrix(node.fn, row, column, this.node(node.body), positions(node.at), exponent);
      }
      case "abstract": {
        const args = node.args.map(
          (a): Lambda => ({ indices: a.indices.map((i) => this.index(i)), body: this.node(a.body) }),
        );
        const partials = node.partials.map((p) => ({ argument: p.argument, at: positions(p.at) }));
        return to.abstract(node.name, args, positions(node.outputs), partials);
      }
    }
  }
}
