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
  /** The numbers of the formulas: of lists, each line is of the matrix at its place. */
  readonly lines: readonly number[];
  readonly matrices: readonly number[];
  readonly along: 0 | 1;
}

const LIST = String.raw`(\$\d+\$(?:\s*(?:,\s*(?:and\s+)?|and\s+)\$\d+\$)*)`;
const LINES_FIRST = new RegExp(
  String.raw`${LIST},?\s*(?:are|be|being|for|as|denote|stand for|:)?\s+(?:the\s+)?(?:\$\d+\$-?\s*(?:th|st)?\s+)?(rows|columns)\s+of\s+(?:[a-z-]+\s+){0,2}${LIST}`,
  "gi",
);
const MATRICES_FIRST = new RegExp(
  String.raw`${LIST},?\s*(?:has|have|having|with)\s+(?:the\s+)?(rows|columns)\s+${LIST}`,
  "gi",
);

const PART = String.raw`\b(rows?|columns?)\b(?:\s+(?:number\s+)?\$\d+\$)?\s+of\s+(?:[a-z-]+\s+){0,3}\$(\d+)\$`;
const LINE_FIRST = new RegExp(
  String.raw`\$(\d+)\$,?\s*(?:is|are|be|being|for|as|denotes?|means?|stands? for|:)?\s+(?:(?:the|a|each)\s+)?(?:\$\d+\$-?\s*(?:th|st)?\s+)?(?:[a-z]+-?th\s+)?${PART}`,
  "gi",
);
const MATRIX_FIRST = new RegExp(
  String.raw`${PART},?\s*(?:is|are|by|as|be|:|\()\s*(?:(?:denoted|called|written)\s+)?(?:(?:by|as)\s+)?\$(\d+)\$`,
  "gi",
);
const WORD_FIRST = new RegExp(String.raw`\b(rows|columns)\s+${LIST}\s+of\s+(?:[a-z-]+\s+){0,2}${LIST}`, "gi");

const linesIn = remembered((sentence): readonly Line[] => {
  const along = (word = ""): 0 | 1 => (/^row/i.test(word) ? 0 : 1);
  return [
    ...[...sentence.matchAll(LINE_FIRST)].map(([, line, word, matrix]) => ({
      lines: [Number(line)],
      matrices: [Number(matrix)],
      along: along(word),
    })),
    ...[...sentence.matchAll(MATRIX_FIRST)].map(([, word, matrix, line]) => ({
      lines: [Number(line)],
      matrices: [Number(matrix)],
      along: along(word),
    })),
    ...[...sentence.matchAll(LINES_FIRST)].map(([, lines, word, matrices]) => ({
      lines: numbersIn(lines),
      matrices: numbersIn(matrices),
      along: along(word),
    })),
    ...[...sentence.matchAll(WORD_FIRST)].map(([, word, lines, matrices]) => ({
      lines: numbersIn(lines),
      matrices: numbersIn(matrices),
      along: along(word),
    })),
    ...[...sentence.matchAll(MATRICES_FIRST)].map(([, matrices, word, lines]) => ({
      lines: numbersIn(lines),
      matrices: numbersIn(matrices),
      along: along(word),
    })),
  ];
});

const numbersIn = (list = ""): readonly number[] => [...list.matchAll(/\$(\d+)\$/g)].map((m) => Number(m[1]));

export function readLines(builder: Builder): void {
  for (const { statement } of builder.premises) readDisplay(builder, statement);
  for (const { lines, matrices, along } of sentencesOf(builder.premises).flatMap(linesIn)) {
    const [names, wholes] = [lines, matrices].map((list) => list.flatMap((ordinal) => symbolsOf(builder, ordinal)));
    if (names === undefined || names.length !== wholes?.length) continue;
    names.forEach((name, k) => {
      const whole = wholes[k];
      const [position] = name.subs;
      const letter = position === undefined ? null : letterOf(position);
      if (whole === undefined || letter === null || name.subs.length !== 1 || whole.subs.length > 0) return;
      // "$\mathbf{1}_N$ is the column of $N$ ones": as many, and not of a matrix.
      if (whole.symbol.name === letter) return;
      builder.letters.addIndex(letter);
      builder.symbols.nameLines(targetKey(name), targetKey(whole), along);
    });
  }
}

/** The symbols that a formula lists, or declares. */
function symbolsOf(builder: Builder, ordinal: number): readonly Scripted[] {
  const alone = loneExpression(builder, ordinal);
  const declared = builder.premises.find((i) => i.ordinal === ordinal && declarationOf(i.statement) !== null);
  const s = alone ?? declared?.statement.sides[0] ?? null;
  return s === null ? [] : (s.kind === "list" ? s.items : [s]).flatMap((n) => takeApart(n) ?? []);
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
