import moo from "moo";
import { refuse } from "../core/diagnostic.js";
import { type Span, span } from "../core/span.js";
import { MAX_TOKENS } from "./limits.js";
import { type ScriptCharacter, unicodeCommands, unicodeScripts } from "./unicode.js";

/** A piece of source text. `fixed` marks what `\let` has saved from later redefinition. */
export interface Raw {
  readonly kind: "command" | "letters" | "number" | "space" | "row" | "char";
  readonly text: string;
  readonly span: Span;
  readonly fixed?: true;
}

const rules: moo.Rules = {
  space: { match: /[\s\u00a0\u2000-\u200b\u202f\ufeff]+/u, lineBreaks: true },
  comment: /%[^\n]*/u,
  row: /\\\\\*?(?:[ \t]*\[-?[\d.]+[ \t]*(?:pt|em|ex|mm|cm|in|mu|bp|pc|\\jot|\\baselineskip)\])?|\\cr\b|\\newline\b/u,
  command: { match: /\\[A-Za-z@]+|\\[\s\S]/u, lineBreaks: true },
  number: /(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/u,
  letters: /[A-Za-z]+/u,
  char: /:=|=:(?!=)|\|\||\.\.\.|\.[*/]|<=>|=>|<=|>=|!=|==|->|<-|[-{}^_&~'()[\]|+*/,;:.<>=!?@"`#]/u,
  other: { match: /[\s\S]/u, lineBreaks: true },
};
const outer = moo.compile(rules);
/** For what stands for a character: `outer` is then in the middle of its text. */
const inner = moo.compile(rules);

const ascii: ReadonlyMap<string, string> = new Map([
  ["...", "\\dots"],
  // Entry by entry, as numerical languages write it.
  [".*", "\\odot"],
  ["./", "\\oslash"],
  ["<=>", "\\iff"],
  ["=>", "\\Rightarrow"],
  ["<=", "\\le"],
  [">=", "\\ge"],
  ["!=", "\\ne"],
  ["->", "\\to"],
  ["<-", "\\gets"],
]);

/** The pieces of a stretch of the source, comments gone, Unicode written as its commands. */
export function lex(text: string, from: number, to: number): readonly Raw[] {
  return pieces(outer, text, from, to);
}

function pieces(lexer: moo.Lexer, text: string, from: number, to: number): readonly Raw[] {
  lexer.reset(text.slice(from, to));
  const out: Raw[] = [];
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
    if (out.length > MAX_TOKENS) {
      refuse("formula/too-long", `a formula of more than ${MAX_TOKENS} tokens is not read`, span(from, to));
    }
    const at = span(from + token.offset, from + token.offset + token.text.length);
    switch (token.type) {
      case "comment":
        break;
      case "other":
        unicode(token.text, at, out);
        break;
      case "char": {
        const command = ascii.get(token.text);
        if (command !== undefined) out.push({ kind: "command", text: command, span: at });
        else out.push({ kind: "char", text: token.text === "==" ? "=" : token.text, span: at });
        break;
      }
      case "command":
      case "letters":
      case "number":
      case "space":
      case "row":
        out.push({ kind: token.type, text: token.text, span: at });
        break;
      default:
        throw new Error(`internal: lexer rule ${token.type}`);
    }
  }
  return out;
}

const closing: Raw["text"] = "}";

/** A character that stands for a script, for a command or for letters. */
function unicode(text: string, at: Span, out: Raw[]): void {
  const script = unicodeScripts.get(text);
  const command = unicodeCommands.get(text);
  if (script !== undefined) unicodeScript(script, at, out);
  else if (command === undefined) out.push({ kind: "char", text, span: at });
  else if (/^[A-Za-z]+$/.test(command)) out.push({ kind: "letters", text: command, span: at });
  else for (const raw of pieces(inner, command, 0, command.length)) out.push({ ...raw, span: at });
}

/** Superscript and subscript characters in a row are one script, and digits in a row one number. */
function unicodeScript({ mark, kind, text }: ScriptCharacter, at: Span, out: Raw[]): void {
  const last = out.at(-1);
  const goesOn =
    last?.kind === "char" && last.text === closing && last.span.end === at.start && lastScript(out) === mark;
  if (goesOn) out.pop();
  else out.push({ kind: "char", text: mark, span: at }, { kind: "char", text: "{", span: at });
  const before = out.at(-1);
  if (goesOn && before?.kind === "number" && kind === "number") {
    out[out.length - 1] = { kind, text: before.text + text, span: { start: before.span.start, end: at.end } };
  } else out.push({ kind, text, span: at });
  out.push({ kind: "char", text: closing, span: at });
}

/** The mark of the script that the last piece closes, if a script character opened it. */
function lastScript(out: readonly Raw[]): string | null {
  for (let i = out.length - 2; i > 0; i--) {
    const raw = out[i];
    if (raw === undefined || (raw.kind === "char" && raw.text === closing)) return null;
    if (raw.kind === "char" && raw.text === "{") {
      const mark = out[i - 1];
      return mark !== undefined && mark.span.start === raw.span.start ? mark.text : null;
    }
  }
  return null;
}
