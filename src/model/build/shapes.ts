import { Refusal } from "../../core/diagnostic.js";
import type { Position } from "../../expression/node.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { functionKey } from "../applications.js";
import { DimVar } from "../dimensions.js";
import { specialSymbol } from "../elaborate/constants.js";
import { expectShape, quietly, setShape, shapeByFont } from "../infer.js";
import { mentions, nodesIn } from "../letters.js";
import { memberAxes, setMemberShape } from "../members.js";
import { propertiesOf, sentencesOf } from "../prose.js";
import { headKey, isTransposed, type Scripted, scriptText, superscripts, symbolsIn, takeApart } from "../scripts.js";
import { leftSide, mentionsHead, targetKey } from "../statements.js";
import type { Occurrence, SymbolSpec } from "../symbols.js";
import type { Value } from "../value.js";
import type { Builder, Draft } from "./builder.js";
import { applyGeneric } from "./declare.js";
import { steppingLetters } from "./drafts.js";
import { loneExpression } from "./survey.js";

/*
 * Shapes by unification: equations are elaborated over and over, until none says anything new.
 */

export function findShapes(builder: Builder): void {
  axesOfMembers(builder);
  for (let round = 0; round < 4 * (builder.drafts.length + builder.symbols.all.length) + 20; round++) {
    builder.e.pending = [];
    builder.e.pendingProducts = [];
    const unknown = builder.symbols.all.filter((s) => s.axes === null);
    let changed = false;
    for (const d of builder.drafts) if (inferEquation(builder, d)) changed = true;
    for (const item of builder.pendingAssumptions)
      quietly(() => item.statement.sides.map((s) => builder.e.elaborate(s)));
    if (changed || SURE.some((shape) => shape(builder))) continue;
    seePositions(builder);
    if (unknown.some((s) => s.axes !== null)) continue;
    if (!BY_CUSTOM.some((shape) => shape(builder))) break;
  }
  scalarLoss(builder);
}

type Shaping = (builder: Builder) => boolean;

/** What is said in other ways, and terms beside a known one. */
const SURE: readonly Shaping[] = [(b) => applyGenerics(b), (b) => shapePendingTerms(b), (b) => shapeByFonts(b)];

/** Where nothing forces a shape, what is usual, one step at a time: the first that tells anything does. */
const BY_CUSTOM: readonly Shaping[] = [
  (b) => shapeByProperties(b),
  (b) => shapePendingFactors(b),
  (b) => shapeTransposed(b),
  (b) => shapeRecurrence(b),
  (b) => shapeProductOfUnknowns(b),
  (b) => shapeByNorm(b),
  (b) => shapeBiases(b),
  // Once `\sqrt{d}` is known, what is left may tell more of the capital letters.
  (b) => assumeScalars(b, (s) => !s.defined && !isMatrixLetter(b, s)),
  (b) => assumeScalars(b, (s) => !s.defined),
  (b) => assumeScalars(b, () => true),
];

/**
 * Where layers differ in width, what stands below `z_j^{(l)}` are places on the axes of layer l: as members of one family they
 * would all have the same range.
 */
function axesOfMembers(builder: Builder): void {
  if (!builder.e.dims.runWithFamilies) return;
  const steps = new Set(builder.drafts.flatMap(steppingLetters));
  const isStep = (s: Syntax): boolean => [...steps].some((l) => mentions(s, l));
  for (const spec of builder.symbols.all)
    if (spec.supSlots > 0 && spec.subSlots > 0 && spec.axes === null && !spec.memberSubs.some(isStep))
      spec.positionsAreAxes(spec.memberSubs.map(() => new DimVar(null)));
}

