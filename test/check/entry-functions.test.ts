import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* A function of an array that its entries define, `\sigma(z)_i = …`, is what they say, not what custom calls so. */

const r = String.raw;
const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => c.verdict);

const softmax = (f: string, before = ""): string =>
  r`
$z \in \mathbb{R}^K$.

$$${before}${f}(z)_i = \frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}}$$
$$L = -\sum_i y_i \log ${f}(z)_i$$
$y$ is one-hot.
`;

it.each([r`\sigma`, "S", "g", r`\phi`])("the softmax by the name of %s", (f) => {
  const right = r`$$\frac{\partial ${f}(z)_i}{\partial z_j} = ${f}(z)_i (\delta_{ij} - ${f}(z)_j)$$
$$\frac{\partial L}{\partial z_i} = ${f}(z)_i - y_i$$`;
  const wrong = r`$$\frac{\partial L}{\partial z_i} = ${f}(z)_i + y_i$$`;
  expect(verdicts(`${softmax(f)}\n${right}\n${wrong}\n`)).toEqual(["proved", "proved", "wrong"]);
});

it("in the middle of a chain, and with a temperature", () => {
  const chain = r`
$z \in \mathbb{R}^n$, $\sum_k t_k = 1$.

$$p_i = \sigma(z)_i = \frac{\exp(z_i/T)}{\sum_{j} \exp(z_j/T)}$$
$$L = -\sum_k t_k \log p_k$$
$$\frac{\partial L}{\partial z_i} = \frac{1}{T}(p_i - t_i)$$
$$\frac{\partial L}{\partial z_i} = p_i - t_i$$
$$\frac{\partial p_i}{\partial z_j} = \delta_{ij} p_i (1 - p_i)$$
`;
  expect(verdicts(chain)).toEqual(["proved", "wrong", "wrong"]);
});

it("applied to another array than the one that defines it", () => {
  const layer = r`
$W \in \mathbb{R}^{K \times D}$, $x \in \mathbb{R}^D$.

$$\sigma(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$
$$a = Wx, \quad p = \sigma(a), \quad L = -\sum_i y_i \log p_i$$
$y$ is one-hot.

$$\frac{\partial L}{\partial a} = p - y$$
$$\frac{\partial L}{\partial a} = p \odot (1 - p)$$
`;
  expect(verdicts(layer)).toEqual(["proved", "wrong"]);
});

it("with a formula that is no softmax, nothing is taken from custom", () => {
  const share = r`
$x \in \mathbb{R}^n$.

$$\sigma(x)_i = \frac{x_i}{\sum_j x_j}$$
$$y = \sigma(x)$$
$$\frac{\partial y_i}{\partial x_i} = y_i (1 - y_i)$$
$$\frac{\partial y_i}{\partial x_j} = \frac{\delta_{ij} - y_i}{\sum_k x_k}$$
`;
  expect(verdicts(share)).toEqual(["wrong", "proved"]);
});
