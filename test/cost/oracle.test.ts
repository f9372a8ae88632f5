import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { costWorksheet } from "../../src/session/cost.js";
import type { OperationsJson } from "../../src/session/cost-report.js";
import { Graph, Meter, valueAt } from "./meter.js";

type Sizes = Readonly<Record<string, number>>;

interface Network {
  readonly problem: string;
  readonly sizes: readonly Sizes[];
  /** By the left sides of its equations: the forward work, and that of all its gradients. */
  readonly forward: Readonly<Record<string, (m: Meter, n: (name: string) => number) => void>>;
  readonly backward: Readonly<Record<string, (m: Meter, n: (name: string) => number) => void>>;
  readonly weights: (n: (name: string) => number) => number;
}

const LENGTHS = [1, 2, 3, 5];
const nothing = (): void => {};

const networks: readonly Network[] = [
  {
    problem: "deep-linear-network",
    sizes: LENGTHS.map((L, k) => ({ L, H: k + 2 })),
    forward: {
      "\\mathbf{h}^{(\\ell)}": (m, n) => {
        for (let layer = 0; layer < n("L"); layer++) m.matmul(n("H"), n("H"), 1);
      },
      "\\mathcal{L}": (m, n) => {
        m.add(n("H"));
        m.multiply(n("H"));
        m.sum(n("H"));
        m.multiply(1);
      },
    },
    backward: {
      "\\mathbf{h}^{(\\ell)}": (m, n) => {
        for (let layer = 0; layer < n("L"); layer++) {
          m.matmul(n("H"), 1, n("H"));
          m.matmul(n("H"), n("H"), 1);
        }
      },
      "\\mathcal{L}": (m, n) => m.add(n("H")),
    },
    weights: (n) => n("L") * n("H") ** 2,
  },
  {
    problem: "rnn-over-time",
    sizes: LENGTHS.map((M, k) => ({ M, H: k + 2, D: 4 - (k % 3) })),
    forward: {
      "a_{t}": (m, n) => {
        for (let t = 0; t < n("M"); t++) {
          m.matmul(n("H"), n("H"), 1);
          m.matmul(n("H"), n("D"), 1);
          m.add(2 * n("H"));
        }
      },
      "h_{t}": (m, n) => m.apply(n("M") * n("H")),
      "\\mathcal{L}": (m, n) => m.matmul(1, n("H"), 1),
    },
    backward: {
      "a_{t}": (m, n) => {
        const [H, D, M] = [n("H"), n("D"), n("M")];
        for (let t = 0; t < M; t++) {
          m.matmul(H, 1, H);
          m.matmul(H, 1, D);
          m.matmul(H, H, 1);
          m.matmul(D, H, 1);
        }
        // The gradients of U, V and b are sums over the steps.
        for (const entries of [H * H, H * D, H]) for (let e = 0; e < entries; e++) m.sum(M);
      },
      // δ ⊙ (1 - h ⊙ h)
      "h_{t}": (m, n) => {
        m.multiply(2 * n("M") * n("H"));
        m.add(n("M") * n("H"));
      },
      "\\mathcal{L}": nothing,
    },
    weights: (n) => n("H") ** 2 + n("H") * n("D") + n("H"),
  },
  {
    problem: "csc311-1-1-mlp-by-index",
    sizes: [
      { "D^{(0)}": 3, "D^{(1)}": 4, "D^{(2)}": 2 },
      { "D^{(0)}": 2, "D^{(1)}": 3, "D^{(2)}": 5 },
    ],
    forward: {
      "\\mathbf{z}^{(1)}": (m, n) => {
        m.matmul(n("D^{(1)}"), n("D^{(0)}"), 1);
        m.add(n("D^{(1)}"));
      },
      "\\mathbf{a}^{(1)}": (m, n) => m.apply(n("D^{(1)}")),
      "\\mathbf{z}^{(2)}": (m, n) => {
        m.matmul(n("D^{(2)}"), n("D^{(1)}"), 1);
        m.add(n("D^{(2)}"));
      },
      "\\mathbf{a}^{(2)}": (m, n) => m.softmax(1, n("D^{(2)}")),
      "\\mathcal{L}": (m, n) => {
        m.apply(n("D^{(2)}"));
        m.matmul(1, n("D^{(2)}"), 1);
      },
    },
    backward: {
      "\\mathbf{z}^{(1)}": (m, n) => {
        m.matmul(n("D^{(1)}"), 1, n("D^{(0)}"));
        m.matmul(n("D^{(0)}"), n("D^{(1)}"), 1);
      },
      "\\mathbf{a}^{(1)}": (m, n) => {
        m.apply(n("D^{(1)}"));
        m.multiply(n("D^{(1)}"));
      },
      "\\mathbf{z}^{(2)}": (m, n) => {
        m.matmul(n("D^{(2)}"), 1, n("D^{(1)}"));
        m.matmul(n("D^{(1)}"), n("D^{(2)}"), 1);
      },
      // a ⊙ (g - gᵀa)
      "\\mathbf{a}^{(2)}": (m, n) => {
        m.matmul(1, n("D^{(2)}"), 1);
        m.add(n("D^{(2)}"));
        m.multiply(n("D^{(2)}"));
      },
      "\\mathcal{L}": (m, n) => m.multiply(n("D^{(2)}")),
    },
    weights: (n) => n("D^{(1)}") * (n("D^{(0)}") + 1) + n("D^{(2)}") * (n("D^{(1)}") + 1),
  },
  {
    problem: "convolution-1d",
    sizes: [
      { N: 4, K: 2 },
      { N: 6, K: 3 },
      { N: 3, K: 3 },
    ],
    forward: {
      y: (m, n) => {
        for (let i = 0; i < n("N"); i++) m.matmul(1, n("K"), 1);
        m.add(n("N"));
      },
      "\\mathcal{L}": (m, n) => {
        m.add(n("N"));
        m.multiply(n("N"));
        m.sum(n("N"));
        m.multiply(1);
      },
    },
    backward: {
      y: (m, n) => {
        const [N, K] = [n("N"), n("K")];
        m.matmul(K, N, 1);
        m.sum(N);
        // Each input entry has a term for each output that its window reaches.
        for (let x = 1; x < N + K; x++) {
          let terms = 0;
          for (let i = 1; i <= N; i++) if (x - i + 1 >= 1 && x - i + 1 <= K) terms += 1;
          m.multiply(terms);
          m.sum(terms);
        }
      },
      "\\mathcal{L}": (m, n) => m.add(n("N")),
    },
    weights: (n) => n("K") + 1,
  },
  {
    problem: "attention-head",
    sizes: [
      { n: 3, d: 2, p: 4 },
      { n: 2, d: 5, p: 3 },
    ],
    forward: {
      S: (m, n) => {
        m.multiply(n("n") * n("d"));
        m.matmul(n("n"), n("d"), n("n"));
      },
      P: (m, n) => m.softmax(n("n"), n("n")),
      O: (m, n) => m.matmul(n("n"), n("n"), n("p")),
      "\\mathcal{L}": (m, n) => {
        m.multiply(n("n") * n("p"));
        m.sum(n("n") * n("p"));
      },
    },
    backward: {
      S: (m, n) => {
        for (const _ of ["Q", "K"]) {
          m.matmul(n("n"), n("n"), n("d"));
          m.multiply(n("n") * n("d"));
        }
      },
      P: (m, n) => {
        for (let row = 0; row < n("n"); row++) {
          m.matmul(1, n("n"), 1);
          m.add(n("n"));
          m.multiply(n("n"));
        }
      },
      O: (m, n) => {
        m.matmul(n("n"), n("p"), n("n"));
        m.matmul(n("n"), n("n"), n("p"));
      },
      "\\mathcal{L}": nothing,
    },
    weights: (n) => n("n") * n("p"),
  },
];

