import { flatMap } from "../../../core/flat-map.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { headKey, mapOperands, scriptText, takeApart } from "../../symbols/scripts.js";
import { declarationOf, type Item, isEquation, mentionsDerivative, withSides } from "../../symbols/statements.js";

/*
 * `y_j = \sum_{k=0}^{n-1} W_{jk} z_k` with W declared as `\mathbb{R}^{m \times n}`: the sum runs over all of an axis, whatever its
 * entries are numbered from. It is put as a sum from 1 to n, where nothing computes with the k and no entry has a number. A sum from
 * 1 to n beside it, in a line about the same problem, leaves out the first entry and is put as one from 2.
 */

export function withMatricesFromOne(items: readonly Item[], told: readonly Item[] = items): readonly Item[] {
  const sizes = sizesFromZero(matrixSizes([...told, ...items]), [...told, ...items]);
  if (sizes.size === 0) return items;
  const sides = flatMap([...told, ...items], (i) => (rangeStatement(i.statement) === null ? i.statement.sides : []));
  const nodes = flatMap(sides, nodesIn);
  const sums = nodes.filter((n): n is SyntaxOf<"big"> => n.kind === "big");
  const counted = sums.filter((n) => wholeFromZero(n, sizes) !== null);
  const letters = new Set(counted.map((n) => bindings(n.sub, n.sup)[0]?.letter ?? ""));
  if (letters.size === 0) return items;
  const whole = wholeIn([...told, ...items]);
  const indexed = flatMap(nodes, (n) => headBelow(n, letters));
  // What is also used whole counts from 1, and the sum leaves its last entry out.
  if (indexed.some((head) => whole.has(head))) return items;
  if (nodes.some((n) => isNumbered(n, letters)) || sides.some((s) => hasAsValue(s, letters))) return items;
  const fromOne = (s: Syntax): Syntax => {
    const inner = mapOperands(s, fromOne);
    if (inner.kind !== "big" || inner.sub?.kind !== "relation") return inner;
    const [letter, low] = inner.sub.items;
    if (letter === undefined || low === undefined) return inner;
    const from = (text: string, sup: Syntax): Syntax => ({
      ...inner,
      sub: { ...inner.sub, items: [letter, { ...low, kind: "number", text }] } as SyntaxOf<"relation">,
      sup,
    });
    const size = wholeFromZero(inner, sizes);
    if (size !== null) return from("1", size);
    const other = wholeFromOne(inner, sizes);
    return other === null ? inner : from("2", oneMore(other));
  };
  return items.map((item) => withSides(item, fromOne));
}

/** The sizes of matrices that are declared. */
const matrixSizes = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(
    flatMap(items, ({ statement }) => {
      const shape = declarationOf(statement)?.set.shape ?? [];
      return shape.length > 1 ? shape.map(scriptText) : [];
    }),
  );

/** The sizes over which all sums and ranges of the problem's own formulas begin at 0; of its lines, where these alone have any. */
function sizesFromZero(sizes: ReadonlySet<string>, items: readonly Item[]): ReadonlySet<string> {
  if (sizes.size === 0) return sizes;
  const isLine = (i: Item): boolean => i.submitted === true || i.statement.sides.some(mentionsDerivative);
  const own = items.filter((i) => !isLine(i));
  const startsOf = (from: readonly Item[], size: ReadonlySet<string>): ReadonlySet<string> => {
    const sums = flatMap(from, (i) => flatMap(i.statement.sides, nodesIn)).filter((n) => n.kind === "big");
    const ranges = flatMap(from, ({ statement: st }) => [st, ...st.conditions].flatMap((s) => rangeStatement(s) ?? []));
    return new Set([
      ...sums.flatMap((n) => (wholeFromZero(n, size) === null ? [] : ["0"])),
      ...sums.flatMap((n) => (wholeFromOne(n, size) === null ? [] : ["1"])),
      ...ranges.flatMap((b) => (b.high !== null && size.has(scriptText(b.high)) ? ["1"] : [])),
    ]);
  };
  return new Set(
    [...sizes].filter((size) => {
      const starts = startsOf(own, new Set([size]));
      return starts.size > 0 ? !starts.has("1") : !startsOf(items, new Set([size])).has("1");
    }),
  );
}

/** The n of `\sum_{k=1}^n`, if it is one of the sizes. */
function wholeFromOne(s: SyntaxOf<"big">, sizes: ReadonlySet<string>): Syntax | null {
  const [own, more] = bindings(s.sub, s.sup);
  if (own === undefined || more !== undefined || own.low?.kind !== "number" || own.low.text !== "1") return null;
  return own.high !== null && sizes.has(scriptText(own.high)) ? own.high : null;
}

const oneMore = (size: Syntax): Syntax => ({
  kind: "sum",
  terms: [
    { sign: 1, body: size },
    { sign: 1, body: { kind: "number", text: "1", span: size.span } },
  ],
  span: size.span,
});

/** The n of `\sum_{k=0}^{n-1}`, if it is one of the sizes. */
function wholeFromZero(s: SyntaxOf<"big">, sizes: ReadonlySet<string>): Syntax | null {
  const [own, more] = bindings(s.sub, s.sup);
  if (own === undefined || more !== undefined || own.conditions.length > 0) return null;
  if (own.low?.kind !== "number" || own.low.text !== "0" || own.high?.kind !== "sum") return null;
  const [size, one, other] = own.high.terms;
  if (size === undefined || size.sign < 0 || one === undefined || one.sign > 0 || other !== undefined) return null;
  const isOne = one.body.kind === "number" && one.body.text === "1";
  return isOne && sizes.has(scriptText(size.body)) ? size.body : null;
}

/** The head of `W_{jk}`, if one of its letters is among these. */
function headBelow(n: Syntax, letters: ReadonlySet<string>): readonly string[] {
  const t = n.kind === "scripted" ? takeApart(n) : null;
  return t?.subs.some((s) => letters.has(letterOf(s) ?? "")) === true ? [headKey(t.symbol)] : [];
}

/** What equations of the forward pass use without positions. */
const wholeIn = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(
    flatMap(items, ({ statement: st }) => {
      if (!isEquation(st) || st.sides.some(mentionsDerivative)) return [];
      const all = flatMap(st.sides, nodesIn);
      const bases = new Set(flatMap(all, (n) => (n.kind === "scripted" && n.sub !== null ? [n.base] : [])));
      return flatMap(all, (n) => (n.kind === "symbol" && !bases.has(n) ? [headKey(n)] : []));
    }),
  );

/** `x_0`, `W_{k+1,j}`, `W_{1j}` beside a position that is counted: the number of an entry matters. */
function isNumbered(n: Syntax, letters: ReadonlySet<string>): boolean {
  const t = n.kind === "scripted" ? takeApart(n) : null;
  if (t === null) return false;
  const mentions = (s: Syntax): boolean => nodesIn(s).some((m) => letters.has(letterOf(m) ?? ""));
  return t.subs.some((s) => s.kind === "number" || (letterOf(s) === null && mentions(s)));
}

/** Does a letter stand elsewhere than below or above symbols? */
function hasAsValue(s: Syntax, letters: ReadonlySet<string>): boolean {
  let found = false;
  const look = (n: Syntax): Syntax => {
    if (letters.has(letterOf(n) ?? "")) found = true;
    mapOperands(n, look);
    if (n.kind === "scripted" && n.sup !== null && n.sup.kind !== "group") look(n.sup);
    return n;
  };
  look(s);
  return found;
}
