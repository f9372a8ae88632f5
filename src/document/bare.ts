import { type Span, span } from "../core/span.js";
import { linesOf } from "./lines.js";
import type { Found } from "./scan.js";

/*
 * A paragraph of Markdown that is nothing but TeX, `\sum_k t_k = 1`, whose author left the dollar signs out: one line
 * with a relation, with a command or a script, and without a word of prose.
 */

const LONGEST = 2000;
const block = /^(?: {4}|\t|[ ]{0,3}(?:#|>|\||[-*+] |\d+[.)]))/;
const command = /\\[A-Za-z]+/;
const script = /[A-Za-z}][_^][A-Za-z0-9{]/;
const relation = /=|\\in\b|\\ge\b|\\geq\b|\\le\b|\\leq\b|[<>]/;
const textGroup = /\\(?:text|mathrm|operatorname|mathbf|mathcal|mathbb|boldsymbol)\s*\{[^{}]*\}/g;

export function bareFormulas(text: string, body: Span, taken: readonly Span[]): readonly Found[] {
  const found: Found[] = [];
  const sorted = [...taken].sort((a, b) => a.start - b.start);
  let next = 0;
  for (const line of linesAlone(text, body)) {
    const content = text.slice(line.start, line.end);
    if (!isFormula(content)) continue;
    const outer = trimmed(text, line, /\s/);
    while ((sorted[next]?.end ?? Number.POSITIVE_INFINITY) <= outer.start) next++;
    if ((sorted[next]?.start ?? Number.POSITIVE_INFINITY) < outer.end) continue;
    found.push({ outer, inner: trimmed(text, outer, /[\s.,;]/), display: true });
  }
  return found;
}

/** The lines that are a paragraph of their own. */
function* linesAlone(text: string, body: Span): Generator<Span> {
  const isBlank = (line: Span): boolean => text.slice(line.start, line.end).trim() === "";
  let alone: Span | null = null;
  let afterBlank = true;
  for (const line of linesOf(text, body.start, body.end)) {
    const blank = isBlank(line);
    if (blank && alone !== null) yield alone;
    alone = !blank && afterBlank ? line : null;
    afterBlank = blank;
  }
  if (alone !== null) yield alone;
}

/** Without what stands at its end. */
function trimmed(text: string, { start, end }: Span, mark: RegExp): Span {
  let to = end;
  while (to > start && mark.test(text[to - 1] ?? "")) to--;
  return span(start, to);
}

function isFormula(line: string): boolean {
  if (line.length > LONGEST || block.test(line)) return false;
  if (!relation.test(line) || !(command.test(line) || script.test(line))) return false;
  const rest = line.replace(textGroup, " ").replace(/\\[A-Za-z]+/g, " ");
  return !/[A-Za-z]{3,}|[`$"]/.test(rest);
}
