import { unlessRefused } from "../../core/unless-refused.js";
import type { Syntax } from "../../notation/syntax.js";
import { operatorForm } from "../elaborate/derivatives.js";
import type { Elaborator } from "../elaborate/elaborator.js";
import { isTransposed, scriptText, takeApart } from "../symbols/scripts.js";

/** What is differentiated, over how many neighbours, and the mark of its gradient. */
interface TransposedNumber {
  readonly bare: Syntax;
  readonly length: number;
  readonly mark: Syntax;
}

/**
 * `\nabla g^\top v`, `\nabla g(x)^\top v`: nobody transposes a number, so what is transposed is its gradient. `\nabla_z L (a)^\top` of
 * another quantity than z is a product.
 */
export function transposedNumber(e: Elaborator, operator: Syntax, rest: readonly Syntax[]): TransposedNumber | null {
  const [first, second] = rest;
  if (first === undefined) return null;
  const isApplied = second !== undefined && takeApart(first) !== null && isOwnVariable(e, operator, second);
  const last = isApplied ? second : first;
  if (last.kind !== "scripted" || last.sup === null || !isTransposed(last.sup)) return null;
  const plain: Syntax = last.sub === null && last.primes === 0 ? last.base : { ...last, sup: null };
  const span = { start: first.span.start, end: plain.span.end };
  const bare: Syntax = isApplied ? { kind: "juxtaposition", items: [first, plain], span } : plain;
  const value = unlessRefused(() => e.elaborate(bare));
  return value?.axes.length === 0 ? { bare, length: isApplied ? 2 : 1, mark: last.sup } : null;
}

/** Are these parentheses around what is differentiated by? */
function isOwnVariable(e: Elaborator, operator: Syntax, s: Syntax): boolean {
  const group = s.kind === "scripted" ? s.base : s;
  const by = operatorForm(operator, e)?.wrt ?? [];
  return group.kind === "group" && group.open === "(" && by.some((x) => scriptText(x) === scriptText(group.body));
}
