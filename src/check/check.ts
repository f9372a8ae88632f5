import type { Diagnostic } from "../core/diagnostic.js";
import type { Problem } from "../model/read.js";
import { carryForward } from "./carry.js";
import type { Claim } from "./claims.js";
import type { Layout } from "./derivatives.js";
import { diagnose } from "./diagnose.js";
import { Judge } from "./judge.js";
import { isRight, type Judged } from "./verdict.js";

export interface CheckedProblem {
  readonly judge: Judge;
  readonly judged: readonly Judged[];
  readonly definitions: readonly Claim[];
  readonly diagnostics: readonly Diagnostic[];
}

const LAYOUTS: readonly Layout[] = [
  { gradient: "column", jacobian: "outputs-first" },
  { gradient: "column", jacobian: "inputs-first" },
  { gradient: "row", jacobian: "outputs-first" },
];

/**
 * Judges every claim of a problem. `read` makes the problem anew, since a layout changes what its names mean;
 * `damaged` are formulas of the file that could not be parsed.
 * A claim that the usual layout calls wrong is looked at in the other ones: if these make all lines right that tell
 * layouts apart, and there are several of them, the author writes in that layout.
 */
export function checkProblem(read: () => Problem, seed: number, damaged: readonly string[] = []): CheckedProblem {
  const problem = read();
  const wanted = problem.model.layout === "numerator" ? LAYOUTS[2] : LAYOUTS[0];
  const first = judgeIn(problem, wanted ?? { gradient: "column", jacobian: "outputs-first" }, seed, damaged);
  const result = dependsOnLayout(first) ? (otherLayout(read, first, seed, damaged) ?? first) : first;
  carryForward(result.judge, result.judged);
  for (const judged of result.judged) diagnose(result.judge, judged);
  const { judge } = result;
  const diagnostics = [...judge.problem.model.diagnostics, ...judge.readings()];
  return { ...result, definitions: judge.definitionsOnly, diagnostics };
}

interface Attempt {
  readonly judge: Judge;
  readonly judged: readonly Judged[];
}

function judgeIn(problem: Problem, layout: Layout, seed: number, damaged: readonly string[]): Attempt {
  const judge = new Judge(problem, layout, seed, damaged);
  return { judge, judged: [...judge.judge()] };
}

const isLayoutTrouble = (j: Judged): boolean => j.verdict === "wrong" || j.verdict === "shape-mismatch";

/** A layout transposes derivatives: what is wrong and not the transpose of the truth is wrong in every layout, where no other derivative stands. */
function dependsOnLayout({ judge, judged }: Attempt): boolean {
  const troubled = judged.filter(isLayoutTrouble);
  const named = judge.definitionsOnly.length > 0 || judged.some((j) => j.uses || j.head === null);
  return troubled.some((j) => named || j.links.length > 1 || j.links.some((l) => l.transposed));
}

function otherLayout(read: () => Problem, first: Attempt, seed: number, damaged: readonly string[]): Attempt | null {
  for (const layout of LAYOUTS.slice(1)) {
    if (!first.judge.readsOtherwise(layout)) continue;
    const attempt = better(new Judge(read(), layout, seed, damaged), layout, first);
    if (attempt !== null) return attempt;
  }
  return null;
}

/** The claims in another layout, or `null` as soon as one shows that this is not the author's. */
function better(judge: Judge, layout: Layout, first: Attempt): Attempt | null {
  const isRow = layout.gradient === "row";
  const judged: Judged[] = [];
  let helped = 0;
  for (const j of judge.judge()) {
    const before = first.judged[judged.length];
    const right = isRight(j.verdict);
    const troubled = before !== undefined && isLayoutTrouble(before);
    const hurts = !right && before !== undefined && isRight(before.verdict);
    // One row among columns is a slip, so all that a layout is to explain it must explain.
    if (hurts || (isRow && troubled && !right)) return null;
    const helps = right && troubled;
    if (helps) helped += 1;
    judged.push({ ...j, layout: helps && isRow ? "numerator" : null });
  }
  // A gradient's layout shows in several lines, a Jacobian's in one.
  return helped < (isRow ? 2 : 1) ? null : { judge, judged };
}
