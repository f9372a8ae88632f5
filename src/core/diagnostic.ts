import type { Span } from "./span.js";

export type Severity = "error" | "warning" | "note";

/** What a user is told about their input. `code` is `area/what`, such as `shape/clash`. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  /** What to write instead, or an empty string. */
  readonly hint: string;
  /** Offsets into the whole file; `null` when it is about the file as such. */
  readonly span: Span | null;
}

export const diagnostic = (
  severity: Severity,
  code: string,
  message: string,
  span: Span | null,
  hint = "",
): Diagnostic => ({ severity, code, message, hint, span });

/** Thrown inside a pass to give up on one formula; caught where formulas are looped over. */
export class Refusal extends Error {
  readonly diagnostic: Diagnostic;

  constructor(d: Diagnostic) {
    super(d.message);
    this.diagnostic = d;
  }
}

/** Gives up on the formula at hand with an error diagnostic. */
export function refuse(code: string, message: string, span: Span | null, hint = ""): never {
  throw new Refusal(diagnostic("error", code, message, span, hint));
}
