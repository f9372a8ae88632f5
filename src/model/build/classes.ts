import { flatMap } from "../../core/flat-map.js";
import type { Statement, Syntax } from "../../notation/syntax.js";
import {
  bindings,
  letterOf,
  nodesIn,
  orderedLetters,
  rangeStatement,
  type UnequalPair,
  unequalPair,
  visit,
} from "../symbols/letters.js";
import { children, headKey, scriptText, takeApart } from "../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
} from "../symbols/statements.js";
import { propertiesOf, sentencesOf } from "../words/prose.js";
import type { Builder } from "./builder.js";
import { loneExpression } from "./lone.js";
import { oncePerProblem } from "./worklist.js";

/*
 * Letters that hold a position and run over nothing: the class y of `s_y`, the class `y_i` of an example.
 */

/** Letters such as the class `y \in \{1, \dots, K\}` that nothing binds and no left side runs over: they hold a number. */
export function integerSymbols(items: readonly Item[]): ReadonlySet<string> {
  const candidates = new Set<string>();
  const running = new Set<string>();
  for (const { statement, formula, ordinal } of items) {
    const d = declarationOf(statement);
    if (d?.set.kind !== "range") for (const l of [...runningLetters(statement), ...layersOf(statement)]) running.add(l);
    else if (!isForEach(formula.sentence, ordinal))
      for (const t of d.symbols) {
        const letter = letterOf(t.symbol);
        if (letter !== null && t.subs.length === 0 && t.sups.length === 0) candidates.add(letter);
      }
  }
  return new Set([...candidates].filter((c) => !running.has(c)));
}

/** The letters above a left side, the ℓ of `h^{(\ell+1)} = …`: an equation holds for each layer. */
function layersOf(st: Statement): readonly string[] {
  const [first] = st.sides;
  const t = first === undefined || !isEquation(st) || mentionsDerivative(first) ? null : leftSide(first)?.target;
  const places = (t?.sups ?? []).filter((p) => p.bracketed).map((p) => p.content);
  return flatMap(places, (p) => flatMap(nodesIn(p), (n) => letterOf(n) ?? []));
}

/** "for each $m \in \{1, \dots, M\}$", "for all $j \in \dots$": words that say what a letter runs over. */
const isForEach = (sentence: string, ordinal: number): boolean =>
  new RegExp(`\\b(?:for|over) (?:each|every|all|any) (?:\\$\\d+\\$(?:,| and|, and) )*\\$${ordinal}\\$`, "i").test(
    sentence,
  );

/** The y of `s_y` where words say that it is a class: "the true class $y$". */
export function classesInWords(builder: Builder): ReadonlySet<string> {
  const named = flatMap(flatMap(sentencesOf(builder.premises), propertiesOf), (p) =>
    p.property === "integer" ? (loneExpression(builder, p.ordinal) ?? []) : [],
  );
  const letters = flatMap(named, (s) => letterOf(s) ?? []);
  if (letters.length === 0) return new Set();
  const running = new Set(flatMap(builder.items, (i) => runningLetters(i.statement)));
  const below = new Set(
    flatMap(builder.items, (i) =>
      flatMap(flatMap(i.statement.sides, nodesIn), (n) => flatMap(takeApart(n)?.subs ?? [], (s) => letterOf(s) ?? [])),
    ),
  );
  return new Set(letters.filter((l) => below.has(l) && !running.has(l)));
}

/** Does any formula compute with a symbol? One that is the symbol alone, "of class $c$", only names it. */
export const areComputedWith = (items: readonly Item[], head: string): boolean =>
  items.some(
    ({ statement: { sides } }) => !sides.every((s) => s.kind === "symbol") && sides.some((s) => computesWith(s, head)),
  );

/** Does a symbol stand anywhere but in a script, a limit or a condition? */
function computesWith(s: Syntax, head: string): boolean {
  if (s.kind === "symbol") return headKey(s) === head;
  if (s.kind === "relation") return false;
  if (s.kind === "scripted") return computesWith(s.base, head);
  if (s.kind === "big") return s.body !== null && computesWith(s.body, head);
  return children(s).some((n) => computesWith(n, head));
}

/** What lines compare with an index and have below a symbol: the y of `\mathbb{1}[j = y]`, `j \ne y_i`, `\delta_{jy}` beside `s_y`. */
interface Compared {
  /** Lone letters. */
  readonly classes: ReadonlySet<string>;
  /** The letters below others, the i of `y_i`: they run over examples. */
  readonly examples: ReadonlySet<string>;
}

