import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";
import { deriveWorksheet } from "../../src/session/derive.js";

/*
 * Wrong claims that look right where a point, a letter or another line happens to hide the difference. A verdict may be
 * anything but right.
 */

const r = String.raw;
const sheet = (given: readonly string[], claims: readonly string[]): string =>
  [...given, ...claims].map((f) => (f.startsWith("Let") ? f : `$$${f}$$`)).join("\n\n");
const verdicts = (text: string, seed?: number): readonly unknown[] =>
  checkWorksheet("sheet.md", text, seed === undefined ? {} : { seed }).claims.map((c) => c.verdict);
const isRight = (v: unknown): boolean => v === "proved" || v === "agrees" || v === "carried-forward";

describe("a ReLU that is switched off at most points", () => {
  const network = [
    r`m_1 = w_1 x_1 + w_2 x_2`,
    r`h_1 = \text{ReLU}(m_1)`,
    r`m_2 = w_3 x_1 + w_4 x_2`,
    r`h_2 = \text{ReLU}(m_2)`,
    r`m_3 = w_5 h_1 + w_6 h_2`,
    r`h_3 = \text{ReLU}(m_3)`,
    r`z = w_7 h_3`,
    r`L = (z - t)^2`,
  ];
  const d = (v: string): string => r`\frac{\partial L}{\partial ${v}}`;
  const wrong = [
    `${d("w_7")} = -${d("z")} h_3`,
    `${d("w_5")} = ${d("m_3")} h_1 + ${d("m_3")} h_2`,
    `${d("h_1")} = ${d("h_3")} w_5`,
    `${d("w_3")} = ${d("h_2")} x_1`,
    `${d("x_1")} = ${d("m_1")} w_1 - ${d("m_2")} w_3`,
    r`${d("m_3")} = -${d("h_3")} \text{ReLU}'(m_3)`,
  ];
  it.each(wrong)("%s", (claim) => {
    const seeds = Array.from({ length: 12 }, (_, k) => k + 1);
    expect(seeds.filter((seed) => verdicts(sheet(network, [claim]), seed).some(isRight))).toEqual([]);
  });

  it("hides nothing of a right claim", () => {
    const right = `${d("x_1")} = ${d("m_1")} w_1 + ${d("m_2")} w_3`;
    expect(verdicts(sheet(network, [right])).every(isRight)).toBe(true);
  });
});

describe("the limits of a sum in a claim", () => {
  const forward = [
    r`Let $S \in \mathbb{R}^{n \times n}$, $A \in \mathbb{R}^{m \times n}$ and $x \in \mathbb{R}^{n}$.`,
    r`P_{ij} = e^{S_{ij}}`,
    r`L = \sum_{a=1}^{n} \sum_{b=1}^{n} P_{ab}^2 + \sum_{c=1}^{n} x_c^2`,
  ];

  it("are no range of that letter in the forward pass", () => {
    const claim = r`\frac{\partial L}{\partial x_c} = 2 x_c + \sum_{i=2}^{n} (S_{ic} - S_{ic})`;
    const own = (text: string): unknown =>
      deriveWorksheet("sheet.md", text).json.gradients.find((g) => g.wrt === "S")?.index;
    expect(own(sheet(forward, [claim]))).toEqual(own(sheet(forward, [])));
  });

  it.each([
    r`\frac{\partial L}{\partial x_c} = 2 x_c + \sum_{j=1}^{x} (A_{jc} - A_{jc})`,
    r`\frac{\partial L}{\partial S_{ab}} = 2 P_{ab}^2 - \sum_{i=2}^{n} \frac{\partial L}{\partial S_{ib}} + \sum_{i=1}^{n} \frac{\partial L}{\partial S_{ib}}`,
  ])("%s", (claim) => {
    expect(verdicts(sheet(forward, [claim])).some(isRight)).toBe(false);
  });
});

