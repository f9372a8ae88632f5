import { refuse } from "../core/diagnostic.js";
import { cover, type Span, span } from "../core/span.js";
import { parseItems } from "./assemble.js";
import { readCharacter, readLetters, readNumber } from "./characters.js";
import * as tex from "./commands.js";
import { readCommand } from "./control-sequences.js";
import { fraction } from "./fractions.js";
import type { Raw } from "./lexer.js";
import { MAX_DEPTH } from "./limits.js";
import { symbolLatex } from "./names.js";
import type { Font, RawText, Reading, Until } from "./reading.js";
import type { Stream } from "./stream.js";
import type { Syntax } from "./syntax.js";
import { atom, type Token } from "./token.js";
import { limitWords } from "./words.js";

/**
 * TeX as it is written → tokens. Scripts and plain delimiters are left as marks for `assemble`; everything else that
 * nests (fractions, roots, fonts, accents, tables) comes out as finished operands.
 */
export class Reader implements Reading {
  readonly stream: Stream;
  font: Font | null = null;
  #depth = 0;
  scripts = 0;
  subscripts = 0;
  closed = 0;

  readonly words: ReadonlySet<string>;

  constructor(stream: Stream, words: ReadonlySet<string> = new Set()) {
    this.stream = stream;
    this.words = words;
  }

  list(until: Until, opener: Span): Token[] {
    return this.deeper(opener, () => {
      const font = this.font;
      const out: Token[] = [];
      let above: readonly Token[] | null = null;
      for (let raw = this.#nextIn(until, opener); raw !== null; raw = this.#nextIn(until, opener)) {
        if (raw.text === "\\over") {
          if (above !== null) refuse("tex/ambiguous-over", "two `\\over` in one group", raw.span);
          above = out.splice(0);
        } else this.token(raw, out);
      }
      this.font = font;
      return above === null ? out : [atom(fraction(this, above, out, opener))];
    });
  }

  deeper<T>(at: Span, read: () => T): T {
    if (++this.#depth > MAX_DEPTH) refuse("formula/too-deep", `groups nest deeper than ${MAX_DEPTH}`, at);
    const result = read();
    this.#depth--;
    return result;
  }

  /** The next piece of a list, or `null` where the list ends; a brace or bracket that ends it is taken. */
  #nextIn(until: Until, opener: Span): Raw | null {
    const raw = this.stream.peek();
    if (raw === null) {
      if (until !== "end") this.#unclosed(until, opener);
      return null;
    }
    if (!this.#ends(raw, until, opener)) return this.stream.next();
    if (until === "}" || until === "]") {
      this.stream.next();
      this.closed = raw.span.end;
    }
    return null;
  }

  #ends(raw: Raw, until: Until, opener: Span): boolean {
    if (raw.kind === "char" && (raw.text === "}" || raw.text === "]")) {
      if (raw.text === until) return true;
      if (raw.text === "}" && until !== "]")
        refuse("tex/unbalanced-brace", "`}` closes nothing", raw.span, "remove it, or add the `{` it belongs to");
      return false;
    }
    if (raw.kind === "row" || raw.text === "&") return until === "cell";
    return raw.kind === "command" && this.#commandEnds(raw, until, opener);
  }

