import { cover } from "../../core/span.js";
import { functionWritten } from "../../functions/table.js";
import { isTransposeMark, scriptText, subscripts, takeApart } from "../../model/symbols/scripts.js";
import { mentionsDerivative } from "../../model/symbols/statements.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";

/** How a formula was changed to repair it. */
export type Rewriting =
  | { readonly kind: "transposed"; readonly unit: Syntax; readonly beside: Syntax | null }
  | { readonly kind: "untransposed"; readonly unit: Syntax; readonly beside: Syntax | null }
  | { readonly kind: "swapped"; readonly a: Syntax; readonly b: Syntax }
  | { readonly kind: "moved"; readonly a: Syntax; readonly b: Syntax }
  /** The factors of a product in another order. */
  | { readonly kind: "reordered"; readonly product: Syntax; readonly a: Syntax; readonly b: Syntax }
  /** Neighbours in a product as the transpose of what they are. */
  | { readonly kind: "run"; readonly a: Syntax; readonly b: Syntax }
  | { readonly kind: "ones"; readonly a: Syntax; readonly b: Syntax }
  | { readonly kind: "kronecker" }
  | { readonly kind: "hadamard" }
  | { readonly kind: "matmul" }
  | { readonly kind: "dropped"; readonly unit: Syntax }
  | { readonly kind: "symbol"; readonly from: Syntax; readonly to: Syntax; readonly inside: string | null }
  /** A matrix put where it is missing. */
  | { readonly kind: "inserted"; readonly factor: Syntax }
  /** One of two things that have one letter given another. */
  | { readonly kind: "reused"; readonly letter: string }
  | { readonly kind: "limits" }
  /** One limit of a sum or product moved by one: which, and what is right. */
  | { readonly kind: "limit"; readonly at: Syntax; readonly message: string }
  /** A sum over one letter put for two that are free. */
  | { readonly kind: "inner" }
  /** A sum over the other position of what it sums. */
  | { readonly kind: "axis"; readonly sum: Syntax }
  | { readonly kind: "subscripts"; readonly unit: Syntax }
  | { readonly kind: "letters"; readonly a: string; readonly b: string };

export interface Rewritten {
  readonly syntax: Syntax;
  readonly how: Rewriting;
}

const MAX_DEPTH = 12;

/** Every formula that differs from one by a small repair. */
export function* rewritings(s: Syntax): Generator<Rewritten> {
  const whole = united(s, 0);
  yield* below(whole, [], null, 0);
  yield* exchangedLetters(whole);
  if (whole.kind === "sum") yield* exchangedLettersOfTerm(whole);
  yield* exchangedMatrices(whole);
  yield* turnedEverywhere(whole);
  yield* rearranged(whole, 0);
}

/** With one symbol for another, of those in `pool`. */
export function otherSymbols(s: Syntax, pool: readonly Syntax[]): Iterable<Rewritten> {
  return pool.length === 0 ? [] : below(united(s, 0), pool, null, 0);
}

function* below(s: Syntax, pool: readonly Syntax[], inside: string | null, depth: number): Generator<Rewritten> {
  if (depth > MAX_DEPTH) return;
  if (pool.length === 0) yield* here(s, depth);
  else yield* symbolAt(s, pool, inside);
  if (isDerivative(s) || takeApart(s) !== null) return;
  const within = s.kind === "relation" ? "indicator" : (appliedName(s) ?? inside);
  for (const [k, part] of parts(s).entries())
    for (const r of below(part, pool, within, depth + 1)) yield { ...r, syntax: withPart(s, k, r.syntax) };
}

function* here(s: Syntax, depth: number): Generator<Rewritten> {
  switch (s.kind) {
    case "juxtaposition":
      if (appliedName(s) === null && !isDerivative(s)) yield* inProduct(s);
      return;
    case "product":
      yield* inWrittenProduct(s);
      return;
    case "sum":
      yield* inEveryTerm(s);
      return;
    case "big":
      if (s.sub?.kind === "relation" || s.sup !== null) {
        const [letter] = s.sub?.kind === "relation" ? s.sub.items : [s.sub];
        const free = { ...s, sub: letter ?? s.sub, sup: null };
        yield { syntax: free, how: { kind: "limits" } };
        yield* overOtherAxis(free);
      } else yield* overOtherAxis(s);
      return;
    case "scripted":
      yield* exchangedSubscripts(s);
      if (depth === 0) yield toggled(s, null);
      return;
    case "symbol":
    case "group":
      if (depth === 0) yield toggled(s, null);
      return;
    default:
      return;
  }
}

