import { pairKey } from "../check/asked.js";
import { isRight, type Verdict } from "../check/verdict.js";
import { hash } from "../core/random.js";
import { WHOLE_FILE } from "../core/span.js";
import { readDocument } from "../document/read-document.js";
import { type Answer, type CheckJson, type ClaimJson, judgeWorksheet } from "../session/check.js";
import { questionKey } from "../session/questions.js";
import { feedbackFor } from "./feedback.js";
import { rounded } from "./points.js";
import type { GradedProblem, Question } from "./problem.js";
import type { FeedbackLevel, GradeJson, GradeRecord, PartJson } from "./report.js";
import { fractionFor } from "./rubric.js";

export interface Submission {
  /** The path as given. */
  readonly file: string;
  readonly text: string;
}

export interface GradeOptions {
  readonly feedback?: FeedbackLevel;
  readonly seed?: number;
  readonly record?: GradeRecord;
}

const NO_RECORD: GradeRecord = { problem: "", submission: "", version: "" };

/** What is said of one question before points are given. */
interface Found {
  readonly verdict: Verdict;
  readonly claim: ClaimJson | null;
  /** Why the verdict is not that of the line alone. */
  readonly because: string | null;
}

/** Characters of a submission at most: a long one has some ten thousand, and a class must not wait for one file. */
const LONGEST = 1_000_000;

/** Why a submission is not even looked at, or `null`. */
export const tooLong = (text: string): string | null =>
  text.length > LONGEST ? `the submission has more than ${LONGEST} characters` : null;

/** Scores one submission. Never throws on what a student wrote. */
export function gradeSubmission(problem: GradedProblem, submission: Submission, options: GradeOptions = {}): GradeJson {
  const long = tooLong(submission.text);
  if (long !== null) return reviewOf(problem, submission.file, long, options.record);
  const { json, answers } = judgeWorksheet(submission.file, submission.text, {
    against: problem,
    // All are judged at the same points.
    seed: options.seed ?? hash(problem.text),
  });
  const closed = closedPairs(answers, new Set(problem.given));
  const unplaced = unplacedLine(json, answers, submission.text);
  const parts = problem.questions.map((q): PartJson => {
    const found =
      grounded(answerTo(q, problem, answers), closed) ?? missing(unplaced ?? ofAnother(q, problem, answers));
    return part(q, found, problem, options.feedback ?? "full");
  });
  return scored(submission.file, parts, problem, json.diagnostics, options.record ?? NO_RECORD);
}

/** A submission that cannot be judged at all: a person must look, and nobody loses points. */
export function reviewOf(
  problem: GradedProblem,
  file: string,
  because: string,
  record: GradeRecord = NO_RECORD,
): GradeJson {
  const parts = problem.questions.map((q) => part(q, { verdict: "unreadable", claim: null, because }, problem, "full"));
  const about = { severity: "error", code: "grade/not-judged", message: because, hint: "", at: WHOLE_FILE } as const;
  return scored(file, parts, problem, [about], record);
}

function scored(
  file: string,
  parts: readonly PartJson[],
  problem: GradedProblem,
  diagnostics: GradeJson["diagnostics"],
  record: GradeRecord,
): GradeJson {
  return {
    schema: "backproof/grade/1",
    submission: file,
    score: rounded(parts.reduce((sum, p) => sum + (p.score ?? 0), 0)),
    max: problem.max,
    ...(parts.some((p) => p.review) ? { review: true as const } : {}),
    parts,
    diagnostics,
    record,
  };
}

function part(q: Question, found: Found, problem: GradedProblem, level: FeedbackLevel): PartJson {
  const { verdict, claim, because } = found;
  const mistake = claim?.mistake ?? null;
  // A mistake has its price only where it is the only one.
  const single = because === null && (claim?.steps ?? []).filter((s) => !isRight(s.verdict)).length <= 1;
  const fraction = fractionFor(problem.rubric, verdict, single ? (mistake?.code ?? null) : null);
  return {
    of: q.of,
    name: q.name,
    score: fraction === null ? null : rounded(fraction * q.points),
    max: q.points,
    verdict,
    mistake: because === null ? (mistake?.code ?? null) : null,
    feedback: feedbackFor(level, { question: q, verdict, claim, because }),
    at: claim?.at ?? null,
    ...(fraction === null ? { review: true as const } : {}),
  };
}

