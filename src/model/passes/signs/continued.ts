import type { FormulaText } from "../../../document/document.js";
import type { Statement } from "../../../notation/syntax.js";
import type { Item } from "../../symbols/statements.js";

/**
 * `$$= B$$` goes on with the formula above it: the same chain, whose last link is written anew. Words and formulas within
 * the sentences between them do not part the two. A statement that begins otherwise is left as it is.
 */
export function continued(st: Statement, formula: FormulaText, before: readonly Item[]): Statement {
  const [left, ...rest] = st.sides;
  if (left?.kind !== "empty" || rest.length === 0 || st.relations[0] !== "=") return st;
  const above = before.findLast(
    (i) =>
      i.formula.display === formula.display &&
      i.formula.section === formula.section &&
      (formula.display || i.formula.sentence === formula.sentence),
  );
  const sides = above?.statement.sides ?? [];
  const [head, ...links] = sides;
  const last = links.at(-1);
  if (head === undefined || above?.statement.relations.some((r) => r !== "=" && r !== ":=") === true) return st;
  return last === undefined
    ? { ...st, sides: [head, ...rest] }
    : { ...st, sides: [head, last, ...rest], relations: ["=", ...st.relations] };
}