function inferEquation(builder: Builder, d: Draft): boolean {
  const { spec, entries, members } = builder.occurrenceOf(d);
  const whole = entries.length === 0;
  if (spec.axes === null && whole && isUnknownLoss(builder, d, spec)) setShape(spec, []);
  return builder.e.within(d.free, () => {
    const before = spec.axes;
    // Positions on the left tie the letters to the axes.
    quietly(() => builder.e.elaborate(leftSyntax(d)));
    const at = quietly(() => members.map((m) => builder.e.position(m, null))) ?? [];
    const own = spec.axes === null ? null : memberAxes(builder.e, spec, at);
    const wanted = whole ? own : [];
    const right = quietly(() => builder.e.elaborate(d.right, wanted));
    if (right !== null && whole && takesShape(builder, d, spec, { at, own, axes: right.axes })) return true;
    if (right !== null || wanted === null) return before === null && spec.axes !== null;
    return expectUnlessContradicted(builder, d, wanted);
  });
}

/** What stands on the left as a whole takes the shape of the right side. */
function takesShape(
  builder: Builder,
  d: Draft,
  spec: SymbolSpec,
  { at, own, axes }: { at: readonly (() => Position)[]; own: readonly DimVar[] | null; axes: readonly DimVar[] },
): boolean {
  if (spec.axes === null) {
    // `h_0 = 0` may be a vector of zeros: the equations of the other members tell.
    if (d.right.kind === "number" && spec.slots > 0 && (builder.draftsOf.get(spec)?.length ?? 0) > 1) return false;
    setMemberShape(builder.e, spec, at, axes);
    return true;
  }
  if (!isRowOf(builder, spec, axes)) {
    if (own !== null) unifyShapes(own, axes);
    return false;
  }
  for (const row of [spec, ...termsOf(builder, d.right)]) if (isRowOf(builder, row, axes)) row.axes = [...axes];
  return true;
}

/** `y = x W` is a row for a row x, though `y_i` alone looks like a column. */
function isRowOf(builder: Builder, spec: SymbolSpec, axes: readonly DimVar[]): boolean {
  const [own, more] = spec.axes ?? [];
  const [one, size] = axes;
  if (spec.declared || spec.slots > 0 || own === undefined || more !== undefined || size === undefined) return false;
  return one?.isOne(builder.arena) === true && !size.isOne(builder.arena) && size.unify(own);
}

/** The symbols that are terms of a sum. */
const termsOf = (builder: Builder, s: Syntax): readonly SymbolSpec[] =>
  (s.kind === "sum" ? s.terms : []).flatMap(({ body }) => {
    const t = takeApart(body);
    const found = t === null ? null : quietly(() => builder.symbols.resolve(t));
    return found === null || found.entries.length + found.actions.length > 0 ? [] : [found.spec];
  });

/**
 * What the place of a symbol suggests is withdrawn where the equation then cannot be read: the α of `(1 - \alpha) y + \alpha / K`
 * would be a vector by its second term, and no vector by its first.
 */
function expectUnlessContradicted(builder: Builder, d: Draft, wanted: readonly DimVar[]): boolean {
  const unknown = builder.symbols.all.filter((s) => s.axes === null);
  if (quietly(() => expectShape(builder.e, d.right, wanted)) !== true) return false;
  const shaped = unknown.filter((s) => s.axes !== null && s.axes.length > 0);
  try {
    builder.e.elaborate(d.right, wanted);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const s of shaped) s.axes = s.bold || s.defined ? s.axes : [];
  }
  return true;
}

/** `L = f(y)` with an f that nothing defines, where nothing uses L: a loss is a number. */
function isUnknownLoss(builder: Builder, d: Draft, spec: SymbolSpec): boolean {
  if (spec.slots > 0 || spec.declared || spec.bold || !LOSS_LETTERS.includes(spec.written.symbol.name)) return false;
  const [head] = d.right.kind === "juxtaposition" && d.right.items.length === 2 ? d.right.items : [];
  const t = head === undefined ? null : takeApart(head);
  if (t === null || !builder.e.abstracts.has(functionKey(t))) return false;
  return builder.drafts.every((o) => o === d || !mentionsHead(o.right, new Set([spec.head])));
}

