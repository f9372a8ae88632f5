import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import type { Derivation, Gradient } from "../derive/derivation.js";
import { derive } from "../derive/derive.js";
import { checkGradients, type GradientCheck } from "../evaluate/differences.js";
import type { Environment } from "../evaluate/values.js";
import type { Tensor } from "../expression/node.js";
import type { Model, ModelSymbol } from "../model/model.js";
import { printEquation } from "../print/index-form.js";
import { pointWithAdjoints } from "./matrix-form.js";
import { attempt } from "./place.js";
import { namesFor, Printer } from "./printer.js";
import type { DerivedProblem } from "./report.js";
import { type FileNames, isMeant, symbolJson, symbolLatex } from "./symbols.js";

export interface ProblemOptions {
  /** Only these symbols' gradients are shown; all that the loss depends on, if absent. */
  readonly wrt?: readonly string[];
  readonly seed: number;
  /** Nothing is derived: the forward pass is not complete. */
  readonly readOnly?: boolean;
}

/** At how many points, of different sizes, each gradient is compared with differences. */
const POINTS = 5;
const MATRIX_POINTS = 3;

/** Derives, checks and prints one problem. Never throws: what fails is a diagnostic, and what is left is shown. */
export function deriveProblem(
  model: Model,
  names: FileNames,
  options: ProblemOptions,
  report: (d: Diagnostic) => void,
): DerivedProblem {
  const symbols = model.symbols.map((s) => symbolJson(s, names.of(s.tensor)));
  const base = {
    title: model.title,
    model,
    loss: model.loss === null ? null : symbolLatex(model.loss, null),
    forward: attempt("printing the forward pass", report, () => forwardLines(model)) ?? [],
    symbols,
    nameOf: (tensor: Tensor) => names.of(tensor),
  };
  const nothing: DerivedProblem = { ...base, gradients: [], secondDerivatives: [], proofs: [], derivation: null };
  if (model.loss === null || options.readOnly === true) return nothing;
  const wanted = wantedTensors(model, names, options.wrt);
  if (wanted?.length === 0) return nothing;
  const derivation = attempt("deriving", report, () => derive(model, wanted ?? undefined));
  if (derivation === null) return nothing;
  for (const d of derivation.diagnostics) report(d);
  // The derivative of the loss by itself is shown to whoever asks for it.
  const isShown = (g: Gradient): boolean => (wanted === null ? g.wrt !== model.loss : wanted.includes(g.wrt));
  return {
    ...base,
    secondDerivatives: [],
    proofs: [],
    ...shownGradients(derivation, isShown, names, options.seed, report),
  };
}

/** Those gradients that pass their check, printed; and the derivation, if every one of its gradients does. */
export function shownGradients(
  derivation: Derivation,
  isShown: (g: Gradient) => boolean,
  names: FileNames,
  seed: number,
  report: (d: Diagnostic) => void,
): Pick<DerivedProblem, "gradients" | "derivation"> {
  const checks = attempt("checking by differences", report, () => checked(derivation, seed));
  if (checks === null) return { gradients: [], derivation: null };
  const points = attempt("sampling", report, () => pointsOf(derivation, seed)) ?? [];
  const printer = new Printer(derivation, names, points, report);
  const gradients = derivation.gradients.filter(isShown).flatMap((g) => {
    const check = checks.get(g);
    const why = refusal(g, check);
    if (why !== null) report(why);
    if (check === undefined || why !== null) return [];
    const printed = attempt(`printing the gradient for ${g.wrt.latex}`, report, () => printer.gradient(g, check));
    return printed === null ? [] : [printed];
  });
  const sound = derivation.gradients.every((g) => checks.get(g)?.ok === true);
  return { gradients, derivation: sound ? derivation : null };
}

function forwardLines(model: Model): readonly string[] {
  const names = namesFor(model);
  const lines = model.equations.map((e) => printEquation(e.tensor, e.at, e.body, names, true));
  // A state given by its name, `h_0`, is the member at 0 of its family: nothing to tell.
  return lines.filter((line) => {
    const [left, right] = line.split(" = ");
    return line !== `${left} = ${left}` || right === undefined;
  });
}

/** The gradients of a derivation with what finite differences say about each. */
export function checked(derivation: Derivation, seed: number): ReadonlyMap<Gradient, GradientCheck> {
  const { model, gradients } = derivation;
  const results = checkGradients(model, gradients, { seed, points: POINTS });
  return new Map(gradients.flatMap((g, k) => (results[k] === undefined ? [] : [[g, results[k]] as const])));
}

function refusal(g: Gradient, check: GradientCheck | undefined): Diagnostic | null {
  const what = symbolLatex(g.wrt, null);
  if (check === undefined || check.points === 0)
    return diagnostic(
      "error",
      "derive/unverified",
      `the gradient for ${what} is withheld: no point was found to check it at${check?.reason ? ` (${check.reason})` : ""}`,
      null,
    );
  if (check.ok) return null;
  return diagnostic(
    "error",
    "internal/gradient-mismatch",
    `the gradient derived for ${what} does not agree with finite differences of the forward pass (relative error ${check.maxRelativeError.toExponential(1)}), so it is withheld; this is a mistake in the program`,
    null,
  );
}

function pointsOf(derivation: Derivation, seed: number): readonly Environment[] {
  const points: Environment[] = [];
  for (let round = 0; round < MATRIX_POINTS; round++) {
    const point = pointWithAdjoints(derivation, seed, round);
    if (typeof point !== "string") points.push(point);
  }
  return points;
}

/** The tensors that the user names, or `null` for all; unknown names are the file's affair. */
function wantedTensors(model: Model, names: FileNames, wrt: readonly string[] | undefined): readonly Tensor[] | null {
  if (wrt === undefined) return null;
  const meant = (s: ModelSymbol): boolean =>
    s.role !== "dimension" && wrt.some((w) => isMeant(w, s, names.of(s.tensor)));
  return model.symbols.filter(meant).map((s) => s.tensor);
}
