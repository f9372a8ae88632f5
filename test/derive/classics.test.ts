import { describe, expect, it } from "vitest";
import type { Derivation } from "../../src/derive/derivation.js";
import { derive } from "../../src/derive/derive.js";
import type { Tensor } from "../../src/expression/node.js";
import { Sheet, show } from "./sheet.js";
import { point, verify } from "./verify.js";

const shown = (d: Derivation, t: Tensor): string => {
  const g = d.gradients.find((x) => x.wrt === t);
  return g === undefined ? "none" : show(g.shown);
};

/** z1 = W1 x + b1, a1 = tanh z1, z2 = W2 a1 + b2, a2 = softmax z2, L = -Σ t log a2. */
function mlp(sums: boolean) {
  const s = new Sheet();
  const { arena } = s;
  const [d, h, c] = [s.dim("D"), s.dim("H"), s.dim("C")];
  const [i, j, k] = [s.index("i", d), s.index("j", h), s.index("k", c)];
  const x = s.tensor("x", d);
  const w1 = s.tensor("W1", h, d);
  const b1 = s.tensor("b1", h);
  const z1 = s.tensor("z1", h);
  const a1 = s.tensor("a1", h);
  const w2 = s.tensor("W2", c, h);
  const b2 = s.tensor("b2", c);
  const z2 = s.tensor("z2", c);
  const a2 = s.tensor("a2", c);
  const t = s.tensor("t", c);
  const loss = s.tensor("L");
  s.define(z1, [j], arena.add(s.sum([i], s.at(w1, j, i), s.at(x, i)), s.at(b1, j)));
  s.define(a1, [j], arena.apply("tanh", s.at(z1, j)));
  s.define(z2, [k], arena.add(s.sum([j], s.at(w2, k, j), s.at(a1, j)), s.at(b2, k)));
  s.define(a2, [k], s.softmax(k, s.at(z2, k)));
  s.define(loss, [], arena.negate(s.sum([k], s.at(t, k), arena.apply("log", s.at(a2, k)))));
  if (sums) s.assumptions.push({ kind: "sums-to-one", tensor: t, axis: t.axes.length - 1, text: "Σ_k t_k = 1" });
  return { s, model: s.model(loss), x, w1, b1, z1, a1, w2, b2, z2, a2, t, loss };
}

describe("a two-layer network with softmax and cross-entropy", () => {
  it("gives a - t where the targets sum to one", () => {
    const m = mlp(true);
    const d = derive(m.model);
    expect(d.gradients.map((g) => g.wrt.latex)).toEqual(["L", "a2", "z2", "W2", "b2", "a1", "z1", "W1", "x", "b1"]);
    expect(shown(d, m.loss)).toBe("1");
    expect(shown(d, m.a2)).toBe("-1*t[k]*a2[k]^-1");
    expect(shown(d, m.z2)).toBe("(a2[k] + -1*t[k])");
    expect(shown(d, m.w2)).toBe("dL/dz2[k]*a1[j]");
    expect(shown(d, m.a1)).toBe("sum_#1{dL/dz2[#1]*W2[#1,j]}");
    expect(shown(d, m.z1)).toBe("dL/da1[j]*(1 + -1*a1[j]^2)");
    expect(shown(d, m.w1)).toBe("dL/dz1[j]*x[i]");
    const fill = point(m.model, { D: 2, H: 3, C: 4 });
    const target = fill.array(m.t).data;
    target.fill(0.25);
    verify(d, fill);
  });

  it("records the derivation: from the chain rule to what is shown, each assumption by its name", () => {
    const m = mlp(true);
    const d = derive(m.model);
    for (const g of d.gradients) {
      const [first] = g.steps;
      expect(first === undefined ? "" : show(first.left)).toMatch(new RegExp(`^dL/d${g.wrt.latex}\\[`));
      expect(show(g.steps.at(-1)?.right ?? g.local)).toBe(show(g.shown));
    }
    const rules = d.gradients.find((g) => g.wrt === m.z2)?.steps.map((s) => s.rule);
    expect(rules).toEqual([
      "chain-rule",
      "differentiate",
      "name",
      "substitute",
      "delta",
      "factor",
      "substitute",
      "cancel",
      "assumption",
    ]);
    expect([...d.locals.keys()].map((t) => t.name)).toContain("d_a2_d_z2");
  });

  it("keeps Σt where nothing says that it is one", () => {
    const m = mlp(false);
    const d = derive(m.model);
    expect(shown(d, m.z2)).toBe("(a2[k]*sum_#1{t[#1]} + -1*t[k])");
    verify(d, point(m.model, { D: 2, H: 3, C: 4 }));
  });
});
