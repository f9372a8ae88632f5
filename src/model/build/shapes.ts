import { Refusal } from "../../core/diagnostic.js";
import { flatMap } from "../../core/flat-map.js";
import type { Position } from "../../expression/node.js";
import type { Syntax } from "../../notation/syntax.js";
import { functionKey } from "../functions/applications.js";
import { quantitiesDifferentiated } from "../passes/derivatives/differentiated.js";
import { DimVar } from "../sizes/dimensions.js";
import { mentions } from "../symbols/letters.js";
import { memberAxes, setMemberShape } from "../symbols/members.js";
import { headKey, symbolsIn, takeApart } from "../symbols/scripts.js";
import { leftSide, mentionsHead, targetKey } from "../symbols/statements.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import { goesOnToLoss, takesNamesAsKnown } from "../words/upstream.js";
import type { Builder, Draft } from "./builder.js";
import { shapeBiases } from "./columns.js";
import { BY_CUSTOM, type Shaping } from "./customs.js";
import { applyGeneric } from "./declare.js";
import { expectShape, quietly, setShape, shapeByFont } from "./infer.js";
import { headsOfSamples } from "./layer-samples.js";
import { isMatrixLetter, shapePendingTerms } from "./unknown-shapes.js";

/*
 * Shapes by unification: equations are elaborated over and over, until none says anything new.
 */

export function findShapes(builder: Builder): void {
  const { symbols, work } = builder;
  axesOfMembers(builder);
  for (let round = 0; round < 4 * (builder.drafts.length + symbols.all.length) + 20; round++) {
    work.round = round;
    // How many axes each has: reading an equation may also make symbols, or turn members into entries.
    const { reshapings } = symbols;
    if (readAll(builder) || SURE.some((shape) => shape(builder))) continue;
    seePositions(builder);
    if (symbols.reshapings !== reshapings) continue;
    if (!BY_CUSTOM.some((shape) => shape(builder))) break;
  }
  work.end();
  scalarLoss(builder);
}

/** Reads the equations, and what is assumed of symbols. */
function readAll(builder: Builder): boolean {
  const { e, work } = builder;
  let found = false;
  work.some("reading", (r) => {
    const { draft, item } = r;
    const told = work.read(r, () =>
      draft === null
        ? quietly(() => item.statement.sides.map((s) => e.elaborate(s))) === undefined
        : inferEquation(builder, draft),
    );
    if (told) {
      found = true;
      // What told something is asked again.
      r.changed();
    }
    return false;
  });
  return found;
}

/** What is said in other ways, and terms beside a known one. */
const SURE: readonly Shaping[] = [
  (b) => applyGenerics(b),
  (b) => shapePendingTerms(b, "terms", false),
  (b) => shapeByFonts(b),
];

/**
 * Where layers differ in width, what stands below `z_j^{(l)}` are places on the axes of layer l: as members of one family they
 * would all have the same range.
 */
