import { refuse } from "../core/diagnostic.js";
import * as tex from "./commands.js";
import type { Raw } from "./lexer.js";
import type { Reading } from "./reading.js";
import { environmentLike } from "./suggest.js";
import type { Syntax } from "./syntax.js";
import { readCases, readMatrix } from "./tables.js";
import { atom, type Token } from "./token.js";

/*
 * `\begin` with its `\end`: tables, cases, and lines that are aligned.
 */

export function readEnvironment(reader: Reading, raw: Raw, out: Token[]): void {
  const name = reader.rawArgument(raw).text;
  if (tex.environmentArguments.has(name)) reader.rawArgument(raw);
  if (tex.matrices.has(name) || tex.caseEnvironments.has(name)) out.push(atom(readTable(reader, raw, name)));
  else if (tex.alignments.has(name)) readAlignment(reader, raw, name, out);
  else
    refuse("tex/unknown-environment", `the environment \`${name}\` is not known here`, raw.span, environmentLike(name));
}

function readTable(reader: Reading, raw: Raw, name: string): Syntax {
  if (name === "array" || name.endsWith("matrix*")) while (reader.stream.takes("[")) reader.list("]", raw.span);
  return tex.matrices.has(name) ? readMatrix(reader, raw, name) : readCases(reader, raw, name);
}

function readAlignment(reader: Reading, raw: Raw, name: string, out: Token[]): void {
  if ((name === "aligned" || name === "gathered") && reader.stream.peek()?.text === "[") bracket(reader);
  const inner = reader.list("\\end", raw.span);
  reader.end(raw, name);
  const last = out.at(-1);
  if (last?.type === "row" && last.name === "end") out.pop();
  const rows = name.startsWith("eqnarray") ? inner.filter((token) => token.type !== "amp") : inner;
  out.push(...rows, { type: "row", name: "end", span: raw.span });
}

function bracket(reader: Reading): void {
  while (!reader.stream.takes("]") && reader.stream.next() !== null);
}