export const classesCompared = oncePerProblem((builder: Builder): Compared => {
  const { premises, items } = builder;
  const running = new Set(flatMap(items, (i) => runningLetters(i.statement)));
  const isRunning = (s: Syntax): boolean => running.has(letterOf(s) ?? "");
  // What is handed in may say by comparing it that a letter below the problem's own symbols is a class.
  const sides = flatMap(items, ({ statement }) => flatMap([statement, ...statement.conditions], (st) => st.sides));
  const nodes = flatMap(sides, nodesIn);
  // A letter that only lines about derivatives have is any index: i and j of `\partial p_i/\partial z_j`.
  const forward = premises.filter((i) => isEquation(i.statement) && !i.statement.sides.some(mentionsDerivative));
  const below = new Set(
    flatMap(
      flatMap(forward, (i) => flatMap(i.statement.sides, nodesIn)),
      subscriptsOf,
    ).map(scriptText),
  );
  const pairs = [
    ...flatMap(nodes, (n) => (n.kind === "relation" ? comparisons(n.items, n.operators) : deltaOf(n))),
    ...flatMap(
      flatMap(items, (i) => i.statement.conditions),
      (c) => comparisons(c.sides, c.relations),
    ),
  ];
  const paired = pairedLetters(builder);
  const [classes, examples] = [new Set<string>(), new Set<string>()];
  for (const [a, b] of [...pairs, ...pairs.map(([x, y]) => [y, x] as const)]) {
    const t = takeApart(b);
    if (t === null || !isRunning(a) || isRunning(b) || !below.has(scriptText(b)) || paired.has(scriptText(b))) continue;
    const head = targetKey(t);
    if (areComputedWith(premises, head)) continue;
    const places = [...t.subs, ...t.sups.filter((p) => p.bracketed).map((p) => p.content)];
    const letter = letterOf(places.length === 0 ? b : (places[0] ?? b));
    if (letter !== null && places.length < 2) (places.length === 0 ? classes : examples).add(letter);
  }
  return { classes, examples };
});

/**
 * Letters that run together over all unequal pairs. One of two that stand apart may be a class: where words speak of classes, or
 * name the letter.
 */
export const pairedLetters = oncePerProblem((builder: Builder): ReadonlySet<string> => {
  const pairs = flatMap(
    flatMap(
      flatMap(builder.items, (i) => i.statement.sides),
      nodesIn,
    ),
    (n) => (n.kind === "big" ? (unequalPair(n) ?? []) : []),
  );
  if (pairs.length === 0) return new Set();
  const isOfClasses = [...builder.plain, ...sentencesOf(builder.premises)].some((s) => CLASSES.test(s));
  const named = lettersNamed(builder);
  const isPair = ({ letters, together }: UnequalPair): boolean =>
    together || !(isOfClasses || letters.some((l) => named.has(l)));
  return new Set(flatMap(pairs, (p) => (isPair(p) ? p.letters : [])));
});

/** Letters that are formulas of their own: "for each $j$", "let $k$ be". */
export const lettersNamed = oncePerProblem(({ premises }: Builder): ReadonlySet<string> => {
  const alone = premises.filter(({ statement: { relations, sides } }) => relations.length === 0 && sides.length === 1);
  return new Set(
    flatMap(alone, ({ statement: { sides } }) => (sides[0] === undefined ? [] : (letterOf(sides[0]) ?? []))),
  );
});

/** The i of "node $i$" where sums run over `j \ne i` and words do not name j as well. */
export const othersGiven = oncePerProblem((builder: Builder): readonly string[] => {
  const named = lettersNamed(builder);
  const sums = flatMap(
    flatMap(builder.premises, (i) => flatMap(i.statement.sides, nodesIn)),
    (n) =>
      n.kind === "big" && n.sub?.kind === "relation" && n.sub.operators[0] === "\\ne"
        ? [orderedLetters(n.sub, true)]
        : [],
  );
  return flatMap(sums, ([first = "", second = ""]) => (named.has(second) && !named.has(first) ? [second] : []));
});

const CLASSES =
  /\b(?:class(?:es)?|labels?|categor(?:y|ies)|targets?|margins?|hinge|svm|correct|true|truth|gold|winner|anchor)\b/i;

/** Subscripts of anything but a Kronecker delta. */
function subscriptsOf(n: Syntax): readonly Syntax[] {
  const t = n.kind === "scripted" ? takeApart(n) : null;
  return t === null || t.symbol.name === "\\delta" ? [] : t.subs;
}

type Pair = readonly [Syntax, Syntax];

function deltaOf(n: Syntax): readonly Pair[] {
  const t = n.kind === "scripted" ? takeApart(n) : null;
  const [a, b, more] = t?.symbol.name === "\\delta" ? t.subs : [];
  return a === undefined || b === undefined || more !== undefined ? [] : [[a, b]];
}

const comparisons = (items: readonly Syntax[], operators: readonly string[]): readonly Pair[] =>
  flatMap(operators, (o, k): readonly Pair[] => {
    const [a, b] = [items[k], items[k + 1]];
    return a !== undefined && b !== undefined && (o === "=" || o === "\\ne") ? [[a, b]] : [];
  });

/** Letters that a statement binds, gives a range, or has below its left side. */
function runningLetters(st: Statement): readonly string[] {
  const ranges = flatMap([st, ...st.conditions], (c) => rangeStatement(c) ?? []).map((b) => b.letter);
  const bound: string[] = [];
  for (const side of st.sides)
    visit(side, (s) => {
      if (s.kind === "big") bound.push(...bindings(s.sub, s.sup).map((b) => b.letter));
    });
  const [first] = st.sides;
  // A derivative by `z_y` is by the entry of the class.
  if (first !== undefined && st.relations.length > 0 && !mentionsDerivative(first))
    visit(first, (s) => {
      const t = takeApart(s);
      // The unit vector `e_y` has its one where y says.
      if (t !== null && t.symbol.name !== "e") for (const sub of t.subs) bound.push(letterOf(sub) ?? "");
      // The i of `\sigma(z)_i`.
      if (s.kind === "scripted" && s.base.kind === "group" && s.sub !== null) bound.push(letterOf(s.sub) ?? "");
    });
  return [...ranges, ...bound];
}
