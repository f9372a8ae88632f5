import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { headKey, mapOperands, type Scripted, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, targetKey, withSides } from "../../symbols/statements.js";

/*
 * `W_q, W_k \in \mathbb{R}^{d \times m}`, `W_v \in \mathbb{R}^{d \times n}`: letters below one name that are declared apart and of which
 * one at least counts nothing anywhere are parts of names, also where another line has a sum over k. `x_i, x_j` with an i that
 * counts stay members of one family.
 */

export function withDeclaredLabels(items: readonly Item[], told: readonly Item[] = []): readonly Item[] {
  const all = [...told, ...items];
  const declared = new Map<string, Set<string>>();
  for (const t of flatMap(all, ({ statement }) => declarationOf(statement)?.symbols ?? [])) {
    const letter = onlyLetter(t);
    if (letter === null) continue;
    const letters = declared.get(targetKey(t)) ?? new Set();
    declared.set(targetKey(t), letters.add(letter));
  }
  const several = new Map([...declared].filter(([, letters]) => letters.size > 1));
  if (several.size === 0) return items;
  const counting = countingLetters(all, several);
  const names = new Set<string>();
  for (const [head, letters] of several)
    if (isAlwaysOneOf(all, head, letters) && [...letters].some((l) => !counting.has(l)))
      for (const l of letters) names.add(`${head}_${l}`);
  if (names.size === 0) return items;
  const put = (s: Syntax): Syntax => {
    const inner = mapOperands(s, put);
    const t = inner.kind === "scripted" && inner.sub !== null ? takeApart({ ...inner, sup: null }) : null;
    const letter = t === null ? null : onlyLetter(t);
    if (inner.kind !== "scripted" || inner.sub === null || t === null || !names.has(`${targetKey(t)}_${letter}`))
      return inner;
    return { ...inner, sub: { kind: "text", text: scriptText(inner.sub), span: inner.sub.span } };
  };
  return items.map((item) => withSides(item, put));
}

/** The k of `W_k`. */
function onlyLetter({ subs, sups }: Scripted): string | null {
  const [letter, more] = subs;
  return letter === undefined || more !== undefined || sups.length > 0 ? null : letterOf(letter);
}

/** Does the name stand nowhere alone, or with something else below it? */
const isAlwaysOneOf = (items: readonly Item[], head: string, letters: ReadonlySet<string>): boolean =>
  flatMap(items, (i) => flatMap(i.statement.sides, symbolsIn)).every(
    (t) => targetKey(t) !== head || letters.has(onlyLetter({ ...t, sups: [] }) ?? ""),
  );

/** Letters that a sum or a range binds, or that stand below what is no name of this sort and no size. */
function countingLetters(items: readonly Item[], several: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  const ranged = flatMap(items, ({ statement }) => flatMap([statement, ...statement.conditions], boundByRange));
  const nodes = flatMap(items, ({ statement }) =>
    flatMap(declarationOf(statement) === null ? statement.sides : statement.sides.slice(0, 1), nodesIn),
  );
  const summed = flatMap(nodes, (n) => (n.kind === "big" ? bindings(n.sub, n.sup).map((b) => b.letter) : []));
  const below = flatMap(nodes, (n): readonly string[] => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    if (t === null || several.has(targetKey(t)) || /^[A-Z]$/.test(headKey(t.symbol))) return [];
    return flatMap(flatMap(t.subs, nodesIn), (s) => letterOf(s) ?? []);
  });
  return new Set([...ranged, ...summed, ...below]);
}

const boundByRange = (st: Item["statement"]): readonly string[] => (rangeStatement(st) ?? []).map((b) => b.letter);
