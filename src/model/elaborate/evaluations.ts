import { tensorsOf } from "../../expression/arena.js";
import type { Node, Position, Tensor } from "../../expression/node.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { replaceScalar } from "../functions/entry-by-entry.js";
import { headKey, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import { targetKey } from "../symbols/statements.js";
import type { Value } from "../values/value.js";
import { refuseAtPoint } from "./arithmetic.js";
import { type DerivativeForm, derivativeForm, joined, operatorForm } from "./derivatives.js";
import type { Elaborator } from "./elaborator.js";

/** An expression, and the number that it is differentiated by. */
interface Rate {
  readonly of: Syntax;
  readonly by: Scripted;
  readonly order: number;
}

/**
 * `\frac{d}{dt} f(X + t H) |_{t = 0}`: the derivative of an expression by a number that stands in nothing else is formed at once,
 * and has a value at each of these. `undefined` for anything else.
 */
export function evaluationValue(e: Elaborator, s: SyntaxOf<"scripted">): Value | null | undefined {
  const { base, sub, sup } = s;
  if (base.kind !== "group" || base.open !== EVALUATION || sub?.kind !== "relation" || sup !== null) return undefined;
  const rate = rateIn(e, base.body);
  const [t, point, more] = sub.items;
  const { differentiate } = e;
  if (rate === null || differentiate === null || t === undefined || point === undefined) return undefined;
  if (more !== undefined || sub.operators[0] !== "=" || scriptText(t) !== scriptText(rate.by.symbol)) return undefined;
  const number = e.dummy();
  const entry: Value = { axes: [], at: () => e.arena.entry(number, []) };
  const value = e.withParameter(rate.by, entry, () => e.elaborate(rate.of));
  const where = e.elaborate(point);
  if (value === null || where === null) return null;
  if (where.axes.length > 0) return refuseAtPoint(sub.span);
  const body = (ps: readonly Position[]): Node => {
    const whole = value.at(ps);
    const tensors = tensorsOf(whole);
    // What does not mention the number may depend on it for all that is written.
    if (!tensors.includes(number) || isElsewhere(e, rate.by, tensors)) return refuseAtPoint(sub.span);
    return Array.from({ length: rate.order }).reduce<Node>((node) => differentiate(node, number), whole);
  };
  return { axes: value.axes, at: (ps) => replaceScalar(e.arena, body(ps), number, where.at([])) };
}

/** `\frac{d}{dt} |_{t = 0} f(X + t H)`: the same with the bar in front of what is differentiated. */
export function withBarBehind({ items: [first, ...rest], span }: SyntaxOf<"juxtaposition">): Syntax | null {
  const base = first?.kind === "scripted" ? first.base : null;
  if (first?.kind !== "scripted" || base?.kind !== "group" || base.open !== EVALUATION) return null;
  if (base.body.kind !== "fraction" || rest.length === 0) return null;
  const body: Syntax = { kind: "juxtaposition", items: [base.body, ...rest], span };
  return { ...first, base: { ...base, body }, span };
}

/** What `\left. … \right|` opens with. */
const EVALUATION = ".|";

/** `\frac{d}{dt} f(X + t H)` or `\frac{d f(X + t H)}{dt}`, also twice. */
export function rateIn(e: Elaborator, s: Syntax): Rate | null {
  const [operator, ...operand] = s.kind === "juxtaposition" ? s.items : [s];
  if (operator?.kind !== "fraction") return null;
  const form = derivativeForm(operator, e);
  const bare = operatorForm(operator, e) === null ? null : joined(operand);
  const of = bare ?? (operand.length === 0 ? (form?.of ?? null) : null);
  const by = form === null ? null : variableOf(form);
  return form === null || of === null || by === null ? null : { of, by, order: form.wrt.length };
}

/** The one letter without scripts by which is differentiated. */
function variableOf({ wrt }: DerivativeForm): Scripted | null {
  const [first] = wrt;
  const t = first === undefined ? null : takeApart(first);
  if (t === null || t.subs.length + t.sups.length + t.primes > 0) return null;
  return wrt.every((s) => scriptText(s) === scriptText(t.symbol)) ? t : null;
}

/**
 * Is the number a quantity of the problem that what it is differentiated in is computed from? A name stands for all that it is computed
 * from, `\frac{dL}{dt} |_{t = 0}` behind `L = (y - t)^2`, and the letter does not stand in it: such a rate is not zero.
 */
function isElsewhere(e: Elaborator, t: Scripted, tensors: readonly Tensor[]): boolean {
  if (e.symbols.find(targetKey(t))?.defined === true) return true;
  const own = new Set(e.symbols.withHead(headKey(t.symbol)).flatMap((x) => x.tensor ?? []));
  return e.restsOn === null || e.restsOn(tensors, own);
}
