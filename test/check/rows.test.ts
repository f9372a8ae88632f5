import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Examples as rows, of which words or a place in front of a matrix tell, and names that a chain ends with. */

const r = String.raw;

const verdicts = (premises: string, ...lines: readonly string[]): readonly (string | undefined)[] =>
  checkWorksheet("a.md", `${premises}\n\n${lines.map((l) => `$$\n${l}\n$$\n`).join("\n")}`, { seed: 1 })
    .claims.filter((c) => c.kind !== "definition")
    .map((c) => c.verdict);

const NETWORK = r`
$W_1 \in \mathbb{R}^{D \times H}, b_1 \in \mathbb{R}^H, W_2 \in \mathbb{R}^{H \times K}, b_2 \in \mathbb{R}^{K}$
$$z_1 = xW_1 + b_1$$ $$h = \sigma(z_1)$$ $$z_2 = hW_2 + b_2$$ $$p = \text{softmax}(z_2)$$ $$J = -\sum_i y_i \log p_i$$`;

describe("a small letter in front of a matrix", () => {
  it.each(["$y$ is one-hot.", "$x$ is a row vector, $y$ is one-hot.", "x is a row vector. $y$ is one-hot."])(
    "%s",
    (words) => {
      const premises = `${words}\n${NETWORK}`;
      const head = r`\frac{\partial J}{\partial z_2} = p - y = \delta_1`;
      expect(verdicts(premises, head, r`\frac{\partial J}{\partial W_2} = h^T \delta_1`)).toEqual(["proved", "proved"]);
      expect(verdicts(premises, head, r`\frac{\partial J}{\partial h} = \delta_1 W_2^T`)).toEqual(["proved", "proved"]);
      expect(verdicts(premises, head, r`\frac{\partial J}{\partial W_2} = \delta_1 h^T`)[1]).toBe("shape-mismatch");
    },
  );

  it("is a number in front of a matrix without a vector beside it", () => {
    const premises = r`$W \in \mathbb{R}^{n \times m}$. $$L = \sum_{ij} (c W)_{ij}$$`;
    expect(verdicts(premises, r`\frac{\partial L}{\partial c} = \sum_{ij} W_{ij}`)).toEqual(["proved"]);
  });
});

describe("letters in fonts", () => {
  it.each([
    [r`{\bf v}^T {\bf Sv}`, r`\nabla_{\bf v} f = 2 {\bf Sv}`, "proved"],
    [r`\textbf{v}^T \textbf{S} \textbf{v}`, r`\nabla_{\textbf{v}} f = 2 \textbf{S}\textbf{v}`, "proved"],
    [r`\textbf{v}^T \textbf{S} \textbf{v}`, r`\nabla_{\textbf{v}} f = \textbf{S}\textbf{v}`, "wrong"],
    [r`{\bf v}_1^T {\bf Sv}_1`, r`\nabla_{{\bf v}_1} f = 2 {\bf Sv}_1`, "proved"],
  ])("%s: %s", (f, line, verdict) => {
    const premises = r`$\mathbf{S}$ is a symmetric matrix. $$f = ${f}$$`;
    expect(verdicts(premises, line)).toEqual([verdict]);
  });
});
