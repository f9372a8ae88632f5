import { unlessRefused } from "../core/unless-refused.js";
import { ofNumerator } from "../model/passes/derivatives/differentiated.js";
import type { Problem } from "../model/read.js";
import { latexOf } from "../model/symbols/latex.js";
import { nodesIn } from "../model/symbols/letters.js";
import { takeApart } from "../model/symbols/scripts.js";
import type { Syntax } from "../notation/syntax.js";

/**
 * `\partial L/\partial \alpha = \frac{\partial L}{\partial c} h` with columns c and h and a number α: the product can only be an
 * inner one, and many write gradients as rows. The gradient in front, as written.
 */
export function gradientInFront(problem: Problem, { left, right }: { left: Syntax; right: Syntax }): string | null {
  // In a chain, what stands on the left may be the step before.
  const last = left.kind === "juxtaposition" ? left.items.at(-1) : left;
  if (last === undefined || axesBelow(problem, last) !== 0) return null;
  for (const n of nodesIn(right)) {
    const items = n.kind === "juxtaposition" ? n.items : [];
    const k = items.findIndex((s, at) => axesBelow(problem, s) === 1 && isColumn(problem, items[at + 1]));
    const found = items[k];
    if (found !== undefined) return latexOf(found);
  }
  return null;
}

/** How many axes that has by which a fraction differentiates; `null` of anything else. */
function axesBelow(problem: Problem, s: Syntax): number | null {
  const [below] = s.kind === "fraction" && ofNumerator(s.numerator).length > 0 ? ofNumerator(s.denominator) : [];
  return below === undefined ? null : axesOf(problem, below);
}

/** A column, or the derivative of one by a number. */
function isColumn(problem: Problem, s: Syntax | undefined): boolean {
  if (s?.kind !== "fraction") return s !== undefined && axesOf(problem, s) === 1;
  const [of] = ofNumerator(s.numerator);
  return of !== undefined && axesOf(problem, of) === 1 && axesBelow(problem, s) === 0;
}

function axesOf({ elaborator }: Problem, s: Syntax): number | null {
  const t = takeApart(s);
  const found = t === null ? null : unlessRefused(() => elaborator.symbols.resolve(t));
  if (found === null || found.spec.axes === null || found.actions.length > 0) return null;
  return found.spec.axes.length - found.entries.length;
}
