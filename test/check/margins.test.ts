import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

const pair = String.raw`Siamese pair: $d = \|f_1-f_2\|_2$ with $f_1,f_2\in\mathbb{R}^k$, similarity label $Y\in\{0,1\}$, margin $m$,
$$ L = \tfrac12(1-Y)d^2+\tfrac12Y\max(0,m-d)^2 $$`;

const seeds = Array.from({ length: 12 }, (_, k) => k + 1);

/** Only where the label is 1 and the margin is met does anything differ: few points are there. */
describe("a label times what a margin lets through", () => {
  const verdicts = (claim: string): readonly string[] =>
    seeds.map((seed) => checkWorksheet("a.md", `${pair}\n\n$$${claim}$$\n`, { seed }).claims[0]?.verdict ?? "none");

  it("is compared where it is not zero", () => {
    const claim = String.raw`\frac{\partial L}{\partial f_1} = \left[(1-Y)-Y\max(0,m-d)\right](f_1-f_2)`;
    expect(new Set(verdicts(claim))).toEqual(new Set(["wrong"]));
  });

  it("is missed where it is left out", () => {
    const claim = String.raw`\frac{\partial L}{\partial d} = (1-Y)d`;
    expect(new Set(verdicts(claim))).toEqual(new Set(["wrong"]));
  });

  it("is right where it is right", () => {
    const claim = String.raw`\frac{\partial L}{\partial f_1} = \left[(1-Y)-Y\frac{\max(0,m-d)}{d}\right](f_1-f_2)`;
    expect(new Set(verdicts(claim))).toEqual(new Set(["proved"]));
  });
});
