import type { Arena } from "../expression/arena.js";
import { freeOfPosition, tensorsOf } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import type { Equation, Model } from "../model/model.js";
import type { Folded, Rewriter, Used } from "./fold.js";
import { classOf } from "./same.js";

/** The matrices that a worksheet says are symmetric, or defines so (`XᵀX`), and what says it. */
export function symmetricTensors(model: Model): ReadonlyMap<Tensor, string> {
  const found = new Map<Tensor, string>();
  for (const a of model.assumptions)
    if ((a.kind === "symmetric" || a.kind === "positive-definite") && !found.has(a.tensor)) found.set(a.tensor, a.text);
  const defined = new Map<Tensor, number>();
  for (const { tensor } of model.equations) defined.set(tensor, (defined.get(tensor) ?? 0) + 1);
  for (const equation of model.equations) {
    const { tensor } = equation;
    if (defined.get(tensor) === 1 && !found.has(tensor) && definesSymmetric(model.arena, equation))
      found.set(tensor, `$${tensor.latex}$ is symmetric by its definition`);
  }
  return found;
}

/** Whether an equation for all entries of a square matrix says the same of the entry across. */
function definesSymmetric(arena: Arena, { at, body }: Equation): boolean {
  const [i = null, j = null, more] = at.map((p) => arena.indexOf(p));
  if (i === null || j === null || more !== undefined) return false;
  if (i.range.low !== j.range.low || i.range.high !== j.range.high) return false;
  return classOf(arena, swapped(arena, body, i, j)) === classOf(arena, body);
}

const swapped = (arena: Arena, body: Node, i: Index, j: Index): Node =>
  arena.substitute(
    body,
    new Map([
      [i, arena.at(j)],
      [j, arena.at(i)],
    ]),
  );

/**
 * Entries of symmetric matrices, and of functions of such, with their positions in one order, so that `Σ_j A_ji x_j` and
 * `Σ_j A_ij x_j` are like terms: what is free before what is bound, outer indices before inner ones.
 */
export class Symmetry implements Rewriter {
  readonly #arena: Arena;
  readonly #tensors: ReadonlyMap<Tensor, string>;
  /** By a matrix's body whether it is symmetric. */
  readonly #known = new Map<string, boolean>();

  constructor(model: Model) {
    this.#arena = model.arena;
    this.#tensors = symmetricTensors(model);
  }

  fold(node: Node): Folded {
    if (this.#tensors.size === 0) return { node, used: [] };
    const used = new Map<string, Used>();
    const done = new Map<Node, Node>();
    const go = (n: Node): Node => {
      let result = done.get(n);
      if (result === undefined) {
        result = this.#turned(this.#arena.mapOperands(n, go), used);
        done.set(n, result);
      }
      return result;
    };
    return { node: go(node), used: [...used.values()] };
  }

  #turned(node: Node, used: Map<string, Used>): Node {
    if (node.kind !== "entry" && node.kind !== "matrix") return node;
    const [p, q] = node.at.slice(-2);
    if (p === undefined || q === undefined || compare(p, q) <= 0) return node;
    const turned = this.#swapped(node, [...node.at.slice(0, -2), q, p]);
    if (turned === node) return node;
    for (const text of this.#reasons(node)) used.set(text, { rule: "symmetric", why: text });
    return turned;
  }

  #swapped(node: NodeOf<"entry"> | NodeOf<"matrix">, at: readonly Position[]): Node {
    const arena = this.#arena;
    if (node.kind === "entry") return this.#tensors.has(node.tensor) ? arena.entry(node.tensor, at) : node;
    if (!this.#isSymmetric(node)) return node;
    const { row, column, body } = arena.openMatrix(node);
    return arena.matrix(node.fn, row, column, body, at, node.exponent);
  }

  /** Whether a matrix inside is its transpose. Remembered by its body, or matrices inside matrices would be looked at 2ⁿ times. */
  #isSymmetric({ row, column, body }: NodeOf<"matrix">): boolean {
    const key = `${body.id}|${row.key}|${column.key}`;
    let answer = this.#known.get(key);
    if (answer === undefined) {
      const mirrored = this.fold(swapped(this.#arena, body, row, column)).node;
      answer = classOf(this.#arena, mirrored) === classOf(this.#arena, this.fold(body).node);
      this.#known.set(key, answer);
    }
    return answer;
  }

  #reasons(node: NodeOf<"entry"> | NodeOf<"matrix">): readonly string[] {
    if (node.kind === "entry") return [this.#tensors.get(node.tensor) ?? "it is symmetric"];
    return [...this.#tensors].filter(([t]) => tensorsOf(node.body).includes(t)).map(([, text]) => text);
  }
}

/** Binders are opened with numbered indices, outer ones first. */
const opened = (i: Index | undefined): number => (i?.name.startsWith("~") === true ? Number(i.name.slice(1)) : -1);

function compare(p: Position, q: Position): number {
  const depth = (at: Position): number => Math.max(-1, ...freeOfPosition(at).map(opened));
  return depth(p) - depth(q) || (p.key < q.key ? -1 : p.key > q.key ? 1 : 0);
}
