import { flatMap } from "../../../core/flat-map.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { letterOf } from "../../symbols/letters.js";
import { headKey, mapOperands, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, withSides } from "../../symbols/statements.js";

/*
 * `p^*_j = \arg\max_p z_{jp}` names a position, not a number: it is put in the places where the name stands,
 * `\mathbb{1}[p = p^*_j]`, `z_{j, p^*_j}`, `\delta_{p p^*_j}`.
 */

export function withArgmaxNames(items: readonly Item[]): readonly Item[] {
  const names = new Map(
    flatMap(items, (i) => {
      const name = nameIn(i);
      return name === null ? [] : [[name.key, name] as const];
    }),
  );
  if (names.size === 0) return items;
  return items.map((item) => {
    const { statement } = item;
    const [left] = statement.sides;
    if (left !== undefined && nameIn(item) !== null)
      return { ...item, statement: { ...statement, sides: [left], relations: [] } };
    return withSides(item, (s) => put(s, names));
  });
}

interface Name {
  readonly key: string;
  /** The letters of its left side. */
  readonly letters: readonly string[];
  readonly argument: SyntaxOf<"big">;
}

function nameIn({ statement, submitted }: Item): Name | null {
  const [left, right, ...more] = statement.sides;
  const t = left === undefined ? null : takeApart(left);
  if (t === null || more.length > 0 || !isEquation(statement) || submitted === true) return null;
  if (right?.kind !== "big" || !/^\\arg\\(max|min)$/.test(right.operator)) return null;
  const letters = flatMap(t.subs, (s) => letterOf(s) ?? []);
  return letters.length < t.subs.length ? null : { key: keyOf(left) ?? "", letters, argument: right };
}

/** A symbol with its superscripts and the number of its positions. */
function keyOf(s: Syntax | undefined): string | null {
  const t = s === undefined ? null : takeApart(s);
  if (t === null) return null;
  return `${headKey(t.symbol)}${"'".repeat(t.primes)}^${t.sups.map((p) => scriptText(p.content)).join(";")}_${t.subs.length}`;
}

/** The tree with every name's value in its place. */
function put(s: Syntax, names: ReadonlyMap<string, Name>): Syntax {
  const name = names.get(keyOf(s) ?? "");
  if (name !== undefined) {
    const places = takeApart(s)?.subs ?? [];
    const at = new Map(name.letters.map((l, k) => [l, places[k]] as const));
    return everywhere(name.argument, (n) => at.get(letterOf(n) ?? "") ?? null);
  }
  return everywhere(s, (n) => (n !== s && names.has(keyOf(n) ?? "") ? put(n, names) : null));
}

/** The tree with `f` of a node in its place where that is one, scripts, limits and conditions included. */
function everywhere(s: Syntax, f: (s: Syntax) => Syntax | null): Syntax {
  const again = (n: Syntax): Syntax => f(n) ?? everywhere(n, f);
  const orNull = (n: Syntax | null): Syntax | null => (n === null ? null : again(n));
  const inner = mapOperands(s, again);
  switch (inner.kind) {
    case "scripted":
    case "big": {
      const [sub, sup] = [orNull(inner.sub), orNull(inner.sup)];
      return sub === inner.sub && sup === inner.sup ? inner : { ...inner, sub, sup };
    }
    case "cases": {
      const rows = inner.rows.map((r) => ({ value: again(r.value), condition: orNull(r.condition) }));
      const isSame = rows.every((r, k) => r.value === inner.rows[k]?.value && r.condition === inner.rows[k]?.condition);
      return isSame ? inner : { ...inner, rows };
    }
    default:
      return inner;
  }
}
