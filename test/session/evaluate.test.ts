import { expect, test } from "vitest";
import { costWorksheet } from "../../src/session/cost.js";
import { evaluateWorksheet } from "../../src/session/evaluate.js";

const theValue = (found: ReturnType<typeof evaluateWorksheet>, name: string) =>
  found.values.find((v) => v.name === name)?.value;

// A product with a rank-one matrix: what reverse mode and forward mode compute, and at what price.
test.each([
  String.raw`Compute $\mathbf{z} = \mathbf{A}\mathbf{q} = \mathbf{u}\mathbf{u}^{\top}\mathbf{q}$ where $m = 4$, $\mathbf{u}^\top = [2, 0, 1, -1]$ and $\mathbf{q}^\top = [1, 1, 1, 3]$.`,
  String.raw`Let $\mathbf{u}, \mathbf{q} \in \mathbb{R}^{m}$ with $m = 4$, $\mathbf{u} = (2, 0, 1, -1)^\top$, $\mathbf{q} = \begin{bmatrix} 1 \\ 1 \\ 1 \\ 3 \end{bmatrix}$.

$$\mathbf{A} = \mathbf{u}\mathbf{u}^\top$$
$$\mathbf{z} = \mathbf{A} \mathbf{q}$$`,
])("numbers of the worksheet are used, and both orders are computed and counted: %#", (text) => {
  const found = evaluateWorksheet("sheet.md", text);
  expect(found.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  // u·q = 2 + 0 + 1 − 3 = 0, so that z = 0 u.
  expect(theValue(found, "u")).toEqual([2, 0, 1, -1]);
  expect(theValue(found, "z")).toEqual([0, 0, 0, 0].map((x) => expect.closeTo(x)));
  const [forward, reverse] = ["forward", "reverse"].map((mode) => found.orders.find((o) => o.mode === mode));
  const outer = [[4, 0, 2, -2], [0, 0, 0, 0], [2, 0, 1, -1], [-2, 0, -1, 1]].map((row) => row.map((x) => expect.closeTo(x))); // biome-ignore format: a matrix
  // n² + n² multiplications against n + n; u, q, the matrix and z against u, q, a number and z.
  expect(forward).toMatchObject({ multiplications: 32, additions: 12, memory: 4 + 4 + 16 + 4 });
  expect(forward?.steps[0]?.value).toEqual(outer);
  expect(reverse).toMatchObject({ multiplications: 8, additions: 3, memory: 4 + 4 + 1 + 4 });
  expect(reverse?.steps.map((s) => s.value)).toEqual([[[0]], [[0], [0], [0], [0]].map(() => [expect.closeTo(0)])]);
});

test("what each order stores is counted alike with numbers and with sizes, constants among the factors", () => {
  const text = String.raw`$$\mathbf{u}^\top = [2, -1, 3, 1], \quad \mathbf{w}^\top = [1, 0, 2, 1]$$

$$\mathbf{z} = 2 \mathbf{u} \mathbf{u}^\top \mathbf{w}$$`;
  const counted = costWorksheet("sheet.md", text).orders.map((o) => [o.order, o.multiplications, o.memory]);
  const made = evaluateWorksheet("sheet.md", text).orders.map((o) => [o.order, `${o.multiplications}`, `${o.memory}`]);
  expect(made).toHaveLength(5);
  expect(made).toEqual(counted);
});

test("a family is a list of its members, and a member of another shape is named", () => {
  const text = String.raw`$W^{(\ell)} \in \mathbb{R}^{K \times K}$ for $\ell = 1, \dots, L$ and $h^{(0)} \in \mathbb{R}^{K}$.

$$h^{(\ell)} = W^{(\ell)} h^{(\ell-1)}, \quad \ell = 1, \dots, L$$
$$y = \sum_{i=1}^{K} h^{(L)}_i$$`;
  const given = { W: [[[1, 2], [3, 4]], [[1, 0], [1, -1]]], h0: [1, 1] }; // biome-ignore format: matrices
  const found = evaluateWorksheet("sheet.md", text, { given });
  expect(found.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  expect(theValue(found, "h")).toEqual([[1, 1], [3, 7], [3, -4]]); // biome-ignore format: members
  expect(theValue(found, "y")).toBe(-1);
  const wrong = { W: [[[1, 2], [3, 4]], [[1, 0, 1]]], h0: [1, 1] }; // biome-ignore format: matrices
  const refused = evaluateWorksheet("sheet.md", text, { given: wrong });
  expect(refused.diagnostics.find((d) => d.code === "evaluate/shape")?.message).toMatch(
    /^member 2 of W.* 1×3, and .* 2×2/,
  );
});

test("members are counted from where their range begins, once that is known", () => {
  const text = String.raw`$c \in \mathbb{R}^T$, $x_t \in \mathbb{R}^{d_t}$ for $t = s, \dots, T$.
$$L = \sum_{t=s}^{T} c_t \sum_{i=1}^{d_t} x_{t,i}$$`;
  const given = { x: [[1, 2], [3]], c: [1, 10, 100, 1000] };
  const found = evaluateWorksheet("sheet.md", text, { given });
  expect(found.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  expect(theValue(found, "L")).toBe(100 * 3 + 1000 * 3);
  const open = evaluateWorksheet("sheet.md", text, { given: { x: [[1, 2], [3]] } });
  expect(open.diagnostics.filter((d) => d.severity === "error").length).toBeGreaterThan(0);
});
