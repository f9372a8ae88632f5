import { describe, expect, test } from "vitest";
import { type CheckedClaim, checkText } from "../../src/cli/check-text.js";

const plain = (_: string, text: string) => text;
const LINE = String.raw`$$\nabla_{W} L = a g^\top$$`;
const at = { line: 1, column: 3, endLine: 1, endColumn: 26 };
const claim: CheckedClaim = { at, latex: String.raw`\nabla_{W} L = a g^\top`, of: "W", verdict: "proved" };

const shown = (more: Partial<CheckedClaim>, summary: Partial<Record<string, number>> = {}): string =>
  checkText(
    {
      file: "answer.md",
      claims: [{ ...claim, ...more }],
      summary: { claims: 1, right: 0, wrong: 0, unreadable: 0, undecided: 0, ...summary },
    },
    [LINE],
    plain,
  );

describe("a verdict has a sign and a word", () => {
  test.each([
    ["proved", "✓ proved"],
    ["agrees", "✓ agrees"],
    ["carried-forward", "✓ right, given an earlier mistake"],
    ["wrong", "✗ WRONG"],
    ["shape-mismatch", "✗ SHAPE MISMATCH"],
    ["no-answer", "✗ NO ANSWER"],
    ["unreadable", "? unreadable"],
    ["undecided", "? undecided"],
  ])("%s", (verdict, words) => {
    expect(shown({ verdict }).split("\n")[0]).toBe(`answer.md:1:3  ${words}  for W`);
  });
});

test("a wrong claim shows the line, the place, the mistake and what to write", () => {
  const mistake = {
    code: "outer-product-swapped",
    message: "the column comes first",
    at: { line: 1, column: 18, endLine: 1, endColumn: 26 },
  };
  expect(shown({ verdict: "wrong", mistake, expected: "g a^\\top" }, { wrong: 1 })).toBe(
    [
      "answer.md:1:3  ✗ WRONG  for W   outer-product-swapped",
      `    1 │ ${LINE}`,
      "      │                  ^^^^^^^^ the column comes first",
      "   write    g a^\\top",
      "answer.md: 1 claim, 0 right, 1 wrong, 0 unreadable, 0 undecided",
    ].join("\n"),
  );
});

test("a chain shows each of its steps", () => {
  const steps = [
    { latex: "A = B", verdict: "proved" },
    { latex: "B = C", verdict: "wrong", mistake: { code: "sign-error", message: "the sign is reversed" } },
  ];
  const text = shown({ verdict: "wrong", steps });
  expect(text).toContain("step 1   ✓ proved  A = B");
  expect(text).toContain("step 2   ✗ WRONG  B = C");
  expect(text).toContain("sign-error: the sign is reversed");
});

test("evidence is told", () => {
  expect(
    shown({ verdict: "wrong", evidence: { method: "counterexample", sizes: { D: 2 }, left: 0.25, right: 1 / 3 } }),
  ).toContain('because  counterexample, sizes {"D":2}, left 0.25, right 0.333333');
});

test("a long piece of evidence is left to the JSON", () => {
  const point = Object.fromEntries(Array.from({ length: 60 }, (_, k) => [`x_${k}`, k]));
  expect(shown({ verdict: "wrong", evidence: { method: "counterexample", point, left: 1 } })).toContain(
    "because  counterexample, point (see --json), left 1",
  );
});

test("a definition has no verdict", () => {
  expect(shown({ kind: "definition", verdict: null }, { claims: 0 })).toBe(
    "answer.md: 0 claims, 0 right, 0 wrong, 0 unreadable, 0 undecided",
  );
});
