import type { MatrixFunctionName, ReduceOp, Tensor } from "../expression/node.js";
import type { Piece } from "./pieces.js";

/** What differs between LaTeX and plain text; how expressions are put together does not. */
export interface Style {
  readonly relations: {
    readonly ne: string;
    readonly le: string;
    readonly lt: string;
    readonly ge: string;
    readonly gt: string;
  };
  group(text: string): string;
  /** `numerator` and `denominator` as given, without parentheses. */
  fraction(numerator: Piece, denominator: Piece): Piece;
  power(base: Piece, exponent: Piece): Piece;
  root(radicand: Piece): Piece;
  exponential(argument: Piece): Piece;
  call(fn: string, args: readonly Piece[]): Piece;
  pi: string;
  euler: string;
  dimension(latex: string): string;
  big(op: ReduceOp, letter: string, low: string, high: string, body: Piece): Piece;
  argument(op: "max" | "min", letter: string, low: string, high: string, body: Piece): Piece;
  condition(text: string): Piece;
  delta(a: string, b: string): Piece;
  entry(tensor: Tensor, at: readonly string[]): Piece;
  whole(tensor: Tensor, family: readonly string[]): string;
  /** An entry of a function of the matrix `matrix`, or, where that is not a symbol, of `[body]_{row,column}`. */
  matrixEntry(fn: MatrixFunctionName, matrix: string, at: readonly string[], exponent: string | null): Piece;
  matrixOf(body: Piece, row: string, column: string): string;
  abstract(name: string, args: readonly string[], outputs: readonly string[], primes: number): Piece;
  partial(applied: string, by: readonly string[]): Piece;
  slot(argument: number, at: readonly string[]): string;
}
