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

export interface Font {
  readonly command: string;
  /** Whether the whole argument is one number, so that `\mathbf{1}` is a symbol. */
  readonly digits: boolean;
}

/** What the parts of the reader need of it. */
export interface Reading {
  readonly stream: Stream;
  font: Font | null;
  /** Runs of letters that are names in this document. */
  readonly words: ReadonlySet<string>;
  /** How many scripts are open: in one, a word is a name and never prose. */
  scripts: number;
  /** How many of them are subscripts. */
  subscripts: number;
  /** Where the last brace that closed a group ends; never before what is being read, so a command's argument ends there. */
  readonly closed: number;
  /** The tokens up to the given end, which is taken, except for a cell's border and for `\end` and `\right`. */
  list(until: Until, opener: Span): Token[];
  /** What is read one level further down; refused where that is too deep. */
  deeper<T>(at: Span, read: () => T): T;
  /** A braced group whose `{` is taken. */
  group(open: Raw): Token[];
  /** The tokens of one raw token and of what belongs to it. */
  token(raw: Raw, out: Token[]): void;
  /** One argument of a command: a braced group, or a single token as TeX takes it. */
  argument(command: Raw): Token[];
  /** What stands between braces, as text. */
  rawArgument(command: Raw): RawText;
  /** The tree of an argument. */
  expression(command: Raw): Syntax;
  tree(tokens: readonly Token[], at: Span): Syntax;
  /** A symbol in the font at hand. */
  symbol(name: string, at: Span): Token;
  /** A word or named operator, upright; `\max` and its like take limits. */
  word(name: string, latex: string, at: Span): Token;
  /** From a command through its argument just read, with the brace that closed it. */
  through(command: Span, argument: Span): Span;
  /** Takes `\end{name}`. */
  end(begin: Raw, name: string): Span;
}
