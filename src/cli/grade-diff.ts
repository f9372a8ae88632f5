import { type EarlierMarks, gradeChanges } from "../grade/diff.js";
import type { GradeFormat } from "../grade/formats/format.js";
import type { GradeJson } from "../grade/report.js";
import { fileLines } from "./file-lines.js";
import { unreadable } from "./input.js";
import { oneLine } from "./text.js";

/** The marks of an earlier run by submission, or in one sentence why they cannot be used. */
export async function earlierRun(file: string): Promise<ReadonlyMap<string, EarlierMarks> | string> {
  const marks = new Map<string, EarlierMarks>();
  try {
    // Line by line: what a class of thousands was told is larger than any worksheet, and only its marks are kept.
    for await (const line of fileLines(file)) {
      if (line.trim() === "") continue;
      const grade = gradeIn(line);
      if (grade === null) return "this is not the output of an earlier run";
      marks.set(grade.submission, { parts: grade.parts.map(({ name, score, max }) => ({ name, score, max })) });
    }
  } catch (error) {
    const why = unreadable(file, error);
    return "problem" in why ? why.problem : "";
  }
  return marks;
}

function gradeIn(line: string): GradeJson | null {
  try {
    const parsed: GradeJson = JSON.parse(line);
    return parsed.schema === "backproof/grade/1" && Array.isArray(parsed.parts) ? parsed : null;
  } catch {
    return null;
  }
}

/** Whose marks change, a line for each change, and how many. */
export function changesFrom(before: ReadonlyMap<string, EarlierMarks>): GradeFormat {
  let count = 0;
  return {
    head: () => "",
    one: (grade: GradeJson): string => {
      const changes = gradeChanges(before.get(grade.submission) ?? null, grade);
      count += changes.length;
      return changes.map((c) => `${oneLine(c.submission)}  ${c.of ?? "total"}: ${c.before} → ${c.after}\n`).join("");
    },
    tail: (): string => `${count} ${count === 1 ? "mark changes" : "marks change"}\n`,
  };
}
