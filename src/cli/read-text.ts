import type { Place } from "../core/span.js";
import type { Paint } from "./terminal.js";
import { count, oneLine, type SymbolRow, symbolTable, table } from "./text.js";

/** What the text of a reading is made from: the contract's JSON object. */
export interface ReadFile {
  readonly file: string;
  readonly formulas: readonly {
    readonly at: Place;
    readonly latex: string;
    readonly kind: string;
    readonly reading: string;
  }[];
  readonly symbols: readonly SymbolRow[];
}

export function readText({ file, formulas, symbols }: ReadFile, paint: Paint): string {
  // A symbol named in a sentence says nothing that the table of symbols does not.
  const told = formulas.filter((f) => f.kind !== "mention");
  const rows = told.map((f) => [
    `${f.at.line}:${f.at.column}`,
    f.kind,
    oneLine(f.reading === "" ? f.latex : f.reading),
  ]);
  const mentions = formulas.length - told.length;
  const head = `${paint("bold", oneLine(file))}  ${count(formulas.length, "formula")}, ${count(mentions, "mention")} among them`;
  const blocks = [head, table(rows, "  ").join("\n"), symbolTable(symbols, paint).join("\n")];
  return blocks.filter((block) => block !== "").join("\n\n");
}