function applyGenerics(builder: Builder): boolean {
  return builder.symbols.all.some((s) => s.axes === null && quietly(() => applyGeneric(builder, s)) === true);
}

/**
 * `a = \sigma(z)` and `y_j - a_j`: what is computed as a whole and used with positions has axes, though what stands beside it
 * cannot be read yet.
 */
function seePositions(builder: Builder): void {
  const heads = new Set(builder.symbols.all.flatMap((s) => (s.defined && s.axes === null ? [s.head] : [])));
  for (const d of heads.size === 0 ? [] : builder.drafts)
    for (const t of symbolsIn(d.right))
      if (t.subs.length > 0 && heads.has(headKey(t.symbol))) quietly(() => builder.symbols.resolve(t));
  for (const d of builder.drafts) quietly(() => builder.occurrenceOf(d));
}

/** `Wx + b`: a term of unknown shape beside a vector is a vector. */
const shapePendingTerms = (builder: Builder): boolean =>
  (builder.e.pending ?? []).some(({ what: { axes, terms }, inScope }) =>
    axes.length === 1 || axes.length === 2
      ? inScope(() => terms.some((t) => shapePendingTerm(builder, t, axes)))
      : false,
  );

function shapePendingTerm(builder: Builder, term: Syntax, axes: readonly DimVar[]): boolean {
  const symbol = takeApart(term);
  const found = symbol === null ? null : quietly(() => builder.symbols.resolve(symbol));
  if (found === null || found.slice !== undefined || found.spec.axes !== null) return false;
  if (found.entries.length > 0 || found.actions.length > 0) return false;
  const isMatrix = axes.length === 2 && !axes.some((d) => d.isOne(builder.arena));
  if (isMatrix && !found.spec.defined && !isMatrixLetter(builder, found.spec)) return false;
  shapeOccurrence(builder, found, axes);
  return true;
}

/** The shape of a symbol from that of the member that occurs. */
const shapeOccurrence = (builder: Builder, { spec, members }: Occurrence, axes: readonly DimVar[]): void =>
  setMemberShape(
    builder.e,
    spec,
    members.map((m) => builder.e.position(m, null)),
    axes,
  );

/** Bold letters that nothing else tells of; those given before those computed. */
function shapeByFonts(builder: Builder): boolean {
  for (const spec of [...builder.symbols.all].sort((a, b) => Number(a.defined) - Number(b.defined))) {
    if (spec.axes !== null) continue;
    const shape = shapeByFont(spec);
    if (shape === null) continue;
    setShape(spec, shape);
    return true;
  }
  return false;
}

/** `W x` with an x of known shape: a capital letter that is given stands for a matrix; `w^\top x`, `W x`: a small one for a column. */
const shapePendingFactors = (builder: Builder): boolean =>
  (builder.e.pendingProducts ?? []).some(({ what, inScope }) => inScope(() => shapeFactors(builder, what)));

function shapeFactors(builder: Builder, factors: readonly Unfinished[]): boolean {
  const arrays = factors.filter((f) => f.value === null || f.value.axes.length > 0);
  for (const [k, f] of arrays.entries()) {
    const given = f.value === null ? unknownGiven(builder, f.syntax) : null;
    const shape = given === null ? null : shapeBetween(builder, given, arrays[k - 1] ?? null, arrays[k + 1] ?? null);
    if (given === null || shape === null) continue;
    shapeOccurrence(builder, given, given.transposed ? shape.toReversed() : shape);
    given.spec.custom =
      shape.length === 2 ? "nothing declares it, and a capital letter beside an array is read as a matrix" : COLUMN;
    return true;
  }
  return false;
}

