import { describe, expect, it } from "vitest";
import { readWorksheet } from "../../src/model/read.js";

/* What a relation in a worksheet says of the quantities that are given, and what it does not. */

const assumed = (text: string): readonly string[] =>
  readWorksheet("sheet.md", `${text}\n$$L = x^\\top x + s$$`).problems.flatMap(({ model }) =>
    model.assumptions.map((a) => `${a.kind} ${"tensor" in a ? a.tensor.name : ""}`),
  );

describe("signs", () => {
  const given = String.raw`$x \in \mathbb{R}^n$, $s \in \mathbb{R}$.`;
  it.each([
    ["$x > 0$", ["positive x"]],
    ["We assume $x > 0$.", ["positive x"]],
    ["$x_i > 0$", ["positive x"]],
    [String.raw`$x_i > 0, \quad i = 1, \dots, n$`, ["positive x"]],
    [String.raw`$s \ge 0$`, ["nonnegative s"]],
    [String.raw`$0 \ne s$`, ["nonzero s"]],
    ["The network, where $s > 0$, is small.", ["positive s"]],
    ["$x_1 > 0$", []],
    [String.raw`$x_i > 0, \quad i = 2, \dots, n$`, []],
    ["For $s > 0$ this is simple.", []],
    ["This is simple if $s > 0$.", []],
  ])("%s", (text, kinds) => {
    expect(assumed(`${given} ${text}`)).toEqual(kinds);
  });
});
