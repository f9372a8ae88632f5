import { diagnostic, refuse } from "../../core/diagnostic.js";
import { flatMap } from "../../core/flat-map.js";
import type { Statement, Syntax, SyntaxOf } from "../../notation/syntax.js";
import { OWN } from "../passes/derivatives/formal.js";
import { withNumber } from "../passes/indices/numbered-places.js";
import { DimVar } from "../sizes/dimensions.js";
import { latexOf } from "../symbols/latex.js";
import { letterOf, mentions, nodesIn, visit } from "../symbols/letters.js";
import { setMemberShape } from "../symbols/members.js";
import { headKey, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import { readSet, type SetSyntax } from "../symbols/sets.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
} from "../symbols/statements.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import { type LetterBinding, shapeText } from "../values/value.js";
import { assume } from "../words/assumptions.js";
import { propertiesOf, sentencesOf, sharedSets } from "../words/prose.js";
import type { Builder } from "./builder.js";
import { areComputedWith, classesCompared, classesInWords, integerSymbols } from "./classes.js";
import { declareConstantTerms } from "./constant-terms.js";
import { setShape } from "./infer.js";
import { loneExpression } from "./lone.js";
import { mapsIn, setsByMaps } from "./maps.js";
import { shapesSaid } from "./shapes-in-words.js";

/*
 * Declarations, in formulas and in prose: the shapes of symbols and what is assumed of them.
 */

export function declareSymbols(builder: Builder): void {
  for (const item of builder.premises) {
    const d = declarationOf(item.statement);
    if (d === null) continue;
    builder.guard(item, () => {
      item.kind = "declaration";
      for (const t of d.symbols) declareSymbol(builder, t, d.set.shape, item, d.set.kind);
    });
  }
  for (const { symbols, sizes } of shapesSaid(builder))
    for (const ordinal of symbols) declareInProse(builder, ordinal, sizes);
  declareTogether(builder);
  declareByMaps(builder);
  for (const p of flatMap(sentencesOf(builder.premises), propertiesOf)) {
    if (p.property === "scalar" && p.ordinal !== null) declareScalar(builder, p.ordinal);
    if (p.property === "integer" && p.ordinal !== null) declareInteger(builder, p.ordinal);
  }
  for (const item of builder.premises) declareCompared(builder, item);
  declareConstantTerms(builder);
  declareExponents(builder);
}

/** `\operatorname{tr}(X^k)` of a declared square matrix: a k that nothing says anything of is how often it is multiplied. */
function declareExponents(builder: Builder): void {
  const powers = flatMap(
    flatMap(builder.items, (i) => flatMap(i.statement.sides, nodesIn)),
    powerOfMatrix,
  );
  for (const { matrix, letter } of powers) {
    const [spec] = builder.symbols.withHead(headKey(matrix.symbol));
    const [rows, columns, ...more] = spec?.declared === true ? (spec.axes ?? []) : [];
    const isSquare = rows !== undefined && columns?.same(rows) === true && more.length === 0;
    const isSaid = builder.letters.isIndex(letter.name) || builder.e.dims.isName(letter);
    if (!isSquare || isSaid || builder.symbols.withHead(headKey(letter)).length > 0) continue;
    if (builder.items.some((i) => definesMember(i, matrix))) continue;
    builder.e.dims.register(letter, true);
    const message = `${letter.latex} is read as a positive integer: it is how often ${matrix.symbol.latex} is multiplied`;
    builder.diagnostics.push(diagnostic("note", "reading/exponent", message, letter.span));
  }
}

/** X and k of `X^k` and of `X^{k-1}`. */
function powerOfMatrix(s: Syntax): readonly { readonly matrix: Scripted; readonly letter: SyntaxOf<"symbol"> }[] {
  const t = s.kind === "scripted" ? takeApart(s) : null;
  const [sup, ...more] = t?.sups ?? [];
  if (t === null || sup === undefined || sup.bracketed || more.length + t.subs.length + t.primes > 0) return [];
  const [first] = sup.content.kind === "sum" ? sup.content.terms.map((x) => x.body) : [sup.content];
  return first?.kind === "symbol" && /^[kmnpr]$/.test(first.name) ? [{ matrix: t, letter: first }] : [];
}

