import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Networks whose layers are columns, but for the last, which is a number. */

const r = String.raw;

const SHEETS: readonly (readonly [string, string])[] = [
  [
    "its weights are declared as one row",
    r`$x^{(0)} \in \mathbb{R}^{H}$, $W^{(m)} \in \mathbb{R}^{H \times H}$ for $m = 1, \dots, M-1$ and $W^{(M)} \in \mathbb{R}^{1 \times H}$.
$$\pi^{(m)} = W^{(m)} x^{(m-1)}, \quad m = 1, \dots, M$$
$$x^{(m)} = a(\pi^{(m)}), \quad m = 1, \dots, M-1$$`,
  ],
  [
    "it is declared as a number",
    r`$x^{(m)} \in \mathbb{R}^{H}$, $W^{(m)} \in \mathbb{R}^{H \times H}$, $\pi^{(m)} \in \mathbb{R}^{H}$ and the output $\pi^{(M)} \in \mathbb{R}$.
$$\pi^{(m)} = W^{(m)} x^{(m-1)}, \quad m = 1, \dots, M$$
$$x^{(m)} = a(\pi^{(m)}), \quad m = 1, \dots, M-1$$`,
  ],
  [
    "it is a sum of entries",
    r`For $m = 1, \dots, M-1$ and $j = 1, \dots, H$:
$$\pi_j^{(m)} = \sum_{i=1}^{H} w_{ji}^{(m)} x_i^{(m-1)}$$
$$x_j^{(m)} = a(\pi_j^{(m)})$$
The output is $\pi^{(M)} = \sum_{i=1}^H w_{1i}^{(M)} x_i^{(M-1)}$.`,
  ],
  [
    "it is an inner product",
    r`$W^{(m)} \in \mathbb{R}^{H \times H}$, $\pi^{(m)}, x^{(m)} \in \mathbb{R}^{H}$, $v \in \mathbb{R}^{H}$.
$$\pi^{(m)} = W^{(m)} x^{(m-1)}, \quad x^{(m)} = a(\pi^{(m)}), \quad m = 1, \dots, M-1$$
$$\pi^{(M)} = v^\top x^{(M-1)}$$`,
  ],
];

const LINES = [
  r`\frac{\partial \pi^{(M)}}{\partial \pi^{(m)}} = a'(\pi^{(m)}) \odot W^{(m+1)T} \frac{\partial \pi^{(M)}}{\partial \pi^{(m+1)}}`,
  r`\frac{\partial \pi^{(M)}}{\partial \pi_j^{(m)}} = a'(\pi_j^{(m)}) \sum_{h=1}^H w_{hj}^{(m+1)} \frac{\partial \pi^{(M)}}{\partial \pi_h^{(m+1)}}`,
  r`\frac{\partial \pi^{(M)}}{\partial \pi^{(m)}} = a'(\pi^{(m)}) \odot W^{(m+1)} \frac{\partial \pi^{(M)}}{\partial \pi^{(m+1)}}`,
  r`\frac{\partial L}{\partial W^{(m)}} = \frac{\partial L}{\partial \pi^{(m)}} (x^{(m-1)})^T`,
  r`\frac{\partial L}{\partial W^{(m)}} = \frac{\partial L}{\partial \pi^{(M)}} \frac{\partial \pi^{(M)}}{\partial \pi^{(m)}} (x^{(m-1)})^T`,
  r`\frac{\partial L}{\partial W^{(m)}} = x^{(m-1)} \left(\frac{\partial L}{\partial \pi^{(m)}}\right)^T`,
];

describe("a last layer of one unit", () => {
  it.each(SHEETS)("%s", (_, sheet) => {
    const text = `${sheet}\n$$L = L(\\pi^{(M)})$$\n\n${LINES.map((l) => `$$${l}$$`).join("\n\n")}`;
    const claims = checkWorksheet("sheet.md", text).claims.filter((c) => c.kind !== "definition");
    const right = claims.map((c) => (c.verdict === "proved" || c.verdict === "agrees" ? "+" : c.verdict));
    expect(right).toEqual(["+", "+", "wrong", "+", "+", "wrong"]);
  });

  it("a last layer as wide as the others is a column", () => {
    const text = r`$W^{(l)} \in \mathbb{R}^{n \times n}$, $h^{(0)} \in \mathbb{R}^n$, $b \in \mathbb{R}^n$.
$$h^{(l)} = \tanh(W^{(l)} h^{(l-1)}), \quad l = 1, \dots, L-1$$
$$h^{(L)} = W^{(L)} h^{(L-1)} + b$$
$$J = \frac12 \|h^{(L)}\|^2$$
$$\frac{\partial J}{\partial b} = h^{(L)}$$`;
    const { claims, diagnostics } = checkWorksheet("sheet.md", text);
    expect(claims.map((c) => c.verdict)).toEqual(["agrees"]);
    expect(diagnostics.filter((d) => d.code === "reading/single-unit")).toEqual([]);
  });
});
