import { expect, test } from "vitest";
import { deriveWorksheet } from "../../src/session/derive.js";

const gradient = (sheet: string, name: string) =>
  deriveWorksheet("sheet.md", sheet).json.gradients.find((g) => g.name === name);

const softmax = (declared: string) =>
  `Let $z \\in \\mathbb{R}^K$. ${declared}\n\n$$y = \\operatorname{softmax}(z), \\quad L = -\\sum_k t_k \\log y_k$$\n`;

test.each([
  ["Let $x, t \\in \\mathbb{R}^K$ with $t$ a one-hot vector.", "$t$ is one-hot"],
  ["Let $t \\in \\mathbb{R}^K$ and $\\sum_k t_k = 1$.", "$\\sum_k t_k = 1$"],
  ["Let $t \\in \\Delta^{K-1}$.", "$t \\in \\Delta^{K-1}$"],
])("%s: the step that uses it says so", (declared, reason) => {
  const g = gradient(softmax(declared), "z");
  expect(g?.index).toBe("\\frac{\\partial L}{\\partial z_{k}} = y_{k} - t_{k}");
  expect(g?.steps.filter((s) => s.rule === "assumption").map((s) => s.why)).toContain(reason);
});

test("terms that cancel once a common factor is drawn out are not written", () => {
  const sheet = "Let $a, p, n \\in \\mathbb{R}^d$.\n\n$$L = \\max\\{0, \\|a-p\\|_2^2 - \\|a-n\\|_2^2 + m\\}$$\n";
  const g = gradient(sheet, "a");
  expect(g?.index).toMatch(/\(n_\{i\} - p_\{i\}\)$/);
  expect(g?.matrix).toMatch(/\(n - p\)$/);
});
