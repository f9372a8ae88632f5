import type { Syntax, SyntaxOf } from "../notation/syntax.js";
import { mapOperands } from "./scripts.js";
import { type Item, withSides } from "./statements.js";

/* `\frac{\partial (u, v)}{\partial (x, y)}`: the matrix of the derivatives of each by each, a row for each of u and v. */

export const withTuplesSpelled = (items: readonly Item[]): readonly Item[] => items.map((i) => withSides(i, spelled));

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
