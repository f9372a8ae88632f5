import { describe, expect, it } from "vitest";
import { deriveWorksheet } from "../../src/session/derive.js";

const RANK_ONE = String.raw`
Let $x, v, y \in \mathbb{R}^{n}$.

$$f = x^\top v v^\top x$$
`;
const LAYER = String.raw`
Let $x, v \in \mathbb{R}^{n}$, $W \in \mathbb{R}^{m \times n}$, $c \in \mathbb{R}^m$.

$$z = W x$$

$$h = \tanh(z)$$

$$f = c^\top h$$
`;

const second = (worksheet: string, ...questions: readonly string[]) =>
  deriveWorksheet("x.md", `${worksheet}\n${questions.map((q) => `$$${q}$$`).join("\n\n")}\n`).json.secondDerivatives ??
  [];

describe("second derivatives", () => {
  it("gives a Hessian by index and in matrix form", () => {
    const [hessian, ...more] = second(RANK_ONE, String.raw`\nabla^2_x f = ?`);
    expect(more).toEqual([]);
    expect(hessian).toMatchObject({
      kind: "hessian",
      of: "f",
      by: ["x", "x"],
      index: String.raw`\frac{\partial^2 f}{\partial x_{i} \partial x_{j}} = 2 v_{i} v_{j}`,
      matrix: String.raw`\nabla^2_x f = 2 v v^\top`,
    });
    expect(hessian?.verified.points).toBeGreaterThan(0);
  });

  it.each([
    String.raw`\nabla^2_x f \, y = ?`,
    String.raw`(\nabla_x^2 f) y = ?`,
    String.raw`\frac{\partial^2 f}{\partial x \partial x^\top} y = ?`,
    String.raw`z = \nabla^2_x f \, y = ?`,
  ])("gives the product with a vector without the Hessian: %s", (question) => {
    const [product] = second(RANK_ONE, question);
    expect(product).toMatchObject({ kind: "hessian-vector", direction: "y" });
    expect(product?.index.split(" = ")[1]).toBe(String.raw`2 v_{i} \sum_{j=1}^{n} y_{j} v_{j}`);
    expect(product?.matrix?.split(" = ").at(-1)).toBe(String.raw`2 (y^\top v) v`);
  });

  it("knows the Hessian by the worksheet's name for it", () => {
    const found = second(RANK_ONE, String.raw`H = \nabla^2_x f`, "H y = ?");
    expect(found.map((s) => s.kind)).toEqual(["hessian", "hessian-vector"]);
    expect(found[1]?.matrix).toBe(String.raw`H y = 2 (y^\top v) v`);
  });

  it("goes through intermediates, with arrays no larger than these", () => {
    const [product] = second(LAYER, String.raw`\nabla^2_x f \, v = ?`);
    expect(product?.matrix).toBe(String.raw`\nabla^2_x f \, v = W^\top \nabla_{z} D_{v} f`);
    const lines = product?.from.flatMap((f) => f.matrix ?? []) ?? [];
    expect(lines).toContain(String.raw`\nabla_{z} D_{v} f = \nabla_{h} D_{v} f \odot (1 - h \odot h)`);
    // A fraction of wholes would be a matrix of derivatives.
    expect(lines.filter((l) => l.startsWith("\\frac{\\partial \\nabla"))).toEqual([]);
  });

  it("asks for a direction that does not move with the variable", () => {
    const { json } = deriveWorksheet("x.md", `${LAYER}\n$$\\nabla^2_x f \\, (W^\\top h) = ?$$\n`);
    expect(json.secondDerivatives).toBeUndefined();
    expect(json.diagnostics.map((d) => d.code)).toContain("derive/direction");
  });

  it("says nothing where nobody asks", () => {
    expect(second(RANK_ONE, String.raw`\nabla_x f = ?`)).toEqual([]);
  });
});
