import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Words that say of powers, roots and products that they work entry by entry, and words that do not. */

const r = String.raw;
const verdict = (text: string): string | undefined => checkWorksheet("a.md", text, { seed: 1 }).claims.at(-1)?.verdict;

const MATRIX = r`$X \in \mathbb{R}^{n \times n}$, $a \in \mathbb{R}^n$.`;
const squares = (words: string): string =>
  `${MATRIX} ${words}\n$$Y = X^2, \\quad L = a^\\top Y a$$\n$$\\frac{\\partial L}{\\partial X} = 2 X \\odot a a^\\top$$\n`;

describe("a square of a matrix", () => {
  it.each([
    "The square is taken elementwise.",
    "All squares are element-wise.",
    "We write elementwise squares as powers.",
    "Here $X^2$ is meant entry by entry.",
    "Division and square are applied to each entry.",
    "$X^2$ (elementwise) is not a matrix product.",
  ])("%s", (words) => expect(verdict(squares(words))).toBe("proved"));

  it.each([
    "Here $\\odot$ is the elementwise product.",
    "The square is not elementwise.",
    "The activation is applied elementwise.",
    "The square root is applied elementwise.",
    "",
  ])("not so: %s", (words) => expect(verdict(squares(words))).toBe("wrong"));

  it("said within the formula, of that formula alone", () => {
    const text = `${MATRIX}
$$Y = X^2 \\text{ (elementwise)}, \\quad Z = X^2$$ $$L = a^\\top Y a + a^\\top Z a$$`;
    const both = r`\frac{\partial L}{\partial X} = 2 X \odot a a^\top + a (X^\top a)^\top + X^\top a a^\top`;
    expect(verdict(`${text}\n$$${r`\frac{\partial L}{\partial Y} = a a^\top`}$$\n`)).toBe("proved");
    expect(verdict(`${text}\n$$${both}$$\n`)).toMatch(/^(wrong|shape-mismatch)$/);
    const right = r`\frac{\partial L}{\partial X} = 2 X \odot a a^\top + a (X a)^\top + X^\top a a^\top`;
    expect(verdict(`${text}\n$$${right}$$\n`)).toBe("proved");
  });
});

it("a root of a matrix, where the text says so and not elsewhere", () => {
  const text = (words: string): string =>
    `${MATRIX} ${words}\n$$S = \\sqrt{X}, \\quad L = a^\\top S a$$\n$$\\frac{\\partial L}{\\partial X} = \\frac12 (a a^\\top) \\oslash \\sqrt{X}$$\n`;
  expect(verdict(text("The square root is applied to each entry of $X$."))).toBe("proved");
  expect(verdict(text(""))).toBe("undecided");
});

it("products of columns, where the text says so and not elsewhere", () => {
  const text = (words: string): string =>
    `$x, y, a \\in \\mathbb{R}^n$. ${words}\n$$z = x y, \\quad L = a^\\top z$$\n$$\\frac{\\partial L}{\\partial x} = a y$$\n`;
  expect(verdict(text("All products of vectors are elementwise."))).toBe("proved");
  expect(verdict(text("Here $\\odot$ is the elementwise product."))).not.toBe("proved");
});
