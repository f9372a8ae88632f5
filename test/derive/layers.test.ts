import { describe, expect, it } from "vitest";
import type { Derivation } from "../../src/derive/derivation.js";
import { derive, differentiate } from "../../src/derive/derive.js";
import { hessian } from "../../src/derive/hessian.js";
import type { Node, Tensor } from "../../src/expression/node.js";
import { Sheet, show } from "./sheet.js";
import { type Fill, point, verify } from "./verify.js";

const shown = (d: Derivation, t: Tensor): string => {
  const g = d.gradients.find((x) => x.wrt === t);
  return g === undefined ? "none" : show(g.shown);
};

/** `Σ_i weights_i v_i²`, so that no entry of a gradient is like another. */
function square(s: Sheet, v: Tensor, weights = "g"): Tensor {
  const loss = s.tensor("L");
  const indices = v.axes.map((r, k) => s.index(`i${k}`, r));
  const g = s.tensor(weights, ...v.axes);
  s.define(loss, [], s.sum(indices, s.at(g, ...indices), s.square(s.at(v, ...indices))));
  return loss;
}

describe("losses on the output of their activation", () => {
  it("sigmoid with binary cross-entropy is y - t", () => {
    const s = new Sheet();
    const { arena } = s;
    const n = s.dim("N");
    const i = s.index("i", n);
    const [z, y, t, loss] = [s.tensor("z", n), s.tensor("y", n), s.tensor("t", n), s.tensor("L")];
    const log = (x: Node): Node => arena.apply("log", x);
    const no = (x: Node): Node => arena.subtract(arena.one, x);
    s.define(y, [i], arena.apply("sigmoid", s.at(z, i)));
    const one = arena.multiply(s.at(t, i), log(s.at(y, i)));
    const other = arena.multiply(no(s.at(t, i)), log(no(s.at(y, i))));
    s.define(
      loss,
      [],
      arena.multiply(arena.minusOne, arena.power(arena.dimension(n), -1), arena.sum(i, arena.add(one, other))),
    );
    const d = derive(s.model(loss));
    expect(shown(d, z)).toBe("1*N^1^-1*(y[i] + -1*t[i])");
    verify(
      d,
      point(s.model(loss), { N: 3 }, (_t, _c, r) => r.uniform(0.1, 0.9)),
    );
  });

  it("softmax and the probability of a gathered class is p - δ", () => {
    const s = new Sheet();
    const { arena } = s;
    const [n, c] = [s.dim("N"), s.dim("K")];
    const [i, k] = [s.index("n", n), s.index("k", c)];
    const [z, y, p, loss] = [s.tensor("z", n, c), s.integers("y", n), s.tensor("p", n, c), s.tensor("L")];
    s.assumptions.push({ kind: "integer", tensor: y, range: arena.upTo(c), text: "y_n is a class" });
    s.define(p, [i, k], s.softmax(k, s.at(z, i, k)));
    s.define(loss, [], arena.negate(arena.sum(i, arena.apply("log", s.at(p, i, arena.atValue(s.at(y, i)))))));
    const d = derive(s.model(loss));
    expect(shown(d, z)).toBe("(p[n,k] + -1*[-1k+y[n] = 0])");
    verify(d, point(s.model(loss), { N: 3, K: 4 }));
  });

  it("a log-softmax beside an unused softmax", () => {
    const s = new Sheet();
    const { arena } = s;
    const c = s.dim("K");
    const k = s.index("k", c);
    const [z, t, l, p, loss] = [s.tensor("z", c), s.tensor("t", c), s.tensor("l", c), s.tensor("p", c), s.tensor("L")];
    s.assumptions.push({ kind: "one-hot", tensor: t, axis: t.axes.length - 1, text: "t is one-hot" });
    s.define(p, [k], s.softmax(k, s.at(z, k)));
    s.define(l, [k], arena.subtract(s.at(z, k), arena.reduce("logsumexp", k, s.at(z, k))));
    s.define(loss, [], arena.negate(s.sum([k], s.at(t, k), s.at(l, k))));
    const d = derive(s.model(loss));
    expect(shown(d, z)).toBe("(p[k] + -1*t[k])");
    expect(shown(d, p)).toBe("0");
    expect(d.diagnostics.map((x) => x.code)).toEqual(["derive/independent"]);
    const hot: Fill = (x, cell, r) => (x === t ? Number(cell === 1) : r.uniform(-1, 1));
    verify(d, point(s.model(loss), { K: 3 }, hot));
  });

  it("does not cancel by a ReLU", () => {
    const s = new Sheet();
    const { arena } = s;
    const [z, a, loss] = [s.tensor("z"), s.tensor("a"), s.tensor("L")];
    s.define(a, [], arena.apply("relu", s.at(z)));
    s.define(loss, [], arena.multiply(arena.power(s.at(a), 2), arena.power(s.at(a), -1)));
    const d = derive(s.model(loss));
    expect(shown(d, a)).toBe("a[]*a[]^-1*(2 + -1*a[]*a[]^-1)");
  });
});

