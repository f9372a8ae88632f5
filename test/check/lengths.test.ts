import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Two bars that are divided by together are lengths; what was read as a number without need, or as a row, is not used against a line. */

const r = String.raw;
const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => (c.verdict === "agrees" ? "proved" : c.verdict));

it.each([r`|a||b|`, r`|a| \cdot |b|`, r`{|a|}\;{|b|}`])("a cosine with %s", (lengths) => {
  const text = r`
$a, b \in \mathbb{R}^n$.

$$c = \frac{a \cdot b}{${lengths}}$$
$$\frac{\partial c}{\partial a} = \frac{b}{${lengths}} - c \frac{a}{|a|^2}$$
$$\frac{\partial c}{\partial a} = \frac{b}{${lengths}} + c \frac{a}{|a|^2}$$
`;
  expect(verdicts(text)).toEqual(["proved", "wrong"]);
});

it("which of two letters is that of the vectors w_k, nothing says", () => {
  const text = r`
$$s_k = \frac{e^{w_k^\top x}}{\sum_{j=1}^K e^{w_j^\top x}}, \quad J = -\sum_{k=1}^K y_k \log s_k, \quad \sum_k y_k = 1$$
$$\frac{\partial J}{\partial w_{jz}} = x_j (s_z - y_z)$$
$$\frac{\partial J}{\partial w_k} = (s_k - y_k) x$$
`;
  expect(verdicts(text)).toEqual(["undecided", "proved"]);
});

it("a capital letter of which nothing is said may well be a matrix", () => {
  const text = r`
$X_i$ is column i of the matrix $X$ and $Y_i$ is column i of the matrix $Y$.

$$E = \sum_i \|W X_i - Y_i\|^2$$
$$\frac{\partial E}{\partial W} = 2(WX - Y)X^\top$$
`;
  expect(verdicts(text)).toEqual(["undecided"]);
});
