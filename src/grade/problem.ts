import { isRight, isWrong } from "../check/verdict.js";
import { WHOLE_FILE } from "../core/span.js";
import { readDocument } from "../document/read-document.js";
import { type PosedQuestion, posedQuestions } from "../session/questions.js";
import type { DiagnosticJson } from "../session/report.js";
import { pointsOf, rounded } from "./points.js";
import { type Rubric, readRubric } from "./rubric.js";

export interface Question extends PosedQuestion {
  readonly points: number;
}

/** A worksheet to grade by: its questions with their points, its own answers judged. */
export interface GradedProblem {
  readonly file: string;
  readonly text: string;
  readonly title: string;
  readonly questions: readonly Question[];
  /** Derivatives that an answer may rest on though it does not work them out (`pairKey`). */
  readonly given: readonly string[];
  /** The symbols that the problem speaks of, in LaTeX. */
  readonly symbols: readonly string[];
  readonly max: number;
  readonly rubric: Rubric;
}

/** Why nobody can be graded by a worksheet. `wrong`: one of its own answers is. */
export interface RefusedProblem {
  readonly refused: readonly DiagnosticJson[];
  readonly wrong: boolean;
}

/** Reads the worksheet to grade by. A wrong official answer, or points that do not add up, refuse it. */
export function readGradedProblem(
  file: string,
  text: string,
  seed?: number,
): { readonly problem: GradedProblem; readonly diagnostics: readonly DiagnosticJson[] } | RefusedProblem {
  const { questions, given, symbols, check } = posedQuestions(file, text, seed);
  const { frontMatter } = readDocument(file, text);
  const errors = check.diagnostics.filter((d) => d.severity === "error");
  const wrong = questions.flatMap((q) => q.answers.filter((a) => isWrong(a.verdict ?? "undecided")));
  if (wrong.length > 0) return { refused: [...errors, ...wrong.map(wrongAnswer)], wrong: true };
  const refuse = (code: string, message: string, hint: string): RefusedProblem => ({
    refused: [...errors, { severity: "error", code, message, hint, at: WHOLE_FILE }],
    wrong: false,
  });
  if (questions.length === 0)
    return refuse(
      "grade/no-questions",
      "the problem asks nothing and has no parameter to derive a gradient for",
      "write \\frac{\\partial L}{\\partial W} = ? for each question",
    );
  const points = pointsOf(questions, frontMatter.points, text);
  if ("problem" in points) return refuse("grade/points", points.problem, points.hint);
  const rubric = readRubric(frontMatter.rubric);
  if ("problem" in rubric) return refuse("grade/rubric", rubric.problem, rubric.hint);
  const problem: GradedProblem = {
    file,
    text,
    title: frontMatter.title ?? "",
    questions: questions.map((q, k) => ({ ...q, points: points.points[k] ?? 0 })),
    given: [...given, ...questions.filter((_, k) => points.points[k] === 0).map((q) => q.pair)],
    symbols,
    max: rounded(points.points.reduce((a, b) => a + b, 0)),
    rubric,
  };
  const open = questions.flatMap((q) => q.answers.filter((a) => !isRight(a.verdict ?? "undecided")));
  return { problem, diagnostics: [...check.diagnostics, ...open.map(openAnswer)] };
}

const wrongAnswer = (a: PosedQuestion["answers"][number]): DiagnosticJson => ({
  severity: "error",
  code: "grade/wrong-official-answer",
  message: `the official answer for ${a.of ?? "this"} is ${a.verdict ?? "wrong"}${a.mistake ? `: ${a.mistake.message}` : ""}`,
  hint: a.expected ? `write ${a.expected}` : "nobody is graded by a wrong answer: correct it first",
  at: a.at,
});

const openAnswer = (a: PosedQuestion["answers"][number]): DiagnosticJson => ({
  severity: "warning",
  code: "grade/open-official-answer",
  message: `the official answer for ${a.of ?? "this"} is ${a.verdict ?? "undecided"}; submissions are judged by the derived gradient`,
  hint: "",
  at: a.at,
});
