import type { Statement, Syntax } from "../../notation/syntax.js";
import { operatorForm } from "../elaborate/derivatives.js";
import { functionKind } from "../functions/applications.js";
import type { FormulaKind } from "../model.js";
import { nodesIn, rangeStatement } from "../symbols/letters.js";
import {
  headKey,
  isTransposed,
  numberOf,
  type Scripted,
  scriptText,
  symbolsIn,
  takeApart,
} from "../symbols/scripts.js";
import {
  AT_OPTIMUM,
  ENTRIES_WRITTEN,
  hasBlank,
  type Item,
  isEntryOf,
  isEquation,
  isPureDerivative,
  KRONECKER_DELTA,
  type LeftSide,
  leftSide,
  mentionsDerivative,
  mentionsHead,
  namesDerivative,
  SHAPES_SHOWN,
  saysOfKnown,
  statesDifferential,
  targetKey,
  WHERE_ONE_IS,
} from "../symbols/statements.js";
import { propertiesOf, sentencesOf } from "../words/prose.js";
import { saysCost, usedAsSymbols } from "./asymptotic.js";
import type { Builder } from "./builder.js";
import { addCase, inOneCase, refuseCase } from "./cases.js";
import { draftEquation } from "./drafts.js";
import { loneExpression } from "./lone.js";
import { holdsAtOptimum } from "./optima.js";

/*
 * What each statement is: a range, a question, a definition, a name of a derivative, a claim, or an assumption.
 */

export function classifyStatements(builder: Builder): void {
  const names = derivativeNames(builder);
  const symbols = usedAsSymbols(builder.items);
  for (const item of builder.items) {
    if (item.kind !== "mention" || saysCost(item.statement, symbols)) continue;
    const kind = plainKind(item);
    if (kind !== null) item.kind = kind;
    else if (holdsAtOptimum(builder.items, item)) item.reading = AT_OPTIMUM;
    else if (item.submitted !== true) classifyRelation(builder, item, names);
    else if (isEquation(item.statement)) item.kind = namesDerivativeAnew(builder, item) ? "name" : "claim";
  }
}

/** What a statement is by its looks alone, or `null` where that takes the other statements. */
function plainKind(item: Item): FormulaKind | null {
  const { statement } = item;
  const [first] = statement.sides;
  if (first === undefined) return "mention";
  if (rangeStatement(statement) !== null) {
    item.reading = "how far an index runs";
    return "range";
  }
  if (statement.relations.length === 0) return "mention";
  if (hasBlank(statement)) return "question";
  if (definesDelta(statement)) {
    item.reading = KRONECKER_DELTA;
    return "mention";
  }
  const [, second] = statement.sides;
  if (second !== undefined && statement.sides.length === 2 && isEquation(statement) && isEntryOf(first, second)) {
    item.reading = ENTRIES_WRITTEN;
    return "mention";
  }
  if (statement.sides.every(isShapeProduct)) {
    item.reading = SHAPES_SHOWN;
    return "mention";
  }
  // `\nabla_z L \in \mathbb{R}^D` tells a shape.
  if (mentionsDerivative(first)) return statement.relations.some((r) => r === "=" || r === ":=") ? "claim" : "mention";
  return null;
}

/** `\delta_{ij} = 1` where i = j, and 0 elsewhere: what the sign means anyway. */
function definesDelta({ sides, relations }: Statement): boolean {
  const [left, right] = sides;
  const t = left === undefined ? null : takeApart(left);
  if (t === null || t.symbol.name !== "\\delta" || t.subs.length !== 2 || t.sups.length > 0) return false;
  if (right?.kind !== "cases" || sides.length !== 2 || right.rows.length !== 2 || relations[0] === "\\in") return false;
  const [i, j] = t.subs.map(scriptText);
  return right.rows.every(({ value, condition }, k) => {
    if (value.kind !== "number") return false;
    if (condition?.kind !== "relation" || condition.operators.length !== 1) return k === 1 && value.text === "0";
    const [a, b] = condition.items.map(scriptText);
    const own = (a === i && b === j) || (a === j && b === i);
    return own && value.text === (condition.operators[0] === "=" ? "1" : condition.operators[0] === "\\ne" ? "0" : "");
  });
}

