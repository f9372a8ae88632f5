import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Pages as they come: scanned, with slips of the scanner, sentences that say what a formula leaves out, and pictures missing. */

const r = String.raw;
const verdicts = (text: string): readonly string[] =>
  checkWorksheet("a.md", text).claims.map((c) => c.verdict ?? c.kind ?? "");

describe("how far a layer runs, said as a set", () => {
  const network = (sentence: string): string => r`
$$q^{(s+1)} = \tanh(A^{(s)} q^{(s)})$$

${sentence}

$$E = \tfrac12 \|q^{(S)}\|^2$$

$$\frac{\partial E}{\partial q^{(s)}} = A^{(s)\top} \left(\frac{\partial E}{\partial q^{(s+1)}} \odot (1 - q^{(s+1)} \odot q^{(s+1)})\right)$$

$$\frac{\partial E}{\partial q^{(s)}} = A^{(s)} \left(\frac{\partial E}{\partial q^{(s+1)}} \odot (1 - q^{(s+1)} \odot q^{(s+1)})\right)$$
`;

  it.each([
    ["with each", r`for each $s \in \{0, \dots, S-1\}$.`],
    ["without", r`Here $s \in \{0, 1, \dots, S-1\}$ counts the layers.`],
    ["as numbers", r`for $s = 0, \dots, S-1$.`],
  ])("%s", (_, sentence) => {
    expect(verdicts(network(sentence))).toEqual(["proved", "wrong"]);
  });

  it("a class that is declared so is still a class", () => {
    const text = r`
$y \in \{1, \dots, K\}$ is the class of $z \in \mathbb{R}^{K}$.

$$p_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}$$

$$L = -\log p_y$$

$$\frac{\partial L}{\partial z_k} = p_k - \mathbb{1}[k = y]$$
`;
    expect(verdicts(text)).toEqual(["proved"]);
  });
});

