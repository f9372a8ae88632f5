import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { LOSS_NAME } from "../../functions/loss-functions.js";
import { isTransposed, mapOperands, symbolsIn, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey, withSides } from "../../symbols/statements.js";

/*
 * `\nabla_S L^\top Q`: nobody transposes a loss, which is a number. What is transposed is the gradient, `(\nabla_S L)^\top`.
 */

/** The same statements with such marks behind the gradient; `told` are those of the problem. */
export function withTransposedGradients(items: readonly Item[], told: readonly Item[]): readonly Item[] {
  const losses = lossesOf([...told, ...items]);
  return losses.size === 0
    ? items
    : items.map((item) =>
        item.statement.sides.some(mentionsDerivative) ? withSides(item, (s) => put(s, losses)) : item,
      );
}

/** What has the name of a loss and an equation, and stands in no other. */
function lossesOf(items: readonly Item[]): ReadonlySet<string> {
  const found = new Set<string>();
  const used = new Set<string>();
  for (const { statement } of items) {
    const [first, ...rest] = statement.sides;
    if (first === undefined || !isEquation(statement) || statement.sides.some(mentionsDerivative)) continue;
    const target = leftSide(first)?.target;
    if (target !== undefined && LOSS_NAME.test(target.symbol.name)) found.add(targetKey(target));
    for (const t of flatMap(rest, symbolsIn)) used.add(targetKey(t));
  }
  return new Set([...found].filter((key) => !used.has(key)));
}

function put(s: Syntax, losses: ReadonlySet<string>): Syntax {
  const inner = mapOperands(s, (n) => put(n, losses));
  if (inner.kind !== "juxtaposition") return inner;
  const items: Syntax[] = [];
  for (const item of inner.items) {
    const operator = items.at(-1);
    const bare = operator === undefined || !isGradientBy(operator) ? null : untransposedLoss(item, losses);
    if (bare === null || operator === undefined || item.kind !== "scripted") {
      items.push(item);
      continue;
    }
    const span = { start: operator.span.start, end: bare.span.end };
    const body: Syntax = { kind: "juxtaposition", items: [operator, bare], span };
    items.splice(-1, 1, {
      ...item,
      base: { kind: "group", open: "(", body, span },
      sub: null,
      span: { ...item.span, start: span.start },
    });
  }
  const [only] = items;
  if (items.length === inner.items.length) return inner;
  return items.length === 1 && only !== undefined ? only : { ...inner, items };
}

function isGradientBy(s: Syntax): boolean {
  const t = takeApart(s);
  return t !== null && t.symbol.name === "\\nabla" && t.subs.length === 1 && t.sups.length === 0;
}

/** L of `L^\top`. */
function untransposedLoss(s: Syntax, losses: ReadonlySet<string>): Syntax | null {
  const t = s.kind === "scripted" ? takeApart(s) : null;
  const [mark, ...more] = t?.sups ?? [];
  if (t === null || s.kind !== "scripted" || mark === undefined || more.length > 0 || !isTransposed(mark.content))
    return null;
  if (!losses.has(targetKey(t))) return null;
  const { base } = s;
  return s.sub === null ? base : { ...s, sup: null, span: { start: s.span.start, end: s.sub.span.end } };
}
