import { unlessRefused } from "../../../core/unless-refused.js";
import type { Builder, Restated } from "../../build/builder.js";
import { symbolsIn } from "../../symbols/scripts.js";
import { type Item, leftSide, mentionsDerivative } from "../../symbols/statements.js";
import type { SymbolSpec } from "../../symbols/symbol-spec.js";

/*
 * `h = \Psi(x)` and further down `m = W x`, `h = \operatorname{ReLU}(m)`: the same network once more, now with names for what it computes on
 * the way. Derivatives by these are asked for, so the way of the loss is the one through them.
 */

/** The statements with such equations before the coarser ones, which then say the same again; `null` where there are none. */
export function withFinerFirst(
  builder: Builder,
  items: readonly Item[],
  restated: readonly Restated[],
): readonly Item[] | null {
  const coarser = new Map<Item, Item>();
  for (const { item } of restated) {
    const first = coarserThan(builder, item);
    if (first !== null) coarser.set(first, item);
  }
  if (coarser.size === 0) return null;
  const later = new Map([...coarser].map(([first, item]) => [item, first]));
  return items.flatMap((i) => {
    if (coarser.has(i)) return [];
    const first = later.get(i);
    return first === undefined ? [i] : [i, first];
  });
}

/** The equation that defines the same symbol without what only this one uses. */
function coarserThan(builder: Builder, item: Item): Item | null {
  const [first, right, more] = item.statement.sides;
  const left = first === undefined ? null : leftSide(first);
  if (left === null || right === undefined || more !== undefined || item.submitted === true) return null;
  if (mentionsDerivative(right)) return null;
  const specOf = (t: Parameters<Builder["symbols"]["resolve"]>[0]): SymbolSpec | null =>
    unlessRefused(() => builder.symbols.resolve(t).spec) ?? null;
  const own = specOf(left.target);
  const [draft, other] = own === null ? [] : (builder.draftsOf.get(own) ?? []);
  // What a solution writes anew is no telling of the problem.
  if (draft === undefined || other !== undefined || draft.item.formula.section !== item.formula.section) return null;
  const isUsed = (spec: SymbolSpec): boolean =>
    builder.drafts.some((d) => symbolsIn(d.right).some((t) => specOf(t) === spec));
  const between = symbolsIn(right).map(specOf);
  const isBetween = (spec: SymbolSpec | null): boolean =>
    spec?.defined === true && (builder.draftsOf.get(spec) ?? []).length > 0 && !isUsed(spec);
  return between.some(isBetween) ? draft.item : null;
}
