import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const r = String.raw;

/** Ways of writing that authors use: what is given, and claims with their verdicts. */
const cases: Readonly<Record<string, readonly [given: string, ...(readonly [claim: string, verdict: string])[]]>> = {
  "a letter that the forward pass multiplies by is no function in a claim": [
    r`$W\in\mathbb{R}^{d\times q}$, $C = WW^\top + \sigma^2 I$. $$L = \ln\det C$$`,
    [r`\frac{\partial L}{\partial \sigma} = 2\sigma \left[\operatorname{tr}(C^{-1})\right]`, "proved"],
    [r`\frac{\partial L}{\partial \sigma} = \sigma (\operatorname{tr}(C^{-1}))`, "wrong"],
  ],
  "a word below a letter": [
    r`$$h = \text{ReLU}(x \cdot w_1)$$ $$y = h \cdot w_2$$ $$L = (y - y_{true})^2$$`,
    [r`\frac{\partial L}{\partial w_2} = 2(y - y_{true}) \cdot h`, "proved"],
    [
      r`\frac{\partial L}{\partial w_1} = 2(y - y_{true}) \cdot w_2 \cdot \mathbb{1}_{x \cdot w_1 > 0} \cdot x`,
      "proved",
    ],
    [r`\frac{\partial L}{\partial w_1} = 2(y - y_{true}) \cdot w_2 \cdot x`, "wrong"],
  ],
  "underscores that are escaped for Markdown": [
    r`$$z\_in_j = \sum_{i=1}^n v\_{ij} x\_i$$ $$E = \frac12 \sum_{j=1}^m (z\_in_j)^2$$`,
    [r`\frac{\partial E}{\partial v\_{ij}} = z\_in_j x\_i`, "proved"],
    [r`\frac{\partial E}{\partial v\_{ij}} = z\_in_j`, "wrong"],
  ],
  "what a gradient without a variable is by": [
    r`$$f(w) = \|Xw - y\|^2$$ $$J(a, b) = \sum_{i=1}^m (a x_i + b)^2$$`,
    [r`\nabla f = 2 X^T (Xw - y)`, "proved"],
    [r`\nabla(f)(w) = X^T (Xw - y)`, "wrong"],
    [
      r`\nabla J(a, b) = \begin{bmatrix} 2 \sum_{i=1}^m x_i (a x_i + b) \\ 2 \sum_{i=1}^m (a x_i + b) \end{bmatrix}`,
      "proved",
    ],
    [
      r`\nabla J(a, b) = \begin{bmatrix} 2 \sum_{i=1}^m (a x_i + b) \\ 2 \sum_{i=1}^m x_i (a x_i + b) \end{bmatrix}`,
      "wrong",
    ],
  ],
  "a loss of arguments that only lines about its gradient apply": [
    r`$$L(D, W) = \frac{1}{2} \|DW - X\|^2_F$$`,
    [r`\nabla_W L(D, W) = D^T (DW - X)`, "proved"],
    [r`\nabla_W L(D, W) = 2 D^T (DW - X)`, "wrong"],
    [r`\nabla_W tr(DWX^T) = D^T X`, "proved"],
  ],
  "a function's letter for its value": [
    r`$w, x_i \in \mathbb{R}^d$. $$\sigma_i = \sigma(w^\top x_i)$$ $$J = -\sum_{i=1}^m [y_i \log(\sigma_i) + (1 - y_i) \log(1 - \sigma_i)]$$`,
    [r`\nabla_w J = \sum_{i=1}^m (\sigma_i - y_i) x_i`, "proved"],
    [r`\nabla_w J = \sum_{i=1}^m \sigma_i (1 - \sigma_i) x_i`, "wrong"],
  ],
  "the second term of a double sum": [
    r`$$f(\mu) = \sum_{i=1}^n \sum_{j=1}^n \mu_i \mu_j \sigma_{ij}$$`,
    [
      r`\frac{\partial f}{\partial \mu_k} = \sum_{i=1}^n \sum_{j=1}^n \delta_{ik} \mu_j \sigma_{ij} + \mu_i \delta_{jk} \sigma_{ij}`,
      "proved",
    ],
    [
      r`\frac{\partial f}{\partial \mu_k} = \sum_{i=1}^n \sum_{j=1}^n \delta_{ik} \mu_j \sigma_{ij} + \mu_i \sigma_{ij}`,
      "wrong",
    ],
    [r`\nabla f = (\Sigma + \Sigma^\top) \mu`, "proved"],
  ],
  "a residual branch of which nothing is said": [
    r`$\mathbf{x}, \mathbf{y} \in \mathbb{R}^{d}$. $$\mathbf{y} = \mathcal{F}(\mathbf{x}, W) + \mathbf{x}$$`,
    [
      r`\frac{\partial \mathbf{y}}{\partial \mathbf{x}} = \frac{\partial \mathcal{F}(\mathbf{x}, W)}{\partial \mathbf{x}} + I`,
      "proved",
    ],
    [
      r`\frac{\partial \mathbf{y}}{\partial \mathbf{x}} = \frac{\partial \mathcal{F}}{\partial \mathbf{x}} + \mathbf{I}`,
      "proved",
    ],
    [r`\frac{\partial \mathbf{y}}{\partial \mathbf{x}} = \frac{\partial \mathcal{F}}{\partial \mathbf{x}}`, "wrong"],
  ],
  "a column of samples beside one of them": [
    r`$X \in \mathbb{R}^{m \times n}$, $\theta \in \mathbb{R}^n$, $y \in \mathbb{R}^m$. $$J = \sum_{i=1}^m (\theta^T x^{(i)} - y^{(i)})^2$$`,
    [r`\nabla_\theta J = 2 X^T (X\theta - y)`, "proved"],
    [r`\nabla_\theta J = 2 X (X\theta - y)`, "shape-mismatch"],
  ],
  "units and weights with two numbers each": [
    r`$$h_1 = \tanh(w_{11} x), \quad h_2 = \tanh(w_{12} x)$$ $$L = (w_{21} h_1 + w_{22} h_2)^2$$`,
    [r`\frac{\partial L}{\partial w_{1k}} = \frac{\partial L}{\partial h_k} (1 - h_k^2) x`, "proved"],
    [r`\frac{\partial L}{\partial w_{1k}} = \frac{\partial L}{\partial h_k} x`, "wrong"],
  ],
  "the delta rule, where z is the output of a unit": [
    r`$$y\_in_k = \sum_j w_{jk} z_j$$ $$y_k = f(y\_in_k)$$ $$z\_in_j = \sum_i v_{ij} x_i$$ $$z_j = f(z\_in_j)$$ $$E = \frac12 \sum_k (t_k - y_k)^2$$ $$\delta_k = (t_k - y_k) f'(y\_in_k)$$`,
    [r`\frac{\partial E}{\partial w_{jk}} = -\delta_k z_j`, "proved"],
    [r`\frac{\partial E}{\partial v_{ij}} = -f'(z\_in_j) x_i \sum_k \delta_k w_{jk}`, "proved"],
    [r`\frac{\partial E}{\partial w_{jk}} = \delta_k z_j`, "wrong"],
  ],
  "properties that words give": [
    r`\Sigma is the covariance matrix. Y_ik is one-hot. $$L = u^T \Sigma u$$ $$P_{ik} = \frac{e^{Z_{ik}}}{\sum_j e^{Z_{ij}}}$$ $$M = -\sum_{i,k} Y_{ik} \log P_{ik}$$`,
    [r`\frac{\partial L}{\partial u} = 2 \Sigma u`, "proved"],
    [r`\frac{\partial M}{\partial Z_{ik}} = P_{ik} - Y_{ik}`, "proved"],
    [r`\frac{\partial M}{\partial Z_{ik}} = Y_{ik} - P_{ik}`, "wrong"],
  ],
  "gradients as rows, in words": [
    r`Gradients are row vectors. $x \in \mathbb{R}^n$, $f = x^\top A x$.`,
    [r`\frac{\partial f}{\partial x} = x^\top (A + A^\top)`, "proved"],
  ],
  "powers entry by entry": [
    r`$A, B \in \mathbb{R}^{n \times n}$, $f = \operatorname{tr}(A^\top (B \odot B))$`,
    [r`\nabla_A f = B^{\circ 2}`, "proved"],
    [r`\nabla_A f = (B^{\odot -1})^{\circ -2}`, "proved"],
    [r`\nabla_A f = (B^{\circ 4})^{\circ 1/2}`, "proved"],
    [r`\nabla_A f = B^2`, "wrong"],
  ],
  "what a quantity depends on, before its formula": [
    r`Let $U = g(X)$ with $U = X^\top X$, $X \in \mathbb{R}^{m \times n}$, and $f = \operatorname{tr} U$.`,
    [r`\frac{\partial f}{\partial X} = 2 X`, "proved"],
    [r`\frac{\partial f}{\partial X} = X`, "wrong"],
  ],
  "a cosine of two vectors": [
    r`$u, v \in \mathbb{R}^d$ nonzero, $c = \cos(u, v) = \frac{u^\top v}{\|u\| \|v\|}$.`,
    [r`\frac{\partial c}{\partial u} = \frac{v}{\|u\| \|v\|} - c \frac{u}{\|u\|^2}`, "proved"],
    [r`\frac{\partial c}{\partial u} = \frac{v}{\|u\| \|v\|}`, "wrong"],
  ],
  "a loss that is only mentioned": [
    r`$u \in \mathbb{R}^m$, $$h_i = u_i^2$$ and the loss is a function $L(h)$.`,
    [r`\frac{\partial L}{\partial u_i} = 2 u_i \frac{\partial L}{\partial h_i}`, "proved"],
    [r`\frac{\partial L}{\partial u_i} = \frac{\partial L}{\partial h_i}`, "wrong"],
  ],
  "the normal distribution function by name": [
    r`$u \in \mathbb{R}^m$, $h_i = u_i \Phi(u_i)$ with $\Phi$ the standard normal CDF, and a loss $L(h)$.`,
    [
      r`\frac{\partial L}{\partial u_i} = \frac{\partial L}{\partial h_i} (\Phi(u_i) + \frac{u_i}{\sqrt{2\pi}} e^{-u_i^2/2})`,
      "proved",
    ],
    [r`\frac{\partial L}{\partial u_i} = \frac{\partial L}{\partial h_i} \Phi(u_i)`, "wrong"],
  ],
  "a function of which nothing is said": [
    r`$u \in \mathbb{R}^m$, $h_i = u_i \Phi(u_i)$ and a loss $L(h)$.`,
    [r`\frac{\partial L}{\partial u_i} = \frac{\partial L}{\partial h_i} (\Phi(u_i) + u_i \varphi(u_i))`, "undecided"],
  ],
  "labels -1 and 1": [
    r`Labels $y_i \in \{-1, +1\}$, inputs $x_i \in \mathbb{R}^d$, $i = 1, \dots, n$. $$L = \sum_{i=1}^n \frac12 (1 - y_i w^\top x_i)^2$$`,
    [r`\nabla_w^2 L = \sum_{i=1}^n x_i x_i^\top`, "proved"],
    [r`\nabla_w L = \sum_{i=1}^n (w^\top x_i - y_i) x_i`, "proved"],
    [r`\nabla_w^2 L = \sum_{i=1}^n y_i x_i x_i^\top`, "wrong"],
  ],
  "plus or minus one": [
    r`$s \in \{\pm 1\}^n$, $w \in \mathbb{R}^n$, $L = \sum_{i=1}^n s_i^3 w_i / s_i$`,
    [r`\nabla_w L = \mathbf{1}`, "proved"],
    [r`\nabla_w L = s`, "wrong"],
  ],
  "a constant term beside the entries": [
    r`$$y = w_0 + \sum_{i=1}^n w_i x_i$$ with $x, w \in \mathbb{R}^n$.`,
    [r`\frac{\partial y}{\partial w_i} = x_i`, "proved"],
    [r`\frac{\partial y}{\partial w_0} = 1`, "proved"],
    [r`\nabla_w y = w_0 x`, "wrong"],
  ],
  "a function by another name": [
    r`$x \in \mathbb{R}^d$, $W \in \mathbb{R}^{m \times d}$, with $\phi = \tanh$. $a = \phi(W x)$, $L = \sum_i a_i^2$.`,
    [r`\nabla_W L = 2 (a \odot (1 - a^2)) x^\top`, "proved"],
    [r`\nabla_W L = 2 (a \odot \phi'(W x)) x^\top`, "proved"],
    [r`\nabla_W L = 2 a x^\top`, "wrong"],
  ],
  "sizes with the letter that they bound": [
    r`For $o = 1, \dots, C_o$, $$y_{oi} = b_o + \sum_{c=1}^{C_i} w_{oc} x_{ci}, \quad i = 1, \dots, H$$ and a loss $L(y)$.`,
    [r`\frac{\partial L}{\partial b_o} = \sum_{i=1}^H \frac{\partial L}{\partial y_{oi}}`, "proved"],
    [r`\frac{\partial L}{\partial b_o} = \frac{1}{H} \sum_{i=1}^H \frac{\partial L}{\partial y_{oi}}`, "wrong"],
  ],
  "a class in words": [
    r`$s \in \mathbb{R}^C$ and the true class $y$. $$L = \sum_{j \neq y} \max(0, s_j - s_y + 1)$$`,
    [r`\frac{\partial L}{\partial s_j} = \mathbb{1}[s_j - s_y + 1 > 0] \quad (j \neq y)`, "proved"],
    [r`\frac{\partial L}{\partial s_j} = -\mathbb{1}[s_j - s_y + 1 > 0] \quad (j \neq y)`, "wrong"],
  ],
  "a loss of what could not be read": [
    r`$x \in \mathbb{R}^N$, $w \in \mathbb{R}^K$. $$y_n = \sum_{k=1}^K w_k x_{2n+k-2}, \quad n = 1, \dots, M$$`,
    [r`\frac{\partial L}{\partial w_k} = \sum_{n=1}^M \frac{\partial L}{\partial y_n} x_{2n+k-2}`, "undecided"],
  ],
  "a basis vector": [
    r`$X \in \mathbb{R}^{n \times n}$, $f = e_1^\top X e_2$ with the standard basis vectors $e_1$ and $e_2$.`,
    [r`\frac{\partial f}{\partial X} = e_1 e_2^\top`, "proved"],
    [r`\frac{\partial f}{\partial X_{ij}} = \delta_{i1} \delta_{j2}`, "proved"],
    [r`\frac{\partial f}{\partial X} = e_2 e_1^\top`, "wrong"],
  ],
  "a first state is no constant term": [
    r`$x_0 \in \mathbb{R}^d$, $M \in \mathbb{R}^{d \times d}$, $q \in \mathbb{R}^d$, $x_1 = x_0 + \tanh(M x_0)$, $J = q^\top x_1$.`,
    [r`\nabla_{x_1} J = q`, "proved"],
    [r`\nabla_{x_0} J = q`, "wrong"],
  ],
  "how entries are written": [
    r`Let $X = (x_{ij})$ be an $n \times m$ matrix and $A = [a_{ij}] \in \mathbb{R}^{n \times m}$, $f = \sum_{i=1}^n \sum_{j=1}^m a_{ij} x_{ij}^2$.`,
    [r`\frac{\partial f}{\partial x_{ij}} = 2 a_{ij} x_{ij}`, "proved"],
    [r`\nabla_X f = 2 A \odot X`, "proved"],
    [r`\nabla_X f = 2 A X`, "shape-mismatch"],
  ],
  "a name for where the maximum stands": [
    r`$z \in \mathbb{R}^{m \times P}$, $h_j = \max_{p} z_{jp}$, $p^*_j = \arg\max_p z_{jp}$, and a loss $L(h)$.`,
    [r`\frac{\partial L}{\partial z_{jp}} = \frac{\partial L}{\partial h_j} \mathbb{1}[p = p^*_j]`, "proved"],
    [r`\frac{\partial L}{\partial z_{jp}} = \frac{\partial L}{\partial h_j} \delta_{p, p_j^*}`, "proved"],
    [r`\frac{\partial L}{\partial z_{jp}} = \mathbb{1}[p = p^*_j]`, "wrong"],
  ],
  "a power of a matrix, in words": [
    r`$X \in \mathbb{R}^{n \times n}$ and $v = \operatorname{tr}(X^k)$ for an integer $k \ge 1$.`,
    [r`\frac{\partial v}{\partial X} = k (X^{k-1})^\top`, "proved"],
    [r`\frac{\partial v}{\partial X} = k (X^k)^\top`, "wrong"],
  ],
  "Kronecker's delta at a number or at a last place": [
    r`$z \in \mathbb{R}^N$, $p = \operatorname{softmax}(z)$, $L = -\log p_1$.`,
    [r`\frac{\partial L}{\partial z_j} = p_j - \delta_{j1}`, "proved"],
    [r`\frac{\partial L}{\partial z_j} = p_j - \delta_{1,j}`, "proved"],
    [r`\frac{\partial p_N}{\partial z_j} = p_N (\delta_{jN} - p_j)`, "proved"],
    [r`\frac{\partial L}{\partial z_j} = p_j - \delta_{j2}`, "wrong"],
    [r`\frac{\partial L}{\partial z_j} = p_j - 1`, "wrong"],
  ],
  "a letter and a number are two positions": [
    r`$W \in \mathbb{R}^{m \times n}$, $L = \sum_{i=1}^m W_{i1}^2$.`,
    [r`\frac{\partial L}{\partial W_{k1}} = 2 W_{k1}`, "proved"],
    [r`\frac{\partial L}{\partial W_{kj}} = 2 W_{kj} \mathbb{1}[j = 1]`, "proved"],
    [r`\frac{\partial L}{\partial W_{kj}} = 2 W_{kj}`, "wrong"],
  ],
  "a sum over those of which something holds": [
    r`$z, a \in \mathbb{R}^n$, $L = \sum_{i:\, z_i > 0} a_i z_i$.`,
    [r`\frac{\partial L}{\partial z_k} = a_k \mathbb{1}[z_k > 0]`, "proved"],
    [r`\frac{\partial L}{\partial z_k} = a_k`, "wrong"],
  ],
  "a label beside members that are spelled out": [
    r`$v_c, u_o \in \mathbb{R}^d$ and negatives $u_1, \dots, u_K \in \mathbb{R}^d$. $$J = -\log\sigma(u_o^\top v_c) - \sum_{k=1}^K \log\sigma(-u_k^\top v_c)$$`,
    [r`\frac{\partial J}{\partial u_o} = (\sigma(u_o^\top v_c) - 1) v_c`, "proved"],
    [r`\frac{\partial J}{\partial u_k} = \sigma(u_k^\top v_c) v_c`, "proved"],
    [r`\frac{\partial J}{\partial u_k} = (\sigma(u_k^\top v_c) - 1) v_c`, "wrong"],
  ],
  "whether the first of a list is symmetric": [
    r`With $A \in \mathbb{R}^{n \times n}$, $B \in \mathbb{R}^{n \times n}$ symmetric, $x \in \mathbb{R}^n$: $f = x^\top A x + x^\top B x$.`,
    [r`\nabla_x f = (A + A^\top) x + 2 B x`, "proved"],
    [r`\nabla_x f = 2 A x + 2 B x`, "undecided"],
    [r`\nabla_x f = 2 A x`, "wrong"],
  ],
};

