import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* A symbol whose shape is declared may still be a name for a derivative: it stands for that, not for any value. */

const verdicts = (declared: string, name: string, ...claims: readonly string[]): readonly (string | undefined)[] => {
  const formulas = ["z = W x", "L = \\frac12 \\|z - t\\|^2", name, ...claims];
  const text = [
    "$x \\in \\mathbb{R}^{n}$, $W \\in \\mathbb{R}^{m \\times n}$, $z, t \\in \\mathbb{R}^m$",
    declared,
    ...formulas.map((f) => `$$\n${f}\n$$`),
  ].join("\n\n");
  return checkWorksheet("t.md", text).claims.flatMap((c) => (c.kind === "definition" ? [] : [c.verdict]));
};

const W = "\\frac{\\partial L}{\\partial W} = \\delta x^\\top";
const TWICE = "\\frac{\\partial L}{\\partial W} = 2 \\delta x^\\top";

describe("a declared name of a derivative", () => {
  it.each([
    ["whole", "\\delta = \\frac{\\partial L}{\\partial z}"],
    ["by entry", "\\delta_i = \\frac{\\partial L}{\\partial z_i}"],
    ["with :=", "\\delta := \\nabla_z L"],
    ["with words", "\\delta \\equiv \\frac{\\partial L}{\\partial z}"],
  ])("%s", (_, name) => {
    expect(verdicts("$\\delta \\in \\mathbb{R}^m$", name, W, TWICE)).toEqual(["proved", "wrong"]);
  });

  it("at the head of a chain", () => {
    const chain = (end: string): string => `\\delta = \\frac{\\partial L}{\\partial z} = ${end}`;
    expect(verdicts("$\\delta \\in \\mathbb{R}^m$", chain("z - t"), W)).toEqual(["proved", "proved"]);
    expect(verdicts("$\\delta \\in \\mathbb{R}^m$", chain("t - z"), W)[0]).toBe("wrong");
  });

  it("as a row", () => {
    const row = "\\frac{\\partial L}{\\partial W} = \\delta^\\top x^\\top";
    const name = "\\delta = \\frac{\\partial L}{\\partial z}";
    expect(verdicts("$\\delta \\in \\mathbb{R}^{1 \\times m}$", name, row)).toEqual(["proved"]);
    expect(verdicts("$\\delta \\in \\mathbb{R}^{1 \\times m}$", name, W)).toEqual(["shape-mismatch"]);
  });
});
