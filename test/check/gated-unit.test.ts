import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * A hand-written backward pass through a gated unit, in bar notation: line by line, each as people write it, with its Jacobian
 * by entries and its class as an index. Two lines of it go back through weights that are not turned.
 */

const forward = (m: string): string => String.raw`$\mathbf{x} \in \mathbb{R}^{n}$, the class $t \in \{1, \dots, N\}$,
$\mathbf{W}^{(1)}, \mathbf{W}^{(2)} \in \mathbb{R}^{${m} \times n}$, $\mathbf{W}^{(3)} \in \mathbb{R}^{N \times ${m}}$.

$$\begin{aligned}
\mathbf{z}_1 &= \mathbf{W}^{(1)} \mathbf{x} + \mathbf{b}^{(1)} \\
\mathbf{h} &= \text{ReLU}(\mathbf{z}_1) \\
\mathbf{z}_2 &= \mathbf{W}^{(2)} \mathbf{x} + \mathbf{b}^{(2)} \\
\mathbf{g}_1 &= \sigma(\mathbf{z}_2) \\
\mathbf{g}_2 &= \mathbf{h} \odot \mathbf{g}_1 \\
\mathbf{y} &= \mathbf{W}^{(3)} \mathbf{g}_2 \\
\mathbf{y}' &= \text{softmax}(\mathbf{y}) \\
\mathcal{S} &= \sum_{k=1}^{N} I(t = k) \log y'_k \\
\mathcal{J} &= -\mathcal{S}
\end{aligned}$$
`;

const SOLUTION: readonly (readonly [string, string, string?])[] = [
  [String.raw`\overline{\mathcal{J}} = 1`, "right"],
  [String.raw`\overline{\mathcal{S}} = -\overline{\mathcal{J}}`, "right"],
  [
    String.raw`\frac{\partial \mathcal{S}}{\partial y'_k} = \begin{cases} \frac{1}{y'_t} & \text{if } k = t \\ 0 & \text{otherwise} \end{cases}`,
    "right",
  ],
  [String.raw`\overline{y'_k} = \overline{\mathcal{S}} \frac{I(k = t)}{y'_k}`, "right"],
  [
    String.raw`\frac{\partial y'_i}{\partial y_j} = \frac{I(i=j) e^{y_i} \sum_{k=1}^{N} e^{y_k} - e^{y_i} e^{y_j}}{\left(\sum_{k=1}^{N} e^{y_k}\right)^2} = I(i = j)\, y'_i - y'_i y'_j`,
    "right",
  ],
  [
    String.raw`\frac{\partial y'_i}{\partial y_j} = I(i = j)\, \text{softmax}(\mathbf{y})_i - \text{softmax}(\mathbf{y})_i\, \text{softmax}(\mathbf{y})_j`,
    "right",
  ],
  [
    String.raw`\overline{\mathbf{y}} = \left(\frac{\partial \mathbf{y}'}{\partial \mathbf{y}}\right)^\top \overline{\mathbf{y}'}`,
    "right",
  ],
  [String.raw`\overline{y_j} = \sum_{i=1}^{N} \overline{y'_i} \left( I(i = j)\, y'_i - y'_i y'_j \right)`, "right"],
  [String.raw`\overline{\mathbf{g}_2} = (\mathbf{W}^{(3)})^\top \overline{\mathbf{y}}`, "right"],
  [String.raw`\overline{\mathbf{h}} = \overline{\mathbf{g}_2} \odot \mathbf{g}_1`, "right"],
  [String.raw`\overline{\mathbf{g}_1} = \overline{\mathbf{g}_2} \odot \mathbf{h}`, "right"],
  [
    String.raw`\overline{\mathbf{z}_2} = \frac{e^{-\mathbf{z}_2}}{(1 + e^{-\mathbf{z}_2})^2} \odot \overline{\mathbf{g}_1}`,
    "right",
  ],
  [String.raw`\overline{\mathbf{z}_1} = \text{ReLU}'(\mathbf{z}_1) \odot \overline{\mathbf{h}}`, "right"],
  [
    String.raw`\overline{\mathbf{x}} = (\mathbf{W}^{(1)})^\top \overline{\mathbf{z}_1} + (\mathbf{W}^{(2)})^\top \overline{\mathbf{z}_2}`,
    "right",
  ],
  [
    String.raw`\overline{\mathbf{x}} = \mathbf{W}^{(1)} \overline{\mathbf{z}_1} + \mathbf{W}^{(2)} \overline{\mathbf{z}_2}`,
    "wrong",
    "missing-transpose",
  ],
  [String.raw`\overline{\mathbf{g}_2} = \mathbf{W}^{(3)} \overline{\mathbf{y}}`, "wrong", "missing-transpose"],
  [
    String.raw`\overline{\mathbf{z}_2} = \sigma(\mathbf{z}_2) \odot \overline{\mathbf{g}_1}`,
    "wrong",
    "sigmoid-derivative-wrong-form",
  ],
];

const VERDICTS: { readonly [verdict: string]: string } = {
  proved: "right",
  agrees: "right",
  wrong: "wrong",
  "shape-mismatch": "wrong",
};

describe.each([
  ["a matrix with more rows than columns", "m"],
  ["square matrices, whose transposes fit too", "n"],
])("a student's solution: %s", (_, m) => {
  const given = m === "n" ? forward("n").replaceAll("N", "n") : forward("m");
  const lines = SOLUTION.map(([latex]) => `$$${m === "n" ? latex.replaceAll("{N}", "{n}") : latex}$$`);
  const { claims } = checkWorksheet("solution.md", `${given}\n## Solution\n\n${lines.join("\n\n")}\n`);

  it("each line is judged", () => {
    const found = claims.map((c) => [c.latex, VERDICTS[c.verdict ?? ""], c.mistake?.code ?? ""]);
    const wanted = SOLUTION.map(([, verdict, code]) => [verdict, code ?? ""]);
    expect(found.map(([, verdict, code]) => [verdict, code])).toEqual(wanted);
  });
});
