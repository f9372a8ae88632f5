import { flatMap } from "../../../core/flat-map.js";
import { functionWritten } from "../../../functions/table.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { visit } from "../../symbols/letters.js";
import { headKey, mapOperands, plainSymbol, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, mentionsDerivative, withSides } from "../../symbols/statements.js";

/*
 * `f(y) = a \log y`, and nothing applies f to anything but y: then f is a quantity, and `f'(y)` its derivative by y. It is put
 * as `\partial f/\partial y`, `f''(y)` as the second derivative.
 */

export function withPrimesWritten(items: readonly Item[], only: Arguments): readonly Item[] {
  if (only.size === 0) return items;
  return items.map((item) => withSides(item, (s) => written(s, only)));
}

/** Letters that are quantities and not functions, and what each of them is the value at. */
export type Arguments = ReadonlyMap<string, SyntaxOf<"symbol">>;

interface Application {
  readonly f: SyntaxOf<"symbol">;
  readonly primes: number;
  readonly argument: Syntax;
}

/** `f'(y)` of a letter f without other scripts. */
function application(head: Syntax | undefined, group: Syntax | undefined): Application | null {
  const t = head === undefined ? null : takeApart(head);
  if (t === null || group?.kind !== "group" || group.open !== "(" || t.subs.length + t.sups.length > 0) return null;
  return { f: t.symbol, primes: t.primes, argument: group.body };
}

/** Names for which authors have formulas of their own, with a β or without. */
const ACTIVATION = /^(?:swish|silu|gelu|mish|[sc]?elu|soft-?plus|softsign|(?:leaky|p)relu)$/i;

/** The letters that some line defines by its value at a lone symbol and that are applied to nothing else, with it. */
export function argumentsOf(items: readonly Item[]): Arguments {
  const defined = new Map<string, SyntaxOf<"symbol">>();
  const others = new Set<string>();
  const primed = new Set<string>();
  for (const { statement } of items) {
    const [first] = statement.sides;
    const left = first?.kind === "juxtaposition" && first.items.length === 2 ? application(...twoOf(first)) : null;
    if (left === null || (functionWritten(headKey(left.f)) !== null && !ACTIVATION.test(left.f.name))) continue;
    if (isEquation(statement) && left.primes === 0 && left.argument.kind === "symbol")
      defined.set(headKey(left.f), left.argument);
  }
  for (const { statement } of items) {
    for (const { f, primes } of flatMap(statement.sides, applicationsIn)) if (primes > 0) primed.add(headKey(f));
    for (const key of appliedOtherwise(statement, defined)) others.add(key);
  }
  return new Map([...defined].filter(([key]) => primed.has(key) && !others.has(key)));
}

/** The letters that a line applies to something else, or as a function. */
function appliedOtherwise(st: Statement, defined: Arguments): readonly string[] {
  const [first] = st.sides;
  const about = first?.kind === "juxtaposition" ? application(...twoOf(first)) : null;
  // Of a line about derivatives f(y) may be a part, as y is.
  const isForward = isEquation(st) && !st.sides.some(mentionsDerivative);
  const own = about === null ? "" : headKey(about.f);
  return flatMap(flatMap(st.sides, applicationsIn), ({ f, primes, argument }) => {
    const key = headKey(f);
    const place = defined.get(key);
    const differs = place !== undefined && scriptText(argument) !== scriptText(place);
    // `a = f(z)` applies a function, whatever its formula calls its argument.
    return differs || (primes === 0 && own !== key && isForward) ? [key] : [];
  });
}

function applicationsIn(side: Syntax): readonly Application[] {
  const found: Application[] = [];
  visit(side, (s) => {
    if (s.kind === "juxtaposition")
      s.items.forEach((item, k) => {
        const one = application(item, s.items[k + 1]);
        if (one !== null) found.push(one);
      });
  });
  return found;
}

const twoOf = (s: SyntaxOf<"juxtaposition">): readonly [Syntax | undefined, Syntax | undefined] => [
  s.items[0],
  s.items[1],
];

function written(s: Syntax, only: Arguments): Syntax {
  const inner = mapOperands(s, (n) => written(n, only));
  if (inner.kind !== "juxtaposition") return inner;
  const items: Syntax[] = [];
  for (let k = 0; k < inner.items.length; k++) {
    const [head, group] = [inner.items[k], inner.items[k + 1]];
    const one = application(head, group);
    if (head === undefined) continue;
    if (one === null || one.primes === 0 || one.primes > 2 || !only.has(headKey(one.f))) {
      items.push(head);
      continue;
    }
    items.push(derivative(one, { start: head.span.start, end: group?.span.end ?? head.span.end }));
    k += 1;
  }
  const [lone] = items;
  if (items.length === 1 && lone !== undefined) return lone;
  return items.length === inner.items.length ? inner : { ...inner, items };
}

function derivative({ f, primes, argument }: Application, span: Syntax["span"]): Syntax {
  const sign: Syntax = plainSymbol("\\partial", span);
  const twice = (base: Syntax): Syntax =>
    primes < 2
      ? base
      : { kind: "scripted", base, sub: null, sup: { kind: "number", text: "2", span }, primes: 0, span: base.span };
  const numerator: Syntax = { kind: "juxtaposition", items: [twice(sign), f], span };
  const denominator: Syntax = { kind: "juxtaposition", items: [sign, twice(argument)], span };
  return { kind: "fraction", numerator, denominator, span };
}
