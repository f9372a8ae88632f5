import { refuse } from "../core/diagnostic.js";
import { cover, type Span, span } from "../core/span.js";
import { parseItems } from "./assemble.js";
import * as tex from "./commands.js";
import type { Raw } from "./lexer.js";
import { symbolLatex, withAccent } from "./names.js";
import type { RawText, Reading, Until } from "./reading.js";
import type { Stream } from "./stream.js";
import { suggestion } from "./suggest.js";
import type { Syntax } from "./syntax.js";
import { readCases, readMatrix } from "./tables.js";
import { readText } from "./texts.js";
import { atom, type Token } from "./token.js";
import { isBareProse, isNameWord, limitWords, nameWordAtEnd } from "./words.js";

/** Groups, scripts, environments and delimiters may nest this deep. */
export const MAX_DEPTH = 200;

interface Font {
  readonly command: string;
  /** Whether the whole argument is one number, so that `\mathbf{1}` is a symbol. */
  readonly digits: boolean;
}

/**
 * TeX as it is written → tokens. Scripts and plain delimiters are left as marks for `assemble`; everything else that
 * nests (fractions, roots, fonts, accents, tables) comes out as finished operands.
 */
export class Reader implements Reading {
  readonly stream: Stream;
  #font: Font | null = null;
  #depth = 0;
  /** In a script, a word is a name and never prose. */
  #scripts = 0;

  /** Where the last brace that closed a group ends; never before what is being read, so a command's argument ends there. */
  #closed = 0;

  constructor(stream: Stream) {
    this.stream = stream;
  }

  get inScript(): boolean {
    return this.#scripts > 0;
  }

