import type { Span } from "../../../core/span.js";
import type { Syntax } from "../../../notation/syntax.js";
import { letterOf } from "../../symbols/letters.js";
import { plainSymbol, scriptText } from "../../symbols/scripts.js";

/*
 * What dots leave out: two neighbours that are alike but for one number in their scripts, `w_{1}` and `w_{n}`, are the
 * first and the last of a pattern, and `w_{k}` for k from 1 to n is what stands between them.
 */

/** The pattern with a letter in the place of the number, and from where to where it runs. */
export interface Pattern {
  readonly body: Syntax;
  readonly letter: Syntax;
  readonly low: Syntax;
  readonly high: Syntax;
  /** Whether it is written from its low end to its high one. */
  readonly up: boolean;
}

/** `T-1` as a name and a whole number; a number has no name. */
interface Place {
  readonly name: string;
  readonly offset: number;
}

function placeOf(s: Syntax): Place | null {
  if (s.kind === "number") return /^\d{1,6}$/.test(s.text) ? { name: "", offset: Number(s.text) } : null;
  if (s.kind === "symbol") return { name: scriptText(s), offset: 0 };
  if (s.kind === "scripted") return s.primes > 0 ? null : { name: scriptText(s), offset: 0 };
  if (s.kind === "group" && (s.open === "(" || s.open === "{")) return placeOf(s.body);
  if (s.kind !== "sum") return null;
  let place: Place = { name: "", offset: 0 };
  for (const term of s.terms) {
    const own = placeOf(term.body);
    if (own === null || (own.name !== "" && (term.sign < 0 || place.name !== ""))) return null;
    place = { name: place.name + own.name, offset: place.offset + term.sign * own.offset };
  }
  return place;
}

interface Difference {
  readonly first: Syntax;
  readonly last: Syntax;
}

/** Compares two trees; what they may differ in are positions in their scripts. `null` where they differ in more. */
class Comparison {
  readonly differences: Difference[] = [];

  /** The first tree with what `put` makes of each position in which the two differ; `null` if they are not alike. */
  merge(a: Syntax, b: Syntax, script: boolean, put: (d: Difference) => Syntax): Syntax | null {
    if (scriptText(a) === scriptText(b)) return a;
    if (script) {
      const listed = this.#positions(a, b, put);
      if (listed !== undefined) return listed;
      // `^{(1)}` stays in its parentheses: without them it would be a power.
      // `x_1` and `x_n` of `e^{x_1}` and `e^{x_n}` differ in what stands below them.
      const isOneSymbol = a.kind === "scripted" && b.kind === "scripted" && scriptText(a.base) === scriptText(b.base);
      if (!isOneSymbol && a.kind !== "group" && b.kind !== "group" && placeOf(a) !== null && placeOf(b) !== null) {
        const difference = { first: a, last: b };
        this.differences.push(difference);
        return put(difference);
      }
    }
    return this.#parts(a, b, script, put);
  }