  #commandEnds(raw: Raw, until: Until, opener: Span): boolean {
    if (raw.text === "\\end") {
      if (until === "\\end" || until === "cell") return true;
      if (until === "}" || until === "\\right") return this.#unclosed(until, opener);
      refuse("tex/environment", "`\\end` without its `\\begin`", raw.span);
    }
    if (raw.text === "\\right") {
      if (until === "\\right") return true;
      refuse("tex/left-right", "`\\right` without its `\\left`", raw.span, "each \\right needs a \\left before it");
    }
    return false;
  }

  #unclosed(until: Until, at: Span): never {
    switch (until) {
      case "}":
        return refuse("tex/unclosed-group", "`{` is never closed", at, "add the missing `}`");
      case "]":
        return refuse("tex/unclosed-group", "`[` is never closed", at, "add the missing `]`");
      case "\\right":
        return refuse(
          "tex/left-right",
          "`\\left` without its `\\right`",
          at,
          "end with `\\right.` if nothing closes it",
        );
      default:
        return refuse("tex/environment", "`\\begin` without its `\\end`", at);
    }
  }

  through(command: Span, argument: Span): Span {
    const whole = cover(command, argument);
    return { start: whole.start, end: Math.max(whole.end, this.closed) };
  }

  group(open: Raw): Token[] {
    return this.list("}", open.span);
  }

  argument(command: Raw): Token[] {
    const raw = this.stream.next();
    if (
      raw === null ||
      (raw.kind === "char" && /^[}&^_]$/.test(raw.text)) ||
      raw.kind === "row" ||
      raw.text === "\\right"
    ) {
      refuse(
        "tex/missing-argument",
        `\`${command.text}\` lacks its argument`,
        command.span,
        `write ${command.text}{…}`,
      );
    }
    if (raw.text === "{" && raw.kind === "char") return this.group(raw);
    const one = this.#single(raw);
    // A letter that is an argument takes nothing that follows: `\frac n2` is n over two.
    if (one.kind === "letters") return [this.symbol(one.text, one.span)];
    return this.deeper(command.span, () => {
      const out: Token[] = [];
      this.token(one, out);
      return out;
    });
  }

  /** The first letter or digit of a run; the rest goes back. */
  #single(raw: Raw): Raw {
    if ((raw.kind !== "letters" && raw.kind !== "number") || raw.text.length === 1) return raw;
    const middle = Math.min(raw.span.start + 1, raw.span.end);
    this.stream.push({ ...raw, text: raw.text.slice(1), span: span(middle, raw.span.end) });
    return { ...raw, text: raw.text.slice(0, 1), span: span(raw.span.start, middle) };
  }

  rawArgument(command: Raw): RawText {
    const open = this.stream.next();
    if (open === null) refuse("tex/missing-argument", `\`${command.text}\` lacks its argument`, command.span);
    if (open.text !== "{") return { text: open.text, raws: [open], span: open.span };
    const raws: Raw[] = [];
    for (let depth = 1; ; ) {
      const raw = this.stream.nextRaw();
      if (raw === null) refuse("tex/unclosed-group", "`{` is never closed", open.span, "add the missing `}`");
      if (raw.text === "{") depth++;
      if (raw.text === "}" && --depth === 0) {
        return { text: raws.map((r) => r.text).join(""), raws, span: cover(open.span, raw.span) };
      }
      raws.push(raw);
    }
  }

  expression(command: Raw): Syntax {
    return this.tree(this.argument(command), command.span);
  }

  tree(tokens: readonly Token[], at: Span): Syntax {
    return parseItems(tokens, at, this.scripts > 0);
  }

  token(raw: Raw, out: Token[]): void {
    switch (raw.kind) {
      case "number":
        out.push(readNumber(this, raw));
        return;
      case "letters":
        readLetters(this, raw, out);
        return;
      case "row":
        out.push({ type: "row", name: "\\\\", span: raw.span });
        return;
      case "char":
        readCharacter(this, raw, out);
        return;
      case "command":
        readCommand(this, raw, out);
        return;
      case "space":
        return;
    }
  }

  symbol(name: string, at: Span): Token {
    const command = this.font?.command ?? "";
    const style = tex.fonts.get(command) ?? "plain";
    const latex = symbolLatex(name, command);
    return atom({ kind: "symbol", name, style, accents: [], latex, span: at });
  }

  word(name: string, latex: string, at: Span): Token {
    const operator = limitWords.get(name);
    const limits = (name !== "sum" && name !== "prod") || this.stream.peek()?.text === "_";
    if (operator !== undefined && limits) {
      return { type: "big", syntax: { kind: "big", operator, sub: null, sup: null, body: null, span: at }, span: at };
    }
    return atom({ kind: "symbol", name, style: "roman", accents: [], latex, span: at });
  }

  end(begin: Raw, name: string): Span {
    const end = this.stream.next();
    if (end === null || end.text !== "\\end")
      refuse("tex/environment", `\`\\begin{${name}}\` without its \`\\end\``, begin.span);
    const closing = this.rawArgument(end);
    if (closing.text !== name) {
      refuse("tex/environment", `\`\\begin{${name}}\` ends as \`${closing.text}\``, end.span, `write \\end{${name}}`);
    }
    return closing.span;
  }
}
