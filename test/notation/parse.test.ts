import fc from "fast-check";
import katex from "katex";
import { describe, expect, test } from "vitest";
import { Source } from "../../src/core/span.js";
import { assemble, settle } from "../../src/notation/assemble.js";
import { childrenOf } from "../../src/notation/children.js";
import { documentWords } from "../../src/notation/document-words.js";
import { parseTokens, parseTokensFully } from "../../src/notation/expression.js";
import { lex } from "../../src/notation/lexer.js";
import { noMacros, readMacros } from "../../src/notation/macros.js";
import { parseFormula } from "../../src/notation/parse.js";
import { Reader } from "../../src/notation/reader.js";
import { Stream } from "../../src/notation/stream.js";
import type { Statement, Syntax } from "../../src/notation/syntax.js";
import { formulaCases, goodFormulas, outcome, parse } from "./cases.js";
import { show, showStatement } from "./show.js";

describe("formulas and their trees", () => {
  for (const { formula, expected, group } of formulaCases()) {
    test(`${group}: ${formula}`, () => {
      expect(outcome(formula)).toBe(expected);
    });
  }
});

/** What KaTeX itself does not know: eqnarray, equations inside a formula, labels, and Unicode scripts. */
const beyondKatex = /eqnarray|\\begin\{equation\}|[²ᵀ₁₂]/;

describe("KaTeX", () => {
  test("typesets every formula of the table", () => {
    const refused = goodFormulas().filter((formula) => {
      if (beyondKatex.test(formula)) return false;
      try {
        katex.renderToString(formula, { displayMode: true, throwOnError: true, strict: false });
        return false;
      } catch {
        return true;
      }
    });
    expect(refused).toEqual([]);
  });

  test("refuses what is refused here for its TeX", () => {
    const broken = formulaCases().filter(({ expected }) =>
      /tex\/(unknown-command|double-script|unclosed|unbalanced|left-right|missing|unknown-env|environment)/.test(
        expected,
      ),
    );
    expect(broken.length).toBeGreaterThan(8);
    for (const { formula } of broken) {
      expect(() => katex.renderToString(formula, { displayMode: true, throwOnError: true }), formula).toThrow();
    }
  });
});

function checkSpans(syntax: Syntax, within: { start: number; end: number }): void {
  expect(syntax.span.start).toBeGreaterThanOrEqual(within.start);
  expect(syntax.span.end).toBeLessThanOrEqual(within.end);
  expect(syntax.span.start).toBeLessThanOrEqual(syntax.span.end);
  for (const child of childrenOf(syntax)) checkSpans(child.syntax, syntax.span);
}

function checkStatement(statement: Statement, within: { start: number; end: number }): void {
  for (const side of statement.sides) checkSpans(side, statement.span);
  expect(statement.relations.length).toBe(statement.sides.length - 1);
  expect(statement.span.start).toBeGreaterThanOrEqual(within.start);
  expect(statement.span.end).toBeLessThanOrEqual(within.end);
  for (const condition of statement.conditions) checkStatement(condition, within);
}

/** A result, or a diagnostic that says where; never an exception. */
function checkOutcome(text: string): void {
  const { statements, diagnostics } = parse(text);
  const whole = { start: 0, end: text.length };
  for (const statement of statements) checkStatement(statement, whole);
  for (const { span, message } of diagnostics) {
    expect(message).not.toBe("");
    expect(span).not.toBeNull();
    if (span === null) continue;
    expect(span.start).toBeGreaterThanOrEqual(0);
    expect(span.end).toBeLessThanOrEqual(text.length);
    expect(span.start).toBeLessThanOrEqual(span.end);
  }
  if (diagnostics.length > 0) expect(statements).toEqual([]);
}