export const juxtaposed = (items: readonly Syntax[], like: Syntax): Syntax => {
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: "juxtaposition", items, span: like.span };
};

function* inProduct(s: SyntaxOf<"juxtaposition">): Generator<Rewritten> {
  const { items } = s;
  const isMatrix = (x: Syntax | undefined): x is Syntax => x !== undefined && x.kind !== "number";
  for (const [k, unit] of items.entries()) {
    if (!isMatrix(unit)) continue;
    const t = toggled(unit, items[k + 1] ?? items[k - 1] ?? null);
    yield { syntax: juxtaposed(items.with(k, t.syntax), s), how: t.how };
  }
  for (const [k, a] of items.entries()) {
    const b = items[k + 1];
    if (!isMatrix(a) || !isMatrix(b)) continue;
    yield { syntax: juxtaposed(items.with(k, b).with(k + 1, a), s), how: { kind: "swapped", a, b } };
    yield {
      syntax: juxtaposed(items.with(k, toggled(a, b).syntax).with(k + 1, toggled(b, a).syntax), s),
      how: { kind: "moved", a, b },
    };
    yield* entryByEntry(s, k, a, b);
    yield* onesTurned(s, k, a, b);
  }
  yield* allEntryByEntry(s);
  for (const [k, unit] of items.entries())
    yield { syntax: juxtaposed([...items.slice(0, k), ...items.slice(k + 1)], s), how: { kind: "dropped", unit } };
}

/** Products with their factors in other orders, or with a part of them transposed: more than one factor moves. */
function* rearranged(s: Syntax, depth: number): Generator<Rewritten> {
  if (depth > MAX_DEPTH || isDerivative(s) || takeApart(s) !== null) return;
  if (s.kind === "juxtaposition" && appliedName(s) === null) yield* inOtherOrder(s);
  for (const [k, part] of parts(s).entries())
    for (const r of rearranged(part, depth + 1)) yield { ...r, syntax: withPart(s, k, r.syntax) };
}

const MOST_MOVED = 5;

function* inOtherOrder(s: SyntaxOf<"juxtaposition">): Generator<Rewritten> {
  const { items } = s;
  for (let length = 2; length <= items.length; length++)
    for (let k = 0; k + length <= items.length; k++) {
      const m = k + length;
      const run = items.slice(k, m);
      const [a, b] = [run[0], run.at(-1)];
      if (a === undefined || b === undefined || run.some((x) => x.kind === "number")) continue;
      const turned = run.map((x) => toggled(x, null).syntax).reverse();
      yield { syntax: juxtaposed([...items.slice(0, k), ...turned, ...items.slice(m)], s), how: { kind: "run", a, b } };
    }
  if (items.length < 3 || items.length > MOST_MOVED) return;
  for (const order of ordersOf(items.length)) {
    const moved = items.filter((_, k) => order[k] !== k);
    const [a, b] = [moved[0], moved.at(-1)];
    if (a === undefined || b === undefined) continue;
    yield {
      syntax: juxtaposed(
        order.flatMap((k) => items[k] ?? []),
        s,
      ),
      how: { kind: "reordered", product: s, a, b },
    };
  }
}

/** Reversed, two exchanged that are no neighbours, one taken elsewhere. */
function ordersOf(n: number): readonly (readonly number[])[] {
  const all = Array.from({ length: n }, (_, k) => k);
  const found = [all.toReversed()];
  for (const k of all)
    for (const m of all) {
      if (k + 1 < m) found.push(all.with(k, m).with(m, k));
      if (k !== m && Math.abs(k - m) > 1) found.push(all.filter((x) => x !== k).toSpliced(m, 0, k));
    }
  return [...new Map(found.map((o) => [o.join(), o])).values()];
}

