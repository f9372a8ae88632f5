import { Bench, type Case, numbers } from "./models.js";

function mlp(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const [D, H] = [b.upTo("D"), b.upTo("H")];
  const [i, j] = [b.index("i", D), b.index("j", H)];
  const x = b.tensor("x", "input", [D]);
  const t = b.tensor("t", "target", []);
  const W = b.tensor("W^{(1)}", "parameter", [H, D]);
  const c = b.tensor("b^{(1)}", "parameter", [H]);
  const w = b.tensor("w", "parameter", [H]);
  const z = b.tensor("z", "intermediate", [H]);
  const a = b.tensor("a", "intermediate", [H]);
  const y = b.tensor("y", "intermediate", []);
  const L = b.tensor("\\mathcal{L}", "loss", []);
  b.equation(
    z,
    [j],
    A.add(A.sum(i, A.multiply(b.e(W, j, i), b.e(x, i))), b.e(c, j)),
    "z_j = \\sum_i\n__import__('os')",
  );
  b.equation(a, [j], A.apply("tanh", b.e(z, j)));
  b.equation(y, [], A.sum(j, A.multiply(b.e(w, j), b.e(a, j))));
  b.equation(L, [], A.multiply(A.rational("1/2"), A.power(A.subtract(b.e(y), b.e(t)), 2)));
  b.gradient(y, [], A.subtract(b.e(y), b.e(t)));
  b.gradient(t, [], A.negate(b.e(b.bar(y))));
  b.gradient(w, [j], A.multiply(b.e(b.bar(y)), b.e(a, j)));
  b.gradient(a, [j], A.multiply(b.e(b.bar(y)), b.e(w, j)));
  b.gradient(z, [j], A.multiply(b.e(b.bar(a), j), A.subtract(A.one, A.power(b.e(a, j), 2))));
  b.gradient(c, [j], b.e(b.bar(z), j));
  b.gradient(W, [j, i], A.multiply(b.e(b.bar(z), j), b.e(x, i)));
  b.gradient(x, [i], A.sum(j, A.multiply(b.e(b.bar(z), j), b.e(W, j, i))));
  return {
    name: "mlp",
    bench: b,
    values: { x: numbers(1, 3, 1), t: 0.4, W1: numbers(2, 4, 3), b1: numbers(3, 4), w: numbers(4, 4) },
  };
}

function batchSoftmax(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const [N, D, K] = [b.upTo("N"), b.upTo("D"), b.upTo("K")];
  const [n, d, k, l] = [b.index("n", N), b.index("d", D), b.index("k", K), b.index("l", K)];
  const X = b.tensor("X", "input", [N, D]);
  const W = b.tensor("W", "parameter", [K, D]);
  const c = b.tensor("c", "parameter", [K]);
  const y = b.tensor("y", "target", [N], { integer: true });
  const Z = b.tensor("Z", "intermediate", [N, K]);
  const P = b.tensor("P", "intermediate", [N, K]);
  const L = b.tensor("L", "loss", []);
  b.equation(Z, [n, k], A.add(A.sum(d, A.multiply(b.e(X, n, d), b.e(W, k, d))), b.e(c, k)));
  b.equation(P, [n, k], A.apply("exp", A.subtract(b.e(Z, n, k), A.reduce("logsumexp", l, b.e(Z, n, l)))));
  const label = A.atValue(b.e(y, n));
  const invN = A.power(A.dimension(b.dim("N")), -1);
  b.equation(L, [], A.multiply(A.minusOne, invN, A.sum(n, A.apply("log", b.e(P, n, label)))));
  const hit = A.delta(label, A.at(k));
  b.gradient(P, [n, k], A.multiply(A.minusOne, invN, hit, A.power(b.e(P, n, k), -1)));
  b.gradient(Z, [n, k], A.multiply(invN, A.subtract(b.e(P, n, k), hit)));
  b.gradient(c, [k], A.sum(n, b.e(b.bar(Z), n, k)));
  b.gradient(W, [k, d], A.sum(n, A.multiply(b.e(b.bar(Z), n, k), b.e(X, n, d))));
  b.gradient(X, [n, d], A.sum(k, A.multiply(b.e(b.bar(Z), n, k), b.e(W, k, d))));
  return {
    name: "batch softmax with a gather",
    bench: b,
    values: { X: numbers(5, 5, 3), W: numbers(6, 4, 3), c: numbers(7, 4), y: [1, 4, 2, 2, 3] },
  };
}

