import { rounded } from "../points.js";
import type { GradeJson } from "../report.js";
import type { GradeFormat } from "./format.js";

/** The result of a PrairieLearn external grader, one for each submission, each on a line; `score` is in 0..1. */
export const prairielearn = (): GradeFormat => ({
  head: () => "",
  one: (grade) => `${JSON.stringify(result(grade))}\n`,
  tail: () => "",
});

/** What a person must look at is not gradable: PrairieLearn then takes no attempt away. */
function result({ score, max, review, parts }: GradeJson): object {
  const tests = parts.map((p) => ({
    name: p.name,
    points: p.score ?? 0,
    max_points: p.max,
    output: p.feedback,
  }));
  const message = review === true ? "Some answers could not be read or decided; a person must look at them." : "";
  return { gradable: review !== true, score: max === 0 ? 0 : rounded(score / max), message, tests };
}
