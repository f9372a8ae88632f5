import { flatMap } from "../../../core/flat-map.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { letterOf, nodesIn } from "../../symbols/letters.js";
import { headKey, mapOperands, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, withSides } from "../../symbols/statements.js";

/**
 * `V_{i_j}` beside a declared vector `V_i` is its entry j, put as `V_{i,j}`, where nothing else says what `i_j` is.
 */
export function withNestedPositions(items: readonly Item[], told: readonly Item[] = []): readonly Item[] {
  const all = [...told, ...items];
  const vectors = new Set(flatMap(all, vectorsIn));
  if (vectors.size === 0) return items;
  const nodes = flatMap(
    flatMap(all, (i) => i.statement.sides),
    nodesIn,
  );
  const places = new Set<Syntax>(flatMap(nodes, (n) => (n.kind === "scripted" ? nodesIn(n).slice(1) : [])));
  // `w_1, \dots, w_C` by themselves, the words of a text say, are numbers.
  const numbered = new Set(
    flatMap(nodes, (n) => (n.kind === "scripted" && n.sub !== null && !places.has(n) ? (letterOf(n.base) ?? []) : [])),
  );
  const put = (s: Syntax): Syntax => {
    const inner = mapOperands(s, put);
    const pair = inner.kind === "scripted" ? nestedIn(inner, vectors) : null;
    if (
      pair === null ||
      inner.kind !== "scripted" ||
      inner.sub === null ||
      numbered.has(letterOf(pair[0] ?? inner) ?? "")
    )
      return inner;
    return { ...inner, sub: { kind: "list", items: pair, span: inner.sub.span } };
  };
  return items.map((item) => withSides(item, put));
}

/** `V_i \in \mathbb{R}^k`. */
function vectorsIn({ statement }: Item): readonly string[] {
  const d = declarationOf(statement);
  if (d === null || d.set.shape.length !== 1) return [];
  return flatMap(d.symbols, (t) => {
    const [place, more] = t.subs;
    const letter = place === undefined || more !== undefined ? null : letterOf(place);
    return letter === null || t.sups.length > 0 ? [] : [`${headKey(t.symbol)}_${letter}`];
  });
}

/** The i and j of `V_{i_j}`. */
function nestedIn(s: SyntaxOf<"scripted">, vectors: ReadonlySet<string>): readonly Syntax[] | null {
  const own = s.base.kind === "symbol" ? headKey(s.base) : null;
  const { sub } = s;
  if (own === null || sub?.kind !== "scripted" || sub.sub === null || sub.sup !== null || sub.primes > 0) return null;
  const letter = letterOf(sub.base);
  return letter === null ||
    letterOf(sub.sub) === null ||
    takeApart(sub.base) === null ||
    !vectors.has(`${own}_${letter}`)
    ? null
    : [sub.base, sub.sub];
}
