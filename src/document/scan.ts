import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { type Span, span } from "../core/span.js";
import { Braces, definitionEnd, isDefiner } from "./definitions.js";
import { Environments } from "./environments.js";

/*
 * Finds the formulas and definitions of a file in one sweep from mark to mark. Code, comments and verbatim text are passed
 * over. Every search for a closing delimiter stops at an empty line, and one that failed is not repeated, so that a file
 * of nothing but opening delimiters costs no more than any other.
 */

export interface Found {
  /** With its delimiters. */
  readonly outer: Span;
  readonly inner: Span;
  readonly display: boolean;
}

export interface Scan {
  readonly formulas: readonly Found[];
  readonly macros: readonly Span[];
  /** Code and comments, which are no prose either. */
  readonly skipped: readonly Span[];
  readonly diagnostics: readonly Diagnostic[];
}

const environments = new Set(
  `aligned align align* alignat alignat* gather gather* gathered split equation equation* eqnarray eqnarray* multline
  multline* flalign flalign* displaymath math cases dcases dmath dmath* bmatrix pmatrix matrix`.split(/\s+/),
);
const verbatim = new Set(["verbatim", "verbatim*", "lstlisting", "minted", "comment", "tikzpicture", "Verbatim"]);

const marks = /\\(?:[A-Za-z@]+\*?|[\s\S])|\$\$?|`+|<!--|%|\n/g;
const blank = /\n[ \t]*(?:>[ \t]*)?\r?\n/g;
/** A line that opens a fence, perhaps in a list. */
const fence = /^[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(`{3,}|~{3,})([^`]*)$/;

export function scan(text: string, from: number, to: number, tex: boolean): Scan {
  return new Scanner(text, from, to, tex).run();
}

class Scanner {
  readonly #text: string;
  readonly #to: number;
  readonly #tex: boolean;
  readonly #braces: Braces;
  readonly #environments: Environments;
  readonly #formulas: Found[] = [];
  readonly #macros: Span[] = [];
  readonly #skipped: Span[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  /** For each closing delimiter, up to where it is known not to come. */
  readonly #missing = new Map<string, number>();
  #paragraph = -1;
  /** Whether a formula in `\(…\)` or `\[…\]` has been met. */
  #backslashes = false;
  #at: number;

  constructor(text: string, from: number, to: number, tex: boolean) {
    this.#text = text;
    this.#to = to;
    this.#tex = tex;
    this.#at = from;
    this.#braces = new Braces(text);
    this.#environments = new Environments(text);
  }

  run(): Scan {
    this.#lineStart(this.#at);
    while (this.#at < this.#to) {
      marks.lastIndex = this.#at;
      const mark = marks.exec(this.#text);
      if (mark === null || mark.index >= this.#to) break;
      this.#at = mark.index + mark[0].length;
      this.#mark(mark[0], mark.index);
    }
    return {
      formulas: this.#formulas,
      macros: this.#macros,
      skipped: this.#skipped,
      diagnostics: this.#diagnostics,
    };
  }

  #mark(mark: string, at: number): void {
    if (mark === "\n") this.#lineStart(at + 1);
    else if (mark === "%") {
      if (this.#tex) this.#skip(at, this.#lineEnd(at));
    } else if (mark === "<!--") {
      if (!this.#tex) this.#skip(at, this.#after("-->", at + 4));
    } else if (mark.startsWith("`")) {
      if (!this.#tex) this.#code(mark, at);
    } else if (mark.startsWith("$")) this.#dollars(mark, at);
    else this.#command(mark, at);
  }

  #command(mark: string, at: number): void {
    if (mark === "\\(") this.#delimited(at, "\\(", "\\)", false);
    else if (mark === "\\[") this.#delimited(at, "\\[", "\\]", true);
    else if (mark === "\\begin") this.#environment(at);
    else if (mark === "\\)" || mark === "\\]") this.#stray(mark, at);
    else if (mark.startsWith("\\verb") && this.#tex) this.#verb(mark, at);
    else if (isDefiner(mark)) {
      const end = definitionEnd(this.#text, at, mark, this.#braces);
      if (end !== null) {
        this.#macros.push(span(at, end));
        this.#skip(at, end);
      } else if (this.#text[this.#at] === "{" || this.#text[this.#at] === "\\") {
        this.#error("document/unclosed-definition", `this \`${mark}\` has no end`, span(at, this.#at));
      }
    }
  }

  #error(code: string, message: string, at: Span, hint = ""): void {
    this.#diagnostics.push(diagnostic("error", code, message, at, hint));
  }

  #skip(from: number, to: number): void {
    this.#skipped.push(span(from, to));
    this.#at = Math.max(this.#at, to);
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf("\n", at);
    return end < 0 ? this.#to : end;
  }

  #after(needle: string, from: number): number {
    const found = this.#text.indexOf(needle, from);
    return found < 0 ? this.#to : found + needle.length;
  }

  /** A fence may begin here. What stands in one is code, or a formula if it says `math`. */
  #lineStart(at: number): void {
    if (this.#tex) return;
    const lineEnd = this.#lineEnd(at);
    const [opening, ticks = "", info = ""] = fence.exec(this.#text.slice(at, lineEnd)) ?? [];
    if (opening === undefined) return;
    const from = Math.min(lineEnd + 1, this.#to);
    const mark = ticks.slice(0, 1);
    const close = new RegExp(`^[ \\t]*(?:>[ \\t]*)?${mark}{${ticks.length},}[ \\t]*\\r?$`, "gm");
    close.lastIndex = from;
    const unclosed = `fence of ${mark}`;
    const end = this.#missing.has(unclosed) ? null : close.exec(this.#text);
    if (end === null) {
      this.#missing.set(unclosed, this.#to);
      const start = at + opening.indexOf(ticks);
      this.#error("document/unclosed-fence", "this fence is never closed", span(start, start + ticks.length));
      this.#at = Math.max(this.#at, from);
      return;
    }
    const after = end.index + end[0].length;
    if (info.trim().split(/\s/)[0] === "math") {
      this.#formulas.push({ outer: span(at, after), inner: this.#trimmed(from, end.index), display: true });
      this.#at = after;
    } else this.#skip(at, after);
  }

  #code(ticks: string, at: number): void {
    const bound = this.#paragraphEnd(at);
    const runs = /`+/g;
    runs.lastIndex = at + ticks.length;
    if (this.#isMissing(ticks, at)) return;
    for (let run = runs.exec(this.#text); run !== null && run.index < bound; run = runs.exec(this.#text)) {
      if (run[0].length === ticks.length) {
        this.#skip(at, run.index + ticks.length);
        return;
      }
    }
    this.#missing.set(ticks, bound);
  }

  #verb(mark: string, at: number): void {
    const stop = mark === "\\verb" || mark === "\\verb*" ? (this.#text[this.#at] ?? "") : "";
    if (stop === "") return;
    const end = this.#text.indexOf(stop, this.#at + 1);
    if (end >= 0 && end < this.#lineEnd(at)) this.#skip(at, end + 1);
  }

  /** The next empty line, found once for all that stands above it. */
  #paragraphEnd(at: number): number {
    if (this.#paragraph >= at) return this.#paragraph;
    blank.lastIndex = at;
    const found = blank.exec(this.#text);
    this.#paragraph = found === null ? this.#to : Math.min(found.index, this.#to);
    return this.#paragraph;
  }

  #isMissing(closer: string, at: number): boolean {
    return (this.#missing.get(closer) ?? -1) > at;
  }

  /** Where the closing delimiter begins, or `null`; escapes are passed over. */
  #closer(closer: string, from: number): number | null {
    if (this.#isMissing(closer, from)) return null;
    const bound = this.#paragraphEnd(from);
    const steps = this.#tex ? /\\[\s\S]|\$\$?|%[^\n]*/g : /\\[\s\S]|\$\$?/g;
    steps.lastIndex = from;
    for (let step = steps.exec(this.#text); step !== null && step.index < bound; step = steps.exec(this.#text)) {
      if (step[0] === closer || (closer === "$" && step[0] === "$$")) return step.index;
    }
    this.#missing.set(closer, bound);
    return null;
  }

  #delimited(at: number, opener: string, closer: string, display: boolean): void {
    const from = at + opener.length;
    const end = this.#closer(closer, from);
    if (end === null) {
      this.#unclosed(at, opener, closer);
      return;
    }
    this.#backslashes ||= opener !== "$$";
    this.#formula(at, end + closer.length, from, end, display);
  }

  #formula(from: number, to: number, innerFrom: number, innerTo: number, display: boolean): void {
    this.#formulas.push({ outer: span(from, to), inner: this.#trimmed(innerFrom, innerTo), display });
    this.#definitionsIn(innerFrom, innerTo);
    this.#at = to;
  }

  /** What a formula defines counts for the formulas after it too. */
  #definitionsIn(from: number, to: number): void {
    let past = from;
    for (const { 0: command, index } of this.#text.slice(from, to).matchAll(/\\[A-Za-z]+\*?/g)) {
      const at = from + index;
      const end = at >= past && isDefiner(command) ? definitionEnd(this.#text, at, command, this.#braces) : null;
      if (end === null || end > to) continue;
      this.#macros.push(span(at, end));
      past = end;
    }
  }

  #unclosed(at: number, opener: string, closer: string): void {
    const message = `\`${opener}\` opens a formula that is never closed`;
    const hint = `add \`${closer}\`; a formula holds no empty line`;
    this.#error("document/unclosed-math", message, span(at, at + opener.length), hint);
  }

  #stray(mark: string, at: number): void {
    // In Markdown these are also escaped brackets of the prose.
    if (!this.#tex && !this.#backslashes) return;
    this.#error("document/unopened-math", `\`${mark}\` closes no formula`, span(at, at + 2));
  }

  #dollars(mark: string, at: number): void {
    if (mark === "$$") {
      this.#delimited(at, "$$", "$$", true);
      return;
    }
    const from = at + 1;
    if (!this.#tex && this.#text[from] === "`") {
      const end = this.#text.indexOf("`$", from + 1);
      if (end > 0 && end < this.#paragraphEnd(at)) {
        this.#formula(at, end + 2, from + 1, end, false);
        return;
      }
    }
    const end = this.#closer("$", from);
    const next = this.#text[from] ?? "";
    const before = this.#text[at - 1] ?? "";
    if (end === null) {
      const literal = !this.#tex && (/[\d\s.,]|^$/.test(next) || /[\d]/.test(before));
      if (!literal) this.#unclosed(at, "$", "$");
      return;
    }
    if (!this.#tex && this.#isPrice(at, end)) return;
    this.#formula(at, end + 1, from, end, false);
  }

  /** `$5 and $6`: the would-be formula begins with a digit and ends in a space or before another digit. */
  #isPrice(open: number, close: number): boolean {
    const text = this.#text;
    const [first, last] = [text[open + 1] ?? "", text[close - 1] ?? ""];
    const after = text[close + 1] ?? "";
    if (/\d/.test(first) && (/\s/.test(last) || /\d/.test(after))) return true;
    // `5$ and 6$`
    return /\d/.test(text[open - 1] ?? "") && /\s/.test(first) && !/\s/.test(last);
  }

  #environment(at: number): void {
    const name = /^\{([A-Za-z]+\*?)\}/.exec(this.#text.slice(this.#at, this.#at + 40))?.[1];
    if (name === undefined) return;
    if (verbatim.has(name)) {
      this.#skip(at, this.#after(`\\end{${name}}`, this.#at));
      return;
    }
    if (!environments.has(name)) return;
    const end = this.#environments.end(at);
    if (end === null || end > this.#to) {
      const shown = `\\begin{${name}}`;
      this.#error(
        "document/unclosed-math",
        `\`${shown}\` is never closed`,
        span(at, at + shown.length),
        `add \\end{${name}}`,
      );
      return;
    }
    this.#formula(at, end, at, end, true);
  }

  #trimmed(from: number, to: number): Span {
    let [start, end] = [from, to];
    while (start < end && /\s/.test(this.#text[start] ?? "")) start++;
    while (end > start && /\s/.test(this.#text[end - 1] ?? "")) end--;
    return span(start, end);
  }
}
