import type { DecideContext } from "../decide/decide.js";
import { Facts } from "../decide/facts.js";
import type { Signs } from "../decide/signs.js";
import type { Builder } from "../model/build/builder.js";
import { conclusionsFrom, endsAtZero, isZero } from "../model/build/optima.js";
import { conditionValue } from "../model/elaborate/conditions.js";
import type { Elaborator } from "../model/elaborate/elaborator.js";
import { mentionsDerivative } from "../model/symbols/statements.js";
import { scalarValue, type Value } from "../model/values/value.js";
import { REQUIRED } from "../notation/decorations.js";
import type { Statement, Syntax } from "../notation/syntax.js";
import type { Claim } from "./claims.js";
import { isRight, type Link } from "./verdict.js";

/*
 * What chains end in that is no further form of the derivative: `= 0`, where it is to vanish, and `< 0`, what sign it has.
 */

const ORDER = /^(?:<|>|\\le|\\ge)$/;

/** The sign of order in front of a side of a chain, behind at least one `=`; `null` if there is none. */
export function orderBefore({ item, sides }: Claim, k: number): string | null {
  const { relations } = item.statement;
  const relation = relations[relations.length - sides.length + k] ?? "";
  return k > 1 && ORDER.test(relation) ? relation : null;
}

/** Both sides of `A < B` as values that are equal where it holds. */
export function orderValues(e: Elaborator, left: Syntax, order: string, right: Syntax): readonly [Value, Value] | null {
  const span = { start: left.span.start, end: right.span.end };
  const holds = conditionValue(e, { kind: "relation", items: [left, right], operators: [order], span });
  return holds === null ? null : [holds, scalarValue(() => e.arena.one)];
}

const MAY_BE_EQUAL = "whether this inequality holds at each point, and not only at those that were tried, is not clear";

/** What is right of an order at points that were tried, and of a strict one at all but few points, is so where signs show it. */
export function heedOrder(link: Link, { assumptions, definitions }: DecideContext): Link {
  if (!isRight(link.verdict) || isShown(link, new Facts(assumptions, definitions).signs)) return link;
  return { ...link, verdict: "undecided", evidence: { method: "none", reason: MAY_BE_EQUAL } };
}

function isShown({ question, verdict }: Link, signs: Signs): boolean {
  if (question === null) return false;
  const { left, right } = question;
  if (left === right) return true;
  if (left.kind !== "indicator") return false;
  const sign = signs.of(left.arg);
  return left.relation === ">" ? sign === "positive" : verdict === "proved" || sign !== "unknown";
}

/** Words that look for a place where a derivative is zero, and such as say that it is so at all. */
const OPTIMUM =
  /\b(?:set(?:ting)?|equat(?:e|es|ing)|put(?:ting)?)\b[^.]*\b(?:to|equal) (?:zero|0)\b|\bvanish(?:es)?\b|\bstationar(?:y|ity)\b(?! (?:process|distribution|sequence|series))|\bcritical point|\bat (?:the|its|an?|every|each) (?:\w+ )?(?:optim|maxim|minim|extrem)um\b(?! of)/i;
const EVERYWHERE = /\b(?:identical\w*|everywhere|always|never|not|for (?:all|any|every|each))\b|n['’]t\b/i;
/** The place of a formula in its sentence. */
const PLACE = /\$\d+\$/g;

/**
 * `\partial L/\partial w = X^\top (X w - y) = 0` with a right derivative says where that is zero, if the line's own words look for
 * such a place, or if `solves` finds it zero where what follows from it holds. Else it may say that it is zero everywhere.
 */
export function heedZero(
  links: readonly Link[],
  { item }: Claim,
  { items }: Builder,
  solves: (zero: Link, said: Statement) => boolean,
): readonly Link[] {
  const last = links.at(-1);
  const others = links.slice(0, -1);
  if (last === undefined || last.verdict !== "wrong" || !isZero(item.statement.sides.at(-1))) return links;
  if (!item.statement.sides.slice(0, 1).some(mentionsDerivative)) return links;
  if (!others.every((l) => isRight(l.verdict))) return links;
  const following = conclusionsFrom(items, item);
  const open = (reason: string): readonly Link[] => [
    ...others,
    { ...last, verdict: "undecided", mistake: null, evidence: { method: "none", reason } },
  ];
  if (following.length > 0)
    return others.length > 0 && following.every((i) => solves(last, i.statement))
      ? others
      : open("whether the derivative is zero where what follows from that holds is not clear");
  if (!endsAtZero(item.statement) || others.length === 0) return links;
  const { words } = item.statement;
  const texts = [item.formula.sentence.replace(PLACE, "$"), ...words];
  const isWanted = texts.some((t) => OPTIMUM.test(t)) && !texts.some((t) => EVERYWHERE.test(t));
  if (words.includes(REQUIRED) || isWanted) return others;
  return open("whether this says where the derivative is zero, or that it is so everywhere, is not clear");
}
