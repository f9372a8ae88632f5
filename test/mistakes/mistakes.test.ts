import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { mistakes } from "../../src/check/mistakes/table.js";
import { readTables } from "../claims/table.js";
import { pythonPath, testNeeding } from "../support/needs.js";

const FOLDER = new URL("./networks/", import.meta.url);
const answers = readTables(FOLDER);

it("every published code is made in two networks or more", () => {
  const counted = new Map<string, Set<string>>();
  for (const a of answers)
    for (const { codes } of a.expected)
      for (const code of codes.slice(0, 1)) counted.set(code, (counted.get(code) ?? new Set()).add(a.network));
  expect([...mistakes.keys()].filter((code) => (counted.get(code)?.size ?? 0) < 2)).toEqual([]);
});

testNeeding("python3-numpy", "the tables agree with central differences", () => {
  const files = readdirSync(FOLDER).map((name) => new URL(name, FOLDER).pathname);
  const oracle = new URL("../claims/oracle.py", import.meta.url).pathname;
  const run = spawnSync(pythonPath ?? "", [oracle, ...files], { encoding: "utf8" });
  expect(run.stdout).toMatch(/^\d+ claims, 0 of them/);
});
