import { describe, expect, it } from "vitest";
import { deriveWorksheet } from "../../src/session/derive.js";

/* A symbol without positions and one with them: the same array, or two symbols. */

interface Derived {
  readonly errors: readonly string[];
  readonly shapes: Readonly<Record<string, readonly string[]>>;
  readonly index: Readonly<Record<string, string>>;
}

function derived(text: string): Derived {
  const { json } = deriveWorksheet("sheet.md", text);
  return {
    errors: json.diagnostics.filter((d) => d.severity === "error").map((d) => `${d.at.line}:${d.at.column} ${d.code}`),
    shapes: Object.fromEntries(json.symbols.map((s) => [s.latex, [...(s.family ?? []), ...s.shape]])),
    index: Object.fromEntries(json.gradients.map((g) => [g.wrt, g.index])),
  };
}

describe("members beside the whole", () => {
  it.each([
    ["L_i", "L_{i}"],
    ["L^{(i)}", "L^{(i)}"],
  ])("the mean of %s is another symbol than its members", (member, latex) => {
    const { errors, shapes, index } = derived(String.raw`$z \in \mathbb{R}^N$
$$${member} = \frac12 (z_i - t_i)^2$$
$$L = \frac{1}{N} \sum_{i=1}^N ${member}$$`);
    expect(errors).toEqual([]);
    expect(shapes).toMatchObject({ L: [], [latex]: ["i", "1", "N"] });
    expect(index[latex]).toBe(String.raw`\frac{\partial L}{\partial ${latex}} = \frac{1}{N}`);
    expect(Object.keys(index).sort()).toEqual([latex, "t", "z"].sort());
  });

  it("an input and the examples of a data set are two symbols", () => {
    const { errors, shapes } =
      derived(String.raw`An input $x \in \mathbb{R}^d$ is weighed by $w \in \mathbb{R}^d$; examples are $x_i \in \mathbb{R}^d$.
$$L = \sum_{i=1}^N (w^\top x_i - y_i)^2$$`);
    expect(errors).toEqual([]);
    expect(shapes).toMatchObject({ "x_{i}": ["i", "1", "N", "d"], w: ["d"], y: ["N"] });
  });

  it("a vector that is the sum of its entries times something stays a vector", () => {
    const { errors, shapes } = derived(String.raw`$z \in \mathbb{R}^d$, $v \in \mathbb{R}^d$, $x \in \mathbb{R}^d$
$$z = x + v, \quad L = \sum_{i=1}^d z_i^2$$`);
    expect(errors).toEqual([]);
    expect(shapes).toMatchObject({ z: ["d"] });
  });

  it("too many positions on a declared array are refused where they stand", () => {
    const { errors, index } = derived(String.raw`$x, w \in \mathbb{R}^D$
$$s = \sum_{i=1}^D \sum_{j=1}^D w_i x_{ij}$$
$$L = s^2$$`);
    expect(errors).toEqual(["2:37 index/count", "2:37 derive/incomplete"]);
    expect(index).toEqual({});
  });

  it("a label that is the name of an array is no position", () => {
    const { errors, shapes } =
      derived(String.raw`$h, b_h \in \mathbb{R}^n$, $V \in \mathbb{R}^{K \times n}$, $b \in \mathbb{R}^K$
$$q_k = \sum_{m=1}^n V_{km} (h_m + (b_h)_m) + b_k$$
$$L = \sum_{k=1}^K q_k^2$$`);
    expect(errors).toEqual([]);
    expect(shapes).toMatchObject({ q: ["K"], b: ["K"], "b_{h}": ["n"] });
  });

  it("numbers with two positions are a matrix", () => {
    const { shapes } = derived(String.raw`$P_{ij} \in \{0, 1\}$, $s \in \mathbb{R}^n$
$$L = \sum_{i=1}^n \sum_{j=1}^n P_{ij} (s_i - s_j)^2$$`);
    expect(shapes).toMatchObject({ P: ["n", "n"] });
  });
});
