import { refuse } from "../../core/diagnostic.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { known } from "../sizes/sizes.js";
import { type Binding, mentions, SAMPLES_BELOW } from "../symbols/letters.js";
import { scriptText } from "../symbols/scripts.js";
import { oneVar } from "../values/products.js";
import { shapeText, type Value } from "../values/value.js";
import type { Elaborator, Wanted } from "./elaborator.js";

/*
 * Sums over one axis of a matrix that no letter names: `\sum_{batch} G`, `\sum_{\text{axis}=0} G`, and, where a vector is wanted,
 * `\sum G` and `\sum_{i=1}^N G`. What is wanted tells which axis it is, the one that it lacks.
 */

const AXIS = /^(?:axis|dim)=([01])$/i;

/** `\sum_{batch} G`; `null` where no words stand below the sum. */
export function sumOverWords(
  e: Elaborator,
  s: SyntaxOf<"big">,
  body: Syntax,
  wanted: Wanted,
): { readonly value: Value | null } | null {
  if (s.operator !== "\\sum" || s.sub === null || s.sup !== null) return null;
  const words = scriptText(s.sub).replace(/\s+/g, "");
  const axis = AXIS.exec(words)?.[1];
  if (axis === undefined && !SAMPLES_BELOW.test(words)) return null;
  const v = e.elaborate(body);
  if (v === null) return { value: null };
  const lacking = axisLacking(e, v, wanted);
  const along = axis === undefined ? lacking : axis === "0" ? 0 : 1;
  const kept = along === null ? undefined : v.axes[1 - along];
  if (along === null || kept === undefined || v.axes.length !== 2)
    return refuse("index/limits", "over which axis this sum runs is not clear", s.sub.span, "write its index below it");
  // The axis that is named may be the wrong one.
  const [only, more] = wanted?.filter((d) => !d.isOne(e.arena)) ?? [];
  const fits = only !== undefined && more === undefined && kept.same(only);
  return { value: sumAlong(e, s, v, along, fits ? wanted : [kept]) };
}

/** `\sum G` of a matrix where a vector is wanted; `null` where that does not tell an axis. */
export function sumOverLacking(e: Elaborator, s: SyntaxOf<"big">, v: Value, wanted: Wanted): Value | null {
  const along = axisLacking(e, v, wanted);
  return along === null ? null : sumAlong(e, s, v, along, wanted);
}

/** `\sum_{i=1}^N G` where nothing below the sum has the i: it counts the rows of G, if these are as many. */
export function sumWithoutLetter(
  e: Elaborator,
  s: SyntaxOf<"big">,
  [b, ...more]: readonly Binding[],
  wanted: Wanted,
): Value | null {
  const { body } = s;
  if (s.operator !== "\\sum" || body === null || b === undefined || more.length > 0 || b.conditions.length > 0)
    return null;
  if (wanted === null || wanted.length === 0 || mentions(body, b.letter)) return null;
  const v = e.elaborate(body);
  const along = v === null ? null : axisLacking(e, v, wanted);
  if (v === null || along === null) return null;
  const [count, axis] = [b.high === null ? null : e.dims.read(b.high, e), v.axes[along]];
  const isWhole = b.high === null ? b.low === null : count !== null && axis !== undefined && known(axis) === count;
  return isWhole && (b.low === null || scriptText(b.low) === "1") ? sumAlong(e, s, v, along, wanted) : null;
}

/** The axis of a matrix that a wanted vector, row or column does not have; `null` where it has either, or none. */
function axisLacking(e: Elaborator, v: Value, wanted: Wanted): 0 | 1 | null {
  const [only, more] = wanted?.filter((d) => !d.isOne(e.arena)) ?? [];
  const [rows, columns, third] = v.axes;
  if (only === undefined || more !== undefined || rows === undefined || columns === undefined || third !== undefined)
    return null;
  const [first, second] = [columns.same(only), rows.same(only)];
  return first === second ? null : first ? 0 : 1;
}

function sumAlong(e: Elaborator, s: SyntaxOf<"big">, v: Value, along: 0 | 1, wanted: Wanted): Value {
  const axis = v.axes[along] ?? oneVar(e.arena);
  const [only] = wanted?.filter((d) => !d.isOne(e.arena)) ?? [];
  e.note("reading/sum", `this sum is read as running over the ${shapeText([axis])} entries of that axis`, s.span);
  return {
    axes: wanted ?? [],
    at: (ps) => {
      const index = e.arena.freshIndex(e.arena.upTo(known(axis)));
      const other = ps[(wanted ?? []).findIndex((d) => d.same(only ?? d))] ?? e.arena.literal(1);
      const at = along === 0 ? [e.arena.at(index), other] : [other, e.arena.at(index)];
      return e.arena.reduce("sum", index, v.at(at));
    },
  };
}
