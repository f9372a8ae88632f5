import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { mapOperands, plainSymbol, takeApart } from "../../symbols/scripts.js";
import type { Item } from "../../symbols/statements.js";

/**
 * `z = \sum w_i x_i + b`, `\frac1m \sum^m (h(x^{(i)}) - y^{(i)})^2`: a sum without an index runs over the one letter below or above its
 * symbols that nothing else binds. A letter that also stands for a number, here or in the lines of `told`, is none.
 */
export function withSumIndices(
  items: readonly Item[],
  told: readonly Item[],
  report: (d: Diagnostic) => void,
): readonly Item[] {
  const isBare = (n: Syntax): boolean => n.kind === "big" && n.operator === "\\sum" && n.sub === null;
  if (!items.some((i) => i.statement.sides.some((s) => nodesIn(s).some(isBare)))) return items;
  const all = [...told, ...items];
  const values = new Set(flatMap(all, (i) => flatMap(i.statement.sides, valuesIn)));
  const bound = new Set(flatMap(all, (i) => boundIn(i.statement)));
  return items.map((item) => {
    const [left, ...right] = item.statement.sides;
    if (left === undefined || right.length === 0) return item;
    const own = new Set(placesIn(left));
    const put = (s: Syntax): Syntax => {
      const inner = mapOperands(s, put);
      if (inner.kind !== "big" || !isBare(inner) || inner.body === null) return inner;
      const letters = new Set(placesIn(inner.body).filter((l) => !own.has(l) && !values.has(l)));
      const [letter, more] = letters;
      // Letters that other sums bind are found later, with all that is known of them.
      if (letter === undefined || more !== undefined || bound.has(letter)) return inner;
      const message = `a sum without an index is read as running over ${letter}`;
      report(diagnostic("note", "reading/sum", message, inner.span));
      return indexed(inner, letter);
    };
    const sides = [left, ...right.map(put)];
    return sides.every((s, k) => s === item.statement.sides[k])
      ? item
      : { ...item, statement: { ...item.statement, sides } };
  });
}

function indexed(s: SyntaxOf<"big">, name: string): Syntax {
  const { span } = s;
  const letter: Syntax = plainSymbol(name, span);
  const one: Syntax = { kind: "number", text: "1", span };
  return { ...s, sub: s.sup === null ? letter : { kind: "relation", items: [letter, one], operators: ["="], span } };
}

/** Letters below symbols, and in parentheses above them. */
const placesIn = (s: Syntax): readonly string[] =>
  flatMap(nodesIn(s), (n) => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    const places = t === null ? [] : [...t.subs, ...flatMap(t.sups, (p) => (p.bracketed ? [p.content] : []))];
    return flatMap(places, (p) => letterOf(p) ?? []).filter((l) => /^[i-nt]$/.test(l));
  });

/** Letters that stand for something by themselves. */
function valuesIn(s: Syntax): readonly string[] {
  const t = takeApart(s);
  if (t !== null) return [t.symbol.name, ...flatMap(t.sups, (p) => (p.bracketed ? [] : valuesIn(p.content)))];
  const found: string[] = [];
  mapOperands(s, (n) => {
    found.push(...valuesIn(n));
    return n;
  });
  return found;
}

const boundIn = (st: Statement): readonly string[] => [
  ...flatMap([st, ...st.conditions], (c) => flatMap(rangeStatement(c) ?? [], (b) => b.letter)),
  ...flatMap(flatMap(st.sides, nodesIn), (n) => (n.kind === "big" ? bindings(n.sub, n.sup).map((b) => b.letter) : [])),
];
