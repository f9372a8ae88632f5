import { flatMap } from "../../../core/flat-map.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { headKey, mapOperands, takeApart } from "../../symbols/scripts.js";
import { type Item, leftSide, withSides } from "../../symbols/statements.js";

/*
 * `h(t) = \tanh(W h(t-1) + U x(t))`, `\sum_{t=1}^T y(t) \beta^\top x(t)`: the letter counts steps, so that `h(t)` is one of the h's and
 * no function of a number. It is put as `h_t`. Which letters count, the lines of `told` say.
 */

export function withTimeArguments(items: readonly Item[], told = items): readonly Item[] {
  const letters = countingLetters(told);
  if (letters.size === 0) return items;
  return items.map((item) =>
    rangeStatement(item.statement) === null ? withSides(item, (s) => asMembers(s, letters)) : item,
  );
}

const COUNTING = /^(?:[tnk]|\\tau)$/;

/** A name and the parentheses behind it: `h` and `(t-1)`. */
interface Applied {
  readonly head: Syntax;
  readonly group: SyntaxOf<"group">;
  /** What hangs on the parentheses, `h(t)^2`. */
  readonly scripted: SyntaxOf<"scripted"> | null;
}

/** Letters that sums bind or steps go on with, and that are nothing but positions and what names are applied to. */
function countingLetters(items: readonly Item[]): ReadonlySet<string> {
  const statements = items.map((i) => i.statement).filter((st) => rangeStatement(st) === null);
  const sides = flatMap(statements, (st) => (st.relations.length === 0 && isLetter(st.sides) ? [] : st.sides));
  const nodes = flatMap(sides, nodesIn);
  const applied = flatMap(nodes, (n) => (n.kind === "juxtaposition" ? appliedIn(n) : []));
  const counted = new Set([
    ...flatMap(nodes, (n) => (n.kind === "big" ? bindings(n.sub, n.sup) : [])).map((b) => b.letter),
    ...flatMap(items, ({ statement: st }) => flatMap([st, ...st.conditions], (c) => rangeStatement(c) ?? [])).map(
      (b) => b.letter,
    ),
    ...flatMap(items, steppedLetter),
  ]);
  const letters = [...new Set(flatMap(applied, (a) => letterIn(a.group.body) ?? []))].filter(
    (l) => COUNTING.test(l) && counted.has(l),
  );
  const heads = (letter: string): ReadonlySet<string> =>
    new Set(applied.filter((a) => letterIn(a.group.body) === letter).map((a) => keyOf(a.head)));
  return new Set(
    letters.filter(
      (l) =>
        !sides.some((s) => standsAsValue(s, l)) &&
        !nodes.some((n) => otherUses(n).some((key) => heads(l).has(key))) &&
        [...heads(l)].every((key) => isMember(applied, key, l)),
    ),
  );
}

/** `x(t)` names a place; `a (k-1)` alone is a product. */
const isMember = (applied: readonly Applied[], key: string, letter: string): boolean =>
  applied.some((a) => keyOf(a.head) === key && letterOf(a.group.body) === letter);

const isLetter = ([side, more]: readonly Syntax[]): boolean =>
  side !== undefined && more === undefined && letterOf(side) !== null;

/** The t of an equation for `h(t)` with `h(t-1)` behind it. */
function steppedLetter({ statement: { sides } }: Item): readonly string[] {
  const [first, ...right] = sides;
  const left = first === undefined ? null : leftSide(first);
  const [argument] = left?.args ?? [];
  const letter = argument === undefined ? null : letterOf(argument);
  if (left === null || letter === null) return [];
  const earlier = flatMap(flatMap(right, nodesIn), (n) => (n.kind === "juxtaposition" ? appliedIn(n) : []));
  const isStep = (a: Applied): boolean =>
    a.group.body.kind === "sum" && letterIn(a.group.body) === letter && keyOf(a.head) === headKey(left.target.symbol);
  return earlier.some(isStep) ? [letter] : [];
}

function appliedIn({ items }: SyntaxOf<"juxtaposition">): readonly Applied[] {
  return flatMap(items, (head, k) => {
    const next = items[k + 1];
    const inside = next?.kind === "scripted" && next.sub === null ? next.base : next;
    if (!isName(head) || inside?.kind !== "group" || inside.open !== "(") return [];
    return [{ head, group: inside, scripted: next?.kind === "scripted" ? next : null }];
  });
}

