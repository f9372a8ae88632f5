import type { Arena } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import type { Equation, Model } from "../model/model.js";
import { type Folder, namesOf } from "./fold.js";
import { graphOf } from "./graph.js";
import { jacobian, openEquation } from "./jacobian.js";
import { knowledgeOf } from "./knowledge.js";
import { Letters } from "./letters.js";
import { type Occurrence, occurrences } from "./partials.js";
import { collect, factored, type Knowledge, tidy } from "./simplify.js";
import { openTerm } from "./terms.js";

/** What one equation does with the change of one of its symbols, for all values of `indices`. */
export interface Product {
  readonly tensor: Tensor;
  readonly indices: readonly Index[];
  /** Those of the indices that number the members of a family. */
  readonly steps: readonly Index[];
  readonly body: Node;
  /** The same with no common factor drawn out: it may take less work. */
  readonly terms: Node;
}

/** An entry in the right side of an equation, for all values of the sums that it stands under. */
export interface EdgeEntry {
  readonly tensor: Tensor;
  readonly at: readonly Position[];
  readonly sums: readonly Index[];
  /** Iverson brackets: the entry is there only where they hold. */
  readonly conditions: readonly NodeOf<"iverson">[];
}

export interface Edges {
  readonly tensor: Tensor;
  readonly free: readonly Index[];
  readonly at: readonly Position[];
  readonly entries: readonly EdgeEntry[];
}

/**
 * Single equations `v = f(u, …)` in both directions: the pullbacks `ū = (∂v/∂u)ᵀ v̄`, one for each `u`, and the pushforward
 * `v̇ = Σ (∂v/∂u) u̇`. Here v̄ and u̇ are arrays about which nothing is known; where one is left out, it is 1.
 */
export class Products {
  readonly #model: Model;
  readonly #arena: Arena;
  readonly #knowledge: Knowledge;
  readonly #names: Folder;
  readonly #letters: Letters;
  readonly #graph: ReturnType<typeof graphOf>;
  readonly #vectors = new Map<string, Tensor>();

  constructor(model: Model) {
    this.#model = model;
    this.#arena = model.arena;
    this.#knowledge = knowledgeOf(model);
    this.#names = namesOf(model, this.#knowledge.valueRange);
    this.#letters = new Letters(model);
    this.#graph = graphOf(model);
  }

  /** An array of the shape of `tensor`: its cotangent (`bar`) or tangent (`dot`). */
  vector(tensor: Tensor, accent: "bar" | "dot"): Tensor {
    const key = `\\${accent}{${tensor.key}}`;
    let found = this.#vectors.get(key);
    if (found === undefined) {
      const { parameters, axes } = tensor;
      const latex = `\\${accent}{${tensor.latex}}`;
      const name = `${tensor.name}_${accent}`;
      found = this.#arena.tensor({ key, latex, name, parameters, axes, integer: false, derivative: null });
      this.#vectors.set(key, found);
    }
    return found;
  }

  /** `isOne`: the cotangent of the left side is 1, as that of the loss is. */
  pullbacks(equation: Equation, wanted: (t: Tensor) => boolean, isOne = false): readonly Product[] {
    const arena = this.#arena;
    const open = openEquation(arena, equation);
    const upstream = isOne ? [] : [arena.entry(this.vector(equation.tensor, "bar"), open.at)];
    return [...this.#occurrences(open.body, wanted)].map(([tensor, found]) => {
      const indices = this.#letters.forTensor(tensor, this.#graph, new Set());
      const { terms } = jacobian(this.#knowledge, this.#names, found, positions(arena, indices), open.left);
      const put = terms.map((t) => {
        const { sums, factors } = openTerm(arena, t);
        return tidy(this.#knowledge, { sums: [...open.free, ...sums], factors: [...upstream, ...factors] });
      });
      const named = put.map((n) => this.#names.fold(n).node);
      return { tensor, indices, steps: indices.slice(0, tensor.parameters.length), ...this.#written(named) };
    });
  }

  /** Which entries of `wanted` symbols stand in an equation: the edges of the graph of scalars. */
  edges(equation: Equation, wanted: (t: Tensor) => boolean): Edges {
    const { free, at, body } = openEquation(this.#arena, equation);
    const all = [...this.#occurrences(body, wanted).values()].flat();
    const entries = all.map((o) => ({ tensor: o.tensor, at: o.at, sums: o.sums, conditions: conditionsIn(o.factor) }));
    const covered = (a: EdgeEntry, b: EdgeEntry): boolean => covers(this.#arena, a, b);
    // Of two that run over the same entries the first is kept.
    const own = entries.filter((e, k) => !entries.some((o, n) => covered(o, e) && (n < k || !covered(e, o))));
    return { tensor: equation.tensor, free, at, entries: own };
  }

  /** `moving`: the symbols that have a tangent. */
  pushforward(equation: Equation, moving: (t: Tensor) => boolean): Product {
    const arena = this.#arena;
    const open = openEquation(arena, equation);
    const terms = [...this.#occurrences(open.body, moving)].flatMap(([tensor, found]) =>
      found.map(({ at, sums, factor }) =>
        tidy(this.#knowledge, { sums, factors: [factor, arena.entry(this.vector(tensor, "dot"), at)] }),
      ),
    );
    const named = terms.map((t) => this.#names.fold(t, open.left).node);
    return { tensor: equation.tensor, indices: open.free, steps: stepsOf(open), ...this.#written(named) };
  }

  #written(named: readonly Node[]): Pick<Product, "body" | "terms"> {
    const collected = collect(this.#knowledge, named);
    return { body: factored(this.#knowledge, collected), terms: this.#arena.add(...collected) };
  }

  #occurrences(body: Node, wanted: (t: Tensor) => boolean): ReadonlyMap<Tensor, readonly Occurrence[]> {
    const byTensor = new Map<Tensor, Occurrence[]>();
    for (const o of occurrences(this.#arena, body, (t) => !t.integer && wanted(t), this.#model.reluAtZero))
      byTensor.set(o.tensor, [...(byTensor.get(o.tensor) ?? []), o]);
    return byTensor;
  }
}

/** The indices that number the members of what an equation defines. */
export const stepsOf = ({ tensor, at }: Pick<Equation, "tensor" | "at">): readonly Index[] =>
  at.slice(0, tensor.parameters.length).flatMap((p) => p.terms.map(([i]) => i));

/** Whether `b` is one of the entries that `a` runs over: `z_k` beside `Σ_l z_l`. */
const covers = (arena: Arena, a: EdgeEntry, b: EdgeEntry): boolean =>
  a.tensor === b.tensor &&
  a.conditions.length === 0 &&
  a.at.some((p, k) => p !== b.at[k]) &&
  a.at.every((p, k) => {
    if (p === b.at[k]) return true;
    const index = arena.indexOf(p);
    const range = arena.axisRange(a.tensor, k, a.at);
    const isWhole = index?.range.low === range.low && index.range.high === range.high;
    return index !== null && isWhole && a.sums.includes(index) && a.at.filter((q) => q === p).length === 1;
  });

const conditionsIn = (factor: Node): readonly NodeOf<"iverson">[] =>
  (factor.kind === "multiply" ? factor.factors : [factor]).flatMap((f) => (f.kind === "iverson" ? [f] : []));

const positions = (arena: Arena, indices: readonly Index[]): readonly Position[] => indices.map((i) => arena.at(i));
