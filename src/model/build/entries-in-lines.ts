import { flatMap } from "../../core/flat-map.js";
import type { Syntax } from "../../notation/syntax.js";
import { DimVar } from "../sizes/dimensions.js";
import { nodesIn } from "../symbols/letters.js";
import { headKey, type Scripted, symbolsIn, takeApart } from "../symbols/scripts.js";
import { targetKey } from "../symbols/statements.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import type { Builder } from "./builder.js";
import { ENTRY_NAMED, isCapital, shapeColumnSymbol } from "./columns.js";
import { quietly, setShape } from "./infer.js";
import { isExponential, unknownOf } from "./unknown-shapes.js";

/*
 * What lines name the entries of, `\partial p_i`, `S_{ij}`, where the forward pass leaves open whether it is an array.
 */

/** `\partial p_i`, `S_{ij}` in a claim: what has entries there is no number, where the forward pass leaves that open. */
export const shapeByEntriesInLines = (builder: Builder): boolean =>
  builder.work.someEquation("entries in lines", (d) =>
    [d.target, ...symbolsIn(d.right)].some(
      (t) =>
        isNamed(builder, t) &&
        hasDistinctEntries(builder, t, new Set()) &&
        (shapeNamed(builder, t) || shapeTermsOf(builder, t)),
    ),
  );

function shapeNamed(builder: Builder, t: Scripted): boolean {
  if (builder.columnHeads.has(targetKey(t))) return shapeColumnSymbol(builder, t, ENTRY_NAMED);
  return builder.matrixHeads.has(targetKey(t)) && shapeMatrixSymbol(builder, t);
}

/** What is computed from numbers alone has one entry everywhere, and nobody names its entries. */
function hasDistinctEntries(builder: Builder, t: Scripted, seen: ReadonlySet<SymbolSpec>): boolean {
  // To look a symbol up may make it one.
  const isSymbol = builder.symbols.withHead(headKey(t.symbol)).length > 0;
  const spec = isSymbol ? quietly(() => builder.symbols.resolve(t))?.spec : undefined;
  if (spec === undefined || seen.has(spec)) return false;
  if (!spec.defined) return spec.axes === null ? isNamed(builder, t) : spec.axes.length > 0;
  const before = new Set([...seen, spec]);
  return (builder.draftsOf.get(spec) ?? []).some(
    ({ right }) =>
      termsGiven(builder, right).length > 0 ||
      nodesIn(right).some((n) => {
        const own = takeApart(n);
        return own === null ? isProductOfMatrices(builder, n) : hasDistinctEntries(builder, own, before);
      }),
  );
}

const isNamed = (builder: Builder, t: Scripted): boolean =>
  builder.columnHeads.has(targetKey(t)) || builder.matrixHeads.has(targetKey(t));

/** `W x`, `X A`. */
function isProductOfMatrices(builder: Builder, n: Syntax): boolean {
  const items = n.kind === "juxtaposition" ? n.items : [];
  return items.length > 1 && items.slice(0, -1).every((s) => isCapital(builder, s));
}

/** a and b of `d = a - b`, where nothing is known of either. */
function termsGiven(builder: Builder, right: Syntax): readonly Scripted[] {
  const terms = right.kind === "sum" ? right.terms.map(({ body }) => takeApart(body)) : [];
  const isKnown = (t: Scripted): boolean => builder.symbols.withHead(headKey(t.symbol)).length > 0;
  const given = terms.filter((t) => t !== null && isKnown(t) && unknownOf(builder, t) !== null);
  return given.length === terms.length ? given.filter((t) => t !== null) : [];
}

/** The terms of `d = a - b`, once d is known to be a column. */
function shapeTermsOf(builder: Builder, t: Scripted): boolean {
  const spec = quietly(() => builder.symbols.resolve(t))?.spec;
  const [size, more] = spec?.axes ?? [];
  if (spec === undefined || size === undefined || more !== undefined || spec.slots > 0) return false;
  const terms = flatMap(builder.draftsOf.get(spec) ?? [], ({ right }) => termsGiven(builder, right));
  return terms.some((term) =>
    shapeColumnSymbol(builder, term, "nothing declares it, and it is a term of a column", size),
  );
}

function shapeMatrixSymbol(builder: Builder, t: Scripted): boolean {
  const found = isExponential(t) ? null : quietly(() => builder.symbols.resolve(t));
  if (found === null || found.spec.axes !== null || found.spec.slots > 0 || found.entries.length > 0) return false;
  setShape(found.spec, [new DimVar(null), new DimVar(null)]);
  found.spec.custom = ENTRY_NAMED;
  return true;
}
