/*
 * Ratios and rates, all in one run: a machine's speed cancels in a ratio, its load does not cancel between runs.
 * `npm run bench` builds first; `npm run bench -- chain` runs the sections whose name holds "chain".
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { derive } from "../../dist/derive/derive.js";
import { readDocument } from "../../dist/document/read-document.js";
import { readWorksheet } from "../../dist/model/read.js";
import { readMacros } from "../../dist/notation/macros.js";
import { parseFormula } from "../../dist/notation/parse.js";
import { checkWorksheet } from "../../dist/session/check.js";
import { deriveWorksheet } from "../../dist/session/derive.js";
import { vectorize } from "../../dist/vectorize/vectorize.js";
import { claimSheets, largeClaimSheets } from "./claims.mjs";
import { grading } from "./grade.mjs";
import { hardClaims } from "./hard.mjs";
import { chainModel } from "./models.mjs";
import { chain, claimedLayers, network } from "./worksheets.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const main = path.join(root, "dist/cli/main.js");
const only = process.argv.slice(2);

await section("reading", reading);
await section("chain", chains);
await section("network", networks);
await section("growth", growth);
await section("worksheets", worksheets);
await section("checking", checking);
await section("warm", warm);
await section("hard", hard);
await section("grade", () => grading(main, path.join(root, "problems")));
await section("start", starts);

async function section(name, measure) {
  if (only.length > 0 && !only.some((word) => name.includes(word))) return;
  console.log(`\n${name}`);
  for await (const [what, value] of measure()) console.log(`  ${what.padEnd(62)} ${value}`);
}

/** The least of several times, in milliseconds: what the work takes when nothing disturbs it. */
function minimum(times, work) {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < times; k++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function* reading() {
  const folder = path.join(root, "problems");
  const documents = readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => readDocument(name, readFileSync(path.join(folder, name), "utf8")));
  const formulas = documents.reduce((sum, d) => sum + d.formulas.length, 0);
  const parse = () => {
    for (const { source, macros, formulas: found } of documents) {
      const known = readMacros(source, macros).macros;
      for (const { span } of found) parseFormula(source, span, known);
    }
  };
  const cold = minimum(1, parse);
  const warm = minimum(5, parse);
  yield [`${formulas} formulas of problems/, first time, µs each`, ((1000 * cold) / formulas).toFixed(0)];
  yield ["the same again, µs each", ((1000 * warm) / formulas).toFixed(0)];
}

/** Milliseconds to derive a chain of `n` equations and put each gradient into matrix form, from the model on. */
function chainTime(n) {
  const chain = chainModel(n);
  const start = performance.now();
  const { model, gradients } = derive(chain);
  for (const g of gradients) vectorize(model.arena, g.indices, g.shown, model.letters);
  return { ms: performance.now() - start, gradients: gradients.length };
}

function* chains() {
  chainTime(1000);
  const least = (n) => [chainTime(n), chainTime(n), chainTime(n)].sort((a, b) => a.ms - b.ms)[0];
  const times = [1000, 10_000].map((n) => ({ n, ...least(n) }));
  for (const { n, ms, gradients } of times)
    yield [`chain of ${n} equations: derive and vectorize, ms`, `${ms.toFixed(0)} (${gradients} gradients)`];
  yield ["ratio of 10,000 to 1,000 (10 is linear)", (times[1].ms / times[0].ms).toFixed(1)];
  const big = chainTime(100_000);
  yield ["chain of 100,000 equations: derive and vectorize, ms", `${big.ms.toFixed(0)} (${big.gradients} gradients)`];
  const read = [500, 2000].map((n) => {
    const text = chain(n);
    return minimum(2, () => readWorksheet("chain.md", text));
  });
  yield ["chain of 2,000 equations: read, ms", read[1].toFixed(0)];
  yield ["ratio of 2,000 to 500 (4 is linear)", (read[1] / read[0]).toFixed(1)];
}

function* networks() {
  const sizes = [4, 8, 16, 32].map((layers) => {
    const { json } = deriveWorksheet("network.md", network(layers));
    const first = json.gradients.find((g) => g.wrt.includes("W") && g.wrt.includes("(1)"));
    const all = json.gradients.reduce((sum, g) => sum + g.index.length + (g.matrix?.length ?? 0), 0);
    return { layers, all, first: first === undefined ? 0 : first.index.length };
  });
  for (const { layers, all, first } of sizes)
    yield [`tanh network of ${layers} layers: characters printed (for the first weight)`, `${all} (${first})`];
  yield ["growth of all characters from 16 to 32 layers (2 is linear)", (sizes[3].all / sizes[2].all).toFixed(2)];
}

/** Milliseconds of this process's own computing: other work on the machine hardly counts. */
function computing(work) {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}

/** Networks of which nothing is declared, with a claim to each layer: reading finds every shape, one after the other. */
function* growth() {
  checkWorksheet("warm.md", claimedLayers(40));
  const sizes = [80, 160, 320, 640];
  const times = sizes.map((n) => {
    const text = claimedLayers(n);
    const read = computing(() => readWorksheet("layers.md", text)).ms;
    const { result, ms } = computing(() => checkWorksheet("layers.md", text));
    return { n, read, ms, right: result.summary.right };
  });
  for (const { n, read, ms, right } of times)
    yield [`${n} undeclared layers: read; check, ms (right claims)`, `${read.toFixed(0)}; ${ms.toFixed(0)} (${right})`];
  const [first, last] = [times[0], times[3]];
  const [read, check] = [last.read / first.read, last.ms / first.ms].map((x) => x.toFixed(1));
  yield ["growth from 80 to 640 layers: read; check (8 is linear)", `${read}; ${check}`];
}