describe("properties", () => {
  test("spans of good formulas nest", () => {
    for (const formula of goodFormulas()) checkOutcome(formula);
  });

  test("every deletion of one token gives a result or a place", () => {
    for (const formula of goodFormulas()) {
      for (const { span } of lex(formula, 0, formula.length)) {
        checkOutcome(formula.slice(0, span.start) + formula.slice(span.end));
      }
    }
  });

  test("pieces of formulas in any order", () => {
    const pieces = [
      ...new Set(goodFormulas().flatMap((formula) => lex(formula, 0, formula.length).map((raw) => raw.text))),
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 25 }), (parts) => {
        checkOutcome(parts.join(""));
      }),
      { numRuns: 3000, seed: 7 },
    );
  });

  test("any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => checkOutcome(text)),
      { numRuns: 1000, seed: 7 },
    );
  });

  test("the short cuts say what the grammar says", () => {
    for (const text of ["x", "a b c", "f(x) g_i W^T"]) {
      const reader = new Reader(new Stream(lex(text, 0, text.length), { start: 0, end: text.length }, noMacros));
      const tokens = settle(assemble(reader.list("end", { start: 0, end: 0 })));
      expect(show(parseTokens(tokens, "items"))).toBe(show(parseTokensFully(tokens, "items")));
    }
  });
});

