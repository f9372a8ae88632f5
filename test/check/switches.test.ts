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

describe("a branch that is compared at no entry", () => {
  const layers = `Let $x, y \\in \\mathbb{R}^n$, $W^{(\\ell)} \\in \\mathbb{R}^{n \\times n}$.

$$a^{(0)} = x, \\quad z^{(\\ell)} = W^{(\\ell)} a^{(\\ell-1)}, \\quad a^{(\\ell)} = \\tanh(z^{(\\ell)}), \\quad \\ell = 1, \\dots, L$$

$$C = \\frac{1}{2}\\|a^{(L)} - y\\|^2$$
`;
  const claim = (above: string, weights = "\\ell+1") =>
    `$$\\nabla_{a^{(\\ell)}} C = \\begin{cases} (W^{(${weights})})^\\top \\nabla_{z^{(${above})}} C & \\text{if } \\ell < L \\\\ a^{(L)} - y & \\text{if } \\ell = L \\end{cases}$$`;
  const verdict = (line: string) => checkWorksheet("a.md", `${layers}\n${line}\n`).claims.at(-1)?.verdict;

  test("the right members", () => expect(verdict(claim("\\ell+1"))).toBe("proved"));

  test.each([["\\ell+2"], ["\\ell"], ["L"]])("another member, %s", (above) =>
    expect(verdict(claim(above))).toBe("wrong"),
  );

  test.each([["\\ell-1"], ["\\ell+2"]])("weights of another member, %s", (weights) =>
    expect(verdict(claim("\\ell+1", weights))).toBe("wrong"),
  );

  test("a member beyond all", () => expect(verdict(claim("\\ell+L+5"))).toBe("undecided"));
});

describe("the sizes of a problem are not renamed by a claim", () => {
  const sheet = `Layer $t$ has $W^{(t)} \\in \\mathbb{R}^{K \\times K}$, and $z^{(0)}, a \\in \\mathbb{R}^K$.

$$u^{(t)} = W^{(t)} z^{(t-1)}, \\quad z^{(t)} = \\tanh(u^{(t)}), \\quad t = 1, \\dots, M$$

$$f = a^\\top z^{(M)}$$
`;
  test.each([
    ["K", "proved"],
    ["M", "shape-mismatch"],
  ])("a sum to %s", (limit, verdict) => {
    const line = `$$\\frac{\\partial f}{\\partial z_i^{(t-1)}} = \\sum_{j=1}^{${limit}} \\frac{\\partial f}{\\partial u_j^{(t)}} W_{ji}^{(t)}, \\quad t = 1, \\dots, M$$`;
    expect(checkWorksheet("a.md", `${sheet}\n${line}\n`).claims.at(-1)?.verdict).toBe(verdict);
  });
});
