import { describe, expect, it } from "vitest";
import { readWorksheet } from "../../src/model/read.js";
import { printEquation } from "../../src/print/index-form.js";
import { namesFor } from "../../src/session/printer.js";

/* Formulas that look alike and mean different things: each is read as what it says, or refused. */

function understood(text: string): { readonly equations: readonly string[]; readonly errors: readonly string[] } {
  const models = readWorksheet("sheet.md", text).problems.map((p) => p.model);
  return {
    equations: models.flatMap((m) => m.equations.map((e) => printEquation(e.tensor, e.at, e.body, namesFor(m)))),
    errors: models.flatMap((m) => m.diagnostics.filter((d) => d.severity === "error").map((d) => d.code)),
  };
}

const lastEquation = (text: string): string | undefined => understood(text).equations.at(-1);

describe("a number to the power of T or t", () => {
  it.each([
    [
      String.raw`$x \in \mathbb{R}^T$, $r \in \mathbb{R}$ $$L = \sum_{t=1}^T (1 + r)^t x_t$$`,
      String.raw`L = \sum_{t=1}^{T} (1 + r)^{t} x_{t}`,
    ],
    [String.raw`$x \in \mathbb{R}^T$ $$L = \sum_{t=1}^T 2^t x_t$$`, String.raw`L = \sum_{t=1}^{T} 2^{t} x_{t}`],
    [
      String.raw`$x \in \mathbb{R}^T$, $\gamma \in \mathbb{R}$ $$L = \gamma^T \sum_{t=1}^T x_t$$`,
      String.raw`L = \gamma^{T} \sum_{t=1}^{T} x_{t}`,
    ],
    [String.raw`$x, T \in \mathbb{R}$ $$L = x^T$$`, "L = x^{T}"],
    [String.raw`$x \in \mathbb{R}^T$ $$L = x^T x$$`, String.raw`L = \sum_{i=1}^{T} x_{i}^{2}`],
    [String.raw`$x, y \in \mathbb{R}^n$ $$L = (x^T y)^T$$`, String.raw`L = \sum_{i=1}^{n} x_{i} y_{i}`],
  ])("%s", (text, equation) => {
    expect(lastEquation(text)).toBe(equation);
  });
});

describe("numbers above a letter", () => {
  it.each([
    [
      "of a declared scalar are exponents",
      String.raw`$x, a \in \mathbb{R}$ $$L = x a^1 + a^2 + a^0$$`,
      "L = x a + a^{2} + 1",
    ],
    [
      "tell symbols apart where one of them is introduced",
      String.raw`$x, a \in \mathbb{R}$ $$a^1 = 2 x$$ $$L = a^1 a$$`,
      "L = a^{1} a",
    ],
    [
      "tell symbols apart that nothing declares",
      String.raw`$x \in \mathbb{R}$ $$L = x w^1 + w^2$$`,
      "L = x w^{1} + w^{2}",
    ],
  ])("%s", (_, text, equation) => {
    expect(lastEquation(text)).toBe(equation);
  });
});

describe("conditions on positions", () => {
  const given = String.raw`$x \in \mathbb{R}^K$, $y \in \{1, \dots, K\}$`;
  it.each([
    ["i \\le y", String.raw`\mathbb{1}[i \le y] x_{i}`],
    ["y \\ge i", String.raw`\mathbb{1}[i \le y] x_{i}`],
    ["i \\ge y", String.raw`x_{i} (1 - \mathbb{1}[i < y])`],
    ["y \\le i", String.raw`x_{i} (1 - \mathbb{1}[i < y])`],
    ["i > y", String.raw`x_{i} (1 - \mathbb{1}[i \le y])`],
    ["i < y", String.raw`\mathbb{1}[i < y] x_{i}`],
    ["i \\ne y", String.raw`x_{i} (1 - \mathbb{1}[y = i])`],
  ])("%s", (condition, printed) => {
    expect(lastEquation(`${given} $$L = \\sum_{i=1}^K x_i [${condition}]$$`)).toBe(
      String.raw`L = \sum_{i=1}^{K} ${printed}`,
    );
  });

  it("two classes are compared as numbers", () => {
    const text = String.raw`$x \in \mathbb{R}^n$, $y_i \in \{1, \dots, K\}$, $i = 1, \dots, n$
$$L = \sum_{i=1}^n \sum_{j=1}^n x_i x_j [y_i = y_j]$$`;
    expect(understood(text)).toEqual({
      equations: [String.raw`L = \sum_{i=1}^{n} \sum_{j=1}^{n} \mathbb{1}[y_{i} - y_{j} = 0] x_{i} x_{j}`],
      errors: [],
    });
  });

  it("a relation that is no comparison is refused", () => {
    const text = String.raw`$x \in \mathbb{R}^n$ $$L = \sum_{i=1}^n \sum_{j=1}^n x_i x_j \mathbb{1}[i \approx j]$$`;
    expect(understood(text).errors).toContain("index/unsupported");
  });
});

