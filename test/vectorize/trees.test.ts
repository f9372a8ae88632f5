import fc from "fast-check";
import katex from "katex";
import { describe, expect, test } from "vitest";
import { Random } from "../../src/core/random.js";
import { Source, span } from "../../src/core/span.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import { Environment } from "../../src/evaluate/values.js";
import { Arena } from "../../src/expression/arena.js";
import type { Index, Node, Range, Tensor } from "../../src/expression/node.js";
import { readMacros } from "../../src/notation/macros.js";
import { parseFormula } from "../../src/notation/parse.js";
import { printNode } from "../../src/print/index-form.js";
import { printMatrix } from "../../src/print/matrix-form.js";
import { makeNames } from "../../src/print/names.js";
import { matrixToNode } from "../../src/vectorize/elaborate.js";
import { vectorize } from "../../src/vectorize/vectorize.js";

const LETTERS = ["a", "b", "c"] as const;
const { macros } = readMacros(new Source("printed", ""), []);

/** Random expressions of everything the matrix form knows: rows, literals, gathers, families, softmaxes, inverses. */
class World {
  readonly arena = new Arena();
  readonly env = new Environment(
    new Map([
      ["A", 2],
      ["B", 3],
      ["C", 4],
    ]),
  );
  readonly ranges: readonly Range[] = ["A", "B", "C"].map((d) => this.arena.upTo(this.arena.namedDim(d)));
  readonly member = this.arena.index("t", this.range(1));
  readonly #random: Random;
  readonly #tensors = new Map<string, Tensor>();

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  range(k: number): Range {
    return this.ranges[k] ?? this.arena.upTo(this.arena.oneDim);
  }

  index(name: string, k: number): Index {
    return this.arena.index(name, this.range(k));
  }