/** A letter, perhaps with a subscript, and no known function. */
function isName(s: Syntax): boolean {
  const t = takeApart(s);
  return (
    t !== null && t.sups.length + t.primes === 0 && t.symbol.style !== "roman" && /^\\?[A-Za-z]+$/.test(t.symbol.name)
  );
}

const keyOf = (s: Syntax): string => {
  const t = takeApart(s);
  return t === null ? "" : headKey(t.symbol);
};

/** The t of `t`, `t-1` and `t+2`. */
function letterIn(s: Syntax): string | null {
  if (s.kind !== "sum") return letterOf(s);
  const [first, ...rest] = s.terms;
  const letter = first === undefined || first.sign < 0 ? null : letterOf(first.body);
  return rest.every((t) => t.body.kind === "number") ? letter : null;
}

/** `t`, `t-1`, `0` and `T`: what a step may be called. */
const isStep = (s: Syntax): boolean => s.kind === "number" || letterIn(s) !== null;

/** Does the letter stand elsewhere than behind a name, below or above a symbol? */
function standsAsValue(s: Syntax, letter: string): boolean {
  let found = false;
  const look = (n: Syntax): Syntax => {
    if (letterOf(n) === letter) found = true;
    const own = new Set<Syntax>(n.kind === "juxtaposition" ? appliedIn(n).map((a) => a.scripted ?? a.group) : []);
    if (n.kind === "juxtaposition")
      for (const item of n.items) {
        const inside = item.kind === "scripted" ? item.base : item;
        if (!own.has(item) || inside.kind !== "group" || letterIn(inside.body) !== letter) look(item);
      }
    else if (n.kind !== "symbol") {
      mapOperands(n, look);
      if (n.kind === "scripted" && n.sup !== null && n.sup.kind !== "group") look(n.sup);
    }
    return n;
  };
  look(s);
  return found;
}

/** The names that a node has without a step behind them. */
function otherUses(n: Syntax): readonly string[] {
  const names = (s: Syntax): readonly string[] => (isName(s) ? [keyOf(s)] : []);
  if (n.kind === "juxtaposition") {
    const stepped = new Set(
      appliedIn(n)
        .filter((a) => isStep(a.group.body))
        .map((a) => a.head),
    );
    return flatMap(n.items, (item) => (stepped.has(item) ? [] : names(item)));
  }
  if (n.kind === "scripted") return [];
  const parts: Syntax[] = [];
  mapOperands(n, (s) => {
    parts.push(s);
    return s;
  });
  return flatMap(parts, names);
}

function asMembers(s: Syntax, letters: ReadonlySet<string>): Syntax {
  const mapped = mapOperands(s, (n) => asMembers(n, letters));
  const inner = mapped.kind === "scripted" && mapped.sub !== null ? withSub(mapped, letters) : mapped;
  if (inner.kind !== "juxtaposition") return inner;
  const own = new Map(appliedIn(inner).map((a) => [a.head, a]));
  const items: Syntax[] = [];
  for (let k = 0; k < inner.items.length; k++) {
    const head = inner.items[k];
    if (head === undefined) continue;
    const applied = own.get(head);
    const member = applied === undefined ? null : memberOf(applied, letters);
    items.push(member ?? head);
    if (member !== null) k += 1;
  }
  if (items.length === inner.items.length) return inner;
  const [only, more] = items;
  return only !== undefined && more === undefined ? only : { ...inner, items };
}

/** `\nabla_{h(t)} L`. */
function withSub(s: SyntaxOf<"scripted">, letters: ReadonlySet<string>): Syntax {
  const sub = s.sub === null ? null : asMembers(s.sub, letters);
  return sub === s.sub ? s : { ...s, sub };
}

/** `h_t` for `h(t)`, `h_{t,j}` for `h_j(t)`; with it what hangs on the parentheses. */
function memberOf({ head, group, scripted }: Applied, letters: ReadonlySet<string>): Syntax | null {
  const t = takeApart(head);
  if (t === null || !isCounted(group.body, letters)) return null;
  const span = { start: head.span.start, end: (scripted ?? group).span.end };
  const sub: Syntax = t.subs.length === 0 ? group.body : { kind: "list", items: [group.body, ...t.subs], span };
  const { sup, primes } = scripted ?? { sup: null, primes: 0 };
  return { kind: "scripted", base: t.symbol, sub, sup, primes, span };
}

const isCounted = (s: Syntax, letters: ReadonlySet<string>): boolean =>
  s.kind === "number" || letters.has(letterIn(s) ?? "") || /^[A-Z]$/.test(letterIn(s) ?? "");