/** `[N \times K][K \times D]`: shapes in brackets, as they stand below a product. */
function isShapeProduct(s: Syntax): boolean {
  const parts = s.kind === "juxtaposition" ? s.items : [s];
  return parts.every(
    (p) =>
      p.kind === "group" &&
      p.open === "[" &&
      p.body.kind === "product" &&
      p.body.operators.every((operator) => operator === "\\times"),
  );
}

/** In a submission: `\delta := \partial L/\partial z` for a letter of which the problem knows nothing. */
function namesDerivativeAnew(builder: Builder, { statement }: Item): boolean {
  const [first, ...rest] = statement.sides;
  const target = first === undefined ? null : takeApart(first);
  if (first === undefined || target === null || !rest.some(isPureDerivative)) return false;
  const known = builder.items.some((i) => i.submitted !== true && defines(i, targetKey(target)));
  return isDerivativeName(builder, first) || !(known || builder.symbols.isVariable(targetKey(target)));
}

/** An equation that defines, names or claims something, or a relation between what is given. */
function classifyRelation(builder: Builder, item: Item, names: ReadonlySet<string>): void {
  const { statement } = item;
  const [first, ...rest] = statement.sides;
  if (first === undefined) return;
  if (!isEquation(statement)) {
    if (statement.relations.every((r) => [">", "<", "\\ge", "\\le", "\\ne"].includes(r)))
      builder.pendingAssumptions.push(item);
    return;
  }
  const differentiates = rest.some(mentionsDerivative);
  const head = first.kind === "juxtaposition" ? first.items[0] : undefined;
  if (head !== undefined && operatorForm(head, builder.e) !== null) item.kind = "claim";
  else if (isDerivativeName(builder, first) || (differentiates && takeApart(first) !== null))
    item.kind = rest.some(isPureDerivative) ? "name" : "claim";
  else if (isDerivativeOfFunction(builder, first) || isOfDifferential(builder, statement)) item.kind = "claim";
  // What is computed from named derivatives belongs to the backward pass.
  else if (differentiates || rest.some((s) => mentionsHead(s, names))) item.kind = "claim";
  else if (isBarOfUnknown(builder, first, rest)) item.kind = "claim";
  else if (isNamedBefore(builder, item, first) || endsNames(builder, first, rest, names)) item.kind = "claim";
  else if (saysOfKnown(builder.items, item.statement)) item.kind = "claim";
  else classifyDefinition(builder, item, leftSide(first));
}

/** `G = Y - T` behind `G := \partial L/\partial Y`: what the name stands for is known. */
function isNamedBefore(builder: Builder, item: Item, first: Syntax): boolean {
  const t = takeApart(first);
  if (t === null) return false;
  const key = targetKey(t);
  const places = numbersIn(t);
  const names = ({ kind, statement: { sides } }: Item): boolean => {
    const own = kind === "name" && sides[0] !== undefined ? takeApart(sides[0]) : null;
    return own !== null && targetKey(own) === key && covers(numbersIn(own), places);
  };
  const at = builder.items.findIndex(names);
  // A quantity of the forward pass stays one.
  return at >= 0 && at < builder.items.indexOf(item) && !builder.items.slice(0, at).some((i) => usesForward(i, key));
}

/** `g_{T+1} = 0`, where g_t names derivatives, says where these end, wherever it stands: no equation makes g another array. */
function endsNames(builder: Builder, first: Syntax, rest: readonly Syntax[], names: ReadonlySet<string>): boolean {
  const t = takeApart(first);
  if (t === null || !names.has(targetKey(t)) || isPlainQuantity(builder, first)) return false;
  const places = [...t.subs, ...t.sups.map((p) => p.content)];
  const isEnd = places.some((s) => s.kind === "sum" && !builder.e.letters.mentionsIndex(s));
  return isEnd && rest.flatMap(symbolsIn).every((x) => x.symbol.name === "0");
}

