import type { Diagnostic } from "../core/diagnostic.js";
import { Source } from "../core/span.js";
import type { FormulaReading } from "../model/model.js";
import { readWorksheet, type Worksheet } from "../model/read.js";
import { printText } from "../print/index-form.js";
import { attempt, isWithin, placed } from "./place.js";
import { namesFor } from "./printer.js";
import type { ReadJson } from "./report.js";
import { FileNames, symbolJson } from "./symbols.js";

/** Forward equations with what they say by index, claims with what they are about. */
function told({ formulas, problems, document }: Worksheet): readonly FormulaReading[] {
  const places = problems.flatMap(({ model, items }) => {
    const names = namesFor(model);
    const forward = model.equations.map((eq) => ({
      at: document.source.place(eq.span),
      text: printText(eq.body, names, eq.tensor, eq.at),
    }));
    const claims = items.flatMap(({ kind, statement }) => {
      const [first] = statement.sides;
      if (first === undefined || (kind !== "claim" && kind !== "question" && kind !== "name")) return [];
      const left = document.source.text.slice(first.span.start, first.span.end);
      const what = kind === "claim" ? "what is claimed of" : kind === "question" ? "what is asked of" : "the name";
      return [{ at: document.source.place(statement.span), text: `${what} ${left}` }];
    });
    return [...forward, ...claims];
  });
  const byLine = new Map<number, (typeof places)[number][]>();
  for (const p of places) {
    const line = byLine.get(p.at.line);
    if (line === undefined) byLine.set(p.at.line, [p]);
    else line.push(p);
  }
  return formulas.map((f) => {
    if (f.reading !== "") return f;
    const lines = Array.from({ length: f.at.endLine - f.at.line + 1 }, (_, k) => byLine.get(f.at.line + k) ?? []);
    const own = lines
      .flat()
      .filter(({ at }) => isWithin(at, f.at))
      .map((p) => p.text);
    return { ...f, reading: [...new Set(own)].join("; ") };
  });
}

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
    formulas:
      worksheet === null
        ? []
        : (attempt(
            "telling formulas",
            (d) => diagnostics.push(d),
            () => told(worksheet),
          ) ?? worksheet.formulas),
    symbols: models.flatMap((m) => m.symbols.map((s) => symbolJson(s, names.of(s.tensor)))),
    diagnostics: placed(diagnostics, worksheet?.document.source ?? new Source(file, text)),
  };
}
