import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Words between two factors or terms: cut there, a line loses what follows, and a wrong line may be right without it. */

const r = String.raw;
const SCALARS = r`$$z = x y$$ $$L = (z - y)^2$$`;
const MATRICES = r`$A \in \mathbb{R}^{m \times n}$, $w \in \mathbb{R}^m$, $x \in \mathbb{R}^n$. $$L = w^\top A x$$`;

const verdicts = (premises: string, line: string): readonly (string | undefined)[] =>
  checkWorksheet("a.md", `${premises}\n\n$$\n${line}\n$$\n`, { seed: 1 }).claims.map((c) => c.verdict);

describe("words of arithmetic", () => {
  it.each([
    [SCALARS, r`\frac{\partial L}{\partial x} = 2(z-y)\text{ times }y`, "proved"],
    [SCALARS, r`\frac{\partial L}{\partial x} = 2(z-y)y \ \text{times}\ x`, "wrong"],
    [SCALARS, r`\frac{\partial L}{\partial x} = 2(z-y)y\text{ multiplied by } x`, "wrong"],
    [SCALARS, r`\frac{\partial L}{\partial x} = 2(z-y)y\text{ times the input}`, "unreadable"],
    [SCALARS, r`\frac{\partial L}{\partial x} = 2zy \text{ minus } 2y^2`, "proved"],
    [SCALARS, r`\frac{\partial L}{\partial x} = 2zy - 2y^2 \text{ plus } x`, "wrong"],
    [SCALARS, r`\frac{\partial L}{\partial x} = 2zy^2\text{ divided by }y - 2y^2`, "proved"],
    [SCALARS, r`\frac{\partial L}{\partial x} = 2xy\text{ squared} - 2y^2`, "proved"],
    [SCALARS, r`\frac{\partial L}{\partial x} = 2(z-y)y\text{ squared}`, "wrong"],
    [SCALARS, r`\frac{\partial L}{\partial x} = 2(z-y)y\text{, twice the error times the input}`, "proved"],
    [MATRICES, r`\frac{\partial L}{\partial A} = w x\text{ transposed}`, "proved"],
    [MATRICES, r`\frac{\partial L}{\partial x} = A\text{ transpose } w`, "proved"],
  ])("%s %s", (premises, line, expected) => {
    expect(verdicts(premises, line)).toEqual([expected]);
  });
});
