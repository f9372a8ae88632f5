import { describe, expect, it } from "vitest";
import { evaluateBig } from "../../src/evaluate/big.js";
import { checkGradientsToDigits } from "../../src/evaluate/big-check.js";
import { bigNumbers } from "../../src/evaluate/big-numbers.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import { samplePoint } from "../../src/evaluate/sample.js";
import type { Node } from "../../src/expression/node.js";
import { functions } from "../../src/functions/table.js";
import { Builder, network, recurrent } from "./models.js";

const options = { seed: 2, points: 2, digits: 30 };

describe("decimal numbers", () => {
  it("compute every function of the table to its float64 value", async () => {
    const k = await bigNumbers(40);
    // Γ and ψ are not computed to more digits than sixteen.
    for (const row of [...functions.values()].filter((f) => !f.name.includes("gamma"))) {
      const args = [row.domain === "over-one" ? 1.37 : 0.37, -0.71, 0.53].slice(0, row.arity);
      const value = k.apply(row.name, ...args.map((x) => k.of(x)));
      expect(Math.abs(value.toNumber() - row.value(...args)), row.name).toBeLessThan(1e-14);
    }
  });

  it("know erf to thirty digits", async () => {
    const k = await bigNumbers(50);
    // erf(1/2), cut after thirty digits.
    expect(k.apply("erf", k.rational(1, 2)).toString().slice(0, 32)).toBe("0.520499877813046537682746653891");
  });

  it("evaluate sums, guards, matrices and abstract functions like float64", async () => {
    const m = new Builder();
    const { arena: a } = m;
    const [i, j, r, c] = ["i", "j", "r", "c"].map((name) => m.index(name, "M")) as [
      ReturnType<typeof m.index>,
      ReturnType<typeof m.index>,
      ReturnType<typeof m.index>,
      ReturnType<typeof m.index>,
    ];
    const [A, x, L] = [m.tensor("A", ["M", "M"]), m.tensor("x", ["M"]), m.tensor("L")];
    m.define(L, [], a.sum(i, m.entry(x, i)));
    const { env } = samplePoint(m.model(L), { seed: 1, round: 0 });
    if (env === null) throw new Error("no point");
    const numbers = await bigNumbers(30);
    const tensors = new Map([...env.tensors].map(([t, { data }]) => [t, Array.from(data, (v) => numbers.of(v))]));
    const next = a.shift(a.at(i), a.oneDim);
    const inside = a.iverson("nonnegative", a.shift(a.position([[i, -1]], a.namedDim("M")), a.constantDim(-1)));
    const body = m.entry(A, r, c);
    const at = [a.at(i), a.at(j)];
    const argument = [{ indices: [r], body: m.entry(x, r) }];
    const nodes: readonly Node[] = [
      a.sum(r, a.multiply(m.entry(A, i, r), m.entry(A, r, j), m.entry(x, r))),
      a.multiply(inside, m.entry(x, next), m.entry(A, i, j)),
      a.subtract(m.entry(A, i, j), a.reduce("logsumexp", r, m.entry(A, i, r))),
      a.add(m.entry(x, i), a.positionValue(a.at(j)), a.argument("max", r, m.entry(A, j, r))),
      a.matrix("inverse", r, c, body, at),
      a.matrix("exponential", r, c, body, at),
      a.matrix("power", r, c, body, at, a.rational(-3)),
      a.add(a.matrix("determinant", r, c, body, []), m.entry(A, i, j)),
      a.abstract("f", argument, at, []),
      a.abstract(
        "f",
        argument,
        [a.at(i)],
        [
          { argument: 0, at: [a.at(j)] },
          { argument: 0, at: [a.literal(2)] },
        ],
      ),
    ];
    for (const node of nodes) {
      const wanted = evaluate(node, [i, j], env).data;
      const got = evaluateBig(node, [i, j], { env, tensors, numbers });
      expect(got).toHaveLength(wanted.length);
      got.forEach((v, cell) => {
        const w = wanted[cell] ?? Number.NaN;
        expect(Math.abs((v?.toNumber() ?? Number.NaN) - w)).toBeLessThan(1e-10 * Math.max(1, Math.abs(w)));
      });
    }
    expect(evaluateBig(m.entry(x, next), [i], { env, tensors, numbers }).at(-1)).toBeNull();
  });
});

describe("checkGradientsToDigits", () => {
  it("confirms to thirty digits", async () => {
    const [net, rnn] = [network(), recurrent()];
    for (const check of await checkGradientsToDigits(net.model, net.gradients(), options)) {
      expect(check.points).toBe(2);
      expect(check.digits).toBeGreaterThan(30);
    }
    for (const check of await checkGradientsToDigits(rnn.model, rnn.gradients(), options))
      expect(check.digits).toBeGreaterThan(30);
  });

  it("sees what sixteen digits cannot: an error of 1e-20", async () => {
    const { model, gradients, arena } = network();
    const sign = arena.add(arena.one, arena.power(arena.rational(10), -20));
    const checks = await checkGradientsToDigits(model, gradients({ sign }), options);
    const digits = checks.map((check) => Math.round(check.digits));
    expect(digits.slice(0, 3).every((d) => d > 30)).toBe(true);
    expect(digits.slice(3).every((d) => d >= 19 && d <= 22)).toBe(true);
  });
});
