import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { letterOf, mentions } from "../../symbols/letters.js";
import { type Scripted, symbolsIn } from "../../symbols/scripts.js";
import { declarationOf, type Item, placeText, targetKey } from "../../symbols/statements.js";
import { hasRange } from "./implied-ranges.js";

/*
 * `h_t \in \mathbb{R}^n` beside an h_{t-1}, where nothing says how far t runs: the state before has the shape of this one.
 */

/** The same statements with such states declared too, the very list where there are none. */
export function withStepsDeclared(items: readonly Item[]): readonly Item[] {
  const given = items.filter((i) => i.submitted !== true);
  const declarations = flatMap(given, (item) => {
    const declared = declarationOf(item.statement);
    return declared === null ? [] : declared.symbols.map((t) => ({ item, t, set: item.statement.sides.at(-1) }));
  });
  const known = new Set(declarations.map(({ t }) => placeText(t, true)));
  const added = new Map<Item, Item[]>();
  for (const { item, t, set } of declarations) {
    const step = t.subs.length === 1 && t.sups.length === 0 ? letterOf(t.subs[0] ?? t.symbol) : null;
    // `h_l \in \mathbb{R}^{n_l}` tells of this one alone.
    if (step === null || set === undefined || hasRange(items, step) || mentions(set, step)) continue;
    for (const other of flatMap(given, (i) => flatMap(i.statement.sides, symbolsIn))) {
      const text = placeText(other, true);
      if (targetKey(other) !== targetKey(t) || !isBesideStep(other, step) || known.has(text)) continue;
      known.add(text);
      const statement = { ...item.statement, sides: [symbolOf(other), set], relations: ["\\in"] };
      added.set(item, [...(added.get(item) ?? []), { ...item, statement }]);
    }
  }
  return added.size === 0 ? items : flatMap(items, (i) => [i, ...(added.get(i) ?? [])]);
}

/** `h_{t-1}`, `h_{t+1}`. */
function isBesideStep(t: Scripted, step: string): boolean {
  const [only, more] = t.subs;
  if (only?.kind !== "sum" || more !== undefined || t.sups.some((p) => p.bracketed)) return false;
  const [letter, number, rest] = only.terms;
  return rest === undefined && number?.body.kind === "number" && letter !== undefined && mentions(letter.body, step);
}

const symbolOf = (t: Scripted): Syntax => ({
  kind: "scripted",
  base: t.symbol,
  sub: t.subs[0] ?? null,
  sup: null,
  primes: t.primes,
  span: t.span,
});
