import type { Syntax } from "../../notation/syntax.js";
import { scriptText, takeApart } from "../symbols/scripts.js";
import { shapeOf } from "../symbols/sets.js";
import { declarationOf, isEquation, leftSide, targetKey } from "../symbols/statements.js";
import { type ProseSizes, sentencesOf, shapesInProse, sizesInProse } from "../words/prose.js";
import type { Builder } from "./builder.js";
import { loneExpression } from "./lone.js";

/*
 * Shapes that the words around formulas give: "$X$ is an $m \times d$ matrix", "$W$ has shape $(d, h)$".
 */

export interface SaidShape {
  /** The numbers of the formulas for what has the shape. */
  readonly symbols: readonly number[];
  readonly sizes: readonly Syntax[];
}

export function shapesSaid(builder: Builder): readonly SaidShape[] {
  const sentences = sentencesOf(builder.premises);
  const said = sentences.flatMap(shapesInProse).flatMap((p): readonly SaidShape[] => {
    const shape = loneExpression(builder, p.shape);
    // "The vector $u$ has length $1$" is about its norm.
    if (shape === null || scriptText(shape) === "1") return [];
    const sizes = shapeOf(shape);
    const one: Syntax = { kind: "number", text: "1", span: shape.span };
    return [{ symbols: p.symbols, sizes: p.isRow && sizes.length === 1 ? [one, ...sizes] : sizes }];
  });
  const known = new Set(said.flatMap((s) => s.symbols));
  const quantities = sentences.some((s) => sizesInProse(s).length > 0) ? quantitiesIn(builder) : new Set<string>();
  const others = sentences.flatMap(sizesInProse).flatMap((p): readonly SaidShape[] => {
    const sizes = sizesOf(builder, p, quantities);
    const whole = (given: ReadonlySet<string>): readonly number[] =>
      p.symbols.filter((s) => !known.has(s) && isWhole(builder, loneExpression(builder, s), given));
    // What is said of something given is no product of numbers, so an equation's quantity beside it has that shape too.
    const symbols = whole(quantities).length > 0 ? whole(new Set()) : [];
    return sizes === null || symbols.length === 0 ? [] : [{ symbols, sizes }];
  });
  return [...said, ...others];
}

/** No entry, `X_{uv}`, and nothing that an equation gives: "the area $A$ is $w \times h$" beside `A = w h`. */
function isWhole(builder: Builder, s: Syntax | null, quantities: ReadonlySet<string>): boolean {
  const all = s === null ? [] : s.kind === "list" ? s.items : [s];
  return all.every((x) => {
    const t = takeApart(x);
    return t !== null && !t.subs.some((y) => builder.letters.mentionsIndex(y)) && !quantities.has(targetKey(t));
  });
}

/** The sizes, if that is what the formulas are. */
function sizesOf(builder: Builder, p: ProseSizes, quantities: ReadonlySet<string>): readonly Syntax[] | null {
  const formulas = p.sizes.map((ordinal) => loneExpression(builder, ordinal));
  const [first] = formulas;
  if (first === undefined || first === null || formulas.includes(null)) return null;
  const only = first.kind === "group" ? first.body : first;
  if (formulas.length === 1 && only.kind !== "product" && !(p.saysShape && only.kind === "list")) return null;
  const sizes = formulas.length === 1 ? shapeOf(only) : formulas.filter((f) => f !== null);
  // "The area $A$ is $w \times h$" of two lengths that are computed.
  const isSize = (s: Syntax): boolean => {
    const t = takeApart(s);
    return t === null ? s.kind === "number" || s.kind === "sum" : !quantities.has(targetKey(t));
  };
  return sizes.length > 1 && sizes.every(isSize) ? sizes : null;
}

/** What equations give and declarations name. */
function quantitiesIn(builder: Builder): ReadonlySet<string> {
  return new Set(
    builder.premises.flatMap(({ statement }) => {
      const [first] = statement.sides;
      const left = first === undefined || !isEquation(statement) ? null : leftSide(first);
      return [...(declarationOf(statement)?.symbols ?? []), ...(left === null ? [] : [left.target])].map(targetKey);
    }),
  );
}
