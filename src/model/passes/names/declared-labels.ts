import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { headKey, mapOperands, type Scripted, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
  withSides,
} from "../../symbols/statements.js";

/*
 * `W_q, W_k \in \mathbb{R}^{d \times m}`, `W_v \in \mathbb{R}^{d \times n}`: letters below one name that are declared apart and of which
 * one at least counts nothing anywhere are parts of names, also where another line has a sum over k. `x_i, x_j` with an i that
 * counts stay members of one family, and so do `u_o, u_w` beside `\sum_w \exp(u_w^\top v_c)`, and `x_i, x_c`: a letter that is bound
 * where it stands below the name itself counts its members.
 */

/** The premises alone tell the names: a sum in a line about them changes nothing of what they say. */
export function withDeclaredLabels(items: readonly Item[], told?: readonly Item[]): readonly Item[] {
  const names = declaredNames(told ?? items.filter((i) => !i.statement.sides.some(mentionsDerivative)));
  return names.size === 0 ? items : items.map((item) => withSides(item, (s) => named(s, names)));
}

/** The names with their letters, `W_k`. */
function declaredNames(items: readonly Item[]): ReadonlySet<string> {
  const declared = new Map<string, Set<string>>();
  for (const t of flatMap(items, ({ statement }) => declarationOf(statement)?.symbols ?? [])) {
    const letter = onlyLetter(t);
    if (letter === null) continue;
    const letters = declared.get(targetKey(t)) ?? new Set();
    declared.set(targetKey(t), letters.add(letter));
  }
  const several = new Map([...declared].filter(([, letters]) => letters.size > 1));
  const names = new Set<string>();
  if (several.size === 0) return names;
  const counting = countingLetters(items, several);
  const ranged = new Set(flatMap(items, ({ statement }) => boundByRange(statement)));
  for (const [head, letters] of several)
    if (
      isAlwaysOneOf(items, head, letters) &&
      [...letters].some((l) => !counting.has(l)) &&
      !items.some(({ statement }) => countsMembers(statement, head, ranged))
    )
      for (const l of letters) names.add(`${head}_${l}`);
  return names;
}

/** Puts the names, but not where a sum's letter happens to be the one below. */
function named(s: Syntax, names: ReadonlySet<string>): Syntax {
  const bound = s.kind === "big" ? bindings(s.sub, s.sup).map((b) => b.letter) : [];
  const free = bound.length === 0 ? names : new Set([...names].filter((n) => !bound.some((l) => n.endsWith(`_${l}`))));
  const inner = mapOperands(s, (o) => named(o, free));
  const t = inner.kind === "scripted" && inner.sub !== null ? takeApart({ ...inner, sup: null }) : null;
  if (inner.kind !== "scripted" || inner.sub === null || t === null || !names.has(`${targetKey(t)}_${onlyLetter(t)}`))
    return inner;
  return { ...inner, sub: { kind: "text", text: scriptText(inner.sub), span: inner.sub.span } };
}

/** Does a letter stand below the name in a statement that binds it: by a sum, by a range, or on the left of an equation? */
function countsMembers(st: Item["statement"], head: string, ranged: ReadonlySet<string>): boolean {
  const below = flatMap(flatMap(st.sides, symbolsIn), (t) =>
    targetKey(t) === head ? (onlyLetter({ ...t, sups: [] }) ?? []) : [],
  );
  if (below.length === 0) return false;
  const summed = flatMap(flatMap(st.sides, nodesIn), summedIn);
  const said = flatMap(st.conditions, boundByRange);
  const [first] = st.sides;
  const left = first === undefined || !isEquation(st) ? null : leftSide(first);
  const places =
    left === null || targetKey(left.target) === head ? [] : flatMap(left.target.subs, nodesIn).map(letterOf);
  return below.some((l) => ranged.has(l) || summed.includes(l) || said.includes(l) || places.includes(l));
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
  const summed = flatMap(nodes, summedIn);
  const below = flatMap(nodes, (n): readonly string[] => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    if (t === null || several.has(targetKey(t)) || /^[A-Z]$/.test(headKey(t.symbol))) return [];
    return flatMap(flatMap(t.subs, nodesIn), (s) => letterOf(s) ?? []);
  });
  return new Set([...ranged, ...summed, ...below]);
}

const boundByRange = (st: Item["statement"]): readonly string[] => (rangeStatement(st) ?? []).map((b) => b.letter);

const summedIn = (n: Syntax): readonly string[] =>
  n.kind === "big" ? bindings(n.sub, n.sup).map((b) => b.letter) : [];
