import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* What stands below a slash: `1/2 (a - b)^2` is half of a square, `1/n \sum_i x_i` a mean, `dL/dw` a derivative. */

const r = String.raw;
const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => c.verdict);

it.each([
  [r`1/2 (w x - y)^2`, r`(w x - y) x`],
  [r`1/2(w x - y)^2`, r`(w x - y) x`],
  [r`1/2[w x - y]^2`, r`(w x - y) x`],
  [r`1/2 w^2 x`, r`w x`],
  [r`1/(2n) (w x - y)^2`, r`(w x - y) x/n`],
  [r`1/2n (w x - y)^2`, r`(w x - y) x/n`],
  [r`1/n (w x - y)^2`, r`2 (w x - y) x/n`],
  [r`1/2n \sum_{i=1}^n (w x_i - y_i)^2`, r`1/n \sum_{i=1}^n (w x_i - y_i) x_i`],
  [r`\lambda/2 \|w\|^2`, r`\lambda w`],
  [r`1/2\ln w`, r`1/(2w)`],
  [r`c/2w`, r`-c/(2w^2)`],
  [r`-(w - y)^2/2\sigma^2`, r`-(w - y)/\sigma^2`],
  [r`e^{w}/(e^{w} + e^{v})`, r`e^w e^v/(e^w + e^v)^2`],
])("%s", (formula, derivative) => {
  const text = r`$w > 0$.

$$L = ${formula}$$
$$dL/dw = ${derivative}$$
$$dL / dw = 2 (${derivative})$$
$$\partial L / \partial w = ${derivative}$$
`;
  expect(verdicts(text).map((v) => (v === "agrees" ? "proved" : v))).toEqual(["proved", "wrong", "proved"]);
});

it("second derivatives", () => {
  const text = r`
$$L = 1/2 w^2 x$$
$$d^2L/dw^2 = x$$
$$d^2 L / dw^2 = w x$$
`;
  expect(verdicts(text)).toEqual(["proved", "wrong"]);
});

it("a letter close to the number is not guessed to be above or below", () => {
  const text = r`
$$z = w x$$
$$L = 1/2z^2$$
$$\frac{\partial L}{\partial w} = z x$$
$$\frac{\partial L}{\partial w} = -x/z^3$$
`;
  expect(verdicts(text)).toEqual(["undecided", "undecided"]);
});