function kroneckerAt(product: Syntax, k: number): Rewritten | null {
  if (product.kind !== "product" || product.operators[k] !== "\\otimes") return null;
  const [a, b] = product.items.slice(k, k + 2);
  if (a === undefined || b === undefined) return null;
  return { syntax: { ...product, items: product.items.with(k, b).with(k + 1, a) }, how: { kind: "kronecker" } };
}

/** The product between two neighbours taken entry by entry. */
function* entryByEntry(s: SyntaxOf<"juxtaposition">, k: number, a: Syntax, b: Syntax): Generator<Rewritten> {
  const { items } = s;
  const how: Rewriting = { kind: "hadamard" };
  const [before, after] = [items.slice(0, k), items.slice(k + 2)];
  yield { syntax: hadamard(juxtaposed([...before, a], s), juxtaposed([b, ...after], s), s), how };
  const bare = [untransposed(a) ?? a, untransposed(b) ?? b] as const;
  yield { syntax: juxtaposed([...before, hadamard(a, b, s), ...after], s), how };
  if (bare[0] === a && bare[1] === b) return;
  // The row `a^\top` of `a \odot (B c)`.
  if (after.length > 0 && bare[0] !== a)
    yield { syntax: hadamard(juxtaposed([...before, bare[0]], s), juxtaposed([b, ...after], s), s), how };
  const both = hadamard(...bare, s);
  yield { syntax: juxtaposed([...before, both, ...after], s), how };
  // diag(a ⊙ b) of what follows.
  if (after.length > 0) yield { syntax: hadamard(both, juxtaposed(after, s), s), how };
  if (before.length > 0) yield { syntax: hadamard(juxtaposed(before, s), juxtaposed([both, ...after], s), s), how };
}

/** `a^\top b c` for `a \odot b \odot c`, all factors from one on, or all those behind some. */
function* allEntryByEntry(s: SyntaxOf<"juxtaposition">): Generator<Rewritten> {
  const { items } = s;
  for (let k = 0; k + 3 <= items.length; k++) {
    const factors = items.slice(k).map((x) => untransposed(x) ?? x);
    const operators = factors.slice(1).map(() => "\\odot");
    const product = bracketed({ kind: "product", items: factors, operators, span: s.span });
    yield { syntax: juxtaposed([...items.slice(0, k), product], s), how: { kind: "hadamard" } };
  }
  // `W^\top d f g` for `(W^\top d) \odot f \odot g`.
  for (let k = 2; k + 2 <= items.length; k++) {
    const after = items.slice(k).map((x) => untransposed(x) ?? x);
    const operators = after.map(() => "\\odot");
    const before = bracketed(juxtaposed(items.slice(0, k), s));
    const product = bracketed({ kind: "product", items: [before, ...after], operators, span: s.span });
    yield { syntax: product, how: { kind: "hadamard" } };
  }
}

/** `1ᵀ G` for `G 1`. */
function* onesTurned(s: SyntaxOf<"juxtaposition">, k: number, a: Syntax, b: Syntax): Generator<Rewritten> {
  const [first, second] = [a, b].map((x) => isOnes(untransposed(x) ?? x));
  if (first !== true && second !== true) return;
  const turned = [second === true ? toggled(b, null).syntax : b, first === true ? toggled(a, null).syntax : a];
  const inPlace = (pair: readonly Syntax[]): Syntax =>
    juxtaposed([...s.items.slice(0, k), ...pair, ...s.items.slice(k + 2)], s);
  yield { syntax: inPlace(turned), how: { kind: "ones", a, b } };
  // `Gᵀ 1_H` for `G 1_N`: as many ones as multiply.
  const pair = [
    first === true ? unsized(a) : toggled(a, null).syntax,
    second === true ? unsized(b) : toggled(b, null).syntax,
  ];
  if ([a, b].some((x) => unsized(x) !== x)) yield { syntax: inPlace(pair), how: { kind: "ones", a, b } };
}

