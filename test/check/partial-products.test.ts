import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* A product of many factors goes through the products of its last ones, which the page may name. */

const r = String.raw;
const verdicts = (text: string) => checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => c.verdict);
const right = (v: string | undefined): boolean => v === "proved" || v === "agrees";

const SCALARS = r`
$$\hat q = c \, v_N \cdots v_2 v_1 s, \quad E = (\hat q - r)^2$$
$$m_1 = v_1 s$$
`;
const SUPERSCRIPTS = r`
$p = g^{(K)} g^{(K-1)} \cdots g^{(1)} x$ with $s^{(1)} = g^{(1)} x$ and $J = \log p$.
`;
const MATRICES = r`
$x \in \mathbb{R}^n$, $V \in \mathbb{R}^{k \times n}$, $y = V W_L \cdots W_2 W_1 x$, $J = \frac12 \|y - t\|^2$.
`;

it.each([
  [
    SCALARS,
    r`\frac{\partial \hat q}{\partial v_1} = \frac{\partial \hat q}{\partial m_N} \frac{\partial m_N}{\partial m_{N-1}} \cdots \frac{\partial m_2}{\partial m_1} \frac{\partial m_1}{\partial v_1}`,
  ],
  [SCALARS, r`\frac{\partial E}{\partial v_N} = \frac{\partial E}{\partial m_N} m_{N-1}`],
  [SCALARS, r`\frac{\partial E}{\partial c} = 2 (\hat q - r) v_N \cdots v_1 s`],
  [
    SUPERSCRIPTS,
    r`\frac{\partial J}{\partial g^{(1)}} = \frac{\partial J}{\partial s^{(K)}} \frac{\partial s^{(K)}}{\partial s^{(K-1)}} \cdots \frac{\partial s^{(2)}}{\partial s^{(1)}} \frac{\partial s^{(1)}}{\partial g^{(1)}}`,
  ],
])("%# right: %s %s", (net, claim) => {
  const all = verdicts(`${net}\n$$${claim}$$\n`);
  expect(all.filter((v) => !right(v))).toEqual([]);
  expect(all.length).toBeGreaterThan(0);
});

it.each([
  [
    SCALARS,
    r`\frac{\partial \hat q}{\partial v_2} = \frac{\partial \hat q}{\partial m_N} \frac{\partial m_N}{\partial m_{N-1}} \cdots \frac{\partial m_2}{\partial m_1} \frac{\partial m_2}{\partial v_2}`,
  ],
  [SCALARS, r`\frac{\partial E}{\partial v_N} = \frac{\partial E}{\partial m_N} m_N`],
  [
    SUPERSCRIPTS,
    r`\frac{\partial J}{\partial g^{(1)}} = \frac{\partial J}{\partial s^{(K)}} \frac{\partial s^{(1)}}{\partial g^{(1)}}`,
  ],
])("%# wrong: %s %s", (net, claim) => expect(verdicts(`${net}\n$$${claim}$$\n`).at(-1)).toBe("wrong"));

// The product of matrices is read in the forward pass, as layers, and not yet in a claim: then nothing is said of the line.
it.each(["y - t", "t - y"])("a product of matrices in a claim is neither right nor wrong: %s", (factor) => {
  const claim = r`$$\frac{\partial J}{\partial V} = (${factor}) (W_L \cdots W_2 W_1 x)^\top$$`;
  expect(verdicts(`${MATRICES}\n${claim}\n`)).toEqual(["undecided"]);
});

it("a member that has an equation of its own is not taken for a product", () => {
  const net = r`$$q = v_N \cdots v_2 v_1 s, \quad m_1 = v_1 s, \quad m_2 = \sin(m_1), \quad J = q + m_2$$`;
  const [verdict] = verdicts(`${net}\n$$\\frac{\\partial J}{\\partial m_1} = \\cos(m_1)$$\n`);
  expect(verdict).toBe("proved");
});
