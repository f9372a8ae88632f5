import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { renderNumpy } from "../../src/render/numpy.js";
import { deriveWorksheet } from "../../src/session/derive.js";
import { gradcheck, type PythonCase, pythonMissing } from "./python.js";
import { callablesFor, valuesFor } from "./sample.js";

const missing = pythonMissing();
const folder = fileURLToPath(new URL("../../problems/", import.meta.url));
const files = readdirSync(folder).filter((f) => f.endsWith(".md"));

/** A case for each problem of each worksheet. */
const modules: readonly PythonCase[] = files.flatMap((file) => {
  const report = deriveWorksheet(file, readFileSync(`${folder}${file}`, "utf8"));
  return report.problems.flatMap((p, k) => {
    if (p.derivation === null || p.model.loss === null) return [];
    const name = `${file} ${k + 1}`;
    const source = renderNumpy(p.model, p.derivation, { nameOf: p.nameOf });
    const loss = p.nameOf(p.model.loss);
    const wrt = p.gradients.map((g) => g.json.name);
    return [1, 2, 3].map((round) => ({
      name: `${name}, point ${round}`,
      source,
      loss,
      values: valuesFor(p, 5, round),
      callables: callablesFor(p),
      wrt,
    }));
  });
});

describe.skipIf(missing !== null)(`worksheets under Python${missing === null ? "" : ` (${missing})`}`, () => {
  const results = missing === null ? gradcheck(modules) : [];

  it("has a module for every worksheet", () => {
    expect(files.filter((f) => !modules.some((m) => m.name.startsWith(f)))).toEqual([]);
  });

  it.each(modules.map((m) => m.name))("%s: backward() is the derivative of forward()", (name) => {
    const result = results.find((r) => r.name === name);
    expect(result?.problem).toBeNull();
    expect(result?.error).toBeLessThan(1e-6);
  });
});
