import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";

/*
 * `\begin{cases} \frac1p (p - p^2) = 1 - p & i = t \\ \frac1p (-p_i p) = -p_i & i \ne t \end{cases}`: a chain in each case says what a
 * chain of cases says.
 */

export function withChainedCases(st: Statement): Statement {
  if (!st.sides.some((s) => s.kind === "cases" && lengthOf(s) > 1)) return st;
  const links = st.sides.map((s) => (s.kind === "cases" && lengthOf(s) > 1 ? linksOf(s) : [s]));
  return {
    ...st,
    sides: links.flat(),
    relations: links.flatMap((own, k) => [...own.slice(1).map(() => "="), ...st.relations.slice(k, k + 1)]),
  };
}

type Cases = SyntaxOf<"cases">;

const chainOf = (value: Syntax): readonly Syntax[] =>
  value.kind === "relation" && value.operators.every((o) => o === "=") ? value.items : [value];

/** How many sides each case has; 1 where they differ, or where a value is no chain. */
function lengthOf({ rows }: Cases): number {
  const [first, ...others] = rows.map((r) => chainOf(r.value).length);
  return first !== undefined && others.every((n) => n === first) ? first : 1;
}

const linksOf = (s: Cases): readonly Syntax[] =>
  Array.from(
    { length: lengthOf(s) },
    (_, k): Cases => ({
      ...s,
      rows: s.rows.map((r) => ({ ...r, value: chainOf(r.value)[k] ?? r.value })),
    }),
  );