/** Ones without a word of how many. */
function unsized(ones: Syntax): Syntax {
  const bare = untransposed(ones);
  if (bare !== null) return unsized(bare) === bare ? ones : toggled(unsized(bare), null).syntax;
  return ones.kind === "scripted" && ones.sub !== null && ones.sup === null ? ones.base : ones;
}

const hadamard = (a: Syntax, b: Syntax, like: Syntax): Syntax =>
  bracketed({ kind: "product", items: [a, b], operators: ["\\odot"], span: like.span });

function* inWrittenProduct(s: SyntaxOf<"product">): Generator<Rewritten> {
  const { items, operators } = s;
  for (const [k, unit] of items.entries()) {
    if (unit.kind === "number" || operators.includes("/")) continue;
    const t = toggled(unit, items[k + 1] ?? items[k - 1] ?? null);
    yield { syntax: { ...s, items: items.with(k, t.syntax) }, how: t.how };
  }
  for (const [k, op] of operators.entries()) {
    const [a, b] = [items[k], items[k + 1]];
    if (a === undefined || b === undefined || op === "/") continue;
    if (op === "\\otimes") yield* kroneckerTurned(s, k, a, b);
    else yield* multiplied(s, k, a, b);
  }
}

function* kroneckerTurned(s: SyntaxOf<"product">, k: number, a: Syntax, b: Syntax): Generator<Rewritten> {
  for (const [x, y] of [
    [b, a],
    [toggled(b, null).syntax, a],
    [b, toggled(a, null).syntax],
  ] as const)
    yield { syntax: { ...s, items: s.items.with(k, x).with(k + 1, y) }, how: { kind: "kronecker" } };
}

/** A matrix product where one entry by entry is written. */
function* multiplied(s: SyntaxOf<"product">, k: number, a: Syntax, b: Syntax): Generator<Rewritten> {
  const { items, operators } = s;
  for (const [x, y] of [
    [a, b],
    [b, a],
    [a, toggled(b, null).syntax],
    [toggled(a, null).syntax, b],
    [b, toggled(a, null).syntax],
  ] as const) {
    const product = juxtaposed([bracketed(x), bracketed(y)], s);
    const rest = [...items.slice(0, k), product, ...items.slice(k + 2)];
    const ops = [...operators.slice(0, k), ...operators.slice(k + 1)];
    const syntax: Syntax = ops.length === 0 ? product : { ...s, items: rest, operators: ops };
    yield { syntax, how: { kind: "matmul" } };
  }
}

/** The same slip in every term of a sum. */
function* inEveryTerm(s: SyntaxOf<"sum">): Generator<Rewritten> {
  if (s.terms.length < 2) return;
  for (let k = 0; k < 3; k++)
    for (const slip of [transposedAt, exchangedAt, kroneckerAt]) {
      let how: Rewriting | null = null;
      const terms = s.terms.map((t) => {
        const changed = slip(t.body, k);
        how ??= changed?.how ?? null;
        return changed === null ? t : { ...t, body: changed.syntax };
      });
      if (how !== null) yield { syntax: { ...s, terms }, how };
    }
}

function transposedAt(product: Syntax, k: number): Rewritten | null {
  const unit = product.kind === "juxtaposition" ? product.items[k] : undefined;
  if (product.kind !== "juxtaposition" || unit === undefined || unit.kind === "number") return null;
  const { syntax, how } = toggled(unit, null);
  return { syntax: juxtaposed(product.items.with(k, syntax), product), how };
}

function exchangedAt(product: Syntax, k: number): Rewritten | null {
  if (product.kind !== "juxtaposition") return null;
  const [a, b] = product.items.slice(k, k + 2);
  if (a === undefined || b === undefined || a.kind === "number") return null;
  return { syntax: juxtaposed(product.items.with(k, b).with(k + 1, a), product), how: { kind: "swapped", a, b } };
}

/** `\sum_k X_{kn}` as `\sum_k X_{nk}`: of one factor of what is summed. */
function* overOtherAxis(s: SyntaxOf<"big">): Generator<Rewritten> {
  if (s.body === null || s.operator !== "\\sum") return;
  for (const { syntax, how } of turnedSubscripts(s.body, 0)) yield { syntax: { ...s, body: syntax }, how };
}