function convolution(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const [N, K] = [b.dim("N"), b.dim("K")];
  const M = A.upTo(A.addDims(A.subtractDims(N, K), A.oneDim));
  const [i, k, m] = [b.index("i", M), b.index("k", A.upTo(K)), b.index("m", A.upTo(N))];
  const x = b.tensor("x", "input", [A.upTo(N)]);
  const w = b.tensor("w", "parameter", [A.upTo(K)]);
  const y = b.tensor("y", "intermediate", [M]);
  const L = b.tensor("L", "loss", []);
  const ik = A.position(
    [
      [i, 1],
      [k, 1],
    ],
    A.constantDim(-1),
  );
  b.equation(y, [i], A.sum(k, A.multiply(b.e(w, k), b.e(x, ik))));
  b.equation(L, [], A.sum(i, A.power(b.e(y, i), 3)));
  b.gradient(y, [i], A.multiply(A.rational(3), A.power(b.e(y, i), 2)));
  b.gradient(w, [k], A.sum(i, A.multiply(b.e(b.bar(y), i), b.e(x, ik))));
  const back = A.position(
    [
      [m, 1],
      [k, -1],
    ],
    A.oneDim,
  );
  const low = A.iverson("nonnegative", A.shift(back, A.constantDim(-1)));
  const high = A.iverson(
    "nonnegative",
    A.position(
      [
        [m, -1],
        [k, 1],
      ],
      A.subtractDims(N, K),
    ),
  );
  b.gradient(x, [m], A.sum(k, A.multiply(low, high, b.e(b.bar(y), back), b.e(w, k))));
  return { name: "convolution", bench: b, values: { x: numbers(8, 7), w: numbers(9, 3) } };
}

function rnn(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const [T, H, D] = [b.dim("T"), b.upTo("H"), b.upTo("D")];
  const [time, fromZero] = [A.upTo(T), A.range(A.zeroDim, T)];
  const [t, s] = [b.index("t", time), b.index("t", fromZero)];
  const [i, j, d] = [b.index("i", H), b.index("j", H), b.index("d", D)];
  const x = b.tensor("x_{{#0}}", "input", [time, D], { parameters: [A.index("$0", time)] });
  const h0 = b.tensor("s", "input", [H]);
  const U = b.tensor("U", "parameter", [H, H]);
  const V = b.tensor("V", "parameter", [H, D]);
  const h = b.tensor("h_{{#0}}", "intermediate", [fromZero, H], { parameters: [A.index("$0", fromZero)] });
  const L = b.tensor("L", "loss", []);
  b.equation(h, [0, i], b.e(h0, i));
  const before = b.plus(t, -1);
  const pre = A.add(
    A.sum(j, A.multiply(b.e(U, i, j), b.e(h, before, j))),
    A.sum(d, A.multiply(b.e(V, i, d), b.e(x, t, d))),
  );
  b.equation(h, [t, i], A.apply("tanh", pre));
  b.equation(L, [], A.sum(t, A.sum(i, A.power(b.e(h, t, i), 2))));
  const own = A.multiply(A.iverson("nonnegative", b.plus(s, -1)), A.rational(2), b.e(h, s, i));
  const next = b.plus(s, 1);
  const slope = (at: typeof next, k: typeof j) => A.subtract(A.one, A.power(b.e(h, at, k), 2));
  const later = A.multiply(
    A.iverson("nonnegative", A.position([[s, -1]], A.addDims(T, A.constantDim(-1)))),
    A.sum(j, A.multiply(b.e(b.bar(h), next, j), slope(next, j), b.e(U, j, i))),
  );
  b.gradient(h, [s, i], A.add(own, later));
  const delta = A.multiply(b.e(b.bar(h), t, i), slope(b.position(t), i));
  b.gradient(U, [i, j], A.sum(t, A.multiply(delta, b.e(h, before, j))));
  b.gradient(V, [i, d], A.sum(t, A.multiply(delta, b.e(x, t, d))));
  b.gradient(x, [t, d], A.sum(i, A.multiply(delta, b.e(V, i, d))));
  b.gradient(h0, [i], b.e(b.bar(h), 0, i));
  return {
    name: "recurrent family",
    bench: b,
    values: { x: numbers(10, 4, 3), s: numbers(11, 2), U: numbers(12, 2, 2), V: numbers(13, 2, 3) },
  };
}

