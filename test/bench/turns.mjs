/*
 * Two builds of the library turn by turn in one process, on the same claims: `node test/bench/turns.mjs OLD NEW [FILES [ROUNDS]]`, where
 * OLD and NEW are their entry modules and FILES a regular expression. A ratio of both says more than a time, and the computing
 * time of the main thread, which Linux tells, more than a clock.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { largeClaimSheets } from "./claims.mjs";

const problems = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../problems");
const [before, after, files = "csc311", rounds = "8"] = process.argv.slice(2);
const builds = await Promise.all([before, after].map((file) => import(pathToFileURL(path.resolve(file)).href)));
const sheets = largeClaimSheets(problems, 12).filter(({ file }) => new RegExp(files).test(file));

/** Milliseconds that this process's main thread has computed. */
const computed = () => Number(readFileSync("/proc/self/schedstat", "latin1").split(" ")[0]) / 1e6;

const measured = sheets.map(() => ({ claims: 0, times: builds.map(() => []) }));
for (let round = 0; round < Number(rounds); round++)
  sheets.forEach(({ file, text }, k) => {
    // Words above that are new in each round: then no formula of a claim is known already.
    const own = `${"Some words. ".repeat(1 + (round % 7))} ${round}\n\n${text}`;
    const order = round % 2 === 0 ? [0, 1] : [1, 0];
    for (const b of order) {
      const start = computed();
      measured[k].claims = builds[b].check(file, own).summary.claims;
      measured[k].times[b].push(computed() - start);
    }
  });

/** Of the later half of the rounds, when the program is warm. */
function median(times) {
  const late = times.slice(times.length >> 1).toSorted((a, b) => a - b);
  return late[late.length >> 1];
}

for (const kind of ["right", "wrong", ""]) {
  const own = measured.filter((_, k) => sheets[k].kind.startsWith(kind));
  const claims = own.reduce((sum, m) => sum + m.claims, 0);
  const [old, now] = builds.map((_, b) => own.reduce((sum, m) => sum + median(m.times[b]), 0));
  const rates = [old, now].map((ms) => ((1000 * claims) / ms).toFixed(0)).join(", ");
  console.log(`${(kind || "all").padEnd(6)} ${claims} claims: ${rates} per second, ratio ${(old / now).toFixed(2)}`);
}
