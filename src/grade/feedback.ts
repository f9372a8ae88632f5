import { mistakes } from "../check/mistakes/table.js";
import { isRight, type Verdict } from "../check/verdict.js";
import type { ClaimJson } from "../session/check.js";
import type { Question } from "./problem.js";
import type { FeedbackLevel } from "./report.js";

/** What the feedback on one part is made from. */
export interface Judgement {
  readonly question: Question;
  readonly verdict: Verdict;
  readonly claim: ClaimJson | null;
  readonly because: string | null;
}

const WORDS: { readonly [V in Verdict]: string } = {
  proved: "Right.",
  agrees: "Right: it agrees with the true derivative at every point that was tried.",
  "carried-forward": "Right, given an earlier line that is not.",
  wrong: "Not right.",
  "shape-mismatch": "Not right: the shapes do not fit.",
  "no-answer": "No answer.",
  unreadable: "This could not be read; a person will look at it.",
  undecided: "This could not be decided; a person will look at it.",
};

/** Feedback in Markdown: what kind of slip, then where, then the whole reason with the right answer. */
export function feedbackFor(level: FeedbackLevel, judgement: Judgement): string {
  if (level === "none") return "";
  const { verdict, claim, because } = judgement;
  const lines = [because === null ? WORDS[verdict] : `${WORDS[verdict]} ${sentence(because)}`];
  if (isRight(verdict) || claim === null) return lines.join("\n\n");
  const { mistake } = claim;
  if (level !== "full" && mistake)
    lines.push(sentence(mistakes.get(mistake.code)?.hint ?? "Look again at each factor."));
  if (level !== "kind") lines.push(`Line ${claim.at.line}: ${math(falseStep(claim))}`);
  if (level === "full") {
    if (mistake) lines.push(inert(sentence(mistake.message)));
    if (claim.expected) lines.push(`Right: ${math(`${judgement.question.latex} = ${claim.expected}`)}`);
  }
  return lines.join("\n\n");
}

/** The first false link of a chain, or the whole line. */
function falseStep(claim: ClaimJson): string {
  const { steps = [] } = claim;
  const first = steps.length > 1 ? steps.find((s) => !isRight(s.verdict)) : undefined;
  return first?.latex ?? claim.latex;
}

/** Backticks keep a student's formula from being more than text; a mark to align relations by says nothing in one line. */
const math = (latex: string): string =>
  `\`${latex
    .replace(/&\s*(?=:?=|\\(?:approx|equiv|propto|implies|Rightarrow)\b)/g, "")
    .replace(/\s+/g, " ")
    .replaceAll("`", "'")}\``;

/** A reason may quote the student: no HTML, no code, no link. */
const inert = (text: string): string => text.replace(/[<`]|\](?=\()/g, "\\$&");

function sentence(text: string): string {
  // A letter alone is a symbol, whose case says what it is.
  const full = /^(?:[a-z]{2}|a )/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(full) ? full : `${full}.`;
}
