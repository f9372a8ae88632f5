import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* What is found out about a problem for one submission serves the next one, and changes nothing of what is said of it. */

const r = String.raw;
const PROBLEM = r`$\mathbf{x} \in \mathbb{R}^{D}$, $\mathbf{t} \in \mathbb{R}^{K}$ is one-hot, $\mathbf{W} \in \mathbb{R}^{K \times H}$, $\mathbf{V} \in \mathbb{R}^{H \times D}$.

$$h_j = \text{ReLU}(\sum_{i=1}^{D} V_{ji} x_i), \quad j = 1, \dots, H$$

$$\mathbf{z} = \mathbf{W} \mathbf{h}$$

$$\mathbf{y} = \operatorname{softmax}(\mathbf{z})$$

$$\mathcal{L} = -\sum_{k=1}^{K} t_k \log y_k$$`;

const SUBMISSIONS: readonly (readonly string[])[] = [
  [
    r`\nabla_{\mathbf{z}} \mathcal{L} = \mathbf{y} - \mathbf{t}`,
    r`\nabla_{\mathbf{W}} \mathcal{L} = \nabla_{\mathbf{z}} \mathcal{L}\, \mathbf{h}^\top`,
  ],
  // The same again at other places, and with other letters.
  ["", r`\nabla_{\mathbf{W}} \mathcal{L} = \nabla_{\mathbf{z}} \mathcal{L}\, \mathbf{h}^\top`],
  [r`\frac{\partial \mathcal{L}}{\partial h_q} = \sum_{c=1}^{K} (y_c - t_c) W_{qc}, \quad q = 1, \dots, H`],
  [r`\frac{\partial \mathcal{L}}{\partial h_p} = 2 \sum_{k=1}^{K} (y_k - t_k) W_{kp}`],
  [r`\frac{\partial \mathcal{L}}{\partial h_p} = 2 \sum_{k=1}^{K} (y_k - t_k) W_{kp}`, "$p$ is anything."],
  // Wrong, and wrong only because of the line above.
  [
    r`\nabla_{\mathbf{z}} \mathcal{L} = \mathbf{t} - \mathbf{y}`,
    r`\nabla_{\mathbf{W}} \mathcal{L} = (\mathbf{t} - \mathbf{y}) \mathbf{h}^\top`,
  ],
  [
    r`\nabla_{\mathbf{z}} \mathcal{L} = 2 (\mathbf{y} - \mathbf{t})`,
    r`\nabla_{\mathbf{W}} \mathcal{L} = (\mathbf{t} - \mathbf{y}) \mathbf{h}^\top`,
  ],
  // Sizes of the author's own.
  [
    r`\frac{\partial \mathcal{L}}{\partial h_p} = 2 \sum_{m=1}^{M} (y_m - t_m) W_{mp}, \quad p = 1, \dots, P`,
    r`\frac{\partial \mathcal{L}}{\partial V_{pq}} = \sum_{m=1}^{M} (y_m - t_m) W_{pm} x_q, \quad p = 1, \dots, P, q = 1, \dots, Q`,
  ],
  [
    r`\frac{\partial \mathcal{L}}{\partial h_p} = \sum_{m=1}^{M} (y_m - t_m) W_{mp}`,
    r`\frac{\partial \mathcal{L}}{\partial W_{mp}} = (t_m - y_m) h_p, \quad m = 1, \dots, P`,
  ],
  // Names of the author's own.
  [
    r`\delta := \frac{\partial \mathcal{L}}{\partial \mathbf{z}} = \mathbf{y} - \mathbf{t}`,
    r`\nabla_{\mathbf{W}} \mathcal{L} = \delta \mathbf{h}^\top`,
  ],
  [
    r`\delta = \mathbf{y} - \mathbf{t}`,
    r`\nabla_{\mathbf{W}} \mathcal{L} = \delta \mathbf{x}^\top`,
    r`\nabla_{\mathbf{h}} \mathcal{L} = \mathbf{W} \nabla_{\mathbf{z}} \mathcal{L}`,
    r`\nabla_{\mathbf{z}} \mathcal{L} = \mathbf{y} - \mathbf{t}`,
  ],
  [r`\mathbf{t} := \nabla_{\mathbf{z}} \mathcal{L}`, r`\nabla_{\mathbf{z}} \mathcal{L} = \mathbf{y} - \mathbf{t}`],
  // All in rows.
  [
    r`\frac{\partial \mathcal{L}}{\partial \mathbf{z}} = (\mathbf{y} - \mathbf{t})^\top`,
    r`\frac{\partial \mathcal{L}}{\partial \mathbf{h}} = (\mathbf{y} - \mathbf{t})^\top \mathbf{W}`,
  ],
  [r`\frac{\partial \mathcal{L}}{\partial \mathbf{z}} = (\mathbf{y} - \mathbf{t})^\top`],
  // Jacobians, and a second derivative.
  [r`\frac{\partial y_i}{\partial z_j} = y_i (\delta_{ij} - y_j)`, r`\frac{\partial y_i}{\partial z_j} = y_i y_j`],
  [r`\frac{\partial^2 \mathcal{L}}{\partial z_i \partial z_j} = y_i (\delta_{ij} - y_j)`],
  // Chains, blanks, what cannot be read, what repeats the question, and a premise that is none.
  [
    r`\frac{\partial \mathcal{L}}{\partial z_k} = \sum_{i=1}^{K} \frac{\partial \mathcal{L}}{\partial y_i} \frac{\partial y_i}{\partial z_k} = t_k - y_k = y_k - t_k`,
  ],
  [
    r`\nabla_{\mathbf{z}} \mathcal{L} = ?`,
    r`\nabla_{\mathbf{h}} \mathcal{L} = \frac{\mathbf{W}`,
    r`\nabla_{\mathbf{W}} \mathcal{L} = \foo`,
  ],
  [
    r`\nabla_{\mathbf{z}} \mathcal{L} = \nabla_{\mathbf{z}} \mathcal{L}`,
    r`\mathbf{y} = \mathbf{t}`,
    r`\nabla_{\mathbf{z}} \mathcal{L} = 0`,
  ],
  [r`\mathbf{V} \in \mathbb{R}^{D \times H}`, r`\nabla_{\mathbf{z}} \mathcal{L} = \mathbf{y} - \mathbf{t}`],
];

const texts = SUBMISSIONS.map((lines, k) =>
  [`# ${k}`, ...lines.map((l) => (l === "" || l.startsWith("$") ? l : `$$${l}$$`))].join("\n\n"),
);
const checked = (text: string, against: { readonly file: string; readonly text: string }): string =>
  JSON.stringify(checkWorksheet("s.md", text, { against, seed: 7 }), null, 1);

describe("a problem that is read once", () => {
  it("gives every submission what it gives when read for that one alone", { timeout: 300_000 }, () => {
    const once = { file: "p.md", text: PROBLEM };
    const alone = texts.map((text) => checked(text, { ...once }));
    // Twice, so that each is also judged when everything about it is known.
    for (const round of [texts, texts.toReversed()]) {
      const found = new Map(round.map((text) => [text, checked(text, once)]));
      expect(texts.map((text) => found.get(text))).toEqual(alone);
    }
  });
});
