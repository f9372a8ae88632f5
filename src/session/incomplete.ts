import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import type { Worksheet } from "../model/read.js";
import { writesDerivative } from "./damaged.js";
import { formulaAt } from "./place.js";

/* Forward passes that lack an equation, because it could not be used. */

/**
 * For each problem an error about one of its forward equations, or `null`. What such an equation uses would lack terms of its
 * gradient; what it would have defined passes for an input.
 */
export function unusableEquations(
  worksheet: Worksheet,
  matters: (d: Diagnostic) => boolean = () => true,
): readonly (Diagnostic | null)[] {
  const { formulas, document, problems } = worksheet;
  const equation = formulaAt(formulas.filter((f) => f.kind === "forward" || f.kind === "function"));
  const damaged = damagedEquations(worksheet);
  return problems.map(({ model }, k) => {
    const isBroken = ({ severity, span }: Diagnostic): boolean =>
      severity === "error" && span !== null && equation(document.source.place(span)) !== null;
    return model.diagnostics.filter(matters).find(isBroken) ?? damaged.get(k) ?? null;
  });
}

/**
 * By problem the first error about a formula that cannot be read and may be one of its forward equations: it has an equals sign
 * and no derivative.
 */
function damagedEquations(worksheet: Worksheet): ReadonlyMap<number, Diagnostic> {
  const { formulas, document, problems, diagnostics } = worksheet;
  const last = problems.map((p) => p.items.reduce((end, i) => Math.max(end, i.ordinal), -1));
  const problemOf = (ordinal: number): number => {
    const found = last.findIndex((end) => end >= ordinal);
    return found < 0 ? problems.length - 1 : found;
  };
  const damaged = formulaAt(
    formulas
      .map(({ at, kind, latex }, ordinal) => ({ at, kind, latex, ordinal }))
      .filter((f) => f.kind === "damaged" && /=|\\triangleq/.test(f.latex) && !writesDerivative(f.latex)),
  );
  const found = new Map<number, Diagnostic>();
  for (const d of diagnostics) {
    const formula = d.severity === "error" && d.span !== null ? damaged(document.source.place(d.span)) : null;
    const problem = formula === null ? -1 : problemOf(formula.ordinal);
    if (formula !== null && !found.has(problem)) found.set(problem, d);
  }
  return found;
}

export const incomplete = ({ span }: Diagnostic): Diagnostic =>
  diagnostic(
    "error",
    "derive/incomplete",
    "no gradient of this problem is shown: this forward equation could not be used, and without it gradients would lack terms",
    span,
  );
