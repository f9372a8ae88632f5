import { describe, expect, it } from "vitest";
import { type CheckedGradient, checkGradients } from "../../src/evaluate/differences.js";
import { numericDerivative } from "../../src/evaluate/perturb.js";
import { samplePoint } from "../../src/evaluate/sample.js";
import type { Model } from "../../src/model/model.js";
import { Builder, network, recurrent } from "./models.js";

const options = { seed: 5, points: 5 };
const wrong = (model: Model, gradients: readonly CheckedGradient[]): string[] =>
  checkGradients(model, gradients, options).flatMap((c, k) => (c.ok ? [] : [gradients[k]?.wrt.latex ?? ""]));

describe("checkGradients", () => {
  it("confirms the gradients of a network to nine digits", () => {
    const { model, gradients } = network();
    for (const check of checkGradients(model, gradients(), options)) {
      expect(check).toMatchObject({ ok: true, points: 5 });
      expect(check.maxRelativeError).toBeLessThan(1e-9);
    }
  });

  it("confirms those of a recurrence, and sees that a recurrence is missing", () => {
    const { model, gradients } = recurrent();
    expect(wrong(model, gradients())).toEqual([]);
    expect(wrong(model, gradients(false))).toContain("h");
  });

  // Every gradient that is computed from a wrong one is wrong too; what is nearer to the loss is not.
  it("names the culprits of a wrong sign, a missing 1/N, a dropped mask", () => {
    const { model, gradients, arena } = network();
    expect(wrong(model, gradients({ sign: arena.minusOne }))).toEqual(["z", "b", "W", "X"]);
    expect(wrong(model, gradients({ mask: arena.one }))).toEqual(["z", "b", "W", "X"]);
    expect(wrong(model, gradients({ mean: arena.one }))).toEqual(["y", "v", "h", "z", "b", "W", "X"]);
  });

  it("sees one wrong gradient among right ones: a missing transpose, a small wrong entry", () => {
    const m = new Builder();
    const { arena: a } = m;
    const [i, j] = [m.index("i", "D"), m.index("j", "D")];
    const [A, x, y, L] = [m.tensor("A", ["D", "D"]), m.tensor("x", ["D"]), m.tensor("y", ["D"]), m.tensor("L")];
    m.define(y, [i], a.sum(j, a.multiply(m.entry(A, i, j), m.entry(x, j))));
    m.define(L, [], a.sum(i, a.power(m.entry(y, i), 2)));
    const dy = a.derivativeTensor(L, y);
    const gradient = (left: typeof i, right: typeof j) => a.sum(j, a.multiply(m.entry(A, left, right), m.entry(dy, j)));
    const upstream = { wrt: y, adjoint: dy, indices: [i], local: a.multiply(a.rational(2), m.entry(y, i)) };
    const of = { wrt: x, adjoint: a.derivativeTensor(L, x), indices: [i] };
    const model = m.model(L);
    expect(wrong(model, [upstream, { ...of, local: gradient(j, i) }])).toEqual([]);
    expect(wrong(model, [upstream, { ...of, local: gradient(i, j) }])).toEqual(["x"]);
    const first = a.delta(a.at(i), a.literal(1));
    const slip = a.multiply(a.rational("1/10000"), first);
    expect(wrong(model, [upstream, { ...of, local: a.add(gradient(j, i), slip) }])).toEqual(["x"]);
    expect(wrong(model, [upstream, { ...of, local: gradient(j, i), fused: a.add(gradient(j, i), slip) }])).toEqual([
      "x",
    ]);
  });

  it("finds one culprit in a long chain", () => {
    const m = new Builder();
    const { arena: a } = m;
    const chain = Array.from({ length: 200 }, (_, k) => m.tensor(`x${k}`, ["N"]));
    const n = m.index("n", "N");
    const L = m.tensor("L");
    const slope = (k: number) => (k % 3 === 0 ? 0.9 : 1.1);
    chain.forEach((x, k) => {
      const before = chain[k - 1];
      if (before !== undefined) m.define(x, [n], a.multiply(a.rational(slope(k)), a.apply("sin", m.entry(before, n))));
    });
    const last = chain.at(-1);
    if (last === undefined) throw new Error("no chain");
    m.define(L, [], a.sum(n, m.entry(last, n)));
    const gradients = [...chain].reverse().map((x, back) => {
      const k = chain.length - 1 - back;
      const after = chain[k + 1];
      const adjoint = a.derivativeTensor(L, x);
      if (after === undefined) return { wrt: x, adjoint, indices: [n], local: a.one };
      const upstream = m.entry(a.derivativeTensor(L, after), n);
      const right = a.multiply(a.rational(slope(k + 1)), a.apply("cos", m.entry(x, n)), upstream);
      return { wrt: x, adjoint, indices: [n], local: right };
    });
    const model = m.model(L);
    expect(wrong(model, gradients)).toEqual([]);
    const [first] = gradients.slice(-1);
    if (first === undefined) throw new Error("no gradient");
    const flawed = [...gradients.slice(0, -1), { ...first, local: a.multiply(a.rational("1001/1000"), first.local) }];
    expect(wrong(model, flawed)).toEqual(["x0"]);
  });

  it("withholds a gradient that cannot be computed or is not finite", () => {
    const { model, gradients, arena, tensors } = network();
    const [y, ...rest] = gradients();
    expect(wrong(model, rest)).toContain("v");
    if (y === undefined) throw new Error("no gradient");
    const infinite = { ...y, local: arena.power(arena.subtract(y.local, y.local), -1) };
    expect(wrong(model, [infinite])).toEqual(["y"]);
    expect(wrong(model, [y])).toEqual([]);
    void tensors;
  });

  it("counts no points where none is found", () => {
    const m = new Builder();
    const [x, L] = [m.tensor("x"), m.tensor("L")];
    m.define(L, [], m.arena.apply("log", m.arena.negate(m.arena.power(m.entry(x), 2))));
    const adjoint = m.arena.derivativeTensor(L, x);
    const [check] = checkGradients(m.model(L), [{ wrt: x, adjoint, indices: [], local: m.arena.one }], options);
    expect(check).toMatchObject({ points: 0, ok: false });
    expect(check?.reason).toContain("not finite");
  });
});

