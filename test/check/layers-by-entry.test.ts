import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Networks written by index, as textbooks write them: layers above, units below, and little said of how far either runs. */

const r = String.raw;

const verdicts = (premises: string, line: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", `${premises}\n\n$$\n${line}\n$$\n`, { seed: 1 })
    .claims.filter((c) => c.kind !== "definition")
    .map((c) => c.verdict);

const ACTIVATION = r`$$a_j^l = \sigma(z_j^l)$$ $$\delta_j^l = \frac{\partial C}{\partial z_j^l}$$`;
const FORMS = [
  r`$$z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l$$`,
  r`$$z_j^{l+1} = \sum_k w_{jk}^{l+1} a_k^{l} + b_j^{l+1}$$`,
  r`$$z_j^l = \sum_{k=1}^{n_{l-1}} w_{jk}^l a_k^{l-1} + b_j^l$$`,
  r`$$z_j^{l+1} = \sum_{k=1}^{n_l} w_{jk}^{l+1} a_k^{l} + b_j^{l+1}$$`,
  r`$$z_j^l = \sum_{k=1}^{n_{l-1}} w_{jk}^l a_k^{l-1} + b_j^l, \quad j = 1, \dots, n_l, \quad l = 1, \dots, L$$`,
].map((z) => `${z} ${ACTIVATION}`);

describe("layers by entry", () => {
  const right = ["proved", "agrees"];
  const wrong = ["wrong", "shape-mismatch"];
  it.each(FORMS)("%s", (premises) => {
    const judged = (line: string): string | undefined => verdicts(premises, line)[0];
    const steps = r`\sum_k \frac{\partial C}{\partial z_k^{l+1}}\frac{\partial z_k^{l+1}}{\partial z_j^{l}}`;
    expect(right).toContain(
      judged(r`\delta_j^l = ${steps} = \sum_k \delta_k^{l+1}\frac{\partial z_k^{l+1}}{\partial z_j^{l}}`),
    );
    expect(right).toContain(judged(r`\delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1}\sigma'(z_j^l)`));
    expect(wrong).toContain(judged(r`\delta_j^l = \sum_k w_{jk}^{l+1} \delta_k^{l+1}\sigma'(z_j^l)`));
    expect(wrong).toContain(judged(r`\delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1}\sigma'(z_j^{l+1})`));
    expect(right).toContain(judged(r`\frac{\partial C}{\partial w_{jk}^l} = a_k^{l-1}\delta_j^l`));
    expect(wrong).toContain(judged(r`\frac{\partial C}{\partial w_{jk}^l} = a_k^{l}\delta_j^l`));
  });

  it("a name for the derivatives by layers of other sizes", () => {
    const premises = r`
$W^{(l)} \in \mathbb{R}^{D^{(l)} \times D^{(l-1)}}$, $b^{(l)} \in \mathbb{R}^{D^{(l)}}$.
$$z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}, \quad a^{(l)} = \sigma(z^{(l)}), \quad l = 1, \dots, L$$
$$\delta^{(l)} = \frac{\partial C}{\partial z^{(l)}}$$`;
    expect(verdicts(premises, r`\delta^{(l)} = (W^{(l+1)})^T \delta^{(l+1)} \odot \sigma'(z^{(l)})`)).toEqual([
      "agrees",
    ]);
    expect(verdicts(premises, r`\delta^{(l)} = (W^{(l+1)})^T \delta^{(l+1)}`)).toEqual(["wrong"]);
    expect(verdicts(premises, r`\delta^{(l)} = W^{(l)} \delta^{(l+1)} \odot \sigma'(z^{(l)})`)).toEqual([
      "shape-mismatch",
    ]);
  });
});

describe("a mean of which only 1/N says how far it runs", () => {
  const NORM = r`$$\mu = \frac{1}{N} \sum_j x_j$$ $$v = \frac{1}{N} \sum_j (x_j - \mu)^2$$ $$h_j = \frac{x_j - \mu}{\sqrt{v + \epsilon}}$$`;
  it.each([
    [
      r`\frac{\partial L}{\partial x_j} = \frac{1}{\sqrt{v+\epsilon}} \left( dh_j - \frac{1}{N} \sum_k dh_k - h_j \frac{1}{N} \sum_k dh_k h_k \right)`,
      "proved",
    ],
    [
      r`\frac{\partial L}{\partial x_j} = \frac{1}{\sqrt{v+\epsilon}} \left( dh_j - \frac{1}{N} \sum_k dh_k \right)`,
      "wrong",
    ],
    [r`\frac{\partial \mu}{\partial x_j} = \frac{1}{N}`, "proved"],
    [r`\frac{\partial \mu}{\partial x_j} = 1`, "wrong"],
  ])("%s", (line, verdict) => {
    expect(verdicts(NORM, line)).toEqual([verdict]);
  });

  it("not where the letter's range is said", () => {
    const premises = r`$x \in \mathbb{R}^D$. $$\mu = \frac{1}{N} \sum_j x_j$$`;
    expect(verdicts(premises, r`\frac{\partial \mu}{\partial x_j} = \frac{1}{N}`)).toEqual(["proved"]);
    expect(verdicts(premises, r`\frac{\partial \mu}{\partial x_j} = \frac{1}{D}`)).toEqual(["wrong"]);
  });
});

describe("what stands above its own sum is one of those summed", () => {
  const CLASS = r`$$p_t = \frac{e^{x_t}}{\sum_j e^{x_j}}$$ $$L = -\log p_t$$`;
  it.each([
    [CLASS, r`\frac{\partial L}{\partial x_t} = p_t - 1`, ["proved", "agrees"]],
    [CLASS, r`\frac{\partial L}{\partial x_t} = -1`, ["wrong"]],
    [CLASS, r`\frac{\partial L}{\partial x_i} = p_i - \delta_{it}`, ["proved", "agrees"]],
    [
      CLASS,
      r`\frac{\partial L}{\partial x_i} = \begin{cases} p_i - 1 & i = t \\ p_i & i \neq t \end{cases}`,
      ["proved", "agrees"],
    ],
    [
      CLASS,
      r`\frac{\partial L}{\partial x_i} = \begin{cases} p_i + 1 & i = t \\ p_i & i \neq t \end{cases}`,
      ["wrong"],
    ],
    [
      r`$$p_c = \frac{e^{x_c}}{\sum_{j=1}^K e^{x_j}}$$`,
      r`\frac{\partial p_c}{\partial x_c} = p_c (1 - p_c)`,
      ["proved"],
    ],
    [r`$$p_c = \frac{e^{x_c}}{\sum_{j=1}^K e^{x_j}}$$`, r`\frac{\partial p_c}{\partial x_c} = p_c`, ["wrong"]],
  ])("%s %s", (premises, line, expected) => {
    expect(expected).toContain(verdicts(premises, line)[0]);
  });
});

describe("steps counted above symbols", () => {
  const GATE = r`$$c^t = i^t \odot a^t + f^t \odot c^{t-1}$$ $$a^t = \tanh(\hat{a}^t)$$ $\delta c^t = \frac{\partial E}{\partial c^t}$`;
  it.each([
    [r`\delta \hat{a}^t = \delta a^t \odot (1 - \tanh^2(\hat{a}^t))`, "proved"],
    [r`\delta \hat{a}^t = \delta a^t \odot (1 - \hat{a}^t)`, "wrong"],
    [r`\delta c^{t-1} = \delta c^t \odot f^t`, "proved"],
    [r`\delta c^{t-1} = \delta c^t \odot i^t`, "wrong"],
  ])("%s", (line, verdict) => {
    expect(verdicts(GATE, line)).toEqual([verdict]);
  });
});
