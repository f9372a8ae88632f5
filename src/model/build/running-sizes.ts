import { flatMap } from "../../core/flat-map.js";
import type { Syntax } from "../../notation/syntax.js";
import { letterOf, nodesIn } from "../symbols/letters.js";
import { type Scripted, takeApart } from "../symbols/scripts.js";
import { declarationOf } from "../symbols/statements.js";
import type { Builder } from "./builder.js";

/*
 * In `W_\ell \in \mathbb{R}^{d_\ell \times d_{\ell-1}}` the letter counts layers, and the widths are as many as they: what is one
 * place away from a letter is no label. Wherever else a symbol and its size wear that letter, the size is that member's.
 */

export function surveyRunningSizes(builder: Builder): void {
  const declared = flatMap(builder.premises, ({ statement }) => declarationOf(statement) ?? []);
  for (const { symbols, set } of declared) {
    const own = new Set(flatMap(symbols, lettersBelow));
    // A letter of which nothing says how far it runs may be a name: `n_{l-1}` beside `n_l`.
    for (const step of flatMap(set.shape, stepsIn))
      if (own.has(step) && builder.letters.rangeOf(step) !== null) builder.letters.addFamily(step);
  }
}

const scriptsOf = (t: Scripted): readonly Syntax[] => [...t.subs, ...t.sups.map((p) => p.content)];

/** The letters that stand alone in a symbol's scripts. */
const lettersBelow = (t: Scripted): readonly string[] => flatMap(scriptsOf(t), (s) => letterOf(s) ?? []);

/** The letters from which the scripts of a size count on, or back: \ell of `d_{\ell-1}` and of `n^{(\ell+1)}`. */
function stepsIn(size: Syntax): readonly string[] {
  const scripts = flatMap(nodesIn(size), (n) => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    return t === null ? [] : scriptsOf(t);
  });
  return flatMap(scripts, (s) => (s.kind === "sum" ? flatMap(s.terms, (term) => letterOf(term.body) ?? []) : []));
}