describe.each(Object.entries(cases))("%s", (_, [given, ...claims]) => {
  it.each(claims)("%s: %s", (claim, verdict) => {
    const judged = checkWorksheet("a.md", `${given}\n\n$$${claim}$$\n`, { seed: 1 }).claims;
    expect(judged.flatMap((c) => c.verdict ?? [])).toEqual([verdict]);
  });
});

it("what is asked as a whole and has no matrix form is answered by its entries", () => {
  const text = r`$X \in \mathbb{R}^{n \times n}$, $k \in \mathbb{N}$, $v = \operatorname{tr}(X^k)$.`;
  const [claim] = checkWorksheet("a.md", `${text}\n\n$$\\frac{\\partial v}{\\partial X} = k X$$\n`, { seed: 1 }).claims;
  expect(claim?.expected).toMatch(/^\\left\[ .*_\{li\}.*_\{jl\} \\right\]_\{ij\}$/);
});

it("what a proof relies on is told with the letters of a family", () => {
  const text = r`$t_i \in \{0, 1\}^K$ for $i = 1, \dots, n$, $z \in \mathbb{R}^K$. $$L = \sum_{i=1}^n \sum_k t_{ik}^2 z_k$$`;
  const [claim] = checkWorksheet("a.md", `${text}\n\n$$\\frac{\\partial L}{\\partial z_k} = \\sum_i t_{ik}$$\n`, {
    seed: 1,
  }).claims;
  expect(JSON.stringify(claim?.evidence)).toContain("t_{i} ∈ {0, 1}");
});
