import type { Diagnostic } from "../core/diagnostic.js";
import type { Problem } from "../model/read.js";
import { carryForward } from "./carry.js";
import type { Claim } from "./claims.js";
import type { Layout } from "./derivatives.js";
import { diagnose } from "./diagnose.js";
import { firstOfLine, onePerLine } from "./instances.js";
import { type Beside, Judge } from "./judge.js";
import { dependsOnLayout, otherLayout, usualLayout } from "./layouts.js";
import { heedDamagedChains } from "./scan-damage.js";
import { LinesAbout, SharedProblem } from "./shared-problem.js";
import { heedUnordered, type Judged } from "./verdict.js";

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

/**
 * Judges every claim of a problem. `read` makes the problem anew, since a layout changes what its names mean.
 * A claim that the usual layout calls wrong is looked at in the other ones: if these make all lines right that tell
 * layouts apart, and there are several of them, the author writes in that layout.
 */
export function checkProblem(read: () => Problem, seed: number, beside: Beside = {}): CheckedProblem {
  const problem = read();
  const judgeIn = (layout: Layout, again?: Problem): Judge => new Judge(again ?? read(), layout, seed, beside);
  const firstJudge = judgeIn(usualLayout(problem), problem);
  const first = { judge: firstJudge, judged: [...firstJudge.judge()] };
  const result = dependsOnLayout(first) ? (otherLayout(judgeIn, first) ?? first) : first;
  const { judge } = result;
  const there = result === first && judge.common instanceof LinesAbout ? judge.common.there(result.judged) : null;
  const { judge: adviser, judged } = there ?? result;
  heedUnordered(judged);
  carryForward(adviser, judged);
  if (there !== null) there.diagnose();
  else for (const j of judged) diagnose(judge, j);
  heedDamagedChains(judged);
  const diagnostics = [...judge.problem.model.diagnostics, ...judge.readings()];
  const asking = there?.within ?? (<T>(f: () => T): T => f());
  // What is a part of a line that is judged, a name at the end of its chain, say, needs no answer of its own.
  const spans = judged.map((j) => j.claim.item.statement.span);
  const isPart = ({ item: { statement } }: Claim): boolean =>
    spans.some((s) => s.start < statement.span.start && statement.span.end <= s.end);
  const definitions = firstOfLine(judge.definitionsOnly).filter((c) => !isPart(c));
  return { judge, judged: onePerLine(judged), adviser, asking, definitions, diagnostics };
}

/** A problem about which many people write lines: what is found out for one serves the next. */
export const sharedProblem = (read: () => Problem, seed: number): SharedProblem =>
  new SharedProblem(read, usualLayout, seed);
