import { describe, expect, it } from "vitest";
import { type CheckJson, checkWorksheet } from "../../src/session/check.js";

/*
 * What is found about a claim depends on the problem and on the claim: not on the claims around it, on their order, or
 * on what the program was asked before.
 */

const r = String.raw;
const PROBLEM = r`$\mathbf{x} \in \mathbb{R}^{D}$, $\mathbf{t} \in \mathbb{R}^{K}$ is one-hot, $\mathbf{W} \in \mathbb{R}^{K \times D}$, $\mathbf{V} \in \mathbb{R}^{D \times D}$.

$$\mathbf{h} = \text{ReLU}(\mathbf{V} \mathbf{x})$$

$$\mathbf{z} = \mathbf{W} \mathbf{h}$$

$$\mathbf{y} = \operatorname{softmax}(\mathbf{z})$$

$$\mathcal{L} = -\sum_{k=1}^{K} t_k \log y_k$$`;

/** No two of the wrong ones about derivatives of which one leads to the other. */
const CLAIMS = [
  r`\nabla_{\mathbf{z}} \mathcal{L} = \mathbf{y} - \mathbf{t}`,
  r`\nabla_{\mathbf{W}} \mathcal{L} = \nabla_{\mathbf{z}} \mathcal{L}\, \mathbf{h}^\top`,
  r`\nabla_{\mathbf{h}} \mathcal{L} = \mathbf{W}^\top (\mathbf{y} - \mathbf{t})`,
  r`\frac{\partial \mathcal{L}}{\partial h_i} = \sum_{k=1}^{K} (y_k - t_k) W_{ki}`,
  r`\frac{\partial \mathcal{L}}{\partial W_{ki}} = (t_k - y_k) h_i`,
  r`\nabla_{\mathbf{W}} \mathcal{L} = 2 (\mathbf{y} - \mathbf{t}) \mathbf{h}^\top`,
  r`\frac{\partial \mathcal{L}}{\partial W_{ki}} = \sum_{k=1}^{K} (y_k - t_k) h_i`,
  r`\nabla_{\mathbf{V}} \mathcal{L} = (\nabla_{\mathbf{h}} \mathcal{L} \odot \text{ReLU}'(\mathbf{V} \mathbf{x})) \mathbf{x}^\top`,
];

const sheet = (claims: readonly string[]): string => [PROBLEM, ...claims.map((c) => `$$${c}$$`)].join("\n\n");
const check = (claims: readonly string[]): CheckJson => checkWorksheet("sheet.md", sheet(claims), { seed: 7 });

/** What was found of each claim, in the order of `CLAIMS`, without places in the file. */
const found = (...results: readonly CheckJson[]): readonly string[] => {
  const all = results.flatMap((x) => x.claims);
  return CLAIMS.map((latex) => JSON.stringify({ ...all.find((c) => c.latex === latex), at: null, where: null }));
};

describe("the order of claims", () => {
  const together = found(check(CLAIMS));

  it("changes nothing", () => {
    expect(found(check(CLAIMS.toReversed()))).toEqual(together);
    expect(found(check([...CLAIMS.slice(5), ...CLAIMS.slice(2, 5), ...CLAIMS.slice(0, 2)]))).toEqual(together);
  });

  it("changes nothing when each claim has a file of its own", () => {
    expect(found(...CLAIMS.map((c) => check([c])))).toEqual(together);
  });

  it("gives the same bytes whatever was checked before", () => {
    const sheets = [CLAIMS.slice(0, 4), CLAIMS.slice(4), CLAIMS.toReversed()].map(sheet);
    const run = (texts: readonly string[]): readonly string[] =>
      texts.map((text) => JSON.stringify(checkWorksheet("sheet.md", text)));
    expect(run(sheets.toReversed()).toReversed()).toEqual(run(sheets));
  });
});
