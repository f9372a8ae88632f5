import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* What the lines of a problem say of a name holds for the lines that are handed in about it as well. */

const r = String.raw;

const verdicts = (problem: string, text: string): readonly (string | undefined)[] =>
  checkWorksheet("answer.md", text, { against: { file: "problem.md", text: problem } }).claims.map((c) => c.verdict);

const LAYER = r`$$y = W x$$ $$L = \ell(y)$$`;
const SOFTMAX = r`$$P(k) = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}$$ $$L = -\sum_{k=1}^K t_k \log P(k)$$`;
const PICKED = r`$$S = \{j : x_j > 0\}$$ $$L = \frac12 \sum_{j \in S} (w x_j - t_j)^2$$ with $j = 1, \dots, n$.`;
const PAIRS = r`$$L = \frac12 \sum_{(i,j) \in \Omega} (R_{ij} - p_i q_j)^2$$ with $i = 1, \dots, n$ and $j = 1, \dots, m$.`;

describe("handed in", () => {
  it.each<[string, string, string, readonly string[]]>([
    [
      "what is right for numbers alone",
      LAYER,
      r`$$\frac{\partial L}{\partial x} = W \frac{\partial L}{\partial y}$$`,
      ["undecided"],
    ],
    [
      "the same beside a line that is false",
      LAYER,
      r`$$\frac{\partial L}{\partial x} = W \frac{\partial L}{\partial y}$$
$$\frac{\partial L}{\partial x} = 2 W \frac{\partial L}{\partial y}$$`,
      ["undecided", "wrong"],
    ],
    [
      "a problem that asks",
      r`${LAYER} $$\frac{\partial L}{\partial x} = ?$$`,
      r`$$\frac{\partial L}{\partial x} = W \frac{\partial L}{\partial y}$$`,
      ["undecided"],
    ],
    [
      "numbers, since the loss is one of numbers",
      r`$$y = W x + b$$ $$L = (y - t)^2$$`,
      r`$$\frac{\partial L}{\partial x} = 2 W (y - t)$$`,
      ["proved"],
    ],
    [
      "a function of a position",
      SOFTMAX,
      r`$$\frac{\partial L}{\partial P(k)} = -\frac{t_k}{P(k)}$$
$$\frac{\partial L}{\partial z_k} = P(k) \sum_{j=1}^K t_j - t_k$$
$$\frac{\partial L}{\partial z_k} = P(k) - t_k$$`,
      ["proved", "proved", "wrong"],
    ],
    [
      "a set with a line of its own",
      PICKED,
      r`$$\frac{\partial L}{\partial w} = \sum_{j \in S} (w x_j - t_j) x_j$$
$$\frac{\partial L}{\partial w} = \sum_{j=1}^n (w x_j - t_j) x_j$$`,
      ["proved", "wrong"],
    ],
    [
      "a set of pairs",
      PAIRS,
      r`$$\frac{\partial L}{\partial p_i} = -\sum_{j : (i,j) \in \Omega} (R_{ij} - p_i q_j) q_j$$
$$\frac{\partial L}{\partial p_i} = \sum_{j : (i,j) \in \Omega} (R_{ij} - p_i q_j) q_j$$`,
      ["proved", "wrong"],
    ],
  ])("%s", (_, problem, text, expected) => {
    expect(verdicts(problem, text)).toEqual(expected);
  });
});
