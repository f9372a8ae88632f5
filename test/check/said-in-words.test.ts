import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const verdictsOf = (worksheet: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", worksheet, { seed: 1 }).claims.flatMap((c) =>
    "kind" in c && c.kind === "definition" ? [] : [c.verdict],
  );

const logistic = String.raw`$s = w^\top x$, $y=\sigma(s)$, $L = -t\log y-(1-t)\log(1-y)$ with $w,x\in\mathbb{R}^n$.`;
const squared = String.raw`$O = AV$, $L = \frac12\|O-T\|_F^2$, $A\in\mathbb{R}^{n\times m}$, $V\in\mathbb{R}^{m\times p}$.`;

/** A worksheet, its claims, and what is said of each. */
const cases: Readonly<Record<string, readonly [string, readonly string[], readonly string[]]>> = {
  "words between a sign of equality and what follows": [
    logistic,
    [
      String.raw`\frac{\partial L}{\partial s} = \text{(by the chain rule) } y-t`,
      String.raw`\frac{\partial L}{\partial s} = \text{simply } t-y`,
      String.raw`\frac{\partial L}{\partial s} \text{ is } = y-t`,
      String.raw`\frac{\partial L}{\partial s} = y-\text{(the label) }t`,
    ],
    ["proved", "wrong", "proved", "proved"],
  ],
  "words that join two lines": [
    logistic,
    [String.raw`\nabla_w L = (y-t)x \text{ and } \frac{\partial L}{\partial s} = t-y`],
    ["proved", "wrong"],
  ],
  "a name for a derivative, and later what it is": [
    squared,
    [
      String.raw`G := \frac{\partial L}{\partial O}`,
      "G = O-T",
      "G = T-O",
      String.raw`\frac{\partial L}{\partial V} = A^\top G`,
    ],
    ["proved", "wrong", "proved"],
  ],
  "what is said of a known matrix's columns": [
    String.raw`$F = AXB^\top$, $A\in\mathbb{R}^{a\times m}$, $X\in\mathbb{R}^{m\times n}$, $B\in\mathbb{R}^{b\times n}$, $L = \frac12\|F\|_F^2$.`,
    [
      String.raw`\operatorname{vec}(F) = (B\otimes A)\operatorname{vec}(X)`,
      String.raw`\operatorname{vec}(F) = (A\otimes B)\operatorname{vec}(X)`,
      String.raw`\operatorname{vec}(\nabla_X L) = (B\otimes A)^\top\operatorname{vec}(F)`,
    ],
    ["proved", "shape-mismatch", "proved"],
  ],
  "one set for all": [
    String.raw`$v = Bx$, $u = \tanh(v)$ and $y = Cu$, all of them in $\mathbb{R}^n$.`,
    [
      String.raw`\frac{\partial y}{\partial v} = C\operatorname{diag}(1-u^2)`,
      String.raw`\frac{\partial y}{\partial v} = \operatorname{diag}(1-u^2)C`,
    ],
    ["proved", "wrong"],
  ],
  "symbols in a set": [
    String.raw`For weights $w$ in $\mathbb{R}^n$ and an input $x$ from $\mathbb{R}^{n}$ let $p = w\odot x$ and $L = p^\top p$.`,
    [String.raw`\nabla_w L = 2p\odot x`, String.raw`\nabla_w L = 2p^\top x`],
    ["proved", "shape-mismatch"],
  ],
  "a small letter that is made of the capital one": [
    String.raw`$e_{tj} = E_{r_t,j}$ with $r_t\in\{1,\dots,V\}$ for $t=1,\dots,n$, $E\in\mathbb{R}^{V\times d}$, $L = \sum_{t=1}^{n}\sum_j e_{tj}^2$.`,
    [String.raw`\frac{\partial L}{\partial E_{vj}} = \sum_{t=1}^{n}\mathbb{1}[r_t=v]2e_{tj}`],
    ["proved"],
  ],
  "a wrong line about entries of a one-hot target leaves its size": [
    String.raw`With a one-hot target $y$: $q_k = \frac{e^{s_k}}{\sum_{m=1}^{K}e^{s_m}}$, $E = -\sum_{k=1}^{K} y_k\log q_k$ and $v_j = u_j^2,\ j=1,\dots,h$.`,
    [
      String.raw`\frac{\partial E}{\partial s_k} = q_k-y_k`,
      String.raw`\frac{\partial E}{\partial s_k} = q_k-\sum_{j=1}^{h}y_j`,
    ],
    ["proved", "wrong"],
  ],
  "how entries are written leaves nothing open": [
    String.raw`For $E = \{E_i\}_{i=1}^{n}$: $F = \log\sum_{i=1}^{n}e^{E_i}$.`,
    [String.raw`\frac{\partial F}{\partial E_i} = e^{E_i}`],
    ["wrong"],
  ],
  "what is made of a covariance matrix has not its symmetry": [
    String.raw`For $u \in \mathbb{R}^n$ let $Q \in \mathbb{R}^{n \times n}$ be the square root of the precision matrix $C$, and $L = \frac12\|Q u\|^2$.`,
    [String.raw`\nabla_u L = Q^\top Q u`, String.raw`\nabla_u L = Q Q u`],
    ["proved", "wrong"],
  ],
  "a covariance matrix is symmetric": [
    String.raw`Let $u \in \mathbb{R}^n$, where $C \in \mathbb{R}^{n \times n}$ is the sample covariance matrix. $L = u^\top C u$.`,
    [String.raw`\nabla_u L = 2 C u`, String.raw`\nabla_u L = C u`],
    ["proved", "wrong"],
  ],
  "samples that are rows leave gradients as they are": [
    String.raw`We find the gradients where inputs are row vectors. $A \in \mathbb{R}^{m \times n}$, $u \in \mathbb{R}^n$, $p = A u$, $L = p^\top p$.`,
    [String.raw`\frac{\partial L}{\partial A} = 2 u p^\top`, String.raw`\frac{\partial L}{\partial A} = 2 p u^\top`],
    ["shape-mismatch", "proved"],
  ],
  "a linear map from a set to a set is no vector": [
    String.raw`Apply the linear map $M$ from $\mathbb{R}^n$ to $\mathbb{R}^m$ to $u \in \mathbb{R}^n$, $p = M u$, with $c \in \mathbb{R}^m$ and $L = c^\top p$.`,
    [String.raw`\nabla_u L = M^\top c`, String.raw`\nabla_u L = -M^\top c`],
    ["proved", "wrong"],
  ],
  "one set for the list before, not for what stands further off": [
    String.raw`With a step size $\alpha$ we let $p$, $q$ be vectors, all in $\mathbb{R}^n$: $L = \alpha p^\top q$.`,
    [String.raw`\nabla_p L = \alpha q`, String.raw`\nabla_p L = 2 \alpha q`],
    ["proved", "wrong"],
  ],
  "letters of positions that could be a word": [
    String.raw`$$P_{sat} = \sum_{r} V_{ar} U_{srt}$$ $$L = \frac12 \sum_{sat} P_{sat}^2$$`,
    [
      String.raw`\frac{\partial L}{\partial V_{ar}} = \sum_{st} P_{sat} U_{srt}`,
      String.raw`\frac{\partial L}{\partial V_{ar}} = \sum_{st} 2 P_{sat} U_{srt}`,
    ],
    ["proved", "wrong"],
  ],
};

it("a layout that words give is noted", () => {
  const notes = (words: string) =>
    checkWorksheet("a.md", String.raw`${words} $x \in \mathbb{R}^n$, $f = x^\top x$.`, { seed: 1 }).diagnostics.filter(
      ({ code }) => code === "reading/layout",
    );
  expect(notes("Gradients are row vectors.")).toHaveLength(1);
  expect(notes("Gradients are columns, samples are row vectors.")).toHaveLength(0);
});

describe("what is said in words and names", () => {
  it.each(Object.entries(cases))("%s", (_, [premises, claims, verdicts]) => {
    expect(verdictsOf([premises, ...claims.map((c) => `$$${c}$$`)].join("\n\n"))).toEqual(verdicts);
  });
});
