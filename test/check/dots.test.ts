import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Arrays, sums and products that are written with dots: what they leave out follows from what stands beside them. */

const r = String.raw;

const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => c.verdict);

const LAYER = r`
$x \in \mathbb{R}^n$, $W \in \mathbb{R}^{m \times n}$.
$$z = W x, \quad h = \begin{bmatrix} \tanh(z_1) \\ \vdots \\ \tanh(z_m) \end{bmatrix}, \quad L = \frac12 \sum_i (h_i - y_i)^2$$
`;

const SOFTMAX = r`
For $\alpha \in \mathbb{R}^K$ let $p_c = e^{\alpha_c} / \sum_{d=1}^K e^{\alpha_d}$ for $c = 1, \dots, K$ and $C = -\sum_{c=1}^K q_c \log p_c$, where $\sum_c q_c = 1$.
`;

const BATCH = r`
$X \in \mathbb{R}^{N \times D}$, $w \in \mathbb{R}^D$, $r = X w - y$, $E = \frac{1}{2} r^\top r$.
`;

describe("arrays", () => {
  it.each([
    [
      LAYER,
      r`\frac{\partial L}{\partial z} = \begin{bmatrix} \frac{\partial L}{\partial z_1} \\ \vdots \\ \frac{\partial L}{\partial z_m} \end{bmatrix} = \begin{bmatrix} (h_1 - y_1)(1-h_1^2) \\ \vdots \\ (h_m - y_m)(1-h_m^2) \end{bmatrix}`,
    ],
    [
      LAYER,
      r`\frac{\partial L}{\partial W} = \begin{bmatrix} \frac{\partial L}{\partial z_1} x_1 & \cdots & \frac{\partial L}{\partial z_1} x_n \\ \vdots & \ddots & \vdots \\ \frac{\partial L}{\partial z_m} x_1 & \cdots & \frac{\partial L}{\partial z_m} x_n \end{bmatrix} = \begin{bmatrix} \frac{\partial L}{\partial z_1} \\ \vdots \\ \frac{\partial L}{\partial z_m}\end{bmatrix} \begin{bmatrix} x_1 & x_2 & \cdots & x_n \end{bmatrix}`,
    ],
    [
      LAYER,
      r`\frac{\partial L}{\partial x} = \begin{bmatrix} W_{11} & \dots & W_{1n} \\ \vdots & \ddots & \vdots \\ W_{m1} & \dots & W_{mn} \end{bmatrix}^T \frac{\partial L}{\partial z}`,
    ],
    [
      LAYER,
      r`\frac{\partial h}{\partial z} = \begin{bmatrix} 1 - h_1^2 & & \\ & \ddots & \\ & & 1 - h_m^2 \end{bmatrix} = \operatorname{diag}(1-h_1^2, \dots, 1-h_m^2)`,
    ],
    [SOFTMAX, r`\frac{\partial C}{\partial \alpha} = (p_1 - q_1, p_2 - q_2, \dots, p_K - q_K)^\top`],
    [
      SOFTMAX,
      r`\frac{\partial p}{\partial \alpha} = \begin{pmatrix} p_1 & & 0 \\ & \ddots & \\ 0 & & p_K \end{pmatrix} - \begin{pmatrix} p_1 p_1 & \cdots & p_1 p_K \\ \vdots & & \vdots \\ p_K p_1 & \cdots & p_K p_K \end{pmatrix}`,
    ],
    [
      BATCH,
      r`\nabla_w E = \begin{pmatrix} \sum_{n=1}^N r_n X_{n,1} \\ \sum_{n=1}^N r_n X_{n,2} \\ \vdots \\ \sum_{n=1}^N r_n X_{n,D-1} \\ \sum_{n=1}^N r_n X_{n,D} \end{pmatrix}`,
    ],
  ])("%# right: %s %s", (net, claim) => expect(verdicts(`${net}\n$$${claim}$$\n`)).toEqual(["proved"]));

  it.each([
    [
      LAYER,
      r`\frac{\partial L}{\partial z} = \begin{bmatrix} (h_1 - y_1)(1-z_1^2) \\ \vdots \\ (h_m - y_m)(1-z_m^2) \end{bmatrix}`,
    ],
    [
      LAYER,
      r`\frac{\partial L}{\partial x} = \begin{bmatrix} W_{11} & \dots & W_{1n} \\ \vdots & \ddots & \vdots \\ W_{m1} & \dots & W_{mn} \end{bmatrix} \frac{\partial L}{\partial z}`,
    ],
    [
      SOFTMAX,
      r`\frac{\partial p}{\partial \alpha} = \begin{pmatrix} p_1 & & 0 \\ & \ddots & \\ 0 & & p_K \end{pmatrix} + \begin{pmatrix} p_1 p_1 & \cdots & p_1 p_K \\ \vdots & & \vdots \\ p_K p_1 & \cdots & p_K p_K \end{pmatrix}`,
    ],
    [BATCH, r`\nabla_w E = \begin{pmatrix} \sum_{n=1}^N r_n \\ \vdots \\ \sum_{n=1}^N r_n \end{pmatrix}`],
  ])("%# not right: %s %s", (net, claim) =>
    expect(["wrong", "shape-mismatch", "undecided"]).toContain(verdicts(`${net}\n$$${claim}$$\n`)[0]),
  );

  it.each([
    [
      "the last entry is another's",
      r`\frac{\partial L}{\partial z} = \begin{bmatrix} (h_1 - y_1)(1-h_1^2) \\ \vdots \\ (h_m - y_m)(1-z_m^2) \end{bmatrix}`,
    ],
    [
      "the second entry does not follow",
      r`\frac{\partial L}{\partial h} = \begin{bmatrix} h_1 - y_1 \\ h_3 - y_3 \\ \vdots \\ h_m - y_m \end{bmatrix}`,
    ],
    [
      "two numbers differ that do not go together",
      r`\frac{\partial L}{\partial h} = \begin{bmatrix} h_1 - y_m \\ \vdots \\ h_m - y_1 \end{bmatrix}`,
    ],
  ])("no pattern: %s", (_, claim) => {
    const { claims } = checkWorksheet("a.md", `${LAYER}\n$$${claim}$$\n`, { seed: 1 });
    expect(claims.map((c) => c.verdict)).toEqual(["undecided"]);
  });
});

