import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* What is said of the quantities of any layer, `\mathbf{A}^{(i)}`, and entries of those of layer 1 and 2. */

const r = String.raw;
const SHEET = r`
- $N$ is the number of examples and $D^{(i)}$ that of units in layer $i$.
- $\mathbf{A}^{(i)}$ denotes the $N \times D^{(i)}$ matrix of activations in layer $i$, $\mathbf{Z}^{(i)}$ denotes the $N \times D^{(i)}$ matrix of pre-activations in layer $i$.
- $\mathbf{W}^{(i)}$ denotes the $D^{(i)} \times D^{(i-1)}$ weight matrix of layer $i$.
- $\mathbf{b}^{(i)}$ denotes the $D^{(i)} \times 1$ bias vector of layer $i$.
- $\mathbf{T}$ denotes the $N \times D^{(2)}$ matrix of targets, and $\mathbb{1}_M$ a vector of ones of shape $M \times 1$.

$$Z_{nj}^{(1)} = \sum_{i=1}^{D^{(0)}} W_{ji}^{(1)} A_{ni}^{(0)} + b_j^{(1)}, \quad n = 1, \dots, N, j = 1, \dots, D^{(1)}$$
$$A_{nj}^{(1)} = \tanh(Z_{nj}^{(1)}), \quad n = 1, \dots, N, j = 1, \dots, D^{(1)}$$
$$Z_{nk}^{(2)} = \sum_{j=1}^{D^{(1)}} W_{kj}^{(2)} A_{nj}^{(1)} + b_k^{(2)}, \quad n = 1, \dots, N, k = 1, \dots, D^{(2)}$$
$$\mathcal{L} = \frac{1}{2N} \sum_{n=1}^N \sum_{k=1}^{D^{(2)}} (Z_{nk}^{(2)} - T_{nk})^2$$
`;

describe("a shape that is given for any layer", () => {
  it.each([
    [r`\mathbf{Z}^{(1)} = \mathbf{A}^{(0)} (\mathbf{W}^{(1)})^\top + \mathbb{1}_N (\mathbf{b}^{(1)})^\top`, true],
    [r`\mathbf{Z}^{(2)} = \mathbf{A}^{(1)} \mathbf{W}^{(2)} + \mathbb{1}_N (\mathbf{b}^{(2)})^\top`, false],
    [r`\nabla_{\mathbf{Z}^{(2)}} \mathcal{L} = \frac{1}{N} (\mathbf{Z}^{(2)} - \mathbf{T})`, true],
    [r`\nabla_{\mathbf{W}^{(2)}} \mathcal{L} = (\nabla_{\mathbf{Z}^{(2)}} \mathcal{L})^\top \mathbf{A}^{(1)}`, true],
    [r`\nabla_{\mathbf{W}^{(2)}} \mathcal{L} = (\mathbf{A}^{(1)})^\top \nabla_{\mathbf{Z}^{(2)}} \mathcal{L}`, false],
    [
      r`\frac{\partial \mathcal{L}}{\partial b_j^{(1)}} = \sum_{n=1}^N \frac{\partial \mathcal{L}}{\partial Z_{nj}^{(1)}}`,
      true,
    ],
  ])("is that of its entries too: %s", (line, right) => {
    const { claims, diagnostics } = checkWorksheet("a.md", `${SHEET}\n$$${line}$$`);
    expect(claims.map((c) => c.verdict === "proved" || c.verdict === "agrees")).toEqual([right]);
    if (right) expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  });
});
