import { refuse } from "../../core/diagnostic.js";
import type { Statement, Syntax } from "../../notation/syntax.js";
import { letterOf } from "../symbols/letters.js";
import { type Scripted, scriptText, symbolsIn } from "../symbols/scripts.js";
import { type Item, ONE_CASE, targetKey } from "../symbols/statements.js";
import type { Builder } from "./builder.js";

/*
 * Equations that hold in one case, which words name: `$m_{ij} = 1$ if i and j are alike`. The values of all cases together may say
 * what a quantity is; by itself none of them is an equation.
 */

/** Words behind a formula that bind it to a case: `$m_{ij} = 1$ if i and j are alike, and $m_{ij} = 0$ otherwise`. */
const CASE = /^\s*,?\s*(?:if|iff|only if|when|whenever|otherwise|else|in case|exactly when|precisely when)\b/i;

/** Words in front that do: "otherwise $m_{ij} = 0$". */
const OTHER_CASE =
  /\b(?:otherwise|else|in (?:all|every|any|the) other cases?)\s*,?\s*(?:it is |we (?:set|put|have|let) )?$/i;
/** "If $i$ and $j$ are alike, then $m_{ij} = 1$"; of a formula, "if $x$ is the input, then $z = W x$", this would be no case. */
const NAMED_CASE = /(?:^|[;:.]\s*)(?:if|when|whenever)\b[^;:.]*(?:,|\bthen)\s*(?:we (?:set|put|have|let) )?$/i;

export function inOneCase({ formula, ordinal, statement }: Item, target: Scripted): boolean {
  const mark = `$${ordinal}$`;
  const { sentence, display } = formula;
  const at = sentence.indexOf(mark);
  if (display || at < 0) return false;
  const [before, behind] = [sentence.slice(0, at), sentence.slice(at + mark.length)];
  if (CASE.test(behind) || OTHER_CASE.test(before)) return true;
  return NAMED_CASE.test(before) && valueInCase(statement) !== null && !isFixedMember(target);
}

/** "If the sequence starts, $h_0 = 0$": there the words name no case, but the place. */
const isFixedMember = ({ subs, sups }: Scripted): boolean =>
  subs.length + sups.length > 0 && ![...subs, ...sups.map((p) => p.content)].some(runs);

/** A small letter alone; a capital one is as a rule the last of them. */
const runs = (s: Syntax): boolean => /^[a-z]/.test((letterOf(s) ?? "").replace(/^\\/, ""));

/** Keeps what an equation says of one case; `false` where it says nothing that can be kept. */
export function addCase(builder: Builder, item: Item, target: Scripted): boolean {
  const { statement, formula } = item;
  const value = valueInCase(statement);
  if (value === null) return false;
  item.reading = ONE_CASE;
  builder.cases.push({
    head: targetKey(target),
    value,
    latex: statement.latex,
    others: valuesBehind(builder, item),
    sentence: formula.sentence,
    isWhole: target.subs.length + target.sups.length === 0,
  });
  return true;
}

/**
 * `$s_i = 1$ if i is on, $-1$ if it is off, and $0$ otherwise`: the words go on with the values in all other cases. None, unless
 * they come to the last.
 */
function valuesBehind(builder: Builder, { formula, ordinal }: Item): readonly number[] {
  const mark = `$${ordinal}$`;
  const [rest = ""] = formula.sentence.slice(formula.sentence.indexOf(mark) + mark.length).split(/[;.]/);
  const found = [...rest.matchAll(VALUE_AND_CASE)];
  if (!found.some(([, , , binder = ""]) => /otherwise|else/i.test(binder))) return [];
  return found.flatMap(([, number = "", word = ""]) => {
    if (number === "") return [WORDS_OF_UNITS.get(word.toLowerCase()) ?? Number(word)];
    const sides = builder.premises.find((i) => i.ordinal === Number(number))?.statement.sides ?? [];
    const [value, more] = sides;
    return value === undefined || more !== undefined ? [] : [unitOf(value)];
  });
}

/** ", $-1$ if" and "and zero otherwise". */
const VALUE_AND_CASE =
  /(?:\band|,)\s+(?:it is\s+|equals\s+|is\s+)?(?:\$(\d+)\$|(0|1|-1|zero|one))\s+(if|when|whenever|for|otherwise|else)\b/gi;

const WORDS_OF_UNITS: ReadonlyMap<string, number> = new Map([
  ["zero", 0],
  ["one", 1],
]);

/** 0, 1 or -1, or else NaN. */
function unitOf(s: Syntax): number {
  const text = scriptText(s).replaceAll(/\s/g, "");
  return symbolsIn(s).length === 0 && /^[-+]?[01]$/.test(text) ? Number(text) : Number.NaN;
}

/** The 0, 1 or -1 on the right. */
function valueInCase({ sides: [, right, ...more] }: Statement): number | null {
  const value = right === undefined || more.length > 0 ? Number.NaN : unitOf(right);
  return Number.isNaN(value) ? null : value;
}

export const refuseCase = (st: Statement): never =>
  refuse(
    "unsupported/condition",
    "this equation holds in the case alone that the words name, and nothing is known of the others",
    st.span,
    "write \\begin{cases} … \\end{cases}, or multiply by \\mathbb{1}[…]",
  );
