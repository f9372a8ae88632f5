import type { GradeJson } from "../report.js";

/** How marks are handed on: a text before, one for each submission, one after; so that a class need not be held in memory. */
export interface GradeFormat {
  readonly head: () => string;
  readonly one: (grade: GradeJson) => string;
  readonly tail: () => string;
}
