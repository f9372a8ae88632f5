import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const verdicts = (text: string): readonly string[] =>
  checkWorksheet("a.md", text).claims.map((c) => c.verdict ?? c.kind ?? "");

const NETWORK = String.raw`
$W \in \mathbb{R}^{3 \times 2}$, $x \in \mathbb{R}^2$

$$g(z) = \frac{1}{1 + e^{-z}}$$

$$z = W x$$

$$a = g(z)$$

$$L = \sum_k a_k^2$$
`;

/** Lines about functions of one number, beside a network in which the same letter is an array. */
const LINES: readonly (readonly [string, string])[] = [
  [String.raw`\sigma'(z) = \sigma(z) (1 - \sigma(z))`, "proved"],
  [String.raw`\sigma'(z) = \sigma(z) (1 + \sigma(z))`, "wrong"],
  ["g'(z) = g(z) (1 - g(z))", "proved"],
  ["g'(u) = g(u) (1 - g(u))", "proved"],
  ["g'(u) = g(u)", "wrong"],
  ["{g}'(z) = a .* (1 - a)", "proved"],
  [String.raw`\frac{d}{du} \tanh(u) = 1 - \tanh^2(u)`, "proved"],
  [String.raw`\frac{d\sigma}{dx} = \sigma(x) (1 - \sigma(x))`, "proved"],
  [String.raw`\frac{d\sigma(x)}{dx} = \sigma(x) (1 - \sigma(x)) = \frac{e^{-x}}{(1 + e^{-x})^2}`, "proved"],
  [String.raw`\sigma' = \sigma (1 - \sigma)`, "proved"],
  [String.raw`\tanh' = 1 - \tanh^2`, "proved"],
  [String.raw`\tanh' = 1 - \tanh`, "wrong"],
  [String.raw`\frac{d}{du} \coth(u) = 1 - \coth^2(u)`, "proved"],
  [String.raw`\frac{d}{du} \sec(u) = \sec(u) \tan(u)`, "proved"],
  [String.raw`\frac{d}{du} \cot(u) = -\csc^2(u)`, "agrees"],
  [String.raw`\frac{d}{du} \cot(u) = \csc^2(u)`, "wrong"],
  [String.raw`\frac{\partial L}{\partial z} = 2 a \odot g'(z)`, "proved"],
  [String.raw`\frac{\partial L}{\partial W}(W) = 2 (a \odot g'(z)) x^\top`, "proved"],
];

describe("what a line says of a function", () => {
  it.each(LINES)("%s", (line, verdict) => {
    expect(verdicts(`${NETWORK}\n$$${line}$$\n`)).toEqual([verdict]);
  });

  it("a function's value without its argument may be any of them", () => {
    const rnn = String.raw`
$x_t \in \mathbb{R}^{d}$, $W \in \mathbb{R}^{H \times d}$, $U \in \mathbb{R}^{H \times H}$, $V \in \mathbb{R}^{m \times H}$

$$a_t = W x_t + U h_{t-1}$$

$$h_t = \phi(a_t)$$

$$y_t = V h_t$$

$$L = \sum_{t=1}^{T} l(y_t)$$

$$\frac{\partial l}{\partial a_t} = \frac{\partial l}{\partial h_t} \odot \phi'(a_t)$$

$$\frac{\partial L}{\partial W} = \sum_t \frac{\partial l}{\partial a_t} x_t^\top$$

$$\frac{\partial L}{\partial W} = \sum_t \frac{\partial L}{\partial a_t} x_t^\top$$
`;
    expect(verdicts(rnn)).toEqual(["proved", "undecided", "proved"]);
  });

  it("a divergence with its distributions is the quantity that is differentiated without them", () => {
    const divergence = String.raw`
$\mu, \nu, \sigma \in \mathbb{R}$

$$D_{KL}(p \| q) = \frac{(\mu - \nu)^2}{2 \sigma^2}$$

$$\frac{\partial D_{KL}}{\partial \nu} = \frac{\nu - \mu}{\sigma^2}$$
`;
    expect(verdicts(divergence)).toEqual(["proved"]);
  });

  it("a question sheet may write its question mark as text", () => {
    const sheet = `${NETWORK}\n${String.raw`$$\frac{\partial L}{\partial z} = \text{?}$$`}\n`;
    expect(verdicts(sheet)).toEqual([]);
  });

  it("words say which function a letter is", () => {
    const network = (words: string): string => String.raw`
$W \in \mathbb{R}^{m \times d}$, $x \in \mathbb{R}^d$, $v \in \mathbb{R}^m$, $y \in \mathbb{R}$

${words}

$$h = \sigma(W x)$$

$$L = (v^\top h - y)^2$$

$$\frac{\partial L}{\partial W} = 2 (v^\top h - y) (v \odot \mathbf{1}[W x > 0]) x^\top$$

$$\frac{\partial L}{\partial W} = 2 (v^\top h - y) (v \odot h \odot (1 - h)) x^\top$$
`;
    const relu = ["agrees", "wrong"];
    const first = (words: string): readonly string[] =>
      verdicts(network(words)).map((v) => (v === "proved" ? "agrees" : v));
    expect(first(String.raw`Here $\sigma$ is the ReLU activation.`)).toEqual(relu);
    expect(first(String.raw`We use the ReLU activation function $\sigma$.`)).toEqual(relu);
    expect(first("sigma is the element-wise ReLU")).toEqual(relu);
    expect(first(String.raw`Here $\sigma$ is the sigmoid.`)).toEqual(["wrong", "agrees"]);
    expect(first(String.raw`Here $\sigma$ is the derivative of ReLU.`)).toEqual(["wrong", "agrees"]);
  });

  it("what follows an implication is a statement of its own", () => {
    const lines = [
      String.raw`$$\therefore \frac{\partial E}{\partial x} = 2 (x - t)$$`,
      String.raw`$$\Rightarrow \frac{\partial E}{\partial x} = 2 (x - t)$$`,
      String.raw`$$\frac{\partial E}{\partial x} = 2 (x - t) \implies \frac{\partial E}{\partial t} = 2 (t - x)$$`,
      String.raw`$$\begin{aligned} \frac{\partial E}{\partial x} &= 2 (x - t) \\ \Rightarrow \frac{\partial E}{\partial t} &= x - t \end{aligned}$$`,
    ];
    const text = `$x, t \\in \\mathbb{R}$\n\n$$E = (x - t)^2$$\n\n${lines.join("\n\n")}\n`;
    expect(verdicts(text)).toEqual(["proved", "proved", "proved", "proved", "proved", "wrong"]);
  });

  it("a quantity with its argument has primes as derivatives", () => {
    const text = String.raw`
$a, b, y \in \mathbb{R}$

$$f(y) = a \log y + b \log(1 - y)$$

$$f'(y) = \frac{a}{y} - \frac{b}{1 - y}$$

$$f''(y) = -\frac{a}{y^2} - \frac{b}{(1 - y)^2}$$

$$f'(y) = \frac{a}{y} + \frac{b}{1 - y}$$
`;
    expect(verdicts(text)).toEqual(["proved", "proved", "wrong"]);
  });
});
