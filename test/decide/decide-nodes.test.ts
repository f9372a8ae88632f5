import { expect, test } from "vitest";
import { type Decision, decideNodes } from "../../src/decide/decide.js";
import { Notation } from "./notation.js";

/** Two expressions at every value of these letters. */
function decided(letters: readonly string[], left: string, right: string): Decision {
  const n = new Notation();
  const { arena, assumptions, definitions } = n;
  const question = { left: n.node(left), right: n.node(right), free: letters.map((l) => n.index(l)) };
  return decideNodes(question, { arena, assumptions, definitions, seed: 1 });
}

test("expressions are compared entry by entry", () => {
  expect(decided(["k", "i"], "d[k]*x[i]", "x[i]*d[k]")).toMatchObject({ verdict: "equal-proved" });
});

test("a counterexample names sizes, values, the entry and both sides, and is the same each time", () => {
  const once = (): unknown => decided(["i", "j"], "A[i,j]", "A[j,i]");
  const decision = once();
  expect(decision).toMatchObject({ verdict: "different", evidence: { method: "counterexample" } });
  expect(once()).toEqual(decision);
  const { evidence } = decision as {
    evidence: { entry: number[]; left: number; right: number; point: Map<string, number[][]> };
  };
  const [i = 0, j = 0] = evidence.entry;
  const values = evidence.point.get("A") ?? [];
  expect(values[i - 1]?.[j - 1]).toBe(evidence.left);
  expect(values[j - 1]?.[i - 1]).toBe(evidence.right);
});

test("a small relative difference is a difference", () => {
  expect(decided([], "exp(s0)", "exp(s0) + s0/100000000").verdict).toBe("different");
});

test("differences at a kink only are none", () => {
  expect(decided([], "d*ind(z)", "d*indge(z)").verdict).toBe("equal-proved");
});
