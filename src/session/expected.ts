import type { Judge, Judged } from "../check/judge.js";
import { printNode } from "../print/index-form.js";
import { printMatrix } from "../print/matrix-form.js";
import { vectorize } from "../vectorize/vectorize.js";
import { namesFor } from "./problem.js";

/** The true right side for a line that is wrong, in the form in which it was asked: by index or as a whole. */
export function expectedAnswer(judge: Judge, judged: Judged): string | null {
  const { head } = judged;
  const [link] = judged.links;
  const left = link?.question?.left;
  if (head === null || left?.kind !== "entry") return null;
  const [equation] = judge.context.definitions.get(left.tensor) ?? [];
  if (equation === undefined) return null;
  const { arena } = judge.context;
  const names = namesFor(judge.derivatives.model);
  const map = new Map(
    equation.at.flatMap((p, k) => {
      const index = arena.indexOf(p);
      const target = left.at[k];
      return index === null || target === undefined ? [] : [[index, target] as const];
    }),
  );
  const body = arena.substitute(equation.body, map);
  const whole = left.at
    .map((p) => arena.indexOf(p))
    .filter((i) => i !== null)
    .filter((i) => i.name.startsWith("'"));
  if (whole.length === left.at.length && whole.length > 0 && whole.length <= 2) {
    const form = vectorize(arena, whole, body, judge.problem.model.letters);
    if (form.matrix !== undefined) return printMatrix(form.matrix, names);
  }
  return printNode(body, names);
}
