import { flatMap } from "../../core/flat-map.js";
import type { Statement, Syntax, SyntaxOf } from "../../notation/syntax.js";
import { children, headKey, isOnlyRow, isWholeAxis, scriptText, takeApart } from "./scripts.js";

/** A letter with its primes, `k'`, as the key of an index. */
export function letterOf(s: Syntax): string | null {
  if (isWholeAxis(s) || isOnlyRow(s)) return null;
  const t = takeApart(s);
  if (t === null || t.subs.length > 0 || t.sups.length > 0 || t.symbol.style === "roman" || t.symbol.accents.length > 0)
    return null;
  return headKey(t.symbol) + "'".repeat(t.primes);
}

/** `low, …, high` as it was written; `null` where nothing was said. */
export interface WrittenRange {
  readonly low: Syntax | null;
  readonly high: Syntax | null;
}

/** One letter of a sum, a maximum, or a statement of range, with its limits and what it must differ from. */
export interface Binding extends WrittenRange {
  readonly letter: string;
  /** Further conditions, `i \ne k`, `j \le i`, as written. */
  readonly conditions: readonly Syntax[];
}

const isEllipsis = (s: Syntax): boolean => s.kind === "ellipsis";

/** `1, \dots, D` or `\{1, \dots, D\}` as the ends of a range. */
export function rangeOfList(s: Syntax): WrittenRange | null {
  if (s.kind === "group" && (s.open === "{" || s.open === "\\{" || s.open === "[")) return rangeOfList(s.body);
  const items = s.kind === "list" ? s.items : s.kind === "juxtaposition" ? s.items : null;
  if (items === null) return null;
  const at = items.findIndex(isEllipsis);
  const [low] = items;
  const high = items.at(-1);
  if (at < 0 || low === undefined || high === undefined || isEllipsis(low)) return null;
  if (isEllipsis(high)) return { low, high: null };
  return runsDown(low, high) ? { low: high, high: low } : { low, high };
}

/** `l = 1, 2`: each number is one more than the one before. */
function countedRange(s: Syntax): WrittenRange | null {
  const items = s.kind === "list" ? s.items : [];
  const numbers = items.map((i) => (i.kind === "number" ? Number(i.text) : Number.NaN));
  const [low] = items;
  const high = items.at(-1);
  const counts = numbers.length > 1 && numbers.every((n, k) => n === (numbers[0] ?? Number.NaN) + k);
  return counts && low !== undefined && high !== undefined ? { low, high } : null;
}

/** `T, \dots, 1` and `3, 2, 1`: the same places, counted backwards. */
function runsDown(first: Syntax, last: Syntax): boolean {
  if (last.kind !== "number") return false;
  if (first.kind === "number") return Number(first.text) > Number(last.text);
  // `1-p, \dots, 0` runs up.
  const isAbove = first.kind === "sum" && first.terms.some((t) => t.sign === 1 && t.body.kind !== "number");
  return first.kind === "symbol" || first.kind === "scripted" || isAbove;
}

/** Where the ranges end that a statement writes for letters: the n of `i = 1, \dots, n`. */
export const rangeEnds = (st: Statement): readonly Syntax[] =>
  flatMap(
    flatMap([st, ...st.conditions], (c) => rangeStatement(c) ?? []),
    (b) => b.high ?? [],
  );

/** The bindings in the limits of a big operator: `i=1` with `n`, `i`, `i,j`, `i \ne k`, `i \in \{1, \dots, n\}`, `1 \le i \le n`. */
export const SAMPLES_BELOW = /^(mini-?)?(batch|samples?|examples?|instances?|data|rows?)$/i;

