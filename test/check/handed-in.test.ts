import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* What the lines of a problem say of a name holds for the lines that are handed in about it as well. */

const r = String.raw;

const verdicts = (problem: string, text: string): readonly string[] =>
  checkWorksheet("answer.md", text, { against: { file: "problem.md", text: problem } }).claims.flatMap(
    (c) => c.verdict ?? [],
  );

const LAYER = r`$$y = W x$$ $$L = \ell(y)$$`;
const SOFTMAX = r`$$P(k) = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}$$ $$L = -\sum_{k=1}^K t_k \log P(k)$$`;
const PICKED = r`$$S = \{j : x_j > 0\}$$ $$L = \frac12 \sum_{j \in S} (w x_j - t_j)^2$$ with $j = 1, \dots, n$.`;
const PAIRS = r`$$L = \frac12 \sum_{(i,j) \in \Omega} (R_{ij} - p_i q_j)^2$$ with $i = 1, \dots, n$ and $j = 1, \dots, m$.`;

const RESIDUAL = r`$x \in \mathbb{R}^{d}$, $W \in \mathbb{R}^{k \times d}$, $b, t \in \mathbb{R}^{k}$
$$a = \tanh(W x + b)$$ $$\ell = \frac12 \|a - t\|^2$$`;

describe("handed in", () => {
  it.each<[string, string, string, readonly string[]]>([
    [
      "a name for a part of the problem's formulas",
      RESIDUAL,
      r`Let $r = a - t$.
$$\frac{\partial \ell}{\partial r} = r$$
$$\frac{\partial \ell}{\partial b} = r \odot (1 - a^2)$$
$$\frac{\partial \ell}{\partial b} = r \odot (1 - a)$$`,
      ["proved", "proved", "wrong"],
    ],
    [
      "such a name with the wrong sign",
      RESIDUAL,
      r`Let $r = t - a$.
$$\frac{\partial \ell}{\partial b} = r \odot (1 - a^2)$$
$$\frac{\partial \ell}{\partial b} = -r \odot (1 - a^2)$$`,
      ["wrong", "proved"],
    ],
    [
      "such a name with a number for the one problem that has it",
      r`$$u = 3 x - y$$ $$\ell = u^2 + (\hat y - y)^2$$ $$\hat y = w x$$`,
      r`$$e = \hat y - y$$
$$\frac{\partial \ell}{\partial w} = 2 e x$$
$$\frac{\partial \ell}{\partial w} = e x$$`,
      ["proved", "wrong"],
    ],
    [
      "an argument's name",
      RESIDUAL,
      r`$$z = W x + b$$
$$\frac{\partial \ell}{\partial z} = (a - t) \odot \tanh'(z)$$
$$\frac{\partial \ell}{\partial W} = \frac{\partial \ell}{\partial z} x^\top$$`,
      ["proved", "proved"],
    ],
    [
      "a 1 behind a matrix is a column of ones, before one a number",
      r`$X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^{d}$, $c \in \mathbb{R}$, $P \in \mathbb{R}^{n \times d}$
$$R_{ij} = X_{ij} w_j - P_{ij}$$ $$L = \frac12 \|R\|_F^2$$`,
      r`$$\nabla_w L = (R \odot X)^\top 1$$
$$\nabla_w L = 1 (R \odot X)^\top 1$$
$$\nabla_w L = (R \odot X) 1$$
$$\nabla_R L = 1 R$$
$$\nabla_w L = 2 (R \odot X)^\top 1$$`,
      ["proved", "proved", "shape-mismatch", "proved", "wrong"],
    ],
    [
      "a loss in another script",
      RESIDUAL,
      r`$$\frac{\partial L}{\partial a} = a - t$$
$$\frac{\partial \mathcal{L}}{\partial a} = t - a$$
$$\nabla_{b} L = (a - t) \odot (1 - a^2)$$`,
      ["proved", "wrong", "proved"],
    ],
    [
      "the same, where L is the number of layers",
      r`$$\ell = \frac12 \sum_{k=1}^{L} (w_k x - y)^2$$`,
      r`$$\frac{\partial L}{\partial w_k} = (w_k x - y) x$$`,
      ["proved"],
    ],
    [
      "the loss in the other script",
      r`$$L = \frac12 (w x - y)^2$$`,
      r`$$\frac{\partial \ell}{\partial w} = (w x - y) x$$`,
      ["proved"],
    ],
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
      ["proved", "proved", "undecided"],
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
