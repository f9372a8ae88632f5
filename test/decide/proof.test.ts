import { describe, expect, test } from "vitest";
import { FormProof, type Proof } from "../../src/decide/proof.js";
import { equal, type Group } from "./equal.cases.js";
import { setUp } from "./set-up.js";
import { notProved, unequal } from "./unequal.cases.js";

function prove(group: Group, left: string, right: string): Proof | null {
  const n = setUp(group);
  const { arena, assumptions, definitions } = n;
  return new FormProof(n.node(left), n.node(right), { arena, assumptions, definitions, budget: 50_000 }).rest();
}

for (const group of equal)
  describe(`proved: ${group.title}`, () => {
    test.each(group.pairs)("%s = %s", (left, right) => {
      expect(prove(group, left, right)).not.toBeNull();
    });
  });

for (const group of [...unequal, ...notProved])
  describe(`not proved: ${group.title}`, () => {
    test.each(group.pairs)("%s = %s", (left, right) => {
      expect(prove(group, left, right)).toBeNull();
    });
  });

const plain: Group = { title: "", pairs: [] };

describe("conditions", () => {
  test("x/x = 1 needs x ≠ 0", () => {
    expect(prove(plain, "x/x", "1")?.conditions).toEqual(["x ≠ 0"]);
  });
  test("none where both sides divide", () => {
    expect(prove(plain, "2/x", "1/x + 1/x")?.conditions).toEqual([]);
  });
  test("that a symbol is positive, where it is assumed", () => {
    expect(prove({ ...plain, given: [["positive", "u"]] }, "u/u", "1")?.conditions).toEqual(["u > 0"]);
  });
  test("an inverse that the claim itself needs", () => {
    expect(prove(plain, "sum(j, inv(i,j,X[i,j])[p,j]*X[j,q])", "delta(p,q)")?.conditions).toEqual(["X invertible"]);
  });
});