export function bindings(sub: Syntax | null, sup: Syntax | null): readonly Binding[] {
  if (sub === null) return [];
  if (sub.kind === "group" && sub.open === "(") return bindings(sub.body, sup);
  if (sub.kind === "relation") return relationBindings(sub, sup);
  if (sub.kind === "list") {
    const spelled = spelledRange(sub.items);
    if (spelled !== null) return spelled;
    const parts: Binding[] = [];
    for (const item of sub.items) {
      const last = parts.at(-1);
      const more = item.kind === "relation" && last !== undefined && mentions(item, last.letter) && !startsRange(item);
      if (more && last !== undefined) parts[parts.length - 1] = { ...last, conditions: [...last.conditions, item] };
      else parts.push(...bindings(item, sup));
    }
    return parts;
  }
  if (sub.kind === "juxtaposition") {
    if (SAMPLES_BELOW.test(scriptText(sub))) return [];
    const letters = sub.items.map(letterOf);
    if (letters.every((l): l is string => l !== null))
      return letters.map((letter) => ({ letter, low: null, high: null, conditions: [] }));
  }
  const letter = letterOf(sub);
  return letter === null ? [] : [{ letter, low: null, high: sup, conditions: [] }];
}

/** `t = 1, \dots, T` or `i, j = 1, 2, \dots, n`: letters, and a range that is spelled out. */
function spelledRange(items: readonly Syntax[]): readonly Binding[] | null {
  const at = items.findIndex((i) => i.kind === "relation");
  const relation = items[at];
  if (relation?.kind !== "relation" || relation.operators.join() !== "=") return null;
  const [last, first] = relation.items;
  const range =
    first === undefined ? null : rangeOfList({ ...relation, kind: "list", items: [first, ...items.slice(at + 1)] });
  const letters = [...items.slice(0, at), ...(last === undefined ? [] : [last])].map(letterOf);
  if (range === null || !letters.every((l): l is string => l !== null)) return null;
  return letters.map((letter) => ({ letter, ...range, conditions: [] }));
}

const startsRange = (s: Syntax): boolean =>
  s.kind === "relation" && (s.operators[0] === "=" || s.operators[0] === "\\in");

/** `t \ge i > k` as `k < i \le t`. */
function ascending(s: Syntax & { kind: "relation" }): Syntax & { kind: "relation" } {
  if (s.items.length !== 3 || !s.operators.every((o) => o === ">" || o === "\\ge")) return s;
  const operators = s.operators.map((o) => (o === ">" ? "<" : "\\le")).reverse();
  return { ...s, items: s.items.toReversed(), operators };
}

function relationBindings(written: Syntax & { kind: "relation" }, sup: Syntax | null): readonly Binding[] {
  const sub = ascending(written);
  const [first, second, third] = sub.items;
  const [op, next] = sub.operators;
  if (first === undefined || second === undefined) return [];
  if (op === ":" || op === "\\mid") {
    // `i : z_i > 0`: those of which the rest holds.
    const condition: Syntax = { ...sub, items: sub.items.slice(1), operators: sub.operators.slice(1) };
    const conditions = condition.operators.length > 0 ? [condition] : [];
    return (lettersOfList(first) ?? []).map((letter, k) => ({
      letter,
      low: null,
      high: sup,
      conditions: k === 0 ? conditions : [],
    }));
  }
  const [, , , fourth] = sub.items;
  if (third !== undefined && fourth !== undefined) {
    // `1 \le i < j \le n`: both run over the whole, under the condition.
    const pair = [letterOf(second), letterOf(third)];
    if (sub.items.length !== 4 || !sub.operators.every(isLess) || pair.includes(null)) return [];
    return pair
      .filter((l): l is string => l !== null)
      .map((letter, k) => ({ letter, low: first, high: fourth, conditions: k === 0 ? [] : [sub] }));
  }
  if (third !== undefined && isLess(op) && isLess(next)) {
    const letter = letterOf(second);
    if (letter !== null) return [{ letter, ...between(first, op, next, third), conditions: [] }];
  }
  const letters = lettersOfList(first);
  if (letters === null) return [];
  if (op === "=") {
    const list = rangeOfList(second);
    return letters.map((letter) => ({ letter, low: list?.low ?? second, high: list?.high ?? sup, conditions: [] }));
  }
  if (op === "\\in") {
    const list = rangeOfList(second);
    return letters.map((letter) => ({
      letter,
      low: list?.low ?? null,
      high: list?.high ?? null,
      conditions: list === null ? [sub] : [],
    }));
  }
  return letters.slice(0, 1).map((letter) => ({ letter, low: null, high: sup, conditions: [sub] }));
}