const read = (name: string) =>
  costWorksheet(name, readFileSync(new URL(`../../problems/${name}.md`, import.meta.url), "utf8"));
const valuesAt = (o: OperationsJson, sizes: Sizes) => ({
  multiplications: valueAt(o.multiplications, sizes),
  additions: valueAt(o.additions, sizes),
  applications: valueAt(o.applications, sizes),
});

describe("counts are those of loops that count", () => {
  it.each(networks)("$problem", ({ problem, sizes, forward, backward, weights }) => {
    const { equations, parameters, methods } = read(problem);
    expect(equations.map((e) => e.of)).toEqual(Object.keys(forward));
    for (const at of sizes) {
      const n = (name: string): number => at[name] ?? Number.NaN;
      for (const e of equations) {
        const [there, back] = [new Meter(), new Meter()];
        forward[e.of]?.(there, n);
        backward[e.of]?.(back, n);
        expect(valuesAt(e.forward, at), `forward, ${e.of}`).toEqual(there.counts);
        expect(valuesAt(e.backward, at), `backward, ${e.of}`).toEqual(back.counts);
      }
      expect(valueAt(parameters.count, at)).toBe(weights(n));
      const reverse = methods.find((m) => m.method === "reverse");
      const sum = equations.flatMap((e) => [e.forward, e.backward]).map((o) => valueAt(o.multiplications, at));
      expect(valueAt(reverse?.multiplications ?? "", at)).toBe(sum.reduce((a, b) => a + b, 0));
    }
  });
});

