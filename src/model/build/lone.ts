import type { Syntax } from "../../notation/syntax.js";
import { isEntryOf } from "../symbols/statements.js";
import type { Builder } from "./builder.js";

/** The one expression of a formula that is nothing but an expression. */
export function loneExpression(builder: Builder, ordinal: number | null): Syntax | null {
  const item = builder.premises.find((i) => i.ordinal === ordinal);
  const [first, second, ...more] = item?.statement.sides ?? [];
  // "Let $X = (x_{ij})$ be an $n \times m$ matrix" speaks of X.
  const isAlone = second === undefined || (more.length === 0 && first !== undefined && isEntryOf(first, second));
  return first !== undefined && isAlone ? first : null;
}
