import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Rows, columns, entries and steps as people write them: which part of an array a line is about, and under which condition. */

const verdict = (premises: string, line: string): string =>
  checkWorksheet("a.md", `${premises}\n\n$$\n${line}\n$$\n`).claims.at(-1)?.verdict ?? "no claim";

function judge(premises: string, right: readonly string[], wrong: readonly string[]): void {
  it.each(right)("right: %s", (line) => {
    expect(verdict(premises, line)).toMatch(/^(proved|agrees)$/);
  });
  it.each(wrong)("wrong: %s", (line) => {
    expect(verdict(premises, line)).toMatch(/^(wrong|shape-mismatch)$/);
  });
}

describe("a condition on positions, wherever it stands", () => {
  judge(
    String.raw`$o \in \mathbb{R}^K$ $$p_j = \frac{e^{o_j}}{\sum_k e^{o_k}}$$`,
    [
      String.raw`\frac{\partial p_j}{\partial o_i},\quad i = j = p_i(1 - p_i)`,
      String.raw`\frac{\partial p_j}{\partial o_i},\quad i \neq j = -p_i p_j`,
      String.raw`\frac{\partial p_j}{\partial o_i} = -p_i p_j \quad (i \ne j)`,
      String.raw`\frac{\partial p_j}{\partial o_i}\Big|_{i \ne j} = -p_i p_j`,
      String.raw`\left.\frac{\partial p_j}{\partial o_i}\right|_{i = j} = p_i(1 - p_i)`,
      String.raw`i \neq j: \frac{\partial p_j}{\partial o_i} = -p_i p_j`,
    ],
    [
      String.raw`\frac{\partial p_j}{\partial o_i},\quad i \neq j = p_i p_j`,
      String.raw`\frac{\partial p_j}{\partial o_i} = p_i p_j \quad (i \ne j)`,
      String.raw`i \neq j: \frac{\partial p_j}{\partial o_i} = p_i(1 - p_j)`,
      String.raw`\left.\frac{\partial p_j}{\partial o_i}\right|_{i = j} = -p_i p_j`,
    ],
  );
});

describe("a row of a matrix that words name", () => {
  judge(
    String.raw`$W \in \mathbb{R}^{K \times D}$, $x \in \mathbb{R}^D$, $t \in \mathbb{R}^K$ is one-hot. The $k$-th row of $W$ is denoted by $\theta_k$.
$$z = W x, \quad y = \operatorname{softmax}(z), \quad L = -\sum_k t_k \log y_k$$`,
    [
      String.raw`\frac{\partial L}{\partial \theta_k} = (y_k - t_k) x`,
      String.raw`\nabla_{\theta_j} L = (y_j - t_j) x^\top`,
    ],
    [String.raw`\frac{\partial L}{\partial \theta_k} = y_k x`, String.raw`\nabla_{\theta_j} L = (y - t) x_j`],
  );
});

describe("a column of a matrix that words name", () => {
  judge(
    String.raw`$V \in \mathbb{R}^{D \times K}$, $x \in \mathbb{R}^D$, $t \in \mathbb{R}^K$, where $v_k$ is the $k$-th column of $V$.
$$z_k = v_k^\top x, \quad L = \frac{1}{2} \sum_k (z_k - t_k)^2$$`,
    [
      String.raw`\frac{\partial L}{\partial v_k} = (z_k - t_k) x`,
      String.raw`\frac{\partial L}{\partial x} = \sum_k (z_k - t_k) v_k`,
    ],
    [String.raw`\frac{\partial L}{\partial v_k} = (z - t) x_k`],
  );
});

describe("one position on a matrix picks a row", () => {
  judge(
    String.raw`$X \in \mathbb{R}^{N \times D}$, $W \in \mathbb{R}^{D \times K}$, $T \in \mathbb{R}^{N \times K}$
$$Z = X W, \quad L = \frac{1}{2} \|Z - T\|_F^2$$`,
    [
      String.raw`(\nabla_Z L)_n = Z_n - T_n`,
      String.raw`\frac{\partial L}{\partial X_n} = (Z_n - T_n) W^\top`,
      String.raw`\frac{\partial L}{\partial W} = \sum_n X_n^\top (Z_n - T_n)`,
      String.raw`\frac{\partial L}{\partial Z_{n\bullet}} = Z_{n\bullet} - T_{n\bullet}`,
    ],
    [
      String.raw`\frac{\partial L}{\partial Z_n} = T_n - Z_n`,
      String.raw`\frac{\partial L}{\partial W} = \sum_n (Z_n - T_n)^\top X_n`,
    ],
  );
});

const RECURRENT = String.raw`$x_t \in \mathbb{R}^D$ for $t = 1, \dots, T$, $u, y \in \mathbb{R}^{D}$
$$h_0 = y$$
$$a_t = x_t + u \odot h_{t-1}, \quad t = 1, \dots, T$$
$$h_t = \tanh(a_t), \quad t=1,\dots,T$$
$$L = y^\top h_T$$`;

