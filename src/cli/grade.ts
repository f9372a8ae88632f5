import { createHash } from "node:crypto";
import { availableParallelism, homedir, tmpdir } from "node:os";
import path from "node:path";
import type { EarlierMarks } from "../grade/diff.js";
import { gradeFormats } from "../grade/formats/formats.js";
import type { GradeFormatName } from "../grade/formats/names.js";
import { reviewOf, tooLong } from "../grade/grade.js";
import { type GradedProblem, readGradedProblem } from "../grade/problem.js";
import type { FeedbackLevel, GradeJson, GradeRecord } from "../grade/report.js";
import type { Status, Surroundings } from "./command.js";
import { aboutFile, formatDiagnostic, linesOf, type PlacedDiagnostic } from "./diagnostics.js";
import { changesFrom, earlierRun } from "./grade-diff.js";
import { readSubmissions } from "./grade-inputs.js";
import { Journal, type Marks, NoJournal } from "./grade-journal.js";
import { Pool, WorkerLost } from "./grade-pool.js";
import { gradeText } from "./grade-text.js";
import { type Input, readOnly } from "./input.js";
import { Progress } from "./progress.js";
import { painter } from "./terminal.js";

export interface GradeAsked {
  readonly json?: boolean;
  readonly to?: Exclude<GradeFormatName, "json">;
  readonly feedback?: FeedbackLevel;
  readonly workers?: number;
  readonly resume?: boolean;
  readonly journal?: string;
  readonly diff?: string;
  readonly seed?: number;
}

/** How many submissions are under way for each worker: enough to keep it busy behind a slow one. */
const AHEAD = 16;

/** Grades submissions by a problem, in the order in which they are named. */
export async function grade(
  problemFile: string,
  submissions: readonly string[],
  asked: GradeAsked,
  version: string,
  io: Surroundings,
): Promise<Status> {
  const paint = painter(io.stderr, io.env);
  const tell: Tell = (file, lines, diagnostics) => {
    for (const d of diagnostics) io.stderr.write(`${formatDiagnostic(file, lines, d, paint)}\n`);
  };
  const input = await readOnly(problemFile);
  if ("problem" in input) {
    tell(problemFile, [], [aboutFile(input.code, input.problem, input.hint)]);
    return 2;
  }
  const pool = new Pool(asked.workers ?? availableParallelism());
  try {
    const read = readGradedProblem(problemFile, input.text, asked.seed);
    if ("refused" in read) {
      tell(problemFile, linesOf(input.text), read.refused);
      return read.wrong ? 1 : 2;
    }
    tell(
      problemFile,
      linesOf(input.text),
      read.diagnostics.filter((d) => d.severity !== "note"),
    );
    const before = asked.diff === undefined ? null : await earlierRun(asked.diff);
    if (typeof before === "string") {
      tell(asked.diff ?? "", [], [aboutFile("grade/diff", before, "name the output of an earlier run with --json")]);
      return 2;
    }
    const run = new Run(read.problem, pool, asked, version, io);
    return await run.all(submissions, before);
  } finally {
    pool.close();
  }
}

type Tell = (file: string, lines: readonly string[], diagnostics: readonly PlacedDiagnostic[]) => void;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** One call's work: from paths to marks on standard output. */
class Run {
  readonly #problem: GradedProblem;
  readonly #asked: GradeAsked;
  readonly #io: Surroundings;
  readonly #record: Omit<GradeRecord, "submission">;
  /** All that marks depend on beside the submission. */
  readonly #premises: string;
  readonly #pool: Pool;
  readonly #underWay = new Map<string, Promise<Marks>>();
  #journal: Journal | null = null;

  constructor(problem: GradedProblem, pool: Pool, asked: GradeAsked, version: string, io: Surroundings) {
    this.#problem = problem;
    this.#asked = asked;
    this.#io = io;
    const feedback = asked.feedback ?? "full";
    this.#record = { problem: sha256(problem.text), version };
    this.#premises = sha256(JSON.stringify([problem.text, version, feedback, asked.seed ?? null]));
    this.#pool = pool;
    pool.begin({ problem, feedback, ...(asked.seed === undefined ? {} : { seed: asked.seed }) });
  }

