/*
 * Grading a made class with the built program: submissions per minute, by the clock and by computing time, and the memory
 * of all of its processes (Linux only).
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { classProblems, submission } from "./class.mjs";

const WORKERS = 2;

/** A folder with a problem and the first `count` submissions to it. */
export function writeClass(folder, problem, count) {
  writeFileSync(path.join(folder, "problem.md"), problem.text);
  const own = path.join(folder, "class");
  mkdirSync(own);
  for (let n = 0; n < count; n++)
    writeFileSync(path.join(own, `${String(n).padStart(5, "0")}.md`), submission(problem, n));
}

const read = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};

/** The ids of a process and of those that it started. */
function family(pid) {
  const children = read(`/proc/${pid}/task/${pid}/children`)
    .split(" ")
    .filter((id) => id !== "");
  return [String(pid), ...children];
}

/** Computing time in seconds (of 100 ticks each) and resident memory in megabytes. */
function usage(pid) {
  const stat = read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  const rss = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? "0";
  return { seconds: (Number(stat[11] ?? 0) + Number(stat[12] ?? 0)) / 100, megabytes: Number(rss) / 1024 };
}

/** Runs the program and looks at its processes while it runs. */
function watched(main, args, folder) {
  return new Promise((done) => {
    const start = performance.now();
    const env = { ...process.env, XDG_CACHE_HOME: path.join(folder, "cache") };
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"] });
    const seconds = new Map();
    let megabytes = 0;
    let lines = 0;
    const look = () => {
      const all = family(child.pid).map((id) => ({ id, ...usage(id) }));
      for (const p of all) seconds.set(p.id, Math.max(p.seconds, seconds.get(p.id) ?? 0));
      megabytes = Math.max(
        megabytes,
        all.reduce((sum, p) => sum + p.megabytes, 0),
      );
    };
    const timer = setInterval(look, 250);
    child.stdout.on("data", (data) => {
      for (const byte of data) if (byte === 10) lines++;
    });
    child.on("close", () => {
      clearInterval(timer);
      const computing = [...seconds.values()].reduce((a, b) => a + b, 0);
      done({ lines, clock: (performance.now() - start) / 1000, computing, megabytes });
    });
  });
}

/** One run over the first `count` submissions, with nothing known before. */
export async function gradeClass(main, problem, count) {
  const folder = mkdtempSync(path.join(tmpdir(), "backproof-grade-"));
  try {
    writeClass(folder, problem, count);
    return await watched(main, ["grade", "problem.md", "class", "--json", "--workers", String(WORKERS)], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each problem with a small class, the first one with larger ones: memory must not grow with the class. */
export async function* grading(main, problemFolder) {
  const problems = classProblems(problemFolder);
  const [first] = problems;
  const runs = [...problems.map((problem) => [problem, 500]), [first, 2000], [first, 5000]];
  for (const [problem, count] of runs) {
    const { lines, clock, computing, megabytes } = await gradeClass(main, problem, count);
    const perMinute = (60 * lines) / clock;
    const quiet = (60 * WORKERS * lines) / computing;
    yield [
      `${lines} of ${count} submissions to ${problem.file.replace(".md", "")}: a minute`,
      `${perMinute.toFixed(0)} (${quiet.toFixed(0)} by computing time), ${megabytes.toFixed(0)} MB`,
    ];
  }
}
