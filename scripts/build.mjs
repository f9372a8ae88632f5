import { chmodSync, copyFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";
import { must, root, script } from "./process.mjs";

const at = (...names) => path.join(root, ...names);

/** The grammar, the library (every module, with its types), and the program that `bin` names. */
export async function build() {
  install();
  must(process.execPath, [at("grammar", "build.mjs")]);
  rmSync(at("dist"), { recursive: true, force: true });
  must(process.execPath, [at("node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.json"]);
  copyFileSync(at("src", "notation", "grammar.js"), at("dist", "notation", "grammar.js"));
  await bundleProgram();
}

/**
 * The program in a few files instead of some hundred: opening each of them takes longer than all else at its start
 * (docs/performance.md). What is loaded only on demand, mathjs and KaTeX, stays outside.
 */
async function bundleProgram() {
  const { build: bundle } = await import("esbuild");
  rmSync(at("dist", "cli"), { recursive: true, force: true });
  await bundle({
    entryPoints: [at("src", "cli", "main.ts"), at("src", "cli", "grade-worker.ts")],
    outdir: at("dist", "cli"),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["mathjs", "katex"],
    // Packages in CommonJS, inlined into a module, still ask for Node's own modules by `require`.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    logLevel: "warning",
  });
  chmodSync(at("dist", "cli", "main.js"), 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await script(build);
