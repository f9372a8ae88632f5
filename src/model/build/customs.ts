import type { Syntax } from "../../notation/syntax.js";
import { functionKey } from "../applications.js";
import { DimVar } from "../dimensions.js";
import { factors } from "../elaborate/arithmetic.js";
import { specialSymbol } from "../elaborate/constants.js";
import { quietly, setShape, termsWithin } from "../infer.js";
import { letterOf, nodesIn } from "../letters.js";
import { type Property, propertiesOf, sentencesOf } from "../prose.js";
import { headKey, isTransposed, type Scripted, superscripts, symbolsIn, takeApart } from "../scripts.js";
import { mentionsHead, targetKey } from "../statements.js";
import type { SymbolSpec } from "../symbols.js";
import type { Value } from "../value.js";
import type { Builder } from "./builder.js";
import { steppingLetters } from "./drafts.js";
import { loneExpression } from "./survey.js";
import {
  type Given,
  isMatrixLetter,
  isMatrixName,
  shapeOccurrence,
  unknownGiven,
  unknownOf,
} from "./unknown-shapes.js";

/*
 * Where nothing forces a shape, what authors usually mean by a letter's case, place or use.
 */

export type Shaping = (builder: Builder) => boolean;

/** Where nothing forces a shape, what is usual, one step at a time: the first that tells anything does. */
export const BY_CUSTOM: readonly Shaping[] = [
  (b) => shapeByProperties(b),
  (b) => shapePendingFactors(b),
  (b) => shapeTransposed(b),
  (b) => shapeArguments(b),
  (b) => shapeRecurrence(b),
  (b) => shapeProductOfUnknowns(b),
  (b) => shapeByTerms(b),
  (b) => shapeByNorm(b),
  (b) => shapeBySoftmax(b),
  (b) => shapeStacked(b),
  (b) => shapeSummed(b),
  (b) => shapeByEntrywiseUse(b),
  (b) => shapeByEntries(b),
  (b) => shapeBiases(b),
  // Once `\sqrt{d}` is known, what is left may tell more of the capital letters.
  (b) => assumeScalars(b, (s) => !s.defined && !isMatrixLetter(b, s)),
  (b) => assumeScalars(b, (s) => !s.defined),
  (b) => assumeScalars(b, () => true),
];

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

/** `h_t = \tanh(W x_t + U h_{t-1})` with an x that is known: what is computed is as large as the terms that are known. */
const shapeByTerms = (builder: Builder): boolean =>
  builder.drafts.some((d) => {
    const { spec, entries, members } = builder.occurrenceOf(d);
    if (entries.length > 0 || spec.axes !== null || !mentionsHead(d.right, new Set([spec.head]))) return false;
    const [first] = builder.e.within(d.free, () => quietly(() => termsWithin(builder.e, d.right))) ?? [];
    const sum = builder.e.pending?.find(({ what }) => what.terms[0] === first);
    if (sum === undefined) return false;
    sum.inScope(() => quietly(() => shapeOccurrence(builder, { spec, members }, sum.what.axes)));
    return spec.axes !== null;
  });

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

/** "where $\Sigma$ is symmetric positive definite": a square matrix; "$y$ is one-hot": a column. */
function shapeByProperties(builder: Builder): boolean {
  for (const p of sentencesOf(builder.premises).flatMap(propertiesOf)) {
    const axes = axesOf(p.property);
    const symbol = axes === null ? null : loneExpression(builder, p.ordinal);
    const t = symbol === null ? null : takeApart(symbol);
    const found = t === null ? null : quietly(() => builder.symbols.resolve(t));
    if (found === null || axes === null || found.spec.axes !== null) continue;
    if (found.entries.length + found.actions.length > 0) continue;
    quietly(() => {
      shapeOccurrence(builder, found, axes);
    });
    if (found.spec.axes !== null) return true;
  }
  return false;
}

function axesOf(property: Property): readonly DimVar[] | null {
  const size = new DimVar(null);
  return SQUARE.has(property) ? [size, size] : property === "one-hot" ? [size] : null;
}