describe("layers", () => {
  it("attention by index", () => {
    const s = new Sheet();
    const { arena } = s;
    const [n, m, d, e] = [s.dim("N"), s.dim("M"), s.dim("D"), s.dim("E")];
    const [i, j, q, v] = [s.index("i", n), s.index("j", m), s.index("q", d), s.index("v", e)];
    const [Q, K, V] = [s.tensor("Q", n, d), s.tensor("K", m, d), s.tensor("V", m, e)];
    const [S, P, O] = [s.tensor("S", n, m), s.tensor("P", n, m), s.tensor("O", n, e)];
    const scale = arena.power(arena.dimension(d), arena.rational("-1/2"));
    s.define(S, [i, j], arena.multiply(scale, s.sum([q], s.at(Q, i, q), s.at(K, j, q))));
    s.define(P, [i, j], s.softmax(j, s.at(S, i, j)));
    s.define(O, [i, v], s.sum([j], s.at(P, i, j), s.at(V, j, v)));
    const model = s.model(square(s, O));
    const r = derive(model);
    expect(shown(r, V)).toBe("sum_#1{dL/dO[#1,v]*P[#1,j]}");
    expect(shown(r, S)).toBe("P[i,j]*(dL/dP[i,j] + -1*sum_#1{dL/dP[i,#1]*P[i,#1]})");
    expect(shown(r, Q)).toBe("1*D^1^-1/2*sum_#1{dL/dS[i,#1]*K[#1,q]}");
    verify(r, point(model, { N: 2, M: 3, D: 4, E: 5 }));
  });

  it("layer normalization, named and in one line", () => {
    const s = new Sheet();
    const { arena } = s;
    const d = s.dim("D");
    const i = s.index("i", d);
    const [x, h, o, w] = [s.tensor("x", d), s.tensor("h", d), s.tensor("o", d), s.tensor("w", d)];
    const [mu, va, r, eps] = [s.tensor("mu"), s.tensor("va"), s.tensor("r"), s.tensor("eps")];
    const mean = (body: Node): Node => arena.multiply(arena.power(arena.dimension(d), -1), arena.sum(i, body));
    s.define(mu, [], mean(s.at(x, i)));
    s.define(va, [], mean(s.square(arena.subtract(s.at(x, i), s.at(mu)))));
    s.define(r, [], arena.power(arena.add(s.at(va), s.at(eps)), arena.rational("-1/2")));
    s.define(h, [i], arena.multiply(arena.subtract(s.at(x, i), s.at(mu)), s.at(r)));
    const centred = arena.subtract(s.at(w, i), mean(s.at(w, i)));
    const deviation = arena.sqrt(arena.add(mean(s.square(centred)), s.at(eps)));
    s.define(o, [i], arena.add(s.at(h, i), arena.divide(centred, deviation)));
    const model = s.model(square(s, o));
    const r1 = derive(model);
    expect(shown(r1, va)).toBe("-1/2*dL/dr[]*r[]^3");
    expect(shown(r1, r)).toBe("sum_#1{dL/dh[#1]*(x[#1] + -1*mu[])}");
    verify(
      r1,
      point(model, { D: 4 }, (_t, _c, random) => random.uniform(0.2, 1)),
    );
  });

  it("shared weights and residual paths add up", () => {
    const s = new Sheet();
    const { arena } = s;
    const d = s.dim("D");
    const [i, j] = [s.index("i", d), s.index("j", d)];
    const [w, x, u, p, q, y] = [
      s.tensor("W", d, d),
      s.tensor("x", d),
      s.tensor("u", d),
      s.tensor("p", d),
      s.tensor("q", d),
      s.tensor("v", d),
    ];
    s.define(p, [i], arena.apply("tanh", s.sum([j], s.at(w, i, j), s.at(x, j))));
    s.define(q, [i], arena.apply("tanh", s.sum([j], s.at(w, i, j), s.at(u, j))));
    s.define(y, [i], arena.add(s.at(p, i), arena.multiply(s.at(q, i), s.at(q, i)), s.at(x, i)));
    const model = s.model(square(s, y));
    const r = derive(model);
    expect(shown(r, w)).toBe("(dL/dp[i]*(1 + -1*p[i]^2)*x[j] + dL/dq[i]*(1 + -1*q[i]^2)*u[j])");
    expect(shown(r, x)).toBe("(sum_#1{dL/dp[#1]*(1 + -1*p[#1]^2)*W[#1,i]} + dL/dv[i])");
    verify(r, point(model, { D: 3 }));
  });

  it("two symbols with one formula: each derivative is in the name of its own", () => {
    const s = new Sheet();
    const { arena } = s;
    const [x, p, q] = [s.tensor("x"), s.tensor("p"), s.tensor("q")];
    const loss = s.tensor("L");
    s.define(p, [], arena.apply("tanh", s.at(x)));
    s.define(q, [], arena.apply("tanh", s.at(x)));
    s.define(loss, [], arena.add(s.at(p), s.square(s.at(q))));
    expect(shown(derive(s.model(loss)), x)).toBe("(1 + -1*p[]^2 + dL/dq[]*(1 + -1*q[]^2))");
  });

  it("a convolution with offsets, its rectifier and a maximum", () => {
    const s = new Sheet();
    const { arena } = s;
    const [h, kernel] = [s.dim("H"), s.dim("K")];
    const out = arena.addDims(h, arena.scaleDim(kernel, -1), arena.oneDim);
    const [i, k] = [s.index("i", out), s.index("k", kernel)];
    const [x, w, z, r, m, loss] = [
      s.tensor("x", h),
      s.tensor("w", kernel),
      s.tensor("z", out),
      s.tensor("r", out),
      s.tensor("m"),
      s.tensor("L"),
    ];
    s.define(
      z,
      [i],
      s.sum(
        [k],
        s.at(w, k),
        s.at(
          x,
          arena.position(
            [
              [i, 1],
              [k, 1],
            ],
            arena.constantDim(-1),
          ),
        ),
      ),
    );
    s.define(r, [i], arena.apply("relu", s.at(z, i)));
    s.define(m, [], arena.reduce("max", i, s.at(r, i)));
    s.define(loss, [], arena.add(s.square(s.at(m)), s.sum([i], s.square(s.at(r, i)))));
    const d = derive(s.model(loss));
    expect(shown(d, r)).toBe("([-1i+argmax_#1{r[#1]} = 0]*dL/dm[] + 2*r[i])");
    expect(shown(d, z)).toBe("dL/dr[i]*[z[i] > 0]");
    expect(shown(d, w)).toBe("sum_#1{dL/dz[#1]*x[#1+k+-1]}");
    for (const sizes of [
      { H: 7, K: 3 },
      { H: 4, K: 4 },
      { H: 5, K: 1 },
    ])
      verify(d, point(s.model(loss), sizes));
  });

  it("an embedding: the adjoint of a gather adds up repeated rows", () => {
    const s = new Sheet();
    const { arena } = s;
    const [v, n, d] = [s.dim("V"), s.dim("N"), s.dim("D")];
    const [t, q] = [s.index("t", n), s.index("q", d)];
    const [table, id, e] = [s.tensor("E", v, d), s.integers("w", n), s.tensor("e", n, d)];
    s.assumptions.push({ kind: "integer", tensor: id, range: arena.upTo(v), text: "w_t is a word" });
    s.define(e, [t, q], s.at(table, arena.atValue(s.at(id, t)), q));
    const model = s.model(square(s, e));
    const r = derive(model);
    expect(shown(r, table)).toMatch(/^sum_#1\{\[-1i\+w\[#1\] = 0\]\*dL\/de\[#1,q\]\}$/);
    verify(r, point(model, { V: 2, N: 4, D: 3 }));
  });

  it("products, norms and abstract functions", () => {
    const s = new Sheet();
    const { arena } = s;
    const n = s.dim("N");
    const i = s.index("i", n);
    const [x, u, v, q, loss] = [s.tensor("x", n), s.tensor("u"), s.tensor("v"), s.tensor("q"), s.tensor("L")];
    s.define(u, [], arena.reduce("product", i, s.at(x, i)));
    s.define(v, [], arena.sqrt(s.sum([i], s.square(s.at(x, i)))));
    s.define(q, [], arena.abstract("f", [{ indices: [i], body: s.square(s.at(x, i)) }], []));
    s.define(loss, [], arena.add(arena.multiply(s.at(u), s.at(v)), s.square(s.at(q))));
    const d = derive(s.model(loss));
    verify(d, point(s.model(loss), { N: 3 }));
    // The product over the others is right where an entry is zero, also where two are.
    const zeros: Fill = (_t, cell, r) => (cell < 1 ? 0 : r.uniform(0.5, 1));
    verify(d, point(s.model(loss), { N: 3 }, zeros));
  });
});

describe("families", () => {
  it("a recurrence: base case, guards and weights shared over time", () => {
    const s = new Sheet();
    const { arena } = s;
    const [T, H, D] = [s.dim("T"), s.dim("H"), s.dim("D")];
    const [t, i, j, q] = [s.index("t", T), s.index("i", H), s.index("j", H), s.index("q", D)];
    const h = s.family("h", arena.range(arena.zeroDim, T), H);
    const [x, U, V, start, w, loss] = [
      s.family("x", T, D),
      s.tensor("U", H, H),
      s.tensor("V", H, D),
      s.tensor("s", H),
      s.tensor("w", H),
      s.tensor("L"),
    ];
    const before = s.sum([j], s.at(U, i, j), s.at(h, s.plus(t, -1), j));
    s.define(h, [0, i], s.at(start, i));
    s.define(h, [t, i], arena.apply("tanh", arena.add(before, s.sum([q], s.at(V, i, q), s.at(x, t, q)))));
    s.define(loss, [], s.sum([i], s.at(w, i), s.at(h, arena.atDim(T), i)));
    const d = derive(s.model(loss));
    expect(shown(d, h)).toBe(
      "([-1t+-1+1*T^1 >= 0]*sum_#1{dL/dh[t+1,#1]*(1 + -1*h[t+1,#1]^2)*U[#1,i]} + [t+-1*T^1 = 0]*w[i])",
    );
    expect(shown(d, U)).toBe("sum_#1{dL/dh[#1,i]*(1 + -1*h[#1,i]^2)*h[#1+-1,j]}");
    expect(shown(d, start)).toBe("dL/dh[0,i]");
    for (const T of [1, 2, 5]) verify(d, point(s.model(loss), { T, H: 2, D: 3 }));
  });

  it("layers of symbolic depth with a skip of two and ragged widths", () => {
    const s = new Sheet();
    const { arena } = s;
    const L = s.dim("L");
    const l = s.index("l", arena.range(arena.zeroDim, arena.subtractDims(L, arena.oneDim)));
    const H = s.dim("H");
    const [i, j] = [s.index("i", H), s.index("j", H)];
    const h = s.family("h", arena.range(arena.zeroDim, L), H);
    const W = s.family("W", l.range, H, H);
    const [x, loss] = [s.tensor("x", H), s.tensor("J")];
    const inner = s.index("l", arena.range(arena.oneDim, arena.subtractDims(L, arena.oneDim)));
    const next = (m: typeof l): Node => arena.apply("tanh", s.sum([j], s.at(W, m, i, j), s.at(h, m, j)));
    s.define(h, [0, i], s.at(x, i));
    s.define(h, [1, i], arena.substitute(next(l), new Map([[l, arena.literal(0)]])));
    s.define(h, [s.plus(inner, 1), i], arena.add(next(inner), s.at(h, s.plus(inner, -1), i)));
    s.define(loss, [], s.sum([i], s.square(s.at(h, arena.atDim(L), i))));
    const d = derive(s.model(loss));
    for (const size of [2, 3, 5]) verify(d, point(s.model(loss), { L: size, H: 2 }));
  });

  it("ragged layer widths", () => {
    const s = new Sheet();
    const { arena } = s;
    const L = s.dim("L");
    const layers = arena.upTo(L);
    const all = arena.range(arena.zeroDim, L);
    const width = (m: ReturnType<typeof arena.at>) => arena.upTo(arena.namedDim("D", m));
    const p = arena.index("$0", all);
    const q = arena.index("$0", layers);
    const h = s.arena.tensor({
      key: "h",
      latex: "h",
      parameters: [p],
      axes: [all, width(arena.at(p))],
      integer: false,
      derivative: null,
    });
    const below = (m: typeof p) => arena.shift(arena.at(m), arena.constantDim(-1));
    const W = s.arena.tensor({
      key: "W",
      latex: "W",
      parameters: [q],
      axes: [layers, width(arena.at(q)), width(below(q))],
      integer: false,
      derivative: null,
    });
    const l = s.index("l", layers);
    const i = arena.index("i", width(arena.at(l)));
    const j = arena.index("j", width(below(l)));
    const k = arena.index("k", width(arena.literal(0)));
    const o = arena.index("o", width(arena.atDim(L)));
    const x = s.tensor("x", k.range);
    const loss = s.tensor("J");
    s.define(h, [0, k], s.at(x, k));
    s.define(h, [l, i], arena.apply("tanh", s.sum([j], s.at(W, l, i, j), s.at(h, below(l), j))));
    s.define(loss, [], s.sum([o], s.square(s.at(h, arena.atDim(L), o))));
    const d = derive(s.model(loss), [h, W, x, loss]);
    // D^{(L+1)} and D^{(-1)} stand below guards that are false there; an evaluator asks for their sizes all the same.
    verify(d, point(s.model(loss), { L: 2, "D@-1": 1, "D@0": 2, "D@1": 4, "D@2": 3, "D@3": 1 }));
  });
});

describe("matrix functions and Jacobians", () => {
  it("inverse, log-determinant and powers", () => {
    const s = new Sheet();
    const { arena } = s;
    const n = s.dim("N");
    const [i, j] = [s.index("i", n), s.index("j", n)];
    const [X, Y, P, v, e, loss] = [
      s.tensor("X", n, n),
      s.tensor("Y", n, n),
      s.tensor("P", n, n),
      s.tensor("v", n),
      s.tensor("d"),
      s.tensor("L"),
    ];
    const of = (fn: "inverse" | "power", exponent: Node | null): Node =>
      arena.matrix(fn, i, j, s.at(X, i, j), [arena.at(i), arena.at(j)], exponent);
    s.define(Y, [i, j], of("inverse", null));
    s.define(e, [], arena.apply("log", arena.matrix("determinant", i, j, s.at(X, i, j), [])));
    s.define(
      P,
      [i, j],
      arena.add(of("power", arena.rational(3)), of("power", arena.dimension(n)), of("power", arena.rational(-2))),
    );
    const quadratic = s.sum([i, j], s.at(v, i), s.at(Y, i, j), s.at(v, j));
    s.define(loss, [], arena.add(quadratic, s.at(e), s.sum([i, j], s.at(P, i, j), s.at(v, i))));
    const d = derive(s.model(loss));
    const fill: Fill = (t, c, r) => (t === X && c % 4 === 0 ? 3 : 0) + r.uniform(-0.5, 1);
    verify(d, point(s.model(loss), { N: 3 }, fill));
    const only = derive(s.model(loss), [X], e);
    expect(shown(only, X)).toBe("Y[j,i]");
  });

  it("refuses an entry of a matrix exponential, and differentiates its trace", () => {
    const s = new Sheet();
    const { arena } = s;
    const n = s.dim("N");
    const [i, j, k] = [s.index("i", n), s.index("j", n), s.index("k", n)];
    const [X, trace, Y] = [s.tensor("X", n, n), s.tensor("r"), s.tensor("Y", n, n)];
    const entry = (a: typeof i, b: typeof i): Node =>
      arena.matrix("exponential", i, j, s.at(X, i, j), [arena.at(a), arena.at(b)]);
    s.define(trace, [], arena.sum(k, entry(k, k)));
    s.define(Y, [i, j], entry(i, j));
    verify(derive(s.model(trace), [X]), point(s.model(trace), { N: 3 }));
    const refused = derive(s.model(null), [X], Y);
    expect(refused.gradients.map((g) => g.wrt)).toEqual([Y]);
    expect(refused.diagnostics.map((x) => x.code)).toEqual(["derive/matrix-exponential"]);
    expect(refused.diagnostics[0]?.message).toMatch(/\$Y\$.*\$X\$.*matrix exponential/);
  });

  it("the Jacobian of a softmax", () => {
    const s = new Sheet();
    const c = s.dim("K");
    const k = s.index("k", c);
    const [z, p] = [s.tensor("z", c), s.tensor("p", c)];
    s.define(p, [k], s.softmax(k, s.at(z, k)));
    const d = derive(s.model(null), [z], p);
    expect(shown(d, z)).toBe("p[k]*([k'+-1k = 0] + -1*p[k'])");
    verify(d, point(s.model(null), { K: 3 }));
  });

  it("the Jacobian of a family by its own members", () => {
    const s = new Sheet();
    const { arena } = s;
    const T = s.dim("T");
    const t = s.index("t", T);
    const h = s.family("h", arena.range(arena.zeroDim, T));
    const [x, w] = [s.tensor("x"), s.tensor("w")];
    s.define(h, [0], s.at(x));
    s.define(h, [t], arena.apply("tanh", arena.multiply(s.at(w), s.at(h, s.plus(t, -1)))));
    verify(derive(s.model(null), [w, x], h), point(s.model(null), { T: 4 }));
  });

  it("second derivatives", () => {
    const s = new Sheet();
    const { arena } = s;
    const n = s.dim("N");
    const [i, j] = [s.index("i", n), s.index("j", n)];
    const [A, x, loss] = [s.tensor("A", n, n), s.tensor("x", n), s.tensor("L")];
    s.define(
      loss,
      [],
      arena.add(s.sum([i, j], s.at(x, i), s.at(A, i, j), s.at(x, j)), s.sum([i], arena.apply("exp", s.at(x, i)))),
    );
    const d = hessian(s.model(loss), loss, x, x);
    expect(shown(d, x)).toBe("(A[i,j] + A[j,i] + [i+-1j = 0]*exp(x[i]))");
    verify(d, point(d.model, { N: 3 }));
  });

  it("a partial derivative holds other tensors fixed", () => {
    const s = new Sheet();
    const { arena } = s;
    const n = s.dim("N");
    const [i, j] = [s.index("i", n), s.index("j", n)];
    const [x, y] = [s.tensor("x", n), s.tensor("v", n)];
    const body = s.sum([i], s.at(y, i), s.square(s.at(x, i)));
    expect(show(differentiate(arena, body, x, [arena.at(j)]))).toBe("2*v[j]*x[j]");
  });
});