  /** `11` beside `n1`: two positions each. */
  #positions(a: Syntax, b: Syntax, put: (d: Difference) => Syntax): Syntax | null | undefined {
    const [x, y] = [positionsOf(a), positionsOf(b)];
    if (x.length !== y.length || x.length < 2) return undefined;
    const items = this.#all(x, y, true, put);
    return items === null ? null : { kind: "list", items, span: a.span };
  }

  #all(
    a: readonly (Syntax | null)[],
    b: readonly (Syntax | null)[],
    script: boolean,
    put: (d: Difference) => Syntax,
  ): readonly Syntax[] | null {
    const merged: Syntax[] = [];
    if (a.length !== b.length) return null;
    for (const [k, x] of a.entries()) {
      const y = b[k] ?? null;
      const one = x === null || y === null ? null : this.merge(x, y, script, put);
      if (one === null) return null;
      merged.push(one);
    }
    return merged;
  }

  #parts(a: Syntax, b: Syntax, script: boolean, put: (d: Difference) => Syntax): Syntax | null {
    if (a.kind === "scripted" && b.kind === "scripted") return this.#scripted(a, b, script, put);
    if (a.kind === "big" && b.kind === "big") return this.#big(a, b, script, put);
    if (a.kind === "group" && b.kind === "group") {
      const body = a.open === b.open ? this.merge(a.body, b.body, script, put) : null;
      return body === null ? null : { ...a, body };
    }
    if (a.kind === "fraction" && b.kind === "fraction") {
      const parts = this.#all([a.numerator, a.denominator], [b.numerator, b.denominator], script, put);
      const [numerator, denominator] = parts ?? [];
      return numerator === undefined || denominator === undefined ? null : { ...a, numerator, denominator };
    }
    if (a.kind === "root" && b.kind === "root") {
      const radicand = a.degree === null && b.degree === null ? this.merge(a.radicand, b.radicand, script, put) : null;
      return radicand === null ? null : { ...a, radicand };
    }
    return this.#lists(a, b, script, put);
  }

  #lists(a: Syntax, b: Syntax, script: boolean, put: (d: Difference) => Syntax): Syntax | null {
    if (a.kind === "sum" && b.kind === "sum" && a.terms.every((t, k) => t.sign === b.terms[k]?.sign)) {
      const bodies = this.#all(bodiesOf(a), bodiesOf(b), script, put);
      return bodies === null ? null : { ...a, terms: a.terms.map((t, k) => ({ ...t, body: bodies[k] ?? t.body })) };
    }
    if (a.kind !== "juxtaposition" && a.kind !== "product" && a.kind !== "list") return null;
    if (b.kind !== a.kind) return null;
    if (a.kind === "product" && b.kind === "product" && a.operators.join() !== b.operators.join()) return null;
    const items = this.#all(a.items, b.items, script, put);
    return items === null ? null : { ...a, items };
  }

  #scripted(
    a: Syntax & { kind: "scripted" },
    b: Syntax & { kind: "scripted" },
    script: boolean,
    put: (d: Difference) => Syntax,
  ): Syntax | null {
    const base = a.primes === b.primes ? this.merge(a.base, b.base, script, put) : null;
    const sub = this.#optional(a.sub, b.sub, true, put);
    const sup = this.#optional(a.sup, b.sup, true, put);
    return base === null || sub === undefined || sup === undefined ? null : { ...a, base, sub, sup };
  }

  #big(
    a: Syntax & { kind: "big" },
    b: Syntax & { kind: "big" },
    script: boolean,
    put: (d: Difference) => Syntax,
  ): Syntax | null {
    const text = (s: Syntax | null): string => (s === null ? "" : scriptText(s));
    const alike = a.operator === b.operator && text(a.sub) === text(b.sub) && text(a.sup) === text(b.sup);
    const body = alike ? this.#optional(a.body, b.body, script, put) : undefined;
    return body === undefined ? null : { ...a, body };
  }

  /** `undefined` where the two are not alike. */
  #optional(
    a: Syntax | null,
    b: Syntax | null,
    script: boolean,
    put: (d: Difference) => Syntax,
  ): Syntax | null | undefined {
    if (a === null && b === null) return null;
    return a === null || b === null ? undefined : (this.merge(a, b, script, put) ?? undefined);
  }
}

const bodiesOf = (s: Syntax & { kind: "sum" }): readonly Syntax[] => s.terms.map((t) => t.body);

/** `11` is two positions where `1n` stands beside it; so is `n1`, which reads as n with a subscript. */
function positionsOf(s: Syntax): readonly Syntax[] {
  if (s.kind === "list" || s.kind === "juxtaposition") return s.items;
  if (s.kind === "number" && /^\d\d$/.test(s.text))
    return [...s.text].map(
      (text, k): Syntax => ({
        kind: "number",
        text,
        span: { start: s.span.start + k, end: s.span.start + k + 1 },
      }),
    );
  if (s.kind === "scripted" && s.base.kind === "symbol" && s.sub?.kind === "number" && s.sup === null)
    return [s.base, s.sub];
  return [s];
}

const numberAt = (n: number, span: Span): Syntax => ({ kind: "number", text: String(n), span });

/** `k + 1`, `k`, `k - 1`. */
export function shifted(s: Syntax, by: number): Syntax {
  if (by === 0) return s;
  if (s.kind === "number" && Number(s.text) + by >= 0) return numberAt(Number(s.text) + by, s.span);
  const terms = [
    { sign: 1 as const, body: s },
    { sign: by < 0 ? (-1 as const) : (1 as const), body: numberAt(Math.abs(by), s.span) },
  ];
  return { kind: "sum", terms, span: s.span };
}

/** Whether counting goes up from the first to the last; `null` where that cannot be said. */
function ascends(first: Place, last: Place, isIndex: (s: string) => boolean): boolean | null {
  if (first.name === last.name) return first.offset === last.offset ? null : first.offset < last.offset;
  if (first.name === "") return true;
  if (last.name === "") return false;
  // `\partial z_T … \partial z_{t+1}`: an index is below the size it runs up to.
  return isIndex(first.name) === isIndex(last.name) ? null : isIndex(first.name);
}