it("carries nothing forward from a line below", () => {
  const forward = [
    r`Let $W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^{n}$ and $t \in \mathbb{R}^{m}$.`,
    r`z = W x`,
    r`L = \|z - t\|^2`,
  ];
  const lines = [r`\nabla_W L = (z - t) x^\top`, r`\nabla_z L = z - t`];
  expect(verdicts(sheet(forward, lines))).toEqual(["wrong", "wrong"]);
  expect(verdicts(sheet(forward, lines.toReversed()))).toEqual(["wrong", "carried-forward"]);
});

describe("a second equation for a symbol", () => {
  const given = [r`Let $x, t \in \mathbb{R}^{n}$.`, r`P_i = e^{x_i}`, r`L = \sum_{k=1}^{n} t_k P_k`];

  it.each([r`L = \sum_{k=2}^{n} t_k P_k`, r`L = \sum_{i=2}^{n} t_i P_i`, r`L = \sum_{k=1}^{n} t_k x_k`])(
    "%s",
    (second) => {
      expect(verdicts(sheet(given, [second]))).toEqual(["wrong"]);
    },
  );

  it("is nothing new where it is the first one again", () => {
    expect(verdicts(sheet(given, [r`L = \sum_{k=1}^{n} t_k P_k`]))).toEqual([]);
  });
});

describe("the last step of a chain, which its recurrence leaves out", () => {
  const given = [r`z_t = w_t z_{t-1}, \quad t = 1, \dots, T`, r`\hat{y} = a z_T`, r`L = (\hat{y} - y)^2`];
  const claim = (last: string): string =>
    r`\frac{\partial L}{\partial z_t} = \begin{cases} \frac{\partial L}{\partial z_{t+1}} w_{t+1} & \text{if } t < T \\ ${last} & \text{if } t = T \end{cases}`;

  it.each([
    [r`\frac{\partial L}{\partial \hat{y}} a`, true],
    [r`\frac{\partial L}{\partial \hat{y}} y`, false],
    [r`\frac{\partial L}{\partial y} a`, false],
  ])("%s: %s", (last, truth) => {
    expect(verdicts(sheet(given, [claim(last)])).map(isRight)).toEqual([truth]);
  });

  it("is left out where nothing sets it apart", () => {
    expect(
      verdicts(sheet(given, [r`\frac{\partial L}{\partial z_t} = \frac{\partial L}{\partial z_{t+1}} w_{t+1}`])).every(
        isRight,
      ),
    ).toBe(true);
  });
});

describe("a derivative that hardly differs from zero after many layers", () => {
  const layers = Array.from({ length: 30 }, (_, k) => r`h_{${k + 1}} = \tanh(w ${k === 0 ? "x" : `h_{${k}}`} + b)`);
  const network = [r`Let $x, w, b, t \in \mathbb{R}$.`, ...layers, r`L = (h_{30} - t)^2`];
  const step = (factor: string): string =>
    r`\frac{\partial L}{\partial h_{1}} = \frac{\partial L}{\partial h_{2}} ${factor} w`;
  it("is compared relative to itself", () => {
    expect(isRight(verdicts(sheet(network, [step("(1 - h_{2}^2)")]))[0])).toBe(true);
    expect(verdicts(sheet(network, [step("(1 - h_{1}^2)")]))).toEqual(["wrong"]);
  });
});

describe("a line about the whole Jacobian", () => {
  const softmax = [r`Let $z \in \mathbb{R}^{K}$.`, r`y = \operatorname{softmax}(z)`];
  it("tells no entries apart, as one about the diagonal does", () => {
    const off = r`\frac{\partial y_i}{\partial z_j} = -y_i y_j`;
    const whole = r`\frac{\partial y}{\partial z} = \operatorname{diag}(y) - y y^\top`;
    expect(verdicts(sheet(softmax, [whole, off]))).toEqual(["proved", "wrong"]);
    expect(verdicts(sheet(softmax, [r`\frac{\partial y_i}{\partial z_i} = y_i (1 - y_i)`, off]))).toEqual([
      "proved",
      "proved",
    ]);
  });
});
