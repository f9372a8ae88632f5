import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";
import { pythonPath, testNeeding } from "../support/needs.js";
import { identitiesOf, tables } from "./tables.js";

const right = ["proved", "agrees"];
const wrong = ["wrong", "shape-mismatch", "no-answer"];

/** What may be said of a right claim, and of a wrong one: nothing wrong is ever called right. */
const admissible = (claim: { readonly right: boolean }): readonly string[] =>
  claim.right ? right : [...wrong, "undecided"];

describe.each(tables)("identities: %s", (table) => {
  it.each(identitiesOf(table).map((x) => [x.title, x] as const))("%s", (_, { worksheet, claims }) => {
    const judged = checkWorksheet("a.md", worksheet, { seed: 1 }).claims;
    const verdicts = claims.map((c) => ({
      ...c,
      verdict: judged.find((j) => j.at.line === c.line)?.verdict ?? "none",
    }));
    expect(verdicts.filter((c) => !admissible(c).includes(c.verdict))).toEqual([]);
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