/** `W h_{t-1}` with an h that is computed from itself: a small letter behind a matrix is a column. */
const shapeRecurrence = (builder: Builder): boolean =>
  (builder.e.pendingProducts ?? []).some(({ what, inScope }) => inScope(() => shapeLast(builder, what)));

function shapeLast(builder: Builder, factors: readonly Unfinished[]): boolean {
  const [last, before] = [factors.at(-1), factors.at(-2)];
  const t = last === undefined || last.value !== null ? null : takeApart(last.syntax);
  const found = t === null ? null : quietly(() => builder.symbols.resolve(t));
  const columns = before?.value?.axes.length === 2 ? before.value.axes[1] : undefined;
  if (found === null || columns === undefined || columns.isOne(builder.arena)) return false;
  const { spec } = found;
  if (spec.axes !== null || !spec.defined || spec.slots === 0 || isMatrixLetter(builder, spec)) return false;
  if (found.entries.length + found.actions.length > 0) return false;
  shapeOccurrence(builder, found, [columns]);
  spec.custom = COLUMN;
  return true;
}

/**
 * `z = W x + b` with a z that has an axis, or with a W or an x that is transposed in some line: a small letter behind capitals
 * of which nothing is known either is a column.
 */
function shapeProductOfUnknowns(builder: Builder): boolean {
  const transposed = transposedHeads(builder);
  return builder.drafts.some((d) => {
    const { spec, entries } = builder.occurrenceOf(d);
    if (entries.length > 0 || (spec.axes !== null && spec.axes.length !== 1)) return false;
    const isArray = (s: Syntax): boolean => spec.axes !== null || mentionsHead(s, transposed);
    return builder.e.within(d.free, () => nodesIn(d.right).some((s) => isArray(s) && shapeColumn(builder, s)));
  });
}

/** The names that a line, of the backward pass too, transposes. */
function transposedHeads(builder: Builder): ReadonlySet<string> {
  const heads = new Set<string>();
  for (const n of builder.items.flatMap((i) => i.statement.sides.flatMap(nodesIn))) {
    if (n.kind !== "scripted" || n.sup === null || !superscripts(n.sup).some((p) => isTransposed(p.content))) continue;
    const t = takeApart(n.base.kind === "group" ? n.base.body : n.base);
    if (t !== null) heads.add(targetKey(t));
  }
  return heads;
}

/** "where $\Sigma$ is symmetric positive definite": a square matrix. */
function shapeByProperties(builder: Builder): boolean {
  for (const p of sentencesOf(builder.premises).flatMap(propertiesOf)) {
    const symbol = SQUARE.has(p.property) ? loneExpression(builder, p.ordinal) : null;
    const t = symbol === null ? null : takeApart(symbol);
    const found = t === null ? null : quietly(() => builder.symbols.resolve(t));
    if (found === null || found.spec.axes !== null || found.entries.length + found.actions.length > 0) continue;
    const size = new DimVar(null);
    quietly(() => {
      shapeOccurrence(builder, found, [size, size]);
    });
    if (found.spec.axes !== null) return true;
  }
  return false;
}

const SQUARE: ReadonlySet<string> = new Set(["symmetric", "positive-definite", "invertible", "orthogonal", "diagonal"]);

/**
 * `X W + b` with the weights behind the data, `W X + b` with them in front: a small letter that is given is a bias, one number
 * for each unit.
 */
const shapeBiases = (builder: Builder): boolean =>
  (builder.e.pending ?? []).some(({ what: { axes, terms }, inScope }) => {
    const [rows, columns] = axes;
    if (rows === undefined || columns === undefined || axes.some((d) => d.isOne(builder.arena))) return false;
    const factors = terms.flatMap((t) => (t.kind === "juxtaposition" ? [t.items.map(takeApart)] : []));
    const isWeight = (t: Scripted | null | undefined): boolean => t != null && /^([WVU]|\\Theta)$/.test(t.symbol.name);
    const behind = factors.some((f) => isWeight(f.at(-1)) && !isWeight(f[0]));
    const before = factors.some((f) => isWeight(f[0]) && !isWeight(f.at(-1)));
    if (behind === before) return false;
    const size = behind ? columns : rows;
    return inScope(() => terms.some((t) => shapeColumnSymbol(builder, takeApart(t), BIAS, size)));
  });

