import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* The chain rule of unknown functions that are written inside each other: `z = g(p(s), q(s))`, and then `\partial z/\partial p`. */

const r = String.raw;
const verdict = (text: string) => checkWorksheet("a.md", text, { seed: 1 }).claims.at(-1)?.verdict;

const MANY = r`$\hat{y} = f(u_1(x), u_2(x), u_3(x))$`;
const TWO = r`Let $z = g(p(s), q(s))$.`;
const NESTED = r`$E = \phi(\psi(\theta))$`;
const SAID = r`$v_1 = v_1(t)$, $v_2 = v_2(t)$, $w = F(v_1, v_2)$`;

it.each([
  [
    MANY,
    r`\frac{\partial \hat{y}}{\partial x} = \frac{\partial \hat{y}}{\partial u_1} \frac{\partial u_1}{\partial x} + \frac{\partial \hat{y}}{\partial u_2} \frac{\partial u_2}{\partial x} + \frac{\partial \hat{y}}{\partial u_3} \frac{\partial u_3}{\partial x}`,
  ],
  [TWO, r`\frac{dz}{ds} = \frac{\partial z}{\partial p} \frac{dp}{ds} + \frac{\partial z}{\partial q} \frac{dq}{ds}`],
  [NESTED, r`\frac{dE}{d\theta} = \frac{dE}{d\psi} \frac{d\psi}{d\theta}`],
  [
    SAID,
    r`\frac{dw}{dt} = \frac{\partial w}{\partial v_1} \frac{d v_1}{dt} + \frac{\partial w}{\partial v_2} \frac{d v_2}{dt}`,
  ],
])("right: %s %s", (net, claim) => expect(verdict(`${net}\n\n$$${claim}$$\n`)).toBe("proved"));

it.each([
  [
    MANY,
    r`\frac{\partial \hat{y}}{\partial x} = \frac{\partial \hat{y}}{\partial u_1} \frac{\partial u_1}{\partial x} + \frac{\partial \hat{y}}{\partial u_2} \frac{\partial u_2}{\partial x}`,
  ],
  [TWO, r`\frac{dz}{ds} = \frac{\partial z}{\partial p} \frac{dq}{ds} + \frac{\partial z}{\partial q} \frac{dp}{ds}`],
  [
    SAID,
    r`\frac{dw}{dt} = \frac{\partial w}{\partial v_1} \frac{d v_1}{dt} - \frac{\partial w}{\partial v_2} \frac{d v_2}{dt}`,
  ],
])("wrong: %s %s", (net, claim) => expect(verdict(`${net}\n\n$$${claim}$$\n`)).toBe("wrong"));

it("a symbol that has an equation of its own is a factor, and its parentheses are a product", () => {
  const text = r`$p = s^2$, $z = \tanh(p(s + 1))$

$$\frac{dz}{dp} = (1 - z^2) (s + 1)$$`;
  expect(verdict(text)).toBe("proved");
});

it("a reminder that a quantity is a function of others refutes nothing and claims nothing", () => {
  const text = r`$p = 3 s$, $z = p^2$. We write $z = g(p(s))$, so

$$\frac{dz}{ds} = 2 p \cdot 3$$`;
  const { claims } = checkWorksheet("a.md", text, { seed: 1 });
  expect(claims.map((c) => c.verdict)).toEqual(["proved"]);
});
