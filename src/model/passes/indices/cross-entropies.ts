import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { LOSS_NAME } from "../../functions/loss-functions.js";
import { type Scripted, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
} from "../../symbols/statements.js";

/*
 * `L = -y \log \hat y` after `\hat y = \mathrm{softmax}(z)`: the product of two columns is meant to be summed over their
 * entries, as `-\sum y \log \hat y` says.
 */

export function withSummedEntropies(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  const columns = softmaxes(items);
  if (columns.size === 0) return items;
  const numbers = declaredNumbers(items);
  const sum = (s: SyntaxOf<"juxtaposition">): Syntax => {
    if (!isEntropy(s, columns, numbers)) return s;
    report(
      diagnostic("note", "reading/entropy", "this product of columns is read as summed over their entries", s.span),
    );
    return { kind: "big", operator: "\\sum", sub: null, sup: null, body: s, span: s.span };
  };
  return items.map((item) => {
    const { statement } = item;
    const [left, ...rest] = statement.sides;
    if (left === undefined || !isEquation(statement) || statement.sides.some(mentionsDerivative)) return item;
    if (!LOSS_NAME.test(leftSide(left)?.target.symbol.name ?? "")) return item;
    const sides = rest.map((s) => summed(s, sum));
    return sides.every((s, k) => s === rest[k])
      ? item
      : { ...item, statement: { ...statement, sides: [left, ...sides] } };
  });
}

const declaredNumbers = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(
    items.flatMap(({ statement }) => {
      const d = declarationOf(statement);
      return d === null || d.set.shape.length > 0 ? [] : d.symbols.map(targetKey);
    }),
  );

/** What a softmax computes as a whole, and no other equation of the page in another way. */
function softmaxes(items: readonly Item[]): ReadonlySet<string> {
  const found = new Set<string>();
  const others = new Set<string>();
  for (const { statement } of items) {
    const [first, ...rest] = statement.sides;
    const left = first === undefined || !isEquation(statement) || mentionsDerivative(first) ? null : leftSide(first);
    if (left === null) continue;
    const isSoftmax = rest.some((s) => /^softmax$/i.test(headOf(s)?.symbol.name ?? ""));
    (isSoftmax ? found : others).add(place(left.target));
  }
  return new Set([...found].filter((p) => !others.has(p)));
}

const headOf = (s: Syntax): Scripted | null =>
  s.kind === "juxtaposition" && s.items[0] !== undefined ? takeApart(s.items[0]) : null;

const place = (t: Scripted): string =>
  [targetKey(t), ...t.sups.map((p) => scriptText(p.content)), ...t.subs.map(scriptText)].join(" ");

/** The products outside of any sum. */
function summed(s: Syntax, sum: (s: SyntaxOf<"juxtaposition">) => Syntax): Syntax {
  switch (s.kind) {
    case "sum": {
      const terms = s.terms.map((t) => ({ ...t, body: summed(t.body, sum) }));
      return terms.every((t, k) => t.body === s.terms[k]?.body) ? s : { ...s, terms };
    }
    case "group": {
      const body = summed(s.body, sum);
      return body === s.body ? s : { ...s, body };
    }
    case "juxtaposition":
      return sum(s);
    default:
      return s;
  }
}

/** `y \log \hat y`, where y stands without a transpose at the same place as ŷ. */
function isEntropy(
  { items }: SyntaxOf<"juxtaposition">,
  columns: ReadonlySet<string>,
  numbers: ReadonlySet<string>,
): boolean {
  const [target, log, ...rest] = items;
  const t = target === undefined ? null : takeApart(target);
  if (
    t === null ||
    numbers.has(targetKey(t)) ||
    log === undefined ||
    !/^\\?(log|ln)$/.test(takeApart(log)?.symbol.name ?? "")
  )
    return false;
  const [output, more] = rest.flatMap(symbolsIn);
  if (output === undefined || more !== undefined || !columns.has(place(output))) return false;
  return t.sups.length === output.sups.length && t.subs.map(scriptText).join() === output.subs.map(scriptText).join();
}
