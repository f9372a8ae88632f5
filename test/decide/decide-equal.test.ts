import { expect, test } from "vitest";
import { type DecideContext, decideEqual } from "../../src/decide/decide.js";
import type { Node, Range } from "../../src/expression/node.js";
import type { TensorValue } from "../../src/model/model.js";
import { Notation } from "./notation.js";

const contextOf = (n: Notation): DecideContext => ({
  arena: n.arena,
  assumptions: n.assumptions,
  definitions: n.definitions,
  seed: 1,
});

/** The whole tensor of the entries that `text` gives for the letters of its axes. */
function whole(n: Notation, letters: readonly string[], text: string, row = false): TensorValue {
  const body: Node = n.node(text);
  const indices = letters.map((l) => n.index(l));
  return {
    axes: indices.map((i): Range => i.range),
    at: (positions) =>
      n.arena.substitute(body, new Map(indices.map((i, k) => [i, positions[k] ?? n.arena.literal(1)]))),
    row,
  };
}

test("whole tensors are compared entry by entry", () => {
  const n = new Notation();
  const decision = decideEqual(whole(n, ["k", "i"], "d[k]*x[i]"), whole(n, ["l", "j"], "x[j]*d[l]"), contextOf(n));
  expect(decision).toMatchObject({ verdict: "equal-proved" });
});

test("a transpose has another shape", () => {
  const n = new Notation();
  const decision = decideEqual(whole(n, ["k", "i"], "d[k]*x[i]"), whole(n, ["i", "k"], "d[k]*x[i]"), contextOf(n));
  expect(decision).toMatchObject({ verdict: "shape", evidence: { left: ["K", "D"], right: ["D", "K"] } });
});

test("so has a scalar beside a vector", () => {
  const n = new Notation();
  const decision = decideEqual(whole(n, ["k"], "d[k]"), whole(n, [], "sum(k, d[k])"), contextOf(n));
  expect(decision.verdict).toBe("shape");
});

test("a counterexample names sizes, values, the entry and both sides, and is the same each time", () => {
  const once = (): unknown => {
    const n = new Notation();
    return decideEqual(whole(n, ["i", "j"], "A[i,j]"), whole(n, ["i", "j"], "A[j,i]"), contextOf(n));
  };
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
  const n = new Notation();
  expect(decideEqual(whole(n, [], "exp(s0)"), whole(n, [], "exp(s0) + s0/100000000"), contextOf(n)).verdict).toBe(
    "different",
  );
});

test("differences at a kink only are none", () => {
  const n = new Notation();
  expect(decideEqual(whole(n, [], "d*ind(z)"), whole(n, [], "d*indge(z)"), contextOf(n)).verdict).toBe("equal-proved");
});
