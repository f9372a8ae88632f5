import { refuse } from "../core/diagnostic.js";
import { cover, type Span } from "../core/span.js";
import * as tex from "./commands.js";
import type { Raw } from "./lexer.js";
import type { Reading } from "./reading.js";
import { readCases } from "./tables.js";
import { atom, type Token } from "./token.js";

/*
 * `\left` with its `\right`.
 */

export function readLeftRight(reader: Reading, raw: Raw, out: Token[]): void {
  const open = readDelimiter(reader, raw);
  const table = tableAsCases(reader, open.name);
  const inner = table === null ? reader.list("\\right", raw.span) : [table, ...reader.list("\\right", raw.span)];
  const right = reader.stream.next();
  if (right === null) throw new Error("internal: \\right has gone");
  const close = readDelimiter(reader, right);
  const at = cover(raw.span, close.span);
  if (table !== null && (close.name !== "." || inner.length > 1)) {
    refuse("tex/unsupported", "a brace around a table that is not by cases", at, "write \\begin{cases}");
  }
  if (open.name === "\\{" && close.name === "." && inner.some((token) => token.type === "row")) {
    // A brace in front of several equations.
    out.push(...inner);
    return;
  }
  const body = reader.tree(inner, at);
  const plain = table !== null || (open.name === "." && close.name === ".");
  if (plain) out.push({ type: "atom", syntax: body, open: false, span: at });
  else out.push(atom({ kind: "group", open: groupName(open.name, close.name), body, span: at }));
}

/** `\left\{ \begin{array}…` is a value by cases. */
function tableAsCases(reader: Reading, open: string): Token | null {
  if (open !== "\\{" || reader.stream.peek()?.text !== "\\begin") return null;
  const begin = reader.stream.next();
  if (begin === null) return null;
  const { text: name, raws, span: at } = reader.rawArgument(begin);
  if (name !== "array" && name !== "matrix") {
    const brace = (text: string): Raw => ({ kind: "char", text, span: at });
    reader.stream.push(begin, brace("{"), ...raws, brace("}"));
    return null;
  }
  if (name === "array") {
    while (reader.stream.takes("[")) reader.list("]", begin.span);
    reader.rawArgument(begin);
  }
  return atom(readCases(reader, begin, name));
}

function readDelimiter(reader: Reading, command: Raw): { readonly name: string; readonly span: Span } {
  const raw = reader.stream.next();
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

const angle = (text: string): string | undefined =>
  text === "<" || text === ">" ? "\\langle" : text === "/" ? "/" : undefined;

function groupName(open: string, close: string): string {
  if (open === close) return open;
  return open + (close === "(" ? ")" : close === "[" ? "]" : close);
}
