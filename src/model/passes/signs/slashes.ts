import { functionWritten } from "../../../functions/table.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { letterOf } from "../../symbols/letters.js";
import { isSureTransposeMark, mapOperands, takeApart } from "../../symbols/scripts.js";

/*
 * What stands below a slash. The grammar takes all neighbours, `1/2n`; but `1/2 (a - b)^2` is half of a square, `1/n \sum_i x_i` a mean,
 * and `dL/dw` a derivative.
 */

/** With fractions for slashes where less than all neighbours stands below. */
export function withSlashesRead(st: Statement): Statement {
  const sides = st.sides.map(read);
  return sides.every((s, k) => s === st.sides[k]) ? st : { ...st, sides };
}

function read(s: Syntax): Syntax {
  const inner = mapOperands(s, read);
  if (inner.kind !== "product") return inner;
  const k = inner.operators.indexOf("/");
  const [above, below] = [inner.items[k], inner.items[k + 1]];
  if (k < 0 || above === undefined || below === undefined) return inner;
  const close = numberOver(inner, k, above, below);
  if (close !== null) return read(close);
  if (below.kind !== "juxtaposition") return inner;
  const chain = chained(inner, k, above, below);
  if (chain !== null) return read(chain);
  if (isUnclear(above, below)) return unclear(inner);
  const count = isDifferential(above) && isDifferential(below) ? 2 : lengthBelow(above, below);
  if (count === 0 || (count === below.items.length && !isDifferential(above))) return inner;
  return read(without(inner, k, above, divided(above, below, count)));
}

/** `dL/dy \, dy/dw`, where the first quotient is read: what stands before a differential is no part of the next. */
function chained(s: SyntaxOf<"product">, k: number, above: Syntax, below: SyntaxOf<"juxtaposition">): Syntax | null {
  const items = above.kind === "juxtaposition" ? above.items : [];
  const tail = items.slice(-2);
  const [from, to] = [tail[0]?.span.start, tail[1]?.span.end];
  if (items.length < 3 || from === undefined || to === undefined || !isDifferential(below)) return null;
  const last: Syntax = { kind: "juxtaposition", items: tail, span: { start: from, end: to } };
  if (!isDifferential(last)) return null;
  const quotient = divided(last, below, 2);
  const parts = quotient.kind === "juxtaposition" ? quotient.items : [quotient];
  const span = { start: above.span.start, end: below.span.end };
  return without(s, k, above, { kind: "juxtaposition", items: [...items.slice(0, -2), ...parts], span });
}

/** The product with this for the two factors at the slash. */
function without(s: SyntaxOf<"product">, k: number, above: Syntax, quotient: Syntax): Syntax {
  const items = s.items.flatMap((item, j) => (j === k + 1 ? [] : item === above ? [quotient] : [item]));
  const operators = s.operators.filter((_, j) => j !== k);
  return items.length === 1 ? quotient : { ...s, items, operators };
}

function divided(above: Syntax, below: SyntaxOf<"juxtaposition">, count: number): Syntax {
  const [first] = below.items;
  const denominator: Syntax =
    count === 1 && first !== undefined ? first : { ...below, items: below.items.slice(0, count) };
  const end = below.items[count - 1]?.span.end ?? below.span.end;
  const fraction: Syntax = { kind: "fraction", numerator: above, denominator, span: { start: above.span.start, end } };
  const rest = below.items.slice(count);
  return rest.length === 0
    ? fraction
    : { kind: "juxtaposition", items: [fraction, ...rest], span: { start: above.span.start, end: below.span.end } };
}

/** `dL`, `d\hat{y}`, `d^2 L`. */
function isDifferential(s: Syntax): boolean {
  const [first, symbol] = s.kind === "juxtaposition" ? s.items : [];
  const isOrder = first?.kind === "scripted" && first.sub === null && first.sup?.kind === "number";
  const sign = isOrder ? first.base : first;
  if (sign?.kind !== "symbol" || sign.name !== "d" || sign.accents.length > 0) return false;
  return symbol !== undefined && takeApart(symbol) !== null;
}

