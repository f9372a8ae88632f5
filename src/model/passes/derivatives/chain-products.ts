import type { Statement, Syntax } from "../../../notation/syntax.js";
import { mapOperands, scriptText, takeApart } from "../../symbols/scripts.js";
import { isPureDerivative, mentionsDerivative } from "../../symbols/statements.js";

/*
 * `\text{prod}(\frac{\partial L}{\partial o}, \frac{\partial o}{\partial W})`: an operator that multiplies the derivatives of a chain in
 * whichever way their shapes need. That is what derivatives side by side mean.
 */

/** The statement with such products written side by side. */
export function withChainProducts(st: Statement): Statement {
  if (!st.sides.slice(1).some(mentionsDerivative)) return st;
  const sides = st.sides.map(spelled);
  return sides.every((s, k) => s === st.sides[k]) ? st : { ...st, sides };
}

function spelled(s: Syntax): Syntax {
  const [head, group, ...more] = s.kind === "juxtaposition" ? s.items : [];
  const name = head === undefined ? null : takeApart(head);
  if (more.length > 0 || name === null || !/^prod$/i.test(name.symbol.name)) return mapOperands(s, spelled);
  const factors = group?.kind === "group" && group.open === "(" && group.body.kind === "list" ? group.body.items : [];
  return factors.length > 1 && isChain(factors) ? { kind: "juxtaposition", items: factors, span: s.span } : s;
}

/** Each is a derivative of what the one before is a derivative by. */
const isChain = (factors: readonly Syntax[]): boolean =>
  factors.every((f, k) => {
    const next = factors[k + 1];
    if (f.kind !== "fraction" || !isPureDerivative(f)) return false;
    return next === undefined || (next.kind === "fraction" && scriptText(f.denominator) === scriptText(next.numerator));
  });
