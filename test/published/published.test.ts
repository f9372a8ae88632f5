import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";
import { open } from "./open.js";

/*
 * Derivations that people published (lecture notes, papers, READMEs, questions and answers), their equations typed again,
 * each line with a verdict found by hand or by central differences in NumPy; "mutants" are the right sides that a plausible
 * slip would give. The prose of the assumptions is ours. A definition only introduces a name.
 */

interface Line {
  readonly lhs: string;
  readonly rhs: string;
  readonly verdict: "right" | "wrong" | "definition";
  readonly mutants?: readonly string[];
}

interface Derivation {
  readonly id: string;
  readonly source: string;
  readonly declarations: readonly string[];
  readonly assumptions: readonly string[];
  readonly forward: readonly string[];
  readonly lines: readonly Line[];
}

const here = new URL(".", import.meta.url);
const derivations = readdirSync(here)
  .filter((f) => f.endsWith(".json"))
  .flatMap((f): readonly Derivation[] => JSON.parse(readFileSync(new URL(f, here), "utf8")));

const RIGHT = ["proved", "agrees", "carried-forward"];
const WRONG = ["wrong", "shape-mismatch", "no-answer"];

interface Found {
  readonly line: string;
  readonly expected: string;
  readonly found: string;
}

/** One worksheet of a derivation: the lines as published, or those that have a k-th mutant. */
function judged(d: Derivation, k: number | null): readonly Found[] {
  let text = `# ${d.id}\n\n`;
  for (const s of d.declarations) text += `$${s}$\n\n`;
  for (const s of d.assumptions) text += `${s}.\n\n`;
  for (const s of d.forward) text += `$$\n${s}\n$$\n\n`;
  const wanted: { at: number; line: string; expected: string }[] = [];
  for (const { lhs, rhs, verdict, mutants } of d.lines) {
    const mutant = k === null ? undefined : mutants?.[k];
    if (k !== null && mutant === undefined && verdict !== "definition") continue;
    text += "$$\n";
    const line = `${lhs} = ${mutant ?? rhs}`;
    wanted.push({ at: text.split("\n").length, line, expected: mutant === undefined ? verdict : "wrong" });
    text += `${line}\n$$\n\n`;
  }
  const { claims } = checkWorksheet(`${d.id}.md`, text);
  return wanted.map(({ at, line, expected }): Found => {
    const own = claims.filter((c) => c.at.line === at);
    const [claim] = own;
    if (claim === undefined || own.length > 1) return { line, expected, found: `${own.length} claims` };
    const verdict = claim.verdict ?? claim.kind ?? "";
    const found = RIGHT.includes(verdict) ? "right" : WRONG.includes(verdict) ? "wrong" : verdict;
    return { line, expected, found: expected === "definition" && found === "right" ? "definition" : found };
  });
}

describe("published derivations are judged as a careful reader judges them", () => {
  it.each(derivations.map((d) => [d.id, d] as const))("%s", (id, d) => {
    const most = Math.max(0, ...d.lines.map((l) => l.mutants?.length ?? 0));
    const found = [null, ...Array.from({ length: most }, (_, k) => k)].flatMap((k) => judged(d, k));
    const isOpen = (f: Found): boolean =>
      (open.get(id)?.verdicts as readonly string[] | undefined)?.includes(f.found) === true;
    expect(found.filter((f) => f.found !== f.expected && !isOpen(f))).toEqual([]);
  });

  it("what is open is so still", () => {
    const ids = new Set(derivations.map((d) => d.id));
    expect([...open.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });
});
