import { describe, expect, it } from "vitest";
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

/* Products of matrices, whole or in part, downward and upward: they do not commute. */

const WIDTHS = r`
$W_\ell \in \mathbb{R}^{n_\ell \times n_{\ell-1}}$ for $\ell = 1, \dots, L$, $x \in \mathbb{R}^{n_0}$.
$$J = \frac12 \| W_L \cdots W_1 x - y\|^2$$
`;
const UPWARD = r`
$A_i \in \mathbb{R}^{n \times n}$ for $i = 1, \dots, m$, $u, v \in \mathbb{R}^n$.
$$s = u^\top A_1 A_2 \cdots A_m v$$
`;
const ABOVE = r`
$W^{(l)} \in \mathbb{R}^{d \times d}$, $x \in \mathbb{R}^d$, $y, t \in \mathbb{R}^d$.
$$y = W^{(L)} W^{(L-1)} \cdots W^{(1)} x, \qquad \mathcal{L} = \|y - t\|^2$$
`;
const RECURRENT = r`
$h_0, u \in \mathbb{R}^n$, $U \in \mathbb{R}^{n \times n}$.
$$h_t = \tanh(U h_{t-1} + x_t), \quad t = 1, \dots, T, \qquad J = u^\top h_T$$
`;
const NUMBERS = r`
$$\hat y = a w_T \cdots w_1 x, \quad \ell = (\hat y - y)^2$$
`;

const RIGHT: readonly (readonly [string, string])[] = [
  [MATRICES, r`\frac{\partial J}{\partial V} = (y - t) (W_L \cdots W_2 W_1 x)^\top`],
  [MATRICES, r`\frac{\partial J}{\partial x} = (W_L \cdots W_1)^\top V^\top (y - t)`],
  [MATRICES, r`\frac{\partial J}{\partial x} = W_1^\top W_2^\top \cdots W_L^\top V^\top (y - t)`],
  [
    MATRICES,
    r`\frac{\partial J}{\partial W_l} = W_{l+1}^\top \cdots W_L^\top V^\top (y - t) (W_{l-1} \cdots W_1 x)^\top`,
  ],
  [MATRICES, r`\frac{\partial J}{\partial W_1} = W_{2}^\top \cdots W_L^\top V^\top (y - t) x^\top`],
  [MATRICES, r`\frac{\partial y}{\partial x} = V W_L \cdots W_1`],
  [
    WIDTHS,
    r`\frac{\partial J}{\partial W_\ell} = W_{\ell+1}^\top \cdots W_L^\top (W_L \cdots W_1 x - y) x^\top W_1^\top \cdots W_{\ell-1}^\top`,
  ],
  [
    WIDTHS,
    r`\frac{\partial J}{\partial W_\ell} = (W_L \cdots W_{\ell+1})^\top (W_L \cdots W_1 x - y) (W_{\ell-1} \cdots W_1 x)^\top`,
  ],
  [UPWARD, r`\frac{\partial s}{\partial A_i} = A_{i-1}^\top \cdots A_1^\top u v^\top A_m^\top \cdots A_{i+1}^\top`],
  [UPWARD, r`\frac{\partial s}{\partial A_i} = (A_1 \cdots A_{i-1})^\top u (A_{i+1} \cdots A_m v)^\top`],
  [UPWARD, r`\frac{\partial s}{\partial u} = A_1 A_2 \cdots A_m v`],
  [
    ABOVE,
    r`\frac{\partial \mathcal{L}}{\partial W^{(l)}} = 2 \left(W^{(L)} \cdots W^{(l+1)}\right)^\top (y - t) \left(W^{(l-1)} \cdots W^{(1)} x\right)^\top`,
  ],
  [ABOVE, r`\frac{\partial \mathcal{L}}{\partial W^{(1)}} = 2 W^{(2)\top} \cdots W^{(L)\top} (y - t) x^\top`],
  [
    RECURRENT,
    r`\frac{\partial h_T}{\partial h_k} = \frac{\partial h_T}{\partial h_{T-1}} \frac{\partial h_{T-1}}{\partial h_{T-2}} \cdots \frac{\partial h_{k+1}}{\partial h_k}`,
  ],
  [NUMBERS, r`\frac{\partial \hat y}{\partial w_i} = a w_T \cdots w_{i+1} w_{i-1} \cdots w_1 x`],
  [NUMBERS, r`\frac{\partial \hat y}{\partial w_i} = a x w_1 w_2 \cdots w_{i-1} w_{i+1} \cdots w_T`],
  [NUMBERS, r`\frac{\partial \hat y}{\partial w_i} = a w_T \cdots w_{i+1} w_i w_{i-1} \cdots w_1 x / w_i`],
];

