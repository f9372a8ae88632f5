import type { Syntax } from "../../notation/syntax.js";
import { specialSymbol } from "../elaborate/constants.js";
import { functionKey, functionKind } from "../functions/applications.js";
import { DimVar } from "../sizes/dimensions.js";
import { letterOf, nodesIn } from "../symbols/letters.js";
import { headKey, isTransposed, type Scripted, scriptText, symbolsIn, takeApart } from "../symbols/scripts.js";
import { mentionsHead, targetKey } from "../symbols/statements.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import { oneVar } from "../values/products.js";
import type { Value } from "../values/value.js";
import { type Property, propertiesOf, sentencesOf } from "../words/prose.js";
import type { Builder } from "./builder.js";
import {
  behindMatrices,
  COLUMN,
  isStep,
  shapeArguments,
  shapeBiases,
  shapeByEntries,
  shapeByEntrywiseUse,
  shapeByNorm,
  shapeBySoftmax,
  shapeProductOfUnknowns,
  shapeStacked,
  shapeSummed,
  shapeTransposedSums,
  surelyTransposedHeads,
  symbolsWithin,
} from "./columns.js";
import { shapeByEntriesInLines } from "./entries-in-lines.js";
import { quietly, setShape, termsWithin } from "./infer.js";
import { loneExpression } from "./lone.js";
import { shapeByMatrixUse } from "./matrix-uses.js";
import { shapeRowsBefore, shapeRowsSaid } from "./rows.js";
import {
  type Given,
  isMatrixLetter,
  isMatrixName,
  shapeOccurrence,
  shapePendingTerms,
  unknownGiven,
  unknownOf,
} from "./unknown-shapes.js";
import { oncePerProblem } from "./worklist.js";

/*
 * Where nothing forces a shape, what authors usually mean by a letter's case, place or use.
 */

export type Shaping = (builder: Builder) => boolean;

/** Where nothing forces a shape, what is usual, one step at a time: the first that tells anything does. */
export const BY_CUSTOM: readonly Shaping[] = [
  (b) => shapeRowsSaid(b),
  (b) => shapeByProperties(b),
  (b) => shapeByMatrixUse(b),
  (b) => shapeInverted(b),
  (b) => shapeTargets(b),
  (b) => shapePendingFactors(b),
  (b) => shapeRowsBefore(b),
  (b) => shapeTransposed(b),
  (b) => shapeTransposedSums(b),
  (b) => shapeArguments(b),
  (b) => shapePendingTerms(b, "computed terms", true),
  (b) => shapeRecurrence(b),
  (b) => shapeBehindRow(b),
  (b) => shapeWithinFactor(b),
  (b) => shapeProductOfUnknowns(b),
  (b) => shapeByTerms(b),
  (b) => shapeByNorm(b),
  (b) => shapeBySoftmax(b),
  (b) => shapeStacked(b),
  (b) => shapeSummed(b),
  (b) => shapeByEntrywiseUse(b),
  (b) => shapeByEntries(b),
  (b) => shapeByEntriesInLines(b),
  (b) => shapeBiases(b),
  (b) => shapeComputedBehind(b),
  (b) => nameParameters(b),
  // Once `\sqrt{d}` is known, what is left may tell more of the capital letters.
  (b) => assumeScalars(b, (s) => !s.defined && !isMatrixLetter(b, s)),
  (b) => assumeScalars(b, (s) => !s.defined),
  (b) => assumeScalars(b, () => true),
];

/** `W x` with an x of known shape: a capital letter that is given stands for a matrix; `w^\top x`, `W x`: a small one for a column. */
const shapePendingFactors = (builder: Builder): boolean =>
  builder.work.some("factors", ({ products }) =>
    products.some(({ what, inScope }) => inScope(() => shapeFactors(builder, what))),
  );

function shapeFactors(builder: Builder, factors: readonly Unfinished[]): boolean {
  const arrays = factors.filter((f) => f.value === null || f.value.axes.length > 0);
  for (const [k, f] of arrays.entries()) {
    const given = f.value === null ? unknownGiven(builder, f.syntax) : null;
    if (given === null && f.value === null && shapeInverse(builder, f.syntax, arrays[k - 1], arrays[k + 1]))
      return true;
    const shape = given === null ? null : shapeBetween(builder, given, arrays[k - 1] ?? null, arrays[k + 1] ?? null);
    if (given === null || shape === null) continue;
    shapeOccurrence(builder, given, given.transposed ? shape.toReversed() : shape);
    given.spec.custom =
      shape.length === 2 ? "nothing declares it, and a capital letter beside an array is read as a matrix" : COLUMN;
    return true;
  }
  return false;
}

