/* Claims that would take long if nothing bounded the work: each on its own, right and wrong ones. */

const r = String.raw;
const times = (n, f) => Array.from({ length: n }, (_, k) => f(k + 1));

/** A forward pass with one claim; `right` says whether the claim is true. */
const sheet = (name, given, left, right, answer, wrong = null) =>
  [[answer, true], ...(wrong === null ? [] : [[wrong, false]])].map(([side, truth]) => ({
    name: `${name}${truth ? "" : ", wrong"}`,
    right: truth,
    text: [...given, `$$${left} = ${right}$$`, `$$\\frac{\\partial ${left}}{${side}$$`].join("\n\n"),
  }));

const scalars = r`$a, b, c, d \in \mathbb{R}$`;
const square = r`$X, A, B, C \in \mathbb{R}^{n \times n}$ are invertible matrices, $u, v \in \mathbb{R}^{n}$.`;
const factors = (n) => times(n, (k) => `(p_{${k}} + q_{${k}} + a)`).join(" ");
const chain = (n) => times(n, (k) => `A_{${k}}`).join(" ");
const back = (from, to) => times(from - to + 1, (k) => `A_{${from + 1 - k}}^\\top`).join(" ");
const layers = times(30, (k) => `$$h_{${k}} = \\tanh(w h_{${k - 1}} + b)$$`).map((s) => s.replace("h_{0}", "x"));

export const hardClaims = [
  ...[20, 60].flatMap((n) =>
    sheet(
      `power ${n} of a sum`,
      [scalars],
      "L",
      `(a + b + c)^{${n}}`,
      `\\partial a} = ${n} (a + b + c)^{10} (c + b + a)^{${n - 11}}`,
      `\\partial a} = ${n} (a + b + c)^{10} (c + b + a)^{${n - 10}}`,
    ),
  ),
  ...sheet(
    "powers multiplied out",
    [scalars],
    "L",
    r`(a + b + c + d)^{12} (a - b + c - d)^{12}`,
    r`\partial a} = 12 (a + b + c + d)^{11} (a - b + c - d)^{11} (2 a + 2 c)`,
    r`\partial a} = 12 (a + b + c + d)^{11} (a - b + c - d)^{11} (2 a + 2 b)`,
  ),
  ...[8, 24].flatMap((n) =>
    sheet(
      `product of ${n} sums`,
      [r`$a \in \mathbb{R}$, $${"p_{1}"} \in \mathbb{R}$`],
      "L",
      factors(n),
      `\\partial p_{1}} = ${factors(n)
        .split(" (")
        .slice(1)
        .map((s) => `(${s}`)
        .reverse()
        .join(" ")}`,
      `\\partial p_{1}} = ${factors(n)}`,
    ),
  ),
  ...sheet(
    "sum of 80 products",
    [scalars],
    "L",
    times(80, (k) => `x_{${k}} y_{${k}} a^{${k}}`).join(" + "),
    `\\partial a} = ${times(80, (k) => `${81 - k} x_{${81 - k}} y_{${81 - k}} a^{${80 - k}}`).join(" + ")}`,
    `\\partial a} = ${times(80, (k) => `${k} x_{${k}} y_{${k}} a^{${k}}`).join(" + ")}`,
  ),
  ...sheet(
    "softmax of softmax of softmax",
    [
      r`$x \in \mathbb{R}^{n}$, $W, V \in \mathbb{R}^{n \times n}$, $t \in \mathbb{R}^{n}$.`,
      r`$$y = \operatorname{softmax}(W \operatorname{softmax}(V \operatorname{softmax}(x)))$$`,
    ],
    "L",
    r`t^\top y`,
    r`\partial t} = \operatorname{softmax}(W \operatorname{softmax}(V \operatorname{softmax}(x)))`,
    r`\partial x} = V^\top W^\top (y \odot t)`,
  ),
  ...sheet(
    "chain of 50 matrices",
    [r`$${times(50, (k) => `A_{${k}}`).join(", ")} \in \mathbb{R}^{n \times n}$, $x, t \in \mathbb{R}^{n}$.`],
    "L",
    `t^\\top ${chain(50)} x`,
    `\\partial x} = ${back(50, 1)} t`,
    `\\partial x} = ${back(50, 2)} A_{1} t`,
  ),
  ...sheet(
    "determinant of a sum",
    [square],
    "L",
    r`\log |\det(X + A + B + C)|`,
    r`\partial X} = (C + B + A + X)^{-\top}`,
    r`\partial X} = (C + B + A + X)^{-1}`,
  ),
  ...sheet(
    "inverse of a sum of inverses",
    [square],
    "L",
    r`u^\top (X + A^{-1} + B^{-1})^{-1} v`,
    r`\partial X} = -(X + A^{-1} + B^{-1})^{-\top} u v^\top (X + B^{-1} + A^{-1})^{-\top}`,
    r`\partial X} = -(X + A^{-1} + B^{-1})^{-\top} v u^\top (X + B^{-1} + A^{-1})^{-\top}`,
  ),
  ...sheet(
    "thirty layers of one weight",
    [r`$x, w, b, t \in \mathbb{R}$`, ...layers],
    "L",
    r`(h_{30} - t)^2`,
    r`\partial h_{1}} = \frac{\partial L}{\partial h_{2}} (1 - h_{2}^2) w`,
    r`\partial h_{1}} = \frac{\partial L}{\partial h_{2}} (1 - h_{1}^2) w`,
  ),
  ...sheet(
    "four sums in each other",
    [r`$Q, R, S, T \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^{n}$.`],
    "L",
    r`\sum_{i=1}^{n} \sum_{j=1}^{n} \sum_{k=1}^{n} \sum_{l=1}^{n} x_i Q_{ij} R_{jk} S_{kl} T_{li} x_k x_l`,
    r`\partial Q_{ij}} = x_i \sum_{k=1}^{n} \sum_{l=1}^{n} T_{li} S_{kl} R_{jk} x_l x_k`,
    r`\partial Q_{ij}} = x_j \sum_{k=1}^{n} \sum_{l=1}^{n} T_{li} S_{kl} R_{jk} x_l x_k`,
  ),
];