  async all(paths: readonly string[], before: ReadonlyMap<string, EarlierMarks> | null): Promise<Status> {
    const { journal: named, resume = false } = this.#asked;
    const file = named ?? path.join(cacheFolder(this.#io.env), `grade-${this.#journalName(paths)}.jsonl`);
    const lost = (error: unknown): void => this.#tell(journalLost(error), file);
    const journal = await openJournal(file, resume, lost);
    if ("because" in journal) {
      const needed = named !== undefined || resume;
      this.#tell({ ...noJournal(needed, journal.because), severity: needed ? "error" : "warning" }, file);
      if (needed) return 2;
    } else this.#journal = journal;
    const progress = new Progress(this.#io.stderr);
    const stop = (): void => {
      this.#pool.close();
      progress.end();
      this.#io.stderr.write(interrupted(this.#journal));
      process.exit(130);
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    try {
      const status = await this.#give(paths, before, progress);
      // An output that could not be written is told first, and ends the run: then there is something to go on from.
      await new Promise(setImmediate);
      this.#journal?.remove();
      return status;
    } finally {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      progress.end();
    }
  }

  #tell(d: PlacedDiagnostic, file: string): void {
    this.#io.stderr.write(`${formatDiagnostic(file, [], d, painter(this.#io.stderr, this.#io.env))}\n`);
  }

  #journalName(paths: readonly string[]): string {
    return sha256(JSON.stringify([this.#premises, paths.map((p) => path.resolve(p))])).slice(0, 32);
  }

  async #give(
    paths: readonly string[],
    before: ReadonlyMap<string, EarlierMarks> | null,
    progress: Progress,
  ): Promise<Status> {
    const write = (text: string): void => {
      if (text !== "") this.#io.stdout.write(text);
    };
    const form = this.#format(before);
    write(form.head());
    const ahead: Promise<GradeJson>[] = [];
    let status: Status = 0;
    const next = async (): Promise<void> => {
      const first = ahead.shift();
      if (first === undefined) return;
      const grade = await first;
      const own = statusOf(grade);
      if (own === 1 || status === 0) status = own;
      write(form.one(grade));
      progress.step();
    };
    for await (const input of readSubmissions(paths, this.#problem.questions)) {
      ahead.push(this.#one(input));
      if (ahead.length >= this.#pool.size * AHEAD) await next();
    }
    while (ahead.length > 0) await next();
    write(form.tail());
    return status;
  }

  #format(before: ReadonlyMap<string, EarlierMarks> | null) {
    if (before !== null) return changesFrom(before);
    const { json, to } = this.#asked;
    if (json === true) return gradeFormats.json();
    return to === undefined ? gradeText(painter(this.#io.stdout, this.#io.env)) : gradeFormats[to](this.#problem);
  }

  async #one(input: Input): Promise<GradeJson> {
    const { file } = input;
    if ("problem" in input) return reviewOf(this.#problem, file, input.problem, { ...this.#record, submission: "" });
    const submission = sha256(input.text);
    const long = tooLong(input.text);
    if (long !== null) return reviewOf(this.#problem, file, long, { ...this.#record, submission });
    const key = sha256(`${this.#premises}${submission}`);
    const known = this.#journal?.get(key) ?? null;
    const marks = known ?? (await this.#judged(key, input, { ...this.#record, submission }));
    const { schema, ...rest } = marks;
    return { schema, submission: file, ...rest };
  }

  /** Equal texts are judged once, also while the first is still under way. */
  #judged(
    key: string,
    { file, text }: { readonly file: string; readonly text: string },
    record: GradeRecord,
  ): Promise<Marks> {
    const before = this.#underWay.get(key);
    if (before !== undefined) return before;
    const marks = this.#pool
      .grade({ file, text, record })
      .catch((error: unknown) => {
        if (error instanceof WorkerLost) return reviewOf(this.#problem, file, error.message, record);
        throw error;
      })
      .then(({ submission: _, ...rest }): Marks => {
        this.#journal?.add(key, rest);
        this.#underWay.delete(key);
        return rest;
      });
    this.#underWay.set(key, marks);
    return marks;
  }
}

async function openJournal(
  file: string,
  resume: boolean,
  lost: (error: unknown) => void,
): Promise<Journal | { readonly because: string }> {
  try {
    return await Journal.open(file, resume, lost);
  } catch (error) {
    return { because: error instanceof NoJournal ? error.message : "" };
  }
}

const noJournal = (needed: boolean, because: string): PlacedDiagnostic =>
  aboutFile(
    "grade/no-journal",
    because !== ""
      ? because
      : needed
        ? "the journal cannot be opened"
        : "no journal can be kept here, so an interrupted run will start anew",
    "name a file that can be written with --journal",
  );

const journalLost = (error: unknown): PlacedDiagnostic => {
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  const message = `the journal cannot be written any more${code}: an interrupted run would grade again what is graded from here on`;
  return {
    ...aboutFile("grade/no-journal", message, "name a file on a disk with room with --journal"),
    severity: "warning",
  };
};

const interrupted = (journal: Journal | null): string =>
  journal === null
    ? "interrupted\n"
    : `interrupted after ${journal.size} distinct submissions; the same call with --resume goes on\n`;

/** 1 where an answer is not right, 2 where a person must look. */
function statusOf({ parts, review }: GradeJson): Status {
  if (parts.some((p) => p.review !== true && p.score !== p.max)) return 1;
  return review === true ? 2 : 0;
}

/** Where a user's programs keep what may be thrown away (XDG base directories). */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env["XDG_CACHE_HOME"] ?? "";
  if (path.isAbsolute(base)) return path.join(base, "backproof");
  const home = homedir();
  return home === "" ? path.join(tmpdir(), "backproof") : path.join(home, ".cache", "backproof");
}