/** `H^k = \dots` gives a layer. */
const definesMember = ({ statement }: Item, { symbol }: Scripted): boolean => {
  const left = isEquation(statement) && statement.sides[0] !== undefined ? leftSide(statement.sides[0]) : null;
  return left !== null && headKey(left.target.symbol) === headKey(symbol);
};

/** The y of `1\{y = k\}` with a running k is a class, if nothing else says what it is. */
function declareCompared(builder: Builder, item: Item): void {
  const { statement } = item;
  if (!isEquation(statement) || statement.sides.some(mentionsDerivative)) return;
  for (const n of flatMap(statement.sides.slice(1), nodesIn)) {
    for (const sub of takeApart(n)?.subs ?? []) declareBelow(builder, item, sub);
    const [left, right, ...more] = n.kind === "relation" && n.operators.join() === "=" ? n.items : [];
    if (left === undefined || right === undefined || more.length > 0) continue;
    for (const [symbol, index] of [[left, right] as const, [right, left] as const]) {
      const t = takeApart(symbol);
      if (t === null || !isRunning(builder, index) || isRunning(builder, symbol) || !isGiven(builder, t)) continue;
      declarePosition(builder, item, symbol, t, "is compared with an index");
    }
  }
}

/**
 * The `y_i` of `s_{y_i}` is the class of example i, if nothing else says what it is and nothing computes with it; y alone where
 * lines compare it with an index.
 */
function declareBelow(builder: Builder, item: Item, sub: Syntax): void {
  const t = takeApart(sub);
  if (t !== null && classesCompared(builder).classes.has(letterOf(sub) ?? "") && isGiven(builder, t))
    declarePosition(builder, item, sub, t, "is compared with an index");
  const places = t === null ? [] : [...t.subs, ...t.sups.filter((p) => p.bracketed).map((p) => p.content)];
  if (t === null || places.length !== 1 || !places.every((p) => isRunning(builder, p)) || !isGiven(builder, t)) return;
  const head = targetKey(t);
  if (!areComputedWith(builder.premises, head)) declarePosition(builder, item, sub, t, "stands where positions stand");
}

function declarePosition(builder: Builder, item: Item, symbol: Syntax, t: Scripted, why: string): void {
  const { reading } = item;
  builder.guard(item, () => declareSymbol(builder, t, [], item, "integer"));
  item.reading = reading;
  const message = `${scriptText(symbol)} ${why}, so it is read as a position`;
  builder.diagnostics.push(diagnostic("note", "reading/position", message, symbol.span));
}

const isRunning = (builder: Builder, s: Syntax): boolean => builder.letters.isIndex(letterOf(s) ?? "");

/** Nothing declares it and no equation defines it. */
function isGiven(builder: Builder, t: Scripted): boolean {
  const isDefined = builder.premises.some(({ statement: { sides, relations } }) => {
    const target = relations.length > 0 && sides[0] !== undefined ? leftSide(sides[0])?.target : undefined;
    return target !== undefined && headKey(target.symbol) === headKey(t.symbol);
  });
  return (
    !isDefined &&
    !builder.e.dims.isName(t.symbol) &&
    builder.symbols.withHead(headKey(t.symbol)).every((s) => !s.declared)
  );
}

/** The x and the u of `u = f(x)` behind `f : \mathbb{R}^n \to \mathbb{R}^m`, and f as a map of whole arrays. */
function declareByMaps(builder: Builder): void {
  for (const { key, to, item } of mapsIn(builder)) {
    builder.e.maps.set(key, to.shape);
    item.kind = "declaration";
    item.reading = `${key} is a map between arrays`;
  }
  for (const { t, set, item } of setsByMaps(builder)) {
    const letter = letterOf(t.symbol);
    if (letter !== null && builder.letters.isIndex(letter)) continue;
    if (builder.symbols.withHead(headKey(t.symbol)).some((s) => s.declared)) continue;
    builder.guard(item, () => declareSymbol(builder, t, set.shape, item, set.kind));
  }
}