describe("macros", () => {
  const read = (definitions: string, formula: string): string => {
    const text = `${definitions}\n${formula}`;
    const source = new Source("t.tex", text);
    const { macros, diagnostics } = readMacros(source, [{ start: 0, end: definitions.length }]);
    expect(diagnostics).toEqual([]);
    const start = definitions.length + 1;
    const result = parseFormula(source, { start, end: text.length }, macros);
    for (const statement of result.statements) checkStatement(statement, { start, end: text.length });
    return result.diagnostics[0]?.code ?? result.statements.map(showStatement).join(" ;; ");
  };
  const table: readonly (readonly [string, string, string])[] = [
    ["\\newcommand{\\R}{\\mathbb{R}}", "x \\in \\R^n", "x \\in <bb:R ^n>"],
    [
      "\\newcommand\\pd[2]{\\frac{\\partial #1}{\\partial #2}}",
      "\\pd{L}{w_1}",
      "(frac (\\partial L) (\\partial <w _1>))",
    ],
    ["\\newcommand{\\vect}[2][x]{\\mathbf{#1}_{#2}}", "\\vect{i} \\vect[y]{j}", "(<bold:x _i> <bold:y _j>)"],
    ["\\def\\dd#1{\\partial #1}", "\\dd L / \\dd w", "((\\partial L) / (\\partial w))"],
    ["\\DeclareMathOperator*{\\amax}{arg\\,max}", "\\amax_k p_k", "(\\arg\\max _k <p _k>)"],
    ["\\DeclareMathOperator{\\ReLU}{ReLU}", "\\ReLU(z)", "(roman:ReLU {( z})"],
    ["\\let\\eps=\\epsilon", "\\eps + 1", "(+ \\epsilon + 1)"],
    ["\\renewcommand{\\vec}[1]{\\mathbf{#1}}", "\\vec x", "bold:x"],
    ["\\DeclarePairedDelimiter{\\norm}{\\lVert}{\\rVert}", "\\norm{x}^2 + \\norm*{y}", "(+ <{\\| x} ^2> + {\\| y})"],
    ["\\newcommand{\\loop}{\\loop\\loop}", "\\loop", "macro/too-deep"],
    ["\\newcommand{\\two}[2]{#1#2}", "\\two{a}", "tex/missing-argument"],
  ];
  for (const [definitions, formula, expected] of table) {
    test(`${definitions} ${formula}`, () => expect(read(definitions, formula)).toBe(expected));
  }

  test("a definition counts from where it stands", () => {
    const text = "\\def\\a{x} $\\a$ \\def\\a{y} $\\a$";
    const source = new Source("t.tex", text);
    const spans = [
      { start: 0, end: 9 },
      { start: 15, end: 24 },
    ];
    const { macros } = readMacros(source, spans);
    const at = (start: number): string | undefined => {
      const [statement] = parseFormula(source, { start, end: start + 2 }, macros).statements;
      return statement && showStatement(statement);
    };
    expect([at(11), at(26)]).toEqual(["x", "y"]);
  });

  test("what a macro brings has the span of the call, its arguments their own", () => {
    const text = "\\newcommand{\\sq}[1]{#1^2}a + \\sq{b}";
    const source = new Source("t.tex", text);
    const { macros } = readMacros(source, [{ start: 0, end: 25 }]);
    const [statement] = parseFormula(source, { start: 25, end: text.length }, macros).statements;
    const sum = statement?.sides[0];
    const power = sum?.kind === "sum" ? sum.terms[1]?.body : undefined;
    expect(power?.kind).toBe("scripted");
    if (power?.kind !== "scripted") return;
    expect(text.slice(power.base.span.start, power.base.span.end)).toBe("b");
    expect(text.slice(power.span.start, power.span.end)).toMatch(/^\\sq\{b/);
  });
});

describe("bounds", () => {
  const repeated: readonly (readonly [string, string, string])[] = [
    ["a million braces", "{".repeat(1 << 20), "formula/too-long"],
    ["nested parentheses", "(".repeat(9000), "formula/too-deep"],
    ["nested braces", `${"{".repeat(9000)}x`, "formula/too-deep"],
    ["a tower of scripts", `x${"^{x".repeat(3000)}`, "formula/too-deep"],
    ["scripts on scripts", `x${"{}^a".repeat(4000)}`, "formula/too-deep"],
    ["bars", "|".repeat(9001), "formula/too-deep"],
    ["roots of parentheses", `${"\\sqrt(".repeat(4000)}x${")".repeat(4000)}`, "formula/too-deep"],
    ["sums in sums", `y = ${"\\sum -".repeat(6000)}x`, "formula/too-deep"],
  ];
  for (const [name, text, code] of repeated) {
    test(name, () => {
      expect(parse(text).diagnostics[0]?.code).toBe(code);
    });
  }

  test("a macro that repeats a long argument often", () => {
    const definition = `\\newcommand{\\a}[1]{${"#1".repeat(9000)}}`;
    const source = new Source("t.tex", `${definition}\\a{${"x ".repeat(9000)}}`);
    const { macros } = readMacros(source, [{ start: 0, end: definition.length }]);
    const formula = { start: definition.length, end: source.text.length };
    expect(parseFormula(source, formula, macros).diagnostics[0]?.code).toBe("macro/too-long");
  });

  test("names in a formula with much room", () => {
    expect(documentWords([`CE${" ".repeat(100_000)}x`, `CE${"\n".repeat(100_000)}xx`, "CE \n = x"])).toEqual(
      new Set(["CE"]),
    );
  });

  test("words below a symbol, not positions", () => {
    const words = documentWords([
      "y - y_{true}",
      "W_{out} + T_{ijk} + x_{max}",
      "\\sum_{a, b} g_{abe}",
      "\\sum_{abc} q",
    ]);
    expect(words).toEqual(new Set(["true", "out", "max"]));
  });

  test("letters below a sum, or of other runs below symbols, are positions", () => {
    expect(documentWords(["Y_{bot} = \\sum_{c} W_{oc} X_{bct}"])).toEqual(new Set());
    expect(documentWords(["\\sum_{bot} Y_{bot}^2"])).toEqual(new Set());
    expect(documentWords(["y_{out} = W_{in} h_{total} + b_{input}", "W_{oc}"])).toEqual(
      new Set(["out", "total", "input"]),
    );
  });

  test("a long sum is one statement", () => {
    const [statement] = parse(`${"x + ".repeat(4000)}x`).statements;
    const sum = statement?.sides[0];
    expect(sum?.kind === "sum" ? sum.terms.length : 0).toBe(4001);
  });
});

describe("hints", () => {
  const hints: readonly (readonly [string, string])[] = [
    ["\\sigam", "\\sigma"],
    ["\\softmax(z)", "\\operatorname{softmax}"],
    ["\\aplha", "\\alpha"],
    ["x^10", "^{10}"],
    ["\\begin{alinged} a \\end{alinged}", "aligned"],
  ];
  for (const [formula, hint] of hints) {
    test(formula, () => expect(parse(formula).diagnostics[0]?.hint).toContain(hint));
  }
});