  /** The tokens up to the given end, which is taken, except for a cell's border and for `\end` and `\right`. */
  list(until: Until, opener: Span): Token[] {
    if (++this.#depth > MAX_DEPTH) refuse("formula/too-deep", `groups nest deeper than ${MAX_DEPTH}`, opener);
    const font = this.#font;
    const out: Token[] = [];
    let above: readonly Token[] | null = null;
    for (;;) {
      const raw = this.stream.peek();
      if (raw === null) {
        if (until !== "end") this.#unclosed(until, opener);
        break;
      }
      if (this.#ends(raw, until, opener)) {
        if (until === "}" || until === "]") {
          this.stream.next();
          this.#closed = raw.span.end;
        }
        break;
      }
      this.stream.next();
      if (raw.text === "\\over") {
        if (above !== null) refuse("tex/ambiguous-over", "two `\\over` in one group", raw.span);
        above = out.splice(0);
      } else this.#one(raw, out);
    }
    this.#font = font;
    this.#depth--;
    if (above === null) return out;
    return [atom(this.#fraction(above, out, opener))];
  }

  #ends(raw: Raw, until: Until, opener: Span): boolean {
    if (raw.kind === "char" && (raw.text === "}" || raw.text === "]")) {
      if (raw.text === until) return true;
      if (raw.text === "}" && (until === "end" || until === "\\end" || until === "cell" || until === "\\right")) {
        refuse("tex/unbalanced-brace", "`}` closes nothing", raw.span, "remove it, or add the `{` it belongs to");
      }
      return false;
    }
    if (raw.kind === "row" || raw.text === "&") return until === "cell";
    if (raw.text === "\\end" && raw.kind === "command") {
      if (until === "\\end" || until === "cell") return true;
      if (until === "}" || until === "\\right") return this.#unclosed(until, opener);
      refuse("tex/environment", "`\\end` without its `\\begin`", raw.span);
    }
    if (raw.text === "\\right" && raw.kind === "command") {
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

  /** From a command through its argument just read, with the brace that closed it. */
  #through(command: Span, argument: Span): Span {
    const whole = cover(command, argument);
    return { start: whole.start, end: Math.max(whole.end, this.#closed) };
  }

  /** A braced group whose `{` is taken. */
  #group(open: Raw): Token[] {
    return this.list("}", open.span);
  }

  /** One argument of a command: a braced group, or a single token as TeX takes it. */
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
    if (raw.text === "{" && raw.kind === "char") return this.#group(raw);
    const out: Token[] = [];
    if (++this.#depth > MAX_DEPTH) refuse("formula/too-deep", `groups nest deeper than ${MAX_DEPTH}`, command.span);
    this.#one(this.#single(raw), out);
    this.#depth--;
    return out;
  }

  /** The first letter or digit of a run; the rest goes back. */
  #single(raw: Raw): Raw {
    if ((raw.kind !== "letters" && raw.kind !== "number") || raw.text.length === 1) return raw;
    const middle = Math.min(raw.span.start + 1, raw.span.end);
    this.stream.push({ ...raw, text: raw.text.slice(1), span: span(middle, raw.span.end) });
    return { ...raw, text: raw.text.slice(0, 1), span: span(raw.span.start, middle) };
  }

  /** What stands between braces, as text. */
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

  /** The tree of an argument. */
  expression(command: Raw): Syntax {
    return this.tree(this.argument(command), command.span);
  }

  tree(tokens: readonly Token[], at: Span): Syntax {
    return parseItems(tokens, at, this.inScript);
  }

  #fraction(above: readonly Token[], below: readonly Token[], at: Span): Syntax {
    const [numerator, denominator] = [this.tree(above, at), this.tree(below, at)];
    return { kind: "fraction", numerator, denominator, span: cover(at, cover(numerator.span, denominator.span)) };
  }

  #one(raw: Raw, out: Token[]): void {
    switch (raw.kind) {
      case "number":
        out.push(this.#number(raw));
        return;
      case "letters":
        this.#letters(raw, out);
        return;
      case "row":
        out.push({ type: "row", name: "\\\\", span: raw.span });
        return;
      case "char":
        this.#char(raw, out);
        return;
      case "command":
        this.#command(raw, out);
        return;
      case "space":
        return;
    }
  }

  #number(raw: Raw): Token {
    if (this.#font?.digits) return this.symbol(raw.text, raw.span);
    return atom({ kind: "number", text: raw.text, span: raw.span });
  }

  /** A symbol in the font at hand. */
  symbol(name: string, at: Span, shown = name): Token {
    const command = this.#font?.command ?? "";
    const style = tex.fonts.get(command) ?? "plain";
    const latex = symbolLatex(shown, command);
    return atom({ kind: "symbol", name, style, accents: [], latex, span: at });
  }

  /** A word or named operator, upright; `\max` and its like take limits. */
  word(name: string, latex: string, at: Span): Token {
    const operator = limitWords.get(name);
    const limits = (name !== "sum" && name !== "prod") || this.stream.peek()?.text === "_";
    if (operator !== undefined && limits) {
      return { type: "big", syntax: { kind: "big", operator, sub: null, sup: null, body: null, span: at }, span: at };
    }
    return atom({ kind: "symbol", name, style: "roman", accents: [], latex, span: at });
  }

  #letters(raw: Raw, out: Token[]): void {
    const style = tex.fonts.get(this.#font?.command ?? "");
    const next = this.stream.peek();
    const beforeDelimiter =
      next !== null && (tex.openers.has(next.text) || next.text === "\\left" || next.text === "\\big");
    const run = raw.text;
    const whole = run.length > 1 && (style === "roman" || style === "sans" || this.#font?.command === "\\mathit");
    if (whole) {
      out.push(this.word(run, `${this.#font?.command ?? ""}{${run}}`, raw.span));
      return;
    }
    if (isNameWord(run, beforeDelimiter)) {
      out.push(this.word(run, `\\operatorname{${run}}`, raw.span));
      return;
    }
    if (this.#font === null && isBareProse(run)) {
      out.push({ type: "text", text: run, span: raw.span });
      return;
    }
    const tail = beforeDelimiter ? nameWordAtEnd(run) : "";
    const plain = run.length - tail.length;
    const cut = (from: number, to: number): Span =>
      raw.span.end - raw.span.start === run.length ? span(raw.span.start + from, raw.span.start + to) : raw.span;
    for (let i = 0; i < plain; i++) out.push(this.symbol(run.slice(i, i + 1), cut(i, i + 1)));
    if (tail !== "") out.push(this.word(tail, `\\operatorname{${tail}}`, cut(plain, run.length)));
    else if (next?.kind === "number" && next.span.start === raw.span.end && /^\d+$/.test(next.text)) {
      // `w1` typed without a subscript is the symbol w with the subscript 1.
      this.stream.next();
      const body: Syntax = { kind: "number", text: next.text, span: next.span };
      out.push({ type: "script", place: "sub", body, primes: 0, span: next.span });
    }
  }

  #char(raw: Raw, out: Token[]): void {
    const { text, span: at } = raw;
    switch (text) {
      case "{":
        this.#braced(raw, out);
        return;
      case "^":
      case "_":
        out.push(this.#script(raw));
        return;
      case "'":
        out.push({ type: "script", place: "sup", body: null, primes: 1, span: at });
        return;
      case "&":
        out.push({ type: "amp", name: "&", span: at });
        return;
      case "+":
      case "-":
        out.push({ type: "sign", name: text, span: at });
        return;
      case "*":
      case "/":
      case "@":
        out.push({ type: "op", name: text, span: at });
        return;
      case "=":
      case "<":
      case ">":
      case ":=":
        out.push({ type: "rel", name: text, span: at });
        return;
      case ":":
        if (this.stream.takes("=")) out.push({ type: "rel", name: ":=", span: span(at.start, at.end + 1) });
        else out.push({ type: "colon", name: ":", span: at });
        return;
      case ",":
      case ";":
        out.push({ type: "comma", name: text, span: at });
        return;
      case ".":
        out.push({ type: "period", name: ".", span: at });
        return;
      case "?":
        out.push(atom({ kind: "blank", span: at }));
        return;
      case "~":
        return;
    }
    if (tex.openers.has(text)) out.push({ type: "open", name: tex.openers.get(text) ?? text, span: at });
    else if (tex.closers.has(text)) out.push({ type: "close", name: tex.closers.get(text) ?? text, span: at });
    else if (tex.bars.has(text)) out.push(this.#bar(raw));
    else refuse("tex/character", `\`${text}\` is not read in a formula`, at);
  }

  #bar(raw: Raw): Token {
    const name = tex.bars.get(raw.text) === "|" ? "|" : "\\|";
    return { type: "bar", name, tight: raw.text === "||", separates: false, span: raw.span };
  }

  /** Braces are only seen by a script written after them: `{a + b} c` typesets as `a + b c`. */
  #braced(open: Raw, out: Token[]): void {
    const inner = this.#group(open);
    const next = this.stream.peek();
    const scripted = next !== null && next.kind === "char" && /^[\^_']$/.test(next.text);
    const end = inner.at(-1)?.span.end ?? open.span.end;
    const at = span(open.span.start, Math.max(end, open.span.end));
    const only = inner.length === 1 ? inner[0] : undefined;
    if (only?.type === "comma") refuse("tex/digit-group", "`{,}` is not read", at, "write the number without it");
    if (!scripted || only?.type === "big" || only?.type === "text") {
      if (inner.length > 0) out.push(...inner);
      return;
    }
    const body = this.tree(inner, at);
    if (body.kind === "sum" || body.kind === "relation" || body.kind === "list" || body.kind === "product") {
      refuse(
        "tex/script-base",
        "a script on braces, which do not show",
        at,
        "write (…) around what the script belongs to",
      );
    }
    out.push({ type: "atom", syntax: body, open: false, span: cover(at, body.span) });
  }

  #script(raw: Raw): Token {
    const place = raw.text === "_" ? "sub" : "sup";
    const next = this.stream.peek();
    if (next?.kind === "number" && /^\d\d/.test(next.text) && next.span.start === raw.span.end) {
      const hint = `write ${raw.text}{${next.text}}`;
      refuse(
        "tex/bare-script",
        `\`${raw.text}${next.text}\` takes only the first digit as its script`,
        cover(raw.span, next.span),
        hint,
      );
    }
    this.#scripts++;
    const font = this.#font;
    if (font?.digits) this.#font = { ...font, digits: false };
    const tokens = this.argument(raw);
    this.#font = font;
    const marks = tokens.filter((token) => token.type === "script" && token.primes > 0);
    const span = this.#through(
      tokens.reduce((at, token) => cover(at, token.span), raw.span),
      raw.span,
    );
    let token: Token;
    if (place === "sup" && tokens.length > 0 && marks.length === tokens.length) {
      token = { type: "script", place, body: null, primes: tokens.length, span };
    } else {
      token = withoutTrailingPrimes({ type: "script", place, body: this.tree(tokens, raw.span), primes: 0, span });
    }
    this.#scripts--;
    return token;
  }

  #command(raw: Raw, out: Token[]): void {
    const name = raw.text;
    const at = raw.span;
    if (tex.ignored.has(name)) return;
    const symbol = tex.symbols.get(name);
    if (symbol !== undefined) {
      out.push(this.symbol(symbol, at));
      return;
    }
    const upright = tex.functions.get(name);
    if (upright !== undefined) {
      this.#function(raw, upright, out);
      return;
    }
    const big = tex.bigs.get(name);
    if (big !== undefined) {
      out.push({
        type: "big",
        syntax: { kind: "big", operator: big, sub: null, sup: null, body: null, span: at },
        span: at,
      });
      return;
    }
    const operator = tex.operators.get(name);
    if (operator !== undefined) {
      out.push({ type: "op", name: operator, span: at });
      return;
    }
    const relation = tex.relations.get(name);
    if (relation !== undefined) {
      this.#relation(raw, relation, out);
      return;
    }
    if (tex.ellipses.has(name)) out.push(atom({ kind: "ellipsis", span: at }));
    else if (tex.gaps.has(name)) out.push({ type: "gap", name, span: at });
    else if (tex.openers.has(name)) out.push({ type: "open", name: tex.openers.get(name) ?? name, span: at });
    else if (tex.closers.has(name)) out.push({ type: "close", name: tex.closers.get(name) ?? name, span: at });
    else if (tex.bars.has(name)) out.push(this.#bar(raw));
    else this.#structure(raw, out);
  }

  #function(raw: Raw, name: string, out: Token[]): void {
    const next = this.stream.peek();
    if (name === "arg" && (next?.text === "\\max" || next?.text === "\\min")) {
      this.stream.next();
      const at = cover(raw.span, next.span);
      out.push({
        type: "big",
        syntax: { kind: "big", operator: `\\arg${next.text}`, sub: null, sup: null, body: null, span: at },
        span: at,
      });
      return;
    }
    out.push(this.word(name, raw.text, raw.span));
  }