function ragged(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const Ld = b.dim("L");
  const [layers, fromZero] = [A.upTo(Ld), A.range(A.zeroDim, Ld)];
  const p = A.index("$0", layers);
  const q = A.index("$0", fromZero);
  const width = (at: Parameters<typeof b.position>[0]) => A.upTo(A.namedDim("D", b.position(at)));
  const W = b.tensor("W^{({#0})}", "parameter", [layers, width(p), width(b.plus(p, -1))], { parameters: [p] });
  const h = b.tensor("h^{({#0})}", "intermediate", [fromZero, width(q)], { parameters: [q] });
  const x = b.tensor("x", "input", [width(0)]);
  const J = b.tensor("J", "loss", []);
  const l = b.index("\\ell", layers);
  const m = b.index("\\ell", fromZero);
  const before = b.plus(l, -1);
  const [i, j] = [b.index("i", width(l)), b.index("j", width(before))];
  const i0 = b.index("i", width(0));
  b.equation(h, [0, i0], b.e(x, i0));
  b.equation(h, [l, i], A.apply("sigmoid", A.sum(j, A.multiply(b.e(W, l, i, j), b.e(h, before, j)))));
  const top = A.atDim(Ld);
  const iL = b.index("i", width(top));
  const reg = A.sum(l, A.sum(i, A.sum(j, A.power(b.e(W, l, i, j), 2))));
  b.equation(J, [], A.add(A.sum(iL, A.power(b.e(h, top, iL), 2)), A.multiply(A.rational("1/2"), reg)));
  const im = b.index("i", width(m));
  const next = b.plus(m, 1);
  const k = b.index("k", width(next));
  const slope = (y: ReturnType<typeof b.e>) => A.multiply(y, A.subtract(A.one, y));
  const last = A.multiply(A.delta(A.at(m), top), A.rational(2), b.e(h, m, im));
  const rest = A.multiply(
    A.iverson("nonnegative", A.position([[m, -1]], A.addDims(Ld, A.constantDim(-1)))),
    A.sum(k, A.multiply(b.e(b.bar(h), next, k), slope(b.e(h, next, k)), b.e(W, next, k, im))),
  );
  b.gradient(h, [m, im], A.add(last, rest));
  b.gradient(
    W,
    [l, i, j],
    A.add(A.multiply(b.e(b.bar(h), l, i), slope(b.e(h, l, i)), b.e(h, before, j)), b.e(W, l, i, j)),
  );
  b.gradient(x, [i0], b.e(b.bar(h), 0, i0));
  return {
    name: "ragged family",
    bench: b,
    values: { x: numbers(14, 3), W: [numbers(15, 4, 3), numbers(16, 2, 4), numbers(17, 5, 2)] },
  };
}

function attention(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const [T, d, e] = [b.upTo("T"), b.upTo("d"), b.upTo("e")];
  const [i, j, l, m] = [b.index("i", T), b.index("j", T), b.index("l", T), b.index("m", T)];
  const [k, c] = [b.index("k", d), b.index("c", e)];
  const [Q, K, V] = [b.tensor("Q", "input", [T, d]), b.tensor("K", "input", [T, d]), b.tensor("V", "input", [T, e])];
  const S = b.tensor("S", "intermediate", [T, T]);
  const P = b.tensor("P", "intermediate", [T, T]);
  const O = b.tensor("O", "intermediate", [T, e]);
  const L = b.tensor("L", "loss", []);
  const scale = A.power(A.sqrt(A.dimension(b.dim("d"))), -1);
  b.equation(S, [i, j], A.multiply(A.sum(k, A.multiply(b.e(Q, i, k), b.e(K, j, k))), scale));
  b.equation(P, [i, j], A.apply("exp", A.subtract(b.e(S, i, j), A.reduce("logsumexp", l, b.e(S, i, l)))));
  b.equation(O, [i, c], A.sum(j, A.multiply(b.e(P, i, j), b.e(V, j, c))));
  b.equation(L, [], A.sum(i, A.sum(c, A.power(b.e(O, i, c), 2))));
  b.gradient(O, [i, c], A.multiply(A.rational(2), b.e(O, i, c)));
  b.gradient(V, [j, c], A.sum(i, A.multiply(b.e(P, i, j), b.e(b.bar(O), i, c))));
  b.gradient(P, [i, j], A.sum(c, A.multiply(b.e(b.bar(O), i, c), b.e(V, j, c))));
  const inner = A.sum(m, A.multiply(b.e(b.bar(P), i, m), b.e(P, i, m)));
  b.gradient(S, [i, j], A.multiply(b.e(P, i, j), A.subtract(b.e(b.bar(P), i, j), inner)));
  b.gradient(Q, [i, k], A.multiply(scale, A.sum(j, A.multiply(b.e(b.bar(S), i, j), b.e(K, j, k)))));
  b.gradient(K, [j, k], A.multiply(scale, A.sum(i, A.multiply(b.e(b.bar(S), i, j), b.e(Q, i, k)))));
  return { name: "attention", bench: b, values: { Q: numbers(18, 4, 3), K: numbers(19, 4, 3), V: numbers(20, 4, 2) } };
}

