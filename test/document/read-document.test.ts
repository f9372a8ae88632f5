import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDocument } from "../../src/document/read-document.js";

const formulas = (text: string, file = "t.md"): readonly string[] => {
  const document = readDocument(file, text);
  return document.formulas.map(({ span }) => text.slice(span.start, span.end));
};
const codes = (text: string, file = "t.md"): readonly string[] =>
  readDocument(file, text).diagnostics.map(({ code }) => code);
const place = (text: string, file = "t.md"): readonly string[] => {
  const document = readDocument(file, text);
  return document.diagnostics.map(({ span }) => {
    const at = span === null ? null : document.source.place(span);
    return at === null ? "file" : `${at.line}:${at.column}`;
  });
};

describe("formulas of Markdown", () => {
  const table: readonly (readonly [string, string, readonly string[]])[] = [
    ["dollars", "Let $x$ and $$y = x$$.", ["x", "y = x"]],
    ["room inside", "the vector $ x $ and $\\mathbf{a}$ ", ["x", "\\mathbf{a}"]],
    ["brackets", "\\(a\\) and \\[b\\\\[2pt] c\\]", ["a", "b\\\\[2pt] c"]],
    ["display over lines", "$$\na = b\n$$", ["a = b"]],
    ["fence", "```math\na = b\n```\n\n```js\nlet $x$;\n```\n", ["a = b"]],
    ["fence in a list", "- x\n  ```math\n  a\n  ```\n", ["a"]],
    ["environment", "x\n\\begin{align*}\na &= b\n\\end{align*}\n", ["\\begin{align*}\na &= b\n\\end{align*}"]],
    ["code", "`$a$` and ``b ` $c$`` and $d$", ["d"]],
    ["GitHub's own", "$`a + b`$", ["a + b"]],
    ["escaped", "\\$5 and $x$", ["x"]],
    ["prices", "It costs $5 and $6, or $7-$8; then $x$.", ["x"]],
    ["a number that is math", "$5$ units, $2x$", ["5", "2x"]],
    ["comment", "<!-- $a$ --> $b$", ["b"]],
    ["dollars in a text", "$$a \\text{ if $b$}$$", ["a \\text{ if $b$}"]],
    ["two neighbours", "$a$$b$", ["a", "b"]],
    ["CRLF", "a $x$\r\n\r\n$$y$$\r\n", ["x", "y"]],
    ["nothing", "", []],
  ];
  for (const [name, text, expected] of table) {
    test(name, () => {
      expect(formulas(text)).toEqual(expected);
      expect(codes(text)).toEqual([]);
    });
  }
});

describe("a paragraph that is nothing but TeX is a formula", () => {
  const table: readonly (readonly [string, string, readonly string[]])[] = [
    ["a relation", "y is one-hot.\n\n\\sum_k y_k = 1.\n\n$x$\n", ["\\sum_k y_k = 1", "x"]],
    [
      "at the end",
      "$x$\n\ng_{i,j} = \\frac{\\partial L}{\\partial y_{ij}}",
      ["x", "g_{i,j} = \\frac{\\partial L}{\\partial y_{ij}}"],
    ],
    ["prose beside it", "where \\sum_k y_k = 1 holds\n\n$x$", ["x"]],
    ["code", "    y_k = 1\n\nx = 1\n\n`y_k = 1`\n\n$x$", ["x"]],
    ["a heading, a list", "# y_k = 1\n\n- y_k = 1\n\n$x$", ["x"]],
  ];
  for (const [name, text, expected] of table) {
    test(name, () => {
      expect(formulas(text)).toEqual(expected);
    });
  }
});

describe("formulas of LaTeX", () => {
  const text = `% $no$
\\documentclass{article}
\\newcommand{\\R}{\\mathbb{R}}
\\title{$no$}
\\begin{document}
\\section{One} $x \\in \\R$ costs \\$5 % $no$
\\begin{verbatim} $no$ \\end{verbatim}
\\begin{equation} a = b \\end{equation}
\\verb|$no$|
\\end{document}
$no$`;

  test("preamble, comments and verbatim are no prose", () => {
    expect(formulas(text, "t.tex")).toEqual(["x \\in \\R", "\\begin{equation} a = b \\end{equation}"]);
    expect(codes(text, "t.tex")).toEqual([]);
  });

  test("definitions of the preamble are found", () => {
    const document = readDocument("t.tex", text);
    expect(document.macros.map(({ start, end }) => text.slice(start, end))).toEqual(["\\newcommand{\\R}{\\mathbb{R}}"]);
    expect(document.sections.map(({ title, level }) => `${level} ${title}`)).toEqual(["0 ", "2 One"]);
  });
});

