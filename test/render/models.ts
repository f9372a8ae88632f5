import { Arena, identifier } from "../../src/expression/arena.js";
import type { Index, Node, Position, Range, Tensor } from "../../src/expression/node.js";
import type { Equation, Model, ModelSymbol, Role } from "../../src/model/model.js";
import type { NumpyDerivation } from "../../src/render/numpy.js";

/** Builds models and derivations by hand, for parts that must be tested without a reader. */
export class Bench {
  readonly arena = new Arena();
  readonly equations: Equation[] = [];
  readonly symbols: ModelSymbol[] = [];
  readonly gradients: { wrt: Tensor; adjoint: Tensor; indices: readonly Index[]; shown: Node }[] = [];
  loss: Tensor | null = null;

  dim(name: string) {
    return this.arena.namedDim(name);
  }

  upTo(name: string): Range {
    return this.arena.upTo(this.dim(name));
  }

  index(name: string, range: Range): Index {
    return this.arena.index(name, range);
  }

  tensor(
    latex: string,
    role: Role,
    axes: readonly Range[],
    extra: { parameters?: readonly Index[]; integer?: boolean } = {},
  ): Tensor {
    const tensor = this.arena.tensor({
      key: latex,
      latex,
      name: identifier(latex.replace(/[_^]*[({]*\{#\d\}[)}]*/g, "")),
      axes,
      parameters: extra.parameters ?? [],
      integer: extra.integer ?? false,
      derivative: null,
    });
    this.symbols.push({ tensor, role, inferred: false, shape: [], family: null, span: null });
    if (role === "loss") this.loss = tensor;
    return tensor;
  }

  e(tensor: Tensor, ...at: readonly (Index | Position | number)[]): Node {
    return this.arena.entry(
      tensor,
      at.map((p) => this.position(p)),
    );
  }

  position(p: Index | Position | number): Position {
    if (typeof p === "number") return this.arena.literal(p);
    return "range" in p ? this.arena.at(p) : p;
  }

  plus(i: Index | Position, by: number): Position {
    return this.arena.shift(this.position(i), this.arena.constantDim(by));
  }

  equation(tensor: Tensor, at: readonly (Index | Position | number)[], body: Node, latex = tensor.latex): void {
    this.equations.push({
      tensor,
      at: at.map((p) => this.position(p)),
      body,
      span: { start: 0, end: 0 },
      latex,
      byIndex: true,
    });
  }

  /** The adjoint of `tensor`. */
  bar(tensor: Tensor): Tensor {
    if (this.loss === null) throw new Error("the loss comes first");
    return this.arena.derivativeTensor(this.loss, tensor);
  }

  gradient(wrt: Tensor, indices: readonly Index[], shown: Node): void {
    this.gradients.push({ wrt, adjoint: this.bar(wrt), indices, shown });
  }

  model(): Model {
    return {
      arena: this.arena,
      title: "",
      symbols: this.symbols,
      equations: this.equations,
      loss: this.loss,
      wrt: this.gradients.map((g) => g.wrt),
      assumptions: [],
      letters: new Map(),
      diagnostics: [],
      layout: "denominator",
      reluAtZero: 0,
    };
  }

  derivation(): NumpyDerivation {
    if (this.loss === null) throw new Error("no loss");
    return { target: this.loss, gradients: this.gradients };
  }
}

export interface Case {
  readonly name: string;
  readonly bench: Bench;
  readonly values: Readonly<Record<string, unknown>>;
  readonly callables?: Readonly<Record<string, string>>;
}

/** Numbers that repeat nowhere soon, in the given shape. */
export function numbers(seed: number, ...shape: readonly number[]): unknown {
  let state = seed * 7919 + 17;
  const next = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.round((state / 2147483648 - 0.5) * 2000) / 1000 + 0.0001;
  };
  const build = (k: number): unknown =>
    k === shape.length ? next() : Array.from({ length: shape[k] ?? 0 }, () => build(k + 1));
  return build(0);
}
