import { gradeSubmission } from "../grade/grade.js";
import type { GradedProblem } from "../grade/problem.js";
import type { FeedbackLevel, GradeJson, GradeRecord } from "../grade/report.js";

/** What a worker needs once, before anything else. */
export interface WorkerSettings {
  readonly problem: GradedProblem;
  readonly feedback: FeedbackLevel;
  readonly seed?: number;
}

export interface WorkerTask {
  readonly id: number;
  readonly file: string;
  readonly text: string;
  readonly record: GradeRecord;
}

export type WorkerMessage = { readonly settings: WorkerSettings } | { readonly task: WorkerTask };
export interface WorkerReply {
  readonly id: number;
  readonly grade: GradeJson;
}

let settings: WorkerSettings | null = null;

process.on("message", (message: WorkerMessage) => {
  if ("settings" in message) {
    settings = message.settings;
    return;
  }
  if (settings === null) throw new Error("a task before the problem");
  const { id, file, text, record } = message.task;
  const { problem, feedback, seed } = settings;
  const grade = gradeSubmission(problem, { file, text }, { feedback, record, ...(seed === undefined ? {} : { seed }) });
  process.send?.({ id, grade } satisfies WorkerReply);
});

// The program that started this one is gone.
process.on("disconnect", () => process.exit(0));