/** The scripts that are no letters: `\delta_1` and `\delta_2` are two names, `g_{ij}` and `g_{kl}` are one. */
const numbersIn = (t: Scripted): readonly string[] =>
  [...t.subs, ...t.sups.map((p) => p.content)].map((s) => (s.kind === "number" ? scriptText(s) : ""));

/** What is said of g_t is said of g_2, and what is said of g of g_i. */
const covers = (named: readonly string[], places: readonly string[]): boolean =>
  named.every((n, k) => n === "" || n === places[k]) && places.slice(named.length).every((n) => n === "");

/** `d(A X) = A \, dX` where d is nothing else. */
const isOfDifferential = ({ symbols }: Builder, { sides }: Statement): boolean =>
  !symbols.isVariable("d") && !symbols.dimensionNames.has("d") && statesDifferential(sides);

/** `\sigma'(z) = …` says something of a function that is known; of an unknown one it is all that is known. */
function isDerivativeOfFunction(builder: Builder, s: Syntax): boolean {
  const left = s.kind === "juxtaposition" ? leftSide(s) : null;
  if (left === null || left.args === null || left.target.primes === 0) return false;
  const kind = functionKind(builder.e, left.target);
  return kind === "scalar" || kind === "defined";
}

function isDerivativeName(builder: Builder, s: Syntax): boolean {
  const known = (key: string): boolean => builder.symbols.isVariable(key) || builder.items.some((i) => defines(i, key));
  return namesDerivative(s, known) && !usedForward(builder, s) && !isPlainQuantity(builder, s);
}

/** `\bar q = A \bar z` among lines about the bars of known quantities: of q nothing is known, and so nothing of its derivative. */
export function isBarOfUnknown(builder: Builder, left: Syntax, rest: readonly Syntax[]): boolean {
  const isBar = (s: Syntax): boolean => /^(?:bar|overline)$/.test(takeApart(s)?.symbol.accents[0] ?? "");
  if (!isBar(left) || isDerivativeName(builder, left)) return false;
  const others = rest.flatMap(nodesIn).filter((s) => isBar(s) && isDerivativeName(builder, s));
  return (
    others.length > 0 &&
    builder.items.some(
      ({ statement: { sides } }) =>
        sides.length > 1 && sides[0] !== undefined && isBar(sides[0]) && isDerivativeName(builder, sides[0]),
    )
  );
}

function classifyDefinition(builder: Builder, item: Item, left: LeftSide | null): void {
  const { statement } = item;
  if (left === null) {
    builder.pendingAssumptions.push(item);
    return;
  }
  if (saysWhereOneIs(builder, left.target, statement)) {
    item.reading = WHERE_ONE_IS;
    return;
  }
  if (inOneCase(item, left.target)) {
    if (!addCase(builder, item, left.target)) builder.guard(item, () => refuseCase(statement));
    return;
  }
  if (!left.target.sups.some((p) => !p.bracketed && isTransposed(p.content))) {
    builder.guard(item, () => draftEquation(builder, item, left, statement));
    return;
  }
  const turned = transposedEquation(left.target, statement);
  if (listsOwnEntries(left.target, statement)) item.reading = ENTRIES_WRITTEN;
  else if (turned === null) builder.pendingAssumptions.push(item);
  else builder.guard(item, () => draftEquation(builder, item, { target: turned.target, args: null }, turned.statement));
}