function maxAndRelu(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const [N, D] = [b.upTo("N"), b.upTo("D")];
  const [n, i, k] = [b.index("n", N), b.index("i", D), b.index("k", D)];
  const X = b.tensor("X", "input", [N, D]);
  const M = b.tensor("M", "parameter", [D, D]);
  const u = b.tensor("u", "intermediate", [N]);
  const L = b.tensor("L", "loss", []);
  b.equation(u, [n], A.reduce("max", i, b.e(X, n, i)));
  const inverse = (r: typeof i, c: typeof i) => {
    const [p, q] = [b.index("p", D), b.index("q", D)];
    return A.matrix("inverse", p, q, b.e(M, p, q), [A.at(r), A.at(c)]);
  };
  const quadratic = A.sum(i, A.sum(k, A.multiply(b.e(X, 1, i), inverse(i, k), b.e(X, 2, k))));
  b.equation(L, [], A.add(A.sum(n, A.apply("relu", b.e(u, n))), quadratic));
  b.gradient(u, [n], A.indicator(">", b.e(u, n)));
  const best = A.argument("max", i, b.e(X, n, i));
  const toX = A.add(
    A.multiply(b.e(b.bar(u), n), A.delta(A.atValue(best), A.at(k))),
    A.multiply(A.delta(A.at(n), A.literal(1)), A.sum(i, A.multiply(inverse(k, i), b.e(X, 2, i)))),
    A.multiply(A.delta(A.at(n), A.literal(2)), A.sum(i, A.multiply(inverse(i, k), b.e(X, 1, i)))),
  );
  b.gradient(X, [n, k], toX);
  const [r, c] = [b.index("r", D), b.index("c", D)];
  const left = A.sum(i, A.multiply(b.e(X, 1, i), inverse(i, r)));
  const right = A.sum(k, A.multiply(inverse(c, k), b.e(X, 2, k)));
  b.gradient(M, [r, c], A.multiply(A.minusOne, left, right));
  return {
    name: "max, relu, inverse",
    bench: b,
    values: {
      X: numbers(21, 3, 3),
      M: [
        [2, 0.3, 0.1],
        [-0.4, 1.5, 0.2],
        [0.3, -0.1, 1.1],
      ],
    },
  };
}

function abstracts(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const [N, D] = [b.upTo("N"), b.upTo("D")];
  const [n, i, k] = [b.index("n", N), b.index("i", D), b.index("k", D)];
  const Z = b.tensor("Z", "input", [N, D]);
  const y = b.tensor("y", "intermediate", [N, D]);
  const L = b.tensor("L", "loss", []);
  b.equation(y, [n, i], A.abstract("\\phi", [{ indices: [], body: b.e(Z, n, i) }], []));
  const arg = { indices: [i], body: b.e(y, n, i) };
  b.equation(L, [], A.sum(n, A.abstract("C", [arg, { indices: [], body: A.rational(2) }], [])));
  b.gradient(
    y,
    [n, k],
    A.abstract("C", [arg, { indices: [], body: A.rational(2) }], [], [{ argument: 0, at: [A.at(k)] }]),
  );
  b.gradient(
    Z,
    [n, k],
    A.multiply(
      b.e(b.bar(y), n, k),
      A.abstract("\\phi", [{ indices: [], body: b.e(Z, n, k) }], [], [{ argument: 0, at: [] }]),
    ),
  );
  return {
    name: "abstract functions",
    bench: b,
    values: { Z: numbers(22, 2, 3) },
    callables: {
      phi: "np.sin",
      phi_prime: "np.cos",
      C: "lambda v, c: c * v[0] * v[1] * v[2]",
      C_1: "lambda v, c: c * np.array([v[1] * v[2], v[0] * v[2], v[0] * v[1]])",
    },
  };
}

function guarded(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const D = b.upTo("D");
  const i = b.index("i", D);
  const x = b.tensor("x", "input", [D]);
  const L = b.tensor("L", "loss", []);
  const on = A.indicator(">", b.e(x, i));
  b.equation(L, [], A.sum(i, A.multiply(on, b.e(x, i), A.apply("log", b.e(x, i)))));
  b.gradient(x, [i], A.multiply(on, A.add(A.apply("log", b.e(x, i)), A.one)));
  return { name: "guards over values that are not finite", bench: b, values: { x: [0.7, -0.4, 1.3] } };
}

export const cases: readonly Case[] = [
  mlp(),
  batchSoftmax(),
  convolution(),
  rnn(),
  ragged(),
  attention(),
  maxAndRelu(),
  abstracts(),
  guarded(),
];
