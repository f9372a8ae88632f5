import { describe, expect, test } from "vitest";
import { type Decision, decideNodes } from "../../src/decide/decide.js";
import type { Index } from "../../src/expression/node.js";
import { equal, type Group } from "./equal.cases.js";
import { setUp } from "./set-up.js";
import { notProved, unequal } from "./unequal.cases.js";

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
