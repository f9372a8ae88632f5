import type { Operations } from "../cost/operations.js";
import { plus, total } from "../cost/operations.js";
import { leftToRight, type Order, orderOf, ordersOf, rightToLeft, type Tree } from "../cost/orders.js";
import type { Costs, Passes } from "../cost/passes.js";
import { type Polynomial, zero } from "../cost/polynomial.js";
import type { Problem } from "../model/read.js";
import type { Chain, ChainReader } from "./chains.js";
import type { Measure, Phrase, Subject } from "./cost-words.js";
import type { FormulaCost } from "./formula-costs.js";
import { treeText } from "./orders.js";
import type { SecondCost } from "./second-costs.js";

/** Something that is counted, in words. */
export interface Quantity {
  readonly text: string;
  readonly value: Polynomial;
  /** Of a whole pass, of which people often tell only what grows fastest. */
  readonly isPass: boolean;
}

interface Counted {
  readonly text: string;
  readonly operations: Pick<Operations, "multiplications" | "additions"> & Partial<Operations>;
  readonly memory: Polynomial | null;
  readonly isPass?: boolean;
}

/** All that a sentence about costs can be about. */
export class Quantities {
  /** `E` and `V`, where these are not sizes of the problem. */
  readonly graph: ReadonlyMap<string, Polynomial>;
  readonly #problem: Problem;
  readonly #passes: Passes;
  readonly #costs: Costs;
  readonly #chains: readonly Chain[];
  readonly #reader: ChainReader;
  readonly #second: readonly SecondCost[];
  readonly #formulas: readonly FormulaCost[];

  constructor(
    problem: Problem,
    passes: Passes,
    costs: Costs,
    reader: ChainReader,
    chains: readonly Chain[],
    second: readonly SecondCost[],
    formulas: readonly FormulaCost[],
  ) {
    this.#formulas = formulas;
    this.#second = second;
    this.#problem = problem;
    this.#passes = passes;
    this.#costs = costs;
    this.#reader = reader;
    this.#chains = chains;
    this.graph = new Map([
      ["E", costs.graph.edges],
      ["V", costs.graph.nodes],
    ]);
  }

  /** What a phrase may mean. Several readings of one subject are all given; where nobody can tell the subject, none. */
  meant(phrase: Phrase, isOrder: boolean): readonly Quantity[] {
    const measure = phrase.measure ?? (isOrder ? "operations" : null);
    if (measure === null) return [];
    if (measure === "weights") return [{ text: "the number of weights", value: this.#costs.parameters, isPass: false }];
    const ends = this.#endOfProduct(phrase);
    if (ends !== null) return this.#measured(ends, measure, isOrder);
    const byFormula = phrase.formulas.map((k) => this.#ofFormula(k, phrase.isFirst)).find((c) => c !== null) ?? null;
    if (byFormula !== null) return this.#measured(byFormula, measure, isOrder);
    return this.#measured(phrase.subject === null ? [] : this.#ofSubject(phrase.subject), measure, isOrder);
  }

  /** The two counts of the one product that crosses, reverse mode's first. */
  crossing(measure: "multiplications" | "memory"): { readonly less: Polynomial; readonly more: Polynomial } | null {
    const [chain] = this.#chains;
    if (chain === undefined) return null;
    const [left, right] = [this.#order(leftToRight(chain.factors)), this.#order(rightToLeft(chain.factors))];
    return left === null || right === null ? null : { less: right[measure], more: left[measure] };
  }

  #measured(counted: readonly Counted[], measure: Measure, isOrder: boolean): readonly Quantity[] {
    return counted.flatMap(({ text, operations, memory, isPass = false }): readonly Quantity[] => {
      const whole = total({ ...operations, applications: operations.applications ?? zero });
      const quantity = (what: string, value: Polynomial): Quantity => ({ text: `${what} of ${text}`, value, isPass });
      if (measure === "memory") return memory === null ? [] : [quantity("numbers stored", memory)];
      if (isOrder && measure === "operations") return [quantity("operations", whole)];
      if (measure === "additions") return [quantity("additions", operations.additions)];
      const products = quantity("multiplications", operations.multiplications);
      return measure === "multiplications" ? [products] : [products, quantity("operations", whole)];
    });
  }

  #ofSubject(subject: Subject): readonly Counted[] {
    const { forward, backward, reverse, tangents, perWeight } = this.#costs;
    const pass = (text: string, operations: Operations, memory: Polynomial | null = null): Counted => ({
      text,
      operations,
      memory,
      isPass: true,
    });
    const { loss } = this.#problem.model;
    const own = this.#costs.equations.filter((e) => e.equation.tensor !== loss);
    const without = (which: "forward" | "backward"): Counted =>
      pass(`the ${which} pass without the loss`, plus(...own.map((e) => e[which])));
    // Of memory people often tell what a pass adds to the weights and inputs that are there.
    const kept = pass("the intermediates kept", reverse.operations, this.#costs.intermediates);
    const [chain] = this.#chains;
    const isProduct = this.#problem.model.loss === null && chain !== undefined;
    switch (subject) {
      case "forward-pass":
        return [pass("the forward pass", forward), without("forward")];
      case "backward-pass":
        return [pass("the backward pass", backward, reverse.memory), without("backward"), kept];
      case "both-passes":
        return [pass("both passes", reverse.operations, reverse.memory)];
      case "reverse":
        if (isProduct) return this.#end(rightToLeft(chain.factors));
        return [
          pass("reverse mode", reverse.operations, reverse.memory),
          pass("the backward pass", backward),
          without("backward"),
          kept,
        ];
      case "forward":
        if (isProduct) return this.#end(leftToRight(chain.factors));
        return [pass("forward mode", tangents.operations, tangents.memory)];
      case "per-weight":
        return perWeight === null ? [] : [pass("one weight at a time", perWeight.operations, perWeight.memory)];
      case "left-to-right":
        return chain === undefined ? [] : this.#end(leftToRight(chain.factors));
      case "right-to-left":
        return chain === undefined ? [] : this.#end(rightToLeft(chain.factors));
      case "hessian":
        return this.#second.flatMap(({ hessian, orders }) => [
          { text: "the Hessian", ...hessian },
          ...orders.map((multiplications) => ({
            text: "the Hessian in another order",
            operations: { ...hessian.operations, multiplications },
            memory: hessian.memory,
          })),
        ]);
      case "hessian-vector":
        return this.#second.map(({ hessianVector }) => ({ text: "the Hessian-vector product", ...hessianVector }));
    }
  }

  /** `Computing $1$ from the right`: of a product that the phrase names, the order that it names. */
  #endOfProduct({ subject, formulas }: Phrase): readonly Counted[] | null {
    const end = subject === null ? undefined : ENDS.get(subject);
    if (end === undefined) return null;
    for (const ordinal of formulas) {
      const side = this.#problem.items.find((i) => i.ordinal === ordinal)?.statement.sides.at(-1);
      const chain = side === undefined ? null : this.#reader.chainOf(side, "");
      if (chain !== null && !hasParentheses(chain.written)) return this.#end(end(chain.factors));
    }
    return null;
  }

