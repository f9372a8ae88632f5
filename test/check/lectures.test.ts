import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * Three derivations as lectures write them: by units of a layer, layers counted above; as a matrix formulation with
 * dots; and along a chain of scalars. Every line of each is right, and one changed line is not.
 */

const r = String.raw;
const check = (text: string) => checkWorksheet("a.md", text, { seed: 1 });
const isRight = (v: string | undefined): boolean => v === "proved" || v === "agrees";

const UNITS = r`
The activation is $\sigma(x) = \max\{x, 0\}$. For an input $x \in \mathbb{R}^K$ put $z^0 = x$ and

$$u_i^t = \sum_{j=1}^K w_{j,i}^t z_j^{t-1}, \quad z_i^t = \sigma(u_i^t), \quad t = 1, \dots, T, \quad i = 1, \dots, K$$

and $\hat y = \sum_{i=1}^K a_i z_i^T$.

$$\partial \hat{y} / \partial z_i^T = a_i$$

$$\partial \hat{y} / \partial w_{2,1}^t = \frac{\partial \hat{y}}{\partial z_1^t} \cdot \frac{\partial z_1^t}{\partial u_1^t} \cdot \frac{\partial u_1^t}{\partial w_{2,1}^t}$$

$$= \left(\frac{\partial \hat{y}}{\partial z_1^t} \right) \cdot \left(\sigma'(u_1^t) \right) \cdot z_2^{t-1}$$

$$\begin{aligned} \text{Step 1: for all } i, \frac{\partial \hat{y}}{\partial u_i^t} &= \frac{\partial \hat{y}}{\partial z_i^t} \frac{\partial z_i^t}{\partial u_i^t} \\ &= \frac{\partial \hat{y}}{\partial z_i^t} \cdot \sigma'(u_i^t) \end{aligned}$$

$$\begin{aligned} \text{Step 2: } \frac{\partial \hat{y}}{\partial z_2^{t-1}} &= \sum_{i=1}^K \frac{\partial \hat{y}}{\partial u_i^t} \frac{\partial u_i^t}{\partial z_2^{t-1}} \\ &= \sum_{i=1}^K \frac{\partial \hat{y}}{\partial u_i^t} \cdot w_{2,i}^t \end{aligned}$$
`;

const MATRICES = r`
Let $W^{(m)} \in \mathbb{R}^{H \times H}$ and $\pi^{(m)} = W^{(m)} x^{(m-1)}$, $x^{(m)} = a(\pi^{(m)})$ for $m = 1, \dots, M-1$. The output is $q = \sum_{h=1}^H v_h x_h^{(M-1)}$ and the loss $L = \ell(q)$.

$$\frac{\partial q}{\partial \pi_j^{(m)}} = a'(\pi_j^{(m)}) \sum_{h=1}^H w_{hj}^{(m+1)} \cdot \frac{\partial q}{\partial \pi_h^{(m+1)}}$$

for each  $m \in \{1, \dots, M-2\}$  and  $j \in \{1, \dots, H\}$.

$$\frac{\partial q}{\partial \pi^{(m)}} = \begin{bmatrix} \frac{\partial q}{\partial \pi_1^{(m)}} \\ \vdots \\ \frac{\partial q}{\partial \pi_H^{(m)}} \end{bmatrix} = \begin{bmatrix} a'(\pi_1^{(m)}) \sum_{h=1}^H W_{h1}^{(m+1)} \cdot \frac{\partial q}{\partial \pi_h^{(m+1)}} \\ \vdots \\ a'(\pi_H^{(m)}) \sum_{h=1}^H W_{hH}^{(m+1)} \cdot \frac{\partial q}{\partial \pi_h^{(m+1)}} \end{bmatrix}$$

$$= \begin{bmatrix} a'(\pi_1^{(m)}) \\ \vdots \\ a'(\pi_H^{(m)}) \end{bmatrix} \odot \begin{bmatrix} \sum_{h=1}^H W_{h1}^{(m+1)} \cdot \frac{\partial q}{\partial \pi_h^{(m+1)}} \\ \vdots \\ \sum_{h=1}^H W_{hH}^{(m+1)} \cdot \frac{\partial q}{\partial \pi_h^{(m+1)}} \end{bmatrix}$$

$$= a'(\pi^{(m)}) \odot \begin{bmatrix} W_{11}^{(m+1)} & \dots & W_{1H}^{(m+1)} \\ \vdots & \ddots & \vdots \\ W_{H1}^{(m+1)} & \dots & W_{HH}^{(m+1)} \end{bmatrix}^T \begin{bmatrix} \frac{\partial q}{\partial \pi_1^{(m+1)}} \\ \vdots \\ \frac{\partial q}{\partial \pi_H^{(m+1)}} \end{bmatrix}$$

$$= a'(\pi^{(m)}) \odot W^{(m+1)T} \frac{\partial q}{\partial \pi^{(m+1)}}$$

$$\frac{\partial L}{\partial W_{ji}^{(m)}} = \frac{\partial L}{\partial q} \cdot x_i^{(m-1)} \cdot \frac{\partial q}{\partial \pi_j^{(m)}}$$

$$\frac{\partial L}{\partial W^{(m)}} = \begin{bmatrix} \frac{\partial L}{\partial W_{11}^{(m)}} & \dots & \frac{\partial L}{\partial W_{1H}^{(m)}} \\ \vdots & \ddots & \vdots \\ \frac{\partial L}{\partial W_{H1}^{(m)}} & \dots & \frac{\partial L}{\partial W_{HH}^{(m)}} \end{bmatrix}$$

$$= \frac{\partial L}{\partial q} \cdot \frac{\partial q}{\partial \pi^{(m)}} \left( x^{(m-1)} \right)^T$$
`;

