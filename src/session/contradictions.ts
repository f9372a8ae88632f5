import { checkProblem } from "../check/check.js";
import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { type Problem, readAgain, type Worksheet } from "../model/read.js";

/** Second equations for a symbol, of which each is judged like a claim, that do not say what the first one says. */
export function contradictions({ document }: Worksheet, problem: Problem, seed: number): readonly Diagnostic[] {
  if (problem.restated.length === 0) return [];
  const again = new Set(problem.restated.map((r) => r.item.statement));
  const items = problem.items.filter(
    (i) => again.has(i.statement) || (i.kind !== "claim" && i.kind !== "name" && i.kind !== "question"),
  );
  const { judged } = checkProblem(() => readAgain(document, { ...problem, items }), seed);
  return judged
    .filter((j) => j.verdict === "wrong" || j.verdict === "shape-mismatch")
    .map((j) =>
      diagnostic(
        "error",
        "equation/contradicted",
        "this says something else than the equation above that defines the same symbol, which is the one that is used",
        j.claim.item.statement.span,
        "leave one of the two out, or give the second quantity a name of its own",
      ),
    );
}
