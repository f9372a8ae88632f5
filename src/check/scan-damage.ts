import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { flatMap } from "../core/flat-map.js";
import type { Span } from "../core/span.js";
import type { Problem } from "../model/read.js";
import { latexOf } from "../model/symbols/latex.js";
import { letterOf } from "../model/symbols/letters.js";
import { scriptText, takeApart } from "../model/symbols/scripts.js";
import { childrenOf } from "../notation/children.js";
import type { Syntax } from "../notation/syntax.js";
import { isRight, isWrong, type Judged, type Link, overall } from "./verdict.js";

/*
 * Formulas that can be parsed and hold what nobody writes: signs that a scanner took for others. Such a line says something
 * else than its author wrote, so that it is neither right nor wrong.
 */

interface Damage {
  readonly span: Span;
  readonly message: string;
}

type Sign = (s: Syntax, problem: Problem) => string | null;

const SIGNS: readonly Sign[] = [fractionOfTwos, numberAsFunction, sumOfCondition, runOfCapitals];

/** A line with signs of damage cannot be read, unless it is right all the same. */
export function heedDamage(link: Link, problem: Problem): void {
  if (isRight(link.verdict) || link.verdict === "no-answer") return;
  const found = damageIn([link.left, link.right], problem);
  if (found === null) return;
  link.verdict = "unreadable";
  link.mistake = null;
  link.evidence = null;
  link.diagnostic = damaged(found);
}

/** What seems false in a chain of which other lines are damaged may be damaged as well. */
export function heedDamagedChains(judged: readonly Judged[]): void {
  const headOf = ({ claim: { sides } }: Judged): number => sides[0]?.span.start ?? -1;
  const damagedHeads = new Set(judged.filter((j) => j.links.some(isDamaged)).map(headOf));
  for (const j of judged) {
    if (!damagedHeads.has(headOf(j)) || !isWrong(j.verdict)) continue;
    for (const link of j.links.filter((l) => isWrong(l.verdict))) {
      const why = link.mistake?.message ?? link.diagnostic?.message ?? "as written, the two sides differ";
      link.evidence = {
        method: "none",
        reason: `other lines of this chain are damaged, and so may be this one: ${why}`,
      };
      link.verdict = "undecided";
      link.mistake = null;
      link.diagnostic = null;
    }
    j.verdict = overall(j.links);
    j.mistake = null;
  }
}

const isDamaged = ({ verdict, diagnostic: d }: Link): boolean =>
  verdict === "unreadable" && d !== null && /^(?:reading\/damaged$|formula\/|syntax\/)/.test(d.code);

function damageIn(sides: readonly Syntax[], problem: Problem): Damage | null {
  for (const s of flatMap(sides, withCells)) {
    for (const sign of SIGNS) {
      const message = sign(s, problem);
      if (message !== null) return { span: s.span, message };
    }
  }
  return null;
}

/** Every part, those of limits and scripts too. */
function withCells(s: Syntax): readonly Syntax[] {
  return [s, ...flatMap(childrenOf(s), (c) => withCells(c.syntax))];
}

const damaged = ({ span, message }: Damage): Diagnostic =>
  diagnostic("error", "reading/damaged", message, span, "compare this place with the original");

/** `\frac{2y'}{2y'}`: the same twice, each with the 2 that a handwritten ∂ looks like. */
function fractionOfTwos(s: Syntax, { items }: Problem): string | null {
  // In an answer it may be a factor that cancels.
  if (s.kind !== "fraction" || items.some((i) => i.submitted === true)) return null;
  const [above, below] = [afterTwo(s.numerator), afterTwo(s.denominator)];
  if (above === null || below === null || scriptText(above) !== scriptText(below)) return null;
  return `${latexOf(s)} looks like a derivative whose ∂ was read as a 2 when the page was scanned`;
}

function afterTwo(s: Syntax): Syntax | null {
  const [two, symbol, more] = s.kind === "juxtaposition" ? s.items : [];
  if (two?.kind !== "number" || two.text !== "2" || symbol === undefined || more !== undefined) return null;
  return takeApart(symbol) === null ? null : symbol;
}

/** `6(z) \odot g` on a page that says what `6(x)` is: a letter that looks like a number, σ for one. */
function numberAsFunction(s: Syntax, { items }: Problem): string | null {
  const text = calledNumber(s);
  if (text === null) return null;
  const statements = flatMap(items, ({ statement }) => [statement, ...statement.conditions]);
  const isDefined = statements.some(({ sides }) => {
    const [left] = sides;
    return sides.length > 1 && left !== undefined && isWhole(left) && calledNumber(left) === text;
  });
  return isDefined
    ? `the number ${text} stands here as a function: a letter was read as it when the page was scanned`
    : null;
}

const isWhole = (s: Syntax): boolean => s.kind === "juxtaposition" && s.items.length === 2;

/** The 6 of `6(z)`. */
function calledNumber(s: Syntax): string | null {
  const [number, group] = s.kind === "juxtaposition" ? s.items : [];
  if (number?.kind !== "number" || group?.kind !== "group" || group.open !== "(") return null;
  return takeApart(group.body) === null ? null : number.text;
}

/** `\sum (i = j) a_i`: a sum over nothing of a condition, where an indicator stood. */
function sumOfCondition(s: Syntax): string | null {
  if (s.kind !== "big" || s.operator !== "\\sum" || s.sub !== null || s.sup !== null || s.body === null) return null;
  const parts = s.body.kind === "juxtaposition" || s.body.kind === "product" ? s.body.items : [s.body];
  const [first] = parts.flatMap((p) => (p.kind === "juxtaposition" ? p.items : [p]));
  if (first?.kind !== "group" || first.body.kind !== "relation") return null;
  return `a sum over nothing of the condition ${latexOf(first)}: most likely an indicator was read as \\sum`;
}

/** `RELV(z)`: a word of capitals of which no letter is known. */
function runOfCapitals(s: Syntax, { elaborator }: Problem): string | null {
  if (s.kind !== "juxtaposition") return null;
  const end = s.items.findIndex((i) => i.kind === "group" && i.open === "(");
  const letters = s.items.slice(0, Math.max(end, 0)).map(letterOf);
  const start = letters.findLastIndex((l) => l === null || !/^[A-Z]$/.test(l)) + 1;
  const word = letters.slice(start).map((l) => l ?? "");
  if (word.length < 3 || word.some((l) => elaborator.symbols.isVariable(l))) return null;
  return `${word.join("")} is the name of no function that is known here: it may have been read wrongly when the page was scanned`;
}