/** The A of `y^\top A^{-1} y`: as square as it must be. */
function shapeInverse(builder: Builder, s: Syntax, left?: Unfinished, right?: Unfinished): boolean {
  const t = takeApart(s);
  const [sup, more] = t?.sups ?? [];
  if (t === null || sup === undefined || more !== undefined || !/^-(?:1|T|\\top)$/.test(scriptText(sup.content)))
    return false;
  const given = unknownOf(builder, { ...t, sups: [] });
  const size = left?.value?.axes[1] ?? right?.value?.axes[0];
  if (given === null || size === undefined || size.isOne(builder.arena) || !isMatrixLetter(builder, given.spec))
    return false;
  shapeOccurrence(builder, given, [size, size]);
  given.spec.custom = "nothing declares it, and a capital letter beside an array is read as a matrix";
  return given.spec.axes !== null;
}

/** `W h_{t-1}` with an h that is computed from itself: a small letter behind a matrix is a column. */
const shapeRecurrence = (builder: Builder): boolean =>
  builder.work.some("recurrence", ({ products }) =>
    products.some(({ what, inScope }) => inScope(() => shapeLast(builder, what, ({ slots }) => slots > 0))),
  );

/** `W u` with `u = \operatorname{LN}(x)` and an x of which nothing tells. */
const shapeComputedBehind = (builder: Builder): boolean =>
  builder.work.some("computed columns", ({ products }) =>
    products.some(({ what, inScope }) =>
      inScope(() => shapeLast(builder, what, (spec) => spec.slots === 0 && isOfUnknown(builder, spec))),
    ),
  );

/** Is it the value of a function of which only the name is known? */
const isOfUnknown = (builder: Builder, spec: SymbolSpec): boolean =>
  builder.draftsOf.get(spec)?.some(({ right }) => {
    const head = right.kind === "juxtaposition" && right.items.length === 2 ? right.items[0] : undefined;
    const t = head === undefined ? null : takeApart(head);
    return t !== null && functionKind(builder.e, t) === "abstract";
  }) === true;

function shapeLast(builder: Builder, factors: readonly Unfinished[], isMeant: (spec: SymbolSpec) => boolean): boolean {
  const [last, before] = [factors.at(-1), factors.at(-2)];
  const own = last?.syntax.kind === "juxtaposition" ? [...last.syntax.items] : last === undefined ? [] : [last.syntax];
  const t = last === undefined || last.value !== null ? null : behindMatrices(builder, own);
  const found = t === null || own.length > 0 ? null : quietly(() => builder.symbols.resolve(t));
  const columns = before?.value?.axes.length === 2 ? before.value.axes[1] : undefined;
  if (found === null || columns === undefined || columns.isOne(builder.arena)) return false;
  const { spec } = found;
  if (spec.axes !== null || !spec.defined || !isMeant(spec) || isMatrixLetter(builder, spec)) return false;
  if (found.entries.length + found.actions.length > 0) return false;
  shapeOccurrence(builder, found, [columns]);
  spec.custom = COLUMN;
  return true;
}

/** `u_o^\top h` with an h that is computed: a small letter behind a row is a column. */
const shapeBehindRow = (builder: Builder): boolean =>
  builder.work.some("behind rows", ({ products }) =>
    products.some(({ what, inScope }) => inScope(() => shapeComputed(builder, what))),
  );

function shapeComputed(builder: Builder, [row, last, more]: readonly Unfinished[]): boolean {
  const t = row === undefined ? null : takeApart(row.syntax);
  if (t === null || more !== undefined || !t.sups.some((p) => isTransposed(p.content))) return false;
  const computed = last === undefined || last.value !== null ? null : takeApart(last.syntax);
  const found = computed === null ? null : quietly(() => builder.symbols.resolve(computed));
  const [one, size] = row?.value?.axes ?? [];
  if (found === null || size === undefined || one?.isOne(builder.arena) !== true) return false;
  const { spec } = found;
  if (spec.axes !== null || !spec.defined || spec.slots > 0 || isMatrixLetter(builder, spec)) return false;
  if (found.entries.length + found.actions.length > 0) return false;
  shapeOccurrence(builder, found, [size]);
  spec.custom = COLUMN;
  return true;
}

