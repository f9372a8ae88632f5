import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import { forward } from "../../src/evaluate/forward.js";
import { determinant, exponential, inverse, power, product } from "../../src/evaluate/linear.js";
import { Environment } from "../../src/evaluate/values.js";
import { Arena } from "../../src/expression/arena.js";
import type { Index, Node, Position, Range, Tensor } from "../../src/expression/node.js";

const random = new Random(7);
const filled = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.uniform(-1.2, 1.2));

function tensor(arena: Arena, name: string, axes: readonly Range[], parameters: readonly Index[] = []): Tensor {
  return arena.tensor({ key: name, latex: name, parameters, axes, integer: false, derivative: null });
}

function setup(sizes: Record<string, number>) {
  const arena = new Arena();
  const env = new Environment(new Map(Object.entries(sizes)));
  const range = (name: string): Range => arena.upTo(arena.namedDim(name));
  const index = (name: string, over: string): Index => arena.index(name, range(over));
  const make = (name: string, ...over: string[]): Tensor => {
    const t = tensor(arena, name, over.map(range));
    env.set(t, filled(env.layout(t).length));
    return t;
  };
  const entry = (t: Tensor, ...at: (Index | Position)[]): Node =>
    arena.entry(
      t,
      at.map((p) => ("terms" in p ? p : arena.at(p))),
    );
  const get = (t: Tensor, ...at: number[]): number => {
    const { strides } = env.layout(t);
    return env.array(t).data[at.reduce((o, p, a) => o + (p - 1) * (strides[a] ?? 0), 0)] ?? Number.NaN;
  };
  return { arena, env, range, index, make, entry, get };
}

const sumTo = (n: number, f: (i: number) => number): number => {
  let total = 0;
  for (let i = 1; i <= n; i++) total += f(i);
  return total;
};
const closeTo = (got: ArrayLike<number>, wanted: readonly number[], tolerance = 1e-12): void => {
  expect(got).toHaveLength(wanted.length);
  for (const [c, w] of wanted.entries())
    expect(Math.abs((got[c] ?? Number.NaN) - w)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(w)));
};
const grid = (n: number, m: number, f: (i: number, j: number) => number): number[] =>
  Array.from({ length: n * m }, (_, c) => f(Math.floor(c / m) + 1, (c % m) + 1));

describe("sums and products", () => {
  it("contracts like written loops, in the axis order asked for", () => {
    const { arena, env, index, make, entry, get } = setup({ M: 3, N: 4, K: 5 });
    const [i, j, k] = [index("i", "M"), index("j", "N"), index("k", "K")];
    const [A, B, v] = [make("A", "M", "K"), make("B", "K", "N"), make("v", "K")];
    const node = arena.sum(k, arena.multiply(entry(A, i, k), entry(B, k, j), entry(v, k)));
    const wanted = (a: number, b: number): number => sumTo(5, (c) => get(A, a, c) * get(B, c, b) * get(v, c));
    closeTo(evaluate(node, [i, j], env).data, grid(3, 4, wanted));
    closeTo(
      evaluate(node, [j, i], env).data,
      grid(4, 3, (b, a) => wanted(a, b)),
    );
  });

  it("gives the same by elimination, where the loops would be long", () => {
    const { arena, env, index, make, entry } = setup({ M: 30, N: 31, K: 32 });
    const [i, j, k] = [index("i", "M"), index("j", "N"), index("k", "K")];
    const [A, B, C] = [make("A", "M", "N"), make("B", "N", "K"), make("C", "K", "M")];
    const trace = arena.sums([i, j, k], arena.multiply(entry(A, i, j), entry(B, j, k), entry(C, k, i)));
    const data = (t: Tensor): Float64Array => env.array(t).data;
    let wanted = 0;
    for (let a = 0; a < 30; a++)
      for (let b = 0; b < 31; b++)
        for (let c = 0; c < 32; c++)
          wanted += (data(A)[a * 31 + b] ?? 0) * (data(B)[b * 32 + c] ?? 0) * (data(C)[c * 30 + a] ?? 0);
    closeTo(evaluate(trace, [], env).data, [wanted], 1e-11);
  });

  it("reads offset, literal and gathered positions", () => {
    const { arena, env, index, make, entry, get } = setup({ N: 6, K: 3, M: 4 });
    const [x, w] = [make("x", "N"), make("w", "K")];
    const [i, k] = [index("i", "M"), index("k", "K")];
    const shifted = arena.position(
      [
        [i, 1],
        [k, 1],
      ],
      arena.constantDim(-1),
    );
    const node = arena.sum(k, arena.multiply(entry(w, k), entry(x, shifted)));
    closeTo(
      evaluate(node, [i], env).data,
      [1, 2, 3, 4].map((a) => sumTo(3, (c) => get(w, c) * get(x, a + c - 1))),
    );
    closeTo(evaluate(entry(x, arena.literal(4)), [], env).data, [get(x, 4)]);
    const best = arena.argument("max", index("n", "N"), entry(x, index("n", "N")));
    const values = [1, 2, 3, 4, 5, 6].map((n) => get(x, n));
    closeTo(evaluate(entry(x, arena.atValue(best)), [], env).data, [Math.max(...values)]);
    closeTo(evaluate(best, [], env).data, [values.indexOf(Math.max(...values)) + 1]);
  });

  it("takes the first of equal maxima", () => {
    const { arena, env, index, make, entry } = setup({ N: 3 });
    const x = make("x", "N");
    env.set(x, Float64Array.of(1, 2, 2));
    const n = index("n", "N");
    closeTo(evaluate(arena.argument("max", n, entry(x, n)), [], env).data, [2]);
    closeTo(evaluate(arena.argument("min", n, arena.negate(entry(x, n))), [], env).data, [2]);
  });

  it("folds maxima, products and log-sum-exp without overflow, and empty ranges", () => {
    const { arena, env, index, make, entry } = setup({ N: 3, E: 0 });
    const [x, n] = [make("x", "N"), index("n", "N")];
    env.set(x, Float64Array.of(900, -1, 901));
    closeTo(evaluate(arena.reduce("max", n, entry(x, n)), [], env).data, [901]);
    closeTo(evaluate(arena.reduce("min", n, entry(x, n)), [], env).data, [-1]);
    closeTo(evaluate(arena.reduce("product", n, entry(x, n)), [], env).data, [900 * -901]);
    closeTo(evaluate(arena.reduce("logsumexp", n, entry(x, n)), [], env).data, [901 + Math.log1p(Math.exp(-1))]);
    const [y, e] = [make("y", "E"), index("e", "E")];
    closeTo(evaluate(arena.sum(e, entry(y, e)), [], env).data, [0]);
    closeTo(evaluate(arena.reduce("product", e, entry(y, e)), [], env).data, [1]);
  });
});