/** `i` and `j` of a condition `i < j`, or with `unequal` of `i \ne j`, which may bind both. */
export function orderedLetters(condition: Syntax, unequal = false): readonly string[] {
  if (condition.kind !== "relation" || condition.items.length !== 2) return [];
  const [operator = ""] = condition.operators;
  if (!/^(<|>|\\le|\\ge)$/.test(operator) && !(unequal && operator === "\\ne")) return [];
  const letters = condition.items.map(letterOf);
  return letters.every((l): l is string => l !== null && /^(\\[a-z]+|[a-z])'*$/.test(l)) ? letters : [];
}

/**
 * The k and l of a sum over `k \ne l` in which both may run: letters for indices that stand below one symbol, together as in `w_{kl}`, or
 * next to each other in the alphabet, each below its own, `f(y_k, y_l)`. The y of `\sum_{j \ne y} (s_j - s_y)` is no such letter: it is
 * the one that is left out.
 */
export function unequalPair({ sub, body }: SyntaxOf<"big">): UnequalPair | null {
  const letters = sub === null ? [] : orderedLetters(sub, true);
  const [first, second] = letters;
  if (sub?.kind !== "relation" || sub.operators.join() !== "\\ne" || body === null) return null;
  if (first === undefined || second === undefined || !letters.every((l) => /^[i-np-s]$/.test(l))) return null;
  const below = (letter: string): readonly SyntaxOf<"scripted">[] =>
    nodesIn(body).filter((n): n is SyntaxOf<"scripted"> => n.kind === "scripted" && isBelow(n, letter));
  const [one, other] = [below(first), new Set(below(second))];
  if (one.some((n) => other.has(n))) return { letters, together: true };
  const heads = new Set([...other].map((n) => scriptText(n.base)));
  const isNext = second.charCodeAt(0) - first.charCodeAt(0) === 1;
  return isNext && one.some((n) => heads.has(scriptText(n.base))) ? { letters, together: false } : null;
}

/** Two letters that a sum over `k \ne l` may both bind. */
export interface UnequalPair {
  readonly letters: readonly string[];
  /** Below one symbol both: no class stands there beside an index. */
  readonly together: boolean;
}

const isBelow = ({ sub, sup }: SyntaxOf<"scripted">, letter: string): boolean =>
  [sub, sup].some((s) => s !== null && mentions(s, letter));

const isLess = (op: string | undefined): boolean => op === "\\le" || op === "<";

/** The ends of `0 \le t < T`: what is strictly greater or less begins or ends one place further in. */
const between = (low: Syntax, op: string | undefined, next: string | undefined, high: Syntax): WrittenRange => ({
  low: op === "<" ? moved(low, 1) : low,
  high: next === "<" ? moved(high, -1) : high,
});

/** A place one further: `T - 1` of `T`, `T` of `T + 1`. */
function moved(s: Syntax, by: 1 | -1): Syntax {
  if (s.kind === "number") {
    const value = Number(s.text) + by;
    const body: Syntax = { ...s, text: String(Math.abs(value)) };
    return value < 0 ? { kind: "sum", terms: [{ sign: -1, body }], span: s.span } : body;
  }
  const terms = s.kind === "sum" ? s.terms : [{ sign: 1 as const, body: s }];
  const last = terms.at(-1);
  if (last?.body.kind !== "number" || terms.length < 2)
    return {
      kind: "sum",
      terms: [...terms, { sign: by, body: { kind: "number", text: "1", span: s.span } }],
      span: s.span,
    };
  const value = last.sign * Number(last.body.text) + by;
  const others = terms.slice(0, -1);
  const [only] = others;
  if (value === 0) return others.length === 1 && only?.sign === 1 ? only.body : { ...s, kind: "sum", terms: others };
  const end = { sign: value < 0 ? (-1 as const) : (1 as const), body: { ...last.body, text: String(Math.abs(value)) } };
  return { kind: "sum", terms: [...others, end], span: s.span };
}

function lettersOfList(s: Syntax): readonly string[] | null {
  const items = s.kind === "list" || s.kind === "juxtaposition" ? s.items : [s];
  const letters = items.map(letterOf);
  return letters.every((l): l is string => l !== null) ? letters : null;
}

export const mentions = (s: Syntax, letter: string): boolean => nodesIn(s).some((n) => letterOf(n) === letter);

/** A statement that only says where letters run: `j = 1, \dots, D`, `\forall k`, `i \in \{1, \dots, n\}`, `1 \le i, j \le H`. */
export function rangeStatement(st: Statement): readonly Binding[] | null {
  const [first, second, third] = st.sides;
  const [op, next] = st.relations;
  if (first === undefined) return null;
  const head = stripForall(first);
  if (second === undefined) {
    if (head === first) return null;
    const letters = lettersOfList(head);
    return letters === null ? null : letters.map((letter) => ({ letter, low: null, high: null, conditions: [] }));
  }
  const letters = lettersOfList(head);
  if (third === undefined && letters !== null && (op === "=" || op === "\\in")) {
    const list = rangeOfList(second) ?? (op === "=" ? countedRange(second) : null);
    if (list !== null) return letters.map((letter) => ({ letter, low: list.low, high: list.high, conditions: [] }));
    return null;
  }
  const middle = lettersOfList(second);
  if (third !== undefined && middle !== null && isLess(op) && isLess(next) && st.sides.length === 3) {
    if (isInterval(first, op, next, third)) return null;
    return middle.map((letter) => ({ letter, ...between(first, op, next, third), conditions: [] }));
  }
  return null;
}

/** `0 < q < 1`: no whole number is there. */
function isInterval(low: Syntax, op: string | undefined, next: string | undefined, high: Syntax): boolean {
  if (low.kind !== "number" || high.kind !== "number") return false;
  const [least, most] = [Number(low.text) + Number(op === "<"), Number(high.text) - Number(next === "<")];
  return Math.ceil(least) > Math.floor(most);
}

export function stripForall(s: Syntax): Syntax {
  if (s.kind !== "juxtaposition") return s;
  const [first, ...rest] = s.items;
  if (first?.kind !== "symbol" || (first.name !== "\\forall" && first.name !== "for" && first.name !== "all")) return s;
  const [only] = rest;
  return rest.length === 1 && only !== undefined ? only : { kind: "juxtaposition", items: rest, span: s.span };
}

const below = new WeakMap<Syntax, readonly Syntax[]>();

/** A syntax tree's nodes, parents first; found once for each tree. */
export function nodesIn(s: Syntax): readonly Syntax[] {
  let all = below.get(s);
  if (all === undefined) {
    all = inOrder(s);
    below.set(s, all);
  }
  return all;
}

/** Visits every node of a syntax tree, parents first. */
export const visit = (s: Syntax, f: (s: Syntax) => void): void =>
  nodesIn(s).forEach((n) => {
    f(n);
  });

/** A tree's nodes, parents first. A loop: depth is the reader's bound. */
function inOrder(s: Syntax): readonly Syntax[] {
  const found: Syntax[] = [];
  const stack = [s];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    found.push(n);
    const below = children(n);
    for (let k = below.length - 1; k >= 0; k--) stack.push(below[k] as Syntax);
  }
  return found;
}

