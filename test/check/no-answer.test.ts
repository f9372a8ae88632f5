import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * What is an answer at all: blanks and questions, the derivative asked for in its own answer, the loss's formula below a
 * ∂ that is not carried out. Beside them right answers that look like these: derivatives of other pairs are steps.
 */

const scalar = String.raw`$x, w, b, t \in \mathbb{R}$

$$z = w x + b$$
$$y = \sigma(z)$$
$$L = \frac{1}{2} (y - t)^2$$
`;
const vector = String.raw`$\mathbf{x} \in \mathbb{R}^{D}$, $\mathbf{W} \in \mathbb{R}^{K \times D}$, $\mathbf{b}, \mathbf{t} \in \mathbb{R}^{K}$

$$\mathbf{z} = \mathbf{W} \mathbf{x} + \mathbf{b}$$
$$\mathbf{y} = \tanh(\mathbf{z})$$
$$L = \frac{1}{2} \|\mathbf{y} - \mathbf{t}\|^2$$
`;

/** Each line of text is a submission of its own. */
const table: readonly (readonly [verdict: string, sheet: string, lines: string])[] = [
  [
    "no-answer",
    scalar,
    String.raw`
      $$\frac{\partial L}{\partial w} = $$
      $$\frac{\partial L}{\partial w} = ?$$
      $$\frac{\partial L}{\partial w} = \ldots$$
      $$\frac{\partial L}{\partial w} = \dots$$
      $$\frac{\partial L}{\partial w} = \cdots$$
      $$\frac{\partial L}{\partial w} = ...$$
      $$\frac{\partial L}{\partial w} = …$$
      $$\frac{\partial L}{\partial w} = \text{TODO}$$
      $$\frac{\partial L}{\partial w} = \text{todo}$$
      $$\frac{\partial L}{\partial w} = \mathrm{TBD}$$
      $$\frac{\partial L}{\partial w} = \text{?}$$
      $$\frac{\partial L}{\partial w} = ???$$
      $$\frac{\partial L}{\partial w} = \_\_\_\_$$
      $$\frac{\partial L}{\partial w} = \underline{\hspace{2cm}}$$
      $$\frac{\partial L}{\partial w} = \underline{\qquad}$$
      $$\frac{\partial L}{\partial w} = \square$$
      $$\frac{\partial L}{\partial w} = \Box$$
      $$\frac{\partial L}{\partial w} = \boxed{}$$
      $$\frac{\partial L}{\partial w} = \boxed{\phantom{xxx}}$$
      $$\frac{\partial L}{\partial w} = \fbox{}$$
      $$\frac{\partial L}{\partial w} = \quad$$
      $$\frac{\partial L}{\partial w} = \,$$
      $$\frac{\partial L}{\partial w} = {}$$
      $$\frac{\partial L}{\partial w} = ()$$
      $$\frac{\partial L}{\partial w} = \text{(your answer)}$$
      $$\frac{\partial L}{\partial w} = \underline{\hspace{1cm}} x$$
      $$\frac{\partial L}{\partial w} = (y-t) \, ?$$
      $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial w}$$
      $$\frac{\partial L}{\partial w} = 2 \frac{\partial L}{\partial w} - \frac{\partial L}{\partial w}$$
      $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial w} \cdot 1$$
      $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial w} + 0$$
      $$\frac{\partial L}{\partial w} = \left(\frac{\partial L}{\partial w}\right)$$
      $$\frac{\partial L}{\partial w} = \frac{d L}{d w}$$
      $$\frac{\partial L}{\partial w} = \nabla_w L$$
      $$\frac{\partial L}{\partial w} = \frac{\partial}{\partial w} L$$
      $$\frac{\partial L}{\partial w} = \frac{\partial}{\partial w} \left( \frac{1}{2} (y - t)^2 \right)$$
      $$\frac{\partial L}{\partial w} = \frac{\partial}{\partial w} \frac{1}{2} (\sigma(w x + b) - t)^2$$
      $$\frac{\partial L}{\partial w} = \frac{d}{dw}\left[\frac{1}{2}(\sigma(wx+b)-t)^2\right]$$
      $$\frac{\partial L}{\partial w} = \frac12 \frac{\partial}{\partial w} (y-t)^2$$
      $$\frac{\partial L}{\partial w} = \frac12 \frac{\partial (y-t)^2}{\partial w}$$
      $$\frac{\partial L}{\partial w} = x \frac{\partial L}{\partial z} = x\frac{\partial L}{\partial y} y(1-y) = \frac{\partial L}{\partial w}$$
      $$\frac{\partial L}{\partial w} = \delta x, \quad \delta = \frac{\partial L}{\partial w} / x$$
      $$\delta := \frac{\partial L}{\partial w} / x$$ $$\frac{\partial L}{\partial w} = \delta x$$
      $$g := \frac{\partial L}{\partial w}$$ $$\frac{\partial L}{\partial w} = g$$
      $$\delta = \frac{\partial L}{\partial z}$$ $$\frac{\partial L}{\partial z} = \delta$$
    `,
  ],
  [
    "no-answer",
    vector,
    String.raw`
      $$\nabla_{\mathbf{W}} L = $$
      $$\nabla_{\mathbf{W}} L = \text{TODO}$$
      $$\nabla_{\mathbf{W}} L = \nabla_{\mathbf{W}} L$$
      $$\nabla_{\mathbf{W}} L = \frac{\partial L}{\partial \mathbf{W}}$$
      $$\nabla_{\mathbf{W}} L = 2\nabla_{\mathbf{W}} L - \nabla_{\mathbf{W}} L$$
      $$\nabla_{\mathbf{W}} L = \nabla_{\mathbf{W}} \frac{1}{2} \|\mathbf{y} - \mathbf{t}\|^2$$
      $$\nabla_{\mathbf{W}} L = \nabla_{\mathbf{W}} \left(\frac{1}{2} \|\tanh(\mathbf{W}\mathbf{x}+\mathbf{b}) - \mathbf{t}\|^2\right)$$
      $$\nabla_{\mathbf{W}} L = \frac{\partial}{\partial \mathbf{W}} \frac{1}{2} \sum_{k=1}^{K} (y_k - t_k)^2$$
      $$\nabla_{\mathbf{W}} L = (\nabla_{\mathbf{W}} L^\top)^\top$$
      $$\nabla_{\mathbf{W}} L = I \nabla_{\mathbf{W}} L$$
      $$\frac{\partial L}{\partial W_{kd}} = \frac{\partial L}{\partial W_{kd}}$$
      $$\frac{\partial L}{\partial W_{kd}} = \sum_j \frac{\partial L}{\partial W_{kj}} \delta_{jd}$$
      $$\frac{\partial L}{\partial W_{kd}} = \frac{\partial}{\partial W_{kd}} \frac12 \sum_{j} (y_j - t_j)^2$$
      $$\frac{\partial L}{\partial W_{kd}} = \sum_j \frac{\partial}{\partial W_{kd}} \frac12 (y_j-t_j)^2$$
      $$\frac{\partial L}{\partial W_{kd}} = \ldots$$
    `,
  ],
  [
    "proved",
    scalar,
    String.raw`
      $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial z} \frac{\partial z}{\partial w}$$
      $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial z} x$$
      $$\frac{\partial L}{\partial w} = x \frac{\partial L}{\partial b}$$
      $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial y}\frac{\partial y}{\partial w}$$
      $$\frac{\partial L}{\partial w} = (y-t)\frac{\partial y}{\partial w}$$
      $$\frac{\partial L}{\partial w} = (y - t) y (1-y) x$$
      $$\frac{\partial L}{\partial w} = (y-t)\frac{\partial}{\partial w}\sigma(wx+b)$$
      $$\frac{\partial L}{\partial w} = \frac{\partial}{\partial w} \left( \frac{1}{2} (y - t)^2 \right) = (y-t)\frac{\partial y}{\partial w} = (y-t) y (1-y) x$$
      $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial y} \cdot \frac{\partial y}{\partial z} \cdot \frac{\partial z}{\partial w}$$
      $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial x} \frac{x}{w}$$
      $$\delta := \frac{\partial L}{\partial z}$$ $$\frac{\partial L}{\partial w} = \delta x$$
    `,
  ],
  [
    "proved",
    vector,
    String.raw`
      $$\nabla_{\mathbf{W}} L = \left(\nabla_{\mathbf{z}} L\right) \mathbf{x}^\top$$
      $$\nabla_{\mathbf{W}} L = (\nabla_{\mathbf{b}} L) \mathbf{x}^\top$$
      $$\nabla_{\mathbf{W}} L = ((\mathbf{y}-\mathbf{t}) \odot (1-\mathbf{y}^2)) \mathbf{x}^\top$$
      $$\frac{\partial L}{\partial W_{kd}} = \sum_{j} \frac{\partial L}{\partial z_j}\frac{\partial z_j}{\partial W_{kd}}$$
      $$\frac{\partial L}{\partial W_{kd}} = \sum_{j} (y_j - t_j) \frac{\partial y_j}{\partial W_{kd}}$$
    `,
  ],
  [
    "unreadable",
    scalar,
    String.raw`
      $$\frac{\partial L}{\partial w} = \text{see above}$$
      $$\frac{\partial L}{\partial w} = \text{I do not know}$$
      $$\frac{\partial L}{\partial w} = -$$
      $$\frac{\partial L}{\partial w} = +$$
    `,
  ],
  [
    "undecided",
    scalar,
    String.raw`
      $$\frac{\partial L}{\partial w} = (y-t) \ldots$$
      $$\frac{\partial L}{\partial w} = \lim_{h \to 0} \frac{L(w+h) - L(w)}{h}$$
    `,
  ],
  [
    "wrong",
    scalar,
    String.raw`
      $$\frac{\partial L}{\partial w} = \frac{\partial^2 L}{\partial w^2}$$
    `,
  ],
  [
    "shape-mismatch",
    vector,
    String.raw`
      $$\frac{\partial L}{\partial W_{kd}} = \frac{\partial L}{\partial W_{dk}}$$
    `,
  ],
];

