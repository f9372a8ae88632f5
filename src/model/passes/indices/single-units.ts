import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { mapOperands, onlyRow, plainSymbol, symbolsIn, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, withSides } from "../../symbols/statements.js";
import { isWhole, type Single, singlesIn } from "./single-members.js";

/*
 * `\pi^{(m)} \in \mathbb{R}^H`, but the last layer has one unit, and `\pi^{(M)}` is a number. It is read as that layer's only
 * entry, `\pi_1^{(M)}`, and the one row of the last weights as their first: what units a layer has besides moves no derivative.
 */

/** The same statements with such members written so, the very list where there are none. */
export function withSingleUnits(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  const given = items.filter((i) => i.submitted !== true);
  const singles = singlesIn(given, items);
  if (singles.length === 0) return items;
  const said = new Set<string>();
  return items.map((item) => {
    const { statement: written } = item;
    if (declares(written, singles)) return { ...item, statement: mentionOf(written), written };
    const next = withSides(item, (s) => rewritten(s, singles));
    for (const single of next === item || item.submitted === true ? [] : singles) {
      const { letter, isAbove } = single.place;
      const name = isAbove ? `${single.head}^{(${letter})}` : `${single.head}_{${letter}}`;
      const met = flatMap(item.statement.sides, symbolsIn).some((t) => isWhole(t, single));
      if (!met || said.has(name)) continue;
      said.add(name);
      const what = single.kind === "entry" ? "the only entry" : "the only row";
      report(diagnostic("note", "reading/single-unit", `${name} is read as ${what} of its layer`, item.statement.span));
    }
    return next === item ? item : { ...next, written };
  });
}

/** The statement before it was read so. */
export const asWritten = (item: Item): Item =>
  item.written === undefined || item.instance !== undefined ? item : { ...item, statement: item.written };

const declares = (st: Statement, singles: readonly Single[]): boolean =>
  declarationOf(st)?.symbols.some((t) => singles.some((s) => isWhole(t, s))) === true;

const mentionOf = (st: Statement): Statement => ({ ...st, sides: st.sides.slice(0, 1), relations: [] });

function rewritten(s: Syntax, singles: readonly Single[]): Syntax {
  const inner = mapOperands(s, (n) => rewritten(n, singles));
  const t = inner.kind === "scripted" ? takeApart(inner) : null;
  const single = t === null ? undefined : singles.find((x) => isWhole(t, x));
  if (single === undefined || inner.kind !== "scripted" || (inner.sub === null) !== single.place.isAbove) return inner;
  return { ...inner, sub: position(single, inner) };
}

/** The first entry, or the first row, of the member that a subscript names, if it is named below. */
function position({ kind }: Single, { span, sub }: SyntaxOf<"scripted">): Syntax {
  const one: Syntax = { kind: "number", text: "1", span };
  const own = kind === "entry" ? [one] : [onlyRow(span), plainSymbol(":", span)];
  const items = sub === null ? own : [sub, ...own];
  return items.length === 1 ? one : { kind: "list", items, span };
}