const CHAIN = r`
$$\hat{y} = a w_T \dots w_2 w_1 x, \quad l(\hat{y}, y) = (\hat{y} - y)^2$$

$$\frac{\partial l}{\partial w_i} = \frac{\partial l}{\partial \hat{y}} \cdot \frac{\partial \hat{y}}{\partial w_i}, \quad i = 1, \dots, T$$

$$z_1 = w_1 x = w_1 z_0$$

$$\frac{\partial \hat{y}}{\partial w_1} = \frac{\partial \hat{y}}{\partial z_T} \cdot \frac{\partial z_T}{\partial z_{T-1}} \cdot \frac{\partial z_{T-1}}{\partial z_{T-2}} \cdot \dots \cdot \frac{\partial z_1}{\partial w_1}$$

$$\frac{\partial \hat{y}}{\partial w_2} = \frac{\partial \hat{y}}{\partial z_T} \frac{\partial z_T}{\partial z_{T-1}} \dots \frac{\partial z_3}{\partial z_2} \frac{\partial z_2}{\partial w_2} \quad // \text{ computation: T-1}$$

$$\frac{\partial \hat{y}}{\partial w_T} = \frac{\partial \hat{y}}{\partial z_T} \frac{\partial z_T}{\partial w_T}$$
`;

const changes: readonly (readonly [string, string, string])[] = [
  [MATRICES, r`\odot W^{(m+1)T} \frac`, r`\odot W^{(m+1)} \frac`],
  [
    MATRICES,
    r`W_{hH}^{(m+1)} \cdot \frac{\partial q}{\partial \pi_h^{(m+1)}} \end{bmatrix}$$

$$= a'`,
    r`W_{hH}^{(m)} \cdot \frac{\partial q}{\partial \pi_h^{(m+1)}} \end{bmatrix}$$

$$= a'`,
  ],
  [
    CHAIN,
    r`\frac{\partial z_3}{\partial z_2} \frac{\partial z_2}{\partial w_2}`,
    r`\frac{\partial z_2}{\partial z_1} \frac{\partial z_2}{\partial w_2}`,
  ],
];

describe("a derivation from a lecture", () => {
  it.each([
    ["units", UNITS, 5],
    ["matrices", MATRICES, 7],
    ["chain", CHAIN, 4],
  ] as const)("every line is right: %s", (_, text, count) => {
    const { claims, summary } = check(text);
    expect(claims.filter((c) => c.kind !== "definition" && !isRight(c.verdict)).map((c) => c.latex)).toEqual([]);
    expect(summary.right).toBe(count);
  });

  it.each(changes)("%# a changed line is not right", (text, from, to) => {
    expect(text).toContain(from);
    const { claims } = check(text.replace(from, to));
    expect(claims.some((c) => c.kind !== "definition" && !isRight(c.verdict))).toBe(true);
  });
});
