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
