import type { Verdict } from "../check/verdict.js";
import type { Place } from "../core/span.js";
import type { DiagnosticJson } from "../session/report.js";

/** One question of a submission. `score` is `null` where a person must look. */
export interface PartJson {
  readonly of: string;
  readonly name: string;
  readonly score: number | null;
  readonly max: number;
  readonly verdict: Verdict;
  readonly mistake: string | null;
  /** Markdown. */
  readonly feedback: string;
  /** Where the answer stands in the submission. */
  readonly at: Place | null;
  readonly review?: true;
}

export interface GradeJson {
  readonly schema: "backproof/grade/1";
  /** The path as given. */
  readonly submission: string;
  /** Of the parts that are decided. */
  readonly score: number;
  readonly max: number;
  readonly review?: true;
  readonly parts: readonly PartJson[];
  readonly diagnostics: readonly DiagnosticJson[];
  /** What the marks rest on: a later run with other records may give others. */
  readonly record: GradeRecord;
}

export interface GradeRecord {
  /** Hashes of the problem file and of the submission. */
  readonly problem: string;
  readonly submission: string;
  readonly version: string;
}

export type FeedbackLevel = "none" | "kind" | "where" | "full";
export const feedbackLevels: readonly FeedbackLevel[] = ["none", "kind", "where", "full"];