const BIAS = "nothing declares it, and beside a product with weights it is a bias, one number for each unit";

/** `\|h - y\|`: what has a norm has an axis, if nothing else tells. */
const shapeByNorm = (builder: Builder): boolean =>
  builder.drafts.some((d) =>
    builder.e.within(d.free, () =>
      nodesIn(d.right).some((s) => {
        if (s.kind !== "group" || s.open !== "\\|") return false;
        const terms = s.body.kind === "sum" ? s.body.terms.map((t) => t.body) : [s.body];
        return terms.some((t) => shapeColumnSymbol(builder, takeApart(t), "nothing declares it, and it has a norm"));
      }),
    ),
  );

function shapeColumnSymbol(builder: Builder, t: Scripted | null, why: string, size = new DimVar(null)): boolean {
  // An entry is a number.
  if (t === null || t.subs.some((x) => builder.letters.mentionsIndex(x))) return false;
  const found = quietly(() => builder.symbols.resolve(t));
  if (found === null || found.spec.axes !== null || found.slice !== undefined) return false;
  if (isMatrixLetter(builder, found.spec) || found.entries.length + found.actions.length > 0) return false;
  quietly(() => {
    shapeOccurrence(builder, found, [size]);
  });
  if (found.spec.axes === null) return false;
  found.spec.custom = why;
  return true;
}

function shapeColumn(builder: Builder, s: Syntax): boolean {
  const parts = s.kind === "juxtaposition" ? s.items.map(takeApart) : [];
  const last = parts.pop() ?? null;
  // Only what is a symbol may be looked up: π is none.
  const isUnknownMatrix = (t: Scripted | null): boolean =>
    t !== null &&
    !t.subs.some((x) => builder.letters.mentionsIndex(x)) &&
    isMatrixName(builder, headKey(t.symbol), t.symbol) &&
    unknownOf(builder, t) !== null;
  return parts.length > 0 && parts.every(isUnknownMatrix) && shapeColumnSymbol(builder, last, COLUMN);
}

const COLUMN = "nothing declares it, and its place in a product is that of a column";

/** A factor of a product, and its value if that is known. */
interface Unfinished {
  readonly value: Value | null;
  readonly syntax: Syntax;
}

interface Factor {
  readonly value: Value | null;
}

/** The shape, as it stands in the product, of a factor between two others. */
function shapeBetween(
  builder: Builder,
  { spec, transposed }: Given,
  left: Factor | null,
  right: Factor | null,
): readonly DimVar[] | null {
  const rows = left?.value?.axes[1] ?? null;
  const columns = right?.value?.axes[0] ?? null;
  if (isMatrixLetter(builder, spec)) return matrixBetween(rows, columns, left !== null);
  if (transposed) return right === null || columns !== null ? [columns ?? new DimVar(null)] : null;
  return rows !== null && right === null ? [rows] : null;
}

/** A row or column that is known says one size; the other is that of the other neighbour, or new. */
function matrixBetween(rows: DimVar | null, columns: DimVar | null, hasLeft: boolean): readonly DimVar[] | null {
  if (rows === null && (columns === null || hasLeft)) return null;
  return [rows ?? new DimVar(null), columns ?? new DimVar(null)];
}

interface Given extends Occurrence {
  readonly transposed: boolean;
}

/** A given symbol, as a whole, of which nothing is known. */
function unknownGiven(builder: Builder, s: Syntax): Given | null {
  const t = takeApart(s);
  return t === null ? null : unknownOf(builder, t);
}

