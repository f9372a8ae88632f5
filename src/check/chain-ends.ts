import type { Builder } from "../model/build/builder.js";
import { concludes, endsAtZero } from "../model/build/optima.js";
import { conditionValue } from "../model/elaborate/conditions.js";
import type { Elaborator } from "../model/elaborate/elaborator.js";
import { scalarValue, type Value } from "../model/values/value.js";
import { sentencesOf } from "../model/words/prose.js";
import { REQUIRED } from "../notation/decorations.js";
import type { Syntax } from "../notation/syntax.js";
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

const OPTIMUM =
  /\b(?:set(?:ting)?|equat\w+|put(?:ting)?)\b[^.]*\b(?:zero|0)\b|\bvanish\w*|\boptim\w+|\bstationar\w+|\bcritical point|\b(?:maxim|minim)\w+|\bextrem\w+|\blikelihood\b/i;

/**
 * `\partial L/\partial w = X^\top (X w - y) = 0` with a right derivative says where that is zero, if the text looks for such a
 * place or goes on with what follows there. Without such words it may say that it is zero everywhere.
 */
export function heedZero(links: readonly Link[], { item }: Claim, builder: Builder): readonly Link[] {
  const last = links.at(-1);
  const others = links.slice(0, -1);
  if (last === undefined || last.verdict !== "wrong" || !endsAtZero(item.statement)) return links;
  if (others.length === 0 || !others.every((l) => isRight(l.verdict))) return links;
  const { items, premises, plain } = builder;
  const texts = [...sentencesOf(premises), ...plain, item.formula.sentence, ...item.statement.words];
  const isWanted = item.statement.words.includes(REQUIRED) || concludes(items, item);
  if (isWanted || texts.some((t) => OPTIMUM.test(t))) return others;
  const reason = "whether this says where the derivative is zero, or that it is so everywhere, is not clear";
  return [...others, { ...last, verdict: "undecided", mistake: null, evidence: { method: "none", reason } }];
}
