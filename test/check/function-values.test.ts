import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const r = String.raw;

const verdicts = (text: string): readonly (readonly (string | null | undefined)[])[] =>
  checkWorksheet("a.md", text).claims.map((c) => [c.latex.trim(), c.verdict]);

const display = (lines: readonly string[]): string => lines.map((l) => `$$${l}$$`).join("\n\n");

const judged = (given: string, lines: readonly (readonly [string, string])[]): void =>
  expect(verdicts(`${given}\n\n${display(lines.map(([line]) => line))}\n`)).toEqual(lines);

const INPUT = r`With $w, x \in \mathbb{R}^n$, $z = w^\top x$ and`;

describe("a function's letter for its value", () => {
  it("leaves what the words say of the function", () => {
    judged(
      `${INPUT} $$\\sigma = \\sigma(z)$$ where $\\sigma$ is the ReLU function, and $$L = \\tfrac12 (\\sigma - y)^2$$`,
      [
        [r`\frac{\partial L}{\partial z} = (\sigma - y) \sigma (1 - \sigma)`, "wrong"],
        [r`\frac{\partial L}{\partial z} = (\sigma - y) \mathbb{1}[z > 0]`, "proved"],
      ],
    );
  });

  const LOGISTIC = r`${INPUT} $$\sigma = \sigma(z)$$ where $\sigma(t) = 1/(1+e^{-t})$ is the sigmoid, and $$L = - y \log \sigma - (1 - y) \log (1 - \sigma)$$`;

  it("is a factor in front of what the function is not applied to", () => {
    judged(LOGISTIC, [
      [r`\frac{\partial L}{\partial z} = \sigma (1 - y) - y (1 - \sigma)`, "proved"],
      [r`\frac{\partial L}{\partial z} = \sigma (1 + y) - y (1 - \sigma)`, "wrong"],
      [r`\frac{\partial L}{\partial z} = \sigma(z) - y`, "proved"],
    ]);
  });

  it("is not guessed where it may be either", () => {
    judged(LOGISTIC, [
      [r`\frac{\partial L}{\partial z} = 1 - y - \sigma (-z)`, "unreadable"],
      [r`\frac{\partial L}{\partial z} = \sigma (1 + z) - y`, "unreadable"],
    ]);
  });

  it("is one in its own problem only", () => {
    const text = r`
# One

$w, x \in \mathbb{R}^n$ $$\sigma = \sigma(w^\top x)$$ $$L = \tfrac12 (\sigma - y)^2$$ $$\frac{\partial L}{\partial w} = (\sigma - y) \sigma (1 - \sigma) x$$

# Two

$v, u \in \mathbb{R}^m$ $$q = \sigma(v^\top u)$$ $$E = q^2$$ $$\frac{\partial E}{\partial v} = 2 q \sigma(v^\top u) (1 - \sigma(v^\top u)) u$$
`;
    expect(checkWorksheet("a.md", text).claims.map((c) => c.verdict)).toEqual(["proved", "proved"]);
  });

  it("is one in what is handed in", () => {
    const against = {
      file: "p.md",
      text: r`${INPUT} $$\sigma = \sigma(z)$$ $$L = - y \log \sigma - (1 - y) \log (1 - \sigma)$$`,
    };
    const lines = [
      [r`\frac{\partial \sigma}{\partial z} = \sigma (1 - \sigma)`, "proved"],
      [r`\frac{\partial \sigma}{\partial z} = \sigma (1 + \sigma)`, "wrong"],
      [r`\frac{\partial L}{\partial z} = \sigma - y`, "proved"],
      [r`\frac{\partial L}{\partial z} = y - \sigma`, "wrong"],
      [r`\sigma' = \sigma (1 - \sigma)`, "proved"],
      [r`\sigma'(t) = \sigma(t) (1 + \sigma(t))`, "wrong"],
    ];
    const { claims } = checkWorksheet("a.md", display(lines.map(([line]) => line ?? "")), { against });
    expect(claims.map((c) => [c.latex.trim(), c.verdict])).toEqual(lines);
  });

  it("is told", () => {
    const codes = checkWorksheet("a.md", LOGISTIC).diagnostics.map((d) => d.code);
    expect(codes.filter((c) => c === "reading/function-value")).toHaveLength(1);
  });
});

describe("a gradient without a variable", () => {
  const QUADRATIC = r`Let $w \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$ symmetric. $$f(w) = \tfrac12 w^\top A w$$`;

  it("is not one by what stands in the argument", () => {
    judged(QUADRATIC, [
      [r`\nabla f(w) = A w`, "proved"],
      [r`\nabla f(2 w) = 4 A w`, "unreadable"],
      [r`\nabla f(2 w) = 2 A w`, "unreadable"],
      [r`\nabla f = A w`, "proved"],
    ]);
    const { diagnostics } = checkWorksheet("a.md", r`${QUADRATIC} $$\nabla f(w) = A w$$`);
    expect(diagnostics.map((d) => d.message)).toContain(r`\nabla f without a variable is read as the gradient by w`);
  });
});
