import katex from "katex";
import { describe, expect, test } from "vitest";
import { Arena } from "../../src/expression/arena.js";
import type { Node, Position } from "../../src/expression/node.js";
import { printEquation, printNode, printTensor, printText } from "../../src/print/index-form.js";
import { makeNames } from "../../src/print/names.js";

const arena = new Arena();
const [D, H, K, N, T, L] = ["D", "H", "K", "N", "T", "L"].map((d) => arena.namedDim(d)) as [
  ReturnType<Arena["namedDim"]>,
  ReturnType<Arena["namedDim"]>,
  ReturnType<Arena["namedDim"]>,
  ReturnType<Arena["namedDim"]>,
  ReturnType<Arena["namedDim"]>,
  ReturnType<Arena["namedDim"]>,
];
const overD = arena.upTo(D);
const overH = arena.upTo(H);
const overK = arena.upTo(K);
const overN = arena.upTo(N);
const overT = arena.upTo(T);
const layers = arena.range(arena.zeroDim, L);

const plainTensor = (latex: string, axes: Parameters<Arena["tensor"]>[0]["axes"], parameters = 0) =>
  arena.tensor({
    key: latex,
    latex,
    axes,
    parameters: axes.slice(0, parameters).map((r, k) => arena.index(`$${k}`, r)),
    integer: latex === "c",
    derivative: null,
  });

const W = plainTensor("\\mathbf{W}^{(1)}", [overH, overD]);
const x = plainTensor("\\mathbf{x}", [overD]);
const b = plainTensor("\\mathbf{b}^{(1)}", [overH]);
const z = plainTensor("\\mathbf{z}", [overH]);
const y = plainTensor("y", [overK]);
const t = plainTensor("t", [overK]);
const h1 = plainTensor("\\mathbf{h}_1", [overH]);
const A = plainTensor("A", [overH, overH]);
const loss = plainTensor("\\mathcal{L}", []);
const V = plainTensor("\\mathbf{V}^{({#0})}", [layers, overH, overH], 1);
const g = plainTensor("\\mathbf{g}_{{#0}}", [overT, overH], 1);
const c = plainTensor("c", [overN]);
const s = plainTensor("s", []);
const all = [W, x, b, z, y, t, h1, A, loss, V, g, c, s];
const letters = new Map([
  ["1..1*D^1", ["i"]],
  ["1..1*H^1", ["j", "k"]],
  ["1..1*K^1", ["k"]],
  ["1..1*N^1", ["n"]],
  ["1..1*T^1", ["\\tau"]],
]);
const names = makeNames(arena, letters, all);

const index = (name: string, range: typeof overD) => arena.index(name, range);
const i = index("i", overD);
const j = index("j", overH);
const k = index("k", overK);
const l = index("l", overK);
const m = index("m", overH);
const n = index("n", overN);
const tau = index("\\tau", overT);
const ell = index("\\ell", layers);
const at = (...all: (typeof i)[]): Position[] => all.map((p) => arena.at(p));
const e = (tensor: typeof W, ...p: (typeof i)[]): Node => arena.entry(tensor, at(...p));
const shifted = (p: typeof i, by: number): Position => arena.shift(arena.at(p), arena.constantDim(by));

const affine = arena.add(arena.sum(i, arena.multiply(e(W, j, i), e(x, i))), e(b, j));
const lse = arena.reduce("logsumexp", l, e(y, l));
const softmax = arena.apply("exp", arena.subtract(e(y, k), lse));
const dW = arena.derivativeTensor(loss, W);
const dz = arena.derivativeTensor(loss, z);
const dg = arena.derivativeTensor(loss, g);
const dydz = arena.derivativeTensor(y, z);

