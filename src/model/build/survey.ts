import { flatMap } from "../../core/flat-map.js";
import type { Statement, Syntax, SyntaxOf } from "../../notation/syntax.js";
import { differentiatedIn } from "../passes/derivatives/differentiated.js";
import { DimVar } from "../sizes/dimensions.js";
import { bindings, letterOf, nodesIn, rangeEnds, rangeStatement, visit } from "../symbols/letters.js";
import {
  headKey,
  isTransposed,
  type Scripted,
  scriptText,
  subscripts,
  symbolsIn,
  takeApart,
} from "../symbols/scripts.js";
import { readSet } from "../symbols/sets.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  placeText,
  targetKey,
} from "../symbols/statements.js";
import { dimText } from "../values/value.js";
import { sentencesOf, sharedSets } from "../words/prose.js";
import { headsApart } from "./apart.js";
import type { Builder } from "./builder.js";
import { besideBound, besideIndices } from "./entry-letters.js";
import { quietly } from "./infer.js";
import { readLabelsAbove } from "./labels-above.js";
import { loneExpression } from "./lone.js";
import { mapsIn } from "./maps.js";
import { surveyNumberedMembers } from "./numbered-members.js";
import { shapesSaid } from "./shapes-in-words.js";

/*
 * First looks at all statements: which letters are indices, which names are sizes, how each symbol's scripts are used.
 */

/** `v^T = [1, 2, 3]`: the mark turns the list, and labels nothing. */
function turnsList({ sups }: Scripted, { sides }: Statement): boolean {
  const [mark, ...more] = sups;
  const right = sides[1];
  if (mark === undefined || more.length > 0 || mark.bracketed || !isTransposed(mark.content) || right === undefined)
    return false;
  return (right.kind === "group" && right.body.kind === "list") || (right.kind === "matrix" && right.rows.length === 1);
}

/** Letters that stand where a declared symbol's entries are named are indices, though nothing binds them. */
export function surveyLetters(builder: Builder, integers: ReadonlySet<string>): void {
  const orders = new Map<string, number>();
  // A size is no index: `\mathbf{1}_n` says how many ones there are.
  const sizes = new Set<string>();
  for (const { statement } of builder.items) {
    for (const end of rangeEnds(statement)) sizes.add(scriptText(end));
    const d = declarationOf(statement);
    if (d === null) continue;
    for (const t of d.symbols)
      if (t.subs.length === 0) orders.set(targetKey(t), d.set.shape.filter((s) => scriptText(s) !== "1").length);
    for (const size of d.set.shape) sizes.add(scriptText(size));
  }
  // A symbol's entries may be defined with letters that another symbol's entries tell: `s_j = e^{a_j}`.
  for (let round = 0, known = -1; round < ROUNDS && known < builder.letters.count; round++) {
    known = builder.letters.count;
    surveyOnce(builder, integers, orders, sizes);
  }
}

const ROUNDS = 4;

function surveyOnce(
  builder: Builder,
  integers: ReadonlySet<string>,
  orders: ReadonlyMap<string, number>,
  sizes: ReadonlySet<string>,
): void {
  const introduced = introducedTexts(builder);
  const entered = enteredTexts(builder);
  const declared = new Set(
    flatMap(builder.items, (i) => (declarationOf(i.statement)?.symbols ?? []).map((t) => placeText(t, true))),
  );
  const note = (sub: Syntax): void => {
    const letter = letterOf(sub);
    // `b_h` belongs to an array h.
    if (letter !== null && (orders.get(letter) ?? 0) > 0) return;
    if (letter !== null && !integers.has(letter) && !sizes.has(letter) && isSmall(letter))
      builder.letters.addIndex(letter);
  };
  for (const { statement } of builder.items) {
    besideIndices(builder, statement).forEach(note);
    besideBound(builder, statement).forEach(note);
  }
  for (const side of flatMap(builder.items, (i) => i.statement.sides)) {
    let end: Syntax | null = null;
    visit(side, (s) => {
      if (s === end) return;
      end = endOfList(s) ?? end;
      // What stands below a parenthesis picks an entry, `(\mathbf{h}_1)_j`.
      if (s.kind === "scripted" && s.base.kind === "group" && s.base.open === "(" && s.sub !== null)
        subscripts(s.sub).forEach(note);
      const t = takeApart(s);
      if (t === null || t.subs.length === 0) return;
      const order = orders.get(targetKey(t)) ?? orders.get(targetKey(t).toUpperCase());
      // What is declared by itself, `b_h` beside `b`, has a label.
      if (declared.has(placeText(t, true))) return;
      const isEntry =
        order === t.subs.length ||
        (order === undefined && introduced.has(placeText(t, false)) && !introduced.has(placeText(t, true)));
      if (isEntry) t.subs.forEach(note);
      // `z_i` where `z_n = …` defines all entries.
      else if (!introduced.has(placeText(t, true)))
        t.subs.slice(entriesFrom(t, entered)).filter(isUsualIndex).forEach(note);
    });
  }
}

