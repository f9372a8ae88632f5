import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { render } from "../../src/render/render.js";
import { deriveWorksheet } from "../../src/session/derive.js";
import { readReport } from "../../src/session/read.js";
import { verifyWorksheet } from "../../src/session/verify.js";

const SHEET = `---
title: One layer
loss: \\mathcal{L}
---

Let $\\mathbf{x} \\in \\mathbb{R}^{D}$, $\\mathbf{t} \\in \\mathbb{R}^{H}$ and $\\mathbf{W} \\in \\mathbb{R}^{H \\times D}$.

$$\\mathbf{y} = \\tanh(\\mathbf{W} \\mathbf{x})$$

$$\\mathcal{L} = \\frac{1}{2} \\|\\mathbf{y} - \\mathbf{t}\\|^2$$
`;

const KEYS = ["schema", "file", "loss", "symbols", "gradients", "diagnostics"];

describe("deriveWorksheet", () => {
  const { json } = deriveWorksheet("one.md", SHEET);

  it("gives the contract's object", () => {
    expect(Object.keys(json)).toEqual(KEYS);
    expect(json.schema).toBe("backproof/derive/1");
    expect(json.loss).toBe("\\mathcal{L}");
    expect(json.gradients.map((g) => g.name).sort()).toEqual(["W", "t", "x", "y"]);
    for (const g of json.gradients)
      expect(Object.keys(g)).toEqual(["wrt", "name", "shape", "index", "matrix", "einsum", "steps", "verified"]);
    expect(json.gradients.find((g) => g.name === "W")?.shape).toEqual(["H", "D"]);
    expect(json.symbols.find((s) => s.name === "W")).toMatchObject({ latex: "\\mathbf{W}", shape: ["H", "D"] });
    expect(json.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  });

  it("gives the same bytes for the same input", () => {
    expect(JSON.stringify(deriveWorksheet("one.md", SHEET).json)).toBe(JSON.stringify(json));
  });

  it("does not know symbols that are not there", () => {
    const { json: none } = deriveWorksheet("one.md", SHEET, { wrt: ["Q"] });
    expect(none.gradients).toEqual([]);
    expect(none.diagnostics.map((d) => d.code)).toContain("derive/unknown-symbol");
  });

  it("gives an object for a file that cannot be used", () => {
    for (const text of ["", "no formulas", "$$\\frac{$$", "$$x = x$$", "$$a = b$$ $$b = a$$"]) {
      const { json: empty } = deriveWorksheet("bad.md", text);
      expect(Object.keys(empty)).toEqual(KEYS);
      for (const d of empty.diagnostics) expect(d.at.line).toBeGreaterThanOrEqual(1);
    }
  });

  it("shows no gradient where a forward equation could not be used", () => {
    const broken = SHEET.replace(
      "\\tanh(\\mathbf{W} \\mathbf{x})",
      "\\tanh(\\mathbf{W} \\mathbf{x}) + \\mathbf{W} \\mathbf{t}",
    );
    const { json: none } = deriveWorksheet("broken.md", broken);
    expect(broken).not.toBe(SHEET);
    expect(none.gradients).toEqual([]);
    expect(none.diagnostics.map((d) => d.code)).toContain("derive/incomplete");
  });

  it("never throws", { timeout: 60_000 }, () => {
    const piece = fc.constantFrom(
      "$$",
      "$",
      "x",
      "_{i}",
      "^2",
      "=",
      "\\sum_{i=1}^{D}",
      "\\frac{1}{2}",
      "\\mathcal{L}",
      " ",
      "\n",
      "{",
      "}",
      "W",
      "\\in \\mathbb{R}^{D}",
      "__proto__",
      "\\partial",
      "(",
      ")",
      "&",
      "\\\\",
      "h_{t-1}",
      ", \\quad t = 1, \\dots, T",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (parts) => {
        const text = `$$${parts.join("")}$$`;
        const report = deriveWorksheet("any.md", text);
        expect(report.json.diagnostics.filter((d) => d.code === "internal/gradient-mismatch")).toEqual([]);
        expect(readReport("any.md", text).schema).toBe("backproof/read/1");
      }),
      { numRuns: 60, seed: 11 },
    );
  });
});

