import { describe, expect, test } from "vitest";
import { checkText } from "../../src/cli/check-text.js";
import type { ClaimJson } from "../../src/session/check.js";
import { checkWorksheet } from "../../src/session/check.js";

const plain = (_: string, text: string) => text;
const LINE = String.raw`$$\nabla_{W} \mathcal{L} = a g^\top$$`;
const at = { line: 1, column: 3, endLine: 1, endColumn: 36 };
const claim: ClaimJson = { at, latex: String.raw`\nabla_{W} \mathcal{L} = a g^\top`, of: "W", verdict: "proved" };

const shown = (more: Partial<ClaimJson>, summary: Partial<Record<string, number>> = {}): string =>
  checkText(
    {
      schema: "backproof/check/1",
      file: "answer.md",
      claims: [{ ...claim, ...more }],
      summary: { claims: 1, right: 0, wrong: 0, unreadable: 0, undecided: 0, ...summary },
      diagnostics: [],
    },
    [LINE],
    plain,
  );

describe("a verdict has a word", () => {
  test.each([
    ["proved", "proved"],
    ["agrees", "agrees"],
    ["carried-forward", "carried forward"],
    ["wrong", "WRONG"],
    ["shape-mismatch", "SHAPE MISMATCH"],
    ["no-answer", "NO ANSWER"],
    ["unreadable", "unreadable"],
    ["undecided", "undecided"],
  ] as const)("%s", (verdict, words) => {
    expect(shown({ verdict }).split("\n")[0]).toBe(`answer.md:1:3  ${words}  ∇_W L`);
  });
});

test("a wrong claim shows the line, the place, the mistake and what to write", () => {
  const mistake = { code: "outer-product-swapped", message: "the column comes first" };
  const where = { line: 1, column: 28, endLine: 1, endColumn: 29 };
  const reason = "the column comes first: [2×1][1×3] is 2×3, W is 3×2";
  expect(shown({ verdict: "wrong", mistake, reason, where, expected: "g a^\\top" }, { wrong: 1 })).toBe(
    [
      "answer.md:1:3  WRONG  ∇_W L   outer-product-swapped",
      "    1 │ \\nabla_{W} \\mathcal{L} = a g^\\top",
      "      │                          ^ the column comes first: [2×1][1×3] is 2×3, W is 3×2",
      "   write  g a^\\top",
      "answer.md: 1 claim, 0 right, 1 wrong, 0 unreadable, 0 undecided",
    ].join("\n"),
  );
});

test("the first false step of a chain is marked, and what would be true stands beside it", () => {
  const steps = [
    { latex: "A = B", verdict: "proved", mistake: null },
    {
      latex: "B = C",
      verdict: "wrong",
      mistake: { code: "sign-error", message: "the sign is reversed" },
      expected: "-C",
    },
    { latex: "C = D", verdict: "wrong", mistake: null },
  ] as const;
  expect(shown({ verdict: "wrong", steps, expected: "-C" })).toContain(
    [
      "   step 1  proved  A = B",
      " → step 2  WRONG  B = C",
      "           sign-error: the sign is reversed",
      "           write  = -C",
      "   step 3  WRONG  C = D",
    ].join("\n"),
  );
});

test("a counterexample names sizes, entry and both values", () => {
  const evidence = {
    method: "counterexample",
    sizes: { D: 2 },
    entry: [2],
    left: 0.25,
    right: 1 / 3,
    point: { x: [1, -2] },
  };
  const text = shown({ verdict: "wrong", evidence });
  expect(text).toContain("   for example  D = 2; entry (2); true 0.25, written 0.33333");
  expect(text).toContain("            at  x = (1, −2)");
});

test("a long point is left to the JSON", () => {
  const point = Object.fromEntries(Array.from({ length: 600 }, (_, k) => [`x_{${k}}`, 1]));
  const text = shown({ verdict: "wrong", evidence: { method: "counterexample", point, left: 1, right: 2 } });
  expect(text).toContain("x_0 = 1");
  expect(text).not.toContain("x_{599}");
});

test("a definition has no verdict", () => {
  const { verdict: _, ...definition } = claim;
  const summary = { claims: 0, right: 0, wrong: 0, unreadable: 0, undecided: 0 };
  expect(
    checkText(
      {
        schema: "backproof/check/1",
        file: "answer.md",
        claims: [{ ...definition, kind: "definition" }],
        summary,
        diagnostics: [],
      },
      [LINE],
      plain,
    ),
  ).toBe("answer.md: 0 claims, 0 right, 0 wrong, 0 unreadable, 0 undecided");
});

/** A two-layer network, and below it what somebody derived of it. */
const NETWORK = String.raw`$x \in \mathbb{R}^{D}$, $W, V$ with $W \in \mathbb{R}^{H \times D}$, $V \in \mathbb{R}^{K \times H}$, $t \in \mathbb{R}^{K}$.

$$z = W x$$
$$a = \sigma(z)$$
$$y = V a$$
$$L = \frac{1}{2} \|y - t\|^2$$

`;

describe("what is underlined", () => {
  test.each([
    ["the factor that does not fit", String.raw`\nabla_{a} L = V \nabla_{y} L`, "V"],
    ["the factor that comes first and should not", String.raw`\nabla_{V} L = a (\nabla_{y} L)^\top`, "a"],
    ["the term that differs", String.raw`\nabla_{y} L = y + t`, "t"],
    ["the factor that differs", String.raw`\nabla_{z} L = \nabla_{a} L \odot a \odot (1 + a)`, "a"],
    ["what is not known", String.raw`\nabla_{x} L = W^\top q`, "q"],
    ["the false step of a chain", String.raw`\nabla_{a} L = V^\top \nabla_{y} L = V^\top (y + t)`, "t"],
  ])("%s", (_, text, marked) => {
    const file = `${NETWORK}$$${text}$$\n`;
    const report = checkWorksheet("a.md", file);
    const [only] = report.claims;
    expect(report.claims).toHaveLength(1);
    const [, line = "", carets = ""] = checkText(report, file.split("\n"), plain).split("\n");
    const from = carets.indexOf("^");
    expect(line.slice(from, from + (carets.lastIndexOf("^") + 1 - from))).toBe(marked);
    expect(only?.reason).not.toBe("");
    if (only?.verdict !== "unreadable") expect(only?.expected).toEqual(expect.any(String));
  });
});