/** The `y_m` of `y_1, \dots, y_m`: m is how many there are. */
function endOfList(s: Syntax): Syntax | null {
  if (s.kind !== "list" || s.items.at(-2)?.kind !== "ellipsis") return null;
  const last = s.items.at(-1);
  return last?.kind === "scripted" ? last : null;
}

/**
 * From which subscript on letters name entries: from the first where `z_n = …` defines all entries and `z_i` stands, from the
 * one after a member's where `h_t = …` is a family and `h_{t,i}` stands.
 */
function entriesFrom(t: Scripted, entered: ReadonlySet<string>): number {
  const isKnown = (count: number): boolean => entered.has(`${placeText(t, false)}#${count}`);
  if (isKnown(t.subs.length)) return 0;
  const member = t.subs.findIndex((_, k) => k > 0 && isKnown(k));
  return member < 0 ? t.subs.length : member;
}

/**
 * `\partial y / \partial w_j`, where the forward pass has an index below every w: j is another letter for its entries. Once the
 * sizes are known, for the `w_n` of a size n is one entry.
 */
export function surveyClaims(builder: Builder, integers: ReadonlySet<string>): void {
  const introduced = introducedTexts(builder);
  const running = runningTexts(builder);
  const wholes = wholeHeads(builder);
  for (const { sides, t, submitted } of flatMap(builder.items, ({ statement: { sides }, submitted }) =>
    sides.some(mentionsDerivative) ? flatMap(sides, scriptedIn).map((t) => ({ sides, t, submitted })) : [],
  )) {
    // `W_{jk}`, `w_j` of a matrix or column that the forward pass only uses as a whole. An `a_i` in a line about derivatives by
    // anything else may be of another network on the page.
    const mayBe = t.subs.length > 1 || (t.subs.length === 1 && differentiatesEntry(sides, wholes));
    // Of two letters below what is a whole elsewhere, `A_{ia}`, any may be indices that name no size.
    const isIndex = (s: Syntax): boolean =>
      isUsualIndex(s) || (t.subs.length > 1 && isSmall(letterOf(s) ?? "") && !builder.e.dims.isName(s));
    const isEntry = mayBe && wholes.has(targetKey(t)) && t.subs.every(isIndex);
    if (isEntry && submitted !== true)
      (t.subs.length === 1 ? builder.columnHeads : builder.matrixHeads).add(targetKey(t));
    const isRunning = isEntry || running.has(`${placeText(t, false)}#${t.subs.length}`);
    if (!isRunning || introduced.has(placeText(t, true))) continue;
    for (const sub of t.subs) {
      const letter = letterOf(sub);
      if (letter === null || !isSmall(letter) || integers.has(letter) || builder.e.dims.isName(sub)) continue;
      builder.letters.addIndex(letter);
    }
  }
  for (const { statement } of builder.premises) registerLimits(builder, statement, () => true);
}

const isUsualIndex = (s: Syntax): boolean => /^[i-r]'*$/.test(letterOf(s) ?? "");

/** `\partial w_j`, of one of these. */
const differentiatesEntry = (sides: readonly Syntax[], heads: ReadonlySet<string>): boolean =>
  flatMap(sides, differentiatedIn).some((s) => {
    const t = takeApart(s);
    return t !== null && t.subs.length === 1 && heads.has(targetKey(t));
  });

/** What the forward pass writes with nothing below it, and never with anything. */
function wholeHeads(builder: Builder): ReadonlySet<string> {
  const heads = new Map<string, boolean>();
  for (const { statement } of builder.premises) {
    if (!isEquation(statement) || statement.sides.some(mentionsDerivative)) continue;
    for (const t of flatMap(statement.sides, symbolsIn))
      heads.set(targetKey(t), (heads.get(targetKey(t)) ?? true) && t.subs.length === 0);
  }
  return new Set(flatMap([...heads], ([head, isWhole]) => (isWhole ? [head] : [])));
}

