import { describe, expect, it } from "vitest";
import { readWorksheet } from "../../src/model/read.js";
import { checkWorksheet } from "../../src/session/check.js";

/* Text of slides and of algorithms: titles that recur, chains that go on in another display, loops and updates. */

const r = String.raw;
const check = (text: string) => checkWorksheet("a.txt", text, { seed: 1 });
const verdicts = (text: string) => check(text).claims.map((c) => c.verdict);

describe("a title that stands alone again and again is a heading", () => {
  const slides = (title: string) => r`
${title}

$q = v^\top x$, $J = (q - y)^2$

${title}

$$\frac{\partial J}{\partial q} = 2 (q - y)$$

${title}

Another model

$q = \sin(v) x$, $J = (q - y)^4$

Another model

$$\frac{\partial J}{\partial q} = 4 (q - y)^3$$

Another model
`;

  it("and a symbol that is defined afresh below another one begins a problem", () => {
    const { problems } = readWorksheet("a.txt", slides("A linear model"));
    expect(problems).toHaveLength(2);
    expect(verdicts(slides("A linear model"))).toEqual(["proved", "proved"]);
  });

  it.each(["Then we get", "where", "We now see:", "Look at this."])("but not %s", (line) => {
    expect(
      readWorksheet("a.txt", `${line}\n\n$a = b$\n\n${line}\n\n$c = d$\n\n${line}\n`).document.sections,
    ).toHaveLength(1);
  });
});

const LAYER = r`$z = W x$ with $W \in \mathbb{R}^{m \times n}$, $a = \sigma(z)$, $L = \frac12 \|a - y\|^2$.`;
const REGRESSION = r`$X \in \mathbb{R}^{N \times D}$, $e = X \beta - y$, $Q = e^\top e$.`;
const SOFT = r`$u \in \mathbb{R}^K$, $p = \operatorname{softmax}(u)$, $C = -\sum_{k=1}^K s_k \log p_k$, $\sum_k s_k = 1$.`;

describe("a display that begins with = goes on with the one above", () => {
  it.each([
    [
      LAYER,
      r`\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \odot \sigma'(z)`,
      r`= (a - y) \odot a \odot (1 - a)`,
    ],
    [LAYER, r`\frac{\partial L}{\partial W}`, r`= \frac{\partial L}{\partial z} x^\top`],
    [REGRESSION, r`\nabla_\beta Q = 2 X^\top e`, r`= 2 X^\top X \beta - 2 X^\top y`],
    [
      SOFT,
      r`\frac{\partial C}{\partial u_i} = \sum_{k=1}^K \frac{\partial C}{\partial p_k} \frac{\partial p_k}{\partial u_i}`,
      r`= p_i - s_i`,
    ],
  ])("%# right: %s", (net, one, two) => {
    const all = verdicts(`${net}\n\n$$${one}$$\n\nremember this:\n\n$$${two}$$\n`);
    expect(all.every((v) => v === "proved")).toBe(true);
    expect(all.length).toBeGreaterThan(0);
  });

  it("and a wrong link is wrong", () => {
    const { claims } = check(
      `${REGRESSION}\n\n$$\\nabla_\\beta Q = 2 X^\\top e$$\n\n$$= 2 X^\\top X \\beta - X^\\top y$$\n`,
    );
    expect(claims.map((c) => c.verdict)).toEqual(["proved", "wrong"]);
    expect(claims[1]?.latex).toBe(r`= 2 X^\top X \beta - X^\top y`);
  });

  it("but not with one under another heading", () => {
    const text = `${REGRESSION}\n\n$$\\nabla_\\beta Q = 2 X^\\top e$$\n\n# More\n\n$$= X$$\n`;
    expect(verdicts(text)).toEqual(["proved"]);
  });
});

describe("lines of algorithms claim nothing", () => {
  it.each([
    r`For epoch $t = 1$ to T do`,
    r`from $k = K$ down to $k = 1$:`,
    r`repeat for $i = 0$ through $n-1$`,
    r`$$\beta = \beta - \eta g$$`,
    r`$$\beta = \beta + \alpha \frac{\partial Q}{\partial \beta}$$`,
  ])("%s", (line) => {
    const { claims, diagnostics } = check(`${REGRESSION}\n\n${line}\n\n$$\\nabla_\\beta Q = 2 X^\\top e$$\n`);
    expect(claims.map((c) => c.verdict)).toEqual(["proved"]);
    expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  });

  it("but a sum with what was there may be a layer", () => {
    const { formulas } = readWorksheet("a.md", r`$$h = h + f(x)$$`);
    expect(formulas[0]?.kind).not.toBe("mention");
  });
});
