import { describe, expect, test } from "vitest";
import { proveByForm } from "../../src/decide/proof.js";
import { equal } from "./equal.cases.js";
import { setUp } from "./set-up.js";

for (const group of equal)
  describe(`proved: ${group.title}`, () => {
    for (const [left, right] of group.pairs)
      test(`${left} = ${right}`, () => {
        const n = setUp(group);
        const [l, r] = [n.node(left), n.node(right)];
        expect(
          proveByForm(l, r, { arena: n.arena, assumptions: n.assumptions, definitions: n.definitions, budget: 50_000 }),
        ).not.toBeNull();
      });
  });
