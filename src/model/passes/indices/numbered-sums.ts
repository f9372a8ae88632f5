import type { Syntax } from "../../../notation/syntax.js";
import { bindings } from "../../symbols/letters.js";
import { mapOperands } from "../../symbols/scripts.js";
import { keyOf, type Numbers, usesIn, withNumber } from "./numbered-places.js";

/*
 * `h_1 = …, h_2 = …, h_3 = …` and then `\sum_{t=1}^{3} g_t h_{t-1}^\top`: a sum in numbers over symbols that numbers tell apart is
 * written out, a term for each.
 */

const MOST_TERMS = 20;

/** A side with such sums written out; the very tree where there is none. */
export function withSumsOfNumbered(side: Syntax, numbers: Numbers): Syntax {
  const inside = mapOperands(side, (n) => withSumsOfNumbered(n, numbers));
  if (inside.kind !== "big" || inside.operator !== "\\sum" || inside.body === null) return inside;
  const { body, span } = inside;
  const [bound, more] = bindings(inside.sub, inside.sup);
  if (bound === undefined || more !== undefined || bound.conditions.length > 0) return inside;
  const places = numbersBetween(bound.low, bound.high);
  const own = usesIn(body).filter((u) => u.letter === bound.letter && numbers.has(keyOf(u)));
  if (places.length === 0 || own.length === 0) return inside;
  const exists = (value: number): boolean =>
    own.every((u) => {
      const place = withNumber(u.script, u.letter, value);
      return place.kind === "number" && numbers.get(keyOf(u))?.has(Number(place.text)) === true;
    });
  if (!places.every(exists)) return inside;
  return {
    kind: "sum",
    terms: places.map((value) => ({ sign: 1, body: withNumber(body, bound.letter, value) })),
    span,
  };
}

function numbersBetween(low: Syntax | null, high: Syntax | null): readonly number[] {
  if (low?.kind !== "number" || high?.kind !== "number") return [];
  const [first, last] = [Number(low.text), Number(high.text)];
  const count = last - first + 1;
  return count > 0 && count <= MOST_TERMS ? Array.from({ length: count }, (_, k) => first + k) : [];
}