/** `$v = Bx$ and $u = f(v)$, all in $\mathbb{R}^n$`: symbols, and what equations define, in one set. */
function declareTogether(builder: Builder): void {
  for (const { symbols, set } of flatMap(sentencesOf(builder.premises), sharedSets)) {
    const space = loneExpression(builder, set);
    const read = space === null ? null : readSet(space);
    // "for $i$ in $\{1, \dots, n\}$" says how far a letter runs.
    if (read === null || read.kind === "range") continue;
    for (const item of builder.premises.filter((i) => symbols.includes(i.ordinal)))
      for (const t of namedBy(item.statement))
        if (builder.symbols.withHead(headKey(t.symbol)).every((s) => !s.declared))
          builder.guard(item, () => declareSymbol(builder, t, read.shape, item, read.kind));
  }
}

/** What an equation defines, or the symbols of a list. */
function namedBy({ sides: [first, ...others] }: Statement): readonly Scripted[] {
  if (first === undefined) return [];
  const target = others.length > 0 ? leftSide(first)?.target : undefined;
  if (target !== undefined) return [target];
  const listed = others.length > 0 ? [] : first.kind === "list" ? first.items : [first];
  return flatMap(listed, (s) => takeApart(s) ?? []);
}

/** `X^k` for a positive integer $k$, `s_y` for a class $y$. */
function declareInteger(builder: Builder, ordinal: number): void {
  const { sides, relations } = builder.premises.find((i) => i.ordinal === ordinal)?.statement ?? { relations: [] };
  // "for an integer $k \ge 1$".
  const [symbol] = relations.every((r) => r === "\\ge" || r === ">") ? (sides ?? []) : [];
  const t = symbol === undefined ? null : takeApart(symbol);
  if (t === null) return;
  if (isExponent(builder, t)) builder.e.dims.register(t.symbol, true);
  const item = builder.premises.find((i) => i.ordinal === ordinal);
  const isNew = builder.symbols.withHead(headKey(t.symbol)).length === 0;
  if (item !== undefined && isNew && classesInWords(builder).has(letterOf(t.symbol) ?? ""))
    builder.guard(item, () => declareSymbol(builder, t, [], item, "integer"));
}

/** `the scalar $\Delta$`: no place in a product makes it an array. */
function declareScalar(builder: Builder, ordinal: number): void {
  const item = builder.premises.find((i) => i.ordinal === ordinal);
  const symbol = loneExpression(builder, ordinal);
  for (const s of symbol === null ? [] : symbol.kind === "list" ? symbol.items : [symbol]) {
    const t = takeApart(s);
    if (item === undefined || t === null || !isBareOrMember(builder, t)) continue;
    if (builder.symbols.withHead(headKey(t.symbol)).length > 0 || builder.e.dims.isName(s)) continue;
    builder.guard(item, () => declareSymbol(builder, t, [], item, "real"));
  }
}

/** `\Delta`, and any member of a family, `\beta_t`, `\alpha^{[l]}`. */
function isBareOrMember(builder: Builder, t: Scripted): boolean {
  const [script, more] = [...t.subs, ...t.sups.map((p) => (p.bracketed ? p.content : null))];
  if (more !== undefined || t.primes > 0) return false;
  return script === undefined || (script !== null && builder.letters.isIndex(letterOf(script) ?? ""));
}

