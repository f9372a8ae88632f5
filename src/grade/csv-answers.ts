import Papa from "papaparse";
import type { Submission } from "./grade.js";
import { textOfHtml } from "./html-text.js";
import type { Question } from "./problem.js";

/** The submissions of a table, made as they are asked for, or in one sentence why it holds none. */
export type CsvAnswers =
  | { readonly submissions: Iterable<Submission> }
  | { readonly problem: string; readonly hint: string };

/** What a column says who answers, the first of these that is there. */
const WHO = [
  ...["id", "submission", "student", "student id", "id number", "sid", "username", "user", "email", "email address"],
  ...["name", "last name", "surname"],
];
/** A column that holds all of a submission. */
const ALL = /^(?:answers?|responses?|submission text|text|solution)$/i;
/** A column that holds the answer to one question by its number. */
const NUMBERED = /^(?:(answers?|responses?|questions?|q|part)[\s_.:#]*)?(\d+)\b(?!\.\d)/i;
/** `811: Derive …` of a Canvas student analysis: the questions in their order, by numbers of the platform's. */
const POSED = /^\d{3,}: /;
/** A column of points: `1.0`, `Q. 1 /2.00`, `Q1 (2.0 pts)`. */
const POINTS = /^\d+\.\d+$|\/\s*\d+(?:[.,]\d+)?\s*$|\(\s*\d+(?:\.\d+)?\s*(?:points?|pts?\.?|marks?)\s*\)\s*$/i;

/**
 * Answers as a learning platform exports them: one row for each submission, the first line naming the columns. A column is
 * one question's by its variable (`W1`, `\mathbf{W}^{(1)}`) or its number (`Response 2`), or holds a whole submission.
 */
export function submissionsFromCsv(file: string, text: string, questions: readonly Question[]): CsvAnswers {
  const rows = rowsOf(text);
  const head = rows.next().value;
  if (head === undefined) return { problem: "the table is empty", hint: HINT };
  const columns = meaningsOf(head, questions);
  if (!columns.some((c) => c !== null)) return { problem: "no column holds answers", hint: HINT };
  return { submissions: submissionsIn(file, rows, columnOf(head, WHO), columns) };
}

function* submissionsIn(
  file: string,
  rows: Iterable<readonly string[]>,
  who: number,
  columns: readonly (Meaning | null)[],
): Generator<Submission> {
  const taken = new Map<string, number>();
  let k = 0;
  for (const row of rows) {
    k += 1;
    const name = (who < 0 ? "" : (row[who] ?? "").trim()) || String(k);
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    yield { file: `${file}#${name}${count === 1 ? "" : ` (${count})`}`, text: textOf(row, columns) };
  }
}

/** So many rows are parsed at a time. */
const AT_ONCE = 200;

/** The rows of a table that are not blank, parsed a few at a time. */
function* rowsOf(text: string): Generator<readonly string[], undefined> {
  let rest = text;
  let known: Pick<Papa.ParseConfig<string[]>, "delimiter" | "newline"> = {};
  for (;;) {
    // Papa's fast mode takes the whole text apart whatever is asked for.
    const { data, meta } = Papa.parse<string[]>(rest, {
      ...known,
      preview: AT_ONCE,
      skipEmptyLines: "greedy",
      fastMode: false,
    });
    yield* data;
    if (!meta.truncated) return undefined;
    known = { delimiter: meta.delimiter, newline: BREAKS.find((b) => b === meta.linebreak) };
    rest = rest.slice(meta.cursor);
  }
}

const BREAKS = ["\r\n", "\n", "\r"] as const;

const HINT = "name the columns in the first line: who answers (id), then one for each question (W1, or Response 1)";

function columnOf(head: readonly string[], names: readonly string[]): number {
  for (const name of names) {
    const k = head.findIndex((h) => h.trim().toLowerCase() === name);
    if (k >= 0) return k;
  }
  return -1;
}

type Meaning = Question | "all";

/** What each column holds; of several about one question those that are called responses. */
function meaningsOf(head: readonly string[], questions: readonly Question[]): readonly (Meaning | null)[] {
  const posed = head.filter((h) => POSED.test(h));
  const found = head.map((name) =>
    POSED.test(name) ? (questions[posed.indexOf(name)] ?? null) : meaningOf(name.trim(), questions),
  );
  const rank = (name: string): number => (/^(?:answers?|responses?)\b/i.test(name.trim()) ? 1 : 0);
  return found.map((meaning, k) => {
    const better = head.some((name, j) => found[j] === meaning && rank(name) > rank(head[k] ?? ""));
    return better ? null : meaning;
  });
}

function meaningOf(name: string, questions: readonly Question[]): Meaning | null {
  const bare = plain(name);
  const own = questions.find((q) => [q.name, q.of, q.latex].some((n) => plain(n) === bare));
  if (own !== undefined) return own;
  if (ALL.test(name)) return "all";
  const number = POINTS.test(name) ? undefined : NUMBERED.exec(name)?.[2];
  return number === undefined ? null : (questions[Number(number) - 1] ?? null);
}

const plain = (name: string): string => name.replace(/[\s${}]/g, "");

/** One cell after the other; a cell that is no formula yet becomes the right side of its question. */
function textOf(row: readonly string[], columns: readonly (Meaning | null)[]): string {
  const parts = columns.flatMap((meaning, k) => {
    const cell = textOfCell((row[k] ?? "").trim());
    if (meaning === null || cell === "") return [];
    return [
      meaning === "all" || /\$|\\\[|\\\(|\\begin\{/.test(cell) ? answered(cell, meaning) : display(cell, meaning),
    ];
  });
  return parts.join("\n\n");
}

/** What an editor of pages wrote. */
const textOfCell = (cell: string): string => (/^<(?:p|div|span)\b[^>]*>/i.test(cell) ? textOfHtml(cell) : cell);

/** `$a b^\top$` alone says only the right side. */
function answered(cell: string, meaning: Meaning): string {
  const inner = /^(?:\$\$?|\\\[|\\\()\s*((?:[^$\\]|\\(?![\])]).)*?)\s*(?:\$\$?|\\\]|\\\))$/s.exec(cell)?.[1];
  return meaning === "all" || inner === undefined ? cell : display(inner, meaning);
}

const display = (cell: string, meaning: Meaning): string =>
  meaning === "all" || cell.includes("=") ? `$$${cell}$$` : `$$${meaning.latex} = ${cell}$$`;
