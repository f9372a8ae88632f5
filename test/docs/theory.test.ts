import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";
import { deriveWorksheet } from "../../src/session/derive.js";

/* The worked examples of docs/theory.md: what its formulas say is derived, or proved, by the program. */

const theory = readFileSync(path.resolve(import.meta.dirname, "../../docs/theory.md"), "utf8").replace(/\s+/g, " ");

/** A formula of the page, as it stands there but for line breaks. */
function quoted(formula: string): string {
  expect(theory).toContain(formula);
  return formula;
}

const equation = (formula: string): string => `$$${formula}$$\n\n`;

const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("theory.md", text).claims.map((c) => c.verdict);

describe("1. A softmax layer by index", () => {
  const declared = String.raw`$W \in \mathbb{R}^{K \times H}$, $h \in \mathbb{R}^H$, $b, t \in \mathbb{R}^K$`;
  const forward = equation(
    quoted(
      String.raw`z_k = \sum_{j=1}^{H} W_{kj} h_j + b_k, \qquad y_k = \frac{e^{z_k}}{\sum_{l=1}^{K} e^{z_l}}, \qquad \mathcal{L} = -\sum_{k=1}^{K} t_k \log y_k .`,
    ),
  );
  const whole = `${declared}, ${quoted(String.raw`$\sum_k t_k = 1$`)}.\n\n${forward}`;
  const local = String.raw`\frac{\partial y_k}{\partial z_m} = y_k\,(\delta_{km} - y_m)`;

  it("each line of the derivation is right", () => {
    const lines = [
      quoted(local),
      quoted(
        String.raw`\frac{\partial \mathcal{L}}{\partial z_m} = y_m \left( -\frac{t_m}{y_m} + \sum_k t_k \right) = y_m - t_m .`,
      ),
      String.raw`\frac{\partial \mathcal{L}}{\partial y_m} = ${quoted(String.raw`-\sum_k t_k \frac{\delta_{km}}{y_k} = -\frac{t_m}{y_m}`)}`,
      quoted(
        String.raw`\frac{\partial \mathcal{L}}{\partial z_m} = \sum_k \frac{\partial \mathcal{L}}{\partial y_k}\, y_k (\delta_{km} - y_m) = y_m \left( \frac{\partial \mathcal{L}}{\partial y_m} - \sum_k \frac{\partial \mathcal{L}}{\partial y_k} y_k \right).`,
      ),
      quoted(
        String.raw`\frac{\partial \mathcal{L}}{\partial W_{mn}} = \frac{\partial \mathcal{L}}{\partial z_m}\, h_n`,
      ),
      quoted(String.raw`\frac{\partial \mathcal{L}}{\partial b_m} = \frac{\partial \mathcal{L}}{\partial z_m}`),
      quoted(
        String.raw`\frac{\partial \mathcal{L}}{\partial h_n} = \sum_k W_{kn}\, \frac{\partial \mathcal{L}}{\partial z_k}.`,
      ),
    ];
    expect(verdicts(whole + lines.map(equation).join(""))).toEqual(lines.map(() => "proved"));
  });

  it("is what is derived, with the sum of the targets where nothing says that it is one", () => {
    const gradient = (text: string): string | undefined =>
      deriveWorksheet("theory.md", text).json.gradients.find((g) => g.wrt === "z")?.index;
    expect(gradient(whole)).toBe(String.raw`\frac{\partial \mathcal{L}}{\partial z_{k}} = y_{k} - t_{k}`);
    quoted(String.raw`$y_m \sum_k t_k - t_m$`);
    expect(gradient(`${declared}.\n\n${forward}`)).toBe(
      String.raw`\frac{\partial \mathcal{L}}{\partial z_{k}} = y_{k} \sum_{l=1}^{K} t_{l} - t_{k}`,
    );
  });
});

