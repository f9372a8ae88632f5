import { describe, expect, it } from "vitest";
import { Arena, identifier, tensorsOf } from "../../src/expression/arena.js";
import { equalUpToOrder } from "../../src/expression/equal-up-to-order.js";
import type { Index, Node, Position, Tensor } from "../../src/expression/node.js";

const arena = new Arena();
const [n, m] = [arena.namedDim("n"), arena.namedDim("m")];
const [i, j, k] = ["i", "j", "k"].map((name) => arena.index(name, arena.upTo(n))) as [Index, Index, Index];
const make = (key: string, axes: number): Tensor =>
  arena.tensor({
    key,
    latex: key,
    parameters: [],
    axes: Array(axes).fill(arena.upTo(n)),
    integer: false,
    derivative: null,
  });
const [a, x, y] = [make("a", 0), make("x", 1), make("y", 1)];
const W = make("W", 2);
const at = (tensor: Tensor, ...indices: readonly (Index | Position)[]): Node =>
  arena.entry(
    tensor,
    indices.map((p) => ("range" in p ? arena.at(p) : p)),
  );

describe("sums and products over an index", () => {
  it("do not depend on the index's letter", () => {
    expect(arena.sum(i, at(x, i))).toBe(arena.sum(j, at(x, j)));
    expect(arena.sums([i, j], at(W, i, j))).not.toBe(arena.sums([j, i], at(W, i, j)));
  });

  it("over several indices are the same closed at once or one after the other", () => {
    const small = arena.index("s", arena.range(arena.constantDim(1), arena.constantDim(3)));
    const bodies = [
      at(W, i, j),
      arena.multiply(at(x, i), at(y, j), at(W, j, k)),
      arena.multiply(at(W, i, j), arena.sum(k, arena.multiply(at(x, k), at(W, k, j)))),
      arena.add(at(x, i), at(y, j)),
      // Where one letter takes the other's place, what is summed over k gets another number.
      arena.multiply(at(x, i), arena.reduce("logsumexp", k, arena.multiply(at(W, i, k), at(y, j)))),
      arena.multiply(arena.delta(arena.at(i), arena.at(j)), arena.sums([k, small], at(W, k, small))),
      at(x, i),
    ];
    for (const body of bodies)
      for (const [p, q] of [
        [i, j],
        [j, i],
        [i, k],
      ] as const)
        expect(arena.sums([p, q], body)).toBe(arena.sum(p, arena.sum(q, body)));
    expect(arena.sums([i, j, k], bodies[1] ?? arena.zero)).toBe(
      arena.sum(i, arena.sum(j, arena.sum(k, bodies[1] ?? arena.zero))),
    );
  });

  it("over nothing are zero and one, whatever stands under them", () => {
    const none = arena.index("k", arena.range(arena.constantDim(5), arena.constantDim(2)));
    const fewer = arena.index("k", arena.range(arena.addDims(n, arena.constantDim(2)), n));
    for (const [index, body] of [
      [none, at(a)],
      [none, at(x, arena.at(none))],
      [fewer, at(a)],
    ] as const) {
      expect(arena.sum(index, body)).toBe(arena.zero);
      expect(arena.reduce("product", index, body)).toBe(arena.one);
    }
  });

  it("of what the index does not touch are multiples and powers", () => {
    expect(arena.sum(i, at(a))).toBe(arena.multiply(arena.dimension(n), at(a)));
    expect(arena.reduce("product", i, at(a))).toBe(arena.power(at(a), arena.dimension(n)));
    expect(arena.reduce("max", i, at(a))).toBe(at(a));
  });
});

