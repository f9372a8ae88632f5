import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../src/core/random.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import { Environment } from "../../src/evaluate/values.js";
import { Arena } from "../../src/expression/arena.js";
import type { Index, Node, Tensor } from "../../src/expression/node.js";
import { matrixToNode } from "../../src/vectorize/elaborate.js";
import { vectorize } from "../../src/vectorize/vectorize.js";

/** Dimensions that all differ, two tensors of each shape over them, and indices, two over each dimension. */
function world() {
  const arena = new Arena();
  const sizes = new Map([
    ["A", 2],
    ["B", 3],
    ["C", 4],
    ["D", 5],
  ]);
  const dims = [...sizes.keys()].map((d) => arena.namedDim(d));
  const indices = dims.flatMap((d, k) => ["i", "j"].map((l) => arena.index(`${l}_${k}`, arena.upTo(d))));
  const env = new Environment(sizes);
  const random = new Random(7);
  const tensors = new Map<string, Tensor>();
  const tensor = (own: readonly Index[], copy: number): Tensor => {
    const key = `${own.map((i) => i.range.high.key).join("x")}#${copy}`;
    const known = tensors.get(key);
    if (known !== undefined) return known;
    const made = arena.tensor({
      key,
      latex: `T_{${tensors.size}}`,
      parameters: [],
      axes: own.map((i) => i.range),
      integer: false,
      derivative: null,
    });
    tensors.set(key, made);
    const shape = own.map((i) => env.dim(i.range.high));
    const length = shape.reduce((n, s) => n * s, 1);
    env.tensors.set(made, { shape, data: Float64Array.from({ length }, () => random.uniform(0.3, 1.7)) });
    return made;
  };
  const entry = (own: readonly Index[], copy: number): Node =>
    arena.entry(
      tensor(own, copy),
      own.map((i) => arena.at(i)),
    );
  return { arena, env, indices, entry };
}

interface Plan {
  /** For each factor: its indices by number, and which of two tensors of that shape. */
  readonly factors: readonly { readonly at: readonly number[]; readonly copy: number }[];
  readonly free: readonly number[];
}

const plan = fc.record<Plan>({
  factors: fc.array(fc.record({ at: fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 2 }), copy: fc.nat(1) }), {
    minLength: 1,
    maxLength: 7,
  }),
  free: fc.uniqueArray(fc.nat(7), { maxLength: 2 }),
});

function build(w: ReturnType<typeof world>, { factors, free }: Plan): { body: Node; axes: Index[] } {
  const pick = (k: number): Index => {
    const i = w.indices[k];
    if (i === undefined) throw new Error("no such index");
    return i;
  };
  const axes = free.map(pick);
  const product = w.arena.multiply(...factors.map((f) => w.entry(f.at.map(pick), f.copy)));
  const bound = product.free.filter((i) => !axes.includes(i));
  return { body: w.arena.sums(bound, product), axes };
}

function compare(w: ReturnType<typeof world>, body: Node, axes: readonly Index[]): boolean {
  const result = vectorize(w.arena, axes, body);
  if (result.matrix === undefined) return false;
  const [row, column] = axes;
  const back = matrixToNode(
    w.arena,
    result.matrix,
    row === undefined ? null : w.arena.at(row),
    column === undefined ? null : w.arena.at(column),
  );
  const wanted = evaluate(body, axes, w.env).data;
  const got = evaluate(back, axes, w.env).data;
  expect(got.length).toBe(wanted.length);
  let worst = 0;
  for (const [k, v] of wanted.entries())
    worst = Math.max(worst, Math.abs((got[k] ?? Infinity) - v) / Math.max(1, Math.abs(v)));
  expect(worst).toBeLessThan(1e-10);
  return true;
}

/** Whether a graph has treewidth at most 2: nodes of degree two or less can be removed until none is left. */
function reducible({ factors, free }: Plan): boolean {
  const edges = new Map<number, Set<number>>();
  const join = (a: number | undefined, b: number | undefined): void => {
    if (a === undefined || b === undefined) return;
    edges.set(a, (edges.get(a) ?? new Set()).add(b));
    edges.set(b, (edges.get(b) ?? new Set()).add(a));
  };
  for (const { at } of [...factors, { at: free }]) join(at[0], at[1]);
  for (let node = removable(edges); node !== undefined; node = removable(edges)) {
    const [a, b] = edges.get(node) ?? [];
    for (const n of edges.get(node) ?? []) edges.get(n)?.delete(node);
    join(a, b);
    edges.delete(node);
  }
  return edges.size === 0;
}

const removable = (edges: ReadonlyMap<number, ReadonlySet<number>>): number | undefined =>
  [...edges].find(([, near]) => near.size <= 2)?.[0];

describe("vectorize and back", () => {
  test("random monomials: equal, or refused exactly where the index graph is not series-parallel", () => {
    const w = world();
    let refused = 0;
    fc.assert(
      fc.property(plan, (p) => {
        const { body, axes } = build(w, p);
        const converted = compare(w, body, axes);
        if (!converted) refused++;
        expect(converted).toBe(reducible(p));
      }),
      { numRuns: 600, seed: 1 },
    );
    expect(refused).toBeLessThan(100);
  });

  test("random sums of monomials with functions of them", () => {
    const w = world();
    const wrap = (node: Node, how: number): Node =>
      [
        node,
        w.arena.apply("tanh", node),
        w.arena.power(node, 2),
        w.arena.power(node, -1),
        w.arena.indicator(">", w.arena.subtract(node, w.arena.one)),
        w.arena.subtract(w.arena.one, node),
      ][how] ?? node;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(plan, fc.nat(5), fc.integer({ min: -3, max: 3 })), { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(fc.nat(7), { maxLength: 2 }),
        (plans, free) => {
          const terms = plans.map(([p, how, by]) =>
            w.arena.multiply(w.arena.rational(by), wrap(build(w, { ...p, free }).body, how)),
          );
          const axes = build(w, { factors: [], free }).axes;
          compare(w, w.arena.add(...terms), axes);
        },
      ),
      { numRuns: 300, seed: 2 },
    );
  });
});
