import type { Place } from "../core/span.js";
import { underline } from "./diagnostics.js";
import type { Paint, Style } from "./terminal.js";
import { count, OPEN, oneLine, RIGHT, WRONG } from "./text.js";

/** What the text of verdicts is made from: the contract's JSON object. */
export interface CheckedFile {
  readonly file: string;
  readonly claims: readonly CheckedClaim[];
  readonly summary: { readonly [K in "claims" | "right" | "wrong" | "unreadable" | "undecided"]: number };
}

export interface CheckedClaim {
  readonly at: Place;
  readonly latex: string;
  readonly of?: string | null;
  readonly kind?: string;
  readonly verdict?: string | null;
  readonly mistake?: Mistake | null;
  readonly expected?: string | null;
  readonly steps?: readonly CheckedStep[];
  readonly evidence?: object | null;
  readonly layout?: string;
}

interface CheckedStep {
  readonly latex: string;
  readonly verdict: string;
  readonly mistake?: Mistake | null;
}

interface Mistake {
  readonly code: string;
  readonly message: string;
  /** Where in the file, if it is narrower than the claim. */
  readonly at?: Place;
}

const SIGNS: ReadonlyMap<string, readonly [sign: string, word: string, style: Style]> = new Map([
  ["proved", [RIGHT, "proved", "green"]],
  ["agrees", [RIGHT, "agrees", "green"]],
  ["carried-forward", [RIGHT, "right, given an earlier mistake", "green"]],
  ["wrong", [WRONG, "WRONG", "red"]],
  ["shape-mismatch", [WRONG, "SHAPE MISMATCH", "red"]],
  ["no-answer", [WRONG, "NO ANSWER", "red"]],
  ["unreadable", [OPEN, "unreadable", "yellow"]],
  ["undecided", [OPEN, "undecided", "yellow"]],
]);

function verdictText(verdict: string, paint: Paint): string {
  const [sign, word, style] = SIGNS.get(verdict) ?? [OPEN, verdict, "yellow" as const];
  return paint(style, `${sign} ${word}`);
}

export function checkText(report: CheckedFile, lines: readonly string[], paint: Paint): string {
  const { file, claims, summary } = report;
  const judged = claims.filter((claim) => claim.kind !== "definition" && typeof claim.verdict === "string");
  const { right, wrong, unreadable, undecided } = summary;
  const total = `${oneLine(file)}: ${count(summary.claims, "claim")}, ${right} right, ${wrong} wrong, ${unreadable} unreadable, ${undecided} undecided`;
  return [...judged.map((claim) => claimText(file, claim, lines, paint)), paint("bold", total)].join("\n");
}

function claimText(file: string, claim: CheckedClaim, lines: readonly string[], paint: Paint): string {
  const { at, latex, of, mistake, expected, verdict } = claim;
  const code = mistake ? `   ${mistake.code}` : "";
  const what = of ? `for ${oneLine(of)}` : "";
  const out = [
    `${oneLine(file)}:${at.line}:${at.column}  ${verdictText(verdict ?? "undecided", paint)}  ${what}${code}`.trimEnd(),
  ];
  if (SIGNS.get(verdict ?? "")?.[0] === RIGHT) out.push(`      ${oneLine(latex)}`);
  else
    out.push(
      ...underline(lines, mistake?.at ?? at, (carets) => paint("red", carets), mistake ? oneLine(mistake.message) : ""),
    );
  out.push(...stepLines(claim, paint));
  const evidence = evidenceText(claim.evidence);
  if (evidence !== "") out.push(`   because  ${evidence}`);
  if (claim.layout === "numerator") out.push("   written in the numerator layout, as good");
  if (expected) out.push(`   write    ${oneLine(expected)}`);
  return out.join("\n");
}

/** The steps of a chain, where it has more than one. */
function stepLines({ steps = [] }: CheckedClaim, paint: Paint): readonly string[] {
  if (steps.length < 2) return [];
  return steps.flatMap(({ latex, verdict, mistake }, k) => {
    const line = `   step ${k + 1}   ${verdictText(verdict, paint)}  ${oneLine(latex)}`;
    return mistake ? [line, `            ${mistake.code}: ${oneLine(mistake.message)}`] : [line];
  });
}

/** `finite-field, errorBound 1e-19`: every fact of the evidence in its own order. A long one is for `--json` to show. */
function evidenceText(evidence: object | null | undefined): string {
  if (!evidence) return "";
  return Object.entries(evidence)
    .filter(([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => (name === "method" ? String(value) : `${name} ${short(factText(value))}`))
    .join(", ");
}

const LONGEST_FACT = 160;
const short = (fact: string): string => (fact.length > LONGEST_FACT ? "(see --json)" : fact);

function factText(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (typeof value === "string") return oneLine(value);
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "number" ? Number(part.toPrecision(6)) : part));
}
