import { flatMap } from "../../../core/flat-map.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { children, mapOperands, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey, withSides } from "../../symbols/statements.js";
import { ofNumerator } from "./differentiated.js";

/*
 * `\partial \mathcal{F}/\partial x` where the forward pass has 𝓕 only as `\mathcal{F}(x, W)`: the derivative of that value.
 */

type Group = SyntaxOf<"group">;

export function withArgumentsWritten(items: readonly Item[]): readonly Item[] {
  const applied = new Map<string, Group | null>();
  const premises = items.filter((i) => i.submitted !== true && !i.statement.sides.some(mentionsDerivative));
  for (const { statement } of premises) {
    for (const n of flatMap(statement.sides, nodesIn)) noteApplications(n, applied);
    const [first] = statement.sides;
    const left = first === undefined || !isEquation(statement) ? null : leftSide(first);
    if (left !== null) applied.set(targetKey(left.target), null);
  }
  if (![...applied.values()].some((g) => g !== null)) return items;
  return items.map((item) => withSides(item, (s) => put(s, applied)));
}

/** What each letter is applied to, with several arguments; `null` where that differs, or where the letter stands alone. */
function noteApplications(n: Syntax, applied: Map<string, Group | null>): void {
  const parts = n.kind === "juxtaposition" ? n.items : children(n);
  parts.forEach((item, k) => {
    const t = takeApart(item);
    if (t === null) return;
    const next = n.kind === "juxtaposition" ? n.items[k + 1] : undefined;
    const isApplied = next?.kind === "group" && next.open === "(" && next.body.kind === "list" && isOfWholes(next);
    const group = isApplied ? next : null;
    const key = targetKey(t);
    const known = applied.get(key);
    const isSame = known === undefined || (known !== null && group !== null && scriptText(known) === scriptText(group));
    applied.set(key, isSame ? group : null);
  });
}

/** `l(y_t, \hat{y}_t)` is one of several losses: `\partial l` may mean them all. */
const isOfWholes = ({ body }: Group): boolean =>
  nodesIn(body).every((n) => n.kind !== "scripted" || (n.sub === null && n.sup === null));

function put(s: Syntax, applied: ReadonlyMap<string, Group | null>): Syntax {
  const inner = mapOperands(s, (n) => put(n, applied));
  if (inner.kind !== "fraction" || inner.numerator.kind !== "juxtaposition") return inner;
  const [f] = inner.numerator.items.length === 2 ? ofNumerator(inner.numerator) : [];
  const t = f === undefined ? null : takeApart(f);
  const group = t === null ? null : (applied.get(targetKey(t)) ?? null);
  if (group === null) return inner;
  return { ...inner, numerator: { ...inner.numerator, items: [...inner.numerator.items, group] } };
}
