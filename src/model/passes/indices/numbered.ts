import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { bindings, mentions, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { headKey, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, withSides } from "../../symbols/statements.js";
import type { SymbolTable } from "../../symbols/symbols.js";
import { keyOf, letterPlus, type Numbers, placesOf, type Use, usesIn, withNumber } from "./numbered-places.js";
import { withSumsOfNumbered } from "./numbered-sums.js";

/*
 * `z^{(1)} = …, a^{(1)} = …, z^{(2)} = …` and then `\partial L/\partial W^{(l)} = \delta^{(l)} a^{(l-1)\top}`: the layers have
 * numbers, and a line about the derivatives has a letter. Such a line says something of each number for which all that it
 * names is there, and is put once for each.
 */

const MOST_INSTANCES = 100;

/** The lines with each that is about numbered symbols put once for each number; `null` where there is none. */
export function withInstances(items: readonly Item[], symbols: SymbolTable): readonly Item[] | null {
  const numbers = numbersIn(
    items.filter((i) => i.kind === "forward" && isEquation(i.statement)),
    symbols,
  );
  if (numbers.size === 0) return null;
  const written = items.map((item): readonly Item[] => (isLine(item) ? instancesOf(item, numbers, symbols) : []));
  const named = new Map([...numbers, ...namesIn(written.flat())]);
  const all = items.map((item, k): readonly Item[] => {
    if (!isLine(item)) return [];
    const own = written[k] ?? [];
    const summed = (own.length > 0 ? own : [item]).map((i) => withSides(i, (s) => withSumsOfNumbered(s, named)));
    return summed.every((i) => i === item) ? [] : summed;
  });
  return all.every((own) => own.length === 0)
    ? null
    : flatMap(all, (own, k) => (own.length === 0 ? items.slice(k, k + 1) : own));
}

/** Are the members that these lines speak of read as one family, of which the letter selects one? */
export const areMembers = (instances: readonly Item[], symbols: SymbolTable): boolean =>
  instances.some(({ instance }) => {
    const uses = instance === undefined ? [] : flatMap(instance.of.statement.sides, usesIn);
    return uses.some((u) => symbols.withHead(u.head).some((s) => s.tensor !== null && s.slots > 0));
  });

/** The numbers of `g_t = \partial L/\partial h_t`: those of the h_t. */
function namesIn(instances: readonly Item[]): Numbers {
  const found = new Map<string, Set<number>>();
  for (const { kind, statement } of instances) {
    const [first] = statement.sides;
    const t = kind !== "name" || first === undefined ? null : takeApart(first);
    for (const { mark, script } of t === null ? [] : placesOf(t)) {
      if (t === null || script.kind !== "number") continue;
      const key = keyOf({ head: headKey(t.symbol), mark });
      found.set(key, (found.get(key) ?? new Set()).add(Number(script.text)));
    }
  }
  return found;
}

const isLine = ({ kind, statement, instance }: Item): boolean =>
  instance === undefined && (kind === "claim" || kind === "name" || kind === "question") && isEquation(statement);

/** Those in the equations of the forward pass, of names that wear no letter there. A bare number above may be an exponent. */
function numbersIn(equations: readonly Item[], symbols: SymbolTable): Numbers {
  const found = new Map<string, Set<number>>();
  const lettered = new Set<string>();
  for (const { statement } of equations)
    for (const n of flatMap(statement.sides, nodesIn)) {
      const t = n.kind === "scripted" ? takeApart(n) : null;
      if (t === null) continue;
      for (const { mark, script } of placesOf(t)) {
        const key = keyOf({ head: headKey(t.symbol), mark });
        if (script.kind === "number") found.set(key, (found.get(key) ?? new Set()).add(Number(script.text)));
        else if (letterPlus(script) !== null) lettered.add(key);
      }
    }
  // `p_1` is an entry of a vector p: its number tells no symbols apart, and what is said of `p_j` is said of every entry.
  const isLabel = (key: string): boolean =>
    key.endsWith("^(") ||
    symbols
      .withHead(key.slice(0, -1))
      .some((s) => (key.endsWith("^") ? s.label.startsWith("^(") : /_\d+$/.test(s.label)));
  return new Map([...found].filter(([key]) => !lettered.has(key) && isLabel(key)));
}

/** `y_j` of an array y, and `h_j` of an array h beside one `h_0` alone: j is the place of an entry. */
const isEntry = (u: Use, numbers: Numbers, symbols: SymbolTable): boolean =>
  u.mark === "_" &&
  (numbers.get(keyOf(u))?.size ?? 0) < 2 &&
  symbols.withHead(u.head).some((s) => s.label === "" && s.slots === 0 && s.axes !== null && s.axes.length > 0);

function instancesOf(item: Item, numbers: Numbers, symbols: SymbolTable): readonly Item[] {
  const { statement } = item;
  const all = flatMap(statement.sides, usesIn);
  const uses = all
    .map((u) => (numbers.has(keyOf(u)) || !/^[a-z]$/.test(u.head) ? u : { ...u, head: u.head.toUpperCase() }))
    .filter((u) => numbers.has(keyOf(u)));
  const [first] = uses;
  if (first === undefined || uses.some((u) => u.letter !== first.letter)) return [];
  const { letter } = first;
  if (all.some((u) => u.letter === letter && isEntry(u, numbers, symbols))) return [];
  // A letter that a sum binds stands for no number of its author's.
  const isBound = (n: Syntax): boolean => n.kind === "big" && bindings(n.sub, n.sup).some((b) => b.letter === letter);
  if (flatMap(statement.sides, nodesIn).some(isBound)) return [];
  const exists = (u: Use, value: number): boolean => {
    const place = withNumber(u.script, letter, value);
    return place.kind === "number" && numbers.get(keyOf(u))?.has(Number(place.text)) === true;
  };
  // Of a range in numbers each is meant; else those for which all that is named is there. `a^{(l-1)}` is one away from l.
  const near = flatMap([...(numbers.get(keyOf(first)) ?? [])], (n) => [n - 1, n, n + 1]);
  const values =
    statedNumbers(statement, letter) ??
    [...new Set(near)].sort((a, b) => a - b).filter((value) => uses.every((u) => exists(u, value)));
  return values.map((value) => ({
    ...item,
    statement: numberedStatement(statement, letter, value),
    instance: { of: item, letter, value },
  }));
}

/** `l = 1, 2` beside a line, in numbers; `null` where its ends are no numbers. */
function statedNumbers({ conditions }: Statement, letter: string): readonly number[] | null {
  for (const b of flatMap(conditions, (c) => rangeStatement(c) ?? [])) {
    if (b.letter !== letter || b.low?.kind !== "number" || b.high?.kind !== "number") continue;
    const low = Number(b.low.text);
    const count = Number(b.high.text) - low + 1;
    if (count > 0 && count <= MOST_INSTANCES) return Array.from({ length: count }, (_, k) => low + k);
  }
  return null;
}

function numberedStatement(statement: Statement, letter: string, value: number): Statement {
  const conditions = statement.conditions.filter((c) => !c.sides.some((s) => mentions(s, letter)));
  return { ...statement, sides: statement.sides.map((s) => withNumber(s, letter, value)), conditions };
}
