import katex from "katex";
import { describe, expect, test } from "vitest";
import { Random } from "../../src/core/random.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import { Environment } from "../../src/evaluate/values.js";
import { Arena, tensorsOf } from "../../src/expression/arena.js";
import type { Index, Node, Position, Range, Tensor } from "../../src/expression/node.js";
import { printMatrix, printMatrixEquation } from "../../src/print/matrix-form.js";
import { dimensionCheck } from "../../src/print/matrix-shapes.js";
import { makeNames } from "../../src/print/names.js";
import { matrixToNode } from "../../src/vectorize/elaborate.js";
import { vectorize } from "../../src/vectorize/vectorize.js";

const arena = new Arena();
const sizes = new Map([
  ["D", 2],
  ["H", 3],
  ["K", 4],
  ["N", 5],
  ["T", 3],
  ["M", 6],
]);
const env = new Environment(sizes);
const random = new Random(3);
const over = (d: string): Range => arena.upTo(arena.namedDim(d));
const one = arena.upTo(arena.oneDim);

const tensor = (latex: string, axes: readonly Range[], parameters = 0, integer = false): Tensor => {
  const made = arena.tensor({
    key: latex,
    latex,
    parameters: axes.slice(0, parameters).map((r, k) => arena.index(`$${k}`, r)),
    axes,
    integer,
    derivative: null,
  });
  return made;
};
const fill = (t: Tensor): void => {
  const shape = t.axes.map((r) => env.dim(arena.size(r)));
  const length = shape.reduce((n, s) => n * s, 1);
  const values = Float64Array.from({ length }, () => (t.integer ? random.integer(1, 4) : random.uniform(0.2, 1.5)));
  env.tensors.set(t, { shape, data: values });
};

const L = tensor("\\mathcal{L}", []);
const lambda = tensor("\\lambda", []);
const W = tensor("\\mathbf{W}", [over("H"), over("D")]);
const W2 = tensor("\\mathbf{W}^{(2)}", [over("K"), over("H")]);
const x = tensor("\\mathbf{x}", [over("D")]);
const b = tensor("\\mathbf{b}", [over("H")]);
const z = tensor("\\mathbf{z}", [over("H")]);
const delta = tensor("\\boldsymbol{\\delta}", [over("H")]);
const gamma = tensor("\\boldsymbol{\\gamma}", [over("H")]);
const y = tensor("\\mathbf{y}", [over("K")]);
const t = tensor("\\mathbf{t}", [over("K")]);
const p = tensor("\\mathbf{p}", [over("K")]);
const g = tensor("\\mathbf{g}", [over("K")]);
const A = tensor("A", [over("N"), over("H")]);
const B = tensor("B", [over("N"), over("H")]);
const Delta = tensor("\\Delta", [over("N"), over("K")]);
const X = tensor("X", [over("N"), over("D")]);
const V = tensor("V", [over("D"), over("H")]);
const u = tensor("\\mathbf{u}", [over("N")]);
const S = tensor("S", [over("H"), over("H")]);
const R = tensor("R", [over("H"), over("H")]);
const P = tensor("P", [over("N"), over("M")]);
const dP = tensor("\\bar{P}", [over("N"), over("M")]);
const Q = tensor("Q", [over("N"), over("D")]);
const Kk = tensor("K_s", [over("M"), over("D")]);
const row = tensor("\\mathbf{r}", [one, over("D")]);
const beta = tensor("\\boldsymbol{\\beta}", [one, over("H")]);
const h = tensor("\\mathbf{h}_{{#0}}", [arena.range(arena.zeroDim, arena.namedDim("T")), over("H")], 1);
const d = tensor("\\boldsymbol{\\delta}_{{#0}}", [over("T"), over("H")], 1);
const classes = tensor("\\mathbf{c}", [over("N")], 0, true);
const order3 = tensor("Q^{h}", [over("N"), over("T"), over("D")]);
const order3k = tensor("K^{h}", [over("M"), over("T"), over("D")]);
const dz = arena.derivativeTensor(L, z);
const dW = arena.derivativeTensor(L, W);
const all = [
  L,
  lambda,
  W,
  W2,
  x,
  b,
  z,
  delta,
  gamma,
  y,
  t,
  p,
  g,
  A,
  B,
  Delta,
  X,
  V,
  u,
  S,
  R,
  P,
  dP,
  Q,
  Kk,
  row,
  beta,
  h,
  d,
  classes,
  order3,
  order3k,
  dz,
  dW,
];
for (const one of all) fill(one);

