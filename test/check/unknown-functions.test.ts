import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Functions of which nothing is said, where an author writes the derivative of one in particular. */

const r = String.raw;
const GIVEN = r`$x \in \mathbb{R}^n$, $W \in \mathbb{R}^{m \times n}$, $u \in \mathbb{R}^m$.
$$z = W x$$
$$a = \phi(z)$$
$$L = u^\top a$$`;

const verdict = (line: string, given = GIVEN) => {
  const [claim] = checkWorksheet("sheet.md", `${given}\n\n$$${line}$$`).claims;
  return { verdict: claim?.verdict, reason: claim?.reason };
};

describe("an unknown function", () => {
  it.each([
    [r`\frac{\partial L}{\partial z} = u \odot a \odot (1 - a)`, "the logistic sigmoid"],
    [r`\frac{\partial L}{\partial W} = (u \odot (1 - a \odot a)) x^\top`, "the hyperbolic tangent"],
    [r`\frac{\partial L}{\partial z} = u \odot \mathbb{1}[z > 0]`, "the ReLU"],
  ])("%s: undecided", (line, name) => {
    expect(verdict(line)).toEqual({
      verdict: "undecided",
      reason: r`this is right if \phi is ${name}, which the text does not say`,
    });
  });

  it.each([
    [r`\frac{\partial L}{\partial z} = u \odot \phi'(z)`, "proved"],
    [r`\frac{\partial L}{\partial z} = u`, "wrong"],
    [r`\frac{\partial L}{\partial z} = u \odot a`, "wrong"],
    [r`\frac{\partial L}{\partial z} = u \odot a \odot (1 + a)`, "wrong"],
  ])("%s: %s", (line, wanted) => {
    expect(verdict(line).verdict).toBe(wanted);
  });

  it("that the text does name is that one", () => {
    const given = GIVEN.replace("$$L", r`where $\phi$ is the hyperbolic tangent. $$L`);
    expect(verdict(r`\frac{\partial L}{\partial z} = u \odot a \odot (1 - a)`, given).verdict).toBe("wrong");
  });
});

describe("a sum without an index", () => {
  it("reaches over the terms that are arrays like what it sums", () => {
    const given = r`$a, y \in \mathbb{R}^n$ $$J = -\sum y \log a + (1 - y) \log(1 - a)$$`;
    expect(
      verdict(r`\frac{\partial J}{\partial a_i} = -\frac{y_i}{a_i} + \frac{1 - y_i}{1 - a_i}`, given).verdict,
    ).toBe("proved");
  });
});

describe("an unknown loss", () => {
  const CLASSES = r`$z, y, t \in \mathbb{R}^K$. $$y = \operatorname{softmax}(z)$$ $$\mathcal{L} = \ell(y, t)$$`;

  it("of which a line takes a derivative that it may have", () => {
    expect(verdict(r`\nabla_z \mathcal{L} = y - t`, CLASSES)).toEqual({
      verdict: "undecided",
      reason: r`this is right if \ell is the cross-entropy of targets that sum to 1, which the text does not say`,
    });
    expect(verdict(r`\nabla_y \mathcal{L} = y - t`, CLASSES).reason).toMatch(/half the squared error/);
  });

  it("that words call the cross-entropy is that", () => {
    const given = `The loss is the cross-entropy. ${CLASSES}`;
    expect(verdict(r`\nabla_z \mathcal{L} = y - t`, given).verdict).toBe("proved");
    expect(verdict(r`\nabla_z \mathcal{L} = t - y`, given).verdict).toBe("wrong");
  });

  it("does not excuse what no loss has", () => {
    expect(verdict(r`\nabla_z \mathcal{L} = y \odot (1 - y)`, CLASSES).verdict).toBe("wrong");
    expect(verdict(r`\nabla_z \mathcal{L} = t - y`, CLASSES).verdict).toBe("wrong");
  });

  it("gives what it compares one shape", () => {
    const given = r`\varphi is softmax, f is the cross-entropy. $o \in \mathbb{R}^K$. $$\hat{y} = \varphi(o)$$ $$L = f(\hat{y}, y)$$`;
    expect(verdict(r`\frac{\partial L}{\partial o} = \hat{y} - y`, given).verdict).toBe("proved");
  });
});
