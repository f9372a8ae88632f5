import type { Diagnostic } from "../core/diagnostic.js";
import type { Problem } from "../model/read.js";
import { carryForward } from "./carry.js";
import type { Claim } from "./claims.js";
import type { Layout } from "./derivatives.js";
import { diagnose } from "./diagnose.js";
import { isRight, Judge, type Judged } from "./judge.js";

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
  const result = first.judged.every((j) => !isLayoutTrouble(j))
    ? first
    : (otherLayout(read, first, seed, damaged) ?? first);
  carryForward(result.judge, result.judged);
  for (const judged of result.judged) diagnose(result.judge, judged);
  return { ...result, definitions: result.judge.definitionsOnly, diagnostics: result.judge.problem.model.diagnostics };
}

interface Attempt {
  readonly judge: Judge;
  readonly judged: readonly Judged[];
}

function judgeIn(problem: Problem, layout: Layout, seed: number, damaged: readonly string[]): Attempt {
  const judge = new Judge(problem, layout, seed, damaged);
  return { judge, judged: judge.judge() };
}

const isLayoutTrouble = (j: Judged): boolean => j.verdict === "wrong" || j.verdict === "shape-mismatch";

function otherLayout(read: () => Problem, first: Attempt, seed: number, damaged: readonly string[]): Attempt | null {
  const troubled = first.judged.filter(isLayoutTrouble).length;
  for (const layout of LAYOUTS.slice(1)) {
    const attempt = judgeIn(read(), layout, seed, damaged);
    const helped = attempt.judged.filter((j, k) => isRight(j.verdict) && isLayoutTrouble(first.judged[k] ?? j));
    const hurt = attempt.judged.filter((j, k) => !isRight(j.verdict) && isRight(first.judged[k]?.verdict ?? "wrong"));
    if (hurt.length > 0 || helped.length === 0) continue;
    // One row among columns is a slip; a gradient's layout shows in several lines, a Jacobian's in one.
    if (layout.gradient === "row" && (helped.length < 2 || helped.length < troubled)) continue;
    return {
      judge: attempt.judge,
      judged: attempt.judged.map((j, k) => ({
        ...j,
        layout: helped.includes(j) && layout.gradient === "row" && k >= 0 ? "numerator" : null,
      })),
    };
  }
  return null;
}
