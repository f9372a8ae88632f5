import { cover, type Span } from "../core/span.js";
import { openers, relations } from "./commands.js";
import type { Raw } from "./lexer.js";
import type { Reading } from "./reading.js";
import type { Token } from "./token.js";
import { isNameWord, isProse, refuseWords } from "./words.js";

/** `\text{…}`: a name such as `\text{ReLU}`, or prose; `$…$` inside is math. */
export function readText(reader: Reading, command: Raw, out: Token[]): void {
  const { raws, span: at } = reader.rawArgument(command);
  const whole = cover(command.span, at);
  if (
    command.text === "\\textbf" &&
    /^[A-Za-z]$/.test(
      raws
        .map((raw) => raw.text)
        .join("")
        .trim(),
    )
  ) {
    // `\textbf{W}` is a matrix and no word.
    const brace = (text: string): Raw => ({ kind: "char", text, span: at });
    reader.stream.push({ ...command, text: "\\mathbf" }, brace("{"), ...raws, brace("}"));
    return;
  }
  const parts: Raw[][] = [[]];
  for (const raw of raws) {
    if (raw.text === "$") parts.push([]);
    else parts.at(-1)?.push(raw);
  }
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 0) textOrName(reader, command, part.map((raw) => raw.text).join(""), whole, out);
    else {
      reader.stream.push({ kind: "char", text: "{", span: at }, ...part, { kind: "char", text: "}", span: at });
      out.push(...reader.argument(command));
    }
  }
}

function textOrName(reader: Reading, command: Raw, text: string, at: Span, out: Token[]): void {
  const trimmed = text.replace(/[~\s]+/g, " ").trim();
  if (trimmed === "") return;
  if (/^[,;]$/.test(trimmed)) out.push({ type: "comma", name: trimmed, span: at });
  else if (trimmed === ".") out.push({ type: "period", name: ".", span: at });
  else if (readOperation(reader, trimmed, at, out)) return;
  else if (/^[A-Za-z][\w-]*'+$/.test(text)) readPrimed(reader, command, text, at, out);
  else if (isName(trimmed, text !== trimmed, reader.stream.peek())) {
    out.push(reader.word(trimmed, `${command.text}{${trimmed}}`, at));
  } else out.push({ type: "text", text, span: at });
}

/** `\text{ReLU'}`, a name and what is behind it. */
function readPrimed(reader: Reading, command: Raw, text: string, at: Span, out: Token[]): void {
  const name = text.replace(/'+$/, "");
  reader.stream.push(...Array.from(text.slice(name.length), (prime): Raw => ({ kind: "char", text: prime, span: at })));
  textOrName(reader, command, name, at, out);
}

const operations: ReadonlyMap<string, readonly string[]> = new Map([
  ["times", ["\\times"]],
  ["multiplied by", ["\\times"]],
  ["divided by", ["/"]],
  ["plus", ["+"]],
  ["minus", ["-"]],
]);

const powers: ReadonlyMap<string, readonly string[]> = new Map([
  ["squared", ["^", "2"]],
  ["cubed", ["^", "3"]],
  ["transpose", ["^", "\\top"]],
  ["transposed", ["^", "\\top"]],
]);

/**
 * `2(z - y) \text{ times } x`, `W \text{ transposed times } x`: the operations that words behind an operand say. Where a formula
 * was cut at such words, its beginning would be judged without them.
 */
function readOperation(reader: Reading, words: string, at: Span, out: Token[]): boolean {
  const [, power = "", name = "", rest = ""] =
    /^(squared|cubed|transposed?)?\b ?(times|multiplied by|divided by|plus|minus)?\b ?(.*)$/i.exec(words) ?? [];
  const raised = powers.get(power.toLowerCase()) ?? [];
  const signs = [...raised, ...(operations.get(name.toLowerCase()) ?? [])];
  const behind = out.findLast((token) => token.type !== "gap");
  if (signs.length === 0 || !["atom", "close", "script", "bar"].includes(behind?.type ?? "")) return false;
  if (name === "" && rest !== "") return false;
  if (/^[_^']$/.test(reader.stream.peek()?.text ?? "")) return false;
  if (rest !== "" || (power !== "" && behind !== out.at(-1))) refuseWords(words, at);
  reader.stream.push(...signs.map((text): Raw => ({ kind: kindOf(text), text, span: at })));
  const first = reader.stream.next();
  if (first !== null) reader.token(first, out);
  return true;
}

const kindOf = (text: string): Raw["kind"] =>
  text.startsWith("\\") ? "command" : /^\d/.test(text) ? "number" : "char";

/** Whether the words are a symbol. What follows decides: an argument, a script or a relation makes a name of them. */
function isName(words: string, spaced: boolean, next: Raw | null): boolean {
  const following = next?.text ?? "";
  const scripted = /^[_^']$/.test(following);
  const applied = scripted || openers.has(following) || following === "\\left" || following === "\\bigl";
  if (words.includes(" ")) return applied && !spaced && !words.split(" ").some(isProse) && /^[\w\s-]+$/.test(words);
  if (!/^[A-Za-z0-9][A-Za-z0-9_+-]*$/.test(words) || isProse(words)) return false;
  const related = /^(=|:=|<|>)$/.test(following) || relations.has(following);
  return !spaced || applied || related || isNameWord(words, false);
}
