import { describe, expect, it } from "vitest";
import { Facts } from "../../src/decide/facts.js";
import { Arena } from "../../src/expression/arena.js";
import type { Node, Tensor } from "../../src/expression/node.js";
import type { Equation } from "../../src/model/model.js";

/** Scalars, each defined from the one before; the first is given. */
function chain(
  length: number,
  next: (arena: Arena, before: Node) => Node,
): { readonly last: Tensor; readonly facts: Facts } {
  const arena = new Arena();
  const scalar = (k: number): Tensor =>
    arena.tensor({ key: `h${k}`, latex: `h_{${k}}`, parameters: [], axes: [], integer: false, derivative: null });
  let last = scalar(0);
  const definitions = new Map<Tensor, readonly Equation[]>();
  for (let k = 1; k <= length; k++) {
    const tensor = scalar(k);
    const body = next(arena, arena.entry(last, []));
    definitions.set(tensor, [
      { tensor, at: [], body, span: { start: 0, end: 0 }, latex: tensor.latex, byIndex: false },
    ]);
    last = tensor;
  }
  return { last, facts: new Facts([], definitions) };
}

describe("facts that definitions show", () => {
  const scaled = (arena: Arena, x: Node): Node => arena.multiply(arena.constant("pi"), x);
  const rectified = (arena: Arena, x: Node): Node => arena.multiply(arena.constant("pi"), arena.apply("relu", x));

  it("finds a sign a few layers down", () => {
    const { last, facts } = chain(20, rectified);
    expect(facts.sign(last)).toBe("nonnegative");
    expect(facts.fragile(last)).toBe(true);
  });

  it("does not exhaust the stack on a network of thousands of layers", () => {
    const { last, facts } = chain(20_000, scaled);
    expect(facts.sign(last)).toBe("unknown");
    expect(facts.fragile(last)).toBe(true);
  });
});