  #relation(raw: Raw, name: string, out: Token[]): void {
    if (name === "\\mid") out.push({ type: "bar", name: "|", tight: false, separates: true, span: raw.span });
    else if (name === ":") this.#char({ ...raw, text: ":" }, out);
    else {
      if (raw.text.startsWith("\\x")) this.rawArgument(raw);
      out.push({ type: "rel", name, span: raw.span });
    }
  }

  #structure(raw: Raw, out: Token[]): void {
    const name = raw.text;
    const at = raw.span;
    if (tex.fonts.has(name)) this.#inFont(raw, out);
    else if (tex.accents.has(name)) out.push(this.#accented(raw));
    else if (tex.fractions.has(name)) {
      if (name === "\\cfrac" && this.stream.takes("[")) this.list("]", at);
      const [above, below] = [this.argument(raw), this.argument(raw)];
      const end = Math.max(at.end, this.#closed, ...[...above, ...below].map((token) => token.span.end));
      out.push(atom(this.#fraction(above, below, cover(at, span(at.start, end)))));
    } else if (tex.texts.has(name)) readText(this, raw, out);
    else if (tex.ignoredWithArgument.has(name)) this.#dropArgument(raw, out);
    else if (tex.ignoredFirstArgument.has(name)) {
      this.rawArgument(raw);
      out.push(...this.argument(raw));
    } else if (tex.transparent.has(name)) out.push(...this.#decorated(raw));
    else if (tex.braces.has(name)) {
      out.push(...this.argument(raw));
      while (this.stream.peek()?.text === "_" || this.stream.peek()?.text === "^") {
        const mark = this.stream.next();
        if (mark !== null) this.rawArgument(mark);
      }
    } else if (tex.sizes.has(name)) return;
    else this.#special(raw, out);
  }

  #special(raw: Raw, out: Token[]): void {
    const at = raw.span;
    switch (raw.text) {
      case "\\sqrt":
        out.push(atom(this.#root(raw)));
        return;
      case "\\left":
        this.#leftRight(raw, out);
        return;
      case "\\middle": {
        const bar = this.stream.next();
        if (bar !== null && tex.bars.has(bar.text))
          out.push({ type: "bar", name: "|", tight: false, separates: true, span: cover(at, bar.span) });
        return;
      }
      case "\\begin":
        this.#environment(raw, out);
        return;
      case "\\operatorname":
      case "\\operatorname*":
        this.#operatorName(raw, out);
        return;
      case "\\prime":
        out.push({ type: "script", place: "sup", body: null, primes: 1, span: at });
        return;
      case "\\forall":
        out.push({ type: "forall", name: "\\forall", span: at });
        return;
      case "\\colon":
        out.push({ type: "colon", name: ":", span: at });
        return;
      case "\\stackrel":
      case "\\overset":
      case "\\underset":
        this.#stacked(raw, out);
        return;
      case "\\substack":
        out.push(
          ...this.argument(raw).map(
            (token): Token => (token.type === "row" ? { type: "comma", name: ",", span: token.span } : token),
          ),
        );
        return;
      case "\\not":
        this.#negated(raw, out);
        return;
      case "\\neg":
      case "\\lnot":
        out.push(this.symbol("\\neg", at));
        return;
      case "\\square":
      case "\\Box":
      case "\\_":
        while (raw.text === "\\_" && this.stream.takes("\\_"));
        out.push(atom({ kind: "blank", span: at }));
        return;
      case "\\R":
      case "\\N":
      case "\\Z":
      case "\\C":
      case "\\Q": {
        const letter = raw.text.slice(1);
        out.push(
          atom({ kind: "symbol", name: letter, style: "bb", accents: [], latex: `\\mathbb{${letter}}`, span: at }),
        );
        return;
      }
    }
    const sw = tex.fontSwitches.get(raw.text);
    if (sw !== undefined) {
      this.#font = { command: sw, digits: false };
      return;
    }
    const what = tex.unsupported.get(raw.text);
    if (what !== undefined) refuse("tex/unsupported", `${what} (\`${raw.text}\`) is not read`, at);
    if (raw.text === "\\&" || raw.text === "\\$")
      refuse("tex/character", `\`${raw.text}\` is not read in a formula`, at);
    refuse("tex/unknown-command", `\`${raw.text}\` is not a command known here`, at, suggestion(raw.text));
  }

  #dropArgument(raw: Raw, out: Token[]): void {
    if (this.stream.takes("*") || this.stream.peek()?.text !== "{") {
      if (this.stream.peek()?.text !== "{") return;
    }
    this.rawArgument(raw);
    if (raw.text === "\\rule") {
      this.rawArgument(raw);
      out.push(atom({ kind: "blank", span: raw.span }));
    }
  }

  /** `\boxed{}` and `\boxed{\phantom{x}}` are blanks to fill in. */
  #decorated(raw: Raw): readonly Token[] {
    const inner = this.argument(raw);
    if (inner.length > 0 || (raw.text !== "\\boxed" && raw.text !== "\\fbox")) return inner;
    return [atom({ kind: "blank", span: raw.span })];
  }

  #inFont(raw: Raw, out: Token[]): void {
    const font = this.#font;
    this.#font = { command: raw.text, digits: false };
    const open = this.stream.peek();
    if (open?.kind === "char" && open.text === "{") {
      this.stream.next();
      const first = this.stream.next();
      const second = this.stream.peek();
      if (first !== null) this.stream.push(first);
      const style = tex.fonts.get(raw.text);
      const alone = first?.kind === "number" && second?.text === "}" && style !== "roman" && style !== "plain";
      this.#font = { command: raw.text, digits: alone };
      this.stream.push(open);
    } else if (open?.kind === "number") this.#font = { command: raw.text, digits: true };
    const tokens = this.argument(raw);
    this.#font = font;
    const [only] = tokens;
    if (tokens.length === 1 && only?.type === "atom") {
      const syntax: Syntax = { ...only.syntax, span: this.#through(raw.span, only.span) };
      out.push({ ...only, syntax, span: syntax.span });
    } else out.push(...tokens);
  }

  #accented(raw: Raw): Token {
    const accent = tex.accents.get(raw.text) ?? "";
    const tokens = this.argument(raw);
    if (tokens.length === 0 && accent === "underline") return atom({ kind: "blank", span: raw.span });
    if (tokens.every((token) => token.type === "gap") && accent === "underline")
      return atom({ kind: "blank", span: raw.span });
    const inner = this.tree(tokens, raw.span);
    return atom(withAccent(inner, accent, raw.text, this.#through(raw.span, inner.span)));
  }

  #root(raw: Raw): Syntax {
    const degree = this.stream.takes("[") ? this.tree(this.list("]", raw.span), raw.span) : null;
    const next = this.stream.peek();
    if (next?.text === "(") {
      // `√(x + 1)`: TeX would put the bar over the parenthesis alone, which nobody means.
      this.stream.next();
      const tokens: Token[] = [{ type: "open", name: "(", span: next.span }];
      for (let depth = 1; depth > 0; ) {
        const raw2 = this.stream.next();
        if (raw2 === null) refuse("formula/unclosed", "`(` is never closed", next.span, "add the missing `)`");
        if (raw2.text === "(") depth++;
        if (raw2.text === ")") depth--;
        this.#one(raw2, tokens);
      }
      const inner = this.tree(tokens.slice(1, -1), next.span);
      const end = tokens.at(-1)?.span.end ?? inner.span.end;
      return { kind: "root", radicand: inner, degree, span: span(raw.span.start, Math.max(end, inner.span.end)) };
    }
    const radicand = this.expression(raw);
    return { kind: "root", radicand, degree, span: this.#through(raw.span, radicand.span) };
  }

  #leftRight(raw: Raw, out: Token[]): void {
    const open = this.#delimiter(raw);
    const table = this.#tableAsCases(open.name);
    const inner = table === null ? this.list("\\right", raw.span) : [table, ...this.list("\\right", raw.span)];
    const right = this.stream.next();
    if (right === null) throw new Error("internal: \\right has gone");
    const close = this.#delimiter(right);
    const at = cover(raw.span, close.span);
    if (table !== null && (close.name !== "." || inner.length > 1)) {
      refuse("tex/unsupported", "a brace around a table that is not by cases", at, "write \\begin{cases}");
    }
    if (open.name === "\\{" && close.name === "." && inner.some((token) => token.type === "row")) {
      // A brace in front of several equations.
      out.push(...inner);
      return;
    }
    const body = this.tree(inner, at);
    const plain = table !== null || (open.name === "." && close.name === ".");
    if (plain) out.push({ type: "atom", syntax: body, open: false, span: at });
    else out.push(atom({ kind: "group", open: groupName(open.name, close.name), body, span: at }));
  }

  /** `\left\{ \begin{array}…` is a value by cases. */
  #tableAsCases(open: string): Token | null {
    if (open !== "\\{" || this.stream.peek()?.text !== "\\begin") return null;
    const begin = this.stream.next();
    if (begin === null) return null;
    const { text: name, raws, span: at } = this.rawArgument(begin);
    if (name !== "array" && name !== "matrix") {
      const brace = (text: string): Raw => ({ kind: "char", text, span: at });
      this.stream.push(begin, brace("{"), ...raws, brace("}"));
      return null;
    }
    if (name === "array") {
      while (this.stream.takes("[")) this.list("]", begin.span);
      this.rawArgument(begin);
    }
    return atom(readCases(this, begin, name));
  }

  #delimiter(command: Raw): { readonly name: string; readonly span: Span } {
    const raw = this.stream.next();
    const name =
      raw === null
        ? undefined
        : raw.text === "."
          ? "."
          : (tex.openers.get(raw.text) ?? tex.closers.get(raw.text) ?? tex.bars.get(raw.text) ?? angle(raw.text));
    if (raw === null || name === undefined) {
      refuse(
        "tex/left-right",
        `\`${command.text}\` needs a delimiter after it`,
        command.span,
        `write ${command.text}( or ${command.text}.`,
      );
    }
    return { name, span: raw.span };
  }

  #environment(raw: Raw, out: Token[]): void {
    const name = this.rawArgument(raw).text;
    if (tex.environmentArguments.has(name)) this.rawArgument(raw);
    if (tex.matrices.has(name) || tex.caseEnvironments.has(name)) {
      if (name === "array" || name.endsWith("matrix*")) while (this.stream.takes("[")) this.list("]", raw.span);
      out.push(atom(tex.matrices.has(name) ? readMatrix(this, raw, name) : readCases(this, raw, name)));
      return;
    }
    if (!tex.alignments.has(name)) {
      refuse("tex/unknown-environment", `the environment \`${name}\` is not known here`, raw.span, suggestion(name));
    }
    if ((name === "aligned" || name === "gathered") && this.stream.peek()?.text === "[") this.#bracket();
    const inner = this.list("\\end", raw.span);
    this.end(raw, name);
    const last = out.at(-1);
    if (last?.type === "row" && last.name === "end") out.pop();
    const rows = name.startsWith("eqnarray") ? inner.filter((token) => token.type !== "amp") : inner;
    out.push(...rows, { type: "row", name: "end", span: raw.span });
  }

  #bracket(): void {
    while (!this.stream.takes("]") && this.stream.next() !== null);
  }

  /** Takes `\end{name}`. */
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

  #operatorName(raw: Raw, out: Token[]): void {
    const starred = this.stream.takes("*") || raw.text.endsWith("*");
    const { text, raws, span: at } = this.rawArgument(raw);
    const name = text
      .replace(/\\[,;:! ]|~|\{\}/g, " ")
      .replace(/\s+/g, " ")
      .trim();
    const whole = cover(raw.span, at);
    if (name.includes("\\")) {
      this.stream.push({ kind: "char", text: "{", span: raw.span }, ...raws, { kind: "char", text: "}", span: at });
      out.push(...this.argument(raw));
      return;
    }
    out.push(this.word(name, `\\operatorname${starred ? "*" : ""}{${name}}`, whole));
  }

  /** `\stackrel{def}{=}`, `\overset{?}{=}`, `\underset{i}{\max}`. */
  #stacked(raw: Raw, out: Token[]): void {
    const mark = this.rawArgument(raw);
    const base = this.argument(raw);
    const [only] = base;
    if (base.length === 1 && only?.type === "rel") {
      const defines = /def|triangle|Delta/.test(mark.text);
      out.push({ ...only, name: defines && only.name === "=" ? ":=" : only.name, span: cover(raw.span, only.span) });
      return;
    }
    out.push(...base);
    const big = base.length === 1 && only?.type === "big" && raw.text === "\\underset";
    const symbol =
      base.length === 1 && only?.type === "atom" && raw.text === "\\underset" && only.syntax.kind === "symbol";
    if (!big && !symbol) return;
    this.stream.push(
      { kind: "char", text: "_", span: raw.span },
      { kind: "char", text: "{", span: mark.span },
      ...mark.raws,
      {
        kind: "char",
        text: "}",
        span: mark.span,
      },
    );
  }

  #negated(raw: Raw, out: Token[]): void {
    const tokens = this.argument(raw);
    const [only] = tokens;
    const negations = new Map([
      ["=", "\\ne"],
      ["\\in", "\\notin"],
    ]);
    const name = only?.type === "rel" ? negations.get(only.name) : undefined;
    if (name === undefined || only === undefined)
      refuse("tex/unsupported", "this negated relation is not read", raw.span);
    out.push({ type: "rel", name, span: cover(raw.span, only.span) });
  }
}

const angle = (text: string): string | undefined =>
  text === "<" || text === ">" ? "\\langle" : text === "/" ? "/" : undefined;

function groupName(open: string, close: string): string {
  if (open === close) return open;
  return open + (close === "(" ? ")" : close === "[" ? "]" : close);
}

/** `g^{[l]'}` is the derivative of the `l`-th `g`: a prime after a label belongs to the symbol. */
function withoutTrailingPrimes(token: Token): Token {
  if (token.type !== "script" || token.place !== "sup" || token.body?.kind !== "scripted") return token;
  const { base, sub, sup, primes } = token.body;
  if (base.kind !== "group" || sub !== null || sup !== null || primes === 0) return token;
  return { ...token, body: base, primes };
}
