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

for (const file of readdirSync(FOLDER))
  describe(file, () => {
    it.each(sheetsOf(file))("$name", ({ name, text, marks }) => {
      const found = checkWorksheet(`${name}.md`, text).claims.filter((c) => c.kind === undefined && c.at !== null);
      const verdicts = [...marks].map(([line]) => found.filter((c) => c.at?.line === line).map((c) => c.verdict));
      const got = verdicts.map((all) => [...new Set(all.map((v) => (v === undefined ? "" : markOf(v))))].join());
      expect(got, verdicts.join(" | ")).toEqual([...marks.values()]);
    });
  });
