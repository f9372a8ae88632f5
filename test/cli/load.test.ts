import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { workerFlags } from "../../src/cli/worker-flags.js";

const parts = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../dist/cli/parts");

// In a process of its own: V8 refuses a cache that was made under other flags, and a test runner may set some.
const TAKEN = `
const { readdirSync, readFileSync } = require("node:fs");
const { Script } = require("node:vm");
const folder = process.argv[1] + "/";
const ending = process.argv[2];
for (const name of readdirSync(folder).filter((f) => /^[^.]*/.exec(f)[0] + ending === f)) {
  const source = readFileSync(folder + name.replace(ending, ".cjs"), "utf8");
  const { cachedDataRejected } = new Script(source, { cachedData: readFileSync(folder + name) });
  console.log(name.replace(/-.*/, "").replace(ending, ""), !cachedDataRejected);
}`;

test.each([
  ["the program", [], ".cache", ["program", "read", "derive", "check", "grade"]],
  ["a worker", workerFlags, ".worker.cache", ["grade"]],
])("the code caches of %s are taken by the Node that built it", (_, flags, ending, wanted) => {
  const { stdout } = spawnSync(process.execPath, [...flags, "-e", TAKEN, parts, ending], { encoding: "utf8" });
  const lines = stdout.trim().split("\n");
  expect(lines).toEqual(expect.arrayContaining(wanted.map((name) => `${name} true`)));
  expect(lines.filter((l) => !l.endsWith("true"))).toEqual([]);
});

test("the built program reads what is not ASCII", () => {
  const main = path.resolve(parts, "../main.js");
  const { stdout } = spawnSync(process.execPath, [main, "check", "-"], {
    encoding: "utf8",
    input: "$$z = 2x$$\n$$L = z²$$\n$$∂L/∂z = 2z$$\n",
  });
  expect(stdout).toContain("1 claim, 1 right");
});
