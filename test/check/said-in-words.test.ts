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
};

describe("what is said in words and names", () => {
  it.each(Object.entries(cases))("%s", (_, [premises, claims, verdicts]) => {
    expect(verdictsOf([premises, ...claims.map((c) => `$$${c}$$`)].join("\n\n"))).toEqual(verdicts);
  });
});