const SQUARE: ReadonlySet<Property> = new Set([
  "symmetric",
  "positive-definite",
  "invertible",
  "orthogonal",
  "diagonal",
]);

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

/** `h_\theta(x^{(i)})` of `h_\theta(x) = g(\theta^\top x)`: what is put for x has the place of a column. */
const shapeArguments = (builder: Builder): boolean =>
  builder.drafts.some((d) =>
    builder.e.within(d.free, () =>
      nodesIn(d.right).some((s) => {
        if (s.kind !== "juxtaposition") return false;
        return s.items.some((head, k) => {
          const [t, next] = [takeApart(head), s.items[k + 1]];
          const f = t === null ? undefined : builder.e.functions.get(functionKey(t));
          if (f === undefined || next?.kind !== "group") return false;
          const args = next.body.kind === "list" ? next.body.items : [next.body];
          return args.some((arg, j) => {
            const parameter = f.parameters[j];
            const isColumn =
              parameter !== undefined && nodesIn(f.body).some((n) => endsInColumn(builder, n, parameter));
            return isColumn && shapeColumnSymbol(builder, takeApart(arg), COLUMN);
          });
        });
      }),
    ),
  );

/** `\theta^\top x`, `W x`. */
function endsInColumn(builder: Builder, s: Syntax, parameter: Scripted): boolean {
  const [before, last] = s.kind === "juxtaposition" ? s.items.slice(-2) : [];
  const [row, t] = [before, last].map((f) => (f === undefined ? null : takeApart(f)));
  if (row == null || t == null || targetKey(t) !== targetKey(parameter) || t.subs.length + t.sups.length > 0)
    return false;
  return row.sups.some((p) => isTransposed(p.content)) || isMatrixName(builder, headKey(row.symbol), row.symbol);
}

/** `p = \mathrm{softmax}(W x + b)`: probabilities make up a column. */
const shapeBySoftmax = (builder: Builder): boolean =>
  builder.drafts.some((d) => {
    const head =
      d.right.kind === "juxtaposition" && d.right.items[0] !== undefined ? takeApart(d.right.items[0]) : null;
    if (head === null || !/^(log-?)?softmax$/i.test(head.symbol.name)) return false;
    const why = "nothing declares it, and a softmax computes it";
    return builder.e.within(d.free, () => shapeColumnSymbol(builder, d.target, why));
  });

/** `\sum y \log \hat y` without an index runs over entries: of y too, where those of ŷ are known. */
const shapeSummed = (builder: Builder): boolean =>
  builder.drafts.some((d) =>
    builder.e.within(d.free, () =>
      nodesIn(d.right).some((s) => {
        if (s.kind !== "big" || s.operator !== "\\sum" || s.sub !== null || s.sup !== null || s.body === null)
          return false;
        const items = s.body.kind === "juxtaposition" || s.body.kind === "product" ? s.body.items : [];
        const known = quietly(() => factors(builder.e, items, null)) ?? [];
        const size = known.flatMap(({ value }) => (value?.axes.length === 1 ? value.axes : []))[0];
        if (size === undefined) return false;
        const why = "nothing declares it, and the sum runs over its entries";
        return known.some((f) => f.value === null && shapeColumnSymbol(builder, takeApart(f.syntax), why, size));
      }),
    ),
  );

/** `W [h_{t-1}, x_t]`: columns, one below the other. */
const shapeStacked = (builder: Builder): boolean =>
  builder.drafts.some((d) =>
    builder.e.within(d.free, () =>
      nodesIn(d.right).some((s) => {
        const factors = s.kind === "juxtaposition" || s.kind === "product" ? s.items : [];
        return factors.some((f, k) => k > 0 && isCapital(builder, factors[k - 1]) && shapeMembers(builder, f));
      }),
    ),
  );

function isCapital(builder: Builder, s: Syntax | undefined): boolean {
  const t = s === undefined ? null : takeApart(s);
  return t !== null && isMatrixName(builder, headKey(t.symbol), t.symbol);
}

