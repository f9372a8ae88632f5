import { flatMap } from "../../core/flat-map.js";
import type { Syntax } from "../../notation/syntax.js";
import { bindings, mentions, nodesIn, rangeStatement } from "../symbols/letters.js";
import { headKey, type Scripted, takeApart } from "../symbols/scripts.js";
import { targetKey } from "../symbols/statements.js";
import type { Builder } from "./builder.js";

/*
 * `w_0 + \sum_{i=1}^n w_i x_i` with `w \in \mathbb{R}^n`: the positions of w begin at 1, so that `w_0` is none of its entries but
 * a number of its own.
 */

export function declareConstantTerms(builder: Builder): void {
  const terms = flatMap(
    flatMap(builder.premises, (i) => flatMap(i.statement.sides, nodesIn)),
    constantTerms,
  );
  for (const [key, t] of new Map(terms.map((t) => [targetKey(t), t]))) {
    const specs = builder.symbols.withHead(key);
    const [whole] = specs;
    const isWhole = specs.length === 1 && whole?.label === "" && whole.subSlots + whole.supSlots === 0;
    if (isWhole && whole.declared && whole.axes?.length === 1 && !beginsAtZero(builder, key))
      builder.symbols.addNumber(t);
  }
}

/** `w_0` as a term beside another in which w stands. Alone it is a slip of somebody who counts from 0. */
function constantTerms(s: Syntax): readonly Scripted[] {
  const bodies = s.kind === "sum" ? s.terms.map((t) => t.body) : [];
  return flatMap(bodies, (body): readonly Scripted[] => {
    const t = body.kind === "scripted" ? takeApart(body) : null;
    if (t === null || !isAtZero(t)) return [];
    const key = targetKey(t);
    const isBeside = bodies.some(
      (b) => b !== body && nodesIn(b).some((n) => n.kind === "symbol" && headKey(n) === key),
    );
    return isBeside ? [t] : [];
  });
}

const isAtZero = ({ subs, sups, primes }: Scripted): boolean => {
  const [sub] = subs;
  return subs.length === 1 && sups.length + primes === 0 && sub?.kind === "number" && sub.text === "0";
};

/** Some letter that runs from 0 is a position of the symbol, or what is computed from letters. */
function beginsAtZero({ items, letters }: Builder, key: string): boolean {
  const sides = flatMap(items, (i) => flatMap(i.statement.sides, nodesIn));
  const bound = [
    ...flatMap(sides, (s) => (s.kind === "big" ? bindings(s.sub, s.sup) : [])),
    ...flatMap(items, (i) => flatMap([i.statement, ...i.statement.conditions], (st) => rangeStatement(st) ?? [])),
  ];
  const early = bound.filter((b) => b.low?.kind === "number" && b.low.text === "0").map((b) => b.letter);
  return sides.some((n) => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    if (t === null || targetKey(t) !== key) return false;
    return t.subs.some((s) => early.some((l) => mentions(s, l)) || (s.kind === "sum" && letters.mentionsIndex(s)));
  });
}
