import type { GradeJson, PartJson } from "../report.js";
import type { GradeFormat } from "./format.js";

/** `results.json` of a Gradescope autograder, one for each submission, each on a line. */
export const gradescope = (): GradeFormat => ({
  head: () => "",
  one: (grade) => `${JSON.stringify(results(grade))}\n`,
  tail: () => "",
});

function results(grade: GradeJson): object {
  const output = grade.review === true ? "A person will look at the parts marked for review." : "";
  return { score: grade.score, output, output_format: "md", visibility: "visible", tests: grade.parts.map(test) };
}

const test = (p: PartJson): object => ({
  name: p.name,
  score: p.score ?? 0,
  max_score: p.max,
  status: p.score === p.max ? "passed" : "failed",
  output: p.review === true ? `Not graded yet. ${p.feedback}` : p.feedback,
  output_format: "md",
});
