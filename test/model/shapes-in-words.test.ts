import { describe, expect, it } from "vitest";
import { readWorksheet } from "../../src/model/read.js";

const r = String.raw;

/** What a sentence says of the shape of a letter, as it is printed. */
const shapeIn = (sentence: string, name: string): string => {
  const [problem] = readWorksheet("shapes.md", `${sentence}.\n\n$$Y = ${name} \\odot ${name}$$`).problems;
  const symbol = problem?.model.symbols.find((s) => s.tensor.latex.trim() === name);
  return symbol?.shape.join("×") ?? "none";
};

describe("a shape in words", () => {
  it.each([
    r`Shapes: $X$ is $(m, d)$`,
    r`$X$ has shape $(m, d)$`,
    r`$X$ of shape $(m, d)$`,
    r`$X$ is a tensor of shape $[m, d]$`,
    r`$X$ is $m \times d$`,
    r`$X$ is $(m \times d)$`,
    r`$X$ ($m \times d$)`,
    r`$X$: $m \times d$`,
    r`$X$ is of size $m \times d$`,
    r`the matrix $X$ has dimensions $m \times d$`,
    r`the weights $X$, an $m \times d$ matrix`,
    r`$X$ is an $m$ by $d$ matrix`,
    r`$X$ is $m$-by-$d$`,
    r`$X$ has $m$ rows and $d$ columns`,
    r`$V$ and $X$ are $m \times d$`,
  ])("of a matrix: %s", (sentence) => {
    expect(shapeIn(sentence, "X")).toBe("m×d");
  });

  it.each([
    r`$x$ is $n$-dimensional`,
    r`$x$ has dimension $n$`,
    r`$x$ of length $n$`,
    r`the $n$-vector $x$`,
    r`a vector $x$ of dimension $n$`,
    r`$x$ is $n \times 1$`,
  ])("of a vector: %s", (sentence) => {
    expect(shapeIn(sentence, "x")).toBe("n");
  });

  it.each([
    ["two numbers in parentheses", r`$x$ is $(m, d)$`],
    ["a sequence", r`a sequence $x$ of length $n$`],
    ["a product of what is computed", r`The area $x$ is $w \times h$, $$w = 2 h$$ and so on`],
  ])("is not %s", (_, sentence) => {
    expect(shapeIn(sentence, "x")).not.toContain("×");
  });
});
