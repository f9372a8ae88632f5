import { diagnostic } from "../../core/diagnostic.js";
import type { Syntax } from "../../notation/syntax.js";
import { letterOf } from "../letters.js";
import { children, isTransposeMark, scriptText, takeApart } from "../scripts.js";
import { targetKey } from "../statements.js";
import type { Builder } from "./builder.js";

/*
 * `W^Q`, `W^K`, `W^V`, and `x^a`, `x^p`, `x^n`: letters that name instead of raising to a power. Nobody raises one quantity to
 * several powers that nothing else speaks of; a capital letter that stands nowhere else is no exponent either.
 */

/** Makes such superscripts labels, and says so. */
export function readLabelsAbove(builder: Builder): void {
  const found = builder.symbols.labelSuperscripts(labelsAbove(builder));
  if (found.length === 0) return;
  const names = found.join(", ");
  builder.diagnostics.push(
    diagnostic(
      "note",
      "reading/label",
      `${names}: letters above a symbol are read as part of its name, not as powers`,
      null,
    ),
  );
}

/** Superscripts that are labels, each as `head^label`. */
function labelsAbove(builder: Builder): readonly string[] {
  const above = new Map<string, Set<string>>();
  const elsewhere = new Set<string>();
  for (const { statement } of builder.items) {
    const stack: Syntax[] = [...statement.sides];
    for (let s = stack.pop(); s !== undefined; s = stack.pop()) {
      const letter = s.kind === "scripted" && s.sup !== null ? labelOf(builder, s.sup) : null;
      const t = takeApart(s);
      if (letter !== null && t !== null && t.symbol.name !== "e")
        above.set(targetKey(t), (above.get(targetKey(t)) ?? new Set<string>()).add(letter));
      else if (t !== null && t.sups.length + t.subs.length === 0) elsewhere.add(scriptText(t.symbol));
      stack.push(...children(letter !== null && s.kind === "scripted" ? { ...s, sup: null } : s));
    }
  }
  return [...above].flatMap(([head, letters]) => {
    const unused = [...letters].filter((l) => !elsewhere.has(l));
    const capitals = [...letters].filter((l) => /^[A-Z]$/.test(l));
    const named = capitals.length > 1 ? capitals : capitals.filter((l) => unused.includes(l));
    const small = unused.length > 1 ? unused.filter((l) => !named.includes(l)) : [];
    return [...named, ...small].map((l) => `${head}^${l}`);
  });
}

/** A lone letter above a symbol that is neither an index, a size nor a mark of transposition. */
function labelOf(builder: Builder, sup: Syntax): string | null {
  const letter = letterOf(sup);
  if (letter === null || !/^[A-Za-z]$/.test(letter) || isTransposeMark(sup) || letter === "H") return null;
  if (builder.letters.isIndex(letter) || builder.e.dims.isName(sup)) return null;
  return letter;
}