/** `v^\top \tanh(W h_i + U s)` with a v that is known: W and U have as many rows as it has entries. */
const shapeWithinFactor = (builder: Builder): boolean =>
  builder.work.some("within factors", ({ products }) =>
    products.some(({ what, inScope }) => inScope(() => shapeWithin(builder, what))),
  );

function shapeWithin(builder: Builder, factors: readonly Unfinished[]): boolean {
  const [before, last] = [factors.at(-2), factors.at(-1)];
  const size = before?.value?.axes[1];
  if (size === undefined || last === undefined || last.value !== null || takeApart(last.syntax) !== null) return false;
  const body = insideOf(builder, last.syntax);
  const terms = body.kind === "sum" ? body.terms.map((t) => t.body) : [body];
  return terms.some((term) => {
    const [first, second] = term.kind === "juxtaposition" ? term.items : [];
    const t = first === undefined || second === undefined ? null : takeApart(first);
    if (t === null || !isMatrixName(builder, headKey(t.symbol), t.symbol)) return false;
    const given = unknownArray(builder, t);
    if (given === null || given.transposed) return false;
    shapeOccurrence(builder, given, [size, new DimVar(null)]);
    given.spec.custom = "nothing declares it, and a capital letter beside an array is read as a matrix";
    return given.spec.axes !== null;
  });
}

/** What functions of numbers are applied to, one within the other. */
function insideOf(builder: Builder, s: Syntax): Syntax {
  if (s.kind === "group" && s.open === "(") return insideOf(builder, s.body);
  const [head, group, more] = s.kind === "juxtaposition" ? s.items : [];
  const t = head === undefined ? null : takeApart(head);
  const kind = t === null ? null : functionKind(builder.e, t);
  const isEntrywise = kind === "scalar" || kind === "abstract";
  return isEntrywise && group?.kind === "group" && more === undefined ? insideOf(builder, group) : s;
}

/** `h_t = \tanh(W x_t + U h_{t-1})` with an x that is known: what is computed is as large as the terms that are known. */
const shapeByTerms = (builder: Builder): boolean =>
  builder.work.someEquation("terms beside", (d, { sums }) => {
    const { spec, entries, members } = builder.occurrenceOf(d);
    if (entries.length > 0 || spec.axes !== null || !mentionsHead(d.right, new Set([spec.head]))) return false;
    const [first] = quietly(() => termsWithin(builder.e, d.right)) ?? [];
    const sum = sums.find(({ what }) => what.terms[0] === first);
    if (sum === undefined) return false;
    sum.inScope(() => quietly(() => shapeOccurrence(builder, { spec, members }, sum.what.axes)));
    return spec.axes !== null;
  });

const propertiesInWords = oncePerProblem(({ premises }) => sentencesOf(premises).flatMap(propertiesOf));

/** "where $\Sigma$ is symmetric positive definite": a square matrix; "$y$ is one-hot": a column. */
function shapeByProperties(builder: Builder): boolean {
  for (const p of propertiesInWords(builder)) {
    const axes = axesOf(p.property);
    const symbol = axes === null ? null : loneExpression(builder, p.ordinal);
    const t = symbol === null ? null : takeApart(symbol);
    // What is said of `y_t` is said of one of several, and the equations tell how many positions y has.
    // So do `y_k` and its sum where they stand: there is no y before them.
    const isTold = t === null || t.subs.length > 0 || (p.property === "one-hot" && hasPositions(builder, t));
    const found = isTold || t === null ? null : quietly(() => builder.symbols.resolve(t));
    if (found === null || axes === null || found.spec.axes !== null) continue;
    if (found.entries.length + found.actions.length > 0) continue;
    quietly(() => {
      shapeOccurrence(builder, found, axes);
    });
    if (found.spec.axes !== null) return true;
  }
  return false;
}