describe("substitution", () => {
  it("is done everywhere at once", () => {
    const swapped = new Map([
      [i, arena.at(j)],
      [j, arena.at(i)],
    ]);
    expect(arena.substitute(at(W, i, j), swapped)).toBe(at(W, j, i));
  });

  it("captures nothing", () => {
    const row = arena.sum(j, at(W, i, j));
    expect(arena.substitute(row, new Map([[i, arena.at(j)]]))).toBe(arena.sum(k, at(W, j, k)));
  });

  it("opens and closes a binder without changing it", () => {
    const row = arena.sum(j, at(W, i, j));
    if (row.kind !== "reduce") throw new Error("a sum was expected");
    const { index, body } = arena.open(row);
    expect(body).toBe(at(W, i, index));
    expect(arena.sum(index, body)).toBe(row);
  });
});

describe("arithmetic", () => {
  it("adds numbers up where the first of them stands", () => {
    const [p, q] = [at(x, i), at(y, i)];
    expect(arena.add(p, arena.one, q, arena.rational(2))).toBe(arena.add(p, arena.rational(3), q));
    expect(arena.add(p, arena.one, arena.minusOne)).toBe(p);
    expect(arena.add()).toBe(arena.zero);
  });

  it("multiplies numbers in front, and zero swallows all", () => {
    const p = at(x, i);
    expect(arena.multiply(p, arena.rational(2), arena.rational(3))).toBe(arena.multiply(arena.rational(6), p));
    expect(arena.multiply(p, arena.zero)).toBe(arena.zero);
    expect(arena.power(arena.power(p, 2), -1)).toBe(arena.power(p, -2));
  });

  it("decides deltas between numbers, and takes both directions for one", () => {
    expect(arena.delta(arena.literal(2), arena.literal(2))).toBe(arena.one);
    expect(arena.delta(arena.literal(2), arena.literal(3))).toBe(arena.zero);
    expect(arena.delta(arena.at(i), arena.at(j))).toBe(arena.delta(arena.at(j), arena.at(i)));
  });

  it("keeps sizes as polynomials", () => {
    const sum = arena.addDims(n, m);
    expect(arena.multiplyDims(sum, sum)).toBe(
      arena.addDims(arena.multiplyDims(n, n), arena.scaleDim(arena.multiplyDims(n, m), 2), arena.multiplyDims(m, m)),
    );
    expect(arena.integerOf(arena.subtractDims(sum, sum))).toBe(0);
  });
});

describe("functions of matrices", () => {
  const gram = arena.sum(k, arena.multiply(at(W, k, i), at(W, k, j)));
  const inverse = (body: Node, ...positions: readonly Index[]): Node =>
    arena.matrix(
      "inverse",
      i,
      j,
      body,
      positions.map((p) => arena.at(p)),
    );

  it("of what is symmetric are symmetric, and of nothing else", () => {
    const [r, c] = ["r", "c"].map((name) => arena.index(name, arena.upTo(n))) as [Index, Index];
    expect(inverse(gram, r, c)).toBe(inverse(gram, c, r));
    expect(inverse(at(W, i, j), r, c)).not.toBe(inverse(at(W, i, j), c, r));
  });

  it("are compared in time that does not double with each shared part", () => {
    let [left, right] = [at(W, i, j), at(W, j, i)];
    for (let step = 0; step < 24; step++) {
      const doubled = (p: Node): Node => arena.add(arena.multiply(p, at(x, i)), arena.multiply(p, at(y, i)));
      [left, right] = [doubled(left), doubled(right)];
    }
    expect(equalUpToOrder(left, right)).toBe(false);
  });
});

it("tensors are listed once, in the order in which they are met", () => {
  expect(tensorsOf(arena.add(at(y, i), arena.multiply(at(x, i), at(y, i))))).toEqual([y, x]);
});

it.each([
  ["\\mathbf{W}^{(1)}", "W1"],
  ["\\hat{y}", "y_hat"],
  ["\\ell", "ell"],
  ["\\lambda", "lambda_"],
  ["x'", "x_prime"],
  ["3", "v_3"],
  ["__proto__", "proto"],
  ["\\text{класс}", "v_"],
])("%s is named %s in code", (latex, name) => expect(identifier(latex)).toBe(name));
