import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compare, networkCases } from "../networks/modules.js";
import { pythonMissing } from "../python/python.js";
import { pythonPath } from "../support/needs.js";

/*
 * Networks whose depth or length is a letter, in many notations. The generated modules loop over layers and steps; at depths 1,
 * 2, 3 and 5 each gradient is compared with central differences of a forward pass in NumPy that was written from the mathematics.
 */

const missing = pythonMissing();
const folder = fileURLToPath(new URL(".", import.meta.url));
const script = fileURLToPath(new URL("../networks/gradients.py", import.meta.url));

describe.skipIf(missing !== null)(`symbolic depth under Python${missing === null ? "" : ` (${missing})`}`, () => {
  const cases = missing === null ? networkCases(folder) : [];
  const results = missing === null ? compare(pythonPath ?? "python3", script, cases, [`${folder}oracles`]) : [];

  it.each(cases.map((c) => c.name))("%s", (name) => {
    expect(results.find((r) => r.name === name)?.problem).toBeNull();
  });

  it.each(cases.map((c) => c.name))("%s: nothing went wrong, and nothing was left out", (name) => {
    const found = cases.find((c) => c.name === name)?.diagnostics.filter((d) => d.severity === "error");
    expect(found).toEqual([]);
  });

  it("every worksheet has an oracle", () => {
    const oracles = ["families", "more", "unrolled", "scales"]
      .map((f) => readFileSync(`${folder}oracles/${f}.py`, "utf8"))
      .join("\n");
    expect(cases.filter((c) => !oracles.includes(`"${c.name}"`))).toEqual([]);
  });
});
