import { refuse } from "../core/diagnostic.js";
import { cover, type Span, span } from "../core/span.js";
import { bar, readCharacter, readScript, readSpace } from "./characters.js";
import * as tex from "./commands.js";
import {
  dropArgument,
  readAccented,
  readDecorated,
  readInFont,
  readNegated,
  readOperatorName,
  readStacked,
} from "./decorations.js";
import { readLeftRight } from "./delimiters.js";
import { readEnvironment } from "./environments.js";
import { fraction, readRoot } from "./fractions.js";
import type { Raw } from "./lexer.js";
import type { Reading } from "./reading.js";
import { commandLike } from "./suggest.js";
import { readText } from "./texts.js";
import { atom, type Token, type TokenOf } from "./token.js";

/*
 * Control sequences, `\alpha`, `\frac`, as tokens. What a name means stands in the tables of `commands.ts`.
 */

type Rule = (reader: Reading, raw: Raw, out: Token[]) => void;

const nothing: Rule = () => {};

/** A rule that gives one token, which depends on nothing but the name and where it stands. */
const one =
  (make: (name: string, at: Span) => Token): Rule =>
  (_, raw, out) => {
    out.push(make(raw.text, raw.span));
  };

/** The rules for whole classes of names. Of a name in two classes the first decides. */
const classes: readonly (readonly [ReadonlySet<string> | ReadonlyMap<string, string>, Rule])[] = [
  [new Set(["\\ "]), readSpace],
  [tex.ignored, nothing],
  [tex.symbols, (reader, raw, out) => out.push(reader.symbol(tex.symbols.get(raw.text) ?? raw.text, raw.span))],
  [tex.functions, readFunction],
  [tex.bigs, one((name, at) => bigOperator(tex.bigs.get(name) ?? name, at))],
  [tex.operators, one((name, at) => ({ type: "op", name: tex.operators.get(name) ?? name, span: at }))],
  [tex.relations, readRelation],
  [tex.ellipses, one((_, at) => atom({ kind: "ellipsis", span: at }))],
  [tex.gaps, one((name, at) => ({ type: "gap", name, span: at }))],
  [tex.openers, one((name, at) => ({ type: "open", name: tex.openers.get(name) ?? name, span: at }))],
  [tex.closers, one((name, at) => ({ type: "close", name: tex.closers.get(name) ?? name, span: at }))],
  [tex.bars, one(bar)],
  [tex.fonts, readInFont],
  [tex.accents, (reader, raw, out) => out.push(readAccented(reader, raw))],
  [tex.fractions, readFraction],
  [tex.texts, readText],
  [tex.ignoredWithArgument, dropArgument],
  [
    tex.ignoredFirstArgument,
    (reader, raw, out) => {
      reader.rawArgument(raw);
      out.push(...reader.argument(raw));
    },
  ],
  [tex.transparent, (reader, raw, out) => out.push(...readDecorated(reader, raw))],
  [tex.braces, readBraced],
  [tex.sizes, nothing],
];

/** The rules for single names. */
const names: readonly (readonly [string, Rule])[] = [
  ["\\sqrt", (reader, raw, out) => out.push(atom(readRoot(reader, raw)))],
  ["\\left", readLeftRight],
  ["\\middle", readMiddle],
  ["\\begin", readEnvironment],
  ["\\operatorname", readOperatorName],
  ["\\operatorname*", readOperatorName],
  ["\\prime", one((_, at) => ({ type: "script", place: "sup", body: null, primes: 1, span: at }))],
  ["\\forall", one((name, at) => ({ type: "forall", name, span: at }))],
  ["\\colon", one((_, at) => ({ type: "colon", name: ":", span: at }))],
  ["\\stackrel", readStacked],
  ["\\overset", readStacked],
  ["\\underset", readStacked],
  ["\\substack", readSubstack],
  ["\\not", readNegated],
  ["\\neg", (reader, raw, out) => out.push(reader.symbol("\\neg", raw.span))],
  ["\\lnot", (reader, raw, out) => out.push(reader.symbol("\\neg", raw.span))],
  ["\\square", one((_, at) => atom({ kind: "blank", span: at }))],
  ["\\Box", one((_, at) => atom({ kind: "blank", span: at }))],
  ["\\_", readUnderscores],
  ...["R", "N", "Z", "C", "Q"].map((letter) => [`\\${letter}`, one((_, at) => blackboard(letter, at))] as const),
];

const rules: ReadonlyMap<string, Rule> = new Map([
  ...[...tex.fontSwitches.keys()].map((name) => [name, switchFont] as const),
  ...names,
  ...classes.toReversed().flatMap(([members, rule]) => [...members.keys()].map((name) => [name, rule] as const)),
]);

/** Every command that may stand in a formula, for suggestions. */
const known: readonly string[] = [
  ...rules.keys(),
  "\\over",
  "\\end",
  "\\right",
  "\\newcommand",
  "\\renewcommand",
  "\\def",
];

