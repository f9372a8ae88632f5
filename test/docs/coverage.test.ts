import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/* Each command of docs/coverage.md does what is said of it. */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const main = path.join(root, "dist/cli/main.js");
const commands = [
  ...new Set(
    [
      ...readFileSync(path.join(root, "docs/coverage.md"), "utf8").matchAll(
        /`backproof ([a-z]+ (?:docs|problems)\/[^`]+)`/g,
      ),
    ].map((m) => m[1] ?? ""),
  ),
];

const parts = (command: string): readonly string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? "");

const run = (command: string) =>
  spawnSync(process.execPath, [main, ...parts(command)], { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 });

describe("the commands of docs/coverage.md", () => {
  test("are all there", () => {
    expect(commands.length).toBeGreaterThan(25);
  });

  test.each(commands.filter((c) => !c.includes("evaluate docs/worksheets/equal")))("%s", (command) => {
    const { status, stdout } = run(command);
    expect(stdout).not.toBe("");
    expect(status).toBe(0);
  });

  test("a network that fails its specification is shown to do so", () => {
    const command = commands.find((c) => c.includes("evaluate docs/worksheets/equal")) ?? "";
    const { status, stdout } = run(command);
    expect(status).toBe(1);
    expect(stdout).toContain("FAILS for 21 of 81 inputs");
  });
});