/** `[x_1, x_2]` are entries of one x; members of several names are columns. Their sizes add up, so these need names at once. */
function shapeMembers(builder: Builder, s: Syntax): boolean {
  const members = s.kind === "group" && s.body.kind === "list" ? s.body.items.map(takeApart) : [];
  const names = new Set(members.map((t) => (t === null ? null : targetKey(t))));
  return names.size > 1 && members.some((t) => shapeColumnSymbol(builder, t, STACKED) || nameSize(builder, t));
}

const STACKED = "nothing declares it, and it is stacked";

function nameSize(builder: Builder, t: Scripted | null): boolean {
  const spec = t === null ? undefined : quietly(() => builder.symbols.resolve(t))?.spec;
  const [size, more] = spec?.axes ?? [];
  if (spec === undefined || size === undefined || more !== undefined || size.dim !== null) return false;
  return size.unify(new DimVar(builder.freshSize(spec), true));
}

/** `r_t \odot h_{t-1}`, `\mathrm{diag}(z)`, in any line: nobody writes these of numbers. */
function shapeByEntrywiseUse(builder: Builder): boolean {
  const used = entrywiseHeads(builder);
  const why = "nothing declares it, and it is multiplied entry by entry";
  return builder.drafts.some((d) =>
    builder.e.within(d.free, () =>
      [d.target, ...symbolsIn(d.right)].some((t) => used.has(targetKey(t)) && shapeColumnSymbol(builder, t, why)),
    ),
  );
}

/** `w \cdot x` and, in a claim, `w_j`: what is given and has entries is a column. */
const shapeByEntries = (builder: Builder): boolean =>
  builder.drafts.some((d) =>
    builder.e.within(d.free, () =>
      symbolsIn(d.right).some((t) => {
        if (!builder.columnHeads.has(targetKey(t)) || unknownOf(builder, t) === null) return false;
        return shapeColumnSymbol(builder, t, "nothing declares it, and a line names an entry of it");
      }),
    ),
  );

/** The names that stand alone, or as a term, beside `\odot` or in `\mathrm{diag}`. */
function entrywiseHeads(builder: Builder): ReadonlySet<string> {
  const heads = new Set<string>();
  const add = (s: Syntax): void => {
    if (s.kind === "group") add(s.body);
    else if (s.kind === "sum") for (const t of s.terms) add(t.body);
    else {
      const t = takeApart(s);
      if (t !== null) heads.add(targetKey(t));
    }
  };
  for (const n of builder.items.flatMap((i) => i.statement.sides.flatMap(nodesIn)))
    if (n.kind === "product" && n.operators.every((o) => o === "\\odot")) n.items.forEach(add);
    else if (n.kind === "juxtaposition")
      n.items.forEach((item, k) => {
        const next = n.items[k + 1];
        if (next !== undefined && takeApart(item)?.symbol.name === "diag") add(next);
      });
  return heads;
}

function shapeColumnSymbol(builder: Builder, t: Scripted | null, why: string, size = new DimVar(null)): boolean {
  // An entry is a number; a step of a recurrence is none.
  if (t === null || t.subs.some((x) => builder.letters.mentionsIndex(x) && !isStep(builder, x))) return false;
  const found = quietly(() => builder.symbols.resolve(t));
  if (found === null || found.spec.axes !== null || found.slice !== undefined) return false;
  if (isMatrixLetter(builder, found.spec) || found.entries.length + found.actions.length > 0) return false;
  quietly(() => {
    shapeOccurrence(builder, found, [size]);
  });
  // Below a sum, the position of a member is not known here; of one width, no member tells less than another.
  if (found.spec.axes === null && !builder.e.dims.runWithFamilies) setShape(found.spec, [size]);
  if (found.spec.axes === null) return false;
  found.spec.custom = why;
  return true;
}

/** The t or t − 1 of `h_t = f(h_{t-1}, x_t)`. */
function isStep(builder: Builder, position: Syntax): boolean {
  const letters = nodesIn(position).flatMap((s) => letterOf(s) ?? []);
  const steps = new Set(builder.drafts.flatMap(steppingLetters));
  return letters.length > 0 && letters.every((l) => steps.has(l));
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
