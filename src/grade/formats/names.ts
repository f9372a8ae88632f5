/** The forms in which marks are given out, beside JSON; apart from what makes them, so that help need not load it. */
export const gradeFormatNames = ["csv", "gradescope", "html", "junit", "markdown", "prairielearn"] as const;

export type GradeFormatName = (typeof gradeFormatNames)[number] | "json";
