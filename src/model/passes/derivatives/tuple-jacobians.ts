import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { mapOperands, takeApart } from "../../symbols/scripts.js";
import { type Item, withSides } from "../../symbols/statements.js";

/* `\frac{\partial (u, v)}{\partial (x, y)}`: the matrix of the derivatives of each by each, a row for each of u and v. */

export const withTuplesSpelled = (items: readonly Item[]): readonly Item[] =>
  items.map((item) => {
    const next = withSides(item, spelled);
    return next === item ? item : { ...next, statement: withDeterminants(next.statement, item.statement) };
  });

/** The sign is as often the determinant: where a side is an expression without a matrix, it is that. */
function withDeterminants(st: Statement, before: Statement): Statement {
  const isTuple = (s: Syntax, k: number): boolean => s.kind === "matrix" && s !== before.sides[k];
  const others = st.sides.filter((s, k) => !isTuple(s, k));
  // `J = …` alone names the matrix.
  const isNumber = others.some((s, k) => (k > 0 || st.sides[0] !== s || others.length > 1) && takeApart(s) === null);
  const isLoneRight = st.sides.length === 2 && isTuple(st.sides[0] ?? st.sides[1] ?? NOTHING, 0);
  const isSquare = (s: Syntax): boolean => s.kind === "matrix" && s.rows.length === s.rows[0]?.length;
  if (others.some((s) => nodesIn(s).some((n) => n.kind === "matrix")) || !(isNumber || isLoneRight)) return st;
  const sides = st.sides.map(
    (s, k): Syntax => (isTuple(s, k) && isSquare(s) ? { kind: "group", open: "|", body: s, span: s.span } : s),
  );
  return { ...st, sides };
}

const NOTHING: Syntax = { kind: "empty", span: { start: 0, end: 0 } };

function spelled(s: Syntax): Syntax {
  if (s.kind !== "fraction") return mapOperands(s, spelled);
  const [of, by] = [tupleBehindSign(s.numerator), tupleBehindSign(s.denominator)];
  if (of === null || by === null) return mapOperands(s, spelled);
  const { span } = s;
  const derivative = (f: Syntax, x: Syntax): Syntax => ({
    kind: "fraction",
    numerator: { kind: "juxtaposition", items: [of.sign, f], span: f.span },
    denominator: { kind: "juxtaposition", items: [by.sign, x], span: x.span },
    span,
  });
  return {
    kind: "matrix",
    environment: "bmatrix",
    rows: of.parts.map((f) => by.parts.map((x) => derivative(f, x))),
    span,
  };
}

/** The sign and the parts of `\partial (u, v)`. */
function tupleBehindSign(s: Syntax): { readonly sign: SyntaxOf<"symbol">; readonly parts: readonly Syntax[] } | null {
  const [sign, group, more] = s.kind === "juxtaposition" ? s.items : [];
  if (sign?.kind !== "symbol" || sign.name !== "\\partial" || group?.kind !== "group" || more !== undefined)
    return null;
  return group.open === "(" && group.body.kind === "list" ? { sign, parts: group.body.items } : null;
}
