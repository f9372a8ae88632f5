import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const verdicts = (text: string): readonly string[] =>
  checkWorksheet("a.md", text).claims.map((c) => c.verdict ?? c.kind ?? "");

describe("small letters and capitals of one matrix", () => {
  it("entries may be defined before or after the matrix, and name it whole", () => {
    for (const forward of [
      String.raw`$$y_{ij} = \sum_k x_{ik} w_{kj} + b_j$$

$$Y = X W + B$$`,
      String.raw`$$Y = X W + B$$

$$y_{ij} = \sum_k x_{ik} w_{kj} + b_j$$`,
    ]) {
      const text = String.raw`
$X \in \mathbb{R}^{I \times K}$, $W \in \mathbb{R}^{K \times J}$, $B \in \mathbb{R}^{J}$

${forward}

$$g_{ij} = \frac{\partial L}{\partial y_{ij}}$$

$$\frac{\partial L}{\partial W} = X^\top G$$

$$\frac{\partial L}{\partial x} = G W^\top$$

$$\frac{\partial L}{\partial b_j} = \sum_i g_{ij}$$

$$\frac{\partial L}{\partial W} = G X^\top$$
`;
      expect(verdicts(text)).toEqual(["proved", "definition", "proved", "proved", "proved", "shape-mismatch"]);
    }
  });

  it("a size that other lines let run is a size where it does not run", () => {
    const text = String.raw`
$A \in \mathbb{R}^{p \times k}$, $B \in \mathbb{R}^{q \times k}$, $S \in \mathbb{R}^{p \times q}$.

$$c = \operatorname{tr}(A^\top S B)$$

$$\frac{\partial c}{\partial S_{ij}} = \sum_{l=1}^{k} A_{il} B_{jl}$$

$$\frac{\partial c}{\partial S_{ij}} = \sum_{k} A_{ik} B_{jk}$$

$$\frac{\partial c}{\partial S_{ij}} = \sum_{l=1}^{k} B_{il} A_{jl}$$

$$\frac{\partial c}{\partial S_{ij}} = A_{ik} B_{jk}$$
`;
    expect(verdicts(text)).toEqual(["proved", "proved", "shape-mismatch", "wrong"]);
  });

  it("a quantity that is computed from entries of its own small letter is another", () => {
    const text = String.raw`
$P \in \mathbb{R}^{m \times K}$, $Q \in \mathbb{R}^{K \times n}$, $r_{ij} \in \mathbb{R}$

$$e_{ij} = r_{ij} - \sum_{k=1}^K p_{ik} q_{kj}$$

$$E = e_{ij}^2 + \frac{\beta}{2} \sum_{k=1}^K (p_{ik}^2 + q_{kj}^2)$$

$$\frac{\partial}{\partial p_{ik}} E = -2 e_{ij} q_{kj} + \beta p_{ik}$$

$$\frac{\partial E}{\partial q_{kj}} = -2 e_{ij} q_{kj} + \beta q_{kj}$$
`;
    expect(verdicts(text)).toEqual(["proved", "wrong"]);
  });

  it("a sample's number selects a row or column of the matrix that holds all samples", () => {
    const text = String.raw`
$X \in \mathbb{R}^{n \times m}$, $w \in \mathbb{R}^{n}$, $Y \in \mathbb{R}^{1 \times m}$

$$Z = w^\top X$$

$$A = \sigma(Z)$$

$$J = -\frac{1}{m} \sum_{i=1}^{m} \left( y^{(i)} \log a^{(i)} + (1 - y^{(i)}) \log (1 - a^{(i)}) \right)$$

$$\frac{\partial J}{\partial Z} = \frac{1}{m} (A - Y)$$

$$\frac{\partial J}{\partial w} = \frac{1}{m} \sum_{i=1}^{m} (a^{(i)} - y^{(i)}) x^{(i)}$$

$$\frac{\partial J}{\partial w_j} = \frac{1}{m} \sum_{i=1}^{m} (A^{(i)} - Y^{(i)}) x_j^{(i)}$$

$$\frac{\partial J}{\partial w} = \frac{1}{m} \sum_{i=1}^{m} (y^{(i)} - a^{(i)}) x^{(i)}$$
`;
    expect(verdicts(text)).toEqual(["proved", "proved", "proved", "wrong"]);
  });

  it("the diagonal of a Jacobian is neither called right nor wrong", () => {
    const text = String.raw`
$z \in \mathbb{R}^n$

$$a = \sigma(z)$$

$$s = \text{softmax}(z)$$

$$\frac{\partial a}{\partial z} = a \odot (1 - a)$$

$$\frac{\partial a}{\partial z} = a \odot a$$

$$\frac{\partial s}{\partial z} = s \odot (1 - s)$$
`;
    expect(verdicts(text)).toEqual(["undecided", "shape-mismatch", "shape-mismatch"]);
  });
});

describe("letters that only a claim uses", () => {
  it("are indices where the forward pass has an index in their place", () => {
    const text = String.raw`
$$q_f = \sum_{i=1}^{n} V_{if} x_i, \quad f = 1, \dots, k$$

$$y = \sum_{i=1}^{n} w_i x_i + \frac{1}{2} \sum_{f=1}^{k} q_f^2$$

$$\frac{\partial y}{\partial w_j} = x_j$$

$$\frac{\partial y}{\partial w_i} = x_j$$

$$\frac{\partial y}{\partial V_{if}} = x_i q_f$$

$$\frac{\partial y}{\partial V_{if}} = 1$$

$$\frac{\partial q_g}{\partial V_{if}} = x_i$$

$$\frac{\partial y}{\partial w_n} = x_n$$
`;
    expect(verdicts(text)).toEqual(["proved", "wrong", "proved", "wrong", "wrong", "proved"]);
  });

  it("run over all places of a signal, of which a filter sees some", () => {
    const text = String.raw`
$$y_{o,t} = \sum_{c=1}^{C} \sum_{k=1}^{\kappa} f_{o,c,k} x_{c,t+k-1}, \quad t = 1, \dots, T - \kappa + 1$$

$$r = \frac{1}{2} \sum_{o=1}^{O} \sum_{t=1}^{T-\kappa+1} y_{o,t}^2$$

$$\frac{\partial r}{\partial x_{c,s}} = \sum_{o=1}^{O} \sum_{k=1}^{\kappa} f_{o,c,k} y_{o,s-k+1} [1 \le s - k + 1 \le T - \kappa + 1]$$

$$\frac{\partial r}{\partial x_{c,s}} = \sum_{o=1}^{O} \sum_{k=1}^{\kappa} f_{o,c,k} y_{o,s+k-1}$$
`;
    expect(verdicts(text)).toEqual(["agrees", "wrong"]);
  });

  it("a filter over two axes is compared where it has room", () => {
    const text = String.raw`
$$Y_{ij} = \sum_{a=1}^{p} \sum_{b=1}^{q} K_{ab} X_{i+a-1, j+b-1}, \quad i = 1, \dots, h - p + 1, \; j = 1, \dots, w - q + 1$$

$$J = \sum_{i=1}^{h-p+1} \sum_{j=1}^{w-q+1} \Gamma_{ij} Y_{ij}$$

$$\frac{\partial J}{\partial X_{uv}} = \sum_{a=1}^{p} \sum_{b=1}^{q} K_{ab} \Gamma_{u+a-1, v+b-1}$$
`;
    expect(verdicts(text)).toEqual(["wrong"]);
  });
});
