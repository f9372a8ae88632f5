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

describe("orders of association", () => {
  const sizes =
    "Let $v \\in \\mathbb{R}^{n \\times 1}$, $y_1 \\in \\mathbb{R}^{n \\times 1}$ and $y_2 \\in \\mathbb{R}^{m \\times 1}$.\n\n";

  it("lists every order of a product, marks the best, and says where the two modes cross", () => {
    const { orders, crossover, crossovers } = costWorksheet("z.md", `${sizes}$$Z = v v^\\top y_1 y_2^\\top$$\n`);
    expect(orders.map((o) => [o.order, o.multiplications, o.memory, o.best])).toEqual([
      ["((v v^\\top) y_1) y_2^\\top", "m*n + 2*n^2", "m*n + n^2 + m + 3*n", false],
      ["(v (v^\\top y_1)) y_2^\\top", "m*n + 2*n", "m*n + m + 3*n + 1", true],
      ["(v v^\\top) (y_1 y_2^\\top)", "m*n^2 + m*n + n^2", "2*m*n + n^2 + m + 2*n", false],
      ["v ((v^\\top y_1) y_2^\\top)", "m*n + m + n", "m*n + 2*m + 2*n + 1", false],
      ["v (v^\\top (y_1 y_2^\\top))", "3*m*n", "2*m*n + 2*m + 2*n", false],
    ]);
    expect(crossover).toContain("reverse mode) takes fewer multiplications");
    expect(crossover).toContain("when m < n");
    expect(crossovers[0]?.memory).toContain("when m < n");
  });

  it("looks into a factor that an equation defines as a product", () => {
    const { orders } = costWorksheet("h.md", `${sizes}$$H = v v^\\top$$\n\n$$Z = H y_1 y_2^\\top$$\n`);
    expect(orders.map((o) => o.order)).toContain("v (v^\\top (y_1 y_2^\\top))");
  });

  it("multiplies a number into what is stored already", () => {
    const { orders } = costWorksheet("h.md", `${sizes}$$H = 2 v v^\\top$$\n`);
    expect(orders.map((o) => [o.order, o.multiplications, o.memory])).toEqual([
      ["(2 v) v^\\top", "n^2 + n", "n^2 + 2*n"],
      ["2 (v v^\\top)", "2*n^2", "n^2 + n"],
    ]);
  });
});

describe("formulas of derivatives", () => {
  it("are counted for all values of their letters", () => {
    const found = problem("matrix-formulation").formulas.find((f) => f.formula.includes("\\sum_{h=1}^H"));
    expect(found?.multiplications).toBe("M*H^2 - H^2 + M*H - H");
    expect(found?.bigO).toBe("O(M H^2)");
  });
});

describe("a worksheet in which nothing can be counted", () => {
  it("leaves its claims open", () => {
    const { claims, equations } = costWorksheet("x.md", "The cost of the backward pass is $O(M H^2)$.\n");
    expect(equations).toEqual([]);
    expect(claims.map((c) => c.verdict)).toEqual(["undecided"]);
  });
});
