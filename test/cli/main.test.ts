import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, test } from "vitest";

/* The built program, as its users start it. */

const main = path.resolve(import.meta.dirname, "../../dist/cli/main.js");
const SHEET = "$$z = w x$$\n\n$$L = z^2$$\n";

describe("the program", () => {
  test("starts by itself and knows its version", () => {
    const { status, stdout } = spawnSync(main, ["--version"], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test("reads standard input", () => {
    const call = spawnSync(process.execPath, [main, "derive", "--json", "-"], { encoding: "utf8", input: SHEET });
    expect(call.status).toBe(0);
    expect(JSON.parse(call.stdout)).toMatchObject({ file: "-", loss: "L" });
  });

  test("reads standard input only once", () => {
    const call = spawnSync(process.execPath, [main, "derive", "--json", "-", "-"], { encoding: "utf8", input: SHEET });
    expect(call.status).toBe(2);
    expect(call.stdout.split("\n")).toHaveLength(3);
  });

  test("ends quietly when its reader goes away", async () => {
    const child = spawn(process.execPath, [main, "derive", "--json", ...Array(40).fill("-")]);
    const err: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
    child.stdout.destroy();
    child.stdin.end(SHEET);
    await new Promise((resolve) => child.on("close", resolve));
    expect(err.join("")).not.toMatch(/EPIPE|at .*\.js/);
  });
});
