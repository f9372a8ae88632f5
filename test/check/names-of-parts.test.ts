import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* A name for a derivative holds in its problem: what a sibling calls by it is another quantity, or another name. */

const PREMISES = String.raw`$x \in \mathbb{R}^D$, $W \in \mathbb{R}^{K \times D}$, $t \in \mathbb{R}^K$`;

const FIRST = String.raw`## Part a

$$z = W x$$

$$L = \frac12 \|z - t\|^2$$

$$\delta := \frac{\partial L}{\partial z}$$

$$\delta = z - t$$`;

const verdicts = (...parts: readonly string[]): readonly (string | undefined)[] =>
  checkWorksheet("parts.md", [PREMISES, ...parts].join("\n\n")).claims.map((c) => c.verdict ?? c.kind);

describe("names for derivatives in the parts of a worksheet", () => {
  it("leave the letter to a quantity of another part", () => {
    const second = String.raw`## Part b

$$u = \tanh(W x)$$

$$\delta = u - t$$

$$J = \frac12 \delta^\top \delta$$

$$\frac{\partial J}{\partial u} = \delta$$

$$\frac{\partial J}{\partial u} = 2 \delta$$`;
    expect(verdicts(FIRST, second)).toEqual(["definition", "proved", "proved", "wrong"]);
  });

  it("leave the letter to a name of another part", () => {
    const second = String.raw`## Part b

$$u = \tanh(W x)$$

$$J = \frac12 \|u - t\|^2$$

$$\delta := \frac{\partial J}{\partial u}$$

$$\delta = u - t$$

$$\delta = t - u$$`;
    expect(verdicts(FIRST, second)).toEqual(["definition", "proved", "definition", "proved", "wrong"]);
  });
});
