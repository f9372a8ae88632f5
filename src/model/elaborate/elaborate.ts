import { refuse } from "../../core/diagnostic.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { decimal } from "../values/numbers.js";
import { scalarValue, type Value } from "../values/value.js";
import { fractionValue, juxtapositionValue, productValue, rootValue, sumValue } from "./arithmetic.js";
import { bigOperatorValue } from "./big-operators.js";
import { casesValue } from "./conditions.js";
import type { Elaborator, Readings, Wanted } from "./elaborator.js";
import { groupValue } from "./groups.js";
import { matrixValue } from "./matrices.js";
import { readPosition } from "./positions.js";
import { scriptedValue } from "./scripted.js";
import { symbolValue } from "./symbol-values.js";

type Reading<K extends Syntax["kind"]> = (e: Elaborator, s: SyntaxOf<K>, wanted: Wanted) => Value | null;

function numberValue(e: Elaborator, s: SyntaxOf<"number">): Value {
  const value = decimal(s.text);
  if (value === null) return refuse("number/too-large", `${s.text} has too many digits to be computed with`, s.span);
  return scalarValue(() => e.arena.rational(value));
}

/** What each kind of syntax tree stands for. */
const values: { readonly [K in Syntax["kind"]]: Reading<K> } = {
  number: numberValue,
  symbol: symbolValue,
  scripted: scriptedValue,
  group: groupValue,
  sum: sumValue,
  juxtaposition: juxtapositionValue,
  product: productValue,
  fraction: fractionValue,
  root: rootValue,
  big: bigOperatorValue,
  cases: casesValue,
  matrix: matrixValue,
  relation: (_, s) => refuse("syntax/relation", "a relation cannot stand inside an expression", s.span),
  blank: (_, s) => refuse("syntax/blank", "here is a blank to fill in", s.span),
  text: (_, s) =>
    s.unclear === undefined
      ? refuse("syntax/text", "words cannot stand inside an expression", s.span)
      : refuse("syntax/unclear", s.unclear, s.span),
  ellipsis: (_, s) =>
    refuse(
      "unsupported/ellipsis",
      "dots inside an expression do not say what they leave out",
      s.span,
      "write it with \\sum or with an index",
    ),
  list: (_, s) => refuse("syntax/list", "a list cannot stand here", s.span),
  empty: (_, s) => refuse("syntax/empty", "something is missing here", s.span),
};

function readValue<K extends Syntax["kind"]>(e: Elaborator, s: SyntaxOf<K>, wanted: Wanted): Value | null {
  const reading: Reading<K> = values[s.kind as K];
  return reading(e, s, wanted);
}

export const readings: Readings = { value: readValue, position: readPosition };
