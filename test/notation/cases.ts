import { readFileSync } from "node:fs";
import { Source } from "../../src/core/span.js";
import { noMacros } from "../../src/notation/macros.js";
import { type ParsedFormula, parseFormula } from "../../src/notation/parse.js";
import { showStatement } from "./show.js";

export interface Case {
  readonly formula: string;
  readonly expected: string;
  readonly group: string;
}

/** The table of formulas and their trees. */
export function formulaCases(): readonly Case[] {
  const cases: Case[] = [];
  let group = "";
  for (const line of readFileSync(new URL("../cases/formulas.txt", import.meta.url), "utf8").split("\n")) {
    if (line.startsWith("## ")) group = line.slice(3);
    if (line.startsWith("#") || !line.includes("  =>  ")) continue;
    const [formula = "", expected = ""] = line.split("  =>  ");
    cases.push({ formula, expected, group });
  }
  return cases;
}

export const goodFormulas = (): readonly string[] =>
  formulaCases()
    .filter(({ expected }) => !expected.startsWith("error "))
    .map(({ formula }) => formula);

export function parse(text: string): ParsedFormula {
  return parseFormula(new Source("t.md", text), { start: 0, end: text.length }, noMacros);
}

export function outcome(text: string): string {
  const { statements, diagnostics } = parse(text);
  const [error] = diagnostics;
  return error === undefined ? statements.map(showStatement).join(" ;; ") : `error ${error.code}`;
}
