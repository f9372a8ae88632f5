import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { evaluateWorksheet, type NestedJson } from "../../src/session/evaluate.js";
import { readReport } from "../../src/session/read.js";
import { pythonMissing } from "../python/python.js";
import { pythonPath } from "../support/needs.js";
import { namesByLatex } from "./modules.js";

/*
 * `evaluate` at a point of each network's oracle in NumPy: every value, every gradient against central differences of the oracle.
 * Of the networks every fifth: all of them are compared through the generated modules.
 */

interface Point {
  readonly name: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, NestedJson>>;
  readonly gradients: Readonly<Record<string, NestedJson>>;
}

const missing = pythonMissing();
const folder = import.meta.dirname;

const sheets = readdirSync(folder)
  .filter((f) => /^\d+-.*\.(md|tex)$/.test(f))
  .filter((_, k) => k % 5 === 1)
  .map((file) => ({ name: file.replace(/\.(md|tex)$/, ""), text: readFileSync(path.join(folder, file), "utf8") }));

function pointsOf(): readonly Point[] {
  const input = JSON.stringify(
    sheets.map(({ name, text }) => ({ name, names: namesByLatex(readReport(name, text).symbols) })),
  );
  const run = spawnSync(pythonPath ?? "python3", [path.join(folder, "points.py")], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as readonly Point[];
}

/** The largest difference, relative where the value is large; `NaN` where the shapes differ. */
function distance(a: NestedJson | undefined, b: NestedJson): number {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) / Math.max(1, Math.abs(b));
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return Number.NaN;
  return a.reduce((most: number, x: NestedJson, k) => Math.max(most, distance(x, b[k] ?? null)), 0);
}

describe.skipIf(missing !== null)(`evaluate at a point${missing === null ? "" : ` (${missing})`}`, () => {
  const points = missing === null ? pointsOf() : [];

  it.each(points.map((p) => [p.name, p] as const))("%s", (name, point) => {
    const text = sheets.find((s) => s.name === name)?.text ?? "";
    const found = evaluateWorksheet(name, text, { given: point.given, gradients: true });
    expect(found.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    const values = new Map(found.values.map((v) => [v.name, v.value]));
    const gradients = new Map(found.gradients.map((v) => [v.name, v.value]));
    for (const [n, value] of Object.entries(point.values))
      expect([n, distance(values.get(n), value) < 1e-9]).toEqual([n, true]);
    for (const [n, value] of Object.entries(point.gradients)) {
      const isZero = !gradients.has(n) && distance(value, zerosLike(value)) < 1e-7;
      expect([n, isZero || distance(gradients.get(n), value) < 1e-7]).toEqual([n, true]);
    }
  });
});

const zerosLike = (value: NestedJson): NestedJson => (Array.isArray(value) ? value.map(zerosLike) : 0);
