import { refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Node, Range } from "../../expression/node.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { quietly } from "../build/infer.js";
import { STACKS } from "../passes/dots/dotted.js";
import { DimVar } from "../sizes/dimensions.js";
import { known } from "../sizes/sizes.js";
import { type Binding, bindings, letterOf, mentions, orderedLetters } from "../symbols/letters.js";
import { children } from "../symbols/scripts.js";
import { span } from "../symbols/tensors.js";
import { juxtapose, oneVar } from "../values/products.js";
import { axisAt } from "../values/stacked.js";
import { align, type LetterBinding, scalarValue, shapeText, type Value } from "../values/value.js";
import { sumOverLacking, sumOverWords, sumWithoutLetter } from "./axis-sums.js";
import { conditionOfLetter, positional } from "./conditions.js";
import type { Elaborator, Wanted } from "./elaborator.js";
import { stackValue } from "./stacks.js";

/*
 * Sums, products and extrema over indices or over all entries.
 */

export function sumAll(e: Elaborator, v: Value): Value {
  return scalarValue(() => {
    const axes = v.axes.map((d) => axisAt(e.arena, d));
    return e.arena.sums(
      axes.flatMap((a) => a.indices),
      v.at(axes.map((a) => a.at)),
    );
  });
}

export function bigOperatorValue(e: Elaborator, s: SyntaxOf<"big">, wanted: Wanted): Value | null {
  if (s.body === null) return refuse("syntax/big", `${s.operator} has nothing to work on`, s.span);
  if (STACKS.has(s.operator)) return stackValue(e, s);
  const inWords = sumOverWords(e, s, s.body, wanted);
  if (inWords !== null) return inWords.value;
  const found = withOrdered(e, bindings(s.sub, s.sup));
  const apart = s.operator === "\\prod" ? factorsApart(e, s, found) : null;
  if (apart !== null) return e.elaborate(apart, wanted);
  if (s.operator !== "\\sum" && s.operator !== "\\prod") return extremum(e, s, found);
  if (found.length === 0) return wholeSum(e, s, wanted);
  return sumWithoutLetter(e, s, found, wanted) ?? boundValue(e, found, s, wanted);
}

/**
 * `\prod_t w_t x` and `\prod_{j > i} w_j \prod_{j < i} w_j`: what follows the last factor with the letter, and another product over
 * it, is no part of each factor. Gives the formula with these beside the product, or `null` where there are none.
 */
function factorsApart(e: Elaborator, s: SyntaxOf<"big">, found: readonly Binding[]): Syntax | null {
  const items = s.body?.kind === "juxtaposition" ? s.body.items : [];
  const again = items.findIndex((n, k) => k > 0 && n.kind === "big" && bindings(n.sub, n.sup).some(isOneOf(found)));
  const own = again < 0 ? items : items.slice(0, again);
  const end = own.findLastIndex((n) => found.some((b) => mentions(n, b.letter))) + 1;
  const inside = items.slice(0, end);
  const [only] = inside;
  if (end === 0 || end === items.length || only === undefined) return null;
  const span = { start: only.span.start, end: inside.at(-1)?.span.end ?? only.span.end };
  const body: Syntax = inside.length === 1 ? only : { kind: "juxtaposition", items: inside, span };
  const outside = items.slice(end);
  e.note("reading/product-scope", "what does not mention the letter of a product is no part of its factors", s.span);
  return { kind: "juxtaposition", items: [{ ...s, body }, ...outside], span: s.span };
}

const isOneOf =
  (found: readonly Binding[]) =>
  ({ letter }: Binding): boolean =>
    found.some((b) => b.letter === letter);

/** `\sum_{i < j}`, `\sum_{i \ne j}` with neither letter bound before runs over both. */
function withOrdered(e: Elaborator, found: readonly Binding[]): readonly Binding[] {
  const bound = new Set(found.map((b) => b.letter));
  const others = found.flatMap((b) =>
    b.conditions
      .flatMap((c) => orderedLetters(c, true))
      .filter((l) => !bound.has(l) && e.lookup(l) === null && !e.symbols.dimensionNames.has(l))
      .filter((l) => e.letters.isIndex(l) && !e.letters.given.has(l) && !e.symbols.isVariable(l))
      .map((letter): Binding => ({ letter, low: b.low, high: b.high, conditions: [] })),
  );
  return [...others, ...found];
}

