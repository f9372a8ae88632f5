import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* A line is judged where its conditions hold; a condition that never holds supports nothing. */

const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("t.md", text).claims.map((c) => c.verdict);

const square = (claim: string): string => `$x \\in \\mathbb{R}$\n\n$$\nL = x^2\n$$\n\n$$\n${claim}\n$$\n`;

describe("a condition on values beside a line", () => {
  it.each([
    "\\frac{\\partial L}{\\partial x} = 5 x, \\quad x > 1000",
    "\\frac{\\partial L}{\\partial x} = 5 x, \\quad L > 1000",
    "\\frac{\\partial L}{\\partial x} = 5 x \\quad \\text{if } L < 0",
    "\\frac{\\partial L}{\\partial x} = 2 x, \\quad L < 0",
  ])("that holds at no point decides nothing: %s", (claim) => {
    expect(verdicts(square(claim))).toEqual(["undecided"]);
  });

  it("that holds at some points decides there", () => {
    expect(verdicts(square("\\frac{\\partial L}{\\partial x} = 2 |x|, \\quad x > 0"))[0]).toMatch(/proved|agrees/);
    expect(verdicts(square("\\frac{\\partial L}{\\partial x} = 2 |x|, \\quad x < 1"))).toEqual(["wrong"]);
  });
});

const triplet = (words: string, claim: string): string => `# Triplet

$a, p, n \\in \\mathbb{R}^{d}$ and $m \\in \\mathbb{R}$.

${words}

$$
L = \\max(0, \\|a - p\\|^2 - \\|a - n\\|^2 + m)
$$

$$
${claim}
$$
`;
const RIGHT = "\\frac{\\partial L}{\\partial p} = 2 (p - a)";
const FALSE = "\\frac{\\partial L}{\\partial p} = 2 (a - p)";

describe("what the text supposes of a hinge", () => {
  it.each(["Assume $L > 0$.", "The margin is active.", "The loss is positive.", "We take a triplet with loss > 0."])(
    "selects its branch: %s",
    (words) => {
      expect(verdicts(triplet(words, RIGHT))[0]).toMatch(/proved|agrees/);
      expect(verdicts(triplet(words, FALSE))).toEqual(["wrong"]);
    },
  );

  it.each(["", "The margin is not active.", "Here $L \\ge 0$ because of the maximum."])("or does not: %s", (words) => {
    expect(verdicts(triplet(words, RIGHT))[0]).toMatch(/wrong|undecided/);
    expect(verdicts(triplet(words, FALSE))[0]).toMatch(/wrong|undecided/);
  });

  it("for one line, not for the next", () => {
    const text = triplet("", "L = L").replace(/\$\$\nL = L\n\$\$\n$/, "");
    const one = `If $L > 0$, then $${RIGHT}$.\n\nIf $L \\le 0$, then $\\frac{\\partial L}{\\partial p} = 0$.\n\n`;
    const found = verdicts(`${text}${one}Always $\\frac{\\partial L}{\\partial n} = 2 (a - n)$.\n`);
    expect(found.slice(0, 2).every((v) => v === "proved" || v === "agrees")).toBe(true);
    expect(found[2]).toBe("wrong");
  });

  it("of a sum of hinges leaves open which", () => {
    const text = (claim: string): string =>
      `$s \\in \\mathbb{R}^{K}$\n\nThe margins are active.\n\n$$\nL = \\sum_{j=1}^{K} \\max(0, s_j + 1)\n$$\n\n$$\n${claim}\n$$\n`;
    expect(verdicts(text("\\frac{\\partial L}{\\partial s_j} = 1"))).toEqual(["undecided"]);
  });
});

describe("a Jacobian told in two lines", () => {
  const softmax = (...claims: readonly string[]): string =>
    [
      "$x, p \\in \\mathbb{R}^{C}$",
      "$$\np_k = \\frac{e^{x_k}}{\\sum_{j=1}^C e^{x_j}}\n$$",
      ...claims.map((c) => `$$\n${c}\n$$`),
    ].join("\n\n");
  const diagonal = "\\frac{\\partial p_k}{\\partial x_k} = p_k (1 - p_k)";

  it("has different letters for the entries off the diagonal", () => {
    const right = verdicts(softmax(diagonal, "\\frac{\\partial p_k}{\\partial x_c} = -p_k p_c"));
    expect(right.every((v) => v === "proved" || v === "agrees")).toBe(true);
    expect(verdicts(softmax(diagonal, "\\frac{\\partial p_k}{\\partial x_c} = p_k p_c"))[1]).toBe("wrong");
  });

  it("one line alone is about all entries", () => {
    expect(verdicts(softmax("\\frac{\\partial p_k}{\\partial x_c} = -p_k p_c"))).toEqual(["wrong"]);
  });
});

it("a line for a whole Jacobian is not one for its diagonal", () => {
  const text = String.raw`$z, y \in \mathbb{R}^{n}$

$$y = \operatorname{softmax}(z)$$

$$\frac{\partial y}{\partial z} = \operatorname{diag}(y) - y y^\top$$

$$\frac{\partial y_i}{\partial z_j} = -y_i y_j$$
`;
  expect(verdicts(text)).toEqual(["proved", "wrong"]);
});

describe("evidence names the assumptions that a proof made use of", () => {
  const given = (text: string): unknown =>
    (checkWorksheet("t.md", text).claims.at(-1)?.evidence as { conditions?: unknown } | null)?.conditions;

  it.each([
    [
      String.raw`$z \in \mathbb{R}^K$, $t \in \mathbb{R}^K$ is one-hot. $$y = \operatorname{softmax}(z), \quad L = -\sum_k t_k \log y_k$$
$$\nabla_z L = y - t$$`,
      ["1ᵀt = 1"],
    ],
    [
      String.raw`$x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$ is symmetric. $$q = x^\top A x$$
$$\nabla_x q = 2 A x$$`,
      ["A = Aᵀ"],
    ],
    [
      String.raw`$x \in \mathbb{R}^n$, $Q \in \mathbb{R}^{n \times n}$ is orthogonal. $$q = \| Q x \|^2$$
$$\nabla_x q = 2 x$$`,
      ["QᵀQ = I"],
    ],
    [
      String.raw`$x, y \in \mathbb{R}^n$ $$q = x^\top y$$
$$\nabla_x q = y$$`,
      undefined,
    ],
  ])("%s", (text, conditions) => {
    expect(given(text)).toEqual(conditions);
  });
});
