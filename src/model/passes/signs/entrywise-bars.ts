import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { mapOperands, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey, withSides } from "../../symbols/statements.js";

/*
 * `r = |x|^2 \odot y`, and `P = |v|^2` where P stands beside ⊙: the bars are taken entry by entry, and the square with them. Else
 * `|v|^2` is the square of a length.
 */

/** `x \odot x` for such an `|x|^2`, wherever it stands. */
export function withEntrywiseBars(items: readonly Item[], premises: readonly Item[]): readonly Item[] {
  const all = [...premises, ...items];
  const forward = all.filter(({ statement: st }) => isEquation(st) && !st.sides.some(mentionsDerivative));
  if (!forward.some((i) => i.statement.sides.flatMap(nodesIn).some((n) => squared(n) !== null))) return items;
  const beside = forward.flatMap((i) => i.statement.sides.flatMap(nodesIn)).flatMap(entrywiseFactors);
  const arrays = new Set(beside.flatMap((s) => takeApart(s) ?? []).map(targetKey));
  const given = forward.flatMap(({ statement: { sides } }) => {
    const left = sides[0] === undefined ? null : leftSide(sides[0]);
    return left !== null && arrays.has(targetKey(left.target)) ? sides.slice(1) : [];
  });
  const found = new Set([...beside, ...given].flatMap((s) => squared(s) ?? []).map(scriptText));
  const put = (s: Syntax): Syntax => {
    const inner = mapOperands(s, put);
    const body = squared(inner);
    if (body === null || !found.has(scriptText(body))) return inner;
    const product: Syntax = { kind: "product", items: [body, body], operators: ["\\odot"], span: s.span };
    return { kind: "group", open: "(", body: product, span: s.span };
  };
  return found.size === 0 ? items : items.map((item) => withSides(item, put));
}

/** The v of `|v|^2`. */
function squared(s: Syntax): Syntax | null {
  if (s.kind !== "scripted" || s.sub !== null || s.base.kind !== "group" || s.base.open !== "|") return null;
  const isSquare = s.sup?.kind === "number" && s.sup.text === "2";
  return isSquare ? withBrackets(s.base) : null;
}

const withBrackets = (group: SyntaxOf<"group">): Syntax =>
  takeApart(group.body) === null ? { ...group, open: "(" } : group.body;

/** What stands next to a ⊙. */
const entrywiseFactors = (n: Syntax): readonly Syntax[] =>
  n.kind === "product" ? n.items.filter((_, k) => n.operators[k] === "\\odot" || n.operators[k - 1] === "\\odot") : [];
