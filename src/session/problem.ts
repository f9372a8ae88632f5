import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import type { Derivation, Gradient } from "../derive/derivation.js";
import { derive } from "../derive/derive.js";
import { checkGradients, type GradientCheck } from "../evaluate/differences.js";
import type { Environment } from "../evaluate/values.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Position, Tensor } from "../expression/node.js";
import type { Model, ModelSymbol } from "../model/model.js";
import { printEntry, printEqual, printEquation } from "../print/index-form.js";
import { dimensionCheck, printMatrixEquation } from "../print/matrix-form.js";
import { makeNames, type Names } from "../print/names.js";
import { decideSizes } from "./guards.js";
import { type MatrixForm, matrixAgrees, matrixForm, pointWithAdjoints } from "./matrix-form.js";
import { diagnosticOf } from "./place.js";
import type { DerivedProblem, GradientJson, ShownGradient } from "./report.js";
import { type FileNames, isMeant, symbolJson, symbolLatex } from "./symbols.js";

export interface ProblemOptions {
  /** Only these symbols' gradients are shown; all that the loss depends on, if absent. */
  readonly wrt?: readonly string[];
  readonly seed: number;
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
  const nothing: DerivedProblem = { ...base, gradients: [], derivation: null };
  if (model.loss === null) return nothing;
  const wanted = wantedTensors(model, names, options.wrt);
  if (wanted?.length === 0) return nothing;
  const derivation = attempt("deriving", report, () => derive(model, wanted ?? undefined));
  if (derivation === null) return nothing;
  for (const d of derivation.diagnostics) report(d);
  // The derivative of the loss by itself is shown to whoever asks for it.
  const isShown = (g: Gradient): boolean => (wanted === null ? g.wrt !== model.loss : wanted.includes(g.wrt));
  return { ...base, ...shownGradients(derivation, isShown, names, options.seed, report) };
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
  return model.equations.map((e) => printEquation(e.tensor, e.at, e.body, names));
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

export function attempt<T>(phase: string, report: (d: Diagnostic) => void, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    report(diagnosticOf(error, phase));
    return null;
  }
}

/** Prints gradients in the author's notation. */
class Printer {
  readonly #derivation: Derivation;
  readonly #names: Names;
  readonly #fileNames: FileNames;
  readonly #points: readonly Environment[];
  readonly #report: (d: Diagnostic) => void;
  readonly #symbols: ReadonlyMap<Tensor, ModelSymbol>;

  constructor(
    derivation: Derivation,
    fileNames: FileNames,
    points: readonly Environment[],
    report: (d: Diagnostic) => void,
  ) {
    this.#derivation = derivation;
    this.#names = namesFor(derivation.model);
    this.#fileNames = fileNames;
    this.#points = points;
    this.#report = report;
    this.#symbols = new Map(derivation.model.symbols.map((s) => [s.tensor, s]));
  }

  gradient(g: Gradient, check: GradientCheck): ShownGradient {
    const { arena, layout } = this.#derivation.model;
    const symbol = this.#symbols.get(g.wrt);
    const at = g.indices.map((i) => arena.at(i));
    const shown = this.#telling(g, at);
    const form = this.#soundForm(shown === g.shown ? g : { ...g, shown });
    const family = at.slice(0, g.adjoint.parameters.length);
    const shape = symbol?.shape ?? [];
    const json: GradientJson = {
      wrt: symbolLatex(g.wrt, symbol?.family ?? null),
      name: this.#fileNames.of(g.wrt),
      shape: layout === "numerator" ? transposed(shape) : shape,
      index: printEquation(g.adjoint, at, shown, this.#names),
      matrix: form?.matrix == null ? null : printMatrixEquation(g.adjoint, form.matrix, this.#names, family),
      einsum: form !== null && form.matrix === null ? form.einsum : null,
      steps: g.steps.map((s) => ({
        latex: printEqual(s.left, s.right, this.#names),
        rule: s.rule,
        why: this.#reason(s.why),
      })),
      verified: { method: "central-difference", points: check.points, maxRelativeError: check.maxRelativeError },
    };
    const notes = form !== null && form.matrix === null ? [`No matrix form: ${form.refused}.`] : [];
    return { json, dimensions: this.#dimensions(form), notes };
  }

  /** Where both sides print alike (a state `h_0` given by name, and the member at 0 of the family), the right side's own gradient. */
  #telling(g: Gradient, at: readonly Position[]): Node {
    const { arena } = this.#derivation.model;
    const entry = g.shown;
    if (entry.kind !== "entry" || entry.tensor === g.adjoint) return entry;
    if (printEntry(entry.tensor, entry.at, this.#names) !== printEntry(g.adjoint, at, this.#names)) return entry;
    const source = this.#derivation.gradients.find((o) => o.adjoint === entry.tensor);
    if (source === undefined) return entry;
    const map = new Map(
      source.indices.flatMap((i, k) => (entry.at[k] === undefined ? [] : [[i, entry.at[k]] as const])),
    );
    return decideSizes(arena, arena.substitute(source.shown, map));
  }

  /** A reason that names a family names it with its index. */
  #reason(why: string): string {
    if (!why.includes("{#")) return why;
    let reason = why;
    for (const { tensor, family } of this.#symbols.values())
      reason = reason.replaceAll(`$${tensor.latex}$`, () => `$${symbolLatex(tensor, family)}$`);
    return reason.replace(/\{#\d\}/g, "i");
  }

  /** The matrix form, or `null` where it failed: it is shown only if it says what the index form says. */
  #soundForm(g: Gradient): MatrixForm | null {
    const what = symbolLatex(g.wrt, null);
    const form = attempt(`the matrix form of the gradient for ${what}`, this.#report, () =>
      matrixForm(this.#derivation, g),
    );
    if (form === null) return null;
    if (form.matrix === null) {
      this.#report(
        diagnostic(
          "note",
          "vectorize/no-matrix-form",
          `the gradient for ${what} has no matrix form: ${form.refused}`,
          null,
        ),
      );
      return form;
    }
    const agrees =
      this.#points.length > 0 &&
      attempt(`checking the matrix form for ${what}`, this.#report, () =>
        matrixAgrees(this.#derivation, g, form, this.#points),
      ) === true;
    if (agrees) return form;
    this.#report(
      diagnostic(
        "error",
        "internal/matrix-mismatch",
        `the matrix form of the gradient for ${what} does not agree with its index form, so it is withheld; this is a mistake in the program`,
        null,
      ),
    );
    return null;
  }

  #dimensions(form: MatrixForm | null): string | null {
    if (form?.matrix == null) return null;
    const { matrix } = form;
    return attempt("the dimension check", this.#report, () => dimensionCheck(matrix, this.#names));
  }
}

const transposed = (shape: readonly string[]): readonly string[] =>
  shape.length === 1 ? ["1", ...shape] : shape.length === 2 && shape[0] === "1" ? shape.slice(1) : [...shape].reverse();

/** The author's notation for everything in a model. */
export function namesFor(model: Model): Names {
  const tensors = new Set<Tensor>(model.symbols.map((s) => s.tensor));
  for (const e of model.equations) {
    tensors.add(e.tensor);
    for (const t of tensorsOf(e.body)) tensors.add(t);
  }
  return makeNames(model.arena, model.letters, tensors);
}
