/*
 * The rule table's form. A rule is written once, over an abstract algebra, and read by everyone: `derive` runs it
 * over expressions, `evaluate` over numbers.
 */

/** What a rule may use. `T` is an expression or a number. */
export interface Algebra<T> {
  rational(numerator: number, denominator?: number): T;
  pi(): T;
  add(...terms: readonly T[]): T;
  multiply(...factors: readonly T[]): T;
  power(base: T, exponent: T): T;
  apply(fn: string, ...args: readonly T[]): T;
  indicator(relation: ">" | ">=" | "=", arg: T): T;
}

export interface ScalarFunction {
  /** The row's name, as `apply` nodes hold it: `tanh`, `sigmoid`, `relu`. */
  readonly name: string;
  readonly arity: number;
  /** Names that a reader accepts, in the canonical form of `Syntax` symbols, compared without case: `tanh`, `\sigma`, `sigmoid`. */
  readonly written: readonly string[];
  /** The partial derivative by each argument. Source: the textbook formula in the comment beside it. */
  readonly derivative: <T>(k: Algebra<T>, ...args: readonly T[]) => readonly T[];
  /** The derivative by its only argument, in terms of the output `y` alone: `y (1 - y)` for σ. */
  readonly derivativeByOutput?: <T>(k: Algebra<T>, y: T) => T;
  /** In terms of more elementary rows and powers, for proofs: `tanh x = (e^{2x} - 1)/(e^{2x} + 1)`. */
  readonly definition?: <T>(k: Algebra<T>, ...args: readonly T[]) => T;
  readonly value: (...args: readonly number[]) => number;
  /** LaTeX of an application to already printed, comma-joined arguments without parentheses. */
  readonly latex: string;
  /** LaTeX of the derivative's name, `\sigma'`; `null` where it is always written out. */
  readonly latexDerivative: string | null;
  /** A NumPy expression with `{0}`, `{1}` for the arguments. */
  readonly numpy: string;
  /** Where the function is defined. */
  readonly domain: "real" | "positive" | "nonnegative" | "nonzero" | "unit-interval" | "over-minus-one";
  /** Values of the argument at which the derivative jumps. */
  readonly kinks: readonly number[];
}
