import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Where ReLUs leave nothing of either side, the sides agree whatever they are: such points must not speak for a line. */

const numbered = String.raw`All quantities are scalars.

$$m_1 = w_1 x_1 + w_2 x_2, \qquad h_1 = \text{ReLU}(m_1)$$
$$m_2 = w_3 x_1 + w_4 x_2, \qquad h_2 = \text{ReLU}(m_2)$$
$$m_3 = w_5 h_1 + w_6 h_2, \qquad h_3 = \text{ReLU}(m_3)$$
$$m_4 = w_7 h_1 + w_8 h_2, \qquad h_4 = \text{ReLU}(m_4)$$
$$z = w_9 h_3 + w_{10} h_4, \qquad y = \sigma(z)$$
$$\mathcal{L} = \mathcal{L}(y, t)$$

$$\frac{\partial \mathcal{L}}{\partial h_2} = \frac{\partial \mathcal{L}}{\partial m_3} w_6$$
$$\frac{\partial \mathcal{L}}{\partial w_4} = \frac{\partial \mathcal{L}}{\partial m_2} x_1$$
`;

const chain = String.raw`All quantities are scalars.

$$a = \text{ReLU}(p x), \qquad b = \text{ReLU}(q a), \qquad c = \text{ReLU}(r b), \qquad d = \text{ReLU}(s c)$$
$$L = (d - t)^2$$

$$\frac{\partial L}{\partial a} = \frac{\partial L}{\partial b} \text{ReLU}'(b)\, q^2$$
$$\frac{\partial L}{\partial p} = \frac{\partial L}{\partial a}\, p$$
`;

describe("a false line about a network of ReLUs", () => {
  it.each([1, 3, 4, 8, 10, 12, 13, 14])("is never called right: seed %i", (seed) => {
    for (const text of [numbered, chain])
      for (const { latex, verdict } of checkWorksheet("t.md", text, { seed }).claims)
        expect({ latex, verdict }).toEqual({ latex, verdict: expect.stringMatching(/wrong|undecided/) });
  });
});

const words = String.raw`$E \in \mathbb{R}^{V \times d}$, $w \in \mathbb{R}^{d}$; the words $c_1, \dots, c_n \in \{1, \dots, V\}$.

$$s_j = \sum_{t=1}^{n} E_{c_t j}$$
$$L = \sum_{j=1}^{d} w_j s_j$$

$$\frac{\partial L}{\partial E_{vj}} = \max_t \mathbb{1}[c_t = v] \frac{\partial L}{\partial s_j}$$
$$\frac{\partial L}{\partial E_{vj}} = \frac{\partial L}{\partial s_j} \max_t \mathbb{1}[c_t = v]$$
$$\frac{\partial L}{\partial E_{vj}} = \sum_t \mathbb{1}[c_t = v] \frac{\partial L}{\partial s_j}$$
`;

describe("a word that stands twice in a text", () => {
  it("ties with itself all around a point, and is no kink", () => {
    const { claims } = checkWorksheet("t.md", words, { seed: 1 });
    expect(claims.map((c) => c.verdict)).toEqual(["wrong", "wrong", "proved"]);
    expect(claims.map((c) => c.mistake?.code)).toEqual(["embedding-duplicates", "embedding-duplicates", undefined]);
  });

  it("as a row of ones and zeros, too", () => {
    const rows = words
      .replace(/; the words.*\./, String.raw`; each row of $U \in \{0,1\}^{n \times V}$ is one-hot.`)
      .replace("E_{c_t j}", String.raw`\sum_{v=1}^{V} U_{tv} E_{vj}`)
      .replaceAll(String.raw`\mathbb{1}[c_t = v]`, "U_{tv}");
    expect(checkWorksheet("t.md", rows, { seed: 1 }).claims.map((c) => c.verdict)).toEqual([
      "wrong",
      "wrong",
      "proved",
    ]);
  });
});
