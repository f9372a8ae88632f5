import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";
import { deriveWorksheet } from "../../src/session/derive.js";
import { pythonPath, testNeeding } from "../support/needs.js";
import { sheetsOf, tables } from "./tables.js";

const right = ["proved", "agrees"];
/** A wrong line may follow from another wrong line of its sheet. */
const wrong = ["wrong", "shape-mismatch", "no-answer", "carried-forward"];

/** Right claims that are not decided, each with what is not read. Called wrong they must not be. */
const open: Readonly<Record<string, readonly string[]>> = {
  "magnus-vec": ["undecided"],
  "conv1d-strided": ["undecided"],
  "canonical-correlation": ["undecided", "proved", "agrees"],
  "rayleigh-quotient": ["unreadable", "proved"],
  "chain-UX": ["unreadable", "proved"],
};

describe.each(tables)("worksheets of several authors: %s", (table) => {
  it.each(sheetsOf(table).map((x) => [x.title, x] as const))("%s", (title, { worksheet, claims }) => {
    const judged = checkWorksheet("a.md", worksheet, { seed: 1 }).claims;
    const verdicts = claims.map((c) => ({
      ...c,
      verdict: judged.findLast((j) => j.at.line === c.line)?.verdict ?? "none",
    }));
    const admissible = (isRight: boolean): readonly string[] => [...(isRight ? right : wrong), ...(open[title] ?? [])];
    const called = (v: (typeof verdicts)[number]): boolean =>
      admissible(v.right).includes(v.verdict) && (v.right || !right.includes(v.verdict));
    expect(verdicts.filter((v) => !called(v))).toEqual([]);
  });
});

/** Small entries beside a large loss, and a function that is only recalled beside the loss. */
describe("all gradients are shown", () => {
  const sheets = sheetsOf("layers").filter(({ title }) => ["rbf-network", "swiglu"].includes(title));
  it.each(sheets.map((x) => [x.title, x.worksheet, x.claims] as const))("%s", (_, worksheet, [claim]) => {
    const { json } = deriveWorksheet("a.md", worksheet.slice(0, worksheet.indexOf(`$$${claim?.latex}`)));
    expect(json.gradients.length).toBeGreaterThan(0);
    expect(json.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  });
});

describe("the tables themselves", () => {
  testNeeding("python3-numpy", "agree with central differences", () => {
    const files = tables.map((t) => join(import.meta.dirname, `${t}.txt`));
    const run = spawnSync(pythonPath ?? "", [join(import.meta.dirname, "oracle.py"), ...files], { encoding: "utf8" });
    expect(run.stdout).toContain(", 0 not as marked");
    expect(run.status).toBe(0);
  });
});
