import type { Syntax } from "../../../notation/syntax.js";
import { mapOperands, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey, withSides } from "../../symbols/statements.js";
import { isDerivativeSign } from "./differentiated.js";

/*
 * `\nabla_w L(w)`, `\frac{d}{dw} g(w)^\top`, where an equation gives L or g without parentheses: what is differentiated by w
 * and has w in parentheses behind it is no product with w. The parentheses say what it depends on, and are left out.
 */

/** The same statements without such parentheses; `told` are those of the problem. */
export function withoutReminders(items: readonly Item[], told: readonly Item[]): readonly Item[] {
  const defined = new Set<string>();
  const functions = new Set<string>();
  for (const { statement } of [...told, ...items]) {
    const [first] = statement.sides;
    const left = first === undefined || !isEquation(statement) || mentionsDerivative(first) ? null : leftSide(first);
    if (left !== null) (left.args === null ? defined : functions).add(targetKey(left.target));
  }
  const isGiven = (s: Syntax): boolean => {
    const t = takeApart(s);
    return t !== null && t.primes === 0 && defined.has(targetKey(t)) && !functions.has(targetKey(t));
  };
  return items.map((item) =>
    item.statement.sides.some(mentionsDerivative) ? withSides(item, (s) => put(s, isGiven)) : item,
  );
}

function put(s: Syntax, isGiven: (s: Syntax) => boolean): Syntax {
  const inner = mapOperands(s, (n) => put(n, isGiven));
  if (inner.kind === "fraction" && inner.numerator.kind === "juxtaposition" && inner.numerator.items.length === 3) {
    const [sign, of, group] = inner.numerator.items;
    const by = variableBelow(inner.denominator);
    if (sign === undefined || of === undefined || !isDerivativeSign(sign) || !isGiven(of)) return inner;
    const without = withoutGroup(of, group, by);
    return without === null ? inner : { ...inner, numerator: { ...inner.numerator, items: [sign, without] } };
  }
  if (inner.kind !== "juxtaposition") return inner;
  const k = inner.items.findIndex((item) => variableOfOperator(item) !== null);
  const [operator, ...operand] = k < 0 ? [] : inner.items.slice(k);
  const by = operator === undefined ? null : variableOfOperator(operator);
  if (operator === undefined || by === null) return inner;
  const behind = withoutGroups(operand, by, isGiven);
  const isSame = behind.length === operand.length && behind.every((s, n) => s === operand[n]);
  return isSame ? inner : { ...inner, items: [...inner.items.slice(0, k), operator, ...behind] };
}

/** The same factors with `g(w)` as g, in what they hold too: `\log L(w)`, `(3 L(w))`. */
function withoutGroups(items: readonly Syntax[], by: string, isGiven: (s: Syntax) => boolean): readonly Syntax[] {
  const found: Syntax[] = [];
  for (let k = 0; k < items.length; k++) {
    const [of, group] = [items[k], items[k + 1]];
    if (of === undefined) continue;
    const without = isGiven(of) ? withoutGroup(of, group, by) : null;
    found.push(without ?? inside(of, by, isGiven));
    if (without !== null) k += 1;
  }
  return found;
}

function inside(s: Syntax, by: string, isGiven: (s: Syntax) => boolean): Syntax {
  if (s.kind !== "juxtaposition") return mapOperands(s, (n) => inside(n, by, isGiven));
  const items = withoutGroups(s.items, by, isGiven);
  const [only] = items;
  if (items.length === s.items.length && items.every((x, k) => x === s.items[k])) return s;
  return items.length === 1 && only !== undefined ? only : { ...s, items };
}

/** `g` of `g(w)`, with what hangs on the parentheses, `g(w)^\top`; `null` if w is not what is in them. */
function withoutGroup(of: Syntax, behind: Syntax | undefined, by: string | null): Syntax | null {
  const group = behind?.kind === "scripted" ? behind.base : behind;
  if (by === null || group?.kind !== "group" || group.open !== "(" || scriptText(group.body) !== by) return null;
  const span = { start: of.span.start, end: group.span.end };
  return behind?.kind === "scripted" ? { ...behind, base: of, span } : of;
}

/** The w of `\nabla_w` and of `\frac{\partial}{\partial w}`. */
function variableOfOperator(s: Syntax): string | null {
  if (s.kind === "fraction") return isDerivativeSign(s.numerator) ? variableBelow(s.denominator) : null;
  const t = takeApart(s);
  const [by, ...more] = t?.symbol.name === "\\nabla" ? t.subs : [];
  return by === undefined || more.length > 0 ? null : scriptText(by);
}

function variableBelow(s: Syntax): string | null {
  const [sign, by, ...more] = s.kind === "juxtaposition" ? s.items : [];
  return sign === undefined || by === undefined || more.length > 0 || !isDerivativeSign(sign) ? null : scriptText(by);
}
