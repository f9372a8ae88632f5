import { remembered } from "../../core/remember.js";
import type { Statement } from "../../notation/syntax.js";
import { letterOf } from "../symbols/letters.js";
import { type Scripted, takeApart } from "../symbols/scripts.js";
import { declarationOf, targetKey } from "../symbols/statements.js";
import { sentencesOf } from "../words/prose.js";
import type { Builder } from "./builder.js";
import { loneExpression } from "./lone.js";

/*
 * Words that give the rows or columns of a matrix a letter, `$w_j$ is row $j$ of $W$`, `the $i$-th column of $V$ is $v_i$`; and
 * displays that do, `U = [u_1, \dots, u_n]`.
 */

interface Line {
  /** The numbers of the formulas. */
  readonly line: number;
  readonly matrix: number;
  readonly along: 0 | 1;
}

const PART = String.raw`\b(rows?|columns?)\b(?:\s+(?:number\s+)?\$\d+\$)?\s+of\s+(?:[a-z-]+\s+){0,3}\$(\d+)\$`;
const LINE_FIRST = new RegExp(
  String.raw`\$(\d+)\$,?\s*(?:is|are|be|being|for|as|denotes?|means?|stands? for|:)?\s+(?:(?:the|a|each)\s+)?(?:\$\d+\$-?\s*(?:th|st)?\s+)?(?:[a-z]+-?th\s+)?${PART}`,
  "gi",
);
const MATRIX_FIRST = new RegExp(
  String.raw`${PART},?\s*(?:is|are|by|as|be|:|\()\s*(?:(?:denoted|called|written)\s+)?(?:(?:by|as)\s+)?\$(\d+)\$`,
  "gi",
);

const linesIn = remembered((sentence): readonly Line[] => {
  const along = (word = ""): 0 | 1 => (/^row/i.test(word) ? 0 : 1);
  return [
    ...[...sentence.matchAll(LINE_FIRST)].map(([, line, word, matrix]) => ({
      line: Number(line),
      matrix: Number(matrix),
      along: along(word),
    })),
    ...[...sentence.matchAll(MATRIX_FIRST)].map(([, word, matrix, line]) => ({
      line: Number(line),
      matrix: Number(matrix),
      along: along(word),
    })),
  ];
});

export function readLines(builder: Builder): void {
  for (const { statement } of builder.premises) readDisplay(builder, statement);
  for (const { line, matrix, along } of sentencesOf(builder.premises).flatMap(linesIn)) {
    const [name, whole] = [line, matrix].map((ordinal) => {
      const s = loneExpression(builder, ordinal);
      return s === null ? null : takeApart(s);
    });
    const [position] = name?.subs ?? [];
    const letter = position === undefined ? null : letterOf(position);
    if (name == null || whole == null || letter === null || name.subs.length !== 1 || whole.subs.length > 0) continue;
    // "$\mathbf{1}_N$ is the column of $N$ ones": as many, and not of a matrix.
    if (whole.symbol.name === letter) continue;
    builder.letters.addIndex(letter);
    builder.symbols.nameLines(targetKey(name), targetKey(whole), along);
  }
}

/** `U = [u_1, \dots, u_n]` of a matrix that is declared: its columns. */
function readDisplay(builder: Builder, { sides }: Statement): void {
  const [first, group] = sides;
  const whole = first === undefined ? null : takeApart(first);
  const items = group?.kind === "group" && group.body.kind === "list" ? group.body.items : [];
  const [name, ...others] = items.flatMap((i) => (i.kind === "ellipsis" ? [] : [takeApart(i)]));
  if (whole == null || name == null || others.length === items.length - 1 || others.length === 0) return;
  const [place] = name.subs;
  const isAlike = (t: Scripted | null): boolean =>
    t !== null && targetKey(t) === targetKey(name) && t.subs.length === 1 && t.sups.length === 0;
  if (whole.subs.length > 0 || place?.kind !== "number" || place.text !== "1" || ![name, ...others].every(isAlike))
    return;
  if (orderOf(builder, targetKey(whole)) === 2) builder.symbols.nameLines(targetKey(name), targetKey(whole), 1);
}

/** How many axes a declaration gives a symbol. */
function orderOf({ premises }: Builder, key: string): number | null {
  for (const { statement } of premises) {
    const d = declarationOf(statement);
    if (d?.symbols.some((t) => targetKey(t) === key) === true) return d.set.shape.length;
  }
  return null;
}