/** How many of these neighbours stand below the slash; 0 where nothing shows it. */
function lengthBelow(above: Syntax, { items }: SyntaxOf<"juxtaposition">): number {
  const [first, second] = items;
  if (first === undefined || second === undefined) return 0;
  const sum = items.findIndex((s) => s.kind === "big");
  if (first.kind === "number") {
    if (isApart(first, second) || isWhole(second)) return 1;
    // `1/2n (a - b)`: the letter that stands close is below, what is bracketed is not.
    const third = items[2];
    return third !== undefined && isFactor(second) && (isApart(second, third) || isWhole(third)) ? 2 : 0;
  }
  if (first.kind === "root") return isApart(first, second) || isWhole(second) ? 1 : 0;
  if (first.kind === "group" && /^[([]$/.test(first.open)) return 1;
  if (sum > 0) return sum;
  // `1/NM (P - Y)`: sizes, and then what they are no factors of; nothing is divided by a matrix.
  const sizes = items.findIndex((s) => !SIZE.test(letterOf(s) ?? ""));
  const next = items[sizes];
  if (sizes <= 0 || next === undefined) return 0;
  return isWhole(next) || (above.kind === "number" && items.slice(sizes).some(isArray)) ? sizes : 0;
}

const SIZE = /^[nNmMKTB]$/;

/** A capital letter that is no size, or what is transposed. */
function isArray(s: Syntax): boolean {
  const t = takeApart(s);
  if (t === null) return false;
  const { name } = t.symbol;
  return (/^[A-Z]$/.test(name) && !SIZE.test(name)) || t.sups.some((p) => isSureTransposeMark(p.content));
}

/** `X^\top (p - y) 1/n`: the number close to the slash stands above it alone. */
function numberOver(s: SyntaxOf<"product">, k: number, above: Syntax, below: Syntax): Syntax | null {
  const items = above.kind === "juxtaposition" ? above.items : [];
  const number = items.at(-1);
  const [next] = below.kind === "juxtaposition" ? below.items : [below];
  if (items.length < 2 || number?.kind !== "number" || next === undefined || isApart(number, next, 1)) return null;
  // `2 1/2 x`: two and a half, or their product.
  if (items.at(-2)?.kind === "number") return unclear(s);
  const span = { start: above.span.start, end: below.span.end };
  const own = { start: number.span.start, end: below.span.end };
  // How far it goes is judged as if the quotient stood alone.
  const alone = read({ kind: "product", items: [number, below], operators: ["/"], span: own });
  if (alone.kind === "text") return unclear(s);
  const quotient: Syntax =
    alone.kind === "product" ? { kind: "fraction", numerator: number, denominator: below, span: own } : alone;
  const parts = quotient.kind === "juxtaposition" ? quotient.items : [quotient];
  return without(s, k, above, { kind: "juxtaposition", items: [...items.slice(0, -1), ...parts], span });
}

/** `1/2z^2`, `1/2\lambda w^2`: the letter close to the number is below the slash to some, and not to others. */
function isUnclear(above: Syntax, { items: [first, second, third] }: SyntaxOf<"juxtaposition">): boolean {
  if (first === undefined || second === undefined) return false;
  // `u/(1 + v) (1 + w)`, `x^2/2 \sigma^2`, `1/4 \pi \epsilon`: the room between them is seen by nobody.
  if (first.kind === "group" && /^[([]$/.test(first.open) && second.kind === "group") return true;
  if (first.kind === "number" && above.kind !== "number" && isApart(first, second) && isFactor(second)) return true;
  if (above.kind !== "number" || first.kind !== "number") return false;
  if (second.kind === "symbol" && second.name === "\\pi") return true;
  if (isApart(first, second) || !isFactor(second)) return false;
  return third === undefined ? second.kind === "scripted" && second.sup !== null : isFactor(third);
}

const unclear = ({ span }: Syntax): Syntax => ({
  kind: "text",
  text: "",
  unclear: "how far what stands below this slash goes is not clear: write \\frac, or parentheses",
  span,
});

/** Room between two neighbours, more than a sign between them takes. */
const isApart = (a: Syntax, b: Syntax, sign = 0): boolean => b.span.start > a.span.end + sign;

/** A bracket, a norm, a sum, a function: what a number in front of it multiplies. */
function isWhole(s: Syntax): boolean {
  if (s.kind === "scripted") return isWhole(s.base);
  return (
    s.kind === "group" ||
    s.kind === "big" ||
    (s.kind === "symbol" && s.style === "roman" && functionWritten(s.name) !== null)
  );
}

const isFactor = (s: Syntax): boolean => takeApart(s) !== null && !isWhole(s);
