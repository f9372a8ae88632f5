import { describe, expect, it } from "vitest";
import { renderNumpy } from "../../src/render/numpy.js";
import { cases } from "../render/cases.js";
import { gradcheck, pythonMissing } from "./python.js";

const missing = pythonMissing();

describe.skipIf(missing !== null)(`generated modules under Python${missing === null ? "" : ` (${missing})`}`, () => {
  const results =
    missing === null
      ? gradcheck(
          cases.map((c) => ({
            name: c.name,
            source: renderNumpy(c.bench.model(), c.bench.derivation()),
            loss: c.bench.loss?.name ?? "",
            values: c.values,
            callables: c.callables ?? {},
            wrt: c.bench.gradients.map((g) => g.wrt.name),
          })),
        )
      : [];
  it.each(cases.map((c) => c.name))("%s: backward() is the derivative of forward()", (name) => {
    const result = results.find((r) => r.name === name);
    expect(result?.problem).toBeNull();
    expect(result?.error).toBeLessThan(1e-6);
  });
});