function unknownOf(builder: Builder, t: Scripted): Given | null {
  const found = quietly(() => builder.symbols.resolve(t));
  if (found === null || found.spec.axes !== null || found.entries.length > 0 || found.spec.defined) return null;
  const [action, more] = found.actions;
  if (more !== undefined || (action !== undefined && action.kind === "power")) return null;
  // `\gamma^T` may be a power where T is a number of steps.
  const isSure = t.sups.every((p) => p.bracketed || !builder.symbols.dimensionNames.has(scriptText(p.content)));
  return action === undefined || isSure ? { ...found, transposed: action !== undefined } : null;
}

const isMatrixLetter = (builder: Builder, { written: { symbol }, head }: SymbolSpec): boolean =>
  isMatrixName(builder, head, symbol);

/** Letters that are seldom numbers; `\Delta t` is one. A small w is a matrix where a line names `w_{jk}`. */
const isMatrixName = (builder: Builder, head: string, symbol: SyntaxOf<"symbol">): boolean =>
  builder.matrixHeads.has(head) ||
  (/^([A-Z]|\\(Gamma|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega))$/.test(symbol.name) &&
    /^(plain|bold|roman)$/.test(symbol.style));

/** What is transposed is no number: a row or a column, of a capital letter a matrix. */
function shapeTransposed(builder: Builder): boolean {
  for (const d of builder.drafts)
    for (const t of symbolsIn(d.right)) {
      if (t.sups.length === 0 || quietly(() => specialSymbol(builder.e, t)) !== null) continue;
      if (builder.e.within(d.free, () => quietly(() => builder.e.dims.ofSymbol(t, builder.e))) !== null) continue;
      const given = builder.e.within(d.free, () => unknownOf(builder, t));
      if (given === null || !given.transposed) continue;
      setShape(
        given.spec,
        isMatrixLetter(builder, given.spec) ? [new DimVar(null), new DimVar(null)] : [new DimVar(null)],
      );
      given.spec.custom = "nothing declares it, and what is transposed has an axis";
      return true;
    }
  return false;
}

function assumeScalars(builder: Builder, which: (s: SymbolSpec) => boolean): boolean {
  const unknown = builder.symbols.all.filter((s) => s.axes === null && which(s));
  for (const spec of unknown) {
    spec.axes = [];
    spec.assumedScalar = true;
  }
  return unknown.length > 0;
}

// A last layer of unknown size, which no equation uses, ends in a number: the loss is a scalar.
function scalarLoss(builder: Builder): void {
  for (const d of builder.drafts) {
    const { spec } = builder.occurrenceOf(d);
    const [axis] = spec.axes ?? [];
    if (spec.axes?.length !== 1 || axis === undefined || axis.dim !== null || spec.declared || spec.bold) continue;
    if (builder.drafts.some((o) => o !== d && mentionsHead(o.right, new Set([spec.head])))) continue;
    axis.bind(builder.arena.oneDim);
  }
  for (const spec of builder.symbols.all)
    if (
      !spec.declared &&
      spec.axes !== null &&
      spec.axes.length > 0 &&
      spec.axes.every((a) => a.isOne(builder.arena)) &&
      !spec.bold
    )
      spec.axes = [];
}

const LOSS_LETTERS = ["L", "J", "E", "C", "l", "\\ell", "Loss", "loss", "Cost", "cost"];

function leftSyntax(d: Draft): Syntax {
  const first = d.item.statement.sides[0];
  if (first === undefined) throw new Error("internal: an equation without a left side");
  const left = leftSide(first);
  return left === null || left.args === null
    ? first
    : first.kind === "juxtaposition"
      ? (first.items[0] ?? first)
      : first;
}

function unifyShapes(a: readonly DimVar[], b: readonly DimVar[]): void {
  if (a.length !== b.length) return;
  a.forEach((d, k) => {
    const other = b[k];
    if (other !== undefined && d.compatible(other)) d.unify(other);
  });
}
