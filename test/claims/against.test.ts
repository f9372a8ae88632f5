import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const problem = String.raw`
$x \in \mathbb{R}^{D}$, $W \in \mathbb{R}^{H \times D}$, $b \in \mathbb{R}^{H}$, $V \in \mathbb{R}^{K \times H}$, $t \in \mathbb{R}^{K}$.

$$z = W x + b, \qquad h = \tanh(z), \qquad y = V h, \qquad L = \frac{1}{2} \| y - t \|^2$$
`;

const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("answer.md", text, { against: { file: "problem.md", text: problem } }).claims.map((c) => c.verdict);

it("a submission may name the sizes of the problem's arrays anew", () => {
  const submission = String.raw`
Let $x \in \mathbb{R}^{n}$, $W \in \mathbb{R}^{m \times n}$, $V \in \mathbb{R}^{k \times m}$.

$$z = W x + b$$
$$\delta = V^\top (y - t) \odot (1 - h^2)$$
$$\frac{\partial L}{\partial z} = \delta$$
$$\nabla_W L = x \delta^\top$$
$$\frac{\partial L}{\partial W_{ij}} = \delta_i x_j, \quad i = 1, \dots, m, \; j = 1, \dots, n$$
$$\frac{\partial L}{\partial V_{ai}} = (y_i - t_i) h_a, \quad a = 1, \dots, k$$
`;
  expect(verdicts(submission).slice(0, 5)).toEqual(["proved", "proved", "proved", "shape-mismatch", "proved"]);
  expect(verdicts(submission)[5]).toMatch(/wrong|shape-mismatch/);
});

it("nothing in a submission changes what is true", () => {
  expect(verdicts("$$t = y$$\n$$L = 0$$\n$$\\nabla_y L = 0$$\n")).toEqual(["wrong", "wrong", "wrong"]);
});
