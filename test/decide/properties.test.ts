import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Budget, BudgetSpent } from "../../src/core/budget.js";
import { Unprovable } from "../../src/decide/kit.js";
import { type NormalForm, Normalizer } from "../../src/decide/normal-form.js";
import { Points, type Question } from "../../src/decide/points.js";
import { FormProof } from "../../src/decide/proof.js";
import { compareSampled } from "../../src/decide/sampled.js";
import type { Node } from "../../src/expression/node.js";
import { toNode } from "./back.js";
import { Notation } from "./notation.js";

/* Expressions over few symbols, so that equal ones are met by chance. */
type Tree =
  | { readonly op: "leaf"; readonly text: string }
  | { readonly op: "+" | "*"; readonly parts: readonly Tree[] }
  | { readonly op: "-" | "neg"; readonly parts: readonly Tree[] }
  | { readonly op: "call"; readonly name: string; readonly parts: readonly Tree[] }
  | { readonly op: "sum"; readonly letter: string; readonly parts: readonly Tree[] }
  | { readonly op: "^"; readonly exponent: string; readonly parts: readonly Tree[] };

const LEAVES = [
  "a",
  "b",
  "1",
  "2",
  "x[i]",
  "x[j]",
  "y[i]",
  "y[j]",
  "A[i,j]",
  "A[j,i]",
  "S[i,j]",
  "S[j,i]",
  "t[i]",
  "t[j]",
  "m[i]",
  "u",
  "delta(i,j)",
  "D",
  "iv(i-j)",
];
const CALLS = [
  "exp",
  "relu",
  "sigmoid",
  "tanh",
  "abs",
  "sign",
  "ind",
  "indge",
  "sqrt",
  "log",
  "softplus",
  "leaky",
  "max2",
];
const POWERS = ["2", "3", "-1", "-2", "(1/2)"];

const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...LEAVES).map((text): Tree => ({ op: "leaf", text })),
    fc
      .tuple(fc.constantFrom("+" as const, "*" as const), fc.array(tie("tree"), { minLength: 2, maxLength: 3 }))
      .map(([op, parts]): Tree => ({ op, parts })),
    fc.tuple(tie("tree"), tie("tree")).map((parts): Tree => ({ op: "-", parts })),
    fc
      .tuple(fc.constantFrom("i", "j"), tie("tree"))
      .map(([letter, part]): Tree => ({ op: "sum", letter, parts: [part] })),
    fc.tuple(fc.constantFrom(...CALLS), tie("tree")).map(([name, part]): Tree => ({ op: "call", name, parts: [part] })),
    fc
      .tuple(fc.constantFrom(...POWERS), tie("tree"))
      .map(([exponent, part]): Tree => ({ op: "^", exponent, parts: [part] })),
  ),
})).tree;

function show(t: Tree): string {
  const parts = t.op === "leaf" ? [] : t.parts.map(show);
  switch (t.op) {
    case "leaf":
      return t.text;
    case "+":
    case "*":
    case "-":
      return `(${parts.join(t.op)})`;
    case "neg":
      return `(-${parts[0]})`;
    case "sum":
      return `sum(${t.letter}, ${parts[0]})`;
    case "^":
      return `(${parts[0]})^${t.exponent}`;
    case "call":
      if (t.name === "leaky") return `leaky_relu(${parts[0]}, 1/10)`;
      return t.name === "max2" ? `max(a, ${parts[0]})` : `${t.name}(${parts[0]})`;
  }
}

/** Another way to write the same: operands in another order, bound indices renamed, products of sums distributed late. */
function shuffle(t: Tree, random: () => number): Tree {
  if (t.op === "leaf") return t;
  const parts = t.parts.map((p) => shuffle(p, random));
  if (t.op === "+" || t.op === "*") return regroup(t.op, parts, random);
  if (t.op === "sum" && random() < 0.5) {
    const fresh = t.letter === "i" ? "p" : "q";
    return { ...t, letter: fresh, parts: parts.map((p) => rename(p, t.letter, fresh)) };
  }
  if (t.op === "-") {
    const [x, y] = parts;
    if (x !== undefined && y !== undefined && random() < 0.5) return { op: "+", parts: [{ op: "neg", parts: [y] }, x] };
  }
  return { ...t, parts };
}

function regroup(op: "+" | "*", parts: readonly Tree[], random: () => number): Tree {
  const [first, ...rest] = [...parts].sort(() => random() - 0.5);
  if (first === undefined) return { op, parts: rest };
  if (rest.length > 1 && random() < 0.5) return { op, parts: [first, { op, parts: rest }] };
  return { op, parts: [first, ...rest] };
}

