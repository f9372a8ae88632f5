import { flatMap } from "../../core/flat-map.js";
import type { Syntax } from "../../notation/syntax.js";
import { factors } from "../elaborate/arithmetic.js";
import { functionKey, functionKind } from "../functions/applications.js";
import { DimVar } from "../sizes/dimensions.js";
import { letterOf, nodesIn } from "../symbols/letters.js";
import {
  headKey,
  isSureTransposeMark,
  isTransposed,
  type Scripted,
  scriptText,
  superscripts,
  symbolsIn,
  takeApart,
} from "../symbols/scripts.js";
import { mentionsHead, targetKey } from "../symbols/statements.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import type { Builder } from "./builder.js";
import { quietly, setShape } from "./infer.js";
import {
  isExponential,
  isMatrixLetter,
  isMatrixName,
  isOfStep,
  shapeLastMatrix,
  shapeOccurrence,
  unknownOf,
} from "./unknown-shapes.js";
import { oncePerProblem, type Sum } from "./worklist.js";

/*
 * What a small letter's place or use says of it, where nothing forces a shape: it is a column.
 */

/**
 * `z = W x + b` with a z that has an axis, or with a W or an x that is transposed in some line: a small letter behind capitals
 * of which nothing is known either is a column.
 */
export function shapeProductOfUnknowns(builder: Builder): boolean {
  const transposed = transposedHeads(builder);
  return builder.work.someEquation("product", (d) => {
    const { spec, entries } = builder.occurrenceOf(d);
    if (entries.length > 0 || spec.axes?.length === 0) return false;
    if (spec.axes !== null && spec.axes.length > 1)
      return nodesIn(d.right).some((s) => s.kind === "juxtaposition" && shapeLastMatrix(builder, s.items));
    const isArray = (s: Syntax): boolean =>
      builder.e.capitalsAreMatrices || spec.axes !== null || mentionsHead(s, transposed);
    return nodesIn(d.right).some((s) => isArray(s) && shapeColumn(builder, s));
  });
}

/** The names that a line of the problem, of the backward pass too, transposes; surely so where a T is no number of steps. */
export const transposedHeads = oncePerProblem((builder) => headsTransposed(builder, false));
export const surelyTransposedHeads = oncePerProblem((builder) => headsTransposed(builder, true));

const headsTransposed = (builder: Builder, sure: boolean): ReadonlySet<string> =>
  new Set(
    flatMap(transposedIn(builder, sure), (s) => {
      const t = takeApart(s.kind === "group" ? s.body : s);
      return t === null ? [] : [targetKey(t)];
    }),
  );

/** What stands below a mark of transposition. */
function transposedIn(builder: Builder, sure: boolean, items = builder.premises): readonly Syntax[] {
  const found: Syntax[] = [];
  for (const { statement } of items)
    for (const side of statement.sides)
      for (const n of nodesIn(side)) {
        const below = belowMark(builder, n, sure);
        if (below !== null) found.push(below);
      }
  return found;
}

function belowMark(builder: Builder, n: Syntax, sure: boolean): Syntax | null {
  if (n.kind !== "scripted" || n.sup === null) return null;
  const raised = takeApart(n);
  const isSize = (s: Syntax): boolean =>
    builder.symbols.dimensionNames.has(scriptText(s)) &&
    !isSureTransposeMark(s) &&
    !(raised !== null && isOfStep(builder, raised, s));
  const isMark = (s: Syntax): boolean => isTransposed(s) && !(sure && isSize(s));
  return superscripts(n.sup).some((p) => isMark(p.content)) ? n.base : null;
}

/** `(x_i - \mu)^\top \Sigma^{-1} (x_i - \mu)`: a difference that is transposed is one of columns. */
export const shapeTransposedSums = (builder: Builder): boolean =>
  builder.work.someEquation("transposed sums", (d) =>
    nodesIn(d.right).some((n) => {
      const base = belowMark(builder, n, true);
      const terms = base?.kind === "group" && base.body.kind === "sum" ? base.body.terms : [];
      const why = "nothing declares it, and a sum that it is a term of is transposed";
      return terms.some((t) => {
        const symbol = takeApart(t.body);
        return shapeColumnSymbol(builder, symbol, why) || shapeMatrixSymbol(builder, symbol, why);
      });
    }),
  );

function shapeMatrixSymbol(builder: Builder, t: Scripted | null, why: string): boolean {
  const given = t === null || t.subs.length > 0 ? null : unknownOf(builder, t);
  if (given === null || !isMatrixLetter(builder, given.spec)) return false;
  setShape(given.spec, [new DimVar(null), new DimVar(null)]);
  given.spec.custom = why;
  return given.spec.axes !== null;
}

