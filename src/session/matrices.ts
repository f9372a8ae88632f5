import { checkProblem } from "../check/check.js";
import { isRight, isWrong, type Judged } from "../check/verdict.js";
import type { Problem } from "../model/read.js";

/*
 * `y = W x` of which nothing else is said was read with numbers for W and x, and `\partial L/\partial x = W \, \partial L/\partial y` is right
 * for these. Whoever writes W may well mean a matrix; a line that is false then is left to a person.
 */

/** Takes back what is right for numbers alone, where the same page can be read with matrices. */
export function heedMatrices(readWithMatrices: () => Problem | null, judged: readonly Judged[], seed: number): void {
  const other = judged.some((j) => isRight(j.verdict)) ? readWithMatrices() : null;
  if (other === null) return;
  let looks = 0;
  const again = checkProblem(() => (looks++ === 0 ? other : (readWithMatrices() ?? other)), seed);
  const wrong = new Set(again.judged.flatMap((j) => (isWrong(j.verdict) ? [j.claim.item.statement.span.start] : [])));
  for (const j of judged) {
    if (!isRight(j.verdict) || !wrong.has(j.claim.item.statement.span.start)) continue;
    j.verdict = "undecided";
    for (const link of j.links) {
      link.verdict = "undecided";
      link.evidence = { method: "none", reason: REASON };
    }
  }
}

const REASON =
  "this is right for numbers, and not for matrices and columns, which capital letters in front of small ones may well be: declare the shapes";