describe("2. Elimination of deltas", () => {
  it("the gradient of a convolution", () => {
    const forward = quoted(String.raw`$y_i = \sum_{k=1}^{m} w_k\, x_{i+k-1}$, $i = 1, \dots, n-m+1$`);
    const { json } = deriveWorksheet(
      "theory.md",
      String.raw`$x \in \mathbb{R}^n$, $w \in \mathbb{R}^m$, ${forward}. $$\mathcal{L} = \sum_{i=1}^{n-m+1} c_i y_i$$`,
    );
    expect(json.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    quoted(
      String.raw`\sum_{k=1}^{m} [\,1 \le j-k+1 \le n-m+1\,]\; w_k\, \frac{\partial \mathcal{L}}{\partial y_{j-k+1}} .`,
    );
    expect(json.gradients.find((g) => g.wrt === "x")?.index).toContain(
      String.raw`\frac{\partial \mathcal{L}}{\partial y_{`,
    );
    expect(json.gradients.find((g) => g.wrt === "x")?.verified.maxRelativeError).toBeLessThan(1e-6);
  });

  it("the gradient of a recurrence, a sum over the steps for a shared parameter", () => {
    const recurrence = quoted(String.raw`$h_t = \tanh(U h_{t-1} + V x_t)$, $t = 1, \dots, T$`);
    const { json } = deriveWorksheet(
      "theory.md",
      String.raw`$U \in \mathbb{R}^{n \times n}$, $V \in \mathbb{R}^{n \times d}$, $h_t, c \in \mathbb{R}^n$, $x_t \in \mathbb{R}^d$.

$$a_t = U h_{t-1} + V x_t, \quad t = 1, \dots, T$$

${recurrence.replace(String.raw`\tanh(U h_{t-1} + V x_t)`, String.raw`\tanh(a_t)`)}

$$\mathcal{L} = c^\top h_T$$`,
    );
    quoted(
      String.raw`\frac{\partial \mathcal{L}}{\partial U} = \sum_{t=1}^{T} \frac{\partial \mathcal{L}}{\partial a_t}\, h_{t-1}^\top .`,
    );
    const matrix = new Map(json.gradients.map((g) => [g.wrt, g.matrix]));
    expect(matrix.get("U")).toBe(
      String.raw`\nabla_{U} \mathcal{L} = \sum_{t=1}^{T} (\nabla_{a_{t}} \mathcal{L}) h_{t - 1}^\top`,
    );
    expect(matrix.get("h_{t}")).toBe(
      String.raw`\nabla_{h_{t}} \mathcal{L} = \begin{cases} U^\top \nabla_{a_{t + 1}} \mathcal{L} & \text{if } t < T \\ c & \text{if } t = T \end{cases}`,
    );
  });
});

it("3. From indices to matrices: two matrix-vector products, and where there is no matrix form", () => {
  const { json } = deriveWorksheet(
    "theory.md",
    String.raw`$A \in \mathbb{R}^{K \times I}$, $B \in \mathbb{R}^{J \times K}$, $d \in \mathbb{R}^K$, $v \in \mathbb{R}^J$, $x \in \mathbb{R}^I$.

$$\mathcal{L} = \sum_{i=1}^{I} x_i \sum_{k=1}^{K} \sum_{j=1}^{J} A_{ki}\, d_k\, B_{jk}\, v_j$$`,
  );
  quoted(String.raw`g = A^\top (d \odot B^\top v),`);
  expect(json.gradients.find((g) => g.wrt === "x")?.matrix).toMatch(
    /^\\nabla_\{x\} \\mathcal\{L\} = A\^\\top \((d \\odot B\^\\top v|d \\odot \(B\^\\top v\)|\(B\^\\top v\) \\odot d)\)$/,
  );
  const complete = deriveWorksheet(
    "theory.md",
    String.raw`$A, B, C, D, E, F \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$.

$$\mathcal{L} = \sum_{i=1}^{n} x_i ${quoted(String.raw`\sum_{j,k,l} A_{ij} B_{ik} C_{il} D_{jk} E_{kl} F_{jl}`)}$$`,
  ).json.gradients.find((g) => g.wrt === "x");
  expect(complete?.index).toContain("A_{ij}");
  expect(complete?.einsum ?? complete?.matrix).not.toBeNull();
});

describe("4. Equal by normal form", () => {
  const claim = (f: string, right: string): string =>
    String.raw`$x \in \mathbb{R}^n$ $$L = \sum_{i=1}^n ${f}$$ $$\frac{\partial L}{\partial x_i} = ${right}$$`;

  it.each([
    ["the two forms of the derivative of σ", String.raw`\sigma(x_i)`, String.raw`\frac{e^{-x_i}}{(1 + e^{-x_i})^2}`],
    ["the same in terms of σ", String.raw`\sigma(x_i)`, String.raw`\sigma(x_i) (1 - \sigma(x_i))`],
  ])("%s", (_, f, right) => {
    quoted(String.raw`$\dfrac{e^{-z}}{(1 + e^{-z})^2}$`);
    expect(verdicts(claim(f, right))).toEqual(["proved"]);
  });

  it("relu(z) + relu(-z) is |z|, and relu(z)/relu(z) is not one", () => {
    quoted(String.raw`$\mathrm{relu}(z) + \mathrm{relu}(-z) = z\,(2b - 1) = |z|$`);
    const sheet = (right: string): string =>
      String.raw`$x, w \in \mathbb{R}^n$ $$L = \sum_{i=1}^n w_i |x_i|$$ $$\frac{\partial L}{\partial w_i} = ${right}$$`;
    expect(verdicts(sheet(String.raw`\operatorname{ReLU}(x_i) + \operatorname{ReLU}(-x_i)`))).toEqual(["proved"]);
    const quotient = String.raw`|x_i| \frac{\operatorname{ReLU}(x_i)}{\operatorname{ReLU}(x_i)}`;
    expect(verdicts(sheet(quotient))).not.toEqual(["proved"]);
  });
});

describe("5. Equal in a finite field", () => {
  it("a sum that vanishes by the definition of the mean, and one that is true at one size only", () => {
    quoted(String.raw`$\sum_i (x_i - \mu)^2 = \sum_i x_i^2 - D \mu^2$`);
    const sheet = (right: string): string => String.raw`$x \in \mathbb{R}^D$

$$\mu = \frac{1}{D} \sum_{i=1}^D x_i$$

$$L = a \sum_{i=1}^D (x_i - \mu)^2$$

$$\frac{\partial L}{\partial a} = ${right}$$`;
    expect(verdicts(sheet(String.raw`\sum_{i=1}^D x_i^2 - D \mu^2`))).toEqual(["proved"]);
    expect(verdicts(sheet(String.raw`\sum_{i=1}^D x_i^2 - 3 \mu^2`))).toEqual(["wrong"]);
  });
});
