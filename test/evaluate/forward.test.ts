import { describe, expect, it } from "vitest";
import { forward } from "../../src/evaluate/forward.js";
import { samplePoint } from "../../src/evaluate/sample.js";
import { Environment } from "../../src/evaluate/values.js";
import type { Tensor } from "../../src/expression/node.js";
import type { Assumption, Model } from "../../src/model/model.js";
import { Builder, network, recurrent } from "./models.js";

type Plain = Exclude<Assumption["kind"], "equal" | "integer" | "interval">;

const point = (model: Model, round = 0, seed = 1): Environment => {
  const { env, reason } = samplePoint(model, { seed, round });
  if (env === null) throw new Error(reason);
  return env;
};
const close = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThan(1e-12);

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((s, x, k) => s + x * (b[k] ?? Number.NaN), 0);
const chunks = (data: Float64Array, width: number): readonly (readonly number[])[] =>
  Array.from({ length: data.length / width }, (_, r) => [...data.slice(r * width, (r + 1) * width)]);

describe("forward", () => {
  it("computes a network like written loops", () => {
    const { model, tensors } = network();
    const env = point(model);
    const [N, D, H] = ["N", "D", "H"].map((d) => env.sizes.get(d) ?? 0) as [number, number, number];
    const { X, W, b, v, t } = Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name, env.array(tensor).data]),
    ) as Record<keyof typeof tensors, Float64Array>;
    let loss = 0;
    for (let n = 0; n < N; n++) {
      let y = 0;
      for (let j = 0; j < H; j++) {
        let z = b[j] ?? 0;
        for (let i = 0; i < D; i++) z += (W[j * D + i] ?? 0) * (X[n * D + i] ?? 0);
        y += (v[j] ?? 0) * Math.max(z, 0);
      }
      loss += (y - (t[n] ?? 0)) ** 2 / N;
    }
    close(env.array(tensors.L).data[0] ?? 0, loss);
  });

  it("computes a recurrence from its initial state", () => {
    for (let round = 0; round < 4; round++) {
      const { model, tensors } = recurrent();
      const env = point(model, round);
      const [T = 0, H = 0] = ["T", "H"].map((d) => env.sizes.get(d));
      const rowOf = (tensor: Tensor, row: number): readonly number[] => {
        const [, width = 0] = env.layout(tensor).sizes;
        return [...env.array(tensor).data.slice(row * width, (row + 1) * width)];
      };
      for (let t = 1; t <= T; t++)
        for (let i = 0; i < H; i++) {
          const z =
            dot(rowOf(tensors.U, i), rowOf(tensors.h, t - 1)) + dot(rowOf(tensors.V, i), rowOf(tensors.x, t - 1));
          close(rowOf(tensors.h, t)[i] ?? 0, Math.tanh(z));
        }
    }
  });

  it("computes stacked bidirectional recurrences, and entries of a vector in turn", () => {
    const m = new Builder();
    const { arena: a } = m;
    const [l, t] = [m.index("l", "L"), m.index("t", "T")];
    const layers = a.range(a.zeroDim, a.namedDim("L"));
    const states = a.range(a.zeroDim, a.addDims(a.namedDim("T"), a.oneDim));
    const parameters = [a.index("$0", layers), a.index("$1", states)];
    const [f, g, c] = [
      m.tensor("f", [layers, states], parameters),
      m.tensor("g", [layers, states], parameters),
      m.tensor("c", ["T"]),
    ];
    const below = a.shift(a.at(l), a.constantDim(-1));
    const [past, next] = [a.shift(a.at(t), a.constantDim(-1)), a.shift(a.at(t), a.oneDim)];
    const mix = a.add(m.entry(f, below, t), m.entry(g, below, t));
    m.define(f, [l, t], a.add(m.entry(f, l, past), mix));
    m.define(g, [l, t], a.add(m.entry(g, l, next), a.multiply(a.rational(2), mix)));
    m.define(c, [a.literal(1)], a.rational(1));
    const i = a.index("i", a.range(a.constantDim(2), a.namedDim("T")));
    m.define(c, [i], a.multiply(a.rational(2), m.entry(c, a.shift(a.at(i), a.constantDim(-1)))));
    const env = new Environment(
      new Map([
        ["L", 3],
        ["T", 4],
      ]),
    );
    for (const s of [f, g]) env.set(s, new Float64Array(env.layout(s).length).fill(1));
    forward(m.model(null), env);
    const [F, G] = [env.array(f).data, env.array(g).data];
    for (let layer = 1; layer <= 3; layer++)
      for (let time = 1; time <= 4; time++) {
        const at = (d: Float64Array, dl: number, dt: number): number => d[(layer + dl) * 6 + time + dt] ?? 0;
        close(at(F, 0, 0), at(F, 0, -1) + at(F, -1, 0) + at(G, -1, 0));
        close(at(G, 0, 0), at(G, 0, 1) + 2 * (at(F, -1, 0) + at(G, -1, 0)));
      }
    expect([...env.array(c).data]).toEqual([1, 2, 4, 8]);
  });

  it("refuses what is circular", () => {
    const m = new Builder();
    const [x, y] = [m.tensor("x", ["N"]), m.tensor("y", ["N"])];
    const n = m.index("n", "N");
    m.define(x, [n], m.entry(y, n));
    m.define(y, [n], m.arena.add(m.entry(x, n), m.arena.one));
    expect(() => forward(m.model(null), new Environment(new Map([["N", 2]])))).toThrow(/circular/);
  });

  it("never takes an entry without an equation for a number", () => {
    const m = new Builder();
    const [x, y] = [m.tensor("x", ["N"]), m.tensor("y")];
    const n = m.index("n", "N");
    m.define(x, [m.arena.literal(1)], m.arena.one);
    m.define(y, [], m.arena.sum(n, m.entry(x, n)));
    const env = new Environment(new Map([["N", 2]]));
    forward(m.model(null), env);
    expect(env.array(y).data[0]).toBeNaN();
  });
});

