import { describe, expect, it } from "vitest";
import { readWorksheet } from "../../src/model/read.js";
import { printEquation } from "../../src/print/index-form.js";
import { namesFor } from "../../src/session/problem.js";

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
