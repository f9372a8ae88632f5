import { checkProblem } from "../check/check.js";
import { isRight, isWrong, type Judged, type Verdict } from "../check/verdict.js";
import { transposedNumber } from "../model/build/columns.js";
import type { Problem } from "../model/read.js";

/*
 * `y = W x` of which nothing else is said was read with numbers for W and x, and `\partial L/\partial x = W \, \partial L/\partial y` is right
 * for these. Whoever writes W may well mean a matrix; a line that is false then is left to a person.
 */

/** Takes back what is right for numbers alone, where the same page can be read with matrices. */
export function heedMatrices(readWithMatrices: () => Problem | null, judged: readonly Judged[], seed: number): void {
  const other = judged.some((j) => isRight(j.verdict)) ? readWithMatrices() : null;
  if (other !== null) takeBackWhereMatricesDiffer(readWithMatrices, other, judged, seed);
}

/**
 * The same for lines about somebody else's problem. They give no shapes; but where they transpose what the problem was read
 * with as a number, and it can be read in no other way, nothing is said of them.
 */
export function heedHandedIn(
  readWithMatrices: () => Problem | null,
  { builder }: Problem,
  judged: readonly Judged[],
  seed: number,
): void {
  const number = transposedNumber(builder, builder.items);
  const other = number !== null || judged.some((j) => isRight(j.verdict)) ? readWithMatrices() : null;
  if (other !== null) takeBackWhereMatricesDiffer(readWithMatrices, other, judged, seed, number !== null);
  else if (number !== null)
    for (const j of judged)
      if (isRight(j.verdict) || isFalse(j.verdict))
        leaveOpen(j, `${number} was read as a number, and a line transposes it: declare its shape`);
}

function takeBackWhereMatricesDiffer(
  readWithMatrices: () => Problem | null,
  other: Problem,
  judged: readonly Judged[],
  seed: number,
  isTransposed = false,
): void {
  let looks = 0;
  const again = checkProblem(() => (looks++ === 0 ? other : (readWithMatrices() ?? other)), seed);
  const lines = (holds: (v: Verdict) => boolean): ReadonlySet<number> =>
    new Set(again.judged.flatMap((j) => (holds(j.verdict) ? [j.claim.item.statement.span.start] : [])));
  const [wrong, right] = [lines(isWrong), lines(isRight)];
  for (const j of judged) {
    const { start } = j.claim.item.statement.span;
    if (isRight(j.verdict) && wrong.has(start)) leaveOpen(j, REASON);
    else if (isTransposed && isFalse(j.verdict) && right.has(start)) leaveOpen(j, OTHERWISE);
  }
}

const isFalse = (v: Verdict): boolean => v === "wrong" || v === "shape-mismatch";

function leaveOpen(j: Judged, reason: string): void {
  j.verdict = "undecided";
  j.mistake = null;
  for (const link of j.links)
    Object.assign(link, { verdict: "undecided", evidence: { method: "none", reason }, mistake: null });
}

const REASON =
  "this is right for numbers, and not for matrices and columns, which capital letters in front of small ones may well be: declare the shapes";
const OTHERWISE = "this is wrong for numbers, and right for matrices and columns: declare the shapes";
