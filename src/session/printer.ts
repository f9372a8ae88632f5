import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { definitionOf } from "../decide/unfold.js";
import type { Derivation, Gradient } from "../derive/derivation.js";
import { type Induction, inductions } from "../derive/induction.js";
import { symmetricTensors } from "../derive/symmetry.js";
import type { GradientCheck } from "../evaluate/differences.js";
import type { Environment } from "../evaluate/values.js";
import { freeOfPosition, tensorsOf } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import type { Model, ModelSymbol } from "../model/model.js";
import { printEntry, printEqual, printEquation } from "../print/index-form.js";
import { printMatrixEquation, printMatrixSlice } from "../print/matrix-form.js";
import { dimensionCheck } from "../print/matrix-shapes.js";
import { makeNames, type Names } from "../print/names.js";
import { withMatrices } from "../vectorize/names.js";
import type { VectorizeOptions } from "../vectorize/vectorize.js";
import { decideSizes } from "./guards.js";
import { inductionSteps } from "./induction.js";
import { type MatrixForm, matrixAgrees, matrixForm } from "./matrix-form.js";
import { attempt } from "./place.js";
import type { GradientJson, ProofLine, ShownGradient, StepJson } from "./report.js";
import { type FileNames, symbolLatex } from "./symbols.js";

/** Prints gradients in the author's notation. */
export class Printer {
  readonly #derivation: Derivation;
  readonly #names: Names;
  readonly #fileNames: FileNames;
  readonly #points: readonly Environment[];
  readonly #report: (d: Diagnostic) => void;
  readonly #symbols: ReadonlyMap<Tensor, ModelSymbol>;
  /** By its LaTeX how a family is written with its index. */
  readonly #families: ReadonlyMap<string, string>;
  readonly #vectorizing: VectorizeOptions;
  #inductions: ReadonlyMap<Gradient, Induction> | null = null;

