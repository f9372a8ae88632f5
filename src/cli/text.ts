import { type Paint, padEnd, visible, widthOf } from "./terminal.js";

/* What the commands' texts share. Meaning is never carried by colour alone: a sign and a word stand beside it. */

/** Rows of cells as aligned columns, each row indented. */
export function table(rows: readonly (readonly string[])[], indent: string): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, k) => {
      widths[k] = Math.max(widths[k] ?? 0, widthOf(cell));
    });
  return rows.map((row) => `${indent}${row.map((cell, k) => padEnd(cell, widths[k] ?? 0)).join("   ")}`.trimEnd());
}

/** `3 claims`, `1 claim`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** `D^{(1)} × D^{(0)}`, or `scalar`. */
export const shapeText = (shape: readonly string[]): string => (shape.length === 0 ? "scalar" : shape.join(" × "));

/** A member's shape and, for a family, over what it runs: `D, \ell = 0..L-1`. */
export function familyText(shape: readonly string[], family: readonly string[] | null | undefined): string {
  const [index, low, high] = family ?? [];
  return index === undefined ? shapeText(shape) : `${shapeText(shape)}, ${index} = ${low}..${high}`;
}

/** One line of LaTeX: line breaks of the source become spaces. */
export const oneLine = (latex: string): string => visible(latex.replace(/\s*\n\s*/g, " ").trim());

export interface SymbolRow {
  readonly latex: string;
  readonly name: string;
  readonly role: string;
  readonly shape: readonly string[];
  readonly inferred: boolean;
  readonly family?: readonly string[] | null;
}

export function symbolTable(symbols: readonly SymbolRow[], paint: Paint): readonly string[] {
  if (symbols.length === 0) return [];
  const rows = symbols.map((s) => [
    oneLine(s.latex),
    s.name,
    s.role,
    s.role === "dimension" ? "" : familyText(s.shape, s.family),
    s.inferred ? "(inferred)" : "",
  ]);
  return [paint("bold", "symbols"), ...table(rows, "  ")];
}

/** A relative error with two digits, `3.1e-11`. */
export const errorText = (value: number): string => (value === 0 ? "0" : value.toExponential(1));

export const RIGHT = "✓";
export const WRONG = "✗";
/** Neither: a person must look. */
export const OPEN = "?";
