import type { Diagnostic } from "../core/diagnostic.js";
import type { Problem } from "../model/read.js";
import { carryForward } from "./carry.js";
import type { Claim } from "./claims.js";
import type { Layout } from "./derivatives.js";
import { diagnose } from "./diagnose.js";
import { type Beside, Judge } from "./judge.js";
import { LinesAbout, SharedProblem } from "./shared-problem.js";
import { isRight, type Judged } from "./verdict.js";

export interface CheckedProblem {
  readonly judge: Judge;
  readonly judged: readonly Judged[];
  /** Whom to ask more about these lines: the judge, or one whom others asked before. */
  readonly adviser: Judge;
  /** Runs what asks the adviser to read something. */
  readonly asking: <T>(f: () => T) => T;
  readonly definitions: readonly Claim[];
  readonly diagnostics: readonly Diagnostic[];
}

const LAYOUTS: readonly Layout[] = [
  { gradient: "column", jacobian: "outputs-first" },
  { gradient: "column", jacobian: "inputs-first" },
  { gradient: "row", jacobian: "outputs-first" },
];

/**
 * Judges every claim of a problem. `read` makes the problem anew, since a layout changes what its names mean.
 * A claim that the usual layout calls wrong is looked at in the other ones: if these make all lines right that tell
 * layouts apart, and there are several of them, the author writes in that layout.
 */
export function checkProblem(read: () => Problem, seed: number, beside: Beside = {}): CheckedProblem {
  const problem = read();
  const usual = usualLayout(problem);
  const first = judgeIn(problem, usual, seed, beside);
  const result = dependsOnLayout(first) ? (otherLayout(read, first, seed, beside) ?? first) : first;
  const { judge } = result;
  const there = result === first && judge.common instanceof LinesAbout ? judge.common.there(result.judged) : null;
  const { judge: adviser, judged } = there ?? result;
  carryForward(adviser, judged);
  if (there !== null) there.diagnose();
  else for (const j of judged) diagnose(judge, j);
  const diagnostics = [...judge.problem.model.diagnostics, ...judge.readings()];
  const asking = there?.within ?? (<T>(f: () => T): T => f());
  return { judge, judged, adviser, asking, definitions: judge.definitionsOnly, diagnostics };
}

/** A problem about which many people write lines: what is found out for one serves the next. */
export const sharedProblem = (read: () => Problem, seed: number): SharedProblem =>
  new SharedProblem(read, usualLayout, seed);

const usualLayout = ({ model }: Problem): Layout =>
  (model.layout === "numerator" ? LAYOUTS[2] : LAYOUTS[0]) ?? { gradient: "column", jacobian: "outputs-first" };

interface Attempt {
  readonly judge: Judge;
  readonly judged: readonly Judged[];
}

function judgeIn(problem: Problem, layout: Layout, seed: number, beside: Beside): Attempt {
  const judge = new Judge(problem, layout, seed, beside);
  return { judge, judged: [...judge.judge()] };
}

const isLayoutTrouble = (j: Judged): boolean => j.verdict === "wrong" || j.verdict === "shape-mismatch";

/** A layout transposes derivatives: what is wrong and not the transpose of the truth is wrong in every layout, where no other derivative stands. */
function dependsOnLayout({ judge, judged }: Attempt): boolean {
  const troubled = judged.filter(isLayoutTrouble);
  const named = judge.definitionsOnly.length > 0 || judged.some((j) => j.uses || j.head === null);
  return troubled.some((j) => named || j.links.length > 1 || j.links.some((l) => l.transposed));
}

function otherLayout(read: () => Problem, first: Attempt, seed: number, beside: Beside): Attempt | null {
  for (const layout of LAYOUTS.slice(1)) {
    if (!first.judge.readsOtherwise(layout)) continue;
    const attempt = better(new Judge(read(), layout, seed, beside), layout, first);
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
