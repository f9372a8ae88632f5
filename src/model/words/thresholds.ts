import { diagnostic } from "../../core/diagnostic.js";
import { flatMap } from "../../core/flat-map.js";
import type { Span } from "../../core/span.js";
import type { Syntax } from "../../notation/syntax.js";
import type { Builder } from "../build/builder.js";
import { nodesIn } from "../symbols/letters.js";
import { takeApart } from "../symbols/scripts.js";
import { type Item, targetKey } from "../symbols/statements.js";

/*
 * `|r| \le \delta` in a definition by cases: what an absolute value or a norm is compared with is positive, or one of the
 * cases would be none. Authors seldom say so.
 */

const COMPARES = new Set(["<", ">", "\\le", "\\ge"]);

/** Takes such thresholds to be positive, where they are given and nothing else is said of them. */
export function readThresholds(builder: Builder): void {
  for (const [head, span] of thresholdsOf(builder.premises))
    for (const { tensor, defined } of builder.symbols.withHead(head)) {
      if (tensor === null || tensor.axes.length > 0 || defined) continue;
      if (builder.assumptions.some((a) => a.kind !== "equal" && a.tensor === tensor)) continue;
      builder.assumptions.push({ kind: "positive", tensor, text: `$${tensor.latex} > 0$` });
      const message = `${tensor.latex} bounds an absolute value or a norm, so it is taken to be positive`;
      builder.diagnostics.push(diagnostic("note", "reading/threshold", message, span));
    }
}

/** The heads of symbols that a case is bounded by, each with its last place. */
function thresholdsOf(items: readonly Item[]): ReadonlyMap<string, Span> {
  const statements = flatMap(items, ({ statement }) => [statement, ...statement.conditions]);
  const cases = flatMap(statements, (st) => flatMap(st.sides, nodesIn)).filter((n) => n.kind === "cases");
  const found = flatMap(cases, ({ rows }) =>
    flatMap(rows, ({ condition }): readonly (readonly [string, Span])[] => {
      const threshold = condition === null ? null : thresholdIn(condition);
      const t = threshold === null ? null : takeApart(threshold);
      return threshold === null || t === null ? [] : [[targetKey(t), threshold.span]];
    }),
  );
  return new Map(found);
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
