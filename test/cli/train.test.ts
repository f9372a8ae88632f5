import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/program.js";
import { readXml } from "../support/diagrams.js";
import { pythonPath, testNeeding } from "../support/needs.js";

const CLASSIFIER = String.raw`Input $x \in \mathbb{R}^{D}$, one-hot target $t \in \{0,1\}^{K}$, weights $W \in \mathbb{R}^{K \times D}$, $b \in \mathbb{R}^{K}$.

$$z = W x + b$$
$$y = \operatorname{softmax}(z)$$
$$L = -\sum_{k=1}^{K} t_k \log y_k$$
`;
const BATCH = String.raw`Inputs $X \in \mathbb{R}^{N \times D}$, targets $s \in \mathbb{R}^{N}$, weights $w \in \mathbb{R}^{D}$ and a bias $c \in \mathbb{R}$.

$$p = X w + c$$
$$J = \frac{1}{2N} \sum_{n=1}^{N} (p_n - s_n)^2$$
`;
const ROWS = [
  [0.5, -1, "a"], [1.5, 2, "b"], [-0.3, 0.7, "c"], [2, 0.1, "a"], [-1, -1, "b"], [0.2, 0.9, "c"], [1.1, -0.4, "a"],
] as const; // biome-ignore format: a table

let folder = "";
const at = (name: string): string => path.join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "backproof-train-"));
  writeFileSync(at("classifier.md"), CLASSIFIER);
  writeFileSync(at("batch.md"), BATCH);
  writeFileSync(at("classes.csv"), `x1,x2,t\n${ROWS.map((r) => r.join(",")).join("\n")}\n`);
  writeFileSync(at("numbers.csv"), `s,X[1],X[2]\n${ROWS.map(([a, b], k) => `${k / 2},${a},${b}`).join("\n")}\n`);
  writeFileSync(at("start.json"), JSON.stringify({ W: [[0.1, 0.2], [0, -0.1], [0.3, 0]], b: [0, 0.1, 0] })); // biome-ignore format: matrices
  writeFileSync(at("begin.json"), JSON.stringify({ w: [0.5, -0.5], c: 0.25 }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function train(sheet: string, data: string, ...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const writer = (to: string[]) => ({ write: (text: string) => to.push(text) });
  const call = ["train", at(sheet), "--data", at(data), ...args];
  const status = await run(call, { stdout: writer(out), stderr: writer(err), env: {} });
  return { status, out: out.join(""), err: err.join("") };
}

/** Gradient descent on all examples at once, written from the mathematics. */
const ORACLE = `
import json, sys
import numpy as np
rows = json.loads(sys.argv[1])
X = np.array([r[:2] for r in rows], float)
T = np.eye(3)[["abc".index(r[2]) for r in rows]]
W, b = np.array([[0.1, 0.2], [0, -0.1], [0.3, 0]]), np.array([0, 0.1, 0])
for _ in range(3):
    Z = X @ W.T + b
    Y = np.exp(Z) / np.exp(Z).sum(1, keepdims=True)
    d = (Y - T) / len(X)
    W, b = W - 0.2 * d.T @ X, b - 0.2 * d.sum(0)
s = np.arange(len(X)) / 2
w, c = np.array([0.5, -0.5]), 0.25
for _ in range(3):
    e = (X @ w + c - s) / len(X)
    w, c = w - 0.2 * X.T @ e, c - 0.2 * e.sum()
print(json.dumps({"W": W.tolist(), "b": b.tolist(), "w": w.tolist(), "c": c}))
`;

const close = (x: unknown): unknown => (Array.isArray(x) ? x.map(close) : expect.closeTo(Number(x), 12));

describe("train", () => {
  testNeeding("python3-numpy", "takes the steps that NumPy takes, on examples and on a batch", async () => {
    const { stdout } = spawnSync(pythonPath ?? "", ["-c", ORACLE, JSON.stringify(ROWS)], { encoding: "utf8" });
    const wanted = JSON.parse(stdout);
    const settings = ["--json", "--epochs", "3", "--batch", "50", "--rate", "0.2"];
    const one = await train("classifier.md", "classes.csv", ...settings, "--given", at("start.json"));
    expect(one.err).toContain("its classes in order: a, b, c");
    expect(JSON.parse(one.out).parameters).toEqual({ W: close(wanted.W), b: close(wanted.b) });
    const all = await train("batch.md", "numbers.csv", ...settings, "--given", at("begin.json"));
    expect(JSON.parse(all.out).parameters).toEqual({ w: close(wanted.w), c: close(wanted.c) });
    expect([one.status, all.status]).toEqual([0, 0]);
  });

  test("goes through every example once in an epoch, in an order that the seed decides", async () => {
    writeFileSync(at("slope.md"), "Input $x \\in \\mathbb{R}$, weight $w \\in \\mathbb{R}$.\n\n$$L = w x$$\n");
    writeFileSync(at("slope.csv"), "x\n1\n2\n4\n8\n16\n");
    writeFileSync(at("zero.json"), '{"w": 0}');
    // The gradient is x, whatever w is: what is left after an epoch of single steps is their sum.
    const { out } = await train(
      "slope.md",
      "slope.csv",
      "--json",
      "--epochs",
      "2",
      "--batch",
      "1",
      "--rate",
      "1",
      "--given",
      at("zero.json"),
    );
    expect(JSON.parse(out).parameters.w).toBe(-62);
    expect(JSON.parse(out).losses).toEqual([0, (-31 * 31) / 5, (-62 * 31) / 5]);
  });

  test("the same seed gives the same bytes, another seed others; the loss falls; progress goes to standard error", async () => {
    const call = (seed: string) =>
      train("classifier.md", "classes.csv", "--epochs", "20", "--batch", "2", "--seed", seed);
    const [a, b, c] = [await call("1"), await call("1"), await call("2")];
    expect(a.out).toBe(b.out);
    expect(a.out).not.toBe(c.out);
    const [first, last] = /loss {2}(\S+) → (\S+)/.exec(a.out)?.slice(1).map(Number) ?? [];
    expect(last).toBeLessThan(first ?? 0);
    expect(a.err).toMatch(/^epoch 20\/20 {2}loss /m);
  });

  test("writes parameters that evaluate takes, and a curve", async () => {
    const { status } = await train(
      "batch.md",
      "numbers.csv",
      "--epochs",
      "5",
      "--out",
      at("out.json"),
      "--curve",
      at("curve.svg"),
    );
    expect(status).toBe(0);
    const parameters = JSON.parse(readFileSync(at("out.json"), "utf8"));
    expect(Object.keys(parameters)).toEqual(["w", "c"]);
    expect(readXml(readFileSync(at("curve.svg"), "utf8")).name).toBe("svg");
    writeFileSync(at("point.json"), JSON.stringify({ ...parameters, X: [[1, 2]], s: [3] }));
    const out: string[] = [];
    const io = { stdout: { write: (t: string) => out.push(t) }, stderr: { write: () => true }, env: {} };
    expect(await run(["evaluate", at("batch.md"), "--given", at("point.json"), "--json"], io)).toBe(0);
    expect((await train("batch.md", "numbers.csv", "--epochs", "1", "--out", at("no/where.json"))).err).toContain(
      "output/unwritable",
    );
  });

  test.each([
    ["x1,x2\n1,2\n", /train\/missing: there is no value for t: K is expected/],
    ["x1,x2,t\n1,oops,0\n", /bad\.csv: example 1 has "oops" in column x2, and a number is expected/],
    ["x1,x3,t\n1,2,0\n", /x needs a column for each of its 3 entries/],
    ["p,q\n1,2\n", /no column is a symbol of the worksheet/],
    ["x1,x2,t\n", /there are no examples/],
    ["x1,x2,t\n1,2\n", /example 1 has 2 values, and there are 3 columns/],
  ])("a table %j is refused with the reason", async (table, message) => {
    writeFileSync(at("bad.csv"), table);
    const { status, err, out } = await train("classifier.md", "bad.csv", "--json");
    expect(err).toMatch(message);
    expect(status).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ losses: [], parameters: {} });
  });
});
