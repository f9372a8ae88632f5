import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { bindings, letterOf, mentions, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { headKey, mapOperands, type Scripted, scriptText, symbolsIn } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
  withSides,
} from "../../symbols/statements.js";

/*
 * `\mu = \frac{1}{N} \sum_j x_j` where nothing says how far j runs: it is a mean, and N the number of its terms. Else N would be
 * any number beside a sum over x, and what an author derives of the mean would be wrong.
 */

/** The same statements with the ranges of such sums written. */
export function withMeanRanges(
  items: readonly Item[],
  premises: readonly Item[],
  report: (d: Diagnostic) => void,
): readonly Item[] {
  const all = [...premises, ...items];
  const found = new Map<Syntax, Syntax>();
  for (const { statement } of items) {
    if (!isEquation(statement)) continue;
    for (const node of statement.sides.flatMap(nodesIn)) {
      const mean = meanIn(node);
      if (mean === null || !isUnsaid(items, mean) || isNoCount(all, scriptText(mean.count))) continue;
      found.set(mean.sum, ranged(mean));
      const [letter, last] = [scriptText(mean.letter), scriptText(mean.count)];
      const message = `1/${last} in front of the sum makes it a mean: ${letter} is read as 1, …, ${last}`;
      report(diagnostic("note", "reading/range", message, mean.sum.span));
    }
  }
  if (found.size === 0) return items;
  const put = (s: Syntax): Syntax => found.get(s) ?? mapOperands(s, put);
  return items.map((item) => withSides(item, put));
}

interface Mean {
  readonly sum: SyntaxOf<"big">;
  readonly letter: Syntax;
  readonly count: Syntax;
}

/** `\frac{1}{N} \sum_j …`, `\frac{1}{2N} \sum_j …`. */
function meanIn(s: Syntax): Mean | null {
  if (s.kind !== "juxtaposition" && s.kind !== "product") return null;
  const [sum, fraction] = [s.items.at(-1), s.items.at(-2)];
  if (sum?.kind !== "big" || sum.operator !== "\\sum" || sum.sub === null || sum.sup !== null || sum.body === null)
    return null;
  if (fraction?.kind !== "fraction" || fraction.numerator.kind !== "number") return null;
  const { denominator } = fraction;
  const factors = denominator.kind === "juxtaposition" ? denominator.items : [denominator];
  const [count, another] = factors.filter((f) => f.kind !== "number");
  if (count === undefined || another !== undefined || !/^[A-Za-z]$/.test(letterOf(count) ?? "")) return null;
  const letter = letterOf(sum.sub);
  return letter !== null && wearers(sum.body, letter).length > 0 ? { sum, letter: sum.sub, count } : null;
}

/** What stands in a sum with this letter among its scripts. */
const wearers = (s: Syntax, letter: string): readonly Scripted[] =>
  symbolsIn(s).filter((t) => wears(t, (p) => mentions(p, letter)));

const wears = (t: Scripted, f: (place: Syntax) => boolean): boolean =>
  t.subs.some(f) || t.sups.some((p) => p.bracketed && f(p.content));

/** Does nothing else say how far the letter runs, or what the number is? */
function isUnsaid(items: readonly Item[], { sum, letter, count }: Mean): boolean {
  const [own, size] = [letterOf(letter) ?? "", letterOf(count) ?? ""];
  const summed = new Set(wearers(sum, own).map((t) => headKey(t.symbol)));
  const ranges = new Set(items.flatMap(rangedLetters));
  if (ranges.has(own)) return false;
  return items.every(({ statement }) => {
    const declared = declarationOf(statement) === null ? [] : statement.sides.slice(0, 1).flatMap(symbolsIn);
    if (declared.some((t) => summed.has(headKey(t.symbol)) || headKey(t.symbol) === size)) return false;
    const [first] = statement.sides;
    const left = first === undefined ? null : leftSide(first);
    if (isEquation(statement) && left !== null && targetKey(left.target) === size) return false;
    const others = statement.sides.flatMap(symbolsIn).filter((t) => summed.has(headKey(t.symbol)));
    return !others.some((t) => wears(t, (p) => ranges.has(letterOf(p) ?? "")));
  });
}

const COUNTS =
  /\b(numbers? of|how many|count|size|examples?|samples?|batch|points?|observations?|terms?|dimensions?|length|classes|tokens|steps)\b/i;
const QUANTITIES =
  /\b(scalar|constants?|weights?|mass|temperature|penalt\w+|(hyper)?parameters?|factor|coefficient|strength|rate|scale|real|width|variance|precision|capacit\w+|cost|positive number)\b/i;

/**
 * Is it a quantity and no number of terms: by what is said of it, because lines differentiate by it, or because the equations
 * have it in front of a sum, and only lines write a mean?
 */
function isNoCount(items: readonly Item[], size: string): boolean {
  const isName = (s: Syntax | undefined): boolean => s !== undefined && letterOf(s) === size;
  const about = items.filter(({ statement: st }) => isName(st.sides[0]) && !isEquation(st));
  const said = about.map(wordsBeside).filter((words) => !COUNTS.test(words));
  if (said.some((words) => QUANTITIES.test(words))) return true;
  if (said.length > 0 && about.some(isPositive)) return true;
  const nodes = items.flatMap((i) => i.statement.sides.flatMap(nodesIn));
  if (nodes.some((n) => n.kind === "fraction" && isName(differentiated(n.denominator)))) return true;
  const forward = items.filter((i) => isEquation(i.statement) && !i.statement.sides.some(mentionsDerivative));
  const own = forward.flatMap((i) => i.statement.sides.flatMap(nodesIn));
  return (
    own.some(isName) && !own.some((n) => isName(meanIn(n)?.count) || (n.kind === "big" && isName(n.sup ?? undefined)))
  );
}

/** What a sentence has on both sides of a formula, up to the next formula or comma. */
export function wordsBeside({ formula, ordinal }: Item): string {
  const [before = "", behind = ""] = formula.sentence.split(`$${ordinal}$`);
  return `${before.split(/[$,;]/).at(-1) ?? ""} ${behind.split(/[$,;]/)[0] ?? ""}`;
}

/** The C of `\partial C`. */
function differentiated(s: Syntax): Syntax | undefined {
  const [sign, by] = s.kind === "juxtaposition" ? s.items : [];
  return sign !== undefined && letterOf(sign) === "\\partial" ? by : undefined;
}

/** `C > 0`. */
const isPositive = ({ statement: { sides, relations } }: Item): boolean =>
  relations[0] === ">" && sides[1]?.kind === "number" && sides[1].text === "0";

/** The letters of which a statement says how far they run. */
function rangedLetters({ statement }: Item): readonly string[] {
  const said = [statement, ...statement.conditions].flatMap((c) => rangeStatement(c) ?? []);
  const sums = statement.sides.flatMap(nodesIn).flatMap((n) => (n.kind === "big" ? bindings(n.sub, n.sup) : []));
  return [...said, ...sums.filter((b) => b.high !== null || b.low !== null)].map((b) => b.letter);
}

function ranged({ sum, letter, count }: Mean): Syntax {
  const { span } = letter;
  const one: Syntax = { kind: "number", text: "1", span };
  const sub: Syntax = { kind: "relation", items: [letter, one], operators: ["="], span };
  return { ...sum, sub, sup: count };
}