/** `L = \ell(\hat{y}, y)` with an ℓ of which nothing is said: what a prediction is compared with has its shape. */
const shapeTargets = (builder: Builder): boolean =>
  builder.work.someEquation("targets", (d) =>
    nodesIn(d.right).some((n) => {
      const [head, group, ...more] = n.kind === "juxtaposition" ? n.items : [];
      const t = head === undefined ? null : takeApart(head);
      const args = group?.kind === "group" && group.body.kind === "list" ? group.body.items : [];
      if (t === null || more.length > 0 || args.length !== 2 || !builder.e.abstracts.has(functionKey(t))) return false;
      return args.some((arg, k) => shapeTarget(builder, arg, args[1 - k]));
    }),
  );

function shapeTarget(builder: Builder, arg: Syntax, other: Syntax | undefined): boolean {
  const [given, known] = [unknownGiven(builder, arg), other === undefined ? null : takeApart(other)];
  const prediction = known === null ? null : quietly(() => builder.symbols.resolve(known));
  if (given === null || prediction === null || given.transposed || !prediction.spec.defined) return false;
  const value = other === undefined ? null : quietly(() => builder.e.elaborate(other));
  const isTarget = /^[ytdYTD]$/.test(given.spec.written.symbol.name);
  if (!isTarget) return false;
  // Below a sum over steps, `l(y_t, \hat{y}_t)`, the step is not known here.
  const { spec } = prediction;
  const isStep = value === null && spec.slots === 1 && given.spec.slots === 1 && spec.axes?.length === 1;
  if (isStep && !builder.e.dims.runWithFamilies) setShape(given.spec, spec.axes ?? []);
  else if (value?.axes.length === 1) shapeOccurrence(builder, given, value.axes);
  else return false;
  given.spec.custom = "nothing declares it, and it is compared with what is computed";
  return true;
}

/** `K = K(\theta)` beside `y^\top K^{-1} y`: a capital letter that is inverted is a square matrix. */
const shapeInverted = (builder: Builder): boolean =>
  builder.work.someEquation("inverted", (d) => {
    const { spec, entries } = builder.occurrenceOf(d);
    const [head, group, more] = d.right.kind === "juxtaposition" ? d.right.items : [];
    const t = head === undefined || group?.kind !== "group" || more !== undefined ? null : takeApart(head);
    if (t === null || targetKey(t) !== targetKey(d.target) || entries.length > 0 || spec.axes !== null) return false;
    if (!isMatrixLetter(builder, spec) || !invertedKeys(builder).has(targetKey(t))) return false;
    const size = new DimVar(null);
    setShape(spec, [size, size]);
    spec.custom = "nothing declares it, and it is inverted";
    return spec.axes !== null;
  });

const invertedKeys = oncePerProblem(
  ({ premises }): ReadonlySet<string> =>
    new Set(
      premises
        .flatMap((i) => i.statement.sides.flatMap(nodesIn))
        .flatMap((n) => {
          const t = takeApart(n);
          return t?.sups.some((p) => scriptText(p.content) === "-1") === true ? [targetKey(t)] : [];
        }),
    ),
);

const hasPositions = ({ drafts }: Builder, { symbol }: Scripted): boolean =>
  drafts.some((d) => symbolsIn(d.right).some((n) => n.subs.length > 0 && headKey(n.symbol) === headKey(symbol)));

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

/** A factor of a product, and its value if that is known. */
interface Unfinished {
  readonly value: Value | null;
  readonly syntax: Syntax;
}

/** The shape, as it stands in the product, of a factor between two others. */
function shapeBetween(
  builder: Builder,
  { spec, transposed }: Given,
  left: Unfinished | null,
  right: Unfinished | null,
): readonly DimVar[] | null {
  const rows = left?.value?.axes[1] ?? null;
  const columns = right?.value?.axes[0] ?? null;
  // In `B A x` the A has some number of rows, which B takes.
  const isBehindMatrix = left?.value === null && isMatrixSymbol(builder, left.syntax);
  if (isMatrixLetter(builder, spec)) return matrixBetween(rows, columns, left !== null && !isBehindMatrix);
  if (transposed) return right === null || columns !== null ? [columns ?? new DimVar(null)] : null;
  return rows !== null && right === null ? [rows] : null;
}

function isMatrixSymbol(builder: Builder, s: Syntax): boolean {
  const t = takeApart(s);
  return t !== null && isMatrixName(builder, headKey(t.symbol), t.symbol) && unknownOf(builder, t) !== null;
}

