import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const mlp = String.raw`
- $x \in \mathbb{R}^D$, $W_1 \in \mathbb{R}^{H \times D}$, $b_1 \in \mathbb{R}^H$, $W_2 \in \mathbb{R}^{K \times H}$, $t \in \mathbb{R}^K$

$$z_1 = W_1 x + b_1$$
$$a_1 = \tanh(z_1)$$
$$z_2 = W_2 a_1$$
$$L = \frac{1}{2} \|z_2 - t\|^2$$
`;

const relu = String.raw`
- $x, y, t \in \mathbb{R}^n$, $A, B \in \mathbb{R}^{n \times n}$

$$u = A x$$
$$v = \operatorname{ReLU}(u)$$
$$y = x + B v$$
$$L = \frac{1}{2} \|y - t\|^2$$
`;

const batch = String.raw`
- $X \in \mathbb{R}^{N \times D}$, $W \in \mathbb{R}^{D \times K}$, $b \in \mathbb{R}^{K}$, $T \in \mathbb{R}^{N \times K}$, $\lambda \in \mathbb{R}$

$$Z_{nk} = \sum_{d=1}^{D} X_{nd} W_{dk} + b_k, \quad n = 1, \dots, N, k = 1, \dots, K$$
$$L = \frac{1}{2N} \sum_{n=1}^{N} \sum_{k=1}^{K} (Z_{nk} - T_{nk})^2 + \frac{\lambda}{2} \sum_{d=1}^{D} \sum_{k=1}^{K} W_{dk}^2$$
`;

const softmax = String.raw`
- $z, t \in \mathbb{R}^K$ with $\sum_{k=1}^{K} t_k = 1$

$$p_k = \frac{e^{z_k}}{\sum_{l=1}^{K} e^{z_l}}, \quad k = 1, \dots, K$$
$$L = -\sum_{k=1}^{K} t_k \log p_k$$
`;

const logistic = String.raw`
- $w, x \in \mathbb{R}^D$, $t \in \mathbb{R}$

$$z = w^\top x$$
$$y = \sigma(z)$$
$$L = -t \log y - (1 - t) \log(1 - y)$$
`;

function judged(problem: string, claim: string): { verdict: string | undefined; code: string | null; message: string } {
  const { claims } = checkWorksheet("a.md", `${problem}\n## Answer\n\n$$${claim}$$\n`, { seed: 1 });
  const [only] = claims;
  expect(claims).toHaveLength(1);
  return { verdict: only?.verdict, code: only?.mistake?.code ?? null, message: only?.mistake?.message ?? "" };
}

const rows: readonly (readonly [string, string, string])[] = [
  [mlp, String.raw`\nabla_{z_2} L = t - z_2`, "sign-error"],
  [mlp, String.raw`\nabla_{z_2} L = 2 (z_2 - t)`, "missing-factor-2"],
  [mlp, String.raw`\nabla_{W_2} L = a_1 (\nabla_{z_2} L)^\top`, "outer-product-swapped"],
  [mlp, String.raw`\nabla_{W_2} L = (\nabla_{z_2} L)^\top a_1`, "inner-instead-of-outer"],
  [mlp, String.raw`\nabla_{a_1} L = W_2 \nabla_{z_2} L`, "missing-transpose"],
  [mlp, String.raw`\nabla_{a_1} L = W_2^\top \odot \nabla_{z_2} L`, "matmul-written-as-hadamard"],
  [mlp, String.raw`\nabla_{z_1} L = \nabla_{a_1} L`, "missing-activation-derivative"],
  [mlp, String.raw`\nabla_{z_1} L = \nabla_{a_1} L \odot (1 - a_1)`, "tanh-derivative-missing-square"],
  [mlp, String.raw`\nabla_{z_1} L = \nabla_{a_1} L \odot a_1 \odot (1 - a_1)`, "wrong-activation-derivative"],
  [mlp, String.raw`\nabla_{z_1} L = \nabla_{a_1} L \, (1 - a_1 \odot a_1)`, "hadamard-written-as-matmul"],
  [relu, String.raw`\nabla_x L = A^\top \nabla_u L`, "missing-residual-path"],
  [relu, String.raw`\nabla_u L = \nabla_v L \odot v`, "relu-derivative-is-relu"],
  [relu, String.raw`\nabla_u L = \nabla_v L`, "relu-derivative-is-one"],
  [relu, String.raw`\nabla_v L = B \nabla_y L`, "missing-transpose"],
  [batch, String.raw`\frac{\partial L}{\partial Z_{nk}} = Z_{nk} - T_{nk}`, "missing-1-over-N"],
  [batch, String.raw`\frac{\partial L}{\partial b_k} = \frac{\partial L}{\partial Z_{nk}}`, "bias-gradient-not-summed"],
  [batch, String.raw`\nabla_b L = \nabla_Z L`, "bias-gradient-not-summed"],
  [
    batch,
    String.raw`\frac{\partial L}{\partial b_k} = \frac{1}{N} \sum_{n=1}^{N} \frac{\partial L}{\partial Z_{nk}}`,
    "double-1-over-N",
  ],
  [batch, String.raw`\nabla_W L = X^\top \nabla_Z L`, "l2-missing"],
  [batch, String.raw`\nabla_W L = X^\top \nabla_Z L + 2 \lambda W`, "l2-factor"],
  [softmax, String.raw`\nabla_z L = t - p`, "ce-sign"],
  [softmax, String.raw`\frac{\partial L}{\partial z_k} = -\frac{t_k}{p_k}`, "dLda-used-as-dLdz"],
  [softmax, String.raw`\frac{\partial p_k}{\partial z_l} = p_k (p_l - \delta_{kl})`, "softmax-jacobian-sign"],
  [softmax, String.raw`\frac{\partial p_k}{\partial z_l} = -p_k p_l`, "softmax-missing-outer"],
  [logistic, String.raw`\frac{\partial L}{\partial y} = -\frac{t}{y}`, "bce-missing-second-term"],
  [logistic, String.raw`\frac{\partial L}{\partial y} = -\frac{t}{y} - \frac{1 - t}{1 - y}`, "bce-second-sign"],
  [logistic, String.raw`\frac{\partial L}{\partial z} = \frac{\partial L}{\partial y} z (1 - z)`, "sigmoid-rule-on-z"],
  [
    logistic,
    String.raw`\frac{\partial L}{\partial z} = \frac{\partial L}{\partial y} \sigma'(y)`,
    "derivative-at-activation",
  ],
];

