import { add, isScalar, type MatrixExpression, scalar, scale } from "../contraction/matrix.js";
import { freeOfPosition } from "../expression/arena.js";
import type { Index, Position, Tensor } from "../expression/node.js";
import { casesLatex, type Guard, isGuard, linesOf } from "./cases.js";
import { latexStyle } from "./latex-style.js";
import { MatrixPrinter } from "./matrix-printer.js";
import { type Names, type Scope, scopeOf } from "./names.js";
import { parametersOf } from "./parameters.js";
import { entryLatex, wholeLatex } from "./tensor.js";
import { Walk } from "./walk.js";

/** LaTeX of a matrix expression. */
export function printMatrix(x: MatrixExpression, names: Names, free: Iterable<Index> = parametersOf(x)): string {
  return new MatrixPrinter(names).print(x, scopeOf(names, free)).text;
}

/** LaTeX of `tensor = x`, or of `left = x`; `family` holds the positions of a member. */
export function printMatrixEquation(
  left: Tensor | string,
  x: MatrixExpression,
  names: Names,
  family: readonly Position[] = [],
): string {
  return equation(x, names, family, (texts) => (typeof left === "string" ? left : wholeLatex(left, texts, names)));
}

/** LaTeX of `tensor[at] = x`, for each value of the positions in `at`; axes without one stay whole. */
export const printMatrixSlice = (
  tensor: Tensor,
  x: MatrixExpression,
  names: Names,
  at: readonly (Position | null)[],
): string => equation(x, names, at, (texts) => entryLatex(tensor, texts, names));

function equation(
  x: MatrixExpression,
  names: Names,
  at: readonly (Position | null)[],
  left: (texts: readonly string[]) => string,
): string {
  const free = at.flatMap((p) => (p === null ? [] : freeOfPosition(p)));
  const scope = scopeOf(names, [...free, ...parametersOf(x)]);
  const walk = new Walk(names, latexStyle(names));
  const head = left(at.map((p) => (p === null ? ":" : walk.position(p, scope))));
  const printer = new MatrixPrinter(names);
  return `${head} = ${matrixCases(x, names, printer, walk, scope) ?? printer.print(x, scope).text}`;
}

/** Conditions on a family's member as cases, as in index form. */
function matrixCases(
  x: MatrixExpression,
  names: Names,
  printer: MatrixPrinter,
  walk: Walk,
  scope: Scope,
): string | null {
  const terms = (x.kind === "add" ? x.args : [x]).map((t) => (t.kind === "scale" ? t.args : [t]));
  const guardOf = (t: MatrixExpression): Guard[] => (t.kind === "scalar" && isGuard(t.node) ? [t.node] : []);
  const guards = terms.map((args) => args.flatMap(guardOf));
  const lines = linesOf(names.arena, guards);
  if (lines === null) return null;
  const value = (when: Guard | null): string => {
    const kept = terms.filter((_, k) => guards[k]?.length === 0 || (when !== null && guards[k]?.includes(when)));
    const open = kept
      .map((args) => args.filter((a) => guardOf(a).length === 0))
      .map((args) => scale(args.slice(0, -1), args.at(-1) ?? one(names)));
    return open.length === 0 ? (isScalar(x) ? "0" : "\\mathbf{0}") : printer.print(add(...open), scope).text;
  };
  const text = (when: Guard | null): string =>
    when === null ? "\\text{otherwise}" : `\\text{if } ${walk.condition(when.relation, when.position, scope)}`;
  return casesLatex(lines.map((when) => [value(when), text(when)] as const));
}

const one = (names: Names): MatrixExpression => scalar(names.arena.one);