function* turnedSubscripts(s: Syntax, depth: number): Generator<Rewritten> {
  if (depth > MAX_DEPTH) return;
  if (s.kind === "scripted") return yield* exchangedSubscripts(s);
  for (const [k, part] of parts(s).entries())
    for (const { syntax, how } of turnedSubscripts(part, depth + 1))
      yield { syntax: withPart(s, k, syntax), how: isDerivative(s) ? { kind: "axis", sum: s } : how };
}

function* exchangedSubscripts(s: SyntaxOf<"scripted">): Generator<Rewritten> {
  if (s.sub === null) return;
  const list = subscripts(s.sub);
  const { span } = s.sub;
  for (const [k, i] of list.entries())
    for (const [more, j] of list.slice(k + 1).entries()) {
      const items = list.with(k, j).with(k + 1 + more, i);
      yield { syntax: { ...s, sub: { kind: "list", items, span } }, how: { kind: "subscripts", unit: s } };
    }
}

function* symbolAt(s: Syntax, pool: readonly Syntax[], inside: string | null): Generator<Rewritten> {
  // Another symbol stays transposed.
  const bare = untransposed(s);
  const from = bare ?? s;
  const own = takeApart(from);
  if (own === null || own.primes > 0) return;
  for (const to of pool) {
    const other = takeApart(to);
    const entry = other === null || other.subs.length > 0 ? null : withSubscriptsOf(to, from);
    if (other === null || (entry === null && other.subs.length !== own.subs.length)) continue;
    const put = entry ?? to;
    const syntax = bare === null ? bracketed(put) : toggled(put, null).syntax;
    yield { syntax, how: { kind: "symbol", from, to: put, inside } };
  }
}

/** `S_{ij}` for `Q_{ij}`. */
function withSubscriptsOf(to: Syntax, from: Syntax): Syntax | null {
  if (from.kind !== "scripted" || from.sub === null) return null;
  if (to.kind === "scripted") return { ...to, sub: from.sub, span: from.span };
  return { kind: "scripted", base: to, sub: from.sub, sup: null, primes: 0, span: from.span };
}

/** Two letters exchanged throughout. */
function* exchangedLetters(s: Syntax): Generator<Rewritten> {
  const letters = new Set<string>();
  const note = (x: Syntax): void => {
    if (x.kind === "scripted" && x.sub !== null)
      for (const part of subscripts(x.sub)) if (part.kind === "symbol") letters.add(part.name);
    for (const p of everyPart(x)) note(p);
  };
  note(s);
  const list = [...letters].slice(0, 5);
  for (const [k, a] of list.entries())
    for (const b of list.slice(k + 1)) yield { syntax: exchanged(s, a, b), how: { kind: "letters", a, b } };
}

function* exchangedLettersOfTerm(s: SyntaxOf<"sum">): Generator<Rewritten> {
  for (const [k, term] of s.terms.entries())
    for (const { syntax, how } of exchangedLetters(term.body))
      yield { syntax: { ...s, terms: s.terms.with(k, { ...term, body: syntax }) }, how };
}

/** `V_{aj}` as `V_{ja}` at each of several places. */
function* turnedEverywhere(s: Syntax): Generator<Rewritten> {
  const found = new Map<string, SyntaxOf<"scripted">[]>();
  const note = (x: Syntax): void => {
    if (x.kind === "scripted" && isEntryOfMatrix(x)) {
      const key = scriptText(x.base);
      found.set(key, [...(found.get(key) ?? []), x]);
    }
    for (const p of parts(x)) note(p);
  };
  note(s);
  for (const [key, [unit, ...more]] of found) {
    if (unit === undefined || more.length === 0) continue;
    const go = (x: Syntax): Syntax => {
      const isOne = x.kind === "scripted" && isEntryOfMatrix(x) && scriptText(x.base) === key;
      if (isOne && x.sub !== null)
        return { ...x, sub: { kind: "list", items: subscripts(x.sub).toReversed(), span: x.sub.span } };
      return parts(x).reduce((now, part, k) => withPart(now, k, go(part)), x);
    };
    yield { syntax: go(s), how: { kind: "subscripts", unit } };
  }
}

