import { diagnostic } from "../core/diagnostic.js";
import type { Syntax } from "../notation/syntax.js";
import type { Builder } from "./build/builder.js";
import { nodesIn } from "./letters.js";
import { takeApart } from "./scripts.js";
import { targetKey } from "./statements.js";

/*
 * `|r| \le \delta` in a definition by cases: what an absolute value or a norm is compared with is positive, or one of the
 * cases would be none. Authors seldom say so.
 */

const COMPARES = new Set(["<", ">", "\\le", "\\ge"]);

/** Takes such thresholds to be positive, where they are given and nothing else is said of them. */
export function readThresholds(builder: Builder): void {
  const given = new Map<string, Syntax>();
  for (const item of builder.premises)
    for (const node of [item.statement, ...item.statement.conditions].flatMap((st) => st.sides.flatMap(nodesIn)))
      for (const s of node.kind === "cases" ? node.rows.flatMap((r) => r.condition ?? []) : []) {
        const threshold = thresholdIn(s);
        const t = threshold === null ? null : takeApart(threshold);
        if (threshold !== null && t !== null) given.set(targetKey(t), threshold);
      }
  for (const [head, { span }] of given)
    for (const { tensor, defined } of builder.symbols.withHead(head)) {
      if (tensor === null || tensor.axes.length > 0 || defined) continue;
      if (builder.assumptions.some((a) => a.kind !== "equal" && a.tensor === tensor)) continue;
      const text = `$${tensor.latex} > 0$`;
      builder.assumptions.push({ kind: "positive", tensor, text });
      const message = `${tensor.latex} bounds an absolute value or a norm, so it is taken to be positive`;
      builder.diagnostics.push(diagnostic("note", "reading/threshold", message, span));
    }
}

/** The δ of `|r| \le \delta` and of `-\delta \le r \le \delta`. */
function thresholdIn(s: Syntax): Syntax | null {
  if (s.kind !== "relation" || !s.operators.every((o) => COMPARES.has(o))) return null;
  const [first, second, third, more] = s.items;
  if (first === undefined || second === undefined || more !== undefined) return null;
  if (third === undefined) return isSize(first) ? second : isSize(second) ? first : null;
  return isNegative(first, third) ? third : isNegative(third, first) ? first : null;
}

const isSize = (s: Syntax): boolean => s.kind === "group" && (s.open === "|" || s.open === "\\|" || s.open === "||");

function isNegative(s: Syntax, of: Syntax): boolean {
  const [only, more] = s.kind === "sum" ? s.terms : [];
  const [a, b] = [only === undefined ? null : takeApart(only.body), takeApart(of)];
  if (only === undefined || more !== undefined || only.sign > 0 || a === null || b === null) return false;
  return targetKey(a) === targetKey(b) && a.subs.length + b.subs.length === 0;
}
