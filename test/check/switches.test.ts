import { describe, expect, test } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Where rectifiers are off, both sides of a line are zero: that must not count as agreement. */

/** A chain of scalar rectifiers with two paths from h_1, and an unknown loss. */
const chain = (depth: number): string => {
  const lines = ["$$m_1 = u x$$", "$$h_1 = \\text{ReLU}(m_1)$$"];
  for (let k = 2; k <= depth; k++) lines.push(`$$m_${k} = w_${k} h_${k - 1}$$`, `$$h_${k} = \\text{ReLU}(m_${k})$$`);
  return [...lines, "$$n = v h_1$$", "$$g = \\text{ReLU}(n)$$", `$$z = h_${depth} + g$$`, "$$L = \\ell(z)$$"].join(
    "\n",
  );
};

describe("a path behind rectifiers is missed", () => {
  test.each([2, 3, 4, 5])("at depth %i", (depth) => {
    const claims = [
      "\\frac{\\partial L}{\\partial h_1} = \\frac{\\partial L}{\\partial m_2} w_2",
      "\\frac{\\partial L}{\\partial h_1} = \\frac{\\partial L}{\\partial n} v",
      "\\frac{\\partial L}{\\partial h_1} = \\frac{\\partial L}{\\partial m_2} w_2 + \\frac{\\partial L}{\\partial n} v",
    ];
    const verdicts = claims.map((c) => checkWorksheet("a.md", `${chain(depth)}\n$$${c}$$\n`).claims[0]?.verdict);
    expect(verdicts).toEqual(["wrong", "wrong", "proved"]);
  });
});
