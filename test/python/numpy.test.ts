import { describe, expect, it } from "vitest";
import { derive } from "../../src/derive/derive.js";
import { renderNumpy } from "../../src/render/numpy.js";
import { cases } from "../render/cases.js";
import { recurrent } from "../render/cases-recurrent.js";
import { gradcheck, type PythonCase, pythonMissing } from "./python.js";

const missing = pythonMissing();

/** Each model twice: with gradients written by hand, and with those that the program derives. */
const byHand: readonly PythonCase[] = cases.flatMap((c) => {
  const model = c.bench.model();
  const rest = {
    loss: c.bench.loss?.name ?? "",
    values: c.values,
    callables: c.callables ?? {},
    wrt: c.bench.gradients.map((g) => g.wrt.name),
  };
  return [
    { ...rest, name: `${c.name}, by hand`, source: renderNumpy(model, c.bench.derivation()) },
    { ...rest, name: `${c.name}, derived`, source: renderNumpy(model, derive(model)) },
  ];
});

const derived: readonly PythonCase[] = recurrent.map((c) => {
  const model = { ...c.bench.model(), wrt: c.bench.symbols.filter((s) => s.role !== "loss").map((s) => s.tensor) };
  return {
    name: c.name,
    source: renderNumpy(model, derive(model)),
    loss: c.bench.loss?.name ?? "",
    values: c.values,
    wrt: Object.keys(c.values),
  };
});

const modules = [...byHand, ...derived];

describe.skipIf(missing !== null)(`generated modules under Python${missing === null ? "" : ` (${missing})`}`, () => {
  const results = missing === null ? gradcheck(modules) : [];
  it.each(modules.map((m) => m.name))("%s: backward() is the derivative of forward()", (name) => {
    const result = results.find((r) => r.name === name);
    expect(result?.problem).toBeNull();
    expect(result?.error).toBeLessThan(1e-6);
  });
});