export function readCommand(reader: Reading, raw: Raw, out: Token[]): void {
  const rule = rules.get(raw.text);
  if (rule === undefined) refuseCommand(raw);
  rule(reader, raw, out);
}

function refuseCommand(raw: Raw): never {
  const { text, span: at } = raw;
  const what = tex.unsupported.get(text);
  if (what !== undefined) refuse("tex/unsupported", `${what} (\`${text}\`) is not read`, at);
  if (text === "\\&" || text === "\\$") refuse("tex/character", `\`${text}\` is not read in a formula`, at);
  refuse("tex/unknown-command", `\`${text}\` is not a command known here`, at, commandLike(text, known));
}

function bigOperator(operator: string, at: Span): Token {
  return { type: "big", syntax: { kind: "big", operator, sub: null, sup: null, body: null, span: at }, span: at };
}

const blackboard = (letter: string, at: Span): Token =>
  atom({ kind: "symbol", name: letter, style: "bb", accents: [], latex: `\\mathbb{${letter}}`, span: at });

function switchFont(reader: Reading, raw: Raw): void {
  reader.font = { command: tex.fontSwitches.get(raw.text) ?? "", digits: false };
}

function readFunction(reader: Reading, raw: Raw, out: Token[]): void {
  const name = tex.functions.get(raw.text) ?? raw.text;
  const next = reader.stream.peek();
  if (name === "arg" && (next?.text === "\\max" || next?.text === "\\min")) {
    reader.stream.next();
    out.push(bigOperator(`\\arg${next.text}`, cover(raw.span, next.span)));
  } else out.push(reader.word(name, raw.text, raw.span));
}

function readRelation(reader: Reading, raw: Raw, out: Token[]): void {
  const name = tex.relations.get(raw.text) ?? raw.text;
  if (name === "\\mid") out.push({ type: "bar", name: "|", tight: false, separates: true, span: raw.span });
  else if (name === ":") readCharacter(reader, { ...raw, text: ":" }, out);
  else {
    if (raw.text.startsWith("\\x")) reader.rawArgument(raw);
    out.push({ type: "rel", name, span: raw.span });
  }
}

function readFraction(reader: Reading, raw: Raw, out: Token[]): void {
  const at = raw.span;
  if (raw.text === "\\cfrac" && reader.stream.takes("[")) reader.list("]", at);
  const [above, below] = [reader.argument(raw), reader.argument(raw)];
  const end = Math.max(at.end, reader.closed, ...[...above, ...below].map((token) => token.span.end));
  out.push(atom(fraction(reader, above, below, cover(at, span(at.start, end)))));
}

/** `\underbrace{…}_{…}`: what stands beside the brace is a remark. */
function readBraced(reader: Reading, raw: Raw, out: Token[]): void {
  out.push(...reader.argument(raw));
  while (reader.stream.peek()?.text === "_" || reader.stream.peek()?.text === "^") {
    const mark = reader.stream.next();
    if (mark !== null) reader.rawArgument(mark);
  }
}

function readMiddle(reader: Reading, raw: Raw, out: Token[]): void {
  const bar = reader.stream.next();
  if (bar !== null && tex.bars.has(bar.text))
    out.push({ type: "bar", name: "|", tight: false, separates: true, span: cover(raw.span, bar.span) });
}

/** `z\\_in` as one name. */
function joinedName({ syntax, ...token }: TokenOf<"atom">, next: Raw): Token | null {
  if (syntax.kind !== "symbol") return null;
  const span = cover(token.span, next.span);
  const name = { ...syntax, name: `${syntax.name}_${next.text}`, latex: `${syntax.latex}\\_${next.text}`, span };
  return { ...token, syntax: { ...name, latex: `\\mathit{${name.latex}}` }, span };
}

function readSubstack(reader: Reading, raw: Raw, out: Token[]): void {
  for (const token of reader.argument(raw))
    out.push(token.type === "row" ? { type: "comma", name: ",", span: token.span } : token);
}

/** Underscores in a row are one blank. One between letters is escaped for Markdown: `x\\_i`, `z\\_in`. */
function readUnderscores(reader: Reading, raw: Raw, out: Token[]): void {
  const next = reader.stream.peek();
  const before = out.at(-1);
  if (before?.type === "atom" && before.span.end === raw.span.start && next?.span.start === raw.span.end) {
    const name = next.kind === "letters" && next.text.length > 1 ? joinedName(before, next) : null;
    if (name !== null) {
      reader.stream.next();
      out[out.length - 1] = name;
      return;
    }
    if (next.kind === "letters" || next.kind === "number" || next.text === "{") {
      out.push(readScript(reader, { ...raw, text: "_" }));
      return;
    }
  }
  while (reader.stream.takes("\\_"));
  out.push(atom({ kind: "blank", span: raw.span }));
}
