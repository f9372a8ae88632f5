import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Documents as people publish them: parts that rest on other parts, and what stands between the equations. */

const r = String.raw;
const verdicts = (text: string): readonly string[] =>
  checkWorksheet("a.md", text).claims.map((c) => c.verdict ?? c.kind ?? "");
const codes = (text: string): readonly string[] => checkWorksheet("a.md", text).diagnostics.map((d) => d.code);

describe("an equation that says how each unit is computed", () => {
  it("is nothing new where each unit says the same", () => {
    const text = r`
For each unit $s_j$ the output is

$$s_j = \tanh(q_j).$$

$$q_1 = u_1 x, \quad s_1 = \tanh(q_1)$$

$$q_2 = u_2 x, \quad s_2 = \tanh(q_2)$$

$$E = s_1 s_2$$

$$\frac{\partial E}{\partial q_2} = \frac{\partial E}{\partial s_2} (1 - s_2^2)$$
`;
    expect(verdicts(text)).toEqual(["proved"]);
  });
});

describe("a part without equations of its own", () => {
  const first = r`
## 1. Regression

$p \in \mathbb{R}^{n}$ and $A \in \mathbb{R}^{n \times m}$ with $q \in \mathbb{R}^{m}$.

$$p = A q, \qquad E = \tfrac12 p^\top p$$
`;
  const second = r`
## 2. A gate

$$g = \tanh(v c), \qquad E = g^2$$
`;

  it("continues the last part that computes what it speaks of", () => {
    const text = r`${first}${second}
## Solutions to the first part

$$\frac{\partial E}{\partial p} = p, \qquad \frac{\partial E}{\partial A} = \frac{\partial E}{\partial p} q^\top$$
`;
    expect(verdicts(text)).toEqual(["proved", "proved"]);
    expect(codes(text)).toContain("reading/continues");
  });

  it("continues the one before where that computes it", () => {
    const text = r`${first}${second}
## Solutions

$$\frac{\partial E}{\partial g} = 2 g, \qquad \frac{\partial E}{\partial v} = 2 g (1 - g) c$$
`;
    expect(verdicts(text)).toEqual(["proved", "wrong"]);
  });

  it("shapes side by side, as below a product, suppose nothing", () => {
    const text = r`${first}
$$[n \times m][m \times 1] = [n \times 1]$$

$$\frac{\partial E}{\partial p} = 2 p$$
`;
    expect(verdicts(text)).toEqual(["wrong"]);
  });
});

describe("a letter left out of an equation", () => {
  const batch = (softmax: string): string => r`
The targets $Y \in \{0, 1\}^{B \times C}$ are one-hot.

$$S_{bc} = \sum_{d=1}^{D} X_{bd} V_{cd}, \quad b = 1, \dots, B, c = 1, \dots, C$$

$$${softmax}$$

$$J = -\sum_{b=1}^B \sum_{c=1}^C Y_{bc} \log P_{bc}$$

$$\frac{\partial J}{\partial S_{bc}} = P_{bc} - Y_{bc}$$

$$\frac{\partial J}{\partial V_{cd}} = \sum_b (P_{bc} - Y_{bc}) X_{bc}$$
`;

  it("is put back, and that is said", () => {
    const text = batch(r`P_c = \frac{e^{S_c}}{\sum_{c'=1}^C e^{S_{c'}}}`);
    expect(verdicts(text)).toEqual(["proved", "wrong"]);
    expect(codes(text)).toContain("reading/omitted-index");
  });

  it("is not put back where the equation holds it elsewhere", () => {
    const text = batch(r`P_c = \frac{e^{S_c}}{\sum_{c'=1}^C e^{S_{bc'}}}`);
    expect(codes(text)).not.toContain("reading/omitted-index");
    expect(verdicts(text)).toEqual(["undecided", "undecided"]);
  });
});