describe("entries of a member", () => {
  judge(
    RECURRENT,
    [String.raw`\frac{\partial L}{\partial a_{t,i}} = \frac{\partial L}{\partial h_{t,i}} (1 - h_{t,i}^2)`],
    [String.raw`\frac{\partial L}{\partial a_{t,i}} = \frac{\partial L}{\partial h_{t,i}} (1 - h_{t,i})`],
  );
});

it("what exists in the shortest families only is not right", () => {
  const line = String.raw`\nabla_{u} L = \sum_{t=1}^{T} \nabla_{a_t} L \odot h_{1-t}`;
  expect(verdict(RECURRENT, line)).toMatch(/^(undecided|wrong)$/);
});

describe("a line about some of the places only", () => {
  judge(
    String.raw`$x \in \mathbb{R}^n$ $$L = \frac{1}{2} \sum_{i=1}^{n-1} (x_{i+1} - x_i)^2$$`,
    [
      String.raw`\frac{\partial L}{\partial x_i} = 2 x_i - x_{i-1} - x_{i+1}, \quad 1 < i < n`,
      String.raw`\frac{\partial L}{\partial x_n} = x_n - x_{n-1}`,
    ],
    [
      String.raw`\frac{\partial L}{\partial x_i} = x_i - x_{i-1}, \quad i > 1`,
      String.raw`\frac{\partial L}{\partial x_i} = x_i - x_{i+1}, \quad i < n`,
    ],
  );
});

describe("a sequence that is declared as a vector, with its first entry apart", () => {
  judge(
    String.raw`$x, y \in \mathbb{R}^n$ $$y_1 = x_1$$ $$y_i = x_i - x_{i-1}, \quad i > 1$$ $$L = \frac{1}{2} \sum_i y_i^2$$`,
    [
      String.raw`\frac{\partial L}{\partial x_n} = y_n`,
      String.raw`\frac{\partial L}{\partial x_i} = y_i - y_{i+1}, \quad i < n`,
    ],
    [
      String.raw`\frac{\partial L}{\partial x_i} = y_i + y_{i+1}, \quad i < n`,
      String.raw`\frac{\partial L}{\partial x_n} = y_n - y_{n-1}`,
    ],
  );
});

describe("a family that begins at its second member", () => {
  judge(
    String.raw`$x_t \in \mathbb{R}^D$ for $t = 1, \dots, T$, $y \in \mathbb{R}^D$
$$h_1 = x_1$$ $$h_t = \tanh(x_t + h_{t-1}), \quad t \ge 2$$ $$L = y^\top h_T$$`,
    [String.raw`\frac{\partial L}{\partial x_t} = (1 - h_t^2) \odot \frac{\partial L}{\partial h_t}, \quad t \ge 2`],
    [String.raw`\frac{\partial L}{\partial x_t} = (1 - h_t^2) \odot \frac{\partial L}{\partial h_t}, \quad t \ge 1`],
  );
});

describe("a bar over a quantity of a recurrence is part of its name", () => {
  judge(
    String.raw`$W_f, W_i, W_o, W_c \in \mathbb{R}^{H \times Z}$, $z_t \in \mathbb{R}^Z$
$$f_t = \sigma(W_f z_t), \quad i_t = \sigma(W_i z_t), \quad o_t = \sigma(W_o z_t), \quad \bar{c}_t = \tanh(W_c z_t)$$
$$c_t = f_t \odot c_{t-1} + i_t \odot \bar{c}_t, \quad h_t = o_t \odot \tanh(c_t)$$`,
    [
      String.raw`\frac{\partial L}{\partial i_t} = \frac{\partial L}{\partial c_t} \odot \bar{c}_t`,
      String.raw`\frac{\partial L}{\partial \bar{c}_t} = \frac{\partial L}{\partial c_t} \odot i_t`,
    ],
    [String.raw`\frac{\partial L}{\partial \bar{c}_t} = \frac{\partial L}{\partial c_t} \odot \bar{c}_t`],
  );
});

describe("sums of rows and of columns", () => {
  judge(
    String.raw`$X \in \mathbb{R}^{N \times D}$, $W \in \mathbb{R}^{D \times K}$, $b \in \mathbb{R}^{K}$ $$Z = X W + \mathbf{1} b^\top$$`,
    [String.raw`\frac{\partial L}{\partial b} = \operatorname{colsum}\left(\frac{\partial L}{\partial Z}\right)`],
    [String.raw`\frac{\partial L}{\partial b} = \operatorname{rowsum}\left(\frac{\partial L}{\partial Z}\right)`],
  );
  it("a word that nothing explains is not read as a function", () => {
    const premises = String.raw`$A \in \mathbb{R}^{N \times K}$ $$Z = A \odot A$$`;
    expect(verdict(premises, String.raw`\frac{\partial L}{\partial A} = \operatorname{foo}(A)`)).toBe("unreadable");
  });
});
