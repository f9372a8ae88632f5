import type { Span } from "../../core/span.js";
import type { Index, Tensor } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";

/** A mistake by its code, and what it is about, as it is written. */
export interface Named {
  readonly code: string;
  readonly about: string;
  /** Where it stands in the formula that was written. */
  readonly span?: Span;
  /** What to tell instead of the usual sentence. */
  readonly message?: string;
  /** The equation in which it is made, of those in which the variable stands. */
  readonly use?: Equation;
  /** The second of two mistakes. */
  readonly beside?: string;
  /** Other mistakes, as small, that give the same. */
  readonly ties?: readonly Named[];
}

export const named = (code: string, about = ""): Named => ({ code, about });

export const latex = (t: Tensor): string => t.latex.replace(/\{#\d\}/g, "\\cdot");

/** An index that has a letter of its author's. */
export const isNamed = (i: Index): boolean => /^[\\a-z]/i.test(i.name);

/** `h_{2}`, `a^{(2)}`: the letter with its script, and the number in it. */
export function numbered({ latex }: Tensor): { readonly letter: string; readonly number: number } | null {
  const [, before, number] = /^(.*[_^]\{?\(?)(\d+)\)?\}?$/.exec(latex) ?? [];
  return before === undefined || number === undefined ? null : { letter: before, number: Number(number) };
}
