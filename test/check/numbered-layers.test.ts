import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Layers with numbers, and lines about the derivatives with a letter for the number. */

const r = String.raw;

const claimsOf = (text: string) => checkWorksheet("sheet.md", text).claims.filter((c) => c.kind !== "definition");

const verdicts = (given: string, lines: readonly string[]) =>
  claimsOf([given, ...lines.map((l) => `$$${l}$$`)].join("\n\n")).map((c) => c.verdict);

const BRACKETS = r`$x \in \mathbb{R}^d$, $t \in \mathbb{R}^k$, $a^{(0)} = x$.
$$z^{(1)} = W^{(1)} a^{(0)} + b^{(1)}, \quad a^{(1)} = \sigma(z^{(1)})$$
$$z^{(2)} = W^{(2)} a^{(1)} + b^{(2)}, \quad a^{(2)} = \sigma(z^{(2)})$$
$$z^{(3)} = W^{(3)} a^{(2)} + b^{(3)}$$
$$L = \frac{1}{2} \|z^{(3)} - t\|^2$$
Let $\delta^{(l)} = \partial L/\partial z^{(l)}$.`;

const BELOW = r`$x \in \mathbb{R}^n$, $y \in \mathbb{R}^m$, $h_0 = x$.
$$z_1 = W_1 h_0 + b_1, \quad h_1 = \tanh(z_1)$$
$$z_2 = W_2 h_1 + b_2, \quad h_2 = \tanh(z_2)$$
$$L = \|W_3 h_2 - y\|^2$$`;

const BARE = r`A network with two layers, $a^0 = x$.
$$z^1 = W^1 a^0 + b^1 \qquad a^1 = \sigma(z^1)$$
$$z^2 = W^2 a^1 + b^2 \qquad a^2 = \sigma(z^2)$$
$$C = \frac{1}{2} \sum_j (y_j - a^2_j)^2$$`;

describe("a letter for the number of a layer", () => {
  it.each([
    [
      "in parentheses",
      BRACKETS,
      [
        r`\frac{\partial L}{\partial W^{(l)}} = \delta^{(l)} (a^{(l-1)})^\top`,
        r`\delta^{(l)} = (W^{(l+1)})^\top \delta^{(l+1)} \odot \sigma'(z^{(l)})`,
        r`\frac{\partial L}{\partial W_{ij}^{(l)}} = \delta_i^{(l)} a_j^{(l-1)}`,
        r`\nabla_{b^{(l)}} L = \delta^{(l)}, \quad l = 1, 2, 3`,
      ],
      ["proved", "proved", "proved", "proved"],
    ],
    [
      "in parentheses, wrong",
      BRACKETS,
      [
        r`\frac{\partial L}{\partial W^{(l)}} = \delta^{(l)} (a^{(l)})^\top`,
        r`\delta^{(l)} = (W^{(l+1)})^\top \delta^{(l+1)} \odot \sigma'(z^{(l+1)})`,
        r`\nabla_{b^{(l)}} L = 2 \delta^{(l)}`,
      ],
      ["shape-mismatch", "shape-mismatch", "wrong"],
    ],
    [
      "below",
      BELOW,
      [
        r`\frac{\partial L}{\partial W_l} = \left(\frac{\partial L}{\partial h_l} \odot (1 - h_l^2)\right) h_{l-1}^\top, \quad l = 1, 2`,
        r`\frac{\partial L}{\partial b_i} = \frac{\partial L}{\partial h_i} \odot (1 - h_i \odot h_i)`,
        r`\frac{\partial L}{\partial b_i} = \frac{\partial L}{\partial h_i} \odot (1 + h_i \odot h_i)`,
      ],
      ["proved", "proved", "wrong"],
    ],
    [
      "bare, with small letters for entries",
      BARE,
      [
        r`\delta^l = ((W^{l+1})^T \frac{\partial C}{\partial z^{l+1}}) \odot \sigma'(z^l)`,
        r`\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \frac{\partial C}{\partial z^l_j}`,
        r`\frac{\partial C}{\partial b^l_j} = \frac{\partial C}{\partial z^l_j}`,
        r`\frac{\partial C}{\partial b^l_j} = \frac{\partial C}{\partial a^l_j}`,
      ],
      ["proved", "proved", "proved", "wrong"],
    ],
    [
      "that is told to reach beyond the last layer",
      BELOW,
      [r`\frac{\partial L}{\partial b_i} = \frac{\partial L}{\partial z_i}, \quad i = 1, 2, 3`],
      ["unreadable"],
    ],
    [
      "right at one number and wrong at another",
      r`$u \in \mathbb{R}^n$ $$s_1 = 3 u^\top u$$ $$s_2 = 5 s_1$$ $$L = s_2$$`,
      [r`\frac{\partial L}{\partial s_k} = 5`, r`\frac{\partial L}{\partial s_k} = 5^{2-k}`],
      ["wrong", "proved"],
    ],
  ])("%s", (_, given, lines, wanted) => {
    expect(verdicts(given, lines)).toEqual(wanted);
  });

  it("is one claim, which says for which numbers it holds", () => {
    const [claim, ...more] = claimsOf(`${BRACKETS}\n\n$$\\nabla_{b^{(l)}} L = \\delta^{(l)}$$`);
    expect(more).toEqual([]);
    expect(claim).toMatchObject({ of: "b^{(l)}", verdict: "proved", evidence: { conditions: ["l = 1, 2, 3"] } });
  });

  it("says at which number a line is wrong", () => {
    const given = r`$u \in \mathbb{R}^n$ $$s_1 = 3 u^\top u$$ $$s_2 = 5 s_1$$ $$L = s_2$$`;
    const [claim] = claimsOf(`${given}\n\n$$\\frac{\\partial L}{\\partial s_k} = 5$$`);
    expect(claim?.reason).toMatch(/^at k = 2: /);
  });

  it("is no exponent's letter", () => {
    const given = r`$x > 0$, $x, p \in \mathbb{R}$ $$L = x^2 + x^p$$`;
    expect(verdicts(given, [r`\frac{\partial L}{\partial x} = 2x + p x^{p-1}`])).toEqual(["proved"]);
  });
});