/** The symbols of an expression, in exponents too: `e^{-x_i^\top \beta}`. */
export const symbolsWithin = (s: Syntax): readonly Scripted[] =>
  flatMap(symbolsIn(s), (t) => {
    const exponents = t.sups.filter((p) => !p.bracketed && p.content.kind !== "symbol");
    return [t, ...flatMap(exponents, (p) => symbolsWithin(p.content))];
  });

/**
 * What a line transposes though all in it were taken for numbers, since nothing gives them a shape: `(z - t)^\top` in such a
 * problem.
 */
export function transposedNumber(builder: Builder, items = builder.premises): string | null {
  const forward = new Set(flatMap(builder.drafts, (d) => [d.target, ...symbolsIn(d.right)].map(targetKey)));
  for (const s of transposedIn(builder, true, items)) {
    // What no equation computes with was never read; what stands as a power, `e^A`, may be a matrix.
    const isKnown = (t: Scripted): boolean =>
      !/^[01]$/.test(t.symbol.name) && forward.has(targetKey(t)) && t.sups.every((p) => p.bracketed);
    if (!symbolsIn(s).every(isKnown)) continue;
    const specs = flatMap(symbolsIn(s), (t) => builder.symbols.withHead(headKey(t.symbol)));
    const isTaken = (d: SymbolSpec): boolean => d.assumedScalar || isMatrixLetter(builder, d);
    const isNumber = (d: SymbolSpec): boolean => d.axes?.length === 0 && d.slots === 0 && !d.declared;
    if (specs.every(isNumber) && specs.some(isTaken)) return scriptText(s.kind === "group" ? s.body : s);
  }
  return null;
}

/**
 * The V of `o = h V` with an o that has a norm, where everything on the right was left as a number: h may be a row. What a
 * number computes has no entries.
 */
export function capitalNumber(builder: Builder): string | null {
  for (const d of builder.drafts) {
    const { spec } = builder.occurrenceOf(d);
    if (spec.custom !== NORMED || (spec.axes?.length ?? 0) === 0) continue;
    const used = symbolsIn(d.right).map((t) => ({ t, specs: builder.symbols.withHead(headKey(t.symbol)) }));
    const isNumber = (s: SymbolSpec): boolean => s.axes?.length === 0 && s.slots === 0 && !s.declared;
    const known = used.filter(({ specs }) => specs.length > 0);
    if (known.length < 2 || !known.every(({ specs }) => specs.every(isNumber))) continue;
    const capital = known.find(({ specs }) => specs.some((s) => isMatrixLetter(builder, s)));
    if (capital !== undefined) return scriptText(capital.t.symbol);
  }
  return null;
}

/**
 * `X W + b` with the weights behind the data, `W X + b` with them in front: a small letter that is given is a bias, one number
 * for each unit.
 */
export const shapeBiases = (builder: Builder): boolean =>
  builder.work.some("biases", ({ sums }) => sums.some((sum) => shapeBias(builder, sum)));

function shapeBias(builder: Builder, { what: { axes, terms }, inScope }: Sum): boolean {
  const [rows, columns] = axes;
  if (rows === undefined || columns === undefined || axes.some((d) => d.isOne(builder.arena))) return false;
  const factors = flatMap(terms, (t) =>
    t.kind === "juxtaposition" || t.kind === "product" ? [t.items.map(takeApart)] : [],
  );
  const isWeight = (t: Scripted | null | undefined): boolean => t != null && /^([WVU]|\\Theta)$/.test(t.symbol.name);
  const behind = factors.some((f) => isWeight(f.at(-1)) && !isWeight(f[0]));
  const before = factors.some((f) => isWeight(f[0]) && !isWeight(f.at(-1)));
  if (behind === before) return false;
  const size = behind ? columns : rows;
  return inScope(() => terms.some((t) => shapeColumnSymbol(builder, takeApart(t), BIAS, size)));
}

const BIAS = "nothing declares it, and beside a product with weights it is a bias, one number for each unit";

const NORMED = "nothing declares it, and it has a norm";

/** `\|h - y\|`: what has a norm has an axis, if nothing else tells. */
export const shapeByNorm = (builder: Builder): boolean =>
  builder.work.someEquation("norm", (d) =>
    nodesIn(d.right).some((s) => {
      if (s.kind !== "group" || s.open !== "\\|") return false;
      const terms = s.body.kind === "sum" ? s.body.terms.map((t) => t.body) : [s.body];
      return terms.some((t) => shapeColumnSymbol(builder, takeApart(t), NORMED));
    }),
  );

