import { escapeMarkdown as text } from "../../core/escape.js";
import type { CheckJson, StepVerdictJson } from "../../session/check.js";
import { display, inline } from "../markdown.js";
import { leftSide } from "../plain.js";
import { counterexampleOf, howKnown, type JudgedClaim, judgedOf, summarySentence, verdictWords } from "../verdicts.js";

/** Verdicts as Markdown with `$$…$$`. */
export function checkMarkdown(files: readonly CheckJson[]): string {
  return `${files.flatMap(fileBlocks).join("\n\n")}\n`;
}

function fileBlocks(report: CheckJson): readonly string[] {
  return [
    `# ${text(report.file)}`,
    text(summarySentence(report)),
    ...judgedOf(report.claims).flatMap(claimBlocks),
    ...messages(report),
  ];
}

function claimBlocks(c: JudgedClaim): readonly string[] {
  const { sign, word, standing } = verdictWords[c.verdict];
  const code = c.mistake ? ` (\`${c.mistake.code}\`)` : "";
  const how = standing === "right" ? howKnown(c) : "";
  const why = c.mistake?.message ?? c.reason ?? how;
  return [
    `## ${sign} ${word}: ${inline(leftSide(c.latex))}`,
    `Line ${c.at.line}${code}${why === "" ? "" : `: ${text(why)}`}`,
    display(c.latex),
    ...steps(c),
    ...counterexample(c),
    ...(c.expected ? ["Write", display(c.expected)] : []),
  ];
}

function steps({ steps = [] }: JudgedClaim): readonly string[] {
  return steps.length < 2 ? [] : [steps.map(step).join("\n")];
}

function step({ latex, verdict, mistake, expected }: StepVerdictJson, k: number): string {
  const { sign, word } = verdictWords[verdict];
  const why = mistake ? `: ${text(mistake.message)}` : "";
  const next = expected === undefined ? "" : `; true is ${inline(`= ${expected}`)}`;
  return `${k + 1}. ${sign} ${word}${why}${next}  \n   ${inline(latex)}`;
}

function counterexample(c: JudgedClaim): readonly string[] {
  const found = counterexampleOf(c);
  if (found === null) return [];
  const { sizes, entry, left, right } = found;
  return [
    text(`For example: ${[sizes, entry, `left side ${left}, right side ${right}`].filter((t) => t !== "").join("; ")}`),
  ];
}

function messages({ diagnostics }: CheckJson): readonly string[] {
  const told = diagnostics.filter((d) => d.severity !== "note");
  if (told.length === 0) return [];
  return ["## Messages", told.map((d) => `- ${d.severity}, line ${d.at.line}: ${text(d.message)}`).join("\n")];
}