describe("sums over a part of an axis", () => {
  it.each([
    ["j=2", "i", String.raw`\mathbb{1}[j \ge 2] \mathbb{1}[j \le i] x_{j}`],
    ["j=1", "i", String.raw`\mathbb{1}[j \le i] x_{j}`],
    ["j=i", "N-1", String.raw`\mathbb{1}[i \le j] \mathbb{1}[j < N] x_{j}`],
    ["j=i", "N", String.raw`\mathbb{1}[i \le j] x_{j}`],
  ])("from %s to %s", (low, high, body) => {
    const text = String.raw`$x \in \mathbb{R}^N$ $$y_i = \sum_{${low}}^{${high}} x_j, \quad i = 1, \dots, N$$`;
    expect(understood(text).equations[0]).toBe(String.raw`y_{i} = \sum_{j=1}^{N} ${body}`);
  });

  it.each([String.raw`\max_{j \ne y} z_j`, String.raw`\max_{j=1}^{y} z_j`, String.raw`\min_{1 \le j < y} z_j`])(
    "%s is no extremum over the whole axis",
    (loss) => {
      const text = String.raw`$z \in \mathbb{R}^K$, $y \in \{1, \dots, K\}$ $$L = ${loss}$$`;
      expect(understood(text)).toMatchObject({ equations: [], errors: ["unsupported/operator"] });
    },
  );
});

describe("functions and matrices", () => {
  it("a function's body knows nothing of the parameters of the function that calls it", () => {
    const text = String.raw`$y, z \in \mathbb{R}$ $$f(x) = x y$$ $$g(y) = f(y)^2$$ $$L = g(z)$$`;
    expect(lastEquation(text)).toBe("L = (z y)^{2}");
  });

  it("the inverse of a scaled Kronecker product is scaled", () => {
    const text = String.raw`$A \in \mathbb{R}^{n \times n}$, $B \in \mathbb{R}^{m \times m}$, $c \in \mathbb{R}$
$$L = \operatorname{tr}((c (A \otimes B))^{-1})$$`;
    expect(lastEquation(text)).toBe(
      String.raw`L = \sum_{i=1}^{n} \sum_{j=1}^{m} \left(\left[c A_{kl}\right]_{kl}^{-1}\right)_{ii} (B^{-1})_{jj}`,
    );
  });

  it("a matrix that is not square has no inverse", () => {
    const text = String.raw`$X \in \mathbb{R}^{3 \times 2}$ $$L = \operatorname{sum}(X^{-1})$$`;
    expect(understood(text).errors).toContain("shape/not-square");
  });

  it("a power below a minus is that power", () => {
    const text = String.raw`$X \in \mathbb{R}^{n \times n}$ $$L = \operatorname{tr}(X^{-2})$$`;
    expect(lastEquation(text)).toBe(String.raw`L = \sum_{i=1}^{n} (X^{-2})_{ii}`);
  });
});