const rows = table.flatMap(([verdict, sheet, lines]) =>
  lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => [line, verdict, sheet] as const),
);

function judged(sheet: string, text: string) {
  const { claims } = checkWorksheet("a.md", text, { against: { file: "p.md", text: sheet } });
  return claims.filter((c) => c.verdict !== undefined);
}

it("a sheet of questions claims nothing; beside an answer they are left out", () => {
  const questions = String.raw`$$\frac{\partial L}{\partial w} = ?$$

$$\frac{\partial L}{\partial z} = ???$$`;
  const verdicts = (text: string) => checkWorksheet("a.md", `${scalar}\n${text}\n`).claims.map((c) => c.verdict);
  expect(verdicts(questions)).toEqual([]);
  expect(verdicts(`${questions}\n\n$$\\frac{\\partial L}{\\partial y} = y - t$$`)).toEqual([
    "no-answer",
    "no-answer",
    "proved",
  ]);
  expect(verdicts(String.raw`$$\frac{\partial L}{\partial w} = $$`)).toEqual(["no-answer"]);
});

it("there are enough of them", () => {
  expect(rows.length).toBeGreaterThanOrEqual(80);
});

describe("an answer", () => {
  it.each(rows)("%s is %s", (line, verdict, sheet) => {
    const claims = judged(sheet, line);
    expect(claims.map((c) => c.verdict)).toEqual([verdict]);
    expect(claims.map((c) => c.mistake?.code === "tautology")).toEqual([verdict === "no-answer"]);
  });

  it("that is no answer gets what to write", () => {
    const [only] = judged(scalar, String.raw`$$\frac{\partial L}{\partial w} = ?$$`);
    expect(only?.expected).toBe(String.raw`\frac{\partial L}{\partial z} x`);
  });

  it("below its question counts alone", () => {
    const text = String.raw`$$\frac{\partial L}{\partial w} = ?$$

$$\frac{\partial L}{\partial w} = (y - t) y (1 - y) x$$`;
    expect(judged(scalar, text).map((c) => c.verdict)).toEqual(["proved"]);
  });
});

