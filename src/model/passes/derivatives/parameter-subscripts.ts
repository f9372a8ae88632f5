import { flatMap } from "../../../core/flat-map.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { letterOf, nodesIn } from "../../symbols/letters.js";
import { headKey, mapOperands, type Scripted, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, isEquation, leftSide, withSides } from "../../symbols/statements.js";

/*
 * `\log \pi_\theta(y \mid x)`, `\nabla_\theta f_\theta(x)`: of a function without a formula, the θ below it is what it is differentiated
 * by, and so an argument. It is put as `\pi(\theta, y, x)`. Which functions are such, the lines of `told` say.
 */

export function withParameterArguments(items: readonly Item[], told: readonly Item[] = items): readonly Item[] {
  const all = flatMap(told, (i) => i.statement.sides);
  const applied = new Set(flatMap(flatMap(all, nodesIn), appliedKeys));
  for (const key of applied) if (isOtherwiseUsed(key, told)) applied.delete(key);
  if (applied.size === 0) return items;
  const put = (s: Syntax): Syntax => {
    const inner = mapOperands(s, put);
    return inner.kind === "juxtaposition" ? withArguments(inner, applied) : inner;
  };
  return items.map((item) => withSides(item, put));
}

const PARAMETER = /^\\(?:theta|vartheta|phi|varphi|psi|omega|Theta|Phi)$/;

/** The name and the parameter of `\pi_\theta`. */
function parameterOf(s: Syntax | undefined): { readonly t: Scripted; readonly place: Syntax } | null {
  const t = s === undefined ? null : takeApart(s);
  const [place, more] = t?.subs ?? [];
  if (t === null || place === undefined || more !== undefined || t.sups.length + t.primes > 0) return null;
  return PARAMETER.test(letterOf(place) ?? "") && t.symbol.name !== "\\nabla" ? { t, place } : null;
}

const keyOf = ({ t, place }: { readonly t: Scripted; readonly place: Syntax }): string =>
  `${headKey(t.symbol)} ${letterOf(place)}`;

const isArguments = (s: Syntax | undefined): s is SyntaxOf<"group"> => s?.kind === "group" && s.open === "(";

function appliedKeys(n: Syntax): readonly string[] {
  if (n.kind !== "juxtaposition") return [];
  return flatMap(n.items, (item, k) => {
    const own = isArguments(n.items[k + 1]) ? parameterOf(item) : null;
    return own === null ? [] : [keyOf(own)];
  });
}

/** Does a formula say what the function is, or does its name stand without arguments? */
function isOtherwiseUsed(key: string, items: readonly Item[]): boolean {
  const isOwn = (s: Syntax): boolean => {
    const own = parameterOf(s);
    return own !== null && keyOf(own) === key;
  };
  return items.some(({ statement: st }) => {
    const [first] = st.sides;
    const left = first === undefined || !isEquation(st) ? null : leftSide(first);
    const defines = left !== null && first !== undefined && [first, ...nodesIn(first)].some(isOwn);
    if (defines || declarationOf(st)?.symbols.some((t) => headKey(t.symbol) === key.split(" ")[0])) return true;
    return flatMap(st.sides, nodesIn).some((n) => {
      if (n.kind === "juxtaposition") return n.items.some((item, k) => isOwn(item) && !isArguments(n.items[k + 1]));
      if (n.kind === "scripted") return isOwn(n.base);
      let isBare = false;
      mapOperands(n, (s) => {
        isBare ||= isOwn(s);
        return s;
      });
      return isBare;
    });
  });
}

function withArguments(s: SyntaxOf<"juxtaposition">, applied: ReadonlySet<string>): Syntax {
  const items = s.items.map((item, k) => {
    const own = parameterOf(item);
    if (own !== null && applied.has(keyOf(own)) && isArguments(s.items[k + 1])) return own.t.symbol;
    const before = parameterOf(s.items[k - 1]);
    if (before === null || !applied.has(keyOf(before)) || !isArguments(item)) return item;
    const rest = item.body.kind === "list" ? item.body.items : [item.body];
    return { ...item, body: { kind: "list" as const, items: [before.place, ...rest], span: item.body.span } };
  });
  return { ...s, items };
}