/** `h_\theta(x^{(i)})` of `h_\theta(x) = g(\theta^\top x)`: what is put for x has the place of a column. */
export const shapeArguments = (builder: Builder): boolean =>
  builder.work.someEquation("arguments", (d) =>
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
            parameter !== undefined &&
            nodesIn(f.body).some((n) => endsInColumn(builder, n, parameter) || isTurned(builder, n, parameter));
          return isColumn && shapeColumnSymbol(builder, takeApart(arg), COLUMN);
        });
      });
    }),
  );

/** `\theta^\top x`, `W x`. */
function endsInColumn(builder: Builder, s: Syntax, parameter: Scripted): boolean {
  const [before, last] = s.kind === "juxtaposition" ? s.items.slice(-2) : [];
  const [row, t] = [before, last].map((f) => (f === undefined ? null : takeApart(f)));
  if (row == null || t == null || targetKey(t) !== targetKey(parameter) || t.subs.length + t.sups.length > 0)
    return false;
  return row.sups.some((p) => isTransposed(p.content)) || isMatrixName(builder, headKey(row.symbol), row.symbol);
}

/** `x^\top`, `(x - y)^\top`. */
function isTurned(builder: Builder, s: Syntax, parameter: Scripted): boolean {
  const base = belowMark(builder, s, true);
  const terms = base?.kind === "group" && base.body.kind === "sum" ? base.body.terms.map((t) => t.body) : [base];
  return terms.some((term) => {
    const t = term === null ? null : takeApart(term);
    return t !== null && t.subs.length + t.sups.length === 0 && targetKey(t) === targetKey(parameter);
  });
}

/** `p = \mathrm{softmax}(W x + b)`: probabilities make up a column. */
export const shapeBySoftmax = (builder: Builder): boolean =>
  builder.work.someEquation("softmax", (d) => {
    const head =
      d.right.kind === "juxtaposition" && d.right.items[0] !== undefined ? takeApart(d.right.items[0]) : null;
    if (head === null || !/^(log-?)?softmax$/i.test(head.symbol.name)) return false;
    const why = "nothing declares it, and a softmax computes it";
    const [, group] = d.right.kind === "juxtaposition" ? d.right.items : [];
    return shapeColumnSymbol(builder, d.target, why) || shapeColumnSymbol(builder, dividend(group), SOFTENED);
  });

const SOFTENED = "nothing declares it, and a softmax takes it";

/** The z of `\operatorname{softmax}(z / T)`. */
function dividend(s: Syntax | undefined): Scripted | null {
  const inner = s?.kind === "group" ? s.body : s;
  if (inner?.kind === "fraction") return takeApart(inner.numerator);
  const [first, second, more] = inner?.kind === "product" && inner.operators.join() === "/" ? inner.items : [];
  return first === undefined || second === undefined || more !== undefined ? null : takeApart(first);
}

/** `\sum y \log \hat y` without an index runs over entries: of y too, where those of ŷ are known. */
export const shapeSummed = (builder: Builder): boolean =>
  builder.work.someEquation("summed", (d) =>
    nodesIn(d.right).some((s) => {
      if (s.kind !== "big" || s.operator !== "\\sum" || s.sub !== null || s.sup !== null || s.body === null)
        return false;
      const items = s.body.kind === "juxtaposition" || s.body.kind === "product" ? s.body.items : [];
      const known = quietly(() => factors(builder.e, items, null)) ?? [];
      const size = flatMap(known, ({ value }) => (value?.axes.length === 1 ? value.axes : []))[0];
      if (size === undefined) return false;
      const why = "nothing declares it, and the sum runs over its entries";
      return known.some((f) => f.value === null && shapeColumnSymbol(builder, takeApart(f.syntax), why, size));
    }),
  );

/** `W [h_{t-1}, x_t]`: columns, one below the other. */
export const shapeStacked = (builder: Builder): boolean =>
  builder.work.someEquation("stacked", (d) =>
    nodesIn(d.right).some((s) => {
      const factors = s.kind === "juxtaposition" || s.kind === "product" ? s.items : [];
      return factors.some((f, k) => k > 0 && isCapital(builder, factors[k - 1]) && shapeMembers(builder, f));
    }),
  );