describe("a derivation whose network stands in a picture", () => {
  const recurrence = r`
The layers are as in the picture.

$$\frac{\partial R}{\partial u_j^{(s)}} = f'(u_j^{(s)}) \sum_{h=1}^K a_{hj}^{(s+1)} \frac{\partial R}{\partial u_h^{(s+1)}}$$

for each $s \in \{1, \dots, S-1\}$ and $j \in \{1, \dots, K\}$.
`;
  const line = (right: string): string => r`$$\frac{\partial R}{\partial u^{(s)}} = ${right}$$`;
  const g = r`\frac{\partial R}{\partial u^{(s+1)}}`;

  it.each([
    ["what follows from its first line is right if that is", r`f'(u^{(s)}) \odot A^{(s+1)\top} ${g}`, "agrees"],
    ["what contradicts it is left to a person", r`f'(u^{(s)}) \odot A^{(s+1)} ${g}`, "undecided"],
  ])("%s", (_, right, verdict) => {
    const { claims, diagnostics } = checkWorksheet("a.md", `${recurrence}\n${line(right)}\n`);
    const [first, second] = claims;
    expect(second?.verdict).toBe(verdict);
    expect(first?.verdict).toBe("undecided");
    if (verdict === "agrees") expect(JSON.stringify(second?.evidence)).toContain("as line 4 says");
    expect(diagnostics.map((d) => d.code)).toContain("check/no-forward-pass");
  });

  it.each([
    ["under the same title again, in a numbered paragraph", "# Layers of sums", "agrees"],
    ["under another title", "# Layers of another network", "unreadable"],
  ])("%s", (_, heading, verdict) => {
    const slides = r`# Layers of sums
${recurrence}
${heading}

5) So let us put them side by side.

${line(r`f'(u^{(s)}) \odot A^{(s+1)\top} ${g}`)}
`;
    expect(verdicts(slides)[1]).toBe(verdict);
  });

  it("the same line once more follows from nothing", () => {
    const said = recurrence.split("$$")[1];
    expect(verdicts(`${recurrence}\n$$${said}$$\n`)).toEqual(["unreadable", "unreadable"]);
  });

  it("nor does a line about an unknown letter beside a network that is written out", () => {
    const text = r`
$$v = A x, \qquad R = \tfrac12 \|v\|^2$$

$$\frac{\partial R}{\partial q} = A^\top v$$

$$\frac{\partial R}{\partial q} = (v^\top A)^\top$$
`;
    expect(verdicts(text)).toEqual(["unreadable", "unreadable"]);
  });
});

describe("values of a row", () => {
  it.each([
    [r`z^T = [6, 12, 18]`, "agrees"],
    [r`z^\top = (6, 12, 18)`, "agrees"],
    [r`z^T = \begin{bmatrix} 6 & 12 & 18 \end{bmatrix}`, "agrees"],
    [r`z = [6, 12, 18]^T`, "agrees"],
    [r`z^T = [6, 12, 19]`, "wrong"],
    [r`z^T = [6, 12]`, "shape-mismatch"],
  ])("%s", (line, verdict) => {
    const text = r`Let $v^T = [1, 2, 3]$ and $y^T = [1, 1, 1]$.

$$z = v v^T y$$

$$${line}$$
`;
    expect(verdicts(text)).toEqual([verdict]);
  });
});

describe("what a scanner made of a page", () => {
  const network = r`
$x \in \mathbb{R}^{n}$, $A \in \mathbb{R}^{m \times n}$, $B \in \mathbb{R}^{K \times m}$.

$$a = A x, \qquad h = \sigma(a), \qquad s = B h, \qquad p = \operatorname{softmax}(s), \qquad E = -\sum_{k=1}^K c_k \log p_k$$
`;
  const check = (lines: string) => checkWorksheet("a.md", `${network}\n${lines}\n`).claims;

  it.each([
    ["a ∂ read as a 2", r`$$\overline{s} = \left(\frac{2p}{2p}\right)^T \overline{p}$$`, /∂ was read as a 2/],
    [
      "a letter read as a number",
      r`$$\overline{a} = 6(a) \odot \overline{h}, \text{ where } 6(x) = \frac{e^{-x}}{(1 + e^{-x})^2}$$`,
      /number 6 stands here as a function/,
    ],
    ["a word of capitals", r`$$\overline{a} = SLPU(a) \odot \overline{h}$$`, /SLPU is the name of no function/],
    [
      "an indicator read as a sum",
      r`$$\frac{\partial p_i}{\partial s_j} = \sum (i=j) p_i - p_i p_j$$`,
      /a sum over nothing of the condition/,
    ],
    ["a brace that is not closed", r`$$\frac{\partial E}{\partial h = B^\top \overline{s}$$`, /damaged/],
  ])("%s", (_, line, reason) => {
    const [claim] = check(line);
    expect(claim?.verdict).toBe("unreadable");
    expect(claim?.reason).toMatch(reason);
  });

  it("a true line is true", () => {
    expect(check(r`$$\frac{\partial E}{\partial h} = B^\top \overline{s}$$`).map((c) => c.verdict)).toEqual(["proved"]);
  });

  it("a line that cannot be read is not judged by the one above it, which may be damaged as well", () => {
    const lines = r`
$$\frac{\partial p_i}{\partial s_j} = \frac{\partial p_i}{\partial s_i}$$

$$= \sum (i=j) p_i - p_i p_j$$
`;
    expect(check(lines).map((c) => c.verdict)).toEqual(["undecided", "unreadable"]);
  });

  it("the bar of a letter that is nothing here", () => {
    const lines = (right: string): string => r`
$$\overline{h} = B^\top \overline{s}$$

$$\overline{\gamma} = ${right}$$
`;
    expect(check(lines(r`A \overline{a}`)).map((c) => c.verdict)).toEqual(["proved", "shape-mismatch"]);
    expect(check(lines(r`A^\top \overline{a}`)).map((c) => c.verdict)).toEqual(["proved", "unreadable"]);
  });
});

describe("parts that are numbered in the text", () => {
  it("do not see each other", () => {
    const text = r`
1.1 A gate

$$W^{(1)} = -2(111)$$

1.2 We use a network.

$x \in \mathbb{R}^{n}$, $W^{(1)} \in \mathbb{R}^{m \times n}$

$$z = W^{(1)} x, \qquad E = \tfrac12 \|z\|^2$$

$$\frac{\partial E}{\partial x} = W^{(1)\top} z$$
`;
    expect(verdicts(text)).toEqual(["proved"]);
  });
});

describe("a network that is told twice, the second time with names for what it computes on the way", () => {
  const text = r`
$$q = \Gamma(c), \qquad y = \operatorname{out}(q)$$

where

$$\Gamma(c) = \tanh(A c), \qquad \operatorname{out}(q) = \sigma(v^\top q)$$

$$E = -t \log y - (1 - t) \log(1 - y)$$

The computations are given below.

$$m = A c, \qquad q = \tanh(m), \qquad s = v^\top q, \qquad y = \sigma(s)$$
`;

  it.each([
    [r`\frac{\partial E}{\partial s} = y - t`, "proved"],
    [r`\frac{\partial E}{\partial m} = \frac{\partial E}{\partial q} \odot (1 - q \odot q)`, "proved"],
    [r`\frac{\partial E}{\partial A} = \frac{\partial E}{\partial m} c^\top`, "proved"],
    [r`\frac{\partial E}{\partial m} = \frac{\partial E}{\partial q}`, "wrong"],
  ])("%s", (line, verdict) => {
    expect(verdicts(`${text}\n$$${line}$$\n`)).toEqual(["proved", "proved", verdict]);
  });

  it("what a solution writes anew is judged by the problem", () => {
    const [problem, again] = text.split("The computations are given below.");
    const slip = again?.replace("q = \\tanh(m)", "q = \\sigma(m)");
    const { claims } = checkWorksheet("a.md", `${problem}\n## Solution\n${slip}`);
    const own = claims.find((c) => c.latex.trim() === r`q = \sigma(m)`);
    expect(["wrong", "shape-mismatch"]).toContain(own?.verdict);
  });

  it("the first telling is judged by the second", () => {
    const slip = text.replace("q = \\tanh(m)", "q = \\sigma(m)");
    expect(verdicts(slip)).toContain("wrong");
  });
});

describe("targets of a classification", () => {
  const network = (words: string, loss: string): string => r`
${words}

$$z = W x, \qquad y = \operatorname{softmax}(z), \qquad L = ${loss}$$

$$\frac{\partial L}{\partial z} = y - t$$
`;
  const named = r`\mathcal{L}_{\text{CE}}(y, t)`;

  it.each([
    ["The network classifies over $M$ classes.", named, "proved"],
    ["The network is trained.", named, "undecided"],
    ["The classes have weights: targets need not be normalized.", named, "wrong"],
    ["The cross-entropy is the loss; there are $M$ classes.", r`-\sum_{m=1}^M t_m \log y_m`, "proved"],
    ["There are $M$ classes.", r`-\sum_{m=1}^M t_m \log y_m`, "undecided"],
  ])("%s", (words, loss, verdict) => {
    const { claims } = checkWorksheet("a.md", network(words, loss));
    expect(claims.map((c) => c.verdict)).toEqual([verdict]);
    if (verdict === "proved") expect(JSON.stringify(claims[0]?.evidence)).toContain("conditions");
  });
});

describe("the array of all derivatives of a last layer", () => {
  const network = r`
$$u^{(s)} = A^{(s)} v^{(s-1)}, \quad v^{(s)} = f(u^{(s)}), \quad s = 1, \dots, S$$
`;
  const lines = (first: string): string => r`
$$\frac{\partial u^{(S)}}{\partial u^{(s)}} = \begin{bmatrix} \frac{\partial u^{(S)}}{\partial u_1^{(s)}} \\ \vdots \\ \frac{\partial u^{(S)}}{\partial u_K^{(s)}} \end{bmatrix} = f'(u^{(s)}) \odot \begin{bmatrix} \sum_{h=1}^K ${first} \frac{\partial u^{(S)}}{\partial u_h^{(s+1)}} \\ \vdots \\ \sum_{h=1}^K ${first.replace("1", "K")} \frac{\partial u^{(S)}}{\partial u_h^{(s+1)}} \end{bmatrix}, \quad s = 1, \dots, S-1$$
`;

  it("has a number at each place, so that this is about one unit of it", () => {
    expect(verdicts(network + lines(r`A_{h1}^{(s+1)}`))).toEqual(["agrees"]);
    expect(verdicts(network + lines(r`A_{1h}^{(s+1)}`))).toEqual(["wrong"]);
  });

  it("is a quantity like any other where the network is not told", () => {
    const recurrence = r`
$$\frac{\partial u^{(S)}}{\partial u_j^{(s)}} = f'(u_j^{(s)}) \sum_{h=1}^K A_{hj}^{(s+1)} \frac{\partial u^{(S)}}{\partial u_h^{(s+1)}}, \quad s = 1, \dots, S-1$$
`;
    expect(verdicts(recurrence + lines(r`A_{h1}^{(s+1)}`))).toEqual(["undecided", "agrees"]);
  });
});

it("what to write instead holds no sum that a delta ends", () => {
  const text = r`
$$q^{(s+1)} = A^{(s)} q^{(s)}, \quad s = 0, \dots, S-1$$

$q^{(s)} \in \mathbb{R}^{K}$

$$\frac{\partial q_i^{(s+1)}}{\partial q_j^{(s)}} = A_{ji}^{(s)}$$
`;
  const [claim] = checkWorksheet("a.md", text).claims;
  expect([claim?.verdict, claim?.expected]).toEqual(["wrong", "A_{ij}^{(s)}"]);
});
