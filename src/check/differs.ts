import { cover, type Span } from "../core/span.js";
import { scriptText, takeApart } from "../model/symbols/scripts.js";
import type { Syntax } from "../notation/syntax.js";

/*
 * Where a formula that was written goes another way than one that is right: the smallest part that holds every
 * difference of the two trees. For people to look at; no verdict depends on it.
 */

const MAX_DEPTH = 40;

/** The part of `written` in which it differs from the nearest of the right formulas; `null` where it says the same. */
export function differing(written: Syntax, right: readonly Syntax[]): Span | null {
  let best: Span | null = null;
  for (const r of right) {
    const found = difference(written, r, 0);
    if (found === null) return null;
    if (best === null || found.end - found.start < best.end - best.start) best = found;
  }
  return best ?? written.span;
}

function difference(written: Syntax, right: Syntax, depth: number): Span | null {
  const [a, b] = [bare(written), bare(right)];
  if (keyOf(a) === keyOf(b)) return null;
  if (depth > MAX_DEPTH) return written.span;
  const [as, bs] = [partsOf(a), partsOf(b)];
  if (as === null || bs === null || a.kind === "symbol" || kindOf(a) !== kindOf(b)) return written.span;
  return unmatched(as, bs, kindOf(a) === "fraction", depth) ?? written.span;
}

/** Parts of one that the other lacks; of a single one that stands for a single other, the difference of these two. */
function unmatched(as: readonly Part[], bs: readonly Part[], ordered: boolean, depth: number): Span | null {
  const left = [...bs];
  const odd = as.filter((a, k) => {
    const match = ordered ? (left[k]?.key === a.key ? k : -1) : left.findIndex((b) => b.key === a.key);
    if (match >= 0 && !ordered) left.splice(match, 1);
    return match < 0;
  });
  const others = ordered ? bs.filter((b, k) => as[k]?.key !== b.key) : left;
  const [first] = odd;
  const [other] = others;
  if (first === undefined) return null;
  if (odd.length === 1 && others.length === 1 && other !== undefined && first.sign === other.sign)
    return difference(first.syntax, other.syntax, depth + 1) ?? first.syntax.span;
  return odd.map((p) => p.syntax.span).reduce(cover);
}

interface Part {
  readonly syntax: Syntax;
  readonly sign: string;
  readonly key: string;
}

const part = (syntax: Syntax, sign = ""): Part => ({ syntax, sign, key: `${sign}${keyOf(bare(syntax))}` });

/** Juxtaposed or joined by a sign, factors are factors. */
const kindOf = (s: Syntax): string => (s.kind === "product" && !s.operators.includes("/") ? "juxtaposition" : s.kind);

function partsOf(s: Syntax): readonly Part[] | null {
  if (takeApart(s) !== null) return null;
  switch (s.kind) {
    case "sum":
      return s.terms.map((t) => part(t.body, t.sign < 0 ? "-" : "+"));
    case "juxtaposition":
    case "product":
      return factors(s).map((f) => part(f));
    case "fraction":
      return [part(s.numerator), part(s.denominator)];
    case "big":
      return s.body === null ? null : [part(s.body)];
    default:
      return null;
  }
}

/** `∇_x L` and `f(z)` are one factor each: what follows a bare operator or a function belongs to it. */
export function factors(s: Syntax): readonly Syntax[] {
  if (s.kind === "product") return s.items.flatMap((i) => (i.kind === "juxtaposition" ? factors(i) : [i]));
  if (s.kind !== "juxtaposition") return [s];
  const found: Syntax[] = [];
  for (let k = 0; k < s.items.length; k++) {
    const [item, next] = [s.items[k], s.items[k + 1]];
    if (item === undefined) continue;
    if (next !== undefined && takesNext(item)) {
      found.push({ kind: "juxtaposition", items: [item, next], span: cover(item.span, next.span) });
      k += 1;
    } else found.push(item);
  }
  return found;
}

function takesNext(s: Syntax): boolean {
  const t = takeApart(s);
  return t !== null && (t.symbol.name === "\\nabla" || t.symbol.style === "roman" || t.primes > 0);
}

function bare(s: Syntax): Syntax {
  let now = s;
  while (now.kind === "group" && (now.open === "(" || now.open === "{" || now.open === "[")) now = now.body;
  return now;
}

/** A text that two spellings of one formula share: neither spaces nor fonts nor brackets around a whole count. */
function keyOf(s: Syntax): string {
  const t = takeApart(s);
  if (t !== null) {
    const sups = t.sups.map((p) => `${p.open}${scriptText(bare(p.content))}`);
    return [
      scriptText(t.symbol),
      ...t.subs.map((p) => `_${scriptText(bare(p))}`),
      ...sups.map((p) => `^${p}`),
      t.primes,
    ].join("");
  }
  return scriptText(s).replace(/[{}]/g, "");
}