/** Edges of the graphs of three networks, and the weights whose derivatives are wanted. */
const graphs: readonly {
  readonly problem: string;
  readonly sizes: readonly Sizes[];
  readonly build: (g: Graph, n: (name: string) => number) => readonly string[];
}[] = [
  {
    problem: "deep-linear-network",
    sizes: [2, 3, 5].map((L, k) => ({ L, H: 4 - k })),
    build: (g, n) => {
      const weights: string[] = [];
      for (let l = 0; l < n("L"); l++)
        for (let i = 0; i < n("H"); i++)
          for (let j = 0; j < n("H"); j++) {
            weights.push(`w${l},${i},${j}`);
            g.edge(`w${l},${i},${j}`, `h${l + 1},${i}`);
            g.edge(`h${l},${j}`, `h${l + 1},${i}`);
          }
      for (let i = 0; i < n("H"); i++) g.edge(`h${n("L")},${i}`, "loss");
      return weights;
    },
  },
  {
    problem: "scalar-chain",
    sizes: [2, 3, 5, 8].map((T) => ({ T })),
    build: (g, n) => {
      for (let t = 1; t <= n("T"); t++) {
        g.edge(`w${t}`, `z${t}`);
        g.edge(`z${t - 1}`, `z${t}`);
      }
      g.edge(`z${n("T")}`, "y");
      g.edge("y", "loss");
      return Array.from({ length: n("T") }, (_, t) => `w${t + 1}`);
    },
  },
  {
    problem: "rnn-over-time",
    sizes: [2, 3, 5].map((M, k) => ({ M, H: 2 + (k % 2), D: 3 - k })),
    build: (g, n) => {
      const [M, H, D] = [n("M"), n("H"), n("D")];
      const weights = new Set<string>();
      for (let t = 1; t <= M; t++)
        for (let i = 0; i < H; i++) {
          const weight = (w: string): void => {
            weights.add(w);
            g.edge(w, `a${t},${i}`);
          };
          for (let j = 0; j < H; j++) {
            weight(`U${i},${j}`);
            g.edge(`h${t - 1},${j}`, `a${t},${i}`);
          }
          for (let j = 0; j < D; j++) weight(`V${i},${j}`);
          weight(`b${i}`);
          g.edge(`a${t},${i}`, `h${t},${i}`);
        }
      for (let i = 0; i < H; i++) g.edge(`h${M},${i}`, "loss");
      return [...weights];
    },
  },
  {
    problem: "csc311-1-1-mlp-by-index",
    sizes: [
      { "D^{(0)}": 2, "D^{(1)}": 3, "D^{(2)}": 4 },
      { "D^{(0)}": 3, "D^{(1)}": 2, "D^{(2)}": 2 },
    ],
    build: (g, n) => {
      const weights: string[] = [];
      const layer = (k: number, from: string, to: string): void => {
        for (let i = 0; i < n(`D^{(${k})}`); i++) {
          for (let j = 0; j < n(`D^{(${k - 1})}`); j++) {
            weights.push(`w${k},${i},${j}`);
            g.edge(`w${k},${i},${j}`, `${to}${i}`);
            g.edge(`${from}${j}`, `${to}${i}`);
          }
          weights.push(`b${k},${i}`);
          g.edge(`b${k},${i}`, `${to}${i}`);
        }
      };
      layer(1, "x", "u");
      for (let i = 0; i < n("D^{(1)}"); i++) g.edge(`u${i}`, `v${i}`);
      layer(2, "v", "s");
      for (let i = 0; i < n("D^{(2)}"); i++) {
        for (let j = 0; j < n("D^{(2)}"); j++) g.edge(`s${j}`, `p${i}`);
        g.edge(`p${i}`, "loss");
      }
      return weights;
    },
  },
];

describe("one weight at a time", () => {
  it.each(graphs)("$problem", ({ problem, sizes, build }) => {
    const { methods, equations } = read(problem);
    const method = methods.find((m) => m.method === "per-weight");
    for (const at of sizes) {
      const graph = new Graph();
      const weights = build(graph, (name) => at[name] ?? Number.NaN);
      const each = weights.map((w) => graph.derivative(w));
      for (const what of ["multiplications", "additions"] as const) {
        const forward = equations.map((e) => valueAt(e.forward[what], at)).reduce((a, b) => a + b, 0);
        const own = each.reduce((sum, d) => sum + d[what], 0);
        expect(valueAt(method?.[what] ?? "", at), `${what} at ${JSON.stringify(at)}`).toBe(forward + own);
      }
    }
  });
});
