import { describe, expect, test } from "vitest";
import { Arena } from "../../src/expression/arena.js";
import type { Node, Position, Range, Tensor } from "../../src/expression/node.js";

/* Putting positions in the place of free indices, below what binds indices of its own. */

const arena = new Arena();
const n = arena.namedDim("n");
const upTo = (dim = n): Range => arena.range(arena.oneDim, dim);
const made = (latex: string, parameters: Tensor["parameters"], axes: readonly Range[]): Tensor =>
  arena.tensor({ key: latex, latex, parameters, axes, integer: false, derivative: null });
const i = arena.index("i", upTo());
const j = arena.index("j", upTo());

describe("what binds indices of a family's sizes takes the new member's sizes", () => {
  const layer = arena.index("l", upTo(arena.namedDim("L")));
  const place = arena.index("$0", layer.range);
  const size = (at: Position) => arena.namedDim("D", at);
  const W = made("W", [place], [layer.range, upTo(size(arena.at(place))), upTo(size(arena.at(place)))]);
  const p = arena.index("p", upTo(size(arena.at(layer))));
  const q = arena.index("q", upTo(size(arena.at(layer))));
  const entry = arena.entry(W, [arena.at(layer), arena.at(p), arena.at(q)]);
  const next = arena.literal(3);
  const rows: readonly (readonly [string, Node])[] = [
    ["a sum", arena.sums([p, q], entry)],
    ["a determinant", arena.matrix("determinant", p, q, entry, [])],
    ["a function of a matrix", arena.abstract("f", [{ indices: [p, q], body: entry }], [])],
    ["where the greatest stands", arena.sum(q, arena.argument("max", p, entry))],
  ];
  test.each(rows)("%s", (_, node) => {
    expect(node.free).toEqual([layer]);
    expect(arena.substitute(node, new Map([[layer, next]])).free).toEqual([]);
  });
});

describe("work grows with the size of what is nested, not with two to its depth", () => {
  const A = made("A", [], [upTo(), upTo()]);
  const entry = (r: Position, c: Position): Node => arena.entry(A, [r, c]);
  const nested = (depth: number, wrap: (body: Node) => Node): Node =>
    depth === 0 ? entry(arena.at(i), arena.at(j)) : wrap(nested(depth - 1, wrap));
  const rows: readonly (readonly [string, (body: Node) => Node])[] = [
    [
      "inverses",
      (body) =>
        arena.add(arena.matrix("inverse", i, j, body, [arena.at(i), arena.at(j)]), entry(arena.at(j), arena.at(i))),
    ],
    ["functions of matrices", (body) => arena.abstract("f", [{ indices: [i, j], body }], [arena.at(i), arena.at(j)])],
  ];
  test.each(rows)("%s", (_, wrap) => {
    const node = nested(40, wrap);
    const turned = arena.substitute(node, new Map([[i, arena.literal(1)]]));
    expect(turned.free).toEqual([j]);
    expect(
      arena.substitute(
        node,
        new Map([
          [i, arena.at(j)],
          [j, arena.at(i)],
        ]),
      ).depth,
    ).toBe(node.depth);
  });
});