/** What the statements of a problem say of letters. */
export class Letters {
  /** Bound by a sum or given a range somewhere: surely an index. */
  #ranged = new Map<string, WrittenRange>();
  #indices = new Set<string>();
  /** Letters that run over layers, steps or samples: they stand in superscripts. */
  #families = new Set<string>();

  /**
   * Limits of sums and statements of range, wherever they stand; `values` are letters that hold a number, not a position.
   * `later` are statements about what others define: the limits of their sums are their own.
   */
  gather(
    statements: readonly Statement[],
    values: ReadonlySet<string> = new Set(),
    later: ReadonlySet<Statement> = new Set(),
  ): void {
    for (const st of [...statements.filter((s) => !later.has(s)), ...later]) {
      const bind = (b: Binding): void => {
        if (later.has(st) && !isWhole(b)) this.#indices.add(b.letter);
        else this.#add(b);
      };
      for (const b of rangeStatement(st) ?? []) {
        if (values.has(b.letter)) continue;
        this.#add(b);
        this.#families.add(b.letter);
      }
      this.#gatherFamilies(st);
      for (const c of st.conditions) for (const b of rangeStatement(c) ?? []) this.#add(b);
      for (const side of st.sides)
        visit(side, (s) => {
          if (s.kind !== "big") return;
          const bound = bindings(s.sub, s.sup);
          bound.forEach(bind);
          const compared = flatMap(
            flatMap(bound, (b) => b.conditions),
            (c) => orderedLetters(c),
          );
          for (const l of compared) if (!values.has(l)) this.#indices.add(l);
        });
    }
  }

