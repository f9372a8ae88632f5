import type { Syntax } from "../../../notation/syntax.js";
import { letterOf, nodesIn } from "../../symbols/letters.js";
import { mapOperands, type Scripted, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey, withSides } from "../../symbols/statements.js";
import { wordsBeside } from "./mean-ranges.js";

/*
 * `m_t = \beta m_{t-1} + (1 - \beta) g_t`, `\hat{m}_t = m_t / (1 - \beta^t)`: where t counts steps, a rate that no equation gives
 * is raised to a power beside a number, or where words call it one of decay. Else the t would be the mark of a transpose, or
 * name another quantity.
 */

export function withDecayPowers(items: readonly Item[], premises: readonly Item[]): readonly Item[] {
  const all = [...premises, ...items];
  const equations = all.filter(({ statement: st }) => isEquation(st) && !st.sides.some(mentionsDerivative));
  const letters = new Set(equations.flatMap(stepLetters));
  if (letters.size === 0) return items;
  const nodes = all.flatMap((i) => i.statement.sides.flatMap(nodesIn));
  const given = new Set(equations.flatMap((i) => targetOf(i) ?? []).map(targetKey));
  const stepped = nodes.flatMap((n) => takeApart(n) ?? []).filter((t) => t.sups.some((p) => p.content.kind === "sum"));
  const known = new Set([...given, ...stepped.map(targetKey)]);
  const named = new Set(all.flatMap(decayNamed));
  const besideNumber = nodes.flatMap((n) =>
    n.kind === "sum" && n.terms.some((t) => t.body.kind === "number") ? n.terms : [],
  );
  const powers = new Set(besideNumber.flatMap(({ body }) => baseOf(body, letters) ?? []).map(targetKey));
  const forward = equations.flatMap((i) => i.statement.sides.flatMap(nodesIn));
  const bases = new Set(forward.flatMap((n) => (n.kind === "scripted" ? [n.base] : [])));
  const alone = forward.filter((n) => !bases.has(n)).flatMap((n) => takeApart(n) ?? []);
  const bare = new Set(alone.filter((t) => t.sups.length === 0).map(targetKey));
  const isPower = (t: Scripted): boolean =>
    bare.has(targetKey(t)) && !known.has(targetKey(t)) && (powers.has(targetKey(t)) || named.has(targetKey(t)));
  const put = (s: Syntax): Syntax => {
    const inner = mapOperands(s, put);
    const base = baseOf(inner, letters);
    if (base === null || !isPower(base) || inner.kind !== "scripted" || inner.sup === null) return inner;
    // A product is neither a mark nor a name.
    const one: Syntax = { kind: "number", text: "1", span: inner.sup.span };
    return { ...inner, sup: { kind: "juxtaposition", items: [one, inner.sup], span: inner.sup.span } };
  };
  return items.map((item) => withSides(item, put));
}

const targetOf = ({ statement: { sides } }: Item): Scripted | null =>
  sides[0] === undefined ? null : (leftSide(sides[0])?.target ?? null);

/** The \beta of `\beta^t`. */
function baseOf(s: Syntax, letters: ReadonlySet<string>): Scripted | null {
  const t = takeApart(s);
  const [place, more] = t?.sups ?? [];
  if (t === null || place === undefined || more !== undefined || place.bracketed) return null;
  return letters.has(letterOf(place.content) ?? "") ? t : null;
}

/** The t of an equation for `m_t` that speaks of `m_{t-1}`. */
function stepLetters(item: Item): readonly string[] {
  const target = targetOf(item);
  if (target === null) return [];
  const own = item.statement.sides
    .slice(1)
    .flatMap(nodesIn)
    .flatMap((n) => takeApart(n) ?? []);
  const before = own
    .filter((t) => t.symbol.name === target.symbol.name)
    .flatMap(placesOf)
    .map(scriptText);
  return placesOf(target).flatMap((p) => {
    const letter = letterOf(p);
    return letter !== null && /^[a-z]$/.test(letter) && before.includes(`${letter}-1`) ? [letter] : [];
  });
}

const placesOf = (t: Scripted): readonly Syntax[] => [...t.subs, ...t.sups.map((p) => p.content)];

/** What words call a rate of decay. */
function decayNamed(item: Item): readonly string[] {
  const [first] = item.statement.sides;
  const t = first === undefined || isEquation(item.statement) ? null : takeApart(first);
  if (t === null || t.sups.length > 0) return [];
  return /\b(decay|discount|forgetting|momentum|damping)\b/i.test(wordsBeside(item)) ? [targetKey(t)] : [];
}
