import { expect, test } from "vitest";
import { plain } from "../../src/render/plain.js";

/* LaTeX of a name as a short line of text. */

const frac = (a: string, b: string): string => `\\frac{${a}}{${b}}`;

const rows: readonly (readonly [string, string])[] = [
  [frac("\\partial \\mathcal{L}", "\\partial W^{(2)}"), "∂L/∂W^{(2)}"],
  [frac("a + b", "c"), "(a + b)/c"],
  [frac(frac("a", "b"), "c"), "(a/b)/c"],
  [frac("a", "{b"), "frac{a}{b"],
  // A row of fractions is no nest of them.
  [Array(30).fill(frac("a", "b")).join(" + "), Array(30).fill("a/b").join(" + ")],
];

test.each(rows)("%s", (latex, text) => {
  expect(plain(latex)).toBe(text);
});

test("a nest of fractions without an end ends", () => {
  expect(plain(Array(5000).fill("\\frac{").join(""))).toContain("frac");
  const nest = Array(2000)
    .fill(0)
    .reduce<string>((inner) => frac(inner, "b"), "a");
  expect(plain(nest)).toContain("/b");
});
