import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const r = String.raw;

/* The T of x^T may be a number of steps and a mark of transposition. */

it("a wrong line with an undeclared letter to the T is not decided: it may be a transpose", () => {
  const sheet = r`$$a_t = \gamma x_t + \lambda a_{t-1}, \quad t = 1, \dots, T$$
$$L = \sum_{t=1}^T a_t v_t$$

$$\frac{\partial L}{\partial v_t} = a_t^T$$
$$\frac{\partial L}{\partial \gamma} = \sum_{t=1}^T \lambda^{T-t} x_t v_t$$`;
  const { claims } = checkWorksheet("steps.md", sheet);
  expect(claims.map((c) => c.verdict)).toEqual(["undecided", "wrong"]);
  expect(claims[0]?.evidence).toMatchObject({ reason: expect.stringContaining("a power or a transpose") });
});

it("a declared number to the T is a power", () => {
  const sheet = r`Let $\gamma \in \mathbb{R}$ and $T \in \mathbb{N}$.

$$L = \gamma^T$$
$$\frac{\partial L}{\partial \gamma} = T \gamma^{T-1}$$
$$\frac{\partial L}{\partial \gamma} = \gamma^T$$`;
  expect(checkWorksheet("power.md", sheet).claims.map((c) => c.verdict)).toEqual(["proved", "wrong"]);
});

it("numbers that a line transposes may be none, so nothing is decided with them", () => {
  const sheet = r`$$z = X W, \quad L = (z - t)^2$$

$$\frac{\partial L}{\partial W} = 2 (z - t) X$$
$$\frac{\partial L}{\partial z} = 2 (z - t)^\top$$`;
  const { claims } = checkWorksheet("numbers.md", sheet);
  expect(claims.map((c) => c.verdict)).toEqual(["undecided", "undecided"]);
  expect(claims[0]?.evidence).toMatchObject({ reason: expect.stringContaining("declare its shape") });
});