describe("samplePoint", () => {
  it("gives different sizes, and the same point for the same seed", () => {
    const { model } = network();
    for (let round = 0; round < 6; round++) {
      const env = point(model, round);
      const sizes = [...env.sizes.values()];
      expect(new Set(sizes).size).toBe(3);
      expect(Math.min(...sizes)).toBeGreaterThan(1);
      const again = point(model, round);
      for (const [tensor, { data }] of env.tensors) expect(again.array(tensor).data).toEqual(data);
    }
    expect([...point(model, 0).tensors.values()][0]).not.toEqual([...point(model, 0, 2).tensors.values()][0]);
  });

  it("takes depths 1, 2, 3 and 5, keeps off kinks and zero", () => {
    const { model } = recurrent();
    const depths = [0, 1, 2, 3].map((round) => point(model, round).sizes.get("T"));
    expect(new Set(depths)).toEqual(new Set([1, 2, 3, 5]));
    const net = network();
    for (let round = 0; round < 8; round++) {
      const env = point(net.model, round);
      for (const z of env.array(net.tensors.z).data) expect(Math.abs(z)).toBeGreaterThanOrEqual(1e-2);
      for (const w of env.array(net.tensors.W).data) expect(Math.abs(w)).toBeGreaterThanOrEqual(0.05);
    }
  });

  describe("satisfies the assumption", () => {
    const assumed = (kind: Plain, axes: readonly string[], holds: (rows: readonly (readonly number[])[]) => void) => {
      const m = new Builder();
      const tensor = m.tensor("A", axes);
      const axis = axes.length - 1;
      m.assumptions.push(
        kind === "one-hot" || kind === "sums-to-one" ? { kind, tensor, axis, text: "" } : { kind, tensor, text: "" },
      );
      for (let round = 0; round < 6; round++) {
        const env = point(m.model(null), round);
        holds(chunks(env.array(tensor).data, env.layout(tensor).sizes.at(-1) ?? 1));
      }
    };
    const transpose = (rows: readonly (readonly number[])[]) =>
      rows.map((_, i) => rows.map((row) => row[i] ?? Number.NaN));

    it.each<[Plain, readonly string[], (rows: readonly (readonly number[])[]) => void]>([
      ["one-hot", ["N", "K"], (rows) => expect(rows.every((r) => dot(r, r) === 1 && r.includes(1))).toBe(true)],
      ["binary", ["K"], (rows) => expect(new Set(rows.flat())).toEqual(new Set([0, 1]))],
      [
        "sums-to-one",
        ["N", "K"],
        (rows) =>
          rows.forEach(
            (r) =>
              void close(
                dot(
                  r,
                  r.map(() => 1),
                ),
                1,
              ),
          ),
      ],
      ["positive", ["N", "K"], (rows) => expect(Math.min(...rows.flat())).toBeGreaterThan(0)],
      ["symmetric", ["M", "M"], (rows) => expect(transpose(rows)).toEqual(rows)],
      ["positive-definite", ["M", "M"], (rows) => rows.forEach((r, i) => void expect(r[i]).toBeGreaterThan(0.4))],
      [
        "orthogonal",
        ["M", "M"],
        (rows) =>
          close(Math.max(...rows.flatMap((r, i) => rows.map((s, j) => Math.abs(dot(r, s) - Number(i === j))))), 0),
      ],
    ])("%s", assumed);

    it("on integers, intervals and by an equation", () => {
      const m = new Builder();
      const { arena: a } = m;
      const [r, c] = [m.index("r", "M"), m.index("c", "M")];
      const [label, p, G] = [m.tensor("label", ["N"], [], true), m.tensor("p", ["N"]), m.tensor("G", ["M", "M"])];
      m.assumptions.push({ kind: "integer", tensor: label, range: m.range("M"), text: "" });
      m.assumptions.push({ kind: "interval", tensor: p, low: 2, high: 3, text: "" });
      m.assumptions.push({ kind: "equal", left: a.sum(c, a.power(m.entry(G, r, c), 2)), right: a.one, text: "" });
      for (let round = 0; round < 6; round++) {
        const env = point(m.model(null), round);
        const M = env.sizes.get("M") ?? 0;
        expect(env.array(label).data.every((y) => Number.isInteger(y) && y >= 1 && y <= M)).toBe(true);
        expect(env.array(p).data.every((x) => x > 2 && x < 3)).toBe(true);
        for (const row of chunks(env.array(G).data, M)) close(dot(row, row), 1);
      }
    });
  });

  it("finds the domain of a logarithm and of a root", () => {
    const m = new Builder();
    const { arena: a } = m;
    const n = m.index("n", "N");
    const [p, t, L] = [m.tensor("p", ["N"]), m.tensor("t", ["N"]), m.tensor("L")];
    const q = m.entry(p, n);
    const entropy = a.add(a.apply("log", q), a.apply("log", a.subtract(a.one, q)), a.sqrt(m.entry(t, n)));
    m.define(L, [], a.sum(n, entropy));
    for (let round = 0; round < 5; round++) {
      const env = point(m.model(L), round);
      for (const x of env.array(p).data) expect(x > 0 && x < 1).toBe(true);
    }
  });

  it("says why where there is no point", () => {
    const m = new Builder();
    const [x, L] = [m.tensor("x"), m.tensor("L")];
    m.define(L, [], m.arena.apply("log", m.arena.negate(m.arena.power(m.entry(x), 2))));
    const sample = samplePoint(m.model(L), { seed: 1, round: 0 });
    expect(sample.env).toBeNull();
    expect(sample.reason).toContain("not finite");
  });
});