function boundValue(e: Elaborator, found: readonly Binding[], s: SyntaxOf<"big">, wanted: Wanted): Value | null {
  const op = s.operator === "\\prod" ? "product" : "sum";
  const [first, ...rest] = found;
  if (first === undefined) return s.body === null ? null : e.elaborate(s.body, wanted);
  const letter = e.bind(first, true);
  widen(e, first, letter);
  return e.within([letter], () => {
    const body = boundValue(e, rest, s, wanted);
    widenUnsized(e, first, letter);
    const guards = [...first.conditions.map((c) => conditionOfLetter(e, c)), ...triangular(e, first, letter)];
    if (body === null || guards.includes(null)) return null;
    if (op === "product" && body.axes.filter((d) => !d.isOne(e.arena)).length > 1)
      return matrixProduct(e, s, first, letter, body);
    const guard = (): Node => e.arena.multiply(...guards.map((g) => g?.at([]) ?? e.arena.one));
    const reduced = (v: Value): Value => ({
      axes: v.axes,
      // A sum of rows is as little a row or a column as each of them.
      unoriented: op === "sum" && v.unoriented === true,
      at: (ps) => {
        const index = letter.index(e.arena);
        const inside = e.guardedBy(guards.length > 0, () => v.at(ps));
        const node =
          op === "sum"
            ? e.arena.multiply(guard(), inside)
            : guards.length === 0
              ? inside
              : e.arena.add(e.arena.subtract(e.arena.one, guard()), e.arena.multiply(guard(), inside));
        return e.arena.reduce(op, index, node);
      },
    });
    return body.asMatrix === undefined ? reduced(body) : { ...reduced(body), asMatrix: reduced(body.asMatrix) };
  });
}

/** Matrices do not commute: their product is read where dots show its order or a layout does, by who can name its part products. */
function matrixProduct(e: Elaborator, s: SyntaxOf<"big">, b: Binding, letter: LetterBinding, factor: Value): Value {
  if (e.matrixProduct === null || b.low === null || b.high === null || factor.axes.length > 2)
    return refuse(
      "unsupported/matrix-product",
      "a product of matrices over an index is not supported",
      s.span,
      "give the products names, z_k = W_k z_{k-1}",
    );
  const [low, high] = [e.position(b.low, null), e.position(b.high, null)];
  if (s.order === undefined) e.unordered += 1;
  return e.matrixProduct({ order: s.order ?? null, letter, low: low(), high: high(), factor, span: s.span });
}

/** `\sum_{j=0}^{l-1}` begins before the first place of an axis: its letter runs over all that its limits may be. */
function widen(e: Elaborator, b: Binding, letter: LetterBinding): void {
  const reach = letter.range === null ? reachOf(e, b) : null;
  const first = reach === null ? null : e.arena.integerOf(reach.low);
  if (reach !== null && first !== null && first < 1) letter.range = reach;
}

/**
 * `\sum_{t=i}^{8} w^t`: where no axis says how far the letter runs, its limits do. The comparison with i would let it run as far
 * as i does.
 */
function widenUnsized(e: Elaborator, b: Binding, letter: LetterBinding): void {
  if (e.final && letter.range === null && letter.size.dim === null) letter.range = reachOf(e, b);
}

/** All places that the limits may be. */
function reachOf(e: Elaborator, { low, high }: Binding): Range | null {
  if (low === null || high === null) return null;
  const [least, greatest] = [low, high].map((limit) => quietly(() => span(e.arena, e.position(limit, null)())));
  return least == null || greatest == null ? null : e.arena.range(least.low, greatest.high);
}

/** Limits that are no range together, since one is an index, `\sum_{j=2}^{i}`, are conditions on the letter. */
function triangular(e: Elaborator, b: Binding, letter: LetterBinding): readonly Value[] {
  const isSize = (s: Syntax | null): boolean => s === null || e.dims.read(s, e) !== null;
  if (isSize(b.low) && isSize(b.high)) return [];
  sizeBeyondLow(e, b, letter);
  const limit = (s: Syntax | null, relation: "\\ge" | "\\le", end: "low" | "high"): readonly Value[] => {
    if (s === null) return [];
    const size = e.dims.read(s, e);
    const condition = positional(e, letterSyntax(b.letter), relation, s);
    // The letter stops there anyway.
    return [scalarValue(() => (letter.finalRange(e.arena)[end] === size ? e.arena.one : condition.at([])))];
  };
  return [...limit(b.low, "\\ge", "low"), ...limit(b.high, "\\le", "high")];
}

/** `\sum_{t=i}^{8} x_t` with i up to 3: the limit and not i says how many x there are. */
function sizeBeyondLow(e: Elaborator, { low, high }: Binding, letter: LetterBinding): void {
  const from = low === null ? null : letterOf(low);
  const [below, size] = [from === null ? null : e.lookup(from), high === null ? null : e.dims.read(high, e)];
  const least = below?.size.dim ?? null;
  if (least === null || size === null || letter.range !== null || letter.size.dim !== null) return;
  const further = e.arena.integerOf(e.arena.subtractDims(size, least));
  if (further === null || further > 0) letter.size.unify(new DimVar(size));
}

