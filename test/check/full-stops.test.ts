import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* A full stop between two factors: cut there, a line loses its last factor, and a wrong line may be right without it. */

const r = String.raw;
const SCALARS = r`$$z = w x$$ $$L = (z - y)^2$$`;
const ROWS = r`$X \in \mathbb{R}^{n \times d}$, $W \in \mathbb{R}^{d \times k}$. $$Z = X W$$ $$L = L(Z)$$`;

const verdicts = (premises: string, line: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", `${premises}\n\n$$\n${line}\n$$\n`, { seed: 1 }).claims.map((c) => c.verdict);

describe("a full stop", () => {
  it.each([
    [SCALARS, r`\frac{\partial L}{\partial w} = 2(z-y).x`, ["proved"]],
    [SCALARS, r`\frac{\partial L}{\partial w} = 2(z-y)x.y`, ["wrong"]],
    [SCALARS, r`\frac{\partial L}{\partial w} = 2(z-y)x . y`, ["wrong"]],
    [
      SCALARS,
      r`\frac{\partial L}{\partial w} = \frac{\partial L}{\partial z}.\frac{\partial z}{\partial w} = 2(z-y).x.`,
      ["proved"],
    ],
    [SCALARS, r`\frac{\partial L}{\partial w} = 2((z-y).x)`, ["proved"]],
    [
      SCALARS,
      r`\frac{\partial L}{\partial w} = 2(z-y)x. \frac{\partial L}{\partial x} = 2(z-y)w.`,
      ["proved", "proved"],
    ],
    [
      SCALARS,
      r`\frac{\partial L}{\partial w} = 2(z-y)x. \text{ Next, } \frac{\partial L}{\partial x} = 2(z-y)x`,
      ["proved", "wrong"],
    ],
    [ROWS, r`\frac{\partial L}{\partial W} = X.T \frac{\partial L}{\partial Z}`, ["proved"]],
    [ROWS, r`\frac{\partial L}{\partial W} = X \frac{\partial L}{\partial Z}`, ["shape-mismatch"]],
  ])("%s %s", (premises, line, expected) => {
    expect(verdicts(premises, line)).toEqual(expected);
  });
});

describe("a colon between factors", () => {
  const TIED = r`$W \in \mathbb{R}^{m\times n}$. $$Y = W^TW-I$$ $$z = Yx$$ $$\mathcal L = \tfrac{1}{2}z:z$$`;
  it.each([
    [TIED, r`\frac{\partial \mathcal L}{\partial W} = W(zx^T+xz^T)`, ["proved"]],
    [TIED, r`\frac{\partial \mathcal L}{\partial W} = Wzx^T`, ["wrong"]],
    [TIED, r`d\mathcal L = z:dz = z:dY\,x = zx^T:dY`, ["proved"]],
    [TIED, r`d\mathcal L = z:dz = z:dY\,x = xz^T:dY`, ["wrong"]],
    [TIED, r`d\mathcal L = z:dz = z:dY\,x = zx^T:(W^TdW+dW^TW)`, ["proved"]],
    [TIED, r`d\mathcal L = z:dz = z:dY\,x = zx^T:W^TdW`, ["wrong"]],
  ])("%s %s", (premises, line, expected) => {
    expect(verdicts(premises, line)).toEqual(expected);
  });
});