describe("damage", () => {
  const table: readonly (readonly [string, string, string, string])[] = [
    ["a $x + 1\n\nb", "t.md", "document/unclosed-math", "1:3"],
    ["ok $x$\n$$\na = b\n\n# Next", "t.md", "document/unclosed-math", "2:1"],
    ["\\[ a", "t.md", "document/unclosed-math", "1:1"],
    ["\\begin{align} a", "t.md", "document/unclosed-math", "1:1"],
    ["```\ncode", "t.md", "document/unclosed-fence", "1:1"],
    ["a \\) b", "t.tex", "document/unopened-math", "1:3"],
    ["\\newcommand{\\a}{b", "t.md", "document/unclosed-definition", "1:1"],
    ["---\nloss: [\n---\n", "t.md", "document/front-matter", "3:1"],
    ["---\nlos: L\n---\n", "t.md", "document/front-matter-key", "2:1"],
    ["---\nlayout: sideways\n---\n", "t.md", "document/front-matter-value", "2:1"],
  ];
  for (const [text, file, code, at] of table) {
    test(`${code} in ${JSON.stringify(text)}`, () => {
      expect(codes(text, file)[0]).toBe(code);
      expect(place(text, file)[0]).toBe(at);
    });
  }

  test("an environment that was forgotten takes no other with it", () => {
    const text = "\\begin{align} a\n\n\\begin{align} b \\end{align}\n\n\\begin{align} c \\end{align}\n";
    expect(formulas(text)).toEqual(["\\begin{align} b \\end{align}", "\\begin{align} c \\end{align}"]);
    expect(codes(text)).toEqual(["document/unclosed-math"]);
    expect(place(text)).toEqual(["1:1"]);
  });

  test("what stands after an unclosed formula is still read", () => {
    expect(formulas("a $x + 1\n\nb $y$")).toEqual(["y"]);
  });
});

test("a definition may have a star", () => {
  const text = "\\providecommand*{\\a}{b} \\newcommand*\\c{d} \\DeclareMathOperator*{\\e}{f} $x$";
  const found = readDocument("t.md", text).macros.map(({ start, end }) => text.slice(start, end));
  expect(found).toEqual(["\\providecommand*{\\a}{b}", "\\newcommand*\\c{d}", "\\DeclareMathOperator*{\\e}{f}"]);
});

test("a heading's closing marks are no part of its title", () => {
  const titles = readDocument("t.md", "# One\n\n## Two ##\n\n### C#\n").sections.map(({ title }) => title);
  expect(titles).toEqual(["", "One", "Two", "C#"]);
});

test("front matter", () => {
  const text =
    "---\ntitle: Two layers\nloss: $\\mathcal{L}$\nwrt: W\nassume: [a, b]\nrelu_at_zero: 1\npoints: {W: 2}\n---\n$x$";
  const { frontMatter, diagnostics } = readDocument("t.md", text);
  expect(diagnostics).toEqual([]);
  expect(frontMatter).toEqual({
    title: "Two layers",
    loss: "\\mathcal{L}",
    wrt: ["W"],
    assume: ["a", "b"],
    relu_at_zero: 1,
    points: { W: 2 },
  });
  expect(formulas(text)).toEqual(["x"]);
});

