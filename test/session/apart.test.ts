import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * Lines that use the problem's letters for something else, or say again what the problem says: they change neither the problem nor
 * what the lines after them mean.
 */

const r = String.raw;

const NETWORK = r`$x \in \mathbb{R}^{D}$, $W \in \mathbb{R}^{H \times D}$, $b, v \in \mathbb{R}^H$, $t$ a scalar.
$$z = W x + b, \quad h = \sigma(z), \quad y = v^\top h, \quad L = \frac12 (y - t)^2$$`;
const CLASSES = r`$x \in \mathbb{R}^n$, $W \in \mathbb{R}^{K \times n}$, $t \in \{0,1\}^K$ is one-hot.
$$z_k = \sum_{i=1}^n W_{ki} x_i, \quad y_k = \frac{e^{z_k}}{\sum_{l=1}^K e^{z_l}}, \quad L = -\sum_{k=1}^K t_k \log y_k$$`;

const AFTER: ReadonlyMap<string, readonly (readonly [string, boolean])[]> = new Map([
  [
    NETWORK,
    [
      [r`\frac{\partial L}{\partial v} = (y-t) h`, true],
      [r`\frac{\partial L}{\partial W_{ij}} = (y-t) v_i h_i (1-h_i) x_j`, true],
      [r`\frac{\partial L}{\partial b} = (y - t) v \odot \sigma'(z)`, true],
      [r`\frac{\partial L}{\partial v} = (y-t) z`, false],
      [r`\frac{\partial L}{\partial b} = (y-t) v`, false],
    ],
  ],
  [
    CLASSES,
    [
      [r`\frac{\partial L}{\partial z_k} = y_k - t_k`, true],
      [r`\frac{\partial L}{\partial W_{ki}} = (y_k - t_k) x_i`, true],
      [r`\frac{\partial L}{\partial z_k} = t_k - y_k`, false],
    ],
  ],
]);

/** The classes of verdicts of the lines of a submission. */
function judged(problem: string, lines: readonly string[]): readonly string[] {
  const text = lines.map((l) => `$$${l}$$\n`).join("\n");
  const { claims } = checkWorksheet("s.md", text, { seed: 1, against: { file: "p.md", text: problem } });
  return lines.map((_, k) => {
    const verdict = claims.find((c) => c.at.line === 1 + 2 * k)?.verdict ?? "none";
    if (verdict === "proved" || verdict === "agrees") return "right";
    return verdict === "wrong" || verdict === "shape-mismatch" ? "wrong" : verdict;
  });
}

describe("what stands after a line means the same with it", () => {
  it.each([
    [NETWORK, r`\sum_t v_t = 1`],
    [NETWORK, r`\sum_{y=1}^{H} v_y h_y = y`],
    [NETWORK, r`\frac{\partial L}{\partial x_y} = \sum_h v_h`],
    [NETWORK, r`v_{t+1} = v_t - \eta \frac{\partial L}{\partial v}`],
    [NETWORK, r`\sigma(z) = z`],
    [NETWORK, r`\sigma(z) = \frac{1}{1 + e^{-z}}`],
    [NETWORK, r`y_k = v_k h_k`],
    [NETWORK, r`L = \frac{1}{N} \sum_{n=1}^N L_n`],
    [NETWORK, r`x_n = 1, \quad n = 1, \dots, N`],
    [NETWORK, r`h(x) = \sigma(W x + b)`],
    [NETWORK, r`H = 1`],
    [CLASSES, r`t = y`],
    [CLASSES, r`n = 1, \dots, N`],
    [CLASSES, r`i = 1, \dots, K`],
    [CLASSES, r`y = f(z)`],
    [CLASSES, r`z_t = 0`],
  ])("%# %s: %s", (problem, line) => {
    const after = AFTER.get(problem) ?? [];
    const expected = after.map(([, isRight]) => (isRight ? "right" : "wrong"));
    expect(judged(problem, [line, ...after.map(([l]) => l)]).slice(1)).toEqual(expected);
  });
});

describe("a letter of the problem as an index", () => {
  it.each([
    [r`\frac{\partial L}{\partial v_t} = (y - t) h_t`, "right"],
    [r`\frac{\partial L}{\partial v_t} = (y - t) z_t`, "wrong"],
    [r`y = \sum_{t=1}^{H} v_t h_t`, "right"],
    [r`\frac{\partial L}{\partial t} = t - \sum_t v_t h_t`, "right"],
    [r`\frac{\partial L}{\partial x_h} = (y - t) \sum_{t} v_t h_t (1 - h_t) W_{th}`, "right"],
    [r`h(x) = \sigma(W x + b)`, "right"],
    [r`L(y, t) = \frac12 (y - t)^2`, "right"],
    [r`L(y, t) = (y - t)^2`, "wrong"],
    [r`y = f(x)`, "unreadable"],
  ])("%s is %s", (line, verdict) => expect(judged(NETWORK, [line])).toEqual([verdict]));
});
