import type { Span } from "../../core/span.js";
import type { Position } from "../../expression/node.js";
import type { Syntax } from "../../notation/syntax.js";
import { type Elaborator, type FunctionDefinition, parameterKey } from "../elaborate/elaborator.js";
import { nodesIn } from "../symbols/letters.js";
import { isTransposed, type Scripted, takeApart } from "../symbols/scripts.js";
import type { Value } from "../values/value.js";

/*
 * A function of one column that is put to a matrix with a column in each row.
 */

/** `h_\theta(X)` of `h_\theta(x) = \sigma(\theta^\top x)`, where X has as many columns as θ has entries: of each row. */
export function appliedToRows(
  e: Elaborator,
  span: Span,
  definition: FunctionDefinition,
  [arg, more]: readonly Value[],
): Value | null {
  const [parameter] = definition.parameters;
  const [rows, columns] = arg?.axes ?? [];
  if (arg === undefined || more !== undefined || parameter === undefined || rows === undefined) return null;
  if (columns?.dim == null || arg.axes.some((d) => d.isOne(e.arena))) return null;
  const row = rowBefore(definition.body, parameter);
  const size = row === null ? null : e.elaborate(row);
  if (size?.axes.length !== 1 || size.axes[0]?.dim !== columns.dim || rows.dim === columns.dim) return null;
  let place: Position = e.arena.literal(1);
  const column: Value = { axes: [columns], at: ([j]) => arg.at([place, j ?? e.arena.literal(1)]) };
  const value = e.withParameters(definition, [column], () => e.elaborate(definition.body));
  if (value === null || value.axes.length > 0) return null;
  e.note("reading/rows", `${definition.key} is read as applied to each row`, span);
  return {
    axes: [rows],
    at: ([i]) => {
      const before = place;
      place = i ?? place;
      const node = value.at([]);
      place = before;
      return node;
    },
  };
}

/** The θ of `\theta^\top x` with the parameter x. */
function rowBefore(body: Syntax, parameter: Scripted): Syntax | null {
  for (const s of nodesIn(body)) {
    if (s.kind !== "juxtaposition") continue;
    for (const [k, item] of s.items.entries()) {
      const [t, before] = [takeApart(item), s.items[k - 1]];
      const row = before === undefined ? null : takeApart(before);
      const isParameter = t !== null && parameterKey(t) === parameterKey(parameter);
      if (isParameter && row?.sups.length === 1 && row.subs.length === 0 && isTransposed(row.sups[0]?.content ?? item))
        return row.symbol;
    }
  }
  return null;
}