const rows: readonly (readonly [string, Node])[] = [
  ["affine", affine],
  ["gradient entry", e(dW, j, i)],
  ["Jacobian entry", e(dydz, k, j)],
  ["softmax", softmax],
  ["log-sum-exp", arena.add(e(t, k), lse)],
  ["log of softmax product", arena.multiply(e(t, k), lse, e(y, k))],
  ["sum over a sum", arena.sum(i, arena.add(e(x, i), arena.one))],
  ["sum as a factor goes last", arena.multiply(arena.sum(i, e(x, i)), e(z, j))],
  ["two sum factors", arena.multiply(arena.sum(i, e(x, i)), arena.sum(l, e(y, l)), e(z, j))],
  [
    "nested sums of one range",
    arena.sum(k, arena.multiply(e(y, k), arena.sum(l, arena.power(arena.add(e(y, l), e(y, k)), 2)))),
  ],
  ["squares", arena.multiply(arena.rational("1/2"), arena.sum(k, arena.power(arena.subtract(e(y, k), e(t, k)), 2)))],
  ["square of a superscripted symbol", arena.power(e(W, j, i), 2)],
  ["mean", arena.multiply(arena.power(arena.dimension(N), -1), arena.sum(n, arena.positionValue(arena.at(n))))],
  [
    "numbers below",
    arena.divide(
      arena.multiply(arena.rational(2), e(z, j)),
      arena.multiply(arena.dimension(arena.scaleDim(N, 4)), e(s)),
    ),
  ],
  [
    "numbers below that cancel",
    arena.divide(arena.multiply(arena.rational(2), e(z, j)), arena.multiply(arena.rational(2), arena.dimension(N))),
  ],
  ["the negative of a difference", arena.negate(arena.subtract(e(y, k), e(t, k)))],
  ["quotient", arena.divide(arena.multiply(e(y, k), e(t, k)), arena.add(arena.one, e(t, k)))],
  ["reciprocal root", arena.power(arena.add(e(z, j), arena.one), arena.rational("-1/2"))],
  ["rational power", arena.power(e(z, j), arena.rational("3/2"))],
  ["function", arena.multiply(e(z, j), arena.subtract(arena.one, arena.power(arena.apply("tanh", e(z, j)), 2)))],
  ["sigmoid and mask", arena.multiply(arena.apply("sigmoid", e(z, j)), arena.indicator(">", e(z, j)))],
  ["exponential", arena.apply("exp", arena.negate(arena.power(e(z, j), 2)))],
  ["delta", arena.multiply(e(y, k), arena.subtract(arena.delta(arena.at(k), arena.at(l)), e(y, l)))],
  ["label below", e(h1, j)],
  ["negative product of sums", arena.negate(arena.multiply(arena.add(e(y, k), e(t, k)), e(y, k)))],
  ["minus first", arena.add(arena.negate(e(t, k)), e(y, k))],
  ["family", arena.entry(V, [shifted(ell, 1), arena.at(j), arena.at(m)])],
  ["recurrent family", arena.entry(g, [shifted(tau, -1), arena.at(j)])],
  ["gather", arena.entry(y, [arena.atValue(e(c, n))])],
  [
    "guard inside",
    arena.sum(
      i,
      arena.multiply(
        arena.iverson("nonnegative", arena.position([[tau, -1]], arena.subtractDims(T, arena.oneDim))),
        e(x, i),
      ),
    ),
  ],
  ["inverse", arena.matrix("inverse", j, m, e(A, j, m), at(j, m))],
  ["inverse of an expression", arena.matrix("inverse", j, m, arena.add(e(A, j, m), e(A, m, j)), at(j, m))],
  ["determinant", arena.apply("log", arena.matrix("determinant", j, m, e(A, j, m), []))],
  [
    "abstract",
    arena.abstract(
      "\\mathcal{L}",
      [
        { indices: [k], body: e(y, k) },
        { indices: [k], body: e(t, k) },
      ],
      [],
    ),
  ],
  [
    "abstract partial",
    arena.abstract(
      "\\mathcal{L}",
      [
        { indices: [k], body: e(y, k) },
        { indices: [k], body: e(t, k) },
      ],
      [],
      [{ argument: 0, at: at(k) }],
    ),
  ],
  ["abstract prime", arena.abstract("f", [{ indices: [], body: e(z, j) }], [], [{ argument: 0, at: [] }])],
  ["maximum", arena.subtract(e(y, k), arena.reduce("max", l, e(y, l)))],
  ["logarithm", arena.negate(arena.sum(k, arena.multiply(e(t, k), arena.apply("log", e(y, k)))))],
  ["product over an index", arena.reduce("product", i, arena.add(e(x, i), e(s)))],
];

