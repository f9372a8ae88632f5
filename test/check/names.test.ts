import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * Names of derivatives and steps as authors write them, and sums that do not say over what they run.
 */

const r = String.raw;
const verdicts = (text: string): readonly string[] =>
  checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => c.verdict ?? c.kind ?? "");

const LINEAR = r`
$W \in \mathbb{R}^{k \times h}$, $x \in \mathbb{R}^h$, $y \in \mathbb{R}^k$

$$z = W x$$

$$L = \frac12 \|z - y\|^2$$
`;

it("a δ with a number, a δ before a symbol, a step Δ", () => {
  const lines = [
    r`$$\delta 1 = \frac{\partial L}{\partial z} = z - y$$`,
    r`$$\delta W = \delta 1 x^T$$`,
    r`$$\delta W = x \, \delta 1^T$$`,
    r`$$\Delta W = -\eta \frac{\partial L}{\partial W}$$`,
    r`$$\Delta W_{ij} = -\eta \frac{\partial L}{\partial W_{ij}} = -\eta \, (z_i - y_i) x_j$$`,
  ];
  expect(verdicts(`${LINEAR}\n${lines.join("\n\n")}\n`)).toEqual([
    "proved",
    "proved",
    "shape-mismatch",
    "definition",
    "proved",
  ]);
  const wrong = r`$$\Delta W_{ij} = -\eta \frac{\partial L}{\partial W_{ij}} = -\eta \, (z_i - y_i) x_i$$`;
  expect(["wrong", "shape-mismatch"]).toContain(verdicts(`${LINEAR}\n${wrong}\n`)[0]);
});

it("what a name is computed from and nothing defines is what a reader is told", () => {
  const { claims } = checkWorksheet("a.md", `${LINEAR}\n$$\\delta 2 = \\delta 7 \\odot z$$\n`);
  expect(claims[0]?.verdict).toBe("unreadable");
  expect(claims[0]?.reason).toContain("delta_7");
});

it("a sum without an index runs over the letters that nothing binds", () => {
  const regression = r`
$x_i, y_i \in \mathbb{R}$, $w, b \in \mathbb{R}$

$$J = \frac{1}{N} \sum_{i=1}^{N} (y_i - (w x_i + b))^2$$

$$\frac{dJ}{dw} = \frac{1}{N} \sum -2 x_i (y_i - (w x_i + b))$$

$$\frac{dJ}{db} = \frac{1}{N} \sum -2 x_i (y_i - (w x_i + b))$$
`;
  expect(verdicts(regression)).toEqual(["proved", "wrong"]);
});

it("a sum over the batch runs over the axis that the left side lacks", () => {
  const rows = r`
$X \in \mathbb{R}^{N \times d}$, $W \in \mathbb{R}^{d \times k}$, $b \in \mathbb{R}^{k}$

$$Z = X W + b$$

$$L = \sum_{ij} Z_{ij}^3$$

$$\frac{\partial L}{\partial b} = \sum_{batch} \frac{\partial L}{\partial Z}$$

$$\frac{\partial L}{\partial b} = \sum_{\text{samples}} 3 Z \odot Z$$

$$\frac{\partial L}{\partial b} = \sum_{batch} 3 Z$$

$$\frac{\partial L}{\partial X} = \sum_{batch} Z$$
`;
  expect(verdicts(rows)).toEqual(["proved", "proved", "wrong", "unreadable"]);
});

it("a line for row j beside one for the row of the class is about the other rows", () => {
  const hinge = r`
$z \in \mathbb{R}^{C}$, $y \in \{1, \dots, C\}$

$$L = \sum_{j \neq y} \max(0, z_j - z_y + 1)$$

$$\frac{\partial L}{\partial z_y} = -\sum_{j \neq y} \mathbb{1}[z_j - z_y + 1 > 0]$$

$$\frac{\partial L}{\partial z_j} = \mathbb{1}[z_j - z_y + 1 > 0]$$
`;
  expect(verdicts(hinge).at(-1)).toBe("proved");
  const alone = hinge.replace(/\$\$\\frac\{\\partial L\}\{\\partial z_y\}[^$]*\$\$/, "");
  expect(verdicts(alone)).toEqual(["wrong"]);
});
