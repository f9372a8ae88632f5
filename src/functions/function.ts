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

export type Domain =
  | "real"
  | "positive"
  | "nonnegative"
  | "nonzero"
  | "unit-interval"
  | "over-minus-one"
  | "over-one"
  | "within-one";

export interface ScalarFunction {
  /** The row's name, as `apply` nodes hold it: `tanh`, `sigmoid`, `relu`. */
  readonly name: string;
  readonly arity: number;
  /** Names that a reader accepts: words are compared without case (`tanh`, `sigmoid`), commands exactly (`\sigma`). */
  readonly written: readonly string[];
  /** The partial derivative by each argument. Source: the textbook formula in the comment beside it. */
  readonly derivative: <T>(k: Algebra<T>, ...args: readonly T[]) => readonly T[];
  /** The derivative by its only argument, in terms of the output `y` alone: `y (1 - y)` for σ. */
  readonly derivativeByOutput?: <T>(k: Algebra<T>, y: T) => T;
  /** In terms of more elementary rows and powers, for proofs: `tanh x = (1 - e^{-2x})/(1 + e^{-2x})`. */
  readonly definition?: <T>(k: Algebra<T>, ...args: readonly T[]) => T;
  readonly value: (...args: readonly number[]) => number;
  /** LaTeX of the name, to be put before the arguments in parentheses: `\tanh`. */
  readonly latex: string;
  /** Where an application is not written `name(arguments)`: LaTeX with `#0`, `#1` for the arguments, `\left| #0 \right|`. */
  readonly latexApplied?: string;
  /** LaTeX of the derivative's name, `\sigma'`; `null` where it is always written out. */
  readonly latexDerivative: string | null;
  /**
   * A NumPy expression with `{0}`, `{1}` for the arguments; it binds like a call, and puts its arguments in parentheses
   * where they need them. May use the helpers of `numpyHelpers` (`_erf`).
   */
  readonly numpy: string;
  /** Where the function is defined, by its first argument. */
  readonly domain: Domain;
  /** Values of the first argument at which the derivative jumps. */
  readonly kinks: readonly number[];
  /** The quantities at whose zeros the derivative jumps; left out where they are the first argument less each of `kinks`. */
  readonly switches?: <T>(k: Algebra<T>, ...args: readonly T[]) => readonly T[];
}
