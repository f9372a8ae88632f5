import { flatMap } from "../../../core/flat-map.js";
import { functionWritten } from "../../../functions/table.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { visit } from "../../symbols/letters.js";
import { headKey, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation } from "../../symbols/statements.js";
import type { Arguments } from "./primed.js";

/*
 * What a line says of a function of one number, `\sigma'(z) = \sigma(z) (1 - \sigma(z))`, `\frac{d}{dx} \tanh(x) = …`, it
 * says for every number: its letter is the function's own, whatever else in the worksheet has that name. Such lines get a
 * letter that nothing else has.
 */

/** `told` are the lines of the problem that these are about. */
export function withOwnLetters(
  items: readonly Item[],
  quantities: Arguments = new Map(),
  told: readonly Item[] = [],
): readonly Item[] {
  const all = [...told, ...items];
  const functions = new Set([...definedFunctions(items)].filter((head) => !quantities.has(head)));
  const known = new Set([...definedFunctions(all)].filter((head) => !quantities.has(head)));
  return flatMap(items, (item) => {
    const bare = bareIdentity(item.statement, functions);
    if (bare !== null) return [declared(item, bare.variable), { ...item, statement: bare.statement }];
    const letter = letterOfIdentity(item.statement, functions) ?? parameterAlone(item.statement, all, known);
    if (letter === null) return [item];
    const own: SyntaxOf<"symbol"> = { ...letter, name: OWN, style: "plain", latex: letter.latex };
    const sides = item.statement.sides.map((s) => replaced(s, headKey(letter), own, known));
    return [declared(item, declaration(item.statement, own)), { ...item, statement: { ...item.statement, sides } }];
  });
}

/** What a submission says of a function brings its variable with it. */
const declared = ({ submitted: _, ...item }: Item, statement: Statement): Item => ({ ...item, statement });

/** A name that no author can write. */
export const OWN = "own variable";

/** Heads in front of one argument in parentheses on a left side, `f(x) = …`. */
function definedFunctions(items: readonly Item[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { statement } of items) {
    const [first] = statement.sides;
    if (first?.kind !== "juxtaposition" || !isEquation(statement)) continue;
    const [head, group] = first.items;
    const t = head === undefined ? null : takeApart(head);
    const isOfOne = group?.kind === "group" && group.body.kind !== "list";
    if (t !== null && isOfOne && first.items.length === 2 && t.primes === 0) found.add(headKey(t.symbol));
  }
  return found;
}

/** The letter of an identity about functions of one number, or `null` for any other statement. */
function letterOfIdentity(st: Statement, functions: ReadonlySet<string>): SyntaxOf<"symbol"> | null {
  const [first] = st.sides;
  if (first === undefined || st.sides.length < 2 || !isEquation(st)) return null;
  const letter = argumentOfDerivative(first, functions) ?? variableOfOperator(first);
  if (letter === null || !st.sides.every((s, k) => saysOnlyFunctions(s, headKey(letter), functions, k === 0)))
    return null;
  return letter;
}

/** The u of `\rho'(u) = \dots` where `\rho(u) = \dots` is all else that speaks of u: other letters are the worksheet's. */
function parameterAlone(
  st: Statement,
  items: readonly Item[],
  functions: ReadonlySet<string>,
): SyntaxOf<"symbol"> | null {
  const [first] = st.sides;
  const letter = first === undefined || !isEquation(st) ? null : argumentOfDerivative(first, functions);
  if (letter === null) return null;
  const isOfFunction = ({ statement: { sides } }: Item): boolean => {
    const [group] = sides[0]?.kind === "juxtaposition" ? sides[0].items.slice(-1) : [];
    return group?.kind === "group" && group.body.kind === "symbol" && headKey(group.body) === headKey(letter);
  };
  const mentions = (i: Item): boolean =>
    i.statement.sides.some((s) => symbolsOf(s).some((x) => headKey(x) === headKey(letter)));
  const [definition] = items.filter((i) => mentions(i) && i.submitted !== true);
  return definition !== undefined && items.every((i) => !mentions(i) || isOfFunction(i)) ? letter : null;
}

/** `\sigma' = \sigma (1 - \sigma)`, with arguments. */
function bareIdentity(
  st: Statement,
  functions: ReadonlySet<string>,
): { readonly variable: Statement; readonly statement: Statement } | null {
  const [first] = st.sides;
  const t = first === undefined ? null : takeApart(first);
  if (t === null || t.primes === 0 || t.subs.length + t.sups.length > 0 || !isEquation(st)) return null;
  const head = headKey(t.symbol);
  if (!isFunction(t.symbol, functions) || !st.sides.every((s) => symbolsOf(s).every((x) => headKey(x) === head)))
    return null;
  const own: SyntaxOf<"symbol"> = { ...t.symbol, name: OWN, style: "plain" };
  return { variable: declaration(st, own), statement: { ...st, sides: st.sides.map((s) => withArgument(s, own)) } };
}

function symbolsOf(s: Syntax): readonly SyntaxOf<"symbol">[] {
  const found: SyntaxOf<"symbol">[] = [];
  visit(s, (n) => {
    if (n.kind === "symbol") found.push(n);
  });
  return found;
}