/** `y_o = 1` of a one-hot y is a word about o, no equation for every entry. */
function saysWhereOneIs(builder: Builder, target: Scripted, { sides }: Statement): boolean {
  const [, right, ...more] = sides;
  if (right?.kind !== "number" || !/^[01]$/.test(right.text) || target.subs.length === 0 || more.length > 0)
    return false;
  return sentencesOf(builder.premises)
    .flatMap(propertiesOf)
    .some(({ property, ordinal }) => {
      const about = property === "one-hot" ? loneExpression(builder, ordinal) : null;
      const t = about === null ? null : takeApart(about);
      return t !== null && targetKey(t) === targetKey(target);
    });
}

/**
 * Heads that some line names a derivative by: δ, or what is set equal to one; and what is computed from these and is used in no
 * other equation, as the U of `U = G V^\\top` and the r of `r_i = \\sum_j P_{ij} U_{ij}`.
 */
function derivativeNames(builder: Builder): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<string>();
  const definitions: { readonly key: string; readonly rest: readonly Syntax[] }[] = [];
  for (const { statement } of builder.items) {
    const [first, ...rest] = statement.sides;
    const t = first === undefined ? null : takeApart(first);
    if (t === null || !isEquation(statement)) continue;
    if (builder.symbols.isVariable(targetKey(t)) && !rest.some((s) => isDerivativeByComputed(builder, s))) continue;
    const isDelta = t.symbol.name === "\\delta" && first !== undefined && !isPlainQuantity(builder, first);
    if (isDelta || rest.some(isPureDerivative)) names.add(targetKey(t));
    else if (!seen.has(targetKey(t))) definitions.push({ key: targetKey(t), rest });
    for (const side of statement.sides.flatMap(symbolsIn)) seen.add(targetKey(side));
  }
  for (let known = -1; known < names.size; ) {
    known = names.size;
    for (const { key, rest } of definitions)
      if (rest.some((s) => mentionsHead(s, names) && !mentionsHead(s, new Set([key])))) names.add(key);
  }
  return names;
}

/** `\partial L/\partial y` where y has an equation: an array declared and set equal to it is its name, no input. */
function isDerivativeByComputed(builder: Builder, s: Syntax): boolean {
  if (!isPureDerivative(s)) return false;
  const nabla = nodesIn(s).find((n) => n.kind === "scripted" && n.base.kind === "symbol" && n.base.name === "\\nabla");
  const by = s.kind === "fraction" ? s.denominator : nabla?.kind === "scripted" ? nabla.sub : null;
  const heads = new Set(by === null || by === undefined ? [] : symbolsIn(by).map(targetKey));
  return builder.items.some(({ submitted, statement: st }) => {
    const [first] = st.sides;
    const left = submitted === true || first === undefined || !isEquation(st) ? null : leftSide(first);
    return left !== null && heads.has(targetKey(left.target)) && !st.sides.some(mentionsDerivative);
  });
}

function usedForward(builder: Builder, s: Syntax): boolean {
  const t = takeApart(s);
  return (
    t !== null &&
    builder.symbols.isVariable(targetKey(t)) &&
    builder.symbols.withHead(targetKey(t)).some((x) => x.declared)
  );
}

/** `\bar{a}_i`, `\delta_t` that the right side of a forward equation uses is a quantity, whatever custom its name follows. */
function isPlainQuantity(builder: Builder, s: Syntax): boolean {
  const t = takeApart(s);
  if (t === null) return false;
  const key = targetKey(t);
  let plain = builder.plainQuantities.get(key);
  if (plain === undefined) {
    plain = builder.items.some((i) => usesForward(i, key));
    builder.plainQuantities.set(key, plain);
  }
  return plain;
}

function usesForward(i: Item, key: string): boolean {
  const { statement } = i;
  const [first] = statement.sides;
  const left = first === undefined || !isEquation(statement) ? null : leftSide(first);
  if (left === null || statement.sides.some(mentionsDerivative) || !usesOnTheRight(i, key)) return false;
  const own = targetKey(left.target);
  if (own === key || namesDerivative(left.target.symbol, () => true)) return false;
  // `W = W - \eta \delta x^\top` is a step of training; `c_t = f_t c_{t-1} + i_t \bar{c}_t` is a recurrence.
  return !usesOnTheRight(i, own) || (!key.includes("delta") && !isStep(statement, own));
}

