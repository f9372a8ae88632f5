import { expect, it } from "vitest";
import { renderNumpy } from "../../src/render/numpy.js";
import { deriveWorksheet } from "../../src/session/derive.js";

/* What the front matter says of ReLU' at its kink is in the derivatives and in the generated code. */

it.each([
  ["0", "> 0", ">"],
  ["1", ">= 0", "\\ge"],
] as const)("relu_at_zero: %s", (value, python, latex) => {
  const text = String.raw`---
relu_at_zero: ${value}
---

$z, c \in \mathbb{R}^n$

$$L = \sum_{i=1}^n c_i \operatorname{ReLU}(z_i)$$`;
  const report = deriveWorksheet("sheet.md", text);
  expect(report.json.gradients.find((g) => g.name === "z")?.index).toBe(
    String.raw`\frac{\partial L}{\partial z_{i}} = \mathbb{1}[z_{i} ${latex} 0] c_{i}`,
  );
  const [problem] = report.problems;
  const derivation = problem?.derivation;
  if (problem === undefined || derivation == null) throw new Error("nothing was derived");
  expect(renderNumpy(problem.model, derivation, { nameOf: problem.nameOf })).toContain(`z ${python}`);
});