export function isCapital(builder: Builder, s: Syntax | undefined): boolean {
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
export function shapeByEntrywiseUse(builder: Builder): boolean {
  const used = entrywiseHeads(builder);
  const why = "nothing declares it, and it is multiplied entry by entry";
  return builder.work.someEquation("entry by entry", (d) =>
    [d.target, ...symbolsIn(d.right)].some((t) => used.has(targetKey(t)) && shapeColumnSymbol(builder, t, why)),
  );
}

/** `w \cdot x` and, in a claim, `w_j`: what is given and has entries is a column. */
export const shapeByEntries = (builder: Builder): boolean =>
  builder.work.someEquation("entries", (d) =>
    symbolsIn(d.right).some((t) => {
      if (!builder.columnHeads.has(targetKey(t)) || unknownOf(builder, t) === null) return false;
      return shapeColumnSymbol(builder, t, ENTRY_NAMED);
    }),
  );

export const ENTRY_NAMED = "nothing declares it, and a line names an entry of it";

const isSimple = (s: Syntax): boolean => s.kind === "number" || takeApart(s) !== null;

/** The names that stand alone, or as a term, beside `\odot` or in `\mathrm{diag}`. */
const entrywiseHeads = oncePerProblem((builder): ReadonlySet<string> => {
  const heads = new Set<string>();
  const add = (s: Syntax): void => {
    // Of `\frac{1}{1 - p} m` it is m.
    const last = s.kind === "juxtaposition" ? s.items.at(-1) : undefined;
    if (last !== undefined && takeApart(last) !== null) {
      add(last);
      return;
    }
    // Of `(a - \mu)` one may be a number; of `(1 - z)` only z can have entries.
    const [symbol, more] = s.kind === "group" ? symbolsIn(s.body) : [takeApart(s)];
    const isAlone = s.kind !== "group" || (s.body.kind === "sum" && s.body.terms.every((t) => isSimple(t.body)));
    if (symbol != null && more === undefined && isAlone) heads.add(targetKey(symbol));
  };
  for (const n of flatMap(builder.premises, (i) => flatMap(i.statement.sides, nodesIn)))
    if (n.kind === "product")
      n.items.forEach((item, k) => {
        if ([n.operators[k - 1], n.operators[k]].some((o) => o === "\\odot" || o === "\\circ")) add(item);
      });
    else if (n.kind === "juxtaposition")
      n.items.forEach((item, k) => {
        const next = n.items[k + 1];
        if (next !== undefined && takeApart(item)?.symbol.name === "diag") add(next);
      });
  return heads;
});

export function shapeColumnSymbol(builder: Builder, t: Scripted | null, why: string, size = new DimVar(null)): boolean {
  // An entry is a number; a step of a recurrence is none.
  if (t === null || isExponential(t)) return false;
  if (t.subs.some((x) => builder.letters.mentionsIndex(x) && !isStep(builder, x))) return false;
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
export function isStep(builder: Builder, position: Syntax): boolean {
  const letters = flatMap(nodesIn(position), (s) => letterOf(s) ?? []);
  return letters.length > 0 && letters.every((l) => builder.work.steps.has(l));
}

function shapeColumn(builder: Builder, s: Syntax): boolean {
  const items = s.kind === "juxtaposition" ? [...s.items] : [];
  const last = behindMatrices(builder, items);
  const parts = items.map((i) => takeApart(i));
  const isPlace = (x: Syntax): boolean => !builder.letters.mentionsIndex(x) || isStep(builder, x);
  // Only what is a symbol may be looked up: π is none.
  const isUnknownMatrix = (t: Scripted | null): boolean =>
    t?.subs.every(isPlace) === true &&
    isMatrixName(builder, headKey(t.symbol), t.symbol) &&
    unknownOf(builder, t) !== null;
  return parts.length > 0 && parts.every(isUnknownMatrix) && shapeColumnSymbol(builder, last, COLUMN);
}

/** The h of `W h` and of `W \sigma(h)`, taken off the factors. */
export function behindMatrices(builder: Builder, items: Syntax[]): Scripted | null {
  const last = items.pop();
  const f = items.at(-1);
  const head = f === undefined || last?.kind !== "group" || last.open !== "(" ? null : takeApart(f);
  if (head === null || last?.kind !== "group") return last === undefined ? null : takeApart(last);
  const kind = functionKind(builder.e, head);
  if (kind !== "scalar" && kind !== "abstract") return null;
  items.pop();
  return takeApart(last.body);
}

export const COLUMN = "nothing declares it, and its place in a product is that of a column";
