import { refuse } from "../../core/diagnostic.js";
import { remembered } from "../../core/remember.js";
import type { Span } from "../../core/span.js";
import type { Lambda, Node, Position } from "../../expression/node.js";
import { nodeAlgebra } from "../../functions/node-algebra.js";
import { functionNamed, functionWritten } from "../../functions/table.js";
import type { Syntax } from "../../notation/syntax.js";
import { extremumOf, extremumOverEntries } from "../elaborate/big-operators.js";
import { conditionValue } from "../elaborate/conditions.js";
import { operatorForm } from "../elaborate/derivatives.js";
import type { Application, Elaborator, FunctionDefinition, Wanted } from "../elaborate/elaborator.js";
import { determinant, logOf, matrixExponential } from "../elaborate/matrix-functions.js";
import { withLettersTold } from "../elaborate/parameter-letters.js";
import { scriptsAfter, scriptsBehind } from "../elaborate/superscripts.js";
import { visit } from "../symbols/letters.js";
import { headKey, plainSymbol, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import { axisAt, unstacked } from "../values/stacked.js";
import type { Value } from "../values/value.js";
import { orByEntries, replaceScalar } from "./entry-by-entry.js";
import { GAUSSIAN, isGaussian } from "./gaussian.js";
import { appliedToRows } from "./row-functions.js";
import { tensorFunctions } from "./tensor-functions.js";
import { transposedNumber } from "./transposed-numbers.js";

export const functionKey = (t: Scripted): string =>
  headKey(t.symbol) +
  t.sups
    .filter((p) => p.bracketed)
    .map((p) => `^(${scriptText(p.content)})`)
    .join("") +
  (t.subs.length > 0 ? `_${t.subs.map(scriptText).join(",")}` : "");

/** What a head means when it stands in front of arguments. */
export type FunctionKind = "scalar" | "tensor" | "defined" | "abstract";

export function functionKind(e: Elaborator, t: Scripted): FunctionKind | null {
  const key = functionKey(t);
  if (e.functions.has(key)) return "defined";
  if (lossByLabel(t) !== null && e.symbols.find(key)?.defined !== true) return "tensor";
  if (e.usesDensity && isGaussian(t)) return "tensor";
  if (e.abstracts.has(key)) return "abstract";
  if (e.symbols.isVariable(headKey(t.symbol)) || e.parameters.has(headKey(t.symbol))) return null;
  const name = t.symbol.name;
  if (t.symbol.accents.length > 0) return null;
  if (LETTER.test(name) && t.primes === 0 && e.multipliers.has(headKey(t.symbol))) return null;
  if (tensorFunctions.has(tensorName(name))) return "tensor";
  if (functionWritten(name) !== null) return "scalar";
  return null;
}

/** `\mathcal{L}_{\text{CE}}`, `D_{KL}`: a loss named in a subscript. */
function lossByLabel(t: Scripted): string | null {
  const [label] = t.subs.length === 1 ? [t.subs[0]] : [];
  const letters = t.subs.map(scriptText).join("");
  // Small letters side by side are indices: `A_{kl} (x_l - y_k)`.
  if (label === undefined && letters !== letters.toUpperCase()) return null;
  const text = tensorName(label === undefined ? letters : scriptText(label));
  return ["ce", "bce", "mse", "kl", "se", "sse", "nll", "xent", "crossentropy", "binarycrossentropy"].includes(text)
    ? text
    : null;
}

const tensorFunctionOf = (t: Scripted): string =>
  lossByLabel(t) ?? (isGaussian(t) ? GAUSSIAN : tensorName(t.symbol.name));

export const tensorName = remembered((name): string => name.replace(/^\\/, "").replace(/[-_ ]/g, "").toLowerCase());

const argumentGroup = (s: Syntax | undefined): { body: Syntax; after: Application["after"] } | null => {
  if (s === undefined) return null;
  if (s.kind === "group" && (s.open === "(" || s.open === "[" || s.open === "\\{" || s.open === "{"))
    return { body: s.body, after: null };
  if (
    s.kind === "scripted" &&
    s.base.kind === "group" &&
    (s.base.open === "(" || s.base.open === "[" || s.base.open === "\\{")
  )
    return { body: s.base.body, after: { sub: s.sub, sup: s.sup } };
  return null;
};

/** The application that begins at `items[k]`, or `null`. */
export function applicationAt(e: Elaborator, items: readonly Syntax[], k: number, inside = 0): Application | null {
  const item = items[k];
  if (item === undefined) return null;
  const operator = operatorForm(item, e);
  if (operator !== null) return operatorApplication(e, items, k, item);
  const gradient = ofItsArgument(e, items, k);
  if (gradient !== null) return operatorApplication(e, items, k, gradient);
  const t = takeApart(item);
  if (t === null) return null;
  const condition = conditionAfter(t, items[k + 1]);
  if (condition !== null) return { head: t, item, args: [condition], after: null, length: 2, span: item.span };
  // `\delta_{kl}` is Kronecker's, with its positions below it.
  if (t.symbol.name === "\\delta" && t.subs.length > 0) return null;
  const kind = functionKind(e, t);
  const next = argumentGroup(items[k + 1]);
  if (kind === null) return variableWithArguments(e, t, items, k);
  if (isSpread(t)) return null;
  if (next !== null) {
    const args = next.body.kind === "list" ? next.body.items : [next.body];
    return { head: t, item, args, after: next.after, length: 2, span: item.span };
  }
  if (kind === "abstract" || kind === "defined" || isVariableLetter(e, t)) return null;
  if (inside > MAX_INSIDE) refuse("limits/nesting", "this is nested too deep", item.span);
  const taken = nextFactor(e, items, k + 1, inside + 1, OF_PRODUCTS.has(tensorName(t.symbol.name)));
  if (taken === null) return null;
  return { head: t, item, args: [taken.syntax], after: null, length: 1 + taken.length, span: item.span };
}

/** The `\sigma_f^2` of `\sigma_f^2 (1 + r)` is a variance: nobody writes the square of a sigmoid with a label so. */
const isSpread = ({ symbol, subs, sups }: Scripted): boolean =>
  symbol.name === "\\sigma" &&
  subs.length === 1 &&
  sups.length === 1 &&
  sups.every((p) => p.content.kind === "number" && !p.bracketed);

/** `\mu + \sigma \epsilon`, `\sigma^2 \mathbf{I}`: a letter that nothing applies with parentheses, or a power of it, multiplies. */
function isVariableLetter(e: Elaborator, t: Scripted): boolean {
  if (!LETTER.test(t.symbol.name)) return false;
  return t.sups.some((p) => !p.bracketed) || !e.applied.has(headKey(t.symbol));
}

/** How many functions may be applied to each other without parentheses, `\log \log x`. Each is looked for in all that follow. */
const MAX_INSIDE = 50;

const LETTER = /^([A-Za-z]|\\(sigma|phi|varphi|psi|Phi))$/;

/** `\nabla f(w)` and `\nabla^2 f(w)`, where the worksheet has a formula for f(w): by w. */
function ofItsArgument(e: Elaborator, items: readonly Syntax[], k: number): Syntax | null {
  const [item, f, group] = items.slice(k, k + 3);
  const t = item === undefined ? null : takeApart(item);
  const of = f === undefined ? null : takeApart(f);
  const argument = argumentGroup(group);
  if (item === undefined || t?.symbol.name !== "\\nabla" || t.subs.length > 0 || of === null || argument === null)
    return null;
  const reminder = e.reminders.get(functionKey(of));
  if (reminder?.includes(scriptText(argument.body)) !== true || takeApart(argument.body) === null) return null;
  return { kind: "scripted", base: item, sub: argument.body, sup: null, primes: 0, span: item.span };
}

/** `\mathbb{1}[z > 0]`, `\mathbb{I}(z > 0)`, `1\{z > 0\}`: the condition behind an indicator's sign. */
function conditionAfter(t: Scripted, next: Syntax | undefined): Syntax | null {
  if (!["1", "I", "\\chi", "\\mathds{1}"].includes(t.symbol.name) || t.subs.length > 0 || t.sups.length > 0)
    return null;
  return next?.kind === "group" && next.body.kind === "relation" ? next : null;
}

/** `\mathcal{L}(y, t)` where 𝓛 is a variable with a formula of its own: the arguments only remind of them. */
function variableWithArguments(e: Elaborator, t: Scripted, items: readonly Syntax[], k: number): Application | null {
  const next = argumentGroup(items[k + 1]);
  // `\nabla_z L (a)^\top`: what stands behind an operand is a factor.
  const before = k === 0 ? null : takeApart(items[k - 1] ?? t.symbol);
  if (next === null || (next.after !== null && before?.symbol.name === "\\nabla")) return null;
  const key =
    headKey(t.symbol) +
    "'".repeat(t.primes) +
    t.sups
      .filter((p) => p.bracketed)
      .map((p) => `^(${scriptText(p.content)})`)
      .join("") +
    (t.subs.length > 0 ? `_${t.subs.map(scriptText).join(",")}` : "");
  const reminder = e.reminders.get(key);
  if (reminder === undefined || !reminder.includes(scriptText(next.body))) return null;
  const item = items[k];
  return item === undefined ? null : { head: t, item, args: [], after: next.after, length: 2, span: item.span };
}

/** `\nabla_W` takes a named scalar, an application or a group alone, anything else with all that follows. */
function operatorApplication(e: Elaborator, items: readonly Syntax[], k: number, item: Syntax): Application | null {
  const rest = items.slice(k + 1);
  const [first] = rest;
  if (first === undefined) return null;
  const inner = applicationAt(e, items, k + 1);
  const symbol: Scripted = {
    symbol: plainSymbol("\\nabla", item.span),
    subs: [],
    sups: [],
    primes: 0,
    span: item.span,
  };
  const one = (length: number): Application => {
    const taken = rest.slice(0, length);
    const last = taken.at(-1);
    const arg: Syntax =
      taken.length === 1
        ? first
        : {
            kind: "juxtaposition",
            items: taken,
            span: { start: first.span.start, end: last?.span.end ?? first.span.end },
          };
    return { head: symbol, item, args: [arg], after: null, length: 1 + length, span: item.span };
  };
  const turned = transposedNumber(e, item, rest);
  if (turned !== null)
    return {
      head: symbol,
      item,
      args: [turned.bare],
      after: { sub: null, sup: turned.mark },
      length: 1 + turned.length,
      span: item.span,
    };
  if (first.kind === "group" && first.open === "(" && !scalesWhatFollows(e, first, rest, item)) return one(1);
  const t = takeApart(first);
  // Nobody writes the derivative of x by x: `\frac{d}{dx} x \sin x` is that of the product.
  const isOwn = operatorForm(item, e)?.wrt.some((by) => scriptText(by) === scriptText(first)) === true;
  if (t !== null && inner === null && !isOwn && t.sups.every((p) => p.bracketed)) {
    const v = e.elaborate(first);
    if (v !== null && v.axes.length === 0) return one(1);
    if (v !== null && rest.length === 1) return one(1);
    if (v === null) return one(1);
  }
  if (inner !== null && (inner.args.length !== 1 || isGradientOfFunction(e, item, inner))) return one(inner.length);
  return one(rest.length);
}

/** `\nabla^2 g(x) v` of a g with a formula is the Hessian times v. */
function isGradientOfFunction(e: Elaborator, operator: Syntax, { head }: Application): boolean {
  if (takeApart(operator)?.symbol.name !== "\\nabla") return false;
  const kind = functionKind(e, head);
  return kind === "defined" || kind === "abstract";
}

/** `\frac{\partial}{\partial x} (x^\top x) x`: the gradient of the group alone, a column, would not multiply the column behind it. */
function scalesWhatFollows(e: Elaborator, group: Syntax, [, ...rest]: readonly Syntax[], operator: Syntax): boolean {
  const [next] = rest;
  const [by, ...more] = operatorForm(operator, e)?.wrt ?? [];
  if (next === undefined || by === undefined || more.length > 0) return false;
  const axesOf = (s: Syntax): number | null => e.elaborate(s)?.axes.length ?? null;
  return axesOf(group) === 0 && axesOf(next) === 1 && axesOf(by) === 1;
}

/** `\operatorname{tr} A B^\top` is of the whole product, which alone need be square: it takes what follows, up to another function. */
const OF_PRODUCTS: ReadonlySet<string> = new Set(["tr", "trace", "det", "logdet"]);

/** What a function without parentheses takes: the next factor; `\log 2\pi` takes both. */
function nextFactor(
  e: Elaborator,
  items: readonly Syntax[],
  k: number,
  inside: number,
  ofProduct: boolean,
): { syntax: Syntax; length: number } | null {
  const first = items[k];
  if (first === undefined) return null;
  const inner = applicationAt(e, items, k, inside);
  let length = inner?.length ?? 1;
  const isNumber = first.kind === "number" || (first.kind === "symbol" && first.name === "\\pi");
  if (isNumber || ofProduct) {
    while (
      k + length < items.length &&
      applicationAt(e, items, k + length) === null &&
      (ofProduct || items[k + length]?.kind !== "group")
    )
      length += 1;
  }
  const taken = items.slice(k, k + length);
  const last = taken.at(-1);
  if (length === 1 || last === undefined) return { syntax: first, length };
  return {
    syntax: { kind: "juxtaposition", items: taken, span: { start: first.span.start, end: last.span.end } },
    length,
  };
}

export function applyNamed(e: Elaborator, a: Application, wanted: Wanted): Value | null {
  const operator = operatorForm(a.item, e);
  if (operator !== null) {
    const derivative = e.derivativeOf({ ...operator, of: a.args[0] ?? null }, a.span);
    return derivative === null ? null : scriptsBehind(e, derivative, a.after, a.span);
  }
  if (a.args.length === 0) {
    const quantity = e.elaborate(a.item);
    return quantity === null ? null : scriptsBehind(e, quantity, a.after, a.span);
  }
  const [first] = a.args;
  if (first?.kind === "group" && first.body.kind === "relation") return conditionValue(e, first);
  const value = applyKind(e, a, wanted);
  return value === null ? null : scriptsAfter(e, value, a, a.span);
}

function applyKind(e: Elaborator, a: Application, wanted: Wanted): Value | null {
  const kind = functionKind(e, a.head);
  if (kind === "defined") return applyDefined(e, a, wanted);
  if (kind === "abstract") return applyAbstract(e, a, wanted);
  if (kind === "tensor") {
    const f = tensorFunctions.get(tensorFunctionOf(a.head));
    if (f === undefined || a.head.primes > 0)
      return refuse(
        "function/derivative",
        `a derivative of ${a.head.symbol.name} is not an entry-by-entry function`,
        a.span,
      );
    return f(e, a);
  }
  return applyScalar(e, a, wanted);
}

/** A row of the rule table, entry by entry; its derivative where it is primed. */
function applyScalar(e: Elaborator, a: Application, wanted: Wanted): Value | null {
  const row = functionWritten(a.head.symbol.name);
  if (row === null) return null;
  const { arena } = e;
  const [lone] = a.args;
  if ((row.name === "max" || row.name === "min") && a.args.length === 1 && lone !== undefined)
    return extremumOverEntries(e, row.name, lone);
  if (row.arity > 1 && a.args.length === row.arity)
    return row.name === "max" || row.name === "min"
      ? extremumOf(e, row.name, a.args, a.span)
      : withNumbers(e, a, row.name);
  if (a.args.length !== 1 || row.arity > 2) {
    const count = row.arity > 2 ? `${row.arity} arguments` : "one argument";
    return refuse("function/arity", `${a.head.symbol.name} takes ${count}`, a.span);
  }
  const [arg] = a.args;
  if (arg === undefined) return null;
  const v = e.elaborate(arg, wanted);
  if (v === null) return null;
  if (e.matrixExponentials && row.name === "exp" && a.head.primes === 0 && isSquare(v))
    return matrixExponential(e, v, a.span);
  if (v.axes.length === 2 && row.name === "log" && isDeterminant(arg)) return logOf(e, determinant(e, v, a.span));
  const slope = row.arity === 2 ? parameterOf(e, row.name, a) : null;
  const args = (ps: readonly Position[]): readonly Node[] => (slope === null ? [v.at(ps)] : [v.at(ps), slope]);
  let f = (ps: readonly Position[]): Node => arena.apply(row.name, ...args(ps));
  if (a.head.primes > 0) {
    if (a.head.primes > 1)
      return refuse("function/derivative", "second derivatives of a named function are not supported here", a.span);
    const algebra = nodeAlgebra(arena);
    f = (ps) => functionNamed(row.name).derivative(algebra, ...args(ps))[0] ?? arena.zero;
  }
  return { axes: v.axes, at: f };
}

/** A function with parameters, `\operatorname{clip}(x, a, b)`: these are numbers. */
function withNumbers(e: Elaborator, { args, span }: Application, row: string): Value | null {
  const [x, ...rest] = args.map((s) => e.elaborate(s));
  const numbers = rest.filter((v): v is Value => v !== null);
  if (x == null || numbers.length < rest.length) return null;
  if (numbers.some((v) => v.axes.length > 0))
    return refuse("function/arity", `the arguments of ${row} after the first must be scalars`, span);
  return { axes: x.axes, at: (ps) => e.arena.apply(row, x.at(ps), ...numbers.map((v) => v.at([]))) };
}

/** The slope of a leaky ReLU, the α of an ELU, where none is given: a symbol of the worksheet or the usual constant. */
function parameterOf(e: Elaborator, row: string, { head, span }: Application): Node {
  const [below] = head.subs;
  const written = below === undefined || head.subs.length > 1 ? null : e.elaborate(below);
  return written === null || written.axes.length > 0 ? defaultParameter(e, row, span) : written.at([]);
}

function defaultParameter(e: Elaborator, row: string, span: Span): Node {
  const value = row === "leaky_relu" ? "1/100" : "1";
  e.note("reading/parameter", `${row} is used without its parameter: ${value} is taken`, span);
  return e.arena.rational(value);
}

function isSquare({ axes: [n, m] }: Value): boolean {
  return n !== undefined && m !== undefined && n.same(m);
}

const isDeterminant = (s: Syntax): boolean => s.kind === "group" && s.open === "|";

function applyDefined(e: Elaborator, a: Application, wanted: Wanted): Value | null {
  const definition = e.functions.get(functionKey(a.head));
  if (definition === undefined) return null;
  if (definition.parameters.length !== a.args.length)
    return refuse(
      "function/arity",
      `${functionKey(a.head)} was defined with ${definition.parameters.length} arguments, here it has ${a.args.length}`,
      a.span,
    );
  const values = a.args.map((s) => e.elaborate(s));
  const args: Value[] = [];
  for (const v of values) {
    if (v === null) return null;
    args.push(v);
  }
  if (a.head.primes > 0) return derivativeOfDefined(e, a, definition, args);
  if (definition.entry !== undefined) return givenByEntries(e, a, definition, definition.entry, args);
  const byRows = appliedToRows(e, a.span, definition, args);
  if (byRows !== null) return byRows;
  const body = (): Value | null => e.withParameters(definition, args, () => e.elaborate(definition.body, wanted));
  const value = (): Value | null => orByEntries(e, a.span, definition, args, body);
  const result = withLettersTold(e, definition, a, value);
  if (e.final && result !== null) refuseRowOfNumbers(e, a, definition, args, result);
  return result;
}

/** `V(s) = w^\top \phi(s)` of a number s is no row, as which it would be read: nothing says that φ(s) is a column. */
function refuseRowOfNumbers(
  e: Elaborator,
  { span }: Application,
  { key, body }: FunctionDefinition,
  args: readonly Value[],
  { axes: [rows, columns] }: Value,
): void {
  const isRow = columns !== undefined && rows?.isOne(e.arena) === true && !columns.isOne(e.arena);
  if (!isRow || args.some((v) => v.axes.length > 0) || !appliesUnknown(e, body)) return;
  refuse(
    "shape/clash",
    `${key} would be a row: nothing says whether what it applies to a number gives a number or a column`,
    span,
    "give what is applied a name of its own, and declare it",
  );
}

/** `f(x)_i = x_i / \sum_j x_j`: the column with these entries. */
function givenByEntries(
  e: Elaborator,
  { span }: Application,
  definition: FunctionDefinition,
  entry: string,
  args: readonly Value[],
): Value | null {
  const [size, ...more] = args[0]?.axes ?? [];
  if (size === undefined || more.length > 0)
    return refuse("shape/clash", `${definition.key} was defined by the entries of a column`, span);
  const letter = e.bind({ letter: entry, low: null, high: null, conditions: [] }, true);
  const body = e.within([letter], () => e.withParameters(definition, args, () => e.elaborate(definition.body)));
  if (body === null) return null;
  if (body.axes.length > 0) return refuse("shape/clash", `an entry of ${definition.key} has to be a number`, span);
  const at = ([i]: readonly Position[]): Node =>
    e.arena.substitute(body.at([]), new Map([[letter.index(e.arena), i ?? e.arena.literal(1)]]));
  return { axes: [letter.size], at };
}

/** `g'(z)` of a function with a formula: differentiated once as a scalar function, then put to each entry. */
function derivativeOfDefined(
  e: Elaborator,
  a: Application,
  definition: FunctionDefinition,
  args: readonly Value[],
): Value | null {
  const primed = withPrimes(definition, a.head.primes);
  if (primed !== null) return e.withParameters(definition, args, () => e.elaborate(primed));
  const [arg] = args;
  const { differentiate } = e;
  if (arg === undefined || args.length !== 1 || a.head.primes > 1 || differentiate === null)
    return refuse("function/derivative", `the derivative of ${functionKey(a.head)} cannot be formed here`, a.span);
  const dummy = e.dummy();
  const value = e.withParameters(definition, [{ axes: [], at: () => e.arena.entry(dummy, []) }], () =>
    e.elaborate(definition.body),
  );
  if (value === null) return null;
  return { axes: arg.axes, at: (ps) => replaceScalar(e.arena, differentiate(value.at([]), dummy), dummy, arg.at(ps)) };
}

/** `\tanh'(u)` of a body `\tanh(u)`: another name has the derivatives of the function that it is a name of. */
function withPrimes({ body, parameters: [parameter] }: FunctionDefinition, primes: number): Syntax | null {
  const [head, group, more] = body.kind === "juxtaposition" ? body.items : [];
  if (body.kind !== "juxtaposition" || head?.kind !== "symbol" || group?.kind !== "group" || more !== undefined)
    return null;
  const own = takeApart(group.body);
  const isOwn = own !== null && parameter !== undefined && functionKey(own) === functionKey(parameter);
  if (functionWritten(head.name) === null || !isOwn) return null;
  const primed: Syntax = { kind: "scripted", base: head, sub: null, sup: null, primes, span: head.span };
  return { ...body, items: [primed, group] };
}

/** Entry by entry for a scalar function of one argument; else a scalar of all entries of its arguments. */
function applyAbstract(e: Elaborator, a: Application, wanted: Wanted): Value | null {
  const { arena } = e;
  const values = a.args.map((s) => e.elaborate(s));
  const args: Value[] = [];
  for (const v of values) {
    if (v === null) return null;
    args.push(v);
  }
  const name = functionKey(a.head);
  const [first] = args;
  if (first === undefined) return null;
  const mode = e.abstractMode(name, args, wanted);
  if (mode === "entrywise") {
    const partials = Array.from({ length: a.head.primes }, () => ({ argument: 0, at: [] }));
    const rest = args.slice(1);
    return {
      axes: first.axes,
      at: (ps) =>
        arena.abstract(
          name,
          [
            { indices: [], body: first.at(ps) },
            ...rest.map((v): Lambda => ({ indices: [], body: v.at(v.axes.length === 0 ? [] : ps) })),
          ],
          [],
          partials,
        ),
    };
  }
  const lambdas = (): readonly Lambda[] =>
    args.map((v) => {
      const axes = v.axes.map((d) => axisAt(arena, d));
      return { indices: axes.flatMap((x) => x.indices), body: v.at(axes.map((x) => x.at)) };
    });
  if (a.head.primes === 0)
    return { axes: mode.axes, at: (ps) => arena.abstract(name, lambdas(), ps.flatMap(unstacked)) };
  // The derivative of an array by a number has its axes.
  if (a.head.primes === 1 && first.axes.length === 0 && args.length === 1)
    return {
      axes: mode.axes,
      at: (ps) => arena.abstract(name, lambdas(), ps.flatMap(unstacked), [{ argument: 0, at: [] }]),
    };
  if (a.head.primes === 1 && mode.axes.length > 0)
    return refuse(
      "function/derivative",
      "a prime on a map between arrays is not read: write \\partial y/\\partial x",
      a.span,
    );
  if (a.head.primes === 1)
    return {
      axes: first.axes,
      at: (ps) => arena.abstract(name, lambdas(), [], [{ argument: 0, at: ps.flatMap(unstacked) }]),
    };
  return refuse("function/derivative", "second derivatives of an abstract function are not supported here", a.span);
}

/** Does an expression apply a function of which only the name is known? */
export function appliesUnknown(e: Elaborator, s: Syntax): boolean {
  let found = false;
  visit(s, (n) => {
    if (n.kind !== "juxtaposition") return;
    n.items.forEach((item, k) => {
      const t = takeApart(item);
      if (t !== null && n.items[k + 1]?.kind === "group" && e.abstracts.has(functionKey(t))) found = true;
    });
  });
  return found;
}
