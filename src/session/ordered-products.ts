import { type Factor, factorsOf, isInPlace, leftToRight, rightToLeft, type Tree } from "../cost/orders.js";
import { Passes } from "../cost/passes.js";
import { evaluate } from "../evaluate/evaluate.js";
import { type Matrix, multiply } from "../evaluate/product.js";
import type { Environment } from "../evaluate/values.js";
import type { Problem } from "../model/read.js";
import type { Value } from "../model/values/value.js";
import { ChainReader } from "./chains.js";
import { orderedChain, treeText } from "./orders.js";

/** One way to put the parentheses of a product, step by step, with numbers. */
export interface OrderedProductJson {
  readonly of: string;
  readonly order: string;
  /** Of the two that automatic differentiation takes. */
  readonly mode?: "forward" | "reverse";
  readonly steps: readonly { readonly product: string; readonly value: readonly (readonly number[])[] }[];
  readonly multiplications: number;
  readonly additions: number;
  /** Numbers stored: each factor once, each step's result that is not written over another. */
  readonly memory: number;
}

/** Arrays that are larger are multiplied in one order only: printing them helps nobody. */
const LARGEST = 4096;

/** Every product of three factors or more in a problem, computed in every order. */
export function orderedProducts(problem: Problem, text: string, env: Environment): readonly OrderedProductJson[] {
  const passes = new Passes(problem.model);
  const reader = new ChainReader(problem, passes, text);
  return reader.all().flatMap((chain) => {
    const ends = { forward: leftToRight(chain.factors), reverse: rightToLeft(chain.factors) };
    return orderedChain(chain, passes).orders.flatMap(({ tree }) => {
      const found = new Multiplication(problem, reader, env).run(tree);
      if (found === null) return [];
      const order = treeText(tree);
      const is = (end: Tree | null): boolean => end !== null && treeText(end) === order;
      // Of two factors that are a number and an array the two ends are one.
      const mode = is(ends.forward) ? "forward" : is(ends.reverse) ? "reverse" : null;
      return [{ of: chain.of, order, ...(mode === null ? {} : { mode }), ...found } as const];
    });
  });
}

type Found = Omit<OrderedProductJson, "of" | "order" | "mode">;

class Multiplication {
  readonly #problem: Problem;
  readonly #reader: ChainReader;
  readonly #env: Environment;
  readonly #steps: Found["steps"][number][] = [];
  #multiplications = 0;
  #additions = 0;
  #memory = 0;

  constructor(problem: Problem, reader: ChainReader, env: Environment) {
    this.#problem = problem;
    this.#reader = reader;
    this.#env = env;
  }

  run(tree: Tree): Found | null {
    const inputs = new Set(factorsOf(tree).flatMap((f) => f.tensors));
    for (const tensor of inputs) this.#memory += this.#env.layout(tensor).length;
    if (this.#value(tree) === null) return null;
    return {
      steps: this.#steps,
      multiplications: this.#multiplications,
      additions: this.#additions,
      memory: this.#memory,
    };
  }

  #value(tree: Tree): Matrix | null {
    if ("factor" in tree) return this.#factor(tree.factor);
    const [left, right] = [this.#value(tree.left), this.#value(tree.right)];
    const product = left === null || right === null ? null : multiply(left, right);
    if (product === null || product.data.length > LARGEST) return null;
    this.#multiplications += product.multiplications;
    this.#additions += product.additions;
    if (!isInPlace(tree)) this.#memory += product.data.length;
    this.#steps.push({ product: treeText(tree), value: rowsOf(product) });
    return product;
  }

  #factor(factor: Factor): Matrix | null {
    const value = this.#reader.valueOf(factor);
    return value === null ? null : matrixOf(value, this.#problem, this.#env);
  }
}

function matrixOf(value: Value, { model: { arena } }: Problem, env: Environment): Matrix {
  const indices = value.axes.map((d) => arena.freshIndex(arena.upTo(d.dim ?? arena.oneDim)));
  const { shape, data } = evaluate(value.at(indices.map((i) => arena.at(i))), indices, env);
  const [rows = 1, columns = 1] = shape;
  return { rows, columns, data };
}

const rowsOf = ({ rows, columns, data }: Matrix): readonly (readonly number[])[] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
