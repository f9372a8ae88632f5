import type { Span } from "../core/span.js";
import type { Raw } from "./lexer.js";
import type { Stream } from "./stream.js";
import type { Syntax } from "./syntax.js";
import type { Token } from "./token.js";

/** Where a list ends: at the end of the formula, at a closing brace or bracket, before `\right`, or at a cell's border. */
export type Until = "end" | "}" | "]" | "\\right" | "\\end" | "cell";

export interface RawText {
  readonly text: string;
  readonly raws: readonly Raw[];
  readonly span: Span;
}

/** What the parts of the reader need of it. */
export interface Reading {
  readonly stream: Stream;
  list(until: Until, opener: Span): Token[];
  argument(command: Raw): Token[];
  rawArgument(command: Raw): RawText;
  tree(tokens: readonly Token[], at: Span): Syntax;
  word(name: string, latex: string, at: Span): Token;
  /** Takes `\end{name}`. */
  end(begin: Raw, name: string): Span;
}
