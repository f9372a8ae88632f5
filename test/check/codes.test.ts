import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { mistakes } from "../../src/check/mistakes/table.js";

/* A code of a mistake that was published stays, and other programs know these. */

const PUBLISHED = new Set(
  `
missing-transpose
outer-product-swapped
inner-instead-of-outer
wrong-factor-order-batch
hadamard-written-as-matmul
matmul-written-as-hadamard
chain-order-reversed
kronecker-order
layout-confusion
transpose-of-product-order
missing-sum-over-batch
bias-gradient-not-summed
missing-1-over-N
double-1-over-N
mean-axis-confusion
sum-wrong-axis
missing-activation-derivative
derivative-at-activation
sigmoid-rule-on-z
sigmoid-derivative-wrong-form
tanh-derivative-missing-square
wrong-activation-derivative
relu-derivative-wrong-layer
relu-derivative-is-relu
relu-mask-on-gradient
relu-derivative-is-one
leaky-slope-missing
softmax-offdiagonal-dropped
softmax-jacobian-sign
softmax-missing-outer
ce-sign
dLda-used-as-dLdz
softmax-jacobian-applied-twice
ce-assumes-onehot
bce-missing-second-term
bce-second-sign
bce-not-simplified-wrong
logsumexp-gradient
sign-error
missing-factor-2
norm-not-squared
dropped-inner-factor
missing-residual-path
shared-weights-one-use
double-counting
product-rule-one-term
quotient-rule-sign
layer-index-weights
layer-index-activation
bias-gradient-times-input
partial-vs-total
dropout-mask-missing
maxpool-all-positions
delta-index-capture
index-swapped
summation-index-reused
wrong-upper-limit
free-index-mismatch
quadratic-form-2A
trace-derivative-order
logdet-no-transpose
inverse-derivative
noncommuting-swap
l2-missing
l2-factor
l1-sign
attention-scale-missing
attention-k-transpose
attention-v
attention-softmax-axis
conv-kernel-not-flipped
embedding-duplicates
tautology
undefined-symbol
step-skipped-or-lucky
error-carried-forward
`
    .trim()
    .split("\n"),
);

const root = path.resolve(import.meta.dirname, "../../src");
const sources = ["check", "session"].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => [`${folder}/${name}`, readFileSync(path.join(root, folder, name), "utf8")] as const),
);

describe("codes of mistakes", () => {
  it("in the table are published ones", () => {
    expect([...mistakes.keys()].filter((code) => !PUBLISHED.has(code))).toEqual([]);
  });

  it.each(sources)("written in %s are published ones", (_, text) => {
    const written = [...text.matchAll(/\bcode: "([^"/]+)"|\bnamed\("([^"]+)"/g)].map((m) => m[1] ?? m[2] ?? "");
    expect(written.filter((code) => !PUBLISHED.has(code))).toEqual([]);
  });

  it("that are named have a row that says what to tell", () => {
    const named = sources.flatMap(([, text]) => [...text.matchAll(/\bnamed\("([^"]+)"/g)].map((m) => m[1] ?? ""));
    expect(named.filter((code) => !mistakes.has(code))).toEqual([]);
  });
});