const isSmall = (letter: string): boolean => /^(\\[a-z]+|[a-z])'*$/.test(letter);

/** Symbols below which the forward pass has nothing but indices, with their number. */
function runningTexts(builder: Builder): ReadonlySet<string> {
  const always = new Map<string, boolean>();
  for (const { statement } of builder.premises) {
    if (!isEquation(statement) || statement.sides.some(mentionsDerivative)) continue;
    for (const t of flatMap(statement.sides, scriptedIn)) {
      const text = `${placeText(t, false)}#${t.subs.length}`;
      always.set(text, (always.get(text) ?? true) && t.subs.every((x) => builder.letters.mentionsIndex(x)));
    }
  }
  return new Set(flatMap([...always], ([text, runs]) => (runs ? [text] : [])));
}

/** Symbols with something below them. */
function scriptedIn(side: Syntax): readonly Scripted[] {
  const found: Scripted[] = [];
  visit(side, (s) => {
    const t = s.kind === "scripted" ? takeApart(s) : null;
    if (t !== null && t.subs.length > 0) found.push(t);
  });
  return found;
}

/** Symbols whose left sides, or declarations, have indices as positions, with their number. */
function enteredTexts(builder: Builder): ReadonlySet<string> {
  const texts = new Set<string>();
  const running = (t: Scripted): boolean => t.subs.length > 0 && t.subs.every((x) => builder.letters.mentionsIndex(x));
  for (const { statement } of builder.items) {
    for (const t of declarationOf(statement)?.symbols ?? [])
      if (running(t)) texts.add(`${placeText(t, false)}#${t.subs.length}`);
    const [first] = statement.sides;
    const left = first === undefined || !isEquation(statement) || mentionsDerivative(first) ? null : leftSide(first);
    if (left !== null && running(left.target)) texts.add(`${placeText(left.target, false)}#${left.target.subs.length}`);
  }
  return texts;
}

/** Symbols that are declared or defined, with their labels: `h^(a)` as a whole, `h_1`. */
function introducedTexts(builder: Builder): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const { statement } of builder.items) {
    const [first] = statement.sides;
    const left = first === undefined || !isEquation(statement) || mentionsDerivative(first) ? null : leftSide(first);
    for (const t of [...(declarationOf(statement)?.symbols ?? []), ...(left === null ? [] : [left.target])])
      texts.add(placeText(t, true));
  }
  return texts;
}

/** Statements about what others define: of a derivative, submitted, or a second equation for a symbol. */
export function laterStatements(builder: Builder): ReadonlySet<Statement> {
  const later = new Set<Statement>();
  const defined = new Set<string>();
  for (const { statement, submitted } of builder.items) {
    const [first] = statement.sides;
    const left = first === undefined || !isEquation(statement) ? null : leftSide(first);
    const text = left === null ? null : placeText(left.target, true);
    if (submitted === true || statement.sides.some(mentionsDerivative) || (text !== null && defined.has(text)))
      later.add(statement);
    else if (text !== null) defined.add(text);
  }
  return later;
}

export function registerDimensions(builder: Builder): void {
  for (const { statement } of builder.premises)
    for (const head of labelledSizes(statement)) builder.e.dims.labelled.add(head);
  registerShapes(builder, builder.premises, true);
  // The i of `\prod_{j=i+1}^n` in a claim may turn out to be a letter for entries: such limits are looked at again then.
  for (const { statement } of builder.premises)
    registerLimits(builder, statement, (s) => s.kind === "symbol" || !statement.sides.some(mentionsDerivative));
  for (const { from, to } of mapsIn(builder))
    for (const s of [...from, to].flatMap((x) => x.shape)) builder.e.dims.register(s, true);
  for (const { sizes } of shapesSaid(builder)) for (const s of sizes) builder.e.dims.register(s, true);
  for (const p of flatMap(sentencesOf(builder.premises), sharedSets)) {
    const space = loneExpression(builder, p.set);
    for (const s of space === null ? [] : (readSet(space)?.shape ?? [])) builder.e.dims.register(s, true);
  }
  for (const item of builder.premises) sizeEquation(builder, item);
  registerSubmitted(builder);
}

