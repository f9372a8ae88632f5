import { escapeMarkdown } from "../../core/escape.js";
import type { GradeJson, PartJson } from "../report.js";
import type { GradeFormat } from "./format.js";

/** The feedback to hand back: a section for each submission, an item for each part. */
export const markdown = (): GradeFormat => ({
  head: () => "",
  one: ({ submission, score, max, review, parts }: GradeJson) =>
    `# ${escapeMarkdown(submission)}: ${score} of ${max}${review === true ? ", and review" : ""}\n\n${parts.map(item).join("\n\n")}\n\n`,
  tail: () => "",
});

function item(p: PartJson): string {
  const mark = p.score === null ? "review" : `${p.score} of ${p.max}`;
  const feedback = p.feedback.split("\n").map((line) => (line === "" ? "" : `  ${line}`));
  return [`- **${p.name}**: ${mark}`, ...(p.feedback === "" ? [] : ["", ...feedback])].join("\n");
}
