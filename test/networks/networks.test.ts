import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { pythonMissing } from "../python/python.js";
import { pythonPath } from "../support/needs.js";
import { compare, networkCases } from "./modules.js";

/*
 * Networks as people write them, in many notations, each beside a forward pass in NumPy that was written from the mathematics:
 * every gradient of the generated module, intermediates included, is compared with central differences of that.
 */

const missing = pythonMissing();
const folder = fileURLToPath(new URL(".", import.meta.url));

describe.skipIf(missing !== null)(`networks under Python${missing === null ? "" : ` (${missing})`}`, () => {
  const cases = missing === null ? networkCases(folder) : [];
  const results = missing === null ? compare(pythonPath ?? "python3", `${folder}gradients.py`, cases) : [];

  it.each(cases.map((c) => c.name))("%s", (name) => {
    expect(results.find((r) => r.name === name)?.problem).toBeNull();
  });

  it.each(cases.map((c) => c.name))("%s: no mistake of the program is reported", (name) => {
    const found = cases.find((c) => c.name === name)?.diagnostics.filter((d) => d.code.startsWith("internal/"));
    expect(found).toEqual([]);
  });
});
