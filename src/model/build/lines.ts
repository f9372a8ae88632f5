import { remembered } from "../../core/remember.js";
import { letterOf } from "../letters.js";
import { sentencesOf } from "../prose.js";
import { takeApart } from "../scripts.js";
import { targetKey } from "../statements.js";
import type { Builder } from "./builder.js";
import { loneExpression } from "./survey.js";

/* Words that give the rows or columns of a matrix a letter: `$w_j$ is row $j$ of $W$`, `the $i$-th column of $V$ is $v_i$`. */

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
  for (const { line, matrix, along } of sentencesOf(builder.premises).flatMap(linesIn)) {
    const [name, whole] = [line, matrix].map((ordinal) => {
      const s = loneExpression(builder, ordinal);
      return s === null ? null : takeApart(s);
    });
    const [position] = name?.subs ?? [];
    const letter = position === undefined ? null : letterOf(position);
    if (name == null || whole == null || letter === null || name.subs.length !== 1 || whole.subs.length > 0) continue;
    builder.letters.addIndex(letter);
    builder.symbols.nameLines(targetKey(name), targetKey(whole), along);
  }
}
