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

describe("names of several letters behind a d", () => {
  const CHAIN = r`$$z_L = w_L*a_{L-1}$$ $$a_L = \sigma(z_L)$$ $$Co = (a_L - y)^2$$`;
  it.each([
    [CHAIN, r`\frac{dCo}{dw_L} = a_{L-1} * \sigma'(z_L) * 2*(a_L - y)`, "proved"],
    [CHAIN, r`\frac{dCo}{dw_L} = a_{L-1} * \sigma'(z_L)`, "wrong"],
    [r`$$Loss = (wx - y)^2$$`, r`\frac{dLoss}{{dw}} = 2(wx-y)x`, "proved"],
    [r`$$z = w_1 x_1 + w_2 x_2$$ $$Loss = (z - y)^2$$`, r`\frac{dLoss}{{dw}_1} = 2(z-y)x_2`, "wrong"],
    [r`$$Sig(x) = \frac{1}{1+e^{-x}}$$`, r`\frac{\delta Sig}{\delta x} = Sig(x)(1-Sig(x))`, "proved"],
  ])("%s %s", (premises, line, verdict) => {
    expect(verdicts(premises, line)).toEqual([verdict]);
  });
});

describe("what was read too simply", () => {
  it.each([
    // The square of bars around a column is a number.
    [
      r`$A \in \mathbb{R}^{m \times n}$. $$f = |Ax-b|^2$$`,
      r`\frac{\partial^2 f}{\partial x \partial x^T} = 2A^TA`,
      "proved",
    ],
    [r`$A \in \mathbb{R}^{m \times n}$. $$f = |Ax-b|^2$$`, r`\frac{\partial f}{\partial x} = 2A^T|Ax-b|`, "wrong"],
    // A J of something is a loss, whatever its value is called.
    [
      r`$$Z = W^TX$$ $$O = J(Z)$$`,
      r`\frac{\partial O}{\partial W} = X \left(\frac{\partial O}{\partial Z}\right)^T`,
      "proved",
    ],
    // A direct partial derivative is not the total one.
    [
      r`$$h_t = \tanh(W h_{t-1} + x_t)$$ $$L = \sum_{t=1}^T \ell(h_t)$$`,
      r`\frac{\partial L}{\partial W} = \sum_{t=1}^T \frac{\partial L}{\partial h_t} \frac{\partial^+ h_t}{\partial W}`,
      "undecided",
    ],
    // All values of an unknown function are no number.
    [
      r`$\mathbf{x} \in \mathbb{R}^n$. $$\mathbf{y} = \mathbf{x} + \mathcal{F}(\mathbf{x})$$`,
      r`\frac{\partial \mathbf{y}}{\partial \mathbf{x}} = \mathbf{I} + \frac{\partial \mathcal{F}}{\partial \mathbf{x}}`,
      "undecided",
    ],
    // Biases of rows are rows, though an entry of what follows has one position.
    [
      r`$x \in \mathbb{R}^{1 \times 5}, V \in \mathbb{R}^{5 \times 3}, W \in \mathbb{R}^{3 \times 4}$, $y$ is one-hot. $$a = xV + c$$ $$h = \sigma(a)$$ $$z = hW + b$$ $$p = \operatorname{softmax}(z)$$ $$L = -\sum_i y_i \log p_i$$`,
      r`\frac{\partial L}{\partial x} = \left(((p - y) W^T) \circ \sigma'(a)\right) V^T`,
      "proved",
    ],
  ])("%s %s", (premises, line, verdict) => {
    expect(verdicts(premises, line)).toEqual([verdict]);
  });

  it("a chain in each case", () => {
    const premises = r`$$p_k = \frac{e^{x_k}}{\sum_j e^{x_j}}$$ $$L = -\log p_k$$`;
    const cases = (last: string): string =>
      r`\frac{\partial}{\partial x_i} \log p_k = \begin{cases} \frac{1}{p_k}(p_k-p_k^2) = 1-p_k, & i=k \\ \frac{1}{p_k}(-p_i p_k) = ${last}, & i \neq k\end{cases}`;
    expect(verdicts(premises, cases("-p_i"))).toEqual(["proved"]);
    expect(verdicts(premises, cases("p_i"))).toEqual(["wrong"]);
  });
});