function rename(t: Tree, from: string, to: string): Tree {
  if (t.op === "leaf") return { op: "leaf", text: t.text.replace(/[[(].*[\])]/, (at) => at.replaceAll(from, to)) };
  if (t.op === "sum" && t.letter === from) return t;
  return { ...t, parts: t.parts.map((p) => rename(p, from, to)) };
}

/** One small change somewhere, or none. */
function mutate(t: Tree, random: () => number): Tree {
  if (t.op === "leaf" || random() < 0.25) {
    const pick = LEAVES[Math.floor(random() * LEAVES.length)] ?? "a";
    if (random() < 0.5) return { op: "leaf", text: pick };
    if (random() < 0.5) return { op: "neg", parts: [t] };
    return { op: "call", name: CALLS[Math.floor(random() * CALLS.length)] ?? "exp", parts: [t] };
  }
  const at = Math.floor(random() * t.parts.length);
  return { ...t, parts: t.parts.map((p, k) => (k === at ? mutate(p, random) : p)) };
}

function start(): Notation {
  const n = new Notation();
  n.assume("symmetric", "S[i,j]").assume("one-hot", "t[i]").assume("binary", "m[i]").assume("positive", "u");
  for (const spec of ["a", "b", "x[i]", "y[i]", "A[i,j]"]) n.declare(spec);
  return n;
}

const contextOf = (n: Notation) => ({
  arena: n.arena,
  assumptions: n.assumptions,
  definitions: n.definitions,
  seed: 11,
});

function formOf(normalizer: Normalizer, node: Node): NormalForm | null {
  try {
    return normalizer.form(node);
  } catch (error) {
    if (error instanceof Unprovable || error instanceof BudgetSpent) return null;
    throw error;
  }
}

const question = (left: Node, right: Node): Question => ({
  left,
  right,
  free: [...new Set([...left.free, ...right.free])],
});
const RUNS = Number(process.env["DECIDE_RUNS"] ?? 300);

describe("normal forms", () => {
  test("evaluate to what the expression does", () => {
    const n = start();
    const points = new Points(contextOf(n));
    fc.assert(
      fc.property(tree, (t) => {
        const node = n.node(show(t));
        const normalizer = new Normalizer({ ...contextOf(n), budget: new Budget("a form", 20_000) });
        const form = formOf(normalizer, node);
        if (form === null) return;
        const sampled = compareSampled(question(node, toNode(n.arena, form.poly)), points, contextOf(n));
        if (sampled?.method !== "difference") return;
        const { left, right } = sampled.show();
        // Where one is not finite, the other may be: a mask that is zero hides what it multiplies.
        if (!Number.isFinite(left) || !Number.isFinite(right)) return;
        // A rational form of tanh loses digits where it saturates.
        if (Math.abs(left - right) < 1e-6) return;
        expect([left, show(t)]).toEqual([right, show(t)]);
      }),
      { numRuns: RUNS, seed: 5 },
    );
  });

  test("do not depend on how an expression is written", () => {
    fc.assert(
      fc.property(tree, fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (t, stream) => {
        const n = start();
        const random = (): number => stream.next().value ?? 0;
        const normalizer = new Normalizer({ ...contextOf(n), budget: new Budget("two forms", 100_000) });
        const [left, right] = [show(t), show(shuffle(t, random))];
        const [l, r] = [formOf(normalizer, n.node(left)), formOf(normalizer, n.node(right))];
        if (l === null || r === null) return;
        expect([normalizer.keys.poly(l.poly), left, right]).toEqual([normalizer.keys.poly(r.poly), left, right]);
      }),
      { numRuns: RUNS, seed: 6 },
    );
  });
});

describe("proofs", () => {
  const agree = (n: Notation, points: Points, left: string, right: string): void => {
    const [l, r] = [n.node(left), n.node(right)];
    if (new FormProof(l, r, { ...contextOf(n), budget: 20_000 }).rest() === null) return;
    const sampled = compareSampled(question(l, r), points, contextOf(n));
    if (sampled?.method !== "difference") return;
    const shown = sampled.show();
    throw new Error(`proved, and yet ${left} = ${shown.left}, ${right} = ${shown.right}`);
  };

  test("never contradict samples, on mutated pairs", () => {
    const n = start();
    const points = new Points(contextOf(n));
    fc.assert(
      fc.property(tree, fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (t, stream) => {
        const random = (): number => stream.next().value ?? 0;
        agree(n, points, show(t), show(mutate(t, random)));
      }),
      { numRuns: 2 * RUNS, seed: 7 },
    );
  });

  test("never contradict samples, on unrelated pairs", () => {
    const n = start();
    const points = new Points(contextOf(n));
    fc.assert(
      fc.property(tree, tree, (s, t) => {
        agree(n, points, show(s), show(t));
      }),
      { numRuns: 2 * RUNS, seed: 8 },
    );
  });
});