/** The last line that answers a question counts: earlier ones are on the way to it. */
function answerTo(q: Question, problem: GradedProblem, answers: readonly Answer[]): Answer | null {
  const own = answers.filter(
    (a) => a.about !== null && questionKey(a.about) === q.key && a.claim.verdict !== undefined,
  );
  // A name put to an answer further down, `\partial L/\partial z = \delta`, takes nothing from it.
  const last = own.findLast((a) => a.claim.verdict !== "no-answer") ?? own.at(-1);
  if (last !== undefined) return last;
  // A general line answers the question for an entry, if no other question is about the same derivative.
  const alone = problem.questions.filter((o) => o.pair === q.pair).length === 1;
  return (
    (alone ? answers.findLast((a) => a.about !== null && pairKey(a.about) === q.pair && a.about.entry === "") : null) ??
    null
  );
}

/** A right line counts once every derivative that it rests on is worked out, here or by the problem. */
function grounded(answer: Answer | null, closed: ReadonlySet<string>): Found | null {
  if (answer === null) return null;
  const { claim, uses } = answer;
  const verdict = claim.verdict ?? "undecided";
  const plain = { verdict, claim, because: null };
  if (!isRight(verdict) || uses.length === 0) return plain;
  if (uses.some((side) => side.every((pair) => closed.has(pair)))) return plain;
  const open = uses.at(-1)?.filter((pair) => !closed.has(pair)) ?? [];
  const names = open
    .map((pair) => `$\\partial ${pair.replace(" by ", " / \\partial ").replaceAll(/\{#\d+\}/g, "\\cdot")}$`)
    .join(", ");
  return { verdict: "no-answer", claim, because: `this rests on ${names}, which is nowhere worked out` };
}

/**
 * The derivatives that the submission works out: those of a line one of whose right sides holds no other, or of a line
 * that is wrong: it was worked out, and costs its own points only.
 */
function closedPairs(answers: readonly Answer[], from: ReadonlySet<string>): ReadonlySet<string> {
  const closed = new Set(from);
  for (let before = -1; before < closed.size; ) {
    before = closed.size;
    for (const { about, uses, claim } of answers) {
      if (about === null || claim.verdict === "no-answer") continue;
      const attempted = !isRight(claim.verdict ?? "undecided");
      // A recursion works out each of its members by the next.
      const own = pairKey(about);
      if (attempted || uses.some((side) => side.every((pair) => pair === own || closed.has(pair)))) closed.add(own);
    }
  }
  return closed;
}

const missing = (unplaced: string | null): Found =>
  unplaced === null
    ? { verdict: "no-answer", claim: null, because: "there is no line that answers this" }
    : { verdict: "unreadable", claim: null, because: unplaced };

/**
 * A line that could not be read may be the answer to any question that seems to have none, and so may a text whose
 * formulas were not found.
 */
function unplacedLine(json: CheckJson, answers: readonly Answer[], text: string): string | null {
  const lost = answers.find(
    (a) => a.about === null && (a.claim.verdict === "unreadable" || a.claim.verdict === "undecided"),
  );
  const damaged = json.diagnostics.find(
    (d) => d.severity === "error" && UNPLACED.test(d.code) && d.code !== "document/no-formulas",
  );
  // Where the program failed, lines were judged nowhere: that must cost nobody a point.
  if (json.diagnostics.some((d) => d.code.startsWith("internal/")))
    return "the program failed at a part of this, which may be the answer";
  const line = lost?.claim.at.line ?? damaged?.at.line;
  if (line !== undefined) return `line ${line} could not be read, and may be the answer`;
  if (answers.length > 0) return null;
  if (holdsExpressions(text)) return "the text holds formulas, and no line says what they are";
  return /[=∂∇]/u.test(text) ? "the text holds no formula that could be found, but looks as if it had one" : null;
}

/** Displayed formulas without a left side may be the answers, in whatever order. */
function holdsExpressions(text: string): boolean {
  const { formulas } = readDocument("", text);
  return formulas.some(({ display, span }) => display && !/[=<>]|\\in\b/.test(text.slice(span.start, span.end)));
}

/** A line about the same variable whose loss has a name that the problem does not know may mean the problem's. */
function ofAnother(q: Question, problem: GradedProblem, answers: readonly Answer[]): string | null {
  const last = answers.find(({ about }) => about?.bySizes === true && pairKey(about) === q.pair);
  if (last !== undefined)
    return `line ${last.claim.at.line} counts with the letters of the sizes: whether it is meant for every entry, or for the last, is not clear`;
  const wrt = q.pair.slice(q.pair.lastIndexOf(" by "));
  const known = new Set(problem.symbols);
  const line = answers.find(
    ({ about }) => about !== null && pairKey(about).endsWith(wrt) && !known.has(about.of.latex),
  );
  return line === undefined || line.about === null
    ? null
    : `line ${line.claim.at.line} may answer this, but the problem does not say what $${line.about.of.latex}$ is`;
}

/** What is wrong with a text or a formula, rather than with what it says. */
const UNPLACED = /^(?:document|tex|formula|macro|layout)\//;