  /** A superscript that runs with a letter of the statement's own range, or of a sum around it, is a member's place. */
  #gatherFamilies(st: Statement): void {
    const own = new Set(flatMap(st.conditions, (c) => (rangeStatement(c) ?? []).map((b) => b.letter)));
    const note = (s: Syntax, letters: ReadonlySet<string>): void =>
      visit(s, (n) => {
        if (n.kind !== "scripted" || n.sup === null) return;
        for (const l of letters) if (mentions(n.sup, l)) this.#families.add(l);
      });
    for (const side of st.sides) {
      if (own.size > 0) note(side, own);
      visit(side, (s) => {
        if (s.kind === "big" && s.body !== null) note(s.body, new Set(bindings(s.sub, s.sup).map((b) => b.letter)));
      });
    }
  }

  /** What `f` gives where letters mean what they mean to others. */
  as<T>(others: Letters, f: () => T): T {
    const own = [this.#ranged, this.#indices, this.#families] as const;
    [this.#ranged, this.#indices, this.#families] = [others.#ranged, others.#indices, others.#families];
    try {
      return f();
    } finally {
      [this.#ranged, this.#indices, this.#families] = own;
    }
  }

  /** The same for the same meaning of every letter. */
  get key(): string {
    const text = (s: Syntax | null): string => (s === null ? "" : scriptText(s));
    const ranges = [...this.#ranged].map(([letter, { low, high }]) => `${letter}:${text(low)}..${text(high)}`);
    return [ranges, [...this.#indices], [...this.#families]].map((part) => part.sort().join(" ")).join("|");
  }

  #add(b: Binding): void {
    this.#indices.add(b.letter);
    const known = this.#ranged.get(b.letter);
    if (known === undefined || (known.low === null && known.high === null))
      this.#ranged.set(b.letter, { low: b.low, high: b.high });
  }

  /** A letter of which no range is known runs as another does that counts from elsewhere than 1. */
  runsWith(letter: string, other: string): void {
    const range = this.rangeOf(other);
    const isUsual = range?.low == null || (range.low.kind === "number" && range.low.text === "1");
    if (range !== null && !isUsual && this.rangeOf(letter) === null) this.#ranged.set(letter, range);
  }

  /** How many letters are known to be indices. */
  get count(): number {
    return this.#indices.size;
  }

  addIndex(letter: string): void {
    this.#indices.add(letter);
  }

  /** Letters that words name as one given position, "node $i$", beside a sum over the others, `j \ne i`. */
  readonly given = new Set<string>();

  /** The letter counts the members of families. */
  addFamily(letter: string): void {
    this.#families.add(letter);
  }

  /** Is this letter, or the letter under its primes, an index in this problem? */
  isIndex(letter: string): boolean {
    return this.#indices.has(letter) || this.#indices.has(letter.replace(/'+$/, ""));
  }

  rangeOf(letter: string): WrittenRange | null {
    return this.#ranged.get(letter) ?? this.#ranged.get(letter.replace(/'+$/, "")) ?? null;
  }

  /** Does the content of a superscript name a letter that runs over a family? */
  mentionsFamily(s: Syntax): boolean {
    return [...this.#families].some((l) => mentions(s, l));
  }

  /** Does the content of a script name an index: `i`, `\ell+1`, `i+k-1`? */
  mentionsIndex(s: Syntax): boolean {
    return nodesIn(s).some((n) => {
      const letter = letterOf(n);
      return letter !== null && this.isIndex(letter);
    });
  }
}

/** `i = 1` to a size with a name: an axis from end to end. */
const isWhole = ({ low, high }: WrittenRange): boolean =>
  (low === null || (low.kind === "number" && low.text === "1")) &&
  (high === null || high.kind === "symbol" || high.kind === "scripted");