/** C of `o = 1, \dots, C_o` and of `\sum_{c=1}^{C_c}`. */
function labelledSizes(st: Statement): readonly string[] {
  const bound = [
    ...flatMap([st, ...st.conditions], (x) => rangeStatement(x) ?? []),
    ...flatMap(flatMap(st.sides, nodesIn), (s) => (s.kind === "big" ? bindings(s.sub, s.sup) : [])),
  ];
  return flatMap(bound, ({ letter, high }) => {
    const t = high === null ? null : takeApart(high);
    const [script, ...more] = t === null ? [] : [...t.subs, ...t.sups.map((p) => p.content)];
    return t !== null && script !== undefined && more.length === 0 && letterOf(script) === letter
      ? [headKey(t.symbol)]
      : [];
  });
}

/** A submission may name sizes of its own; what the problem speaks of stays what it is there. */
function registerSubmitted(builder: Builder): void {
  const submitted = builder.items.filter((i) => i.submitted === true);
  const known = new Set(flatMap(builder.premises, (i) => symbolNames(i.statement)));
  const isOwn = (s: Syntax): boolean => namesIn(s).every((name) => !known.has(name));
  registerShapes(builder, submitted, false, isOwn);
  for (const { statement } of submitted) registerLimits(builder, statement, isOwn);
  for (const item of submitted) if (item.statement.sides.slice(0, 1).every(isOwn)) sizeEquation(builder, item);
}

function registerShapes(builder: Builder, items: readonly Item[], hard: boolean, mayBe = (_: Syntax) => true): void {
  for (const { statement } of items)
    for (const s of declarationOf(statement)?.set.shape ?? []) if (mayBe(s)) builder.e.dims.register(s, hard);
}

const symbolNames = (st: Statement): readonly string[] => [
  ...flatMap(st.sides, namesIn),
  ...flatMap(st.conditions, symbolNames),
];

/** Every symbol of an expression, also those in scripts and limits. */
function namesIn(s: Syntax): readonly string[] {
  const found: string[] = [];
  visit(s, (n) => {
    if (n.kind === "symbol") found.push(headKey(n));
  });
  return found;
}

/** `M = N - K + 1`, `n_2 = 1` between sizes. */
function sizeEquation(builder: Builder, item: Item): void {
  const { dims } = builder.e;
  const [left, right] = item.statement.sides;
  if (left === undefined || right === undefined || item.statement.sides.length !== 2) return;
  if (!isEquation(item.statement) || !dims.isName(left) || rangeStatement(item.statement) !== null) return;
  const dim = quietly(() => dims.read(right, builder.e));
  if (dim === null) return;
  dims.alias(left, dim);
  item.kind = "range";
  item.reading = `${scriptText(left)} is ${dimText(new DimVar(dim))}`;
}

/** Names in the limits of sums and in ranges, where `mayBe` allows, are sizes. */
function registerLimits(builder: Builder, st: Statement, mayBe: (s: Syntax) => boolean): void {
  const limit = (s: Syntax | null): void => {
    if (s !== null && !isVariableSyntax(s) && mayBe(s)) builder.e.dims.register(s, false);
  };
  for (const b of rangeStatement(st) ?? []) {
    limit(b.low);
    limit(b.high);
  }
  for (const c of st.conditions) registerLimits(builder, c, mayBe);
  for (const side of st.sides)
    visit(side, (s) => {
      if (s.kind !== "big") return;
      if (s.sup !== null) limit(s.sup);
      // `\max_{t=1,\dots,T}`, `\sum_{1 \le i \le n}`: the end of the range stands below.
      else for (const b of bindings(s.sub, null)) limit(b.high);
    });
}

function isVariableSyntax(s: Syntax): boolean {
  return s.kind === "text" || s.kind === "ellipsis" || (s.kind === "symbol" && s.name === "\\infty");
}

