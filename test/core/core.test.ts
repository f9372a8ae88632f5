import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget, BudgetSpent } from "../../src/core/budget.js";
import { stronglyConnected } from "../../src/core/components.js";
import { escapeHtml, escapeXml } from "../../src/core/escape.js";
import { hash, Random } from "../../src/core/random.js";
import { Source, span } from "../../src/core/span.js";

describe("places", () => {
  const text = "ab\r\n\u{1d400}c\n\nd";
  const source = new Source("t.md", text);

  it("count lines from 1 and columns in characters", () => {
    const at = text.indexOf("c");
    expect(source.place(span(at, at + 1))).toEqual({ line: 2, column: 2, endLine: 2, endColumn: 3 });
    expect(source.place(span(text.length, text.length))).toEqual({ line: 4, column: 2, endLine: 4, endColumn: 2 });
  });

  it("give lines without their breaks, and nothing past the end", () => {
    expect([1, 2, 3, 4, 5].map((line) => source.line(line))).toEqual(["ab", "\u{1d400}c", "", "d", ""]);
  });

  it("do not depend on the order in which they are asked for", () => {
    const offset = fc.integer({ min: 0, max: text.length });
    fc.assert(
      fc.property(fc.array(offset, { maxLength: 12 }), (offsets) => {
        const one = new Source("t.md", text);
        for (const at of offsets) expect(one.place(span(at, at))).toEqual(new Source("t.md", text).place(span(at, at)));
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

it("a budget ends at its last unit, and says what it was for", () => {
  const budget = new Budget("tests", 3);
  budget.spend(3);
  expect(budget.left).toBe(0);
  expect(() => budget.spend()).toThrow(BudgetSpent);
  expect(() => budget.spend()).toThrow(/tests/);
});

describe("strongly connected components", () => {
  const of = (edges: Readonly<Record<string, readonly string[]>>): readonly (readonly string[])[] =>
    stronglyConnected(Object.keys(edges), (n) => edges[n] ?? []).map((c) => [...c].sort());

  it("come after those they lead to", () => {
    expect(of({ a: ["b"], b: ["c"], c: ["b", "d"], d: [] })).toEqual([["d"], ["b", "c"], ["a"]]);
  });

  it("take no recursion", () => {
    const size = 100_000;
    const next = (n: number): readonly number[] => (n + 1 < size ? [n + 1] : []);
    expect(stronglyConnected([0], next)).toHaveLength(size);
  });
});

describe("escaping", () => {
  it("leaves no markup", () => {
    expect(escapeHtml(`<a href="x" on='y'>&amp;`)).toBe("&lt;a href=&quot;x&quot; on=&#39;y&#39;&gt;&amp;amp;");
  });

  it("leaves nothing that XML cannot hold", () => {
    expect(escapeXml("a\u0000\u001b\ufffe\ud800b\t\u{1d400}")).toBe("a\ufffd\ufffd\ufffd\ufffdb\t\u{1d400}");
  });
});

describe("random numbers", () => {
  it("are the same for the same seed, and their bounds are inside", () => {
    const [a, b] = [new Random(hash("text")), new Random(hash("text"))];
    for (let n = 0; n < 100; n++) expect(a.uint32()).toBe(b.uint32());
    const drawn = new Set(Array.from({ length: 200 }, () => a.integer(-1, 2)));
    expect([...drawn].sort((x, y) => x - y)).toEqual([-1, 0, 1, 2]);
    for (let n = 0; n < 100; n++) expect(Math.abs(a.uniform(-3, 5) - 1)).toBeLessThanOrEqual(4);
  });

  it("differ with the text", () => {
    expect(hash("text")).not.toBe(hash("texu"));
    expect(hash("")).toBe(hash(""));
  });
});
