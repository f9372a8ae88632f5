import { flatMap } from "../../../core/flat-map.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { letterOf } from "../../symbols/letters.js";
import { headKey, isWholeAxis, mapOperands, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, leftSide, targetKey, withSides } from "../../symbols/statements.js";

/*
 * Positions in brackets, as in code: `Z[i, j]` is put as `Z_{i,j}`, and `\delta_Y[t, :]` as `(\delta_Y)_{t,:}`. What stands in the
 * brackets must be positions for certain: letters of which no line makes a quantity, numbers, sums of these, colons. `W[h, x]`
 * with quantities h and x is a product with a stack.
 */

export function withBracketedPositions(items: readonly Item[], told: readonly Item[] = []): readonly Item[] {
  const quantities = quantitiesOf([...told, ...items]);
  const put = (s: Syntax): Syntax => {
    const inner = mapOperands(s, put);
    return inner.kind === "juxtaposition" ? putInto(inner, quantities) : inner;
  };
  return items.map((item) => withSides(item, put));
}

/** What is declared or has an equation: no letter of it counts positions. */
function quantitiesOf(items: readonly Item[]): ReadonlySet<string> {
  return new Set(
    flatMap(items, ({ statement }): readonly string[] => {
      const declared = declarationOf(statement)?.symbols.map(targetKey) ?? [];
      const [first, second] = statement.sides;
      const left = first === undefined || second === undefined ? null : leftSide(first);
      return left === null ? declared : [...declared, targetKey(left.target)];
    }),
  );
}

function putInto(s: SyntaxOf<"juxtaposition">, quantities: ReadonlySet<string>): Syntax {
  const items: Syntax[] = [];
  for (const item of s.items) {
    const head = items.at(-1);
    // `A[i, j]^2` is a power of the entry.
    const powered = item.kind === "scripted" && item.sub === null ? item : null;
    const places = positionsIn(powered?.base ?? item, quantities);
    const t = head === undefined ? null : takeApart(head);
    if (head === undefined || t === null || places === null || /^\\(?:partial|nabla)$/.test(t.symbol.name)) {
      items.push(item);
      continue;
    }
    const span = { start: head.span.start, end: item.span.end };
    const base: Syntax = head.kind === "symbol" ? head : { kind: "group", open: "(", body: head, span: head.span };
    items[items.length - 1] = {
      kind: "scripted",
      base,
      sub: places,
      sup: powered?.sup ?? null,
      primes: powered?.primes ?? 0,
      span,
    };
  }
  const [only] = items;
  return items.length === s.items.length || only === undefined ? s : items.length === 1 ? only : { ...s, items };
}

/** The list of positions in a pair of brackets. */
function positionsIn(s: Syntax, quantities: ReadonlySet<string>): Syntax | null {
  if (s.kind !== "group" || s.open !== "[" || s.body.kind !== "list") return null;
  const isPlace = (n: Syntax): boolean => isWholeAxis(n) || n.kind === "number" || isCounted(n);
  const isCounted = (n: Syntax): boolean => {
    if (n.kind === "sum") return n.terms.every((t) => isPlace(t.body)) && n.terms.some((t) => isCounted(t.body));
    const t = takeApart(n);
    if (t === null || t.sups.length > 0 || quantities.has(headKey(t.symbol))) return false;
    return letterOf(n) !== null ? /^[a-z]$/.test(headKey(t.symbol)) : t.subs.every((p) => p.kind === "number");
  };
  const { items } = s.body;
  return items.every(isPlace) && items.some((n) => isWholeAxis(n) || isCounted(n)) ? s.body : null;
}
