import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const r = String.raw;

/* What a loss is, words may say or not, and what they say of another loss is not said of this one. */

const verdicts = (sheet: string): readonly (string | undefined)[] =>
  checkWorksheet("loss.md", sheet).claims.map((c) => c.verdict);

const UNKNOWN = (words: string): string => r`Let $z = W x$ with $W \in \mathbb{R}^{n \times m}$, $x \in \mathbb{R}^m$,
$y \in \mathbb{R}^n$, and $p = \mathrm{softmax}(z)$. The loss is $$L = \ell(p, y)$$ ${words}

$$\frac{\partial L}{\partial z} = p - y$$`;

it.each([
  [r`where $\ell$ is the cross-entropy. The target $y$ is one-hot.`, "proved"],
  [r`where $\ell$ is the cross-entropy.`, "proved"],
  [r`where $\ell$ is the focal loss, used instead of the cross-entropy. The target $y$ is one-hot.`, "undecided"],
])("%s", (words, verdict) => {
  expect(verdicts(UNKNOWN(words))).toEqual([verdict]);
});

it("says which loss was meant, and of which targets", () => {
  const [claim] = checkWorksheet("loss.md", UNKNOWN(r`where $\ell$ is the cross-entropy, $y$ one-hot.`)).claims;
  expect(JSON.stringify(claim?.evidence)).toContain("is the cross-entropy");
  const [open] = checkWorksheet("loss.md", UNKNOWN(r`where $\ell$ is the cross-entropy.`)).claims;
  expect(JSON.stringify(open?.evidence)).toContain("is the cross-entropy of targets that sum to 1");
});

it("a number times the logarithm of a softmax is a column, and so is what is no loss", () => {
  const sheet = r`Let $z \in \mathbb{R}^n$, $\alpha \in \mathbb{R}$, $y \in \mathbb{R}^n$.
$$p = \mathrm{softmax}(z)$$
$$s = \alpha \log p$$
$$L = -y^\top s$$

$$\frac{\partial L}{\partial s} = -y$$`;
  expect(verdicts(sheet)).toEqual(["proved"]);
});

it("a quotient of two doubled letters is no scanned derivative", () => {
  const sheet = r`Let $w, m \in \mathbb{R}$.
$$L = \frac{w^2}{2 m}$$

$$\frac{\partial L}{\partial w} = \frac{2 w}{2 m}$$
$$\frac{\partial L}{\partial m} = \frac{2 w}{2 m}$$`;
  expect(verdicts(sheet)).toEqual(["proved", "wrong"]);
});
