import { functionWritten } from "../functions/table.js";
import type { Syntax, SyntaxOf } from "../notation/syntax.js";
import { nodesIn } from "./letters.js";
import { headKey, mapOperands, takeApart } from "./scripts.js";
import { type Item, isEquation, leftSide, withSides } from "./statements.js";

/*
 * `\sigma_i = \sigma(w^\top x_i)`: the letter of a function also names its value. Where nothing stands behind it in
 * parentheses, or what holds the value itself, `\sigma (1 - \sigma)`, it is put as a name of its own.
 */

export function withFunctionValues(items: readonly Item[]): readonly Item[] {
  const heads = new Set(items.flatMap((i) => valueHead(i) ?? []));
  return heads.size === 0 ? items : items.map((item) => withSides(item, (s) => put(s, heads)));
}

/** The σ of a definition `\sigma = \sigma(z)`. */
function valueHead({ statement, submitted }: Item): string | null {
  const [first, ...rest] = statement.sides;
  const left = first === undefined || !isEquation(statement) || submitted === true ? null : leftSide(first);
  if (left === null || left.args !== null || functionWritten(left.target.symbol.name) === null) return null;
  const head = headKey(left.target.symbol);
  return rest.some((s) => nodesIn(s).some((n) => n.kind === "juxtaposition" && applies(n, head))) ? head : null;
}

const applies = ({ items }: SyntaxOf<"juxtaposition">, head: string): boolean =>
  items.some((item, k) => item.kind === "symbol" && headKey(item) === head && isArgument(items[k + 1], head));

/** `(w^\top x)`, which does not mention the value. */
function isArgument(s: Syntax | undefined, head: string): boolean {
  const group = s?.kind === "scripted" ? s.base : s;
  if (group?.kind !== "group" || group.open !== "(") return false;
  return !nodesIn(group.body).some((n) => n.kind === "symbol" && headKey(n) === head);
}

function put(s: Syntax, heads: ReadonlySet<string>): Syntax {
  if (s.kind === "symbol") return heads.has(headKey(s)) ? { ...s, name: `${s.name}(·)` } : s;
  // `\sigma'` is the derivative of the function.
  if (s.kind === "scripted" && (takeApart(s)?.primes ?? 0) > 0) return s;
  if (s.kind !== "juxtaposition") return mapOperands(s, (n) => put(n, heads));
  const isFunction = (item: Syntax, k: number): boolean =>
    item.kind === "symbol" && heads.has(headKey(item)) && isArgument(s.items[k + 1], headKey(item));
  return { ...s, items: s.items.map((item, k) => (isFunction(item, k) ? item : put(item, heads))) };
}
