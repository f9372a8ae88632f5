import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { gradeSubmission } from "../../src/grade/grade.js";
import { readGradedProblem } from "../../src/grade/problem.js";

/*
 * Small classes as a teacher would mark them, a file for each in classes/: the problem, then each submission behind a line
 * `=== what it is: marks`, the marks in the order of the questions, `r` for what a person must look at. The marks follow
 * from mathematics and docs/grading.md, not from what the program says.
 */

const FOLDER = new URL("classes/", import.meta.url);

for (const file of readdirSync(FOLDER)) {
  const [problem = "", ...submissions] = readFileSync(new URL(file, FOLDER), "utf8").split(/^=== /m);
  const read = readGradedProblem(file, problem);
  describe(file, () => {
    test.each(
      submissions.map((s) => {
        const [head = "", ...lines] = s.split("\n");
        const at = head.lastIndexOf(":");
        return { name: head.slice(0, at), marks: head.slice(at + 1).trim(), text: lines.join("\n") };
      }),
    )("$name", ({ marks, text }) => {
      if (!("problem" in read)) throw new Error(read.refused.map((d) => d.message).join("; "));
      const { parts } = gradeSubmission(read.problem, { file: "s.md", text });
      const got = parts.map((p) => p.score ?? "r").join(" ");
      expect(got, parts.map((p) => `${p.name}: ${p.verdict}. ${p.feedback}`).join("\n")).toBe(marks);
    });
  });
}
