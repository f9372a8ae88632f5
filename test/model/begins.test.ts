import { expect, test } from "vitest";
import { deriveWorksheet } from "../../src/session/derive.js";

const errors = (condition: string) =>
  deriveWorksheet(
    "sheet.md",
    `Let $x \\in \\mathbb{R}^n$.\n\n$$y_i = x_i^2, \\quad ${condition}$$\n\n$$L = \\sum_i y_i$$\n`,
  )
    .json.diagnostics.filter((d) => d.severity === "error")
    .map((d) => `${d.at.line}: ${d.code}`);

test.each([["i > 2"], ["i \\ge 3"]])("%s leaves entries without an equation", (condition) =>
  expect(errors(condition)).toContain("3: unsupported/condition"),
);

test.each([["i > 0"], ["i \\ge 1"], ["i = 1, \\dots, n"]])("%s is every entry", (condition) =>
  expect(errors(condition)).toEqual([]),
);

test.each([
  ["i \\le m", true],
  ["i < n", true],
  ["i \\le n", false],
])("%s of n entries", (condition, refused) => {
  const text = `Let $x, y \\in \\mathbb{R}^n$.\n\n$$y_i = x_i^2, \\quad ${condition}$$\n\n$$L = \\sum_i y_i$$\n`;
  const codes = deriveWorksheet("sheet.md", text)
    .json.diagnostics.filter((d) => d.severity === "error")
    .map((d) => d.code);
  expect(codes.includes("unsupported/condition")).toBe(refused);
});
