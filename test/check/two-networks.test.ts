import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* One letter in two networks of a page: what is said of it in one is not so in the other. */

const r = String.raw;
const verdicts = (text: string): readonly string[] =>
  checkWorksheet("a.md", text)
    .claims.filter((c) => c.kind !== "definition")
    .map((c) => c.verdict ?? "");

describe("two networks on one page", () => {
  it("a softmax in one leaves the other's cross-entropy of a number", () => {
    const text = r`# One output

$h \in \mathbb{R}^n$
$$z = w^\top h, \quad y = \sigma(z)$$
$$\mathcal{L} = -t \log y - (1 - t) \log(1 - y)$$
$$\frac{\partial \mathcal{L}}{\partial z} = y - t$$

# Several outputs

$$\mathbf{z} = \mathbf{W} \mathbf{h}, \quad \mathbf{y} = \text{softmax}(\mathbf{z}), \quad \mathbf{h} \in \mathbb{R}^n$$`;
    expect(verdicts(text)).toEqual(["proved"]);
  });

  it("an entry a_i of one leaves the factor a of the other a number", () => {
    const text = r`$$\hat{y} = a w_T \dots w_2 w_1 x$$

$$z_1 = w_1 x = w_1 z_0$$

$$\frac{\partial \hat{y}}{\partial w_1} = \frac{\partial \hat{y}}{\partial z_T} \frac{\partial z_T}{\partial z_{T-1}} \dots \frac{\partial z_2}{\partial z_1} \frac{\partial z_1}{\partial w_1}$$

Units of the last layer:

$$\partial \hat{y} / \partial z_i^T = a_i$$`;
    expect(verdicts(text).slice(0, 1)).toEqual(["agrees"]);
  });

  it("a bar by a letter whose entries another network computes is no accident of the program", () => {
    const text = r`$$h_i = \phi(x_i)$$

$$\overline{J} = 1$$

$$\overline{h} = \overline{g}_{2} \odot g_{1},$$

$$\overline{g}_{1} = \overline{g}_{2} \odot h,$$`;
    const { diagnostics } = checkWorksheet("a.md", text);
    expect(diagnostics.filter((d) => d.code === "internal/error")).toEqual([]);
  });
});
