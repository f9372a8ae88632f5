import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* `A' = A` and `A^\top = A` say that A is symmetric; numbers above that count layers are no powers. */

const r = String.raw;
const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => c.verdict);

it.each([r`A' = A`, r`A = A'`, r`A^\top = A`, r`A^T = A`, r`A = A^\top`])("%s", (said) => {
  const text = (condition: string): string => r`
$x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$. ${condition}

$$q = x'Ax$$
$$\frac{\partial q}{\partial x} = 2Ax$$
`;
  expect(verdicts(text(`Let $${said}$.`))).toEqual(["proved"]);
  expect(verdicts(text(""))).toEqual(["wrong"]);
});

const NETWORK = r`
$$z^2_1 = w^2_{11} x_1 + w^2_{12} x_2, \quad z^2_2 = w^2_{21} x_1 + w^2_{22} x_2$$
$$a^2_1 = \sigma(z^2_1), \quad a^2_2 = \sigma(z^2_2)$$
$$z^3_1 = w^3_{11} a^2_1 + w^3_{12} a^2_2$$
$$C = \frac{1}{2} (z^3_1 - y)^2$$
`;

it("numbers above weights count layers, as those of what they give do", () => {
  const lines = r`
$$\frac{\partial C}{\partial w^3_{11}} = (z^3_1 - y) a^2_1$$
$$\frac{\partial C}{\partial w^2_{12}} = (z^3_1 - y) w^3_{11} \sigma'(z^2_1) x_2$$
$$\frac{\partial C}{\partial w^2_{12}} = (z^3_1 - y) w^2_{11} \sigma'(z^2_1) x_2$$
`;
  expect(verdicts(NETWORK + lines).map((v) => (v === "agrees" ? "proved" : v))).toEqual(["proved", "proved", "wrong"]);
});

it("a power beside a square that an equation gives is a power", () => {
  const circle = r`
$$d^2 = u^2 + v^2$$
$$\frac{\partial d^2}{\partial u} = 2u$$
`;
  expect(verdicts(circle)).toEqual(["proved"]);
});
