import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { hash } from "../core/random.js";
import { Source } from "../core/span.js";
import type { Derivation, Gradient } from "../derive/derivation.js";
import { derive } from "../derive/derive.js";
import { checkGradientsToDigits, type DigitsCheck } from "../evaluate/big-check.js";
import type { Model } from "../model/model.js";
import { readWorksheet } from "../model/read.js";
import { attempt, diagnosticOf, placed } from "./place.js";
import { checked } from "./problem.js";
import type { VerifyJson } from "./report.js";
import { FileNames, symbolLatex } from "./symbols.js";

/** At how many points the comparison with many digits is made: one differs from the next as numbers of 64 bits do. */
const DIGIT_POINTS = 2;

export interface VerifyOptions {
  readonly seed?: number;
  /** Decimal digits that must agree, computed with numbers of that many and more. */
  readonly digits?: number;
}

/**
 * The numeric check alone: each gradient against differences of the forward pass, with decimal numbers where digits are
 * asked for. Never throws.
 */
export async function verifyWorksheet(file: string, text: string, options: VerifyOptions = {}): Promise<VerifyJson> {
  const diagnostics: Diagnostic[] = [];
  const report = (d: Diagnostic): void => {
    diagnostics.push(d);
  };
  const names = new FileNames();
  const worksheet = attempt("reading", report, () => readWorksheet(file, text));
  const models = worksheet?.problems.map((p) => p.model) ?? [];
  diagnostics.push(...(worksheet?.diagnostics ?? []), ...models.flatMap((m) => m.diagnostics));
  const seed = options.seed ?? hash(text);
  const gradients: VerifiedGradient[] = [];
  for (const model of models) {
    for (const s of model.symbols) names.of(s.tensor);
    if (model.loss !== null) gradients.push(...(await verified(model, names, seed, options.digits, report)));
  }
  return {
    schema: "backproof/verify/1",
    file,
    gradients,
    diagnostics: placed(diagnostics, worksheet?.document.source ?? new Source(file, text)),
  };
}

type VerifiedGradient = VerifyJson["gradients"][number];

async function verified(
  model: Model,
  names: FileNames,
  seed: number,
  digits: number | undefined,
  report: (d: Diagnostic) => void,
): Promise<VerifyJson["gradients"]> {
  const derivation = attempt("deriving", report, () => derive(model));
  if (derivation === null) return [];
  const checks = attempt("checking by differences", report, () => checked(derivation, seed));
  if (checks === null) return [];
  const toDigits = digits === undefined ? null : await toManyDigits(model, derivation, seed, digits, report);
  const family = new Map(model.symbols.map((s) => [s.tensor, s.family]));
  return derivation.gradients.flatMap((g) => {
    const check = checks.get(g);
    const wrt = symbolLatex(g.wrt, family.get(g.wrt) ?? null);
    if (check === undefined || check.points === 0) {
      report(diagnostic("error", "derive/unverified", `no point was found to check the gradient for ${wrt} at`, null));
      return [];
    }
    const { points, maxRelativeError, ok } = check;
    const name = names.of(g.wrt);
    const method = "central-difference" as const;
    if (toDigits === null || digits === undefined || !ok)
      return [{ wrt, name, ok, verified: { method, points, maxRelativeError } }];
    const many = toDigits.get(g);
    if (many === undefined || many.points === 0) {
      report(undigested(wrt, many?.reason ?? ""));
      return [];
    }
    const agreeing = Math.floor(many.digits);
    if (agreeing < digits) report(tooFew(wrt, agreeing, digits));
    const error = 10 ** -many.digits;
    return [
      {
        wrt,
        name,
        ok: true,
        verified: { method, points: many.points, maxRelativeError: error, digits: agreeing },
      },
    ];
  });
}

/** The comparison with decimal numbers of more digits than asked for. */
async function toManyDigits(
  model: Model,
  derivation: Derivation,
  seed: number,
  digits: number,
  report: (d: Diagnostic) => void,
): Promise<ReadonlyMap<Gradient, DigitsCheck>> {
  try {
    const results = await checkGradientsToDigits(model, derivation.gradients, { seed, points: DIGIT_POINTS, digits });
    return new Map(
      derivation.gradients.flatMap((g, k) => (results[k] === undefined ? [] : [[g, results[k]] as const])),
    );
  } catch (error) {
    report(diagnosticOf(error, "checking with many digits"));
    return new Map();
  }
}

const undigested = (wrt: string, reason: string): Diagnostic =>
  diagnostic(
    "error",
    "verify/digits",
    `the gradient for ${wrt} could not be checked with so many digits${reason === "" ? "" : `: ${reason}`}`,
    null,
  );

const tooFew = (wrt: string, agreeing: number, wanted: number): Diagnostic =>
  diagnostic(
    "error",
    "verify/precision",
    `the gradient for ${wrt} agrees with differences to ${agreeing} digits, not to ${wanted}`,
    null,
    "ask for fewer digits",
  );
