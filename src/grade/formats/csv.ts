import Papa from "papaparse";
import type { GradeFormat } from "./format.js";

const COLUMNS = ["submission", "part", "score", "max", "verdict", "mistake", "review", "feedback"];

/**
 * One row for each submission and part (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe in front
 * (OWASP, CSV injection): names of files come from students.
 */
export const csv = (): GradeFormat => ({
  head: () => rows([COLUMNS]),
  one: ({ submission, parts }) =>
    rows(
      parts.map((p) => [
        submission,
        p.name,
        p.score === null ? "" : String(p.score),
        String(p.max),
        p.verdict,
        p.mistake ?? "",
        p.review === true ? "review" : "",
        p.feedback,
      ]),
    ),
  tail: () => "",
});

const rows = (all: readonly (readonly string[])[]): string =>
  `${Papa.unparse(
    all.map((row) => [...row]),
    { newline: "\r\n", escapeFormulae: true },
  )}\r\n`;
