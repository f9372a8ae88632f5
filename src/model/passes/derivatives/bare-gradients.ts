import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { functionWritten } from "../../../functions/table.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { children, mapOperands, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey, withSides } from "../../symbols/statements.js";

/*
 * `\nabla f(w)` and `\nabla f` where a formula for `f(w)` stands: by what it depends on. `\nabla J(w, b)` is the column of the
 * derivatives by w and by b.
 */

interface Arguments {
  /** The arguments of each left side with some; `null` for one without. */
  readonly known: ReadonlyMap<string, readonly Syntax[] | null>;
  /** What functions without a formula are applied to, always the same name: U of `U(q)`. */
  readonly unknown: ReadonlyMap<string, string | null>;
  readonly tell: (f: Syntax, args: readonly Syntax[]) => void;
}

export function withGradientVariables(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  const known = new Map<string, readonly Syntax[] | null>();
  for (const { statement } of items) {
    const [first] = statement.sides;
    const left = first === undefined || !isEquation(statement) ? null : leftSide(first);
    if (left === null || known.get(targetKey(left.target)) != null) continue;
    known.set(targetKey(left.target), left.args?.every(isName) === true ? left.args : null);
  }
  for (const { statement } of items) {
    const [first, right, more] = statement.sides;
    const left = first === undefined || !isEquation(statement) ? null : leftSide(first);
    if (left === null || right === undefined || more !== undefined || known.get(targetKey(left.target)) !== null)
      continue;
    const only = left.args === null ? onlyVariable(right, known) : null;
    if (only !== null) known.set(targetKey(left.target), [only]);
  }
  const unknown = unknownFunctions(items, known);
  const said = new Set<string>();
  return items.map((item) => {
    const tell = (f: Syntax, args: readonly Syntax[]): void => {
      const [name, by] = [scriptText(f), args.map(scriptText).join(", ")];
      if (said.has(`${name} ${by}`)) return;
      said.add(`${name} ${by}`);
      const message = `\\nabla ${name} without a variable is read as the gradient by ${by}`;
      report(diagnostic("note", "reading/gradient", message, item.statement.span));
    };
    return withSides(item, (s) => put(s, { known, unknown, tell }));
  });
}

/** The x of `\|x\|_1` and `\log x`: the one symbol there, which nothing defines. */
function onlyVariable(right: Syntax, defined: ReadonlyMap<string, unknown>): Syntax | null {
  const symbols = symbolsIn(right).filter(
    ({ symbol: { name, style } }) => style !== "roman" && functionWritten(name) === null,
  );
  const [first] = symbols;
  if (first === undefined || defined.has(targetKey(first))) return null;
  return symbols.every((t) => t.subs.length === 0 && targetKey(t) === targetKey(first)) ? first.symbol : null;
}

function unknownFunctions(
  items: readonly Item[],
  known: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const { statement, submitted } of items) {
    if (submitted === true || !isEquation(statement) || statement.sides.some(mentionsDerivative)) continue;
    for (const n of statement.sides.flatMap(nodesIn)) {
      const parts = n.kind === "juxtaposition" ? n.items : children(n);
      parts.forEach((head, k) => {
        const [t, group] = [takeApart(head), n.kind === "juxtaposition" ? parts[k + 1] : undefined];
        if (t === null || known.has(targetKey(t))) return;
        const isOfOne = group?.kind === "group" && group.open === "(" && isName(group.body);
        const text = isOfOne ? scriptText(group.body) : null;
        const before = found.get(targetKey(t));
        found.set(targetKey(t), before === undefined || before === text ? text : null);
      });
    }
  }
  return found;
}

const isName = (s: Syntax): boolean => takeApart(s) !== null;

function put(s: Syntax, functions: Arguments): Syntax {
  if (s.kind !== "juxtaposition") return mapOperands(s, (n) => put(n, functions));
  const items: Syntax[] = [];
  const written = twice(s.items);
  for (let k = 0; k < written.length; k++) {
    const item = written[k];
    const found = item !== undefined && isBareNabla(item) ? gradientAt(written, k, functions) : null;
    if (found === null) items.push(...(item === undefined ? [] : [put(item, functions)]));
    else {
      items.push(...found.parts);
      k += found.length - 1;
    }
  }
  const [only] = items;
  if (items.length === 1 && only !== undefined) return only;
  return items.length === s.items.length && items.every((x, k) => x === s.items[k]) ? s : { ...s, items };
}

