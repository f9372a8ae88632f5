import { describe, expect, it } from "vitest";
import { type CheckJson, checkWorksheet } from "../../src/session/check.js";
import { type Answer, type Expected, readTables } from "./table.js";

const VERDICTS: { readonly [kind in Expected["kind"]]: readonly string[] } = {
  "+": ["proved", "agrees"],
  "-": ["wrong", "shape-mismatch"],
  "0": ["no-answer"],
  "?": ["undecided", "unreadable"],
  c: ["carried-forward"],
};

function check({ worksheet, formulas }: Answer): CheckJson {
  const lines = formulas.map((f) => `$$${f}$$\n`);
  return checkWorksheet("answer.md", `${worksheet}\n## Answers\n\n${lines.join("\n")}`);
}

const fits = (claim: { verdict: string; code: string | null }, expected: Expected): boolean =>
  VERDICTS[expected.kind].includes(claim.verdict) &&
  (expected.kind !== "-" || expected.codes.length === 0 || expected.codes.includes(claim.code ?? "none"));

describe("claims about networks", () => {
  const byNetwork = new Map<string, Answer[]>();
  for (const a of readTables()) byNetwork.set(a.network, [...(byNetwork.get(a.network) ?? []), a]);

  it.each([...byNetwork])("%s", (_, answers) => {
    const faults = answers.flatMap((answer) => {
      const { claims, diagnostics } = check(answer);
      const judged = claims
        .filter((c) => c.kind !== "definition")
        .map((c) => ({ verdict: c.verdict ?? "", code: c.mistake?.code ?? null }));
      const right =
        judged.length === answer.expected.length &&
        judged.every((c, k) => {
          const expected = answer.expected[k];
          return expected !== undefined && fits(c, expected);
        });
      const wanted = answer.expected.map((e) => `${e.kind}${e.codes.join("|")}`).join(" ");
      const found = judged.map((c) => `${c.verdict}:${c.code}`).join(" ");
      const why = diagnostics.filter((d) => d.severity === "error").map((d) => d.message);
      return right
        ? []
        : [`${answer.place}: ${answer.formulas.join(" / ")}: ${found}, not ${wanted}; ${why.join("; ")}`];
    });
    expect(faults).toEqual([]);
  });
});
