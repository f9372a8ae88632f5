import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { mapOperands, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, withSides } from "../../symbols/statements.js";

/**
 * `\frac{v \cdot w}{|v| |w|}`: two that are divided by together are lengths, and so is each of them elsewhere. Of numbers the length
 * is the absolute value; what `|A| |B|` of capital letters is, their shapes say. `told` has the lines that this may be seen in.
 */
export function withLengths(items: readonly Item[], told: readonly Item[]): readonly Item[] {
  const all = flatMap([...told, ...items], (i) => flatMap(i.statement.sides, nodesIn));
  const lengths = new Set(flatMap(all, (n) => (n.kind === "fraction" ? together(n.denominator) : [])));
  if (lengths.size === 0) return items;
  const put = (s: Syntax): Syntax => {
    const body = barred(s);
    const inner = mapOperands(s, put);
    return body !== null && lengths.has(body) && inner.kind === "group" ? { ...inner, open: "\\|" } : inner;
  };
  return items.map((item) => withSides(item, put));
}

/** The two of `|v| |w|` and `|v| \cdot |w|`. */
function together(s: Syntax): readonly string[] {
  if (s.kind === "group" && (s.open === "(" || s.open === "{")) return together(s.body);
  const isProduct = s.kind === "juxtaposition" || (s.kind === "product" && s.operators.every((o) => o === "\\cdot"));
  const found = isProduct ? s.items.map((i) => barred(unwrapped(i))).filter((b) => b !== null) : [];
  return isProduct && found.length === 2 && s.items.length === 2 ? found : [];
}

const unwrapped = (s: Syntax): Syntax => (s.kind === "group" && s.open === "{" ? s.body : s);

/** What stands in `|v|`, a small letter. */
function barred(s: Syntax): string | null {
  const t = s.kind === "group" && s.open === "|" ? takeApart(unwrapped(s.body)) : null;
  return t !== null && /^[a-z]$/.test(t.symbol.name) ? scriptText(t.symbol) + t.subs.map(scriptText).join() : null;
}
