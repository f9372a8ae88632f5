import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* A letter in another font than where it was defined, and derivatives that a scanner has damaged. */

const r = String.raw;
const SHEET = r`$x \in \mathbb{R}^{n}$, $W \in \mathbb{R}^{m \times n}$
$$z = W x, \quad \mathcal{L} = \frac12 \|z\|^2$$`;

const verdicts = (text: string): readonly string[] =>
  checkWorksheet("a.md", text)
    .claims.filter((c) => c.kind !== "definition")
    .map((c) => c.verdict ?? "");

describe("a plain letter for a calligraphic one", () => {
  it.each([
    [r`$$\frac{\partial L}{\partial z} = z$$`, ["proved"]],
    [r`$$\nabla_W L = z x^\top$$`, ["proved"]],
    [r`$$\frac{dL}{dz} = z$$`, ["proved"]],
    [r`$$\frac{\partial L}{\partial z} = 2 z$$`, ["wrong"]],
    ["$$\\overline{L} = 1$$\n\n$$\\overline{z} = \\overline{L} z$$", ["proved", "proved"]],
  ])("%s", (lines, expected) => {
    expect(verdicts(`${SHEET}\n\n${lines}`)).toEqual(expected);
  });

  it("in what is handed in, either way round", () => {
    const against = (text: string, lines: string) =>
      checkWorksheet("b.md", lines, { against: { file: "a.md", text } }).claims.map((c) => c.verdict);
    expect(against(SHEET, r`$$\frac{\partial L}{\partial z} = z$$`)).toEqual(["proved"]);
    expect(against(SHEET.replace("\\mathcal{L}", "L"), r`$$\frac{\partial \mathcal{L}}{\partial z} = z$$`)).toEqual([
      "proved",
    ]);
  });

  it("is another letter where it has a meaning of its own", () => {
    const text = r`$\mathcal{L} = \frac{1}{N} \sum_{i=1}^{N} L(z_i)$ and $z_i = w x_i$, all scalars.
$$\frac{\partial L}{\partial w} = x_1$$`;
    expect(verdicts(text)).not.toContain("proved");
    const layers = r`$h_0 \in \mathbb{R}^n$, $W_l \in \mathbb{R}^{n \times n}$
$$h_l = W_l h_{l-1}, \quad l = 1, \dots, L$$
$$\mathcal{L} = \frac12 \|h_L\|^2$$
$$\frac{\partial L}{\partial h_L} = h_L$$`;
    expect(verdicts(layers)).toEqual(["proved"]);
  });
});

describe("a scanned line", () => {
  it("whose ∂ became a 2 is not called wrong", () => {
    const text = r`$y \in \mathbb{R}^{n}$, $c \in \mathbb{R}^n$
$$p = \text{softmax}(y), \quad J = c^\top p$$
$$\overline{y} = \left(\frac{2p}{2y}\right)^{T} \overline{p}$$`;
    expect(verdicts(text)).toEqual(["undecided"]);
  });

  it("that contradicts another line beside a damaged one is not called wrong", () => {
    const text = r`$$W = 2 \begin{pmatrix} a \\ b \end{pmatrix}$$
$$=) W = 2 \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}$$
$$W = -2(111)$$`;
    expect(verdicts(text)).toEqual(["undecided"]);
  });
});