const letters = new Map([
  ["1..1*D^1", ["i"]],
  ["1..1*H^1", ["j"]],
  ["1..1*K^1", ["k", "l"]],
  ["1..1*N^1", ["n"]],
  ["1..1*M^1", ["m"]],
  ["1..1*T^1", ["t"]],
]);
const names = makeNames(arena, letters, all);

const I = (name: string, r: Range): Index => arena.index(name, r);
const i = I("i", over("D"));
const i2 = I("i'", over("D"));
const j = I("j", over("H"));
const j2 = I("j'", over("H"));
const k = I("k", over("K"));
const l = I("l", over("K"));
const n = I("n", over("N"));
const m = I("m", over("M"));
const m2 = I("m'", over("M"));
const tau = I("t", over("T"));
const unit = I("o", one);

const at = (...all: readonly Index[]): Position[] => all.map((q) => arena.at(q));
const e = (s: Tensor, ...q: readonly Index[]): Node => arena.entry(s, at(...q));
const mul = (...f: readonly Node[]): Node => arena.multiply(...f);
const plus = (...f: readonly Node[]): Node => arena.add(...f);
const minus = (a: Node, c: Node): Node => arena.subtract(a, c);
const Σ = (q: Index, body: Node): Node => arena.sum(q, body);
const inv = (a: Node): Node => arena.power(a, -1);
const lse = (q: Index, body: Node): Node => arena.reduce("logsumexp", q, body);
const dim = (name: string): Node => arena.dimension(arena.namedDim(name));
const mean = (body: Node): Node => mul(inv(dim("H")), Σ(j, body));
const earlier = (q: Index): Position => arena.shift(arena.at(q), arena.constantDim(-1));
const literal = (value: number): Position => arena.literal(value);