  constructor(
    derivation: Derivation,
    fileNames: FileNames,
    points: readonly Environment[],
    report: (d: Diagnostic) => void,
  ) {
    this.#derivation = derivation;
    this.#names = withMatrices(namesFor(derivation.model));
    this.#fileNames = fileNames;
    this.#points = points;
    this.#report = report;
    const { symbols } = derivation.model;
    this.#symbols = new Map(symbols.map((s) => [s.tensor, s]));
    this.#families = new Map(symbols.map((s) => [s.tensor.latex, symbolLatex(s.tensor, s.family)]));
    this.#vectorizing = {
      symmetric: new Set(symmetricTensors(derivation.model).keys()),
      nameOf: (t) => this.#programName(t),
    };
  }

  gradient(g: Gradient, check: GradientCheck): ShownGradient {
    const { arena, layout } = this.#derivation.model;
    const symbol = this.#symbols.get(g.wrt);
    const at = g.indices.map((i) => arena.at(i));
    const shown = this.#telling(g, g.shown, at);
    const form = this.#soundForm(shown === g.shown ? g : { ...g, shown });
    const shape = symbol?.shape ?? [];
    const wrt = symbolLatex(g.wrt, symbol?.family ?? null);
    const index = printEquation(g.adjoint, at, shown, this.#names);
    const matrix = form?.matrix == null ? null : this.#matrixEquation(g, form);
    const json: GradientJson = {
      wrt,
      name: this.#fileNames.of(g.wrt),
      shape: layout === "numerator" ? transposed(shape) : shape,
      index,
      matrix,
      einsum: form !== null && form.matrix === null ? form.einsum : null,
      steps: [...this.#steps(g, at), ...collected(g, matrix), ...this.#induction(g, index, wrt)],
      verified: { method: "central-difference", points: check.points, maxRelativeError: check.maxRelativeError },
    };
    const notes = form !== null && form.matrix === null ? [`No matrix form: ${form.refused}.`] : [];
    return { json, dimensions: this.#dimensions(form), proof: this.#proof(g, json.steps), notes };
  }

  /** The steps, each with what a person would say before it, and the forward equation before its derivative. */
  #proof({ steps, indices }: Gradient, printed: readonly StepJson[]): readonly ProofLine[] {
    const derived = steps.flatMap((step, k): readonly ProofLine[] => {
      const { latex = "", why = "" } = printed[k] ?? {};
      const line = { said: saidBefore(step.rule, why), latex };
      if (step.rule !== "differentiate" || step.left.kind !== "entry") return [line];
      const forward = this.#forwardOf(step.left, indices);
      if (forward === null) return [line];
      return [
        { said: "From the forward pass,", latex: forward },
        { said: "so that", latex },
      ];
    });
    // An induction follows the derivation; the matrix form closes the proof anyway.
    const more = printed.slice(steps.length).filter(({ rule }) => rule !== "matrix-form");
    return [...derived, ...more.map(({ rule, why, latex }) => ({ said: saidBefore(rule, why), latex }))];
  }

  /** The equation of what a local derivative is of, its bound indices under other letters than those of the derivative. */
  #forwardOf({ tensor, at }: NodeOf<"entry">, beside: readonly Index[]): string | null {
    const { model } = this.#derivation;
    const of = tensor.derivative?.of;
    if (of === undefined) return null;
    const definitions = new Map([[of, model.equations.filter((e) => e.tensor === of)]]);
    const entry = model.arena.entry(of, at.slice(0, of.axes.length));
    const body = definitionOf(entry, definitions, model.arena);
    return body === null ? null : printEqual(entry, body, this.#names, [...beside, ...at.flatMap(freeOfPosition)]);
  }

  #induction(g: Gradient, equation: string, wrt: string): readonly StepJson[] {
    const { arena } = this.#derivation.model;
    this.#inductions ??= inductions(this.#derivation);
    const one = this.#inductions.get(g);
    return one === undefined ? [] : inductionSteps(arena, this.#names, one, equation, wrt);
  }

  #matrixEquation({ adjoint, indices }: Gradient, form: MatrixForm): string | null {
    if (form.matrix === null) return null;
    const { arena } = this.#derivation.model;
    const count = adjoint.parameters.length;
    if (form.each.length === 0)
      return printMatrixEquation(
        adjoint,
        form.matrix,
        this.#names,
        indices.slice(0, count).map((i) => arena.at(i)),
      );
    const isHeld = (i: Index, k: number): boolean => k < count || form.each.includes(i) || i.range.low === i.range.high;
    return printMatrixSlice(
      adjoint,
      form.matrix,
      this.#names,
      indices.map((i, k) => (isHeld(i, k) ? arena.at(i) : null)),
    );
  }

  /** Each line stands on its own: what a rewriting goes on from is named by the derivative whose value it is. */
  #steps(g: Gradient, at: readonly Position[]): readonly StepJson[] {
    const heads = new Map<Node, Node>();
    return g.steps.map(({ left, right, rule, why }) => {
      const head = heads.get(left) ?? left;
      heads.set(right, head);
      return { latex: printEqual(head, this.#telling(g, right, at), this.#names), rule, why: this.#reason(why) };
    });
  }

  /** Where both sides print alike (a state `h_0` given by name, and the member at 0 of the family), the right side's own gradient. */
  #telling(g: Gradient, entry: Node, at: readonly Position[]): Node {
    const { arena } = this.#derivation.model;
    if (entry.kind !== "entry" || entry.tensor === g.adjoint) return entry;
    if (printEntry(entry.tensor, entry.at, this.#names) !== printEntry(g.adjoint, at, this.#names)) return entry;
    const source = this.#derivation.gradients.find((o) => o.adjoint === entry.tensor);
    if (source === undefined) return entry;
    const map = new Map(
      source.indices.flatMap((i, k) => (entry.at[k] === undefined ? [] : [[i, entry.at[k]] as const])),
    );
    return decideSizes(arena, arena.substitute(source.shown, map));
  }

  /** As in the symbols of the file, and for a derivative by those of its parts. */
  #programName(tensor: Tensor): string {
    const { derivative } = tensor;
    if (derivative === null) return this.#fileNames.of(tensor);
    return `d_${this.#programName(derivative.of)}_d_${this.#programName(derivative.wrt)}`;
  }

  /** A reason that names a family names it with its index. */
  #reason(why: string): string {
    if (!why.includes("{#")) return why;
    const told = why.replace(/\$((?:\\.|[^$\\])+)\$/gs, (whole, latex: string) => {
      const [, before = "", ahead = "", after = ""] = /^(.*)\{#0\}( [+-] \d+)(.*)$/s.exec(latex) ?? [];
      const family = this.#families.get(ahead === "" ? latex : `${before}{#0}${after}`);
      if (family === undefined || ahead === "") return family === undefined ? whole : `$${family}$`;
      // `h^{(\ell)}` as `h^{(\ell + 1)}`: the author's letter stands where the place is.
      const letter = family.slice(before.length, family.length - after.length);
      return `$${before}${letter}${ahead}${after}$`;
    });
    return told.replace(/\{#\d\}/g, "i");
  }

  /** The matrix form, or `null` where it failed: it is shown only if it says what the index form says. */
  #soundForm(g: Gradient): MatrixForm | null {
    const what = symbolLatex(g.wrt, this.#symbols.get(g.wrt)?.family ?? null);
    const phase = `the matrix form of the gradient for ${what}`;
    const form = attempt(phase, this.#report, () => matrixForm(this.#derivation, g, this.#vectorizing), "warning");
    if (form === null) return null;
    if (form.matrix === null) {
      const message = `the gradient for ${what} has no matrix form: ${form.refused}`;
      this.#report(diagnostic("note", "vectorize/no-matrix-form", message, null));
      return form;
    }
    const agrees = attempt(
      `checking ${phase}`,
      this.#report,
      () => matrixAgrees(this.#derivation, g, form, this.#points),
      "warning",
    );
    if (agrees === true && this.#points.length > 0) return form;
    if (agrees === false) {
      const message = `${phase} does not agree with its index form, so it is withheld; this is a mistake in the program`;
      this.#report(diagnostic("error", "internal/matrix-mismatch", message, null));
    }
    return null;
  }

  #dimensions(form: MatrixForm | null): string | null {
    if (form?.matrix == null) return null;
    const { matrix } = form;
    return attempt("the dimension check", this.#report, () => dimensionCheck(matrix, this.#names), "warning");
  }
}

/** Where entries came out of a sum over a delta, the line that takes them together: δ_ij h_k, the sum, the outer product. */
const collected = (g: Gradient, matrix: string | null): readonly StepJson[] =>
  matrix === null || g.indices.length < 2 || !g.steps.some((s) => s.rule.includes("delta"))
    ? []
    : [{ latex: matrix, rule: "matrix-form", why: "all entries together" }];

/** What a person says before a line that one of the rules gives. */
function saidBefore(rules: string, why: string): string {
  const [rule = ""] = rules.split(", ");
  const reason = why.trim().replace(/\.$/, "");
  const start = reason.slice(0, 1).toUpperCase() + reason.slice(1);
  switch (rule) {
    case "chain-rule":
      return reason === "" ? "By the chain rule," : `By the chain rule, where ${reason},`;
    case "name":
      return `By the definition of ${reason.replace(/ is defined so$/, "")},`;
    case "assumption":
      return `Since ${reason},`;
    case "substitute":
      return reason.endsWith("put in") ? `With ${reason},` : `${start}:`;
    default:
      return reason === "" ? "Hence" : `${start}:`;
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
  return { ...makeNames(model.arena, model.letters, tensors), rowGradients: model.layout === "numerator" };
}
