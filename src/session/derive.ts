import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { hash } from "../core/random.js";
import { Source } from "../core/span.js";
import { readWorksheet } from "../model/read.js";
import { contradictions } from "./contradictions.js";
import { incomplete, unusableEquations } from "./incomplete.js";
import { attempt, placed } from "./place.js";
import { deriveProblem } from "./problem.js";
import { asksForProofs, proofsIn } from "./proofs.js";
import type { DerivedProblem, DeriveReport } from "./report.js";
import { secondDerivatives } from "./second-derivatives.js";
import { FileNames, isMeant } from "./symbols.js";

export interface DeriveOptions {
  /** Symbols, in LaTeX or by name, whose gradients are wanted; all if absent or empty. */
  readonly wrt?: readonly string[];
  /** Seeds the sampled points; by default the content does. */
  readonly seed?: number;
}

/**
 * Every gradient of every problem in a worksheet, each checked against finite differences of the forward pass, and each matrix
 * form against its index form, before anything is shown. Never throws: a mistake of the program is a diagnostic as well.
 */
export function deriveWorksheet(file: string, text: string, options: DeriveOptions = {}): DeriveReport {
  const diagnostics: Diagnostic[] = [];
  const report = (d: Diagnostic): void => {
    diagnostics.push(d);
  };
  const names = new FileNames();
  const worksheet = attempt("reading", report, () => readWorksheet(file, text));
  const models = (worksheet?.problems ?? []).map((p) => p.model);
  diagnostics.push(...(worksheet?.diagnostics ?? []), ...models.flatMap((m) => m.diagnostics));
  const wrt = options.wrt?.length ? { wrt: options.wrt } : {};
  const settings = { seed: options.seed ?? hash(text), ...wrt };
  const unusable = worksheet === null ? null : attempt("reading", report, () => unusableEquations(worksheet));
  const problems = models.map((model, k) => {
    const broken = unusable?.[k] ?? null;
    if (broken !== null) report(incomplete(broken));
    const problem = worksheet?.problems[k];
    if (worksheet !== null && problem !== undefined && broken === null)
      for (const d of attempt("comparing equations", report, () => contradictions(worksheet, problem, settings.seed)) ??
        [])
        report(d);
    const derived = deriveProblem(model, names, { ...settings, readOnly: broken !== null }, report);
    if (problem === undefined || broken !== null || derived.derivation === null) return derived;
    return { ...derived, secondDerivatives: secondDerivatives(problem, text, names, settings.seed, report) };
  });
  const proofs =
    worksheet !== null && asksForProofs(text)
      ? attempt("writing proofs", report, () => proofsIn(worksheet, text, names, settings.seed, report))
      : null;
  const shown = problems.map((p, k) => ({ ...p, proofs: proofs?.[k] ?? [] }));
  const shownProofs = shown.flatMap((p) => p.proofs);
  for (const w of options.wrt ?? []) if (!isKnown(w, problems, names)) report(unknown(w, problems));
  if (models.length > 0 && models.every((m) => m.loss === null)) report(noLoss(diagnostics));
  const second = problems.flatMap((p) => p.secondDerivatives);
  return {
    json: {
      schema: "backproof/derive/1",
      file,
      loss: problems.find((p) => p.loss !== null)?.loss ?? null,
      symbols: problems.flatMap((p) => p.symbols),
      gradients: problems.flatMap((p) => p.gradients.map((g) => g.json)),
      ...(second.length > 0 ? { secondDerivatives: second } : {}),
      ...(shownProofs.length > 0 ? { proofs: shownProofs } : {}),
      diagnostics: placed(diagnostics, worksheet?.document.source ?? new Source(file, text)),
    },
    title: worksheet?.document.frontMatter.title ?? "",
    problems: shown,
  };
}

/** An error, unless another error has said already why there is no loss. */
const noLoss = (told: readonly Diagnostic[]): Diagnostic =>
  diagnostic(
    told.some((d) => d.severity === "error") ? "note" : "error",
    "derive/no-loss",
    "no scalar is named as the loss, so there is nothing to differentiate",
    null,
    "name one in the front matter: `loss: …`",
  );

const isKnown = (wanted: string, problems: readonly DerivedProblem[], names: FileNames): boolean =>
  problems.some((p) => p.model.symbols.some((s) => isMeant(wanted, s, names.of(s.tensor))));

function unknown(wanted: string, problems: readonly DerivedProblem[]): Diagnostic {
  const known = [
    ...new Set(problems.flatMap((p) => p.symbols.filter((s) => s.role !== "dimension").map((s) => s.name))),
  ];
  const hint = known.length === 0 ? "" : `the symbols are ${known.slice(0, 20).join(", ")}`;
  return diagnostic("error", "derive/unknown-symbol", `no symbol ${wanted} is in this file`, null, hint);
}
