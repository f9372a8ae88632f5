import type { GradedProblem } from "../problem.js";
import { csv } from "./csv.js";
import type { GradeFormat } from "./format.js";
import { gradescope } from "./gradescope.js";
import { classReport } from "./html.js";
import { junit } from "./junit.js";
import { markdown } from "./markdown.js";
import type { GradeFormatName } from "./names.js";
import { prairielearn } from "./prairielearn.js";

const json = (): GradeFormat => ({ head: () => "", one: (grade) => `${JSON.stringify(grade)}\n`, tail: () => "" });

/** Every form in which marks are given out. */
export const gradeFormats = { json, csv, gradescope, html: classReport, junit, markdown, prairielearn } satisfies {
  readonly [N in GradeFormatName]: (problem: GradedProblem) => GradeFormat;
};
