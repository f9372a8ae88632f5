import { describe, expect, it } from "vitest";
import { isRight, isWrong } from "../../src/check/verdict.js";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * Worksheets as lecture notes and courses write them, with little or nothing declared: what the lines and a few words say
 * must do.
 */

const r = String.raw;

/** A worksheet, and what each of its lines is. */
const WORKSHEETS: readonly (readonly [string, string, readonly ("right" | "wrong")[]])[] = [
  [
    "matrices of which lines name entries, and nothing else tells",
    r`$$S = \frac{1}{\tau} A B^\top$$
$$P_{ij} = \frac{\exp(S_{ij})}{\sum_{k=1}^{N} \exp(S_{ik})}$$
$$L = -\frac{1}{N} \sum_{i=1}^{N} \log P_{ii}$$

$$\frac{\partial L}{\partial A_{ia}} = \frac{1}{\tau} \sum_j \frac{\partial L}{\partial S_{ij}} B_{ja}$$
$$\frac{\partial L}{\partial B_{ja}} = \frac{1}{\tau} \sum_i \frac{\partial L}{\partial S_{ji}} A_{ia}$$`,
    ["right", "wrong"],
  ],
  [
    "an average over as many rows as a line sums over",
    r`$$r = X w - y$$
$$J = \frac{1}{2N} \|r\|^2 + \alpha \sum_{d=1}^{D} |w_d|$$

$$\frac{\partial J}{\partial w_d} = \frac1N \sum_{n=1}^N X_{nd} r_n + \alpha \operatorname{sign}(w_d)$$
$$\frac{\partial J}{\partial w_d} = \sum_{n=1}^N X_{nd} r_n + \alpha \operatorname{sign}(w_d)$$`,
    ["right", "wrong"],
  ],
  [
    "products of matrices of which nothing is declared, by entry",
    r`$$Q = X A$$
$$K = Y B$$
$$S = \frac{Q K^\top}{\sqrt{d}}$$
$$P = \operatorname{softmax}(S)$$
$$L = \frac12 \|P - T\|_F^2$$

$$\frac{\partial L}{\partial K_{jc}} = \frac{1}{\sqrt d} \sum_i \frac{\partial L}{\partial S_{ij}} Q_{ic}$$
$$\frac{\partial L}{\partial K_{jc}} = \sum_i \frac{\partial L}{\partial S_{ij}} Q_{ic}$$`,
    ["right", "wrong"],
  ],
  [
    "a difference of columns in a quadratic form, by entry",
    r`$$d = a - b$$
$$g = d^\top M d$$

$$\frac{\partial g}{\partial d_i} = \sum_j (M_{ij} + M_{ji}) d_j$$
$$\frac{\partial g}{\partial d_i} = 2 \sum_j M_{ij} d_j$$
$$\frac{\partial g}{\partial M_{ij}} = d_i d_i$$`,
    ["right", "wrong", "wrong"],
  ],
  [
    "the gradient of a loss with a mark of transposition behind the loss",
    r`$$u = A x$$
$$y = B u$$
$$L = \frac12 \|y - t\|^2$$

$$\nabla_B L^\top = u \nabla_y L^\top$$
$$\nabla_B L = u \, \nabla_y L^T$$
$$\nabla_A L = B^\top \nabla_y L\, x^\top$$`,
    ["right", "wrong", "right"],
  ],
  [
    "layers by entry, and z named afterwards",
    r`We use $w^l_{jk}$ for the weight from neuron $k$ in layer $l-1$ to neuron $j$ in layer $l$. The activations are

$$a^l_j = \sigma\left(\sum_k w^l_{jk} a^{l-1}_k + b^l_j\right), \quad l = 2, \dots, L$$

and $z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j$. The cost is

$$C = \frac{1}{2} \sum_j (y_j - a^L_j)^2$$

Define $\delta^l_j = \frac{\partial C}{\partial z^l_j}$.

$$\delta^L_j = \frac{\partial C}{\partial a^L_j} \sigma'(z^L_j)$$
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$
$$\frac{\partial C}{\partial b^l_j} = \delta^l_j$$
$$\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j$$
$$\frac{\partial C}{\partial w^l_{jk}} = a^{l}_k \delta^l_j$$`,
    ["right", "right", "right", "right", "right", "wrong"],
  ],
  [
    "layers of which nothing says how many there are",
    r`$$z^l = w^l a^{l-1} + b^l$$
$$a^l = \sigma(z^l)$$
$$C = \frac{1}{2} \| y - a^L \|^2$$

$$\delta^l \equiv \frac{\partial C}{\partial z^l}$$
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$
$$\frac{\partial C}{\partial b^l_j} = \delta^l_j$$
$$\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j$$
$$\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_j \delta^l_k$$`,
    ["right", "right", "right", "right", "wrong"],
  ],
  [
    "rows, and names for what is computed before",
    r`The network has one hidden layer, with $x$ a row vector of $D_x$ entries and $y$ a one-hot row vector of $D_y$ entries:

$$h = \mathrm{sigmoid}(x W_1 + b_1), \quad \hat{y} = \mathrm{softmax}(h W_2 + b_2)$$

$$CE(y, \hat{y}) = -\sum_i y_i \log(\hat{y}_i)$$

Let $z_2 = h W_2 + b_2$ and $z_1 = x W_1 + b_1$.

$$\delta_1 = \frac{\partial CE}{\partial z_2} = \hat{y} - y$$
$$\delta_2 = \frac{\partial CE}{\partial h} = \delta_1 W_2^\top$$
$$\delta_3 = \frac{\partial CE}{\partial z_1} = \delta_2 \circ \sigma'(z_1)$$
$$\frac{\partial CE}{\partial x} = \delta_3 W_1^\top$$
$$\frac{\partial CE}{\partial W_2} = h^\top \delta_1$$
$$\frac{\partial CE}{\partial W_2} = \delta_1^\top h$$
$$\frac{\partial CE}{\partial b_2} = \delta_1$$`,
    ["right", "right", "right", "right", "right", "wrong", "right"],
  ],
  [
    "examples in parentheses, layers in brackets",
    r`For one example $x^{(i)}$:
$$z^{[1](i)} = W^{[1]} x^{(i)} + b^{[1]}$$
$$a^{[1](i)} = \tanh(z^{[1](i)})$$
$$z^{[2](i)} = W^{[2]} a^{[1](i)} + b^{[2]}$$
$$\hat{y}^{(i)} = a^{[2](i)} = \sigma(z^{[2](i)})$$
$$J = -\frac{1}{m} \sum_{i=1}^{m} \left( y^{(i)} \log a^{[2](i)} + (1 - y^{(i)}) \log(1 - a^{[2](i)}) \right)$$

$$dz^{[2](i)} = \frac{1}{m} (a^{[2](i)} - y^{(i)})$$
$$dW^{[2]} = \sum_i dz^{[2](i)} a^{[1](i)T}$$
$$db^{[2]} = \sum_i dz^{[2](i)}$$
$$dz^{[1](i)} = W^{[2]T} dz^{[2](i)} * (1 - (a^{[1](i)})^2)$$
$$dW^{[1]} = \sum_i dz^{[1](i)} x^{(i)T}$$
$$dW^{[2]} = \sum_i a^{[1](i)} dz^{[2](i)}$$`,
    ["right", "right", "right", "right", "right", "wrong"],
  ],
  [
    "an output that is the value of a function, nothing declared",
    r`$$z^{(2)} = W^{(1)} x + b^{(1)}$$
$$a^{(2)} = f(z^{(2)})$$
$$z^{(3)} = W^{(2)} a^{(2)} + b^{(2)}$$
$$h_{W,b}(x) = a^{(3)} = f(z^{(3)})$$
$$J(W,b;x,y) = \frac{1}{2} \left\| h_{W,b}(x) - y \right\|^2$$

$$\delta^{(3)} = -(y - a^{(3)}) \bullet f'(z^{(3)})$$
$$\delta^{(2)} = \left((W^{(2)})^T \delta^{(3)}\right) \bullet f'(z^{(2)})$$
$$\nabla_{W^{(l)}} J(W,b;x,y) = \delta^{(l+1)} (a^{(l)})^T$$
$$\nabla_{b^{(l)}} J(W,b;x,y) = \delta^{(l+1)}$$
$$\frac{\partial}{\partial W_{ij}^{(l)}} J(W,b;x,y) = a^{(l)}_j \delta_i^{(l+1)}$$
$$\nabla_{W^{(l)}} J(W,b;x,y) = \delta^{(l)} (a^{(l)})^T$$`,
    ["right", "right", "right", "right", "right", "wrong"],
  ],
  [
    "a class that words tell",
    r`Let $f = W x$ be the scores with $W \in \mathbb{R}^{K \times D}$, $p_k = \frac{e^{f_k}}{\sum_j e^{f_j}}$ and $L = -\log(p_y)$, where $y$ is the correct class.

$$\frac{\partial L}{\partial f_k} = p_k - \mathbb{1}(y = k)$$
$$\frac{\partial L}{\partial W_{kd}} = (p_k - \mathbb{1}(y = k)) x_d$$
$$\frac{\partial L}{\partial f_k} = p_k$$`,
    ["right", "right", "wrong"],
  ],
  [
    "where the one of a one-hot vector is",
    r`Let $v_c \in \mathbb{R}^d$ be the centre word vector and $u_w \in \mathbb{R}^d$ the outside vectors, $w = 1, \dots, V$. 
$$\hat{y}_o = \frac{\exp(u_o^\top v_c)}{\sum_{w=1}^V \exp(u_w^\top v_c)}$$
$$J = -\sum_w y_w \log \hat{y}_w$$ with $y$ one-hot, $y_o = 1$.

$$\frac{\partial J}{\partial v_c} = -u_o + \sum_{w=1}^V \hat{y}_w u_w$$
$$\frac{\partial J}{\partial u_w} = (\hat{y}_w - y_w) v_c$$
$$\frac{\partial J}{\partial v_c} = u_o - \sum_{w=1}^V \hat{y}_w u_w$$`,
    ["right", "right", "wrong"],
  ],
  [
    "data that a model with noise is of",
    r`Let $y = Xw + \epsilon$. We minimise

$$L(w) = (y - Xw)^T (y - Xw) + \lambda w^T w$$

$$\nabla_w L = -2 X^T y + 2 X^T X w + 2 \lambda w$$
$$\nabla_w L = -2 X^T (y - Xw) + 2 \lambda w$$
$$\nabla_w^2 L = 2 X^T X + 2 \lambda I$$
$$\nabla_w L = 2 X (y - Xw) + 2 \lambda w$$`,
    ["right", "right", "right", "wrong"],
  ],
  [
    "a label that looks like an index",
    r`Scaled dot-product attention: $S = \frac{Q K^\top}{\sqrt{d_k}}$, $P = \mathrm{softmax}(S)$ row-wise, $O = P V$.

$$dV = P^\top dO$$
$$dP = dO V^\top$$
$$dS_{ij} = P_{ij} (dP_{ij} - \sum_k P_{ik} dP_{ik})$$
$$dQ = \frac{1}{\sqrt{d_k}} dS K$$
$$dK = \frac{1}{\sqrt{d_k}} dS^\top Q$$
$$dK = \frac{1}{\sqrt{d_k}} dS Q$$`,
    ["right", "right", "right", "right", "right", "wrong"],
  ],
  [
    "targets that sum to 1, since a line says so",
    r`With $p_i = \frac{e^{z_i}}{\sum_{k=1}^N e^{z_k}}$ and $L = -\sum_i y_i \log p_i$ we have

$$\frac{\partial p_i}{\partial z_j} = \begin{cases} p_i (1 - p_j) & i = j \\ -p_i p_j & i \neq j \end{cases}$$
$$\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)$$
$$\frac{\partial L}{\partial z_i} = p_i \sum_k y_k - y_i$$
$$\frac{\partial L}{\partial z_i} = p_i - y_i, \quad \text{since } \sum_k y_k = 1$$
$$\frac{\partial L}{\partial z} = p - y$$
$$\frac{\partial L}{\partial z} = y - p$$`,
    ["right", "right", "right", "right", "right", "wrong"],
  ],
  [
    "pairs of users and items",
    r`Matrix factorization: $\hat{r}_{ui} = p_u^T q_i$, error $e_{ui} = r_{ui} - \hat{r}_{ui}$ and

$$L = \sum_{u,i} e_{ui}^2 + \lambda \left( \sum_u \|p_u\|^2 + \sum_i \|q_i\|^2 \right)$$

$$\frac{\partial L}{\partial p_u} = -2 \sum_i e_{ui} q_i + 2 \lambda p_u$$
$$\frac{\partial L}{\partial q_i} = -2 \sum_u e_{ui} p_u + 2 \lambda q_i$$
$$\frac{\partial L}{\partial q_i} = -2 \sum_u e_{ui} q_i + 2 \lambda q_i$$`,
    ["right", "right", "wrong"],
  ],
  [
    "a policy",
    r`The policy is $\pi_k = \frac{e^{\theta_k}}{\sum_j e^{\theta_j}}$ and the objective $J = \sum_k \pi_k r_k$.

$$\frac{\partial J}{\partial \theta_k} = \pi_k (r_k - J)$$
$$\frac{\partial \log \pi_a}{\partial \theta_k} = \mathbb{1}\{a = k\} - \pi_k$$
$$\frac{\partial J}{\partial \theta_k} = \pi_k (r_k - \sum_j r_j)$$`,
    ["right", "right", "wrong"],
  ],
  [
    "biases beside a batch",
    r`$X \in \mathbb{R}^{N \times D}$, one example a row.
$$H = \mathrm{ReLU}(X W_1 + b_1)$$
$$S = H W_2 + b_2$$
$$P = \mathrm{softmax}(S)$$ (row-wise)
$$L = -\frac{1}{N} \sum_{n=1}^N \sum_{k=1}^K Y_{nk} \log P_{nk}$$ with one-hot rows $Y$.

$$\frac{\partial L}{\partial S} = \frac{1}{N} (P - Y)$$
$$\frac{\partial L}{\partial W_2} = H^T \frac{\partial L}{\partial S}$$
$$\frac{\partial L}{\partial b_2} = \sum_n \frac{\partial L}{\partial S_n}$$
$$\frac{\partial L}{\partial H} = \frac{\partial L}{\partial S} W_2^T$$
$$\frac{\partial L}{\partial W_1} = X^T \left( \frac{\partial L}{\partial H} \odot \mathbb{1}[H > 0] \right)$$
$$\frac{\partial L}{\partial W_1} = X^T \frac{\partial L}{\partial H}$$`,
    ["right", "right", "right", "right", "right", "wrong"],
  ],
  [
    "a covariance that only words make a matrix",
    r`$$\log p(x) = -\frac{d}{2} \log(2\pi) - \frac{1}{2} \log |\Sigma| - \frac{1}{2} (x - \mu)^T \Sigma^{-1} (x - \mu)$$

where $\Sigma$ is symmetric positive definite, $x, \mu \in \mathbb{R}^d$. Let $\ell = \log p(x)$.

$$\frac{\partial \ell}{\partial \mu} = \Sigma^{-1} (x - \mu)$$
$$\frac{\partial \ell}{\partial \mu} = -\Sigma^{-1} (x - \mu)$$
$$\frac{\partial \ell}{\partial \Sigma} = -\frac{1}{2} \Sigma^{-1} + \frac{1}{2} \Sigma^{-1} (x - \mu) (x - \mu)^T \Sigma^{-1}$$
$$\frac{\partial \ell}{\partial \Sigma} = \frac{1}{2} \Sigma^{-1} + \frac{1}{2} \Sigma^{-1} (x - \mu) (x - \mu)^T \Sigma^{-1}$$`,
    ["right", "wrong", "right", "wrong"],
  ],
  [
    "a recurrence of columns that only the lines transpose, and a loss that depends on all of them",
    r`$$h_t = \tanh(W x_t + U h_{t-1} + b), \quad t = 1, \dots, T$$

Let $L$ be a loss that depends on $h_1, \dots, h_T$. Write $\delta_t = \partial L / \partial h_t$.

$$\frac{\partial L}{\partial W} = \sum_{t=1}^T \mathrm{diag}(1 - h_t^2) \delta_t x_t^T$$
$$\frac{\partial L}{\partial b} = \sum_{t=1}^T (1 - h_t^2) \odot \delta_t$$
$$\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1 - h_t^2) U$$
$$\frac{\partial L}{\partial b} = \sum_{t=1}^T (1 - h_t) \odot \delta_t$$`,
    ["right", "right", "right", "wrong"],
  ],
  [
    "gates that are multiplied entry by entry",
    r`A GRU cell for $t = 1, \dots, T$:
$$z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z)$$
$$r_t = \sigma(W_r x_t + U_r h_{t-1} + b_r)$$
$$\tilde{h}_t = \tanh(W_h x_t + U_h (r_t \odot h_{t-1}) + b_h)$$
$$h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t$$

$$L = \sum_{t=1}^T \ell(h_t, y_t)$$

$$\frac{\partial L}{\partial \tilde{h}_t} = \frac{\partial L}{\partial h_t} \odot z_t$$
$$\frac{\partial L}{\partial z_t} = \frac{\partial L}{\partial h_t} \odot (\tilde{h}_t - h_{t-1})$$
$$\frac{\partial L}{\partial z_t} = \frac{\partial L}{\partial h_t} \odot (h_{t-1} - \tilde{h}_t)$$
$$\frac{\partial L}{\partial W_z} = \sum_{t=1}^T \left( \frac{\partial L}{\partial z_t} \odot z_t \odot (1 - z_t) \right) x_t^\top$$
$$\frac{\partial L}{\partial W_z} = \sum_{t=1}^T \left( \frac{\partial L}{\partial z_t} \odot z_t \odot (1 - z_t) \right) x_t$$
$$\frac{\partial L}{\partial b_z} = \sum_{t=1}^T \frac{\partial L}{\partial z_t} \odot z_t \odot (1 - z_t)$$
$$\frac{\partial L}{\partial U_h} = \sum_{t=1}^T \left( \frac{\partial L}{\partial \tilde h_t} \odot (1 - \tilde h_t^2) \right) (r_t \odot h_{t-1})^\top$$`,
    ["right", "right", "wrong", "right", "wrong", "right", "right"],
  ],
  [
    "stacked columns behind weights, one step alone",
    r`$$z_t = \sigma(W_z \cdot [h_{t-1}, x_t]), \quad r_t = \sigma(W_r \cdot [h_{t-1}, x_t])$$
$$\tilde h_t = \tanh(W \cdot [r_t * h_{t-1}, x_t])$$
$$h_t = (1 - z_t) * h_{t-1} + z_t * \tilde h_t$$

$$\frac{\partial h_t}{\partial z_t} = \mathrm{diag}(\tilde h_t - h_{t-1})$$
$$\frac{\partial h_t}{\partial \tilde h_t} = \mathrm{diag}(z_t)$$
$$\frac{\partial h_t}{\partial \tilde h_t} = \mathrm{diag}(1 - z_t)$$`,
    ["right", "right", "wrong"],
  ],
  [
    "stacked columns behind weights, over time",
    r`$$f_t = \sigma(W_f [h_{t-1}, x_t] + b_f)$$
$$i_t = \sigma(W_i [h_{t-1}, x_t] + b_i)$$
$$\tilde{c}_t = \tanh(W_c [h_{t-1}, x_t] + b_c)$$
$$c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t$$
$$o_t = \sigma(W_o [h_{t-1}, x_t] + b_o)$$
$$h_t = o_t \odot \tanh(c_t)$$

for $t = 1, \dots, T$, and $L = \sum_t \ell_t(h_t)$.

$$\frac{\partial L}{\partial o_t} = \frac{\partial L}{\partial h_t} \odot \tanh(c_t)$$
$$\frac{\partial L}{\partial c_t} = \frac{\partial L}{\partial h_t} \odot o_t \odot (1 - \tanh^2(c_t)) + \frac{\partial L}{\partial c_{t+1}} \odot f_{t+1}$$
$$\frac{\partial L}{\partial f_t} = \frac{\partial L}{\partial c_t} \odot c_{t-1}$$
$$\frac{\partial L}{\partial i_t} = \frac{\partial L}{\partial c_t} \odot \tilde{c}_t$$
$$\frac{\partial L}{\partial \tilde{c}_t} = \frac{\partial L}{\partial c_t} \odot i_t$$`,
    ["right", "right", "right", "right", "right"],
  ],
  [
    "a cross-entropy that is a product of columns",
    r`$$z = W x + b, \quad \hat{y} = \mathrm{softmax}(z), \quad L = -y \log \hat{y}$$

where $y$ is one-hot.

$$\frac{\partial L}{\partial z} = \hat{y} - y$$
$$\frac{\partial L}{\partial W} = (\hat{y} - y) x^T$$`,
    ["right", "right"],
  ],
  [
    "a sum without an index, over a target that nothing declares",
    r`$$z = W x + b, \quad \hat{y} = \mathrm{softmax}(z), \quad L = -\sum y \log \hat{y}$$

where $y$ is one-hot.

$$\frac{\partial L}{\partial z} = \hat{y} - y$$
$$\frac{\partial L}{\partial W} = (\hat{y} - y) x^T$$
$$\frac{\partial L}{\partial W} = (\hat{y} - y) x$$`,
    ["right", "right", "wrong"],
  ],
  [
    "cross-entropies by the step",
    r`The recurrent network computes, for $t = 1, \dots, T$,

$$s_t = \tanh(U x_t + W s_{t-1})$$
$$\hat{y}_t = \mathrm{softmax}(V s_t)$$

with the loss $E_t = -y_t \log \hat{y}_t$ and $E = \sum_t E_t$, where each $y_t$ is one-hot.

$$\frac{\partial E_t}{\partial V} = (\hat{y}_t - y_t) \otimes s_t$$
$$\frac{\partial E}{\partial W} = \sum_t \frac{\partial E_t}{\partial W}$$
$$\frac{\partial E_t}{\partial s_t} = V^T (\hat{y}_t - y_t)$$
$$\frac{\partial s_t}{\partial s_{t-1}} = \mathrm{diag}(1 - s_t^2) W$$`,
    ["right", "right", "right", "right"],
  ],
  [
    "a class as a letter",
    r`A two-layer network: $h = \mathrm{ReLU}(W_1 x + b_1)$, $p = \mathrm{softmax}(W_2 h + b_2)$, and $L = -\log p_y$ for the class $y$.

$$\frac{\partial L}{\partial b_2} = p - e_y$$
$$\frac{\partial L}{\partial W_2} = (p - e_y) h^\top$$
$$\frac{\partial L}{\partial h} = W_2^\top (p - e_y)$$
$$\frac{\partial L}{\partial W_1} = (W_2^\top (p - e_y) \odot \mathbb{1}[h > 0]) x^\top$$
$$\frac{\partial L}{\partial W_1} = (W_2 (p - e_y) \odot \mathbb{1}[h > 0]) x^\top$$`,
    ["right", "right", "right", "right", "wrong"],
  ],
  [
    "entries of columns that stand as wholes",
    r`$$L = (y - \theta^T x)^2$$

$$\frac{\partial L}{\partial \theta_j} = -2 (y - \theta^T x) x_j$$`,
    ["right"],
  ],
  [
    "a dot between columns",
    r`$$L = \frac{1}{2} (t - w \cdot x)^2$$

$$\frac{\partial L}{\partial w_j} = -(t - w \cdot x) x_j$$
$$\frac{\partial L}{\partial w_j} = (t - w \cdot x) x_j$$`,
    ["right", "wrong"],
  ],
  [
    "a hypothesis with its parameter below, of many examples",
    r`$$h_\theta(x) = g(\theta^T x) = \frac{1}{1 + e^{-\theta^T x}}$$
$$\ell(\theta) = \sum_{i=1}^m y^{(i)} \log h_\theta(x^{(i)}) + (1 - y^{(i)}) \log (1 - h_\theta(x^{(i)}))$$

$$\frac{\partial \ell(\theta)}{\partial \theta_j} = \sum_{i=1}^m (y^{(i)} - h_\theta(x^{(i)})) x_j^{(i)}$$
$$\frac{\partial \ell(\theta)}{\partial \theta_j} = \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}$$`,
    ["right", "wrong"],
  ],
  [
    "a hypothesis with its parameter below, of one example",
    r`$h_\theta(x) = g(\theta^T x)$ where $g(z) = 1/(1+e^{-z})$. For one example $(x, y)$,

$$\ell(\theta) = y \log h_\theta(x) + (1 - y) \log (1 - h_\theta(x))$$

$$\frac{\partial}{\partial \theta_j} \ell(\theta) = (y - h_\theta(x)) x_j$$
$$\frac{\partial}{\partial \theta_j} \ell(\theta) = (y - h_\theta(x)) x$$`,
    ["right", "wrong"],
  ],
  [
    "a mean beside entries, computed before they are known",
    r`$$\mu = \frac{1}{H} \sum_{i=1}^H a_i, \quad \sigma = \sqrt{\frac{1}{H} \sum_{i=1}^H (a_i - \mu)^2}, \quad h = f\left(\frac{g}{\sigma} \odot (a - \mu) + b\right)$$

$$\frac{\partial \mu}{\partial a_i} = \frac{1}{H}$$
$$\frac{\partial \sigma}{\partial a_i} = \frac{a_i - \mu}{H \sigma}$$
$$\frac{\partial \sigma}{\partial a_i} = \frac{a_i - \mu}{\sigma}$$`,
    ["right", "right", "wrong"],
  ],
  [
    "a quantity with its argument, squared",
    r`RMSNorm: $y_i = \frac{x_i}{\mathrm{RMS}(x)} g_i$ with $\mathrm{RMS}(x) = \sqrt{\frac{1}{n} \sum_{i=1}^n x_i^2}$.

$$\frac{\partial y_i}{\partial g_i} = \frac{x_i}{\mathrm{RMS}(x)}$$
$$\frac{\partial y_i}{\partial x_j} = \frac{g_i}{\mathrm{RMS}(x)} \left( \delta_{ij} - \frac{x_i x_j}{n \mathrm{RMS}(x)^2} \right)$$`,
    ["right", "right"],
  ],
  [
    "a batch in rows of which only the lines of the backward pass transpose anything",
    r`With a batch in the rows of $X$: $Z = X W + b$, $A = \tanh(Z)$, $\hat{Y} = A V$, and $L = \frac{1}{2N} \| \hat{Y} - Y \|_F^2$.

$$\frac{\partial L}{\partial \hat{Y}} = \frac{1}{N} (\hat{Y} - Y)$$
$$\frac{\partial L}{\partial V} = A^\top \frac{\partial L}{\partial \hat{Y}}$$
$$\frac{\partial L}{\partial A} = \frac{\partial L}{\partial \hat{Y}} V^\top$$
$$\frac{\partial L}{\partial Z} = \frac{\partial L}{\partial A} \odot (1 - A^2)$$
$$\frac{\partial L}{\partial W} = X^\top \frac{\partial L}{\partial Z}$$
$$\frac{\partial L}{\partial b} = \frac{\partial L}{\partial Z}$$`,
    ["right", "right", "right", "right", "right", "wrong"],
  ],
  [
    "a matrix that words make one, and a name after the loss",
    r`For a symmetric positive definite $K$,

$$\mathcal{L} = -\frac{1}{2} y^\top K^{-1} y - \frac{1}{2} \log |K| - \frac{n}{2} \log 2\pi$$

and $\alpha = K^{-1} y$.

$$\frac{\partial \mathcal{L}}{\partial y} = -\alpha$$
$$\frac{\partial \mathcal{L}}{\partial K} = \frac{1}{2} (\alpha \alpha^\top - K^{-1})$$
$$\frac{\partial \mathcal{L}}{\partial K} = \frac{1}{2} (\alpha \alpha^\top - K)$$`,
    ["right", "right", "wrong"],
  ],
  [
    "a residual block below a loss that is called one afterwards",
    r`A residual block computes $y = x + W_2 \, \mathrm{ReLU}(W_1 x)$, and $L$ is a loss that depends on $y$. Write $g = \partial L / \partial y$ and $a = \mathrm{ReLU}(W_1 x)$.

$$\frac{\partial L}{\partial W_2} = g a^\top$$
$$\frac{\partial L}{\partial W_1} = \left( W_2^\top g \odot \mathbb{1}[W_1 x > 0] \right) x^\top$$
$$\frac{\partial L}{\partial x} = g + W_1^\top \left( W_2^\top g \odot \mathbb{1}[W_1 x > 0] \right)$$
$$\frac{\partial L}{\partial x} = W_1^\top \left( W_2^\top g \odot \mathbb{1}[W_1 x > 0] \right)$$`,
    ["right", "right", "right", "wrong"],
  ],
  [
    "a class that is only compared with an index",
    r`$$p_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}, \quad L = -\sum_{k=1}^K 1\{y = k\} \log p_k$$

$$\frac{\partial L}{\partial z_k} = p_k - 1\{y = k\}$$
$$\frac{\partial L}{\partial z_k} = 1\{y = k\} - p_k$$`,
    ["right", "wrong"],
  ],
  [
    "classes of many examples that are only compared with an index",
    r`$$J(\theta) = - \sum_{i=1}^m \sum_{k=1}^K 1\{y^{(i)} = k\} \log \frac{\exp(\theta^{(k)\top} x^{(i)})}{\sum_{j=1}^K \exp(\theta^{(j)\top} x^{(i)})}$$

$$\nabla_{\theta^{(k)}} J(\theta) = -\sum_{i=1}^m x^{(i)} \left( 1\{y^{(i)} = k\} - \frac{\exp(\theta^{(k)\top} x^{(i)})}{\sum_{j=1}^K \exp(\theta^{(j)\top} x^{(i)})} \right)$$`,
    ["right"],
  ],
  [
    "lines about one class beside lines that tell it apart themselves",
    r`Let $p = \mathrm{softmax}(z)$ and $L = -\log p_y$ where $y$ is the correct class.

$$\frac{\partial L}{\partial z_i} = p_i + \mathbb{1}[i = y]$$
$$\frac{\partial L}{\partial z_i} = p_i - \delta_{iy}$$
$$\frac{\partial L}{\partial z_y} = p_y - 1$$
$$\frac{\partial L}{\partial z_i} = p_i$$`,
    ["wrong", "right", "right", "right"],
  ],
  [
    "odds whose exponent transposes a row",
    r`$$\ell(\beta) = \sum_{i=1}^n \left[ y_i \log p_i + (1 - y_i) \log(1 - p_i) \right], \quad p_i = \frac{1}{1 + e^{-x_i^T \beta}}$$

$$\frac{\partial \ell}{\partial \beta} = \sum_{i=1}^n (y_i - p_i) x_i$$
$$\frac{\partial^2 \ell}{\partial \beta \partial \beta^T} = -\sum_{i=1}^n p_i (1 - p_i) x_i x_i^T$$
$$\frac{\partial \ell}{\partial \beta} = \sum_{i=1}^n (p_i - y_i) x_i$$`,
    ["right", "right", "wrong"],
  ],
  [
    "differences that are transposed",
    r`The log-likelihood of a Gaussian is
$$\ell = -\frac{n}{2} \log |\Sigma| - \frac{1}{2} \sum_{i=1}^n (x_i - \mu)^T \Sigma^{-1} (x_i - \mu)$$
where $\Sigma$ is symmetric.

$$\frac{\partial \ell}{\partial \mu} = \Sigma^{-1} \sum_{i=1}^n (x_i - \mu)$$
$$\frac{\partial \ell}{\partial \Sigma} = -\frac{n}{2} \Sigma^{-1} + \frac{1}{2} \Sigma^{-1} \left( \sum_{i=1}^n (x_i - \mu)(x_i - \mu)^T \right) \Sigma^{-1}$$`,
    ["right", "right"],
  ],
  [
    "a residual network",
    r`$$h_{l+1} = h_l + f(W_l h_l), \quad l = 0, \dots, L-1$$
with the loss $E = \ell(h_L)$.

$$\frac{\partial E}{\partial h_l} = \frac{\partial E}{\partial h_{l+1}} + W_l^T \left( \frac{\partial E}{\partial h_{l+1}} \odot f'(W_l h_l) \right)$$
$$\frac{\partial E}{\partial W_l} = \left( \frac{\partial E}{\partial h_{l+1}} \odot f'(W_l h_l) \right) h_l^T$$
$$\frac{\partial E}{\partial h_l} = W_l^T \left( \frac{\partial E}{\partial h_{l+1}} \odot f'(W_l h_l) \right)$$`,
    ["right", "right", "wrong"],
  ],
  [
    "a reconstruction",
    r`$$J(W) = \|X - X W W^T\|_F^2$$ with $X \in \mathbb{R}^{n \times d}$ and $W \in \mathbb{R}^{d \times k}$. Let $E = X - X W W^T$.

$$\nabla_W J = -2 (X^T E + E^T X) W$$
$$\nabla_W J = -2 X^T E W$$`,
    ["right", "wrong"],
  ],
];

describe("lines of notes that declare little", () => {
  it.each(WORKSHEETS)("%s", (_, text, wanted) => {
    const claims = checkWorksheet("notes.md", text).claims.filter((c) => c.kind !== "definition");
    const found = claims.map(({ verdict }) =>
      verdict === undefined ? "none" : isRight(verdict) ? "right" : isWrong(verdict) ? "wrong" : verdict,
    );
    expect(found).toEqual(wanted);
  });
});
