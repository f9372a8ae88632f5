import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { hash } from "../core/random.js";
import { Source } from "../core/span.js";
import { derive } from "../derive/derive.js";
import type { Model } from "../model/model.js";
import { readWorksheet } from "../model/read.js";
import { attempt, placed } from "./place.js";
import { checked } from "./problem.js";
import type { VerifyJson } from "./report.js";
import { FileNames, symbolLatex } from "./symbols.js";

export interface VerifyOptions {
  readonly seed?: number;
  /** Decimal digits that must agree, computed with numbers of that many and more. */
  readonly digits?: number;
}

/** The numeric check alone: each gradient against differences of the forward pass. Never throws. */
export function verifyWorksheet(file: string, text: string, options: VerifyOptions = {}): VerifyJson {
  const diagnostics: Diagnostic[] = [];
  const report = (d: Diagnostic): void => {
    diagnostics.push(d);
  };
  const names = new FileNames();
  const worksheet = attempt("reading", report, () => readWorksheet(file, text));
  const models = worksheet?.problems.map((p) => p.model) ?? [];
  diagnostics.push(...(worksheet?.diagnostics ?? []), ...models.flatMap((m) => m.diagnostics));
  const seed = options.seed ?? hash(text);
  const gradients = models.flatMap((model) => {
    for (const s of model.symbols) names.of(s.tensor);
    return model.loss === null ? [] : verified(model, names, seed, options.digits, report);
  });
  return {
    schema: "backproof/verify/1",
    file,
    gradients,
    diagnostics: placed(diagnostics, worksheet?.document.source ?? new Source(file, text)),
  };
}

function verified(
  model: Model,
  names: FileNames,
  seed: number,
  digits: number | undefined,
  report: (d: Diagnostic) => void,
): VerifyJson["gradients"] {
  const derivation = attempt("deriving", report, () => derive(model));
  if (derivation === null) return [];
  const checks = attempt("checking by differences", report, () => checked(derivation, seed));
  if (checks === null) return [];
  const family = new Map(model.symbols.map((s) => [s.tensor, s.family]));
  return derivation.gradients.flatMap((g) => {
    const check = checks.get(g);
    const wrt = symbolLatex(g.wrt, family.get(g.wrt) ?? null);
    if (check === undefined || check.points === 0) {
      report(diagnostic("error", "derive/unverified", `no point was found to check the gradient for ${wrt} at`, null));
      return [];
    }
    const { points, maxRelativeError, ok } = check;
    const wanted = 10 ** -(digits ?? 0);
    if (ok && maxRelativeError > wanted) report(tooFew(wrt, maxRelativeError));
    return [
      { wrt, name: names.of(g.wrt), ok, verified: { method: "central-difference", points, maxRelativeError } as const },
    ];
  });
}

const tooFew = (wrt: string, error: number): Diagnostic =>
  diagnostic(
    "error",
    "verify/precision",
    `the gradient for ${wrt} agrees with differences to ${Math.floor(-Math.log10(error))} digits, all that numbers of 64 bits tell`,
    null,
    "ask for fewer digits",
  );