/** `\sum_k A_{ik} B_{kj}` as `\sum_k B_{ik} A_{kj}`: neighbours by entry that exchange their symbols. */
function* exchangedMatrices(s: Syntax, depth = 0): Generator<Rewritten> {
  if (depth > MAX_DEPTH || isDerivative(s) || takeApart(s) !== null) return;
  if (s.kind === "juxtaposition")
    for (const [k, a] of s.items.entries()) {
      const b = s.items[k + 1];
      if (a.kind !== "scripted" || b?.kind !== "scripted" || !isEntryOfMatrix(a) || !isEntryOfMatrix(b)) continue;
      const items = s.items.with(k, { ...a, base: b.base }).with(k + 1, { ...b, base: a.base });
      yield { syntax: { ...s, items }, how: { kind: "swapped", a, b } };
    }
  for (const [k, part] of parts(s).entries())
    for (const r of exchangedMatrices(part, depth + 1)) yield { ...r, syntax: withPart(s, k, r.syntax) };
}

const isEntryOfMatrix = (s: SyntaxOf<"scripted">): boolean =>
  s.sub !== null && s.sup === null && subscripts(s.sub).length === 2;

function exchanged(s: Syntax, a: string, b: string): Syntax {
  if (s.kind === "scripted" && s.sub !== null) {
    const swap = (x: Syntax): Syntax =>
      x.kind === "symbol" && (x.name === a || x.name === b)
        ? { ...x, name: x.name === a ? b : a, latex: x.name === a ? b : a }
        : x;
    const items = subscripts(s.sub).map(swap);
    return { ...s, sub: items.length === 1 ? (items[0] ?? s.sub) : { kind: "list", items, span: s.sub.span } };
  }
  return everyPart(s).reduce((now, part, k) => withEveryPart(now, k, exchanged(part, a, b)), s);
}

// ---- transposes ----

/** With a transpose more, or the one it has taken away. */
export function toggled(unit: Syntax, beside: Syntax | null): Rewritten {
  const bare = untransposed(unit);
  if (bare !== null) return { syntax: bare, how: { kind: "untransposed", unit: bare, beside } };
  const top: Syntax = { kind: "symbol", name: "\\top", style: "plain", accents: [], latex: "\\top", span: unit.span };
  return {
    syntax: { kind: "scripted", base: bracketed(unit), sub: null, sup: top, primes: 0, span: unit.span },
    how: { kind: "transposed", unit, beside },
  };
}

export function untransposed(s: Syntax): Syntax | null {
  if (s.kind === "group" && s.open === "(") {
    const inner = untransposed(s.body);
    return inner === null ? null : bracketed(inner);
  }
  if (s.kind !== "scripted" || s.sup === null) return null;
  if (isTransposeMark(s.sup)) return s.sub === null && s.primes === 0 ? s.base : { ...s, sup: null };
  if (s.sup.kind !== "juxtaposition") return null;
  const { items } = s.sup;
  const last = items.at(-1);
  if (last === undefined || !isTransposeMark(last)) return null;
  return { ...s, sup: juxtaposed(items.slice(0, -1), s.sup) };
}

/** A vector of ones: a bold 1. */
export function isOnes(s: Syntax): boolean {
  if (s.kind === "group") return isOnes(s.body);
  if (s.kind === "scripted") return isOnes(s.base);
  return (
    (s.kind === "symbol" && /^(1|\\?ones|e)$/.test(s.name) && s.style !== "plain") ||
    (s.kind === "symbol" && s.name === "1")
  );
}

export const isTransposed = (s: Syntax): boolean => untransposed(s) !== null;

// ---- walking ----

export const bracketed = (s: Syntax): Syntax =>
  s.kind === "group" || s.kind === "number" || s.kind === "symbol"
    ? s
    : { kind: "group", open: "(", body: s, span: s.span };

export function isDerivative(s: Syntax): boolean {
  if (s.kind === "group") return isDerivative(s.body);
  if (s.kind === "fraction") return mentionsDerivative(s);
  if (s.kind !== "juxtaposition") return false;
  const [first] = s.items;
  return first !== undefined && s.items.length === 2 && takeApart(first)?.symbol.name === "\\nabla";
}