/** A row or column that is known says one size; the other is that of the other neighbour, or new. */
function matrixBetween(rows: DimVar | null, columns: DimVar | null, hasLeft: boolean): readonly DimVar[] | null {
  if (rows === null && (columns === null || hasLeft)) return null;
  return [rows ?? new DimVar(null), columns ?? new DimVar(null)];
}

/** What is transposed in some line is no number: a row or a column, of a capital letter a matrix. */
function shapeTransposed(builder: Builder): boolean {
  return builder.work.someEquation("transposed", (d) =>
    // To look a symbol up may make it one: δ_ij is none.
    symbolsWithin(d.right).some((t) => {
      const elsewhere = surelyTransposedHeads(builder).has(targetKey(t)) && isWhole(builder, t);
      const given = elsewhere || t.sups.length > 0 ? unknownArray(builder, t, true) : null;
      if (given === null || !(elsewhere || given.transposed)) return false;
      const size = new DimVar(null);
      const small = rowHeads(builder).has(given.spec.head) ? [oneVar(builder.arena), size] : [size];
      setShape(given.spec, isMatrixLetter(builder, given.spec) ? [new DimVar(null), size] : small);
      given.spec.custom = TRANSPOSED;
      return true;
    }),
  );
}

/** The a of `a W + b`: small letters that stand in front of capitals and never behind one are rows. */
const rowHeads = oncePerProblem((builder): ReadonlySet<string> => {
  const keyOf = (s: Syntax | undefined): string | null => {
    const t = s === undefined ? null : takeApart(s);
    return t === null || t.sups.some((p) => isTransposed(p.content)) ? null : targetKey(t);
  };
  const isCapital = (s: Syntax | undefined): boolean => {
    const t = s === undefined ? null : takeApart(s);
    return t !== null && isMatrixName(builder, headKey(t.symbol), t.symbol);
  };
  const products = builder.drafts.flatMap((d) =>
    nodesIn(d.right).flatMap((n) => (n.kind === "juxtaposition" || n.kind === "product" ? [n.items] : [])),
  );
  const next = (by: 1 | -1): ReadonlySet<string | null> =>
    new Set(products.flatMap((items) => items.flatMap((s, k) => (isCapital(items[k + by]) ? [keyOf(s)] : []))));
  const [before, behind] = [next(1), next(-1)];
  return new Set([...before].flatMap((key) => (key === null || behind.has(key) ? [] : [key])));
});

function unknownArray(builder: Builder, t: Scripted, computed = false): Given | null {
  if (quietly(() => specialSymbol(builder.e, t)) !== null) return null;
  if (quietly(() => builder.e.dims.ofSymbol(t, builder.e)) !== null) return null;
  return unknownOf(builder, t, computed);
}

/** No entry: what a line transposes is another x than the `x_i` of this one, but may be the `x_t` of a step. */
const isWhole = (builder: Builder, t: Scripted): boolean =>
  !t.subs.some((s) => builder.letters.mentionsIndex(s) && !isStep(builder, s));

/** The α of `f(x) = \alpha (e^x - 1)`, where no equation applies f: a symbol like those of the equations. */
function nameParameters(builder: Builder): boolean {
  const before = builder.symbols.count;
  for (const { parameters, body } of builder.e.functions.values()) {
    const own = new Set(parameters.map(targetKey));
    for (const t of symbolsIn(body)) {
      // What e and π stand for depends on what stands with them.
      const isOther =
        /^(?:e|d|\\pi)$/.test(t.symbol.name) ||
        own.has(targetKey(t)) ||
        t.primes > 0 ||
        builder.letters.isIndex(letterOf(t.symbol) ?? "");
      const isFunction = t.symbol.style === "roman" || functionKind(builder.e, t) !== null;
      if (!isOther && !isFunction && t.subs.every((s) => !builder.letters.mentionsIndex(s))) unknownArray(builder, t);
    }
  }
  return builder.symbols.count > before;
}

function assumeScalars(builder: Builder, which: (s: SymbolSpec) => boolean): boolean {
  const unknown = builder.symbols.all.filter((s) => s.axes === null && which(s));
  for (const spec of unknown) {
    spec.axes = [];
    spec.assumedScalar = true;
  }
  return unknown.length > 0;
}

/** Why a symbol that some line transposes has an axis. */
export const TRANSPOSED = "nothing declares it, and what is transposed has an axis";
