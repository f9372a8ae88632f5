import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * The chain rule as it is printed: derivatives one behind the other, each by what the next is of, in no layout in particular.
 */

const r = String.raw;
const NETWORK = r`
$W \in \mathbb{R}^{h \times n}$, $V \in \mathbb{R}^{k \times h}$, $x \in \mathbb{R}^n$, $b \in \mathbb{R}^h$, $t \in \mathbb{R}^k$

$$z = W x + b$$

$$a = \tanh(z)$$

$$y = V a$$

$$s = \text{softmax}(y)$$

$$L = \frac{1}{2} \| s - t \|^2$$
`;

const verdict = (claim: string): string | undefined =>
  checkWorksheet("a.md", `${NETWORK}\n$$${claim}$$\n`, { seed: 1 }).claims[0]?.verdict;

it.each([
  r`\frac{\partial L}{\partial y} = \frac{\partial L}{\partial s} \frac{\partial s}{\partial y}`,
  r`\frac{\partial L}{\partial z} = \frac{\partial L}{\partial y} \cdot \frac{\partial y}{\partial a} \cdot \frac{\partial a}{\partial z}`,
  r`\frac{\partial L}{\partial W} = \frac{\partial L}{\partial y} \frac{\partial y}{\partial a} \frac{\partial a}{\partial z} \frac{\partial z}{\partial W}`,
  r`\frac{\partial L}{\partial b} = \frac{\partial L}{\partial z} \frac{\partial z}{\partial b} = \frac{\partial L}{\partial z}`,
  r`\frac{\partial L}{\partial W} = \left( \frac{\partial L}{\partial a} \frac{\partial a}{\partial z} \right) x^\top`,
  r`\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \odot \frac{\partial a}{\partial z}`,
  r`\frac{\partial y}{\partial x} = \frac{\partial y}{\partial a} \frac{\partial a}{\partial z} \frac{\partial z}{\partial x}`,
])("%s", (claim) => expect(verdict(claim)).toBe("proved"));

it.each([
  r`\frac{\partial L}{\partial y} = 2 \frac{\partial L}{\partial s} \frac{\partial s}{\partial y}`,
  r`\frac{\partial L}{\partial y} = -\frac{\partial L}{\partial s} \frac{\partial s}{\partial y}`,
  r`\frac{\partial L}{\partial z} = \frac{\partial L}{\partial y} \frac{\partial y}{\partial a}`,
  r`\frac{\partial L}{\partial y} = \frac{\partial L}{\partial s} \odot \frac{\partial s}{\partial y}`,
  r`\frac{\partial y}{\partial x} = \frac{\partial a}{\partial z} \frac{\partial y}{\partial a} \frac{\partial z}{\partial x}`,
  r`\frac{\partial L}{\partial x} = W \frac{\partial L}{\partial a} \frac{\partial a}{\partial z}`,
])("not %s", (claim) => expect(["wrong", "shape-mismatch"]).toContain(verdict(claim)));

it.each([
  r`\frac{\partial z}{\partial W} = x^\top`,
  r`\frac{\partial z}{\partial W} = x`,
  r`\frac{\partial z}{\partial b} = 1`,
  r`\frac{\partial a}{\partial z} = 1 - a^2`,
])("a derivative without its zeros is left open: %s", (claim) => expect(verdict(claim)).toBe("undecided"));

it.each([
  r`\frac{\partial z}{\partial W} = 2 x`,
  r`\frac{\partial z}{\partial b} = 2`,
  r`\frac{\partial a}{\partial z} = 1 - a`,
  r`\frac{\partial s}{\partial y} = s \odot (1 - s)`,
])("a wrong one is not: %s", (claim) => expect(verdict(claim)).toBe("shape-mismatch"));
