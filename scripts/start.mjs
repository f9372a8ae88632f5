import path from "node:path";
import { build } from "./build.mjs";
import { root, run, script } from "./process.mjs";

// Other worksheets may be named: `npm start -- problems/gru-cell.md`.
const EXAMPLE = path.join("problems", "csc311-1-1-mlp-by-index.md");

await script(async () => {
  await build();
  const asked = process.argv.slice(2);
  const files = asked.length > 0 ? asked : [EXAMPLE];
  console.error(`\nbackproof derive ${files.join(" ")}\n`);
  process.exitCode = run(process.execPath, [path.join(root, "dist", "cli", "main.js"), "derive", ...files]);
});