function declareInProse(builder: Builder, ordinal: number, shape: readonly Syntax[]): void {
  const item = builder.premises.find((i) => i.ordinal === ordinal);
  const symbol = loneExpression(builder, ordinal);
  if (item === undefined || symbol === null) return;
  if (readSet(symbol) !== null) return;
  // "Layer $l$ has $n_l$ units" says nothing of the letter.
  const letter = letterOf(symbol);
  if (letter !== null && builder.letters.isIndex(letter)) return;
  for (const t of (symbol.kind === "list" ? symbol.items : [symbol]).map(takeApart))
    if (t !== null) builder.guard(item, () => declareSymbol(builder, t, shape, item, "real"));
}

function declareSymbol(
  builder: Builder,
  t: Scripted,
  shape: readonly Syntax[],
  item: Item,
  kind: SetSyntax["kind"],
): void {
  if (kind === "complex") refuse("unsupported/complex", "complex numbers are not supported", item.statement.span);
  const [label] = t.sups;
  const letter = label?.bracketed === true ? letterOf(label.content) : null;
  if (letter !== null && !builder.symbols.isFamily(headKey(t.symbol)) && isGenericLabel(builder, t)) {
    builder.generics.push({ target: t, letter, shape });
    item.kind = "declaration";
    item.reading = `${scriptText(label?.content ?? t.symbol)} is any label of ${headKey(t.symbol)}`;
    return;
  }
  if (kind === "range" && isIndexRange(builder, t)) {
    item.kind = "range";
    return;
  }
  if (isConstantArray(builder, t, shape, item)) return;
  if (kind === "integer" && (builder.e.dims.isName(t.symbol) || isExponent(builder, t))) {
    builder.e.dims.register(t.symbol, true);
    item.reading = `${scriptText(t.symbol)} is a whole number`;
    return;
  }
  const occurrence = inDeclaration(builder, t, () => builder.symbols.introduce(t));
  const { spec } = occurrence;
  const before = spec.declared ? spec.axes : null;
  if (!spec.declared) builder.lostShapes.set(spec, item.statement.latex);
  const axes = inDeclaration(builder, t, () => {
    const written = declaredAxes(builder, shape);
    const members = occurrence.members.map((m) => builder.e.position(m, null));
    setMemberShape(builder.e, spec, members, written);
    return written;
  });
  builder.lostShapes.delete(spec);
  if (before !== null && spec.axes !== null && !sameShape(before, spec.axes))
    refuse(
      "shape/declared-twice",
      `${latexOf(t.symbol)} was declared ${shapeText(before)} before, and here ${shapeText(axes)}`,
      t.span,
    );
  // `y_t \in \mathbb{R}` with a running t is a family of scalars; `P_{ij} \in \{0, 1\}` are the entries of a matrix.
  if (axes.length === 0 && spec.subSlots === 1) spec.scalarFamily = true;
  spec.declared = true;
  spec.integer = spec.integer || kind === "range" || kind === "integer";
  assume(builder, spec, kind, item);
  const own = spec.head === OWN ? "said of every number" : `${spec.key} is ${shapeText(axes)}`;
  item.reading = item.reading === "" ? own : `${item.reading}; ${own}`;
}

/** `k \in \mathbb{N}` where `X^k` stands somewhere: how often a matrix is multiplied, a size. */
function isExponent(builder: Builder, t: Scripted): boolean {
  const letter = letterOf(t.symbol);
  if (t.subs.length + t.sups.length > 0 || t.primes > 0 || letter === null || builder.letters.isIndex(letter))
    return false;
  return standsSomewhere(
    builder,
    (s) => s.kind === "scripted" && s.sup !== null && isMatrixLike(s.base) && mentions(s.sup, letter),
  );
}