const WRONG: readonly (readonly [string, string])[] = [
  [MATRICES, r`\frac{\partial J}{\partial V} = (t - y) (W_L \cdots W_2 W_1 x)^\top`],
  [MATRICES, r`\frac{\partial J}{\partial W_1} = W_{L}^\top \cdots W_2^\top V^\top (y - t) x^\top`],
  [
    MATRICES,
    r`\frac{\partial J}{\partial W_l} = W_{l}^\top \cdots W_L^\top V^\top (y - t) (W_{l-1} \cdots W_1 x)^\top`,
  ],
  [MATRICES, r`\frac{\partial y}{\partial x} = V W_1 \cdots W_L`],
  [WIDTHS, r`\frac{\partial J}{\partial x} = W_L^\top \cdots W_1^\top (W_L \cdots W_1 x - y)`],
  [UPWARD, r`\frac{\partial s}{\partial A_i} = (A_1 \cdots A_{i})^\top u (A_{i+1} \cdots A_m v)^\top`],
  [UPWARD, r`\frac{\partial s}{\partial v} = A_1^\top \cdots A_m^\top u`],
  [
    ABOVE,
    r`\frac{\partial \mathcal{L}}{\partial W^{(l)}} = 2 \left(W^{(L)} \cdots W^{(l+1)}\right)^\top (y - t) \left(W^{(l)} \cdots W^{(1)} x\right)^\top`,
  ],
  [
    RECURRENT,
    r`\frac{\partial h_T}{\partial h_k} = \frac{\partial h_T}{\partial h_{T-1}} \frac{\partial h_{T-1}}{\partial h_{T-2}} \cdots \frac{\partial h_{k+2}}{\partial h_{k+1}}`,
  ],
  [NUMBERS, r`\frac{\partial \hat y}{\partial w_i} = a w_T \cdots w_{i+1} w_i \cdots w_1 x`],
  [NUMBERS, r`\frac{\partial \hat y}{\partial w_i} = a w_T \cdots w_{i+2} w_{i-1} \cdots w_1 x`],
];

describe("a part of a product", () => {
  it.each(RIGHT)("%# right: %s %s", (net, claim) => {
    expect(right(verdicts(`${net}\n$$${claim}$$\n`).at(-1))).toBe(true);
  });

  it.each(WRONG)("%# wrong: %s %s", (net, claim) => {
    expect(["wrong", "shape-mismatch"]).toContain(verdicts(`${net}\n$$${claim}$$\n`).at(-1));
  });

  it("means the same in lines that are handed in", () => {
    const lines = [...RIGHT, ...WRONG].filter(([net]) => net === MATRICES).map(([, claim]) => claim);
    lines.push(r`y = V W_L \cdots W_1 x`, r`y = V W_1 \cdots W_L x`);
    const text = lines.map((l) => `$$${l}$$\n`).join("\n");
    const { claims } = checkWorksheet("s.md", text, { seed: 1, against: { file: "p.md", text: MATRICES } });
    const expected = [...RIGHT, ...WRONG].filter(([net]) => net === MATRICES).map((row) => RIGHT.includes(row));
    expect(claims.map((c) => right(c.verdict))).toEqual([...expected, true, false]);
  });
});

it("a member that has an equation of its own is not taken for a product", () => {
  const net = r`$$q = v_N \cdots v_2 v_1 s, \quad m_1 = v_1 s, \quad m_2 = \sin(m_1), \quad J = q + m_2$$`;
  const [verdict] = verdicts(`${net}\n$$\\frac{\\partial J}{\\partial m_1} = \\cos(m_1)$$\n`);
  expect(verdict).toBe("proved");
});

it("the product of all numbers but one is proved, and what derive prints of products is read", () => {
  const net = r`$w \in \mathbb{R}^n$. $$p = \prod_{i=1}^n w_i, \quad L = p^2$$`;
  const claims = [
    r`\frac{\partial p}{\partial w_i} = \prod_{j \neq i} w_j`,
    r`\frac{\partial p}{\partial w_i} = \prod_{j=1, j \ne i}^{n} w_j`,
    r`\nabla_w p = \operatorname{rowprod}(\mathbf{I}_{n} + \mathbf{1}_{n} w^\top - \operatorname{diag}(w))`,
    r`L = \operatorname{prod}(w)^2`,
  ];
  expect(verdicts(`${net}\n${claims.map((c) => `$$${c}$$`).join("\n\n")}\n`)).toEqual(claims.map(() => "proved"));
});

it.each([
  [r`y = a \prod_{j=1}^T w_j x`, r`\frac{\partial y}{\partial x} = a \prod_{j=1}^T w_j`, true],
  [r`y = a \prod_{j=1}^T (w_j x)`, r`\frac{\partial y}{\partial a} = x^T \prod_{j=1}^T w_j`, true],
  [r`y = \prod_{t=1}^T w_t v_t`, r`\frac{\partial y}{\partial w_i} = v_i \prod_{j \ne i} w_j v_j`, true],
  [r`y = a \prod_{t=1}^T w_t`, r`\frac{\partial y}{\partial w_i} = a \prod_{j=i+1}^T w_j \prod_{j=1}^{i-1} w_j`, true],
  [r`y = a \prod_{t=1}^T w_t`, r`\frac{\partial y}{\partial w_i} = a \prod_{j=i+1}^T w_j \prod_{j=1}^{i} w_j`, false],
])("what follows the factors of a product stands beside it: %s, %s", (equation, claim, isRight) => {
  const text = `$w, v \\in \\mathbb{R}^T$, $x$ and $a$ are scalars.\n$$${equation}, \\quad L = y^2$$\n$$${claim}$$\n`;
  expect(right(verdicts(text).at(-1))).toBe(isRight);
});
