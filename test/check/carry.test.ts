import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const r = String.raw;
const verdicts = (...lines: readonly string[]) =>
  checkWorksheet("carry.md", lines.map((l) => `$$${l}$$`).join("\n\n")).claims.map((c) => c.verdict);

describe("lines carried forward", () => {
  const forward = ["h = w x", "y = v h", r`L = \frac{1}{2} y^2`];

  it("are right where the author's earlier value stands for the true one", () => {
    expect(
      verdicts(...forward, r`\frac{\partial L}{\partial y} = 2 y`, r`\frac{\partial L}{\partial h} = 2 v y`),
    ).toEqual(["wrong", "carried-forward"]);
  });

  it("are none where the author's values need each other", () => {
    expect(
      verdicts(
        ...forward,
        r`\frac{\partial L}{\partial y} = \frac{\partial L}{\partial h}`,
        r`\frac{\partial L}{\partial h} = v (y + \frac{\partial L}{\partial y})`,
      ),
    ).toEqual(["wrong", "wrong"]);
  });

  it("may hold derivatives of something else", () => {
    expect(
      verdicts(
        r`u^{(t)} = W^{(t)} z^{(t-1)}, \quad t = 1, \dots, M`,
        r`z^{(t)} = \text{ReLU}(u^{(t)}), \quad t = 1, \dots, M`,
        r`\hat{y} = a^\top z^{(M)}`,
        r`W^{(t)} \in \mathbb{R}^{K \times K}, \quad z^{(0)}, a \in \mathbb{R}^{K}`,
        r`\frac{\partial \hat{y}}{\partial u_i^{(t)}} = \frac{\partial \hat{x}}{\partial z_i^{(t)}} \text{ReLU}'(u_i^{(t)}), \quad t = 1, \dots, M`,
        r`\frac{\partial \hat{y}}{\partial W_{ij}^{(t)}} = \frac{\partial \hat{x}}{\partial u_i^{(t)}} z_j^{(t-1)}, \quad t = 1, \dots, M`,
      ),
    ).toEqual(["wrong", "carried-forward"]);
  });
});
