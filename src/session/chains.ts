import { Refusal } from "../core/diagnostic.js";
import { type Factor, MOST_FACTORS, type Tree } from "../cost/orders.js";
import type { Passes } from "../cost/passes.js";
import { one } from "../cost/polynomial.js";
import { tensorsOf } from "../expression/arena.js";
import type { Tensor } from "../expression/node.js";
import type { Problem } from "../model/read.js";
import type { DimVar } from "../model/sizes/dimensions.js";
import type { Item } from "../model/symbols/statements.js";
import type { Value } from "../model/values/value.js";
import { childrenOf } from "../notation/children.js";
import type { Syntax } from "../notation/syntax.js";

/** A product of matrices somewhere in a worksheet, as it is written. */
export interface Chain {
  /** The text of what it is the value of, or part of. */
  readonly of: string;
  readonly factors: readonly Factor[];
  /** With the author's own parentheses; from the left where there are none. */
  readonly written: Tree;
}

/** Finds products of matrices in the formulas of a problem. */
export class ChainReader {
  readonly #problem: Problem;
  readonly #passes: Passes;
  readonly #text: string;
  /** Symbols that are a product and nothing else: `H = v v^\top`. */
  readonly #products = new Map<Tensor, Syntax>();
  readonly #values = new Map<Factor, Value>();

  constructor(problem: Problem, passes: Passes, text: string) {
    this.#problem = problem;
    this.#passes = passes;
    this.#text = text;
    for (const item of problem.items) this.#remember(item);
  }

  /** What a factor of one of these products stands for. */
  valueOf(factor: Factor): Value | null {
    return this.#values.get(factor) ?? null;
  }

