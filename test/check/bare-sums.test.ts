import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Sums without an index run over the one letter that nothing else binds. */

const r = String.raw;
const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => (c.verdict === "agrees" ? "proved" : c.verdict));

it.each([
  [
    r`$$z = \sum w_i x_i + b, \quad L = \frac12 (z-y)^2$$`,
    r`\frac{\partial L}{\partial w_i} = (z-y) x_i`,
    r`\frac{\partial L}{\partial w_i} = (z-y) w_i`,
  ],
  [
    r`$$\hat{y}_i = w x_i + b, \quad L = \frac{1}{N}\sum (y_i - \hat{y}_i)^2$$`,
    r`\frac{\partial L}{\partial w} = -\frac{2}{N} \sum x_i (y_i - \hat{y}_i)`,
    r`\frac{\partial L}{\partial w} = \frac{2}{N} \sum x_i (y_i - \hat{y}_i)`,
  ],
  [
    r`$$h(x) = w x + b, \quad J = \frac{1}{2m} \sum^m (h(x^{(i)}) - y^{(i)})^2$$`,
    r`\frac{\partial J}{\partial w} = \frac1m \sum^m (h(x^{(i)}) - y^{(i)}) x^{(i)}`,
    r`\frac{\partial J}{\partial w} = \frac1m \sum^m (h(x^{(i)}) - y^{(i)})`,
  ],
  [
    r`$$a_j = \sum w_{ij} x_i, \quad y_j = \tanh(a_j), \quad L = \sum (y_j - t_j)^2$$`,
    r`\frac{\partial L}{\partial x_i} = \sum 2 (y_j - t_j) (1 - y_j^2) w_{ij}`,
    r`\frac{\partial L}{\partial x_i} = \sum 2 (y_j - t_j) (1 - y_j^2) w_{ji}`,
  ],
])("%s", (forward, right, wrong) => {
  const [a, b] = verdicts(`${forward}\n\n$$${right}$$\n\n$$${wrong}$$\n`);
  expect(a).toBe("proved");
  expect(b).not.toBe("proved");
});

it("weights without the letter of the layer may be those of the layer", () => {
  const text = r`
$$a^{l+1}_j = \sum w_{ij} a^l_i$$
$$\frac{\partial E}{\partial a^l_i} = \sum w_{ij} \frac{\partial E}{\partial a^{l+1}_j}$$
$$\frac{\partial E}{\partial w_{ij}} = a^l_i \frac{\partial E}{\partial a^{l+1}_j}$$
`;
  expect(verdicts(text)).toEqual(["proved", "undecided"]);
});
