import { BudgetSpent } from "../core/budget.js";
import { type Diagnostic, diagnostic, Refusal, type Severity } from "../core/diagnostic.js";
import { type Place, type Source, WHOLE_FILE } from "../core/span.js";
import type { DiagnosticJson } from "./report.js";

/** Diagnostics with lines and columns, each once, in the order of the text. */
export function placed(diagnostics: readonly Diagnostic[], source: Source): readonly DiagnosticJson[] {
  const seen = new Set<string>();
  const all: { readonly start: number; readonly json: DiagnosticJson }[] = [];
  for (const { severity, code, message, hint, span } of diagnostics) {
    const at = span === null ? WHOLE_FILE : source.place(span);
    const json: DiagnosticJson = { severity, code, message, hint, at };
    const key = JSON.stringify(json);
    if (seen.has(key)) continue;
    seen.add(key);
    all.push({ start: span?.start ?? -1, json });
  }
  // Stable: those of one place stay in the order in which they were made.
  return all.sort((a, b) => a.start - b.start).map((d) => d.json);
}

/** What is thrown, as a diagnostic; `phase` says what was being done. */
export function diagnosticOf(error: unknown, phase: string, severity: Severity = "error"): Diagnostic {
  if (error instanceof Refusal) return error.diagnostic;
  if (error instanceof BudgetSpent)
    return diagnostic(
      severity,
      "limits/work",
      `${phase}: ${error.message}`,
      null,
      "name parts of the formula by equations of their own",
    );
  const message = error instanceof Error ? error.message : String(error);
  return diagnostic(
    severity,
    "internal/error",
    `this is a mistake in the program, not in the file: ${phase}: ${message}`,
    null,
  );
}

/** The result of `work`, or `null` and a diagnostic: a warning where what fails is only one of several forms. */
export function attempt<T>(
  phase: string,
  report: (d: Diagnostic) => void,
  work: () => T,
  severity: Severity = "error",
): T | null {
  try {
    return work();
  } catch (error) {
    report(diagnosticOf(error, phase, severity));
    return null;
  }
}

/** Does one place begin inside another? */
export const isWithin = ({ line, column }: Place, at: Place): boolean =>
  (line > at.line || (line === at.line && column >= at.column)) &&
  (line < at.endLine || (line === at.endLine && column <= at.endColumn));

/** Finds, of formulas in the order of the text, the one that a place begins in. */
export function formulaAt<F extends { readonly at: Place }>(formulas: readonly F[]): (place: Place) => F | null {
  return (place) => {
    let low = 0;
    let high = formulas.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { at } = formulas[middle] ?? { at: place };
      if (at.line < place.line || (at.line === place.line && at.column <= place.column)) low = middle + 1;
      else high = middle;
    }
    const last = formulas[low - 1];
    return last !== undefined && isWithin(place, last.at) ? last : null;
  };
}
