import { describe, expect, test } from "vitest";
import { Arena } from "../../src/expression/arena.js";
import type { Node } from "../../src/expression/node.js";
import { printNode } from "../../src/print/index-form.js";
import { printMatrix } from "../../src/print/matrix-form.js";
import { makeNames } from "../../src/print/names.js";
import { matrixToNode } from "../../src/vectorize/elaborate.js";
import { withMatrices } from "../../src/vectorize/names.js";
import { vectorize } from "../../src/vectorize/vectorize.js";

const arena = new Arena();
const over = arena.upTo(arena.namedDim("D"));
const rows = arena.upTo(arena.namedDim("N"));
const make = (latex: string, ...axes: readonly (typeof over)[]) =>
  arena.tensor({ key: latex, latex, parameters: [], axes, integer: false, derivative: null });
const x = make("x", over);
const X = make("X", rows, over);
const i = arena.index("i", over);
const xi = arena.entry(x, [arena.at(i)]);
const letters = new Map([
  ["1..1*D^1", ["i", "j"]],
  ["1..1*N^1", ["n"]],
]);
const names = makeNames(arena, letters, [x, X]);

/** `y ← tanh(y) y`, which doubles the text at each level and shares everything. */
const doubled = (depth: number): Node => {
  let node: Node = xi;
  for (let k = 0; k < depth; k++) node = arena.add(arena.apply("tanh", node), arena.power(node, 2));
  return node;
};

describe("bounds", () => {
  test("shared parts are converted once, and a text that would be endless is refused", () => {
    const node = doubled(80);
    const { matrix, refused } = vectorize(arena, [i], node);
    expect(refused).toBeUndefined();
    if (matrix === undefined) return;
    expect(matrixToNode(arena, matrix, arena.at(i))).toBe(node);
    expect(() => printMatrix(matrix, names)).toThrow(/budget/);
    expect(() => printNode(node, names)).toThrow(/budget/);
  });

  test("a deep expression is refused, with a reason", () => {
    let node: Node = xi;
    for (let k = 0; k < 3000; k++) node = arena.apply("tanh", node);
    expect(vectorize(arena, [i], node).refused).toMatch(/nested too deeply/);
  });

  test("a product of many sums that do not combine spends its budget and no more", () => {
    const four = ["a", "b", "c", "d"].map((name) => arena.index(name, over));
    const S = make("S", over, over);
    const pairs = four.flatMap((p, k) => four.slice(k + 1).map((q) => arena.entry(S, [arena.at(p), arena.at(q)])));
    const sums = Array.from({ length: 16 }, (_, k) =>
      arena.add(
        ...pairs.map((p) => arena.multiply(arena.rational(k + 2), p)),
        ...four.map((f) => arena.entry(x, [arena.at(f)])),
      ),
    );
    expect(vectorize(arena, [], arena.sums(four, arena.multiply(...sums))).refused).toMatch(/budget|coupled/);
  });
});

describe("letters", () => {
  test("one letter for two ranges is told apart", () => {
    const other = arena.index("i", rows);
    const node = arena.multiply(xi, arena.entry(X, [arena.at(other), arena.at(i)]));
    const latex = printNode(node, names);
    expect(latex === "x_{i} X_{ni}" || latex === "x_{j} X_{ij}").toBe(true);
  });

  test("the matrix inside an inverse may be printed whole", () => {
    const j = arena.index("j", over);
    const n = arena.index("n", rows);
    const gram = arena.sum(
      n,
      arena.multiply(arena.entry(X, [arena.at(n), arena.at(i)]), arena.entry(X, [arena.at(n), arena.at(j)])),
    );
    const inverse = arena.matrix("inverse", i, j, gram, [arena.at(i), arena.at(j)]);
    expect(printNode(inverse, names)).toBe(
      "\\left(\\left[\\sum_{n=1}^{N} X_{nk} X_{nl}\\right]_{kl}^{-1}\\right)_{ij}",
    );
    expect(printNode(inverse, withMatrices(names))).toBe("((X^\\top X)^{-1})_{ij}");
  });
});
