import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import {
  isTransposeMark,
  mapOperands,
  type Scripted,
  scriptText,
  symbolsIn,
  takeApart,
} from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey, withSides } from "../../symbols/statements.js";

/*
 * `\nabla_a C` where a is a^l in each layer and C is computed from a^L alone: the gradient by that member.
 */

/** The same statements with the member written, the very list where no gradient is by a letter that only members have. */
export function withMembersOfGradients(items: readonly Item[]): readonly Item[] {
  const forward = items.filter(
    ({ submitted, statement }) => submitted !== true && !statement.sides.some(mentionsDerivative),
  );
  let whole: ReadonlySet<string> | null = null;
  const memberOf = (by: Scripted, of: Syntax): Syntax | null => {
    const [head, value] = [targetKey(by), takeApart(of)];
    whole ??= new Set(flatMap(forward, symbolsOf).flatMap((t) => (placesOf(t).length === 0 ? [targetKey(t)] : [])));
    if (value === null || whole.has(head)) return null;
    const members = new Map<string, Scripted>();
    for (const item of forward) {
      const [first] = item.statement.sides;
      const left = first === undefined || !isEquation(item.statement) ? null : leftSide(first);
      if (left === null || targetKey(left.target) !== targetKey(value)) continue;
      for (const t of symbolsOf(item))
        if (targetKey(t) === head)
          members.set(
            placesOf(t)
              .map((p) => scriptText(p.content))
              .join(";"),
            t,
          );
    }
    const [member, more] = members.values();
    return member === undefined || more !== undefined ? null : withoutEntry(member);
  };
  return items.map((item) => {
    const next = withSides(item, (s) => (mentionsDerivative(s) ? written(s, memberOf) : s));
    return next === item ? item : { ...next, written: item.written ?? item.statement };
  });
}

const symbolsOf = ({ statement }: Item): readonly Scripted[] => flatMap(statement.sides, symbolsIn);

/** What stands above a symbol and is neither a power nor a transpose. */
const placesOf = (t: Scripted): Scripted["sups"] =>
  t.sups.filter((p) => p.bracketed || !(p.content.kind === "number" || isTransposeMark(p.content)));

/** `a^L` of `a_j^L`. */
function withoutEntry(t: Scripted): Syntax {
  const [sup] = placesOf(t);
  if (sup === undefined) return t.symbol;
  const content: Syntax = sup.bracketed
    ? { kind: "group", open: sup.open, body: sup.content, span: sup.content.span }
    : sup.content;
  return { kind: "scripted", base: t.symbol, sub: null, sup: content, primes: 0, span: t.span };
}

function written(s: Syntax, memberOf: (by: Scripted, of: Syntax) => Syntax | null): Syntax {
  if (s.kind !== "juxtaposition") return mapOperands(s, (n) => written(n, memberOf));
  const items = s.items.map((item, k) => {
    const of = s.items[k + 1];
    const by = item.kind === "scripted" && item.sub !== null && item.sup === null ? takeApart(item.sub) : null;
    const isNabla = item.kind === "scripted" && item.base.kind === "symbol" && item.base.name === "\\nabla";
    const isBare = by !== null && by.subs.length + by.sups.length === 0;
    const member = isNabla && isBare && of !== undefined ? memberOf(by, of) : null;
    return member === null ? written(item, memberOf) : { ...item, sub: { ...member, span: item.span } };
  });
  return items.every((n, k) => n === s.items[k]) ? s : { ...s, items };
}