  /** Products of three factors or more, in equations and claims, each once. */
  all(): readonly Chain[] {
    const found = new Map<string, Chain>();
    for (const { kind, statement } of this.#problem.items) {
      if (kind !== "forward" && kind !== "claim" && kind !== "mention") continue;
      const [first, ...rest] = statement.sides;
      const sides = first === undefined ? [] : rest.length === 0 ? [first] : rest;
      for (const chain of sides.flatMap((s) => this.chainsIn(s, first === undefined ? "" : this.#textOf(first)))) {
        const key = chain.factors.map((f) => f.text).join(" ");
        if (isLong(chain) && !found.has(key)) found.set(key, chain);
      }
    }
    return [...found.values()];
  }

  /** The products that stand in an expression, each as long as it goes. */
  chainsIn(s: Syntax, of: string): readonly Chain[] {
    const chain = this.chainOf(s, of);
    if (chain !== null) return [chain];
    return childrenOf(s).flatMap((c) => (c.script ? [] : this.chainsIn(c.syntax, of)));
  }

  /** The whole expression as one product, or `null`. */
  chainOf(s: Syntax, of: string): Chain | null {
    const tree = this.#tree(s, new Set());
    if (tree === null || "factor" in tree) return null;
    const factors = flat(tree);
    return fits(factors) ? { of, factors, written: tree } : null;
  }

  /** The symbol that an expression is, whole or scalar, or `null`. */
  symbolOf(s: Syntax): Tensor | null {
    const value = this.#value(s);
    const node = value === null ? null : nodeOf(this.#problem, value);
    return node?.kind === "entry" ? node.tensor : null;
  }

  #remember({ kind, statement }: Item): void {
    const [left, right, more] = statement.sides;
    if (kind !== "forward" || left === undefined || right === undefined || more !== undefined) return;
    const value = this.#value(left);
    const tensor = value === null ? null : wholeTensor(this.#problem, value);
    if (tensor !== null && itemsOf(right) !== null) this.#products.set(tensor, right);
  }

  #tree(s: Syntax, open: ReadonlySet<Tensor>): Tree | null {
    const items = itemsOf(s);
    if (items === null) {
      const inside = s.kind === "group" && (s.open === "(" || s.open === "[" || s.open === "{") ? s.body : null;
      if (inside !== null && itemsOf(inside) !== null) return this.#tree(inside, open);
      return this.#leaf(s, open);
    }
    let tree: Tree | null = null;
    for (const item of items) {
      const right = this.#tree(item, open);
      if (right === null) return null;
      tree = tree === null ? right : { left: tree, right };
    }
    return tree;
  }

  #leaf(s: Syntax, open: ReadonlySet<Tensor>): Tree | null {
    const value = this.#value(s);
    if (value === null || value.axes.length > 2) return null;
    const tensor = wholeTensor(this.#problem, value);
    const product = tensor === null || open.has(tensor) ? undefined : this.#products.get(tensor);
    if (tensor !== null && product !== undefined) {
      const inner = this.#tree(product, new Set([...open, tensor]));
      if (inner !== null) return inner;
    }
    const sizes = value.axes.map((d) => this.#size(d));
    const [rows = one, columns = one] = sizes;
    if (sizes.some((size) => size === null) || rows === null || columns === null) return null;
    const node = nodeOf(this.#problem, value);
    if (node === null) return null;
    const tensors = tensorsOf(node);
    const factor: Factor = {
      text: this.#textOf(s),
      rows,
      columns,
      scalar: rows.key === one.key && columns.key === one.key,
      number: tensors.length === 0,
      tensors,
    };
    this.#values.set(factor, value);
    return { factor };
  }

  #size(d: DimVar) {
    return d.dim === null ? null : this.#passes.volumes.size(d.dim);
  }

  /** `null` for what is no value by itself: a function without its argument, a letter that a sum binds. */
  #value(s: Syntax): Value | null {
    try {
      return this.#problem.elaborator.elaborate(s);
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  #textOf({ span }: Syntax): string {
    return this.#text.slice(span.start, span.end).trim();
  }
}

/** The factors of a product that stands for itself: side by side, or with a sign of multiplication between. */
function itemsOf(s: Syntax): readonly Syntax[] | null {
  if (s.kind === "juxtaposition") return s.items;
  if (s.kind === "product" && s.operators.every((o) => o === "\\cdot" || o === "\\times" || o === "@" || o === "*"))
    return s.items;
  return null;
}

const flat = (tree: Tree): readonly Factor[] =>
  "factor" in tree ? [tree.factor] : [...flat(tree.left), ...flat(tree.right)];

/** Whether neighbours multiply, with numbers anywhere; and whether the orders can differ. */
function fits(factors: readonly Factor[]): boolean {
  const arrays = factors.filter((f) => !f.scalar);
  if (arrays.length < 2) return false;
  return runs(arrays);
}

/** A run of factors that multiply, cut where a scalar is complete: `x^\top A x \, v`. */
function runs(arrays: readonly Factor[]): boolean {
  let columns = arrays[0]?.rows ?? one;
  let rows = columns;
  for (const f of arrays) {
    if (f.rows.key !== columns.key) {
      if (rows.key !== one.key || columns.key !== one.key) return false;
      rows = f.rows;
    }
    columns = f.columns;
  }
  return true;
}

const isLong = ({ factors }: Chain): boolean => factors.length >= 3 && factors.length <= MOST_FACTORS;

function nodeOf(problem: Problem, value: Value) {
  const { arena } = problem.model;
  try {
    return value.at(value.axes.map((d) => arena.at(arena.freshIndex(arena.upTo(d.dim ?? arena.oneDim)))));
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** The tensor that a value is the whole of, axes in their order. */
function wholeTensor(problem: Problem, value: Value): Tensor | null {
  const { arena } = problem.model;
  if (value.axes.some((d) => d.dim === null)) return null;
  const at = value.axes.map((d) => arena.at(arena.freshIndex(arena.upTo(d.dim ?? arena.oneDim))));
  try {
    const node = value.at(at);
    if (node.kind !== "entry" || node.tensor.axes.length !== at.length || at.length === 0) return null;
    return node.at.every((p, k) => p === at[k]) ? node.tensor : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
