import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { latexOf } from "../../symbols/latex.js";
import { nodesIn } from "../../symbols/letters.js";
import { mapOperands, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, mentionsDerivative } from "../../symbols/statements.js";
import { isLossLetter } from "../../words/upstream.js";

/**
 * `z = g(p(s), q(s))` beside `\partial z/\partial p`: p is the value of the function p as well, so that `p = p(s)` is an
 * equation and `z = g(p, q)` another. Only symbols that no equation defines and that some derivative names are such values.
 */
export function withInnerValues(items: readonly Item[], notes: Diagnostic[]): readonly Item[] {
  const differentiated = new Set(flatMap(items, ({ statement }) => flatMap(statement.sides, differentiatedIn)));
  if (differentiated.size === 0) return items;
  const defined = new Set(flatMap(items, ({ statement }) => (isEquation(statement) ? [textOfLeft(statement)] : [])));
  const isValue = (name: string): boolean => differentiated.has(name) && !defined.has(name);
  const told = new Set<string>();
  return flatMap(items, (item): readonly Item[] => {
    const { statement } = item;
    const [left, ...right] = statement.sides;
    if (left === undefined || !isEquation(statement) || statement.sides.some(mentionsDerivative)) return [item];
    const values: Syntax[] = [];
    const sides = right.map((s) => withoutInner(s, isValue, values, false));
    if (values.length === 0) return [item];
    const own = flatMap(values, (v): readonly Item[] => {
      const [head] = v.kind === "juxtaposition" ? v.items : [];
      if (head === undefined || told.has(scriptText(head))) return [];
      told.add(scriptText(head));
      const text = `${latexOf(head)} stands for ${latexOf(v)}`;
      notes.push(diagnostic("note", "reading/inner-function", text, v.span));
      return [{ ...item, statement: { ...statement, sides: [head, v], relations: ["="], conditions: [] } }];
    });
    return [...own, { ...item, statement: { ...statement, sides: [left, ...sides] } }];
  });
}

const textOfLeft = ({ sides: [left] }: Statement): string => (left === undefined ? "" : scriptText(left));

/** The symbols of `\partial p`, `dq`. */
function differentiatedIn(s: Syntax): readonly string[] {
  return flatMap(nodesIn(s), (n) => {
    if (n.kind !== "fraction") return [];
    return flatMap([n.numerator, n.denominator], (part) => {
      const [sign, symbol, ...more] = part.kind === "juxtaposition" ? part.items : [];
      const isSign = sign?.kind === "symbol" && (sign.name === "\\partial" || sign.name === "d");
      return isSign && symbol !== undefined && more.length === 0 && takeApart(symbol) !== null
        ? [scriptText(symbol)]
        : [];
    });
  });
}

/** The tree with `p` for `p(s)` inside the parentheses of another function; what was replaced goes to `found`. */
function withoutInner(s: Syntax, isValue: (name: string) => boolean, found: Syntax[], inside: boolean): Syntax {
  const [head, group] = s.kind === "juxtaposition" ? s.items : [];
  const applied = s.kind === "juxtaposition" && group?.kind === "group" && group.open === "(" && takeApartHead(head);
  const isLoss = head !== undefined && isLossOfMember(head);
  const isApplied =
    applied && (inside || isLoss) && head !== undefined && s.items.length === 2 && isValue(scriptText(head));
  if (isApplied && mayApply(head, group.body)) {
    found.push(s);
    return head;
  }
  if (!applied) return mapOperands(s, (n) => withoutInner(n, isValue, found, inside && s.kind !== "sum"));
  const [first, arguments_, ...rest] = s.items;
  if (first === undefined || arguments_?.kind !== "group") return s;
  const body = argumentsOf(arguments_.body, (n) => withoutInner(n, isValue, found, true));
  return { ...s, items: [first, { ...arguments_, body }, ...rest] };
}

/** The loss of one step or example: `\ell_t(o_t)` of a sum of these. */
function isLossOfMember(head: Syntax): boolean {
  const t = takeApart(head);
  return t !== null && t.subs.length > 0 && isLossLetter(t);
}

/** `a_i (\theta_j - b_i)` is a product: what is applied to more than names has the letter of a function. */
function mayApply(head: Syntax, body: Syntax): boolean {
  const args = body.kind === "list" ? body.items : [body];
  const name = takeApart(head)?.symbol.name ?? "";
  return (
    args.every((a) => takeApart(a) !== null) || /^(?:[fghuvFGH]|\\(?:phi|psi|varphi|Phi|Psi|rho|sigma))$/.test(name)
  );
}

const takeApartHead = (head: Syntax | undefined): boolean => head !== undefined && takeApart(head) !== null;

const argumentsOf = (body: Syntax, f: (s: Syntax) => Syntax): Syntax =>
  body.kind === "list" ? { ...body, items: body.items.map(f) } : f(body);