const rows: readonly (readonly [string, readonly Index[], Node])[] = [
  ["affine", [j], plus(Σ(i, mul(e(W, j, i), e(x, i))), e(b, j))],
  ["two layers", [k], Σ(j, mul(e(W2, k, j), arena.apply("relu", plus(Σ(i, mul(e(W, j, i), e(x, i))), e(b, j)))))],
  ["outer product", [j, i], mul(e(delta, j), e(x, i))],
  ["outer product of a derivative", [j, i], mul(e(dz, j), e(x, i))],
  ["transposed matrix", [i], Σ(j, mul(e(W, j, i), e(delta, j)))],
  ["transposed matrix with a label", [j], Σ(k, mul(e(W2, k, j), e(g, k)))],
  ["through relu", [j], mul(Σ(k, mul(e(W2, k, j), e(g, k))), arena.indicator(">", e(z, j)))],
  ["through relu, derivative first", [i], Σ(j, mul(e(dz, j), arena.indicator(">", e(z, j)), e(W, j, i)))],
  [
    "through tanh",
    [j],
    mul(Σ(k, mul(e(W2, k, j), e(g, k))), minus(arena.one, arena.power(arena.apply("tanh", e(z, j)), 2))),
  ],
  ["through a sigmoid", [k], mul(e(g, k), e(y, k), minus(arena.one, e(y, k)))],
  ["sigmoid, expanded", [k], minus(e(y, k), mul(e(y, k), e(y, k)))],
  ["batch weight gradient", [k, j], Σ(n, mul(e(Delta, n, k), e(A, n, j)))],
  ["batch bias gradient", [k], Σ(n, e(Delta, n, k))],
  ["batch input gradient", [n, j], Σ(k, mul(e(Delta, n, k), e(W2, k, j)))],
  ["batch affine", [n, j], plus(Σ(i, mul(e(X, n, i), e(V, i, j))), e(b, j))],
  ["mean error", [n, j], mul(inv(dim("N")), minus(e(A, n, j), e(B, n, j)))],
  ["mean error, expanded", [n, j], minus(mul(inv(dim("N")), e(A, n, j)), mul(inv(dim("N")), e(B, n, j)))],
  ["softmax", [k], arena.apply("exp", minus(e(y, k), lse(l, e(y, l))))],
  ["softmax of rows", [n, k], arena.apply("exp", minus(e(Delta, n, k), lse(l, e(Delta, n, l))))],
  [
    "softmax of columns",
    [n, k],
    arena.apply("exp", minus(e(Delta, n, k), lse(I("n'", over("N")), e(Delta, I("n'", over("N")), k)))),
  ],
  ["log-softmax", [k], minus(e(y, k), lse(l, e(y, l)))],
  ["softmax backward", [k], mul(e(p, k), minus(e(g, k), Σ(l, mul(e(p, l), e(g, l)))))],
  ["softmax backward, expanded", [k], minus(mul(e(p, k), e(g, k)), mul(e(p, k), Σ(l, mul(e(p, l), e(g, l)))))],
  ["softmax Jacobian", [k, l], mul(e(p, k), minus(arena.delta(arena.at(k), arena.at(l)), e(p, l)))],
  ["row softmax backward", [n, m], mul(e(P, n, m), minus(e(dP, n, m), Σ(m2, mul(e(P, n, m2), e(dP, n, m2)))))],
  [
    "row softmax backward, expanded",
    [n, m],
    minus(mul(e(P, n, m), e(dP, n, m)), mul(e(P, n, m), Σ(m2, mul(e(P, n, m2), e(dP, n, m2))))),
  ],
  ["attention scores", [n, m], mul(arena.power(dim("D"), arena.rational("-1/2")), Σ(i, mul(e(Q, n, i), e(Kk, m, i))))],
  [
    "attention query gradient",
    [n, i],
    mul(
      arena.power(dim("D"), arena.rational("-1/2")),
      Σ(m, mul(e(P, n, m), minus(e(dP, n, m), Σ(m2, mul(e(P, n, m2), e(dP, n, m2)))), e(Kk, m, i))),
    ),
  ],
  ["least squares gradient", [j], Σ(n, mul(e(A, n, j), minus(Σ(j2, mul(e(A, n, j2), e(z, j2))), e(u, n))))],
  [
    "least squares gradient, expanded",
    [j],
    minus(Σ(n, mul(e(A, n, j), Σ(j2, mul(e(A, n, j2), e(z, j2))))), Σ(n, mul(e(A, n, j), e(u, n)))),
  ],
  ["quadratic form", [], Σ(j, Σ(j2, mul(e(z, j), e(S, j, j2), e(z, j2))))],
  ["quadratic form gradient", [j], plus(Σ(j2, mul(e(S, j, j2), e(z, j2))), Σ(j2, mul(e(S, j2, j), e(z, j2))))],
  ["squared error", [], mul(arena.rational("1/2"), Σ(k, arena.power(minus(e(y, k), e(t, k)), 2)))],
  ["cross entropy", [], arena.negate(Σ(k, mul(e(t, k), arena.apply("log", e(y, k)))))],
  [
    "binary cross entropy",
    [],
    arena.negate(
      Σ(
        k,
        plus(
          mul(e(t, k), arena.apply("log", e(y, k))),
          mul(minus(arena.rational(2), e(t, k)), arena.apply("log", minus(arena.rational(3), e(y, k)))),
        ),
      ),
    ),
  ],
  ["quotient", [k], arena.negate(mul(e(t, k), inv(e(y, k))))],
  ["binary cross entropy gradient", [k], mul(minus(e(y, k), e(t, k)), inv(mul(e(y, k), minus(arena.one, e(y, k)))))],
  ["weight decay", [j, i], plus(mul(e(delta, j), e(x, i)), mul(e(lambda), e(W, j, i)))],
  ["shared right factor", [j, i], plus(mul(e(delta, j), e(x, i)), mul(e(gamma, j), e(x, i)))],
  ["layer norm, centred", [j], minus(e(z, j), mean(e(z, j)))],
  [
    "layer norm gradient",
    [j],
    mul(
      inv(e(lambda)),
      minus(minus(e(delta, j), mean(e(delta, j))), mul(e(z, j), inv(dim("H")), Σ(j2, mul(e(z, j2), e(delta, j2))))),
    ),
  ],
  [
    "root mean square",
    [j],
    mul(
      e(z, j),
      arena.power(plus(mul(inv(dim("H")), Σ(j2, arena.power(e(z, j2), 2))), e(lambda)), arena.rational("-1/2")),
    ),
  ],
  ["trace", [], Σ(j, e(S, j, j))],
  ["trace of a product", [], Σ(j, Σ(j2, mul(e(S, j, j2), e(R, j2, j))))],
  ["diagonal", [j], e(S, j, j)],
  ["diagonal scaling", [j, i], mul(e(delta, j), e(W, j, i), e(x, i))],
  ["inverse", [j, j2], arena.matrix("inverse", j, j2, e(S, j, j2), at(j, j2))],
  [
    "inverse gradient",
    [j, j2],
    arena.negate(
      Σ(
        I("a", over("H")),
        Σ(
          I("c", over("H")),
          mul(
            arena.matrix("inverse", j, j2, e(S, j, j2), at(I("a", over("H")), j)),
            e(R, I("a", over("H")), I("c", over("H"))),
            arena.matrix("inverse", j, j2, e(S, j, j2), at(j2, I("c", over("H")))),
          ),
        ),
      ),
    ),
  ],
  ["determinant", [], arena.apply("tanh", arena.matrix("determinant", j, j2, e(S, j, j2), []))],
  [
    "normal equations",
    [i],
    Σ(
      i2,
      mul(
        arena.matrix("inverse", i, i2, Σ(n, mul(e(X, n, i), e(X, n, i2))), at(i, i2)),
        Σ(n, mul(e(X, n, i2), e(u, n))),
      ),
    ),
  ],
  ["row vectors", [unit, j], plus(Σ(i, mul(e(row, unit, i), e(V, i, j))), e(beta, unit, j))],
  [
    "row vector weight gradient",
    [i, j],
    mul(arena.entry(row, [literal(1), arena.at(i)]), arena.entry(beta, [literal(1), arena.at(j)])),
  ],
  ["shared recurrent weight", [j, j2], Σ(tau, mul(e(d, tau, j), arena.entry(h, [earlier(tau), arena.at(j2)])))],
  [
    "recurrence",
    [j],
    mul(
      Σ(j2, mul(e(S, j2, j), arena.entry(d, [arena.at(tau), arena.at(j2)]))),
      minus(arena.one, arena.power(arena.entry(h, [earlier(tau), arena.at(j)]), 2)),
    ),
  ],
  ["a row of a matrix", [j], arena.entry(A, [literal(2), arena.at(j)])],
  ["one entry", [], arena.entry(x, [literal(2)])],
  ["embedding", [n, i], arena.entry(tensor("E", [over("K"), over("D")]), [arena.atValue(e(classes, n)), arena.at(i)])],
  [
    "causal mask",
    [j, j2],
    mul(
      e(S, j, j2),
      arena.iverson(
        "nonnegative",
        arena.position(
          [
            [j, 1],
            [j2, -1],
          ],
          arena.zeroDim,
        ),
      ),
    ),
  ],
  ["ones", [j, i], arena.one],
  ["a sum over a constant", [j], Σ(i, e(b, j))],
  [
    "distances",
    [n, m],
    plus(
      Σ(i, arena.power(e(X, n, i), 2)),
      mul(arena.rational(-2), Σ(i, mul(e(X, n, i), e(Kk, m, i)))),
      Σ(i, arena.power(e(Kk, m, i), 2)),
    ),
  ],
  [
    "Gaussian kernel",
    [n, m],
    arena.apply("exp", arena.negate(mul(arena.rational("1/2"), Σ(i, arena.power(minus(e(X, n, i), e(Kk, m, i)), 2))))),
  ],
  ["maximum", [k], minus(e(y, k), arena.reduce("max", l, e(y, l)))],
  [
    "gradient of an abstract loss",
    [k],
    mul(
      arena.abstract(
        "\\mathcal{L}",
        [
          { indices: [k], body: e(y, k) },
          { indices: [k], body: e(t, k) },
        ],
        [],
        [{ argument: 0, at: at(k) }],
      ),
      e(y, k),
    ),
  ],
  [
    "abstract activation",
    [j],
    mul(e(delta, j), arena.abstract("f", [{ indices: [], body: e(z, j) }], [], [{ argument: 0, at: [] }])),
  ],
  ["all heads", [n, m], Σ(tau, Σ(i, mul(e(order3, n, tau, i), e(order3k, m, tau, i))))],
  ["one head", [n, m], Σ(i, mul(e(order3, n, tau, i), e(order3k, m, tau, i)))],
];
const E = tensorsOf(rows.find(([title]) => title === "embedding")?.[2] ?? arena.one);
for (const one of E) if (!env.tensors.has(one)) fill(one);

