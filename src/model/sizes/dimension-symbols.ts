import type { Arena } from "../../expression/arena.js";
import { operands } from "../../expression/arena.js";
import type { Dim, DimAtom, Index, Node, Position, Range } from "../../expression/node.js";
import type { Equation, ModelSymbol } from "../model.js";

/**
 * The named dimensions of the symbols and of the equations as symbols of their own, in order of first appearance: a depth
 * may be in no array's shape, and has to be given. Members of families of dimensions have no row.
 */
export function dimensionSymbols(
  arena: Arena,
  symbols: readonly ModelSymbol[],
  equations: readonly Equation[],
): readonly ModelSymbol[] {
  const sizes = new Sizes();
  for (const { tensor } of symbols) tensor.axes.forEach(sizes.range);
  for (const { tensor, at, body } of equations) {
    tensor.axes.forEach(sizes.range);
    at.forEach(sizes.position);
    sizes.node(body);
  }
  return [...sizes.atoms.values()].map((atom) => ({
    tensor: sizeTensor(arena, atom),
    role: "dimension",
    inferred: false,
    shape: [],
    family: null,
    span: null,
  }));
}

const sizeTensor = (arena: Arena, { latex }: DimAtom): ModelSymbol["tensor"] =>
  arena.tensor({ key: `size ${latex}`, latex, parameters: [], axes: [], integer: true, derivative: null });

class Sizes {
  readonly atoms = new Map<string, DimAtom>();
  readonly #seen = new Set<Node>();

  readonly dim = (d: Dim): void => {
    for (const { powers } of d.terms)
      for (const [atom] of powers)
        if (atom.at === null && !this.atoms.has(atom.latex)) this.atoms.set(atom.latex, atom);
  };

  readonly range = ({ low, high }: Range): void => {
    this.dim(low);
    this.dim(high);
  };

  readonly index = (i: Index): void => this.range(i.range);

  readonly position = ({ offset, terms }: Position): void => {
    this.dim(offset);
    for (const [i] of terms) this.index(i);
  };

  node(root: Node): void {
    const stack = [root];
    for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
      if (this.#seen.has(n)) continue;
      this.#seen.add(n);
      n.free.forEach(this.index);
      if (n.kind === "dimension") this.dim(n.dim);
      if (n.kind === "reduce" || n.kind === "argument") this.index(n.index);
      if (n.kind === "entry") n.at.forEach(this.position);
      for (const m of operands(n)) stack.push(m);
    }
  }
}
