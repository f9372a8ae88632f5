import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { takeApart } from "../../symbols/scripts.js";

/*
 * What is differentiated in a formula, as far as that is seen before anything is known of its symbols: what stands behind a ∂,
 * a ∇ or a d, whatever hangs on these.
 */

export const isDerivativeSign = (s: Syntax | undefined): boolean => {
  const name = s === undefined ? undefined : takeApart(s)?.symbol.name;
  return name === "\\partial" || name === "\\nabla" || name === "d";
};

/** Does this factor of a juxtaposition stand behind a sign? */
export const isDifferentiated = (items: readonly Syntax[], k: number): boolean =>
  k > 0 && isDerivativeSign(items[k - 1]);

/** All that stands behind a sign: L and w of `\partial L/\partial w`. */
export const differentiatedIn = (s: Syntax): readonly Syntax[] =>
  flatMap(nodesIn(s), (n) =>
    n.kind === "juxtaposition" ? n.items.filter((_, k) => isDifferentiated(n.items, k)) : [],
  );

/** What a formula has derivatives of: L of `\partial L/\partial w` and of `\nabla_w L`. */
export const quantitiesDifferentiated = (s: Syntax): readonly Syntax[] =>
  flatMap(nodesIn(s), (n): readonly Syntax[] => {
    if (n.kind === "fraction") return ofNumerator(n.numerator);
    if (n.kind !== "juxtaposition") return [];
    const isNabla = (item: Syntax | undefined): boolean =>
      item !== undefined && takeApart(item)?.symbol.name === "\\nabla";
    return n.items.filter((_, k) => isNabla(n.items[k - 1]));
  });

/** L of `\partial L` above a bar. */
export function ofNumerator(s: Syntax): readonly Syntax[] {
  const [sign, of] = s.kind === "juxtaposition" ? s.items : [];
  return of !== undefined && isDerivativeSign(sign) ? [of] : [];
}