const convert = (axes: readonly Index[], body: Node) => vectorize(arena, axes, body, letters);

describe("matrix form of what people derive", () => {
  test.each(rows)("%s has the same value", (_title, axes, body) => {
    const result = convert(axes, body);
    if (result.matrix === undefined) throw new Error(result.refused);
    const wide = axes.filter((a) => a.range !== one);
    const place = (a: Index | undefined): Position | null => (a === undefined || a.range === one ? null : arena.at(a));
    const back = matrixToNode(arena, result.matrix, place(axes[0]), place(axes[1]));
    const free = [...wide, ...[tau].filter((f) => body.free.includes(f))];
    const fixed = arena.substitute(body, new Map([[unit, literal(1)]]));
    const wanted = evaluate(fixed, free, env).data;
    const got = evaluate(back, free, env).data;
    expect(got.length).toBe(wanted.length);
    for (const [q, v] of wanted.entries()) expect(got[q]).toBeCloseTo(v, 9);
  });

  test("axes may be held where three are coupled", () => {
    const body = Σ(i, mul(e(order3, n, tau, i), e(order3k, m, tau, i)));
    expect(vectorize(arena, [tau, n, m], body, letters).matrix).toBeUndefined();
    const result = vectorize(arena, [tau, n, m], body, letters, { each: true });
    if (result.matrix === undefined) throw new Error(result.refused);
    expect(result.each).toEqual([tau]);
    expect(printMatrix(result.matrix, names)).toBe("Q_{:,t,:}^{h} {K_{:,t,:}^{h}}^\\top");
  });

  test("a refusal names the coupled indices and gives einsum", () => {
    const four = ["a", "b", "c", "d"].map((name) => I(name, over("H")));
    const pairs = four.flatMap((q, s1) => four.slice(s1 + 1).map((r) => e(S, q, r)));
    const refused = vectorize(arena, [], arena.sums(four, mul(...pairs)), letters);
    expect(refused.refused).toMatch(/three and three \(\w(, \w){3}\)/);
    expect(refused.matrix === undefined && refused.einsum).toBe("np.einsum('ij,ik,il,jk,jl,kl->', S, S, S, S, S, S)");
  });

  test("conditions on a member are cases", () => {
    const later = arena.shift(arena.at(tau), arena.oneDim);
    const before = arena.iverson(
      "nonnegative",
      arena.position([[tau, -1]], arena.subtractDims(arena.namedDim("T"), arena.oneDim)),
    );
    const body = plus(e(delta, j), mul(before, Σ(j2, mul(e(S, j2, j), arena.entry(d, [later, arena.at(j2)])))));
    const result = convert([j], body);
    if (result.matrix === undefined) throw new Error(result.refused);
    const latex = printMatrixEquation("g", result.matrix, names);
    expect(latex).toBe(
      "g = \\begin{cases} \\boldsymbol{\\delta} + S^\\top \\boldsymbol{\\delta}_{t + 1} & \\text{if } t < T \\\\ \\boldsymbol{\\delta} & \\text{otherwise} \\end{cases}",
    );
  });

  test("it reads as in the golden file, and typesets", async () => {
    const lines = rows.map(([title, axes, body]) => {
      const result = convert(axes, body);
      if (result.matrix === undefined) return `% ${title}\n% refused: ${result.refused}; ${result.einsum}`;
      const latex = printMatrix(result.matrix, names);
      const check = dimensionCheck(result.matrix, names);
      for (const text of [latex, check]) katex.renderToString(text, { throwOnError: true, strict: "error" });
      return `% ${title}\n${latex}\n% ${check}`;
    });
    await expect(`${lines.join("\n\n")}\n`).toMatchFileSnapshot("../golden/matrix-form.tex");
  });
});