it("einsum calls arrays what the file's symbols are called, in every problem of it", () => {
  const one = (k: number): string =>
    String.raw`# Problem ${k}

$T \in \mathbb{R}^{n \times n \times n \times n \times n}$, $x, v \in \mathbb{R}^n$

$$y_i = \sum_{a=1}^{n} \sum_{b=1}^{n} \sum_{c=1}^{n} \sum_{d=1}^{n} T_{iabcd} x_a v_b x_c v_d$$

$$L = \sum_{i=1}^n y_i^${k + 1}$$`;
  const { gradients } = deriveWorksheet("two.md", [1, 2].map(one).join("\n\n"), { wrt: ["T", "T_2"] }).json;
  expect(gradients.map((g) => [g.name, g.einsum])).toEqual([
    ["T", "np.einsum('i,j,k,l,m->ijklm', d_L_d_y, x, v, x, v)"],
    ["T_2", "np.einsum('i,j,k,l,m->ijklm', d_L_2_d_y_2, x_2, v_2, x_2, v_2)"],
  ]);
});

describe("verifyWorksheet", () => {
  it("checks every gradient", async () => {
    const { gradients } = await verifyWorksheet("one.md", SHEET);
    expect(gradients.length).toBeGreaterThanOrEqual(4);
    expect(gradients.every((g) => g.ok && g.verified.points === 5)).toBe(true);
  });

  it.each([1, 30, 50])("finds that many digits and more: %i", async (digits) => {
    const { gradients, diagnostics } = await verifyWorksheet("one.md", SHEET, { digits });
    expect(gradients.length).toBeGreaterThan(2);
    expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    for (const { ok, verified } of gradients) {
      expect(ok).toBe(true);
      expect(verified.digits).toBeGreaterThanOrEqual(digits);
      expect(verified.maxRelativeError).toBeLessThanOrEqual(10 ** -digits);
      expect(verified.points).toBeGreaterThan(0);
    }
  });

  it("does not move with many digits what lies on a kink", async () => {
    const sheet = String.raw`$x, v, w \in \mathbb{R}$

$$m = v x$$
$$h = \text{ReLU}(m)$$
$$n = w h$$
$$L = \text{ReLU}(n)$$
`;
    const { gradients, diagnostics } = await verifyWorksheet("one.md", sheet, { digits: 20 });
    expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    expect(gradients.map((g) => (g.verified.digits ?? 0) >= 20)).toEqual(gradients.map(() => true));
  });
});

describe("readReport", () => {
  it("tells what each forward equation and claim says, and every symbol of a declaration", () => {
    const sheet = String.raw`$u, x \in \mathbb{R}^{D}$, $W \in \mathbb{R}^{D \times D}$ é😀 $z = W x + u$

$$\begin{aligned}
y_i &= z_i^2 \\
L &= \sum_i y_i
\end{aligned}$$

$$\nabla_x L = W^\top \nabla_z L$$
`;
    const { formulas } = readReport("one.md", sheet);
    expect(formulas.map((f) => [f.kind, f.reading])).toEqual([
      ["declaration", "u is D×1; x is D×1"],
      ["declaration", "W is D×D"],
      ["forward", expect.stringMatching(/^z\[(.)\] = Σ_(.) W\[\1,\2\] x\[\2\] \+ u\[\1\]$/)],
      ["forward", "y[i] = z[i]^2; L = Σ_i y[i]"],
      ["claim", "what is claimed of \\nabla_x L"],
    ]);
    const lines = sheet.split("\n");
    for (const { at, latex } of formulas)
      if (at.line === at.endLine)
        expect([...(lines[at.line - 1] ?? "")].slice(at.column - 1, at.endColumn - 1).join("")).toBe(latex);
  });
});

describe("formats", () => {
  it.each(["latex", "markdown", "html", "numpy"] as const)("%s of a worksheet", async (format) => {
    const text = await render(deriveWorksheet("one.md", SHEET), format);
    expect(text.length).toBeGreaterThan(200);
    expect(text).not.toContain("undefined");
  });
});
