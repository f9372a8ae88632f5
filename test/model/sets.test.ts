import { describe, expect, test } from "vitest";
import { readReport } from "../../src/session/read.js";

/** A declaration; the shape it gives; what it makes the program assume. */
const SETS: readonly (readonly [declared: string, shape: readonly string[]])[] = [
  ["A \\in \\mathbb{R}^n", ["n"]],
  ["A \\in \\mathbb{R}^{n \\times m}", ["n", "m"]],
  ["A \\in \\mathbb{R}^{n,m}", ["n", "m"]],
  ["A \\in \\mathbb{R}_{++}^n", ["n"]],
  ["A \\in \\mathbb{R}^n_{+}", ["n"]],
  ["A \\in \\mathbb{R}_{\\geq 0}^n", ["n"]],
  ["A \\in \\mathbb{S}^n", ["n", "n"]],
  ["A \\in \\mathbb{S}_{++}^n", ["n", "n"]],
  ["A \\in \\mathbb{S}^n_{++}", ["n", "n"]],
  ["A \\in \\mathbb{S}_+^{n \\times n}", ["n", "n"]],
  ["A \\in S_{++}^n", ["n", "n"]],
  ["A \\in \\mathbb{S}^{n-1}", ["n"]],
  ["A \\in \\Delta^{n-1}", ["n"]],
  ["A \\in \\Delta_{n-1}", ["n"]],
  ["A \\in \\Delta^{n}", ["n"]],
  ["A \\in \\Delta_n", ["n"]],
  ["A \\in \\{0, 1\\}^{n \\times m}", ["n", "m"]],
  ["A \\in [0, 1]^n", ["n"]],
];

describe("a declaration by a set gives a shape", () => {
  test.each(SETS)("%s", (declared, shape) => {
    const json = readReport("sheet.md", `Let $${declared}$.\n\n$$L = \\sum_{i} f(A)$$\n`);
    expect(json.symbols.find((s) => s.name === "A")?.shape).toEqual(shape);
  });

  test("complex numbers are refused with their place", () => {
    const json = readReport("sheet.md", "Let $z \\in \\mathbb{C}^n$.\n\n$$L = \\sum_i z_i$$\n");
    expect(json.diagnostics.find((d) => d.code === "unsupported/complex")).toMatchObject({
      severity: "error",
      at: { line: 1, column: 6 },
    });
  });
});
