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
