import { refuse } from "../core/diagnostic.js";
import { cover, type Span, span } from "../core/span.js";
import * as tex from "./commands.js";
import type { Raw } from "./lexer.js";
import type { Reading } from "./reading.js";
import { FACTORIAL, type Syntax } from "./syntax.js";
import { atom, type Token } from "./token.js";
import { isBareProse, isNameWord, nameWordAtEnd } from "./words.js";

/*
 * Numbers, letters and other characters as tokens, with the braces and scripts that are written with them.
 */

export function readNumber(reader: Reading, raw: Raw): Token {
  if (reader.font?.digits) return reader.symbol(raw.text, raw.span);
  return atom({ kind: "number", text: raw.text, span: raw.span });
}

export function readLetters(reader: Reading, raw: Raw, out: Token[]): void {
  const next = reader.stream.peek();
  const beforeDelimiter =
    next !== null && (tex.openers.has(next.text) || next.text === "\\left" || next.text === "\\big");
  const name = wholeName(reader, raw, beforeDelimiter);
  if (name !== null) out.push(name);
  else if (isDifferentialOfWord(reader, raw.text)) {
    // `dLoss` of a worksheet with a `Loss`.
    const { start, end } = raw.span;
    out.push(reader.symbol("d", span(start, Math.min(start + 1, end))));
    readLetters(reader, { ...raw, text: raw.text.slice(1), span: span(Math.min(start + 1, end), end) }, out);
  } else if (reader.font === null && isBareProse(raw.text)) out.push({ type: "text", text: raw.text, span: raw.span });
  else readSingleLetters(reader, raw, beforeDelimiter ? nameWordAtEnd(raw.text) : "", out);
}

const isDifferentialOfWord = (reader: Reading, text: string): boolean =>
  reader.font === null && text.startsWith("d") && text.length > 2 && reader.words.has(text.slice(1));

/** A run of letters that is one name: in an upright font, in this document, or however it is written. */
function wholeName(reader: Reading, { text, span: at }: Raw, beforeDelimiter: boolean): Token | null {
  const command = reader.font?.command ?? "";
  const style = tex.fonts.get(command);
  if (text.length > 1 && (style === "roman" || style === "sans" || command === "\\mathit"))
    return reader.word(text, `${command}{${text}}`, at);
  // `\mathcal{LL}` is no product of two curly letters.
  if (text.length > 1 && (style === "cal" || style === "script"))
    return atom({ kind: "symbol", name: text, style, accents: [], latex: `${command}{${text}}`, span: at });
  if (reader.words.has(text))
    return atom({ kind: "symbol", name: text, style: "plain", accents: [], latex: `\\mathit{${text}}`, span: at });
  return isNameWord(text, beforeDelimiter) ? reader.word(text, `\\operatorname{${text}}`, at) : null;
}

/** Each letter as a symbol of its own, but for the name word that ends the run. */
function readSingleLetters(reader: Reading, raw: Raw, word: string, out: Token[]): void {
  const run = raw.text;
  const plain = run.length - word.length;
  // What a macro brought has the span of its call.
  const cut = (from: number, to: number): Span =>
    raw.span.end - raw.span.start === run.length ? span(raw.span.start + from, raw.span.start + to) : raw.span;
  for (let i = 0; i < plain; i++) out.push(reader.symbol(run.slice(i, i + 1), cut(i, i + 1)));
  if (word !== "") {
    out.push(reader.word(word, `\\operatorname{${word}}`, cut(plain, run.length)));
    return;
  }
  const next = reader.stream.peek();
  if (reader.subscripts > 0) return;
  if (next?.kind === "number" && next.span.start === raw.span.end && /^\d+$/.test(next.text)) {
    // `w1` typed without a subscript is the symbol w with the subscript 1; the positions `i1` of `W_{i1}` are two.
    reader.stream.next();
    const body: Syntax = { kind: "number", text: next.text, span: next.span };
    out.push({ type: "script", place: "sub", body, primes: 0, span: next.span });
  }
}