export function surveyScripts(builder: Builder): void {
  builder.symbols.keepApart(headsApart(builder.items, builder.letters));
  const given = new Set(flatMap(builder.premises, (i) => symbolNames(i.statement)));
  const defined = new Set(flatMap(builder.premises, (i) => definedIn(i.statement)));
  for (const { statement, submitted } of builder.items) {
    // What the problem speaks of has the scripts that it has there.
    const isOpen = (t: Scripted): boolean => submitted !== true || !given.has(headKey(t.symbol));
    const d = declarationOf(statement);
    for (const t of (d?.symbols ?? []).filter(isOpen)) builder.symbols.survey(t, true);
    const [first] = statement.sides;
    const left = first === undefined || d !== null ? null : leftSide(first);
    // A name with a prime on the left of a submission is a new one.
    const isNew = left !== null && left.args === null && left.target.primes > 0;
    if (left !== null && isEquation(statement) && (isOpen(left.target) || isNew)) {
      builder.symbols.survey(turnsList(left.target, statement) ? { ...left.target, sups: [] } : left.target, true);
      surveyBareMembers(builder, left.target, statement);
      if (submitted !== true && left.target.primes === 0)
        builder.symbols.surveyParts(left.target, flatMap(statement.sides.slice(1), symbolsIn));
      for (const head of otherCases(left.target, statement)) builder.symbols.tellApart(head);
    }
    for (const side of statement.sides)
      visit(side, (s) => {
        for (const head of s.kind === "fraction" ? casesApart(s) : [])
          if (!defined.has(head) && defined.has(head.toLowerCase())) builder.symbols.tellApart(head);
        if (s.kind !== "scripted") return;
        const t = takeApart(s);
        if (t !== null && isOpen(t)) builder.symbols.survey(t, false);
      });
  }
  const all = flatMap(builder.premises, ({ statement }) => flatMap(statement.sides, nodesIn));
  builder.symbols.surveyLayers(all.map((s) => (s.kind === "scripted" ? takeApart(s) : null)).filter((t) => t !== null));
  readLabelsAbove(builder);
  surveyNumberedMembers(builder);
}

/** In `u_i^t = \sum_j w_{ji}^t z_j^{t-1}` the t of u counts steps, and so does that of all entries beside it. */
function surveyBareMembers({ symbols, letters }: Builder, target: Scripted, { sides }: Statement): void {
  const [sup, ...more] = target.sups;
  const letter = sup === undefined || sup.bracketed || more.length > 0 ? null : letterOf(sup.content);
  if (letter === null || !letters.isIndex(letter)) return;
  for (const t of flatMap(sides.slice(1), symbolsIn)) {
    const [own, ...others] = t.sups;
    if (own === undefined || own.bracketed || others.length > 0 || t.subs.length === 0) continue;
    if (nodesIn(own.content).some((n) => letterOf(n) === letter)) symbols.surveyMember(t);
  }
}

/** What a statement declares, or is an equation of. */
function definedIn(st: Statement): readonly string[] {
  const declared = declarationOf(st)?.symbols ?? [];
  const [first] = st.sides;
  const left = first === undefined || !isEquation(st) ? null : leftSide(first);
  return [...declared, ...(left === null ? [] : [left.target])].map((t) => headKey(t.symbol));
}

/** `\partial L/\partial l_{ij}` beside declared l: where nothing gives an L, it is a loss and not the matrix of these. */
function casesApart({ numerator, denominator }: SyntaxOf<"fraction">): readonly string[] {
  const [above, below] = [numerator, denominator].map((s) => new Set(symbolsIn(s).map((t) => headKey(t.symbol))));
  return [...(above ?? [])].filter((head) => /^[A-Z]$/.test(head) && below?.has(head.toLowerCase()));
}

/** `E = e_{ij}^2 + …` is not the matrix of the e; in `X_{ik} = (x_i)_k` neither letter stands for what the other does. */
function otherCases(target: Scripted, { sides }: Statement): readonly string[] {
  const { symbol, subs } = target;
  const other = symbol.name === symbol.name.toLowerCase() ? symbol.name.toUpperCase() : symbol.name.toLowerCase();
  const head = headKey({ ...symbol, name: other });
  const place = subs.map(scriptText).join();
  // `a_{ij} = A_{ij}` says how the entries are written.
  const isOther = (t: Scripted): boolean => t.subs.length === 0 || t.subs.map(scriptText).join() !== place;
  const usesOther = sides
    .slice(1)
    .some((side) => symbolsIn(side).some((t) => headKey(t.symbol) === head && isOther(t)));
  return usesOther ? [targetKey(target), ...(subs.length > 1 ? [head] : [])] : [];
}
