import type { Diagnostic } from "../core/diagnostic.js";
import { Source } from "../core/span.js";
import { readWorksheet } from "../model/read.js";
import { attempt, placed } from "./place.js";
import type { ReadJson } from "./report.js";
import { FileNames, symbolJson } from "./symbols.js";

/** What was understood of a worksheet. Never throws. */
export function readReport(file: string, text: string): ReadJson {
  const diagnostics: Diagnostic[] = [];
  const names = new FileNames();
  const worksheet = attempt(
    "reading",
    (d) => diagnostics.push(d),
    () => readWorksheet(file, text),
  );
  const models = worksheet?.problems.map((p) => p.model) ?? [];
  diagnostics.push(...(worksheet?.diagnostics ?? []), ...models.flatMap((m) => m.diagnostics));
  return {
    schema: "backproof/read/1",
    file,
    formulas: worksheet?.formulas ?? [],
    symbols: models.flatMap((m) => m.symbols.map((s) => symbolJson(s, names.of(s.tensor)))),
    diagnostics: placed(diagnostics, worksheet?.document.source ?? new Source(file, text)),
  };
}
