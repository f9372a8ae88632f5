import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Vectors whose entries count from 0: they are never used whole, and what is claimed of them makes nothing zero-based. */

const r = String.raw;
const verdicts = (text: string) => checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => c.verdict);

const CORRELATION = r`$$y_i = \sum_{j=0}^{k-1} w_j x_{i+j}, \quad i = 0, \dots, n-k, \quad L = \frac12 \sum_{i=0}^{n-k} y_i^2$$`;
const LINES = [
  r`\frac{\partial L}{\partial w_j} = \sum_{i=0}^{n-k} y_i x_{i+j}`,
  r`\frac{\partial L}{\partial w_0} = \sum_{i=0}^{n-k} y_i x_{i}`,
  r`\frac{\partial L}{\partial w_j} = \sum_{i=0}^{n-k} y_i x_{i}`,
].map((l) => `$$${l}$$\n`);

it.each([
  r`Let $x_0, \dots, x_{n-1}$ be the input and $w_0, \dots, w_{k-1}$ the filter.`,
  r`$x \in \mathbb{R}^n$, $w \in \mathbb{R}^k$.`,
  r`$x \in \mathbb{R}^n$, $w \in \mathbb{R}^k$, where $x = (x_0, \dots, x_{n-1})$ and $w = (w_0, \dots, w_{k-1})$.`,
])("a filter that counts from 0: %s", (given) => {
  const found = verdicts(`${given}\n${CORRELATION}\n${LINES.join("\n")}`);
  expect(found).toEqual(["proved", "proved", "wrong"]);
});

it("an entry 0 in a claim about a vector that counts from 1 is refused", () => {
  const text = r`$x, w \in \mathbb{R}^n$.
$$s = \sum_{i=1}^n w_i x_i, \quad L = s^2$$
$$\frac{\partial L}{\partial w_i} = 2 s x_i$$

$$\frac{\partial L}{\partial w_0} = 2 s x_0$$`;
  const [first, second] = verdicts(text);
  expect(first).toBe("proved");
  expect(["proved", "agrees"]).not.toContain(second);
});

it("what is used whole counts from 1", () => {
  const text = r`$x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$.
$$y = A x, \quad L = \sum_{j=0}^{n-1} x_j + \sum_i y_i$$
$$\frac{\partial L}{\partial x_j} = 1 + \sum_i A_{ij}$$`;
  expect(["proved", "agrees"]).not.toContain(verdicts(text)[0]);
});