  tensor(axes: readonly Range[], family = 0, integer = false): Tensor {
    const key = `${family}${integer}${axes.map((r) => r.high.key).join("x")}`;
    const known = this.#tensors.get(key);
    if (known !== undefined) return known;
    const letter = String.fromCharCode(65 + this.#tensors.size);
    const made = this.arena.tensor({
      key,
      latex: family === 0 ? `\\mathbf{${letter}}` : `\\mathbf{${letter}}^{({#0})}`,
      parameters: axes.slice(0, family).map((r, k) => this.arena.index(`$${k}`, r)),
      axes,
      integer,
      derivative: null,
    });
    this.#tensors.set(key, made);
    const shape = axes.map((r) => this.env.dim(this.arena.size(r)));
    const length = shape.reduce((n, s) => n * s, 1);
    const value = (): number => (integer ? this.#random.integer(1, 3) : this.#random.uniform(0.3, 1.6));
    this.env.tensors.set(made, { shape, data: Float64Array.from({ length }, value) });
    return made;
  }

  get tensors(): Iterable<Tensor> {
    return this.#tensors.values();
  }

  /** A random expression whose free indices are among `scope`. */
  tree(scope: readonly Index[], depth: number): Node {
    const { arena } = this;
    const r = this.#random;
    if (depth === 0) return this.#leaf(scope);
    const sub = (): Node => this.tree(scope, depth - 1);
    switch (r.integer(0, 11)) {
      case 0:
      case 1:
        return arena.add(sub(), arena.multiply(arena.rational(r.integer(-3, 3)), sub()));
      case 2:
      case 3:
        return arena.multiply(sub(), sub());
      case 4:
      case 5:
      case 6: {
        const bound = arena.freshIndex(this.range(r.integer(0, 2)));
        const inner = [...scope, bound];
        return arena.sum(bound, arena.multiply(this.tree(inner, depth - 1), this.tree(inner, depth - 1)));
      }
      case 7:
        return arena.apply(r.pick(["tanh", "sigmoid", "exp"]), arena.multiply(arena.rational("1/8"), sub()));
      case 8:
        return arena.power(
          arena.add(arena.one, arena.power(sub(), 2)),
          arena.rational(r.pick(["-1", "2", "1/2", "-1/2"])),
        );
      case 9:
        return this.#softmax(depth);
      case 10:
        return arena.multiply(arena.indicator(">", arena.subtract(sub(), arena.rational("731/1000"))), sub());
      default:
        return this.#structure(scope, depth);
    }
  }

  #leaf(scope: readonly Index[]): Node {
    const { arena } = this;
    const r = this.#random;
    const some = scope.length === 0 ? [] : [r.pick(scope), r.pick(scope)].slice(0, r.integer(0, 2));
    const [i] = some;
    const at = some.map((s) => arena.at(s));
    const axes = some.map((s) => s.range);
    switch (r.integer(0, 7)) {
      case 0:
        return i === undefined
          ? arena.rational(r.pick(["2", "-1", "1/3"]))
          : arena.delta(arena.at(i), arena.at(r.pick(scope)));
      case 1:
        return i === undefined
          ? arena.dimension(this.range(2).high)
          : arena.entry(this.tensor([i.range, this.range(2)]), [arena.at(i), arena.literal(2)]);
      case 2:
        return i === undefined
          ? arena.one
          : arena.entry(this.tensor([arena.upTo(arena.oneDim), i.range]), [arena.literal(1), arena.at(i)]);
      case 3: {
        if (i === undefined) return arena.one;
        const value = arena.entry(this.tensor([i.range], 0, true), [arena.at(i)]);
        return arena.entry(this.tensor([this.range(1)]), [arena.atValue(value)]);
      }
      case 4:
        return arena.entry(this.tensor([this.member.range, ...axes], 1), [arena.at(this.member), ...at]);
      default:
        return arena.entry(this.tensor(axes), at);
    }
  }

  #softmax(depth: number): Node {
    const { arena } = this;
    const scope = [this.index("i", 0), this.index("j", 1)];
    const k = arena.freshIndex(this.range(this.#random.integer(0, 2)));
    const l = arena.freshIndex(k.range);
    const scores = this.tree([...scope, k], depth - 1);
    const total = arena.reduce(
      this.#random.pick(["logsumexp", "logsumexp", "max"]),
      l,
      arena.substitute(scores, new Map([[k, arena.at(l)]])),
    );
    const value = arena.apply("exp", arena.subtract(scores, total));
    return arena.sum(k, arena.multiply(value, this.tree([...scope, k], depth - 1)));
  }

  #structure(scope: readonly Index[], depth: number): Node {
    const { arena } = this;
    const [p, q] = [arena.freshIndex(this.range(2)), arena.freshIndex(this.range(2))];
    const inside = arena.add(
      arena.multiply(arena.rational(9), arena.delta(arena.at(p), arena.at(q))),
      arena.entry(this.tensor([p.range, q.range]), [arena.at(p), arena.at(q)]),
    );
    const [r, s] = [arena.freshIndex(this.range(2)), arena.freshIndex(this.range(2))];
    const entry = arena.matrix("inverse", p, q, inside, [arena.at(r), arena.at(s)]);
    const family = arena.freshIndex(this.member.range);
    const summed = arena.sum(
      family,
      arena.substitute(this.tree(scope, depth - 1), new Map([[this.member, arena.at(family)]])),
    );
    if (this.#random.integer(0, 1) === 0) return summed;
    return arena.sum(
      r,
      arena.sum(s, arena.multiply(entry, this.tree([...scope, r], depth - 1), this.tree([...scope, s], depth - 1))),
    );
  }
}

const reads = (latex: string): void => {
  katex.renderToString(latex, { throwOnError: true, strict: "error" });
  const { diagnostics } = parseFormula(new Source("printed", latex), span(0, latex.length), macros);
  expect(diagnostics.filter((d) => d.severity === "error").map((d) => `${d.message} in ${latex}`)).toEqual([]);
};

describe("random expressions", () => {
  test("the matrix form has the value of the index form, and both can be read", () => {
    let converted = 0;
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(2), fc.integer({ min: 1, max: 3 }), (seed, order, depth) => {
        const w = new World(seed);
        const axes = [w.index("i", 0), w.index("j", 1)].slice(0, order);
        const body = w.arena.substitute(
          w.tree(axes, depth),
          new Map([w.index("i", 0), w.index("j", 1)].slice(order).map((i) => [i, w.arena.literal(1)])),
        );
        const names = makeNames(w.arena, new Map(LETTERS.map((l, k) => [`1..1*${"ABC"[k]}^1`, [l]])), w.tensors);
        reads(printNode(body, names));
        const result = vectorize(w.arena, axes, body);
        if (result.matrix === undefined) return;
        converted++;
        reads(printMatrix(result.matrix, names));
        const [row = null, column = null] = axes.map((i) => w.arena.at(i));
        const back = matrixToNode(w.arena, result.matrix, row, column);
        const free = [...axes, w.member];
        const wanted = evaluate(body, free, w.env).data;
        const got = evaluate(back, free, w.env).data;
        expect(got.length).toBe(wanted.length);
        for (const [k, v] of wanted.entries()) {
          if (!Number.isFinite(v)) continue;
          expect(Math.abs((got[k] ?? Number.NaN) - v)).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(v)));
        }
      }),
      { numRuns: 600, seed: 5 },
    );
    expect(converted).toBeGreaterThan(450);
  });
});