describe("`allow` says what an answer may be written in", () => {
  const right = String.raw`$$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial z} x$$`;
  const full = String.raw`$$\frac{\partial L}{\partial w} = (y - t) y (1 - y) x$$`;
  const named = String.raw`$$\delta := \frac{\partial L}{\partial z}$$

$$\frac{\partial L}{\partial w} = \delta x$$`;
  it.each([
    ["[x, y, t]", full, "proved"],
    ["[x, y, t]", right, "no-answer"],
    ["[x, y, t]", named, "no-answer"],
    ["[x, y]", full, "no-answer"],
    ["x, y, t", full, "proved"],
    ["[inputs, parameters, targets, intermediates]", full, "proved"],
    ["[inputs, derivatives]", right, "proved"],
    ["[inputs, derivatives]", full, "no-answer"],
    [String.raw`['\frac{\partial L}{\partial z}', 'x']`, right, "proved"],
    [String.raw`['\nabla_z L', 'x']`, named, "proved"],
    [String.raw`['\nabla_y L', 'x']`, right, "no-answer"],
  ])("%s, %s is %s", (allow, text, verdict) => {
    const sheet = `---\nallow: ${allow}\n---\n\n${scalar}`;
    expect(judged(sheet, text).map((c) => c.verdict)).toEqual([verdict]);
  });

  it("is a list of symbols", () => {
    const { diagnostics } = checkWorksheet("a.md", `---\nallow: {a: 1}\n---\n\n${scalar}`);
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: "document/front-matter-value" }));
  });
});

it("the derivative asked for plus zero or times one is no array of its entries, and no answer", () => {
  const text = String.raw`$w, x \in \mathbb{R}^{n}$

$$y = w^\top x$$

$$\frac{\partial y}{\partial w} = \frac{\partial y}{\partial w} + 0$$

$$\frac{\partial y}{\partial w_i} = 1 \cdot \frac{\partial y}{\partial w_i}$$
`;
  expect(checkWorksheet("a.md", text).claims.map((c) => c.verdict)).toEqual(["no-answer", "no-answer"]);
});
