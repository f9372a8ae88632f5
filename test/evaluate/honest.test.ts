import { describe, expect, it } from "vitest";
import { hash } from "../../src/core/random.js";
import { derive } from "../../src/derive/derive.js";
import { checkGradients } from "../../src/evaluate/differences.js";
import type { Arena } from "../../src/expression/arena.js";
import type { Node } from "../../src/expression/node.js";
import { readWorksheet } from "../../src/model/read.js";

function derivationOf(text: string) {
  const [problem] = readWorksheet("sheet.md", text).problems;
  if (problem === undefined) throw new Error("no problem was read");
  return derive(problem.model);
}

/** The symbols whose gradient is refused, with what `change` makes of the gradient of `of`. */
function refused(text: string, of = "", change: (n: Node, arena: Arena) => Node = (n) => n): readonly string[] {
  const { model, gradients } = derivationOf(text);
  const changed = gradients.map((g) =>
    g.wrt.latex === of ? { ...g, local: change(g.local, model.arena), fused: null, shown: g.local } : g,
  );
  const checks = checkGradients(
    model,
    changed.map((g) => (g.wrt.latex === of ? { ...g, shown: g.local } : g)),
    { seed: hash(text), points: 5 },
  );
  return checks.flatMap((c, k) => (c.ok && c.points === 5 ? [] : [gradients[k]?.wrt.latex ?? ""]));
}

const STANDARDIZED = String.raw`$x \in \mathbb{R}^n$, $m = \frac{1}{n}\sum_{i=1}^n x_i$, $d_i = x_i - m$
$$s = \frac{1}{n} \sum_{i=1}^n d_i^2$$`;
const SHIFTED = String.raw`$x, w \in \mathbb{R}^n$, $c = w^\top w$, $z_i = x_i + c$
$$L = \log \sum_{i=1}^n e^{z_i} - \frac{1}{n} \sum_{i=1}^n z_i$$`;
const TWICE = String.raw`$W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $t \in \mathbb{R}^m$
$$z = W x$$
$$a = \operatorname{ReLU}(z)$$
$$b = \operatorname{ReLU}(a)$$
$$L = \sum_{j=1}^m (b_j - t_j)^2$$`;
const ONCE = TWICE.replace("b = \\operatorname{ReLU}(a)", "b = a + a^2");
const POOLED = String.raw`$W \in \mathbb{R}^{m \times n}$, $X \in \mathbb{R}^{n \times K}$
$$H = \operatorname{ReLU}(W X)$$
$$p_j = \max_{i} H_{ji}, \quad j = 1, \dots, m, \quad i = 1, \dots, K$$
$$L = \sum_{j=1}^m p_j^2$$`;

describe("a gradient that is right is not refused", () => {
  it.each([
    ["zero by the mean of what is centred", STANDARDIZED],
    ["zero by a shift of a log-sum-exp, and by all that the shift depends on", SHIFTED],
    ["through a ReLU of a ReLU", TWICE],
    ["through a maximum of ReLUs", POOLED],
  ])("%s", (_, text) => {
    expect(refused(text)).toEqual([]);
  });
});

describe("a gradient that is wrong is refused", () => {
  const times = (factor: string) => (n: Node, a: Arena) => a.multiply(a.rational(factor), n);
  it.each([
    ["a factor in a standardized vector", STANDARDIZED, "d", times("1000001/1000000000000")],
    ["a sign", TWICE, "b", times("-1")],
    ["a mask that is dropped", ONCE, "z", (n: Node, a: Arena) => withoutMasks(n, a)],
    [
      "an added constant where the gradient is zero",
      STANDARDIZED,
      "m",
      (n: Node, a: Arena) => a.add(n, a.rational("1/1000000000")),
    ],
    ["a sign below a maximum", POOLED, "H", times("-1")],
  ])("%s", (_, text, of, change) => {
    expect(refused(text, of, change)).toContain(of);
  });
});

const withoutMasks = (n: Node, a: Arena): Node =>
  n.kind === "indicator"
    ? a.one
    : n.kind === "apply" && n.fn === "step"
      ? a.one
      : a.mapOperands(n, (m) => withoutMasks(m, a));