/** `\nabla \nabla f` as `\nabla^2 f`; the very list where there is none. */
function twice(items: readonly Syntax[]): readonly Syntax[] {
  const at = items.findIndex((s, k) => isSign(s) && isSign(items[k + 1]));
  const sign = items[at];
  if (sign === undefined) return items;
  const two: Syntax = { kind: "number", text: "2", span: sign.span };
  const second: Syntax = { kind: "scripted", base: sign, sub: null, sup: two, primes: 0, span: sign.span };
  return [...items.slice(0, at), second, ...items.slice(at + 2)];
}

const isSign = (s: Syntax | undefined): boolean => s?.kind === "symbol" && s.name === "\\nabla";

/** `\nabla` or `\nabla^2` with nothing below it. */
function isBareNabla(s: Syntax): boolean {
  const t = takeApart(s);
  return t !== null && t.symbol.name === "\\nabla" && t.subs.length === 0;
}

interface Gradient {
  readonly parts: readonly Syntax[];
  /** How many factors it takes. */
  readonly length: number;
}

/** What `\nabla f`, `\nabla f(w)` or `\nabla (f)(w)` stands for. */
function gradientAt(items: readonly Syntax[], k: number, { known, unknown, tell }: Arguments): Gradient | null {
  const [nabla, of, group] = items.slice(k, k + 3);
  const f = of?.kind === "group" && of.open === "(" ? of.body : of;
  const t = f === undefined ? null : takeApart(f);
  if (nabla === undefined || f === undefined || t === null) return null;
  const key = targetKey(t);
  const written = group?.kind === "group" && group.open === "(" ? listed(group) : null;
  const [own, other] = written ?? [];
  if (own !== undefined && other === undefined && group !== undefined && unknown.get(key) === scriptText(own)) {
    tell(f, [own]);
    return { parts: [below(nabla, own), f, group], length: 3 };
  }
  // `\nabla f(2w)` is the gradient of f at 2w, not that of f(2w) by w.
  if (written?.every(isName) === false && known.get(key) != null) return { parts: [nabla, unclear(f)], length: 3 };
  // An array of which no formula stands may be a factor, `\nabla L (a)`.
  const args = written?.every(isName) === true && known.has(key) ? written : (known.get(key) ?? null);
  if (args === null || (written === null && f !== of)) return null;
  // Where the formula is one for `f(w)`, its arguments stay with it.
  const value: readonly Syntax[] = written === null || group === undefined || known.get(key) == null ? [f] : [f, group];
  const by = (variable: Syntax): readonly Syntax[] => [below(nabla, variable), ...value];
  const length = written === null ? 2 : 3;
  const [variable, ...more] = args;
  if (variable === undefined) return null;
  tell(f, args);
  if (more.length === 0) return { parts: by(variable), length };
  if (nabla.kind !== "symbol") return null;
  const span = { start: nabla.span.start, end: items[k + length - 1]?.span.end ?? nabla.span.end };
  const rows = args.map((a): readonly Syntax[] => [{ kind: "juxtaposition", items: by(a), span }]);
  return { parts: [{ kind: "matrix", environment: "bmatrix", rows, span }], length };
}

const listed = (group: SyntaxOf<"group">): readonly Syntax[] =>
  group.body.kind === "list" ? group.body.items : [group.body];

function below(nabla: Syntax, variable: Syntax): Syntax {
  if (nabla.kind === "scripted") return { ...nabla, sub: variable };
  return { kind: "scripted", base: nabla, sub: variable, sup: null, primes: 0, span: nabla.span };
}

const unclear = ({ span }: Syntax): Syntax => ({
  kind: "text",
  text: "",
  unclear: "a gradient at something else than the names that the function depends on is not read",
  span,
});
