import { describe, expect, it } from "vitest";
import { costWorksheet } from "../../src/session/cost.js";

const NETWORK = String.raw`
The input is $x \in \mathbb{R}^H$, and $W^{(\ell)} \in \mathbb{R}^{H \times H}$ for $\ell = 0, \dots, L-1$.

$$h^{(0)} = x$$

$$h^{(\ell+1)} = W^{(\ell)} h^{(\ell)}, \quad \ell = 0, \dots, L-1$$

$$\mathcal{L} = \mathcal{L}(h^{(L)})$$
`;
const CHAIN = String.raw`
$$z_t = w_t z_{t-1}, \quad t = 1, \dots, T$$

$$\hat{y} = a z_T$$
`;
const PRODUCT = String.raw`
Let $v, y_1 \in \mathbb{R}^{n \times 1}$ and $y_2 \in \mathbb{R}^{m \times 1}$.

$$Z = v v^\top y_1 y_2^\top$$
`;

/** The verdicts on what `text` says of a worksheet. */
const verdicts = (worksheet: string, text: string) =>
  costWorksheet("x.md", `${worksheet}\n${text}\n`).claims.map((c) => c.verdict);

describe("claims about the cost of a network", () => {
  it.each([
    ["The number of weights is $L H^2$.", "proved"],
    ["The network has $O(L H^2)$ weights.", "proved"],
    ["The number of parameters is $L H$.", "wrong"],
    ["The backward pass takes $O(L H^2)$ operations.", "proved"],
    [String.raw`The cost of the backward pass is $T = \mathcal{O}(H^2 L)$.`, "proved"],
    ["The backward pass costs $O(L H^3)$.", "wrong"],
    ["The backward pass costs $O(L H)$.", "wrong"],
    ["The backward pass takes $2LH^2$ multiplications.", "proved"],
    ["The backward pass takes $LH^2$ multiplications.", "wrong"],
    ["The forward pass needs $LH(H-1)$ additions.", "proved"],
    ["Computing each gradient separately takes $O(L^2 H^4)$.", "proved"],
    ["A naive computation takes $O(L^2 H^3)$ time.", "wrong"],
    ["Forward mode costs $O(L^2 H^4)$.", "proved"],
    ["Backpropagation runs in $O(E + V)$ time.", "proved"],
    ["Naively, the running time is $O((E + V)^2)$.", "proved"],
    ["Naively, the running time is $O(E + V)$.", "wrong"],
    ["All of it is $O(L H^2)$.", "undecided"],
    ["The backward pass takes $O(Q H^2)$ operations.", "undecided"],
  ])("%s", (text, verdict) => {
    expect(verdicts(NETWORK, text)).toEqual([verdict]);
  });

  it("adds up a series", () => {
    expect(verdicts(CHAIN, String.raw`Naively: $1 + 2 + \dots + T = O(T^2)$.`)).toEqual(["proved"]);
    expect(verdicts(CHAIN, String.raw`Naively: $1 + 2 + \dots + T = O(T)$.`)).toEqual(["wrong"]);
    expect(verdicts(CHAIN, "Backpropagation takes $O(T)$.")).toEqual(["proved"]);
  });

  it.each(["Every layer has $H$ units and no activation.", "Each unit has $H$ weights.", "The depth is $L$."])(
    "takes no description for a claim: %s",
    (text) => {
      expect(verdicts(NETWORK, text)).toEqual([]);
    },
  );

  it("leaves the network as it is", () => {
    const { equations, diagnostics } = costWorksheet("x.md", `${NETWORK}\nThe cost is $T = O(L H^2)$.\n`);
    expect(equations).toHaveLength(2);
    expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  });
});

const RECURRENT = String.raw`
Inputs $x \in \mathbb{R}^{d}$, weights $A \in \mathbb{R}^{n \times n}$ and $B \in \mathbb{R}^{n \times d}$, states $h_t \in \mathbb{R}^{n}$.

$$h_t = \tanh(A h_{t-1} + B x), \quad t = 1, \dots, T$$

$$J = \sum_{t=1}^{T} \|h_t - y_t\|^2$$
`;

describe("claims about a pass over members", () => {
  it.each([
    ["The backward pass takes $O(T n^2 + T n d)$ operations.", "proved"],
    ["The backward pass takes $O(T n^2 + n d)$ operations.", "wrong"],
    ["The forward pass takes $T n (n + d)$ multiplications.", "proved"],
    ["The forward pass takes $T n (n + d) + n$ multiplications.", "undecided"],
    ["The forward pass takes $2 T n (n + d)$ multiplications.", "wrong"],
    ["Backpropagation needs memory $O(T n)$.", "proved"],
    ["Backpropagation needs memory $O(T n^2)$.", "wrong"],
  ])("%s", (text, verdict) => {
    expect(verdicts(RECURRENT, text)).toEqual([verdict]);
  });
});

describe("claims about the orders of a product", () => {
  it.each([
    ["Forward mode takes $2n^2 + nm$ multiplications.", "proved"],
    ["Reverse mode takes $3mn$ multiplications.", "proved"],
    ["Reverse mode takes $2n^2 + nm$ multiplications.", "wrong"],
    ["Backpropagation stores $2(m + n + mn)$ numbers.", "proved"],
    ["Forward mode stores $3n + m + n^2 + mn$ numbers.", "proved"],
    [String.raw`Backprop: $\text{Total time} = nm + nm + nm = 3mn$.`, "proved"],
    [String.raw`Backprop: $\text{Total time} = nm + nm = 3mn$.`, "wrong"],
    ["Reverse mode is cheaper when $m < n$.", "proved"],
    ["Forward mode is cheaper when $m > n$.", "proved"],
    ["Forward mode is cheaper when $m < n$.", "wrong"],
  ])("%s", (text, verdict) => {
    expect(verdicts(PRODUCT, text)).toEqual([verdict]);
  });

  it("knows which order words name of a product", () => {
    const chain =
      "Let $A \\in \\mathbb{R}^{p \\times q}$, $B \\in \\mathbb{R}^{q \\times r}$, $x \\in \\mathbb{R}^{r}$.\n\n$$y = A B x$$\n";
    expect(verdicts(chain, "Computing $A B x$ from the right takes $pq + qr$ multiplications.")).toEqual(["proved"]);
    expect(verdicts(chain, "Computing $A B x$ from the left takes $pq + qr$ multiplications.")).toEqual(["wrong"]);
    expect(verdicts(chain, "Computing $(A B) x$ takes $pqr + pr$ multiplications.")).toEqual(["proved"]);
  });

  it("takes the product that stands before the number for what is counted", () => {
    const text = String.raw`Multiplying from the right, $v(v^\top y_1)$, takes $2n$ multiplications; forming $v v^\top$ takes $n^2$, and forming $v v^\top$ first takes about $2n^2$.`;
    expect(verdicts(PRODUCT, text)).toEqual(["proved", "proved", "proved"]);
  });
});
