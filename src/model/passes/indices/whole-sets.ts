import type { Syntax } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { headKey, scriptText, takeApart } from "../../symbols/scripts.js";
import type { Item } from "../../symbols/statements.js";

/*
 * Is a set all that its members may be? A vocabulary is, under its name; \mathcal{V} and \mathcal{Y} are, unless the text makes them a
 * part of something; a plain V or Y may as well be validation examples or the true labels, so words must say it, or a shape, `U \in \mathbb{R}^{d \times |V|}`.
 */

const ALL = /\b(?:all|every|whole|entire|possible)\b/i;
const VOCABULARY = /\bvocabulary\b/i;
const PART =
  /\b(?:not|subset|part|some|true|correct|right|gold|positives?|negatives?|relevant|observed|sampled?|samples|validation|training|test|held[- ]out|active|present|given|its|known|neighbou?rs?|batch|chosen|selected|that|whose|such|with|of (?:the|an|each) (?:example|instance|input|sample|document|image))\b/i;

/** `\mathrm{vocab}`, `\text{Vocabulary}`. */
export const isVocabulary = (s: Syntax): boolean => /^\W*vocab(ulary)?$/i.test(scriptText(s).replace(/\s/g, ""));

export type IsWhole = (set: Syntax) => boolean;

/** What the names say, and the words of the lines and of the sentences without a formula. */
export function wholeSets(items: readonly Item[], plain: readonly string[]): IsWhole {
  const named = plain.some((s) => VOCABULARY.test(s));
  return (set) => {
    if (isVocabulary(set)) return true;
    if (set.kind !== "symbol" || !/^[VY]$/.test(set.name)) return false;
    const clauses = clausesAbout(items, headKey(set));
    if (clauses.some((c) => PART.test(c))) return false;
    if (set.style === "cal" || isSize(items, headKey(set))) return true;
    return clauses.some((c) => ALL.test(c) || VOCABULARY.test(c)) || (set.name === "V" && named);
  };
}

/** Does an array have an entry for each member? */
const isSize = (items: readonly Item[], key: string): boolean =>
  items
    .filter(({ statement }) => statement.relations.at(-1) === "\\in")
    .flatMap(({ statement }) => statement.sides.slice(-1).flatMap(nodesIn))
    .some((n) => n.kind === "group" && n.open === "|" && n.body.kind === "symbol" && headKey(n.body) === key);

/** The clauses that the name stands in by itself: "where $V$ is the vocabulary". */
const clausesAbout = (items: readonly Item[], key: string): readonly string[] =>
  items.flatMap(({ statement: { sides, relations }, formula: { sentence }, ordinal }) => {
    const t = sides[0] === undefined || relations.length > 0 ? null : takeApart(sides[0]);
    if (t === null || headKey(t.symbol) !== key) return [];
    return sentence.split(/[,;]|\band\b|\bwhere\b/).filter((c) => c.includes(`$${ordinal}$`));
  });
