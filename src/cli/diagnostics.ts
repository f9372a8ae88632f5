import type { Severity } from "../core/diagnostic.js";
import { type Place, WHOLE_FILE } from "../core/span.js";
import { columnsOf, type Paint, type Style, visible } from "./terminal.js";

/** A diagnostic as reports hold it: with its place in the file. */
export interface PlacedDiagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly at: Place;
}

/** An error about a file as such. */
export const aboutFile = (code: string, message: string, hint = ""): PlacedDiagnostic => ({
  severity: "error",
  code,
  message,
  hint,
  at: WHOLE_FILE,
});

const COLOUR: { readonly [K in Severity]: Style } = { error: "red", warning: "yellow", note: "cyan" };

/** `file:line:column severity code: message`, the line with the span underlined, and the hint. */
export function formatDiagnostic(file: string, lines: readonly string[], d: PlacedDiagnostic, paint: Paint): string {
  const where = paint("bold", `${visible(file)}:${d.at.line}:${d.at.column}`);
  const what = `${paint(COLOUR[d.severity], d.severity)} ${d.code}: ${visible(d.message)}`;
  const out = [`${where} ${what}`, ...underline(lines, d.at, (carets) => paint(COLOUR[d.severity], carets))];
  if (d.hint !== "") out.push(`   hint: ${visible(d.hint)}`);
  return out.join("\n");
}

/** Line breaks as `Source` counts them. */
export const linesOf = (text: string): readonly string[] => text.split("\n").map((line) => line.replace(/\r$/, ""));

/** Columns shown of one line; a longer line is clipped around the span. */
const WINDOW = 100;
/** Characters looked at on both sides of a span's beginning: more than the window has room for. */
const REACH = 2 * WINDOW;
const TAB = 4;

interface Cell {
  readonly shown: string;
  readonly columns: number;
  readonly marked: boolean;
}

/**
 * The line that a place begins on, with carets below the place; `label` follows the carets. Empty where the place is
 * about the whole file. A place of several lines is marked to the end of its first.
 */
export function underline(
  lines: readonly string[],
  at: Place,
  paint: (carets: string) => string,
  label = "",
): readonly string[] {
  const line = lines[at.line - 1];
  const wholeFile = at.line === 1 && at.column === 1 && at.endLine === 1 && at.endColumn === 1;
  if (line === undefined || wholeFile) return [];
  const start = offsetOf(line, at.column - REACH);
  const end = offsetOf(line, at.column + REACH, start, Math.max(1, at.column - REACH));
  const { before, cells, after } = clip(cellsOf(line.slice(start, end), at, Math.max(1, at.column - REACH)));
  const first = cells.findIndex((cell) => cell.marked);
  const lead = first < 0 ? cells : cells.slice(0, first);
  const indent = before.length + total(lead);
  const carets = "^".repeat(Math.max(1, total(cells.filter((cell) => cell.marked))));
  const number = String(at.line).padStart(5);
  return [
    `${number} │ ${before}${cells.map((cell) => cell.shown).join("")}${after}`,
    `${" ".repeat(5)} │ ${" ".repeat(indent)}${paint(carets)}${label === "" ? "" : ` ${label}`}`,
  ];
}

/** Where a column of a line begins, in UTF-16 units; counted from `offset`, where column `known` begins. */
export function offsetOf(line: string, column: number, offset = 0, known = 1): number {
  let at = offset;
  for (let k = known; k < column && at < line.length; k++) at += (line.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

/** The characters of a piece of a line that begins at column `first`. */
function cellsOf(piece: string, at: Place, first: number): readonly Cell[] {
  const end = at.endLine > at.line ? Number.POSITIVE_INFINITY : Math.max(at.endColumn, at.column + 1);
  const cells: Cell[] = [];
  let column = first;
  let position = 0;
  for (const character of piece) {
    const marked = column >= at.column && column < end;
    const shown = character === "\t" ? " ".repeat(TAB - (position % TAB)) : visible(character);
    const columns = character === "\t" ? shown.length : columnsOf(shown);
    cells.push({ shown, columns, marked });
    position += columns;
    column += 1;
  }
  return cells;
}

const total = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + cell.columns, 0);

/** At most `WINDOW` columns, with the beginning of the marked part in sight. */
function clip(cells: readonly Cell[]): { before: string; cells: readonly Cell[]; after: string } {
  if (total(cells) <= WINDOW) return { before: "", cells, after: "" };
  const marked = cells.findIndex((cell) => cell.marked);
  const from = Math.max(0, (marked < 0 ? cells.length : marked) - WINDOW / 4);
  let to = from;
  for (let columns = 0; to < cells.length; to++) {
    columns += cells[to]?.columns ?? 0;
    if (columns > WINDOW) break;
  }
  return { before: from > 0 ? "…" : "", cells: cells.slice(from, to), after: to < cells.length ? "…" : "" };
}