/** Every symbol with the argument behind it. */
function withArgument(s: Syntax, own: SyntaxOf<"symbol">): Syntax {
  const again = (n: Syntax): Syntax => withArgument(n, own);
  if (takeApart(s) !== null) {
    const group: Syntax = { kind: "group", open: "(", body: { ...own, span: s.span }, span: s.span };
    return { kind: "juxtaposition", items: [s, group], span: s.span };
  }
  switch (s.kind) {
    case "scripted":
      return { ...s, base: again(s.base) };
    case "group":
      return { ...s, body: again(s.body) };
    case "juxtaposition":
      return { ...s, items: flatMap(s.items, (i) => partsOf(again(i))) };
    case "product":
      return { ...s, items: s.items.map(again) };
    case "sum":
      return { ...s, terms: s.terms.map((x) => ({ ...x, body: again(x.body) })) };
    case "fraction":
      return { ...s, numerator: again(s.numerator), denominator: again(s.denominator) };
    default:
      return s;
  }
}

const partsOf = (s: Syntax): readonly Syntax[] => (s.kind === "juxtaposition" ? s.items : [s]);

const isFunction = (s: SyntaxOf<"symbol">, functions: ReadonlySet<string>): boolean =>
  s.accents.length === 0 && (functions.has(headKey(s)) || functionWritten(s.name) !== null);

/** The z of `f'(z)` as a whole side. */
function argumentOfDerivative(s: Syntax, functions: ReadonlySet<string>): SyntaxOf<"symbol"> | null {
  if (s.kind !== "juxtaposition" || s.items.length !== 2) return null;
  const [head, group] = s.items;
  const t = head === undefined ? null : takeApart(head);
  if (t === null || t.primes === 0 || group?.kind !== "group" || !isFunction(t.symbol, functions)) return null;
  return group.body.kind === "symbol" ? group.body : null;
}

/** The x of `\frac{d}{dx} …` and `\frac{d …}{dx}`. */
function variableOfOperator(s: Syntax): SyntaxOf<"symbol"> | null {
  const [fraction] = s.kind === "juxtaposition" ? s.items : [s];
  if (fraction?.kind !== "fraction" || fraction.denominator.kind !== "juxtaposition") return null;
  const [sign, x, ...more] = fraction.denominator.items;
  return isSign(sign) && x?.kind === "symbol" && more.length === 0 ? x : null;
}

const isSign = (s: Syntax | undefined): boolean =>
  s?.kind === "symbol" && (s.name === "d" || s.name === "\\partial") && s.accents.length === 0;

/** Functions, numbers and the one letter: then nothing depends on what else the worksheet holds. */
function saysOnlyFunctions(s: Syntax, letter: string, functions: ReadonlySet<string>, isLeft: boolean): boolean {
  let only = true;
  let applies = false;
  visit(s, (n) => {
    if (n.kind !== "symbol") return;
    if (isFunction(n, functions)) applies = true;
    else if (headKey(n) !== letter && !isSign(n) && !CONSTANTS.has(n.name)) only = false;
  });
  return only && (applies || !isLeft);
}

const CONSTANTS: ReadonlySet<string> = new Set(["e", "\\pi"]);

/** The letter by the line's own; a function without its argument, `\frac{d\sigma}{dx}`, gets it. */
function replaced(s: Syntax, letter: string, own: SyntaxOf<"symbol">, functions: ReadonlySet<string>): Syntax {
  const again = (n: Syntax): Syntax => replaced(n, letter, own, functions);
  switch (s.kind) {
    case "symbol":
      return headKey(s) === letter ? { ...own, span: s.span } : s;
    case "fraction":
      return { ...s, numerator: applied(again(s.numerator), own, functions), denominator: again(s.denominator) };
    case "scripted":
      return { ...s, base: again(s.base), sub: s.sub && again(s.sub), sup: s.sup && again(s.sup) };
    case "group":
      return { ...s, body: again(s.body) };
    case "juxtaposition":
    case "product":
    case "list":
    case "relation":
      return { ...s, items: s.items.map(again) };
    case "sum":
      return { ...s, terms: s.terms.map((t) => ({ ...t, body: again(t.body) })) };
    case "root":
      return { ...s, radicand: again(s.radicand), degree: s.degree && again(s.degree) };
    case "cases":
      return {
        ...s,
        rows: s.rows.map((r) => ({ value: again(r.value), condition: r.condition && again(r.condition) })),
      };
    default:
      return s;
  }
}

/** `d \sigma` above a bar as `d \sigma(x)`. */
function applied(s: Syntax, own: SyntaxOf<"symbol">, functions: ReadonlySet<string>): Syntax {
  const [sign, f] = s.kind === "juxtaposition" && s.items.length === 2 ? s.items : [];
  if (s.kind !== "juxtaposition" || f?.kind !== "symbol" || !isSign(sign) || !isFunction(f, functions)) return s;
  const group: Syntax = { kind: "group", open: "(", body: { ...own, span: f.span }, span: f.span };
  return { ...s, items: [...s.items, group] };
}

/** `u \in \mathbb{R}`. */
function declaration(st: Statement, own: SyntaxOf<"symbol">): Statement {
  const reals: Syntax = { kind: "symbol", name: "R", style: "bb", accents: [], latex: "\\mathbb{R}", span: own.span };
  return { ...st, sides: [own, reals], relations: ["\\in"], conditions: [] };
}
