import { refuse } from "../core/diagnostic.js";
import { cover, type Span } from "../core/span.js";
import { isDefiner } from "../document/definitions.js";
import type { Raw } from "./lexer.js";
import { MAX_EXPANSIONS, MAX_TOKENS } from "./limits.js";
import { type Macro, type Macros, macroAt } from "./macros.js";

/**
 * The pieces of a formula with its macros expanded as they are met. What a macro brings has the span of the call; its
 * arguments keep their own.
 */
export class Stream {
  readonly whole: Span;
  readonly #macros: Macros;
  /** What is still to come, last piece first. */
  readonly #rest: Raw[];
  #expansions = 0;
  #pushed = 0;

  constructor(raws: readonly Raw[], whole: Span, macros: Macros) {
    this.whole = whole;
    this.#macros = macros;
    this.#rest = [...raws].reverse();
  }

  /** The next piece that is no space. */
  peek(): Raw | null {
    for (;;) {
      const raw = this.#top();
      if (raw?.kind !== "space") return raw;
      this.#rest.pop();
    }
  }

  next(): Raw | null {
    const raw = this.peek();
    if (raw !== null) this.#rest.pop();
    return raw;
  }

  /** The next piece, spaces included, as `\text` needs it. */
  nextRaw(): Raw | null {
    const raw = this.#top();
    if (raw !== null) this.#rest.pop();
    return raw;
  }

  /** Whether the next piece is this one; if so, it is taken. */
  takes(text: string): boolean {
    if (this.peek()?.text !== text) return false;
    this.#rest.pop();
    return true;
  }

  push(...raws: readonly Raw[]): void {
    for (let i = raws.length - 1; i >= 0; i--) {
      const raw = raws[i];
      if (raw !== undefined) this.#rest.push(raw);
    }
  }

  #top(): Raw | null {
    for (;;) {
      const raw = this.#rest.at(-1);
      if (raw === undefined) return null;
      if (raw.kind !== "command" || raw.fixed) return raw;
      if (isDefiner(raw.text)) {
        this.#skipDefinition(raw);
        continue;
      }
      const macro = macroAt(this.#macros, raw.text, raw.span.start);
      if (macro === null) return raw;
      this.#rest.pop();
      this.#expand(macro, raw);
    }
  }

  #expand(macro: Macro, call: Raw): void {
    if (++this.#expansions > MAX_EXPANSIONS) {
      refuse("macro/too-deep", `\`${macro.name}\` expands without end`, call.span);
    }
    if (macro.body[0]?.text === "\\left") this.#plain("*");
    let span = call.span;
    const values: (readonly Raw[])[] = [];
    if (macro.optional !== null)
      values.push(this.#bracket() ?? macro.optional.map((raw) => ({ ...raw, span: call.span })));
    while (values.length < macro.parameters) {
      const value = this.#argument(macro, call);
      for (const raw of value) span = cover(span, raw.span);
      values.push(value);
    }
    const out: Raw[] = [];
    for (const raw of substituted(macro.body, values, span)) {
      if (++this.#pushed > MAX_TOKENS)
        refuse("macro/too-long", "the macros of this formula expand to too much", call.span);
      out.push(raw);
    }
    this.push(...out);
  }

  /** A piece that is taken as it stands, without expanding it. */
  #plain(text: string): boolean {
    while (this.#rest.at(-1)?.kind === "space") this.#rest.pop();
    if (this.#rest.at(-1)?.text !== text) return false;
    this.#rest.pop();
    return true;
  }

  #bracket(): readonly Raw[] | null {
    if (!this.#plain("[")) return null;
    const out: Raw[] = [];
    for (let raw = this.#rest.pop(); raw !== undefined && raw.text !== "]"; raw = this.#rest.pop()) out.push(raw);
    return out;
  }

  #argument(macro: Macro, call: Raw): readonly Raw[] {
    if (this.#plain("{")) return this.#group(call.span);
    const raw = this.#rest.pop();
    if (raw === undefined || raw.text === "}") {
      const count = `${macro.parameters} argument${macro.parameters === 1 ? "" : "s"}`;
      refuse("tex/missing-argument", `\`${macro.name}\` takes ${count}`, call.span);
    }
    const first = raw.kind === "letters" || raw.kind === "number" ? 1 : raw.text.length;
    if (first >= raw.text.length) return [raw];
    const middle = Math.min(raw.span.start + first, raw.span.end);
    this.push({ ...raw, text: raw.text.slice(first), span: { start: middle, end: raw.span.end } });
    return [{ ...raw, text: raw.text.slice(0, first), span: { start: raw.span.start, end: middle } }];
  }

  #group(at: Span): readonly Raw[] {
    const out: Raw[] = [];
    for (let depth = 1; ; ) {
      const raw = this.#rest.pop();
      if (raw === undefined) refuse("tex/unclosed-group", "`{` is never closed", at);
      if (raw.text === "{") depth++;
      if (raw.text === "}" && --depth === 0) return out;
      out.push(raw);
    }
  }

  /** Definitions inside a formula are read by `readMacros`; here they say nothing. */
  #skipDefinition(definer: Raw): void {
    this.#rest.pop();
    this.#plain("*");
    if (!this.#plain("{")) this.#rest.pop();
    else this.#group(definer.span);
    if (definer.text === "\\let") {
      this.#plain("=");
      this.#rest.pop();
      return;
    }
    while (this.#bracket() !== null);
    while (this.#rest.at(-1)?.text === "#") {
      this.#rest.pop();
      this.#rest.pop();
    }
    const groups = definer.text === "\\DeclarePairedDelimiter" ? 2 : 1;
    for (let i = 0; i < groups; i++)
      if (this.#plain("{")) this.#group(definer.span);
      else this.#rest.pop();
  }
}

/** The body with `#1`, `#2`, … replaced. */
function* substituted(body: readonly Raw[], values: readonly (readonly Raw[])[], span: Span): Generator<Raw> {
  for (let i = 0; i < body.length; i++) {
    const raw = body[i];
    const next = body[i + 1];
    if (raw === undefined) break;
    if (raw.text === "#" && next?.kind === "number") {
      yield* values[Number(next.text[0]) - 1] ?? [];
      if (next.text.length > 1) yield { ...next, text: next.text.slice(1), span };
      i++;
    } else yield { ...raw, span };
  }
}