/** Something is taken from the symbol on the left itself. */
const isStep = ({ sides }: Statement, own: string): boolean =>
  sides.slice(1).some((side) => {
    const terms = side.kind === "sum" ? side.terms : [];
    const heads = terms.map(({ body }) => takeApart(body)).map((t) => (t === null ? "" : targetKey(t)));
    return heads.includes(own) && terms.some((t) => t.sign < 0);
  });

function defines(i: Item, key: string): boolean {
  const [first] = i.statement.sides;
  if (first === undefined || !isEquation(i.statement)) return usesOnTheRight(i, key);
  const left = leftSide(first);
  return (left !== null && targetKey(left.target) === key) || usesOnTheRight(i, key);
}

function usesOnTheRight(i: Item, key: string): boolean {
  return i.statement.sides
    .slice(1)
    .some((side) => nodesIn(side).some((s) => s.kind === "symbol" && headKey(s) === key));
}

/**
 * `h^\top = x^\top W` as `h = (x^\top W)^\top`; `null` where the right side names h again, which says something about it,
 * unless it is another member of a recurrence, `h_{t+1}^\top = h_t^\top W`.
 */
function transposedEquation(t: Scripted, st: Statement): { target: Scripted; statement: Statement } | null {
  const [, right] = st.sides;
  const mark = t.sups.find((p) => !p.bracketed && isTransposed(p.content));
  if (right === undefined || mark === undefined || st.sides.length !== 2) return null;
  if (mentionsHead(right, new Set([targetKey(t)])) && namesPlace(right, t)) return null;
  const target: Scripted = { ...t, sups: t.sups.filter((p) => p !== mark) };
  const rest = target.sups[0]?.content ?? null;
  if (target.sups.length > 1) return null;
  const list = (subs: readonly Syntax[]): Syntax | null =>
    subs.length === 0 ? null : { kind: "list", items: subs, span: t.span };
  const sup: Syntax | null =
    rest === null || target.sups[0]?.bracketed !== true
      ? rest
      : { kind: "group", open: target.sups[0].open, body: rest, span: rest.span };
  const left: Syntax = { kind: "scripted", base: t.symbol, sub: list(t.subs), sup, primes: t.primes, span: t.span };
  // A list is a row already: `v^\top = [1, 2, 3]`.
  const isList = right.kind === "group" && right.body.kind === "list";
  const group: Syntax = isList ? right : { kind: "group", open: "(", body: right, span: right.span };
  const turned: Syntax = { kind: "scripted", base: group, sub: null, sup: mark.content, primes: 0, span: right.span };
  return { target, statement: { ...st, sides: [left, turned] } };
}

/** Does it name the symbol at this very place, or at none? Of the whole, `z^\top = [z_1, z_2]`, every place is a part. */
function namesPlace(s: Syntax, target: Scripted): boolean {
  const placeOf = ({ subs, sups }: Scripted): string =>
    [...subs, ...sups.filter((p) => p.bracketed).map((p) => p.content)].map(scriptText).join(";");
  const own = placeOf(target);
  return symbolsIn(s).some(
    (t) => targetKey(t) === targetKey(target) && (own === "" || placeOf(t) === "" || placeOf(t) === own),
  );
}

/** `z^\top = [z_1, z_2, z_3]` names the entries, in their order. */
function listsOwnEntries(target: Scripted, { sides: [, right, ...more] }: Statement): boolean {
  const items = right?.kind === "group" && right.body.kind === "list" ? right.body.items : [];
  const isOwn = (s: Syntax, k: number): boolean => {
    const t = takeApart(s);
    const [place, other] = t?.subs ?? [];
    return t !== null && targetKey(t) === targetKey(target) && other === undefined && numberOf(place ?? s) === k + 1;
  };
  return items.length > 0 && more.length === 0 && items.every(isOwn);
}