/** Every claim once in small worksheets, and once in large ones. */
function* checking() {
  const folder = path.join(root, "problems");
  yield* rates(claimSheets(folder));
  yield* rates(largeClaimSheets(folder, 12));
}

/** Claims per second by kind, after a third of the worksheets has warmed up the program. */
function* rates(sheets) {
  for (const { file, text } of sheets.filter((_, k) => k % 3 === 0)) checkWorksheet(file, text);
  const kinds = new Map();
  for (const { file, kind, text } of sheets) {
    const { result, ms } = computing(() => checkWorksheet(file, text).summary);
    const sum = kinds.get(kind) ?? { claims: 0, right: 0, wrong: 0, ms: 0 };
    for (const key of ["claims", "right", "wrong"]) sum[key] += result[key];
    sum.ms += ms;
    kinds.set(kind, sum);
  }
  const all = [...kinds.values()].reduce((a, b) => ({ claims: a.claims + b.claims, ms: a.ms + b.ms }));
  for (const [kind, { claims, right, wrong, ms }] of kinds)
    yield [`${claims} claims, ${kind} (${right} right, ${wrong} wrong): per second`, ((1000 * claims) / ms).toFixed(0)];
  yield [`all ${all.claims} of ${sheets.length} worksheets: per second`, ((1000 * all.claims) / all.ms).toFixed(0)];
}

/**
 * Claims per second of the warm program, CSC311's problems, twelve claims to a worksheet and all of a problem in one: ten
 * rounds, of which the median of the later five counts. The words above a worksheet are new in each round, so that
 * no formula of a claim is known already.
 */
function* warm() {
  const folder = path.join(root, "problems");
  for (const [size, many] of [
    [12, "twelve"],
    [1000, "all of a problem"],
  ]) {
    const rates = ["right", "wrong"].map((truth) => {
      const sheets = largeClaimSheets(folder, size).filter(
        (s) => s.file.startsWith("csc311") && s.kind.startsWith(truth),
      );
      let claims = 0;
      const rounds = Array.from({ length: 10 }, (_, round) => {
        const above = `${"Some words. ".repeat(1 + (round % 7))} ${round}\n\n`;
        const { result, ms } = computing(() =>
          sheets.reduce((sum, { file, text }) => sum + checkWorksheet(file, above + text).summary.claims, 0),
        );
        claims = result;
        return ms;
      });
      return { truth, claims, ms: rounds.slice(5).toSorted((a, b) => a - b)[2] };
    });
    const all = { truth: "all", claims: sum(rates, "claims"), ms: sum(rates, "ms") };
    for (const { truth, claims, ms } of [...rates, all])
      yield [
        `CSC311, ${many} to a worksheet, ${truth}, ${claims} claims: per second`,
        ((1000 * claims) / ms).toFixed(0),
      ];
  }
}

function sum(rows, key) {
  return rows.reduce((total, row) => total + row[key], 0);
}

/** Claims that are hard to decide, each the best of three: the slowest ones, and any verdict that is false. */
function* hard() {
  const measured = hardClaims.map(({ name, right, text }) => {
    const runs = [0, 1, 2].map(() => computing(() => checkWorksheet(name, text).claims));
    const verdicts = runs[0].result.map((c) => c.verdict);
    const isFalse = verdicts.some((v) => (right ? ["wrong", "shape-mismatch"] : ["proved", "agrees"]).includes(v));
    return { name, verdict: `${verdicts}${isFalse ? " (FALSE)" : ""}`, ms: Math.min(...runs.map((x) => x.ms)) };
  });
  for (const { name, verdict, ms } of measured.toSorted((a, b) => b.ms - a.ms))
    yield [`${name}, ms`, `${ms.toFixed(0)} ${verdict}`];
}

function* worksheets() {
  for (const name of ["csc311-1-1-mlp-by-index.md", "gru-cell.md", "layer-norm.md"]) {
    const text = readFileSync(path.join(root, "problems", name), "utf8");
    yield [`derive ${name}: read, derive, check, print, ms`, minimum(5, () => deriveWorksheet(name, text)).toFixed(0)];
  }
}

/** The median of 15 starts each, taken in turn. */
function* starts() {
  const folder = mkdtempSync(path.join(tmpdir(), "backproof-bench-"));
  const sheet = path.join(folder, "sheet.md");
  writeFileSync(sheet, "$$z = w x$$\n\n$$L = z^2$$\n");
  const calls = [
    ["node -e 0", ["-e", "0"]],
    ["backproof --version", [main, "--version"]],
    ["backproof read, two equations", [main, "read", sheet]],
    ["backproof derive, two equations", [main, "derive", sheet]],
  ].map(([name, args]) => ({ name, args, times: [] }));
  for (let k = 0; k < 15; k++)
    for (const { args, times } of calls) {
      const start = performance.now();
      spawnSync(process.execPath, args, { stdio: "ignore" });
      times.push(performance.now() - start);
    }
  rmSync(folder, { recursive: true, force: true });
  const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  const own = median(calls[0].times);
  for (const { name, times } of calls)
    yield [
      `${name}, ms (beyond Node's own start)`,
      `${median(times).toFixed(0)} (+${(median(times) - own).toFixed(0)})`,
    ];
}
