import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { checkWorksheet } from "../../src/session/check.js";
import { type Answer, type Expected, readTables } from "../claims/table.js";
import { pythonPath } from "../support/needs.js";

/** What central differences say of the tables in a folder. */
export function oracleOn(folder: URL): string {
  const files = readdirSync(folder).map((name) => new URL(name, folder).pathname);
  const oracle = new URL("../claims/oracle.py", import.meta.url).pathname;
  return spawnSync(pythonPath ?? "", [oracle, ...files], { encoding: "utf8" }).stdout;
}

/** The answers of the tables in a folder, by network. */
export function networksOf(folder: URL): ReadonlyMap<string, readonly Answer[]> {
  const networks = new Map<string, Answer[]>();
  for (const a of readTables(folder)) networks.set(a.network, [...(networks.get(a.network) ?? []), a]);
  return networks;
}

const VERDICTS: Readonly<Record<string, readonly string[]>> = {
  "+": ["proved", "agrees"],
  "-": ["wrong", "shape-mismatch"],
  "0": ["no-answer"],
  c: ["carried-forward"],
};

const isRight = (a: Answer): boolean => a.alone && a.expected.every((e) => e.kind === "+");

interface Found {
  readonly latex: string;
  readonly verdict: string;
  readonly code: string;
}

function check(worksheet: string, formulas: readonly string[]): readonly Found[] {
  const lines = formulas.map((f) => `$$${f}$$\n`);
  return checkWorksheet("answer.md", `${worksheet}\n## Answers\n\n${lines.join("\n")}`)
    .claims.filter((c) => c.kind !== "definition")
    .map((c) => ({ latex: c.latex, verdict: c.verdict ?? "", code: c.mistake?.code ?? "none" }));
}

/** The answers that are not as the table says, when they stand together below the right ones. */
function unlike(list: readonly Answer[], beside: readonly string[]): readonly (readonly [Answer, string])[] {
  const [first] = list;
  if (first === undefined) return [];
  const found = check(first.worksheet, [...beside, ...list.flatMap((a) => a.formulas)]).slice(beside.length);
  let at = 0;
  return list.flatMap((a) => {
    const own = found.slice(at, at + a.expected.length);
    at += a.expected.length;
    const bad = a.expected.flatMap((e, k) => {
      const claim = own[k];
      return claim !== undefined && fits(e, claim) ? [] : [`${claim?.latex}: ${claim?.verdict}, ${claim?.code}`];
    });
    return bad.map(
      (text) => [a, `${a.place}: ${text}; not ${a.expected.map((e) => e.codes.join("|")).join(" ")}`] as const,
    );
  });
}

function fits({ kind, codes }: Expected, { verdict, code }: Found): boolean {
  // What names a symbol that nothing defines has no value.
  const admissible = codes.includes("undefined-symbol") ? ["unreadable"] : (VERDICTS[kind] ?? []);
  return admissible.includes(verdict) && (codes.length === 0 || codes.includes(code));
}

/** Wrong lines are judged together, and those that others carry or explain once more alone. */
export function faults(list: readonly Answer[]): readonly string[] {
  const right = list.filter(isRight);
  const beside = right.flatMap((a) => a.formulas);
  const alone = list.filter((a) => a.alone && !isRight(a));
  const again = new Set(unlike(alone, beside).map(([a]) => a));
  return [
    ...unlike(right, []),
    ...[...again].flatMap((a) => unlike([a], beside)),
    ...list.filter((a) => !a.alone).flatMap((a) => unlike([a], [])),
  ].map(([, text]) => text);
}