describe("sections", () => {
  test("headings nest, numbered problems stand below them", () => {
    const text =
      "# A\n\n1. first $a$\n2. second $b$\n\n## B\n\n**Problem 3** $c$\n\n**2.** $d$\n\nTitle\n=====\n\n$e$\n";
    const { sections, formulas: found } = readDocument("t.md", text);
    expect(sections.map(({ level, parent }) => `${level}<${parent}`)).toEqual([
      "0<null",
      "1<0",
      "2<1",
      "2<1",
      "2<1",
      "3<4",
      "3<4",
      "1<0",
    ]);
    expect(found.map(({ section }) => section)).toEqual([2, 3, 5, 6, 7]);
  });

  test("neither code nor formulas hold headings", () => {
    expect(readDocument("t.md", "```\n# no\n```\n$$\na\n= b\n# c\n$$\n").sections.length).toBe(1);
  });
});

describe("sentences", () => {
  const sentence = (text: string, ordinal: number): string =>
    readDocument("t.md", text).formulas[ordinal]?.sentence ?? "none";
  test("formulas are named by their ordinal", () => {
    expect(sentence("First. Let $t$ be one-hot in $\\mathbb{R}^K$. Then $y$.", 0)).toBe("Let $0$ be one-hot in $1$.");
    expect(sentence("First. Let $t$ be one-hot in $\\mathbb{R}^K$. Then $y$.", 2)).toBe("Then $2$.");
  });
  test("a list item is a sentence", () => {
    expect(sentence("- $a$ is symmetric. It is small.\n- $b$ is not.", 0)).toBe("- $0$ is symmetric. It is small.");
  });
  test("a display belongs to the words that lead to it and go on after it", () => {
    expect(sentence("Stop. The loss is\n\n$$L = x$$\n\nwhere $x$ is a scalar. End.", 0)).toBe(
      "The loss is $0$ where $1$ is a scalar.",
    );
  });
  test("a display after a full stop stands alone", () => {
    expect(sentence("All is said.\n\n$$L = x.$$\n\nwhere $x$ is.", 0)).toBe("$0$");
  });
});

describe("bounds", () => {
  const million = 1 << 20;
  const units = [
    "{",
    "$",
    "$a$ ",
    "\\(",
    "\\[ ",
    "\\begin{align}",
    "\\def\\a{",
    "` `` ",
    "```\n",
    "1. $a$\n",
    "\\) ",
    "%",
    "$5 ",
  ];
  for (const unit of units) {
    test(`a megabyte of ${JSON.stringify(unit)}`, () => {
      const text = unit.repeat(million / unit.length);
      // What took time by the square of the length would not end within the test's own limit.
      expect(readDocument("t.md", text).source.text).toHaveLength(text.length);
      expect(readDocument("t.tex", text).source.text).toHaveLength(text.length);
    });
  }

  const room = " ".repeat(million);
  const almost: readonly (readonly [string, string])[] = [
    ["a paragraph with room inside", `a${room}b\n\n`],
    ["a list item with room inside", `- ${room}x\n`],
    ["a fence whose name holds its mark", `\`\`\`${"a".repeat(million)}\`\n`],
    ["headings with room inside", `# a${room.slice(0, 490)}x\n`.repeat(2000)],
    ["problems with room before their number", `Problem${room.slice(0, 490)}x\n`.repeat(2000)],
    ["displays that end in full stops", `${"$$a.$$\n".repeat(30_000)}where b\n`],
  ];
  for (const [name, text] of almost) {
    test(name, () => {
      expect(readDocument("t.md", text).source.text).toHaveLength(text.length);
    });
  }

  test("any text gives a document with places inside it", () => {
    const part = fc.constantFrom(
      "$",
      "$$",
      "\\(",
      "\\)",
      "\\[",
      "\\]",
      "`",
      "```math\n",
      "```\n",
      "\n",
      "\n\n",
      "a",
      " ",
      "5",
      "\\def\\x{",
      "{",
      "}",
      "# ",
      "---\n",
      "<!--",
      "-->",
      "\\begin{align}",
      "\\end{align}",
      "%",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.constantFrom("t.md", "t.tex"), (parts, file) => {
        const text = parts.join("");
        const document = readDocument(file, text);
        let last = 0;
        for (const { span, section } of document.formulas) {
          expect(span.start).toBeGreaterThanOrEqual(last);
          expect(span.end).toBeLessThanOrEqual(text.length);
          expect(section).toBeLessThan(document.sections.length);
          last = span.end;
        }
        for (const { span } of document.diagnostics) expect(span?.end ?? 0).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});