const typesets = (latex: string): boolean => {
  katex.renderToString(latex, { throwOnError: true, strict: "error", trust: false });
  return true;
};

describe("index form", () => {
  test("every expression reads as in the golden file and typesets", async () => {
    const lines = rows.map(([title, node]) => {
      const latex = printNode(node, names);
      expect(typesets(latex)).toBe(true);
      return `% ${title}\n${latex}\n% ${printText(node, names)}`;
    });
    await expect(`${lines.join("\n\n")}\n`).toMatchFileSnapshot("../golden/index-form.tex");
  });

  test("equations", async () => {
    const before = arena.iverson("nonnegative", arena.position([[tau, -1]], arena.subtractDims(T, arena.oneDim)));
    const next = arena.entry(dg, [shifted(tau, 1), arena.at(j)]);
    const equations = [
      printEquation(z, at(j), affine, names),
      printEquation(dW, at(j, i), arena.multiply(e(dz, j), e(x, i)), names),
      printEquation(dg, at(tau, j), arena.multiply(before, next), names),
      printEquation(dg, at(tau, j), arena.add(e(dz, j), arena.multiply(before, next)), names),
      printEquation(
        dg,
        at(tau, j),
        arena.add(
          arena.multiply(arena.iverson("zero", arena.position([[tau, 1]], arena.scaleDim(T, -1))), e(dz, j)),
          arena.multiply(before, next),
        ),
        names,
      ),
      printTensor(dW, names),
      printTensor(dydz, names),
      printTensor(dg, names, at(tau)),
      printTensor(V, names, at(ell)),
    ];
    for (const latex of equations) expect(typesets(latex)).toBe(true);
    await expect(`${equations.join("\n")}\n`).toMatchFileSnapshot("../golden/equations.tex");
  });

  test("the reading of the contract", () => {
    const fresh = new Arena();
    const make = (latex: string, ...dims: string[]) =>
      fresh.tensor({
        key: latex,
        latex,
        parameters: [],
        axes: dims.map((d) => fresh.upTo(fresh.namedDim(d))),
        integer: false,
        derivative: null,
      });
    const [w, v, c0, out] = [make("W", "M", "D"), make("x", "D"), make("b", "M"), make("z", "M")];
    const row = fresh.index("j", fresh.upTo(fresh.namedDim("M")));
    const column = fresh.index("i", fresh.upTo(fresh.namedDim("D")));
    const entry = (tensor: typeof w, ...p: (typeof row)[]): Node =>
      fresh.entry(
        tensor,
        p.map((q) => fresh.at(q)),
      );
    const body = fresh.add(fresh.sum(column, fresh.multiply(entry(w, row, column), entry(v, column))), entry(c0, row));
    const own = makeNames(fresh, new Map([["1..1*D^1", ["i"]]]), [w, v, c0, out]);
    expect(printText(body, own, out, [fresh.at(row)])).toBe("z[j] = Σ_i W[j,i] x[i] + b[j]");
  });

  test("a minus before each of many nested sums is tried once", () => {
    let node: Node = e(z, j);
    for (let depth = 0; depth < 100; depth++)
      node = arena.apply("tanh", arena.negate(arena.add(e(z, j), e(b, j), node)));
    expect(printNode(node, names).match(/-/g)).toHaveLength(100);
  });

  test("a very deep expression is refused, not a crash", () => {
    let node: Node = e(z, j);
    for (let depth = 0; depth < 3000; depth++) node = arena.apply("tanh", node);
    expect(() => printNode(node, names)).toThrow(/budget/);
  });
});
