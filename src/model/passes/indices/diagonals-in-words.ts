import type { Syntax } from "../../../notation/syntax.js";
import { letterOf, nodesIn } from "../../symbols/letters.js";
import { headKey, plainSymbol, type Scripted, scriptText, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, isEquation, mentionsDerivative } from "../../symbols/statements.js";
import { propertiesOf } from "../../words/prose.js";

/*
 * "$W$ is diagonal with $W_{ii} = p_i(1 - p_i)$", "$W$ is the diagonal matrix with the $\mu_i$ on its diagonal": words that make a
 * matrix of the entries of its diagonal. They are put as `W = \operatorname{diag}(\mu_i)`.
 */

export function withDiagonalsInWords(all: readonly Item[]): readonly Item[] {
  const names = calledDiagonal(all);
  const items = all.map((item) => (saysDiagonalAlone(item, all, names) ? mentionOf(item) : item));
  const sentences = [...new Set(items.map((i) => i.formula.sentence))].filter((s) => /\bdiagonal\b/i.test(s));
  if (sentences.length === 0) return items;
  const told = new Map(sentences.flatMap((s) => entriesTold(s, items)));
  return items.map((item) => byEquation(item, names) ?? byWords(item, told.get(item.ordinal)) ?? item);
}

/** The matrices that words call diagonal. */
function calledDiagonal(items: readonly Item[]): ReadonlyMap<string, Scripted> {
  const sentences = [...new Set(items.map((i) => i.formula.sentence))].filter((s) =>
    /\bdiagonal\b|\bdegree matri/i.test(s),
  );
  const names = new Map<string, Scripted>();
  for (const claim of sentences.flatMap(propertiesOf))
    if (claim.property === "diagonal") for (const t of symbolsOf(items, claim.ordinal)) names.set(headKey(t.symbol), t);
  for (const [, name] of sentences.flatMap((s) => [...s.matchAll(CALLED_DIAGONAL)]))
    for (const t of symbolsOf(items, Number(name))) names.set(headKey(t.symbol), t);
  return names;
}

/** The lone symbols that a formula names or declares. */
function symbolsOf(items: readonly Item[], ordinal: number | null): readonly Scripted[] {
  const own = items.filter((i) => i.ordinal === ordinal);
  return own.flatMap(({ statement }) => {
    const [side, more] = statement.sides;
    const t = side === undefined || more !== undefined ? null : takeApart(side);
    return (declarationOf(statement)?.symbols ?? (t === null ? [] : [t])).filter(isBare);
  });
}

const isBare = (t: Scripted): boolean => t.subs.length + t.sups.length + t.primes === 0;

const DIAGONAL = String.raw`\$(\d+)\$\s+(?:is|be|being|denotes)\s+(?:an?\s+|the\s+)?(?:\$\d+\$\s+)?(?:square\s+)?diagonal\b(?![- ](?:dominan|entr|element|of|part|block|is|are))`;
const CALLED_DIAGONAL = new RegExp(DIAGONAL, "gi");
const OF_ENTRIES = new RegExp(
  String.raw`${DIAGONAL}(?:\s+matrix)?\s+(?:with|of|whose|containing|holding|having)\s+` +
    String.raw`(?:(?:the|its|\$\d+\$-?(?:th)?|i-th|diagonal|entr(?:y|ies)|elements?|values?|weights?|are|is)\s+)*\$(\d+)\$`,
  "gi",
);

/** The numbers of formulas that words call the entries of a diagonal, each with the matrix. */
function entriesTold(sentence: string, items: readonly Item[]): readonly (readonly [number, Scripted])[] {
  return [...sentence.matchAll(OF_ENTRIES)].flatMap(([, name, entry]) => {
    const [matrix, more] = symbolsOf(items, Number(name));
    return matrix === undefined || more !== undefined ? [] : [[Number(entry), matrix] as const];
  });
}

/** `W_{ii} = \mu_i` of a matrix that is called diagonal. */
function byEquation(item: Item, names: ReadonlyMap<string, Scripted>): Item | null {
  const [t, right] = onDiagonal(item) ?? [];
  if (t === undefined || right === undefined || isConstant(right)) return null;
  return names.has(headKey(t.symbol)) ? asDiagonal(item, t, right) : null;
}

/** The W and the right side of `W_{ii} = \mu_i`. */
function onDiagonal({ statement }: Item): readonly [Scripted, Syntax] | null {
  const [left, right, more] = statement.sides;
  if (left === undefined || right === undefined || more !== undefined || !isEquation(statement)) return null;
  const t = takeApart(left);
  const [i, j, other] = t?.subs ?? [];
  if (t === null || i === undefined || j === undefined || other !== undefined || mentionsDerivative(right)) return null;
  if (t.sups.length + t.primes > 0 || letterOf(i) === null || scriptText(i) !== scriptText(j)) return null;
  return [t, right];
}

const isConstant = (s: Syntax): boolean => !nodesIn(s).some((n) => n.kind === "symbol");

/** `A_{ii} = 0` of a declared matrix says what stands on its diagonal, and nothing of the rest, where no other equation does. */
function saysDiagonalAlone(item: Item, all: readonly Item[], names: ReadonlyMap<string, Scripted>): boolean {
  const [t, right] = onDiagonal(item) ?? [];
  if (t === undefined || right === undefined || !isConstant(right) || names.has(headKey(t.symbol))) return false;
  const head = headKey(t.symbol);
  const isOwn = (s: Syntax | undefined): boolean => {
    const own = s === undefined ? null : takeApart(s);
    return own !== null && headKey(own.symbol) === head;
  };
  return (
    all.some((i) => declarationOf(i.statement)?.symbols.some((d) => headKey(d.symbol) === head) === true) &&
    !all.some((i) => i !== item && isEquation(i.statement) && isOwn(i.statement.sides[0]))
  );
}

const mentionOf = (item: Item): Item => ({
  ...item,
  statement: { ...item.statement, sides: item.statement.sides.slice(0, 1), relations: [] },
});

/** The matrices of which a problem gives the diagonal alone, each as it is written. */
export const givenOnDiagonal = (items: readonly Item[]): ReadonlyMap<string, string> =>
  new Map(
    items.flatMap(({ statement, submitted }) => {
      const [left] = statement.sides;
      const t = left === undefined || submitted === true || !statement.latex.includes("=") ? null : takeApart(left);
      const [i, j, other] = t?.subs ?? [];
      if (t === null || i === undefined || j === undefined || other !== undefined || letterOf(i) === null) return [];
      return scriptText(i) === scriptText(j) ? [[headKey(t.symbol), statement.latex] as const] : [];
    }),
  );

/** `\mu_i`, an expression and no more, that words put on the diagonal of a matrix. */
function byWords(item: Item, matrix: Scripted | undefined): Item | null {
  const [entry, more] = item.statement.sides;
  return matrix === undefined || entry === undefined || more !== undefined ? null : asDiagonal(item, matrix, entry);
}

function asDiagonal(item: Item, { symbol }: Scripted, entry: Syntax): Item {
  const { span } = item.statement;
  const name: Syntax = { ...plainSymbol("diag", span), style: "roman", latex: "\\operatorname{diag}" };
  const group: Syntax = { kind: "group", open: "(", body: entry, span };
  const right: Syntax = { kind: "juxtaposition", items: [name, group], span };
  return { ...item, statement: { ...item.statement, sides: [symbol, right], relations: ["="] } };
}
