import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { bindings, letterOf, mentions, nodesIn } from "../symbols/letters.js";
import { headKey, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import { type Item, isEquation, mentionsDerivative } from "../symbols/statements.js";
import type { Builder } from "./builder.js";
import { quietly } from "./infer.js";

/*
 * `L = \log \sum_j e^{s_j}` says nothing of how many there are; a line about its derivatives, `\sum_{k=1}^K e^{s_k}`, has a name for
 * it. A name that the forward pass has for something else is none.
 */

/** Gives sizes without a name the one that lines have for them. */
export function nameSizesByLines(builder: Builder): void {
  const isLine = (k: number): boolean => {
    const item = builder.items[k];
    return item !== undefined && (item.submitted === true || item.statement.sides.some(mentionsDerivative));
  };
  const lines = builder.items.filter((_, k) => isLine(k));
  const others = builder.items.filter((_, k) => !isLine(k));
  // What the text speaks of in words, "a mini-batch of $B$", is something else as well.
  const used = (text: string): boolean =>
    [...others, ...builder.items.filter((i) => i.statement.relations.length === 0)].some(
      ({ statement: { sides, conditions } }) =>
        [...sides, ...conditions.flatMap((c) => c.sides)].some((s) => nodesIn(s).some((n) => scriptText(n) === text)),
    );
  for (const { statement } of lines.filter((i) => isEquation(i.statement)))
    for (const n of statement.sides.flatMap(nodesIn)) {
      if (n.kind !== "big" || n.body === null) continue;
      for (const { letter, low, high } of bindings(n.sub, n.sup)) {
        if (low === null || scriptText(low) !== "1" || high?.kind !== "symbol" || !isSizeLetter(high)) continue;
        if (used(scriptText(high)) && !isOnlyDividedBy(builder, others, high)) continue;
        for (const t of symbolsBelow(n.body, letter)) nameAxis(builder, t, letter, high);
      }
    }
}

/** `\frac{1}{2N}`, and no axis of the forward pass that is N long: the size of one that has no name. */
function isOnlyDividedBy(builder: Builder, others: readonly Item[], name: SyntaxOf<"symbol">): boolean {
  const text = scriptText(name);
  const countIn = (s: Syntax): number => nodesIn(s).filter((n) => scriptText(n) === text).length;
  const belowIn = (s: Syntax): number =>
    nodesIn(s).reduce((sum, n) => sum + (n.kind === "fraction" ? countIn(n.denominator) : 0), 0);
  const isBelow = ({ statement: { sides, conditions } }: Item): boolean =>
    sides.every((s) => countIn(s) === belowIn(s)) && conditions.every((c) => c.sides.every((s) => countIn(s) === 0));
  if (!others.every(isBelow)) return false;
  const dim = quietly(() => builder.e.dims.read(name, builder.e));
  return builder.symbols.all.every((s) => [...(s.axes ?? []), ...s.slotSizes].every((d) => d.dim !== dim));
}

/** Small letters may be indices, or count some of the entries only. */
const isSizeLetter = ({ name, accents }: SyntaxOf<"symbol">): boolean => /^[A-Z]$/.test(name) && accents.length === 0;

/** Symbols that have the letter below them. */
const symbolsBelow = (s: Syntax, letter: string): readonly Scripted[] =>
  nodesIn(s).flatMap((n) => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    return t?.subs.some((x) => letterOf(x) === letter) === true ? [t] : [];
  });

function nameAxis(builder: Builder, t: Scripted, letter: string, name: SyntaxOf<"symbol">): void {
  // What is no array or family yet would become one by being looked up so.
  const [known, another] = builder.symbols.withHead(headKey(t.symbol));
  if (known === undefined || another !== undefined || t.sups.length > 0) return;
  if (known.subSlots + (known.axes?.length ?? 0) < t.subs.length) return;
  const found = quietly(() => builder.symbols.resolve(t));
  if (found === null || !t.subs.every((x) => letterOf(x) === letter || !mentions(x, letter))) return;
  const { spec, entries, members } = found;
  const isLetter = (x: Syntax): boolean => letterOf(x) === letter;
  const axis = spec.axes?.[entries.findIndex(isLetter)] ?? spec.slotSizes[members.findIndex(isLetter)];
  const dim = quietly(() => builder.e.dims.read(name, builder.e));
  if (axis !== undefined && axis.dim === null && dim !== null) axis.bind(dim);
}
