import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { GradeJson } from "../grade/report.js";
import type { WorkerMessage, WorkerReply, WorkerSettings, WorkerTask } from "./grade-worker.js";
import { workerFlags } from "./worker-flags.js";

/** A submission that two workers died of, or that one did not come back from. */
export class WorkerLost extends Error {}

/** Work has budgets of its own; this is for a worker that hangs in spite of them, on however busy a machine. */
const LONGEST_MS = 10 * 60_000;
/** A worker is given its next task before it is done with the one before. */
const AHEAD = 2;

interface Job {
  readonly task: WorkerTask;
  readonly done: (grade: GradeJson) => void;
  readonly lost: (error: WorkerLost) => void;
  attempts: number;
}

interface Worker {
  readonly child: ChildProcess;
  /** In the order in which they were sent, which is that in which they are answered. */
  readonly jobs: Job[];
  timer: NodeJS.Timeout | null;
}

/** Child processes that judge one submission at a time. A process that dies takes only its own submission with it. */
export class Pool {
  readonly size: number;
  readonly #script: string;
  #settings: WorkerSettings | null = null;
  readonly #queue: Job[] = [];
  readonly #workers = new Set<Worker>();
  #count = 0;
  #closed = false;

  /**
   * `script` is the program of a worker, beside this one in the built package. One worker starts at once: it loads its
   * program while the problem is read here.
   */
  constructor(size: number, script = new URL("./worker.js", import.meta.url)) {
    this.size = size;
    this.#script = fileURLToPath(script);
    this.#start();
  }

  /** What every worker is told before anything else. */
  begin(settings: WorkerSettings): void {
    this.#settings = settings;
    for (const { child } of this.#workers) send(child, { settings });
  }

  /** Rejects with `WorkerLost` where no worker survives the submission. */
  grade(task: Omit<WorkerTask, "id">): Promise<GradeJson> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((done, lost) => {
      this.#queue.push({ task: { ...task, id }, done, lost, attempts: 0 });
      this.#feed();
    });
  }

  close(): void {
    this.#closed = true;
    for (const { child, timer } of this.#workers) {
      if (timer !== null) clearTimeout(timer);
      child.kill("SIGKILL");
    }
    this.#workers.clear();
  }

  #feed(): void {
    while (this.#queue.length > 0 && !this.#closed) {
      const worker = this.#free();
      const job = worker === null ? undefined : this.#queue.shift();
      if (worker === null || job === undefined) return;
      worker.jobs.push(job);
      send(worker.child, { task: job.task });
      if (worker.jobs.length === 1) this.#watch(worker);
    }
  }

  /** The worker with the least to do, a new one if all have something and one more is allowed. */
  #free(): Worker | null {
    const [least] = [...this.#workers].sort((a, b) => a.jobs.length - b.jobs.length);
    if (least !== undefined && least.jobs.length === 0) return least;
    if (this.#workers.size < this.size) return this.#start();
    return least !== undefined && least.jobs.length < AHEAD ? least : null;
  }

  #start(): Worker {
    const child = fork(this.#script, {
      execArgv: [...workerFlags],
      serialization: "advanced",
      // What a dying worker writes is no diagnostic of ours.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const worker: Worker = { child, jobs: [], timer: null };
    this.#workers.add(worker);
    child.on("message", (reply: WorkerReply) => this.#answered(worker, reply));
    child.on("exit", () => this.#died(worker));
    child.on("error", () => this.#died(worker));
    if (this.#settings !== null) send(child, { settings: this.#settings });
    return worker;
  }

  #answered(worker: Worker, { id, grade }: WorkerReply): void {
    const job = worker.jobs.shift();
    if (job === undefined || job.task.id !== id) throw new Error("internal: a worker answered out of turn");
    this.#watch(worker);
    job.done(grade);
    this.#feed();
  }

  #watch(worker: Worker): void {
    if (worker.timer !== null) clearTimeout(worker.timer);
    worker.timer = worker.jobs.length === 0 ? null : setTimeout(() => worker.child.kill("SIGKILL"), LONGEST_MS);
  }

  /** The submission at which it died gets one more try in a fresh process; those behind it were not begun. */
  #died(worker: Worker): void {
    if (!this.#workers.delete(worker)) return;
    if (worker.timer !== null) clearTimeout(worker.timer);
    const [at, ...behind] = worker.jobs;
    this.#queue.unshift(...behind);
    if (at !== undefined) {
      at.attempts += 1;
      if (at.attempts < 2) this.#queue.unshift(at);
      else at.lost(new WorkerLost("the process that judged this submission ended twice"));
    }
    this.#feed();
  }
}

/** A child that is gone already is noticed by its `exit`. */
function send(child: ChildProcess, message: WorkerMessage): void {
  if (child.connected) child.send(message, () => undefined);
}