/**
 * The pattern that runs from the first to the last: the places where they differ go together, `\partial z_T/\partial z_{T-1}`
 * and `\partial z_2/\partial z_1`. `null` if there is none, or if the order of counting cannot be told.
 */
export function patternOf(
  first: Syntax,
  last: Syntax,
  letter: Syntax,
  isIndex: (s: string) => boolean = () => false,
): Pattern | null {
  const comparison = new Comparison();
  if (comparison.merge(first, last, false, (d) => d.first) === null) return null;
  const [main] = comparison.differences;
  const [from, to] = [main === undefined ? null : placeOf(main.first), main === undefined ? null : placeOf(main.last)];
  if (main === undefined || from === null || to === null) return null;
  const up = ascends(from, to, isIndex);
  if (up === null) return null;
  const shifts = new Map<Difference, number>();
  for (const d of comparison.differences) {
    const [a, b] = [placeOf(d.first), placeOf(d.last)];
    if (a === null || b === null || a.name !== from.name || b.name !== to.name) return null;
    if (a.offset - from.offset !== b.offset - to.offset) return null;
    shifts.set(d, a.offset - from.offset);
  }
  const known = [...shifts.values()];
  let next = 0;
  const body = new Comparison().merge(first, last, false, () => {
    const by = known[next] ?? 0;
    next += 1;
    return shifted(letter, by);
  });
  if (body === null) return null;
  const ends = [unwrapped(main.first), unwrapped(main.last)] as const;
  return up ? { body, letter, low: ends[0], high: ends[1], up } : { body, letter, low: ends[1], high: ends[0], up };
}

const unwrapped = (s: Syntax): Syntax => (s.kind === "group" && placeOf(s) !== null ? unwrapped(s.body) : s);

/**
 * The last factor of a chain of derivatives that leads from `first` to `next`: from `\partial z_T/\partial z_{T-1}` to
 * `\partial z_1/\partial w`, it is `\partial z_2/\partial z_1`.
 */
export function lastOfChain(first: Syntax, next: Syntax): Syntax | null {
  if (first.kind !== "fraction" || next.kind !== "fraction") return null;
  const step = new Comparison();
  if (step.merge(first.numerator, first.denominator, false, (d) => d.first) === null) return null;
  const [above, ...more] = step.differences;
  const [from, to] = above === undefined ? [] : [placeOf(above.first), placeOf(above.last)];
  if (from == null || to == null || more.length > 0 || from.name !== to.name) return null;
  const rest = new Comparison();
  if (rest.merge(first.denominator, next.numerator, false, (d) => d.first) === null) return null;
  const [end, ...others] = rest.differences;
  if (end === undefined || others.length > 0) return null;
  const up = shifted(end.last, from.offset - to.offset);
  const numerator = new Comparison().merge(first.numerator, first.denominator, false, () => up);
  return numerator === null ? null : { ...first, numerator, denominator: next.numerator };
}

/** Whether `item` is the pattern's member that is `steps` after `first`, as what stands beside the dots has to be. */
export function follows(first: Syntax, item: Syntax, steps: number): boolean {
  const comparison = new Comparison();
  if (comparison.merge(first, item, false, (d) => d.first) === null || comparison.differences.length === 0)
    return false;
  return comparison.differences.every((d) => {
    const [a, b] = [placeOf(d.first), placeOf(d.last)];
    return a !== null && b !== null && a.name === b.name && b.offset - a.offset === steps;
  });
}

/** A lone small letter, as indices are. */
export const looksLikeIndex = (s: string): boolean => /^([a-z]|\\ell|\\tau)$/.test(s);

/** A letter that stands nowhere in these trees, to count with. */
export function freshLetter(used: ReadonlySet<string>, span: Span): Syntax {
  const name = [..."ijklpqrsuv"].find((l) => !used.has(l)) ?? "\\kappa";
  return plainSymbol(name, span);
}

/** The letters of a tree. */
export function lettersIn(nodes: readonly Syntax[], into: Set<string>): void {
  for (const n of nodes) {
    const letter = letterOf(n);
    if (letter !== null) into.add(letter.replace(/'+$/, ""));
    if (n.kind === "symbol") for (const c of n.name) into.add(c);
  }
}
