import { describe, expect, it } from "vitest";
import { readWorksheet } from "../../src/model/read.js";
import { printEquation } from "../../src/print/index-form.js";
import { namesFor } from "../../src/session/printer.js";

/* Where one problem of a file ends and the next begins, and what each sees of the sections above. */

const equations = (text: string): readonly (readonly string[])[] =>
  readWorksheet("sheet.md", text).problems.map(({ model }) =>
    model.equations.map((e) => printEquation(e.tensor, e.at, e.body, namesFor(model))),
  );

describe("problems of one file", () => {
  it("equations above two problems belong to both", () => {
    const text = String.raw`# Networks
$x \in \mathbb{R}^n$, $W \in \mathbb{R}^{m \times n}$, $t \in \mathbb{R}^m$
$$h = W x$$
## Problem 1
$$y = \tanh(h)$$
$$L = \sum_i (y_i - t_i)^2$$
## Problem 2
$$y = \exp(h)$$
$$L = \sum_i |y_i - t_i|$$`;
    const h = String.raw`h_{i} = \sum_{j=1}^{n} W_{ij} x_{j}`;
    expect(equations(text)).toEqual([
      [h, String.raw`y_{i} = \tanh(h_{i})`, String.raw`L = \sum_{i=1}^{m} (y_{i} - t_{i})^{2}`],
      [h, "y_{i} = e^{h_{i}}", String.raw`L = \sum_{i=1}^{m} \left|y_{i} - t_{i}\right|`],
    ]);
  });

  it.each([
    [String.raw`\sum_i (x_i - t_i)^2`, String.raw`\sum_i |x_i - t_i|`],
    [String.raw`\sqrt{x^\top t}`, String.raw`\sqrt{x^\top x}`],
    [
      String.raw`\begin{cases} x^\top x & t_1 > 0 \\ 0 & \text{otherwise} \end{cases}`,
      String.raw`\begin{cases} x^\top t & t_1 > 0 \\ 0 & \text{otherwise} \end{cases}`,
    ],
  ])("a loss defined afresh begins a problem: %s, then %s", (first, second) => {
    const text = String.raw`# Exercise 1
$x, t \in \mathbb{R}^n$
$$L = ${first}$$
# Exercise 2
$x, t \in \mathbb{R}^n$
$$L = ${second}$$`;
    expect(equations(text).map((e) => e.length)).toEqual([1, 1]);
  });
});
