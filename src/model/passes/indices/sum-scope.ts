import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn } from "../../symbols/letters.js";
import { children } from "../../symbols/scripts.js";

type Sum = SyntaxOf<"sum">;
type Big = SyntaxOf<"big">;

/**
 * `\sum_i a_i + b_i` sums the first term alone; but where nothing else binds the i of the second, it can only be meant
 * to stand under the sum as well. Gives the formula with such terms drawn in, or `null` where there are none.
 */
export function extendedSums(s: Sum, isBound: (letter: string) => boolean): Sum | null {
  return extended(s, (big) => {
    const letters = bindings(big.sub, big.sup)
      .map((b) => b.letter)
      .filter((l) => !isBound(l));
    return (term) => lastBig(term) === null && letters.some((l) => mentionsFree(term, l));
  });
}

/** `\sum y \log a + (1 - y) \log(1 - a)`: the same of a sum without an index and terms that are arrays like what it sums. */
export const extendedOverArrays = (s: Sum, isLike: (summand: Syntax, term: Syntax) => boolean): Sum | null =>
  extended(s, (big) => {
    const { body } = big;
    // Looked at once more below, such sums in each other would cost twice the time for each level.
    if (body === null || !isBare(big) || nodesIn(body).some(isBare)) return () => false;
    return (term) => !nodesIn(term).some(isBare) && lastBig(term) === null && isLike(body, term);
  });

const isBare = (s: Syntax): boolean => s.kind === "big" && s.sub === null && s.sup === null;

function extended(s: Sum, drawnUnder: (big: Big) => (term: Syntax) => boolean): Sum | null {
  for (const [k, term] of s.terms.entries()) {
    const big = lastBig(term.body);
    if (big === null) continue;
    const isDrawn = drawnUnder(big);
    let end = k + 1;
    for (let next = s.terms[end]; next !== undefined && isDrawn(next.body); next = s.terms[end]) end += 1;
    if (end === k + 1 || big.body === null) continue;
    const drawn = s.terms.slice(k + 1, end);
    const last = drawn.at(-1)?.body.span.end ?? big.span.end;
    const span = { start: big.body.span.start, end: last };
    const body: Syntax = { kind: "sum", terms: [{ sign: 1, body: big.body }, ...drawn], span };
    const wider = replaceLast(term.body, { ...big, body, span: { start: big.span.start, end: last } });
    return { ...s, terms: [...s.terms.slice(0, k), { sign: term.sign, body: wider }, ...s.terms.slice(end)] };
  }
  return null;
}

/** Does a letter stand in an expression other than under a sum of its own? */
function mentionsFree(s: Syntax, letter: string): boolean {
  if (letterOf(s) === letter) return true;
  if (s.kind === "big" && bindings(s.sub, s.sup).some((b) => b.letter === letter)) return false;
  return children(s).some((c) => mentionsFree(c, letter));
}

/** The big operator that a product ends in. */
function lastBig(s: Syntax): Big | null {
  if (s.kind === "big") return s.operator === "\\sum" ? s : null;
  if (s.kind !== "juxtaposition" && s.kind !== "product") return null;
  const last = s.items.at(-1);
  return last === undefined ? null : lastBig(last);
}

function replaceLast(s: Syntax, big: Big): Syntax {
  if (s.kind !== "juxtaposition" && s.kind !== "product") return big;
  const last = s.items.at(-1);
  return last === undefined ? s : { ...s, items: [...s.items.slice(0, -1), replaceLast(last, big)] };
}
