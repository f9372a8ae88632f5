import type { Syntax, SyntaxOf } from "../notation/syntax.js";
import { bindings, letterOf } from "./letters.js";
import { children } from "./scripts.js";

type Sum = SyntaxOf<"sum">;
type Big = SyntaxOf<"big">;

/**
 * `\sum_i a_i + b_i` sums the first term alone; but where nothing else binds the i of the second, it can only be meant
 * to stand under the sum as well. Gives the formula with such terms drawn in, or `null` where there are none.
 */
export function extendedSums(s: Sum, isBound: (letter: string) => boolean): Sum | null {
  for (const [k, term] of s.terms.entries()) {
    const big = lastBig(term.body);
    if (big === null) continue;
    const letters = bindings(big.sub, big.sup)
      .map((b) => b.letter)
      .filter((l) => !isBound(l));
    let end = k + 1;
    while (end < s.terms.length && isLoose(s.terms[end]?.body, letters)) end += 1;
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

const isLoose = (s: Syntax | undefined, letters: readonly string[]): boolean =>
  s !== undefined && lastBig(s) === null && letters.some((l) => mentionsFree(s, l));

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
