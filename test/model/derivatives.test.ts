import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* The order of a derivative is above the bar, and the same below it. */

const verdict = (claim: string): string | undefined =>
  checkWorksheet(
    "s.md",
    `$x, y \\in \\mathbb{R}$, $\\sigma^2 \\in \\mathbb{R}$\n$$L = x^3 y + \\sigma^2$$\n$$${claim}$$`,
  ).claims[0]?.verdict;

describe("orders of derivatives", () => {
  it.each([
    [String.raw`\frac{\partial^2 L}{\partial x^2} = 6 x y`, "proved"],
    [String.raw`\frac{\partial^2 L}{\partial x \partial y} = 3 x^2`, "proved"],
    [String.raw`\frac{\partial L}{\partial \sigma^2} = 1`, "proved"],
    [String.raw`\frac{\partial^2 L}{\partial x} = 3 x^2 y`, "unreadable"],
    [String.raw`\frac{\partial L}{\partial x \partial y} = 3 x^2`, "unreadable"],
    [String.raw`\frac{\partial^3 L}{\partial x^2 \partial y} = 6 x`, "undecided"],
    [String.raw`\frac{\partial^3 L}{\partial x^2 \partial y} = 0`, "undecided"],
  ])("%s: %s", (claim, wanted) => {
    expect(verdict(claim)).toBe(wanted);
  });
});
