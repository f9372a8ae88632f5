import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { children, headKey, type Scripted, scriptText, takeApart } from "../../symbols/scripts.js";
import { readSet, type SetSyntax } from "../../symbols/sets.js";
import { declarationOf, type Item, mentionsDerivative } from "../../symbols/statements.js";

/**
 * `y_i \in \{0, 1\}` where i runs from 1 to n: the y_i are the entries of one y, which lines write whole, `X^\top (p - y)`. It is put
 * as `y \in \{0, 1\}^n`.
 */
export function withScalarMembers(items: readonly Item[]): readonly Item[] {
  const ends = endsOf(items);
  if (ends.size === 0) return items;
  return items.map((item) => {
    const own = memberDeclared(item.statement);
    if (own === null) return item;
    const size = ends.get(own.letter);
    if (size === undefined || !items.every((i) => usesAlike(i, own.t)) || standsAlone(items, own.t)) return item;
    const { span } = own.set;
    const set: Syntax = { kind: "scripted", base: own.set, sub: null, sup: size, primes: 0, span };
    return readSet(set) === null ? item : { ...item, statement: { ...item.statement, sides: [own.t.symbol, set] } };
  });
}

const OF_NUMBERS: ReadonlySet<SetSyntax["kind"]> = new Set(["real", "binary", "sign", "positive", "nonnegative"]);

/** The y, the i and the set of `y_i \in \{0, 1\}`. */
function memberDeclared(st: Statement): { readonly t: Scripted; readonly letter: string; readonly set: Syntax } | null {
  const d = declarationOf(st);
  const [t, more] = d?.symbols ?? [];
  const [place, other] = t?.subs ?? [];
  const [, set, third] = st.sides;
  const letter = place === undefined || other !== undefined ? null : letterOf(place);
  if (
    d === null ||
    t === undefined ||
    more !== undefined ||
    letter === null ||
    set === undefined ||
    third !== undefined
  )
    return null;
  const isScalar = d.set.shape.length === 0 && OF_NUMBERS.has(d.set.kind);
  return isScalar && t.sups.length + t.primes === 0 ? { t, letter, set } : null;
}

/** Where each letter ends that sums and ranges count from 1; none of which they say different things. */
function endsOf(items: readonly Item[]): ReadonlyMap<string, Syntax> {
  const all = flatMap(items, ({ statement: st }) => [
    ...flatMap([st, ...st.conditions], (c) => rangeStatement(c) ?? []),
    ...flatMap(flatMap(st.sides, nodesIn), (s) => (s.kind === "big" ? bindings(s.sub, s.sup) : [])),
  ]);
  const found = new Map<string, Syntax>();
  for (const { letter, low, high } of all)
    if (high !== null && low?.kind === "number" && low.text === "1" && !found.has(letter)) found.set(letter, high);
  const isOther = (letter: string, high: Syntax): boolean => scriptText(found.get(letter) ?? high) !== scriptText(high);
  for (const { letter, high } of all) if (high !== null && isOther(letter, high)) found.delete(letter);
  return found;
}

/** Does a statement write the symbol with one letter below it, or whole? */
function usesAlike({ statement }: Item, { symbol }: Scripted): boolean {
  return flatMap(statement.sides, nodesIn).every((s) => {
    const t = s.kind === "scripted" || s.kind === "symbol" ? takeApart(s) : null;
    if (t === null || headKey(t.symbol) !== headKey(symbol)) return true;
    return t.subs.length < 2 && t.subs.every((p) => letterOf(p) !== null) && t.sups.every((p) => !p.bracketed);
  });
}

/** `\frac{\alpha}{2} f`, `\alpha > 0` beside `\alpha_i`: an equation before the claims, or a sign, has the name as that of another symbol. */
function standsAlone(items: readonly Item[], { symbol }: Scripted): boolean {
  const statements = flatMap(items, ({ statement }) => [statement, ...statement.conditions]);
  const told = statements.filter((st) => st.relations.length > 0 && !st.sides.some(mentionsDerivative));
  return flatMap(
    flatMap(told, (st) => st.sides),
    wholeIn,
  ).some((t) => headKey(t.symbol) === headKey(symbol));
}

/** The names that stand without anything below them. */
function wholeIn(s: Syntax): readonly Scripted[] {
  const t = s.kind === "scripted" || s.kind === "symbol" ? takeApart(s) : null;
  if (t !== null) return t.subs.length === 0 ? [t] : [];
  return flatMap(children(s), wholeIn);
}