/** `x!`. */
function readFactorial(_: Reading, { span: at }: Raw, out: Token[]): void {
  const body: Syntax = { kind: "symbol", name: FACTORIAL, style: "plain", accents: [], latex: "!", span: at };
  out.push({ type: "script", place: "sup", body, primes: 0, span: at });
}

type Rule = (reader: Reading, raw: Raw, out: Token[]) => void;

const mark =
  (type: "amp" | "op" | "rel" | "comma" | "period"): Rule =>
  (_, raw, out) => {
    out.push({ type, name: raw.text, span: raw.span });
  };

const readMark: Rule = (reader, raw, out) => out.push(readScript(reader, raw));

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["{", readBraces],
  ["^", readMark],
  ["_", readMark],
  ["'", (_, raw, out) => out.push({ type: "script", place: "sup", body: null, primes: 1, span: raw.span })],
  ["!", readFactorial],
  ["&", mark("amp")],
  ["+", (_, raw, out) => out.push({ type: "sign", name: "+", span: raw.span })],
  ["-", (_, raw, out) => out.push({ type: "sign", name: "-", span: raw.span })],
  ["*", mark("op")],
  ["/", mark("op")],
  ["@", mark("op")],
  ["=", mark("rel")],
  ["<", readLess],
  [">", mark("rel")],
  [":=", mark("rel")],
  // The name stands on the right, and is found there.
  ["=:", (_, raw, out) => out.push({ type: "rel", name: "=", span: raw.span })],
  [":", readColon],
  [",", mark("comma")],
  [";", mark("comma")],
  [".", mark("period")],
  ["?", (_, raw, out) => out.push(atom({ kind: "blank", span: raw.span }))],
  ["~", readSpace],
]);

/** `<a, b>` where no `<` can stand is typed for `\langle a, b \rangle`. */
function readLess({ stream }: Reading, raw: Raw, out: Token[]): void {
  const last = out.at(-1)?.type;
  const mayOpen = last === undefined || last === "rel" || last === "op" || last === "sign" || last === "open";
  const opens = mayOpen && closeAngle(stream);
  out.push(opens ? { type: "open", name: "\\langle", span: raw.span } : { type: "rel", name: "<", span: raw.span });
}

/** Puts `\rangle` for the `>` that ends a list of two. */
function closeAngle(stream: Reading["stream"]): boolean {
  const ahead: Raw[] = [];
  let depth = 0;
  let commas = 0;
  while (ahead.length < MOST_IN_ANGLE) {
    const next = stream.nextRaw();
    if (next === null) break;
    const closes = next.text === ">" && depth === 0;
    ahead.push(closes && commas === 1 ? { ...next, kind: "command", text: "\\rangle" } : next);
    if (closes) break;
    if (/^[({[]$/.test(next.text)) depth++;
    if (/^[)}\]]$/.test(next.text)) depth--;
    if (next.text === "," && depth === 0) commas++;
  }
  stream.push(...ahead);
  return ahead.at(-1)?.text === "\\rangle";
}

const MOST_IN_ANGLE = 80;

/** `~`, `\ ` says nothing, but for an equation's number behind it: `y = 2x\ (3)`. */
export function readSpace({ stream }: Reading, raw: Raw, out: Token[]): void {
  const ahead = [stream.next(), stream.next(), stream.next()].filter((one) => one !== null);
  const isNumber = /^(\(\d+\)|\[\d+\])$/.test(ahead.map((one) => one.text).join("")) && stream.peek() === null;
  stream.push(...ahead);
  if (isNumber && out.some((token) => token.type === "rel") && out.at(-1)?.type !== "period")
    out.push({ type: "gap", name: raw.text, span: raw.span });
}

