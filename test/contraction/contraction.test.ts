import { describe, expect, test } from "vitest";
import { matrixOperations, nodeOperations } from "../../src/contraction/cost.js";
import { compareDims, contractionOrder } from "../../src/contraction/order.js";
import { Arena } from "../../src/expression/arena.js";
import type { Node, Range, Tensor } from "../../src/expression/node.js";
import { vectorize } from "../../src/vectorize/vectorize.js";

const arena = new Arena();
const [D, H, K] = ["D", "H", "K"].map((d) => arena.upTo(arena.namedDim(d))) as [Range, Range, Range];
const make = (key: string, ...axes: readonly Range[]): Tensor =>
  arena.tensor({ key, latex: key, parameters: [], axes, integer: false, derivative: null });
const W = make("W", H, D);
const V = make("V", K, H);
const x = make("x", D);
const [i, j, k] = [arena.index("i", D), arena.index("j", H), arena.index("k", K)];
const e = (t: Tensor, ...at: readonly (typeof i)[]): Node =>
  arena.entry(
    t,
    at.map((a) => arena.at(a)),
  );

const affine = arena.sum(i, arena.multiply(e(W, j, i), e(x, i)));
const deep = arena.sum(j, arena.sum(i, arena.multiply(e(V, k, j), e(W, j, i), e(x, i))));

describe("symbolic sizes", () => {
  const a = arena.namedDim("a");
  const b = arena.namedDim("b");
  test.each([
    ["degree decides", arena.multiplyDims(a, b), arena.addDims(a, b), 1],
    ["then the coefficients of the highest degree", arena.scaleDim(a, 2), arena.addDims(b, arena.constantDim(9)), 1],
    ["then those of the next", arena.addDims(a, arena.constantDim(1)), a, 1],
    ["numbers compare as numbers", arena.constantDim(3), arena.constantDim(5), -1],
    ["equal is equal", a, a, 0],
  ])("%s", (_title, left, right, sign) => {
    expect(Math.sign(compareDims(left, right))).toBe(sign);
    expect(Math.sign(compareDims(right, left))).toBe(sign === 0 ? 0 : -sign);
  });
});

describe("contraction orders", () => {
  test("a matrix meets the vector before another matrix", () => {
    const order = contractionOrder(arena, [[k, j], [j, i], [i]], [k]);
    expect(order.pairs).toEqual([
      { left: 1, right: 2 },
      { left: 0, right: 1 },
    ]);
    expect(order.multiplications.key).toBe("1*D^1*H^1+1*H^1*K^1");
  });
});

describe("operation counts", () => {
  test.each([
    ["a matrix times a vector", [j], affine, "1*D^1*H^1", "1*D^1*H^1+-1*H^1"],
    ["two matrices and a vector", [k], deep, "1*D^1*H^1+1*H^1*K^1", "1*D^1*H^1+-1*H^1+1*H^1*K^1+-1*K^1"],
    ["an outer product", [j, i], arena.multiply(e(make("d", H), j), e(x, i)), "1*D^1*H^1", "0"],
    ["a dot product", [], arena.sum(i, arena.multiply(e(x, i), e(x, i))), "1*D^1", "-1+1*D^1"],
  ] as const)("%s, by index and in matrix form", (_title, axes, node, multiplications, additions) => {
    const sum = (key: string): string[] => key.split("+").sort();
    const byIndex = nodeOperations(arena, node);
    expect(sum(byIndex.multiplications.key)).toEqual(sum(multiplications));
    expect(sum(byIndex.additions.key)).toEqual(sum(additions));
    const form = vectorize(arena, axes, node);
    if (form.matrix === undefined) throw new Error(form.refused);
    expect(matrixOperations(arena, form.matrix)).toEqual(byIndex);
  });

  test("an equal part is counted once", () => {
    const y = arena.apply("tanh", affine);
    const both = arena.multiply(y, arena.subtract(arena.one, y));
    expect(nodeOperations(arena, both).applications.key).toBe("1*H^1");
  });
});
