import { flatMap } from "../../core/flat-map.js";
import type { Statement } from "../../notation/syntax.js";
import type { Builder } from "../build/builder.js";
import { letterOf } from "../symbols/letters.js";
import { headKey, type Scripted, symbolsIn, takeApart } from "../symbols/scripts.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import { type Lines, type PropertyClaim, propertiesOf } from "./prose.js";

/*
 * Whether the softmax of a matrix adds up its rows or its columns: sentences say so of it or of its formula, or say which lines of
 * the targets are one-hot.
 */

type Named = (claim: PropertyClaim) => readonly SymbolSpec[];

/** Sets the lines that softmaxes add up, where words tell them. */
export function readSoftmaxLines(builder: Builder, sentences: readonly string[], named: Named): void {
  const told = sentences.flatMap((s) => linesOfSoftmax(builder, s) ?? []);
  const last = told.at(-1) ?? linesOfTargets(builder, sentences, named);
  if (last !== null) builder.e.softmaxAxis = last;
}

/** "Softmax acts on each column", "$Y = \operatorname{softmax}(Z)$ (column-wise)". */
function linesOfSoftmax(builder: Builder, sentence: string): Lines | null {
  const isAbout = ({ ordinal }: PropertyClaim): boolean =>
    /softmax/i.test(sentence) || builder.premises.some((i) => i.ordinal === ordinal && SOFTMAX.test(i.statement.latex));
  const lines = propertiesOf(sentence).flatMap((c) => (isAbout(c) ? c.property : []));
  // "In each row, over the columns" is in rows.
  if (lines.includes("column-wise") === lines.includes("row-wise")) return null;
  return lines.includes("row-wise") ? "rows" : "columns";
}

const SOFTMAX = /softmax/i;

/** "The columns of $T$ are one-hot" where T weighs logarithms: so are those of the one softmax, of which of several is not clear. */
function linesOfTargets(builder: Builder, sentences: readonly string[], named: Named): Lines | "unclear" | null {
  const statements = builder.premises.map((i) => i.statement);
  const weighs = ({ head }: SymbolSpec): boolean =>
    statements.some(({ latex, sides }) => LOGARITHM.test(latex) && flatMap(sides, symbolsIn).some(isOf(head)));
  const said = sentences
    .flatMap(propertiesOf)
    .flatMap((c) => (UNIT_LINES.has(c.property) && c.lines === "columns" ? named(c) : []));
  const summed = statements.flatMap((st) => builder.symbols.withHead(headOfColumns(st) ?? ""));
  const isSaid = said.some(weighs);
  // Weights may add up over the examples too.
  if (!isSaid) return summed.some(weighs) ? "unclear" : null;
  const uses = statements.flatMap(({ latex }) => latex.match(/softmax/gi) ?? []);
  return uses.length === 1 ? "columns" : "unclear";
}

/** The T of `\sum_k T_{kn} = 1`. */
function headOfColumns({ sides: [left, right, ...more], relations: [relation] }: Statement): string | null {
  const isOne = relation === "=" && right?.kind === "number" && right.text === "1" && more.length === 0;
  if (!isOne || left?.kind !== "big" || left.operator !== "\\sum" || left.body === null || left.sub === null)
    return null;
  const t = takeApart(left.body);
  const [row, column, another] = t?.subs ?? [];
  const letters = symbolsIn(left.sub).map((k) => headKey(k.symbol));
  if (t === null || row === undefined || column === undefined || another !== undefined) return null;
  return letters.includes(letterOf(row) ?? "") && !letters.includes(letterOf(column) ?? "") ? headKey(t.symbol) : null;
}

const isOf =
  (head: string) =>
  ({ symbol }: Scripted): boolean =>
    headKey(symbol) === head;

const UNIT_LINES: ReadonlySet<string> = new Set(["one-hot", "probability"]);
const LOGARITHM = /\\(?:log|ln)\b/;
