import { refuse } from "../core/diagnostic.js";
import { cover } from "../core/span.js";
import * as tex from "./commands.js";
import type { Raw } from "./lexer.js";
import { withAccent } from "./names.js";
import type { Reading } from "./reading.js";
import type { Syntax } from "./syntax.js";
import { atom, type Token } from "./token.js";

/*
 * Control sequences that change how their argument looks, and sometimes what it means: fonts, accents, boxes, what is set above or below.
 */

export function dropArgument(reader: Reading, raw: Raw, out: Token[]): void {
  reader.stream.takes("*");
  if (reader.stream.peek()?.text !== "{") return;
  reader.rawArgument(raw);
  if (raw.text === "\\rule") {
    reader.rawArgument(raw);
    out.push(atom({ kind: "blank", span: raw.span }));
  }
}

/** `\boxed{}` and `\boxed{\phantom{x}}` are blanks to fill in. */
export function readDecorated(reader: Reading, raw: Raw): readonly Token[] {
  const inner = reader.argument(raw);
  if (inner.length > 0 || (raw.text !== "\\boxed" && raw.text !== "\\fbox")) return inner;
  return [atom({ kind: "blank", span: raw.span })];
}

export function readInFont(reader: Reading, raw: Raw, out: Token[]): void {
  const font = reader.font;
  reader.font = { command: raw.text, digits: false };
  const open = reader.stream.peek();
  if (open?.kind === "char" && open.text === "{") {
    reader.stream.next();
    const first = reader.stream.next();
    const second = reader.stream.peek();
    if (first !== null) reader.stream.push(first);
    const style = tex.fonts.get(raw.text);
    const alone = first?.kind === "number" && second?.text === "}" && style !== "roman" && style !== "plain";
    reader.font = { command: raw.text, digits: alone };
    reader.stream.push(open);
  } else if (open?.kind === "number") reader.font = { command: raw.text, digits: true };
  const tokens = reader.argument(raw);
  reader.font = font;
  const [only] = tokens;
  if (tokens.length === 1 && only?.type === "atom") {
    const syntax: Syntax = { ...only.syntax, span: reader.through(raw.span, only.span) };
    out.push({ ...only, syntax, span: syntax.span });
  } else out.push(...tokens);
}

export function readAccented(reader: Reading, raw: Raw): Token {
  const tokens = reader.argument(raw);
  if (raw.text === "\\underline" && tokens.every((token) => token.type === "gap"))
    return atom({ kind: "blank", span: raw.span });
  return accented(reader, raw, tokens, raw.text);
}

function accented(reader: Reading, raw: Raw, tokens: readonly Token[], command: string): Token {
  const inner = reader.tree(tokens, raw.span);
  return atom(withAccent(inner, tex.accents.get(command) ?? "", command, reader.through(raw.span, inner.span)));
}

export function readOperatorName(reader: Reading, raw: Raw, out: Token[]): void {
  const starred = reader.stream.takes("*") || raw.text.endsWith("*");
  const { text, raws, span: at } = reader.rawArgument(raw);
  const name = text
    .replace(/\\[,;:! ]|~|\{\}/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const whole = cover(raw.span, at);
  if (name.includes("\\")) {
    reader.stream.push({ kind: "char", text: "{", span: raw.span }, ...raws, { kind: "char", text: "}", span: at });
    out.push(...reader.argument(raw));
    return;
  }
  out.push(reader.word(name, `\\operatorname${starred ? "*" : ""}{${name}}`, whole));
}

/** `\stackrel{!}{=}`, `\stackrel{\text{set}}{=}`: an equation that is wanted, read as words beside the sign. */
const REQUIRES = /!|\bset\b|\bmust\b/;
export const REQUIRED = "is to be";

/** `\stackrel{def}{=}`, `\overset{?}{=}`, `\underset{i}{\max}`, `\overset{\leftarrow}{h}`. */
export function readStacked(reader: Reading, raw: Raw, out: Token[]): void {
  const mark = reader.rawArgument(raw);
  const base = reader.argument(raw);
  const [only] = base;
  if (base.length === 1 && only?.type === "rel") {
    const defines = /def|triangle|Delta/.test(mark.text);
    if (REQUIRES.test(mark.text)) out.push({ type: "text", text: REQUIRED, span: mark.span });
    out.push({ ...only, name: defines && only.name === "=" ? ":=" : only.name, span: cover(raw.span, only.span) });
    return;
  }
  const accent = raw.text === "\\underset" ? undefined : tex.marksAbove.get(mark.text.trim());
  if (accent !== undefined && only?.type === "atom") {
    out.push(accented(reader, raw, base, accent));
    return;
  }
  out.push(...base);
  const big = base.length === 1 && only?.type === "big" && raw.text === "\\underset";
  const symbol =
    base.length === 1 && only?.type === "atom" && raw.text === "\\underset" && only.syntax.kind === "symbol";
  if (!big && !symbol) return;
  reader.stream.push(
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

const NEGATIONS: ReadonlyMap<string, string> = new Map([
  ["=", "\\ne"],
  ["\\in", "\\notin"],
]);

export function readNegated(reader: Reading, raw: Raw, out: Token[]): void {
  const [only] = reader.argument(raw);
  const name = only?.type === "rel" ? NEGATIONS.get(only.name) : undefined;
  if (name === undefined || only === undefined)
    refuse("tex/unsupported", "this negated relation is not read", raw.span);
  out.push({ type: "rel", name, span: cover(raw.span, only.span) });
}
