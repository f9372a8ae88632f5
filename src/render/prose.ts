import type { ProofJson } from "../session/report.js";

/* Plain sentences with formulas in them, for every format. */

export type Piece = { readonly kind: "text" | "math"; readonly text: string };

/** A formula in a sentence; a dollar of its own, `\$`, does not end it. */
const FORMULA = /\$((?:\\.|[^$\\])+)\$/gs;

/** Splits a sentence at its `$…$`; a lone `$` is text. */
export function pieces(sentence: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of sentence.matchAll(FORMULA)) {
    if (match.index > at) found.push({ kind: "text", text: sentence.slice(at, match.index) });
    found.push({ kind: "math", text: match[1] ?? "" });
    at = match.index + match[0].length;
  }
  if (at < sentence.length) found.push({ kind: "text", text: sentence.slice(at) });
  return found;
}

/** A reason as a sentence: capital letter, full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const start = trimmed.slice(0, 1).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

/** Why a step holds, `Chain rule: …`; the reason alone where it begins with the name of its rule. */
export function stepReason(rule: string, why: string): string {
  const named = rule
    .split(", ")
    .map((r) => (r === "name" ? "definition" : r.replaceAll("-", " ")))
    .join(", ");
  if (why === "") return sentence(named);
  return sentence(why.toLowerCase().startsWith(named) ? why : `${named}: ${why}`);
}

/** `Checked by central differences at 5 points: largest relative error 3.1e-11.` */
export function verifiedSentence(v: { readonly points: number; readonly maxRelativeError: number }): string {
  const error = v.maxRelativeError === 0 ? "0" : v.maxRelativeError.toExponential(1);
  return `Checked by central differences at ${v.points} point${v.points === 1 ? "" : "s"}: largest relative error ${error}.`;
}

/** A part of a written proof: each format sets the kinds in its own way. */
export interface ProofPart {
  readonly kind: "heading" | "strong" | "prose" | "display" | "dimensions" | "end";
  readonly text: string;
}

/** What stands around the proof of an equation and in it, or in its place where it is not known to be true. */
export function proofParts({ latex, lines, why, expected, matrix, dimensions }: ProofJson): readonly ProofPart[] {
  const part = (kind: ProofPart["kind"], text: string): ProofPart => ({ kind, text });
  const head = [part("heading", "To show"), part("display", latex)];
  if (lines.length === 0)
    return [
      ...head,
      part("strong", "This is not shown."),
      part("prose", sentence(why)),
      ...(expected === null ? [] : [part("prose", "What is true is"), part("display", expected)]),
    ];
  return [
    ...head,
    part("strong", "Proof."),
    ...lines.flatMap((l) => [part("prose", l.said), part("display", l.latex)]),
    ...(matrix === null ? [] : [part("prose", "For all entries at once,"), part("display", matrix)]),
    ...(dimensions === null ? [] : [part("dimensions", dimensions)]),
    part("end", "∎"),
  ];
}

/** The worksheet's title, that of its only problem, or the name of its file. */
export function titleOf(report: {
  readonly title: string;
  readonly json: { readonly file: string };
  readonly problems: readonly { readonly title: string }[];
}): string {
  const [only, more] = report.problems;
  const own = report.title === "" && more === undefined ? (only?.title ?? "") : report.title;
  return own === "" ? (report.json.file.split(/[/\\]/).at(-1) ?? "") : own;
}

/** Heading of a problem: its own title unless the report's says it already, or its number where there are several. */
export function problemTitle(title: string, number: number, count: number, reportTitle = ""): string {
  if (count === 1) return title === reportTitle ? "" : title;
  return title === "" ? `Problem ${number}` : title;
}
