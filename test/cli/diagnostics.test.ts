import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDiagnostic, linesOf, underline } from "../../src/cli/diagnostics.js";
import { widthOf } from "../../src/cli/terminal.js";
import { Source } from "../../src/core/span.js";

const plain = (_: string, text: string) => text;
const place = (line: number, column: number, endLine: number, endColumn: number) => ({
  line,
  column,
  endLine,
  endColumn,
});
const marks = (line: string, column: number, endColumn: number) =>
  underline([line], place(1, column, 1, endColumn), (carets) => carets);

describe("a diagnostic on standard error", () => {
  test("has place, severity, code, message, the line, the mark and the hint", () => {
    const text = "# MLP\n$z = W x + b$\n";
    const d = {
      severity: "error",
      code: "shape/inner-dim",
      message: "W has 3 columns, x has 4 rows",
      hint: "write W^\\top x",
      at: place(2, 6, 2, 9),
    } as const;
    expect(formatDiagnostic("mlp.md", linesOf(text), d, plain)).toBe(
      [
        "mlp.md:2:6 error shape/inner-dim: W has 3 columns, x has 4 rows",
        "    2 │ $z = W x + b$",
        "      │      ^^^",
        "   hint: write W^\\top x",
      ].join("\n"),
    );
  });

  test("about the whole file shows no line", () => {
    const d = {
      severity: "note",
      code: "check/no-claims",
      message: "no claims",
      hint: "",
      at: place(1, 1, 1, 1),
    } as const;
    expect(formatDiagnostic("a.md", ["text"], d, plain)).toBe("a.md:1:1 note check/no-claims: no claims");
  });

  test("cannot send commands to the terminal", () => {
    const d = { severity: "error", code: "x/y", message: "\x1b[2J", hint: "\x07", at: place(1, 1, 1, 2) } as const;
    const shown = formatDiagnostic("\x1b]0;title\x07.md", ["\x1b[31mred\x9b"], d, plain);
    expect(shown).not.toMatch(/[^\P{Cc}\n]/u);
    expect(shown).toContain("␛[31mred");
  });
});

describe("the mark stands below the span", () => {
  const rows: readonly (readonly [string, string, number, number, string, string])[] = [
    ["plain text", "abc", 2, 3, "abc", " ^"],
    ["letters beyond 16 bits", "𝐖 x", 3, 4, "𝐖 x", "  ^"],
    ["a combining accent", "e\u0301 x", 4, 5, "e\u0301 x", "  ^"],
    ["wide letters", "漢字x", 2, 4, "漢字x", "  ^^^"],
    ["a tab before", "\tx", 2, 3, "    x", "    ^"],
    ["a tab after a letter", "a\tx", 3, 4, "a   x", "    ^"],
    ["an empty span", "abc", 3, 3, "abc", "  ^"],
    ["the end of the line", "abc", 4, 4, "abc", "   ^"],
  ];
  test.each(rows)("%s", (_, line, column, endColumn, shown, carets) => {
    expect(marks(line, column, endColumn)).toEqual([`    1 │ ${shown}`, `      │ ${carets}`]);
  });

  test("of several lines: to the end of the first", () => {
    expect(underline(["ab", "cd"], place(1, 2, 2, 2), (c) => c)[1]).toBe("      │  ^");
  });

  test("in a long line, clipped around it", () => {
    const line = `${"x".repeat(500)}HERE${"y".repeat(500)}`;
    const [shown = "", below = ""] = marks(line, 501, 505);
    expect(widthOf(shown)).toBeLessThan(120);
    const from = below.indexOf("^");
    expect(shown.slice(from, below.lastIndexOf("^") + 1)).toBe("HERE");
    expect(shown).toMatch(/│ …x+HEREy+…$/);
  });

  test("for every span of every text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.nat(), fc.nat(), (text, a, b) => {
        const [start, end] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y);
        const at = new Source("f", text).place({ start: start ?? 0, end: end ?? 0 });
        for (const line of underline(linesOf(text), at, (c) => c)) {
          expect(line).not.toContain("\n");
          expect(widthOf(line)).toBeLessThan(240);
        }
      }),
    );
  });
});

test("hundreds of diagnostics on one long line cost no more than what is shown of it", () => {
  const line = "x ".repeat(200_000);
  const found = Array.from({ length: 500 }, (_, k) => marks(line, 400 * k + 1, 400 * k + 2));
  for (const [shown = "", carets = ""] of found) expect(shown[carets.indexOf("^")]).toBe("x");
}, 20_000);
