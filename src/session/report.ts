import type { Severity } from "../core/diagnostic.js";
import type { Place } from "../core/span.js";
import type { Derivation } from "../derive/derivation.js";
import type { Tensor } from "../expression/node.js";
import type { FormulaReading, Model, Role } from "../model/model.js";

/* The JSON objects of `read`, `derive` and `verify`, and what renderers need beside them. */

export interface DiagnosticJson {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly at: Place;
}

export interface SymbolJson {
  readonly latex: string;
  readonly name: string;
  readonly role: Role;
  readonly shape: readonly string[];
  readonly inferred: boolean;
  readonly family?: readonly [string, string, string];
}

export interface StepJson {
  readonly latex: string;
  readonly rule: string;
  readonly why: string;
}

export interface VerifiedJson {
  readonly method: "central-difference";
  readonly points: number;
  readonly maxRelativeError: number;
  /** Decimal digits that agree at every point, where many were asked for. */
  readonly digits?: number;
}

export interface GradientJson {
  readonly wrt: string;
  readonly name: string;
  readonly shape: readonly string[];
  readonly index: string;
  readonly matrix: string | null;
  readonly einsum: string | null;
  readonly steps: readonly StepJson[];
  readonly verified: VerifiedJson;
}

/** One line of a written proof: what is said, with formulas in `$…$`, and the formula that follows. */
export interface ProofLine {
  readonly said: string;
  readonly latex: string;
}

/** "Show that …": an equation that the worksheet wants shown, and its proof. */
export interface ProofJson {
  /** As the worksheet writes it. */
  readonly latex: string;
  readonly at: Place;
  readonly verdict: string;
  /** Empty where the equation is not known to be true; then `why` says what is the matter, and `expected` what is true instead. */
  readonly lines: readonly ProofLine[];
  readonly why: string;
  readonly expected: string | null;
  readonly matrix: string | null;
  readonly dimensions: string | null;
}

/** A second derivative that the worksheet names, or its product with a direction. */
export interface SecondDerivativeJson {
  /** As the worksheet writes it. */
  readonly latex: string;
  readonly kind: "hessian" | "hessian-vector";
  readonly of: string;
  readonly by: readonly [string, string];
  readonly direction: string | null;
  readonly index: string;
  readonly matrix: string | null;
  readonly einsum: string | null;
  readonly steps: readonly StepJson[];
  /** The derivatives that it is computed from, in an order in which they can be; the gradient's own among them. */
  readonly from: readonly { readonly index: string; readonly matrix: string | null; readonly einsum: string | null }[];
  readonly verified: VerifiedJson;
}

export interface DeriveJson {
  readonly schema: "backproof/derive/1";
  readonly file: string;
  readonly loss: string | null;
  readonly symbols: readonly SymbolJson[];
  readonly gradients: readonly GradientJson[];
  /** Present where the worksheet names some. */
  readonly secondDerivatives?: readonly SecondDerivativeJson[];
  /** Present where the worksheet asks to show something. */
  readonly proofs?: readonly ProofJson[];
  readonly diagnostics: readonly DiagnosticJson[];
}

export interface ReadJson {
  readonly schema: "backproof/read/1";
  readonly file: string;
  readonly formulas: readonly FormulaReading[];
  readonly symbols: readonly SymbolJson[];
  readonly diagnostics: readonly DiagnosticJson[];
}

export interface VerifyJson {
  readonly schema: "backproof/verify/1";
  readonly file: string;
  readonly gradients: readonly {
    readonly wrt: string;
    readonly name: string;
    readonly ok: boolean;
    readonly verified: VerifiedJson;
  }[];
  readonly diagnostics: readonly DiagnosticJson[];
}

/** A gradient as it is shown: the JSON object, and what only people read. */
export interface ShownGradient {
  readonly json: GradientJson;
  /** `[N \times K][K \times D] = [N \times D]`, or `null`. */
  readonly dimensions: string | null;
  /** The steps as a proof that a person would write. */
  readonly proof: readonly ProofLine[];
  readonly notes: readonly string[];
}

export interface DerivedProblem {
  readonly title: string;
  readonly model: Model;
  readonly loss: string | null;
  /** The forward equations as they were understood, in LaTeX. */
  readonly forward: readonly string[];
  readonly symbols: readonly SymbolJson[];
  readonly gradients: readonly ShownGradient[];
  readonly secondDerivatives: readonly SecondDerivativeJson[];
  readonly proofs: readonly ProofJson[];
  /** `null` where nothing could be derived, or where a gradient failed its check. */
  readonly derivation: Derivation | null;
  /** The name of a symbol, unique in the file. */
  readonly nameOf: (tensor: Tensor) => string;
}

export interface DeriveReport {
  /** What `derive --json` prints. */
  readonly json: DeriveJson;
  readonly title: string;
  readonly problems: readonly DerivedProblem[];
}
