import katex from "katex";
import { describe, expect, it } from "vitest";
import { ones } from "../../src/contraction/matrix.js";
import type { Diagnostic } from "../../src/core/diagnostic.js";
import { derive } from "../../src/derive/derive.js";
import { matrixAgrees, matrixForm, pointWithAdjoints } from "../../src/session/matrix-form.js";
import { deriveProblem, shownGradients } from "../../src/session/problem.js";
import { FileNames } from "../../src/session/symbols.js";
import { cases } from "../render/cases.js";
import { recurrent } from "../render/cases-recurrent.js";
import type { Case } from "../render/models.js";

const all: readonly Case[] = [...cases, ...recurrent];
const modelOf = (c: Case) => ({
  ...c.bench.model(),
  wrt: c.bench.symbols.filter((s) => s.role !== "loss" && !s.tensor.integer).map((s) => s.tensor),
});

describe("deriving a problem", () => {
  it.each(all.map((c) => [c.name, c] as const))("%s: every gradient is checked, printed and typeset", (_, c) => {
    const told: Diagnostic[] = [];
    const model = modelOf(c);
    const problem = deriveProblem(model, new FileNames(), { seed: 3 }, (d) => told.push(d));
    expect(told.filter((d) => d.severity === "error")).toEqual([]);
    expect(problem.gradients.length).toBeGreaterThanOrEqual(model.wrt.length);
    for (const { json } of problem.gradients) {
      expect(json.verified.points).toBe(5);
      expect(json.verified.maxRelativeError).toBeLessThan(1e-6);
      for (const latex of [json.index, json.matrix ?? "1", json.wrt, ...json.steps.map((s) => s.latex)])
        expect(() => katex.renderToString(latex, { throwOnError: true })).not.toThrow();
    }
    expect(new Set(problem.gradients.map((g) => g.json.name)).size).toBe(problem.gradients.length);
  });

  it("shows only what is asked for, by LaTeX or by name", () => {
    const c = all[0];
    if (c === undefined) throw new Error("no cases");
    const names = (wrt: readonly string[]) =>
      deriveProblem(modelOf(c), new FileNames(), { seed: 3, wrt }, () => {}).gradients.map((g) => g.json.name);
    expect(names(["W^{(1)}"])).toEqual(["W1"]);
    expect(names(["W1", "x"])).toEqual(["W1", "x"]);
    expect(names(["nothing"])).toEqual([]);
  });
});

describe("a wrong gradient", () => {
  const first = all[0];
  if (first === undefined) throw new Error("no cases");
  const derivation = derive(modelOf(first));
  const { arena } = derivation.model;
  const spoiled = (name: string) => ({
    ...derivation,
    gradients: derivation.gradients.map((g) => {
      if (g.wrt.name !== name) return g;
      const wrong = arena.multiply(arena.rational("1001/1000"), g.shown);
      return { ...g, local: wrong, shown: wrong, fused: null };
    }),
  });

  it("is withheld and named, and no code is made from the rest", () => {
    const told: Diagnostic[] = [];
    const { gradients, derivation: kept } = shownGradients(
      spoiled("W1"),
      () => true,
      new FileNames(),
      3,
      (d) => told.push(d),
    );
    expect(gradients.map((g) => g.json.name)).not.toContain("W1");
    expect(gradients.map((g) => g.json.name)).toContain("x");
    expect(kept).toBeNull();
    expect(told.map((d) => d.code)).toEqual(["internal/gradient-mismatch"]);
    expect(told[0]?.message).toContain("W^{(1)}");
  });

  it("a matrix form that says something else is seen", () => {
    const point = pointWithAdjoints(derivation, 3, 0);
    if (typeof point === "string") throw new Error(point);
    for (const g of derivation.gradients) {
      const form = matrixForm(derivation, g, {});
      if (form.matrix === null) continue;
      expect(matrixAgrees(derivation, g, form, [point])).toBe(true);
      if (form.matrix.rows === null) continue;
      const other = { ...form, matrix: ones(form.matrix.rows, form.matrix.columns) };
      expect(matrixAgrees(derivation, g, other, [point])).toBe(false);
    }
  });
});
