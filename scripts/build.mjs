import { copyFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";
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
  await bundle();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await script(build);