function axesOfMembers(builder: Builder): void {
  if (!builder.e.dims.runWithFamilies) return;
  const isStep = (s: Syntax): boolean => [...builder.work.steps].some((l) => mentions(s, l));
  const samples = headsOfSamples(builder);
  const isEntry = ({ head, memberSubs }: SymbolSpec): boolean => !memberSubs.some(isStep) && !samples.has(head);
  for (const spec of builder.symbols.all)
    if (spec.supSlots > 0 && spec.subSlots > 0 && spec.axes === null && isEntry(spec))
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
    if (right === null && whole && takesRow(builder, d, spec)) return true;
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

/** `z = h W + b` with a row h, where z and b were taken for columns before anything told of h. */
function takesRow(builder: Builder, d: Draft, spec: SymbolSpec): boolean {
  const terms = d.right.kind === "sum" ? d.right.terms : [];
  const row = terms
    .map(({ body }) => quietly(() => builder.e.elaborate(body))?.axes)
    .find((axes) => axes?.length === 2 && isRowOf(builder, spec, axes));
  if (row === undefined) return false;
  for (const one of [spec, ...termsOf(builder, d.right)]) if (isRowOf(builder, one, row)) one.axes = [...row];
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
  flatMap(s.kind === "sum" ? s.terms : [], ({ body }) => {
    const t = takeApart(body);
    const found = t === null ? null : quietly(() => builder.symbols.resolve(t));
    return found === null || found.entries.length + found.actions.length > 0 ? [] : [found.spec];
  });

/**
 * What the place of a symbol suggests is withdrawn where the equation then cannot be read: the α of `(1 - \alpha) y + \alpha / K`
 * would be a vector by its second term, and no vector by its first.
 */
function expectUnlessContradicted(builder: Builder, d: Draft, wanted: readonly DimVar[]): boolean {
  const before = builder.symbols.shaped.length;
  if (quietly(() => expectShape(builder.e, d.right, wanted)) !== true) return false;
  const shaped = builder.symbols.shaped.slice(before).filter((s) => s.axes !== null && s.axes.length > 0);
  try {
    builder.e.elaborate(d.right, wanted);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const s of shaped) s.axes = s.bold || s.defined ? s.axes : [];
  }
  return true;
}

/** `L = f(y)`, `L = f(y) + R` with an f that nothing defines, where nothing uses L: a loss is a number. */
function isUnknownLoss(builder: Builder, d: Draft, spec: SymbolSpec): boolean {
  if (spec.slots > 0 || spec.declared || spec.bold || !LOSS_LETTERS.includes(spec.written.symbol.name)) return false;
  const terms = d.right.kind === "sum" ? d.right.terms.map((t) => t.body) : [d.right];
  const isUnknown = (s: Syntax): boolean => {
    const [head] = s.kind === "juxtaposition" && s.items.length === 2 ? s.items : [];
    const t = head === undefined ? null : takeApart(head);
    return t !== null && builder.e.abstracts.has(functionKey(t));
  };
  if (!terms.some(isUnknown)) return false;
  return builder.work.usersOf(spec.head) === (mentionsHead(d.right, new Set([spec.head])) ? 1 : 0);
}

function applyGenerics(builder: Builder): boolean {
  if (builder.generics.length === 0) return false;
  return builder.symbols.all.some((s) => s.axes === null && quietly(() => applyGeneric(builder, s)) === true);
}

/**
 * `a = \sigma(z)` and `y_j - a_j`: what is computed as a whole and used with positions has axes, though what stands beside it
 * cannot be read yet.
 */
function seePositions(builder: Builder): void {
  const { symbols, work } = builder;
  let heads: ReadonlySet<string> | null = null;
  work.someEquation("positions", (d) => {
    heads ??= new Set(flatMap(symbols.all, (s) => (s.defined && s.axes === null ? [s.head] : [])));
    for (const t of symbolsIn(d.right))
      if (t.subs.length > 0 && heads.has(headKey(t.symbol))) quietly(() => symbols.resolve(t));
    return false;
  });
  work.someEquation("left positions", (d) => {
    quietly(() => builder.occurrenceOf(d));
    return false;
  });
}

/** Bold letters that nothing else tells of; those given before those computed. */
function shapeByFonts(builder: Builder): boolean {
  const { all } = builder.symbols;
  const isOpen = (s: SymbolSpec): boolean => s.axes === null && s.bold;
  const spec = all.find((s) => !s.defined && isOpen(s)) ?? all.find(isOpen);
  const shape = spec === undefined ? null : shapeByFont(spec);
  if (spec === undefined || shape === null) return false;
  // The bold bias of `W X + b` is as long as W X is high.
  if (shape.length === 1 && shapeBiases(builder)) return true;
  setShape(spec, shape);
  return true;
}

// A last layer of unknown size, which no equation uses, ends in a number where nothing else may be the loss: that is a scalar.
function scalarLoss(builder: Builder): void {
  // Of dots between columns, read entry by entry, another reading makes numbers.
  if (builder.e.dotted) return;
  const last = builder.drafts.filter((d) => builder.work.usersOf(targetKey(d.target)) === 0);
  const numbers = last.filter((d) => builder.occurrenceOf(d).spec.axes?.length === 0);
  const differentiated = differentiatedHeads(builder);
  const { items, premises, plain, e } = builder;
  const given = new Set(builder.drafts.map((d) => targetKey(d.target)));
  const told = { items, premises, plain, isGiven: (key: string) => given.has(key) || e.functions.has(key) };
  for (const d of numbers.length > 0 ? [] : last) {
    const { spec } = builder.occurrenceOf(d);
    const [axis] = spec.axes ?? [];
    if (spec.axes?.length !== 1 || axis === undefined || axis.dim !== null || axis.parts !== null) continue;
    if (spec.declared || spec.bold) continue;
    if (differentiated.size > 0 && !differentiated.has(spec.head)) continue;
    if (isTakenByMatrix(builder, axis)) continue;
    const isOpen = goesOnToLoss(told, new Set([targetKey(d.target)])) !== null || takesNamesAsKnown(items, given);
    if (builder.front.loss === undefined && isOpen) continue;
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

/** `c = \sum_i \alpha_i h_i` beside `W h_i`: what a matrix is multiplied with is no number. */
const isTakenByMatrix = (builder: Builder, axis: DimVar): boolean =>
  builder.symbols.all.some((s) => {
    const [, columns, more] = s.axes ?? [];
    return columns !== undefined && more === undefined && isMatrixLetter(builder, s) && columns.same(axis);
  });

/** What lines are derivatives of: `L` of `\partial L / \partial w` and `\nabla_w L`. Those that are handed in tell it, too. */
function differentiatedHeads(builder: Builder): ReadonlySet<string> {
  const all = flatMap(builder.items, (i) => flatMap(i.statement.sides, quantitiesDifferentiated));
  return new Set(flatMap(all, (s) => takeApart(s) ?? []).map(targetKey));
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
