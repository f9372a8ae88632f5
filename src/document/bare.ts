import { type Span, span } from "../core/span.js";
import type { Found } from "./scan.js";

/*
 * A paragraph of Markdown that is nothing but TeX, `\sum_k t_k = 1`, whose author left the dollar signs out: one line
 * with a relation, with a command or a script, and without a word of prose.
 */

const paragraph = /(?:^|\n[ \t]*\r?\n)([^\n]+?)[ \t]*\r?(?=\n[ \t]*\r?\n|\n?$)/g;
const command = /\\[A-Za-z]+/;
const script = /[A-Za-z}][_^][A-Za-z0-9{]/;
const relation = /=|\\in\b|\\ge\b|\\geq\b|\\le\b|\\leq\b|[<>]/;
const textGroup = /\\(?:text|mathrm|operatorname|mathbf|mathcal|mathbb|boldsymbol)\s*\{[^{}]*\}/g;

export function bareFormulas(text: string, body: Span, taken: readonly Span[]): readonly Found[] {
  const found: Found[] = [];
  const sorted = [...taken].sort((a, b) => a.start - b.start);
  let next = 0;
  const part = text.slice(body.start, body.end);
  for (const m of part.matchAll(paragraph)) {
    const line = m[1] ?? "";
    const end = body.start + m.index + m[0].trimEnd().length;
    const start = end - line.trimEnd().length;
    while ((sorted[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    if ((sorted[next]?.start ?? Number.POSITIVE_INFINITY) < end || !isFormula(line)) continue;
    const inner = span(start, end - (/[\s.,;]*$/.exec(line.trimEnd())?.[0].length ?? 0));
    found.push({ outer: span(start, end), inner, display: true });
  }
  return found;
}

function isFormula(line: string): boolean {
  if (/^(?: {4}|\t|[ ]{0,3}(?:#|>|\||[-*+] |\d+[.)]))/.test(line) || line.length > 2000) return false;
  if (!relation.test(line) || !(command.test(line) || script.test(line))) return false;
  const rest = line.replace(textGroup, " ").replace(/\\[A-Za-z]+/g, " ");
  return !/[A-Za-z]{3,}|[`$"]/.test(rest);
}
