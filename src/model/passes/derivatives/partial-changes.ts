import type { Syntax } from "../../../notation/syntax.js";
import { mapOperands, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, mentionsDerivative, withSides } from "../../symbols/statements.js";

/*
 * `\partial(X^{-1}) = -X^{-1} (\partial X) X^{-1}`: a ∂ that stands in no quotient, on both sides of an equation, is the d of
 * differentials.
 */

export const withPartialChanges = (items: readonly Item[]): readonly Item[] =>
  items.map((item) => {
    const { sides } = item.statement;
    const [first, ...rest] = sides;
    const isOfChanges = first !== undefined && isEquation(item.statement) && isChange(first) && rest.some(hasChange);
    return isOfChanges ? withSides(item, put) : item;
  });

const isSign = (s: Syntax | undefined): boolean => s?.kind === "symbol" && s.name === "\\partial";
const isChange = (s: Syntax): boolean => s.kind === "juxtaposition" && isSign(s.items[0]) && s.items.length > 1;

/** A quotient, with a bar or a slash, keeps its signs. */
const isQuotient = (s: Syntax): boolean =>
  (s.kind === "fraction" || (s.kind === "product" && s.operators.includes("/"))) && mentionsDerivative(s);

function hasChange(s: Syntax): boolean {
  if (isQuotient(s)) return false;
  let found = s.kind === "juxtaposition" && s.items.some((x, k) => isSign(x) && isSymbol(s.items[k + 1]));
  mapOperands(s, (n) => {
    found ||= hasChange(n);
    return n;
  });
  return found;
}

const isSymbol = (s: Syntax | undefined): boolean => s !== undefined && takeApart(s) !== null;

function put(s: Syntax): Syntax {
  if (isQuotient(s)) return s;
  const inner = mapOperands(s, put);
  if (inner.kind !== "juxtaposition") return inner;
  const items = inner.items.map((x, k) =>
    x.kind === "symbol" && isSign(x) && inner.items[k + 1] !== undefined ? { ...x, name: "d", latex: "d" } : x,
  );
  return { ...inner, items };
}
