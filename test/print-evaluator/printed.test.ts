import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { renderNumpy } from "../../src/render/numpy.js";
import { deriveWorksheet } from "../../src/session/derive.js";
import { callablesFor, valuesFor } from "../python/sample.js";
import { pythonPath } from "../support/needs.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Worksheets from one file, each after a line `=== name`. */
function worksheetsIn(path: string): readonly (readonly [string, string])[] {
  return readFileSync(here(path), "utf8")
    .split(/^=== /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1)] as const);
}

/** The worksheets of a folder. */
const sheetsOf = (folder: string): readonly (readonly [string, string])[] =>
  readdirSync(here(folder))
    .filter((f) => f.endsWith(".md"))
    .map((f) => [f, readFileSync(here(`${folder}${f}`), "utf8")] as const);

/** Their arrays count from zero, or they have symbols with two labels: a reader must be told so. */
const UNSAID = [
  "16-conv-channels-zero-based.md",
  "22-matrix-factorization-biases.md",
  "23-rbf-network.md",
  "73-zero-based-mlp.md",
  // Softmax by rows of a matrix that has one column at the point that is drawn.
  "110-gaussian-mixture-isotropic.md",
  // Families with two positions, `Q_{gr}`.
  "114-grouped-query-attention.md",
  "122-linear-chain-forward.md",
  // A symbol of two letters, `\Delta W`.
  "124-lora-linear.md",
  // A word that names a quantity, `\operatorname{LN}`.
  "133-pre-norm-block.md",
];
const networks = sheetsOf("../networks/").filter(([file]) => !UNSAID.includes(file));

interface Complaint {
  readonly name: string;
  readonly wrt: string;
  readonly form: "index" | "matrix";
  readonly latex: string;
  readonly problem: string;
}

/** What the evaluator has to say against the printed forms of all these worksheets. */
function complaints(worksheets: readonly (readonly [string, string])[]): readonly Complaint[] {
  const cases = worksheets.flatMap(([file, text]) =>
    deriveWorksheet(file, text).problems.flatMap((p) => {
      if (p.derivation === null || p.model.loss === null) return [];
      return [
        {
          name: file,
          loss: p.nameOf(p.model.loss),
          symbols: p.symbols,
          gradients: p.gradients.map((g) => g.json),
          source: renderNumpy(p.model, p.derivation, { nameOf: p.nameOf }),
          values: valuesFor(p, 5),
          callables: callablesFor(p),
        },
      ];
    }),
  );
  const run = spawnSync(pythonPath ?? "python3", [here("./evaluate.py")], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as readonly Complaint[];
}

describe.skipIf(pythonPath === null)("printed forms, read and evaluated by an independent reader", () => {
  it.each([
    // The reader has no sizes that differ from layer to layer.
    ["the problems", sheetsOf("../../problems/").filter(([name]) => name !== "deep-tanh-widths.md")],
    ["the networks", networks],
    ["other worksheets", worksheetsIn("./worksheets.txt")],
  ] as const)(
    "%s",
    (_, worksheets) => {
      expect(complaints(worksheets)).toEqual([]);
    },
    300_000,
  );
});
