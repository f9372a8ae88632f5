import { Bench, type Case, numbers } from "./models.js";

/* Recurrences and other shapes of families; gradients come from the program. */

function stacked(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const [T, L, H] = [b.dim("T"), b.dim("L"), b.upTo("H")];
  const [layers, layers0] = [A.upTo(L), A.range(A.zeroDim, L)];
  const [times, times0] = [A.upTo(T), A.range(A.zeroDim, T)];
  const [l, t, t0] = [b.index("\\ell", layers), b.index("t", times), b.index("t", times)];
  const [i, j] = [b.index("i", H), b.index("j", H)];
  const x = b.tensor("x_{#0}", "input", [times, H], { parameters: [A.index("$0", times)] });
  const W = b.tensor("W^{({#0})}", "parameter", [layers, H, H], { parameters: [A.index("$0", layers)] });
  const U = b.tensor("U", "parameter", [H, H]);
  const h = b.tensor("h^{({#0})}_{#1}", "intermediate", [layers0, times0, H], {
    parameters: [A.index("$0", layers0), A.index("$1", times0)],
  });
  const J = b.tensor("J", "loss", []);
  b.equation(h, [0, t0, i], b.e(x, t0, i));
  const left = A.sum(j, A.multiply(b.e(W, l, i, j), b.e(h, b.plus(l, -1), t, j)));
  const below = A.sum(j, A.multiply(b.e(U, i, j), b.e(h, l, b.plus(t, -1), j)));
  b.equation(h, [l, t, i], A.apply("tanh", A.add(left, below)));
  b.equation(J, [], A.sum(t, A.sum(i, A.power(b.e(h, A.atDim(L), t, i), 2))));
  return {
    name: "stacked recurrence with an initial state",
    bench: b,
    values: { x: numbers(30, 3, 2), W: numbers(31, 4, 2, 2), U: numbers(32, 2, 2) },
  };
}

function skipTwo(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const L = b.dim("L");
  const all = A.range(A.zeroDim, L);
  const H = b.upTo("H");
  const steps = A.range(A.constantDim(2), L);
  const l = b.index("l", steps);
  const [i, j] = [b.index("i", H), b.index("j", H)];
  const x = b.tensor("x", "input", [H]);
  const W = b.tensor("W_{#0}", "parameter", [steps, H, H], { parameters: [A.index("$0", steps)] });
  const h = b.tensor("h_{#0}", "intermediate", [all, H], { parameters: [A.index("$0", all)] });
  const J = b.tensor("J", "loss", []);
  b.equation(h, [0, i], b.e(x, i));
  b.equation(h, [1, i], A.apply("sigmoid", b.e(x, i)));
  const inner = A.sum(j, A.multiply(b.e(W, l, i, j), b.e(h, b.plus(l, -1), j)));
  b.equation(h, [l, i], A.add(A.apply("tanh", inner), b.e(h, b.plus(l, -2), i)));
  b.equation(J, [], A.sum(i, A.power(b.e(h, A.atDim(L), i), 2)));
  return { name: "skip two", bench: b, values: { x: numbers(33, 3), W: numbers(34, 4, 3, 3) } };
}

function coupled(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const T = b.dim("T");
  const [time, time0] = [A.upTo(T), A.range(A.zeroDim, T)];
  const H = b.upTo("H");
  const t = b.index("t", time);
  const [i, j] = [b.index("i", H), b.index("j", H)];
  const p = (r: typeof time) => ({ parameters: [A.index("$0", r)] });
  const x = b.tensor("x_{#0}", "input", [time, H], p(time));
  const V = b.tensor("V", "parameter", [H, H]);
  const f = b.tensor("f_{#0}", "intermediate", [time, H], p(time));
  const c = b.tensor("c_{#0}", "intermediate", [time0, H], p(time0));
  const h = b.tensor("h_{#0}", "intermediate", [time0, H], p(time0));
  const J = b.tensor("J", "loss", []);
  const last = b.plus(t, -1);
  const gate = A.sum(j, A.multiply(b.e(V, i, j), b.e(h, last, j)));
  b.equation(f, [t, i], A.apply("sigmoid", A.add(gate, b.e(x, t, i))));
  b.equation(c, [0, i], A.zero);
  b.equation(
    c,
    [t, i],
    A.add(A.multiply(b.e(f, t, i), b.e(c, last, i)), A.multiply(A.subtract(A.one, b.e(f, t, i)), b.e(x, t, i))),
  );
  b.equation(h, [0, i], A.zero);
  b.equation(h, [t, i], A.multiply(b.e(f, t, i), A.apply("tanh", b.e(c, t, i))));
  b.equation(J, [], A.sum(i, A.multiply(b.e(h, A.atDim(T), i), b.e(h, A.atDim(T), i))));
  return { name: "coupled recurrences", bench: b, values: { x: numbers(35, 4, 2), V: numbers(36, 2, 2) } };
}

function scalarFamily(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const N = b.upTo("N");
  const n = b.index("n", N);
  const later = b.index("n", A.range(A.constantDim(2), b.dim("N")));
  const x = b.tensor("x", "input", [N]);
  const s = b.tensor("s", "intermediate", [N]);
  const y = b.tensor("y", "intermediate", []);
  const J = b.tensor("J", "loss", []);
  b.equation(s, [1], b.e(x, 1));
  b.equation(s, [later], A.add(A.multiply(A.rational("0.5"), b.e(s, b.plus(later, -1))), A.power(b.e(x, later), 2)));
  b.equation(y, [], A.reduce("product", n, A.add(A.rational(2), b.e(s, n))));
  b.equation(J, [], A.add(A.apply("log", A.power(b.e(y), 2)), A.multiply(b.e(x, 2), b.e(s, 3))));
  return { name: "recurrence along an axis", bench: b, values: { x: numbers(37, 5) } };
}

function deep(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const D = b.upTo("D");
  const i = b.index("i", D);
  const x = b.tensor("x", "input", [D]);
  const u = b.tensor("u", "intermediate", [D]);
  const J = b.tensor("J", "loss", []);
  let body = b.e(x, i);
  for (let k = 0; k < 60; k++) body = A.apply("sin", A.add(A.multiply(A.rational("1/3"), body), A.rational("0.1")));
  b.equation(u, [i], body);
  b.equation(J, [], A.sum(i, A.multiply(A.rational(1000), b.e(u, i), b.e(x, i))));
  return { name: "deep nesting", bench: b, values: { x: numbers(38, 3) } };
}

function determinants(): Case {
  const b = new Bench();
  const { arena: A } = b;
  const [N, D] = [b.upTo("N"), b.upTo("D")];
  const [n, i, j] = [b.index("n", N), b.index("i", D), b.index("j", D)];
  const M = b.tensor("M", "parameter", [N, D, D]);
  const J = b.tensor("J", "loss", []);
  const det = A.matrix("determinant", i, j, b.e(M, n, i, j), []);
  const cube = A.sum(i, A.matrix("power", i, j, b.e(M, 1, i, j), [A.at(i), A.at(i)], A.rational(3)));
  b.equation(J, [], A.add(A.sum(n, A.power(det, 2)), cube));
  return { name: "determinants of a batch", bench: b, values: { M: numbers(39, 3, 2, 2) } };
}

export const recurrent: readonly Case[] = [stacked(), skipTwo(), coupled(), scalarFamily(), deep(), determinants()];
