import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isRight, isWrong, type Verdict } from "../../src/check/verdict.js";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * Worksheets as notes write them, a file for a kind of them in notes/: `# name`, the text, and lines that are right, `+ …`,
 * wrong, `- …`, or that the text leaves open, `? …`. What each is follows from mathematics, not from what the program says.
 */

const FOLDER = new URL("notes/", import.meta.url);
const LINE = /^([-+?]) (.*)$/;

interface Sheet {
  readonly name: string;
  readonly text: string;
  /** By its line number, what each claim is. */
  readonly marks: ReadonlyMap<number, string>;
}

const sheetsOf = (file: string): readonly Sheet[] =>
  readFileSync(new URL(file, FOLDER), "utf8")
    .split(/^# /m)
    .slice(1)
    .map((part) => {
      const [name = "", ...lines] = part.trimEnd().split("\n");
      const marks = new Map<number, string>();
      const text = lines.map((line, k) => {
        const [, mark = "", latex = ""] = LINE.exec(line) ?? [];
        if (mark === "") return line;
        marks.set(k + 1, mark);
        return `$$${latex}$$`;
      });
      return { name, text: text.join("\n"), marks };
    });

const markOf = (verdict: Verdict): string => (isRight(verdict) ? "+" : isWrong(verdict) ? "-" : "?");

/** The lines alone, and what stands above them; `null` where some of it stands between them. */
function apart({ text, marks }: Sheet): { readonly problem: string; readonly lines: readonly string[] } | null {
  const all = text.split("\n");
  const first = Math.min(...marks.keys());
  if (all.some((line, k) => k + 1 > first && !marks.has(k + 1) && line.includes("$"))) return null;
  return {
    problem: all.filter((_, k) => !marks.has(k + 1)).join("\n"),
    lines: all.filter((_, k) => marks.has(k + 1)),
  };
}

/** Sheets of which only the lines say what is an array: handed in, they give no shapes. */
const OPEN = new Set([
  "soft thresholding 2",
  "hyper",
  "logistic hessian",
  "a Hessian as the derivative of a gradient",
  "ica",
  "rows undeclared",
  "upstream g",
  "rnn undeclared",
  "lora",
  "residual undeclared",
]);

for (const file of readdirSync(FOLDER))
  describe(`${file}, handed in`, () => {
    it.each(sheetsOf(file).filter((s) => apart(s) !== null))("$name", (sheet) => {
      const { problem, lines } = apart(sheet) ?? { problem: "", lines: [] };
      const against = { file: "problem.md", text: problem };
      const found = checkWorksheet("lines.md", lines.join("\n\n"), { against }).claims;
      const marks = [...sheet.marks.values()];
      const got = lines.map((_, k) => {
        const own = found.filter((c) => c.kind === undefined && c.at?.line === 2 * k + 1).map((c) => c.verdict);
        return [...new Set(own.map((v) => (v === undefined ? "" : markOf(v))))].join();
      });
      // What is open in its own worksheet may be told by less here, and the other way round.
      const wanted = marks.map((m, k) => (m === "?" || (OPEN.has(sheet.name) && got[k] === "?") ? got[k] : m));
      expect(got).toEqual(wanted);
    });
  });

for (const file of readdirSync(FOLDER))
  describe(file, () => {
    it.each(sheetsOf(file))("$name", ({ name, text, marks }) => {
      const found = checkWorksheet(`${name}.md`, text).claims.filter((c) => c.kind === undefined && c.at !== null);
      const verdicts = [...marks].map(([line]) => found.filter((c) => c.at?.line === line).map((c) => c.verdict));
      const got = verdicts.map((all) => [...new Set(all.map((v) => (v === undefined ? "" : markOf(v))))].join());
      expect(got, verdicts.join(" | ")).toEqual([...marks.values()]);
    });
  });
