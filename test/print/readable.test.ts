import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Source, span } from "../../src/core/span.js";
import { readMacros } from "../../src/notation/macros.js";
import { parseFormula } from "../../src/notation/parse.js";

/** What is printed is mathematics as people write it, so our own reader must take it. */
const formulas = ["index-form", "matrix-form", "equations"].flatMap((file) =>
  readFileSync(new URL(`../golden/${file}.tex`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("%")),
);

describe("printed formulas can be read back", () => {
  const { macros } = readMacros(new Source("printed", ""), []);
  test.each(formulas)("%s", (latex) => {
    const { statements, diagnostics } = parseFormula(new Source("printed", latex), span(0, latex.length), macros);
    expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    expect(statements.length).toBeGreaterThan(0);
  });
});
