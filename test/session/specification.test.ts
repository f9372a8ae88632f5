import { describe, expect, test } from "vitest";
import { readStatement, StatementError } from "../../src/evaluate/statement.js";
import { evaluateWorksheet } from "../../src/session/evaluate.js";

/** A vector v of four numbers and a number y. */
function holds(text: string, v: readonly number[], y = 0): boolean {
  return readStatement(text, {
    has: (name) => name === "v" || name === "y",
    range: (name, place) => (name === "v" && place === 0 ? [1, v.length] : null),
    read: (name, [k]) => (name === "y" ? y : k === undefined ? null : (v[k - 1] ?? null)),
    output: "y",
  })();
}

describe("a statement", () => {
  const V = [3, 1, 2, 1];
  // Each row is true of v = (3, 1, 2, 1) and y = 1.
  test.each([
    "y = 1",
    "output 1",
    "the output is 1",
    "v_1 > v_2 and v_2 < v_3",
    String.raw`v_2 = v_4 \land v_1 \ne v_4`,
    String.raw`y = 1 \iff v_1 = v_4 \lor v_2 = v_4 \lor v_3 = v_4`,
    "output 1 iff some v_i = v_4",
    String.raw`y = 1 \Leftrightarrow \exists i \in \{1, 2, 3\} : v_i = v_4`,
    "y is 1 if and only if v_i = v_4 for some i in {1, ..., 3}",
    "y = 0 iff all v_i = v_4",
    String.raw`\forall i \in \{1,2,3,4\}: v_i \ge 1 \land v_i \le 3`,
    "not v_1 = v_2",
    "v_1 + 2 * v_2 = 5",
    "(v_1 - v_2) / 2 = 1 and |v_2 - v_1| = 2",
    "1 <= v_2 <= v_3 < v_1",
    "(v_1, v_2) is a permutation of (v_4, v_1)",
    "(v_2, v_3) = (v_4, 2)",
    String.raw`y = 1 \text{ if and only if } \mathbf{v}_2 = v_{4}`,
    "v_1 = 7 implies y = 0",
  ])("%s", (text) => {
    expect(holds(text, V, 1)).toBe(true);
  });

  test.each(["some v_i = v_1", "all v_i = 1", "y = 1 iff v_1 = v_2", "(v_1, v_2) is a permutation of (v_3, v_4)"])(
    "%s is false",
    (text) => expect(holds(text, V, 1)).toBe(false),
  );

  test.each(["v_i = 1", "y =", "w = 1", "y = 1 )", "some y = 1", "y @ 1", "(v_1, v_2) < (v_3, v_4)", ""])(
    "%j is refused",
    (text) => expect(() => holds(text, V)).toThrow(StatementError),
  );
});

const NETWORK = String.raw`The input is $x \in \{0,1\}^4$; $\phi(z) = \mathbb{1}[z \ge 0]$.

$$h = \phi(A x + a)$$
$$y = \phi(w^\top h + c)$$

with $A \in \mathbb{R}^{6 \times 4}$, $a \in \mathbb{R}^6$, $w \in \mathbb{R}^{6}$ and $c \in \mathbb{R}$.
`;
// Units 2k-1 and 2k together fire once if x_k differs from x_4, and both if they are equal: their sum over k is 3 plus the number of
// entries equal to x_4, which the output compares with 4.
const A = [0, 1, 2].flatMap((k) =>
  [1, -1].map((sign) => [0, 1, 2, 3].map((j) => (j === k ? sign : j === 3 ? -sign : 0))),
);
const RIGHT = { A, a: [0, 0, 0, 0, 0, 0], w: [1, 1, 1, 1, 1, 1], c: -4 };

describe("a threshold network", () => {
  const check = (given: Readonly<Record<string, unknown>>, ...more: readonly string[]) =>
    evaluateWorksheet("sheet.md", NETWORK, { given, expect: ["output 1 iff some x_i = x_4", ...more] });

  test("that does what is expected does so on every input", () => {
    const { specifications, diagnostics } = check(RIGHT);
    expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    expect(specifications).toEqual([
      { expect: "output 1 iff some x_i = x_4", inputs: 16, failures: 0, counterexample: null },
    ]);
  });

  test("that does not is refuted by an input", () => {
    const [found] = check({ ...RIGHT, c: -5 }).specifications;
    // It asks for two equal entries now: wrong where one is equal, for three places and two values of x_4.
    expect(found?.failures).toBe(6);
    const x = found?.counterexample?.["x"] as readonly number[];
    expect(x.slice(0, 3).filter((v) => v === x[3])).toHaveLength(1);
    expect(found?.counterexample?.["y"]).toBe(0);
  });

  test("may be given a statement in the worksheet, and a domain beside it", () => {
    const text = `${NETWORK.replace("x \\in \\{0,1\\}^4", "x \\in \\mathbb{R}^4")}\nExpect: y = 1 iff some x_i = x_4\n`;
    const found = evaluateWorksheet("sheet.md", text, { given: RIGHT, domains: ["x_i \\in \\{1, \\dots, 5\\}"] });
    expect(found.specifications[0]).toMatchObject({ inputs: 625, failures: 0 });
    const open = evaluateWorksheet("sheet.md", text, { given: RIGHT });
    expect(open.diagnostics.map((d) => d.code)).toContain("evaluate/missing");
  });

  test("needs no target for its loss, and says so where a statement speaks of the loss", () => {
    const text = `${NETWORK}\n$$L = (y - t)^2$$ with a target $t \\in \\mathbb{R}$.\n`;
    const found = evaluateWorksheet("sheet.md", text, { given: RIGHT, expect: ["y = 1 iff some x_i = x_4"] });
    expect(found.specifications[0]).toMatchObject({ inputs: 16, failures: 0 });
    const open = evaluateWorksheet("sheet.md", text, { given: RIGHT, expect: ["L >= 0"] });
    expect(open.diagnostics.find((d) => d.code === "expect/unreadable")?.message).toMatch(/^there is no value for L/);
    expect(open.specifications).toEqual([]);
  });

  test("on too many inputs is not decided", () => {
    const found = evaluateWorksheet("sheet.md", NETWORK.replace("\\{0,1\\}", "\\{1,\\dots,90\\}"), {
      given: RIGHT,
      expect: ["y = 1"],
    });
    expect(found.diagnostics.map((d) => d.code)).toContain("expect/too-many");
    expect(found.specifications).toEqual([]);
  });
});
