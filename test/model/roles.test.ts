import { describe, expect, it, test } from "vitest";
import { readWorksheet } from "../../src/model/read.js";
import { roleOf } from "../../src/model/words/roles.js";

const role = (sentence: string, ordinal: number, name: string, isScalar = false) =>
  roleOf({ sentence, ordinal }, name, isScalar);

describe("the role of a symbol", () => {
  it("is what is said right before it or of it", () => {
    const both = "the input is $2$ and the weights between layer $3$ and the next are $4$.";
    expect(role(both, 2, "h")).toBe("input");
    expect(role(both, 4, "A")).toBe("parameter");
    const verbs = "where $0$ is the input and $1$ is the weight matrix";
    expect(role(verbs, 0, "a")).toBe("input");
    expect(role(verbs, 1, "M")).toBe("parameter");
  });

  it("reaches a list", () => {
    expect(role("$0$ and $1$ denote the weights and biases of the input layer.", 0, "A")).toBe("parameter");
    expect(role("$0$, $1$ are inputs.", 0, "p")).toBe("input");
  });

  it("is told by the letter where the clause says nothing", () => {
    expect(role("The input is $0$, and $1$ for $2$.", 1, "W")).toBe("parameter");
    expect(role("Apply $0$ again to $1$.", 0, "s")).toBe("input");
  });

  it("is a constant where something is fixed", () => {
    expect(role("with a fixed read-out $0$.", 0, "c")).toBe("constant");
    expect(role("", 0, "\\lambda", true)).toBe("constant");
  });
});

test("a long list of formulas without a word between them takes no time", () => {
  const chain = Array.from({ length: 60 }, (_, k) => `$$z_{${k + 1}} = \\tanh(w_{${k + 1}} z_{${k}})$$`);
  const { problems } = readWorksheet("chain.md", [...chain, "$$L = z_{60}^2$$"].join("\n\n"));
  expect(problems[0]?.model.symbols).toHaveLength(122);
});
