import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { pythonPath, testNeeding } from "../support/needs.js";
import { faults, networksOf, pathOf, tables } from "./workbook.js";

testNeeding("python3-numpy", "the lines of the workbook are what they are marked as", () => {
  const oracle = new URL("./oracle.py", import.meta.url).pathname;
  const { stdout } = spawnSync(pythonPath ?? "", [oracle, ...tables.map(pathOf)], {
    encoding: "utf8",
  });
  expect(stdout).toMatch(/^\d+ lines, 0 of them/);
});

describe.each(tables)("worksheets of %s", (table) => {
  it.each([...networksOf(table)])("%s", (_, sheets) => {
    expect(sheets.flatMap(faults)).toEqual([]);
  });
});
