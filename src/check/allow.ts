import type { Tensor } from "../expression/node.js";
import type { Role } from "../model/model.js";
import type { Problem } from "../model/read.js";

/*
 * `allow` of the front matter: what an answer may be written in. Each item is a symbol as it is written in LaTeX, a
 * derivative (`\partial L/\partial z`), or a kind of symbol in the plural (`inputs`, `derivatives`).
 */

const ROLES: ReadonlyMap<string, Role> = new Map([
  ["parameters", "parameter"],
  ["inputs", "input"],
  ["targets", "target"],
  ["intermediates", "intermediate"],
  ["constants", "constant"],
]);

/** Whether something may stand in an answer; `null` where everything may. */
export function allowedIn(problem: Problem): ((t: Tensor) => boolean) | null {
  const list = problem.builder.front.allow ?? [];
  if (list.length === 0) return null;
  const items = new Set(list.flatMap((item) => item.split(/,(?![^{(]*[})])/)).map(spelled));
  const roles = new Map(problem.model.symbols.map((s) => [s.tensor, s.role]));
  return (t) => {
    if (t.derivative !== null)
      return items.has("derivatives") || items.has("gradients") || items.has(derivativeName(t));
    const role = roles.get(t);
    if (role === undefined || role === "dimension") return true;
    return items.has(spelled(t.latex)) || [...ROLES].some(([word, r]) => r === role && items.has(word));
  };
}

const derivativeName = (t: Tensor): string =>
  t.derivative === null ? spelled(t.latex) : `d${derivativeName(t.derivative.of)}/d${derivativeName(t.derivative.wrt)}`;

/** One spelling for all ways to write a symbol or a derivative. */
function spelled(latex: string): string {
  const bare = latex
    .replace(/\\(math(bf|rm|cal|bb|it)|boldsymbol|bm|text|displaystyle|left|right)(?![A-Za-z])/g, "")
    .replace(/\\partial(?![A-Za-z])|\u2202/g, "d")
    .replace(/[\s$]/g, "");
  const fraction = /^\\[dt]?frac\{d(.+?)\}\{d(.+)\}$/.exec(bare);
  const nabla = /^(?:\\nabla|\u2207)_(\{.+\}|.)(.+)$/.exec(bare);
  const text = fraction ? `d${fraction[1]}/d${fraction[2]}` : nabla ? `d${nabla[2]}/d${nabla[1]}` : bare;
  return text.replace(/[{}]/g, "");
}
