import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import type { Section } from "../../../document/document.js";
import { functionWritten } from "../../../functions/table.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { splitProblems } from "../../problems.js";
import { nodesIn } from "../../symbols/letters.js";
import { headKey, mapOperands, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, withSides } from "../../symbols/statements.js";

/*
 * `\sigma_i = \sigma(w^\top x_i)`: the letter of a function also names its value. Where nothing stands behind it in
 * parentheses, or what the function is not applied to, `\sigma (1 - \sigma)`, `\sigma (1 - y)`, it is put as a name of its
 * own. Where the parentheses may be either, the line cannot be read.
 */

type Report = (d: Diagnostic) => void;

/** Behind the letter in the name of its value. */
const VALUE = "(·)";

/** The same statements with the values of each problem by names of their own. */
export function withFunctionValues(
  items: readonly Item[],
  sections: readonly Section[],
  report: Report,
): readonly Item[] {
  if (!items.some((i) => headOfValue(i) !== null)) return items;
  // A function that two problems apply is no quantity that connects them.
  const apart = named(items, valuesIn(items), true);
  const written = new Map(apart.map((item, k) => [item.statement, items[k] ?? item]));
  const found = new Map<Item, Item>();
  for (const problem of splitProblems(sections, apart)) {
    const own = problem.items.map((i) => written.get(i.statement) ?? i);
    const next = withValuesNamed(own, (d) => {
      if (own.some((i) => i.statement.span === d.span && !found.has(i))) report(d);
    });
    // What a problem has from the sections above it was read there.
    own.forEach((item, k) => {
      if (!found.has(item)) found.set(item, next[k] ?? item);
    });
  }
  return items.map((i) => found.get(i) ?? i);
}

/** The same of one problem, where the values of its equations may have their names already. */
export function withValuesNamed(items: readonly Item[], report: Report): readonly Item[] {
  const values = valuesIn(items);
  if (values.size === 0) return items;
  for (const v of values.values()) if (!v.isNamed) report(valueNote(v));
  return named(items, values, false);
}

function named(items: readonly Item[], values: Values, isLoose: boolean): readonly Item[] {
  return items.map((item, at) => {
    const { statement } = item;
    const [only, ...more] = statement.sides;
    // "where $\sigma$ is the ReLU" says what the function is.
    if ((only?.kind === "symbol" && more.length === 0) || isOfFunction(item)) return item;
    const isPremise = item.submitted !== true && !statement.sides.some(mentionsDerivative);
    const place = { at, isPremise, isLoose };
    return withSides(item, (side) =>
      isApplication(side, values) ? whole(side, values, place, side === only) : put(side, values, place),
    );
  });
}

/** `\sigma' = \sigma (1 - \sigma)`, of nothing but the function. */
function isOfFunction({ statement: { sides } }: Item): boolean {
  const t = sides[0] === undefined ? null : takeApart(sides[0]);
  if (t === null || t.primes === 0 || t.subs.length + t.sups.length > 0) return false;
  return sides.every((s) => lettersIn(s).every((l) => l === headKey(t.symbol)));
}

interface Value {
  readonly item: Item;
  readonly latex: string;
  /** The number of its equation among the statements. */
  readonly at: number;
  readonly isNamed: boolean;
  /** `\sigma_i`: then no bare σ is a value. */
  readonly isIndexed: boolean;
  /** What its function is applied to, and what that is computed from. */
  readonly arguments: ReadonlySet<string>;
  readonly letters: ReadonlySet<string>;
}

type Values = ReadonlyMap<string, Value>;

interface Where {
  readonly at: number;
  readonly isPremise: boolean;
  /** Every group without the value is an argument. */
  readonly isLoose: boolean;
}

function valueNote({ item, latex }: Value): Diagnostic {
  const message = `${latex} without the function's argument behind it is read as the value that this gives`;
  return diagnostic("note", "reading/function-value", message, item.statement.span);
}

function valuesIn(items: readonly Item[]): Values {
  const values = new Map<string, Value>();
  items.forEach((item, at) => {
    const head = headOfValue(item);
    const [first, ...rest] = item.statement.sides;
    const target = first === undefined ? null : takeApart(first);
    if (head === null || target === null) return;
    const groups = rest.flatMap((s) => argumentsIn(s, head));
    const before = values.get(head);
    values.set(head, {
      item: before?.item ?? item,
      latex: target.symbol.latex.trim(),
      at: before?.at ?? at,
      isNamed: before?.isNamed ?? target.symbol.name.endsWith(VALUE),
      isIndexed: target.subs.length > 0 || before?.isIndexed === true,
      arguments: new Set([...(before?.arguments ?? []), ...groups.map(scriptText)]),
      letters: new Set([...(before?.letters ?? []), ...sources(groups.flatMap(lettersIn), items)]),
    });
  });
  return values;
}

