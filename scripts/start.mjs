import { readdirSync } from "node:fs";
import path from "node:path";
import { build } from "./build.mjs";
import { root, run } from "./process.mjs";

build();

// With arguments, they are the worksheets; without, the two-layer network of the course it was written for.
const asked = process.argv.slice(2);
const files = asked.length > 0 ? asked : [example()];
console.error(`\nbackproof derive ${files.join(" ")}\n`);
process.exit(run(process.execPath, [path.join(root, "dist", "cli", "main.js"), "derive", ...files]));

function example() {
  const sheets = readdirSync(path.join(root, "problems"))
    .filter((name) => name.endsWith(".md"))
    .sort();
  const sheet = sheets.find((name) => name.startsWith("csc311")) ?? sheets[0];
  if (sheet === undefined) throw new Error("internal: problems/ holds no worksheet");
  return path.join("problems", sheet);
}