describe("guards", () => {
  it("make a product zero whatever the rest, out of range too", () => {
    const { arena, env, index, make, entry, get } = setup({ N: 3 });
    const [x, n] = [make("x", "N"), index("n", "N")];
    const next = arena.shift(arena.at(n), arena.oneDim);
    const inside = arena.iverson(
      "nonnegative",
      arena.position([[n, -1]], arena.addDims(arena.namedDim("N"), arena.constantDim(-1))),
    );
    const node = arena.multiply(inside, entry(x, next));
    closeTo(evaluate(node, [n], env).data, [get(x, 2), get(x, 3), 0]);
    closeTo(evaluate(arena.sum(n, node), [], env).data, [get(x, 2) + get(x, 3)]);
    expect(() => evaluate(entry(x, next), [n], env)).toThrow(/out of its range/);
    const zero = arena.subtract(entry(x, n), entry(x, n));
    const infinite = arena.multiply(
      arena.indicator(">", arena.negate(arena.power(entry(x, n), 2))),
      arena.power(zero, -1),
    );
    closeTo(evaluate(infinite, [n], env).data, [0, 0, 0]);
  });

  it("tell a formula's own NaN from an entry out of range", () => {
    const { arena, env, index, make, entry } = setup({ N: 2 });
    const [x, n] = [make("x", "N"), index("n", "N")];
    env.set(x, Float64Array.of(-1, -2));
    const next = arena.shift(arena.at(n), arena.oneDim);
    const inside = arena.iverson("zero", arena.position([[n, 1]], arena.constantDim(-1)));
    const node = arena.add(arena.multiply(inside, entry(x, next)), arena.apply("log", entry(x, n)));
    expect([...evaluate(node, [n], env).data]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("ragged families", () => {
  it("sums each member over its own range", () => {
    const arena = new Arena();
    const env = new Environment(
      new Map([
        ["L", 3],
        ["D@0", 2],
        ["D@1", 4],
        ["D@2", 3],
        ["D@3", 5],
      ]),
    );
    const parameter = arena.index("$0", arena.range(arena.zeroDim, arena.namedDim("L")));
    const width = (l: Index): Range => arena.upTo(arena.namedDim("D", arena.at(l)));
    const h = tensor(arena, "h", [parameter.range, width(parameter)], [parameter]);
    const { sizes, inside } = env.layout(h);
    expect(sizes).toEqual([4, 5]);
    const data = Float64Array.from({ length: 20 }, (_, c) => (inside?.[c] === 1 ? c + 1 : 0));
    env.set(h, data);
    const l = arena.index("l", parameter.range);
    const i = arena.index("i", width(l));
    const square = arena.power(arena.entry(h, [arena.at(l), arena.at(i)]), 2);
    const rows = [
      [1, 2],
      [6, 7, 8, 9],
      [11, 12, 13],
      [16, 17, 18, 19, 20],
    ];
    const squares = rows.map((r) => r.reduce((s, x) => s + x * x, 0));
    closeTo(evaluate(arena.sum(i, square), [l], env).data, squares);
    closeTo(evaluate(arena.sum(l, arena.sum(i, square)), [], env).data, [squares.reduce((a, b) => a + b)]);
    closeTo(evaluate(arena.reduce("max", i, square), [l], env).data, [4, 81, 169, 400]);
    expect(evaluate(square, [l, i], env).data[2]).toBe(0);
  });
});

describe("matrix functions", () => {
  const n = 4;
  const identity = grid(n, n, (i, j) => Number(i === j));
  it("satisfy their identities", () => {
    for (let trial = 0; trial < 20; trial++) {
      const [a, b] = [filled(n * n), filled(n * n)];
      closeTo(product(a, inverse(a, n), n), identity, 1e-9);
      closeTo([determinant(product(a, b, n), n)], [determinant(a, n) * determinant(b, n)], 1e-11);
      closeTo(product(power(a, n, 3), power(a, n, -2), n), [...a], 1e-7);
      closeTo(
        product(
          exponential(a, n),
          exponential(
            a.map((x) => -x),
            n,
          ),
          n,
        ),
        identity,
        1e-11,
      );
      const trace = a.reduce((t, x, c) => (c % (n + 1) === 0 ? t + x : t), 0);
      closeTo(
        [
          determinant(
            exponential(
              a.map((x) => 3 * x),
              n,
            ),
            n,
          ),
        ],
        [Math.exp(3 * trace)],
        1e-10,
      );
    }
  });

  it("are not finite at a singular matrix", () => {
    expect(inverse(Float64Array.of(1, 2, 2, 4), 2).every(Number.isFinite)).toBe(false);
    expect(determinant(Float64Array.of(1, 2, 2, 4), 2)).toBeCloseTo(0, 15);
  });

  it("are read by entry, over outer indices, with a symbolic exponent", () => {
    const { arena, env, index, make, entry } = setup({ N: 3, B: 2, k: 5 });
    const [b, i, j] = [index("b", "B"), index("i", "N"), index("j", "N")];
    const [r, c] = [index("r", "N"), index("c", "N")];
    const X = make("X", "B", "N", "N");
    const data = env.array(X).data;
    const at = [arena.at(i), arena.at(j)];
    const body = entry(X, b, r, c);
    const inverses = evaluate(arena.matrix("inverse", r, c, body, at), [b, i, j], env).data;
    closeTo(inverses, [...inverse(data.slice(0, 9), 3), ...inverse(data.slice(9), 3)]);
    closeTo(evaluate(arena.matrix("determinant", r, c, body, []), [b], env).data, [
      determinant(data.slice(0, 9), 3),
      determinant(data.slice(9), 3),
    ]);
    const powers = arena.matrix("power", r, c, body, at, arena.dimension(arena.namedDim("k")));
    closeTo(evaluate(powers, [b, i, j], env).data, [...power(data.slice(0, 9), 3, 5), ...power(data.slice(9), 3, 5)]);
    const corner = arena.matrix("inverse", r, c, body, [arena.literal(1), arena.literal(3)]);
    closeTo(evaluate(corner, [b], env).data, [inverses[2] ?? 0, inverses[11] ?? 0]);
  });
});

describe("abstract functions", () => {
  it("have the partial derivatives of their values, of every order", () => {
    const { arena, env, index, make, entry } = setup({ N: 3, M: 2 });
    const [x, y] = [make("x", "N"), make("y", "M")];
    const [n, m] = [index("n", "N"), index("m", "M")];
    const args = [
      { indices: [n], body: arena.power(entry(x, n), 2) },
      { indices: [m], body: entry(y, m) },
    ];
    const f = (...partials: [number, number][]): number =>
      evaluate(
        arena.abstract(
          "f",
          args,
          [],
          partials.map(([argument, at]) => ({ argument, at: [arena.literal(at)] })),
        ),
        [],
        env,
      ).data[0] ?? Number.NaN;
    const slope = (at: number, ...partials: [number, number][]): number => {
      const { data } = env.array(y);
      const kept = data[at] ?? 0;
      const moved = (h: number): number => {
        data[at] = kept + h;
        return f(...partials);
      };
      const central = (h: number): number => (moved(h) - moved(-h)) / (2 * h);
      const d = (4 * central(1e-3) - central(2e-3)) / 3;
      data[at] = kept;
      return d;
    };
    closeTo([slope(0)], [f([1, 1])], 1e-9);
    closeTo([slope(1, [1, 1])], [f([1, 1], [1, 2])], 1e-9);
    closeTo([slope(1, [0, 3])], [f([0, 3], [1, 2])], 1e-9);
    closeTo([slope(0, [0, 3], [1, 2])], [f([1, 1], [0, 3], [1, 2])], 1e-9);
    const all = [f([0, 1]), f([0, 2]), f([1, 1]), f([1, 2]), f([0, 1], [0, 1]), f([0, 1], [1, 1])];
    expect(new Set(all.map((v) => v.toFixed(6))).size).toBe(all.length);
  });
});

describe("depth and size", () => {
  it("evaluates 10,000 nested operations", () => {
    const { arena, env, make, entry } = setup({});
    const x = make("x");
    env.set(x, Float64Array.of(0.5));
    let node = entry(x);
    for (let k = 0; k < 10_000; k++) node = arena.apply("tanh", arena.add(node, arena.one));
    expect(evaluate(node, [], env).data[0]).toBeCloseTo(0.9611, 3);
  });

  it("computes 100,000 equations", () => {
    const { arena, env, make } = setup({});
    const first = make("x0");
    let last = first;
    const equations = Array.from({ length: 100_000 }, (_, k) => {
      const next = tensor(arena, `x${k + 1}`, []);
      const equation = { tensor: next, at: [], body: arena.multiply(arena.rational("1.00001"), arena.entry(last, [])) };
      last = next;
      return equation;
    });
    forward({ equations: equations.reverse() }, env);
    closeTo(env.array(last).data, [(env.array(first).data[0] ?? 0) * 1.00001 ** 100_000], 1e-9);
  });
});

describe("random expressions", () => {
  const sizes = { N: 3, M: 2 };
  // A written-out evaluator of the same trees, one number at a time.
  interface Tree {
    readonly node: Node;
    readonly at: (i: number, j: number) => number;
  }
  const { arena, env, index, make, entry, get } = setup(sizes);
  const [i, j] = [index("i", "N"), index("j", "M")];
  const [A, u, v] = [make("A", "N", "M"), make("u", "N"), make("v", "M")];
  const leaf = fc.constantFrom<Tree>(
    { node: entry(A, i, j), at: (a, b) => get(A, a, b) },
    { node: entry(u, i), at: (a) => get(u, a) },
    { node: entry(v, j), at: (_a, b) => get(v, b) },
    { node: arena.rational("3/2"), at: () => 1.5 },
    { node: arena.positionValue(arena.at(i)), at: (a) => a },
    { node: arena.delta(arena.at(i), arena.at(j)), at: (a, b) => Number(a === b) },
  );
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: "medium" },
      leaf,
      fc
        .tuple(tie("tree"), tie("tree"))
        .map(([s, t]): Tree => ({ node: arena.add(s.node, t.node), at: (a, b) => s.at(a, b) + t.at(a, b) })),
      fc
        .tuple(tie("tree"), tie("tree"))
        .map(([s, t]): Tree => ({ node: arena.multiply(s.node, t.node), at: (a, b) => s.at(a, b) * t.at(a, b) })),
      tie("tree").map((s): Tree => ({ node: arena.apply("tanh", s.node), at: (a, b) => Math.tanh(s.at(a, b)) })),
      tie("tree").map((s): Tree => ({ node: arena.indicator(">", s.node), at: (a, b) => Number(s.at(a, b) > 0) })),
      tie("tree").map((s): Tree => ({ node: arena.sum(i, s.node), at: (_a, b) => sumTo(3, (c) => s.at(c, b)) })),
      tie("tree").map((s): Tree => ({ node: arena.sum(j, s.node), at: (a) => sumTo(2, (c) => s.at(a, c)) })),
      tie("tree").map(
        (s): Tree => ({
          node: arena.reduce("max", i, s.node),
          at: (_a, b) => Math.max(s.at(1, b), s.at(2, b), s.at(3, b)),
        }),
      ),
    ),
  }));
  it("agree with loops", () => {
    fc.assert(
      fc.property(tree, (t) => closeTo(evaluate(t.node, [i, j], env).data, grid(3, 2, t.at), 1e-9)),
      { numRuns: 500, seed: 3 },
    );
  });
});