export function readCharacter(reader: Reading, raw: Raw, out: Token[]): void {
  const { text, span: at } = raw;
  const rule = rules.get(text);
  if (rule !== undefined) rule(reader, raw, out);
  else if (tex.openers.has(text)) out.push({ type: "open", name: tex.openers.get(text) ?? text, span: at });
  else if (tex.closers.has(text)) out.push({ type: "close", name: tex.closers.get(text) ?? text, span: at });
  else if (tex.bars.has(text)) out.push(bar(text, at));
  else refuse("tex/character", `\`${text}\` is not read in a formula`, at);
}

function readColon(reader: Reading, { span: at }: Raw, out: Token[]): void {
  if (reader.stream.takes("=")) out.push({ type: "rel", name: ":=", span: span(at.start, at.end + 1) });
  else out.push({ type: "colon", name: ":", span: at });
}

export function bar(text: string, at: Span): Token {
  const name = tex.bars.get(text) === "|" ? "|" : "\\|";
  return { type: "bar", name, tight: text === "||", separates: false, span: at };
}

/** Braces are only seen by a script written after them: `{a + b} c` typesets as `a + b c`. */
function readBraces(reader: Reading, open: Raw, out: Token[]): void {
  // `{\bf Sv}_1` only sets letters in a font, and the script is that of the last.
  const setsFont = tex.fontSwitches.has(reader.stream.peek()?.text ?? "");
  const inner = reader.group(open);
  const next = reader.stream.peek();
  const scripted = next !== null && next.kind === "char" && /^[\^_']$/.test(next.text);
  const end = inner.at(-1)?.span.end ?? open.span.end;
  const at = span(open.span.start, Math.max(end, open.span.end));
  const only = inner.length === 1 ? inner[0] : undefined;
  if (only?.type === "comma") refuse("tex/digit-group", "`{,}` is not read", at, "write the number without it");
  if (!scripted || setsFont || isDifferential(inner) || only?.type === "big" || only?.type === "text") {
    if (inner.length > 0) out.push(...inner);
    return;
  }
  const body = reader.tree(inner, at);
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

/** `{dw}_1` is the differential of `w_1`. */
function isDifferential([d, x, more]: readonly Token[]): boolean {
  const isD = d?.type === "atom" && d.syntax.kind === "symbol" && d.syntax.name === "d";
  return isD && x?.type === "atom" && more === undefined;
}

export function readScript(reader: Reading, raw: Raw): Token {
  const place = raw.text === "_" ? "sub" : "sup";
  const next = reader.stream.peek();
  if (next?.kind === "number" && /^\d\d/.test(next.text) && next.span.start === raw.span.end) {
    const hint = `write ${raw.text}{${next.text}}`;
    refuse(
      "tex/bare-script",
      `\`${raw.text}${next.text}\` takes only the first digit as its script`,
      cover(raw.span, next.span),
      hint,
    );
  }
  reader.scripts++;
  if (place === "sub") reader.subscripts++;
  const font = reader.font;
  if (font?.digits) reader.font = { ...font, digits: false };
  const tokens = reader.argument(raw);
  reader.font = font;
  const marks = tokens.filter((token) => token.type === "script" && token.primes > 0);
  const span = reader.through(
    tokens.reduce((at, token) => cover(at, token.span), raw.span),
    raw.span,
  );
  let token: Token;
  if (place === "sup" && tokens.length > 0 && marks.length === tokens.length) {
    token = { type: "script", place, body: null, primes: tokens.length, span };
  } else {
    token = withoutTrailingPrimes({ type: "script", place, body: reader.tree(tokens, raw.span), primes: 0, span });
  }
  reader.scripts--;
  if (place === "sub") reader.subscripts--;
  return token;
}

/** `g^{[l]'}` is the derivative of the `l`-th `g`: a prime after a label belongs to the symbol. */
function withoutTrailingPrimes(token: Token): Token {
  if (token.type !== "script" || token.place !== "sup" || token.body?.kind !== "scripted") return token;
  const { base, sub, sup, primes } = token.body;
  if (base.kind !== "group" || sub !== null || sup !== null || primes === 0) return token;
  return { ...token, body: base, primes };
}
