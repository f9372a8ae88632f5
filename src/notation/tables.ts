import { cover, type Span } from "../core/span.js";
import type { Raw } from "./lexer.js";
import type { Reading } from "./reading.js";
import type { Syntax } from "./syntax.js";
import type { Token } from "./token.js";
import { introduction, isOtherwise } from "./words.js";

type Cells = readonly (readonly Token[])[];

/** The cells of a table up to its `\end`, which is taken; a last row without anything in it is none. */
function readRows(reader: Reading, begin: Raw, name: string): { readonly rows: readonly Cells[]; readonly span: Span } {
  const rows: (readonly Token[])[][] = [[]];
  for (;;) {
    rows.at(-1)?.push(reader.list("cell", begin.span));
    const border = reader.stream.peek();
    if (border === null || border.text === "\\end") break;
    reader.stream.next();
    if (border.kind === "row") rows.push([]);
  }
  const end = reader.end(begin, name);
  const last = rows.at(-1);
  if (rows.length > 1 && last?.every((cell) => cell.length === 0)) rows.pop();
  return { rows, span: cover(begin.span, end) };
}

export function readMatrix(reader: Reading, begin: Raw, name: string): Syntax {
  const { rows, span } = readRows(reader, begin, name);
  const environment = name
    .replace(/\*$/, "")
    .replace(/^small|^bsmall|^psmall/, (prefix) => prefix.replace("small", ""));
  return {
    kind: "matrix",
    environment,
    rows: rows.map((row) => row.map((cell) => reader.tree(cell, begin.span))),
    span,
  };
}

export function readCases(reader: Reading, begin: Raw, name: string): Syntax {
  const { rows, span } = readRows(reader, begin, name);
  const read = rows.map((row) => {
    const [value, condition] = row.length > 1 ? [row[0] ?? [], row.slice(1).flat()] : splitCase(row[0] ?? []);
    return {
      value: reader.tree(withoutStop(value), begin.span),
      condition: readCondition(reader, condition, begin.span),
    };
  });
  return { kind: "cases", rows: read, span };
}

const isStop = (token: Token | undefined): boolean =>
  token?.type === "comma" || token?.type === "period" || token?.type === "gap";

function withoutStop(tokens: readonly Token[]): readonly Token[] {
  let [from, to] = [0, tokens.length];
  while (to > from && isStop(tokens[to - 1])) to--;
  while (from < to && isStop(tokens[from])) from++;
  return tokens.slice(from, to);
}

/** A row without `&`: the condition begins at the first word, or after the first comma outside parentheses. */
function splitCase(tokens: readonly Token[]): readonly [readonly Token[], readonly Token[]] {
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.type === "open") depth++;
    else if (token.type === "close") depth--;
    else if (depth === 0 && (token.type === "text" || token.type === "comma" || token.type === "gap")) {
      return [tokens.slice(0, i), tokens.slice(i)];
    }
  }
  return [tokens, []];
}

function readCondition(reader: Reading, tokens: readonly Token[], at: Span): Syntax | null {
  const inner = [...withoutStop(tokens)];
  const first = inner[0];
  if (first?.type === "text") {
    if (inner.length === 1 && isOtherwise(first.text)) return null;
    if (introduction(first.text) !== null && first.text.trim().split(/\s+/).length === 1) inner.shift();
  }
  const rest = withoutStop(inner);
  return rest.length === 0 ? null : reader.tree(rest, at);
}
