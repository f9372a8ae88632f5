import { flatMap } from "../../../core/flat-map.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { children, mapOperands, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, mentionsDerivative, targetKey, withSides } from "../../symbols/statements.js";

/**
 * `\partial a/\partial b = \phi'` beside `a = \phi(z)`, where φ is applied to nothing but z: the derivative at z. `told` has the
 * equations that apply it.
 */
export function withPrimeArguments(items: readonly Item[], told: readonly Item[]): readonly Item[] {
  const derived = items.filter((i) => i.statement.sides.some(mentionsDerivative));
  if (!derived.some((i) => i.statement.sides.some(hasPrime))) return items;
  const applied = new Map<string, SyntaxOf<"group"> | null>();
  for (const { statement } of told)
    if (isEquation(statement) && !statement.sides.some(mentionsDerivative))
      for (const n of flatMap(statement.sides, nodesIn)) note(n, applied);
  const only = new Map([...applied].flatMap(([key, group]) => (group === null ? [] : [[key, group] as const])));
  if (only.size === 0) return items;
  const isDerived = new Set(derived);
  return items.map((item) => (isDerived.has(item) ? withSides(item, (s) => put(s, fitting(item, only))) : item));
}

const hasPrime = (s: Syntax): boolean => nodesIn(s).some((n) => n.kind === "scripted" && n.primes > 0);

/** In a line of entries an array is no argument, and elsewhere the letter of a member is not bound, unless the line has it. */
function fitting(
  { statement: { sides } }: Item,
  only: ReadonlyMap<string, SyntaxOf<"group">>,
): ReadonlyMap<string, SyntaxOf<"group">> {
  const [left] = sides;
  const texts = new Set(
    left === undefined ? [] : nodesIn(left).flatMap((n) => (n.kind === "scripted" ? [scriptText(n)] : [])),
  );
  const isSummed = sides.flatMap(nodesIn).some((n) => n.kind === "big");
  const isScripted = (s: Syntax): boolean => nodesIn(s).some((n) => n.kind === "scripted");
  return new Map([...only].filter(([, { body }]) => (isScripted(body) ? texts.has(scriptText(body)) : !isSummed)));
}

/** What each letter is applied to; `null` where that differs, or where the letter stands alone. */
function note(n: Syntax, applied: Map<string, SyntaxOf<"group"> | null>): void {
  const parts = n.kind === "scripted" ? [] : children(n);
  parts.forEach((item, k) => {
    const t = takeApart(item);
    if (t === null || t.primes > 0) return;
    const group = n.kind === "juxtaposition" && t.subs.length + t.sups.length === 0 ? argument(n.items[k + 1]) : null;
    const known = applied.get(targetKey(t));
    const isSame = known === undefined || (known !== null && group !== null && scriptText(known) === scriptText(group));
    applied.set(targetKey(t), isSame ? group : null);
  });
}

const argument = (s: Syntax | undefined): SyntaxOf<"group"> | null =>
  s?.kind === "group" && s.open === "(" && s.body.kind !== "list" ? s : null;

function put(s: Syntax, only: ReadonlyMap<string, SyntaxOf<"group">>): Syntax {
  const own = applyPrime(s, only);
  if (own !== null) return own;
  if (s.kind !== "juxtaposition") return mapOperands(s, (n) => put(n, only));
  const items = s.items.flatMap((item, k) => {
    const whole = s.items[k + 1]?.kind === "group" ? null : applyPrime(item, only);
    return whole === null ? [takeApart(item)?.primes === 1 ? item : put(item, only)] : whole.items;
  });
  return items.every((x, k) => x === s.items[k]) && items.length === s.items.length ? s : { ...s, items };
}

/** `\phi'` with its argument. */
function applyPrime(s: Syntax, only: ReadonlyMap<string, SyntaxOf<"group">>): SyntaxOf<"juxtaposition"> | null {
  const t = takeApart(s);
  if (t === null || t.primes !== 1 || t.subs.length + t.sups.length > 0) return null;
  const group = only.get(targetKey({ ...t, primes: 0 }));
  return group === undefined ? null : { kind: "juxtaposition", items: [s, group], span: s.span };
}
