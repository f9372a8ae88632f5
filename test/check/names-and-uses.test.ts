import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* `\phi'` without its argument, `L_{BCE}` beside `L_i`, matrices that only a determinant or a norm tells. */

const r = String.raw;
const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => (c.verdict === "agrees" ? "proved" : c.verdict));

it("a prime without an argument is taken at the only one", () => {
  const text = r`
$x \in \mathbb{R}^n$, $W \in \mathbb{R}^{m \times n}$.

$$z = Wx, \quad a = \phi(z), \quad L = \frac12\|a-y\|^2$$
$$\frac{\partial L}{\partial z} = (a-y) \odot \phi'$$
$$\frac{\partial L}{\partial W} = ((a-y) \odot \phi') x^\top$$
$$\frac{\partial L}{\partial x} = W^\top (a-y) \odot \phi'$$
`;
  expect(verdicts(text)).toEqual(["proved", "proved", "shape-mismatch"]);
});

it("applied to two things, it is not", () => {
  const text = r`
$$a = \phi(w x), \quad b = \phi(v a), \quad L = \frac12 (b - y)^2$$
$$\frac{\partial L}{\partial v} = (b - y) \phi' a$$
`;
  expect(verdicts(text)).toEqual(["unreadable"]);
});

it.each(["BCE", r`\text{BCE}`, r`\mathrm{CE}`, "total", r`\text{tot}`])("L_{%s} beside L_i", (name) => {
  const text = r`
$$z_i = w x_i, \quad L_i = -(y_i \log \sigma(z_i) + (1 - y_i) \log(1 - \sigma(z_i)))$$
$$L_{${name}} = \sum_{i=1}^n L_i$$
$$\frac{\partial L_{${name}}}{\partial w} = \sum_i (\sigma(z_i) - y_i) x_i$$
$$\frac{\partial L_{${name}}}{\partial w} = \sum_i (y_i - \sigma(z_i)) x_i$$
`;
  expect(verdicts(text)).toEqual(["proved", "wrong"]);
});

it("a determinant is of a square matrix", () => {
  const text = r`
$$c = (\det S)^{-1/2}$$
$$\frac{\partial c}{\partial S} = -\frac12 c S^{-\top}$$
$$\frac{\partial c}{\partial S} = \frac12 c S^{-\top}$$
`;
  expect(verdicts(text)).toEqual(["proved", "wrong"]);
});

it("a Frobenius norm is of matrices, also where the lines are handed in", () => {
  const problem = { file: "p.md", text: r`$$F = \|A - R Y\|_F^2$$` };
  const lines = r`
$$\frac{\partial F}{\partial R} = -2 (A - R Y) Y^\top$$
$$\frac{\partial F}{\partial R} = 2 (A - R Y) Y^\top$$
`;
  const { claims } = checkWorksheet("a.md", lines, { seed: 1, against: problem });
  expect(claims.map((c) => c.verdict)).toEqual(["proved", "wrong"]);
});

it("an activation's own formula, with names of several letters", () => {
  const text = r`
$$swish(x) = x * sigmoid(\beta * x)$$
$$swish'(x) = sigmoid(\beta*x) + \beta * x * sigmoid(\beta*x) * (1 - sigmoid(\beta*x))$$
$$swish'(x) = swish(x) + sigmoid(\beta*x) * (\beta - \beta * swish(x))$$
`;
  expect(verdicts(text)).toEqual(["proved", "wrong"]);
});

it("angles typed as signs, a number behind a colon, a large nabla, an arrow over 1, a subscript behind a digit", () => {
  const text = r`
$v \in \mathbb{R}^m$, $w \in \mathbb{R}^n$, $X \in \mathbb{R}^{m \times n}$.

$$g = v^\top X w$$
$$dg = <v w^\top, dX>_F$$
$$dg = <2 v w^\top, dX>$$
$$\bigtriangledown_X g = v w^\top$$
`;
  expect(verdicts(text)).toEqual(["proved", "wrong", "proved"]);
  const square = r`
$$f = \|M\|_F^2$$
$$df = M : 2 \, (dM)$$
$$df = M : dM$$
`;
  expect(verdicts(square)).toEqual(["proved", "wrong"]);
  const ones = r`
$X \in \mathbb{R}^{m \times n}$, $\vec{1} \in \mathbb{R}^m$, where $\vec{1}$ is the vector of ones.

$$L = \frac12 \|\vec{1}^\top X\|^2$$
$$\frac{\partial L}{\partial X} = \vec{1} \vec{1}^\top X$$
$$\frac{\partial L}{\partial X} = \vec{1}^\top X$$
`;
  expect(verdicts(ones)).toEqual(["proved", "shape-mismatch"]);
  const digits = r`
$$A2 = softmax(Z2), \quad L = -\sum_i Y_i \log(A2_i)$$
$Y$ is one-hot.

$$\frac{\partial L}{\partial Z2} = A2 - Y$$
$$\frac{\partial L}{\partial Z2} = Y - A2$$
`;
  expect(verdicts(digits)).toEqual(["proved", "wrong"]);
});

it("attention without a shape: what is transposed and computed from capital letters is a matrix", () => {
  const text = r`
$$Q = X W_Q, \quad K = X W_K, \quad V = X W_V$$
$$S = QK^\top/\sqrt{d_k}, \quad P = \text{softmax}(S), \quad O = PV$$
$$\frac{\partial L}{\partial V} = P^\top \frac{\partial L}{\partial O}$$
$$dQ = dS \, K/\sqrt{d_k}$$
$$\frac{\partial L}{\partial V} = P \frac{\partial L}{\partial O}$$
`;
  expect(verdicts(text)).toEqual(["proved", "proved", "wrong"]);
});

it("a name of several letters that the problem has is one in the lines about it", () => {
  const problem = {
    file: "p.md",
    text: r`$v, w \in \mathbb{R}^n$

$$cossim(v, w) = \frac{v \cdot w}{|v| |w|}$$
$$y = k - cossim(v, w)$$`,
  };
  const lines = r`
$$\frac{\partial y}{\partial v} = -\frac{w}{|v||w|} + cossim(v, w) \frac{v}{|v|^2}$$
$$\frac{\partial y}{\partial v} = -\frac{w}{|v||w|} - cossim(v, w) \frac{v}{|v|^2}$$
`;
  const { claims } = checkWorksheet("a.md", lines, { seed: 1, against: problem });
  expect(claims.map((c) => (c.verdict === "agrees" ? "proved" : c.verdict))).toEqual(["proved", "wrong"]);
});
