import type { Syntax } from "../../../notation/syntax.js";
import { plainSymbol, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
} from "../../symbols/statements.js";
import { isLossLetter } from "../../words/upstream.js";
import { quantitiesDifferentiated } from "./differentiated.js";

/*
 * "Let $g$ be the gradient of the loss with respect to $y$", "the upstream gradient $g$": an equation in words,
 * `g = \partial L/\partial y`.
 */

const KIND = String.raw`(?:(?:upstream|incoming|back-?propagated|output)\s+)?(?:gradients?|derivatives?)`;
const OF = String.raw`(?:\s+(?:of|for)\s+(?:(?:the|some|a)\s+)?(?:(?:scalar\s+)?(?:loss|objective|cost|error)(?:\s+function)?|\$(?<loss>\d+)\$)(?:\s+\$(?<named>\d+)\$)?)?`;
const BY = String.raw`\s+(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|at)\s+(?:(?:the|its|this)\s+(?:\w+\s+)?(?:output|layer|activation)s?\s+)?\$(?<by>\d+)\$`;
const IS = String.raw`\s*(?:be|is|denotes?|stands\s+for)\s+(?:the\s+)?`;
const CALLED = String.raw`\s+(?:(?:is|be|by|as|called|denoted)\s+){1,2}\$(?<name>\d+)\$`;

const PATTERNS: readonly RegExp[] = [
  new RegExp(String.raw`\$(?<name>\d+)\$${IS}${KIND}${OF}${BY}`, "gi"),
  new RegExp(String.raw`\b${KIND}\s+\$(?<name>\d+)\$${OF}${BY}`, "gi"),
  new RegExp(String.raw`\b${KIND}${OF}${BY}${CALLED}`, "gi"),
  // Without a word of where it arrives, it is that of the last quantity.
  /\b(?:upstream|incoming|back-?propagated)\s+(?:gradient|derivative|error)\s+(?:(?:is|be|by|called|denoted\s+by|as)\s+){0,2}\$(?<name>\d+)\$(?=\s*(?:$|[.;:)]|,?\s*(?:is|are|be)?\s*(?:given|known)?\s*[.;:]))/gi,
];

export function withGradientsInWords(items: readonly Item[]): readonly Item[] {
  const sentences = [...new Set(items.map((i) => i.formula.sentence))].filter((s) =>
    /gradient|derivative|error/i.test(s),
  );
  const found = sentences.flatMap((s) => PATTERNS.flatMap((p) => [...s.matchAll(p)]));
  if (found.length === 0) return items;
  const byName = new Map<number, Syntax>();
  const defined = new Set(items.flatMap((i) => definedKey(i) ?? []));
  for (const { groups = {}, 0: words } of found) {
    const { name, by, named, loss } = groups;
    const variable = by === undefined ? endOf(items) : loneSymbol(items, Number(by));
    const t = variable === null ? null : takeApart(variable);
    if (variable === null || t === null || byName.has(Number(name))) continue;
    // "The derivative $v$ with respect to $t$" may be one of anything else.
    if (!LOSS_WORD.test(words) && loss === undefined && by !== undefined && !defined.has(targetKey(t))) continue;
    const of = lossOf(items, named ?? loss, targetKey(t));
    if (of !== null) byName.set(Number(name), derivative(of, variable));
  }
  const used = new Set(items.flatMap(keysUsed));
  return items.map((item) => {
    const value = byName.get(item.ordinal);
    const name = value === undefined ? null : loneSymbol([item], item.ordinal);
    const t = name === null ? null : takeApart(name);
    if (value === undefined || name === null || t === null) return item;
    // What equations compute with, or declarations name, is something else; so is a loss.
    if (defined.has(targetKey(t)) || used.has(targetKey(t)) || isLossLetter(t)) return item;
    if (t.symbol.accents.length > 0 || t.sups.length > 0) return item;
    return { ...item, statement: { ...item.statement, sides: [name, value], relations: ["="] } };
  });
}

const LOSS_WORD = /\b(?:loss|objective|cost|error|upstream|incoming|back-?propagated)\b/i;

function keysUsed({ statement }: Item): readonly string[] {
  const declared = declarationOf(statement)?.symbols ?? [];
  const isForward = isEquation(statement) && !statement.sides.some(mentionsDerivative);
  return [...declared, ...(isForward ? statement.sides.slice(1).flatMap(symbolsIn) : [])].map(targetKey);
}

function definedKey({ statement }: Item): string | null {
  const [first] = statement.sides;
  const left = first === undefined || !isEquation(statement) || mentionsDerivative(first) ? null : leftSide(first);
  return left === null ? null : targetKey(left.target);
}

/** A formula that is nothing but a symbol. */
function loneSymbol(items: readonly Item[], ordinal: number): Syntax | null {
  const [item, more] = items.filter((i) => i.ordinal === ordinal);
  const [side, other] = item?.statement.sides ?? [];
  return more !== undefined || side === undefined || other !== undefined || takeApart(side) === null ? null : side;
}

/** What the words call the loss, else what lines have derivatives of. */
function lossOf(items: readonly Item[], ordinal: string | undefined, by: string): Syntax | null {
  if (ordinal !== undefined) return loneSymbol(items, Number(ordinal));
  // Where equations go on from y to one last quantity, that is the loss.
  const end = endOf(items, false);
  const last = end === null ? null : takeApart(end);
  if (end !== null && last !== null && targetKey(last) !== by) return end;
  const isLoss = (s: Syntax): boolean => {
    const t = takeApart(s);
    return t !== null && isLossLetter(t);
  };
  const lines = items.flatMap((i) => i.statement.sides).filter(mentionsDerivative);
  const differentiated = lines.flatMap(quantitiesDifferentiated).filter(isLoss);
  const names = new Set(differentiated.map(scriptText));
  const [first] = differentiated;
  if (names.size > 1) return null;
  const [span] = items.map((i) => i.statement.span);
  return first ?? (span === undefined ? null : plainSymbol("L", span));
}

/** The one quantity that equations give and no other uses; of a loss there is no upstream gradient. */
function endOf(items: readonly Item[], isArray = true): Syntax | null {
  const equations = items.filter((i) => definedKey(i) !== null && !i.statement.sides.some(mentionsDerivative));
  const used = new Set(equations.flatMap((i) => i.statement.sides.slice(1).flatMap(symbolsIn).map(targetKey)));
  const ends = equations.filter((i) => !used.has(definedKey(i) ?? ""));
  const keys = new Set(ends.map(definedKey));
  const [first] = ends[0]?.statement.sides ?? [];
  const t = first === undefined ? null : takeApart(first);
  return keys.size !== 1 || first === undefined || t === null || (isArray && isLossLetter(t)) ? null : first;
}

function derivative(of: Syntax, by: Syntax): Syntax {
  const { span } = by;
  const sign = plainSymbol("\\partial", span);
  const behind = (s: Syntax): Syntax => ({ kind: "juxtaposition", items: [sign, s], span });
  return { kind: "fraction", numerator: behind(of), denominator: behind(by), span };
}
