import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { letterOf, rangeOfList } from "../../symbols/letters.js";
import { headKey, mapOperands, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import { readSet } from "../../symbols/sets.js";
import { type Item, withSides } from "../../symbols/statements.js";
import { type IsWhole, isVocabulary, wholeSets } from "./whole-sets.js";

/*
 * `\sum_{j \in S}` over a set with a name. Where a line says what is in it, `S = \{j : x_j > 0\}`, the sum runs under that
 * condition; of a set of pairs, `(i, j) \in \Omega`, or one for each index, `j \in R_i`, of which nothing is said, it runs over the
 * positions that a matrix of marks picks; a vocabulary is all words. What is in a set, the lines and sentences of `told` say.
 */

export function withSetSums(
  items: readonly Item[],
  told: { readonly items: readonly Item[]; readonly plain: readonly string[] },
  report: (d: Diagnostic) => void,
): readonly Item[] {
  const builders = new Map(told.items.flatMap((i) => builderOf(i) ?? []).map((b) => [b.key, b]));
  const plain = headsOutside(told.items);
  const sentences = [...told.items.map((i) => i.formula.sentence), ...told.plain];
  const mutual = sentences.some((s) => MUTUAL.test(s));
  const known: Known = { builders, plain, mutual, isWhole: wholeSets(told.items, told.plain), report };
  const own = (s: Syntax): Syntax => {
    const inner = mapOperands(s, own);
    if (inner.kind === "relation") return membershipAsCondition(inner, known);
    return inner.kind === "big" && inner.sub !== null
      ? overSet(underMembership(inner, known), inner.sub, known)
      : inner;
  };
  return items.map((item) => {
    const [left] = item.statement.sides;
    if (left !== undefined && builderOf(item) !== null)
      return { ...item, statement: { ...item.statement, sides: [left], relations: [] } };
    return withSides(item, own);
  });
}

/** Of an undirected graph, j is in `N_i` where i is in `N_j`: no entries that are free of each other mark that. */
const MUTUAL = /\bundirected\b|\bsymmetric (?:graph|neighbou?r|relation)/i;

/** `S = \{j : x_j > 0\}`, `R(t_i) = \{j \mid t_j \ge t_i\}`. */
interface SetBuilder {
  readonly key: string;
  /** The index that the set has itself: the i of `R_i`. */
  readonly of: string | null;
  readonly letter: string;
  readonly condition: SyntaxOf<"relation">;
}

interface Known {
  readonly builders: ReadonlyMap<string, SetBuilder>;
  readonly plain: ReadonlySet<string>;
  readonly mutual: boolean;
  readonly isWhole: IsWhole;
  readonly report: (d: Diagnostic) => void;
}

/** A set by its name and the one index it may depend on. */
interface NamedSet {
  readonly symbol: SyntaxOf<"symbol">;
  readonly key: string;
  readonly index: Syntax | null;
}

/** `\Omega`, `C_k`, `\mathcal{N}(i)`, `R(t_i)`: the last by what stands below its argument. */
function namedSet(s: Syntax): NamedSet | null {
  const [head, group, ...more] = s.kind === "juxtaposition" ? s.items : [s];
  const t = head === undefined || more.length > 0 ? null : takeApart(head);
  if (t === null || t.sups.length + t.primes > 0 || t.subs.length > 1 || readSet(s) !== null) return null;
  const argument = group === undefined ? null : group.kind === "group" && group.open === "(" ? group.body : undefined;
  if (argument === undefined || (argument !== null && t.subs.length > 0)) return null;
  const inner = argument === null ? null : takeApart(argument);
  const below = argument === null ? t.subs[0] : inner !== null && inner.subs.length === 1 ? inner.subs[0] : argument;
  const index = below ?? null;
  if (index !== null && letterOf(index) === null) return null;
  return { symbol: t.symbol, key: headKey(t.symbol), index };
}

/** What stands below a sum: the letters of what is in the set, and the set. */
interface Membership {
  readonly letters: readonly Syntax[];
  readonly written: Syntax;
  readonly set: NamedSet | null;
}

const memberships = (s: SyntaxOf<"big">): readonly Membership[] =>
  s.operator === "\\sum" && s.sup === null && s.sub !== null ? membershipIn(s.sub) : [];

function membershipIn(sub: Syntax): readonly Membership[] {
  if (sub.kind !== "relation" || sub.operators.join() !== "\\in") return [];
  const [first, second] = sub.items;
  if (first === undefined || second === undefined || rangeOfList(second) !== null) return [];
  const inside = first.kind === "group" && first.open === "(" ? first.body : first;
  const letters = inside.kind === "list" ? inside.items : [inside];
  const set = namedSet(second);
  if (!(set !== null || isVocabulary(second)) || !letters.every((l) => letterOf(l) !== null)) return [];
  return [{ letters, written: second, set }];
}

function builderOf({ statement: { sides, relations } }: Item): SetBuilder | null {
  const [left, right, ...more] = sides;
  const set = left === undefined || right === undefined || more.length > 0 ? null : namedSet(left);
  if (set === null || right?.kind !== "group" || right.open !== "\\{" || !/^:?=$/.test(relations[0] ?? "")) return null;
  const [element, condition] = builtFrom(right.body);
  const letter = element === undefined ? null : letterOf(element);
  const of = set.index === null ? null : letterOf(set.index);
  if (letter === null || condition?.kind !== "relation") return null;
  return { key: set.key, of, letter, condition };
}

/** The two parts of `j : x_j > 0` and `j \mid x_j > 0`. */
function builtFrom(body: Syntax): readonly (Syntax | undefined)[] {
  if (body.kind === "list") return body.items.length === 2 ? body.items : [];
  if (body.kind !== "relation" || !/^(:|\\mid)$/.test(body.operators[0] ?? "") || body.operators.length < 2) return [];
  const [element, ...items] = body.items;
  return [element, { ...body, items, operators: body.operators.slice(1) }];
}

/** `\mathbb{1}[(i, j) \in \Omega]` as the condition that sums over the set run under. */
function membershipAsCondition(s: SyntaxOf<"relation">, known: Known): Syntax {
  const [membership] = membershipIn(s);
  if (membership === undefined || membership.set === null) return s;
  const { letters, set } = membership;
  const [letter, more] = letters;
  const builder = known.builders.get(set.key);
  if (letter !== undefined && more === undefined && builder !== undefined)
    return conditionOf(letter, set, builder) ?? s;
  if ((more === undefined && set.index === null) || known.plain.has(set.key)) return s;
  return marked(letters, set, s.span);
}

/** `\sum_{j : (i, j) \in \Omega}`: what stands behind the colon is a membership too. */
function underMembership(big: SyntaxOf<"big">, known: Known): SyntaxOf<"big"> {
  const { sub } = big;
  if (sub?.kind !== "relation" || !/^(:|\\mid)$/.test(sub.operators[0] ?? "")) return big;
  const [letter, ...items] = sub.items;
  const behind: SyntaxOf<"relation"> = { ...sub, items, operators: sub.operators.slice(1) };
  const condition = membershipAsCondition(behind, known);
  if (letter === undefined || condition === behind || condition.kind !== "relation") return big;
  return { ...big, sub: { ...sub, items: [letter, ...condition.items], operators: [":", ...condition.operators] } };
}

function overSet(big: SyntaxOf<"big">, sub: Syntax, known: Known): Syntax {
  const [membership] = memberships(big);
  const { body } = big;
  if (membership === undefined || body === null) return big;
  const { letters, written, set } = membership;
  // `\sum_{x \in C}` of points, not of their numbers.
  const values = new Set(symbolsIn(body).map((t) => letterOf(t.symbol)));
  if (letters.some((l) => values.has(letterOf(l)))) return big;
  const [letter, more] = letters;
  const builder = set === null ? undefined : known.builders.get(set.key);
  if (letter !== undefined && more === undefined) {
    if (set !== null && builder !== undefined) return underCondition(big, letter, set, builder);
    if (known.isWhole(written)) {
      note(known, sub, `${scriptText(written)} is read as all that ${scriptText(letter)} may be`);
      return { ...big, sub: letter };
    }
    if (set?.index == null || known.mutual) return big;
  }
  return set === null || known.plain.has(set.key) ? big : underMarks(big, sub, letters, set, known);
}

/** `\sum_{(i,j) : \Omega_{ij} > 0}`. */
function underMarks(
  big: SyntaxOf<"big">,
  { span }: Syntax,
  letters: readonly Syntax[],
  set: NamedSet,
  known: Known,
): Syntax {
  const isMarked = marked(letters, set, span);
  const message = `${scriptText(set.symbol)} is read as a matrix that marks what is in the set, by positive entries`;
  note(known, isMarked, message);
  return { ...big, sub: { kind: "list", items: [...letters, isMarked], span } };
}

/** `\Omega_{ij} > 0`. */
function marked(letters: readonly Syntax[], { symbol, index }: NamedSet, span: Syntax["span"]): Syntax {
  const places: Syntax = { kind: "list", items: [...(index === null ? [] : [index]), ...letters], span };
  const marks: Syntax = { kind: "scripted", base: symbol, sub: places, sup: null, primes: 0, span };
  return { kind: "relation", items: [marks, { kind: "number", text: "0", span }], operators: [">"], span };
}

const note = ({ report }: Known, at: Syntax, message: string): void => {
  report(diagnostic("note", "reading/set", message, at.span));
};

function underCondition(big: SyntaxOf<"big">, letter: Syntax, set: NamedSet, builder: SetBuilder): Syntax {
  const condition = conditionOf(letter, set, builder);
  if (condition?.kind !== "relation") return big;
  return {
    ...big,
    sub: { ...condition, items: [letter, ...condition.items], operators: [":", ...condition.operators] },
  };
}

/** What a set's own line asks of the letter that is in it. */
function conditionOf(letter: Syntax, { index }: NamedSet, builder: SetBuilder): Syntax | null {
  if ((index === null) !== (builder.of === null)) return null;
  const put = (name: string | null): Syntax | null =>
    name === builder.letter ? letter : name === builder.of ? index : null;
  return renamed(builder.condition, put);
}

/** The expression with other letters in its scripts, and alone. */
function renamed(s: Syntax, put: (name: string | null) => Syntax | null): Syntax {
  const own = s.kind === "symbol" ? put(letterOf(s)) : null;
  if (own !== null) return own;
  const inner = mapOperands(s, (n) => renamed(n, put));
  if (inner.kind !== "scripted") return inner;
  const at = (script: Syntax | null): Syntax | null => (script === null ? null : renamed(script, put));
  return { ...inner, sub: at(inner.sub), sup: at(inner.sup) };
}

/** Names that stand elsewhere than as a set: `R` of `R_{ij} - p_i^\top q_j` is no matrix of marks. */
function headsOutside(items: readonly Item[]): ReadonlySet<string> {
  const heads = new Set<string>();
  // What is below a sum is not visited; `|\Omega|` counts what is in the set.
  const look = (s: Syntax): Syntax => {
    const t = takeApart(s);
    if (t !== null) heads.add(headKey(t.symbol));
    const isCount = s.kind === "group" && s.open === "|";
    return t !== null || isCount || membershipIn(s).length > 0 ? s : mapOperands(s, look);
  };
  for (const { statement } of items)
    if (statement.sides.length > 1 && statement.relations.join() !== "\\in") statement.sides.forEach(look);
  return heads;
}
