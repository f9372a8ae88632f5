import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const parts = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../dist/cli/parts");

// In a process of its own: V8 refuses a cache that was made under other flags, and a test runner may set some.
const TAKEN = `
const { readdirSync, readFileSync } = require("node:fs");
const { Script } = require("node:vm");
const folder = process.argv[1] + "/";
for (const name of readdirSync(folder).filter((f) => f.endsWith(".cache"))) {
  const source = readFileSync(folder + name.replace(".cache", ".cjs"), "utf8");
  const { cachedDataRejected } = new Script(source, { cachedData: readFileSync(folder + name) });
  console.log(name.replace(/-.*/, "").replace(".cache", ""), !cachedDataRejected);
}`;

test("the code caches of the built program are taken by the Node that built it", () => {
  const { stdout } = spawnSync(process.execPath, ["-e", TAKEN, parts], { encoding: "utf8" });
  const lines = stdout.trim().split("\n");
  expect(lines).toEqual(expect.arrayContaining(["program true", "read true", "derive true", "check true"]));
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
