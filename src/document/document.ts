import type { Diagnostic } from "../core/diagnostic.js";
import type { Source, Span } from "../core/span.js";

/** One math block of a file. */
export interface FormulaText {
  /** The formula's own text, without its delimiters. */
  readonly span: Span;
  readonly display: boolean;
  /** The prose around it: the sentence (or list item) it stands in, with each formula in it replaced by `$` + its ordinal in the file + `$`. */
  readonly sentence: string;
  /** The index into `sections` of the section it stands in. */
  readonly section: number;
}

/** A heading or a numbered problem. Section 0 is the file itself, before any heading. */
export interface Section {
  readonly title: string;
  /** 0 for the file, then the heading's level; a numbered problem is one below its heading. */
  readonly level: number;
  readonly parent: number | null;
  readonly span: Span;
}

export interface FrontMatter {
  readonly title?: string;
  readonly loss?: string;
  readonly wrt?: readonly string[];
  readonly layout?: "denominator" | "numerator";
  readonly relu_at_zero?: 0 | 1;
  readonly assume?: readonly string[];
  readonly points?: unknown;
  readonly rubric?: unknown;
  readonly allow?: readonly string[];
}

/** A worksheet as text: nothing here knows mathematics. */
export interface Document {
  readonly source: Source;
  readonly frontMatter: FrontMatter;
  readonly sections: readonly Section[];
  readonly formulas: readonly FormulaText[];
  /** For each section its sentences without a formula. */
  readonly plain: readonly (readonly string[])[];
  /** `\newcommand`, `\def`, `\DeclareMathOperator` found anywhere in the file, in order: their spans. */
  readonly macros: readonly Span[];
  readonly diagnostics: readonly Diagnostic[];
}