describe("one index with two ranges", () => {
  it("is refused, since a member of one family cannot be told from an entry", () => {
    const text = r`
$$S_{bc} = \sum_{d=1}^{D} X_{bd} V_{cd}, \quad b = 1, \dots, B, c = 1, \dots, C$$

$$P_c = \frac{e^{S_c}}{\sum_{c'=1}^C e^{S_{c'}}}, \quad c = 1, \dots, C$$

$$J = -\sum_{n=1}^B \sum_{c=1}^C Y_{nc} \log P_{nc}$$

$$\frac{\partial J}{\partial P_{nc}} = -\frac{Y_{nc}}{P_{nc}}$$

$$\frac{\partial J}{\partial S_{nc}} = P_{nc} - Y_{nc}$$
`;
    expect(codes(text)).toContain("index/two-ranges");
    expect(verdicts(text)).not.toContain("wrong");
  });
});

describe("targets of a cross-entropy", () => {
  const network = (words: string, claim: string): string => r`
${words} Let $y \in \mathbb{R}^{C}$ be the target.

$$p = \operatorname{softmax}(s), \qquad J = -\sum_c y_c \log p_c$$

$$\frac{\partial J}{\partial s_c} = ${claim}$$
`;
  const loss = "The loss is the cross-entropy.";

  it.each([
    ["may be meant to sum to 1", loss, "p_c - y_c", "undecided"],
    ["need not do so for what holds anyway", loss, r`p_c \sum_k y_k - y_c`, "proved"],
    ["do not excuse what is wrong for them too", loss, "y_c - p_c", "wrong"],
    ["are not meant so without the word", "", "p_c - y_c", "wrong"],
    ["are not meant so where the text says otherwise", `${loss} Targets need not be normalized.`, "p_c - y_c", "wrong"],
    ["sum to 1 where they are said to be one-hot", `${loss} $y$ is one-hot.`, "p_c - y_c", "proved"],
  ])("%s", (_, words, claim, verdict) => {
    expect(verdicts(network(words, claim))).toEqual([verdict]);
  });
});

describe("a derivative set out as the array of its entries", () => {
  const text = r`
$A \in \mathbb{R}^{m \times n}$, $c \in \mathbb{R}^{m}$, $x \in \mathbb{R}^{n}$

$$u = A x, \quad E = c^\top u$$

$$\frac{\partial E}{\partial x} = \begin{bmatrix} \frac{\partial E}{\partial x_1} \\ \vdots \\ \frac{\partial E}{\partial x_n} \end{bmatrix} \in \mathbb{R}^n \quad \frac{\partial E}{\partial u} = \begin{bmatrix} c_1 \\ c_2 \\ \vdots \\ c_m \end{bmatrix} \in \mathbb{R}^m$$
`;

  it("is how it is written; its values are a claim, whatever set stands behind", () => {
    expect(verdicts(text)).toEqual(["definition", "proved"]);
  });

  it("answers nothing where it is handed in", () => {
    const answer = r`$$\frac{\partial E}{\partial x} = \begin{bmatrix} \frac{\partial E}{\partial x_1} \\ \vdots \\ \frac{\partial E}{\partial x_n} \end{bmatrix}$$`;
    const { claims } = checkWorksheet("b.md", answer, { against: { file: "a.md", text } });
    expect(claims.map((c) => c.verdict)).toEqual(["no-answer"]);
  });

  it.each([
    ["1 & i = k \\\\ 0 & i \\neq k", ["proved"]],
    ["0 & i \\ne k \\\\ 1 & k = i", ["proved"]],
    ["1 & \\text{if } i = k \\\\ 0 & \\text{otherwise}", ["proved"]],
  ])("a Kronecker delta may be explained: %s", (rows, expected) => {
    const delta = r`$$\delta_{i,k} = \begin{cases} ${rows} \end{cases}$$`;
    const claim = r`$$\frac{\partial u_i}{\partial A_{jk}} = \delta_{i,j} x_k$$`;
    const premises = text.split("$$\\frac")[0];
    expect(verdicts([premises, delta, claim].join("\n\n"))).toEqual(expected);
  });
});

describe("a problem that defines the transpose of a known symbol", () => {
  it("is a new one", () => {
    const text = r`
## One

$$y = w x, \quad E = y^2$$

$$\frac{\partial E}{\partial y} = 2 y$$

## Two

$$y^\top = [1, 1, 1], \quad v^\top = [1, 2, 3]$$

$$z = v v^\top y$$
`;
    expect(verdicts(text)).toEqual(["proved"]);
  });
});
