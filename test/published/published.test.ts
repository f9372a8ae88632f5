import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";
import { pythonPath, testNeeding } from "../support/needs.js";
import { open } from "./open.js";

/*
 * Derivations that people published (lecture notes, papers, READMEs, questions and answers), their equations typed again,
 * each line with a verdict found by hand; "mutants" are the right sides that a plausible slip would give. The prose of the
 * assumptions is ours. A definition only introduces a name. Where a derivation gives its forward pass in NumPy, `oracle.py`
 * confirms the verdicts by central differences.
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

interface Wanted {
  readonly line: string;
  readonly expected: string;
}

const asPublished = (d: Derivation): readonly Wanted[] =>
  d.lines.map(({ lhs, rhs, verdict }) => ({ line: `${lhs} = ${rhs}`, expected: verdict }));

const definitions = (d: Derivation): readonly Wanted[] => asPublished(d).filter((w) => w.expected === "definition");

const mutantsOf = (d: Derivation): readonly Wanted[] =>
  d.lines.flatMap(({ lhs, mutants = [] }) => mutants.map((rhs) => ({ line: `${lhs} = ${rhs}`, expected: "wrong" })));

/** One worksheet of a derivation with these lines. */
function judged(d: Derivation, lines: readonly Wanted[]): readonly Found[] {
  let text = `# ${d.id}\n\n`;
  for (const s of d.declarations) text += `$${s}$\n\n`;
  for (const s of d.assumptions) text += `${s}.\n\n`;
  for (const s of d.forward) text += `$$\n${s}\n$$\n\n`;
  const wanted = lines.map(({ line, expected }) => {
    text += "$$\n";
    const at = text.split("\n").length;
    text += `${line}\n$$\n\n`;
    return { at, line, expected };
  });
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

/** The mutants in one worksheet; one that another mutant there may have carried, or that shows a layout with it, alone. */
function judgedMutants(d: Derivation): readonly Found[] {
  const mutants = mutantsOf(d);
  if (mutants.length === 0) return [];
  const named = definitions(d);
  return judged(d, [...named, ...mutants])
    .slice(named.length)
    .map((f, k) => {
      const mutant = mutants[k];
      return f.found !== "right" || mutant === undefined ? f : (judged(d, [...named, mutant]).at(-1) ?? f);
    });
}

describe("published derivations are judged as a careful reader judges them", () => {
  it.each(derivations.map((d) => [d.id, d] as const))("%s", (id, d) => {
    const found = [...judged(d, asPublished(d)), ...judgedMutants(d)];
    const isOpen = (f: Found): boolean =>
      (open.get(id)?.verdicts as readonly string[] | undefined)?.includes(f.found) === true;
    expect(found.filter((f) => f.found !== f.expected && !isOpen(f))).toEqual([]);
  });

  it("what is open is so still", () => {
    const ids = new Set(derivations.map((d) => d.id));
    expect([...open.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });

  testNeeding(
    "python3-numpy",
    "central differences say the same",
    () => {
      const oracle = fileURLToPath(new URL("oracle.py", here));
      const { status, stdout, stderr } = spawnSync(pythonPath ?? "", [oracle], { encoding: "utf8" });
      expect(stdout + stderr).toMatch(/ lines, 0 of them/);
      expect(status).toBe(0);
    },
    300_000,
  );
});
