import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { costWorksheet } from "../../src/session/cost.js";

const problem = (name: string) =>
  costWorksheet(name, readFileSync(new URL(`../../problems/${name}.md`, import.meta.url), "utf8"));

describe("cost of a worksheet", () => {
  it("counts a linear network of any depth", () => {
    const { schema, equations, backwardOverForward, methods, diagnostics } = problem("deep-linear-network");
    expect(schema).toBe("backproof/cost/1");
    const [layer, loss] = equations;
    expect(layer?.of).toBe("\\mathbf{h}^{(\\ell)}");
    expect(layer?.forward).toEqual({
      multiplications: "L*H^2",
      additions: "L*H^2 - L*H",
      applications: "0",
      bigO: "O(L H^2)",
    });
    expect(layer?.backward.multiplications).toBe("2*L*H^2");
    expect(loss?.forward.multiplications).toBe("H + 1");
    expect(backwardOverForward).toBe("2");
    expect(methods.find((m) => m.method === "reverse")).toMatchObject({ bigO: "O(L H^2)" });
    expect(methods.find((m) => m.method === "forward")).toMatchObject({ bigO: "O(L^2 H^4)" });
    expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  });

  it("counts nothing where an equation could not be used", () => {
    const json = costWorksheet(
      "x.md",
      "Let $W \\in \\mathbb{R}^{m \\times n}$ and $x \\in \\mathbb{R}^m$.\n\n$$y = W x$$\n",
    );
    expect(json.equations).toEqual([]);
    expect(json.diagnostics.map((d) => d.code)).toContain("cost/incomplete");
  });
});
