import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* What a submission says changes nothing in the problem: its words and sizes are its own. */

const QUADRATIC = String.raw`$A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$
$$L = x^\top A x$$`;
const MEAN = String.raw`$x, t \in \mathbb{R}^N$
$$L = \frac{1}{N} \sum_{i=1}^N (x_i - t_i)^2$$`;
const ROOT = String.raw`$x \in \mathbb{R}^N$
$$L = \sum_{i=1}^N \sqrt{x_i^2}$$`;
const SOFTMAX = String.raw`$X, W \in \mathbb{R}^{N \times K}$
$$L = \operatorname{sum}(\operatorname{softmax}(X) \odot W)$$`;
const EXPONENTIAL = String.raw`$X \in \mathbb{R}^{N \times N}$
$$L = \operatorname{tr}(\exp(X))$$`;

const verdictOfLast = (problem: string, submission: string): string | undefined =>
  checkWorksheet("s.md", submission, { against: { file: "p.md", text: problem } }).claims.at(-1)?.verdict;

describe("a false answer stays false, whatever the submission says of", () => {
  it.each([
    [
      "symmetry",
      QUADRATIC,
      String.raw`Since $A$ is symmetric,
$$\nabla_x L = 2 A x$$`,
    ],
    [
      "symmetry, in a sentence of its own",
      QUADRATIC,
      String.raw`A is symmetric.

$$\nabla_x L = 2 A x$$`,
    ],
    [
      "a size",
      MEAN,
      String.raw`$N = 1$ here, so
$$\nabla_x L = 2 (x - t)$$`,
    ],
    [
      "a sign",
      ROOT,
      String.raw`The vector $x$ is positive.
$$\frac{\partial L}{\partial x_i} = 1$$`,
    ],
    [
      "the axis of a softmax",
      SOFTMAX,
      String.raw`The softmax is column-wise.
$$\frac{\partial L}{\partial W_{ij}} = \frac{e^{X_{ij}}}{\sum_k e^{X_{kj}}}$$`,
    ],
    [
      "an exponential",
      EXPONENTIAL,
      String.raw`By the matrix exponential of $X$,
$$\nabla_X L = \exp(X)^\top$$`,
    ],
  ])("%s", (_, problem, submission) => {
    expect(verdictOfLast(problem, submission)).toMatch(/^(wrong|shape-mismatch)$/);
  });

  it("a size that the problem lacks may be named", () => {
    const submission = String.raw`With $M = N - 1$,
$$\nabla_x L = \frac{2}{M + 1} (x - t)$$`;
    expect(verdictOfLast(MEAN, submission)).toBe("proved");
  });
});
