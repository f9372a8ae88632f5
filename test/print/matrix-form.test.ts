import katex from "katex";
import { describe, expect, test } from "vitest";
import * as m from "../../src/contraction/matrix.js";
import { Arena } from "../../src/expression/arena.js";
import type { Range } from "../../src/expression/node.js";
import { printMatrix } from "../../src/print/matrix-form.js";
import { dimensionCheck } from "../../src/print/matrix-shapes.js";
import { makeNames } from "../../src/print/names.js";

const arena = new Arena();
const [n, k] = ["n", "k"].map((d) => arena.upTo(arena.namedDim(d))) as [Range, Range];
const make = (latex: string, ...axes: readonly Range[]) =>
  arena.tensor({ key: latex, latex, parameters: [], axes, integer: false, derivative: null });
const [W, x, y, s, L] = [make("W", n, k), make("x", k), make("y", n), make("s"), make("L")];
const names = makeNames(arena, new Map(), [W, x, y, s, L]);
const matrix = m.symbol(arena, W, ["row", "column"]);
const column = m.symbol(arena, x, ["row"]);
const other = m.symbol(arena, y, ["row"]);
const number = (value: number) => m.scalar(arena.rational(value));
const scalar = m.scalar(arena.entry(s, []));
const gradient = m.symbol(arena, arena.derivativeTensor(L, y), ["row"]);
const minus = number(-1);
const times = m.product(matrix, column);

describe("matrix form", () => {
  test.each([
    ["a product", times, "W x"],
    ["an outer product", m.product(other, m.transpose(column)), "y x^\\top"],
    ["a gradient in front", m.product(gradient, m.transpose(column)), "(\\nabla_{y} L) x^\\top"],
    ["a product of entries", m.hadamard(times, other), "(W x) \\odot y"],
    ["a sum of entries times", m.hadamard(m.add(times, other), other), "(W x + y) \\odot y"],
    ["a negative", m.scale([minus], times), "-W x"],
    ["a negative sum", m.scale([minus], m.add(times, m.scale([minus], other))), "y - W x"],
    ["a sum of negatives", m.scale([minus], m.add(times, other)), "-(W x + y)"],
    ["a divided number", m.scale([m.power(number(3), minus)], times), "\\frac{1}{3} W x"],
    ["a divided scalar", m.scale([number(2), m.power(scalar, minus)], times), "\\frac{2}{s} W x"],
    ["division entry by entry", m.hadamard(times, m.power(other, minus)), "(W x) \\oslash y"],
    ["a scalar product", m.product(m.transpose(other), times), "y^\\top W x"],
    ["a scalar product as a factor", m.scale([m.product(m.transpose(other), other)], times), "(y^\\top y) W x"],
    ["a square", m.power(other, number(2)), "y \\odot y"],
    ["all ones", m.product(m.transpose(m.ones(n)), other), "\\mathbf{1}_{n}^\\top y"],
    ["a function", m.apply("tanh", m.add(times, other)), "\\tanh(W x + y)"],
  ])("%s", (_title, form, latex) => {
    expect(printMatrix(form, names)).toBe(latex);
    katex.renderToString(latex, { throwOnError: true, strict: "error", trust: false });
  });

  test("shapes along a product, scalars left out", () => {
    expect(dimensionCheck(m.scale([scalar], times), names)).toBe("[n \\times k][k \\times 1] = [n \\times 1]");
  });

  test("a minus before each of many nested sums is tried once", () => {
    let nested = other;
    for (let depth = 0; depth < 100; depth++) nested = m.apply("tanh", m.scale([minus], m.add(other, times, nested)));
    expect(printMatrix(nested, names).match(/-/g)).toHaveLength(100);
  });
});
