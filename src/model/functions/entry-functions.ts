import type { Statement, Syntax, SyntaxOf } from "../../notation/syntax.js";
import type { FunctionDefinition } from "../elaborate/elaborator.js";
import { bindings, letterOf, nodesIn } from "../symbols/letters.js";
import { mapOperands, plainSymbol, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import { functionKey } from "./applications.js";

/*
 * `\sigma(z)_i = e^{z_i} / \sum_j e^{z_j}`, also inside a chain, `p_i = \sigma(z)_i = …`: a function of an array, by its entries.
 * Such a σ is no sigmoid, whatever custom says.
 */

export interface EntryFunction {
  readonly head: Scripted;
  readonly definition: FunctionDefinition;
}

/** The functions that the sides of an equation define by their entries. */
export function entryFunctions({ sides, span }: Statement): readonly EntryFunction[] {
  return sides.flatMap((side, k) => {
    const entry = entryApplied(side);
    const rest = sides.slice(k + 1);
    if (entry === null || rest.length === 0) return [];
    const key = functionKey(entry.head);
    if (rest.some((s) => nodesIn(s).some((n) => takeApart(n)?.symbol.name === entry.head.symbol.name))) return [];
    const body = rest.map((s) => bodyOf(s, entry)).find((b) => b !== null);
    const parameters = [takeApart(parameter(side))].filter((t) => t !== null);
    if (body !== undefined) return [{ head: entry.head, definition: { key, parameters, body, span } }];
    const { head, argument, letter } = entry;
    const [formula] = rest;
    return formula === undefined
      ? []
      : [{ head, definition: { key, parameters: [argument], body: formula, span, entry: letter } }];
  });
}

interface Entry {
  readonly head: Scripted;
  readonly argument: Scripted;
  readonly letter: string;
}

/** `\sigma(z)_i`. */
function entryApplied(s: Syntax): Entry | null {
  const [first, group, ...more] = s.kind === "juxtaposition" ? s.items : [];
  const head = first === undefined ? null : takeApart(first);
  if (head === null || head.subs.length + head.sups.length + head.primes > 0 || more.length > 0) return null;
  if (group?.kind !== "scripted" || group.sub === null || group.sup !== null || group.primes > 0) return null;
  const argument = group.base.kind === "group" && group.base.open === "(" ? takeApart(group.base.body) : null;
  const letter = letterOf(group.sub);
  return argument === null || letter === null ? null : { head, argument, letter };
}

const parameter = ({ span }: Syntax): SyntaxOf<"symbol"> => plainSymbol("u", span);

/** The formula for all entries at once. */
function bodyOf(s: Syntax, { argument, letter }: Entry): Syntax | null {
  const [above, below] = s.kind === "fraction" ? [exponent(s.numerator), summedExponent(s.denominator)] : [null, null];
  if (above === null || below === null) return withoutPlace(s, argument, letter);
  const [own, summed] = [withoutPlace(above, argument, letter), withoutPlace(below.body, argument, below.letter)];
  if (own === null || summed === null || scriptText(own) !== scriptText(summed)) return null;
  const softmax: Syntax = { ...parameter(s), name: "softmax", style: "roman", latex: "\\operatorname{softmax}" };
  return {
    kind: "juxtaposition",
    items: [softmax, { kind: "group", open: "(", body: own, span: s.span }],
    span: s.span,
  };
}

/** The A of `e^A` and `\exp(A)`. */
function exponent(s: Syntax): Syntax | null {
  if (s.kind === "group") return exponent(s.body);
  if (s.kind === "scripted")
    return s.base.kind === "symbol" && s.base.name === "e" && s.sub === null && s.primes === 0 ? s.sup : null;
  const [head, group, ...more] = s.kind === "juxtaposition" ? s.items : [];
  const isExp = head?.kind === "symbol" && head.name === "exp" && group?.kind === "group" && more.length === 0;
  return isExp ? group.body : null;
}

function summedExponent(s: Syntax): { readonly body: Syntax; readonly letter: string } | null {
  if (s.kind === "group") return summedExponent(s.body);
  const body = s.kind === "big" && s.operator === "\\sum" && s.body !== null ? exponent(s.body) : null;
  const [bound, ...more] = s.kind === "big" ? bindings(s.sub, s.sup) : [];
  if (body === null || bound === undefined || more.length > 0 || s.kind !== "big") return null;
  // `\sum_{j < i}`, `\sum_{j \ne i}`, `\sum_{j=2}^n` leave some out.
  const below = s.sub === null ? "" : scriptText(s.sub);
  const isWhole = below === bound.letter || below === `${bound.letter}=1`;
  const isPlain = s.sup === null || s.sup.kind === "number" || takeApart(s.sup) !== null;
  return isWhole && isPlain ? { body, letter: bound.letter } : null;
}

/** With the whole array for its entry at the letter; `null` where anything else of it, or of the letter, is left. */
function withoutPlace(s: Syntax, argument: Scripted, letter: string): Syntax | null {
  const put = (n: Syntax): Syntax => (isEntryAt(n, argument, letter) ? parameter(n) : mapOperands(n, put));
  const whole = put(s);
  const left = nodesIn(whole).some(
    (n) => letterOf(n) === letter || n.kind === "big" || takeApart(n)?.symbol.name === argument.symbol.name,
  );
  return whole === s || left ? null : whole;
}

function isEntryAt(n: Syntax, argument: Scripted, letter: string): boolean {
  const t = takeApart(n);
  if (t === null || t.symbol.name !== argument.symbol.name || t.primes !== argument.primes) return false;
  const place = t.subs.at(-1);
  const texts = (of: Scripted, subs: readonly Syntax[]): string =>
    [...of.symbol.accents, ...of.sups.map((p) => scriptText(p.content)), "_", ...subs.map(scriptText)].join(";");
  return (
    place !== undefined &&
    letterOf(place) === letter &&
    texts(t, t.subs.slice(0, -1)) === texts(argument, argument.subs)
  );
}