describe("an equation that holds under a condition only", () => {
  const given = String.raw`$x, a, b \in \mathbb{R}$, $A \in \mathbb{R}^{n \times n}$`;
  it.each([
    String.raw`y = x^2 \quad \text{if } x > 0`,
    String.raw`y = x^2, \quad \text{when } a = 2 b`,
    String.raw`y_{ij} = A_{ij}, \quad i \ne j`,
    String.raw`y_{ij} = A_{ij} \text{ for } i < j`,
  ])("%s is refused", (equation) => {
    const found = understood(`${given} $$${equation}$$ $$L = \\sum_{i=1}^n \\sum_{j=1}^n A_{ij}$$`);
    expect(found.errors).toContain("unsupported/condition");
    expect(found.equations).toHaveLength(1);
  });

  it.each([
    String.raw`y = x^2, \quad x > 0`,
    String.raw`y_{ij} = A_{ij}, \quad i = 1, \dots, n`,
    String.raw`y_{ij} = A_{ij} \quad \forall i, j`,
  ])("%s is not", (equation) => {
    expect(understood(`${given} $$${equation}$$ $$L = \\sum_{i=1}^n \\sum_{j=1}^n A_{ij}$$`).errors).not.toContain(
      "unsupported/condition",
    );
  });
});

describe("formulas that double with every name", () => {
  const nested = (depth: number, f: (inner: string) => string): string => (depth === 0 ? "x" : f(nested(depth - 1, f)));

  it("functions that apply each other twice are refused, and soon", () => {
    const doubling = Array.from({ length: 40 }, (_, k) => `$$f_{${k + 1}}(z) = f_{${k}}(z) f_{${k}}(z)$$`).join("\n");
    const text = `$x \\in \\mathbb{R}$ $$f_0(z) = z^2$$\n${doubling}\n$$L = f_{40}(x)$$`;
    expect(understood(text).errors).toContain("limits/size");
  });

  it("exponentials of exponentials are read once each", () => {
    const text = `$x \\in \\mathbb{R}$ $$L = ${nested(40, (x) => `e^{${x}}`)}$$`;
    expect(understood(text).errors).toEqual([]);
  });

  it("softmax of softmax too", () => {
    const text = `$x \\in \\mathbb{R}^n$ $$L = \\mathbf{1}^\\top ${nested(30, (x) => `\\operatorname{softmax}(${x})`)}$$`;
    expect(readWorksheet("sheet.md", text).problems[0]?.model.equations).toHaveLength(1);
  });
});

describe("positions, cases and constants", () => {
  it.each([
    [String.raw`$x \in \mathbb{R}^n$ $$L = \sum_{i=1}^n x_{2i}$$`, "shape/index-range"],
    [String.raw`$x \in \mathbb{R}^5$ $$L = x_{1.5}$$`, "index/unknown"],
    [String.raw`$x \in \mathbb{R}^5$ $$L = x_{99999999999999999999}$$`, "index/unknown"],
    [String.raw`$x \in \mathbb{R}^{n^9}$ $$L = x^\top x$$`, "shape/size"],
  ])("%s is refused", (text, code) => {
    expect(understood(text).errors).toContain(code);
  });

  it.each([
    [String.raw`$x \in \mathbb{R}^{2n}$ $$L = \sum_{i=1}^n x_{2i}$$`, String.raw`L = \sum_{i=1}^{n} x_{2 i}`],
    [String.raw`$b \in \mathbb{R}^1$ $$L = b$$`, "L = b_{1}"],
    [
      String.raw`$X \in \mathbb{R}^{n \times m}$, $b \in \mathbb{R}^n$, $c \in \mathbb{R}$
$$Y = \begin{cases} X & c > 0 \\ b & \text{otherwise} \end{cases}$$`,
      String.raw`Y_{ij} = \mathbb{1}[c > 0] X_{ij} + \mathbb{1}[-c \ge 0] b_{i}`,
    ],
    [String.raw`$X \in \mathbb{R}^{n \times m}$ $$Y = X + \mathbf{1}_{n \times m}$$`, "Y_{ij} = X_{ij} + 1"],
    [String.raw`$X \in \mathbb{R}^{n \times m}$ $$Y = X^\top + \mathbf{1}_{n \times m}^\top$$`, "Y_{ij} = X_{ji} + 1"],
    [String.raw`$X \in \mathbb{R}^{n \times n}$ $$Y = X + I_{n \times n}$$`, String.raw`Y_{ij} = X_{ij} + \delta_{ij}`],
  ])("%s", (text, equation) => {
    expect(lastEquation(text)).toBe(equation);
  });
});
