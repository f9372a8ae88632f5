import { flatMap } from "../../core/flat-map.js";
import type { Statement } from "../../notation/syntax.js";
import { type Binding, bindings, letterOf, nodesIn, rangeStatement } from "../symbols/letters.js";
import { headKey, numberOf, type Scripted, symbolsIn } from "../symbols/scripts.js";
import { isEquation, leftSide, mentionsDerivative } from "../symbols/statements.js";
import type { Builder } from "./builder.js";

/*
 * The `c_0` of `p_0 = c_0`, where `\sum_{k=0}^{n} c_k` stands somewhere, is one of the `c_k`. A `w_0` beside `\sum_{i=1}^{n} w_i` may be
 * a quantity of its own.
 */

export function surveyNumberedMembers(builder: Builder): void {
  const lows = new Map<string, number>();
  const numbers = new Map<string, number>();
  const least = (found: Map<string, number>, head: string, n: number): void => {
    found.set(head, Math.min(n, found.get(head) ?? n));
  };
  for (const { statement } of builder.premises) {
    if (!isEquation(statement) || statement.sides.some(mentionsDerivative)) continue;
    const from = firstPlaces(statement);
    for (const t of flatMap(statement.sides, symbolsIn)) {
      const place = onlyPlace(t);
      const number = place === null ? null : numberOf(place);
      const low = place === null ? undefined : from.get(letterOf(place) ?? "");
      if (number !== null) least(numbers, headKey(t.symbol), number);
      if (low !== undefined) least(lows, headKey(t.symbol), low);
    }
  }
  for (const [head, number] of numbers)
    if (number >= (lows.get(head) ?? Number.NaN)) builder.symbols.surveyMembers(head);
  surveyUnits(builder);
}

/** The `z_1^{(L)}` that stands for the last layer is an entry of it. */
function surveyUnits({ items, symbols }: Builder): void {
  for (const { written, statement } of items) {
    const [first] = statement.sides;
    const left = written === undefined || first === undefined ? null : leftSide(first);
    if (left !== null) symbols.surveyUnit(left.target);
  }
}

const onlyPlace = ({ subs: [place, more], sups, primes }: Scripted) =>
  place === undefined || more !== undefined || sups.some((p) => p.bracketed) || primes > 0 ? null : place;

/** The number that each letter of a statement begins with. */
function firstPlaces(statement: Statement): ReadonlyMap<string, number> {
  const bound: readonly Binding[] = [
    ...flatMap(statement.conditions, (c) => rangeStatement(c) ?? []),
    ...flatMap(flatMap(statement.sides, nodesIn), (n) => (n.kind === "big" ? bindings(n.sub, n.sup) : [])),
  ];
  return new Map(
    flatMap(bound, ({ letter, low }) => {
      const number = low === null ? null : numberOf(low);
      return number === null ? [] : [[letter, number] as const];
    }),
  );
}