describe("the mistake of a wrong line", () => {
  it.each(rows.map(([problem, claim, code]) => [claim, code, problem] as const))("%s is %s", (claim, code, problem) => {
    const found = judged(problem, claim);
    expect(["wrong", "shape-mismatch"]).toContain(found.verdict);
    expect(found.code).toBe(code);
    expect(found.message.length).toBeGreaterThan(10);
  });

  it.each([
    [mlp, String.raw`\nabla_{z_2} L = 3 z_2 \odot z_2 \odot t`],
    [logistic, String.raw`\frac{\partial L}{\partial z} = 17 y + \cos t`],
    [mlp, String.raw`\nabla_{z_2} L = 0`],
  ])("makes no reason up: %#", (problem, claim) => {
    expect(judged(problem, claim)).toMatchObject({ verdict: "wrong", code: null });
  });

  it.each([
    [mlp, String.raw`\nabla_{W_1} L = \nabla_{z_1} L \, x^\top`],
    [softmax, String.raw`\nabla_z L = p - t`],
    [logistic, String.raw`\nabla_w L = (y - t) x`],
  ])("says nothing of a right line: %#", (problem, claim) => {
    const found = judged(problem, claim);
    expect(["proved", "agrees"]).toContain(found.verdict);
    expect(found.code).toBeNull();
  });
});

it("where a class is 0 or 1, both are tried before a reason is given", () => {
  const text = String.raw`
$s$ is a number, $t \in \{0, 1\}$.

$$y = \sigma(s)$$

$$E = -t \log y - (1 - t) \log(1 - y)$$

$$\frac{\partial E}{\partial y} = -\frac{t}{y} - \frac{1 - t}{1 - y}$$
`;
  const codes = Array.from(
    { length: 24 },
    (_, seed) => checkWorksheet("a.md", text, { seed }).claims[0]?.mistake?.code,
  );
  expect([...new Set(codes)]).toEqual(["bce-second-sign"]);
});

describe("a reason names the quantities of its problem", () => {
  const skip = String.raw`
$x \in \mathbb{R}^{d}$, $W_1, W_s \in \mathbb{R}^{h \times d}$, $W_2 \in \mathbb{R}^{h \times h}$, $v \in \mathbb{R}^{h}$.

$$z_1 = W_1 x, \quad h_1 = \tanh(z_1)$$
$$z_2 = W_2 h_1, \quad z_s = W_s x$$
$$h_2 = \tanh(z_2) + z_s$$
$$L = \frac{1}{2} (v^\top h_2 - t)^2$$
`;
  it.each([
    [String.raw`\nabla_x L = W_1^\top \nabla_{z_1} L`, "the path x → z_{s} → h_{2} is missing"],
    [String.raw`\nabla_x L = W_s^\top \nabla_{z_s} L`, "the path x → z_{1} → h_{1} → z_{2} → h_{2} is missing"],
    [
      String.raw`\frac{\partial L}{\partial (W_2)_{ij}} = \frac{\partial L}{\partial (z_2)_j} (h_1)_i`,
      "two indices are exchanged: i and j",
    ],
    [String.raw`\nabla_{W_2} L = h_1 (\nabla_{z_2} L)^\top`, "W_{2} stands in z_2 = W_2 h_1"],
    [String.raw`\nabla_{W_1} L = x (\nabla_{z_1} L)^\top`, "the left side is h×d, the right side d×h"],
  ])("%s", (claim, part) => {
    expect(judged(skip, claim).message).toContain(part);
  });

  it("and other mistakes that give the same", () => {
    const { claims } = checkWorksheet("a.md", `${mlp}\n$$\\nabla_{z_2} L = z_2 + t$$\n`, { seed: 1 });
    expect(claims[0]?.mistake?.code).toBe("sign-error");
    const pooled = String.raw`
$x \in \mathbb{R}^{n}$, $m = \max_i x_i$, $E = m^2$.

$$\frac{\partial E}{\partial x_i} = 2 m$$
`;
    const [claim] = checkWorksheet("a.md", pooled, { seed: 1 }).claims;
    expect(claim?.mistake?.code).toBe("maxpool-all-positions");
  });
});
