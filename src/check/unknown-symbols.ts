import { Refusal } from "../core/diagnostic.js";
import { functionKind } from "../model/functions/applications.js";
import type { Problem } from "../model/read.js";
import { nodesIn } from "../model/symbols/letters.js";
import { children, headKey, takeApart } from "../model/symbols/scripts.js";
import { firstOf } from "../model/values/stacked.js";
import type { Syntax } from "../notation/syntax.js";

/**
 * Why an expression is refused: where it uses a symbol that nothing says anything of, whatever does not fit about shapes
 * comes of taking that symbol for a number.
 */
export function unknownFirst(problem: Problem, s: Syntax, refusal: Refusal): Refusal {
  const { elaborator: e } = problem;
  const { code } = refusal.diagnostic;
  // Which positions a known array has does not depend on the rest of a line.
  if (!code.startsWith("shape/") || code === "shape/unknown" || code === "shape/index-range") return refusal;
  // What was met while this was read: the d of `dZ` and the T of `(X Y)^T` are no symbols.
  const given = headsGiven(problem);
  const met = new Set(e.symbols.all.flatMap(({ tensor, head }) => (tensor === null && !given.has(head) ? [head] : [])));
  const stack = [s];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    const t = takeApart(n);
    // What stands above or below is a mark or a position.
    if (t === null) stack.push(...(n.kind === "scripted" ? [n.base] : children(n)).toReversed());
    if (t === null || !met.has(headKey(t.symbol)) || functionKind(e, t) !== null) continue;
    try {
      const value = e.value(n);
      value.at(value.axes.map((d) => firstOf(e.arena, d)));
    } catch (error) {
      if (error instanceof Refusal && error.diagnostic.code === "symbol/unknown") return error;
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return refusal;
}

/** The heads of all that stands in the problem, in the name of a quantity too: the z of `\gamma(z_{nk})`. */
function headsGiven({ builder }: Problem): ReadonlySet<string> {
  const given = builder.premises.filter((i) => i.kind === "forward" || i.kind === "function");
  const nodes = given.flatMap((i) => i.statement.sides.flatMap(nodesIn));
  return new Set(nodes.flatMap((n) => (n.kind === "symbol" ? [headKey(n)] : [])));
}