/** The name of the function, if a unit is an application. */
export function appliedName(s: Syntax): string | null {
  if (s.kind === "group") return appliedName(s.body);
  if (s.kind !== "juxtaposition" || s.items.length !== 2) return null;
  const [head] = s.items;
  return head === undefined || !isFunction(head) ? null : (takeApart(head)?.symbol.name ?? null);
}

function isFunction(s: Syntax): boolean {
  const t = takeApart(s);
  if (t === null || t.symbol.name === "\\nabla") return false;
  return t.primes > 0 || t.symbol.style === "roman" || functionWritten(t.symbol.name) !== null;
}

/** Products with each derivative `∇_x L` and each application `f'(z)` as one factor, and numbers in front. */
export function united(s: Syntax, depth: number): Syntax {
  if (depth > MAX_DEPTH || isDerivative(s) || takeApart(s) !== null) return s;
  if (s.kind !== "juxtaposition")
    return parts(s).reduce((now, part, k) => withPart(now, k, united(part, depth + 1)), s);
  const items: Syntax[] = [];
  for (let k = 0; k < s.items.length; k++) {
    const [item, next] = [s.items[k], s.items[k + 1]];
    if (item === undefined) continue;
    const joins =
      next !== undefined &&
      (takeApart(item)?.symbol.name === "\\nabla" ||
        (isFunction(item) && (next.kind === "group" || functionKnown(item))));
    if (joins && next !== undefined) {
      items.push(applied(item, next, depth));
      k += 1;
    } else items.push(...factorsIn(united(item, depth + 1)));
  }
  const isNumber = (x: Syntax): boolean => x.kind === "number";
  return juxtaposed([...items.filter(isNumber), ...items.filter((x) => !isNumber(x))], s);
}

/** `f(x)` as one factor; the transpose of `f(x)^\top` is of the whole. */
function applied(head: Syntax, argument: Syntax, depth: number): Syntax {
  const span = cover(head.span, argument.span);
  const of = (x: Syntax): Syntax => bracketed({ kind: "juxtaposition", items: [head, united(x, depth + 1)], span });
  const transposes = argument.kind === "scripted" && argument.base.kind === "group" && untransposed(argument) !== null;
  return transposes ? { ...argument, base: of(argument.base), span } : of(argument);
}

/** The factors of a product in parentheses, which stands in another product. */
function factorsIn(s: Syntax): readonly Syntax[] {
  const isPlain = s.kind === "group" && s.open === "(" && s.body.kind === "juxtaposition";
  return isPlain && appliedName(s) === null && !isDerivative(s) && s.body.kind === "juxtaposition" ? s.body.items : [s];
}

const functionKnown = (s: Syntax): boolean => functionWritten(takeApart(s)?.symbol.name ?? "") !== null;

/** The parts in which repairs are looked for. */
export function parts(s: Syntax): readonly Syntax[] {
  switch (s.kind) {
    case "group":
      return [s.body];
    case "juxtaposition":
    case "product":
    case "relation":
      return s.items;
    case "sum":
      return s.terms.map((t) => t.body);
    case "fraction":
      return [s.numerator, s.denominator];
    case "big":
      return s.body === null ? [] : [s.body];
    case "scripted":
      return [s.base];
    default:
      return [];
  }
}

export function withPart(s: Syntax, k: number, part: Syntax): Syntax {
  switch (s.kind) {
    case "group":
      return { ...s, body: part };
    case "juxtaposition":
    case "product":
    case "relation":
      return { ...s, items: s.items.with(k, part) };
    case "sum":
      return { ...s, terms: s.terms.map((t, j) => (j === k ? { ...t, body: part } : t)) };
    case "fraction":
      return k === 0 ? { ...s, numerator: part } : { ...s, denominator: part };
    case "big":
      return { ...s, body: part };
    case "scripted":
      return { ...s, base: part };
    default:
      return s;
  }
}

const everyPart = parts;
const withEveryPart = withPart;
