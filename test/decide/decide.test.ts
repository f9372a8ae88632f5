import { queryObjects } from "node:v8";
import { describe, expect, test } from "vitest";
import { type Decision, decideNodes } from "../../src/decide/decide.js";
import { Arena } from "../../src/expression/arena.js";
import type { Index } from "../../src/expression/node.js";
import { equal, type Group } from "./equal.cases.js";
import { setUp } from "./set-up.js";
import { hidden, notProved, unequal } from "./unequal.cases.js";

function decide(group: Group, left: string, right: string): Decision {
  const n = setUp(group);
  const [l, r] = [n.node(left), n.node(right)];
  const free: Index[] = [...new Set([...l.free, ...r.free])];
  return decideNodes(
    { left: l, right: r, free },
    { arena: n.arena, assumptions: n.assumptions, definitions: n.definitions, seed: 7 },
  );
}

for (const group of equal)
  describe(`equal: ${group.title}`, () => {
    test.each(group.pairs)("%s = %s", (left, right) => {
      expect(decide(group, left, right).verdict).toBe("equal-proved");
    });
  });

for (const group of unequal)
  describe(`different: ${group.title}`, () => {
    test.each(group.pairs)("%s ≠ %s", (left, right) => {
      const decision = decide(group, left, right);
      expect(decision.verdict).toBe("different");
      if (decision.evidence.method !== "counterexample") throw new Error("no counterexample");
      expect(decision.evidence.left).not.toBe(decision.evidence.right);
    });
  });

for (const group of notProved)
  describe(`not proved: ${group.title}`, () => {
    test.each(group.pairs)("%s ~ %s", (left, right) => {
      expect(decide(group, left, right).verdict).not.toBe("equal-proved");
    });
  });

for (const group of hidden)
  describe(`left open: ${group.title}`, () => {
    test.each(group.pairs)("%s ~ %s", (left, right) => {
      expect(decide(group, left, right).verdict).toBe("undecided");
    });
  });

test("evidence that was told holds nothing of where it was found", () => {
  const [group] = unequal;
  const [left, right] = group?.pairs[0] ?? ["", ""];
  const before = queryObjects(Arena, { format: "count" });
  const kept = Array.from({ length: 3 }, () => decide(group as Group, left, right));
  expect(kept.map((d) => d.evidence.method)).toEqual(["counterexample", "counterexample", "counterexample"]);
  expect(queryObjects(Arena, { format: "count" })).toBeLessThan(before + kept.length);
});
