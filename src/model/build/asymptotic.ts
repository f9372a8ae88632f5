import type { Statement, Syntax } from "../../notation/syntax.js";
import { headKey, takeApart } from "../symbols/scripts.js";
import { declarationOf, type Item, leftSide, targetKey } from "../symbols/statements.js";

/* Statements about what something costs: they are no equations of a network. */

/** The signs of an order of growth, `O(n^2)`, by the keys of their symbols. */
const ORDERS = new Set(["O", "cal:O", "\\Theta", "\\Omega", "script:O"]);
const COST_WORD =
  /^(total |overall )?(time|cost|memory|space|work|flops?|mults?|multiplications?|additions?|operations?|params?|parameters|total)\b/i;

/** What stands inside `O(…)`, and which sign stands before; `null` for anything else. */
export function growthOrder(s: Syntax): { readonly sign: string; readonly body: Syntax } | null {
  if (s.kind !== "juxtaposition" || s.items.length !== 2) return null;
  const [head, group] = s.items;
  if (head?.kind !== "symbol" || group?.kind !== "group" || group.open !== "(") return null;
  return ORDERS.has(headKey(head)) ? { sign: headKey(head).slice(-1), body: group.body } : null;
}

/** Signs of growth that a worksheet uses as symbols of its own: the output `O = P V` of attention. */
export function usedAsSymbols(items: readonly Item[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { statement } of items) {
    for (const t of declarationOf(statement)?.symbols ?? []) used.add(targetKey(t));
    const [first, ...rest] = statement.sides;
    const left = first === undefined || rest.length === 0 ? null : leftSide(first);
    if (left !== null) used.add(targetKey(left.target));
  }
  return new Set([...used].filter((key) => ORDERS.has(key)));
}

/** `T = O(n^2)`, `\text{Total time} = n + n = 2n`. */
export const saysCost = (statement: Statement, symbols: ReadonlySet<string>): boolean =>
  costWord(statement) !== null || statement.sides.some((s) => isGrowth(s, symbols));

export function isGrowth(s: Syntax, symbols: ReadonlySet<string>): boolean {
  const [head] = s.kind === "juxtaposition" ? s.items : [];
  return growthOrder(s) !== null && head?.kind === "symbol" && !symbols.has(headKey(head));
}

/** The words that stand left of the first `=`: `Total time`. */
export function costWord({ sides, words }: Statement): string | null {
  const [first] = sides;
  if (first === undefined || sides.length < 2) return null;
  const said = wordsOf(first, words);
  return COST_WORD.test(said) ? said : null;
}

function wordsOf(s: Syntax, words: readonly string[]): string {
  if (s.kind === "empty") return words.join(" ").trim();
  if (s.kind === "text") return s.text.trim();
  const symbol = takeApart(s)?.symbol;
  return symbol?.style === "roman" ? symbol.name : "";
}
