import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { must, root, script } from "./process.mjs";

const at = (...names) => path.join(root, ...names);
const parts = at("dist", "cli", "parts");

/**
 * The program in a few parts instead of some hundred modules, one part for each command, each compiled ahead: opening and
 * compiling the modules takes longer than all else at the program's start (docs/performance.md). What is loaded only on
 * demand, mathjs and KaTeX, stays outside.
 */
export async function bundle() {
  const { build, transform } = await import("esbuild");
  rmSync(at("dist", "cli"), { recursive: true, force: true });
  mkdirSync(parts, { recursive: true });
  await build({
    entryPoints: ["main", "worker", "load", "worker-flags"].map((name) => at("src", "cli", `${name}.ts`)),
    outdir: at("dist", "cli"),
    format: "esm",
    target: "node20",
  });
  chmodSync(at("dist", "cli", "main.js"), 0o755);
  const { outputFiles } = await build({
    entryPoints: ["program", "grade-worker"].map((name) => at("src", "cli", `${name}.ts`)),
    outdir: parts,
    bundle: true,
    splitting: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["mathjs", "katex"],
    define: { "import.meta.url": "moduleUrl" },
    logLevel: "warning",
  });
  for (const { path: file, text } of outputFiles) {
    // Only ESM is split into parts, and only scripts have a code cache: so split first, then turned into CommonJS.
    const { code } = await transform(text, {
      format: "cjs",
      supported: { "dynamic-import": false },
      minifySyntax: true,
      minifyWhitespace: true,
    });
    const name = path.basename(file, ".js");
    writeFileSync(path.join(parts, `${name}.cjs`), `(function(exports,require,module,moduleUrl){${code}\n})`);
  }
  const { workerFlags } = await import(pathToFileURL(at("dist", "cli", "worker-flags.js")).href);
  for (const flags of [[], workerFlags]) must(process.execPath, [...flags, fileURLToPath(import.meta.url), "cache"]);
}

/** Runs the commands once and keeps what V8 compiled for them under the flags of this process. */
async function cache() {
  const { load, compiledCode } = await import(pathToFileURL(at("dist", "cli", "load.js")).href);
  load("grade-worker");
  const { run } = load("program");
  const sheet = at("problems", "csc311-1-1-mlp-by-index.md");
  const silent = { write: () => true, isTTY: false };
  const surroundings = { stdin: process.stdin, stdout: silent, stderr: silent, env: {} };
  for (const command of ["read", "derive", "check", "cost", "verify", "graph", "evaluate"])
    await run([command, sheet], surroundings);
  await run(["graph", "--to", "svg", sheet], surroundings);
  await run(["check", sheet, "--against", sheet], surroundings);
  await run(["grade", at("no-such-problem.md"), sheet], surroundings);
  for (const [file, code] of compiledCode()) writeFileSync(path.join(parts, file), code);
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await script(process.argv[2] === "cache" ? cache : bundle);