/** The σ of a definition `\sigma = \sigma(z)`. */
function headOfValue({ statement, submitted }: Item): string | null {
  const [first, ...rest] = statement.sides;
  const left = first === undefined || !isEquation(statement) || submitted === true ? null : leftSide(first);
  if (left === null || left.args !== null) return null;
  const { symbol } = left.target;
  const name = symbol.name.endsWith(VALUE) ? symbol.name.slice(0, -VALUE.length) : symbol.name;
  const head = headKey({ ...symbol, name });
  return functionWritten(name) !== null && rest.some((s) => argumentsIn(s, head).length > 0) ? head : null;
}

/** The groups behind σ that do not mention the value. */
function argumentsIn(s: Syntax, head: string): readonly Syntax[] {
  return nodesIn(s).flatMap((n) =>
    n.kind !== "juxtaposition"
      ? []
      : n.items.flatMap((item, k) => {
          const group = item.kind === "symbol" && headKey(item) === head ? groupAt(n, k + 1) : null;
          return group === null || lettersIn(group).includes(head) ? [] : [group];
        }),
  );
}

function groupAt({ items }: SyntaxOf<"juxtaposition">, k: number): SyntaxOf<"group"> | null {
  const s = items[k];
  const group = s?.kind === "scripted" ? s.base : s;
  return group?.kind === "group" && group.open === "(" ? group : null;
}

const lettersIn = (s: Syntax): readonly string[] =>
  nodesIn(s).flatMap((n) => (n.kind === "symbol" ? [headKey(n)] : []));

/** The letters with those of the equations that give them. */
function sources(letters: readonly string[], items: readonly Item[]): ReadonlySet<string> {
  const found = new Set(letters);
  // A set goes through what is added to it on the way.
  for (const letter of found)
    for (const { statement, submitted } of items) {
      const [first, ...rest] = statement.sides;
      const target = submitted === true || first === undefined || !isEquation(statement) ? null : takeApart(first);
      if (target !== null && headKey(target.symbol) === letter) for (const l of rest.flatMap(lettersIn)) found.add(l);
    }
  return found;
}

/** `\sigma(…)` and nothing else. */
function isApplication(s: Syntax, values: Values): s is SyntaxOf<"juxtaposition"> {
  if (s.kind !== "juxtaposition" || s.items.length !== 2) return false;
  const [head] = s.items;
  return head?.kind === "symbol" && values.has(headKey(head)) && s.items[1]?.kind === "group";
}

/** A whole side: a left side is the function's, `\sigma(-t) = 1 - \sigma(t)`; a layer of its own is no product. */
function whole(s: SyntaxOf<"juxtaposition">, values: Values, where: Where, isLeft: boolean): Syntax {
  const next = put(s, values, where);
  const [head] = s.items;
  const wasProduct = next.kind === "juxtaposition" && next.items[0] !== head;
  if (isLeft) return s;
  return wasProduct && where.isPremise ? unclear(s) : next;
}

function put(s: Syntax, values: Values, where: Where): Syntax {
  if (s.kind === "symbol") return values.has(headKey(s)) ? { ...s, name: s.name + VALUE } : s;
  // `\sigma'` is the derivative of the function.
  if (s.kind === "scripted" && (takeApart(s)?.primes ?? 0) > 0) return s;
  if (s.kind !== "juxtaposition") return mapOperands(s, (n) => put(n, values, where));
  const items: Syntax[] = [];
  for (const [k, item] of s.items.entries()) {
    const head = item.kind === "symbol" ? headKey(item) : "";
    const value = values.get(head);
    const group = value === undefined ? null : groupAt(s, k + 1);
    const reading = value === undefined || group === null ? "value" : readingOf(group, head, value, where);
    if (reading === "function") items.push(item);
    else items.push(reading === "value" ? put(item, values, where) : unclear(item));
  }
  return { ...s, items };
}

/** What σ is in front of a group. */
function readingOf(
  group: SyntaxOf<"group">,
  head: string,
  value: Value,
  { at, isLoose }: Where,
): "function" | "value" | "unclear" {
  const letters = lettersIn(group);
  if (letters.includes(head)) return "value";
  if (isLoose || value.isIndexed || at < value.at || value.arguments.has(scriptText(group))) return "function";
  const { body } = group;
  if (body.kind === "number" || body.kind === "list" || takeApart(body) !== null) return "function";
  return letters.every((l) => value.letters.has(l)) ? "unclear" : "value";
}

/** What no reading is given, so that the line is not judged by one of two. */
const unclear = ({ span }: Syntax): Syntax => ({
  kind: "text",
  text: "",
  unclear: "what stands behind this letter may be its argument, or a factor beside the value that has the same letter",
  span,
});
