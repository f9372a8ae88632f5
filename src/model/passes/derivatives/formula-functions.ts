import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { children, headKey, mapOperands, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey, withSides } from "../../symbols/statements.js";
import { ofNumerator } from "./differentiated.js";

/*
 * `f(h, r) = \|h - r\|^2` with `L = f(a, r) - f(b, r)`: f is a function, which has many values. A line about `\partial f/\partial h`
 * means what the formula says, at the letters of the formula; `\partial f/\partial w = x_i` where all else is applied to x_i
 * means the value there. The argument is written behind f. Where it is neither, the line is not read.
 */

type Group = SyntaxOf<"group">;

interface FormulaFunction {
  readonly parameters: Group;
  readonly letters: ReadonlySet<string>;
  /** What it is applied to elsewhere. */
  readonly others: Map<string, Group>;
}

/** The same lines; `told` are those of the problem that they are about. */
export function withFormulaArguments(items: readonly Item[], told: readonly Item[]): readonly Item[] {
  const functions = formulaFunctions([...told, ...items].filter((i) => i.submitted !== true));
  if (functions.size === 0) return items;
  return items.map((item) => {
    const { statement } = item;
    return statement.sides.some(mentionsDerivative) ? withSides(item, (s) => put(s, functions, statement)) : item;
  });
}

/** What a formula defines that is applied to something else as well, and that nowhere stands for a value of its own. */
function formulaFunctions(premises: readonly Item[]): ReadonlyMap<string, FormulaFunction> {
  const found = new Map<string, FormulaFunction>();
  const values = premises.filter(({ statement }) => isEquation(statement) && !statement.sides.some(mentionsDerivative));
  for (const { statement } of values) {
    const [first, second] = statement.sides;
    const left = first === undefined || second === undefined ? null : leftSide(first);
    const group = first?.kind === "juxtaposition" ? first.items[1] : undefined;
    if (left === null || left.args === null || group?.kind !== "group" || left.target.primes > 0) continue;
    if (!left.args.every((a) => a.kind === "symbol")) continue;
    const letters = new Set(flatMap(left.args, (a) => (a.kind === "symbol" ? [headKey(a)] : [])));
    if (!found.has(targetKey(left.target)))
      found.set(targetKey(left.target), { parameters: group, letters, others: new Map() });
  }
  if (found.size === 0) return found;
  for (const { statement } of values) for (const side of statement.sides) noteUses(side, found);
  for (const [key, { others }] of found) if (others.size === 0) found.delete(key);
  return found;
}

/** Notes arguments; what stands without any is a quantity. */
function noteUses(s: Syntax, functions: Map<string, FormulaFunction>): void {
  for (const n of nodesIn(s)) {
    if (n.kind === "scripted") continue;
    const parts = n.kind === "juxtaposition" ? n.items : children(n);
    parts.forEach((item, k) => {
      const t = takeApart(item);
      const f = t === null ? undefined : functions.get(targetKey(t));
      const group = n.kind === "juxtaposition" ? groupOf(parts[k + 1]) : null;
      if (f === undefined || t === null) return;
      if (group === null) functions.delete(targetKey(t));
      else if (scriptText(group) !== scriptText(f.parameters)) f.others.set(scriptText(group), group);
    });
  }
  const alone = takeApart(s);
  if (alone !== null) functions.delete(targetKey(alone));
}

function groupOf(s: Syntax | undefined): Group | null {
  const group = s?.kind === "scripted" ? s.base : s;
  return group?.kind === "group" && group.open === "(" ? group : null;
}

type Functions = ReadonlyMap<string, FormulaFunction>;

function put(s: Syntax, functions: Functions, line: Statement): Syntax {
  const inner = mapOperands(s, (n) => put(n, functions, line));
  if (inner.kind === "fraction" && inner.numerator.kind === "juxtaposition") {
    const [f] = inner.numerator.items.length === 2 ? ofNumerator(inner.numerator) : [];
    const written = f === undefined ? null : applied(f, variableBelow(inner.denominator), functions, line);
    return written === null
      ? inner
      : { ...inner, numerator: { ...inner.numerator, items: [...inner.numerator.items.slice(0, 1), ...written] } };
  }
  if (inner.kind !== "juxtaposition") return inner;
  const items = flatMap(inner.items, (item, k) => {
    const by = k === 0 ? null : variableOfOperator(inner.items[k - 1]);
    const written = by === null || groupOf(inner.items[k + 1]) !== null ? null : applied(item, by, functions, line);
    return written ?? [item];
  });
  return items.length === inner.items.length && items.every((x, k) => x === inner.items[k])
    ? inner
    : { ...inner, items };
}

/** f with what it is applied to. */
function applied(s: Syntax, by: Syntax | null, functions: Functions, line: Statement): readonly Syntax[] | null {
  const t = takeApart(s);
  const f = t === null || t.primes > 0 ? undefined : functions.get(targetKey(t));
  const variable = by === null ? null : takeApart(by);
  if (f === undefined || variable === null) return null;
  if (f.letters.has(headKey(variable.symbol)) || isInLetters(f, line)) return [s, f.parameters];
  const [only, another] = f.others.values();
  if (only !== undefined && another === undefined) return [s, only];
  const unclear = "this is a function: write in parentheses behind it at what it is differentiated";
  return [{ kind: "text", text: "", unclear, span: s.span }];
}

/** Does a line speak in the letters of the formula, `= x`, and not of other arguments, `= x_i`? */
function isInLetters({ letters }: FormulaFunction, { sides }: Statement): boolean {
  const used = flatMap(sides.slice(1), symbolsIn).filter((t) => letters.has(headKey(t.symbol)));
  return used.length > 0 && used.every((t) => t.subs.length + t.sups.length === 0);
}

function variableBelow(s: Syntax): Syntax | null {
  return s.kind === "juxtaposition" && s.items.length === 2 ? (ofNumerator(s)[0] ?? null) : null;
}

/** The w of `\nabla_w` and of `\frac{\partial}{\partial w}`. */
function variableOfOperator(s: Syntax | undefined): Syntax | null {
  if (s === undefined) return null;
  if (s.kind === "fraction") return takeApart(s.numerator) === null ? null : variableBelow(s.denominator);
  const t = takeApart(s);
  const [by, ...more] = t?.symbol.name === "\\nabla" ? t.subs : [];
  return by === undefined || more.length > 0 ? null : by;
}