const CHAIN = r`
$$z_0 = x, \quad z_t = w_t z_{t-1}, \quad t = 1, \dots, T$$
$$\hat y = a z_T, \quad \ell = (\hat y - y)^2$$
`;

const MIX = r`
$$s = v_1 g_1 + v_2 g_2 + \dots + v_M g_M, \quad J = s^3, \quad m = 1, \dots, M$$
`;

const PRODUCT = r`
$$p = c_1 c_2 \cdots c_n, \quad J = \log p, \quad c_i > 0, \quad i = 1, \dots, n$$
`;

describe("sums and products", () => {
  it.each([
    [CHAIN, r`\hat y = a w_T \dots w_2 w_1 x`],
    [
      CHAIN,
      r`\frac{\partial \hat{y}}{\partial w_1} = \frac{\partial \hat{y}}{\partial z_T} \cdot \frac{\partial z_T}{\partial z_{T-1}} \cdot \frac{\partial z_{T-1}}{\partial z_{T-2}} \cdot \dots \cdot \frac{\partial z_1}{\partial w_1}`,
    ],
    [
      CHAIN,
      r`\frac{\partial \ell}{\partial w_2} = \frac{\partial \ell}{\partial z_T} \frac{\partial z_T}{\partial z_{T-1}} \dots \frac{\partial z_3}{\partial z_2} \frac{\partial z_2}{\partial w_2}`,
    ],
    [MIX, r`\frac{\partial J}{\partial v_m} = 3 (v_1 g_1 + \dots + v_M g_M)^2 g_m`],
    [PRODUCT, r`\frac{\partial J}{\partial c_i} = \frac{1}{c_i}`],
  ])("%# right: %s %s", (net, claim) =>
    expect(["proved", "agrees"]).toContain(verdicts(`${net}\n$$${claim}$$\n`).at(-1)),
  );

  it.each([
    [CHAIN, r`\hat y = a w_T \dots w_3 w_2 x`],
    [
      CHAIN,
      r`\frac{\partial \ell}{\partial w_2} = \frac{\partial \ell}{\partial z_T} \frac{\partial z_T}{\partial z_{T-1}} \dots \frac{\partial z_2}{\partial z_1} \frac{\partial z_2}{\partial w_2}`,
    ],
    [MIX, r`\frac{\partial J}{\partial v_m} = 3 (v_1 g_1 + \dots + v_M g_M) g_m`],
    [PRODUCT, r`\frac{\partial J}{\partial c_i} = \frac{p}{c_i}`],
  ])("%# wrong: %s %s", (net, claim) => expect(verdicts(`${net}\n$$${claim}$$\n`).at(-1)).toBe("wrong"));
});

describe("entries of a derivative", () => {
  it.each([
    [
      LAYER,
      r`\frac{\partial L}{\partial W} = \begin{bmatrix} \frac{\partial L}{\partial W_{11}} & \dots & \frac{\partial L}{\partial W_{1n}} \\ \vdots & \ddots & \vdots \\ \frac{\partial L}{\partial W_{m1}} & \dots & \frac{\partial L}{\partial W_{mn}} \end{bmatrix}`,
    ],
    [
      SOFTMAX,
      r`\nabla_\alpha C = \left[ \frac{\partial C}{\partial \alpha_1}, \dots, \frac{\partial C}{\partial \alpha_K} \right]^\top`,
    ],
    [
      BATCH,
      r`\frac{\partial E}{\partial w} = \begin{pmatrix} \frac{\partial E}{\partial w_1} \\ \vdots \\ \frac{\partial E}{\partial w_D} \end{pmatrix}`,
    ],
  ])("%# laid out say nothing of what they are: %s %s", (net, claim) => {
    const { claims, summary } = checkWorksheet("a.md", `${net}\n$$${claim}$$\n`, { seed: 1 });
    expect(claims.map((c) => c.kind)).toEqual(["definition"]);
    expect(summary.claims).toBe(0);
  });
});