/** `\mathbf{1} \in \mathbb{R}^N`, an identity matrix and the unit vector `\mathbf{e}_y` of a class y are what their names say. */
function isConstantArray(builder: Builder, t: Scripted, shape: readonly Syntax[], item: Item): boolean {
  const { name } = t.symbol;
  const isIdentity = name === "I" && /identity/i.test(item.formula.sentence);
  const [sub] = t.subs;
  const isUnit =
    name === "e" && t.subs.length === 1 && integerSymbols(builder.items).has(letterOf(sub ?? t.symbol) ?? "");
  if (name !== "1" && !isIdentity && !isUnit) return false;
  const [size] = declaredAxes(builder, shape);
  if (size !== undefined) builder.e.constantSizes.set(`${name}_${t.subs.map(scriptText).join(",")}`, size);
  item.kind = "declaration";
  item.reading = isIdentity ? "the identity matrix" : isUnit ? "a unit vector" : "a vector of ones";
  return true;
}

function inDeclaration<T>(builder: Builder, t: Scripted, f: () => T): T {
  const found: LetterBinding[] = [];
  for (const part of [...t.sups.map((p) => p.content), ...t.subs])
    visit(part, (s) => {
      const letter = letterOf(s);
      if (letter !== null && builder.letters.isIndex(letter)) found.push(builder.freeLetter(letter, null));
    });
  return builder.e.within(found, f);
}

/** `A^{(i)}` with no range for i, where `A^{(1)}` is used: what is said holds for every label. */
const isGenericLabel = (builder: Builder, t: Scripted): boolean =>
  standsSomewhere(builder, (s) => {
    const other = s.kind === "scripted" ? takeApart(s) : null;
    if (other === null || headKey(other.symbol) !== headKey(t.symbol)) return false;
    const [part] = other.sups;
    return part?.bracketed === true && part.content.kind === "number";
  });

const standsSomewhere = (builder: Builder, test: (s: Syntax) => boolean): boolean =>
  builder.items.some((i) => i.statement.sides.some((side) => nodesIn(side).some(test)));

function isIndexRange(builder: Builder, t: Scripted): boolean {
  const letter = letterOf(t.symbol);
  return letter !== null && t.subs.length === 0 && t.sups.length === 0 && builder.letters.isIndex(letter);
}

function declaredAxes(builder: Builder, shape: readonly Syntax[]): DimVar[] {
  const axes = shape.map((s) => {
    const dim = builder.e.dims.read(s, builder.e);
    const size = dim === null ? null : builder.arena.integerOf(dim);
    if (dim === null || (size !== null && size < 1))
      return refuse(
        "shape/size",
        `${scriptText(s)} is not understood as a size`,
        s.span,
        "a size is a name, or a whole number from 1",
      );
    return new DimVar(dim);
  });
  if (axes.length > 2) return axes;
  // A column n×1 is the vector.
  const [, last] = axes;
  if (axes.length === 2 && last?.isOne(builder.arena) === true) return axes.slice(0, 1);
  return axes;
}

/** Shapes of `A^{(1)}` from what was said of `A^{(i)}`. */
export function applyGeneric(builder: Builder, spec: SymbolSpec): boolean {
  const [part] = spec.written.sups;
  if (part?.content.kind !== "number" || !part.bracketed) return false;
  for (const g of builder.generics) {
    if (headKey(g.target.symbol) !== spec.head) continue;
    const value = part.content.text;
    const shape = g.shape.map((s) => withNumber(s, g.letter, Number(value)));
    for (const s of shape) builder.e.dims.register(s, true);
    const axes = declaredAxes(builder, shape);
    // `A_{nj}^{(1)}` of a matrix is an entry, and no member of a family of matrices.
    if (spec.subSlots > 0 && spec.subSlots === axes.length) spec.positionsAreAxes(axes);
    else setShape(spec, axes);
    spec.declared = true;
    return true;
  }
  return false;
}

const sameShape = (a: readonly DimVar[], b: readonly DimVar[]): boolean =>
  a.length === b.length && a.every((d, k) => b[k]?.same(d));

/** A capital letter, or something in parentheses. */
const isMatrixLike = (s: Syntax): boolean =>
  s.kind === "group" || (s.kind === "symbol" ? /^[A-Z]/.test(s.name) : s.kind === "scripted" && isMatrixLike(s.base));