  #end(tree: Tree | null): readonly Counted[] {
    const order = this.#order(tree);
    return order === null ? [] : [counted(order)];
  }

  #order(tree: Tree | null): Order | null {
    return tree === null ? null : orderOf(tree, (t) => this.#passes.sizeOf(t));
  }

  /** A product as it is written, or the equation of a symbol. */
  #ofFormula(ordinal: number, isFirst: boolean): readonly Counted[] | null {
    const derivative = this.#formulas.findLast((f) => f.ordinal === ordinal);
    if (derivative !== undefined) return [{ text: derivative.of, operations: derivative.operations, memory: null }];
    const item = this.#problem.items.find((i) => i.ordinal === ordinal);
    const side = item?.statement.sides.at(-1);
    if (item === undefined || side === undefined) return null;
    const written = this.#reader.chainOf(side, "")?.written ?? null;
    if (written !== null && isFirst) return this.#beginningWith(treeText(written, true)).map(counted);
    const order = this.#order(written);
    if (order !== null) return [counted(order)];
    const tensor = this.#reader.symbolOf(item.statement.sides[0] ?? side);
    const own = this.#costs.equations.find((e) => e.equation.tensor === tensor);
    return own === undefined ? null : [{ text: item.statement.latex.trim(), operations: own.forward, memory: null }];
  }

  /** The orders of the worksheet's products in which this one is made on the way. */
  #beginningWith(text: string): readonly Order[] {
    return this.#chains
      .flatMap((c) => ordersOf(c.factors, (t) => this.#passes.sizeOf(t)))
      .filter((o) => treeText(o.tree).includes(text));
  }
}

const ENDS: ReadonlyMap<Subject, (factors: Chain["factors"]) => Tree | null> = new Map([
  ["left-to-right", leftToRight],
  ["right-to-left", rightToLeft],
  ["forward", leftToRight],
  ["reverse", rightToLeft],
]);

/** Whether a product is grouped otherwise than from the left, as one without parentheses is read. */
const hasParentheses = (tree: Tree): boolean =>
  !("factor" in tree) && (!("factor" in tree.right) || hasParentheses(tree.left));

const counted = (order: Order): Counted => ({ text: treeText(order.tree), operations: order, memory: order.memory });