describe("Jacobians", () => {
  it("are checked, and computed entry by entry", () => {
    const m = new Builder();
    const { arena: a } = m;
    const [z, p] = [m.tensor("z", ["K"]), m.tensor("p", ["K"])];
    const [k, l] = [m.index("k", "K"), m.index("l", "K")];
    m.define(p, [k], a.apply("exp", a.subtract(m.entry(z, k), a.reduce("logsumexp", l, m.entry(z, l)))));
    const delta = a.delta(a.at(k), a.at(l));
    const right = a.multiply(m.entry(p, k), a.subtract(delta, m.entry(p, l)));
    const of = { wrt: z, adjoint: a.derivativeTensor(p, z), indices: [k, l] };
    const model = m.model(null);
    expect(wrong(model, [{ ...of, local: right }])).toEqual([]);
    expect(wrong(model, [{ ...of, local: a.multiply(m.entry(p, k), delta) }])).toEqual(["z"]);
    const { env } = samplePoint(model, { seed: 1, round: 0 });
    if (env === null) throw new Error("no point");
    const { data, shape } = numericDerivative(model, env, p, z);
    const K = env.sizes.get("K") ?? 0;
    expect(shape).toEqual([K, K]);
    const probability = env.array(p).data;
    for (let r = 0; r < K; r++)
      for (let c = 0; c < K; c++) {
        const wanted = (probability[r] ?? 0) * (Number(r === c) - (probability[c] ?? 0));
        expect(Math.abs((data[r * K + c] ?? 0) - wanted)).toBeLessThan(1e-10);
      }
  });
});
