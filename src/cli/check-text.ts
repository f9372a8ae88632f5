import type { Place } from "../core/span.js";
import { plain } from "../render/plain.js";
import {
  counterexampleOf,
  howKnown,
  type JudgedClaim,
  judgedOf,
  nameOf,
  type Standing,
  verdictWords,
} from "../render/verdicts.js";
import type { CheckJson, StepVerdictJson } from "../session/check.js";
import { offsetOf, underline } from "./diagnostics.js";
import { type Paint, padEnd, type Style, widthOf } from "./terminal.js";
import { count, oneLine } from "./text.js";

const STYLES: { readonly [S in Standing]: Style } = { right: "green", wrong: "red", open: "yellow" };

/** What is wrong is written large, so that it is found without colour too. */
function verdictText(verdict: JudgedClaim["verdict"], paint: Paint): string {
  const { standing, word } = verdictWords[verdict];
  return paint(STYLES[standing], standing === "wrong" ? word.toUpperCase() : word);
}

/** The column that names of claims are filled up to, so that codes of mistakes stand below each other. */
const NAMES = 24;

/** Verdicts for people: each claim with its place; what is not right with the line, the reason and what to write. */
export function checkText(report: CheckJson, lines: readonly string[], paint: Paint): string {
  const { right, wrong, unreadable, undecided, claims } = report.summary;
  const total = `${oneLine(report.file)}: ${count(claims, "claim")}, ${right} right, ${wrong} wrong, ${unreadable} unreadable, ${undecided} undecided`;
  const judged = judgedOf(report.claims);
  const width = Math.min(NAMES, Math.max(0, ...judged.map((c) => widthOf(nameOf(c)))));
  return [...judged.map((c) => claimText(report.file, c, lines, width, paint)), paint("bold", total)].join("\n");
}

function claimText(file: string, c: JudgedClaim, lines: readonly string[], width: number, paint: Paint): string {
  const isRight = verdictWords[c.verdict].standing === "right";
  const last = c.mistake?.code ?? (isRight ? howKnown(c) : "");
  const head = `${oneLine(file)}:${c.at.line}:${c.at.column}  ${verdictText(c.verdict, paint)}  ${padEnd(oneLine(nameOf(c)), width)}   ${last}`;
  const out = [head.trimEnd()];
  if (!isRight) out.push(...excerpt(c, lines, paint));
  else if (c.mistake) out.push(`   ${oneLine(c.mistake.message)}`);
  out.push(...stepLines(c, paint), ...counterexample(c));
  if (c.layout === "numerator") out.push("   written in the numerator layout, as good");
  if (c.expected && !c.steps?.some((s) => s.expected !== undefined)) out.push(`   write  ${oneLine(c.expected)}`);
  return out.join("\n");
}

/** The formula's own part of the line in which it goes wrong, what is at fault underlined, and why. */
function excerpt(
  { at, where = at, reason = "" }: JudgedClaim,
  lines: readonly string[],
  paint: Paint,
): readonly string[] {
  const { text, shift } = ownPart(lines[where.line - 1] ?? "", at, where.line);
  const own: string[] = [];
  own[where.line - 1] = text;
  const endShift = where.endLine === where.line ? shift : 0;
  const place = { ...where, column: where.column - shift, endColumn: where.endColumn - endShift };
  return underline(own, place, (carets) => paint("red", carets), oneLine(reason));
}

/** What of a line belongs to a formula, and how many characters stand before it. */
function ownPart(line: string, at: Place, number: number): { readonly text: string; readonly shift: number } {
  const column = number === at.line ? at.column : 1;
  const start = offsetOf(line, column);
  const own = line.slice(start, number === at.endLine ? offsetOf(line, at.endColumn) : line.length);
  const text = own.trimStart();
  // Blanks are one unit each; of nothing but blanks, nothing is left out.
  return text === "" ? { text: own, shift: column - 1 } : { text, shift: column - 1 + own.length - text.length };
}

/** The steps of a chain, where it has more than one: the first false one marked, with the line that would be true. */
function stepLines({ steps = [] }: JudgedClaim, paint: Paint): readonly string[] {
  if (steps.length < 2) return [];
  const first = steps.findIndex((s) => verdictWords[s.verdict].standing === "wrong");
  return steps.flatMap((step, k) => stepText(step, k, k === first, paint));
}

function stepText({ latex, verdict, mistake, expected }: StepVerdictJson, k: number, isFirst: boolean, paint: Paint) {
  const out = [`${isFirst ? " → " : "   "}step ${k + 1}  ${verdictText(verdict, paint)}  ${oneLine(latex)}`];
  if (mistake) out.push(`           ${mistake.code}: ${oneLine(mistake.message)}`);
  if (expected !== undefined) out.push(`           write  = ${oneLine(expected)}`);
  return out;
}

/** A point at which the two sides differ. */
function counterexample(c: JudgedClaim): readonly string[] {
  const found = counterexampleOf(c);
  if (found === null || verdictWords[c.verdict].standing !== "wrong") return [];
  const { sizes, entry, left, right, values: made } = found;
  const point = made.map(([name, value]) => `${oneLine(plain(name))} = ${value}`).join(", ");
  // Where everything to its left is right, the left side is what should stand here.
  const isHead = c.steps === undefined || c.steps.findIndex((s) => verdictWords[s.verdict].standing === "wrong") <= 0;
  const values = isHead ? `true ${left}, written ${right}` : `left side ${left}, right side ${right}`;
  const out = [`   for example  ${[sizes, entry, values].filter((t) => t !== "").join("; ")}`];
  if (point !== "") out.push(`            at  ${point}`);
  return out;
}
