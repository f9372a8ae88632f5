import { flatMap } from "../../core/flat-map.js";
import type { Syntax } from "../../notation/syntax.js";
import { nodesIn } from "../symbols/letters.js";
import { headKey, type Scripted, scriptText, symbolsIn, takeApart } from "../symbols/scripts.js";
import type { Builder } from "./builder.js";
import { quietly } from "./infer.js";

/*
 * The i of `z_i^{(\ell)} = W^{(\ell)} a_i^{(\ell-1)} + b^{(\ell)}` counts examples, and picks no entry: behind a whole matrix stands a
 * whole column.
 */

/** Heads of symbols that are whole at one place below, by the matrices in front of them and by the equations that they are in. */
export function headsOfSamples(builder: Builder): ReadonlySet<string> {
  const equations = builder.drafts.map((d) => ({ left: d.target, right: symbolsIn(d.right) }));
  const found = new Set(flatMap(builder.drafts, (d) => flatMap(nodesIn(d.right), (n) => behindMatrix(builder, n))));
  const placeOf = ({ subs }: Scripted): string => subs.map(scriptText).join();
  const isAlike = (a: Scripted, b: Scripted): boolean => a.subs.length > 0 && placeOf(a) === placeOf(b);
  // Entry by entry or not, an equation with one whole column of an example has others of this example.
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { left, right } of equations) {
      const all = [left, ...right.filter((t) => isAlike(t, left))];
      if (all.some((t) => t.subs.length > 0 && found.has(headKey(t.symbol))))
        for (const t of all) if (t.subs.length > 0) found.add(headKey(t.symbol));
    }
  }
  return found;
}

/** The a of `W a_i`, with a W that is declared and has nothing below it. */
function behindMatrix(builder: Builder, n: Syntax): readonly string[] {
  const items = n.kind === "juxtaposition" ? n.items : [];
  return flatMap(items, (s, k) => {
    const before = items[k - 1];
    const t = takeApart(s);
    if (before === undefined || t === null || t.subs.length === 0) return [];
    const matrix = takeApart(before);
    if (matrix === null || matrix.subs.length > 0) return [];
    const spec = quietly(() => builder.symbols.resolve(matrix).spec);
    return spec?.declared === true && spec.axes?.length === 2 ? [headKey(t.symbol)] : [];
  });
}
