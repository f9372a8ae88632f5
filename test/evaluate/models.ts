import type { Arena } from "../../src/expression/arena.js";
import { Arena as NewArena } from "../../src/expression/arena.js";
import type { Index, Node, Position, Range, Tensor } from "../../src/expression/node.js";
import type { Assumption, Equation, Model, Role } from "../../src/model/model.js";

/** Small models written by hand, with derivatives worked out by hand. */
export class Builder {
  readonly arena: Arena = new NewArena();
  readonly #symbols: { tensor: Tensor; role: Role }[] = [];
  readonly #equations: Equation[] = [];
  readonly assumptions: Assumption[] = [];

  range(name: string): Range {
    return this.arena.upTo(this.arena.namedDim(name));
  }

  index(name: string, over: string): Index {
    return this.arena.index(name, this.range(over));
  }

  tensor(
    name: string,
    axes: readonly (string | Range)[] = [],
    parameters: readonly Index[] = [],
    integer = false,
  ): Tensor {
    const tensor = this.arena.tensor({
      key: name,
      latex: name,
      parameters,
      axes: axes.map((a) => (typeof a === "string" ? this.range(a) : a)),
      integer,
      derivative: null,
    });
    this.#symbols.push({ tensor, role: "input" });
    return tensor;
  }

  at(p: Index | Position): Position {
    return "terms" in p ? p : this.arena.at(p);
  }

  entry(t: Tensor, ...at: (Index | Position)[]): Node {
    return this.arena.entry(
      t,
      at.map((p) => this.at(p)),
    );
  }

  define(tensor: Tensor, at: readonly (Index | Position)[], body: Node): void {
    const span = { start: 0, end: 0 };
    this.#equations.push({ tensor, at: at.map((p) => this.at(p)), body, span, latex: "", byIndex: true });
  }

  model(loss: Tensor | null): Model {
    return {
      arena: this.arena,
      title: "",
      symbols: this.#symbols.map((s) => ({ ...s, inferred: false, shape: [], family: null, span: null })),
      equations: this.#equations,
      loss,
      wrt: [],
      assumptions: this.assumptions,
      letters: new Map(),
      diagnostics: [],
      layout: "denominator",
      reluAtZero: 0,
    };
  }
}

/** `z = W x + b`, `h = ReLU(z)`, `y = v·h`, `L = 1/N Σ (y - t)²` over a batch of N. */
export function network() {
  const m = new Builder();
  const { arena: a } = m;
  const [n, i, j] = [m.index("n", "N"), m.index("i", "D"), m.index("j", "H")];
  const [X, W, b, v, t] = [
    m.tensor("X", ["N", "D"]),
    m.tensor("W", ["H", "D"]),
    m.tensor("b", ["H"]),
    m.tensor("v", ["H"]),
    m.tensor("t", ["N"]),
  ];
  const [z, h, y, L] = [m.tensor("z", ["N", "H"]), m.tensor("h", ["N", "H"]), m.tensor("y", ["N"]), m.tensor("L")];
  m.define(z, [n, j], a.add(a.sum(i, a.multiply(m.entry(W, j, i), m.entry(X, n, i))), m.entry(b, j)));
  m.define(h, [n, j], a.apply("relu", m.entry(z, n, j)));
  m.define(y, [n], a.sum(j, a.multiply(m.entry(v, j), m.entry(h, n, j))));
  const N = a.dimension(a.namedDim("N"));
  const error = a.subtract(m.entry(y, n), m.entry(t, n));
  m.define(L, [], a.divide(a.sum(n, a.power(error, 2)), N));
  const model = m.model(L);
  const d = (wrt: Tensor, ...at: (Index | Position)[]): Node => m.entry(a.derivativeTensor(L, wrt), ...at);
  const gradient = (wrt: Tensor, indices: readonly Index[], local: Node) => ({
    wrt,
    adjoint: a.derivativeTensor(L, wrt),
    indices,
    local,
  });
  const factors = { mean: a.power(N, -1), sign: a.one, mask: a.indicator(">", m.entry(z, n, j)) };
  const gradients = (change: { mean?: Node; sign?: Node; mask?: Node; swapped?: boolean } = {}) => {
    const f = { ...factors, ...change };
    return [
      gradient(y, [n], a.multiply(a.rational(2), f.mean, error)),
      gradient(v, [j], a.sum(n, a.multiply(d(y, n), m.entry(h, n, j)))),
      gradient(h, [n, j], a.multiply(d(y, n), m.entry(v, j))),
      gradient(z, [n, j], a.multiply(f.sign, d(h, n, j), f.mask)),
      gradient(b, [j], a.sum(n, d(z, n, j))),
      gradient(W, [j, i], a.sum(n, a.multiply(d(z, n, j), m.entry(X, n, i)))),
      gradient(X, [n, i], a.sum(j, a.multiply(d(z, n, j), m.entry(W, j, i)))),
    ];
  };
  return { m, model, gradients, arena: a, tensors: { X, W, b, v, t, z, h, y, L }, indices: { n, i, j } };
}

/** `h_t = tanh(U h_{t-1} + V x_t)` from a given `h_0`, `L = ½ Σ_t |h_t|²`, and its gradients. */
export function recurrent() {
  const m = new Builder();
  const { arena: a } = m;
  const steps = m.range("T");
  const from0 = a.range(a.zeroDim, a.namedDim("T"));
  const [p, p0] = [a.index("$0", steps), a.index("$0", from0)];
  const [t, i, j] = [m.index("t", "T"), m.index("i", "H"), m.index("j", "H")];
  const t0 = a.index("s", from0);
  const k = m.index("k", "D");
  const [U, V] = [m.tensor("U", ["H", "H"]), m.tensor("V", ["H", "D"])];
  const [x, h] = [m.tensor("x", [steps, "D"], [p]), m.tensor("h", [from0, "H"], [p0])];
  const L = m.tensor("L");
  const before = a.shift(a.at(t), a.constantDim(-1));
  const input = a.add(
    a.sum(j, a.multiply(m.entry(U, i, j), m.entry(h, before, j))),
    a.sum(k, a.multiply(m.entry(V, i, k), m.entry(x, t, k))),
  );
  m.define(h, [t, i], a.apply("tanh", input));
  m.define(L, [], a.multiply(a.rational("1/2"), a.sum(t, a.sum(i, a.power(m.entry(h, t, i), 2)))));
  const dh = a.derivativeTensor(L, h);
  const slope = (at: Position, to: Index): Node => a.subtract(a.one, a.power(m.entry(h, at, to), 2));
  const after = a.shift(a.at(t0), a.oneDim);
  const rest = a.shift(a.position([[t0, -1]], a.namedDim("T")), a.constantDim(-1));
  const fromNext = a.multiply(
    a.iverson("nonnegative", rest),
    a.sum(j, a.multiply(m.entry(dh, after, j), slope(after, j), m.entry(U, j, i))),
  );
  const own = a.multiply(a.iverson("nonnegative", a.shift(a.at(t0), a.constantDim(-1))), m.entry(h, t0, i));
  const gradients = (withRecurrence = true) => [
    { wrt: h, adjoint: dh, indices: [t0, i], local: withRecurrence ? a.add(own, fromNext) : own },
    {
      wrt: U,
      adjoint: a.derivativeTensor(L, U),
      indices: [i, j],
      local: a.sum(t, a.multiply(m.entry(dh, t, i), slope(a.at(t), i), m.entry(h, before, j))),
    },
  ];
  return { m, model: m.model(L), gradients, tensors: { U, V, x, h, L } };
}
