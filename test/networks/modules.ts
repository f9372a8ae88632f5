import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { renderNumpy } from "../../src/render/numpy.js";
import { deriveWorksheet } from "../../src/session/derive.js";
import type { DiagnosticJson, SymbolJson } from "../../src/session/report.js";

export interface NetworkCase {
  /** The worksheet's file without its ending; the oracle has the same name. */
  readonly name: string;
  /** The generated module; `null` where nothing was derived. */
  readonly source: string | null;
  /** Names of symbols by their LaTeX. */
  readonly names: Readonly<Record<string, string>>;
  readonly diagnostics: readonly DiagnosticJson[];
}

export interface NetworkResult {
  readonly name: string;
  readonly problem: string | null;
}

/** A module for each worksheet in the folder. */
export function networkCases(folder: string): readonly NetworkCase[] {
  const files = readdirSync(folder).filter((f) => /^\d+-.*\.(md|tex)$/.test(f));
  return files.map((file) => networkCase(`${folder}/${file}`));
}

export function networkCase(path: string): NetworkCase {
  const report = deriveWorksheet(basename(path), readFileSync(path, "utf8"));
  const problem = report.problems.find((p) => p.derivation !== null && p.gradients.length > 0);
  const source =
    problem === undefined || problem.derivation === null
      ? null
      : renderNumpy(problem.model, problem.derivation, { nameOf: problem.nameOf });
  return {
    name: basename(path).replace(/\.(md|tex)$/, ""),
    source,
    names: namesByLatex(report.json.symbols),
    diagnostics: report.json.diagnostics,
  };
}

/** A family without its index, unless something else is called so: `x` for `x_{i}`, but `L_{i}` beside `L`. */
export const namesByLatex = (symbols: readonly SymbolJson[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...symbols]
      .sort((a, b) => Number(b.family !== undefined) - Number(a.family !== undefined))
      .flatMap((s) => [
        [s.latex, s.name],
        [s.family === undefined ? s.latex : s.latex.replace(/_\{[a-z](,[a-z])*\}/, ""), s.name],
      ]),
  );

/** What is wrong with each module by its oracle; all in one process. The oracles stand beside the script, or in a folder. */
export function compare(
  python: string,
  script: string,
  cases: readonly NetworkCase[],
  oracles: readonly string[] = [],
): readonly NetworkResult[] {
  const input = JSON.stringify(cases.map(({ name, source, names }) => ({ name, source, names })));
  const run = spawnSync(python, [script, ...oracles], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as readonly NetworkResult[];
}
