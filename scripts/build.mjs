import { chmodSync, copyFileSync, existsSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";
import { must, root } from "./process.mjs";

const GRAMMAR = ["notation", "grammar.js"];

/** The grammar, the library (every module, with its types), and the program that `bin` names. */
export function build() {
  install();
  must(process.execPath, [path.join(root, "grammar", "build.mjs")]);
  rmSync(path.join(root, "dist"), { recursive: true, force: true });
  must(process.execPath, [path.join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.json"]);
  const grammar = path.join(root, "src", ...GRAMMAR);
  if (existsSync(grammar)) copyFileSync(grammar, path.join(root, "dist", ...GRAMMAR));
  chmodSync(path.join(root, "dist", "cli", "main.js"), 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