function letterSyntax(letter: string): Syntax {
  const name = letter.replace(/'+$/, "");
  const span = { start: 0, end: 0 };
  const symbol: Syntax = { kind: "symbol", name, style: "plain", accents: [], latex: letter, span };
  const primes = letter.length - name.length;
  return primes === 0 ? symbol : { kind: "scripted", base: symbol, sub: null, sup: null, primes, span };
}

/** Letters in the body of a sum without an index that nothing else binds: it runs over these. */
export function unboundIn(e: Elaborator, body: Syntax): readonly Binding[] {
  const found = new Map<string, Binding>();
  const look = (s: Syntax, bound: ReadonlySet<string>): void => {
    const letter = letterOf(s);
    if (letter !== null && !bound.has(letter) && e.letters.isIndex(letter) && e.lookup(letter) === null)
      found.set(letter, { letter, low: null, high: null, conditions: [] });
    const own = s.kind === "big" ? bindings(s.sub, s.sup).map((b) => b.letter) : [];
    for (const child of children(s)) look(child, own.length === 0 ? bound : new Set([...bound, ...own]));
  };
  look(body, new Set());
  return [...found.values()];
}

/** A sum without a letter is over all entries of what stands below it, or over the axis that a wanted vector lacks. */
function wholeSum(e: Elaborator, s: SyntaxOf<"big">, wanted: Wanted): Value | null {
  if (s.sub !== null || s.operator === "\\prod" || s.body === null)
    return refuse(
      "index/limits",
      `the limits of ${s.operator} are not understood`,
      s.sub?.span ?? s.span,
      "write them as i=1 and n",
    );
  const free = unboundIn(e, s.body);
  if (free.length > 0) {
    const letters = free.map((b) => b.letter).join(", ");
    e.note("reading/sum", `a sum without an index is read as running over ${letters}`, s.span);
    return boundValue(e, free, s, null);
  }
  const { body } = s;
  const v = e.summing(() => e.elaborate(body));
  if (v === null) return null;
  if (v.axes.length === 0)
    return refuse("index/limits", "this sum does not say what it runs over", s.span, "write its index below it");
  const lacking = sumOverLacking(e, s, v, wanted);
  if (lacking !== null) return lacking;
  e.note("reading/sum", "a sum without an index is read as the sum of all entries", s.span);
  return sumAll(e, v);
}

function extremum(e: Elaborator, s: SyntaxOf<"big">, found: readonly Binding[]): Value | null {
  const op = s.operator.includes("min") ? "min" : "max";
  if (s.operator !== "\\max" && s.operator !== "\\min")
    return refuse("unsupported/operator", `${s.operator} has no value that can be differentiated here`, s.span);
  if (s.body === null) return null;
  const [first, ...others] = found;
  if (first === undefined) return callExtremum(e, op, s.body);
  if (others.length > 0) return refuse("index/limits", `${s.operator} over several indices is not supported`, s.span);
  const letter = e.bind(first, true);
  return e.within([letter], () => {
    const body = s.body === null ? null : e.elaborate(s.body);
    if (first.conditions.length + triangular(e, first, letter).length > 0)
      refuse(
        "unsupported/operator",
        `${s.operator} over a part of the positions is not supported`,
        s.span,
        "let it run over all of them, or write what it compares",
      );
    if (body === null) return null;
    return { axes: body.axes, at: (ps) => e.arena.reduce(op, letter.index(e.arena), body.at(ps)) };
  });
}

/** `\max(0, z) x`: the operator takes its parentheses alone. */
function callExtremum(e: Elaborator, op: "max" | "min", body: Syntax): Value | null {
  const [head, ...rest] = body.kind === "juxtaposition" ? body.items : [body];
  if (head === undefined || rest.length === 0 || (head.kind !== "group" && head.kind !== "scripted"))
    return extremumOverEntries(e, op, body);
  return rest.reduce<Value | null>(
    (product, item) => {
      const v = e.elaborate(item);
      return product === null || v === null ? null : juxtapose(e, product, v, item.span);
    },
    extremumOverEntries(e, op, head),
  );
}

/** `\max(0, z)` entry by entry, `\max\{a, b\}`; `\max(z)` over all entries of a vector. */
export function extremumOverEntries(e: Elaborator, op: "max" | "min", body: Syntax): Value | null {
  const inside = body.kind === "group" ? body.body : body;
  if (inside.kind === "list") return extremumOf(e, op, inside.items, body.span);
  const v = e.elaborate(inside);
  if (v === null) return null;
  if (v.axes.length !== 1)
    return refuse("shape/extremum", `${op} of ${shapeText(v.axes)} does not say over which index`, body.span);
  return scalarValue(() => {
    const [d] = v.axes;
    const index = e.arena.freshIndex(e.arena.upTo(known(d ?? oneVar(e.arena))));
    return e.arena.reduce(op, index, v.at([e.arena.at(index)]));
  });
}

export function extremumOf(e: Elaborator, op: "max" | "min", items: readonly Syntax[], span: Span): Value | null {
  const values = items.map((item) => e.elaborate(item));
  let result: Value | null = null;
  for (const v of values) {
    if (v === null) return null;
    if (result === null) {
      result = v;
      continue;
    }
    const a: Value = result;
    const alignment = align(e.arena, a.axes, v.axes);
    if (alignment === null) return refuse("shape/clash", `${op} needs equal shapes`, span);
    const [p, q] = alignment.pick;
    result = {
      axes: alignment.axes,
      at: (ps) => {
        const [x, y] = [a.at(p?.(ps) ?? []), v.at(q?.(ps) ?? [])];
        if (op === "max" && x === e.arena.zero) return e.arena.apply("relu", y);
        if (op === "max" && y === e.arena.zero) return e.arena.apply("relu", x);
        return e.arena.apply(op, x, y);
      },
    };
  }
  return result;
}
