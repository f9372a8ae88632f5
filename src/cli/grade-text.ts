import type { GradeFormat } from "../grade/formats/format.js";
import type { GradeJson } from "../grade/report.js";
import type { Paint } from "./terminal.js";
import { count, OPEN, oneLine, RIGHT, WRONG } from "./text.js";

/** Marks for people at a terminal: a line for each part, the total, and what the class got. */
export function gradeText(paint: Paint): GradeFormat {
  let graded = 0;
  let waiting = 0;
  return {
    head: () => "",
    one: (grade) => {
      graded += 1;
      if (grade.review === true) waiting += 1;
      return `${submissionText(grade, paint)}\n`;
    },
    tail: () => paint("bold", `${count(graded, "submission")}, ${waiting} for review`).concat("\n"),
  };
}

function submissionText({ submission, score, max, review, parts }: GradeJson, paint: Paint): string {
  const total = `${score} of ${max}${review === true ? ", and review" : ""}`;
  const lines = parts.map((p) => {
    const [sign, style] =
      p.review === true
        ? ([OPEN, "yellow"] as const)
        : p.score === p.max
          ? ([RIGHT, "green"] as const)
          : ([WRONG, "red"] as const);
    const mark = p.score === null ? "review" : `${p.score} of ${p.max}`;
    const code = p.mistake === null ? "" : `  ${p.mistake}`;
    const feedback = p.feedback
      .split("\n")
      .filter((l) => l !== "")
      .map((l) => `\n      ${oneLine(l)}`);
    return `  ${paint(style, sign)} ${p.name}  ${mark}  ${p.verdict}${code}${feedback.join("")}`;
  });
  return [`${paint("bold", oneLine(submission))}  ${total}`, ...lines].join("\n");
}
